"""May it leave?  What is known of a delivery at this moment, read for many at once just before they go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers, programme
from lifecycle.model import Consent, ContactPoint, Customer, Delivery, FollowUp, ShopOrder, SupportCase

_OPEN_FOLLOW_UP = ("planned", "due", "deferred", "sent", "doubtful")


class Standing(NamedTuple):
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
    order_ref: str | None
    customer_id: int | None
    customer_name: str | None
    customer_zone: str | None
    conversation_id: str | None
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
            FollowUp.order_id,
            ShopOrder.order_ref,
            Delivery.customer_id,
            Customer.name,
            Customer.timezone,
            sa.func.coalesce(FollowUp.conversation_id, SupportCase.conversation_id),
            address.label("known_address"),
            # what the verdict needs
            FollowUp.step,
            FollowUp.state.label("asked"),
            ShopOrder.cancelled_at.is_not(None).label("cancelled"),
            ShopOrder.refunded_at.is_not(None).label("refunded"),
            sa.and_(Customer.id.is_not(None), Customer.erased_at.is_(None)).label("known"),
            consent.label("consent"),
            SupportCase.summary.label("case"),
        )
        .select_from(Delivery)
        .outerjoin(FollowUp, FollowUp.id == Delivery.follow_up_id)
        .outerjoin(ShopOrder, ShopOrder.id == FollowUp.order_id)
        .outerjoin(Customer, Customer.id == Delivery.customer_id)
        .outerjoin(SupportCase, SupportCase.id == Delivery.case_id)
        .where(Delivery.id.in_(list(delivery_ids)))
    ).all()
    addresses = {row.id: row.known_address or _left(row.case) for row in rows}
    suppressed = customers.suppressed_among(session, {address for address in addresses.values() if address})
    conditions = {step.name: step.conditions for step in programme.current().steps}
    return {
        row.id: Standing._make(
            (*row[:17], addresses[row.id], _why(row, addresses[row.id] in suppressed, conditions)),
        )
        for row in rows
    }


def _left(case: dict[str, Any] | None) -> str | None:
    """The address somebody left with a case in the chat; it is written to about this case alone."""
    return str((case or {}).get("contact") or "") or None


def _why(row: Any, suppressed: bool, conditions: dict[str, tuple[str, ...]]) -> str:
    if row.follow_up_id is not None:
        if row.asked == "answered":
            return "it was answered already"
        if row.asked not in _OPEN_FOLLOW_UP:
            return f"the follow-up is {row.asked or 'gone'}"
        if row.cancelled and "not_cancelled" in conditions.get(row.step, ()):
            return "the order was cancelled"
        if row.refunded and "not_refunded" in conditions.get(row.step, ()):
            return "the order was refunded"
    if row.customer_id is None:
        return "the address is suppressed" if row.channel == "email" and suppressed else ""
    if not row.known:
        return "the customer was erased"
    if not customers.allowed(row.consent, row.purpose):
        return f"no consent for {row.purpose} messages"
    if row.channel == "email" and suppressed:
        return "the address is suppressed"
    return ""
