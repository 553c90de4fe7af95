"""A prepared statement answers what SQLAlchemy answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from mailroom import fresh_database

from lifecycle import conversations, db
from lifecycle.db.statements import Prepared
from lifecycle.errors import Unavailable
from lifecycle.model import Conversation, Interaction, Message

MESSAGES = Message.__table__
LATER = datetime(2026, 11, 3, 9, 30, 1, 250_000, tzinfo=timezone.utc)


@pytest.fixture(params=["sqlite", "postgresql"])
def talk(request: pytest.FixtureRequest, home: Any, tmp_path: Any, now: datetime) -> Iterator[str]:
    fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("postgresql_url"))
    with db.transaction() as session:
        made = conversations.start(session, channel="web", now=now)
    yield made.id
    db.engine().dispose()
    db._engine = None


def bubble(talk: str, number: int, **values: Any) -> dict[str, Any]:
    row = {column.name: None for column in MESSAGES.columns if column.name != "id"}
    row |= {"conversation_id": talk, "thread_id": talk, "role": "assistant", "text": f"It's №{number}."}
    return row | {"buttons": [], "cards": [], "details": {"why": ["é", number]}, "created_at": LATER} | values


def test_rows_come_back_as_sqlalchemy_gives_them(talk):
    insert = Prepared(sa.insert(MESSAGES), columns=list(bubble(talk, 0)))
    found = Prepared(sa.select(MESSAGES).where(MESSAGES.c.thread_id == sa.bindparam("thread")).order_by(MESSAGES.c.id))
    record = Prepared(sa.select(Interaction.__table__).limit(1))
    with db.transaction() as session:
        connection = session.connection()
        insert.run_each(connection, [bubble(talk, 1, confidence=0.25), bubble(talk, 2, client_message_id="m-2")])
        theirs = connection.execute(found.statement, {"thread": talk}).all()
        assert [tuple(row) for row in found.all(connection, {"thread": talk})] == [tuple(row) for row in theirs]
        assert found.first(connection, {"thread": talk}).created_at == LATER
        assert found.first(connection, {"thread": "another"}) is None
        assert found.scalar(connection, {"thread": talk}) == theirs[0].id
        assert tuple(record.first(connection)) == tuple(connection.execute(record.statement).one())


def test_a_change_tells_how_many_rows_it_changed(talk):
    end = sa.update(Conversation.__table__).where(Conversation.__table__.c.id == sa.bindparam("ended"))
    change = Prepared(end, columns=["closed_at", "identity_verified"])
    with db.transaction() as session:
        values = {"closed_at": LATER, "identity_verified": True}
        assert change.run(session.connection(), {**values, "ended": talk}) == 1
        assert change.run(session.connection(), {**values, "ended": "another"}) == 0
        row = session.get(Conversation, talk)
        assert (row.closed_at, row.identity_verified) == (LATER, True)


def test_errors_are_those_of_sqlalchemy(talk):
    insert = Prepared(sa.insert(MESSAGES), columns=list(bubble(talk, 0)))
    again = [bubble(talk, number, client_message_id="m-1") for number in (1, 2)]
    with pytest.raises(sa.exc.IntegrityError), db.transaction() as session:
        insert.run_each(session.connection(), again)
    with pytest.raises(sa.exc.IntegrityError) as told, db.transaction() as session:
        for row in again:
            insert.run(session.connection(), row)
    if db.engine().dialect.name == "sqlite":
        assert "№" not in str(told.value)  # what somebody wrote
    missing = Prepared(sa.select(sa.column("name")).select_from(sa.table("missing")))
    with pytest.raises((Unavailable, sa.exc.ProgrammingError)), db.reading() as session:
        missing.all(session.connection())


def test_who_listens_to_statements_hears_of_it(talk):
    heard: list[str] = []
    ask = Prepared(sa.select(sa.literal(7).label("seven")))
    listener = lambda _connection, _cursor, statement, *_: heard.append(statement)  # noqa: E731
    sa.event.listen(db.engine(), "before_cursor_execute", listener)
    with db.reading() as session:
        assert ask.first(session.connection()).seven == 7
    assert len(heard) == 1
    sa.event.remove(db.engine(), "before_cursor_execute", listener)


def test_a_list_is_refused(database):
    statement = sa.select(MESSAGES.c.id).where(MESSAGES.c.id.in_(sa.bindparam("ids", expanding=True)))
    with pytest.raises(ValueError, match="cannot be prepared"), db.reading() as session:
        Prepared(statement).all(session.connection(), {"ids": [1, 2]})
    with pytest.raises(ValueError, match="cannot be prepared"), db.reading() as session:
        Prepared(sa.insert(MESSAGES), columns=["thread_id"]).run(session.connection(), {"thread_id": "t"})
