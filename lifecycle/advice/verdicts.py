"""How well a product meets each stated need: met, nearly, not met or not stated, with the value that shows it."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from lifecycle.advice import claims, extents, interests, statements
from lifecycle.advice.promises import Kept
from lifecycle.advice.shelf import USES, Item, shown_price
from lifecycle.advice.statements import Said
from lifecycle.language.measures import MEASURES, OTHER
from lifecycle.language.words import stem, stems, stemset
from lifecycle.needs import Limit, Needs, prices
from lifecycle.needs.vocabulary import COLOUR_STEMS

_FAMILIES = {
    "purple": "plum lilac lavender violet mauve", "green": "sage olive mint lime emerald", "pink": "rose coral fuchsia",
    "blue": "navy teal turquoise aqua indigo cyan sapphire", "red": "burgundy maroon crimson scarlet rust terracotta",
    "grey": "charcoal graphite anthracite", "white": "cream ivory", "yellow": "mustard amber gold", "black": "charcoal",
    "brown": "tan taupe camel walnut", "beige": "sand oat cream taupe", "orange": "terracotta rust peach amber",
}  # fmt: skip
FAMILIES = {stem(colour): frozenset(map(stem, near.split())) for colour, near in _FAMILIES.items()}
MET, NEARLY, NOT_MET, NOT_STATED = "met", "nearly", "not met", "not stated"
WORTH = {MET: 1.0, NEARLY: 0.6, NOT_STATED: 0.3, NOT_MET: 0.0}
GOOD_SHARE, FAIR_SHARE = 0.4, 0.65  # quiet: among the quietest 40 % of its kind; nearly: among the quietest 65 %
FEW = 2  # numbers known of a kind from which they are compared
GOOD_RATING, FAIR_RATING = 4.3, 3.8  # of 5 stars
OWN_WORD = 5  # a page's own claim counts like the word of so many buyers: one voice alone turns no order round
BROKEN = 0.9  # per wish the page denies: keeping most things well does not make up for the one it fails
SLACK = 0.1  # a stated limit missed by less than a tenth is nearly met


# Whom a product can be made for; no page says "for dad".
AUDIENCES = frozenset(
    {"man", "men", "woman", "women", "mens", "womens", "kid", "kids", "child", "children", "boy", "boys", "girl",
     "girls", "toddler", "toddlers", "baby", "babies", "teen", "teens", "adult", "adults", "beginner", "beginners",
     "dog", "dogs", "cat", "cats", "student", "students", "senior", "seniors"}
)  # fmt: skip
# A fact that shows a property it does not name.
_SHOWN_BY = {
    "electric": re.compile(r"^(?:power_w|power|wattage|watts|voltage)$", re.I),
    "cordless": re.compile(r"^(?:battery|battery_life|runtime|run_time|charging|charging_time)$", re.I),
}
_NEEDED_ANYWAY = frozenset(stems("battery batteries"))  # "batteries not included" does not mean that it runs without


class Verdict(NamedTuple):
    """One need of the shopper and how a product meets it; `worth` is 0 to 1, `weight` how much the need counts."""

    key: str  # price, brand, colour, size, audience, prefer:quiet, limit:dB, wanted:espresso, unwanted:black
    need: str  # as shown: "under $150"
    verdict: str
    value: str
    weight: float
    worth: float
    source: str = ""  # where the value is from: fact, title, bullet, description
    name: str = ""  # of the fact
    owners: Kept | None = None  # what buyers who wanted the same say after use

    def to_json(self) -> dict[str, str]:
        """As the contract has it; `owners` ("3 of 4") only where buyers were asked."""
        said = {"owners": f"{self.owners.yes} of {self.owners.asked}"} if self.owners else {}
        return {"need": self.need, "verdict": self.verdict, "value": self.value, **said}


@dataclass(frozen=True)
class Scales:
    """Where a number stands among the products of its kind; sorted values per measure, price and rating."""

    values: dict[str, list[float]]
    uses: frozenset[tuple[str, ...]] = frozenset()  # everything the pages say such products are meant for
    kept: Mapping[tuple[str, str], Kept] = field(default_factory=dict)  # by (product id, key of the need)

    @classmethod
    def of(cls, items: Iterable[Item], needs: Needs) -> Scales:
        items = list(items)
        values = {
            key: sorted([found[0] for item in items if (found := _preferred(item, key)) is not None])
            for key in needs.prefer
        }
        uses = frozenset().union(*[item.uses for item in items]) if needs.wanted else frozenset()
        return cls(values, uses)

    def share(self, key: str, number: float) -> float:
        """The share of its kind that is better than this number, equals counted half: near 0 for the best of all."""
        found = self.values.get(key, [])
        if len(found) < FEW:
            return FAIR_SHARE - 0.01  # nothing to compare it with: no praise and no blame
        below = (bisect_left(found, number) + bisect_right(found, number)) / 2 / len(found)
        return below if key == "cheap" or (key in MEASURES and MEASURES[key].low) else 1 - below


def judge(item: Item, needs: Needs, scales: Scales) -> tuple[Verdict, ...]:
    """The verdict on every stated need, as a shopper reads them: price, what it must be, what it must not be."""
    return tuple(one_by_one(item, needs, scales))


def one_by_one(item: Item, needs: Needs, scales: Scales) -> Iterator[Verdict]:
    """The same, for whoever may know enough before the last one."""
    if not scales.kept:
        return _verdicts(item, needs, scales)
    return (_heard(item, verdict, scales) for verdict in _verdicts(item, needs, scales))


def promised(needs: Needs) -> list[str]:
    """The keys of the needs that use can prove: what buyers are asked after the purchase."""
    return [*(f"prefer:{key}" for key in needs.prefer if key not in OTHER), *(f"wanted:{t}" for t in needs.wanted)]


def _heard(item: Item, verdict: Verdict, scales: Scales) -> Verdict:
    """The verdict with what buyers say who wanted the same: the page's claim weighs like OWN_WORD of them."""
    said = scales.kept.get((item.product_id, verdict.key))
    if said is None:
        return verdict
    worth = (verdict.worth * OWN_WORD + said.yes) / (OWN_WORD + said.asked)
    return verdict._replace(worth=worth, owners=said)


