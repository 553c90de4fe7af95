"""What OpenAPI says of the hooks' bodies and signatures.

The hooks read raw bodies, because the signature is over the raw bytes, so the framework cannot tell these by itself.
"""

from __future__ import annotations

from typing import Any

from lifecycle.order_events import MILESTONES

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_COUNT: Schema = {"type": "integer", "minimum": 1, "default": 1}
_AMOUNT: Schema = {"oneOf": [{"type": "number"}, {"type": "string"}], "description": "in units of the currency: 129.00"}


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


_LINE = _object(("product_id",), product_id=_TEXT, title=_TEXT, quantity=_COUNT, price=_AMOUNT)
_CUSTOMER = _object(
    email={"type": "string", "format": "email"}, name=_TEXT, id=_TEXT,
    timezone={**_TEXT, "description": "IANA name: quiet hours are the buyer's"},
)  # fmt: skip
ORDER_EVENT = _object(
    ("type", "timestamp", "data"),
    type={**_TEXT, "enum": [f"order.{name}" for name in MILESTONES]},
    timestamp=_MOMENT,
    data=_object(
        ("order_id",),
        order_id=_TEXT,
        currency={**_TEXT, "description": "ISO 4217"},
        total=_AMOUNT,
        customer=_CUSTOMER,
        lines={"type": "array", "items": _LINE},
        lines_refunded={"type": "array", "items": _object(("product_id",), product_id=_TEXT, quantity=_COUNT)},
        gift={"type": "boolean"},
        recipient={**_CUSTOMER, "description": "somebody else it goes to: it is a gift, nobody is asked about it"},
        tracking=_TEXT,
        status_url={"type": "string", "format": "uri"},
        conversation_id={**_TEXT, "description": "the chat the cart came from"},
        discount_codes={"type": "array", "items": _TEXT},
        parcel=_object(id=_TEXT, of={**_COUNT, "description": "how many parcels the order has"}),
    ),
)
_STANDARD = ("webhook-id", "webhook-timestamp", "webhook-signature")


def described(headers: tuple[str, ...], content: dict[str, Schema], about: str) -> dict[str, Any]:
    """`openapi_extra` of a hook: its signed headers, its body by media type."""
    return {
        "parameters": [{"name": name, "in": "header", "required": False, "schema": _TEXT} for name in headers],
        "requestBody": {
            "required": True,
            "description": about,
            "content": {media: {"schema": schema} for media, schema in content.items()},
        },
    }


GENERIC = described(_STANDARD, {"application/json": ORDER_EVENT}, "an order event, signed as Standard Webhooks say")
SHOPIFY = described(
    ("x-shopify-hmac-sha256", "x-shopify-topic", "x-shopify-webhook-id"),
    {"application/json": _object(id={"type": "integer"})},
    "an order, fulfillment or refund as Shopify sends it",
)
WOOCOMMERCE = described(
    ("x-wc-webhook-signature", "x-wc-webhook-topic"),
    {
        "application/json": _object(id={"type": "integer"}),
        "application/x-www-form-urlencoded": _object(webhook_id=_TEXT),
    },
    "an order as WooCommerce sends it, or the ping of a webhook just saved",
)
MAIL = described(
    _STANDARD,
    {"application/json": _object(), "message/rfc822": _TEXT},
    "a delivery report (RFC 3464) or a complaint (RFC 5965)",
)
