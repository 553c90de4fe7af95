"""From needs to products: who fits, how well, why, at what price of compromise, and what would change the answer.

A stated price limit, a refusal ("not black") and stock are hard: nothing that breaks one is ever shown as a match.
Products of the brand, the colour and the measures asked for come before all others; within that, and for every other
need, score = relevance of the words × how well the needs are met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import catalogue, compare, prices, questions, relaxations, search, shelf, verdicts
from lifecycle.manners import MANNERS, PRESENTS
from lifecycle.model import Conversation, Need, Recommendation, RecommendationItem
from lifecycle.needs import Needs
from lifecycle.questions import Question
from lifecycle.relaxations import Firm, Relaxation, firm_needs, passes
from lifecycle.search import Filters
from lifecycle.shelf import Item
from lifecycle.verdicts import Scales, Verdict
from lifecycle.words import fold, stem, stems

_REST = re.compile(r"\b(?:for|with|without|in|under|over|to|from|that|which|of|like|at|made)\b|[,.;?!]")
_COUNTED = re.compile(r"(?:\b\d+(?:\.\d+)?[\s-]?|-to-)([a-z]+)")
POOL = 150  # products the search brings
JUDGED = 40  # of them judged need by need
OTHER_CATEGORY = 0.9  # what is left of the relevance of a product of another category than the one asked for
NEED_SHARE = 0.75  # how much of the score unmet needs can take
RELEVANCE_POWER = 0.6  # below 1: words that are merely more frequent on a page count less than needs
SAME_KIND = 0.75  # the share of one category from which the products of other categories are accessories
LEADING = 6  # of the most relevant products, half must be what the noun says
WORTH_SAYING, WITHIN_REACH = 1.02, 1.35  # how far above the budget a "what if" looks


@dataclass(frozen=True)
class Pick:
    """One recommended product: its verdict on every need, and what it gives and takes beside the first one."""

    item: Item
    score: float
    verdicts: tuple[Verdict, ...]
    tradeoff: compare.Tradeoff | None = None

    @property
    def product_id(self) -> str:
        return self.item.product_id


@dataclass(frozen=True)
class WhatIf:
    """`item` would come first if the budget were `more_cents` higher; computed by ranking it so."""

    item: Item
    more_cents: int
    currency: str


@dataclass(frozen=True)
class Advice:
    """The answer to needs.  `fitting` counts the products that meet every hard need; `conflict` names the smallest set
    of needs that no product meets together."""

    results: tuple[Pick, ...]
    conflict: tuple[str, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    question: Question | None = None
    what_if: WhatIf | None = None
    fitting: int = 0


def recommend(
    session: Session,
    needs: Needs,
    *,
    limit: int = 3,
    exclude: Iterable[str] = (),
    rejected: Iterable[str] = (),
    asked: Sequence[str] = (),
    strict: bool = False,
    keeping: bool = False,
) -> Advice:
    """The products that fit best, at most `limit`, without those of `exclude`; `asked` names questions put before.

    `rejected` products ("not this one") do not exist for this shopper.  `strict` leaves out what misses a brand, colour
    or measure asked for, as long as something has them all; a measure that is not stated is missed.
    `keeping` puts what breaks none of the stated wishes before everything that does: for "cheaper" than what fits.
    """
    relevance = _pool(session, needs)
    refused = set(rejected)
    found = shelf.items(session, [product_id for product_id in relevance if product_id not in refused])
    pool = _of_kind(list(found.values()), needs)
    firm = firm_needs(needs, pool, strict=strict)
    hard = [need for need in firm if need.hard]
    left_out = set(exclude)
    fits = [item for item in pool if item.product_id not in left_out and all(need.test(item) for need in hard)]
    unpriced = False
    if not fits:
        others = [need for need in hard if need.key != "price"]
        fits = [i for i in pool if i.price_cents is None and i.product_id not in left_out and passes(i, others)]
        unpriced = bool(fits)
    scales = Scales.of(pool, needs)
    best = max(relevance.values(), default=1.0) or 1.0

    def judged(items: list[Item]) -> list[Pick]:
        near = sorted(items, key=lambda item: -_relevance(item, needs, relevance))[:JUDGED]
        picks = [_pick(item, needs, scales, _relevance(item, needs, relevance) / best) for item in near]
        asked_for = {pick.product_id for pick in picks if passes(pick.item, firm)}

        def place(pick: Pick) -> tuple[bool, bool, float, int, str]:
            breaks = (keeping or needs.lowest) and any(_breaks(verdict, strictly=keeping) for verdict in pick.verdicts)
            score = 0.0 if needs.lowest and needs.kind else -pick.score
            return pick.product_id not in asked_for, breaks, score, pick.item.price_cents or 0, pick.product_id

        return sorted(picks, key=place)

    ranked = judged(fits)
    meeting_all = any(all(need.test(pick.item) for need in firm) for pick in ranked)
    if strict and meeting_all:
        ranked = [pick for pick in ranked if passes(pick.item, firm)]
    conflict: tuple[str, ...] = ()
    changes: tuple[Relaxation, ...] = ()
    if (not meeting_all and not left_out) or unpriced or not ranked:
        conflict = relaxations.conflict(pool, firm) if pool else tuple(needs.text.split()[:4])
        changes = relaxations.relaxations([item for item in pool if item.product_id not in left_out], firm, needs)
    picks = _varied(ranked, needs)[:limit]
    if picks:
        first = picks[0]
        rest = [replace(pick, tradeoff=compare.tradeoff(first.item, pick.item, needs)) for pick in picks[1:]]
        picks = [first, *rest]
    return Advice(
        results=tuple(picks),
        conflict=conflict,
        relaxations=changes,
        question=None if conflict else questions.best([(p.item, p.score) for p in ranked], needs, asked),
        what_if=_what_if(pool, firm if meeting_all else hard, needs, picks, judged)
        if picks and not unpriced and not left_out
        else None,
        fitting=len(fits),
    )


def judge(session: Session, needs: Needs, product_ids: Sequence[str]) -> tuple[Pick, ...]:
    """The verdicts on chosen products, in the order given: for products that were shown before."""
    found = list(shelf.items(session, product_ids).values())
    scales = Scales.of(_of_kind(list(shelf.items(session, _pool(session, needs)).values()), needs) or found, needs)
    return tuple(_pick(item, needs, scales, 1.0) for item in found)


def _breaks(verdict: Verdict, *, strictly: bool) -> bool:
    """Is a stated wish not kept?  `strictly`: what the page says nothing about is not kept either."""
    unsaid = strictly and verdict.verdict == verdicts.NOT_STATED and verdict.key.startswith("wanted:")
    return verdict.verdict == verdicts.NOT_MET or unsaid


def noun_of(text: str) -> str:
    """What a short request asks for, in its own words: "do you have espresso cups for four?" → "espresso cups"."""
    first = _REST.split(fold(text).replace("’", "'").strip(" .,!?"), maxsplit=1)[0]
    return " ".join(word for word in first.split() if word not in MANNERS)


def called(session: Session, text: str, words: set[str]) -> bool:
    """Does the store have anything that is called by one of these stems?"""
    hits = search.search(session, text, limit=5)
    return any(
        words & (item.head - _counted(item.title))
        for item in shelf.items(session, [hit.product_id for hit in hits]).values()
    )


def colours_of(session: Session, item: Item) -> tuple[str, ...]:
    """The colours the same product is sold in, its own first."""
    same = shelf.versions(session, item)
    if len(same) == 1:
        line = item.title.partition(",")[0]
        hits = search.search(session, item.title, limit=LEADING * 2)
        found = shelf.items(session, [hit.product_id for hit in hits]).values()
        same += [other for other in found if other.title.partition(",")[0] == line]
    return tuple(dict.fromkeys(other.colour for other in same if other.available and other.colour))


def sizes_of(session: Session, item: Item) -> tuple[str, ...]:
    """The sizes the same product is sold in, its own first."""
    same = shelf.versions(session, item)
    return tuple(dict.fromkeys(other.size for other in same if other.available and other.size))


def version_named(session: Session, item: Item, text: str) -> Item | None:
    """The version of a product that a question asks for ("is it available in hardcover?"); None when it names none."""
    same = shelf.versions(session, item)
    asked = set(stems(text))
    own = [set(stems(f"{other.title} {other.colour} {other.size}")) for other in same]
    shared = set.intersection(*own)
    named = [other for other, words in zip(same, own, strict=True) if words - shared and words - shared <= asked]
    return named[0] if len(named) == 1 else None


def _counted(title: str) -> set[str]:
    """What a title only counts or leads to: the cups of a 6-cup pot or a bean-to-cup machine."""
    return {stem(word) for word in _COUNTED.findall(fold(title))}


def store(
    session: Session, conversation_id: str, turn_id: str, needs: Needs, advice: Advice, *, now: datetime
) -> Recommendation:
    """Keep what was recommended in a turn, with the needs behind it; the same turn twice is stored once."""
    query = sa.select(Recommendation).where(
        Recommendation.conversation_id == conversation_id, Recommendation.turn_id == turn_id
    )
    known = session.scalars(query).first()
    if known is not None:
        return known
    made = Recommendation(
        conversation_id=conversation_id,
        turn_id=turn_id,
        catalogue_version=catalogue.version(session),
        needs=needs.to_json(),
        created_at=now,
    )
    session.add(made)
    session.flush()
    for position, pick in enumerate(advice.results):
        session.add(
            RecommendationItem(
                recommendation_id=made.id,
                position=position,
                product_id=pick.product_id,
                score=pick.score,
                verdicts=[verdict.to_json() for verdict in pick.verdicts],
            )
        )
    keep_needs(session, conversation_id, needs, now=now)
    return made


def keep_needs(session: Session, conversation_id: str, needs: Needs, *, now: datetime) -> None:
    """Make the stored needs of a conversation those stated now; a need the buyer has judged already stays."""
    stated = stated_needs(needs)
    customer_id = session.scalar(sa.select(Conversation.customer_id).where(Conversation.id == conversation_id))
    for row in session.scalars(sa.select(Need).where(Need.conversation_id == conversation_id)):
        found = stated.pop(row.key, None)
        if found is not None:
            row.label, row.value = found
        elif row.kept is None:
            session.delete(row)
    for key, (label, value) in stated.items():
        session.add(
            Need(
                conversation_id=conversation_id,
                customer_id=customer_id,
                key=key[:120],
                label=label[:200],
                value=value,
                stated_at=now,
            )
        )
    session.flush()


def stated_needs(needs: Needs) -> dict[str, tuple[str, Any]]:
    """Every stated need by key: (label as shown, value)."""
    stated: dict[str, tuple[str, Any]] = {}
    if needs.category or needs.noun:
        stated["category"] = (needs.category or needs.noun, needs.category or needs.noun)
    if needs.price_min is not None or needs.price_max is not None:
        stated["price"] = (verdicts.price_label(needs), [needs.price_min, needs.price_max, needs.currency])
    for key, label in zip(needs.prefer, needs.labels(), strict=False):
        stated[f"prefer:{key}"] = (label, key)
    for limit in needs.limits:
        stated[f"limit:{limit.unit}"] = (limit.label, [limit.low, limit.high, limit.unit])
    for term in needs.wanted:
        stated[f"wanted:{term}"] = (term, term)
    for name in ("brand", "colour", "size", "audience"):
        value = getattr(needs, name)
        if value:
            shown = {"size": f"size {value}", "audience": f"for {value}"}.get(name, value)
            stated[name] = (shown, value)
    for term in needs.unwanted:
        stated[f"unwanted:{term}"] = (verdicts.refusal_label(term), term)
    return stated


def to_contract(advice: Advice, needs: Needs, row_id: Any = None) -> dict[str, Any]:
    """One line of `recommend --jsonl`; prices are decimal numbers of the currency."""
    made: dict[str, Any] = {
        "id": row_id,
        "needs": {
            "category": needs.thing or None,
            "price_min": prices.decimal(needs.price_min, needs.currency),
            "price_max": prices.decimal(needs.price_max, needs.currency),
            "currency": needs.currency,
            "wanted": needs.labels(),
            "unwanted": list(needs.unwanted),
        },
        "results": [
            {
                "product_id": pick.product_id,
                "price": prices.decimal(pick.item.price_cents, pick.item.currency),
                "verdicts": [verdict.to_json() for verdict in pick.verdicts],
            }
            for pick in advice.results
        ],
    }
    if advice.conflict:
        made["conflict"] = list(advice.conflict)
    if advice.relaxations:
        made["relaxations"] = [
            {"need": r.need, "change": r.change, "to": r.label, "count": r.count} for r in advice.relaxations
        ]
    return made


# --- who fits ---------------------------------------------------------------------------------------------------------


def _pool(session: Session, needs: Needs) -> dict[str, float]:
    """Candidate products with the relevance of the words; those inside the budget are always among them."""
    denials = [f"without {term}" for term in needs.unwanted if not verdicts.is_colour(term)]
    text = " ".join([needs.text or needs.category, *denials])
    budget = Filters(price_min_cents=needs.price_min, price_max_cents=needs.price_max)
    stated = needs.price_min is not None or needs.price_max is not None
    if not text.strip() or set(needs.text.split()) <= PRESENTS | {needs.audience}:
        return {hit.product_id: 1.0 for hit in search.search(session, "", limit=POOL, filters=budget)}
    relevance = {hit.product_id: hit.score for hit in search.search(session, text, limit=POOL)}
    if stated and len(relevance) >= POOL:
        for hit in search.search(session, text, limit=JUDGED, filters=budget):
            relevance.setdefault(hit.product_id, hit.score)
    return relevance


def _of_kind(items: list[Item], needs: Needs) -> list[Item]:
    """Only what can be called by the product noun the shopper used, when the store has any."""
    if not needs.kind:
        return items
    called = [item for item in items if needs.kind in item.head]
    if sum(item in called for item in items[:LEADING]) * 2 < len(items[:LEADING]):
        return items  # the words found something else: the noun was no product noun here
    inside = [item for item in called if needs.category in (item.category, *item.path)]
    name = set(stems(needs.category))
    in_full = inside and len(name) > 1 and name <= set(stems(needs.text))  # "a gravel bike" is no city bike
    return inside if in_full or len(inside) >= SAME_KIND * len(called) else called


def _varied(ranked: list[Pick], needs: Needs) -> list[Pick]:
    """One product instead of its five colours: of versions known as such only the best is shown.

    What only looks like another version of a product comes after everything else, unless a colour was asked for.
    """
    seen: set[object] = set()
    later: list[Pick] = []
    first: list[Pick] = []
    for pick in ranked:
        item = pick.item
        alike = (item.brand, item.title.rpartition(",")[0] or item.title, item.price_cents)
        if item.group_id and item.group_id in seen:
            continue
        (later if alike in seen and not needs.colour else first).append(pick)
        seen |= {alike, item.group_id}
    return first + later


def _relevance(item: Item, needs: Needs, relevance: dict[str, float]) -> float:
    elsewhere = needs.category and item.category != needs.category and needs.category not in item.path
    return relevance[item.product_id] * (OTHER_CATEGORY if elsewhere else 1.0)


def _pick(item: Item, needs: Needs, scales: Scales, relevance: float) -> Pick:
    judged = verdicts.judge(item, needs, scales)
    met = verdicts.satisfaction(judged)
    return Pick(item, round(relevance**RELEVANCE_POWER * (1 - NEED_SHARE + NEED_SHARE * met), 6), judged)


# --- when nobody fits, or somebody almost does ------------------------------------------------------------------------


def _what_if(
    pool: list[Item], firm: list[Firm], needs: Needs, picks: list[Pick], judged: Callable[[list[Item]], list[Pick]]
) -> WhatIf | None:
    """The cheapest product above the budget that would come first if the budget reached it."""
    if needs.price_max is None:
        return None
    limit = needs.price_max + (needs.price_max % 100 == 99)  # "cheaper than $79" is a budget of $78.99
    others = [need for need in firm if need.key != "price"]
    near = [
        item
        for item in pool
        if item.price_cents is not None
        and limit * WORTH_SAYING < item.price_cents <= limit * WITHIN_REACH
        and item.currency == needs.currency
        and passes(item, others)
    ]
    best: WhatIf | None = None
    for pick in judged(near):
        cents = pick.item.price_cents or 0
        reached = replace(needs, price_max=cents)
        met = [replace(v, worth=1.0) if v.key == "price" else v for v in pick.verdicts]
        words = pick.score / (1 - NEED_SHARE + NEED_SHARE * verdicts.satisfaction(pick.verdicts))
        score = words * (1 - NEED_SHARE + NEED_SHARE * verdicts.satisfaction(met))
        if score > picks[0].score and (best is None or cents - limit < best.more_cents):
            best = WhatIf(pick.item, cents - limit, reached.currency)
    return best
