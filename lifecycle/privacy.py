"""My data: show what is held, forget a conversation or a person everywhere, prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers
from lifecycle.clock import iso
from lifecycle.errors import NotFound
from lifecycle.model import (
    CaseNote,
    Consent,
    ContactLog,
    ContactPoint,
    Conversation,
    Customer,
    Delivery,
    ErasureRequest,
    Interaction,
    Message,
    Need,
    OrderLine,
    RasaEvent,
    Recommendation,
    Referral,
    Review,
    ShopEvent,
    ShopOrder,
    StageChange,
    SupportCase,
    Survey,
    SurveyAnswer,
    SurveyAnswerChange,
)
from lifecycle.tokens import new_id


@dataclass(frozen=True)
class Held:
    """How much is held about a thread."""

    messages: int
    needs: int
    orders: int


def held_about_thread(session: Session, thread_id: str) -> Held:
    """Counts of what is held about a chat window."""
    ids = _conversations(session, Conversation.thread_id == thread_id)

    def count(model: Any, *where: Any) -> int:
        return int(session.execute(sa.select(sa.func.count()).select_from(model).where(*where)).scalar_one())

    return Held(
        messages=count(Message, Message.thread_id == thread_id),
        needs=count(Need, Need.conversation_id.in_(ids)),
        orders=count(ShopOrder, ShopOrder.thread_id == thread_id),
    )


def request_erasure(
    session: Session, *, thread_id: str | None = None, customer_id: int | None = None, now: datetime
) -> str:
    """Ask for a thread or a person to be forgotten; the worker does it within a minute.  Returns the receipt."""
    receipt = new_id()[:12]
    session.add(ErasureRequest(receipt=receipt, thread_id=thread_id, customer_id=customer_id, requested_at=now))
    session.flush()
    return receipt


def erase_requested(session: Session, *, now: datetime, limit: int = 20) -> int:
    """Carry out what was asked for; returns how many requests."""
    rows = list(
        session.execute(
            sa.select(ErasureRequest).where(ErasureRequest.done_at.is_(None)).order_by(ErasureRequest.id).limit(limit)
        ).scalars()
    )
    for row in rows:
        counts = erase_thread(session, row.thread_id) if row.thread_id else {}
        if row.customer_id:
            counts = {**counts, **erase_customer(session, row.customer_id, now=now)}
        row.counts = counts
        row.done_at = now
    session.flush()
    return len(rows)


def erase_thread(session: Session, thread_id: str) -> dict[str, int]:
    """Delete every word of a chat window, Rasa's events included; its interactions stay as counts without content."""
    ids = _conversations(session, Conversation.thread_id == thread_id)
    return _erase_conversations(session, ids)


