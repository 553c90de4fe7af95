"""Two to four products side by side: only what differs, what the shopper cares about first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lifecycle.advice.shelf import Item, shown_price
from lifecycle.language.measures import MEASURES, OTHER
from lifecycle.language.words import fold, stems
from lifecycle.needs import Needs

MOST_ROWS = 8
MOST_SAID = 2  # differences told in a sentence
_LESS = {"quiet": "louder", "light": "heavier", "heavy": "lighter", "powerful": "less powerful", "small": "bigger",
         "big": "smaller", "battery": "shorter battery life", "fast": "slower", "bright": "less bright",
         "warranty": "shorter warranty", "cheap": "dearer", "rated": "lower rated"}  # fmt: skip
_LEAST = {"quiet": "the loudest", "light": "the heaviest", "heavy": "the lightest", "powerful": "the least powerful",
          "small": "the biggest", "big": "the smallest", "battery": "the shortest battery life", "fast": "the slowest",
          "bright": "the dimmest", "warranty": "the shortest warranty", "cheap": "the dearest",
          "rated": "the lowest rated"}  # fmt: skip
_ALWAYS = ("cheap", "quiet", "light", "battery", "warranty")  # what a trade-off may name beyond the stated needs
_NOTICEABLE = 0.03  # a difference of less than 3 % is none


@dataclass(frozen=True)
class Tradeoff:
    """What a product gives and takes beside another: short phrases like "$20 cheaper", "louder (64 dB)"."""

    better: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True)
class Lead:
    """The product at `place` is ahead of the others: "quieter", its value, and theirs from the nearest on."""

    place: int
    better: str
    value: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One attribute that differs: a value per product, "" where the page does not say."""

    name: str
    values: tuple[str, ...]


def tradeoff(first: Item, other: Item, needs: Needs) -> Tradeoff | None:
    """How `other` differs from `first` in what can be measured: stated preferences first, then price and the usual."""
    better: list[str] = []
    worse: list[str] = []
    for key in dict.fromkeys([*needs.prefer, *_ALWAYS]):
        for target, phrase in _difference(first, other, key):
            (better if target else worse).append(phrase)
    return Tradeoff(tuple(better[:2]), tuple(worse[:2])) if better or worse else None


def catch(first: Item, others: Sequence[Item], needs: Needs) -> Tradeoff | None:
    """What speaks against the first one: where all the others are better, stated preferences first."""
    worst: list[str] = []
    for key in dict.fromkeys([*needs.prefer, *_ALWAYS]):
        against = [_difference(first, other, key) for other in others]
        if others and all(found and found[0][0] for found in against):
            value = number(first, key)
            worst.append(_LEAST[key] if key == "cheap" or value is None else f"{_LEAST[key]} ({value[1]})")
    return Tradeoff((), tuple(worst[:2])) if worst else None


def rows(items: Sequence[Item], needs: Needs) -> list[Row]:
    """The attributes that differ between the products, in the order of the shopper's needs, then the page's order."""
    candidates = [Row("price", tuple(item.price or "" for item in items))]
    names = list(dict.fromkeys(name for item in items for name, _ in item.facts))
    names.sort(key=lambda name: _interest(name, items, needs))
    candidates += [Row(label(name), tuple(item.fact(name) for item in items)) for name in names]
    candidates.insert(1, Row("colour", tuple(item.colour for item in items)))
    candidates.insert(2, Row("brand", tuple(item.brand for item in items)))
    candidates.append(Row("rating", tuple(f"{item.rating:g}/5" if item.rating else "" for item in items)))
    shared = [row for row in candidates if _differs(row, len(items))]
    return shared[:MOST_ROWS]


def lead(items: Sequence[Item], needs: Needs) -> list[Lead]:
    """Where one of the products is ahead of all others by a number, stated preferences first, then the price.

    At most MOST_SAID; a number some page does not state compares nothing.
    """
    found: list[Lead] = []
    for key in dict.fromkeys([*needs.prefer, "cheap"]):
        numbers = [number(item, key) for item in items]
        known = [value for value in numbers if value is not None]
        if len(known) < len(items) or len({item.currency for item in items}) > 1:
            continue
        order = sorted(range(len(items)), key=lambda place: known[place][0] if low(key) else -known[place][0])
        first, second = known[order[0]][0], known[order[1]][0]
        if abs(first - second) > _NOTICEABLE * max(first, second):
            others = tuple(known[place][1].removesuffix(".00") for place in order[1:])
            found.append(Lead(order[0], better(key), known[order[0]][1].removesuffix(".00"), others))
    return found[:MOST_SAID]


def better(key: str) -> str:
    """The word for more of what is wished: quiet → "quieter", cheap → "cheaper"."""
    return MEASURES[key].more if key in MEASURES else OTHER[key][1]


def number(item: Item, key: str) -> tuple[float, str] | None:
    """What `key` compares, as (number, text): the price for "cheap", the stars for "rated", else the measure."""
    if key == "cheap":
        return (float(item.price_cents), item.price or "") if item.price_cents is not None else None
    if key == "rated":
        return (item.rating, f"{item.rating:g}/5") if item.rating else None
    return item.measure(key)


def low(key: str) -> bool:
    """Is less of the number what is wished?"""
    return key == "cheap" or (key in MEASURES and MEASURES[key].low)


def label(name: str) -> str:
    """A fact's name for people: noise_db → noise, water_tank_l → water tank."""
    words = name.replace("_", " ").replace("-", " ").split()
    units = {"db", "w", "kg", "g", "cm", "mm", "m", "l", "ml", "h", "s", "lm", "bar", "m2", "in", "oz", "lb"}
    while len(words) > 1 and words[-1].lower() in units:
        words.pop()
    return " ".join(words).removesuffix(" g per").lower() or name


def _difference(first: Item, other: Item, key: str) -> list[tuple[bool, str]]:
    if key == "cheap":
        same = first.currency == other.currency
        if first.price_cents is None or other.price_cents is None or not same or first.price_cents == other.price_cents:
            return []
        gap = abs(first.price_cents - other.price_cents)
        shown = (shown_price(gap, other.currency) or "").removesuffix(".00")
        less = other.price_cents < first.price_cents
        return [(less, f"{shown} {'cheaper' if less else 'dearer'}")]
    if key == "rated":
        if not first.rating or not other.rating or abs(first.rating - other.rating) < 0.15:
            return []
        up = other.rating > first.rating
        return [(up, f"{OTHER['rated'][1] if up else _LESS['rated']} ({other.rating:g}/5)")]
    left, right = first.measure(key), other.measure(key)
    if left is None or right is None or abs(left[0] - right[0]) <= _NOTICEABLE * max(left[0], right[0]):
        return []
    measure = MEASURES[key]
    up = (right[0] < left[0]) == measure.low
    return [(up, f"{measure.more if up else _LESS[key]} ({right[1]})")]


def _interest(name: str, items: Sequence[Item], needs: Needs) -> int:
    for position, key in enumerate(needs.prefer):
        if key in MEASURES and MEASURES[key].names.search(name):
            return position
    terms = [stems(term) for term in (*needs.wanted, *needs.unwanted)]
    words = set(stems(name.replace("_", " ")))
    for item in items:
        words |= set(stems(item.fact(name)))
    for position, term in enumerate(terms):
        if set(term) <= words:
            return 20 + position
    return 100


def _differs(row: Row, count: int) -> bool:
    known = [fold(value) for value in row.values if value]
    return len(known) * 2 >= count and (len(set(known)) > 1 or len(known) < count)
