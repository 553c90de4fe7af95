"""Find products: fielded, stemmed, typo-tolerant, negation-aware; price, stock, brand and category as filters.

The score is BM25F (search_index) raised by how much of the request the title holds and in which order, and by agreement
with the category the best products share (pseudo-relevance feedback: the catalogue itself tells what is meant).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from lifecycle import negation, search_index, words
from lifecycle.search_index import TITLE, Index

CANDIDATES = 200
ORDERED = 100  # of the candidates, those whose titles are looked at word by word
COVERAGE = 0.7  # how much of a score depends on the share of the request that is found
ADJACENT = 0.1  # what a title with the whole request in one piece gains
FEEDBACK = 20  # the products whose categories tell what is meant
AGREEMENT = 0.5  # what a product gains whose category all of them share
TITLE_HAS, TEXT_HAS = 0.4, 0.8  # what a product keeps that has the unwanted thing
TITLE_LACKS, TEXT_LACKS = 1.5, 1.2  # what one gains that says it lacks it
TYPO_SCORE = 80  # of 100; rapidfuzz.fuzz.ratio between an unknown word and a word of the catalogue


@dataclass(frozen=True)
class Filters:
    """What a result must satisfy.  With a price limit, a product without a price is left out: nobody knows it fits."""

    price_min_cents: int | None = None
    price_max_cents: int | None = None
    in_stock: bool = False
    category: str = ""  # any level of the category path
    brand: str = ""
    exclude: Sequence[str] = ()  # words a result's title, brand or facts may not state
    product_ids: Sequence[str] | None = None
    exclude_ids: Sequence[str] = ()


@dataclass(frozen=True)
class Hit:
    product_id: str
    score: float


@dataclass(frozen=True)
class Query:
    """A request as the index sees it: groups of equivalent terms wanted, and terms not wanted."""

    wanted: tuple[tuple[str, ...], ...]
    unwanted: tuple[str, ...] = ()


def search(session: Session, text: str, *, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
    """The best products for a shopper's words, best first; empty when nothing of the request is known.

    With filters and no words the catalogue's best-rated fitting products come first.
    """
    index = search_index.current(session)
    allowed = _allowed(index, filters) if filters is not None else None
    query = read(index, text)
    return rank(index, query, limit, allowed)


def refresh(session: Session) -> int:
    """Build the index of the present catalogue now instead of at the next search; returns the number of products."""
    return search_index.current(session).size


def states_prices(session: Session) -> bool:
    """Does any product on sale state a price?"""
    return bool((search_index.current(session).prices >= 0).any())


def read(index: Index, text: str) -> Query:
    """The request's terms, with unknown words split, joined or corrected to words of this catalogue."""
    tokens = words.tokens(text)
    asked, refused = negation.split(tokens)
    wanted = [group for group in _groups(index, asked) if group]
    unwanted = {words.stem(token) for thing in refused for token in thing} - {group[0] for group in wanted}
    return Query(tuple(wanted), tuple(sorted(unwanted)))


def _groups(index: Index, tokens: list[str]) -> list[tuple[str, ...]]:
    groups: list[tuple[str, ...]] = []
    for i, token in enumerate(tokens):
        if token in words.STOPWORDS:
            continue
        term = words.stem(token)
        joined = _joined(index, tokens, i)
        if index.postings(term) is not None:
            groups.append((term, *joined))
        elif joined:
            groups.append(joined)
        else:
            groups += [(part,) for part in _split(index, token) or _corrected(index, token)]
    return list(dict.fromkeys(groups))


def _joined(index: Index, tokens: list[str], i: int) -> tuple[str, ...]:
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
    choices = dict(index.words_like(token))
    found = process.extract(token, choices.keys(), scorer=fuzz.ratio, score_cutoff=TYPO_SCORE, limit=5)
    if not found:
        return []
    best = max(found, key=lambda hit: (hit[1], choices[hit[0]]))
    return [words.stem(best[0])]


def rank(index: Index, query: Query, limit: int, allowed: np.ndarray | None = None) -> list[Hit]:
    """The best `limit` products for a query read before; `allowed` masks the ones that may be shown."""
    if index.size == 0 or limit < 1:
        return []
    scores, covered, total = _bm25f(index, query)
    if not total:
        return _best_rated(index, limit, allowed) if allowed is not None and not query.wanted else []
    scores *= (1 - COVERAGE) + COVERAGE * (covered / total) ** 2
    scores *= _negated(index, query)
    if allowed is not None:
        scores *= allowed
    rows = _top(scores, max(CANDIDATES, limit))
    if not len(rows):
        return []
    final = scores[rows]
    final[:ORDERED] *= _order(index, query, rows[:ORDERED])
    final *= _agreement(index, rows, final)
    best = np.argsort(-final, kind="stable")[:limit]
    return [Hit(index.ids[rows[i]], round(float(final[i]), 4)) for i in best]


