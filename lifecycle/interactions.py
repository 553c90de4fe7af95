"""The lifecycle record: exactly one interaction per conversation, kept current with every turn."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, object_session

from lifecycle import customers
from lifecycle.announcements import announce
from lifecycle.db.statements import Prepared
from lifecycle.model import STAGES, Conversation, Customer, Interaction, Message, RasaEvent

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
) -> Interaction:
    """Add one turn to a conversation's record; called in the transaction that stores the turn."""
    interaction = open_for(session, conversation, now=now)
    for name, value in folded(interaction, facts, customer_id=conversation.customer_id, now=now).items():
        setattr(interaction, name, value)
    if facts.stage:
        reached(session, conversation.id, conversation.customer_id, facts.stage, now=now)
    return interaction


def folded(known: Any, facts: TurnFacts, *, customer_id: int | None, now: datetime) -> dict[str, Any]:
    """What a turn changes in a record: the new values by column.

    `known`: the record as it stands, an Interaction or a row of its columns.
    """
    values: dict[str, Any] = {
        "customer_id": customer_id,
        "last_message_at": now,
        "message_count": known.message_count + facts.messages,
        "customer_message_count": known.customer_message_count + facts.customer_messages,
        "fallback_count": known.fallback_count + int(facts.fallback),
        "topics": _merged(known.topics, [*([facts.topic] if facts.topic else []), *facts.topics]),
        "products": _merged(known.products, facts.products),
        **{f"{kind}_score": score for kind, score in facts.scores.items()},
    }
    if facts.needs:
        values["needs"] = list(facts.needs)[:_KEPT]
    if facts.outcome:
        values["outcome"] = _outcome(known.outcome, facts.outcome)
    if facts.handed_over is not None:
        values["handed_over"] = facts.handed_over or known.handed_over
    if facts.resolution:
        values["resolution"] = facts.resolution
    if facts.label:
        values["label"] = facts.label
    if facts.stage and STAGES.index(facts.stage) > STAGES.index(known.stage_after):
        values["stage_after"] = facts.stage
    return {name: value for name, value in values.items() if value != getattr(known, name)}


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


def led_to(session: Session, conversation_ids: Iterable[str], step: str, *, kept: bool | None = None) -> None:
    """Write down what the recommendations of these conversations led to: `recommended`, `clicked`, `bought` or `kept`.

    A step once taken stays taken, and one broken promise is a broken promise: so the order in which two transactions
    tell of them does not matter.
    """
    session.flush()
    led = list(set(conversation_ids))
    one = len(led) == 1  # of a turn: a list of any length is put into the statement anew each time
    session.connection().execute(_led_to(step, bool(kept), one), {"led": led[0] if one else led})


@functools.cache
def _led_to(step: str, kept: bool, one: bool) -> Any:
    table = Interaction.__table__
    of = table.c.conversation_id
    where = [of == sa.bindparam("led") if one else of.in_(sa.bindparam("led", expanding=True))]
    if step == "kept":
        values = {"kept": sa.and_(sa.func.coalesce(table.c.kept, sa.true()), sa.literal(kept, sa.Boolean))}
    else:
        values, where = {step: True}, [*where, table.c[step].is_(False)]
    return sa.update(table).where(*where).values(values)


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


def _outcome(before: str, outcome: str) -> str:
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome")
    return stronger(before, outcome)


def stronger(before: str, after: str) -> str:
    """The outcome that stays: an answered question does not hide a recommendation, and the later of two equals wins."""
    return after if _STRENGTH.get(after, 9) >= _STRENGTH.get(before, 9) else before


def reached(session: Session, conversation_id: str, customer_id: int | None, stage: str, *, now: datetime) -> None:
    """Date the stage a customer's conversation led to; only an order is a purchase."""
    if customer_id is not None and stage != "purchase":
        customers.enter_stage(session, customer_id, stage, cause="conversation", cause_id=conversation_id, now=now)


def _merged(known: Sequence[Any], new: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys([*known, *new]))[:_KEPT]


# --- a turn in each database's own words ------------------------------------------------------------------------------
# PostgreSQL is another process, often another machine: taking and storing a turn are one exchange with it each.
# SQLite is a call away, and has five short statements instead.

_message, _conversation, _event = Message.__table__.c, Conversation.__table__.c, RasaEvent.__table__.c
_interaction = Interaction.__table__
_TAKE = (
    sa.update(Conversation.__table__)
    .where(_conversation.id == sa.bindparam("taken_id"))
    .values(last_message_at=sa.bindparam("now", type_=_conversation.last_message_at.type), closed_at=sa.null())
)


