"""What a verdict on a follow-up reads, loaded for whole sets of orders: contacts, consent, addresses, cases, guides.

A set costs a dozen queries however large it is; a follow-up is then judged without asking the database again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers
from lifecycle.knowledge import guides
from lifecycle.model import (
    Consent,
    ContactLog,
    ContactPoint,
    Customer,
    FollowUp,
    Message,
    OrderLine,
    ShopOrder,
    SupportCase,
    Survey,
    SurveyAnswer,
)
from lifecycle.programme import Programme, Step

_AT_ONCE = 500  # ids in one query
_REACHED = ("due", "sent", "answered", "doubtful")
_SKEW = timedelta(minutes=5)  # clocks of two machines


@dataclass
class Contacts:
    """What one customer was sent: (moment, purpose, survey kind) of every message, ours and other senders'."""

    sent: list[tuple[datetime, str, str | None]] = field(default_factory=list)

    def last(self, *, purpose: str | None = None, survey: str | None = None) -> datetime | None:
        moments = [
            at
            for at, of_purpose, of_survey in self.sent
            if (purpose is None or of_purpose == purpose) and (survey is None or of_survey == survey)
        ]
        return max(moments, default=None)


@dataclass
class Circumstances:
    """What is known of these orders and their buyers at one moment."""

    answered: dict[int, datetime] = field(default_factory=dict)  # order id: its first survey answer, UTC
    zones: dict[int, str] = field(default_factory=dict)  # customer id: their own zone
    addresses: dict[int, str] = field(default_factory=dict)  # customer id: their oldest e-mail address
    suppressed: set[str] = field(default_factory=set)  # addresses nothing may be sent to
    consents: dict[tuple[int, str], bool] = field(default_factory=dict)  # (customer id, purpose): the newest word
    chatted: set[str] = field(default_factory=set)  # threads in which something was said
    troubled_orders: set[int] = field(default_factory=set)  # with an open case
    troubled_customers: set[int] = field(default_factory=set)  # with an open case about no order
    guided: set[int] = field(default_factory=set)  # orders with a guide for something bought and kept
    contacts: dict[int, Contacts] = field(default_factory=dict)

    def contacts_of(self, customer_id: int | None) -> Contacts:
        return Contacts() if customer_id is None else self.contacts.setdefault(customer_id, Contacts())

    def zone_of(self, order: ShopOrder) -> str | None:
        """The buyer's zone: the order's, else the customer's, else None (the store's)."""
        return str(order.timezone) if order.timezone else self.zones.get(order.customer_id or 0)

    def has_open_case(self, order: ShopOrder) -> bool:
        """Whether a case about this order, or one of its buyer's about no order, waits for staff."""
        return order.id in self.troubled_orders or order.customer_id in self.troubled_customers

    def channel_for(self, customer_id: int | None, order: ShopOrder, step: Step) -> str | None:
        """The first channel of the step that reaches the buyer now; None when there is none."""
        for channel in step.channels:
            if channel == "webchat" and order.thread_id in self.chatted:
                return channel
            if channel == "email" and self.addresses.get(customer_id or 0, "") not in ("", *self.suppressed):
                return channel
        return None

    def unreachable(self, customer_id: int | None, order: ShopOrder, step: Step) -> str | None:
        if customer_id is None:
            return "nobody is known as its buyer"
        if not customers.allowed(self.consents.get((customer_id, step.purpose)), step.purpose):
            return f"switched off by the customer ({step.purpose})"
        if self.addresses.get(customer_id) in self.suppressed:
            return "address suppressed"
        return None if self.channel_for(customer_id, order, step) else "no address to write to"


def of(
    session: Session,
    about: Iterable[ShopOrder],
    customer_ids: Iterable[int | None] = (),
    *,
    now: datetime,
    programme: Programme,
) -> Circumstances:
    """The circumstances of these orders, of their buyers and of the customers named besides."""
    known = list({order.id: order for order in about}.values())
    people = {order.customer_id for order in known} | set(customer_ids)
    found = Circumstances()
    for some in _parts(known):
        _read_orders(session, found, some, programme)
    for ids in _parts(sorted(each for each in people if each is not None)):
        _read_customers(session, found, ids)
        _read_contacts(session, found, ids, now=now, programme=programme)
    return found


def orders(session: Session, order_ids: Sequence[int]) -> dict[int, ShopOrder]:
    """These orders by id."""
    return {
        order.id: order
        for ids in _parts(order_ids)
        for order in session.execute(sa.select(ShopOrder).where(ShopOrder.id.in_(ids))).scalars()
    }


