"""What we owe to whom: one committed row per message, claimed by one worker at a time, with a known window of doubt.

    queued → (claim) sending → connect, MAIL, RCPT → (hand_over) DATA … 250 → sent
       ↑ retry  |                                        no reply → doubtful
       └────────┘ returned: lease over, temporary error

Before `handed_over_at` a retry is safe.  After it, without a reply, nobody can know: the row is `doubtful`, and only
the notice of a support case is sent once more, under the same Message-ID.  These functions never commit; the worker
commits after each.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers, programme
from lifecycle.model import ContactLog, Customer, Delivery, FollowUp, ShopOrder, WebhookDelivery
from lifecycle.settings import settings
from lifecycle.text import one_line
from lifecycle.tokens import new_id

LEASE = timedelta(seconds=600)
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
JITTER = 0.2
CHANNELS = ("webchat", "email")
STATES = ("queued", "sending", "sent", "failed", "doubtful", "suppressed", "cancelled")

_OPEN_FOLLOW_UP = ("planned", "due", "deferred", "sent", "doubtful")


@dataclass(frozen=True)
class Returned:
    """What became of the deliveries whose worker fell silent."""

    queued: int = 0
    doubtful: int = 0


def queue(
    session: Session,
    *,
    channel: str,
    template: str,
    purpose: str,
    customer_id: int | None,
    follow_up_id: int | None = None,
    case_id: int | None = None,
    params: Mapping[str, Any] | None = None,
    key: str | None = None,
    now: datetime,
) -> Delivery:
    """Owe a message.  Its Message-ID is fixed here, so that every attempt of it is the same message.

    `channel` is email or webchat; `template` names lifecycle/templates/mail/<template>.*; `params` holds ids and short
    facts (`survey_id`, `note_id`, `seen`: the chat is a window the customer has), never an address.  The same
    follow-up and channel, or the same `key` (`case:7:note:12`), is one delivery: queueing it again returns the first.
    """
    if key is None and follow_up_id is not None:
        key = f"follow_up:{follow_up_id}:{channel}"
    message_id = _message_id(key or new_id())
    found = session.execute(sa.select(Delivery).where(Delivery.message_id == message_id)).scalar_one_or_none()
    if found is not None:
        return found
    delivery = Delivery(
        follow_up_id=follow_up_id,
        case_id=case_id,
        customer_id=customer_id,
        purpose=purpose,
        channel=channel,
        template=template,
        params=dict(params or {}),
        message_id=message_id,
        state="queued",
        reason="",
        attempts=0,
        next_attempt_at=now,
        created_at=now,
    )
    session.add(delivery)
    session.flush()
    return delivery


def claim(
    session: Session, *, worker: str, now: datetime, limit: int = 20, channels: Collection[str] = CHANNELS
) -> list[int]:
    """Ids of due deliveries that now belong to `worker` for LEASE, oldest first.

    Two workers never own one delivery: a row is ours only when our conditional UPDATE changed it, and only then does
    it carry our name.  SKIP LOCKED merely keeps workers on PostgreSQL from waiting for each other.
    """
    candidates = (
        session.execute(
            sa.select(Delivery.id)
            .where(Delivery.state == "queued", Delivery.next_attempt_at <= now, Delivery.channel.in_(channels))
            .order_by(Delivery.next_attempt_at, Delivery.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        .scalars()
        .all()
    )
    if not candidates:
        return []
    changed = session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(candidates), Delivery.state == "queued", Delivery.next_attempt_at <= now)
        .values(state="sending", claimed_by=worker, lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == len(candidates):
        return list(candidates)
    named = sa.select(Delivery.id).where(
        Delivery.id.in_(candidates), Delivery.claimed_by == worker, Delivery.state == "sending"
    )
    mine = set(session.execute(named).scalars())
    return [delivery_id for delivery_id in candidates if delivery_id in mine]


def renew(session: Session, *, worker: str, now: datetime) -> int:
    """The heartbeat: a worker that lives keeps what it claimed; returns how many deliveries it still owns."""
    renewed = session.execute(
        sa.update(Delivery)
        .where(Delivery.claimed_by == worker, Delivery.state == "sending")
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return renewed.rowcount


def hand_over(session: Session, delivery_id: int, *, worker: str, repeatable: bool = False, now: datetime) -> bool:
    """Write down that the message leaves now; False when it is not ours any more and must not leave.

    To be committed just before DATA.  A frozen worker whose lease went to another fails here, so its mail never goes
    out twice.  A `repeatable` message (its receiver drops a second copy) only has its ownership checked: sending it
    again is always safe, so it is never in doubt.
    """
    noted = {} if repeatable else {"handed_over_at": now}
    return _change(session, delivery_id, worker, ("sending",), lease_until=now + LEASE, **noted)


def why_withheld(session: Session, delivery: Delivery, *, address: str | None = None) -> str:
    """Why this message may not leave at this moment, or "": asked before connecting and again at the hand-over.

    An unsubscribe, a suppression, a refund or an answer committed before the hand-over stops the message.
    """
    facts = session.execute(
        sa.select(
            FollowUp.step,
            FollowUp.state,
            ShopOrder.cancelled_at,
            ShopOrder.refunded_at,
            Customer.id.label("customer_id"),
            Customer.erased_at,
        )
        .select_from(Delivery)
        .outerjoin(FollowUp, FollowUp.id == Delivery.follow_up_id)
        .outerjoin(ShopOrder, ShopOrder.id == FollowUp.order_id)
        .outerjoin(Customer, Customer.id == Delivery.customer_id)
        .where(Delivery.id == delivery.id)
    ).first()
    if facts is None:
        return "the delivery is gone"
    if delivery.follow_up_id is not None:
        if facts.state == "answered":
            return "it was answered already"
        if facts.state not in _OPEN_FOLLOW_UP:
            return f"the follow-up is {facts.state or 'gone'}"
        step = programme.current().step(facts.step)
        conditions = step.conditions if step is not None else ()
        if facts.cancelled_at is not None and "not_cancelled" in conditions:
            return "the order was cancelled"
        if facts.refunded_at is not None and "not_refunded" in conditions:
            return "the order was refunded"
    if delivery.customer_id is None:
        return ""
    if facts.customer_id is None or facts.erased_at is not None:
        return "the customer was erased"
    if not customers.allows(session, delivery.customer_id, delivery.purpose):
        return f"no consent for {delivery.purpose} messages"
    if address is not None and customers.suppressed(session, address):
        return "the address is suppressed"
    return ""


def sent(session: Session, delivery_id: int, *, worker: str, now: datetime) -> bool:
    """The receiver acknowledged it.  True although the lease ran out meanwhile: a late 250 ends the doubt."""
    if not _change(session, delivery_id, worker, ("sending", "doubtful"), state="sent", reason="", sent_at=now):
        return False
    _settle_follow_up(session, delivery_id, now=now)
    return True


def failed(
    session: Session, delivery_id: int, *, worker: str, reason: str, permanent: bool, in_doubt: bool, now: datetime
) -> str:
    """Write down an attempt without success; returns the state the delivery is in now, "" when it is not ours.

    Temporary errors are retried after 1 m, 5 m, 30 m, 2 h and 12 h, each ±20 %, then the delivery is `failed` and
    visible in the console.  Doubt is never resolved by sending again, except once for the notice of a case.
    """
    delivery = session.get(Delivery, delivery_id, populate_existing=True)
    if delivery is None or delivery.claimed_by != worker:
        return ""
    reason = one_line(reason)
    if in_doubt:
        values = _doubt(delivery, reason, now=now)
    elif permanent or delivery.attempts >= len(RETRY_DELAYS):
        values = {"state": "failed", "reason": reason, "attempts": delivery.attempts + 1}
    else:
        again = now + retry_delay(delivery.message_id, delivery.attempts)
        values = {**_BACK, "reason": reason, "attempts": delivery.attempts + 1, "next_attempt_at": again}
    if not _change(session, delivery_id, worker, ("sending",) if in_doubt else ("sending", "doubtful"), **values):
        return ""
    _settle_follow_up(session, delivery_id, now=now)
    return values["state"]


def withhold(session: Session, delivery_id: int, *, worker: str, reason: str, now: datetime) -> bool:
    """Close a claimed delivery that may not leave any more."""
    if not _change(session, delivery_id, worker, ("sending",), state="suppressed", reason=one_line(reason)):
        return False
    _settle_follow_up(session, delivery_id, now=now)
    return True


def give_back(session: Session, delivery_ids: Collection[int], *, worker: str) -> int:
    """Return claimed deliveries that were not begun: the worker stops, or the other side does not answer."""
    returned = session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id.in_(delivery_ids),
            Delivery.claimed_by == worker,
            Delivery.state == "sending",
            Delivery.handed_over_at.is_(None),
        )
        .values(**_BACK)
        .execution_options(synchronize_session=False)
    )
    return returned.rowcount


def reclaim(session: Session, *, now: datetime, limit: int = 500) -> Returned:
    """Take back what dead or frozen workers hold: queued again when nothing was handed over, else doubtful.

    A claim returns at the first poll after its lease; each row is taken by a conditional UPDATE, so that a worker that
    still lives and just renewed or finished keeps it.
    """
    overdue = session.execute(
        sa.select(Delivery)
        .where(Delivery.state == "sending", Delivery.lease_until <= now)
        .order_by(Delivery.lease_until)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).scalars()
    queued = doubtful = 0
    for delivery in overdue.all():
        values = dict(_BACK)
        if delivery.handed_over_at is not None:
            values = _doubt(delivery, "the worker ended between hand-over and reply", now=now)
        taken = session.execute(
            sa.update(Delivery)
            .where(
                Delivery.id == delivery.id,
                Delivery.state == "sending",
                Delivery.claimed_by == delivery.claimed_by,
                Delivery.lease_until <= now,
                Delivery.handed_over_at.is_not_distinct_from(delivery.handed_over_at),
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount == 1:
            queued += values["state"] == "queued"
            doubtful += values["state"] == "doubtful"
            _settle_follow_up(session, delivery.id, now=now)
    return Returned(queued, doubtful)


def retry_delay(message_id: str, attempt: int) -> timedelta:
    """How long to wait after failed attempt number `attempt` (from 0): the schedule ±20 %, the same for one message
    each time it is asked, different between messages, so that a crowd does not return together."""
    spread = random.Random(f"{message_id}:{attempt}").uniform(1 - JITTER, 1 + JITTER)
    return RETRY_DELAYS[attempt] * spread


def announce(session: Session, event_type: str, data: Mapping[str, Any], *, now: datetime) -> int:
    """Owe an event to every system of WEBHOOK_URLS; returns to how many.  Stored with the change it tells about."""
    urls = settings().webhook_urls
    for url in urls:
        body = {"type": event_type, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": dict(data)}
        session.add(
            WebhookDelivery(
                event_id=f"msg_{new_id()}",
                event_type=event_type,
                url=url,
                body=body,
                state="queued",
                attempts=0,
                next_attempt_at=now,
                created_at=now,
            )
        )
    if urls:
        session.flush()
    return len(urls)


_BACK: dict[str, Any] = {"state": "queued", "claimed_by": None, "lease_until": None, "handed_over_at": None}


def _doubt(delivery: Delivery, reason: str, *, now: datetime) -> dict[str, Any]:
    if delivery.case_id is not None and delivery.resent_at is None:
        again = now + retry_delay(delivery.message_id, 0)
        return {**_BACK, "reason": f"sent once more: {reason}", "resent_at": now, "next_attempt_at": again}
    return {"state": "doubtful", "reason": reason, "lease_until": None}


def _change(session: Session, delivery_id: int, worker: str, states: Sequence[str], **values: Any) -> bool:
    """Change a delivery only while `worker` owns it in one of `states`."""
    changed = session.execute(
        sa.update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.claimed_by == worker, Delivery.state.in_(states))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return changed.rowcount == 1


def _settle_follow_up(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Let the follow-up say what became of it: sent when one delivery reached the customer, else doubtful, failed or
    suppressed once none is left to try.  A chat nobody has open reaches nobody: beside a mail it does not count."""
    delivery = session.get(Delivery, delivery_id, populate_existing=True)
    assert delivery is not None
    if delivery.follow_up_id is None:
        if delivery.state in ("sent", "doubtful"):
            _log_contact(session, delivery, now=now)
        return
    follow_up = session.get(FollowUp, delivery.follow_up_id, populate_existing=True, with_for_update=True)
    if follow_up is None or follow_up.state not in ("due", "doubtful", "failed", "suppressed"):
        return
    rows = session.execute(
        sa.select(Delivery.state, Delivery.reason, Delivery.channel, Delivery.params)
        .where(Delivery.follow_up_id == follow_up.id)
        .order_by(Delivery.id)
    ).all()
    rows = [row for row in rows if row.channel != "webchat" or row.params.get("seen")] or rows
    states = [row.state for row in rows]
    if "sent" not in states and ("queued" in states or "sending" in states):
        return
    outcome = next(state for state in ("sent", "doubtful", "failed", "suppressed", "cancelled") if state in states)
    if outcome in ("sent", "doubtful") and follow_up.state != "doubtful":
        _log_contact(session, delivery, now=now)
    follow_up.state = outcome
    follow_up.reason = "" if outcome == "sent" else next(row.reason for row in rows if row.state == outcome)
    follow_up.sent_at = now if outcome == "sent" else follow_up.sent_at
    follow_up.updated_at = now
    session.flush()
    data = {"follow_up_id": follow_up.id, "order_id": follow_up.order_id, "step": follow_up.step}
    announce(session, f"follow_up.{outcome}", data, now=now)


def _log_contact(session: Session, delivery: Delivery, *, now: datetime) -> None:
    if delivery.customer_id is not None:
        session.add(
            ContactLog(customer_id=delivery.customer_id, channel=delivery.channel, purpose=delivery.purpose, at=now)
        )
        session.flush()


def _message_id(key: str) -> str:
    """`<…@domain of MAIL_FROM>`; a keyed hash, so that the id tells nothing and one key gives one id."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or "localhost"
    digest = hmac.new(settings().secret_key.encode(), f"delivery:{key}".encode(), hashlib.sha256).hexdigest()
    return f"<{digest[:32]}@{domain}>"
