"""Follow-ups: every step of the programme is one row per order, always in one state and with its reason.

Planned from the order's milestones, judged again at the moment of sending; whoever asks "why no survey?" reads it here.
States: planned → due → sent → answered, or deferred, suppressed, cancelled, failed, doubtful.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers, guides
from lifecycle.errors import NotFound
from lifecycle.model import (
    ContactLog,
    Customer,
    FollowUp,
    Message,
    ShopOrder,
    SupportCase,
    Survey,
    SurveyAnswer,
)
from lifecycle.programme import Programme, Step, current, zone_of

UNSENT = ("planned", "deferred")
PLANNABLE = ("planned", "deferred", "cancelled", "suppressed")  # `due` is being sent: it is no longer re-planned
_REACHED = ("due", "sent", "answered", "doubtful")
_SKEW = timedelta(minutes=5)  # clocks of two machines
_RETRY = timedelta(hours=24)  # how long a follow-up waits for an open case to close before it looks again


@dataclass(frozen=True)
class Verdict:
    """What becomes of a follow-up at one moment: `send`, `defer` (until), `cancel` or `suppress`, and why."""

    action: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True)
class Rehearsed:
    """One line of a rehearsal: at `at` (UTC) this step of this order would be sent, or would not, and why."""

    at: datetime
    order_ref: str
    step: str
    action: str
    reason: str


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


# --- planning ---------------------------------------------------------------------------------------------------------


def plan(session: Session, order: ShopOrder, *, now: datetime, programme: Programme | None = None) -> list[FollowUp]:
    """Bring the follow-ups of an order in line with what is known of it; safe to call any number of times.

    An unsent row is a function of the order and the programme alone, so the order in which events arrived leaves no
    trace.  What was sent, or is being sent, stays.
    """
    programme = programme or current()
    rows = {
        row.step: row for row in session.execute(sa.select(FollowUp).where(FollowUp.order_id == order.id)).scalars()
    }
    answered_at = _first_answer(session, order.id)
    for step in programme.steps:
        row = rows.get(step.name)
        if row is None:
            row = rows[step.name] = FollowUp(order_id=order.id, step=step.name, created_at=now, state="planned")
            session.add(row)
        elif row.state not in PLANNABLE or row.reason.startswith(_FINAL):
            continue
        _settle(row, step, order, answered_at, programme, now=now)
    for name, row in rows.items():
        if programme.step(name) is None and row.state in UNSENT:
            _set(row, "cancelled", "the step left the programme", now=now)
    session.flush()
    return [rows[step.name] for step in programme.steps]


_FINAL = (
    "too late",
    "expired",
    "switched off",
    "address suppressed",
)  # decided at sending; a new plan does not undo it


def _settle(
    row: FollowUp, step: Step, order: ShopOrder, answered_at: datetime | None, programme: Programme, *, now: datetime
) -> None:
    """Give an unsent row the state its order asks for."""
    due_at = planned_for(step, order, answered_at, programme)
    row.customer_id = order.customer_id
    row.purpose = step.purpose
    refusal = _refused_by_order(step, order)
    if refusal:
        state, reason = "cancelled", refusal
    elif due_at is None:
        state, reason = "planned", f"waits until {_WAITS[step.anchor]}"
    elif row.state == "deferred" and row.due_at is not None and row.due_at >= due_at:
        return
    else:
        state, reason = "planned", ""
    if (row.state, row.reason, row.due_at) != (state, reason, due_at) or row.updated_at is None:
        row.due_at = due_at
        _set(row, state, reason, now=now)


_WAITS = {
    "placed": "the order is placed",
    "shipped": "the order ships",
    "delivered": "the order arrives",
    "answered": "a survey is answered",
}


def planned_for(step: Step, order: ShopOrder, answered_at: datetime | None, programme: Programme) -> datetime | None:
    """The moment a step falls due, before quiet hours and clocks; None while its anchor has not happened."""
    anchors = {
        "placed": order.placed_at,
        "shipped": order.shipped_at,
        "delivered": order.delivered_at,
        "answered": answered_at,
    }
    anchor = anchors[step.anchor]
    if anchor is None and step.anchor == "delivered" and order.shipped_at is not None:
        anchor = order.shipped_at + programme.assume_delivered_after
    return anchor + step.delay if anchor is not None else None


def _refused_by_order(step: Step, order: ShopOrder) -> str | None:
    if "not_cancelled" in step.conditions and order.cancelled_at is not None:
        return "the order was cancelled"
    if "not_refunded" in step.conditions and order.refunded_at is not None:
        return "the order was refunded"
    if "not_gift" in step.conditions and order.gift:
        return "the order is a gift; only its buyer is asked, and not about using it"
    return None


# --- sending ----------------------------------------------------------------------------------------------------------


def due(session: Session, *, now: datetime, limit: int = 200, programme: Programme | None = None) -> list[FollowUp]:
    """Claim what is to be asked now: rows whose time has come become `due`, deferred, suppressed or cancelled.

    Each row is judged alone, oldest first, so two surveys to one customer in one batch are seen as two.
    """
    programme = programme or current()
    query = (
        sa.select(FollowUp, ShopOrder)
        .join(ShopOrder, ShopOrder.id == FollowUp.order_id)
        .where(FollowUp.state.in_(UNSENT), FollowUp.due_at <= now)
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(limit)
        .with_for_update(of=FollowUp, skip_locked=True)
    )
    claimed = []
    for row, order in session.execute(query).all():
        step = programme.step(row.step)
        if step is None:
            _set(row, "cancelled", "the step left the programme", now=now)
            continue
        contacts = _contacts(session, row.customer_id, now=now, programme=programme)
        verdict = judge(session, row, order, step, contacts, at=now, programme=programme)
        apply_verdict(row, verdict, now=now)
        session.flush()
        if row.state == "due":
            claimed.append(row)
    return claimed


def judge(
    session: Session,
    row: FollowUp,
    order: ShopOrder,
    step: Step,
    contacts: Contacts,
    *,
    at: datetime,
    programme: Programme,
    due_at: datetime | None = None,
) -> Verdict:
    """Whether a follow-up may leave at `at`; reads only.  `due_at` replaces the row's own in a rehearsal."""
    due_at = due_at or row.due_at
    refusal = _refused_by_order(step, order)
    if refusal:
        return Verdict("cancel", refusal)
    if due_at is not None and at - due_at > programme.late_after:
        return Verdict("cancel", f"too late: it was due {_moment(due_at, order)} and nothing was sent since")
    planned = planned_for(step, order, _first_answer(session, order.id), programme)
    expires = planned + step.expires_after if planned is not None else None
    if expires is not None and at > expires:
        return Verdict("cancel", f"expired on {_moment(expires, order)}")
    unreachable = _unreachable(session, row, order, step)
    if unreachable:
        return Verdict("suppress", unreachable)
    if "has_guide" in step.conditions and guides.for_order(session, order) is None:
        return Verdict("cancel", "there is no guide for what was bought")
    wait = _wait(session, order, step, contacts, at=at, programme=programme)
    if wait is None:
        return Verdict("send", "")
    reason, until = wait
    if expires is not None and until > expires:
        return Verdict("cancel", f"expired while waiting: {reason}")
    return Verdict("defer", reason, until)


