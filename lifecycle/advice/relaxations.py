"""Needs that cannot be met together: which ones, and which single change brings how many products."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from math import inf

from lifecycle import money
from lifecycle.advice import verdicts
from lifecycle.advice.shelf import Item
from lifecycle.advice.verdicts import Scales
from lifecycle.language.measures import MEASURES
from lifecycle.language.words import stem, stems
from lifecycle.needs import Needs, prices

MOST_RELAXATIONS = 3


@dataclass(frozen=True)
class Relaxation:
    """A need to give up or a budget to raise, and how many products then meet everything that is left."""

    change: str  # price_max, price_min, drop; keep (of two needs that exclude each other); other (types of the kind)
    value: str  # cents, or the key of the need that is dropped or kept
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


def firm_needs(
    needs: Needs, pool: list[Item], *, musts: Collection[str] = (), scales: Scales | None = None
) -> list[Firm]:
    """The needs of a shopper that a product passes or fails; those of `musts` are hard, and must be stated to be met.

    With the `scales` of the pool, a use that pages list is one of them.
    """
    firm: list[Firm] = []
    if needs.price_min is not None or needs.price_max is not None:
        label = verdicts.price_label(needs)
        firm.append(Firm("price", label, _affordable(needs), True))
    for term in needs.unwanted:
        if verdicts.part_of_name(term, needs):
            continue
        test = _refuser(term)
        firm.append(Firm(f"unwanted:{term}", verdicts.refusal_label(term), test, True))
    for term in needs.wanted:
        if term.endswith(" free"):  # "latex free" is a refusal: nothing that contains it is shown
            firm.append(Firm(f"wanted:{term}", term, _refuser(term.removesuffix(" free")), True))
    if any(not item.available for item in pool):
        firm.append(Firm("stock", "in stock", lambda item: item.available, True))
    for term in needs.wanted:
        if scales is not None and verdicts.use_of(term) in scales.uses:  # pages list what such products are meant for
            firm.append(Firm(f"wanted:{term}", term, _listed(term, scales), False))
    if needs.brand:
        firm.append(Firm("brand", needs.brand, _meets(needs, "brand"), False))
    if needs.colour:
        firm.append(Firm("colour", needs.colour, _meets(needs, "colour"), False))
    for limit in needs.limits:
        key = f"limit:{limit.unit}"
        firm.append(Firm(key, limit.label, _meets(needs, key, silent=key not in musts), key in musts))
    return firm


def _listed(term: str, scales: Scales) -> Callable[[Item], bool]:
    return lambda item: verdicts.suits(item, term, scales) is not False


def _affordable(needs: Needs) -> Callable[[Item], bool]:
    """Whether the price is known to be within the stated limits: verdicts.within_budget, asked of every candidate."""
    least = -inf if needs.price_min is None else needs.price_min
    most = inf if needs.price_max is None else needs.price_max
    currency = needs.currency

    def affordable(item: Item) -> bool:
        cents = item.price_cents
        return cents is not None and least <= cents <= most and item.currency == currency

    return affordable


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
    for need in firm:  # noqa: SIM110 - asked of every candidate several times: all() makes a generator each time
        if not need.test(item):
            return False
    return True


def contradiction(needs: Needs) -> tuple[tuple[str, str], tuple[Relaxation, ...]] | None:
    """Two needs that exclude each other whatever the store has ("red", "not red"), and the choice between them."""
    pairs: list[tuple[str, str, str, str]] = []  # label, key, label, key
    low, high = needs.price_min, needs.price_max
    if low is not None and high is not None and low > high:
        over = verdicts.price_label(replace(needs, price_max=None))
        under = verdicts.price_label(replace(needs, price_min=None))
        pairs.append((under, "price_max", over, "price_min"))
    for term in needs.unwanted:
        refused = set(stems(term))
        for kind, wished in (("colour", needs.colour), ("brand", needs.brand)):
            if wished and set(stems(wished)) == refused:
                pairs.append((wished, f"{kind}:{wished}", verdicts.refusal_label(term), f"unwanted:{term}"))
        words = needs.text.split()
        at = next((i for i, word in enumerate(words) if needs.kind and stem(word) == needs.kind), 0)
        is_colour = verdicts.is_colour(term)  # a "silverware box without silverware" is none
        if not pairs and at and is_colour and {stem(words[at - 1])} == refused:  # "a red lamp but not red"
            pairs.append((words[at - 1], f"text:{words[at - 1]}", verdicts.refusal_label(term), f"unwanted:{term}"))
    for limit in needs.limits:
        if limit.low is not None and limit.high is not None and limit.low > limit.high:
            least, most = (f"{word} {number:g} {limit.unit}" for word, number in
                           (("at least", limit.low), ("at most", limit.high)))  # fmt: skip
            pairs.append((least, f"low:{limit.unit}", most, f"high:{limit.unit}"))
    for one, other in (("light", "heavy"), ("small", "big")):
        if one in needs.prefer and other in needs.prefer:
            pairs.append((MEASURES[one].word, f"prefer:{one}", MEASURES[other].word, f"prefer:{other}"))
    if not pairs and needs.contradictions:
        one, other = needs.contradictions[0]
        keep_one = Relaxation("keep", f"said:{one}|{other}", other, one, 0)
        return (one, other), (keep_one, Relaxation("keep", f"said:{other}|{one}", one, other, 0))
    if not pairs:
        return None
    first, first_key, second, second_key = pairs[0]
    keep_first = Relaxation("keep", f"{first_key}|{second_key}", second, first, 0)
    keep_second = Relaxation("keep", f"{second_key}|{first_key}", first, second, 0)
    return (first, second), (keep_first, keep_second)


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
            label = need.key.partition(":")[2] if need.key.startswith(("unwanted:", "wanted:", "type:")) else ""
            found.append(Relaxation("drop", need.key, need.need, label or need.need, len(freed)))
            continue
        found += _price_relaxation(freed, needs, need.need)
    return tuple(sorted(found, key=lambda change: -change.count)[:MOST_RELAXATIONS])


def _price_relaxation(freed: list[Item], needs: Needs, label: str) -> list[Relaxation]:
    costs = sorted(i.price_cents for i in freed if i.price_cents is not None and i.currency == needs.currency)
    changes: list[Relaxation] = []
    above = [cents for cents in costs if needs.price_max is not None and cents > needs.price_max]
    if above:
        near = [cents for cents in above if cents <= above[0] * 1.25]
        raised = _neat(near[min(len(near), 4) - 1])
        count = sum(cents <= raised for cents in above)
        changes.append(Relaxation("price_max", str(raised), label, _shown(raised, needs.currency), count))
    below = [cents for cents in costs if needs.price_min is not None and cents < needs.price_min]
    if below:
        lowered = below[-1]
        count = sum(cents >= lowered for cents in below)
        changes.append(Relaxation("price_min", str(lowered), label, _shown(lowered, needs.currency), count))
    return changes


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
    if change == "keep" and value.startswith("said:"):
        kept, _, given_up = value.removeprefix("said:").partition("|")
        return _kept(needs, kept, given_up)
    if change == "keep":
        return _without(needs, value.partition("|")[2])
    if change == "other":
        for word in value.split():
            needs = _without(needs, f"type:{word}")
        return needs
    return _without(needs, value)


def _kept(needs: Needs, kept: str, given_up: str) -> Needs:
    """The needs after one of two things said in one breath was chosen; both as they were said."""
    left = tuple(pair for pair in needs.contradictions if set(pair) != {kept, given_up})
    needs = replace(needs, contradictions=left, phrase="")
    budget = prices.read(kept, needs.currency)
    if budget.stated:
        return replace(needs, price_min=budget.low, price_max=budget.high)
    if any(limit.label in (kept, given_up) for limit in needs.limits):
        return replace(needs, limits=tuple(limit for limit in needs.limits if limit.label != given_up))
    if kept.startswith("not ") or kept.endswith((" free", "-free")):
        return needs  # the refusal counts already
    meant = set(stems(kept))
    unwanted = tuple(term for term in needs.unwanted if set(stems(term)) != meant)
    wanted = tuple(term for term in needs.wanted if set(stems(term.removesuffix(" free"))) != meant)
    if verdicts.is_colour(kept):
        return replace(needs, unwanted=unwanted, wanted=wanted, colour=kept)
    return replace(needs, unwanted=unwanted, wanted=(*wanted, kept), text=f"{needs.text} {kept}".strip())


def _without(needs: Needs, key: str) -> Needs:
    """The needs without the one of this key, its words no longer searched for either."""
    if not key.startswith(("price", "prefer")):
        needs = replace(needs, phrase="")
    kind, _, term = key.partition(":")
    if kind in ("price", "price_max", "price_min"):
        low = needs.price_min if kind == "price_max" else None
        return replace(needs, price_min=low, price_max=needs.price_max if kind == "price_min" else None)
    if kind == "limit":
        return replace(needs, limits=tuple(limit for limit in needs.limits if limit.unit != term))
    if kind in ("low", "high"):
        open_end = {"low": lambda limit: replace(limit, low=None), "high": lambda limit: replace(limit, high=None)}[
            kind
        ]
        return replace(needs, limits=tuple(open_end(lim) if lim.unit == term else lim for lim in needs.limits))
    if kind == "prefer":
        return replace(needs, prefer=tuple(name for name in needs.prefer if name != term))
    if kind == "unwanted":
        return replace(needs, unwanted=tuple(word for word in needs.unwanted if word != term))
    said = set(stems(getattr(needs, kind) if kind in ("brand", "colour") else term))
    text = " ".join(word for word in needs.text.split() if stem(word) not in said)
    if kind in ("brand", "colour"):
        return replace(needs, text=text, brand="") if kind == "brand" else replace(needs, text=text, colour="")
    wanted = tuple(word for word in needs.wanted if not said & set(stems(word)))
    use = "" if said & set(stems(needs.use)) else needs.use
    return replace(needs, wanted=wanted, use=use, text=text)
