"""Sizes, quantities, ages and measurable limits in what people type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lifecycle.language.measures import unit_of

FIRST_TEEN, GROWN_UP = 13, 18
MOST = 10_000
AGE = re.compile(
    r"\b(?:aged?\s+|ages\s+)?(?P<years>\d{1,2})(?:\s*-\s*\d{1,2})?[\s-]*(?:(?:years?|yrs?)[\s-]*olds?|yo|y/o)\b|"
    r"\b(?:aged?|ages)\s+(?P<aged>\d{1,2})(?:\s*(?:-|to)\s*\d{1,2})?\b|(?<=he's\s)(?P<he>\d{1,2})\b(?!\s*[a-z'\"])|"
    r"(?<=she's\s)(?P<she>\d{1,2})\b(?!\s*[a-z'\"])"
)
_LETTERS = r"(?:\d?x{1,4}|[sml]|extra\s+large|extra\s+small)"
_SIZE = re.compile(
    r"\bsize\s*:?\s*(?P<a>(?:eu|us|uk)?\s?\d+(?:\.\d+)?(?:/\d+)?(?:\s?(?:wide|narrow|w|d|us|uk|eu))?\b|[a-z]{1,3}\b(?<!is)(?<!of)(?<!to)"
    r"(?<!in)(?<!for)(?<!and)|small|medium|large)|"
    r"\b(?P<e>(?:eu|us|uk)\s?\d{1,2}(?:\.5)?|\d{1,2}(?:\.5)?\s?(?:us|uk|eu))\b|"
    r"\b(?P<b>\d?x{1,4}-?(?:l|s|large|small)|queen|king|twin|full|double|single)(?=[\s-]*(?:size|sized|bed\b|"
    r"duvet|sheet|mattress|$|[,.]))|\b(?P<i>small|medium|large)(?=[\s-]sized?\b)|\b(?P<c>extra[\s-](?:large|small)|\d?x{1,4}-?(?:l|s|large|small)|\d+xl)\b|"
    r"\b(?P<d>\d+(?:\.\d+)?\s?[x×]\s?\d+(?:\.\d+)?(?:\s?[x×]\s?\d+(?:\.\d+)?)?)(?:\s?(?:cm|mm|in|inch|inches|ft|feet))?\b|"
    r"(?P<f>(?:^|(?<=,\s)|(?<=in\s)|(?<=in\sa\s))(?:[sml]|small|medium|large)(?=\s*(?:$|[,.!]|please|and\b|rather|then|instead)))|"
    r"\b(?P<g>\d{2}[a-h]{1,3}|\d{2}[rsl])\b(?!\s?cm)|\b(?P<h>\d{2}\s?w?\s?[x/]\s?\d{2}\s?l?)\b",
    re.I,
)
_COUNTED = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12, "a dozen": 12}
NUMBERS = {str(number): number for number in range(2, 100)} | _COUNTED
_N = rf"(?:\d+|{'|'.join(_COUNTED)})"
_QUANTITY = re.compile(
    rf"\b(?:pack|set|box|case|bundle|pair|carton|bag)s?\s+of\s+(?P<a>{_N})\b(?!\s*(?:oz|ounces?|lbs?|g|kg|ml|l|inch)\b)|"
    rf"\b(?P<b>{_N})[\s-]*(?:packs?|count|ct|pcs|pairs|pk|reams|decks|softgels|tablets|capsules)\b|"
    rf"\bquantity:?\s+(?P<c>\d+)|\b[x×]\s?(?P<d>\d{{1,3}})(?=\s*(?:$|[,.]))|\b(?P<e>{_N})\s+of\s+(?:them|those|these)\b|"
    rf"\b(?P<f>\d+)\s?[x×]\s(?=\d+\s?[a-z])|\b(?P<g>{_N})\s+dozen\b|\b(?P<h>{_N})[\s-]+packs?\b",
    re.I,
)
_HOLDS = re.compile(r"\b(?:at\s+least|up\s+to|over|under|holds?|fits?|more\s+than|less\s+than)\s+$")
_UNITS = (
    r"db|dba|decibels?|kgs?|kilos?|kilograms?|grams?|g|lbs?|pounds?|oz|ounces?|watts?|w|kw|liters?|litres?|l|ml|quarts?|qt|"
    r"hours?|hrs?|h|minutes?|mins?|mm|cm|inch(?:es)?|in(?=\s+(?:wide|tall|long|deep|high))|feet|ft|lumens?|lm|bars?|years?"
)
_LIMIT = re.compile(
    rf"(?:(?P<high>under|below|less\s+than|up\s?to|at\s+most|max(?:imum)?(?:\s+of)?|no\s+more\s+than|not\s+more\s+than|"
    rf"lighter\s+than|quieter\s+than|smaller\s+than|shorter\s+than|within|not\s+(?:over|heavier\s+than|bigger\s+than|wider\s+than|"
    rf"louder\s+than)|no\s+(?:bigger|heavier|wider|louder|longer)\s+than|<=?)|(?P<low>over|above|more\s+than|at\s+least|"
    rf"min(?:imum)?(?:\s+of)?|no\s+less\s+than|bigger\s+than|longer\s+than|larger\s+than|>=?))\s*(?P<n>\d+(?:\.\d+)?)\s?-?(?P<u>{_UNITS})\b"
    rf"(?:\s+(?:wide|tall|long|deep|high)\b)?|"
    rf"\b(?P<n2>\d+(?:\.\d+)?)\s?-?(?P<u2>{_UNITS})(?:\s+(?:wide|tall|long|deep|high))?\s+(?:(?P<high2>max(?:imum)?|or\s+(?:less|under|"
    rf"quieter|lighter)|at\s+most|tops)\b|(?P<low2>min(?:imum)?\b|or\s+more\b|at\s+least\b|\+))",
    re.I,
)


# What none of the patterns above can do without: looked for first, since most texts have no amounts.
_DIGIT = re.compile(r"\d")
_SIZED = re.compile(r"size|queen|king|twin|full|double|single|x[sl]\b|x-|extra|small|medium|large|\b[sml]\b")
_SEVERAL = re.compile(rf"\b(?:{'|'.join(_COUNTED)})\b")


@dataclass(frozen=True)
class Amounts:
    """What the numbers of a text measure; limits are (unit compared in, low, high, label); spans are where it stood."""

    limits: tuple[tuple[str, float | None, float | None, str], ...] = ()
    size: str = ""
    quantity: int | None = None
    spans: tuple[tuple[int, int], ...] = ()


def read(text: str, taken: Sequence[tuple[int, int]] = ()) -> Amounts:
    """The limits, the size and the quantity of a lower-case text, outside of `taken` spans (a price)."""
    spans: list[tuple[int, int]] = []
    digits = _DIGIT.search(text) is not None

    def free(found: re.Match[str]) -> bool:
        return not any(start < found.end() and found.start() < end for start, end in (*taken, *spans))

    limits = []
    for found in _LIMIT.finditer(text) if digits else ():
        unit = unit_of(found["u"] or found["u2"])
        if unit is None or not free(found):
            continue
        number = float(found["n"] or found["n2"]) * unit[1]
        high = bool(found["high"] or found["high2"])
        limits.append((unit[0], None if high else number, number if high else None, " ".join(found.group(0).split())))
        spans.append(found.span())
    size = ""
    for found in _SIZE.finditer(text) if digits or _SIZED.search(text) else ():
        if free(found):
            size = size or " ".join(next(group for group in found.groups() if group).split())
            spans.append(found.span())
    quantity: int | None = None
    for found in _QUANTITY.finditer(text) if digits or _SEVERAL.search(text) else ():
        if free(found) and not _HOLDS.search(text, 0, found.start()):
            written = next(group for group in found.groups() if group).lower()
            number = _COUNTED.get(written) or int(written)
            quantity = quantity or min(number * (12 if found["g"] else 1), MOST)
            spans.append(found.span())
    return Amounts(tuple(limits), size, quantity, tuple(spans))


def age_group(found: re.Match[str]) -> str:
    """Whom an age makes a product for: "kids", "teens", or nobody in particular."""
    years = int(next(group for group in found.groups() if group))
    return "kids" if years < FIRST_TEEN else "teens" if years < GROWN_UP else ""
