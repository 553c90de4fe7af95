"""Ten thousand buyers: a rehearsal of thirty days as a funnel, and what judging and opening one follow-up costs.

    python -m bench.funnel [--buyers 10000]

Every tenth buyer ordered twice, every twentieth has a case open, every thirtieth switched surveys off.  The rehearsal
writes nothing; the opening is the worker's own, with every row it writes.  The reference is what one follow-up cost
while each was judged and opened by itself.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone

from bench.stack import figure

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=timezone.utc)
ONE_BY_ONE_MS = 16.5


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--buyers", type=int, default=10_000)
    buyers = options.parse_args().buyers
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIFECYCLE_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        return 0 if _measured(f"sqlite:///{home}/bench.db", buyers) else 1


def _measured(url: str, buyers: int) -> bool:
    from lifecycle import db, followups
    from lifecycle.model import Base, FollowUp
    from lifecycle.settings import settings
    from lifecycle.worker import Worked, _Pass

    Base.metadata.create_all(db.bind(url))
    _load(buyers)
    planning = _planned()
    with db.reading() as session:
        began = time.perf_counter()
        lines = followups.rehearse(session, days=30, now=NOW)
        rehearsed = time.perf_counter() - began
    for stage in followups.funnel(lines):
        why = ", ".join(f"{count} {reason}" for reason, count in stage.reasons)
        print(f"{stage.step:<10} sent {stage.sent:>6}  moved {stage.deferred:>6}  not sent: {why}", file=sys.stderr)
    work = _Pass(NOW + timedelta(days=2), settings(), threading.Event(), None)
    began = time.perf_counter()
    work.open_due(None)
    opening = time.perf_counter() - began
    done: Worked = work.worked
    with db.reading() as session:
        judged = session.query(FollowUp).filter(FollowUp.updated_at >= NOW + timedelta(days=2)).count()
    print(f"{done.due} of {judged} judged were opened, {done.queued} mails owed", file=sys.stderr)
    db.engine().dispose()
    return all(
        [
            figure("aftercare.plan_ms_per_order", planning * 1000 / buyers, 5.0),
            figure("aftercare.rehearsal_s_10000_orders", rehearsed * 10_000 / buyers, 30.0, reference=446.0),
            figure("aftercare.opening_ms", opening * 1000 / judged, 4.0, reference=ONE_BY_ONE_MS),
        ]
    )


def _load(buyers: int) -> None:
    from lifecycle import db
    from lifecycle.model import Consent, ContactPoint, Customer, OrderLine, ShopOrder, SupportCase

    known = {"stage": "post_purchase", "created_at": NOW, "stage_since": NOW}
    people = [{"id": n, "name": f"Buyer {n}", **known} for n in range(1, buyers + 1)]
    with db.transaction() as session:
        session.bulk_insert_mappings(Customer, people)
        session.bulk_insert_mappings(
            ContactPoint,
            [
                {"customer_id": n, "kind": "email", "value": f"buyer{n}@example.com", "created_at": NOW}
                for n in range(1, buyers + 1)
            ],
        )
        orders = []
        for n in range(1, buyers + 1):
            at = NOW + timedelta(minutes=n % 2880) - timedelta(days=1)
            buyer = n - 1 if n % 10 == 0 else n
            orders.append(
                {
                    "id": n,
                    "source": "orders",
                    "order_ref": f"JO-{n}",
                    "customer_id": buyer,
                    "currency": "USD",
                    "timezone": ("Europe/Berlin", "Europe/London", "Africa/Nairobi")[n % 3],
                    "total_cents": 4900,
                    "placed_at": at - timedelta(days=3),
                    "delivered_at": at,
                    "updated_at": at,
                }
            )
        session.bulk_insert_mappings(ShopOrder, orders)
        session.bulk_insert_mappings(
            OrderLine,
            [{"order_id": n, "position": 0, "product_id": f"P{n % 50}", "title": "Grinder", "quantity": 1,
              "price_cents": 4900}
             for n in range(1, buyers + 1)],
        )  # fmt: skip
        session.bulk_insert_mappings(
            Consent,
            [{"customer_id": n, "purpose": "survey", "granted": False, "source": "mail", "at": NOW}
             for n in range(30, buyers + 1, 30)],
        )  # fmt: skip
        session.bulk_insert_mappings(
            SupportCase,
            [{"customer_id": n, "order_id": n, "kind": "problem", "subject": "Broken",
              "priority": "normal", "state": "open", "opened_at": NOW, "due_at": NOW + timedelta(days=2),
              "source_key": f"bench:{n}"}
             for n in range(21, buyers + 1, 20)],
        )  # fmt: skip


def _planned() -> float:
    """Seconds to plan every order, in the sets the worker plans in."""
    from lifecycle import db, followups
    from lifecycle.model import ShopOrder

    began = time.perf_counter()
    after = 0
    while True:
        with db.transaction() as session:
            orders = session.query(ShopOrder).filter(ShopOrder.id > after).order_by(ShopOrder.id).limit(200).all()
            if not orders:
                return time.perf_counter() - began
            followups.plan_all(session, orders, now=NOW)
            after = orders[-1].id


if __name__ == "__main__":
    sys.exit(main())