def _wait(
    session: Session, order: ShopOrder, step: Step, contacts: Contacts, *, at: datetime, programme: Programme
) -> tuple[str, datetime] | None:
    """Why a follow-up has to wait and until when; None when it may leave now.  Waits never end in the quiet hours."""
    zone = zone_for(session, order)
    clocks = [(contacts.last(), programme.message_gap, "already written to")]
    if step.survey:
        clocks.append((contacts.last(purpose="survey"), programme.survey_gap, "asked another survey"))
    if step.survey == "nps":
        clocks.append((contacts.last(survey="nps"), programme.nps_gap, "asked the same question"))
    waits = [
        (last + gap, f"{reason} on {last.astimezone(zone_of(zone)):%-d %b}")
        for last, gap, reason in clocks
        if last is not None and last + gap > at
    ]
    if "no_open_case" in step.conditions and _open_case(session, order):
        waits.append((at + _RETRY, "a case is open"))
    until, reason = max(waits, default=(at, ""))
    opened = programme.opening(until, zone)
    if opened <= at:
        return None
    return reason or "quiet hours of the buyer", opened


def apply_verdict(row: FollowUp, verdict: Verdict, *, now: datetime) -> None:
    if verdict.until is not None:
        row.due_at = verdict.until
    state = {"send": "due", "defer": "deferred", "cancel": "cancelled", "suppress": "suppressed"}[verdict.action]
    _set(row, state, verdict.reason, now=now)


