"""The lifecycle record: exactly one interaction per conversation, kept current with every turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from lifecycle import customers
from lifecycle.announcements import announce
from lifecycle.model import STAGES, Conversation, Customer, Interaction

OUTCOMES = (
    "open",
    "answered",
    "recommended",
    "bought",
    "satisfied",
    "dissatisfied",
    "handed_over",
    "unanswered",
    "abandoned",
)
VISIT_IDLE = timedelta(minutes=60)
FOLLOW_UP_IDLE = timedelta(days=30)

_STRENGTH = {
    "open": 0,
    "abandoned": 0,
    "unanswered": 1,
    "answered": 2,
    "recommended": 3,
}  # all others: 9, the last counts
_OF = sa.select(Interaction).where(Interaction.conversation_id == sa.bindparam("conversation_id"))
_KEPT = 50  # topics, products and needs an interaction names at most


@dataclass(frozen=True)
class TurnFacts:
    """What one turn means for the record, as plain values."""

    messages: int = 0
    customer_messages: int = 0
    topic: str | None = None
    topics: Sequence[str] = ()  # of a message of several parts
    outcome: str | None = None
    products: Sequence[str] = ()
    needs: Sequence[str] = ()
    fallback: bool = False
    handed_over: bool | None = None
    resolution: str | None = None
    stage: str | None = None
    label: str | None = None
    scores: dict[str, int] = field(default_factory=dict)


def open_for(session: Session, conversation: Conversation, *, now: datetime) -> Interaction:
    """The interaction of a conversation, made on its first mention."""
    found = of(session, conversation.id)
    if found is not None:
        return found
    stage = "discovery"
    if conversation.customer_id is not None:
        customer = session.get(Customer, conversation.customer_id)
        stage = customer.stage if customer is not None else stage
    made = Interaction(
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        channel=conversation.channel,
        purpose=conversation.purpose,
        stage_before=stage,
        stage_after=stage,
        started_at=now,
        last_message_at=now,
        outcome="open",
        resolution="open",
        topics=[],
        products=[],
        needs=[],
        message_count=0,
        customer_message_count=0,
        fallback_count=0,
        handed_over=False,
    )
    session.add(made)
    session.flush()
    return made


def of(session: Session, conversation_id: str) -> Interaction | None:
    return session.execute(_OF, {"conversation_id": conversation_id}).scalar_one_or_none()


def fold(
    session: Session,
    conversation: Conversation,
    facts: TurnFacts,
    *,
    now: datetime,
    interaction: Interaction | None = None,
) -> Interaction:
    """Add one turn to a conversation's record; called in the transaction that stores the turn."""
    interaction = interaction or open_for(session, conversation, now=now)
    interaction.customer_id = conversation.customer_id
    interaction.last_message_at = now
    interaction.message_count += facts.messages
    interaction.customer_message_count += facts.customer_messages
    interaction.fallback_count += int(facts.fallback)
    interaction.topics = _merged(interaction.topics, [*([facts.topic] if facts.topic else []), *facts.topics])
    interaction.products = _merged(interaction.products, facts.products)
    if facts.needs:
        interaction.needs = list(facts.needs)[:_KEPT]
    if facts.outcome:
        _outcome(interaction, facts.outcome)
    if facts.handed_over is not None:
        interaction.handed_over = facts.handed_over or interaction.handed_over
    if facts.resolution:
        interaction.resolution = facts.resolution
    if facts.label:
        interaction.label = facts.label
    for kind, score in facts.scores.items():
        setattr(interaction, f"{kind}_score", score)
    if facts.stage:
        _stage(session, conversation, interaction, facts.stage, now=now)
    return interaction


