"""Forgetting somebody means forgetting them: canaries in every place, none left."""

from __future__ import annotations

import sqlalchemy as sa

from lifecycle import cases, conversations, customers, interactions, privacy, surveys
from lifecycle.conversations import Heard, Said
from lifecycle.interactions import TurnFacts
from lifecycle.model import Base, Customer, ErasureRequest, Message, Need, RasaEvent, SurveyAnswer

CANARY = "canary"


def plant(session, now):
    """Ada, with the canary wherever a person's words or names may stand."""
    ada = customers.find_or_create(
        session, email=f"{CANARY}@example.org", external_id=f"{CANARY}-1", name=CANARY, now=now
    )
    visit = conversations.start(session, channel="web", customer_id=ada.id, now=now)
    conversations.record_turn(
        session,
        visit,
        heard=Heard(f"I am {CANARY}", "m-1", "greet", 0.9, {"entities": [CANARY]}),
        said=[Said(f"Hello {CANARY}")],
        facts=TurnFacts(messages=2, needs=[CANARY]),
        turn_id="m-1",
        now=now,
    )
    session.add(RasaEvent(sender_id=visit.id, type_name="user", timestamp=0.0, data=f'{{"text": "{CANARY}"}}'))
    session.add(Need(conversation_id=visit.id, customer_id=ada.id, key=CANARY, label=CANARY, stated_at=now))
    survey = surveys.open(session, "nps", customer_id=ada.id, now=now)
    answered = surveys.answer(session, survey.id, 2, remark=CANARY, source="chat", source_id="m-2", now=now)
    cases.customer_reply(session, answered.case_id, CANARY, now=now)
    customers.set_consent(session, ada.id, "survey", True, source="chat", now=now)
    session.flush()
    return ada, visit


def places_with_canary(session) -> list[str]:
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(sa.select(table)).mappings():
            found += [f"{table.name}.{name}" for name, value in row.items() if CANARY in str(value)]
    return found


def test_nothing_of_an_erased_person_is_left_but_bare_scores(session, now):
    ada, _visit = plant(session, now)
    assert len(places_with_canary(session)) >= 8  # the test would see it
    privacy.erase_customer(session, ada.id, now=now)
    session.expire_all()
    assert places_with_canary(session) == []
    assert session.query(SurveyAnswer).one().score == 2
    assert session.get(Customer, ada.id).erased_at == now
    assert customers.suppressed(session, f"{CANARY}@example.org")


def test_a_shopper_can_have_a_conversation_deleted_and_gets_a_receipt(session, now):
    _ada, visit = plant(session, now)
    assert privacy.held_about_thread(session, visit.thread_id).messages == 2
    receipt = privacy.request_erasure(session, thread_id=visit.thread_id, now=now)
    assert session.query(Message).count() == 2  # a turn may still be under way: the worker does it
    assert privacy.erase_requested(session, now=now) == 1
    assert privacy.erase_requested(session, now=now) == 0
    assert session.query(Message).count() == session.query(RasaEvent).count() == session.query(Need).count() == 0
    assert session.query(ErasureRequest).one().receipt == receipt
    row = interactions.of(session, visit.id)
    assert row.message_count == 2 and row.needs == []


def test_an_export_holds_everything_said(session, now):
    ada, _visit = plant(session, now)
    held = privacy.export_customer(session, ada.id)
    assert held["customer"]["name"] == CANARY and len(held["messages"]) == 2
    assert held["answers"][0]["remark"] == CANARY and held["needs"][0]["label"] == CANARY


def test_old_words_go_and_their_counts_stay(session, now):
    from datetime import timedelta

    visit = conversations.start(session, channel="web", now=now)
    conversations.add_message(session, visit.id, role="customer", text="hello", now=now)
    interactions.close_idle(session, now=now + timedelta(hours=2))
    assert privacy.expire(session, before=now)["message"] == 0
    assert privacy.expire(session, before=now + timedelta(days=1))["message"] == 1
    assert interactions.of(session, visit.id).message_count == 1