def _taken(message_ids: Any) -> sa.sql.Select:
    """A taken conversation's record, the timestamp of its last event, and which ids its new messages get."""
    told_at = sa.select(_event.timestamp).where(_event.sender_id == _conversation.id).order_by(_event.id.desc())
    return (
        sa.select(
            _interaction,
            _conversation.thread_id,
            _conversation.customer_id.label("owner_id"),
            told_at.limit(1).scalar_subquery().label("told_at"),
            message_ids.scalar_subquery().label("message_ids"),
        )
        .join(_conversation.id.table, _conversation.id == _interaction.c.conversation_id)
        .where(_conversation.id == sa.bindparam("taken_id"))
    )


# Known before they are inserted, so that one statement inserts a turn's messages, which point to the first of them.
# SQLite has one writer, and this is it.
_TAKE_SQLITE = Prepared(_TAKE)
_TAKEN_SQLITE = Prepared(_taken(sa.select(sa.func.coalesce(sa.func.max(_message.id), 0))))
_TAKEN_POSTGRESQL = _taken(
    sa.select(sa.func.array_agg(sa.func.nextval(sa.func.pg_get_serial_sequence("message", "id")))).select_from(
        sa.func.generate_series(1, sa.bindparam("messages"))
    )
)


def _one_exchange(*statements: Any) -> sa.sql.elements.TextClause:
    """Several statements as one text of PostgreSQL's; it answers with the rows of the last."""
    compiled = [each.compile(dialect=postgresql.dialect(paramstyle="named")) for each in statements]
    fixed = {name: value for each in compiled for name, value in each.params.items() if value is not None}
    return sa.text("; ".join(map(str, compiled))).bindparams(**fixed)


# Two statements, because the second has to see what was committed while the first waited.
_TAKE_AND_READ = _one_exchange(_TAKE, _TAKEN_POSTGRESQL).bindparams(
    sa.bindparam("now", type_=_conversation.last_message_at.type)
)


def _columns(table: sa.Table) -> str:
    return ", ".join(column.name for column in table.columns if column.name != "id")


_STORE = sa.text(
    f"""
    WITH said AS (
        INSERT INTO message (id, {_columns(Message.__table__)})
        SELECT id, {_columns(Message.__table__)} FROM json_populate_recordset(NULL::message, CAST(:messages AS json))
    ), told AS (
        INSERT INTO events ({_columns(RasaEvent.__table__)})
        SELECT {_columns(RasaEvent.__table__)} FROM json_populate_recordset(NULL::events, CAST(:events AS json))
    )
    UPDATE interaction SET ({_columns(_interaction)}) = (
        SELECT {_columns(_interaction)} FROM json_populate_record(interaction, CAST(:changes AS json))
    ) WHERE id = :record_id
    """
)


def _insert(table: sa.Table, *, without: str = "") -> Prepared:
    return Prepared(sa.insert(table), columns=[column.name for column in table.columns if column.name != without])


_INSERT_MESSAGES, _INSERT_EVENTS = _insert(Message.__table__), _insert(RasaEvent.__table__, without="id")
_CHANGE = sa.update(_interaction).where(_interaction.c.id == sa.bindparam("changed_id"))


@functools.cache
def _change(columns: tuple[str, ...]) -> Prepared:
    return Prepared(_CHANGE, columns=columns)


def take_turn(
    connection: Connection, conversation_id: str, *, messages: int, now: datetime
) -> tuple[Any, list[int]] | None:
    """Lock a conversation, then read what a turn has to know of it: (the columns of `_taken`, ids of so many new
    messages); None when there is no such conversation.  Until the transaction ends nobody else takes it."""
    if connection.dialect.name == "postgresql":
        given = {"taken_id": conversation_id, "now": now, "messages": messages}
        row = connection.execute(_TAKE_AND_READ, given).one_or_none()
        return None if row is None else (row, list(row.message_ids or ()))
    if not _TAKE_SQLITE.run(connection, {"taken_id": conversation_id, "now": now}):
        return None
    row = _TAKEN_SQLITE.first(connection, {"taken_id": conversation_id})
    return None if row is None else (row, list(range(row.message_ids + 1, row.message_ids + 1 + messages)))


def store_turn(
    connection: Connection,
    *,
    messages: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    record_id: int,
    changes: Mapping[str, Any],
) -> None:
    """Insert a turn's messages and Rasa's events, each given by column, and change the columns of its record."""
    if connection.dialect.name == "postgresql":
        rows = {"messages": list(messages), "events": list(events), "changes": dict(changes)}
        written = {name: json.dumps(value, default=datetime.isoformat) for name, value in rows.items()}
        connection.execute(_STORE, {**written, "record_id": record_id})
        return
    if messages:
        _INSERT_MESSAGES.run_each(connection, messages)
    if changes:
        _change(tuple(sorted(changes))).run(connection, {**changes, "changed_id": record_id})
    if events:
        _INSERT_EVENTS.run_each(connection, events)
