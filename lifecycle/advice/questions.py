"""Which question is worth asking: the one whose answers are expected to change the three products shown the most.

    usefulness(q) = care(q) × Σ p(a) × new(a) / 3        over the answers a of the question q

p(a) is the share of the candidates' scores that falls under the answer: an answer that few good products fall under is
unlikely to be given.  new(a) counts the products among the first three after the answer that are not there now; an
answer all of them fall under changes nothing.  "No preference" has the rest of the probability and changes nothing.
care(q) is how likely somebody has a preference at all: its only numbers set by hand.  This is the expected value of
the information of the answer, with the change of what is shown as its worth.

new(a) is estimated by the scores; before a question is put, ranking with its answers must really change the three.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lifecycle import money
from lifecycle.advice.shelf import Item
from lifecycle.language.measures import MEASURES
from lifecycle.language.words import fold, stems
from lifecycle.needs import Needs

MOST_ASKED = 3  # questions in one visit
ENOUGH_NEEDS = 3  # stated needs after which we show instead of asking
WORTH_ASKING = 0.08  # expected share of the three products that an answer replaces
FEW = 5  # with fewer fitting products there is nothing to ask
LOOKED_AT = 40
LONGEST_OPTION = 40  # characters of a colour or brand that can be a button
SHOWN = 3
LEFT = 0.5  # of the score of a product that does not fall under an answer; nothing when the answer is a limit
CARE = {"price": 0.7, "prefer": 0.7, "colour": 0.4, "brand": 0.3}
CARE_USE, CARE_FACT, CARE_DULL = 1.0, 0.5, 0.2  # what it is for; another fact; one that nobody chooses by
_USES = re.compile(r"^(?:suits|use|usage|for|good_for|best_for|type|purpose|style|hob|sleep_position|terrain)$", re.I)
_DULL = re.compile(r"made.in|country|warranty|care|clean|material|washing|gtin|sku|mpn|dimension|certif|model", re.I)
_UNCLEAR = re.compile(r"(?:no|not|none|without|only|yes)\b|.*\bincluded$", re.I)
_MEASURABLE = ("quiet", "light", "battery", "small", "powerful", "bright", "big")


@dataclass(frozen=True)
class Option:
    """A possible answer: what the button shows and the value `apply` takes."""

    title: str
    value: str


@dataclass(frozen=True)
class Question:
    """A question about one attribute (`price`, `colour`, `brand`, `prefer`, `fact:suits`); `count` fit now."""

    attribute: str
    name: str
    options: tuple[Option, ...]
    count: int


def best(
    ranked: Sequence[tuple[Item, float]],
    needs: Needs,
    asked: Sequence[str],
    shown_with: Callable[[Needs], Sequence[str]],
) -> Question | None:
    """The most useful question about products ranked by score, or None when asking would not help.

    At most MOST_ASKED in a visit, none when enough is known.  `shown_with` gives the products that would be shown for
    other needs: a question whose answers all leave the three as they are is never asked.
    """
    if len(asked) >= MOST_ASKED or needs.stated >= ENOUGH_NEEDS or len(ranked) < FEW:
        return None
    items = ranked[:LOOKED_AT]
    alone = [item for item, _ in items]
    found: list[tuple[float, Question]] = []
    for attribute, name, options, care in _attributes(alone, needs):
        if attribute in asked:
            continue
        tests = [_test(attribute, option.value, alone) for option in options]
        usefulness = care * expected_change(items, tests, left=0.0 if attribute == "price" else LEFT)
        if usefulness >= WORTH_ASKING:
            found.append((usefulness, Question(attribute, name, tuple(options), len(ranked))))
    now = set(shown_with(needs)) if found else set()
    for _, question in sorted(found, key=lambda each: -each[0]):
        if any(set(shown_with(apply(needs, question.attribute, option.value))) != now for option in question.options):
            return question
    return None


def apply(needs: Needs, attribute: str, value: str) -> Needs:
    """The needs after an option of a question was chosen."""
    kind, _, name = attribute.partition(":")
    if kind == "price":
        low, _, high = value.partition("-")
        return replace(needs, price_min=int(low) if low else None, price_max=int(high) if high else None)
    if kind == "colour":
        return replace(needs, colour=value)
    if kind == "brand":
        return replace(needs, brand=value)
    if kind == "prefer":
        return needs if value in needs.prefer else replace(needs, prefer=(*needs.prefer, value))
    wanted = tuple(dict.fromkeys([*needs.wanted, value]))
    use = value if _USES.match(name) and not needs.use else needs.use
    text = " ".join(dict.fromkeys([*needs.text.split(), *value.split()]))
    return replace(needs, wanted=wanted, use=use, text=text, phrase="")


def _attributes(items: list[Item], needs: Needs) -> list[tuple[str, str, list[Option], float]]:
    made: list[tuple[str, str, list[Option], float]] = []
    if needs.price_min is None and needs.price_max is None:
        options = _price_bands(items)
        if options:
            made.append(("price", "price", options, CARE["price"]))
    if needs.by_interest:
        return made  # presents are of all kinds: their types and uses are not answers to one question
    if not needs.colour:
        made += _named("colour", [item.colour for item in items], needs)
    if not needs.brand:
        made += _named("brand", [item.brand for item in items], needs)
    if not needs.prefer:
        options = [Option(MEASURES[key].word, key) for key in _MEASURABLE if _spread(items, key)]
        if len(options) >= 2:
            made.append(("prefer", "prefer", options[:4], CARE["prefer"]))
    names = Counter(name for item in items for name, _ in item.facts)
    for name, count in names.items():
        if count * 10 >= len(items) * 6:
            options = _fact_options(name, items, needs)
            if len(options) >= 2:
                care = CARE_USE if _USES.match(name) else CARE_DULL if _DULL.search(name) else CARE_FACT
                made.append((f"fact:{name}", name, options, care * count / len(items)))
    return made


def _spread(items: list[Item], key: str) -> bool:
    """Do most products state this measure, and differ in it?"""
    numbers = sorted(found[0] for item in items if (found := item.measure(key)) is not None)
    return len(numbers) * 2 >= len(items) and numbers[0] * 1.3 <= numbers[-1]


def _price_bands(items: list[Item]) -> list[Option]:
    priced = sorted((item.price_cents, item.currency) for item in items if item.price_cents is not None)
    if len(priced) < FEW or priced[0][0] * 3 > priced[-1][0] * 2 or priced[0][1] != priced[-1][1]:
        return []
    currency = priced[0][1]
    low, high = (_neat(priced[len(priced) * part // 3][0]) for part in (1, 2))
    if low >= high:
        return []
    shown = [(money.format_price(cents, currency) or "").removesuffix(".00") for cents in (low, high)]
    return [
        Option(f"under {shown[0]}", f"-{low}"),
        Option(f"{shown[0]} to {shown[1]}", f"{low}-{high}"),
        Option(f"over {shown[1]}", f"{high}-"),
    ]


def _neat(cents: int) -> int:
    step = 500 if cents <= 10_000 else 2_500 if cents <= 50_000 else 10_000
    return max(step, round(cents / step) * step)


def _named(attribute: str, values: list[str], needs: Needs) -> list[tuple[str, str, list[Option], float]]:
    refused = {word for term in needs.unwanted for word in stems(term)}
    written: dict[str, str] = {}  # "BLACK" and "Black" are one
    counts: Counter[str] = Counter()
    for value in values:
        if value and len(value) <= LONGEST_OPTION and not refused & set(stems(value)):
            counts[written.setdefault(fold(value), value)] += 1
    common = [value for value, count in counts.most_common(4) if count < len(values)]
    if len(common) < 2:
        return []
    return [(attribute, attribute, [Option(value, value.lower()) for value in common], CARE[attribute])]


def _fact_options(name: str, items: list[Item], needs: Needs) -> list[Option]:
    stated = {word for term in (*needs.wanted, *needs.unwanted) for word in stems(term)}
    counts: Counter[str] = Counter()
    for item in items:
        counts.update(dict.fromkeys(_parts(item.fact(name)), 1))  # as the pages have them: the buttons stay in order
    options: list[Option] = []
    for part, count in counts.most_common(8):
        if stated & set(stems(part)):
            return []
        if count < len(items) and count >= 2 and len(options) < 4:
            options.append(Option(part, part))
    return options


def _parts(value: str) -> list[str]:
    parts = [fold(part).strip() for part in re.split(r"[,;/]| and | or ", value)]
    return [part for part in parts if 3 <= len(part) <= 24 and not part[0].isdigit() and not _UNCLEAR.match(part)]


def _test(attribute: str, value: str, items: list[Item]) -> Callable[[Item], bool]:
    kind, _, name = attribute.partition(":")
    if kind == "price":
        low, _, high = value.partition("-")
        least, most = int(low or 0), int(high) if high else math.inf
        return lambda item: item.price_cents is not None and least <= item.price_cents <= most
    if kind == "prefer":
        return _among_the_best(value, items)
    if kind in ("colour", "brand"):
        return lambda item: str(getattr(item, kind)).lower() == value
    return lambda item: value in _parts(item.fact(name))


def _among_the_best(key: str, items: list[Item]) -> Callable[[Item], bool]:
    numbers = sorted(found[0] for item in items if (found := item.measure(key)) is not None)
    low = MEASURES[key].low
    cut = numbers[len(numbers) // 3] if low else numbers[-1 - len(numbers) // 3]

    def good(item: Item) -> bool:
        found = item.measure(key)
        return found is not None and (found[0] <= cut if low else found[0] >= cut)

    return good


def expected_change(
    items: Sequence[tuple[Item, float]], tests: Sequence[Callable[[Item], bool]], *, left: float = LEFT
) -> float:
    """The share of the first three that an answer is expected to replace, 0 to 1 (see the formula above)."""
    now = {item.product_id for item, _ in items[:SHOWN]}
    whole = sum(score for _, score in items)
    under = [sum(score for item, score in items if test(item)) for test in tests]
    most = max(whole, sum(under))  # a product may fall under several answers
    expected = 0.0
    for test, mass in zip(tests, under, strict=True):
        if not mass:
            continue
        order = sorted(items, key=lambda pair: -pair[1] * (1.0 if test(pair[0]) else left))[:SHOWN]
        new = sum(item.product_id not in now for item, _ in order if left or test(item))
        gone = SHOWN - len([item for item, _ in order if left or test(item)])
        expected += mass / most * (new + gone) / SHOWN
    return expected