def satisfaction(verdicts: Iterable[Verdict]) -> float:
    """How well the needs are met altogether, 0 to 1; 1 when none was stated."""
    total = met = 0.0
    broken = 0
    for verdict in verdicts:
        total += verdict.weight
        met += verdict.weight * verdict.worth
        broken += verdict.verdict == NOT_MET
    return float((met / total if total else 1.0) * BROKEN**broken)


def price_label(needs: Needs) -> str:
    """ "under $150", "over $50", "$50 to $150"."""
    return _price_label(needs.price_min, needs.price_max, needs.currency)


@functools.lru_cache(maxsize=512)
def _price_label(price_min: int | None, price_max: int | None, currency: str) -> str:
    low, high = (_round_price(cents, currency) for cents in (price_min, price_max))
    if low and high:
        return f"{low} to {high}"
    if price_max is not None and price_max % 100 == 99:  # "cheaper than $79" is under $79, not under $78.99
        high = _round_price(price_max + 1, currency)
    return f"under {high}" if high else f"over {low}"


@functools.lru_cache(maxsize=4_096)
def refusal_label(term: str) -> str:
    """ "not black", "no latex"."""
    return f"not {term}" if is_colour(term) or term != term.lower() else f"no {term}"


def part_of_name(term: str, needs: Needs) -> bool:
    """Is what is not wanted also part of what is asked for?  No page of a "silverware box without silverware" can be
    read for the second without the first; which comes earlier is left to the search."""
    return bool(needs.phrase) and not is_colour(term) and stemset(term) <= stemset(needs.text)


def within_budget(item: Item, needs: Needs) -> bool | None:
    """Is the price inside the stated limits?  None when there is no price, or one in another currency."""
    if needs.price_min is None and needs.price_max is None:
        return True
    if item.price_cents is None or item.currency != needs.currency:
        return None
    above = needs.price_min is None or item.price_cents >= needs.price_min
    return above and (needs.price_max is None or item.price_cents <= needs.price_max)


def refused(item: Item, term: str) -> Verdict:
    """The verdict on something unwanted: not met when stated, met when denied or when it has another colour."""
    return item.judged(term, _refused)