def mark(session: Session, follow_up_id: int, state: str, reason: str = "", *, now: datetime) -> None:
    """Write down what the sender found out: sent, failed or doubtful; an answer that came first stays."""
    row = session.get(FollowUp, follow_up_id)
    if row is None or row.state == "answered":
        return
    if state == "sent" and row.sent_at is None:
        row.sent_at = now
    _set(row, state, reason, now=now)
    session.flush()


def answered(session: Session, follow_up_id: int, *, now: datetime) -> None:
    """The customer answered: the row is done, and steps that wait for an answer get their time."""
    row = session.get(FollowUp, follow_up_id)
    if row is None:
        return
    if row.state != "answered":
        row.answered_at = now
        _set(row, "answered", "", now=now)
        session.flush()
    order = session.get(ShopOrder, row.order_id)
    if order is not None:
        plan(session, order, now=now)


# --- asking why -------------------------------------------------------------------------------------------------------


def why_not(session: Session, order_ref: str, *, now: datetime) -> str:
    """Every step of an order in one line: what was sent, what waits for what, what will not come and why."""
    order = session.execute(
        sa.select(ShopOrder).where(ShopOrder.order_ref == order_ref).order_by(ShopOrder.id.desc()).limit(1)
    ).scalar_one_or_none()
    if order is None:
        raise NotFound(f"No order {order_ref} is known; was its event received?")
    rows = {
        row.step: row for row in session.execute(sa.select(FollowUp).where(FollowUp.order_id == order.id)).scalars()
    }
    parts = [_told(row, order, now=now) for row in sorted(rows.values(), key=lambda row: row.id)]
    return f"Order {order_ref}: " + ("; ".join(parts) if parts else "no follow-up is planned") + "."


def _told(row: FollowUp, order: ShopOrder, *, now: datetime) -> str:
    if row.state == "planned" and row.due_at is not None:
        return f"{row.step} is {'overdue since' if row.due_at <= now else 'planned for'} {_moment(row.due_at, order)}"
    if row.state == "deferred" and row.due_at is not None:
        return f"{row.step} was moved to {_moment(row.due_at, order)} ({row.reason})"
    if row.state in ("sent", "answered"):
        moment = row.answered_at if row.state == "answered" else row.sent_at
        return f"{row.step} was {row.state}" + (f" {_moment(moment, order)}" if moment else "")
    words = {"planned": "waits", "due": "is being sent", "doubtful": "may have been sent"}
    if row.state == "planned" and row.reason:
        return f"{row.step} {row.reason}"
    return f"{row.step} {words.get(row.state, f'was {row.state}')}" + (f" ({row.reason})" if row.reason else "")


def rehearse(session: Session, *, days: int, now: datetime, programme: Programme | None = None) -> list[Rehearsed]:
    """What the next `days` would bring, in order of time, if no further event came; writes nothing."""
    programme = programme or current()
    until = now + timedelta(days=days)
    rows = session.execute(
        sa.select(FollowUp, ShopOrder)
        .join(ShopOrder, ShopOrder.id == FollowUp.order_id)
        .where(FollowUp.state.in_(UNSENT), FollowUp.due_at <= until)
    ).all()
    contacts: dict[int | None, Contacts] = {}
    heap: list[tuple[datetime, int, Any, Any]] = [(row.due_at, row.id, row, order) for row, order in rows]
    heapq.heapify(heap)
    lines = []
    while heap:
        due_at, row_id, row, order = heapq.heappop(heap)
        step = programme.step(row.step)
        if due_at > until or step is None:
            continue
        at = max(due_at, now)
        known = contacts.setdefault(row.customer_id, _contacts(session, row.customer_id, now=now, programme=programme))
        verdict = judge(session, row, order, step, known, at=at, programme=programme, due_at=due_at)
        if verdict.action == "send":
            known.sent.append((at, step.purpose, step.survey))
        elif verdict.until is not None:
            heapq.heappush(heap, (verdict.until, row_id, row, order))
        lines.append(Rehearsed(at, order.order_ref, row.step, verdict.action, verdict.reason))
    return lines


