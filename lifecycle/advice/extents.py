"""Which number of a page a stated limit speaks of: "less than 20 cm of counter" means the width, not the portafilter.

A limit names a unit; the words around it, or else what such a unit usually measures, name the attribute.  Where several
sides could be meant the reading is a range, and when a range leaves the answer open the page does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.advice.shelf import Item
from lifecycle.advice.statements import short
from lifecycle.language.measures import number_of, unit_of
from lifecycle.language.words import tokens, wordset
from lifecycle.needs import Limit

WIDE, DEEP, TALL = 0, 1, 2  # the places of a box: width or length, depth, height


@dataclass(frozen=True)
class Reading:
    """A number of a page in the limit's unit; `low` and `high` differ where it is not clear which side is meant."""

    low: float
    high: float
    value: str


@dataclass(frozen=True)
class Attribute:
    """Something measured in `unit`: the words that ask for it, the facts that hold it, its place in a box."""

    unit: str
    asked: re.Pattern[str]
    names: re.Pattern[str]
    side: int | None = None
    usual: bool = True  # meant when nothing says which


def _of(unit: str, asked: str, names: str, side: int | None = None, usual: bool = True) -> Attribute:
    return Attribute(unit, re.compile(rf"\b(?:{asked})\b", re.I), re.compile(names, re.I), side, usual)


_LOAD = r"max|load|capacity|limit|support|accuracy|precision|hopper|dose|retention|charger|packag|shipping"
_ATTRIBUTES = (
    _of("cm", "cables?|cords?|leads?|hoses?", r"cable|cord|\blead|hose", usual=False),
    _of("cm", "blades?", r"blade", usual=False),
    _of("cm", "screens?|displays?|diagonal|monitors?|tvs?|televisions?", r"screen|display|diagonal"),
    _of("cm", "diameter", r"diameter"),
    _of("cm", "thick|thickness|thin", r"thick", usual=False),
    _of("cm", "tall|high|height|cabinets?|cupboards?|under a shelf|shelves", r"height|\btall|\bhigh$", TALL),
    _of("cm", "wide|width|counters?|countertop|worktop|footprint|takes? up|across", r"width|\bwide", WIDE),
    _of("cm", "deep|depth", r"depth|\bdeep", DEEP),
    _of("cm", "long|length", r"^(?:overall_|total_|product_|item_)?length(?:_cm|_in|_m)?$"),
    _of("L", "tanks?|reservoirs?", r"tank|reservoir", usual=False),
    _of("L", "capacity|holds?|volume|big|large", r"capacity|volume(?!.*max)|\bholds|tank|\bbin|bowl|\bjug|reservoir"),
    _of(
        "kg",
        "holds?|supports?|carry|carries|load|loads|rated",
        r"max.?load|max.?weight|weight.?(?:capacity|limit)|supports",
        usual=False,
    ),
    _of("kg", "weighs?|weight|weighing|light|lighter|heavy|heavier", rf"^(?!.*(?:{_LOAD})).*weight|^weighs"),
    _of("W", "power|powerful|watts?|bulbs?", r"power|watt|bulb"),
    _of("dB", "quiet|quieter|loud|louder|noise|noisy", r"noise(?!.*(?:cancel|reduc))|sound.?level|loudness|decibel"),
    _of("h", "battery|batteries|lasts?|runtime|playback|plays?", r"battery(?!.*charg)|run.?time|play.?time|burn"),
    _of("h", "boils?|heats?|heat-up|brews?|ready|warms?", r"boil|heat.?up|brew|ready", usual=False),
    _of("h", "charges?|charging|recharges?", r"charg", usual=False),
    _of("years", "warranty|guarantee|guaranteed", r"warranty|guarantee"),
    _of("lm", "bright|brighter|lumens?", r"bright|lumen|luminous"),
    _of("bar", "pressure|bars?", r"pressure"),
    _of("mAh", "battery|capacity|power", r"battery|capacity"),
)
_NEUTRAL = wordset(
    """
    overall total item product assembled outer external net size length height width depth rating level time capacity
    water max maximum load limit weight of in the dimensions dust fresh
    """
)
_SPOKEN = {TALL: "tall|high|in height", WIDE: "wide|in width|across", DEEP: "deep|in depth"}
_NUMBER = r"\d+(?:[.,]\d+)?"
_SIDE = rf"({_NUMBER})\s*(?:cm|mm|in|\"|'')?\s*([WDHL])?"
_BOX = re.compile(
    rf"{_SIDE}\s*[x×*]\s*{_SIDE}(?:\s*[x×*]\s*{_SIDE})?\s*(mm|cm|m|inches|inch|in|ft|\"|'')?", re.I
)  # fmt: skip
_LETTERS = {"W": WIDE, "L": WIDE, "D": DEEP, "H": TALL}
_BOX_NAME = re.compile(r"dimension|size|measure|footprint", re.I)
_NO_BOX = re.compile(r"portafilter|blade|screen|display|packag|shipping|cable", re.I)