def note(
    session: Session,
    conversation_id: str,
    *,
    now: datetime,
    outcome: str | None = None,
    topic: str | None = None,
    products: Iterable[str] = (),
    nps: int | None = None,
    csat: int | None = None,
    ces: int | None = None,
    handed_over: bool | None = None,
    resolution: str | None = None,
    stage: str | None = None,
) -> None:
    """Write down something learned about a conversation outside its turns: a score from a mail, an order, a case."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return
    scores = {kind: score for kind, score in (("nps", nps), ("csat", csat), ("ces", ces)) if score is not None}
    before = open_for(session, conversation, now=now).last_message_at
    facts = TurnFacts(
        topic=topic,
        outcome=outcome,
        products=list(products),
        handed_over=handed_over,
        resolution=resolution,
        stage=stage,
        scores=scores,
    )
    fold(session, conversation, facts, now=now).last_message_at = before
    session.flush()


def reach(session: Session, conversation_id: str, stage: str) -> None:
    """Say that a conversation led as far as `stage`; the customer's own stage is dated by what caused it."""
    interaction = of(session, conversation_id)
    if interaction is not None and STAGES.index(stage) > STAGES.index(interaction.stage_after):
        interaction.stage_after = stage
        session.flush()


def close_idle(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Close visits idle for an hour and follow-ups idle for a month; returns how many.  What stayed open is judged:
    an answered visit counts as resolved (assumed), a silent one as abandoned."""
    rows = session.execute(
        sa.select(Conversation, Interaction)
        .join(Interaction, Interaction.conversation_id == Conversation.id)
        .where(
            Conversation.closed_at.is_(None),
            sa.or_(
                sa.and_(Conversation.purpose == "visit", Conversation.last_message_at <= now - VISIT_IDLE),
                sa.and_(Conversation.purpose != "visit", Conversation.last_message_at <= now - FOLLOW_UP_IDLE),
            ),
        )
        .order_by(Conversation.last_message_at)
        .limit(limit)
    ).all()
    for conversation, interaction in rows:
        close(conversation, interaction, at=conversation.last_message_at)
    session.flush()
    return len(rows)


def close(conversation: Conversation, interaction: Interaction, *, at: datetime) -> None:
    """End a conversation and judge what its record leaves open."""
    conversation.closed_at = at
    interaction.ended_at = at
    if interaction.outcome == "open":
        interaction.outcome = "abandoned"
    if interaction.resolution == "open":
        if interaction.handed_over:
            interaction.resolution = "handed_over"
        elif interaction.outcome in ("answered", "recommended", "bought", "satisfied"):
            interaction.resolution = "assumed"
    session = object_session(interaction)
    if session is not None:
        _tell(session, interaction, now=at)


def _tell(session: Session, interaction: Interaction, *, now: datetime) -> None:
    """The record of a conversation that has ended, for the store's other systems: what became of it, no words of it."""
    data = {
        "conversation_id": interaction.conversation_id,
        "customer_id": interaction.customer_id,
        "channel": interaction.channel,
        "purpose": interaction.purpose,
        "stage_before": interaction.stage_before,
        "stage_after": interaction.stage_after,
        "outcome": interaction.outcome,
        "resolution": interaction.resolution,
        "topics": list(interaction.topics or ()),
        "products": list(interaction.products or ()),
        "handed_over": bool(interaction.handed_over),
    }
    announce(session, "interaction.closed", data, now=now)


def _outcome(interaction: Interaction, outcome: str) -> None:
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome")
    interaction.outcome = stronger(interaction.outcome, outcome)


def stronger(before: str, after: str) -> str:
    """The outcome that stays: an answered question does not hide a recommendation, and the later of two equals wins."""
    return after if _STRENGTH.get(after, 9) >= _STRENGTH.get(before, 9) else before


def _stage(
    session: Session, conversation: Conversation, interaction: Interaction, stage: str, *, now: datetime
) -> None:
    if STAGES.index(stage) > STAGES.index(interaction.stage_after):
        interaction.stage_after = stage
    if conversation.customer_id is not None and stage != "purchase":  # only an order is a purchase
        customers.enter_stage(
            session, conversation.customer_id, stage, cause="conversation", cause_id=conversation.id, now=now
        )


def _merged(known: Sequence[Any], new: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys([*known, *new]))[:_KEPT]