# --- what the verdict reads -------------------------------------------------------------------------------------------


def zone_for(session: Session, order: ShopOrder) -> str | None:
    """The buyer's zone: the order's, else the customer's, else None (the store's)."""
    if order.timezone:
        return str(order.timezone)
    customer = session.get(Customer, order.customer_id) if order.customer_id is not None else None
    return customer.timezone if customer is not None else None


def channel_for(session: Session, row: FollowUp, order: ShopOrder, step: Step) -> str | None:
    """The first channel of the step that reaches the buyer now; None when there is none."""
    for channel in step.channels:
        if channel == "webchat" and order.thread_id and _chatted(session, order.thread_id):
            return channel
        if channel == "email" and row.customer_id is not None:
            address = customers.email_of(session, row.customer_id)
            if address and not customers.suppressed(session, address):
                return channel
    return None


def _chatted(session: Session, thread_id: str) -> bool:
    return session.execute(sa.select(Message.id).where(Message.thread_id == thread_id).limit(1)).first() is not None


def _unreachable(session: Session, row: FollowUp, order: ShopOrder, step: Step) -> str | None:
    if row.customer_id is None:
        return "nobody is known as its buyer"
    if not customers.allows(session, row.customer_id, step.purpose):
        return f"switched off by the customer ({step.purpose})"
    address = customers.email_of(session, row.customer_id)
    if address and customers.suppressed(session, address):
        return "address suppressed"
    return None if channel_for(session, row, order, step) else "no address to write to"


def _contacts(session: Session, customer_id: int | None, *, now: datetime, programme: Programme) -> Contacts:
    """Everything a customer was sent within the longest gap; what is on its way counts as sent.

    What lies ahead of `now` (somebody tried the future with --now) has not happened yet and blocks nothing.
    """
    if customer_id is None:
        return Contacts()
    since = now - max(programme.nps_gap, programme.survey_gap, programme.message_gap)
    found = Contacts()
    reached = sa.select(FollowUp.step, FollowUp.purpose, FollowUp.sent_at, FollowUp.updated_at).where(
        FollowUp.customer_id == customer_id, FollowUp.state.in_(_REACHED), FollowUp.updated_at >= since
    )
    for name, purpose, sent_at, updated_at in session.execute(reached).all():
        step = programme.step(name)
        found.sent.append((sent_at or updated_at, purpose, step.survey if step else None))
    logged = sa.select(ContactLog.at, ContactLog.purpose).where(
        ContactLog.customer_id == customer_id, ContactLog.at >= since
    )
    found.sent.extend((at, purpose, None) for at, purpose in session.execute(logged).all())
    asked = sa.select(Survey.asked_at, Survey.kind).where(
        Survey.customer_id == customer_id, Survey.asked_at >= since, Survey.case_id.is_(None)
    )
    found.sent.extend((at, "survey", kind) for at, kind in session.execute(asked).all())
    found.sent = [contact for contact in found.sent if contact[0] <= now + _SKEW]
    return found


def _first_answer(session: Session, order_id: int) -> datetime | None:
    return session.execute(
        sa.select(sa.func.min(SurveyAnswer.answered_at))
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(Survey.order_id == order_id)
    ).scalar_one_or_none()


def _open_case(session: Session, order: ShopOrder) -> bool:
    """Whether a case about this order, or one of its buyer's about no order, waits for staff."""
    about = [SupportCase.order_id == order.id]
    if order.customer_id is not None:
        about.append(sa.and_(SupportCase.customer_id == order.customer_id, SupportCase.order_id.is_(None)))
    return (
        session.execute(sa.select(SupportCase.id).where(SupportCase.state != "closed", sa.or_(*about)).limit(1)).first()
        is not None
    )


def _set(row: FollowUp, state: str, reason: str, *, now: datetime) -> None:
    row.state, row.reason, row.updated_at = state, reason[:200], now


def _moment(moment: datetime, order: ShopOrder) -> str:
    zone = zone_of(order.timezone)
    return f"{moment.astimezone(zone):%-d %b %Y %H:%M} ({zone.key})"
