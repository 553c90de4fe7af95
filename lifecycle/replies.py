"""Staff's answer to a question nothing answered: it becomes knowledge, and reaches everybody who asked."""

from __future__ import annotations

import contextlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import cases, conversations, notices
from lifecycle.errors import NotFound
from lifecycle.knowledge import gaps
from lifecycle.knowledge.gaps import AnsweredGap
from lifecycle.model import Conversation, SupportCase

CAUSE = "question_answered"


def answer(
    session: Session, gap_id: int, text: str, *, author: str, staff_id: int | None = None, now: datetime
) -> AnsweredGap:
    """Answer a content gap: the answer is an article from now on, stands in the chat of everybody who asked, closes the
    cases that wait for it, and is mailed to those who left an address.

    Answering again replaces the article, and is told in the chats again.  Raises as gaps.answer_gap does.
    """
    done = gaps.answer_gap(session, gap_id, text, now=now)
    told = f"You asked: {done.question}\n{done.answer}"
    reached: set[str | None] = set()
    for case in waiting_for(session, gap_id):
        note = cases.reply(session, case.id, told, staff_id=staff_id, now=now)
        notices.question_answered(session, case, note, now=now)
        cases.close(session, case.id, cause=CAUSE, staff_id=staff_id, now=now)
        reached.add(case.conversation_id)
    threads = dict(
        session.execute(
            sa.select(Conversation.id, Conversation.thread_id).where(Conversation.id.in_(done.conversation_ids))
        ).all()
    )
    chats = {threads.get(str(each), each) for each in reached}
    for conversation_id in done.conversation_ids:
        chat = threads.get(conversation_id, conversation_id)
        if chat in chats:
            continue  # who asked on two visits reads it once
        chats.add(chat)
        with contextlib.suppress(NotFound):  # erased meanwhile
            conversations.add_message(
                session, conversation_id, role="staff", text=told, details={"author": author, "gap_id": gap_id}, now=now
            )
    return done


def waiting_for(session: Session, gap_id: int) -> list[SupportCase]:
    """The cases that wait for the answer to this question."""
    query = sa.select(SupportCase).where(SupportCase.kind == "question", SupportCase.state != "closed")
    return [case for case in session.scalars(query.order_by(SupportCase.id)) if case.summary.get("gap_id") == gap_id]


def last_of(session: Session, thread_id: str) -> tuple[str, str, datetime] | None:
    """(question, answer, when) of the newest question of this chat that the team answered; None when there is none."""
    case = session.scalars(
        sa.select(SupportCase)
        .join(Conversation, Conversation.id == SupportCase.conversation_id)
        .where(Conversation.thread_id == thread_id, SupportCase.kind == "question", SupportCase.state == "closed")
        .where(SupportCase.cause == CAUSE)
        .order_by(SupportCase.closed_at.desc())
    ).first()
    if case is None:
        return None
    said = [(text, at) for author, text, at in cases.status(session, case.id, now=case.closed_at).replies
            if author == "staff"]  # fmt: skip
    return (str(case.summary.get("question") or case.subject), *said[-1]) if said else None
