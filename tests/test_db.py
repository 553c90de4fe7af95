"""The database of a process: what was cut is connected anew, what is unavailable says so."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from coroutines import finished
from mailroom import fresh_database

from lifecycle import conversations, db
from lifecycle.db.statements import Prepared
from lifecycle.errors import Unavailable
from lifecycle.model import Conversation


@pytest.fixture
def postgresql(home: Any, tmp_path: Any, postgresql_url: str) -> Iterator[sa.engine.Engine]:
    fresh_database("postgresql", tmp_path, lambda: postgresql_url)
    yield db.engine()
    db.engine().dispose()
    db._engine = None


def cut_all(engine: sa.engine.Engine, postgresql_url: str) -> None:
    """As a restarted server or a firewall does: every connection of ours ends."""
    administrator = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    query = sa.text("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = :name")
    with administrator.connect() as connection:
        assert connection.execute(query, {"name": engine.url.database}).all()
    administrator.dispose()


ONE = Prepared(sa.select(sa.literal(1).label("one")))


def asked_plainly() -> int:
    return int(db.first(ONE).one)


def ask() -> int:
    with db.reading() as session:
        return int(session.execute(sa.text("SELECT 1")).scalar_one())


def test_a_connection_that_rested_and_was_cut_is_made_anew_unnoticed(postgresql, postgresql_url, monkeypatch):
    monkeypatch.setattr(db, "RESTED_SECONDS", 0.0)
    for way in (ask, asked_plainly):
        ask()
        cut_all(postgresql, postgresql_url)
        assert way() == 1


@pytest.mark.parametrize("ask", [ask, asked_plainly])
def test_a_connection_cut_while_busy_costs_one_try_and_no_more(postgresql, postgresql_url, monkeypatch, ask):
    monkeypatch.setattr(db, "RESTED_SECONDS", 3600.0)
    with db.reading() as first, db.reading() as second:  # two connections, both to be cut
        first.execute(sa.text("SELECT 1"))
        second.execute(sa.text("SELECT 1"))
    cut_all(postgresql, postgresql_url)
    with pytest.raises(Unavailable):
        ask()
    assert [ask() for _ in range(3)] == [1, 1, 1]


def commit_something() -> None:
    with db.transaction() as session:
        conversations.start(session, channel="web", now=datetime(2026, 11, 2, 10, 0, tzinfo=timezone.utc))


@pytest.mark.parametrize("new_seconds", [3600.0, -1.0], ids=["the answer is new", "the answer is old"])
def test_a_watch_that_was_asked_ahead_sees_every_commit_of_before_it_was_asked(postgresql, monkeypatch, new_seconds):
    monkeypatch.setattr(db._Ahead, "NEW_SECONDS", new_seconds)
    watch = db.Watch()
    assert watch.changed() and not watch.changed()
    for _ in range(3):
        watch.ask()
        assert not watch.changed()
        commit_something()
        watch.ask()
        assert watch.changed() and not watch.changed()
    watch.close()


def test_an_answer_that_may_be_out_of_date_is_asked_for_again(postgresql, monkeypatch):
    monkeypatch.setattr(db._Ahead, "NEW_SECONDS", -1.0)
    watch = db.Watch()
    assert watch.changed()
    watch.ask()
    commit_something()
    assert watch.changed()
    watch.close()


def test_a_watch_that_is_cut_says_so_and_looks_anew(postgresql, postgresql_url):
    watch = db.Watch()
    watch.changed()
    watch.ask()
    cut_all(postgresql, postgresql_url)
    watch.ask()
    with pytest.raises(Unavailable):
        watch.changed()
    assert watch.changed() and not watch.changed()
    watch.close()


def test_a_loop_goes_on_while_another_process_writes(home, tmp_path):
    """SQLite is asked on the loop; work that meets a writer begins anew in a thread and has its effect once."""
    db.bind(f"sqlite:///{tmp_path / 'one.db'}")
    with db.transaction() as session:
        session.execute(sa.text("CREATE TABLE said (word TEXT)"))
    other = sqlite3.connect(tmp_path / "one.db", isolation_level=None, check_same_thread=False)
    threads: list[threading.Thread] = []

    def say(word: str) -> str:
        threads.append(threading.current_thread())
        with db.transaction() as session:
            session.execute(sa.text("INSERT INTO said VALUES (:word)"), {"word": word})
        return word

    async def both() -> None:
        here = threading.current_thread()
        assert await db.ask(say, "free") == "free" and threads == [here]
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(db.ask(say, "locked"))
        while len(threads) < 3:
            await asyncio.sleep(0)  # the loop goes on
        assert threads[1] is here is not threads[2] and not waiting.done()
        other.execute("COMMIT")
        assert await waiting == "locked"

    finished(both())
    assert other.execute("SELECT word FROM said").fetchall() == [("free",), ("locked",)]
    other.close()
    db.engine().dispose()
    db._engine = None


def test_a_prepared_question_is_answered_as_a_session_answers_it(database, now):
    with db.transaction() as session:
        ids = [conversations.start(session, channel="web", now=now).id for _ in range(2)]
    row = Conversation.__table__.c
    by_id = sa.select(row.id, row.identity_verified, row.opened_at, row.closed_at, sa.true().label("there"))
    by_id = by_id.where(row.id == sa.bindparam("conversation_id")).limit(1)
    prepared = Prepared(by_id)
    for conversation_id in ids:
        with db.reading() as session:
            told = session.execute(by_id, {"conversation_id": conversation_id}).one()
        assert tuple(db.first(prepared, conversation_id=conversation_id)) == tuple(told)
        assert db.first(prepared, conversation_id=conversation_id).opened_at == now
    assert db.first(prepared, conversation_id="unknown") is None
    with pytest.raises(Unavailable):
        db.first(Prepared(sa.select(sa.literal_column("1").label("one")).select_from(sa.text("no_such_table"))))
