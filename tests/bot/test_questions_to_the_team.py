"""A question nothing answers goes to the team; the answer comes back to who asked, and stays for who asks next."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from threading import Event
from typing import Any

import sqlalchemy as sa

from bench.talk import Chat, Loop, open_chat
from lifecycle import conversations, db, listings, replies
from lifecycle.channels import dispatch
from lifecycle.model import ContentGap, Conversation, SupportCase
from lifecycle.settings import settings

ANSWER = "Yes, it holds the water within one degree with a PID."


def gap_of(question: str) -> ContentGap:
    with db.reading() as session:
        rows = [gap for gap in session.scalars(sa.select(ContentGap)) if question in gap.question]
        session.expunge_all()
        assert len(rows) == 1, [gap.question for gap in rows]
        return rows[0]


def sam_answers(gap_id: int, text: str = ANSWER) -> datetime:
    now = datetime.now(timezone.utc)
    with db.transaction() as session:
        replies.answer(session, gap_id, text, author="Sam", now=now)
    return now


def mails() -> list[str]:
    """What the worker sends now, read from the local outbox."""
    dispatch.send_due(settings(), now=lambda: datetime.now(timezone.utc) + timedelta(minutes=1), stop=Event())
    return [path.read_text("utf-8") for path in sorted((settings().mail_outbox / "new").glob("*"))]


def staff_said(chat: Chat) -> list[str]:
    with db.reading() as session:
        return [row.text for row in conversations.history(session, chat.thread_id) if row.role == "staff"]


def ask_for_a_pid(chat: Chat) -> None:
    chat("I want an espresso machine under $400")
    assert "guess" in chat("does the Barista 54 have a PID?")
    said = chat.press("Ask the team")
    assert "our team" in said.lower() and "address" in said


def test_the_answer_reaches_the_asker_in_the_chat_and_by_mail_and_closes_the_case(chat: Chat) -> None:
    ask_for_a_pid(chat)
    assert "our team will" in chat("ada@example.com")
    assert "by" in chat("when will I hear from you?")
    sam_answers(gap_of("PID").id)
    [told] = staff_said(chat)
    assert ANSWER in told and "PID" in told
    with db.reading() as session:
        case = session.scalars(sa.select(SupportCase)).one()
        assert (case.state, case.cause) == ("closed", "question_answered")
    [mail] = mails()
    assert "ada@example.com" in mail and "within one degree" in mail and "Answered by our team on" in mail
    said = chat("any news about my question?")
    assert ANSWER in said and "team" in said


def test_who_left_no_address_reads_it_in_the_chat_alone(chat: Chat) -> None:
    ask_for_a_pid(chat)
    sam_answers(gap_of("PID").id)
    assert ANSWER in staff_said(chat)[0] and mails() == []


def test_the_next_shopper_gets_the_answer_with_its_day(agent: Any, loop: Loop, chat: Chat) -> None:
    ask_for_a_pid(chat)
    day = sam_answers(gap_of("PID").id)
    ben = open_chat(agent, loop)
    ben("show me espresso machines under $400")
    said = ben("does the Barista 54 come with a PID?")
    assert ANSWER in said and f"Answered by our team on {day:%-d %B %Y}" in said


def test_what_cost_a_recommendation_comes_first(agent: Any, loop: Loop, chat: Chat) -> None:
    for _ in range(2):  # two who only asked
        open_chat(agent, loop)("do you rent out banjos?")
    ask_for_a_pid(chat)
    with db.reading() as session:
        rows = {row.gap.question: (row.lost, row.waiting) for row in listings.gaps(session)}
        assert next(iter(rows.values())) == (1, 1), rows
        assert session.scalar(sa.select(sa.func.count()).select_from(Conversation)) >= 3
