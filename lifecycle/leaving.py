"""May it leave?  What is known of a delivery at this moment, read for many at once just before they go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers, programme
from lifecycle.model import Consent, ContactPoint, Customer, Delivery, FollowUp, ShopOrder

_OPEN_FOLLOW_UP = ("planned", "due", "deferred", "sent", "doubtful")


@dataclass(frozen=True)
class Standing:
    """A delivery with whom and what it is about; `withheld` says why it may not leave, "" when it may."""

    id: int
    state: str
    claimed_by: str | None
    channel: str
    template: str
    purpose: str
    params: dict[str, Any]
    message_id: str
    created_at: datetime
    case_id: int | None
    follow_up_id: int | None
    order_id: int | None
    order_ref: str
    customer_id: int | None
    customer_name: str
    customer_zone: str | None
    address: str | None
    withheld: str


def standings(session: Session, delivery_ids: Collection[int]) -> dict[int, Standing]:
    """Each of these deliveries as it stands now, by id; one that is gone is missing.

    An unsubscribe, a suppression, a refund, an erasure or an answer committed before this is asked stops the message.
    """
    address = (
        sa.select(ContactPoint.value)
        .where(ContactPoint.customer_id == Delivery.customer_id, ContactPoint.kind == "email")
        .order_by(ContactPoint.id)
        .limit(1)
        .scalar_subquery()
    )
    consent = (
        sa.select(Consent.granted)
        .where(Consent.customer_id == Delivery.customer_id, Consent.purpose == Delivery.purpose)
        .order_by(Consent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Delivery.id,
            Delivery.state,
            Delivery.claimed_by,
            Delivery.channel,
            Delivery.template,
            Delivery.purpose,
            Delivery.params,
            Delivery.message_id,
            Delivery.created_at,
            Delivery.case_id,
            Delivery.follow_up_id,
            Delivery.customer_id,
            FollowUp.step,
            FollowUp.state.label("asked"),
            FollowUp.order_id,
            ShopOrder.order_ref,
            ShopOrder.cancelled_at,
            ShopOrder.refunded_at,
            Customer.id.label("person"),
            Customer.name,
            Customer.timezone,
            Customer.erased_at,
            address.label("address"),
            consent.label("consent"),
        )
        .select_from(Delivery)
        .outerjoin(FollowUp, FollowUp.id == Delivery.follow_up_id)
        .outerjoin(ShopOrder, ShopOrder.id == FollowUp.order_id)
        .outerjoin(Customer, Customer.id == Delivery.customer_id)
        .where(Delivery.id.in_(list(delivery_ids)))
    ).all()
    suppressed = customers.suppressed_among(session, {row.address for row in rows if row.address})
    steps = programme.current()
    return {
        row.id: Standing(
            id=row.id,
            state=row.state,
            claimed_by=row.claimed_by,
            channel=row.channel,
            template=row.template,
            purpose=row.purpose,
            params=row.params,
            message_id=row.message_id,
            created_at=row.created_at,
            case_id=row.case_id,
            follow_up_id=row.follow_up_id,
            order_id=row.order_id,
            order_ref=row.order_ref or "",
            customer_id=row.customer_id,
            customer_name=row.name or "",
            customer_zone=row.timezone,
            address=row.address,
            withheld=_why(row, steps, suppressed),
        )
        for row in rows
    }


def _why(row: Any, steps: programme.Programme, suppressed: set[str]) -> str:
    if row.follow_up_id is not None:
        if row.asked == "answered":
            return "it was answered already"
        if row.asked not in _OPEN_FOLLOW_UP:
            return f"the follow-up is {row.asked or 'gone'}"
        step = steps.step(row.step)
        conditions = step.conditions if step is not None else ()
        if row.cancelled_at is not None and "not_cancelled" in conditions:
            return "the order was cancelled"
        if row.refunded_at is not None and "not_refunded" in conditions:
            return "the order was refunded"
    if row.customer_id is None:
        return ""
    if row.person is None or row.erased_at is not None:
        return "the customer was erased"
    if not customers.allowed(row.consent, row.purpose):
        return f"no consent for {row.purpose} messages"
    if row.channel == "email" and row.address in suppressed:
        return "the address is suppressed"
    return ""
