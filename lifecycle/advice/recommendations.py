"""What was recommended, kept with the needs behind it: to be replayed, and to be asked back after the purchase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import interactions, search
from lifecycle.advice import verdicts
from lifecycle.advice.recommend import Advice
from lifecycle.model import Conversation, Need, Recommendation, RecommendationItem
from lifecycle.needs import Needs, prices

# Every turn that recommends asks and writes these; they are made once, and the rows are nobody's objects.
_stored, _item, _need = Recommendation.__table__, RecommendationItem.__table__, Need.__table__
_KNOWN = sa.select(_stored.c.id, _stored.c.catalogue_version).where(
    _stored.c.conversation_id == sa.bindparam("conversation_id"), _stored.c.turn_id == sa.bindparam("turn_id")
)
_STORE, _STORE_ITEM, _STATE = sa.insert(_stored), sa.insert(_item), sa.insert(_need)
_NEEDS = sa.select(_need.c.id, _need.c.key, _need.c.label, _need.c.value, _need.c.kept).where(
    _need.c.conversation_id == sa.bindparam("conversation_id")
)
_FORGET = sa.delete(_need).where(_need.c.id == sa.bindparam("need_id"))
_RESTATE = sa.update(_need).where(_need.c.id == sa.bindparam("need_id"))
_RESTATE = _RESTATE.values(label=sa.bindparam("label"), value=sa.bindparam("value"))


@dataclass(frozen=True)
class Stored:
    """A recommendation that is kept: its row's id, and the version of the catalogue it was made of."""

    id: int
    catalogue_version: int


def store(
    session: Session, conversation_id: str, turn_id: str, needs: Needs, advice: Advice, *, now: datetime
) -> Stored:
    """Keep what was recommended in a turn, with the needs behind it; the same turn twice is stored once."""
    session.flush()
    connection = session.connection()
    known = connection.execute(_KNOWN, {"conversation_id": conversation_id, "turn_id": turn_id}).first()
    if known is not None:
        return Stored(*known)
    version = search.catalogue_version(session)
    row = {
        "conversation_id": conversation_id,
        "turn_id": turn_id,
        "catalogue_version": version,
        "needs": needs.to_json(),
        "left_out": list(advice.left_out) or None,
        "created_at": now,
    }
    made = Stored(connection.execute(_STORE, row).inserted_primary_key[0], version)
    items = [
        {
            "recommendation_id": made.id,
            "position": position,
            "product_id": pick.product_id,
            "score": pick.score,
            "verdicts": [verdict.to_json() for verdict in pick.verdicts],
            "price_cents": pick.item.price_cents,
            "currency": pick.item.currency if pick.item.price_cents is not None else None,
        }
        for position, pick in enumerate(advice.results)
    ]
    if items:
        connection.execute(_STORE_ITEM, items)
    interactions.led_to(session, [conversation_id], "recommended")
    keep_needs(session, conversation_id, needs, now=now)
    return made


def clicked(session: Session, thread_id: str, product_id: str, *, now: datetime) -> bool:
    """Note that the shopper opened a product this chat recommended, the first time; False when it never did."""
    shown = session.execute(
        sa.select(RecommendationItem, Recommendation.conversation_id)
        .join(Recommendation, Recommendation.id == RecommendationItem.recommendation_id)
        .join(Conversation, Conversation.id == Recommendation.conversation_id)
        .where(Conversation.thread_id == thread_id, RecommendationItem.product_id == product_id)
        .order_by(Recommendation.id.desc())
    ).first()
    if shown is None:
        return False
    item, conversation_id = shown
    if item.clicked_at is None:
        item.clicked_at = now
        session.flush()
        interactions.led_to(session, [conversation_id], "clicked")
    return True


def keep_needs(session: Session, conversation_id: str, needs: Needs, *, now: datetime) -> None:
    """Make the stored needs of a conversation those stated now; a need the buyer has judged already stays."""
    stated = stated_needs(needs)
    conversation = session.get(Conversation, conversation_id)
    session.flush()
    connection = session.connection()
    for row in connection.execute(_NEEDS, {"conversation_id": conversation_id}):
        found = stated.pop(row.key, None)
        if found is None and row.kept is None:
            connection.execute(_FORGET, {"need_id": row.id})
        elif found is not None and found != (row.label, row.value):
            connection.execute(_RESTATE, {"need_id": row.id, "label": found[0], "value": found[1]})
    new = [
        {
            "conversation_id": conversation_id,
            "customer_id": conversation.customer_id if conversation is not None else None,
            "key": key[:120],
            "label": label[:200],
            "value": value,
            "stated_at": now,
        }
        for key, (label, value) in stated.items()
    ]
    if new:
        connection.execute(_STATE, new)


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
