"""Cases: a problem somebody owns until it is solved, with a moment by which the customer has a reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lifecycle import announcements, clock, conversations, interactions, redaction
from lifecycle.errors import Conflict, Invalid, NotFound
from lifecycle.model import CaseNote, Conversation, Customer, ShopOrder, SupportCase
from lifecycle.programme import zone_of
from lifecycle.settings import settings
from lifecycle.text import canonical, one_line

KINDS = ("detractor", "problem", "handover", "question")
PRIORITIES = ("low", "normal", "high")
CAUSES = (
    "late_delivery",
    "damaged",
    "wrong_item",
    "missing_part",
    "quality",
    "not_as_described",
    "how_to_use",
    "price",
    "service",
    "question_answered",
    "other",
)
DESK_OPENS, DESK_CLOSES = time(9), time(18)  # Monday to Friday, in the store's zone


@dataclass(frozen=True)
class CaseStatus:
    """A case as its customer may see it: no internal note, no staff name."""

    case_id: int
    subject: str
    state: str  # open: with staff · pending: staff replied · closed
    due_text: str  # "Thu 14:00", in the customer's zone
    overdue: bool
    replies: tuple[tuple[str, str, datetime], ...]  # (author, text, moment) of every visible note, oldest first


def open(
    session: Session,
    *,
    source_key: str,
    kind: str,
    subject: str,
    customer_id: int | None,
    order_id: int | None = None,
    conversation_id: str | None = None,
    survey_id: int | None = None,
    summary: dict[str, Any] | None = None,
    priority: str = "normal",
    now: datetime,
) -> SupportCase:
    """Open a case, once per `source_key`: the same key again returns the same case, however often and from wherever.

    `summary` is what staff should know at a glance (what was said, needs, products, score); values are plain JSON.
    """
    if kind not in KINDS:
        raise Invalid(f"{kind!r} is no kind of case; it is one of {', '.join(KINDS)}.")
    if priority not in PRIORITIES:
        raise Invalid(f"{priority!r} is no priority; it is one of {', '.join(PRIORITIES)}.")
    found = by_source_key(session, source_key)
    if found is not None:
        return found
    case = SupportCase(
        source_key=source_key,
        kind=kind,
        subject=one_line(subject),
        customer_id=customer_id,
        order_id=order_id,
        conversation_id=conversation_id,
        survey_id=survey_id,
        summary=summary or {},
        priority=priority,
        state="open",
        opened_at=now,
        due_at=due_time(now, priority=priority),
    )
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError:
        found = by_source_key(session, source_key)
        if found is None:
            raise
        return found
    _tell(session, "opened", case, now=now)
    return case


def _tell(session: Session, happened: str, case: SupportCase, *, now: datetime) -> None:
    data = {
        "case_id": case.id,
        "kind": case.kind,
        "priority": case.priority,
        "state": case.state,
        "due_at": clock.iso(case.due_at),
        "cause": case.cause,
        "order_id": case.order_id,
        "customer_id": case.customer_id,
        "conversation_id": case.conversation_id,
    }
    announcements.announce(session, f"case.{happened}", data, now=now)


def by_source_key(session: Session, source_key: str) -> SupportCase | None:
    return session.execute(sa.select(SupportCase).where(SupportCase.source_key == source_key)).scalar_one_or_none()


def get(session: Session, case_id: int) -> SupportCase:
    """The case of this number; raises NotFound."""
    case = session.get(SupportCase, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    return case


def due_time(now: datetime, *, priority: str = "normal") -> datetime:
    """When the customer has a reply at the latest, UTC: `staff_reply_hours` of working days after `now`.

    Saturdays and Sundays do not count, a high priority halves the hours, and a moment outside the desk's hours moves
    to its next opening, on the quarter hour: a promise somebody can keep and a customer can read.
    """
    zone = zone_of(settings().store_timezone)
    hours = settings().staff_reply_hours / (2 if priority == "high" else 1)
    local = _working_day(now.astimezone(zone))
    left = timedelta(hours=hours)
    while True:
        midnight = datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=zone)
        today = midnight.astimezone(timezone.utc) - local.astimezone(timezone.utc)
        if left < today:
            break
        left -= today
        local = _working_day(midnight)
    local = (local.astimezone(timezone.utc) + left).astimezone(zone)
    local = _quarter(local)
    if local.time() > DESK_CLOSES:
        local = _working_day(datetime.combine(local.date() + timedelta(days=1), DESK_OPENS, tzinfo=zone))
    if local.time() < DESK_OPENS:
        local = datetime.combine(local.date(), DESK_OPENS, tzinfo=zone)
    return local.astimezone(timezone.utc)


def _working_day(local: datetime) -> datetime:
    """`local` itself from Monday to Friday, else the beginning (or the same opening hour) of the next Monday."""
    if local.weekday() < 5:
        return local
    at = DESK_OPENS if local.time() == DESK_OPENS else time(0)
    return datetime.combine(local.date() + timedelta(days=7 - local.weekday()), at, tzinfo=local.tzinfo)


def _quarter(local: datetime) -> datetime:
    """The next full quarter of an hour."""
    past = timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)
    return local if not past else local - past + timedelta(minutes=15)


def due_text(session: Session, case: SupportCase, *, now: datetime) -> str:
    """`Thu 14:00`, or `Thu 12 Nov 14:00` when a week away or more, in the customer's zone, else the store's.

    Only somebody whose zone is unknown reads the zone's abbreviation too.
    """
    zone_name = None
    if case.order_id is not None:
        order = session.get(ShopOrder, case.order_id)
        zone_name = order.timezone if order is not None else None
    if zone_name is None and case.customer_id is not None:
        customer = session.get(Customer, case.customer_id)
        zone_name = customer.timezone if customer is not None else None
    local = case.due_at.astimezone(zone_of(zone_name))
    far = abs(case.due_at - now) >= timedelta(days=6)
    text = f"{local:%a %-d %b %H:%M}" if far else f"{local:%a %H:%M}"
    return text if zone_name else f"{text} {local:%Z}"


def status(session: Session, case_id: int, *, now: datetime) -> CaseStatus:
    """What the customer may know of their case."""
    case = get(session, case_id)
    notes = session.execute(
        sa.select(CaseNote)
        .where(CaseNote.case_id == case_id, CaseNote.visible.is_(True))
        .order_by(CaseNote.created_at, CaseNote.id)
    ).scalars()
    return CaseStatus(
        case_id=case.id,
        subject=case.subject,
        state=case.state,
        due_text=due_text(session, case, now=now),
        overdue=case.state == "open" and now > case.due_at,
        replies=tuple((note.author, note.text, note.created_at) for note in notes),
    )


def note(
    session: Session, case_id: int, text: str, *, staff_id: int | None = None, author: str = "staff", now: datetime
) -> CaseNote:
    """An internal note; the customer never sees it."""
    get(session, case_id)
    return _add(session, case_id, author, text, staff_id=staff_id, visible=False, now=now)


def reply(session: Session, case_id: int, text: str, *, staff_id: int | None, now: datetime) -> CaseNote:
    """Staff's answer to the customer: on the case page, and in the chat the case came from.

    The case waits for the customer then (`pending`).  The caller queues the mail that tells them.
    """
    case = get(session, case_id)
    if case.state == "closed":
        raise Conflict("The case is closed; reopen it before replying.")
    made = _add(session, case_id, "staff", text, staff_id=staff_id, visible=True, now=now)
    case.first_reply_at = case.first_reply_at or now
    case.state = "pending"
    if case.conversation_id and session.get(Conversation, case.conversation_id) is not None:
        conversations.add_message(
            session, case.conversation_id, role="staff", text=made.text, details={"case_id": case.id}, now=now
        )
    session.flush()
    return made


def customer_reply(session: Session, case_id: int, text: str, *, now: datetime) -> CaseNote:
    """The customer's word on their case; it reopens what staff thought done."""
    case = get(session, case_id)
    made = _add(session, case_id, "customer", redaction.clean(text), staff_id=None, visible=True, now=now)
    if case.state == "closed":
        reopen(session, case_id, now=now)
    elif case.state == "pending":
        case.state = "open"
        case.due_at = due_time(now, priority=case.priority)
    session.flush()
    return made


