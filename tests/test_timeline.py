"""What the staff read stands in the order it happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lifecycle import conversations, customers, surveys, timeline


def told(session: Session, conversation_id: str) -> list[str]:
    """The words of a transcript, and the kind of whatever else stands in it."""
    items = timeline.conversation(session, conversation_id).items
    return [item.message.text if item.message else item.kind for item in items]


def test_an_answer_stands_below_its_question_when_two_clocks_disagree(session: Session, now: datetime) -> None:
    ada = customers.find_or_create(session, email="ada@example.com", name="Ada", now=now)
    ahead = now + timedelta(days=38)
    asked = conversations.start(session, channel="web", purpose="nps", customer_id=ada.id, now=ahead)
    for role, text, at in (
        ("assistant", "How likely are you to recommend us?", ahead),
        ("customer", "9, but the lid is loose", now),
        ("assistant", "A 9: thank you!", now),
    ):
        conversations.add_message(session, asked.id, role=role, text=text, now=at)
    survey = surveys.open(session, "nps", customer_id=ada.id, conversation_id=asked.id, now=ahead)
    surveys.answer(session, survey.id, 9, remark="the lid is loose", source="chat", source_id="turn-1", now=now)
    assert told(session, asked.id)[:4] == [
        "How likely are you to recommend us?",
        "9, but the lid is loose",
        "A 9: thank you!",
        "score",
    ]


def test_what_happened_between_two_messages_stands_between_them(session: Session, now: datetime) -> None:
    ada = customers.find_or_create(session, email="ada@example.com", name="Ada", now=now)
    talk = conversations.start(session, channel="web", customer_id=ada.id, now=now)
    conversations.add_message(session, talk.id, role="customer", text="hello", now=now)
    conversations.add_message(session, talk.id, role="assistant", text="Bye!", now=now + timedelta(minutes=5))
    survey = surveys.open(session, "csat", customer_id=ada.id, conversation_id=talk.id, now=now)
    surveys.answer(session, survey.id, 5, source="mail", source_id="form-1", now=now + timedelta(minutes=2))
    assert told(session, talk.id) == ["hello", "score", "Bye!"]
