"""What an action writes is stored with its turn, or not at all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from coroutines import finished
from mailroom import fresh_database

from lifecycle import conversations, db
from lifecycle.db import steps
from lifecycle.errors import Unavailable
from lifecycle.model import Conversation


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, home: Any, tmp_path: Any) -> Iterator[sa.engine.Engine]:
    fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("postgresql_url"))
    yield db.engine()
    db.engine().dispose()
    db._engine = None


def talk(session: Any, name: str, now: datetime) -> None:
    conversations.start(session, channel="web", conversation_id=name, now=now)


def stored() -> set[str]:
    with db.reading() as session:
        return set(session.scalars(sa.select(Conversation.id)))


def test_two_steps_are_stored_by_one_commit(database, now):
    commits: list[Any] = []
    sa.event.listen(database, "commit", commits.append)
    with steps.together():
        with steps.step() as session:
            talk(session, "action", now)
        assert stored() == set() and not commits
        with steps.last_step() as session:
            talk(session, "turn", now)
    assert stored() == {"action", "turn"} and len(commits) == 1


def test_without_the_last_step_nothing_is_stored_and_nobody_is_kept_waiting(database, now):
    with steps.together(), steps.step() as session:
        talk(session, "action", now)
    assert stored() == set()
    with db.transaction() as session:
        talk(session, "another", now)
    assert stored() == {"another"}


def test_a_last_step_that_fails_takes_the_first_with_it(database, now):
    with pytest.raises(ZeroDivisionError), steps.together():
        with steps.step() as session:
            talk(session, "action", now)
        with steps.last_step() as session:
            talk(session, "turn", now)
            1 / 0  # noqa: B018
    assert stored() == set()


def test_a_first_step_that_fails_leaves_the_last_to_itself(shared, now):
    with steps.together():
        with pytest.raises(ZeroDivisionError), steps.step() as session:
            talk(session, "action", now)
            1 / 0  # noqa: B018
        with steps.last_step() as session:
            talk(session, "turn", now)
    assert stored() == {"turn"}


def test_a_step_that_follows_a_step_ends_it(shared, now):
    """Two actions in one turn: an error of the second undoes the second only."""
    with steps.together():
        with steps.step() as session:
            talk(session, "first", now)
        with pytest.raises(sa.exc.IntegrityError), steps.step() as session:
            talk(session, "first", now)
        with steps.last_step() as session:
            talk(session, "turn", now)
    assert stored() == {"first", "turn"}


def test_alone_each_is_a_transaction(shared, now):
    with steps.step() as session:
        talk(session, "step", now)
    with steps.last_step() as session:
        talk(session, "last", now)
    assert stored() == {"step", "last"}


def test_on_postgresql_a_step_ends_by_itself(home, tmp_path, now, postgresql_url):
    fresh_database("postgresql", tmp_path, lambda: postgresql_url)
    with steps.together(), steps.step() as session:
        talk(session, "action", now)
    assert stored() == {"action"}
    db.engine().dispose()
    db._engine = None


def test_a_step_nobody_waits_for_any_more_is_undone(database, now):
    """The client went away while an action waited in its thread: the turn is over before the action is."""
    at_work, over = threading.Event(), threading.Event()
    ends: list[BaseException] = []

    def act() -> None:
        try:
            with steps.step() as session:
                talk(session, "action", now)
                at_work.set()
                over.wait(30)
        except Unavailable as error:
            ends.append(error)

    async def turn() -> None:
        with steps.together():
            await asyncio.to_thread(act)

    async def client() -> None:
        task = asyncio.create_task(turn())
        await asyncio.to_thread(at_work.wait, 30)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        over.set()

    finished(client())  # its end waits for the threads
    assert len(ends) == 1 and stored() == set()
    with db.transaction() as session:
        talk(session, "another", now)


def test_who_wants_to_write_meanwhile_waits_in_a_thread(database, now):
    def write(name: str) -> None:
        with db.transaction() as session:
            talk(session, name, now)

    async def turn() -> None:
        with steps.together():
            await db.ask(first)
            other = asyncio.create_task(db.ask(write, "another"))
            await asyncio.sleep(0)  # it found the database taken
            assert not other.done()
            await db.ask(last)
            await other

    def first() -> None:
        with steps.step() as session:
            talk(session, "action", now)

    def last() -> None:
        with steps.last_step() as session:
            talk(session, "turn", now)

    finished(turn())
    assert stored() == {"action", "turn", "another"}
