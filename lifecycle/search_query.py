"""A shopper's words as the index sees them: what is wanted, what is not, slips of the keyboard mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from lifecycle import negation, words
from lifecycle.search_index import Index

TYPO_SCORE = 80  # of 100; rapidfuzz.fuzz.ratio between an unknown word and a word of the catalogue
TOKENS = 60  # of a request; nobody means more


@dataclass(frozen=True)
class Query:
    """A request as the index sees it: groups of equivalent stems wanted, and stems not wanted."""

    wanted: tuple[tuple[str, ...], ...]
    unwanted: tuple[str, ...] = ()


def read(index: Index, text: str) -> Query:
    """The request's terms, with unknown words split, joined or corrected to words of this catalogue."""
    tokens = words.tokens(text)[:TOKENS]
    asked, refused = negation.split(tokens)
    wanted = [group for group in _groups(index, asked) if group]
    unwanted = {words.stem(token) for thing in refused for token in thing} - {group[0] for group in wanted}
    return Query(tuple(wanted), tuple(sorted(unwanted)))


def _groups(index: Index, tokens: Sequence[str]) -> list[tuple[str, ...]]:
    groups: list[tuple[str, ...]] = []
    for i, token in enumerate(tokens):
        if token in words.STOPWORDS:
            continue
        term = words.stem(token)
        joined = _joined(index, tokens, i)
        if index.holding(term):
            groups.append((term, *joined))
        elif joined:
            groups.append(joined)
        else:
            groups += [(part,) for part in _split(index, token) or _corrected(index, token)]
    return list(dict.fromkeys(groups))


def _joined(index: Index, tokens: Sequence[str], i: int) -> tuple[str, ...]:
    """ "ear buds" also finds "earbuds"."""
    pairs = [tokens[i] + tokens[i + 1]] if i + 1 < len(tokens) else []
    pairs += [tokens[i - 1] + tokens[i]] if i > 0 else []
    return tuple(words.stem(pair) for pair in pairs if len(pair) > 4 and pair.isalpha() and index.knows(pair))


def _split(index: Index, token: str) -> list[str]:
    """ "firestick" also finds "fire stick"."""
    best: tuple[int, list[str]] = (0, [])
    for cut in range(3, len(token) - 2):
        left, right = token[:cut], token[cut:]
        strength = min(index.knows(left), index.knows(right))
        if strength > best[0]:
            best = (strength, [words.stem(left), words.stem(right)])
    return best[1]


def _corrected(index: Index, token: str) -> list[str]:
    if len(token) < 4 or not token.isalpha():
        return []
    choices = {word: count for word, count in index.words_like(token[0]) if abs(len(word) - len(token)) <= 2}
    found = process.extract(token, choices.keys(), scorer=fuzz.ratio, score_cutoff=TYPO_SCORE, limit=5)
    if not found:
        return []
    best = max(found, key=lambda hit: (hit[1], choices[hit[0]]))
    return [words.stem(best[0])]
