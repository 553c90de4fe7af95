"""My data: show what is held, forget a conversation or a person everywhere, prove it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from lifecycle import customers, db, fulltext
from lifecycle.clock import iso, parse
from lifecycle.errors import LifecycleError, NotFound
from lifecycle.model import (
    Article,
    AuditEvent,
    Base,
    CaseNote,
    Consent,
    ContactLog,
    ContactPoint,
    ContentGap,
    Conversation,
    ConversationLabel,
    ConversationNote,
    Customer,
    Delivery,
    ErasureRequest,
    FollowUp,
    Interaction,
    Message,
    Need,
    OrderLine,
    RasaEvent,
    Recommendation,
    RecommendationItem,
    Referral,
    Review,
    SavedView,
    ShopEvent,
    ShopOrder,
    StageChange,
    SupportCase,
    Survey,
    SurveyAnswer,
    SurveyAnswerChange,
)
from lifecycle.tokens import new_id

LATE_TURNS = timedelta(minutes=1)  # no turn takes longer; ten of them later nothing is looked for any more
_ERASED = "(erased)"
OUR_CHANNELS = ("web", "email", "webchat")  # their conversations are called by ids of our own making


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
    """Carry out what was asked for, and once more when every turn that was under way then has ended.

    A turn that began before the erasure is stored after it; what it left is gone two minutes later.  Returns how many
    requests were carried out for the first time.
    """
    waiting = sa.select(ErasureRequest).order_by(ErasureRequest.id).limit(limit)
    rows = session.scalars(waiting.where(ErasureRequest.done_at.is_(None))).all()
    for row in rows:
        _erase(session, row, now=now)
    late = waiting.where(ErasureRequest.done_at <= now - LATE_TURNS, ErasureRequest.done_at > now - 10 * LATE_TURNS)
    for row in session.scalars(late):
        if "late" not in row.counts:
            row.counts = {**row.counts, "late": _erase_late(session, row)}
    session.flush()
    _forget_words(session, rows)
    return len(rows)


def _erase_late(session: Session, row: ErasureRequest) -> int:
    """Erase what was added since to the conversations that were erased; those begun afterwards are not touched."""
    whose = []
    if row.thread_id:
        whose.append(Conversation.thread_id == row.thread_id)
    if row.customer_id:
        whose.append(Conversation.customer_id == row.customer_id)
    ids = _conversations(session, sa.or_(*whose), Conversation.opened_at <= row.requested_at) if whose else []
    return erase_words(session, ids)["message"]


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
    return erase_words(session, ids)


def erase_customer(session: Session, customer_id: int, *, now: datetime) -> dict[str, int]:
    """Forget a person everywhere.  What stays is a number without name or words: orders, dated stages, bare scores."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    addresses = _addresses(session, customer_id)
    for address in addresses:
        customers.suppress(session, address, "erased", now=now)
    ids = _conversations(session, Conversation.customer_id == customer_id)
    orders = list(session.execute(sa.select(ShopOrder).where(ShopOrder.customer_id == customer_id)).scalars())
    surveys = list(session.execute(sa.select(Survey.id).where(Survey.customer_id == customer_id)).scalars())
    cases = list(session.execute(sa.select(SupportCase.id).where(SupportCase.customer_id == customer_id)).scalars())
    counts = erase_words(session, ids)
    for model in (ContactPoint, Consent, ContactLog, Delivery, Referral):
        counts[model.__tablename__] = _delete(session, model, model.customer_id == customer_id)
    counts["case_note"] += _delete(session, CaseNote, CaseNote.case_id.in_(cases))
    counts["need"] += _delete(session, Need, Need.customer_id == customer_id)
    counts["survey_answer_change"] = _delete(session, SurveyAnswerChange, SurveyAnswerChange.survey_id.in_(surveys))
    _set(session, SurveyAnswer, SurveyAnswer.survey_id.in_(surveys), remark="", themes=[], source="erased")
    _set(session, SupportCase, SupportCase.id.in_(cases), subject=_ERASED, summary={})
    _set(session, Review, Review.customer_id == customer_id, author="", title="", text="", customer_id=None)
    for order in orders:
        order.tracking, order.status_url, order.thread_id, order.timezone = "", "", None, None
        for event in session.scalars(
            sa.select(ShopEvent).where(ShopEvent.source == order.source, ShopEvent.order_ref == order.order_ref)
        ):
            event.body = {**event.body, "tracking": None, "status_url": None, "thread_id": None, "timezone": None}
    counts["audit_event"] = _erase_from_audit(session, [*addresses, customer.external_id, customer.name])
    _rename_foreign(session, ids)
    customer.name, customer.external_id, customer.timezone, customer.erased_at = "", None, None, now
    session.flush()
    session.expire_all()
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
        "contacts": _rows(session, ContactLog, ContactLog.customer_id == customer_id),
        "deliveries": _rows(session, Delivery, Delivery.customer_id == customer_id),
        "follow_ups": _rows(session, FollowUp, FollowUp.customer_id == customer_id),
        "answer_changes": _rows(
            session, SurveyAnswerChange, SurveyAnswerChange.survey_id.in_([survey["id"] for survey in surveys])
        ),
        "referrals": _rows(session, Referral, Referral.customer_id == customer_id),
        "conversation_labels": _rows(session, ConversationLabel, ConversationLabel.conversation_id.in_(ids)),
        "conversation_notes": _rows(session, ConversationNote, ConversationNote.conversation_id.in_(ids)),
        "rasa_events": _rows(session, RasaEvent, RasaEvent.sender_id.in_(ids)),
        "reviews": _rows(session, Review, Review.customer_id == customer_id),
    }