def _refused(item: Item, term: str) -> Verdict:
    need = refusal_label(term)

    def verdict(kind: str, value: str, worth: float, source: str = "") -> Verdict:
        return Verdict(f"unwanted:{term}", need, kind, value, 0.7, worth, source)

    if is_colour(term):
        if not stemset(term).isdisjoint(item.colours):
            return verdict(NOT_MET, item.colour or term, 0.0)
        return verdict(MET, item.colour, 1.0) if item.colour else verdict(NOT_STATED, "", 0.7)
    if item.brand and stems(term) == stems(item.brand):
        return verdict(NOT_MET, item.brand, 0.0)
    if item.brand and term != term.lower():  # a brand's own spelling: another brand is what was asked for
        return verdict(MET, item.brand, 1.0)
    said = item.says(term, refused=True)
    if said is None or (said.missing and _NEEDED_ANYWAY & stemset(term)):
        return verdict(NOT_STATED, "", 0.6)
    kind, worth = (NOT_MET, 0.0) if said.stated else (MET, 1.0)
    return verdict(kind, said.value, worth, said.source)


def _verdicts(item: Item, needs: Needs, scales: Scales) -> Iterator[Verdict]:
    if needs.price_min is not None or needs.price_max is not None:
        fits = within_budget(item, needs)
        kind = NOT_STATED if fits is None else MET if fits else NOT_MET
        yield _made("price", price_label(needs), kind, item.price or "", 1.0)
    for key in needs.prefer:
        yield _preference(item, key, scales)
    for limit in needs.limits:
        yield _limit(item, limit, needs)
    for term in needs.wanted:
        yield _wanted(item, term, scales, use=term == needs.use)
    if needs.brand:
        good = needs.brand.lower() in (item.brand.lower(), *item.title.lower().split(" ", 1)[:1])
        known = MET if good else NOT_MET if item.brand else NOT_STATED
        yield _made("brand", needs.brand, known, item.brand, 2.0)
    if needs.colour:
        yield _colour_wanted(item, needs.colour)
    if needs.size:
        yield _size(item, needs.size)
    if needs.by_interest:
        share, interest, value = interests.fit(item, needs.interests)
        yield _made("interest", interest, MET if share else NOT_STATED, value, 1.0)
    if needs.audience in AUDIENCES:
        yield _audience(item, needs.audience)
    for term in needs.unwanted:
        if not part_of_name(term, needs):
            yield refused(item, term)


def _made(key: str, need: str, verdict: str, value: str, weight: float) -> Verdict:
    return Verdict(key, need, verdict, value, weight, WORTH[verdict])


def _said(key: str, need: str, said: Said, weight: float) -> Verdict:
    verdict = MET if said.stated else NOT_MET
    return Verdict(key, need, verdict, said.value, weight, WORTH[verdict], said.source, said.name)


def _preferred(item: Item, key: str) -> tuple[float, str] | None:
    """The number a preference compares, with its text: the measure, the price, or the rating."""
    if key == "cheap":
        return (float(item.price_cents), item.price or "") if item.price_cents is not None else None
    if key == "rated":
        return (item.rating, f"{item.rating:g}/5") if item.rating else None
    found = item.measure(key)
    if found is None and key in ("small", "big"):
        other = item.measure("big" if key == "small" else "small")
        return other
    return found


def _preference(item: Item, key: str, scales: Scales) -> Verdict:
    word = MEASURES[key].word if key in MEASURES else OTHER[key][0]
    found = _preferred(item, key)
    if found is None:
        claim = claims.about(item, key)
        if claim is None:
            return _made(f"prefer:{key}", word, NOT_STATED, "", 1.2)
        return _said(f"prefer:{key}", word, claim, 1.2)
    if key == "rated":
        good, fair, share = found[0] >= GOOD_RATING, found[0] >= FAIR_RATING, 1 - found[0] / 5
    else:
        share = scales.share(key, found[0])
        good, fair = share < GOOD_SHARE, share < FAIR_SHARE
    verdict = MET if good else NEARLY if fair else NOT_MET
    return Verdict(f"prefer:{key}", word, verdict, found[1], 1.2, 0.6 * WORTH[verdict] + 0.4 * (1 - share))


