"""Needs that cannot be met together: which ones, and which single change brings how many products."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from lifecycle import money, verdicts
from lifecycle.needs import Needs
from lifecycle.shelf import Item
from lifecycle.verdicts import Scales

MOST_RELAXATIONS = 3


@dataclass(frozen=True)
class Relaxation:
    """A need to give up or a budget to raise, and how many products that brings."""

    change: str  # price_max, price_min or drop
    value: str  # cents, or the key of the need that is dropped
    need: str  # as shown: "under $150"
    label: str  # as shown: "$180", "black"
    count: int


@dataclass(frozen=True)
class Firm:
    """A need that is either met or not; the `hard` ones decide what may be shown at all."""

    key: str
    need: str
    test: Callable[[Item], bool]
    hard: bool


def firm_needs(needs: Needs, pool: list[Item], *, strict: bool = False) -> list[Firm]:
    """The needs of a shopper that a product passes or fails; when `strict`, a measure must be stated to be met."""
    firm: list[Firm] = []
    if needs.price_min is not None or needs.price_max is not None:
        label = verdicts.price_label(needs)
        firm.append(Firm("price", label, lambda item: verdicts.within_budget(item, needs) is True, True))
    for term in needs.unwanted:
        test = _refuser(term)
        firm.append(Firm(f"unwanted:{term}", verdicts.refusal_label(term), test, True))
    for term in needs.wanted:
        if term.endswith(" free"):  # "latex free" is a refusal: nothing that contains it is shown
            firm.append(Firm(f"wanted:{term}", term, _refuser(term.removesuffix(" free")), True))
    if any(not item.available for item in pool):
        firm.append(Firm("stock", "in stock", lambda item: item.available, True))
    if needs.brand:
        firm.append(Firm("brand", needs.brand, _meets(needs, "brand"), False))
    if needs.colour:
        firm.append(Firm("colour", needs.colour, _meets(needs, "colour"), False))
    for limit in needs.limits:
        test = _meets(needs, f"limit:{limit.unit}", silent=not strict)
        firm.append(Firm(f"limit:{limit.unit}", limit.label, test, False))
    return firm


def _refuser(term: str) -> Callable[[Item], bool]:
    return lambda item: verdicts.refused(item, term).verdict != verdicts.NOT_MET


def _meets(needs: Needs, key: str, *, silent: bool = True) -> Callable[[Item], bool]:
    """Whether a product meets this need; `silent` lets one pass whose page does not say."""
    kind = key.partition(":")[0]
    alone = Needs(
        brand=needs.brand if kind == "brand" else "",
        colour=needs.colour if kind == "colour" else "",
        limits=tuple(limit for limit in needs.limits if key == f"limit:{limit.unit}"),
    )
    failing = {verdicts.NOT_MET, verdicts.NEARLY} | (set() if silent else {verdicts.NOT_STATED})
    return lambda item: verdicts.judge(item, alone, Scales({}))[0].verdict not in failing


def passes(item: Item, firm: Iterable[Firm]) -> bool:
    return all(need.test(item) for need in firm)


def conflict(pool: list[Item], firm: list[Firm]) -> tuple[str, ...]:
    """The smallest set of needs that no product of this kind meets together."""
    passing = {need.key: {item.product_id for item in pool if need.test(item)} for need in firm}
    for size in range(1, len(firm) + 1):
        for chosen in itertools.combinations(firm, size):
            if not set.intersection(*(passing[need.key] for need in chosen)):
                return tuple(need.need for need in chosen)
    return ()


def relaxations(pool: list[Item], firm: list[Firm], needs: Needs) -> tuple[Relaxation, ...]:
    """Single changes after which something fits, each with how many; the ones that bring most first."""
    found: list[Relaxation] = []
    for need in firm:
        others = [other for other in firm if other is not need]
        freed = [item for item in pool if passes(item, others)]
        if not freed or need.key == "stock":
            continue
        if need.key != "price":
            label = need.key.partition(":")[2] if not need.key.startswith("limit:") else ""
            found.append(Relaxation("drop", need.key, need.need, label or need.need, len(freed)))
            continue
        found += _price_relaxation(freed, needs, need.need)
    return tuple(sorted(found, key=lambda change: -change.count)[:MOST_RELAXATIONS])


def _price_relaxation(freed: list[Item], needs: Needs, label: str) -> list[Relaxation]:
    costs = sorted(i.price_cents for i in freed if i.price_cents is not None and i.currency == needs.currency)
    above = [cents for cents in costs if needs.price_max is not None and cents > needs.price_max]
    if above:
        near = [cents for cents in above if cents <= above[0] * 1.25]
        raised = _neat(near[min(len(near), 4) - 1])
        count = sum(cents <= raised for cents in above)
        return [Relaxation("price_max", str(raised), label, _shown(raised, needs.currency), count)]
    below = [cents for cents in costs if needs.price_min is not None and cents < needs.price_min]
    if below:
        lowered = below[-1]
        return [Relaxation("price_min", str(lowered), label, _shown(lowered, needs.currency), len(below))]
    return []


def _neat(cents: int) -> int:
    """A price rounded up to what people say: 5, 10 or 50 units."""
    step = 500 if cents <= 10_000 else 1_000 if cents <= 100_000 else 5_000
    return -(-cents // step) * step


def _shown(cents: int, currency: str) -> str:
    return (money.format_price(cents, currency) or "").removesuffix(".00")


def relax(needs: Needs, change: str, value: str) -> Needs:
    """The needs after a relaxation was chosen."""
    if change == "price_max":
        return replace(needs, price_max=int(value))
    if change == "price_min":
        return replace(needs, price_min=int(value))
    kind, _, term = value.partition(":")
    if kind == "wanted":
        return replace(needs, wanted=tuple(word for word in needs.wanted if word != term))
    if kind == "unwanted":
        return replace(needs, unwanted=tuple(word for word in needs.unwanted if word != term))
    if kind == "limit":
        return replace(needs, limits=tuple(limit for limit in needs.limits if limit.unit != term))
    if kind in ("brand", "colour"):
        words = set(str(getattr(needs, kind)).lower().split())
        text = " ".join(word for word in needs.text.split() if word not in words)
        return replace(needs, brand="", text=text) if kind == "brand" else replace(needs, colour="", text=text)
    return replace(needs, price_min=None, price_max=None) if kind == "price" else needs
