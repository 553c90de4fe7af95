"""Orders: whatever the shop tells, in whatever order and how often, ends in one right state with its follow-up plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lifecycle import advocacy, conversations, customers, followups, interactions, parcels
from lifecycle.errors import Invalid
from lifecycle.model import (
    Conversation,
    Customer,
    OrderLine,
    Product,
    Recommendation,
    RecommendationItem,
    ShopEvent,
    ShopOrder,
)
from lifecycle.order_events import (
    MILESTONES,
    PULLED,
    Buyer,
    Line,
    OrderEvent,
    from_facts,
    parse_generic,
    read_file,
)

__all__ = [
    "Applied",
    "Buyer",
    "ImportReport",
    "Line",
    "OrderEvent",
    "OrderStatus",
    "apply",
    "import_file",
    "parse_generic",
    "status_of",
]


@dataclass(frozen=True)
class Applied:
    """The order after an event; `changed` is False when this event had been applied before."""

    order: ShopOrder
    changed: bool
    reason: str


@dataclass(frozen=True)
class OrderStatus:
    """Where an order is: `state` is its furthest milestone, cancelled and refunded before all others; times UTC."""

    order_id: int
    source: str
    order_ref: str
    state: str
    updated_at: datetime
    placed_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    refunded_at: datetime | None
    tracking: str
    status_url: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class ImportReport:
    """What an import did: events applied, events known before, orders touched, (line number, reason) of each reject."""

    applied: int
    unchanged: int
    orders: int
    rejected: tuple[tuple[int, str], ...]


def apply(session: Session, event: OrderEvent, *, now: datetime) -> Applied:
    """Store an event and bring its order and the order's follow-ups in line, all in the caller's transaction.

    The same (source, event id) has one effect, however often it comes.  The order is computed from all its events
    sorted by their own time, so the order in which they arrive leaves no trace: each milestone keeps its earliest
    time, and a refund or a cancellation cancels what was not sent yet, even when it comes first.
    """
    order, first = _locked(session, event, now=now)
    if order.customer_id is not None and customers.erased(session, order.customer_id):
        event = event.of_nobody()
    if not _stored(session, event, now=now):
        return Applied(order, False, "this event was applied before")
    delivered_before = order.delivered_at is not None and order.customer_id is not None
    first = first or order.customer_id is None
    _take_buyer(session, order, event, now=now)
    codes = _fold(session, order)
    order.updated_at = now
    session.flush()
    _link(session, order, now=now)
    if order.customer_id is not None:
        _advance(session, order, first=first, delivered_before=delivered_before, at=event.at)
    if codes and order.cancelled_at is None and order.refunded_at is None:
        advocacy.redeem(session, order, codes, now=now)
    followups.plan(session, order, now=now)
    return Applied(order, True, f"{event.type} stored")


def import_file(
    session: Session, path: Path, *, now: datetime, progress: Callable[[int], None] | None = None
) -> ImportReport:
    """Apply every event of a CSV or JSON Lines file (order_events.read_file); bad lines are reported, not fatal."""
    applied = unchanged = 0
    orders: set[int] = set()
    rejected = []
    for number, event in read_file(path):
        if isinstance(event, Invalid):
            rejected.append((number, str(event)))
            continue
        done = apply(session, event, now=now)
        applied += int(done.changed)
        unchanged += int(not done.changed)
        orders.add(done.order.id)
        if progress is not None:
            progress(number)
    return ImportReport(applied, unchanged, len(orders), tuple(rejected))


def status_of(
    session: Session, *, thread_id: str | None = None, customer_id: int | None = None, order_ref: str | None = None
) -> OrderStatus | None:
    """The newest order of this customer or of this thread, or the one of that number if it is theirs; else None.

    Knowing an order's number is not enough: an order of somebody else is as unknown as none.
    """
    mine = []
    if customer_id is not None:
        mine.append(ShopOrder.customer_id == customer_id)
    if thread_id is not None:
        mine.append(ShopOrder.thread_id == thread_id)
    if not mine:
        return None
    query = sa.select(ShopOrder).where(sa.or_(*mine))
    if order_ref is not None:
        query = query.where(sa.func.lower(ShopOrder.order_ref) == order_ref.strip().lstrip("#").lower())
    moment = sa.func.coalesce(ShopOrder.placed_at, ShopOrder.updated_at)
    order = session.execute(query.order_by(moment.desc(), ShopOrder.id.desc()).limit(1)).scalar_one_or_none()
    return _status(order) if order is not None else None


def _status(order: ShopOrder) -> OrderStatus:
    reached = [kind for kind in ("placed", "paid", "shipped", "delivered") if getattr(order, f"{kind}_at") is not None]
    state = reached[-1] if reached else "placed"
    if order.refunded_at is not None:
        state = "refunded"
    if order.cancelled_at is not None:
        state = "cancelled"
    return OrderStatus(
        order_id=order.id,
        source=order.source,
        order_ref=order.order_ref,
        state=state,
        updated_at=order.updated_at,
        placed_at=order.placed_at,
        shipped_at=order.shipped_at,
        delivered_at=order.delivered_at,
        cancelled_at=order.cancelled_at,
        refunded_at=order.refunded_at,
        tracking=order.tracking,
        status_url=order.status_url,
        titles=tuple(line.title or line.product_id for line in order.lines),
    )


# --- one event --------------------------------------------------------------------------------------------------------


def _locked(session: Session, event: OrderEvent, *, now: datetime) -> tuple[ShopOrder, bool]:
    """The event's order, made on its first event and held until the transaction ends; (order, made just now)."""
    query = (
        sa.select(ShopOrder)
        .where(ShopOrder.source == event.source, ShopOrder.order_ref == event.order_ref)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    order = session.execute(query).scalar_one_or_none()
    if order is not None:
        return order, False
    made = ShopOrder(
        source=event.source, order_ref=event.order_ref, gift=False, status_url="", tracking="", updated_at=now
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return session.execute(query).scalar_one(), False
    return made, True


def _stored(session: Session, event: OrderEvent, *, now: datetime) -> bool:
    """Store the event; False when this (source, event id) is there already."""
    known = sa.select(ShopEvent.id).where(ShopEvent.source == event.source, ShopEvent.event_id == event.event_id)
    if session.execute(known).first() is not None:
        return False
    row = ShopEvent(
        source=event.source,
        event_id=event.event_id,
        topic=event.type,
        order_ref=event.order_ref,
        body=event.facts(),
        received_at=now,
        result="applied",
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def _take_buyer(session: Session, order: ShopOrder, event: OrderEvent, *, now: datetime) -> None:
    """Link the buyer; an address that asked to be forgotten stays forgotten, its order stays without a person."""
    if order.customer_id is not None:
        return
    buyer = event.buyer
    email = buyer.email
    try:
        if email and customers.suppressed(session, email) and customers.by_email(session, email) is None:
            return
    except Invalid:
        email = None  # an unreadable address must not lose the order
    if not email and not buyer.external_id:
        return
    customer = customers.find_or_create(
        session, email=email, external_id=buyer.external_id, name=buyer.name, now=min(now, event.at)
    )
    if customer.erased_at is not None:
        return
    customer.timezone = buyer.timezone or customer.timezone
    customer.locale = buyer.locale or customer.locale
    order.customer_id = customer.id


def _fold(session: Session, order: ShopOrder) -> tuple[str, ...]:
    """Compute the order from all its events, by their own time and id; returns the discount codes they name."""
    rows = session.execute(
        sa.select(ShopEvent.event_id, ShopEvent.body).where(
            ShopEvent.source == order.source, ShopEvent.order_ref == order.order_ref
        )
    ).all()
    events = sorted((from_facts(body) for _id, body in rows if body), key=lambda event: (event.at, event.event_id))
    for kind in MILESTONES:
        if kind not in ("refunded", "shipped", "delivered"):
            setattr(order, f"{kind}_at", min((event.at for event in events if event.type == kind), default=None))
    for event in events:
        order.currency = event.currency or order.currency
        order.total_cents = event.total_cents if event.total_cents is not None else order.total_cents
        order.gift = order.gift if event.gift is None else event.gift
        order.timezone = event.buyer.timezone or order.timezone
        order.tracking = event.tracking or order.tracking or ""
        order.status_url = event.status_url or order.status_url or ""
        order.thread_id = event.thread_id or order.thread_id
    lines = next((event.lines for event in reversed(events) if event.lines), ())
    order.shipped_at, order.delivered_at = parcels.milestones(events, lines)
    order.refunded_at, refunded = _refunds(lines, [event for event in events if event.type == "refunded"])
    _write_lines(session, order, lines, refunded)
    return tuple(dict.fromkeys(code for event in events for code in event.codes))


def _refunds(lines: Sequence[Line], events: Sequence[OrderEvent]) -> tuple[datetime | None, Counter[str]]:
    """(when everything was given back, pieces given back per product); a refund that names no line is of everything.

    The same refund told twice, by a webhook and by a pull, is one.
    """
    bought = Counter({line.product_id: 0 for line in lines})
    for line in lines:
        bought[line.product_id] += line.quantity
    back: Counter[str] = Counter()
    pushed = Counter((event.at, event.refunded) for event in events if not event.event_id.startswith(PULLED))
    for event in events:
        if event.event_id.startswith(PULLED) and pushed[event.at, event.refunded] > 0:
            pushed[event.at, event.refunded] -= 1
            continue
        if not event.refunded:
            return event.at, bought
        back.update(dict(event.refunded))
        if lines and all(back[product_id] >= quantity for product_id, quantity in bought.items()):
            return event.at, back
    return None, back


def _write_lines(session: Session, order: ShopOrder, lines: Sequence[Line], refunded: Counter[str]) -> None:
    left = Counter(refunded)
    written = []
    for position, line in enumerate(lines):
        back = min(left[line.product_id], line.quantity)
        left[line.product_id] -= back
        written.append(
            {
                "position": position,
                "product_id": _catalogue_id(session, line),
                "title": line.title,
                "quantity": line.quantity,
                "price_cents": line.price_cents,
                "refunded_quantity": back,
            }
        )
    known: dict[int, Any] = {row.position: row for row in order.lines}
    for position, values in enumerate(written):
        row = known.pop(position, None)
        if row is None:
            order.lines.append(OrderLine(order_id=order.id, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
    for row in known.values():
        session.delete(row)
    session.flush()
    session.expire(order, ["lines"])


def _catalogue_id(session: Session, line: Line) -> str:
    """The id the catalogue knows the product by: shops name one product by SKU, id and handle."""
    ids = (line.product_id, *line.also)
    known = set(session.execute(sa.select(Product.product_id).where(Product.product_id.in_(ids))).scalars())
    return next((each for each in ids if each in known), line.product_id)


# --- what an order means for the chat it came from and for its buyer --------------------------------------------------


def _link(session: Session, order: ShopOrder, *, now: datetime) -> None:
    """The chat is the buyer's, what it recommended and they bought is marked, and its record says `bought`."""
    if order.thread_id is None:
        return
    ids = list(
        session.execute(
            sa.select(Conversation.id)
            .where(Conversation.thread_id == order.thread_id, Conversation.purpose == "visit")
            .order_by(Conversation.opened_at.desc())
        ).scalars()
    )
    if not ids:
        return
    if order.customer_id is not None:
        conversations.link_customer(session, order.thread_id, order.customer_id, now=now)
    bought = {line.product_id for line in order.lines}
    at = order.placed_at or order.paid_at or now
    items = session.execute(
        sa.select(RecommendationItem, Recommendation.conversation_id)
        .join(Recommendation, Recommendation.id == RecommendationItem.recommendation_id)
        .where(Recommendation.conversation_id.in_(ids), RecommendationItem.product_id.in_(bought))
        .order_by(Recommendation.id)
    ).all()
    sellers = []
    for item, conversation_id in items:
        item.bought_at = min(item.bought_at or at, at)
        sellers.append(conversation_id)
    session.flush()
    interactions.led_to(session, sellers, "bought")
    seller = sellers[-1] if sellers else ids[0]
    interactions.note(session, seller, outcome="bought", products=sorted(bought), now=now)
    interactions.reach(session, seller, "purchase")


def _advance(session: Session, order: ShopOrder, *, first: bool, delivered_before: bool, at: datetime) -> None:
    """Move the buyer through the lifecycle, dated by the events: any event proves the purchase."""
    customer = session.get(Customer, order.customer_id)
    if customer is None:
        return
    moments = [getattr(order, f"{kind}_at") for kind in MILESTONES]
    earliest = min([at, *(moment for moment in moments if moment is not None)])
    if first or customer.stage in ("discovery", "education"):
        customers.enter_stage(
            session, customer.id, "purchase", cause="order_placed", cause_id=str(order.id), now=earliest
        )
    if order.delivered_at is not None and not delivered_before:
        customers.enter_stage(
            session,
            customer.id,
            "post_purchase",
            cause="order_delivered",
            cause_id=str(order.id),
            now=order.delivered_at,
        )
