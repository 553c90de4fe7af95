"""Threads, visits and follow-ups: what belongs together, what is stored once, what the website may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from lifecycle import conversations, customers, interactions
from lifecycle.conversations import Heard, Said
from lifecycle.errors import NotFound
from lifecycle.interactions import TurnFacts
from lifecycle.model import Interaction, Message


def turn(session, conversation, now, text="hello", message_id="m-1", said=("Hi!",), **facts):
    return conversations.record_turn(
        session,
        conversation,
        heard=Heard(text, message_id, "greet", 0.9),
        said=[Said(reply) for reply in said],
        facts=TurnFacts(messages=1 + len(said), customer_messages=1, **facts),
        turn_id=message_id,
        now=now,
    )


def test_a_visit_idle_for_an_hour_ends_and_the_next_message_begins_another(session, now):
    visit = conversations.start(session, channel="web", now=now)
    turn(session, visit, now)
    soon = conversations.current(session, visit.thread_id, now=now + timedelta(minutes=59))
    assert soon.id == visit.id
    later = conversations.current(session, visit.thread_id, now=now + timedelta(minutes=61))
    assert later.id != visit.id and later.thread_id == visit.thread_id
    assert visit.closed_at == now and interactions.of(session, visit.id).ended_at == now


def test_a_follow_up_takes_the_messages_of_its_thread_until_it_ends(session, now):
    visit = conversations.start(session, channel="web", now=now)
    asked = conversations.start(session, channel="web", purpose="nps", thread_id=visit.id, now=now + timedelta(days=38))
    week_later = now + timedelta(days=45)
    assert conversations.current(session, visit.id, now=week_later).id == asked.id
    interactions.close_idle(session, now=now + timedelta(days=70))
    assert conversations.current(session, visit.id, now=now + timedelta(days=70)).purpose == "visit"


def test_an_unknown_thread_is_not_found(session, now):
    with pytest.raises(NotFound):
        conversations.current(session, "0" * 32, now=now)


def test_one_message_id_is_stored_once_per_thread(session, now):
    visit = conversations.start(session, channel="web", now=now)
    turn(session, visit, now, said=("Hi!", "What are you looking for?"))
    replies = conversations.replies(session, visit.thread_id, "m-1")
    assert [reply.text for reply in replies] == ["Hi!", "What are you looking for?"]
    assert conversations.replies(session, visit.thread_id, "m-2") is None
    with pytest.raises(IntegrityError):
        turn(session, visit, now)


def test_a_turn_the_store_began_is_answered_by_its_own_id(session, now):
    asked = conversations.start(session, channel="web", purpose="nps", now=now)
    conversations.record_turn(
        session,
        asked,
        heard=None,
        said=[Said("How likely are you to recommend us?"), Said("0 is not at all.")],
        facts=TurnFacts(messages=2),
        turn_id="delivery-7",
        now=now,
    )
    assert len(conversations.replies(session, asked.thread_id, "delivery-7")) == 2


def test_only_offered_choices_have_a_payload_and_it_never_leaves_the_server(session, now):
    ours = conversations.start(session, channel="web", now=now)
    others = conversations.start(session, channel="web", now=now)
    rows = conversations.record_turn(
        session,
        ours,
        heard=Heard("hello", "m-1", "greet", 0.9),
        said=[Said("Hi!", buttons=[{"title": "Yes", "payload": '/answer{"kind": "arrival", "value": "yes"}'}])],
        facts=TurnFacts(),
        turn_id="m-1",
        now=now,
    )
    shown = conversations.public(rows[0])
    choice = shown["buttons"][0]["choice"]
    assert set(shown["buttons"][0]) == {"choice", "title"} and "arrival" not in str(shown)
    assert conversations.payload_of(session, ours.thread_id, choice)[1] == "Yes"
    assert conversations.payload_of(session, others.thread_id, choice) is None
    assert conversations.payload_of(session, ours.thread_id, "made-up") is None


def test_history_pages_forward(session, now):
    visit = conversations.start(session, channel="web", now=now)
    for number in range(5):
        turn(session, visit, now, text=str(number), message_id=f"m-{number}")
    first = conversations.history(session, visit.thread_id, limit=4)
    rest = conversations.history(session, visit.thread_id, after=first[-1].id)
    assert [message.text for message in (*first, *rest)] == ["0", "Hi!", "1", "Hi!", "2", "Hi!", "3", "Hi!", "4", "Hi!"]
    assert [message.text for message in conversations.recent(session, visit.thread_id, limit=2)] == ["4", "Hi!"]


def test_a_linked_customer_owns_the_thread_but_never_takes_another_ones(session, now):
    ada = customers.find_or_create(session, email="ada@example.org", now=now)
    ben = customers.find_or_create(session, email="ben@example.org", now=now)
    visit = conversations.start(session, channel="web", now=now)
    conversations.link_customer(session, visit.id, ada.id, now=now)
    conversations.link_customer(session, visit.id, ben.id, now=now)
    assert session.get(type(visit), visit.id).customer_id == ada.id
    assert interactions.of(session, visit.id).customer_id == ada.id


def test_the_record_grows_with_the_turns(session, now):
    visit = conversations.start(session, channel="web", now=now)
    turn(session, visit, now, topic="delivery", outcome="answered", stage="education")
    turn(session, visit, now, message_id="m-2", topic="recommend", outcome="recommended", products=["p1", "p2"])
    turn(session, visit, now, message_id="m-3", topic="delivery", outcome="answered", products=["p1"], fallback=True)
    row = interactions.of(session, visit.id)
    assert (row.topics, row.products) == (["delivery", "recommend"], ["p1", "p2"])
    assert row.outcome == "recommended"  # an answered question later does not hide it
    assert (row.stage_before, row.stage_after) == ("discovery", "education")
    assert (row.message_count, row.customer_message_count, row.fallback_count) == (6, 3, 1)


def test_closing_judges_what_was_left_open(session, now):
    silent = conversations.start(session, channel="web", now=now)
    answered = conversations.start(session, channel="web", now=now)
    turn(session, answered, now, outcome="answered")
    handed = conversations.start(session, channel="web", now=now)
    turn(session, handed, now, message_id="m-9", outcome="handed_over", handed_over=True)
    assert interactions.close_idle(session, now=now + timedelta(hours=2)) == 3
    told = {row.conversation_id: (row.outcome, row.resolution) for row in session.query(Interaction)}
    assert told[silent.id] == ("abandoned", "open")
    assert told[answered.id] == ("answered", "assumed")
    assert told[handed.id] == ("handed_over", "handed_over")
    assert interactions.close_idle(session, now=now + timedelta(hours=2)) == 0


def test_words_from_outside_a_turn_are_part_of_the_transcript(session, now):
    asked = conversations.start(session, channel="web", purpose="nps", now=now)
    conversations.add_message(session, asked.id, role="customer", text="9", details={"source": "mail"}, now=now)
    row = session.query(Message).one()
    assert (row.thread_id, row.details) == (asked.thread_id, {"source": "mail"})
    assert interactions.of(session, asked.id).customer_message_count == 1
