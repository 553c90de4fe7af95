"""A shopper's question taken apart: which property it asks for, what kind of answer fits, and how well a text gives it.

No model and no training: words, their stems, the other words people use for the same property, and the units that
measure it.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lifecycle import words
from lifecycle.aspects import ASKED_FOR, ASPECTS, PAIRS, UNIT_WORDS, Aspect
from lifecycle.words import stem, wordset

SYNONYM = 0.8  # what a property's other word counts, the asked word itself being 1
PREFIX = 0.7  # wash – washable
PART = 0.6  # weight of the property when the question names the part that has it

_FIRM = frozenset(
    map(
        stem,
        wordset(
            """
            product item thing one ones use used using good great nice well work works need want come comes get gets
            make makes know tell say says anyone someone actually really much many how does like possible made able
            also still more very ok free go goes put take buy bought purchase ordered order there here type kind way
            different same all every about what which
            """
        ),
    )
)
_ASKING = wordset(
    """
    is are was does do did can could will would has have should may might how what which who where when why whats
    hows anyone tell please know want there if about me you your i it its this that these those they them the a an
    of to in on for with and or be been my so hi hello thanks any some
    """
)
_YES_NO = re.compile(
    r"^\W*(?:(?:hi|hello|hey|so|and|but|also|ok|please|just|wondering|know)\W+)*(?:is|are|was|were|does|do|did|can|could|"
    r"will|would|has|have|should|may|isn'?t|aren'?t|doesn'?t|don'?t|can'?t|if)\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"\bhow (?:many|much|long|big|large|wide|tall|high|deep|thick|heavy|loud|far|old|fast|hot|cold|bright|quiet|"
    r"powerful)\b|\bwhat(?:'s| is| are)? (?:the |its )?(?:\w+ )?(?:weight|size|dimensions?|height|width|length|depth|"
    r"diameter|capacity|wattage|voltage|price|temperature|volume|thickness|measurements?|number)\b|\bdimensions?\b|\bweigh\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"\d+(?:[.,/]\d+)*\s*-?\s*(°\s?[cf]|[a-z]+(?:/[a-z]+)?|[\"″”])", re.IGNORECASE)
_INCH = ('"', "″", "”", "in", "inches")
_NUMBER_WORDS = wordset(
    "one two three four five six seven eight nine ten eleven twelve dozen pair single double both half"
)


@dataclass(frozen=True)
class Inquiry:
    """What is asked: the stems that carry it, the properties, whether a number or a yes or no is expected."""

    text: str
    stems: tuple[str, ...]
    aspects: tuple[str, ...]
    outright: bool  # the property is asked for by a phrase ("how heavy") or by its name
    numeric: bool
    yes_no: bool
    phrase: frozenset[str] = frozenset()  # the stems of that phrase
    measured: frozenset[str] = frozenset()  # units of the measures named ("a 6 inch wrist")

    @property
    def units(self) -> frozenset[str]:
        return frozenset().union(*(ASPECTS[name].units for name in self.aspects))


@dataclass(frozen=True)
class Statement:
    """A text as it is matched: its stems, those of its name ("Weight: 2 kg"), its units, whether it has a number."""

    stems: tuple[str, ...]
    name: frozenset[str]
    units: frozenset[str]
    number: bool


@functools.lru_cache(maxsize=4_096)
def read(text: str) -> Inquiry:
    """Take a question apart.  Text without any meaning gives an inquiry without stems and properties."""
    tokens = words.tokens(text)
    carrying = tuple(dict.fromkeys(stem(token) for token in tokens if token not in _ASKING))
    asking = ((pattern.search(text), names) for pattern, names in ASKED_FOR)
    phrase, names = next(((found, names) for found, names in asking if found), (None, ()))
    aspects = list(names)
    aspects = aspects or [name for name in ASPECTS if stem(name) in carrying]
    outright = bool(aspects)
    if not aspects:
        used = {name: _used(aspect, set(carrying) - _FIRM, set(tokens)) for name, aspect in ASPECTS.items()}
        aspects = [name for name, count in sorted(used.items(), key=lambda pair: -pair[1]) if count][:4]
    # the words that ask for the property stand for it already
    spent = set(words.stems(phrase.group())) & ASPECTS[aspects[0]].words if phrase else set()
    content = tuple(term for term in carrying if term not in _FIRM | spent and not _is_measure(term, aspects))
    numeric = bool(_NUMERIC.search(text)) or bool(UNIT_WORDS & set(tokens) and not any(map(str.isdigit, text)))
    return Inquiry(
        text=text,
        phrase=frozenset(spent),
        measured=_units(text),
        stems=content or (() if outright else carrying),
        aspects=tuple(aspects),
        outright=outright,
        numeric=numeric,
        yes_no=bool(_YES_NO.match(text)),
    )


@functools.lru_cache(maxsize=20_000)
def statement(text: str) -> Statement:
    """Take a statement apart.  "noise_db: 62 dB" has the name {noise, db} and the unit db."""
    name, colon, value = text.partition(":")
    named = colon and len(name.split()) <= 4
    tokens = words.tokens(text.replace("_", " "))
    pairs = [PAIRS[pair] for pair in itertools.pairwise(tokens) if pair in PAIRS]
    return Statement(
        stems=(*map(stem, tokens), *pairs),
        name=frozenset([*map(stem, words.tokens(name.replace("_", " "))), *pairs]) if named else frozenset(),
        units=_units(value or text),
        number=any(map(str.isdigit, value or text)) or bool(_NUMBER_WORDS & set(tokens)),
    )


def score(inquiry: Inquiry, texts: Sequence[Statement]) -> list[float]:
    """How well each text answers, 0 to about 1.5; 1 means that everything asked for is there in the asked words."""
    if not texts or not (inquiry.stems or inquiry.outright):
        return [0.0] * len(texts)
    matches = [_matches(inquiry, text) for text in texts]
    columns = list(zip(*matches, strict=True))
    weights = [math.log(1 + (len(texts) + 4) / (sum(value > 0.5 for value in column) + 1.5)) for column in columns]
    if inquiry.outright and set(inquiry.stems) - ASPECTS[inquiry.aspects[0]].words:
        weights[-1] *= PART  # "how big is the water tank" asks for the tank first
    average = sum(len(text.stems) for text in texts) / len(texts) or 1.0
    return [_score(inquiry, text, row, weights, average) for text, row in zip(texts, matches, strict=True)]


def coverage(inquiry: Inquiry, text: Statement) -> float:
    """The share of what is asked that the text holds; 0 to 1."""
    held = _matches(inquiry, text)
    return sum(held) / len(held) if held else 0.0


def without_name(text: str, title: str) -> str:
    """The question without the words of the product's name; numbers and words that name a property stay."""
    properties = frozenset().union(*(aspect.words for aspect in ASPECTS.values()))
    names = {term for term in words.content(title) if not term[0].isdigit()} - properties
    return " ".join(token for token in re.findall(r"\S+", text) if not set(words.stems(token)) & names)


