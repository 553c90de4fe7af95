"""When an order of several parcels has left and has arrived.

An order has arrived when its last parcel has: its buyer is asked once, about everything, because a question for each
parcel would be several surveys about one purchase.  What does not name its parcel speaks of the whole order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from lifecycle.order_events import Line, OrderEvent


def milestones(events: Sequence[OrderEvent], lines: Sequence[Line]) -> tuple[datetime | None, datetime | None]:
    """(shipped, delivered) of an order, UTC, by its events in any order.

    Shipped is the first shipment, or with named parcels the last one so far, so that nothing is assumed to have
    arrived too early; delivered is None while a parcel is on its way or pieces have not been sent.
    """
    shipped = [event for event in events if event.type == "shipped"]
    delivered = [event for event in events if event.type == "delivered"]
    whole = [event.at for event in delivered if event.parcel is None]
    sent: dict[str, OrderEvent] = {}
    arrived: dict[str, datetime] = {}
    for event in (*shipped, *delivered):
        if event.parcel is not None:
            sent.setdefault(event.parcel, event)
    for event in delivered:
        if event.parcel is not None:
            arrived[event.parcel] = min(event.at, arrived.get(event.parcel, event.at))
    leaving = [event.at for event in shipped if event.parcel is None]
    left = min(leaving, default=None) or max((event.at for event in shipped), default=None)
    if whole:
        return left, min(whole)
    if not arrived or set(sent) - set(arrived) or not (leaving or _all_sent(list(sent.values()), lines)):
        return left, None
    return left, max(arrived.values())


def _all_sent(sent: Sequence[OrderEvent], lines: Sequence[Line]) -> bool:
    """Whether these parcels are the whole order; what does not tell how much it holds is taken for the rest of it."""
    announced = max((event.parcels or 0 for event in sent), default=0)
    if announced:
        return len(sent) >= announced
    if any(not event.contents for event in sent):
        return True
    packed: Counter[str] = Counter()
    for event in sent:
        packed.update(dict(event.contents))
    ordered: Counter[str] = Counter()
    for line in lines:
        ordered[line.product_id] += line.quantity
    return all(packed[product_id] >= quantity for product_id, quantity in ordered.items())
