"""What staff told one customer answers the next shopper, once staff say so, and never says who the customer is."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import cases, conversations, customers, knowledge, replies
from lifecycle.errors import Invalid
from lifecycle.knowledge import gaps
from lifecycle.model import Article, SupportCase

QUESTION = "Is the kettle free of PFAS?"
ANSWER = "Yes, the whole kettle is free of PFAS."


@pytest.fixture
def case(session: Session, now: datetime) -> SupportCase:
    """Ada asked the team; Sam answered her by name."""
    ada = customers.find_or_create(session, email="ada@example.com", name="Ada Lovelace", now=now)
    talk = conversations.start(session, channel="web", customer_id=ada.id, now=now)
    gap = gaps.note_gap(session, QUESTION, conversation_id=talk.id, now=now)
    assert gap is not None
    opened = cases.open(
        session, source_key="q", kind="question", subject=QUESTION, customer_id=ada.id, conversation_id=talk.id,
        summary={"question": QUESTION, "gap_id": gap.id}, now=now,
    )  # fmt: skip
    cases.reply(session, opened.id, f"Dear Ada, {ANSWER}", staff_id=None, now=now)
    return opened


def publish(session: Session, case: SupportCase, now: datetime, text: str = ANSWER, question: str = QUESTION) -> None:
    replies.publish(session, case.id, question, text, author="Sam", now=now)


def told(session: Session, conversation_id: str | None) -> list[str]:
    assert conversation_id is not None
    return [row.text for row in conversations.history(session, conversation_id) if row.role == "staff"]


def test_a_reply_answers_nobody_else_until_staff_say_so(session: Session, now: datetime, case: SupportCase) -> None:
    assert session.scalar(sa.select(sa.func.count(Article.id))) == 0
    publish(session, case, now)
    found = knowledge.answer_store(session, "is your kettle PFAS free?")
    assert found is not None and ANSWER in found.text
    assert gaps.open_gaps(session) == []


def test_who_was_answered_reads_it_once_and_who_asked_the_same_gets_it(
    session: Session, now: datetime, case: SupportCase
) -> None:
    ben = conversations.start(session, channel="web", now=now)
    gaps.note_gap(session, QUESTION, conversation_id=ben.id, now=now)
    publish(session, case, now)
    assert told(session, case.conversation_id) == [f"Dear Ada, {ANSWER}"]
    assert ANSWER in told(session, ben.id)[0]
    assert cases.get(session, case.id).state == "pending"


@pytest.mark.parametrize(
    "text, question",
    [
        (f"Dear Ada, {ANSWER}", QUESTION),
        (f"{ANSWER} We wrote to ada@example.com.", QUESTION),
        (f"{ANSWER} We called you on +49 151 23456789.", QUESTION),
        (ANSWER, "Is Lovelace's kettle free of PFAS?"),
        ("  ", QUESTION),
        (ANSWER, "?!"),
        ("x" * 1_001, QUESTION),
    ],
)
def test_nothing_about_the_customer_becomes_knowledge(
    session: Session, now: datetime, case: SupportCase, text: str, question: str
) -> None:
    with pytest.raises(Invalid):
        publish(session, case, now, text, question)
    assert session.scalar(sa.select(sa.func.count(Article.id))) == 0
