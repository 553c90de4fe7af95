"""Forgetting somebody means forgetting them: canaries in every place, none left."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from mailroom import follow_up_of, order_of

from lifecycle import cases, conversations, customers, interactions, orders, outbox, privacy, staff, surveys
from lifecycle.conversations import Heard, Said
from lifecycle.interactions import TurnFacts
from lifecycle.knowledge import gaps
from lifecycle.model import (
    Base,
    ContactLog,
    ContactPoint,
    ConversationLabel,
    ConversationNote,
    Customer,
    ErasureRequest,
    Message,
    Need,
    PhraseReview,
    RasaEvent,
    Recommendation,
    RecommendationItem,
    Referral,
    Review,
    SavedView,
    SurveyAnswer,
)  # fmt: skip
from lifecycle.orders import Buyer, OrderEvent

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


# What the code itself writes: words and ids of its own, never a person's.
OURS = {
    "action", "action_name", "address_hash", "cause", "cause_id", "channel", "claimed_by", "client_message_id", "code",
    "conversation_ids", "counts", "currency", "event_id", "from_stage", "id", "intent", "intent_name", "kind",
    "left_out", "locale", "message_id", "object_id", "object_kind", "order_ref", "outcome", "priority", "product_id",
    "products", "purpose", "question_key", "reason", "resolution", "result", "review_id", "role", "sender_id",
    "sentiment", "source", "source_id", "source_key", "stage", "stage_after", "stage_before", "state", "step",
    "template", "thread_id", "to_stage", "topic", "topics", "turn_id", "type_name",
}  # fmt: skip
# Tables in which nothing is a customer's.
THE_STORES = {
    "article", "catalogue_version", "erasure_request", "login_attempt", "macro", "order_line", "product",
    "product_fact", "schema_version", "shop_pull", "staff", "staff_session", "store", "suppression", "webhook_delivery",
}  # fmt: skip


def plant_everywhere(session, now):
    """Ada's whole life here, and the canary in every column of every table that a person's words could reach."""
    ada, visit = plant(session, now)
    order = order_of(session, ada, now=now)
    follow_up = follow_up_of(session, order, now=now)
    placed = OrderEvent(
        source=order.source, event_id="e-1", type="placed", order_ref=order.order_ref, at=now, buyer=Buyer(),
        tracking=CANARY, status_url=f"https://shop.example/{CANARY}",
    )  # fmt: skip
    orders.apply(session, placed, now=now)
    shown = Recommendation(conversation_id=visit.id, turn_id="m-1", catalogue_version=1, needs={}, created_at=now)
    session.add(shown)
    session.flush()
    session.add_all(
        [
            RecommendationItem(recommendation_id=shown.id, position=0, product_id="p", score=1.0),
            ContactLog(customer_id=ada.id, channel="email", purpose="survey", at=now),
            Review(review_id="r-1", product_id="p", customer_id=ada.id, rating=5, created_at=now),
            Referral(customer_id=ada.id, code="ADA-1", created_at=now),
        ]
    )
    outbox.queue(
        session, channel="email", template="nps", purpose="survey", customer_id=ada.id, follow_up_id=follow_up.id,
        now=now,
    )  # fmt: skip
    gaps.note_gap(session, f"is it good for {CANARY}?", conversation_id=visit.id, now=now)
    staff.audit(session, None, "export", "conversations", now=now, filters=f"q={CANARY}@example.org")
    sam = staff.add(session, "sam@example.com", "agent", "correct horse battery", now=now)
    said = session.scalar(sa.select(Message.id).where(Message.conversation_id == visit.id).limit(1))
    session.add_all(
        [
            ConversationLabel(conversation_id=visit.id, label="vip", created_at=now),
            ConversationNote(conversation_id=visit.id, text="calls back", created_at=now),
            PhraseReview(message_id=said, intent="greet", at=now),
            SavedView(staff_id=sam.id, name="hers", query={"q": f"{CANARY}@example.org"}, shared=False, created_at=now),
        ]
    )
    session.flush()
    for table in Base.metadata.sorted_tables:
        if table.name in THE_STORES:
            continue
        assert session.scalar(sa.select(sa.func.count()).select_from(table)), f"plant a row of {table.name}"
        for column in table.columns:
            if column.name in OURS or column.foreign_keys or column.name in ("body", "details"):
                continue
            spoken = CANARY if isinstance(column.type, sa.String) else {"said": CANARY}
            if isinstance(column.type, sa.String) or "JSON" in str(column.type):
                session.execute(sa.update(table).values({column.name: spoken}))
    session.execute(sa.update(ContactPoint).values(value=f"{CANARY}@example.org", kind="email"))
    session.expire_all()
    return ada, order


def test_not_a_word_is_left_in_any_column_of_any_table(session, now):
    ada, order = plant_everywhere(session, now)
    assert len(places_with_canary(session)) > 30
    privacy.erase_customer(session, ada.id, now=now)
    session.expire_all()
    assert places_with_canary(session) == []
    # The shop goes on telling about the order: its milestones count, its buyer stays forgotten.
    late = OrderEvent(
        source=order.source, event_id="e-2", type="delivered", order_ref=order.order_ref, at=now, tracking=CANARY,
        buyer=Buyer(f"{CANARY}@example.org", CANARY, CANARY), status_url=f"https://{CANARY}.example",
    )  # fmt: skip
    assert orders.apply(session, late, now=now).order.delivered_at == now
    assert places_with_canary(session) == []


def test_a_turn_that_was_under_way_is_erased_too(session, now):
    _ada, visit = plant(session, now)
    privacy.request_erasure(session, thread_id=visit.thread_id, now=now)
    privacy.erase_requested(session, now=now)
    conversations.add_message(session, visit.id, role="customer", text=CANARY, now=now)  # it ended only now
    later = now + timedelta(seconds=30)
    again = conversations.start(session, channel="web", thread_id=visit.thread_id, now=later)
    conversations.add_message(session, again.id, role="customer", text="hello", now=later)
    assert privacy.erase_requested(session, now=now + timedelta(seconds=70)) == 0
    assert [row.text for row in session.query(Message)] == ["hello"]


def test_what_is_left_of_a_messengers_talk_is_not_called_by_its_users_id(session, now):
    ada = customers.find_or_create(session, email="ada@example.org", now=now)
    talk = conversations.start(
        session, channel="telegram", customer_id=ada.id, conversation_id="4915112345678", now=now
    )
    conversations.add_message(session, talk.id, role="customer", text="hello", now=now)
    privacy.erase_customer(session, ada.id, now=now)
    rows = session.execute(sa.text("SELECT conversation_id, message_count FROM v_interactions")).all()
    assert [row.message_count for row in rows] == [1]
    for table in Base.metadata.sorted_tables:
        assert "4915112345678" not in str(session.execute(sa.select(table)).all()), table.name


def test_an_export_leaves_out_no_table_that_holds_something_of_a_person(session, now):
    ada, _visit = plant(session, now)
    names = {
        "contact_point": "addresses", "contact_log": "contacts", "stage_change": "stages", "shop_order": "orders",
        "support_case": "cases", "events": "rasa_events", "survey_answer": "answers", "delivery": "deliveries",
        "survey_answer_change": "answer_changes", "case_note": "case_notes",
    }  # fmt: skip
    held = privacy.export_customer(session, ada.id)
    for table in Base.metadata.sorted_tables:
        if {key.column.table.name for key in table.foreign_keys} & {"customer", "conversation"}:
            assert names.get(table.name, f"{table.name}s") in held, table.name


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