def close(session: Session, case_id: int, *, cause: str, staff_id: int | None = None, now: datetime) -> SupportCase:
    """Close a case with the cause of the problem; closing twice changes nothing."""
    if cause not in CAUSES:
        raise Invalid(f"{cause!r} is no cause; it is one of {', '.join(CAUSES)}.")
    case = get(session, case_id)
    if case.state != "closed":
        case.state, case.cause, case.closed_at = "closed", cause, now
        case.owner_id = case.owner_id or staff_id
        session.flush()
        _tell(session, "closed", case, now=now)
    return case


def reopen(session: Session, case_id: int, *, now: datetime) -> SupportCase:
    """Take a closed case up again, with a new due time; its interaction is no longer a solved one."""
    case = get(session, case_id)
    if case.state == "closed":
        case.state, case.closed_at = "open", None
        case.reopened_count += 1
        case.due_at = due_time(now, priority=case.priority)
        session.flush()
        if case.conversation_id:
            interactions.note(session, case.conversation_id, resolution="reopened", now=now)
        _tell(session, "reopened", case, now=now)
    return case


def assign(session: Session, case_id: int, staff_id: int | None, *, now: datetime) -> SupportCase:
    """Give a case its owner; None puts it back into the queue."""
    case = get(session, case_id)
    case.owner_id = staff_id
    session.flush()
    return case


