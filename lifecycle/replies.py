"""Staff's answer to a question nothing answered: it becomes knowledge, and reaches everybody who asked."""

from __future__ import annotations

import contextlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import cases, conversations, notices, redaction
from lifecycle.errors import Invalid, NotFound
from lifecycle.knowledge import gaps
from lifecycle.knowledge.gaps import AnsweredGap
from lifecycle.language import words
from lifecycle.model import Conversation, Customer, ShopOrder, SupportCase
from lifecycle.settings import settings
from lifecycle.text import MESSAGE_LIMIT, canonical, one_line

CAUSE = "question_answered"


def answer(
    session: Session,
    gap_id: int,
    text: str,
    *,
    author: str,
    staff_id: int | None = None,
    knows: SupportCase | None = None,
    now: datetime,
) -> AnsweredGap:
    """Answer a content gap: the answer is an article from now on, stands in the chat of everybody who asked, closes the
    cases that wait for it, and is mailed to those who left an address.

    Answering again replaces the article, and is told in the chats again.  Whose case `knows` it has read it there.
    Raises as gaps.answer_gap does.
    """
    done = gaps.answer_gap(session, gap_id, text, now=now)
    told = f"You asked: {done.question}\n{done.answer}"
    reached: set[str | None] = {knows.conversation_id} if knows is not None else set()
    for case in waiting_for(session, gap_id):
        if knows is not None and case.id == knows.id:
            continue
        note = cases.reply(session, case.id, told, staff_id=staff_id, now=now)
        notices.question_answered(session, case, note, now=now)
        cases.close(session, case.id, cause=CAUSE, staff_id=staff_id, now=now)
        reached.add(case.conversation_id)
    threads = dict(
        session.execute(
            sa.select(Conversation.id, Conversation.thread_id).where(Conversation.id.in_(done.conversation_ids))
        ).all()
    )
    chats = {threads.get(str(each), each) for each in reached if each}
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


def publish(
    session: Session,
    case_id: int,
    question: str,
    text: str,
    *,
    author: str,
    staff_id: int | None = None,
    now: datetime,
) -> AnsweredGap:
    """Make what staff told one customer knowledge: whoever asks `question` next is answered `text`.

    Only staff's own press of a button does this, with words they have seen, and never with anything that says who the
    customer is: their name, address, phone or order number is refused with Invalid.  Who else waits for the answer to
    this very question gets it, too.  Raises Invalid for a question without a word, and as gaps.answer_gap does.
    """
    case = cases.get(session, case_id)
    question = one_line(question, 500)
    _require_nobody(session, case, f"{question}\n{text}")
    if len(canonical(text)) > MESSAGE_LIMIT:
        raise Invalid(f"An answer may have {MESSAGE_LIMIT} characters; please shorten it.")
    product_id = str((case.summary or {}).get("product_id") or "")
    gap = gaps.note_gap(session, question, product_id=product_id, now=now)
    if gap is None:
        raise Invalid("Write the question this answers, as a shopper would ask it.")
    return answer(session, gap.id, text, author=author, staff_id=staff_id, knows=case, now=now)


def _require_nobody(session: Session, case: SupportCase, text: str) -> None:
    """Raise Invalid, naming what it is, when a text says whom a case is about."""
    country = redaction.country_of(settings().store_timezone)
    if redaction.mask(text, country=country) != text:
        raise Invalid("There is an address or a number of a person in it; take it out before everybody can read it.")
    said = set(words.tokens(text))
    customer = session.get(Customer, case.customer_id) if case.customer_id is not None else None
    order = session.get(ShopOrder, case.order_id) if case.order_id is not None else None
    for name in words.tokens(customer.name) if customer is not None else ():
        if name in said and len(name) > 1:
            raise Invalid("The customer's name is in it; take it out before everybody can read it.")
    if order is not None and set(words.tokens(order.order_ref)) <= said:
        raise Invalid("The order's number is in it; take it out before everybody can read it.")


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
