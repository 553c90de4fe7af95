"""A shopper's words as the index sees them: what is wanted, what is not, slips of the keyboard mended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lifecycle.language import negation, words
from lifecycle.search import document as search_document
from lifecycle.search.document import denial
from lifecycle.search.index import Index

CHARACTERS, TOKENS = 2_000, 40  # of a request; nobody means more
SHORTEST, LONG = 4, 8  # letters of a word that can be mended at all, and of one in which two slips are believed
SLIP = 50  # how much more often a word must be used to be believed at the price of one more slip
RARE = 10_000  # a known word may itself be somebody's slip when fewer than one product in so many uses it
USUAL = 0.5  # the share of a word's products whose titles have the other word of a pair that is also written as one
_SEAM = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")

# How a request begins and ends that somebody says to a person; "need for speed" and "looking glass" are none.
_MANNERS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|good (?:morning|day|evening))\b[\s,.!]*)?"
    r"(?:(?:i['’]?m|i am|we['’]?re|we are)\s+(?:looking|searching|shopping)\s+for|looking\s+for|"
    r"(?:i|we)\s+(?:really\s+)?(?:need|want|would\s+like)|i['’]?d\s+like|(?:i\s+)?want\s+to\s+buy|"
    r"(?:can|could)\s+you\s+(?:show|find)\s+me|(?:please\s+)?(?:show|find)\s+me|do\s+you\s+(?:have|sell|stock))\s+"
    r"(?:(?:an?|some|any)\s+)?|[\s,]+(?:please|pls|thanks|thank\s+you)\W*$",
    re.IGNORECASE,
)
Group = tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A request as the index sees it: groups of equivalent stems wanted (one of each), and stems not wanted.

    A stem marked "!" (search_document.denial) is the statement that the thing is not there.
    """

    wanted: tuple[Group, ...]
    unwanted: tuple[str, ...] = ()


def read(index: Index, text: str) -> Query:
    """The request's terms, with unknown words split, joined or corrected to words of this catalogue."""
    text = text[:CHARACTERS]
    tokens = search_document.tokens(_MANNERS.sub(" ", text))[:TOKENS] or search_document.tokens(text)[:TOKENS]
    asked, refused = negation.split(tokens)
    unwanted = {stem for thing in refused for token in thing for stem in _meant(index, token)}
    groups: list[Group] = []
    for i, token in enumerate(asked):
        if token.startswith("!"):
            found = _lacking(index, token[1:])
            groups += found or _groups(index, [token[1:], "free"], 0)
            unwanted -= set() if found else {words.stem(token[1:])}
        elif token not in words.STOPWORDS:
            unwanted |= _less(index, token)
            groups += _groups(index, asked, i)
    wanted = tuple(dict.fromkeys(groups))
    return Query(wanted, tuple(sorted(unwanted - {group[0] for group in wanted})))


def _groups(index: Index, tokens: Sequence[str], i: int) -> list[Group]:
    token = tokens[i]
    term = words.stem(token)
    joined = _joined(index, tokens, i)
    if index.holding(term):
        apart = _usually_apart(index, token)
        return [(part, term) for part in apart] or [(term, *joined, *_better_known(index, token))]
    return [joined] if joined else [(part,) for part in _split(index, token) or _corrected(index, token)]


def _meant(index: Index, token: str) -> list[str]:
    """The stem of a word that is not wanted, mended when the catalogue has it only otherwise."""
    term = words.stem(token)
    if index.holding(term) or index.holding(denial(term)):
        return [term]
    return _split(index, token) or _corrected(index, token) or [term]


# --- said otherwise ---------------------------------------------------------------------------------------------------


def _joined(index: Index, tokens: Sequence[str], i: int) -> Group:
    """ "ear buds" also finds "earbuds", "xm 4" also "xm4"."""
    pairs = [tokens[i] + tokens[i + 1]] if i + 1 < len(tokens) else []
    pairs += [tokens[i - 1] + tokens[i]] if i > 0 else []
    return tuple(words.stem(pair) for pair in pairs if _is_name(pair) and index.knows(pair))


