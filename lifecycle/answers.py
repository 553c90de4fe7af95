"""Answer a question from stated facts: the ones that answer it, best first, and how sure it is that they do."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifecycle import inquiry, measures, negation, words
from lifecycle.aspects import ASPECTS, Aspect
from lifecycle.inquiry import Inquiry

SURE = 0.5  # answerable from here on
SETTLED = 0.6  # share of a yes/no question a statement must hold to affirm it
PICKED = 3
_MEASURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*-?\s*([a-z]+)")
# Properties with one stated value: what is not named there is not so.  The words name the property, not its values.
_CLOSED = {
    ASPECTS["color"]: "color colors colored shade tone",
    ASPECTS["origin"]: "origin country made manufactured manufacturer manufacture produced imported",
}
_SOURCE_WEIGHT = {"answer": 1.15, "facts": 1.1, "attribute": 1.1, "attributes": 1.1, "specification": 1.1,
                  "bullets": 1.05,                   "bullet": 1.05, "review": 0.95, "reviews": 0.95}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """Something the store can say, and where it stands.

    `text` is the evidence in the store's own words; `polarity` is "yes" or "no" when the question asks for one and the
    evidence gives it, else ""; `stated` is False when nothing answers: then `text` names what was asked.
    """

    text: str
    source: str
    confidence: float
    stated: bool = True
    polarity: str = ""
    sources: tuple[str, ...] = ()
    article_id: int | None = None
    related: str = ""  # when not stated: the nearest thing the store does say on that property


@dataclass(frozen=True)
class FactAnswer:
    """`picked` are indices of facts, best first; `answerable` is 0 to 1."""

    answerable: float
    picked: list[int]
    text: str
    sources: list[str]


def answer_facts(text: str, facts: Sequence[Mapping[str, Any]], *, title: str = "") -> FactAnswer:
    """Which of the facts `{source, text}` answer the question; facts without text are never picked.

    With the product's title the question is also read without the product's name: "is the Quiet 40 dishwasher safe"
    asks for the dishwasher, "which burrs are in it" for a word of the title.
    """
    said = [(str(fact.get("source") or ""), str(fact.get("text") or "")) for fact in facts]
    _, sure, ranked = _surest(text, title, said)
    if not ranked:
        return FactAnswer(0.0, [], "", [])
    picked = [i for i, _ in ranked[:PICKED]]
    answered = sure >= SURE
    return FactAnswer(
        answerable=round(sure, 4),
        picked=picked,
        text=said[picked[0]][1] if answered else "",
        sources=[said[picked[0]][0]] if answered else [],
    )


def _surest(text: str, title: str, said: Sequence[tuple[str, str]]) -> tuple[Inquiry, float, list[tuple[int, float]]]:
    readings = [inquiry.read(text)]
    shorter = inquiry.without_name(text, title) if title else text
    readings += [inquiry.read(shorter)] if shorter != text else []
    found: list[tuple[Inquiry, float, list[tuple[int, float]]]] = []
    for asked in readings:
        ranked = rank(asked, said)
        found.append((asked, answerable(asked, said[ranked[0][0]][1], ranked[0][1]) if ranked else 0.0, ranked))
    return max(found, key=lambda entry: entry[1])


def rank(asked: Inquiry, facts: Sequence[tuple[str, str]]) -> list[tuple[int, float]]:
    """(index, score) of the facts that have anything to do with the question, best first."""
    texts = [inquiry.statement(text) for _, text in facts]
    scores = inquiry.score(asked, texts)
    weighted = [
        (i, score * _SOURCE_WEIGHT.get(source.lower(), 1.0))
        for i, ((source, _), score) in enumerate(zip(facts, scores, strict=True))
        if score > 0
    ]
    return sorted(weighted, key=lambda pair: (-pair[1], pair[0]))


def answerable(asked: Inquiry, text: str, score: float) -> float:
    """The probability that the best fact answers: its score, the asked words it has, whether its units fit.

    Logistic; the weights were fitted on questions of our own about two catalogues, each predicting the other.
    """
    stated = inquiry.statement(text)
    shared = min(len(set(asked.stems) & set(stated.stems)), 3)
    fits = 0.0
    if asked.numeric:
        fits = 1.0 if asked.units & stated.units else 0.0 if stated.number else -1.0
    return 1 / (1 + math.exp(-(3.5 * score + 1.0 * shared + 0.4 * fits - 2.5)))


_SUPPOSES = re.compile(r"\W*(?:(?:and|but|so|or|ok)\s+)*(?:what\s+)?if\b", re.I)


def polarity(asked: Inquiry, text: str) -> str:
    """`yes` or `no` when a yes/no question is settled by this statement, else an empty text."""
    if not asked.yes_no or _SUPPOSES.match(asked.text):
        return ""
    name, colon, value = text.partition(":")
    value = value.strip().lower() if colon else text.lower()
    if re.match(r"(?:no|none|not|without)\b", value):
        return "no"
    if re.match(r"yes\b", value):
        return "yes"
    measured = _within(asked.text, value)
    if measured is not None:
        return "yes" if measured else "no"
    tokens = words.tokens(text.replace("_", " "))
    terms = set(asked.stems)
    if {words.stem(tokens[place]) for place in negation.denied(tokens)} & terms:
        return "no"
    closed = next((aspect for aspect in _CLOSED if colon and _names(name, aspect)), None)
    if closed is not None:
        meant = terms - closed.words - set(words.stems(name)) | terms & closed.words - _naming(closed)
        return ("yes" if meant & set(words.stems(value)) else "no") if meant else ""
    held = terms & set(map(words.stem, tokens))
    return "yes" if held and inquiry.coverage(asked, inquiry.statement(text)) >= SETTLED else ""


def _names(name: str, aspect: Aspect) -> bool:
    return words.stem(aspect.name) in words.stems(name) or bool(_naming(aspect) & set(words.stems(name)))


def _naming(aspect: Aspect) -> frozenset[str]:
    """The words that name the property itself, as against its values."""
    return frozenset(map(words.stem, _CLOSED[aspect].split()))


def _within(question: str, value: str) -> bool | None:
    """Whether the one measure a question names lies within what a value states; None when they cannot be compared."""
    wanted = _measures(question)
    stated = _measures(value)
    if len(wanted) != 1 or not stated or {unit for _, unit in stated} != {wanted[0][1]}:
        return None
    size, numbers = wanted[0][0], [number for number, _ in stated]
    if re.search(r"\b(?:up to|max(?:imum)?|at most|under)\b", value):
        return size <= max(numbers) * 1.01
    if len(numbers) == 2:
        return min(numbers) * 0.99 <= size <= max(numbers) * 1.01
    return abs(numbers[0] - size) <= 0.02 * size if len(numbers) == 1 else None


def _measures(text: str) -> list[tuple[float, str]]:
    found = []
    for number, written in _MEASURE.findall(text.lower()):
        unit = measures.unit_of(written)
        if unit is not None:
            found.append((float(number.replace(",", ".")) * unit[1], unit[0]))
    return found
