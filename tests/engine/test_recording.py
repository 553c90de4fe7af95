"""What Rasa does is what the shared database says: one transaction, one answer per message id, never silence."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import pytest
import requests
import sqlalchemy as sa
import yaml
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.facebook import Messenger
from rasa.shared.core.events import BotUttered, UserUttered

from lifecycle import conversations, db
from lifecycle.engine.channel import LifecycleChannel, heard, require_our_store
from lifecycle.engine.tracker_store import LATEST_EVENTS, LifecycleTrackerStore
from lifecycle.errors import Unavailable
from lifecycle.model import Base, Interaction, Message, RasaEvent
from lifecycle.settings import PROJECT, settings
from lifecycle.text import canonical

SLOTS = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["slots"]

pytest_plugins = ["tests.bot.conftest"]


def count(model: Any) -> int:
    with db.reading() as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one())


def test_a_turn_is_events_messages_and_one_interaction(chat):
    chat("hello")
    chat("thanks")
    with db.reading() as session:
        row = session.execute(sa.text("SELECT * FROM v_interactions")).mappings().one()
        said = session.execute(sa.text("SELECT role, text FROM v_messages ORDER BY message_id")).all()
        stored = session.execute(sa.select(RasaEvent.type_name).where(RasaEvent.sender_id == chat.thread_id)).scalars()
        types = list(stored)
    assert row["conversation_id"] == chat.thread_id
    assert row["message_count"] == 4 and row["customer_message_count"] == 2
    assert [role for role, _ in said] == ["customer", "assistant", "customer", "assistant"]
    assert types.count("user") == 2 and types.count("bot") == 2


def test_a_turn_that_cannot_be_recorded_leaves_nothing_and_is_not_acknowledged(chat, monkeypatch):
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(conversations, "record_turn", broken)
        status, _body = chat.post({"text": "hello"}, "m-1")
    assert status == 503
    assert count(RasaEvent) == 0 and count(Message) == 0
    assert chat("hello", message_id="m-1")
    assert count(Message) == 2


def test_a_turn_without_the_action_server_is_not_stored_and_can_be_sent_again(chat, agent, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(agent.processor.action_endpoint, "request", None)
        assert chat.post({"text": "hello"}, "m-1")[0] == 503
    assert count(Message) == 0 and count(RasaEvent) == 0
    assert chat("hello", message_id="m-1")


def test_a_known_message_id_is_answered_from_what_was_stored(chat):
    first = chat.post({"text": "hello"}, "m-1")
    again = chat.post({"text": "something else entirely"}, "m-1")
    assert first == again
    assert count(Message) == 2


def test_five_copies_of_one_message_at_once_are_one_turn(chat, agent, loop):
    channel = LifecycleChannel()
    body = {"conversation_id": chat.thread_id, "message_id": "m-1", "text": "hello"}

    async def parse(agent: Any) -> dict[str, Any]:
        return await heard(agent, body["text"])

    async def five() -> list[Any]:
        return await asyncio.gather(*(channel._answer(agent, body, parse) for _ in range(5)))

    answers = loop.run_until_complete(five())
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert count(Message) == 2


@pytest.mark.parametrize(
    "text", ['/nps_score{"nps_score": "9"}', '\u00a0/answer{"kind":"nps","value":"9"}', "/restart", "//greet", "/"]
)
def test_typed_commands_are_only_text(chat, text):
    assert chat(text)
    with db.reading() as session:
        row = session.execute(sa.select(Message).where(Message.role == "customer")).scalar_one()
        slots = session.execute(sa.select(RasaEvent.data).where(RasaEvent.type_name == "slot")).scalars()
        named = {json.loads(data)["name"] for data in slots}
    assert row.text == canonical(text)
    assert row.intent not in ("answer", "nps_score", "restart") and not row.details.get("pressed")
    assert named <= {*SLOTS, "session_started_metadata"}


def test_no_text_can_set_a_slot():
    assert {name for name, slot in SLOTS.items() if slot["mappings"] != [{"type": "custom"}]} == set()
    assert not any(slot["influence_conversation"] for slot in SLOTS.values())


def test_a_database_that_does_not_answer_is_said_not_papered_over(chat, monkeypatch):
    chat("hello")
    with monkeypatch.context() as patch:
        patch.setattr(db, "_engine", sa.create_engine("sqlite:////nowhere/at/all.db", future=True))
        with pytest.raises(Unavailable):
            chat("do you ship to Canada?")
    assert count(Message) == 2
    assert chat("thanks")
    assert count(Message) == 4


def test_a_long_talk_costs_a_turn_no_more_and_forgets_nothing(chat, agent, loop):
    chat("a quiet grinder under $150 for espresso, not black")
    needs = chat("what did i tell you so far?")
    early = tracker(agent, loop, chat)
    for _ in range(12):
        for text in ("do you ship to Canada?", "what is your return policy?", "thanks"):
            chat(text)
    late = tracker(agent, loop, chat)
    assert count(RasaEvent) > 3 * LATEST_EVENTS
    assert len(late.events) <= LATEST_EVENTS + len(SLOTS)
    assert {name: late.get_slot(name) for name in ("needs", "shown")} == {
        name: early.get_slot(name) for name in ("needs", "shown")
    }
    whole = loop.run_until_complete(agent.tracker_store.retrieve_full_tracker(chat.thread_id))
    assert len(whole.events) == count(RasaEvent)
    assert whole.current_slot_values() == late.current_slot_values()
    assert needs in chat("what did i tell you so far?")
    assert chat("is the second one easy to clean?")


def tracker(agent: Any, loop: Any, chat: Any) -> Any:
    return loop.run_until_complete(agent.tracker_store.retrieve(chat.thread_id))


@pytest.mark.parametrize(
    ("channel", "sender"),
    [
        ("cmdline", "0f8fad5bd9cb469fa16570867728950e"),  # `rasa shell`
        ("rest", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),  # longer than our own ids
        ("telegram", "4915112345678"),
        ("facebook", "24083107534567890"),
    ],
)
def test_any_channel_of_rasa_is_recorded(agent, loop, store, channel, sender):
    for text in ("hello", "do you ship to Canada?"):
        message = UserMessage(text, CollectingOutputChannel(), sender, input_channel=channel)
        loop.run_until_complete(agent.handle_message(message))
    with db.reading() as session:
        row = session.execute(sa.select(Interaction)).scalar_one()
        rooms = session.execute(sa.select(RasaEvent.sender_id).distinct()).scalars().all()
    assert row.channel == channel and row.customer_message_count == 2 and row.message_count >= 4
    assert rooms == [row.conversation_id] and len(row.conversation_id) <= 32
    assert row.conversation_id == sender or len(sender) > 32


class GraphApi(requests.adapters.BaseAdapter):
    """The far end of Rasa's Messenger connector: takes what the connector would send to Facebook."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def send(self, request: Any, **_: Any) -> requests.Response:
        body = json.loads(request.body)
        self.said += [body["message"]["text"]] if "text" in body.get("message", {}) else []
        answer = requests.Response()
        answer.status_code, answer.raw, answer.request = 200, io.BytesIO(b"{}"), request
        return answer

    def close(self) -> None:
        pass


