"""What storing a turn costs and guarantees, without a model: the recorder alone, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from coroutines import finished
from mailroom import ada, fresh_database
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

from lifecycle import conversations, db
from lifecycle.engine.tracker_store import LATEST_EVENTS, LifecycleTrackerStore
from lifecycle.errors import Unavailable
from lifecycle.model import Conversation, Interaction, Message, RasaEvent, StageChange

# Take it, read it; its messages, its record, its events.  PostgreSQL hears of them in two exchanges.
STATEMENTS_OF_A_TURN = {"sqlite": 5, "postgresql": 2}


@pytest.fixture(params=["sqlite", "postgresql"])
def recorder(request: pytest.FixtureRequest, home: Any, tmp_path: Any) -> Iterator[LifecycleTrackerStore]:
    fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("postgresql_url"))
    yield LifecycleTrackerStore(Domain.empty())
    db.engine().dispose()
    db._engine = None


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(db.engine(), "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine(), "before_cursor_execute", note)


def begun(now: Any, **values: Any) -> str:
    with db.transaction() as session:
        return str(conversations.start(session, channel="web", now=now, **values).id)


def heard(recorder: LifecycleTrackerStore, talk: str, message_id: str, replies: int = 1, **record: Any) -> Any:
    """The tracker of a conversation after one more turn that is not stored yet."""
    tracker = finished(recorder.get_or_create_tracker(talk))
    intent = {"name": "ask_delivery", "confidence": 0.9}
    parsed: Any = {"text": "do you ship to Canada?", "intent": intent, "entities": []}
    tracker.update(UserUttered(parsed["text"], intent, [], parsed, metadata={"message_id": message_id}))
    tracker.update(ActionExecuted("action_answer_store"))
    if record:
        tracker.update(SlotSet("record", record))
    for number in range(replies):
        tracker.update(BotUttered(f"Answer {number}.", {}))
    tracker.update(ActionExecuted("action_listen"))
    return tracker


def test_a_turn_is_as_many_statements_whatever_it_says_and_however_long_the_talk_is(recorder, now):
    talk = begun(now)
    counts = []
    for number, replies in enumerate([1, 6, *[2] * (LATEST_EVENTS // 4)]):
        tracker = heard(recorder, talk, f"m-{number}", replies)
        with statements() as seen:
            finished(recorder.save(tracker))
        counts.append(len(seen))
    assert counts == [STATEMENTS_OF_A_TURN[db.engine().dialect.name]] * len(counts)


def test_a_turn_is_its_events_its_messages_and_its_record(recorder, now):
    talk = begun(now)
    finished(recorder.save(heard(recorder, talk, "m-1", 2, outcome="answered")))
    finished(recorder.save(heard(recorder, talk, "m-2", 1, fallback=True)))
    with db.reading() as session:
        first, *answers, second, last = session.scalars(sa.select(Message).order_by(Message.id)).all()
        row = session.scalars(sa.select(Interaction)).one()
        visit = session.get(Conversation, talk)
        events = session.scalars(sa.select(RasaEvent.type_name).order_by(RasaEvent.id)).all()
    assert [message.client_message_id for message in (first, second)] == ["m-1", "m-2"]
    assert [message.text for message in answers] == ["Answer 0.", "Answer 1."]
    assert {message.reply_to_id for message in answers} == {first.id} and last.reply_to_id == second.id
    assert (row.message_count, row.customer_message_count, row.fallback_count) == (5, 2, 1)
    assert row.outcome == "answered" and row.topics == ["delivery"] and row.stage_after == "education"
    assert visit.last_message_at == row.last_message_at > visit.opened_at
    assert events.count("user") == 2 and events.count("bot") == 3


def test_a_known_customer_enters_the_stage_the_turn_led_to_once(recorder, now):
    with db.transaction() as session:
        customer_id = ada(session, now=now).id
    talk = begun(now, customer_id=customer_id)
    for message_id in ("m-1", "m-2"):
        finished(recorder.save(heard(recorder, talk, message_id)))
    with db.reading() as session:
        entered = session.scalars(sa.select(StageChange).where(StageChange.to_stage == "education")).one()
    assert entered.customer_id == customer_id and entered.cause_id == talk


def test_of_two_servers_that_read_the_same_talk_one_stores_its_turn(recorder, now):
    for round_number in range(10):
        talk = begun(now)
        finished(recorder.save(heard(recorder, talk, "m-0")))
        barrier = threading.Barrier(2)
        results: list[str] = []

        def store(tracker: Any, barrier: threading.Barrier = barrier, results: list[str] = results) -> None:
            barrier.wait()
            try:
                recorder._save(tracker)
                results.append("stored")
            except Unavailable:
                results.append("refused")

        turns = [heard(recorder, talk, f"m-{round_number}-{server}") for server in "ab"]
        threads = [threading.Thread(target=store, args=(tracker,)) for tracker in turns]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(results) == ["refused", "stored"]
        with db.reading() as session:
            kept = session.scalars(sa.select(Message.role).where(Message.conversation_id == talk)).all()
            row = session.scalars(sa.select(Interaction).where(Interaction.conversation_id == talk)).one()
        assert sorted(kept) == ["assistant", "assistant", "customer", "customer"] and row.message_count == 4