def read(item: Item, limit: Limit, words: str) -> Reading | None:
    """The number of a product's page that a limit speaks of; None when the page does not say.

    `words` are those of the request: they name the side, the tank or the cable that is meant.
    """
    meant, asked = _meant(limit, words)
    for attribute in meant:
        for name, value in item.facts:
            number = number_of(value, limit.unit) if attribute.names.search(name) else None
            if number is not None and _of_the_whole(name, attribute, words):
                return Reading(number, number, short(value))
        spoken = _spoken(item, attribute.side) if attribute.side is not None else None
        if spoken is not None:
            return spoken
    sides = [attribute.side for attribute in meant if attribute.side is not None]
    if limit.unit == "cm" and (sides or not asked):
        box = _box_of(item)
        if box is not None:
            numbers = [number for side, number in box[0].items() if side in sides] or list(box[0].values())
            return Reading(min(numbers), max(numbers), short(box[1]))
    return _in_title(item, limit) if not sides else None


def _meant(limit: Limit, words: str) -> tuple[list[Attribute], bool]:
    """The attributes a limit can mean, and whether words name them: its own, else the request's, else the usual ones.

    "Under five minutes" is a wait, "at least ten hours" a battery.
    """
    known = [attribute for attribute in _ATTRIBUTES if attribute.unit == limit.unit]
    for text in (limit.label, words):
        asked = [attribute for attribute in known if attribute.asked.search(text)]
        if asked:
            return asked[:1], True
    if limit.unit == "h" and limit.low is None:
        return [attribute for attribute in known if not attribute.usual], False
    return [attribute for attribute in known if attribute.usual and attribute.side is None], False


def _of_the_whole(name: str, attribute: Attribute, words: str) -> bool:
    """Is the fact about the product, not about a part of it nobody asked for (its seat, its wheels, its milk jug)?"""
    if attribute.unit not in ("cm", "kg", "L"):
        return True
    rest = [word for word in re.split(r"[\s_-]+", name.lower()) if word not in _NEUTRAL and unit_of(word) is None]
    asked = set(tokens(words))
    return all(word in asked or attribute.names.search(word) for word in rest)


def _spoken(item: Item, side: int) -> Reading | None:
    """ "47 cm tall", said in a bullet or a sentence."""
    pattern = re.compile(rf"({_NUMBER})\s*-?(mm|cm|m|inches|inch|in|ft)\s+(?:{_SPOKEN[side]})\b", re.I)
    for text in (item.title, *item.bullets, item.description):
        found = pattern.search(text)
        unit = unit_of(found[2]) if found else None
        if found and unit:
            number = float(found[1].replace(",", ".")) * unit[1]
            return Reading(number, number, found.group(0))
    return None


def _boxes(item: Item) -> Iterator[tuple[re.Match[str], str]]:
    for name, value in (*item.facts, ("size", item.size)):
        found = _BOX.search(value) if _BOX_NAME.search(name) and not _NO_BOX.search(name) else None
        if found:
            yield found, value


def _box_of(item: Item) -> tuple[dict[int, float], str] | None:
    """The sides of a product in cm by their place, as letters say or else width, depth, height; and the fact."""
    for found, value in _boxes(item):
        unit = unit_of({'"': "in", "''": "in"}.get(found[7] or "cm", found[7] or "cm"))
        factor = unit[1] if unit and unit[0] == "cm" else 1.0
        numbers = [(found[at], (found[at + 1] or "").upper()) for at in (1, 3, 5) if found[at]]
        sides = {
            _LETTERS.get(letter, place): float(number.replace(",", ".")) * factor
            for place, (number, letter) in enumerate(numbers)
        }
        return sides, value
    return None


def _in_title(item: Item, limit: Limit) -> Reading | None:
    """A title's only number in the unit is what the product is called by: "Everyday Kettle 1.7 L"."""
    if limit.unit not in ("L", "kg", "cm", "W"):
        return None
    found = [
        (number, text)
        for text in re.findall(rf"{_NUMBER}\s?-?[A-Za-z]+", item.title)
        if (number := number_of(text, limit.unit)) is not None
    ]
    return Reading(found[0][0], found[0][0], found[0][1]) if len(found) == 1 else None
