"""Follow-ups: every step of the programme is one row per order, always in one state and with its reason.

Planned from the order's milestones, judged again at the moment of sending; whoever asks "why no survey?" reads it here.
States: planned → due → sent → answered, or deferred, suppressed, cancelled, failed, doubtful.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import circumstances
from lifecycle.circumstances import Circumstances
from lifecycle.errors import NotFound
from lifecycle.model import FollowUp, ShopOrder
from lifecycle.programme import Programme, Step, current, zone_of

UNSENT = ("planned", "deferred")
PLANNABLE = ("planned", "deferred", "cancelled", "suppressed")  # `due` is being sent: it is no longer re-planned
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


# --- planning ---------------------------------------------------------------------------------------------------------


def plan(session: Session, order: ShopOrder, *, now: datetime, programme: Programme | None = None) -> list[FollowUp]:
    """Bring the follow-ups of an order in line with what is known of it; safe to call any number of times.

    An unsent row is a function of the order and the programme alone, so the order in which events arrived leaves no
    trace.  What was sent, or is being sent, stays.
    """
    return plan_all(session, [order], now=now, programme=programme)[0]


def plan_all(
    session: Session, orders: Sequence[ShopOrder], *, now: datetime, programme: Programme | None = None
) -> list[list[FollowUp]]:
    """`plan` for many orders with two queries and one flush; the rows of each, in the order of the programme."""
    programme = programme or current()
    ids = [order.id for order in orders]
    rows_of: dict[int, dict[str, FollowUp]] = {order_id: {} for order_id in ids}
    for row in session.execute(sa.select(FollowUp).where(FollowUp.order_id.in_(ids))).scalars():
        rows_of[row.order_id][row.step] = row
    answered = circumstances.first_answers(session, ids)
    for order in orders:
        _bring_in_line(session, order, rows_of[order.id], answered.get(order.id), programme, now=now)
    session.flush()
    return [[rows_of[order.id][step.name] for step in programme.steps] for order in orders]


def _bring_in_line(
    session: Session,
    order: ShopOrder,
    rows: dict[str, FollowUp],
    answered_at: datetime | None,
    programme: Programme,
    *,
    now: datetime,
) -> None:
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

    They are judged oldest first, each with what the earlier ones bring, so two surveys to one customer in one batch
    are seen as two.
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
    found = session.execute(query).all()
    known = circumstances.of(
        session, (order for _, order in found), (row.customer_id for row, _ in found), now=now, programme=programme
    )
    claimed = []
    for row, order in found:
        step = programme.step(row.step)
        if step is None:
            _set(row, "cancelled", "the step left the programme", now=now)
            continue
        apply_verdict(row, judge(row, order, step, known, at=now, programme=programme), now=now)
        if row.state == "due":
            known.contacts_of(row.customer_id).sent.append((now, step.purpose, step.survey))
            claimed.append(row)
    session.flush()
    return claimed


def judge(
    row: Any,
    order: ShopOrder,
    step: Step,
    known: Circumstances,
    *,
    at: datetime,
    programme: Programme,
    due_at: datetime | None = None,
) -> Verdict:
    """Whether a follow-up may leave at `at`, by what is known.  `due_at` replaces the row's own in a rehearsal."""
    due_at = due_at or row.due_at
    refusal = _refused_by_order(step, order)
    if refusal:
        return Verdict("cancel", refusal)
    if due_at is not None and at - due_at > programme.late_after:
        return Verdict("cancel", f"too late: it was due {_moment(due_at, order)} and nothing was sent since")
    planned = planned_for(step, order, known.answered.get(order.id), programme)
    expires = planned + step.expires_after if planned is not None else None
    if expires is not None and at > expires:
        return Verdict("cancel", f"expired on {_moment(expires, order)}")
    unreachable = known.unreachable(row.customer_id, order, step)
    if unreachable:
        return Verdict("suppress", unreachable)
    if "has_guide" in step.conditions and order.id not in known.guided:
        return Verdict("cancel", "there is no guide for what was bought")
    wait = _wait(row, order, step, known, at=at, programme=programme)
    if wait is None:
        return Verdict("send", "")
    reason, until = wait
    if expires is not None and until > expires:
        return Verdict("cancel", f"expired while waiting: {reason}")
    return Verdict("defer", reason, until)