def _is_name(word: str) -> bool:
    """A word of letters, or a model of letters and digits; not a mere number."""
    return len(word) > 4 if word.isalpha() else len(word) > 2 and word.isalnum() and bool(_SEAM.search(word))


def _split(index: Index, token: str) -> list[str]:
    """ "firestick" also finds "fire stick", "wh1000xm4" also "wh 1000xm4"."""
    seams = [seam.start() for seam in _SEAM.finditer(token)]
    best: tuple[int, list[str]] = (0, [])
    for cut in seams or range(3, len(token) - 2):
        left, right = token[:cut], token[cut:]
        strength = min(index.knows(left), index.knows(right))
        if strength > best[0]:
            best = (strength, [words.stem(left), words.stem(right)])
    return best[1]


def _usually_apart(index: Index, token: str) -> list[str]:
    """The parts of a known word that this catalogue mostly writes apart: an airfryer is an air fryer, a handbag is no
    hand bag."""
    parts = _split(index, token) if len(token) > 5 and token.isalpha() else []
    if len(parts) < 2:
        return []
    rarer = min(map(index.holding, parts))
    together = index.titled(parts)
    return parts if together > 2 * index.knows(token) and together > USUAL * rarer else []


def _less(index: Index, token: str) -> set[str]:
    """What a "sugarless" request does not want, when pages rather say "no sugar" or "sugar free"."""
    thing = words.stem(token[:-4])
    named = len(token) > 7 and token.endswith("less")
    return {thing} if named and index.holding(denial(thing)) > index.holding(words.stem(token)) else set()


def _lacking(index: Index, thing: str) -> list[Group]:
    """The one group of ways in which pages say that they lack a thing; none when no page does."""
    ways = [denial(words.stem(thing)), *(words.stem(way) for way in (f"{thing}free", f"{thing}less", f"non{thing}"))]
    known = tuple(way for way in ways if index.holding(way))
    return [known] if known else []


# --- slips of the keyboard --------------------------------------------------------------------------------------------


def _corrected(index: Index, token: str) -> list[str]:
    """The stem of the word that was meant by an unknown one."""
    if len(token) < SHORTEST or not token.isalpha():
        return []

    def correct() -> str:
        return _nearest(index, token, token[:2]) or _nearest(index, token, token[:1]) or _first_letter(index, token)

    found = index.corrected(token, "unknown", correct)
    return [words.stem(found)] if found else []


def _better_known(index: Index, token: str) -> Group:
    """The word a rare one may be a slip for; in a large catalogue some page has every slip there is."""
    count = index.knows(token)
    if count * RARE >= index.size or len(token) <= SHORTEST or not token.isalpha():
        return ()
    least = (count + 1) * SLIP
    found = index.corrected(token, "rare", lambda: _nearest(index, token, token[:2], slips=1, least=least))
    return (words.stem(found),) if found else ()


def _nearest(index: Index, token: str, beginning: str, *, slips: int | None = None, least: int = 1) -> str:
    """The catalogue's word with that beginning that is fewest slips away, or is so much more usual."""
    slips = slips or (1 if len(token) < LONG else 2)
    counts = {
        word: count
        for word, count in index.words_like(beginning)
        if count >= least and abs(len(word) - len(token)) <= slips and word != token
    }
    found = process.extract(token, counts.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    return max(found, key=lambda hit: (counts[hit[0]] / SLIP ** hit[1], hit[0]), default=("",))[0]


def _first_letter(index: Index, token: str) -> str:
    """The most usual word that differs in its first letter: another, one too many, one too few, swapped."""
    ways = [token[1:], token[1] + token[0] + token[2:]]
    ways += [letter + rest for letter in ascii_lowercase for rest in (token, token[1:])]
    known = {way: index.knows(way) for way in ways}
    best = max(known, key=lambda way: known[way])
    return best if known[best] else ""
