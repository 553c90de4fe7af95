"""A committed order always has its plan: the process that applies it is killed before every statement it runs."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from mailroom import fresh_database, more_when_long

from lifecycle import clock, db, orders
from lifecycle.model import Customer, FollowUp, OrderLine, ShopEvent, ShopOrder
from lifecycle.order_events import Buyer, Line, OrderEvent

NOW = clock.parse("2026-11-02T10:00:00Z")
LIMIT = 200  # more statements than any order needs
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["lifecycle.worker"])


def event(kind: str) -> OrderEvent:
    return OrderEvent(
        source="generic",
        event_id=f"e-{kind}",
        type=kind,
        order_ref="A-1001",
        at=NOW - timedelta(days=2),
        buyer=Buyer(email="ada@example.com", name="Ada Byron", timezone="Europe/Madrid"),
        lines=(Line("p-0", "Quiet Kettle", 1, 12_900),),
        total_cents=12_900,
        currency="USD",
    )


def apply_until_killed(url: str, home: str, kind: str, at: int) -> None:
    """Apply an event as the hook does; SIGKILL before statement number `at`, the commit being one of them."""
    os.environ.update(LIFECYCLE_HOME=home, DATABASE_URL=url)
    engine, left = db.bind(url), [at]

    def trap(*_: Any, **__: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(engine, "before_cursor_execute", trap)
    sa.event.listen(engine, "commit", trap)
    with db.transaction() as session:
        orders.apply(session, event(kind), now=NOW)


def rows(*tables: Any) -> list[int]:
    with db.reading() as session:
        return [session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request, home, tmp_path):
    url = fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("postgresql_url"))
    yield url, str(home)
    db.engine().dispose()
    db._engine = None


def killed_before(shop: tuple[str, str], kind: str, at: int) -> bool:
    process = _processes.Process(target=apply_until_killed, args=(*shop, kind, at))
    process.start()
    process.join(600)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def test_an_order_has_its_plan_or_is_not_there(shop):
    step, deaths = more_when_long(6, 1), 0
    for at in range(1, LIMIT, step):
        before = rows(ShopOrder, FollowUp, OrderLine, Customer, ShopEvent)
        assert before == [0, 0, 0, 0, 0], f"killed before statement {at - step}, it left half an order"
        if not killed_before(shop, "delivered", at):
            break
        deaths += 1
    assert deaths >= more_when_long(2, 10)
    assert rows(ShopOrder, FollowUp, OrderLine, Customer, ShopEvent) == [1, 5, 1, 1, 1]


def test_a_refund_that_was_killed_cancels_all_or_nothing_and_comes_again(shop):
    with db.transaction() as session:
        orders.apply(session, event("delivered"), now=NOW)
    for at in range(1, LIMIT, more_when_long(6, 1)):
        with db.reading() as session:
            states = set(session.execute(sa.select(FollowUp.state)).scalars())
            refunded = session.execute(sa.select(ShopOrder.refunded_at)).scalar_one()
        assert states == {"planned"} and refunded is None
        if not killed_before(shop, "refunded", at):
            break
    with db.reading() as session:
        assert set(session.execute(sa.select(FollowUp.state)).scalars()) == {"cancelled"}
        assert session.execute(sa.select(ShopOrder.refunded_at)).scalar_one() is not None