def first_answers(session: Session, order_ids: Sequence[int]) -> dict[int, datetime]:
    """The moment of the first survey answer of each order that has one."""
    query = (
        sa.select(Survey.order_id, sa.func.min(SurveyAnswer.answered_at))
        .join(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        .group_by(Survey.order_id)
    )
    return {
        order_id: at
        for ids in _parts(order_ids)
        for order_id, at in session.execute(query.where(Survey.order_id.in_(ids))).all()
    }


def _read_orders(session: Session, found: Circumstances, some: Sequence[ShopOrder], programme: Programme) -> None:
    ids = [order.id for order in some]
    found.answered.update(first_answers(session, ids))
    threads = [order.thread_id for order in some if order.thread_id]
    if threads:
        said = sa.select(Message.thread_id).where(Message.thread_id.in_(threads)).distinct()
        found.chatted.update(session.execute(said).scalars())
    troubled = sa.select(SupportCase.order_id).where(SupportCase.state != "closed", SupportCase.order_id.in_(ids))
    found.troubled_orders.update(session.execute(troubled).scalars())
    if any("has_guide" in step.conditions for step in programme.steps):
        kept: dict[int, list[str]] = {order_id: [] for order_id in ids}
        lines = sa.select(OrderLine.order_id, OrderLine.product_id).where(
            OrderLine.order_id.in_(ids), OrderLine.refunded_quantity < OrderLine.quantity
        )
        for order_id, product_id in session.execute(lines.order_by(OrderLine.id)).all():
            kept[order_id].append(product_id)
        for order_id, guide in zip(kept, guides.for_products(session, list(kept.values())), strict=True):
            if guide is not None:
                found.guided.add(order_id)


def _read_customers(session: Session, found: Circumstances, ids: Sequence[int]) -> None:
    zones = sa.select(Customer.id, Customer.timezone).where(Customer.id.in_(ids), Customer.timezone.is_not(None))
    found.zones.update(dict(session.execute(zones).all()))
    found.addresses.update(addresses(session, ids))
    theirs = {found.addresses[each] for each in ids if each in found.addresses}
    found.suppressed |= customers.suppressed_among(session, theirs)
    words = sa.select(Consent.customer_id, Consent.purpose, Consent.granted).where(Consent.customer_id.in_(ids))
    for customer_id, purpose, granted in session.execute(words.order_by(Consent.id)).all():
        found.consents[customer_id, purpose] = granted
    troubled = sa.select(SupportCase.customer_id).where(
        SupportCase.state != "closed", SupportCase.customer_id.in_(ids), SupportCase.order_id.is_(None)
    )
    found.troubled_customers.update(session.execute(troubled).scalars())


def addresses(session: Session, customer_ids: Sequence[int]) -> dict[int, str]:
    """The oldest e-mail address of each of these customers that has one."""
    points = sa.select(ContactPoint.customer_id, ContactPoint.value).where(
        ContactPoint.customer_id.in_(customer_ids), ContactPoint.kind == "email"
    )
    found: dict[int, str] = {}
    for customer_id, address in session.execute(points.order_by(ContactPoint.id)).all():
        found.setdefault(customer_id, address)
    return found


def _read_contacts(
    session: Session, found: Circumstances, ids: Sequence[int], *, now: datetime, programme: Programme
) -> None:
    """Everything these customers were sent within the longest gap; what is on its way counts as sent.

    What lies ahead of `now` (somebody tried the future with --now) has not happened yet and blocks nothing.
    """
    since = now - max(programme.nps_gap, programme.survey_gap, programme.message_gap)
    kinds = {step.name: step.survey for step in programme.steps}
    reached = sa.select(
        FollowUp.customer_id, FollowUp.step, FollowUp.purpose, sa.func.coalesce(FollowUp.sent_at, FollowUp.updated_at)
    ).where(FollowUp.customer_id.in_(ids), FollowUp.state.in_(_REACHED), FollowUp.updated_at >= since)
    logged = sa.select(ContactLog.customer_id, ContactLog.at, ContactLog.purpose).where(
        ContactLog.customer_id.in_(ids), ContactLog.at >= since
    )
    asked = sa.select(Survey.customer_id, Survey.asked_at, Survey.kind).where(
        Survey.customer_id.in_(ids), Survey.asked_at >= since, Survey.case_id.is_(None)
    )
    rows: list[tuple[Any, datetime, str, str | None]] = []
    rows += [(who, at, purpose, kinds.get(step)) for who, step, purpose, at in session.execute(reached).all()]
    rows += [(who, at, purpose, None) for who, at, purpose in session.execute(logged).all()]
    rows += [(who, at, "survey", kind) for who, at, kind in session.execute(asked).all()]
    for customer_id, at, purpose, kind in rows:
        if at <= now + _SKEW:
            found.contacts_of(customer_id).sent.append((at, purpose, kind))


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
