"""What we owe to whom: one committed row per message, claimed by one worker at a time, with a known window of doubt.

    queued → (claim) sending → (hand_over) connect, MAIL, RCPT, DATA … 250 → sent
       ↑ retry  |                                        no reply → doubtful
       └────────┘ returned: lease over, temporary error

Before `handed_over_at` is committed nothing leaves, so a retry is safe.  After it, without a reply, nobody can know:
the row is `doubtful`, unless its worker's own log tells (`Departed`); only the notice of a support case is sent once
more, under the same Message-ID.  These functions never commit; the worker commits around them.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.announcements import announce
from lifecycle.model import ContactLog, Delivery, FollowUp
from lifecycle.settings import settings
from lifecycle.text import one_line
from lifecycle.tokens import new_id

LEASE = timedelta(seconds=600)
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
JITTER = 0.2
CHANNELS = ("webchat", "email")
STATES = ("queued", "sending", "sent", "failed", "doubtful", "suppressed", "cancelled")


@dataclass(frozen=True)
class Returned:
    """What became of the deliveries whose worker fell silent."""

    queued: int = 0
    doubtful: int = 0
    sent: int = 0


@dataclass(frozen=True)
class Departed:
    """How far a dead worker came with what was handed over to it, by its own log: delivery ids."""

    in_doubt: frozenset[int]
    sent: frozenset[int]


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
    facts (`survey_id`, `note_id`), never an address.  The same
    follow-up and channel, or the same `key` (`case:7:note:12`), is one delivery: queueing it again returns the first.
    """
    row = _owed(
        {
            "channel": channel,
            "template": template,
            "purpose": purpose,
            "customer_id": customer_id,
            "follow_up_id": follow_up_id,
            "case_id": case_id,
            "params": dict(params or {}),
        },
        key,
        now=now,
    )
    found = session.execute(sa.select(Delivery).where(Delivery.message_id == row["message_id"])).scalar_one_or_none()
    if found is not None:
        return found
    delivery = Delivery(**row)
    session.add(delivery)
    session.flush()
    return delivery


def owed(session: Session, key: str) -> bool:
    """Whether a message under this key is owed, or was."""
    known = sa.select(Delivery.id).where(Delivery.message_id == message_id(key))
    return session.execute(known).first() is not None


def queue_all(session: Session, messages: Sequence[Mapping[str, Any]], *, now: datetime) -> int:
    """Owe many messages of follow-ups, each as for `queue`; returns how many are owed, those known before included."""
    rows = {row["message_id"]: row for row in (_owed(message, None, now=now) for message in messages)}
    known = set(session.execute(sa.select(Delivery.message_id).where(Delivery.message_id.in_(rows))).scalars())
    new = [row for fixed_id, row in rows.items() if fixed_id not in known]
    if new:
        session.execute(sa.insert(Delivery), new)
    return len(rows)


def _owed(message: Mapping[str, Any], key: str | None, *, now: datetime) -> dict[str, Any]:
    if key is None and message["follow_up_id"] is not None:
        key = f"follow_up:{message['follow_up_id']}:{message['channel']}"
    return {
        **message,
        "message_id": message_id(key or new_id()),
        "state": "queued",
        "reason": "",
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
    }


