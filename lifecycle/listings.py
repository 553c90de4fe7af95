"""The other lists of the console, by key, newest first: customers, cases, surveys, follow-ups, content gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.clock import iso
from lifecycle.errors import Invalid
from lifecycle.model import (
    ContactPoint,
    ContentGap,
    Conversation,
    Customer,
    FollowUp,
    Product,
    Recommendation,
    ShopOrder,
    Staff,
    SupportCase,
    Survey,
    SurveyAnswer,
)
from lifecycle.transcripts import read_key

PAGE = 50
CASE_VIEWS = ("open", "late", "pending", "closed", "all")
FOLLOW_UP_STATES = (
    "planned", "due", "sent", "answered", "deferred", "suppressed", "failed", "doubtful", "cancelled",
)  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """One page of rows (tuples of what the list shows) and the key of the next one, None at the end."""

    rows: list[Any]
    older: str | None


def keys(session: Session, column: Any, *where: Any, batch: int = 500) -> Iterator[int]:
    """The ids of all rows a list would show, the newest first, read in batches by key."""
    last: int | None = None
    while True:
        query = sa.select(column).where(*where).order_by(column.desc()).limit(batch)
        found = list(session.scalars(query.where(column < last) if last is not None else query))
        if not found:
            return
        yield from found
        last = found[-1]


def customers(
    session: Session, *, stage: str = "", q: str = "", before: str | None = None, personal: bool = True
) -> Listing:
    """(customer, email, orders, spent in minor units), the newest customer first."""
    is_email = sa.case((ContactPoint.kind == "email", ContactPoint.value))  # found by customer, not by kind
    email = sa.select(sa.func.min(is_email)).where(ContactPoint.customer_id == Customer.id).scalar_subquery()
    bought = sa.and_(ShopOrder.customer_id == Customer.id, ShopOrder.cancelled_at.is_(None))
    orders = sa.select(sa.func.count(ShopOrder.id)).where(bought).scalar_subquery()
    spent = (
        sa.select(sa.func.coalesce(sa.func.sum(ShopOrder.total_cents), 0))
        .where(bought, ShopOrder.refunded_at.is_(None))
        .scalar_subquery()
    )
    query = sa.select(Customer, email, orders, spent).where(*customer_conditions(stage=stage, q=q, personal=personal))
    return _page(session, query, Customer.id, before, lambda row: row[0].id)


def customer_conditions(*, stage: str = "", q: str = "", personal: bool = True) -> list[Any]:
    found: list[Any] = [Customer.stage == stage] if stage else []
    for word in q.split()[:5] if personal else ():
        text = f"%{_escaped(word)}%"
        addressed = sa.select(ContactPoint.customer_id).where(ContactPoint.value.ilike(text, escape="\\"))
        found.append(sa.or_(Customer.name.ilike(text, escape="\\"), Customer.id.in_(addressed)))
    return found


def stage_counts(session: Session) -> dict[str, int]:
    return dict(session.execute(sa.select(Customer.stage, sa.func.count()).group_by(Customer.stage)).all())


def cases(
    session: Session, view: str, *, now: datetime, owner_id: int | None = None, before: str | None = None
) -> Listing:
    """(case, customer, owner's name): what waits by its due time, what is over by its opening, newest first."""
    query = (
        sa.select(SupportCase, Customer, Staff.name)
        .outerjoin(Customer, Customer.id == SupportCase.customer_id)
        .outerjoin(Staff, Staff.id == SupportCase.owner_id)
        .where(*case_conditions(view, now=now))
    )
    if owner_id is not None:
        query = query.where(SupportCase.owner_id == owner_id)
    newest_first = view in ("closed", "all")
    column = SupportCase.opened_at if newest_first else SupportCase.due_at
    if before:
        at, last = read_key(before)
        further = column < at if newest_first else column > at
        query = query.where(sa.or_(further, sa.and_(column == at, SupportCase.id > last)))
    rows = list(
        session.execute(query.order_by(column.desc() if newest_first else column, SupportCase.id).limit(PAGE + 1))
    )
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return Listing(rows, f"{iso(getattr(rows[-1][0], column.key))}~{rows[-1][0].id}" if more else None)


def case_conditions(view: str, *, now: datetime) -> list[Any]:
    if view == "late":
        return [SupportCase.state == "open", SupportCase.due_at < now]
    return [] if view == "all" else [SupportCase.state == view]


def case_counts(session: Session, *, now: datetime) -> dict[str, int]:
    """Cases by state, and how many open ones are late."""
    counts = dict(session.execute(sa.select(SupportCase.state, sa.func.count()).group_by(SupportCase.state)).all())
    late = sa.select(sa.func.count(SupportCase.id)).where(SupportCase.state == "open", SupportCase.due_at < now)
    return {**counts, "all": sum(counts.values()), "late": session.scalar(late) or 0}


def surveys(
    session: Session, *, kind: str = "", answered: str = "", low: bool = False, before: str | None = None
) -> Listing:
    """(survey, answer, customer); `answered` is yes, no or empty, `low` keeps detractors and the dissatisfied only."""
    query = (
        sa.select(Survey, SurveyAnswer, Customer)
        .outerjoin(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        .outerjoin(Customer, Customer.id == Survey.customer_id)
    )
    query = query.where(*survey_conditions(kind=kind, answered=answered, low=low))
    return _page(session, query, Survey.id, before, lambda row: row[0].id)


def survey_conditions(*, kind: str = "", answered: str = "", low: bool = False) -> list[Any]:
    given = sa.select(SurveyAnswer.id).where(SurveyAnswer.survey_id == Survey.id)
    found: list[Any] = [Survey.kind == kind] if kind else []
    if answered:
        found.append(given.exists() if answered == "yes" else ~given.exists())
    if low:
        limits = {"nps": 6, "csat": 2, "ces": 3}
        found.append(
            sa.or_(
                *(
                    sa.and_(Survey.kind == name, given.where(SurveyAnswer.score <= top).exists())
                    for name, top in limits.items()
                )
            )
        )
    return found


def follow_ups(session: Session, *, state: str = "", step: str = "", before: str | None = None) -> Listing:
    """(follow-up, order number, customer)."""
    query = (
        sa.select(FollowUp, ShopOrder.order_ref, Customer)
        .join(ShopOrder, ShopOrder.id == FollowUp.order_id)
        .outerjoin(Customer, Customer.id == FollowUp.customer_id)
    )
    query = query.where(*follow_up_conditions(state=state, step=step))
    return _page(session, query, FollowUp.id, before, lambda row: row[0].id)


def follow_up_conditions(*, state: str = "", step: str = "") -> list[Any]:
    return [column == value for column, value in ((FollowUp.state, state), (FollowUp.step, step)) if value]


def follow_up_counts(session: Session) -> dict[str, int]:
    return dict(session.execute(sa.select(FollowUp.state, sa.func.count()).group_by(FollowUp.state)).all())


def follow_up_steps(session: Session) -> list[str]:
    return list(session.scalars(sa.select(FollowUp.step).distinct().order_by(FollowUp.step)))


@dataclass(frozen=True)
class AskedGap:
    """A content gap, the product it is about, and what it cost: shoppers who were recommended something, asked this,
    and did not go on to buy; `waiting` of the askers wait for the team's answer."""

    gap: ContentGap
    title: str
    lost: int
    waiting: int


def gaps(session: Session, *, answered: bool = False, limit: int = 200) -> list[AskedGap]:
    """Questions nothing answers: those that lost the most recommendations first, then the most asked."""
    query = (
        sa.select(ContentGap, Product.title)
        .outerjoin(Product, sa.and_(Product.product_id == ContentGap.product_id, ContentGap.product_id != ""))
        .where(ContentGap.answered_at.is_not(None) if answered else ContentGap.answered_at.is_(None))
        .order_by(ContentGap.asked_count.desc(), ContentGap.last_asked_at.desc())
        .limit(limit)
    )
    rows = session.execute(query).all()
    asked = {each for gap, _ in rows for each in gap.conversation_ids}
    gone = _left_without_buying(session, asked)
    waiting = Counter(
        case.summary.get("gap_id")
        for case in session.scalars(
            sa.select(SupportCase).where(SupportCase.kind == "question", SupportCase.state != "closed")
        )
    )
    made = [
        AskedGap(gap, title or "", len(gone.intersection(gap.conversation_ids)), waiting[gap.id]) for gap, title in rows
    ]
    return sorted(made, key=lambda row: (-row.lost, -row.gap.asked_count))


def _left_without_buying(session: Session, conversation_ids: Collection[str]) -> set[str]:
    """Those of many conversations in which something was recommended, and no order followed."""
    ids = list(conversation_ids)
    found: set[str] = set()
    for start in range(0, len(ids), 500):
        advised = sa.exists().where(Recommendation.conversation_id == Conversation.id)
        bought = sa.exists().where(ShopOrder.thread_id == Conversation.thread_id)
        query = sa.select(Conversation.id).where(Conversation.id.in_(ids[start : start + 500]), advised, ~bought)
        found.update(session.scalars(query))
    return found


def _page(session: Session, query: Any, column: Any, before: str | None, key: Any) -> Listing:
    if before:
        if not (before.isascii() and before.isdigit() and len(before) < 19):
            raise Invalid("This page does not exist; go back to the first one.")
        query = query.where(column < int(before))
    rows = list(session.execute(query.order_by(column.desc()).limit(PAGE + 1)))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Listing(rows, str(key(rows[-1])) if more else None)


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
