"""What a customer is told about their case: that somebody has it and by when, and every reply of the team.

Whoever opens a case or replies may queue the notice at once; the worker queues what nobody did.  One case and one
reply have one notice each, whoever asked for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import conversations, customers, outbox, surveys
from lifecycle.model import CaseNote, ContactPoint, Conversation, Delivery, Message, SupportCase, Survey

EFFORT_AFTER = timedelta(hours=4)  # a case that is taken up again at once was not solved
LOOK_BACK = timedelta(hours=72)  # an older case or reply is no news any more


def case_opened(session: Session, case: SupportCase, *, now: datetime) -> Delivery | None:
    """Tell the customer by when they have a reply; None when there is no address to tell it to."""
    return _queue(session, case, "case_opened", f"case:{case.id}:opened", {}, now=now)


def case_reply(session: Session, case: SupportCase, note: CaseNote, *, now: datetime) -> Delivery | None:
    """Tell the customer what the team wrote; None when there is no address to tell it to."""
    return _queue(session, case, "case_reply", f"case:{case.id}:note:{note.id}", {"note_id": note.id}, now=now)


def question_answered(session: Session, case: SupportCase, note: CaseNote, *, now: datetime) -> Delivery | None:
    """Tell who asked what the team answered; None when there is no address to tell it to."""
    key = f"case:{case.id}:note:{note.id}"  # the case's reply, in words of its own
    return _queue(session, case, "question_answered", key, {"note_id": note.id}, now=now)


def queue_missing(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Queue the notices of recent cases and replies that have none yet; returns how many."""
    reachable = sa.exists().where(ContactPoint.customer_id == SupportCase.customer_id, ContactPoint.kind == "email")
    told = sa.exists().where(Delivery.case_id == SupportCase.id, Delivery.template == "case_opened")
    replies_told = (
        sa.select(sa.func.count())
        .where(Delivery.case_id == SupportCase.id, Delivery.template.in_(("case_reply", "question_answered")))
        .correlate(SupportCase)
        .scalar_subquery()
    )
    replies = (
        sa.select(sa.func.count())
        .where(CaseNote.case_id == SupportCase.id, CaseNote.visible.is_(True), CaseNote.author == "staff")
        .correlate(SupportCase)
        .scalar_subquery()
    )
    opened = session.execute(
        sa.select(SupportCase)
        .where(SupportCase.opened_at >= now - LOOK_BACK, SupportCase.opened_at <= now, reachable, ~told)
        .where(SupportCase.state != "closed")
        .order_by(SupportCase.id)
        .limit(limit)
    ).scalars()
    queued = sum(case_opened(session, case, now=now) is not None for case in opened.all())
    replied = session.execute(
        sa.select(SupportCase, CaseNote)
        .join(CaseNote, CaseNote.case_id == SupportCase.id)
        .where(CaseNote.visible.is_(True), CaseNote.author == "staff", CaseNote.created_at >= now - LOOK_BACK)
        .where(CaseNote.created_at <= now, reachable, replies_told < replies)
        .order_by(CaseNote.id)
        .limit(limit)
    )
    for case, note in replied.all():
        before = case_reply(session, case, note, now=now)
        queued += before is not None and before.created_at == now
    return queued + _ask_effort(session, now=now, limit=limit)


def _ask_effort(session: Session, *, now: datetime, limit: int) -> int:
    """Ask once how easy it was, EFFORT_AFTER a case was closed and stayed closed; returns how many messages are owed.

    By mail who has an address, in the chat who wrote in it; nobody who switched surveys off.  It does not wait for the
    clocks of the other surveys, because the customer began the case; once sent, they wait for it as for any survey.
    """
    asked = sa.exists().where(Survey.case_id == SupportCase.id, Survey.kind == "ces")
    by_mail = sa.exists().where(ContactPoint.customer_id == SupportCase.customer_id, ContactPoint.kind == "email")
    wrote = sa.exists().where(Message.conversation_id == SupportCase.conversation_id, Message.role == "customer")
    solved = session.execute(
        sa.select(SupportCase, by_mail.label("by_mail"), wrote.label("in_chat"))
        .where(SupportCase.state == "closed", sa.or_(by_mail, wrote), ~asked)
        .where(SupportCase.closed_at <= now - EFFORT_AFTER, SupportCase.closed_at >= now - LOOK_BACK)
        .order_by(SupportCase.id)
        .limit(limit)
    )
    queued = 0
    for case, by_mail, in_chat in solved.all():
        if case.customer_id is not None and not customers.allows(session, case.customer_id, "survey"):
            continue
        survey = surveys.open(
            session, "ces", customer_id=case.customer_id, order_id=case.order_id, case_id=case.id, now=now
        )
        params = {"survey_id": survey.id}
        if in_chat:
            survey.conversation_id = _conversation(session, case, now=now)
            outbox.queue(
                session, channel="webchat", template="ces", purpose="survey", customer_id=case.customer_id,
                case_id=case.id, params=params, key=f"case:{case.id}:ces:webchat", now=now,
            )  # fmt: skip
        if by_mail:
            _queue(session, case, "ces", f"case:{case.id}:ces", params, purpose="survey", now=now)
        queued += in_chat + by_mail
    return queued


def _conversation(session: Session, case: SupportCase, *, now: datetime) -> str:
    """A conversation of its own, in the chat window the case came from."""
    began = session.get(Conversation, case.conversation_id)
    assert began is not None
    made = conversations.start(
        session, channel=began.channel, purpose="ces", thread_id=began.thread_id, customer_id=case.customer_id,
        order_id=case.order_id, verified=began.identity_verified, now=now,
    )  # fmt: skip
    return str(made.id)


def _queue(
    session: Session,
    case: SupportCase,
    template: str,
    key: str,
    params: dict[str, int],
    *,
    purpose: str = "service",
    now: datetime,
) -> Delivery | None:
    known = case.customer_id is not None and customers.email_of(session, case.customer_id) is not None
    if not known and not case.summary.get("contact"):
        return None
    return outbox.queue(
        session,
        channel="email",
        template=template,
        purpose=purpose,
        customer_id=case.customer_id,
        case_id=case.id,
        params=params,
        key=key,
        now=now,
    )
