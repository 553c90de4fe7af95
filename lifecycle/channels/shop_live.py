"""Where an order is at this moment: asked of the shop when what is stored is old, and never waited for long.

A shopper waits at most SECONDS, and no transaction is open meanwhile.  A shop that did not answer is left alone for
REST, so that its silence costs one shopper a moment and not everybody.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from datetime import datetime, timedelta

from lifecycle import db, orders
from lifecycle.channels import shop_api
from lifecycle.errors import LifecycleError
from lifecycle.model import Conversation
from lifecycle.settings import Settings

SECONDS = 1.5
FRESH = timedelta(minutes=3)
REST = timedelta(minutes=1)
REMEMBERED = 10_000  # orders; each is a moment

log = logging.getLogger("lifecycle.shop")
_asking = ThreadPoolExecutor(max_workers=8, thread_name_prefix="shop")
_looked: dict[tuple[str, str], datetime] = {}
_silent: dict[str, datetime] = {}


def look_again(settings: Settings, conversation_id: str, *, now: datetime) -> datetime | None:
    """Bring the order this conversation may be told of up to date from the shop's API, where one is set up.

    None when what is stored is as new as it can be; else the moment (UTC) it is of, because the shop did not answer.
    Raises Unavailable when the database does not answer.
    """
    sources = shop_api.configured(settings)
    status = _told(conversation_id) if sources else None
    if status is None or status.source not in sources:
        return None
    place = (status.source, status.order_ref)
    known = max(status.updated_at, _looked.get(place, status.updated_at))
    if now - known < FRESH:
        return None
    if now - _silent.get(status.source, now - REST) < REST:
        return known
    asked = _asking.submit(shop_api.read_one, settings, *place, seconds=SECONDS)
    try:
        events = asked.result(timeout=SECONDS)
    except (LifecycleError, TooLate) as error:
        asked.cancel()
        _silent[status.source] = now
        log.warning("%s was not asked for an order: %s", status.source, type(error).__name__)
        return known
    with db.transaction() as session:
        for event in events:
            orders.apply(session, event, now=now)
    if len(_looked) >= REMEMBERED:
        _looked.clear()
    _looked[place] = now
    return None


def _told(conversation_id: str) -> orders.OrderStatus | None:
    """The order that is told in this conversation: of its thread, or of a customer the store vouched for."""
    with db.reading() as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None:
            return None
        customer_id = conversation.customer_id if conversation.identity_verified else None
        return orders.status_of(session, thread_id=conversation.thread_id, customer_id=customer_id)