def _wait(
    row: Any, order: ShopOrder, step: Step, known: Circumstances, *, at: datetime, programme: Programme
) -> tuple[str, datetime] | None:
    """Why a follow-up has to wait and until when; None when it may leave now.  Waits never end in the quiet hours."""
    zone = known.zone_of(order)
    contacts = known.contacts_of(row.customer_id)
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
    if "no_open_case" in step.conditions and known.has_open_case(order):
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
        sa.select(FollowUp.id, FollowUp.due_at, FollowUp.customer_id, FollowUp.step, FollowUp.order_id).where(
            FollowUp.state.in_(UNSENT), FollowUp.due_at <= until
        )
    ).all()
    orders = circumstances.orders(session, sorted({row.order_id for row in rows}))
    known = circumstances.of(session, orders.values(), {row.customer_id for row in rows}, now=now, programme=programme)
    heap: list[tuple[datetime, int, Any]] = [(row.due_at, row.id, row) for row in rows]
    heapq.heapify(heap)
    lines = []
    while heap:
        due_at, row_id, row = heapq.heappop(heap)
        step = programme.step(row.step)
        if due_at > until or step is None:
            continue
        at, order = max(due_at, now), orders[row.order_id]
        verdict = judge(row, order, step, known, at=at, programme=programme, due_at=due_at)
        if verdict.action == "send":
            known.contacts_of(row.customer_id).sent.append((at, step.purpose, step.survey))
        elif verdict.until is not None:
            heapq.heappush(heap, (verdict.until, row_id, row))
        lines.append(Rehearsed(at, order.order_ref, row.step, verdict.action, verdict.reason))
    return lines


@dataclass(frozen=True)
class Stage:
    """One step of a rehearsed funnel, in follow-ups: each ends in one of `sent`, `cancelled`, `suppressed`, `waiting`.

    `deferred` counts those that were moved on their way, `reasons` why the others did not leave, commonest first.
    """

    step: str
    sent: int
    deferred: int
    cancelled: int
    suppressed: int
    waiting: int
    reasons: tuple[tuple[str, int], ...]


def funnel(lines: Sequence[Rehearsed], programme: Programme | None = None) -> list[Stage]:
    """A rehearsal by step, in the order of the programme."""
    last: dict[tuple[str, str], Rehearsed] = {}
    moved: set[tuple[str, str]] = set()
    for line in lines:
        last[line.order_ref, line.step] = line
        if line.action == "defer":
            moved.add((line.order_ref, line.step))
    stages = []
    for step in (programme or current()).steps:
        mine = [line for (_, name), line in last.items() if name == step.name]
        ended = Counter(line.action for line in mine)
        reasons = Counter(_kind_of(line.reason) for line in mine if line.action != "send")
        stages.append(
            Stage(
                step.name,
                ended["send"],
                sum(name == step.name for _, name in moved),
                ended["cancel"],
                ended["suppress"],
                ended["defer"],
                tuple(reasons.most_common()),
            )
        )
    return stages


def _kind_of(reason: str) -> str:
    """A reason without its date: "expired on 3 Nov 2026 16:00 (UTC)" → "expired"."""
    return re.split(r" on \d| it was due |: ", reason, maxsplit=1)[0]


def _set(row: FollowUp, state: str, reason: str, *, now: datetime) -> None:
    row.state, row.reason, row.updated_at = state, reason[:200], now


def _moment(moment: datetime, order: ShopOrder) -> str:
    zone = zone_of(order.timezone)
    return f"{moment.astimezone(zone):%-d %b %Y %H:%M} ({zone.key})"
