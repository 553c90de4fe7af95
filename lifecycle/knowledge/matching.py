"""How well each of some statements answers a question, and how sure it is that the best one does.

A statement is weighed by what it holds of the question's words (or words for the same), how openly it states the
property asked for, whether the kind of answer fits, and where it stands.  Both sets of weights were fitted on the open
half of bench/product_questions.jsonl (`python -m bench.answer_fit` prints them); what those questions hold too few of,
or owe to their writer, was set by hand: PRIOR and FIXED there, and the figures and times of SURE_WEIGHTS.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

from lifecycle.knowledge import aspects, thesaurus
from lifecycle.knowledge.aspects import ASPECTS
from lifecycle.knowledge.inquiry import Inquiry
from lifecycle.knowledge.passages import Passage
from lifecycle.language import limits
from lifecycle.language.words import wordset

SYNONYM = 0.6  # what another word for the same counts, the asked word itself being 1
DERIVED, SLIP, COMPOUND = 0.75, 0.7, 0.6  # wash – washable, batery – battery, wheel – cartwheel
LEADING = 4  # properties that count when several are asked for

_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\b|\b(?:morning|night|day|week|year|month|"
    r"hour|minute|before|after|when|until|spring|summer|winter|fall|once|daily)",
    re.IGNORECASE,
)

WEIGHTS = {
    "held": 1.34,
    "word for word": 0.26,
    "heaviest": 0.51,
    "missing": -2.02,
    "all": 0.13,
    "property": 2.48,
    "properties": 1.3,
    "unit": 1.31,
    "number": 1.07,
    "figure": 0.5,
    "allows": 1.05,
    "not included": -0.15,
    "no time": -0.5,
    "other": -0.2,
    "yes": 0.67,
    "no": 0.51,
    "denial": 0.78,
    "unsure": -1.5,
    "question": -1.0,
    "attribute": 0.5,
    "bullet": 0.1,
    "answer": 0.4,
    "description": -0.2,
    "review": -0.1,
}
SURE_WEIGHTS = {
    "one": -1.68,
    "score": 0.08,
    "direct": 0.39,
    "figure": 0.8,
    "unit": 0.39,
    "not included": -1.72,
    "allows": 1.46,
    "properties": 0.01,
    "yes/no": 0.31,
    "known": -0.22,
    "held": 0.77,
    "most held": 0.97,
    "property": 0.67,
    "most property": 0.54,
    "missing": -0.21,
    "all": 0.72,
    "no number": -1.24,
    "no time": -1.5,
    "other": -0.07,
    "denial": 0.29,
    "terms": 0.31,
}


def total(row: dict[str, float]) -> float:
    """The score of a statement.  Scores compare statements for one question; only `sureness` compares questions."""
    return sum(WEIGHTS[name] * value for name, value in row.items())


def sureness(asked: Inquiry, rows: Sequence[dict[str, float]], place: int | None = None) -> float:
    """The probability, 0 to 1, that the best of the statements (or the one at `place`) answers the question."""
    if not rows or asked.empty:
        return 0.0
    value = sum(SURE_WEIGHTS[name] * number for name, number in signs(asked, rows, place).items())
    return 1 / (1 + math.exp(-value))


def signs(asked: Inquiry, rows: Sequence[dict[str, float]], place: int | None = None) -> dict[str, float]:
    """What tells an answered question from one that is not."""
    best = max(rows, key=total) if place is None else rows[place]
    return {
        "one": 1.0,
        "score": total(best),
        "direct": best["yes"] + best["no"],
        "figure": best["figure"],
        "unit": best["unit"],
        "not included": best["not included"],
        "allows": best["allows"],
        "properties": best["properties"],
        "yes/no": float(asked.yes_no),
        "known": float(bool(asked.aspects)),
        "held": best["held"],
        "most held": max(row["held"] for row in rows),
        "property": best["property"],
        "most property": max(row["properties"] for row in rows),
        "missing": best["missing"],
        "all": best["all"],
        "no number": float(asked.numeric) - best["number"],
        "no time": best["no time"],
        "other": best["other"],
        "denial": best["denial"],
        "terms": math.log(len(asked.terms) or 1),
    }


def features(asked: Inquiry, texts: Sequence[Passage], kinds: Sequence[str]) -> list[dict[str, float]]:
    """What is weighed of each statement; `kinds`: attribute, bullet, description, answer or review, where it stands."""
    if not texts:
        return []
    near = {term: _near(term, {stem for text in texts for stem in text.stems}) for term in asked.terms}
    return [_features(asked, text, kind, near) for text, kind in zip(texts, kinds, strict=True)]


def held(asked: Inquiry, text: Passage) -> list[float]:
    """How much of each term of the question the text holds, 0 to 1."""
    near = {term: _near(term, text.stems) for term in asked.terms}
    return _found(asked, text, near)


def _features(asked: Inquiry, text: Passage, kind: str, near: dict[str, dict[str, float]]) -> dict[str, float]:
    openly = sorted((sure * stated(name, text) for name, sure in asked.aspects.items()), reverse=True)
    property_ = openly[0] if openly else 0.0
    found = _found(asked, text, near)
    literal = [_held(term, frozenset(), text, near[term]) for term in asked.terms]
    weights = asked.weights
    if not asked.terms:  # "how much is it?": the property is all that is asked
        found, literal, weights = [property_], [property_], (1.0,)
    weight = sum(weights)
    share = sum(part * there for part, there in zip(weights, found, strict=True)) / weight
    mass = sum(sorted(asked.aspects.values(), reverse=True)[:LEADING]) or 1.0
    heaviest = max(range(len(found)), key=lambda place: weights[place])
    return {
        "held": share,
        "word for word": sum(part * there for part, there in zip(weights, literal, strict=True)) / weight,
        "heaviest": found[heaviest],
        "missing": sum(part * (1 - there) for part, there in zip(weights, found, strict=True)),
        "all": float(min(found) > 0.5),
        "property": property_,
        "properties": sum(openly[:LEADING]) / mass,
        "unit": float(asked.numeric and bool(asked.units & text.units)),
        "number": float(asked.numeric and text.number),
        "allows": float(asked.names_measure and limits.allows(asked.text, *text.parts) is not None),
        "not included": float(asked.aspects.get("included") == 1.0 and stated("included", text) == 0.0),
        "figure": float(bool(asked.figures) and not asked.figures.isdisjoint(text.tokens)),
        "no time": float(asked.when and not _TIME.search(text.text)),
        "other": _other(asked, text),
        "yes": float(asked.yes_no and text.yes),
        "no": float(asked.yes_no and text.no),
        "denial": float(asked.yes_no and text.denial),
        "unsure": float(text.unsure),
        "question": float(text.question),
        "attribute": float(kind == "attribute" and asked.numeric),
        "bullet": float(kind == "bullet"),
        "answer": float(kind == "answer"),
        "description": float(kind == "description"),
        "review": float(kind == "review"),
    }


def _found(asked: Inquiry, text: Passage, near: dict[str, dict[str, float]]) -> list[float]:
    """How much of each term the text holds; "how many liters" is held by whatever is measured in liters."""
    each = zip(asked.terms, asked.groups, asked.measures, strict=True)
    return [
        1.0 if measure and measure in text.units else _held(term, groups, text, near[term])
        for term, groups, measure in each
    ]


def _held(term: str, groups: frozenset[int], text: Passage, near: dict[str, float]) -> float:
    if term in text.cues:
        return 1.0
    best = max((value for other, value in near.items() if other in text.cues), default=0.0)
    return max(best, SYNONYM) if groups & text.groups else best


def _near(term: str, vocabulary: Collection[str]) -> dict[str, float]:
    """The words of the texts that are the term in another form, and how much each counts."""
    return {other: value for other in vocabulary if (value := alike(term, other))}


@functools.lru_cache(maxsize=200_000)
def alike(term: str, other: str) -> float:
    """How much another word counts as the term in another form: wash – washable; 0 for a different word."""
    if len(term) < 4 or len(other) < 4 or term == other:
        return 0.0
    if other.startswith(term) or term.startswith(other):
        return DERIVED
    if term[0] == other[0] and len(term) >= 5 and OSA.distance(term, other, score_cutoff=1) <= 1:
        return SLIP
    longer, shorter = (term, other) if len(term) > len(other) else (other, term)
    return COMPOUND if len(shorter) >= 4 and len(longer) >= 5 and longer.endswith(shorter) else 0.0


@functools.lru_cache(maxsize=100_000)
def stated(name: str, text: Passage) -> float:
    """How openly a text states the property of that name, 0 to 1."""
    return aspects.stated(ASPECTS[name], text.name, text.cues, text.units)


_EVERY_NAME = wordset(
    "item product type name descript recommend of the is for in per number total maximum minimum max min"
)


def _other(asked: Inquiry, text: Passage) -> float:
    """The share of a fact's name that nobody asked for: "cord length" answers no question about the blade's."""
    name = [entry for entry in text.name if "_" not in entry and entry not in _EVERY_NAME]
    if not name:
        return 0.0
    wanted = frozenset().union(*(ASPECTS[aspect].asks for aspect in asked.aspects)) | set(asked.terms)
    known = frozenset().union(*asked.groups)
    foreign = [
        entry for entry in name
        if entry not in wanted and not any(alike(term, entry) for term in asked.terms)
        and known.isdisjoint(thesaurus.groups().get(entry, ()))
    ]  # fmt: skip
    return len(foreign) / len(name)