def erase_words(session: Session, ids: Sequence[str], *, figures: bool = False) -> dict[str, int]:
    """Delete every word of these conversations; their interactions stay as counts.  Returns deleted rows by table.

    `figures`: what only counts stays too: the assistant's label, and a need whose buyer said whether it was kept.
    """
    unjudged = (Need.kept.is_(None),) if figures else ()
    cases = list(session.execute(sa.select(SupportCase).where(SupportCase.conversation_id.in_(ids))).scalars())
    recommendations = list(session.scalars(sa.select(Recommendation.id).where(Recommendation.conversation_id.in_(ids))))
    counts = {
        "message": _delete(session, Message, Message.conversation_id.in_(ids)),
        "events": _delete(session, RasaEvent, RasaEvent.sender_id.in_(ids)),
        "need": _delete(session, Need, Need.conversation_id.in_(ids), *unjudged),
        "case_note": _delete(session, CaseNote, CaseNote.case_id.in_([case.id for case in cases])),
        "content_gap": _erase_questions(session, ids),
    }
    _set(session, Interaction, Interaction.conversation_id.in_(ids), needs=[], **({} if figures else {"label": None}))
    _set(session, Recommendation, Recommendation.id.in_(recommendations), needs={})
    _set(session, RecommendationItem, RecommendationItem.recommendation_id.in_(recommendations), verdicts=[])
    for case in cases:
        case.subject = _ERASED
        case.summary = {key: value for key, value in case.summary.items() if key == "contact"}
    counts["conversation_note"] = _delete(session, ConversationNote, ConversationNote.conversation_id.in_(ids))
    session.execute(sa.delete(ConversationLabel).where(ConversationLabel.conversation_id.in_(ids)))
    session.flush()
    return counts


def _erase_questions(session: Session, ids: Sequence[str]) -> int:
    """Questions nobody else asked go with who asked them; a published answer stays, without the words of the asker."""
    gone, erased = 0, set(ids)
    if not erased:
        return 0
    for gap in session.scalars(sa.select(ContentGap).where(ContentGap.conversation_ids != [])):
        others = [asker for asker in gap.conversation_ids if asker not in erased]
        if len(others) == len(gap.conversation_ids):
            continue
        gap.conversation_ids = others
        if others or gap.asked_count > len(erased):
            continue
        article = session.get(Article, gap.article_id) if gap.article_id else None
        if article is not None:
            article.questions = [asked for asked in article.questions if asked != gap.question]
            article.heading = article.title
        session.delete(gap)
        gone += 1
    session.flush()
    return gone


def _erase_from_audit(session: Session, names: Sequence[str | None]) -> int:
    """What staff looked for may name the person they looked for: the row stays, its details go; a saved view goes."""
    wanted = [name.lower() for name in names if name and len(name) > 2]

    def naming(column: Any) -> Any:
        text = sa.func.lower(sa.cast(column, sa.Text))
        return sa.or_(*(text.contains(name, autoescape=True) for name in wanted))

    if not wanted:
        return 0
    _delete(session, SavedView, naming(SavedView.query))
    return _set(session, AuditEvent, naming(AuditEvent.details), details={"erased": True})


def _rename_foreign(session: Session, ids: Sequence[str]) -> None:
    """A messenger's conversation is called by its user's own id: what is left of it gets a name that tells nothing."""
    for conversation in session.scalars(sa.select(Conversation).where(Conversation.id.in_(ids))):
        if conversation.channel in OUR_CHANNELS:
            continue
        old, new = conversation.id, f"erased-{new_id()[:24]}"
        values = {column.name: getattr(conversation, column.name) for column in Conversation.__table__.columns}
        session.execute(sa.insert(Conversation).values({**values, "id": new, "thread_id": new}))
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                points = any(key.column is Conversation.__table__.c.id for key in column.foreign_keys)
                if points or (column.name == "thread_id" and table is not Conversation.__table__):
                    session.execute(sa.update(table).where(column == old).values({column.name: new}))
        session.expunge(conversation)
        _delete(session, Conversation, Conversation.id == old)


def _set(session: Session, model: Any, where: Any, **values: Any) -> int:
    changed = sa.update(model).where(where).values(**values).execution_options(synchronize_session=False)
    return int(session.execute(changed).rowcount)


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