def _is_measure(term: str, aspects: list[str]) -> bool:
    """Numbers and units are compared, not looked up; "220" is one of the words of voltage."""
    plain = term[0].isdigit() or term in UNIT_WORDS
    return plain and not any(term in ASPECTS[name].words for name in aspects)


def _units(text: str) -> frozenset[str]:
    found = (unit.lower().replace(" ", "") for unit in _MEASURED.findall(text))
    return frozenset("inch" if unit in _INCH else unit for unit in found)


def _used(aspect: Aspect, carrying: set[str], tokens: set[str]) -> int:
    return len(aspect.words & carrying) + len(aspect.units & UNIT_WORDS & tokens)


def _score(inquiry: Inquiry, text: Statement, row: list[float], weights: list[float], average: float) -> float:
    value = sum(weight * match for weight, match in zip(weights, row, strict=True)) / (sum(weights) or 1.0)
    if value == 0:
        return 0.0
    if text.name & set(inquiry.stems) or any(ASPECTS[name].words & text.name for name in inquiry.aspects):
        value += 0.2
    if inquiry.measured & text.units:
        value += 0.25
    if inquiry.numeric:
        value += 0.25 if inquiry.units & text.units else 0.0
        value *= 1.0 if text.number else 0.6
    pairs = list(zip(inquiry.stems, inquiry.stems[1:], strict=False))
    if pairs:
        adjacent = set(zip(text.stems, text.stems[1:], strict=False))
        value += 0.15 * sum(pair in adjacent for pair in pairs) / len(pairs)
    return value / math.sqrt(0.75 + 0.25 * len(text.stems) / average)


def _matches(inquiry: Inquiry, text: Statement) -> list[float]:
    """For each thing asked, 0 to 1: the question's words, and the property it asks for outright."""
    held = set(text.stems)
    found = [_match(term, held, text, inquiry) for term in inquiry.stems]
    if inquiry.outright:
        found.append(
            1.0 if inquiry.phrase & held else max(_states(ASPECTS[name], text, held) for name in inquiry.aspects)
        )
    return found


def _states(aspect: Aspect, text: Statement, held: set[str]) -> float:
    """How openly a text states a property: under its name, by a unit that measures it, by a word for it."""
    if aspect.words & text.name or any(stem(word) in text.name for word in aspect.name.split()):
        return 1.0
    if stem(aspect.name) in held:
        return 0.85
    if aspect.units & text.units:
        return 0.5 if text.name else SYNONYM
    return 0.7 if aspect.words & held else 0.0


def _match(term: str, held: set[str], text: Statement, inquiry: Inquiry) -> float:
    if term in held:
        return 1.0
    asked = [ASPECTS[name] for name in inquiry.aspects]
    stated = [_states(aspect, text, held) for aspect in asked if term in aspect.words or term in aspect.units]
    best = SYNONYM * max(stated, default=0.0)
    if len(term) >= 4 and best < PREFIX:
        for other in held:
            if other.startswith(term) or other.endswith(term) or (len(other) > 4 and term.startswith(other)):
                return PREFIX
    return best