def test_what_a_stock_connector_hears_and_says_is_what_is_recorded(agent, loop, store):
    connector, facebook = Messenger("token", agent.handle_message), GraphApi()
    connector.client.session.mount("https://graph.facebook.com", facebook)
    event = {"sender": {"id": "24083107534567890"}, "message": {"mid": "m_1", "text": "do you ship to Canada?"}}
    loop.run_until_complete(connector.handle({"object": "page", "entry": [{"messaging": [event]}]}, {}))
    with db.reading() as session:
        row = session.execute(sa.text("SELECT * FROM v_interactions")).mappings().one()
        said = session.execute(sa.text("SELECT role, text FROM v_messages ORDER BY message_id")).all()
    assert (row["channel"], row["conversation_id"]) == ("facebook", "24083107534567890")
    assert row["topics"] and row["outcome"] == "answered"
    assert said[0] == ("customer", "do you ship to Canada?")
    told = [part for role, text in said[1:] for part in text.strip().split("\n\n") if role == "assistant"]
    assert facebook.said and [part for part in told if part in facebook.said] == facebook.said


def test_the_tracker_comes_back_as_it_was(chat, agent, loop):
    chat("hello")
    chat("thanks")
    tracker = loop.run_until_complete(agent.tracker_store.retrieve(chat.thread_id))
    with db.reading() as session:
        stored = session.execute(sa.select(sa.func.count()).where(RasaEvent.sender_id == chat.thread_id)).scalar_one()
    full = loop.run_until_complete(agent.tracker_store.retrieve_full_tracker(chat.thread_id))
    assert len(full.events) == stored
    assert tracker.latest_message.text == "thanks"


def test_a_store_that_is_not_ours_is_refused(agent):
    from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore

    kept = agent.tracker_store
    try:
        agent.tracker_store = FailSafeTrackerStore(InMemoryTrackerStore(agent.domain))
        with pytest.raises(Unavailable, match="InMemoryTrackerStore"):
            require_our_store(agent)
        agent.tracker_store = FailSafeTrackerStore(kept)
        assert require_our_store(agent) is kept
        assert isinstance(agent.processor.tracker_store, LifecycleTrackerStore)
    finally:
        agent.tracker_store = kept
        agent.processor.tracker_store = kept


def test_a_turn_another_server_overtook_is_refused_and_can_be_sent_again(chat, agent, loop):
    chat("hello")
    store = agent.tracker_store
    mine = loop.run_until_complete(store.retrieve(chat.thread_id))
    first = loop.run_until_complete(store.get_or_create_tracker("another-visit"))
    chat("do you ship to Canada?")  # a turn of the same conversation, by way of another server
    mine.update(UserUttered("thanks"))
    mine.update(BotUttered("You're welcome."))
    with pytest.raises(Unavailable):
        loop.run_until_complete(store.save(mine))
    loop.run_until_complete(agent.handle_text("hello", sender_id="another-visit"))
    first.update(UserUttered("hello"))
    first.update(BotUttered("Hello."))
    with pytest.raises(Unavailable):
        loop.run_until_complete(store.save(first))
    assert count(Message) == 6


def test_a_card_number_is_masked_before_it_is_read_and_stored(chat, monkeypatch):
    monkeypatch.setenv("REDACT", "card email")
    settings.cache_clear()
    chat("charge 4111 1111 1111 1111 and write to ada@example.org")
    for card in everything_stored("4111", "ada@example.org"):
        raise AssertionError(card)
    with db.reading() as session:
        said = session.execute(sa.select(Message.text).where(Message.role == "customer")).scalar_one()
    assert said == "charge [card number] and write to [e-mail address]"


def test_an_address_that_was_asked_for_is_read_and_kept_only_where_it_belongs(chat, monkeypatch):
    monkeypatch.setenv("REDACT", "card email")
    settings.cache_clear()
    chat("I want to talk to a person")
    chat("ada@example.org")
    assert everything_stored("ada@example.org") == ["support_case.summary"]


def everything_stored(*words: str) -> list[str]:
    found = []
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)).mappings():
                found += [f"{table.name}.{name}" for name, value in row.items() if any(w in str(value) for w in words)]
    return found
