"""Orders: duplicates, disorder, refunds, gifts, the chat they came from, files."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import conversations, customers, interactions, orders
from lifecycle.errors import Invalid
from lifecycle.model import (
    Customer,
    FollowUp,
    OrderLine,
    Recommendation,
    RecommendationItem,
    ShopEvent,
    ShopOrder,
)
from lifecycle.order_events import Buyer, Line, OrderEvent, from_facts

PLACED = datetime(2026, 11, 2, 9, 0, tzinfo=timezone.utc)
AFTER = {"placed": 0, "paid": 1, "shipped": 24, "delivered": 72, "refunded": 200, "cancelled": 30}
ADA = Buyer(email="ada@example.com", name="Ada", timezone="Europe/Madrid")
GRINDER = Line("GR-1", "Grinder", 1, 12900)


def event(kind: str, order_ref: str = "1001", **more: Any) -> OrderEvent:
    known: dict[str, Any] = {"buyer": ADA, "lines": (GRINDER,), "currency": "USD", "total_cents": 12900}
    return OrderEvent(
        source="generic",
        event_id=f"{order_ref}-{kind}",
        type=kind,
        order_ref=order_ref,
        at=PLACED + timedelta(hours=AFTER[kind]),
        **{**known, **more},
    )


def state_of(session: Session, order_ref: str) -> dict[str, Any]:
    order = session.execute(sa.select(ShopOrder).where(ShopOrder.order_ref == order_ref)).scalar_one()
    rows = session.execute(sa.select(FollowUp).where(FollowUp.order_id == order.id).order_by(FollowUp.step)).scalars()
    times = {name: getattr(order, f"{name}_at") for name in AFTER}
    lines = [(line.product_id, line.quantity, line.refunded_quantity) for line in order.lines]
    follow_ups = [(row.step, row.state, row.reason, row.due_at, row.purpose) for row in rows]
    customer = session.get(Customer, order.customer_id)
    assert customer is not None
    return {**times, "total": order.total_cents, "lines": lines, "follow_ups": follow_ups, "stage": customer.stage}


def test_all_120_orders_of_five_events_end_in_the_same_state(session: Session, now: datetime) -> None:
    kinds = ("placed", "paid", "shipped", "delivered", "refunded")
    states = []
    for number, permutation in enumerate(itertools.permutations(kinds)):
        ref, buyer = f"P{number}", replace(ADA, email=f"ada{number}@example.com")
        for hour, kind in enumerate(permutation):
            orders.apply(session, event(kind, ref, buyer=buyer), now=now + timedelta(hours=hour))
        states.append(state_of(session, ref))
    assert len(states) == 120
    assert all(state == states[0] for state in states)
    assert states[0]["stage"] == "post_purchase"
    assert states[0]["lines"] == [("GR-1", 1, 1)]
    assert {row[1] for row in states[0]["follow_ups"]} == {"cancelled"}


def test_the_same_event_twenty_times_changes_once(session: Session, now: datetime) -> None:
    done = [orders.apply(session, event("placed"), now=now).changed for _ in range(20)]
    assert done == [True] + [False] * 19
    assert session.execute(sa.select(sa.func.count()).select_from(ShopEvent)).scalar_one() == 1
    assert session.execute(sa.select(sa.func.count()).select_from(OrderLine)).scalar_one() == 1


def test_a_milestone_keeps_its_earliest_time(session: Session, now: datetime) -> None:
    late = replace(event("delivered"), event_id="again", at=PLACED + timedelta(hours=99))
    orders.apply(session, late, now=now)
    order = orders.apply(session, event("delivered"), now=now).order
    assert order.delivered_at == PLACED + timedelta(hours=72)
    early = orders.apply(session, replace(late, event_id="third"), now=now).order
    assert early.delivered_at == PLACED + timedelta(hours=72)


@pytest.mark.parametrize("kind, reason", [("refunded", "refunded"), ("cancelled", "cancelled")])
def test_a_refund_or_cancellation_cancels_what_was_not_sent(
    session: Session, now: datetime, kind: str, reason: str
) -> None:
    order = orders.apply(session, event("delivered"), now=now).order
    rows = session.execute(sa.select(FollowUp).where(FollowUp.order_id == order.id)).scalars().all()
    assert {row.state for row in rows} == {"planned"}
    sent = next(row for row in rows if row.step == "arrival")
    sent.state, sent.sent_at = "sent", now
    orders.apply(session, event(kind), now=now)
    states = {row.step: (row.state, row.reason) for row in rows}
    assert states.pop("arrival") == ("sent", "")
    assert set(states.values()) == {("cancelled", f"the order was {reason}")}


def test_a_refund_of_one_product_of_two_keeps_the_questions(session: Session, now: datetime) -> None:
    both = (GRINDER, Line("KT-2", "Kettle", 2, 5000))
    orders.apply(session, event("refunded", refunded=(("KT-2", 1),), lines=()), now=now)
    order = orders.apply(session, event("delivered", lines=both), now=now).order
    assert order.refunded_at is None
    assert [(line.product_id, line.refunded_quantity) for line in order.lines] == [("GR-1", 0), ("KT-2", 1)]
    rest = replace(
        event("refunded", refunded=(("KT-2", 1), ("GR-1", 1)), lines=()), event_id="rest", at=PLACED + timedelta(9)
    )
    assert orders.apply(session, rest, now=now).order.refunded_at == PLACED + timedelta(9)


def test_only_the_buyer_of_a_gift_is_asked_and_not_about_using_it(session: Session, now: datetime) -> None:
    body = {
        "type": "order.delivered",
        "timestamp": "2026-11-02T09:00:00Z",
        "data": {
            "order_id": "G1",
            "customer": {"email": "ada@example.com", "name": "Ada"},
            "recipient": {"email": "ben@example.com", "name": "Ben"},
            "lines": [{"product_id": "GR-1", "title": "Grinder", "quantity": 1, "price": 129.0}],
        },
    }
    order = orders.apply(session, orders.parse_generic(body, "g1"), now=now).order
    assert order.gift
    assert customers.by_email(session, "ben@example.com") is None
    states = {
        row.step: row.state
        for row in session.execute(sa.select(FollowUp).where(FollowUp.order_id == order.id)).scalars()
    }
    assert states == {
        "arrival": "planned",
        "tips": "cancelled",
        "check_in": "cancelled",
        "nps": "planned",
        "review": "cancelled",
    }


def test_an_order_from_a_chat_links_it_and_marks_what_was_recommended(session: Session, now: datetime) -> None:
    chat = conversations.start(session, channel="web", now=now)
    advice = Recommendation(conversation_id=chat.id, turn_id="t1", catalogue_version=1, needs={}, created_at=now)
    session.add(advice)
    session.flush()
    for position, product_id in enumerate(("GR-1", "GR-9")):
        session.add(
            RecommendationItem(
                recommendation_id=advice.id, position=position, product_id=product_id, score=1.0, verdicts=[]
            )
        )
    session.flush()
    order = orders.apply(session, event("placed", thread_id=chat.thread_id), now=now).order
    session.refresh(chat)
    assert chat.customer_id == order.customer_id
    items = session.execute(sa.select(RecommendationItem).order_by(RecommendationItem.position)).scalars().all()
    assert [item.bought_at for item in items] == [PLACED, None]
    record = interactions.of(session, chat.id)
    assert record is not None
    assert (record.outcome, record.products, record.customer_id) == ("bought", ["GR-1"], order.customer_id)
    assert record.stage_after == "purchase"
    customer = session.get(Customer, order.customer_id)
    assert customer is not None
    assert (customer.stage, customer.stage_since) == ("purchase", PLACED)


def test_a_forgotten_address_is_not_brought_back_by_a_late_event(session: Session, now: datetime) -> None:
    customers.suppress(session, "ada@example.com", "erased", now=now)
    order = orders.apply(session, event("delivered"), now=now).order
    assert order.customer_id is None
    assert customers.by_email(session, "ada@example.com") is None


def test_an_unreadable_address_does_not_lose_the_order(session: Session, now: datetime) -> None:
    order = orders.apply(session, event("placed", buyer=Buyer(email="not an address")), now=now).order
    assert (order.order_ref, order.customer_id) == ("1001", None)


def test_stored_events_hold_no_name_and_no_address_and_can_be_read_back(session: Session, now: datetime) -> None:
    sent = event("refunded", refunded=(("GR-1", 1),), gift=True, tracking="T1", status_url="https://x.example/1")
    orders.apply(session, sent, now=now)
    body = session.execute(sa.select(ShopEvent.body)).scalar_one()
    assert "ada" not in json.dumps(body).lower()
    assert from_facts(body) == replace(sent, buyer=Buyer(timezone="Europe/Madrid"))


def test_a_buyer_sees_their_own_orders_only(session: Session, now: datetime) -> None:
    order = orders.apply(session, event("shipped", tracking="1Z9"), now=now).order
    ben = customers.find_or_create(session, email="ben@example.com", now=now)
    status = orders.status_of(session, customer_id=order.customer_id, order_ref="#1001")
    assert status is not None
    assert (status.state, status.tracking, status.titles) == ("shipped", "1Z9", ("Grinder",))
    assert orders.status_of(session, customer_id=ben.id, order_ref="1001") is None
    assert orders.status_of(session, order_ref="1001") is None
    orders.apply(session, event("refunded"), now=now)
    refunded = orders.status_of(session, customer_id=order.customer_id)
    assert refunded is not None and refunded.state == "refunded"


@pytest.mark.parametrize(
    "body, says",
    [
        ([], "object"),
        ({"type": "order.lost"}, "order.placed"),
        ({"type": "placed", "data": {}}, "order.placed"),
        ({"type": "order.placed", "timestamp": "2026-11-02T09:00:00Z"}, "data is missing"),
        ({"type": "order.placed", "timestamp": "2026-11-02T09:00:00Z", "data": {}}, "data.order_id"),
        ({"type": "order.placed", "timestamp": "2026-11-02 09:00", "data": {"order_id": "1"}}, "zone"),
        ({"type": "order.placed", "data": {"order_id": "1"}}, "timestamp"),
        ({"type": "order.placed", "timestamp": "2026-11-02T09:00:00Z", "data": {"order_id": "1", "total": "x"}}, "129"),
        (
            {"type": "order.placed", "timestamp": "2026-11-02T09:00:00Z", "data": {"order_id": "1", "total": -1}},
            "data.total",
        ),
        (
            {"type": "order.placed", "timestamp": "2026-11-02T09:00:00Z", "data": {"order_id": "1", "lines": [7]}},
            "data.lines",
        ),
        (
            {"type": "order.placed", "timestamp": "2026-11-02T09:00:00Z", "data": {"order_id": "1", "currency": "$"}},
            "ISO 4217",
        ),
    ],
)
def test_a_malformed_event_is_refused_naming_the_field(home: Path, body: Any, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        orders.parse_generic(body, "e1")


def test_money_and_links_are_read_exactly(home: Path) -> None:
    body = {
        "type": "order.placed",
        "timestamp": "2026-11-02T10:00:00+01:00",
        "data": {
            "order_id": 7,
            "currency": "JPY",
            "total": 1200,
            "customer": {"id": 5, "email": "ada@example.com", "timezone": "Mars/Base"},
            "status_url": "javascript:alert(1)",
            "conversation_id": "0" * 32,
        },
    }
    read = orders.parse_generic(body, "e1")
    assert (read.total_cents, read.order_ref, read.at) == (1200, "7", PLACED)
    assert (read.status_url, read.thread_id) == (None, "0" * 32)
    assert (read.buyer.external_id, read.buyer.timezone) == ("5", None)


def test_import_of_a_csv_says_which_lines_it_rejects_and_changes_nothing_twice(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "order_id,placed_at,delivered_at,email,currency,total,product_id,title,quantity,price\n"
        "1,2026-11-02T09:00:00Z,2026-11-05T09:00:00Z,ada@example.com,USD,229.00,GR-1,Grinder,1,129.00\n"
        "1,2026-11-02T09:00:00Z,,,,,KT-2,Kettle,2,50.00\n"
        "2,yesterday,,ben@example.com,USD,10,KT-2,Kettle,1,10\n"
        "3,2026-11-02T09:00:00Z,,ben@example.com,USD,10,KT-2,Kettle,many,10\n"
    )
    report = orders.import_file(session, path, now=now)
    assert (report.applied, report.orders) == (2, 1)
    assert [line for line, _reason in report.rejected] == [4, 5]
    assert "zone" in report.rejected[0][1]
    order = session.execute(sa.select(ShopOrder).where(ShopOrder.order_ref == "1")).scalar_one()
    assert [(line.product_id, line.quantity, line.price_cents) for line in order.lines] == [
        ("GR-1", 1, 12900),
        ("KT-2", 2, 5000),
    ]
    again = orders.import_file(session, path, now=now)
    assert (again.applied, again.unchanged) == (0, 2)


def test_import_of_json_lines_says_which_lines_it_rejects(session: Session, now: datetime, tmp_path: Path) -> None:
    good = {"type": "order.placed", "timestamp": "2026-11-02T09:00:00Z", "data": {"order_id": "1"}}
    path = tmp_path / "orders.jsonl"
    path.write_text("\n".join([json.dumps(good), "{not json", "", "[]", json.dumps({**good, "type": "order.x"})]))
    report = orders.import_file(session, path, now=now)
    assert report.applied == 1
    assert [line for line, _reason in report.rejected] == [2, 4, 5]


def test_a_delivery_known_before_the_buyer_still_moves_them_on(session: Session, now: datetime) -> None:
    orders.apply(session, event("delivered", buyer=Buyer()), now=now)
    order = orders.apply(session, event("placed"), now=now).order
    customer = session.get(Customer, order.customer_id)
    assert customer is not None and customer.stage == "post_purchase"


@pytest.mark.parametrize("first", ["placed", "paid"])
def test_an_order_edited_by_the_buyer_is_as_its_newest_event_says(session: Session, now: datetime, first: str) -> None:
    edited = event("paid", lines=(GRINDER, Line("KT-2", "Kettle", 1, 5000)), total_cents=17900)
    both = {"placed": event("placed"), "paid": edited}
    for kind in (first, "paid" if first == "placed" else "placed"):
        order = orders.apply(session, both[kind], now=now).order
    assert order.total_cents == 17900
    assert [line.product_id for line in order.lines] == ["GR-1", "KT-2"]
