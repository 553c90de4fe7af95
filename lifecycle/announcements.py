"""What the store's other systems are told: an event row per address, stored with the change it tells about.

Every event is kept with its attempts, so that what a receiver missed can be looked up and sent again under its id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.errors import NotFound
from lifecycle.model import WebhookDelivery
from lifecycle.settings import settings
from lifecycle.tokens import new_id

EVENTS = (
    "survey.answered",
    "case.opened",
    "case.closed",
    "case.reopened",
    "interaction.closed",
    "stage.changed",
    "follow_up.sent",
    "follow_up.doubtful",
    "follow_up.failed",
    "follow_up.suppressed",
    "referral.redeemed",
)
STATES = ("queued", "sent", "failed")


def announce(session: Session, event_type: str, data: Mapping[str, Any], *, now: datetime) -> int:
    """Owe an event to every system of WEBHOOK_URLS; returns to how many.  `data` holds ids and scores, no address."""
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


def log(session: Session, *, state: str | None = None, limit: int = 100) -> Sequence[WebhookDelivery]:
    """The newest events with what became of them, of one state or of all."""
    query = sa.select(WebhookDelivery).order_by(WebhookDelivery.id.desc()).limit(limit)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    return session.execute(query).scalars().all()


def replay(session: Session, *, event_id: str | None = None, now: datetime) -> int:
    """Queue events again under their old ids, which lets a receiver drop what it has: the one named, whatever became
    of it, or every one that failed.  Returns how many; raises NotFound for an unknown id."""
    which = WebhookDelivery.state == "failed" if event_id is None else WebhookDelivery.event_id == event_id
    changed = session.execute(
        sa.update(WebhookDelivery)
        .where(which)
        .values(state="queued", attempts=0, next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )
    if event_id is not None and not changed.rowcount:
        raise NotFound(f"There is no event {event_id}; `lifecycle webhooks list` shows those there are.")
    return changed.rowcount
