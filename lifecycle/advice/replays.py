"""A stored recommendation looked at again, months later: what was shown and why, and what would be shown today.

The needs, the order, every verdict and the prices are as they were stored; "today" is the same needs, without the same
products left out on purpose, ranked over the catalogue as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import catalogue, money
from lifecycle.advice import recommend, recommendations
from lifecycle.advice.recommend import Pick
from lifecycle.errors import NotFound
from lifecycle.model import Product, Recommendation, RecommendationItem
from lifecycle.needs import Needs


@dataclass(frozen=True)
class Entry:
    """One product in its place, with the verdicts as `verdict` stores them: {need, verdict, value}."""

    product_id: str
    title: str
    price: str
    verdicts: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Change:
    """What is different today: gone, sold_out, price, verdict, lower, higher, dropped (fits, but others fit better) or
    new (with `now` telling since when it is in the store)."""

    kind: str
    product_id: str
    title: str
    then: str = ""
    now: str = ""


@dataclass(frozen=True)
class Stored:
    """A recommendation as it was given."""

    id: int
    conversation_id: str
    created_at: datetime
    catalogue_version: int
    needs: tuple[str, ...]
    shown: tuple[Entry, ...]


@dataclass(frozen=True)
class Replay:
    """A stored recommendation beside what the same needs give today; `changes` is empty when nothing is different."""

    stored: Stored
    catalogue_version: int
    today: tuple[Entry, ...]
    changes: tuple[Change, ...]


def of_conversation(session: Session, conversation_id: str) -> list[Stored]:
    """Everything recommended in a conversation, oldest first."""
    query = sa.select(Recommendation).where(Recommendation.conversation_id == conversation_id)
    return [_stored(session, row) for row in session.scalars(query.order_by(Recommendation.id))]


def get(session: Session, recommendation_id: int) -> Stored:
    """A recommendation as it was given; raises NotFound."""
    return _stored(session, _row(session, recommendation_id))


def replay(session: Session, recommendation_id: int) -> Replay:
    """The recommendation of that id beside what its needs give today; raises NotFound."""
    row = _row(session, recommendation_id)
    stored = _stored(session, row)
    wanted = Needs.from_json(row.needs)
    advice = recommend.recommend(session, wanted, limit=max(3, len(row.items)), rejected=row.left_out or ())
    shown = [item.product_id for item in row.items]
    now = recommend.judge(session, wanted, shown, rejected=row.left_out or ())
    today = tuple(_entry_of(pick) for pick in advice.results)
    changes = (*_changes(session, row, stored, {pick.product_id: pick for pick in now}, today),
               *_new(session, row, stored, today))  # fmt: skip
    return Replay(stored, catalogue.version(session), today, changes)


def _row(session: Session, recommendation_id: int) -> Recommendation:
    row = session.get(Recommendation, recommendation_id)
    if row is None:
        raise NotFound(f"There is no recommendation {recommendation_id}; list those of a conversation first.")
    return row


def _stored(session: Session, row: Recommendation) -> Stored:
    titles = _titles(session, [item.product_id for item in row.items])
    labels = recommendations.stated_needs(Needs.from_json(row.needs)).values()
    return Stored(
        id=row.id,
        conversation_id=row.conversation_id,
        created_at=row.created_at,
        catalogue_version=row.catalogue_version,
        needs=tuple(label for label, _ in labels),
        shown=tuple(_entry(item, titles.get(item.product_id, item.product_id)) for item in row.items),
    )


def _titles(session: Session, product_ids: list[str]) -> dict[str, str]:
    query = sa.select(Product.product_id, Product.title).where(Product.product_id.in_(product_ids))
    return dict(session.execute(query).all())


def _entry(item: RecommendationItem, title: str) -> Entry:
    return Entry(item.product_id, title, _price(item.price_cents, item.currency), tuple(item.verdicts or ()))


def _entry_of(pick: Pick) -> Entry:
    verdicts = tuple(verdict.to_json() for verdict in pick.verdicts)
    return Entry(pick.product_id, pick.item.title, pick.item.price or "", verdicts)


def _price(cents: int | None, currency: str | None) -> str:
    return (money.format_price(cents, currency) if cents is not None and currency else None) or ""


def _changes(
    session: Session, row: Recommendation, stored: Stored, judged: dict[str, Pick], today: tuple[Entry, ...]
) -> Iterator[Change]:
    """What became of the products that were shown."""
    places = {entry.product_id: place for place, entry in enumerate(today)}
    active = set(session.scalars(_sold([item.product_id for item in row.items])))
    for place, (item, entry) in enumerate(zip(row.items, stored.shown, strict=True)):
        pick = judged.get(item.product_id)
        if pick is None or item.product_id not in active:
            yield Change("gone", item.product_id, entry.title)
            continue
        if not pick.item.available:
            yield Change("sold_out", item.product_id, entry.title)
        if item.price_cents is not None and item.price_cents != pick.item.price_cents:
            yield Change("price", item.product_id, entry.title, entry.price, pick.item.price or "")
        yield from _verdicts(entry, pick)
        if item.product_id not in places:
            if pick.item.available:
                yield Change("dropped", item.product_id, entry.title, str(place + 1))
        elif places[item.product_id] != place:
            kind = "higher" if places[item.product_id] < place else "lower"
            yield Change(kind, item.product_id, entry.title, str(place + 1), str(places[item.product_id] + 1))


def _sold(product_ids: list[str]) -> Any:
    return sa.select(Product.product_id).where(Product.product_id.in_(product_ids), Product.active)


def _verdicts(entry: Entry, pick: Pick) -> Iterator[Change]:
    now = {verdict.need: verdict.verdict for verdict in pick.verdicts}
    for verdict in entry.verdicts:
        after = now.get(verdict["need"])
        if after is not None and after != verdict["verdict"]:
            need = verdict["need"]
            yield Change("verdict", entry.product_id, entry.title, f"{need}: {verdict['verdict']}", f"{need}: {after}")


def _new(session: Session, row: Recommendation, stored: Stored, today: tuple[Entry, ...]) -> Iterator[Change]:
    """What would be shown today and was not then; `then` tells whether it was in the store in the same form."""
    before = {entry.product_id for entry in stored.shown}
    for entry in today:
        if entry.product_id in before:
            continue
        item = session.scalar(sa.select(Product).where(Product.product_id == entry.product_id))
        newer = item is not None and item.catalogue_version > row.catalogue_version
        yield Change("new", entry.product_id, entry.title, "changed since" if newer else "", entry.price)
