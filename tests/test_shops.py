"""Shopify and WooCommerce: their webhooks, as their documentation shows them, become the right events."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lifecycle import orders, shops
from lifecycle.errors import Invalid
from lifecycle.model import Product

CHAT = "0123456789abcdef" * 2


def shopify_order(**more: Any) -> dict[str, Any]:
    return {
        "id": 820982911946154508,
        "email": "Ada@Example.com",
        "created_at": "2026-11-02T09:00:00-05:00",
        "updated_at": "2026-11-02T09:05:00-05:00",
        "cancelled_at": None,
        "currency": "USD",
        "total_price": "258.00",
        "customer_locale": "en",
        "order_status_url": "https://shop.example/orders/1",
        "customer": {"id": 115310627314723954, "first_name": "Ada", "last_name": "Lovelace"},
        "note_attributes": [{"name": "conversation_id", "value": CHAT}],
        "line_items": [
            {
                "id": 1,
                "product_id": 632910392,
                "variant_id": 808950810,
                "sku": "GR-1",
                "title": "Grinder",
                "quantity": 2,
                "price": "129.00",
            }
        ],
        **more,
    }


def woo_order(**more: Any) -> dict[str, Any]:
    return {
        "id": 727,
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-11-02T14:00:00",
        "date_paid_gmt": "2026-11-02T14:00:05",
        "date_completed_gmt": None,
        "date_modified_gmt": "2026-11-04T08:00:00",
        "total": "29.35",
        "customer_id": 7,
        "billing": {"first_name": "Ben", "last_name": "Bell", "email": "ben@example.com"},
        "meta_data": [{"id": 1, "key": "conversation_id", "value": CHAT}],
        "line_items": [
            {"id": 315, "name": "Kettle", "product_id": 93, "variation_id": 0, "quantity": 1, "sku": "", "price": 29.35}
        ],
        **more,
    }


def test_a_shopify_order_is_a_placed_order(home: Path) -> None:
    (event,) = shops.shopify("orders/create", shopify_order(), "ev-1")
    assert (event.type, event.order_ref, event.total_cents) == ("placed", "820982911946154508", 25800)
    assert event.at == datetime(2026, 11, 2, 14, 0, tzinfo=timezone.utc)
    assert (event.buyer.email, event.buyer.name, event.thread_id) == ("Ada@Example.com", "Ada Lovelace", CHAT)
    assert (event.lines[0].product_id, event.lines[0].quantity, event.lines[0].price_cents) == ("GR-1", 2, 12900)


@pytest.mark.parametrize(
    "topic, body, types",
    [
        ("orders/paid", shopify_order(), ["paid"]),
        ("orders/fulfilled", shopify_order(), ["shipped"]),
        ("orders/cancelled", shopify_order(cancelled_at="2026-11-03T09:00:00-05:00"), ["cancelled"]),
        ("orders/updated", shopify_order(), []),
        ("products/update", {"id": 1}, []),
        (
            "fulfillments/create",
            {"order_id": 8, "created_at": "2026-11-03T09:00:00Z", "tracking_number": "1Z"},
            ["shipped"],
        ),
        (
            "fulfillments/update",
            {"order_id": 8, "updated_at": "2026-11-05T09:00:00Z", "shipment_status": "delivered"},
            ["delivered"],
        ),
        (
            "fulfillments/update",
            {"order_id": 8, "updated_at": "2026-11-05T09:00:00Z", "shipment_status": "in_transit"},
            [],
        ),
        (
            "fulfillment_events/create",
            {"order_id": 8, "status": "delivered", "happened_at": "2026-11-05T09:00:00Z"},
            ["delivered"],
        ),
        (
            "fulfillment_events/create",
            {"order_id": 8, "status": "in_transit", "happened_at": "2026-11-05T09:00:00Z"},
            [],
        ),
    ],
)
def test_shopify_topics(home: Path, topic: str, body: dict[str, Any], types: list[str]) -> None:
    assert [event.type for event in shops.shopify(topic, body, "ev")] == types


def test_a_shopify_refund_of_one_line_is_no_refund_of_the_order(session: Session, now: datetime) -> None:
    refund = {
        "order_id": 820982911946154508,
        "created_at": "2026-11-09T09:00:00Z",
        "refund_line_items": [{"quantity": 1, "line_item": {"id": 1, "sku": "GR-1", "product_id": 632910392}}],
    }
    for topic, body, event_id in (("refunds/create", refund, "a"), ("orders/create", shopify_order(), "b")):
        for event in shops.shopify(topic, body, event_id):
            order = orders.apply(session, event, now=now).order
    assert (order.refunded_at, order.lines[0].refunded_quantity) == (None, 1)
    for event in shops.shopify("refunds/create", refund, "c"):
        order = orders.apply(session, event, now=now).order
    assert order.refunded_at == datetime(2026, 11, 9, 9, 0, tzinfo=timezone.utc)


def test_the_catalogue_decides_which_of_a_shops_ids_is_meant(session: Session, now: datetime) -> None:
    session.add(Product(product_id="632910392", title="Grinder", digest="x", catalogue_version=1))
    session.flush()
    (event,) = shops.shopify("orders/create", shopify_order(), "ev-1")
    assert orders.apply(session, event, now=now).order.lines[0].product_id == "632910392"


def test_a_woocommerce_order_tells_all_its_milestones(session: Session, now: datetime) -> None:
    events = shops.woocommerce("order.updated", woo_order(date_completed_gmt="2026-11-03T10:00:00"), "d-1")
    assert [event.type for event in events] == ["placed", "paid", "shipped"]
    assert len({event.event_id for event in events}) == 3
    for event in reversed(events):
        order = orders.apply(session, event, now=now).order
    assert order.placed_at == datetime(2026, 11, 2, 14, 0, tzinfo=timezone.utc)
    assert (order.currency, order.total_cents, order.lines[0].product_id) == ("EUR", 2935, "93")


@pytest.mark.parametrize(
    "status, last",
    [("refunded", "refunded"), ("cancelled", "cancelled"), ("failed", "cancelled"), ("delivered", "delivered")],
)
def test_woocommerce_statuses(home: Path, status: str, last: str) -> None:
    events = shops.woocommerce("order.updated", woo_order(status=status), "d-2")
    assert events[-1].type == last
    assert events[-1].at == datetime(2026, 11, 4, 8, 0, tzinfo=timezone.utc)


def test_woocommerce_topics_that_are_no_orders_are_left_alone(home: Path) -> None:
    assert shops.woocommerce("customer.created", {"id": 1}, "d") == []
    assert shops.woocommerce("order.deleted", {"id": 1}, "d") == []


@pytest.mark.parametrize("body", [None, [], "x", {}, {"id": 1}, {"id": 1, "created_at": "soon"}, {"id": True}])
def test_what_no_shop_sends_is_refused(home: Path, body: Any) -> None:
    with pytest.raises(Invalid):
        shops.shopify("orders/create", body, "ev")
    with pytest.raises(Invalid):
        shops.woocommerce("order.created", body, "ev")
