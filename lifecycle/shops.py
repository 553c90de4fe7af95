"""What Shopify and WooCommerce send, read into OrderEvents; checking their signatures is the web process's part."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timezone
from typing import Any

from lifecycle.errors import Invalid
from lifecycle.order_events import (
    PULLED,
    Buyer,
    Line,
    OrderEvent,
    read_cents,
    read_codes,
    read_count,
    read_currency,
    read_id,
    read_link,
    read_moment,
    read_object,
    read_objects,
    read_thread,
    read_word,
)

# --- Shopify ----------------------------------------------------------------------------------------------------------

_SHOPIFY = {
    "orders/create": ("placed", "created_at"),
    "orders/paid": ("paid", "updated_at"),
    "orders/fulfilled": ("shipped", "updated_at"),
    "orders/cancelled": ("cancelled", "cancelled_at"),
}


def shopify(topic: str, body: Any, event_id: str) -> list[OrderEvent]:
    """The OrderEvents of a Shopify webhook (X-Shopify-Topic, its JSON, X-Shopify-Event-Id); [] for other topics.

    Orders: create, paid, fulfilled, cancelled.  Fulfilments: create (shipped), update and fulfillment_events/create
    (delivered).  refunds/create.  A cart attribute `conversation_id` links the chat, `gift` marks a present.
    """
    if not isinstance(body, dict):
        raise Invalid("The Shopify webhook holds no JSON object.")
    if topic in _SHOPIFY:
        kind, field = _SHOPIFY[topic]
        return [_shopify_order(kind, body.get(field) or body.get("created_at"), body, event_id)]
    if topic in ("fulfillments/create", "fulfillments/update"):
        delivered = body.get("shipment_status") == "delivered"
        if topic == "fulfillments/update" and not delivered:
            return []
        return [
            OrderEvent(
                source="shopify",
                event_id=read_id(event_id, "The event id"),
                type="delivered" if delivered else "shipped",
                order_ref=read_id(body.get("order_id"), "order_id"),
                at=read_moment(body.get("updated_at") if delivered else body.get("created_at"), "created_at"),
                **_shopify_parcel(body),
            )
        ]
    if topic == "fulfillment_events/create":
        if body.get("status") != "delivered":
            return []
        return [
            OrderEvent(
                source="shopify",
                event_id=read_id(event_id, "The event id"),
                type="delivered",
                order_ref=read_id(body.get("order_id"), "order_id"),
                at=read_moment(body.get("happened_at") or body.get("created_at"), "happened_at"),
                parcel=str(body["fulfillment_id"]) if body.get("fulfillment_id") else None,
            )
        ]
    if topic == "refunds/create":
        return [_shopify_refund(body, event_id)]
    return []


def _shopify_order(kind: str, at: Any, body: dict[str, Any], event_id: str) -> OrderEvent:
    currency = read_currency(body.get("currency"))
    customer = read_object(body.get("customer"))
    attributes = {
        str(item.get("name")): item.get("value")
        for item in read_objects(body.get("note_attributes"), "note_attributes")
    }
    return OrderEvent(
        source="shopify",
        event_id=read_id(event_id, "The event id"),
        type=kind,
        order_ref=read_id(body.get("id"), "id"),
        at=read_moment(at, "created_at"),
        buyer=Buyer(
            email=read_word(body.get("email") or body.get("contact_email") or customer.get("email"), 320) or None,
            external_id=f"shopify:{customer['id']}" if customer.get("id") else None,
            name=read_word(f"{customer.get('first_name') or ''} {customer.get('last_name') or ''}", 200),
            locale=read_word(body.get("customer_locale"), 16) or None,
        ),
        currency=currency,
        total_cents=read_cents(body.get("total_price"), currency, "total_price"),
        gift=True if attributes.get("gift") or _for_another(body, "billing_address", "shipping_address") else None,
        lines=tuple(
            Line(
                product_id=_shopify_product(line),
                title=read_word(line.get("title"), 500),
                quantity=read_count(line.get("quantity", 1), "quantity"),
                price_cents=read_cents(line.get("price"), currency, "price"),
                also=_others(line.get("product_id"), line.get("variant_id"), line.get("handle")),
            )
            for line in read_objects(body.get("line_items"), "line_items")
        ),
        codes=read_codes(read_objects(body.get("discount_codes"), "discount_codes")),
        status_url=read_link(body.get("order_status_url")),
        thread_id=read_thread(attributes.get("conversation_id")),
    )


def shopify_order(body: Any) -> list[OrderEvent]:
    """The OrderEvents of a whole order as Shopify's REST API lists it, with its fulfilments and refunds.

    Event ids are made of the content: an order read twice tells nothing new.
    """
    if not isinstance(body, dict):
        raise Invalid("The Shopify order is no JSON object.")
    settled = str(body.get("financial_status") or "") in ("paid", "partially_refunded", "refunded")
    happened = {
        "placed": body.get("created_at"),
        "paid": body.get("processed_at") if settled else None,
        "cancelled": body.get("cancelled_at"),
    }
    events = [_shopify_order(kind, at, body, "pull") for kind, at in happened.items() if at]
    order_ref = read_id(body.get("id"), "id")
    for parcel in read_objects(body.get("fulfillments"), "fulfillments"):
        if parcel.get("status") in ("cancelled", "error", "failure"):
            continue
        moments = {
            "shipped": parcel.get("created_at"),
            "delivered": parcel.get("updated_at") if parcel.get("shipment_status") == "delivered" else None,
        }
        events += [
            OrderEvent("shopify", "pull", kind, order_ref, read_moment(at, "created_at"), **_shopify_parcel(parcel))
            for kind, at in moments.items()
            if at
        ]
    for refund in read_objects(body.get("refunds"), "refunds"):
        if read_objects(refund.get("refund_line_items"), "refund_line_items"):
            events.append(_shopify_refund({**refund, "order_id": order_ref}, "pull"))
    return [replace(event, event_id=_content_id(event)) for event in events]


def _shopify_parcel(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "tracking": read_word(body.get("tracking_number"), 200) or None,
        "status_url": read_link(body.get("tracking_url")),
        "parcel": str(body["id"]) if body.get("id") else None,
        "contents": tuple(
            (_shopify_product(line), read_count(line.get("quantity", 1), "quantity"))
            for line in read_objects(body.get("line_items"), "line_items")
        ),
    }


def _shopify_refund(body: dict[str, Any], event_id: str) -> OrderEvent:
    lines = read_objects(body.get("refund_line_items"), "refund_line_items")
    return OrderEvent(
        source="shopify",
        event_id=read_id(event_id, "The event id"),
        type="refunded",
        order_ref=read_id(body.get("order_id"), "order_id"),
        at=read_moment(body.get("processed_at") or body.get("created_at"), "created_at"),
        refunded=tuple(
            (_shopify_product(line["line_item"]), read_count(line.get("quantity", 1), "quantity"))
            for line in lines
            if isinstance(line.get("line_item"), dict)
        ),
    )


def _shopify_product(line: dict[str, Any]) -> str:
    return read_id(
        line.get("sku") or line.get("product_id") or line.get("variant_id") or line.get("id"), "line_items[].id"
    )


# --- WooCommerce ------------------------------------------------------------------------------------------------------


def woocommerce(topic: str, body: Any, event_id: str) -> list[OrderEvent]:
    """The OrderEvents of a WooCommerce order webhook (X-WC-Webhook-Topic, its JSON, X-WC-Webhook-Delivery-ID).

    One order tells several milestones at once: created, paid, completed (shipped), and its status cancelled, refunded
    or delivered.  Order meta `conversation_id` links the chat, `gift` marks a present.
    """
    if not topic.startswith("order.") or topic == "order.deleted":
        return []
    if not isinstance(body, dict):
        raise Invalid("The WooCommerce webhook holds no JSON object.")
    status = str(body.get("status") or "")
    changed = body.get("date_modified_gmt") or body.get("date_created_gmt")
    happened = {
        "placed": body.get("date_created_gmt"),
        "paid": body.get("date_paid_gmt"),
        "shipped": body.get("date_completed_gmt"),
        "delivered": changed if status == "delivered" else None,
        "cancelled": changed if status in ("cancelled", "failed") else None,
        "refunded": changed if status == "refunded" else None,
    }
    meta = {str(item.get("key")): item.get("value") for item in read_objects(body.get("meta_data"), "meta_data")}
    billing = read_object(body.get("billing"))
    currency = read_currency(body.get("currency"))
    whole = OrderEvent(
        source="woocommerce",
        event_id="",
        type="placed",
        order_ref=read_id(body.get("id"), "id"),
        at=read_moment(body.get("date_created_gmt"), "date_created_gmt", zone=timezone.utc),
        buyer=Buyer(
            email=read_word(billing.get("email"), 320) or None,
            external_id=f"woocommerce:{body['customer_id']}" if body.get("customer_id") else None,
            name=read_word(f"{billing.get('first_name') or ''} {billing.get('last_name') or ''}", 200),
        ),
        currency=currency,
        total_cents=read_cents(body.get("total"), currency, "total"),
        gift=True if meta.get("gift") or _for_another(body, "billing", "shipping") else None,
        lines=tuple(
            Line(
                product_id=read_id(line.get("sku") or line.get("product_id"), "line_items[].product_id"),
                title=read_word(line.get("name"), 500),
                quantity=read_count(line.get("quantity", 1), "quantity"),
                price_cents=read_cents(line.get("price"), currency, "price"),
                also=_others(line.get("product_id"), line.get("variation_id")),
            )
            for line in read_objects(body.get("line_items"), "line_items")
        ),
        codes=read_codes(read_objects(body.get("coupon_lines"), "coupon_lines")),
        tracking=read_word(meta.get("_tracking_number"), 200) or None,
        thread_id=read_thread(meta.get("conversation_id")),
    )
    return [
        replace(
            whole,
            event_id=read_id(f"{event_id}:{kind}", "The event id"),
            type=kind,
            at=read_moment(at, kind, zone=timezone.utc),
        )
        for kind, at in happened.items()
        if at
    ]


def woocommerce_order(body: Any) -> list[OrderEvent]:
    """The OrderEvents of a whole order as WooCommerce's REST API lists it; ids are made of the content."""
    return [replace(event, event_id=_content_id(event)) for event in woocommerce("order.updated", body, "pull")]


def _content_id(event: OrderEvent) -> str:
    facts = json.dumps(replace(event, event_id="").facts(), sort_keys=True, default=str)
    return f"{PULLED}{hashlib.sha256(facts.encode()).hexdigest()[:40]}"


def _for_another(body: dict[str, Any], billing: str, shipping: str) -> bool:
    """Whether the parcel goes to another person at another address: their name is not kept, and the buyer is asked."""
    payer, recipient = read_object(body.get(billing)), read_object(body.get(shipping))
    names = [
        " ".join(read_word(each.get(key), 100) for key in ("first_name", "last_name")) for each in (payer, recipient)
    ]
    places = [
        "|".join(read_word(each.get(key), 200) for key in ("address1", "address_1", "zip", "postcode"))
        for each in (payer, recipient)
    ]
    told = all(each.strip(" |") for each in (*names, *places))
    return told and all(len({each.casefold().strip() for each in pair}) == 2 for pair in (names, places))


def _others(*values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values if isinstance(value, str | int) and str(value))