def _bm25f(index: Index, query: Query) -> tuple[np.ndarray, np.ndarray, float]:
    scores = np.zeros(index.size, np.float32)
    covered = np.zeros(index.size, np.float32)
    total = 0.0
    for group in query.wanted:
        best: np.ndarray | None = None
        rarity = 0.0
        for term in group:
            found = index.postings(term)
            if found is None:
                continue
            docs, impacts, _ = found
            idf = _idf(index.size, len(docs))
            if best is None:
                best = np.zeros(index.size, np.float32)
                rarity = idf
            best[docs] = np.maximum(best[docs], impacts * idf)
        if best is not None:
            scores += best
            covered += (best > 0) * rarity
            total += rarity
    return scores, covered, total


def _idf(size: int, df: int) -> float:
    return float(np.log(1 + (size - df + 0.5) / (df + 0.5)))


def _negated(index: Index, query: Query) -> np.ndarray:
    """A product that says it lacks the thing is what was asked for; one that states it in its title is not."""
    factor = np.ones(index.size, np.float32)
    for term in query.unwanted:
        has, lacks = index.postings(term), index.postings("!" + term)
        if has is not None:
            docs, _, fields = has
            factor[docs] *= np.where(fields & TITLE, TITLE_HAS, TEXT_HAS).astype(np.float32)
        if lacks is not None:
            docs, _, fields = lacks
            factor[docs] = np.where(fields & TITLE, TITLE_LACKS, TEXT_LACKS).astype(np.float32)
    return factor


def _order(index: Index, query: Query, rows: np.ndarray) -> np.ndarray:
    """How much of the request stands in the title side by side and in its order."""
    raised = np.ones(len(rows), np.float32)
    if len(query.wanted) < 2:
        return raised
    place = {term: number for number, group in enumerate(query.wanted) for term in group}
    for i, title in enumerate(index.titles(rows)):
        adjacent, before = set(), None
        for term in title:
            here = place.get(term)
            if here is not None and before == here - 1:
                adjacent.add(here)
            before = here
        raised[i] += ADJACENT * len(adjacent) / (len(query.wanted) - 1)
    return raised


def _agreement(index: Index, rows: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Raise the products of the categories that the best ones share."""
    leaves = index.leaves[rows]
    best = np.argsort(-scores, kind="stable")[:FEEDBACK]
    numbers, inverse = np.unique(leaves, return_inverse=True)
    shares = np.bincount(inverse[best], weights=scores[best] ** 2, minlength=len(numbers))
    shares = shares / (shares.sum() or 1.0)
    shares[numbers < 0] = 0.0
    return (1 + AGREEMENT * shares[inverse]).astype(np.float32)


def _top(scores: np.ndarray, count: int) -> np.ndarray:
    found = np.flatnonzero(scores > 0)
    if len(found) > count:
        found = found[np.argpartition(-scores[found], count)[:count]]
    return found[np.argsort(-scores[found], kind="stable")]


def _best_rated(index: Index, limit: int, allowed: np.ndarray) -> list[Hit]:
    rows = np.flatnonzero(allowed)
    rows = rows[np.argsort(-index.ratings[rows], kind="stable")][:limit]
    return [Hit(index.ids[row], round(float(index.ratings[row]), 4)) for row in rows]


def _allowed(index: Index, filters: Filters) -> np.ndarray:
    allowed = np.ones(index.size, bool)
    if filters.price_max_cents is not None:
        allowed &= (index.prices >= 0) & (index.prices <= filters.price_max_cents)
    if filters.price_min_cents is not None:
        allowed &= index.prices >= filters.price_min_cents
    if filters.in_stock:
        allowed &= index.stock > 0
    for kind in ("category", "brand"):
        name = getattr(filters, kind)
        if name:
            allowed &= _mask(index, index.named(kind, name))
    if filters.product_ids is not None:
        allowed &= _mask(index, index.rows_of(filters.product_ids))
    if filters.exclude_ids:
        allowed &= ~_mask(index, index.rows_of(filters.exclude_ids))
    for phrase in filters.exclude:
        allowed &= ~_stating(index, phrase)
    return allowed


def _mask(index: Index, rows: np.ndarray) -> np.ndarray:
    made = np.zeros(index.size, bool)
    made[rows] = True
    return made


def _stating(index: Index, phrase: str) -> np.ndarray:
    """The products that state every word of the phrase in title, brand, category or facts, and do not deny it."""
    made = np.ones(index.size, bool)
    for term in words.content(phrase):
        stated = np.zeros(index.size, bool)
        has, lacks = index.postings(term), index.postings("!" + term)
        if has is not None:
            stated[has[0][(has[2] & 0b100111) > 0]] = True
        if lacks is not None:
            stated[lacks[0]] = False
        made &= stated
    return made & bool(words.content(phrase))
