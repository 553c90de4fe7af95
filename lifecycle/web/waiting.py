"""What waits in the shared database, as numbers for monitoring: one look, whichever process answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.followups import UNSENT
from lifecycle.model import Conversation, Delivery, ErasureRequest, FollowUp, SupportCase, WebhookDelivery

HELP = {
    "lifecycle_deliveries": "Deliveries by state: queued, sending (claimed by a worker), doubtful, failed.",
    "lifecycle_queue_age_seconds": "For how long the oldest thing of a queue has been due.",
    "lifecycle_queue_due": "How many things of a queue are due.",
    "lifecycle_conversations_open": "Visits and follow-ups that have not ended.",
    "lifecycle_cases_open": "Cases that are not closed.",
    "lifecycle_cases_overdue": "Open cases whose answer was promised for earlier than now.",
}


@dataclass(frozen=True)
class Measure:
    """One number at this moment, with its labels."""

    name: str
    value: float
    labels: dict[str, str]


def look(session: Session, *, now: datetime) -> list[Measure]:
    """What is owed and not done: reads indexes of what is open, never the history."""
    found = []
    states = ("queued", "sending", "doubtful", "failed")
    query = sa.select(Delivery.state, sa.func.count()).where(Delivery.state.in_(states)).group_by(Delivery.state)
    counts = {row[0]: row[1] for row in session.execute(query)}
    found += [Measure("lifecycle_deliveries", counts.get(state, 0), {"state": state}) for state in states]
    for queue, column, open_ones in (
        ("deliveries", Delivery.next_attempt_at, Delivery.state == "queued"),
        ("follow_ups", FollowUp.due_at, FollowUp.state.in_(UNSENT)),
        ("webhooks", WebhookDelivery.next_attempt_at, WebhookDelivery.state == "queued"),
        ("erasures", ErasureRequest.requested_at, ErasureRequest.done_at.is_(None)),
    ):
        count, oldest = session.execute(
            sa.select(sa.func.count(), sa.func.min(column)).where(open_ones, column <= now)
        ).one()
        age = (now - oldest).total_seconds() if oldest else 0.0
        found.append(Measure("lifecycle_queue_due", count, {"queue": queue}))
        found.append(Measure("lifecycle_queue_age_seconds", age, {"queue": queue}))
    found.append(Measure("lifecycle_conversations_open", _count(session, Conversation.closed_at.is_(None)), {}))
    unsolved = SupportCase.state != "closed"
    found.append(Measure("lifecycle_cases_open", _count(session, unsolved), {}))
    found.append(Measure("lifecycle_cases_overdue", _count(session, unsolved, SupportCase.due_at < now), {}))
    return found


def _count(session: Session, *where: Any) -> int:
    return int(session.execute(sa.select(sa.func.count()).where(*where)).scalar_one())
