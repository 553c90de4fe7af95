"""My data: show what is held, forget a conversation or a person everywhere, prove it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from lifecycle import customers, db, fulltext
from lifecycle.clock import iso, parse
from lifecycle.errors import LifecycleError, NotFound
from lifecycle.model import (
    CaseNote,
    Consent,
    ContactLog,
    ContactPoint,
    Conversation,
    ConversationLabel,
    ConversationNote,
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
    waiting = sa.select(ErasureRequest).where(ErasureRequest.done_at.is_(None)).order_by(ErasureRequest.id).limit(limit)
    rows = session.scalars(waiting).all()
    for row in rows:
        _erase(session, row, now=now)
    session.flush()
    _forget_words(session, rows)
    return len(rows)


def erase_now(session: Session, customer_id: int, *, now: datetime) -> dict[str, int]:
    """Forget a person at once, with a receipt as if they had asked; returns how many rows went, by table."""
    receipt = request_erasure(session, customer_id=customer_id, now=now)
    row = session.scalars(sa.select(ErasureRequest).where(ErasureRequest.receipt == receipt)).one()
    _erase(session, row, now=now)
    session.flush()
    _forget_words(session, [row])
    return dict(row.counts)


def _erase(session: Session, row: ErasureRequest, *, now: datetime) -> None:
    counts = erase_thread(session, row.thread_id) if row.thread_id else {}
    if row.customer_id:
        counts = {**counts, **erase_customer(session, row.customer_id, now=now)}
    row.counts, row.done_at = counts, now


def _forget_words(session: Session, erased: Sequence[Any]) -> None:
    """After an erasure, also the pages of the words' index hold nothing of it."""
    if erased:
        fulltext.forget(session)


def keep_list(path: Path) -> int:
    """Add the erasures done until now to the list that outlives a restored backup; returns how many were new.

    A line is a receipt, the ids that were erased and when: nothing that tells who it was.  The list is not in the
    database, because a restored database would have forgotten it.  One that does not answer adds nothing.
    """
    known = {entry["receipt"] for entry in _listed(path)}
    try:
        with db.reading() as session:
            done = session.scalars(
                sa.select(ErasureRequest).where(ErasureRequest.done_at.is_not(None)).order_by(ErasureRequest.id)
            )
            new = [row for row in done if row.receipt not in known]
    except (LifecycleError, DatabaseError):
        return 0
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            for row in new:
                entry = {"receipt": row.receipt, "thread_id": row.thread_id, "customer_id": row.customer_id}
                file.write(json.dumps({**entry, "at": iso(row.done_at)}) + "\n")
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def erase_again(session: Session, path: Path, *, now: datetime) -> int:
    """Carry out the listed erasures this database does not know of: it was restored to a moment before them.

    Everyone who came later under the id of somebody erased is left alone.  Returns how many were carried out.
    """
    known = set(session.scalars(sa.select(ErasureRequest.receipt).where(ErasureRequest.done_at.is_not(None))))
    again = [entry for entry in _listed(path) if entry["receipt"] not in known]
    for entry in again:
        at = parse(entry["at"])
        asked = session.scalar(sa.select(ErasureRequest).where(ErasureRequest.receipt == entry["receipt"]))
        row = asked or ErasureRequest(receipt=entry["receipt"], requested_at=at)
        row.thread_id, row.customer_id, row.done_at = entry["thread_id"], entry["customer_id"], at
        row.counts = erase_thread(session, row.thread_id) if row.thread_id else {}
        customer = session.get(Customer, row.customer_id) if row.customer_id else None
        if customer is not None and customer.created_at <= at:
            row.counts = {**row.counts, **erase_customer(session, customer.id, now=now)}
        session.add(row)
    session.flush()
    _forget_words(session, again)
    return len(again)


def _listed(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]  # a line a crash cut short is written again


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
    counts["conversation_note"] = _delete(session, ConversationNote, ConversationNote.conversation_id.in_(ids))
    session.execute(sa.delete(ConversationLabel).where(ConversationLabel.conversation_id.in_(ids)))
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
