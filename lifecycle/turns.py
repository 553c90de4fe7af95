"""A turn in each database's own words: take its conversation, store all of it.

PostgreSQL is another process, often another machine: each of the two is one exchange with it.  SQLite is a call away,
and has five short statements instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from lifecycle.model import Conversation, Interaction, Message, RasaEvent

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
_TAKEN_SQLITE = _taken(sa.select(sa.func.coalesce(sa.func.max(_message.id), 0)))
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
_INSERT_MESSAGES, _INSERT_EVENTS = sa.insert(Message.__table__), sa.insert(RasaEvent.__table__)
_CHANGE = sa.update(_interaction).where(_interaction.c.id == sa.bindparam("changed_id"))


def take(connection: Connection, conversation_id: str, *, messages: int, now: datetime) -> tuple[Any, list[int]] | None:
    """Lock a conversation, then read what a turn has to know of it: (the columns of `_taken`, ids of so many new
    messages); None when there is no such conversation.  Until the transaction ends nobody else takes it."""
    if connection.dialect.name == "postgresql":
        given = {"taken_id": conversation_id, "now": now, "messages": messages}
        row = connection.execute(_TAKE_AND_READ, given).one_or_none()
        return None if row is None else (row, list(row.message_ids or ()))
    if not connection.execute(_TAKE, {"taken_id": conversation_id, "now": now}).rowcount:
        return None
    row = connection.execute(_TAKEN_SQLITE, {"taken_id": conversation_id}).one_or_none()
    return None if row is None else (row, list(range(row.message_ids + 1, row.message_ids + 1 + messages)))


def store(
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
        connection.execute(_INSERT_MESSAGES, list(messages))
    if changes:
        connection.execute(_CHANGE, {**changes, "changed_id": record_id})
    if events:
        connection.execute(_INSERT_EVENTS, list(events))
