"""Every order in which five events of one order can arrive, through the signed hook: 120 orders, one end state.

    python -m bench.order_events

Each order's events come by HTTP as the shop signs them, each three times (a shop that got no answer repeats itself), on
SQLite and on PostgreSQL.  The end state is the order, its lines, every follow-up with its reason and time, and the
customer's stage.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.stack import figure

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=timezone.utc)
HOURS = {"placed": 0, "paid": 1, "shipped": 24, "delivered": 72, "refunded": 200}
COPIES = 3
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(LIFECYCLE_HOME=home, ORDER_WEBHOOK_SECRET=SECRET, LIMIT_LOCAL_CALLERS="")
        os.environ.pop("DATABASE_URL", None)
        import pgserver

        from lifecycle import db

        with pgserver.get_server(Path(home) / "postgresql", cleanup_mode="delete") as server:
            urls = {"sqlite": f"sqlite:///{home}/bench.db", "postgresql": server.get_uri()}
            good = [_measured(kind, url) for kind, url in urls.items()]
            db.engine().dispose()
    return 0 if all(good) else 1


def _measured(kind: str, url: str) -> bool:
    from fastapi.testclient import TestClient

    from lifecycle import db
    from lifecycle.model import Base, ShopEvent, ShopOrder
    from lifecycle.web.app import create_app

    Base.metadata.create_all(db.bind(url))
    answers: Counter[int] = Counter()
    sequences = list(itertools.permutations(HOURS))
    with TestClient(create_app(lambda: NOW + timedelta(hours=300))) as shop:
        for number, sequence in enumerate(sequences):
            for event in [event for event in sequence for _ in range(COPIES)]:
                body, headers = _signed(f"P{number}", event)
                answers[shop.post("/hooks/orders", content=body, headers=headers).status_code] += 1
    with db.reading() as session:
        states = [_end_state(session, order) for order in session.execute(sa.select(ShopOrder)).scalars()]
        stored = session.execute(sa.select(sa.func.count()).select_from(ShopEvent)).scalar_one()
    [(_, same)] = Counter(json.dumps(state, default=str) for state in states).most_common(1)
    print(f"{kind}: {sum(answers.values())} posts, answered {dict(answers)}, {stored} events kept", file=sys.stderr)
    return all(
        [
            figure(f"aftercare.orders_with_the_same_end_state_{kind}", same, len(sequences), most=False),
            figure(f"aftercare.order_events_stored_twice_{kind}", abs(stored - len(sequences) * len(HOURS)), 0),
        ]
    )


def _signed(order: str, event: str) -> tuple[bytes, dict[str, str]]:
    from lifecycle.clock import iso
    from lifecycle.web import hooks

    data = {
        "order_id": order,
        "currency": "USD",
        "total": 129.0,
        "customer": {"email": f"{order}@example.com", "name": "Ada"},
        "lines": [{"product_id": "p-0", "title": "Quiet Kettle", "quantity": 1, "price": 129.0}],
    }
    at = NOW + timedelta(hours=HOURS[event])
    body = json.dumps({"type": f"order.{event}", "timestamp": iso(at), "data": data})
    event_id, sent_at = f"{order}-{event}", NOW + timedelta(hours=300)
    return body.encode(), {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": hooks.sign(SECRET, event_id, sent_at, body),
    }


def _end_state(session: Any, order: Any) -> dict[str, Any]:
    from lifecycle.model import Customer, FollowUp

    rows = session.execute(sa.select(FollowUp).where(FollowUp.order_id == order.id).order_by(FollowUp.step)).scalars()
    return {
        **{name: getattr(order, f"{name}_at") for name in HOURS},
        "total": order.total_cents,
        "lines": [(line.product_id, line.quantity, line.refunded_quantity) for line in order.lines],
        "follow_ups": [(row.step, row.state, row.reason, row.due_at, row.purpose) for row in rows],
        "stage": session.get(Customer, order.customer_id).stage,
    }


if __name__ == "__main__":
    sys.exit(main())
