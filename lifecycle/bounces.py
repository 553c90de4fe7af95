"""Mail that came back, and mail somebody complained about: what it means for the address and for the follow-up.

Only what names a Message-ID of ours counts: it is a keyed hash, so nobody can have a stranger's address suppressed by
a forged report.  A report read twice changes nothing the second time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers, followups
from lifecycle.model import Delivery
from lifecycle.text import one_line

SOFT_LIMIT = 3  # soft bounces within SOFT_WITHIN after which an address counts as dead
SOFT_WITHIN = timedelta(days=30)
KINDS = ("bounced", "complained")
_DEAD = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10)|2\.1)")  # RFC 3463: no such mailbox, domain or user; mailbox disabled
_SOFT, _HARD, _COMPLAINT = "bounced for now", "bounced", "reported as spam"


@dataclass(frozen=True)
class Report:
    """One mail that did not reach its reader, or was not wanted: `status` is the RFC 3463 code of a bounce."""

    kind: str
    message_id: str
    status: str = ""


def take(session: Session, report: Report, *, now: datetime) -> str:
    """Bring address, delivery and follow-up in line with a report; returns what was done.

    `suppressed`: the address is dead, or was told so SOFT_LIMIT times within 30 days.  `counted`: it may work the
    next time.  `withdrawn`: a complaint takes back every consent and closes the address.  `known`: told before.
    `not ours`: we sent no such mail.
    """
    delivery = session.execute(
        sa.select(Delivery).where(Delivery.message_id == report.message_id).with_for_update()
    ).scalar_one_or_none()
    if delivery is None or delivery.customer_id is None:
        return "not ours"
    if report.kind == "complained":
        return _complained(session, delivery, now=now)
    hard = _DEAD.fullmatch(report.status) is not None
    if delivery.reason.startswith((_HARD, _SOFT, _COMPLAINT)) and not (hard and delivery.reason.startswith(_SOFT)):
        return "known"
    _failed(session, delivery, f"{_HARD if hard else _SOFT}: {one_line(report.status, 20) or 'no status'}", now=now)
    if not hard and _soft_bounces(session, delivery.customer_id, now=now) < SOFT_LIMIT:
        return "counted"
    _close_address(session, delivery.customer_id, "bounce", now=now)
    return "suppressed"


def _complained(session: Session, delivery: Delivery, *, now: datetime) -> str:
    """A complaint is a stronger no than an unsubscribe: nothing is written to this person again, for any purpose."""
    if delivery.reason == _COMPLAINT:
        return "known"
    for purpose in customers.PURPOSES:
        if customers.allows(session, delivery.customer_id, purpose):
            customers.set_consent(session, delivery.customer_id, purpose, False, source="complaint", now=now)
    _close_address(session, delivery.customer_id, "complaint", now=now)
    delivery.reason = _COMPLAINT  # it was delivered, so its state stays
    session.flush()
    return "withdrawn"


def _failed(session: Session, delivery: Delivery, reason: str, *, now: datetime) -> None:
    delivery.state, delivery.reason = "failed", reason
    delivery.lease_until, delivery.sent_at = None, now if delivery.sent_at is None else delivery.sent_at
    session.flush()
    if delivery.follow_up_id is None:
        return
    elsewhere = sa.select(Delivery.id).where(
        Delivery.follow_up_id == delivery.follow_up_id, Delivery.state.in_(("queued", "sending", "sent"))
    )
    if session.execute(elsewhere.limit(1)).first() is None:
        followups.mark(session, delivery.follow_up_id, "failed", reason, now=now)


def _soft_bounces(session: Session, customer_id: int, *, now: datetime) -> int:
    """Mails to this customer that bounced for now, sent within SOFT_WITHIN."""
    query = (
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(
            Delivery.customer_id == customer_id,
            Delivery.state == "failed",
            Delivery.reason.startswith(_SOFT),
            Delivery.sent_at >= now - SOFT_WITHIN,
        )
    )
    return int(session.execute(query).scalar_one())


def _close_address(session: Session, customer_id: int, reason: str, *, now: datetime) -> None:
    address = customers.email_of(session, customer_id)
    if address:
        customers.suppress(session, address, reason, now=now)