def erase_customer(session: Session, customer_id: int, *, now: datetime) -> dict[str, int]:
    """Forget a person everywhere.  What stays is a number without name or words: orders, dated stages, bare scores."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    for address in _addresses(session, customer_id):
        customers.suppress(session, address, "erased", now=now)
    ids = _conversations(session, Conversation.customer_id == customer_id)
    orders = list(session.execute(sa.select(ShopOrder).where(ShopOrder.customer_id == customer_id)).scalars())
    surveys = list(session.execute(sa.select(Survey.id).where(Survey.customer_id == customer_id)).scalars())
    cases = list(session.execute(sa.select(SupportCase.id).where(SupportCase.customer_id == customer_id)).scalars())
    counts = _erase_conversations(session, ids)
    for model in (ContactPoint, Consent, ContactLog, Delivery, Referral):
        counts[model.__tablename__] = _delete(session, model, model.customer_id == customer_id)
    counts["case_note"] = _delete(session, CaseNote, CaseNote.case_id.in_(cases))
    counts["survey_answer_change"] = _delete(session, SurveyAnswerChange, SurveyAnswerChange.survey_id.in_(surveys))
    session.execute(
        sa.update(SurveyAnswer).where(SurveyAnswer.survey_id.in_(surveys)).values(remark="", themes=[], source="erased")
    )
    session.execute(sa.update(SupportCase).where(SupportCase.id.in_(cases)).values(subject="(erased)", summary={}))
    session.execute(sa.update(Review).where(Review.customer_id == customer_id).values(author="", customer_id=None))
    refs = [order.order_ref for order in orders]
    session.execute(sa.update(ShopEvent).where(ShopEvent.order_ref.in_(refs)).values(body={"erased": True}))
    for order in orders:
        order.tracking, order.status_url, order.thread_id = "", "", None
    customer.name, customer.external_id, customer.timezone, customer.erased_at = "", None, None, now
    session.flush()
    return counts


def export_customer(session: Session, customer_id: int) -> dict[str, Any]:
    """Everything held about a person, as plain JSON."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    ids = _conversations(session, Conversation.customer_id == customer_id)
    orders = _rows(session, ShopOrder, ShopOrder.customer_id == customer_id)
    surveys = _rows(session, Survey, Survey.customer_id == customer_id)
    cases = _rows(session, SupportCase, SupportCase.customer_id == customer_id)
    return {
        "customer": _plain(customer),
        "addresses": _rows(session, ContactPoint, ContactPoint.customer_id == customer_id),
        "consents": _rows(session, Consent, Consent.customer_id == customer_id),
        "stages": _rows(session, StageChange, StageChange.customer_id == customer_id),
        "conversations": _rows(session, Conversation, Conversation.id.in_(ids)),
        "interactions": _rows(session, Interaction, Interaction.conversation_id.in_(ids)),
        "messages": _rows(session, Message, Message.conversation_id.in_(ids)),
        "needs": _rows(session, Need, Need.conversation_id.in_(ids)),
        "recommendations": _rows(session, Recommendation, Recommendation.conversation_id.in_(ids)),
        "orders": orders,
        "order_lines": _rows(session, OrderLine, OrderLine.order_id.in_([order["id"] for order in orders])),
        "surveys": surveys,
        "answers": _rows(session, SurveyAnswer, SurveyAnswer.survey_id.in_([survey["id"] for survey in surveys])),
        "cases": cases,
        "case_notes": _rows(
            session, CaseNote, CaseNote.case_id.in_([case["id"] for case in cases]), CaseNote.visible.is_(True)
        ),
        "reviews": _rows(session, Review, Review.customer_id == customer_id),
    }


def expire(session: Session, *, before: datetime, limit: int = 1_000) -> dict[str, int]:
    """Delete the words of conversations that ended before a moment; their interactions stay as counts."""
    ids = _conversations(
        session, Conversation.closed_at < before, sa.exists().where(Message.conversation_id == Conversation.id)
    )[:limit]
    return _erase_conversations(session, ids)


def _erase_conversations(session: Session, ids: Sequence[str]) -> dict[str, int]:
    counts = {
        "message": _delete(session, Message, Message.conversation_id.in_(ids)),
        "events": _delete(session, RasaEvent, RasaEvent.sender_id.in_(ids)),
        "need": _delete(session, Need, Need.conversation_id.in_(ids)),
    }
    session.execute(sa.update(Interaction).where(Interaction.conversation_id.in_(ids)).values(needs=[], label=None))
    session.execute(sa.update(Recommendation).where(Recommendation.conversation_id.in_(ids)).values(needs={}))
    cases = list(session.execute(sa.select(SupportCase).where(SupportCase.conversation_id.in_(ids))).scalars())
    for case in cases:
        case.summary = {key: value for key, value in case.summary.items() if key == "contact"}
    session.flush()
    return counts


def _delete(session: Session, model: Any, *where: Any) -> int:
    return int(session.execute(sa.delete(model).where(*where).execution_options(synchronize_session=False)).rowcount)


def _conversations(session: Session, *where: Any) -> list[str]:
    return list(session.execute(sa.select(Conversation.id).where(*where)).scalars())


def _addresses(session: Session, customer_id: int) -> list[str]:
    return list(
        session.execute(
            sa.select(ContactPoint.value).where(ContactPoint.customer_id == customer_id, ContactPoint.kind == "email")
        ).scalars()
    )


def _rows(session: Session, model: Any, *where: Any) -> list[dict[str, Any]]:
    return [_plain(row) for row in session.execute(sa.select(model).where(*where).order_by(model.id)).scalars()]


def _plain(row: Any) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in sa.inspect(row).mapper.column_attrs}
    return {key: iso(value) if isinstance(value, datetime) else value for key, value in values.items()}