def prioritise(session: Session, case_id: int, priority: str) -> SupportCase:
    """Change how urgent a case is; while nobody has replied its due time moves with it, counted from its opening."""
    if priority not in PRIORITIES:
        raise Invalid(f"{priority!r} is no priority; it is one of {', '.join(PRIORITIES)}.")
    case = get(session, case_id)
    if case.priority != priority:
        case.priority = priority
        if case.state == "open" and case.first_reply_at is None and not case.reopened_count:
            case.due_at = due_time(case.opened_at, priority=priority)
        session.flush()
    return case


def version(session: Session, case_id: int) -> str:
    """Changes whenever anybody does anything to the case: two people who work on one can be told of each other."""
    case = get(session, case_id)
    notes = session.scalar(sa.select(sa.func.max(CaseNote.id)).where(CaseNote.case_id == case_id)) or 0
    return f"{case.state}-{case.owner_id or 0}-{case.priority}-{notes}-{case.reopened_count}"


def waiting(session: Session, *, state: str | None = "open", limit: int = 100) -> list[SupportCase]:
    """Cases of a state (None: of every state), the one due first first."""
    query = sa.select(SupportCase).order_by(SupportCase.due_at, SupportCase.id).limit(limit)
    if state is not None:
        query = query.where(SupportCase.state == state)
    return list(session.execute(query).scalars())


def open_of(
    session: Session, *, customer_id: int | None = None, conversation_ids: tuple[str, ...] = ()
) -> list[SupportCase]:
    """The unsolved cases of a customer, or of conversations nobody's name is known of; newest first."""
    mine = []
    if customer_id is not None:
        mine.append(SupportCase.customer_id == customer_id)
    if conversation_ids:
        mine.append(SupportCase.conversation_id.in_(conversation_ids))
    if not mine:
        return []
    query = sa.select(SupportCase).where(SupportCase.state != "closed", sa.or_(*mine)).order_by(SupportCase.id.desc())
    return list(session.execute(query).scalars())


def _add(
    session: Session, case_id: int, author: str, text: str, *, staff_id: int | None, visible: bool, now: datetime
) -> CaseNote:
    clean = canonical(text)
    if not clean:
        raise Invalid("The text is empty; write at least one word.")
    made = CaseNote(case_id=case_id, author=author, staff_id=staff_id, visible=visible, text=clean, created_at=now)
    session.add(made)
    session.flush()
    return made