def _limit(item: Item, limit: Limit, needs: Needs) -> Verdict:
    key = f"limit:{limit.unit}"
    found = extents.read(item, limit, " ".join([needs.text, *needs.wanted]))
    if found is None:
        return _made(key, limit.label, NOT_STATED, "", 1.5)
    low, high = limit.low if limit.low is not None else -inf, limit.high if limit.high is not None else inf
    if low <= found.low and found.high <= high:
        verdict = MET
    elif found.low > high * (1 + SLACK) or found.high < low * (1 - SLACK):
        verdict = NOT_MET
    elif found.low != found.high:
        verdict = NOT_STATED  # it depends on which side is meant
    else:
        verdict = NEARLY
    return _made(key, limit.label, verdict, found.value if verdict != NOT_STATED else "", 1.5)


def suits(item: Item, term: str, scales: Scales) -> bool | None:
    """Is this use among those a page lists?  None when the page lists none, or such pages never list this one."""
    if not item.uses:
        return None
    use = use_of(term)
    return use in item.uses if use in scales.uses else None


@functools.lru_cache(maxsize=4_096)
def use_of(term: str) -> tuple[str, ...]:
    """A term as the uses of a page are kept: its stems in order."""
    return tuple(stems(term))


def _wanted(item: Item, term: str, scales: Scales, *, use: bool) -> Verdict:
    weight = 1.5 if use else 1.0
    if term.endswith(" free"):
        judged = refused(item, term.removesuffix(" free"))
        return judged._replace(key=f"wanted:{term}", need=term, weight=1.5, worth=WORTH[judged.verdict])
    if suits(item, term, scales) is False:
        name, listed = next((name, value) for name, value in item.facts if USES.match(name))
        return _said(f"wanted:{term}", term, Said(False, listed, "fact", name), weight)
    said = item.says(term, use=use)
    if said is not None:
        return _said(f"wanted:{term}", term, said, weight)
    shown_by = _SHOWN_BY.get(term)
    for name, value in item.facts if shown_by else ():
        if shown_by is not None and shown_by.match(name):
            return _said(f"wanted:{term}", term, Said(True, value, "fact", name), weight)
    return _made(f"wanted:{term}", term, NOT_STATED, "", weight)


def _audience(item: Item, audience: str) -> Verdict:
    """Whom the page says it is made for; that children should not reach it does not make it a thing for children."""
    need = f"for {audience}"
    for line in item.lines:
        found = statements.meant_for(line, stems(audience))
        if found is not None:
            return _said("audience", need, found, 0.5)
    return _made("audience", need, NOT_STATED, "", 0.5)


@functools.lru_cache(maxsize=4_096)
def is_colour(term: str) -> bool:
    return not stemset(term).isdisjoint(COLOUR_STEMS)


def _colour_wanted(item: Item, colour: str) -> Verdict:
    asked = [stem(word) for word in colour.split()]
    if not item.colour and not any(word in item.colours for word in asked):
        return _made("colour", colour, NOT_STATED, "", 1.5)
    whole = all(word in item.colours for word in asked)
    close = asked[-1] in item.colours or not FAMILIES.get(asked[-1], frozenset()).isdisjoint(item.colours)
    verdict = MET if whole else NEARLY if close else NOT_MET
    return _made("colour", colour, verdict, item.colour or colour, 1.5)


def _size(item: Item, size: str) -> Verdict:
    need = f"size {size}"
    wanted = stems(size)
    if item.size and set(wanted) <= set(stems(item.size)):
        return _made("size", need, MET, item.size, 1.0)
    plain = len(size) > 2 and not size[0].isdigit()  # "queen" in a title is a size, "m" may be a metre
    said = item.says(size if plain else need, ("title", "fact", "bullet"))
    if said and said.stated:
        return _made("size", need, MET, said.value, 1.0)
    return _made("size", need, NOT_MET if item.size else NOT_STATED, item.size, 1.0)


def _round_price(cents: int | None, currency: str) -> str:
    if cents is None:
        return ""
    shown = shown_price(cents, currency) or ""
    return shown[:-3] if shown.endswith(".00") and prices.decimal(cents, currency) == cents // 100 else shown