def claim(
    session: Session,
    *,
    worker: str,
    now: datetime,
    limit: int = 20,
    channels: Collection[str] = CHANNELS,
    leaving: bool = False,
) -> list[int]:
    """Ids of due deliveries that now belong to `worker` for LEASE, oldest first; `leaving`: and are handed over.

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
        .values(state="sending", claimed_by=worker, lease_until=now + LEASE, handed_over_at=now if leaving else None)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == len(candidates):
        return list(candidates)
    return _owned(session, candidates, worker)


def renew(session: Session, *, worker: str, now: datetime) -> int:
    """The heartbeat: a worker that lives keeps what it claimed; returns how many deliveries it still owns."""
    renewed = session.execute(
        sa.update(Delivery)
        .where(Delivery.claimed_by == worker, Delivery.state == "sending")
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return renewed.rowcount


def hand_over(
    session: Session, delivery_ids: Collection[int], *, worker: str, repeatable: bool = False, now: datetime
) -> list[int]:
    """Write down that these messages leave now; returns those still ours, no other may leave.

    To be committed before the DATA of the first of them.  A frozen worker whose lease went to another fails here, so
    its mail never goes out twice.  A `repeatable` message (its receiver drops a second copy) only has its ownership
    checked: sending it again is always safe, so it is never in doubt.
    """
    noted = {} if repeatable else {"handed_over_at": now}
    changed = session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(delivery_ids), Delivery.claimed_by == worker, Delivery.state == "sending")
        .values(lease_until=now + LEASE, **noted)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == len(delivery_ids):
        return list(delivery_ids)
    return _owned(session, delivery_ids, worker)


def sent(session: Session, delivery_ids: Collection[int], *, worker: str, now: datetime) -> int:
    """The receiver acknowledged them; returns how many that is news of.

    True although the lease ran out meanwhile: a late 250 ends the doubt.
    """
    if not delivery_ids:
        return 0
    ours = [
        Delivery.id.in_(delivery_ids),
        Delivery.claimed_by == worker,
        Delivery.state.in_(("sending", "doubtful")),
    ]
    _reached(session, ours, now=now)
    changed = session.execute(
        sa.update(Delivery)
        .where(*ours)
        .values(state="sent", reason="", sent_at=now)
        .execution_options(synchronize_session=False)
    )
    return changed.rowcount


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
    _settle_follow_ups(session, [delivery_id], now=now)
    return values["state"]


def withhold(session: Session, delivery_id: int, *, worker: str, reason: str, now: datetime) -> bool:
    """Close a claimed delivery that may not leave any more."""
    if not _change(session, delivery_id, worker, ("sending",), state="suppressed", reason=one_line(reason)):
        return False
    _settle_follow_ups(session, [delivery_id], now=now)
    return True


def give_back(session: Session, delivery_ids: Collection[int], *, worker: str) -> int:
    """Return deliveries whose sending was certainly not begun: the worker stops, or the other side does not answer."""
    returned = session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id.in_(delivery_ids),
            Delivery.claimed_by == worker,
            Delivery.state == "sending",
        )
        .values(**_BACK)
        .execution_options(synchronize_session=False)
    )
    return returned.rowcount


def reclaim(
    session: Session,
    *,
    now: datetime,
    limit: int = 500,
    departed: Callable[[str], Departed | None] = lambda _worker: None,
) -> Returned:
    """Take back what dead or frozen workers hold: queued again what did not begin to leave, else doubtful.

    `departed` asks for a worker's log once its lease is over, and ends that worker's right to send; None when nothing
    certain is known, and then all that was handed over is in doubt.  A claim returns at the first poll after its lease;
    each row is taken by a conditional UPDATE, so that a worker that still lives and just renewed or finished keeps it.
    """
    overdue = session.execute(
        sa.select(Delivery)
        .where(Delivery.state == "sending", Delivery.lease_until <= now)
        .order_by(Delivery.lease_until, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).scalars()
    logs: dict[str, Departed | None] = {}
    counts = {"queued": 0, "doubtful": 0, "sent": 0}
    for delivery in overdue.all():
        values = dict(_BACK)
        if delivery.handed_over_at is not None:
            worker = str(delivery.claimed_by)
            if worker not in logs:
                logs[worker] = departed(worker)
            log = logs[worker]
            if log is None or delivery.id in log.in_doubt:
                values = _doubt(delivery, "the worker ended between hand-over and reply", now=now)
            elif delivery.id in log.sent:
                values = {"state": "sent", "reason": "", "sent_at": now}
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
            counts[values["state"]] += 1
            _settle_follow_ups(session, [delivery.id], now=now)
    return Returned(**counts)


def holders(session: Session) -> set[str]:
    """The workers that hold deliveries now."""
    held = sa.select(Delivery.claimed_by).where(Delivery.state == "sending").distinct()
    return {worker for worker in session.execute(held).scalars() if worker}


def retry_delay(message_id: str, attempt: int) -> timedelta:
    """How long to wait after failed attempt number `attempt` (from 0): the schedule ±20 %, the same for one message
    each time it is asked, different between messages, so that a crowd does not return together."""
    spread = random.Random(f"{message_id}:{attempt}").uniform(1 - JITTER, 1 + JITTER)
    return RETRY_DELAYS[attempt] * spread


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


_UNSETTLED = ("due", "doubtful", "failed", "suppressed")


def _reached(session: Session, ours: Sequence[Any], *, now: datetime) -> None:
    """These deliveries reach their customers: their follow-ups are sent, and the contact counts from now.

    Whole sets at a time: this is half of the bookkeeping of a mail.
    """
    news = sa.or_(Delivery.follow_up_id.is_(None), FollowUp.state.in_(("due", "failed", "suppressed")))
    found = (
        sa.select(Delivery.customer_id, Delivery.channel, Delivery.purpose, sa.literal("lifecycle"), sa.literal(now))
        .outerjoin(FollowUp, FollowUp.id == Delivery.follow_up_id)
        .where(*ours, Delivery.customer_id.is_not(None), news)
    )
    columns = ["customer_id", "channel", "purpose", "source", "at"]
    session.execute(sa.insert(ContactLog).from_select(columns, found, include_defaults=False))
    asked = sa.select(Delivery.follow_up_id).where(*ours, Delivery.follow_up_id.is_not(None))
    unsettled = [FollowUp.id.in_(asked), FollowUp.state.in_(_UNSETTLED)]
    if settings().webhook_urls:
        for row in session.execute(sa.select(FollowUp.id, FollowUp.order_id, FollowUp.step).where(*unsettled)).all():
            _tell(session, "sent", row, now=now)
    session.execute(
        sa.update(FollowUp)
        .where(*unsettled)
        .values(state="sent", reason="", sent_at=now, updated_at=now)
        .execution_options(synchronize_session=False)
    )


def _tell(session: Session, outcome: str, follow_up: Any, *, now: datetime) -> None:
    data = {"follow_up_id": follow_up.id, "order_id": follow_up.order_id, "step": follow_up.step}
    announce(session, f"follow_up.{outcome}", data, now=now)


def _owned(session: Session, delivery_ids: Collection[int], worker: str) -> list[int]:
    named = sa.select(Delivery.id).where(
        Delivery.id.in_(delivery_ids), Delivery.claimed_by == worker, Delivery.state == "sending"
    )
    mine = set(session.execute(named).scalars())
    return [delivery_id for delivery_id in delivery_ids if delivery_id in mine]


def _settle_follow_ups(session: Session, delivery_ids: Collection[int], *, now: datetime) -> None:
    """Let each follow-up say what became of it: sent when one delivery reached the customer, else doubtful, failed or
    suppressed once none is left to try."""
    about = sa.select(Delivery.follow_up_id).where(Delivery.id.in_(delivery_ids), Delivery.follow_up_id.is_not(None))
    follow_ups = session.execute(
        sa.select(FollowUp.id, FollowUp.state, FollowUp.order_id, FollowUp.step)
        .where(FollowUp.id.in_(about), FollowUp.state.in_(_UNSETTLED))
        .order_by(FollowUp.id)
        .with_for_update()
    ).all()
    columns = (
        Delivery.id,
        Delivery.follow_up_id,
        Delivery.customer_id,
        Delivery.channel,
        Delivery.purpose,
        Delivery.state,
        Delivery.reason,
    )
    ids = {row.id for row in follow_ups}
    rows = session.execute(
        sa.select(*columns)
        .where(sa.or_(Delivery.follow_up_id.in_(ids), Delivery.id.in_(delivery_ids)))
        .order_by(Delivery.id)
    ).all()
    told = {row.id: row for row in rows if row.id in delivery_ids}
    reached = [row for row in told.values() if row.follow_up_id is None and row.state in ("sent", "doubtful")]
    of: dict[int, list[Any]] = {follow_up_id: [] for follow_up_id in ids}
    for row in rows:
        if row.follow_up_id in of:
            of[row.follow_up_id].append(row)
    changes: dict[tuple[str, str], list[int]] = {}
    for follow_up in follow_ups:
        all_of = of[follow_up.id]
        states = [row.state for row in all_of]
        if "sent" not in states and ("queued" in states or "sending" in states):
            continue
        outcome = next(state for state in ("sent", "doubtful", "failed", "suppressed", "cancelled") if state in states)
        reason = "" if outcome == "sent" else next(row.reason for row in all_of if row.state == outcome)
        changes.setdefault((outcome, reason), []).append(follow_up.id)
        if outcome in ("sent", "doubtful") and follow_up.state != "doubtful":
            reached.append(next(row for row in all_of if row.id in told))
        _tell(session, outcome, follow_up, now=now)
    for (outcome, reason), changed in changes.items():
        values = {
            "state": outcome,
            "reason": reason,
            "updated_at": now,
            **({"sent_at": now} if outcome == "sent" else {}),
        }
        session.execute(
            sa.update(FollowUp)
            .where(FollowUp.id.in_(changed))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    logged = [
        {
            "customer_id": row.customer_id,
            "channel": row.channel,
            "purpose": row.purpose,
            "source": "lifecycle",
            "at": now,
        }
        for row in reached
        if row.customer_id is not None
    ]
    if logged:
        session.execute(sa.insert(ContactLog), logged)


def message_id(key: str) -> str:
    """The Message-ID of what is owed under a key: `<…@domain of MAIL_FROM>`, a keyed hash, so that it tells nothing."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or "localhost"
    digest = hmac.new(settings().secret_key.encode(), f"delivery:{key}".encode(), hashlib.sha256).hexdigest()
    return f"<{digest[:32]}@{domain}>"
