"""Is the size, weight or year a question names one that a text allows?  "a 15 inch laptop" and "up to 16 in"."""

from __future__ import annotations

import re

from lifecycle.language import measures, words

_MEASURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*-?\s*([a-z]+|[\"″”])")
_BETWEEN = re.compile(r"(\d+(?:[.,]\d+)?)\s*[a-z]*\s*(?:-|–|to|and)\s*(\d+(?:[.,]\d+)?)\s*-?\s*([a-z]+)")
_LIMIT = re.compile(r"\b(?:up to|max(?:imum)?|at most|under|limit|capacity|supports?|holds?|rated)\b", re.IGNORECASE)
_YEARS = re.compile(r"\b((?:19|20)\d\d)\b")
_RANGE = re.compile(r"\b((?:19|20)\d\d)\s*(?:-|–|to|thru|through|until)\s*((?:19|20)\d\d)\b")


def allows(question: str, heading: str, value: str) -> bool | None:
    """Whether the one measure or year a question names is what a text allows; None when the two cannot be compared.

    A range ("40 to 55 gallons", "2006-2011") and a limit ("up to 16 in") allow what lies in them; a bare value under a
    heading ("Wheel size: 16 inches") only itself.
    """
    measured = _measure_allowed(question, heading, value)
    return _year_allowed(question, value) if measured is None else measured


def _measure_allowed(question: str, heading: str, value: str) -> bool | None:
    wanted, stated = _measures(question), _measures(value)
    if len(wanted) != 1 or not stated or {unit for _, unit in stated} != {wanted[0][1]}:
        return None
    (size, kind), numbers = wanted[0], [number for number, _ in stated]
    between = _BETWEEN.search(value.lower())
    if between:
        known = measures.unit_of(between[3])
        if known is None or known[0] != kind:
            return None
        low, high = sorted(float(between[side].replace(",", ".")) * known[1] for side in (1, 2))
        return low * 0.99 <= size <= high * 1.01
    if _LIMIT.search(value) or _LIMIT.search(heading):
        return size <= max(numbers) * 1.01
    if len(numbers) == 1 and heading:
        return abs(numbers[0] - size) <= 0.02 * size
    return None


def _year_allowed(question: str, value: str) -> bool | None:
    """By the range stated for what the question names: "Civic 2006-2011; ILX 2013-2015"."""
    wanted = _YEARS.findall(question)
    if len(wanted) != 1:
        return None
    asked = set(words.content(question))
    parts = [(part, _RANGE.findall(part)) for part in re.split(r"[;,]", value)]
    named = [ranges[0] for part, ranges in parts if len(ranges) == 1 and asked & set(words.content(part))]
    if len(named) != 1:
        return None
    first, last = sorted(map(int, named[0]))
    return first <= int(wanted[0]) <= last


def _measures(text: str) -> list[tuple[float, str]]:
    found = []
    for number, written in _MEASURE.findall(text.lower()):
        unit = measures.unit_of("in" if written in '"″”' else written)
        if unit is not None:
            found.append((float(number.replace(",", ".")) * unit[1], unit[0]))
    return found
