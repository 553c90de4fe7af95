"""Order events of the shop: signed over the raw body, stored and applied in one transaction, then acknowledged.

Nothing is parsed before its signature holds, and nothing is acknowledged before it is stored: a 2xx is a promise.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from standardwebhooks import Webhook
from starlette.concurrency import run_in_threadpool

from lifecycle import bounces, db, orders, shops
from lifecycle.channels import reports
from lifecycle.errors import Invalid, Refused
from lifecycle.order_events import OrderEvent
from lifecycle.tokens import same
from lifecycle.web import hook_bodies

log = logging.getLogger(__name__)
router = APIRouter(prefix="/hooks", tags=["order events"])
TOLERANCE = timedelta(seconds=300)
_PING = re.compile(rb"webhook_id=\d+")


class Received(BaseModel):
    """What became of an event: `changed` is false for a copy, and for news that are none."""

    order_id: str
    changed: bool
    reason: str


@router.post("/orders", response_model=Received, openapi_extra=hook_bodies.GENERIC)
async def generic(request: Request) -> dict[str, Any]:
    """An order event in our own shape, signed as Standard Webhooks say (webhook-id, -timestamp, -signature)."""
    state = request.app.state
    body = await request.body()
    event_id = verify(state.settings.order_webhook_secrets, request.headers, body, now=state.clock())
    return await _apply(request, "generic", body, lambda parsed: [orders.parse_generic(parsed, event_id)])


@router.post("/shopify", response_model=Received, openapi_extra=hook_bodies.SHOPIFY)
async def shopify(request: Request) -> dict[str, Any]:
    """An order webhook of Shopify."""
    body = await request.body()
    given = request.headers.get("x-shopify-hmac-sha256", "")
    topic = request.headers.get("x-shopify-topic", "")
    _verify_base64(request.app.state.settings.shopify_webhook_secrets, given, body)
    event_id = _digest(topic, body)
    return await _apply(request, "shopify", body, lambda parsed: shops.shopify(topic, parsed, event_id))


@router.post("/woocommerce", response_model=Received, openapi_extra=hook_bodies.WOOCOMMERCE)
async def woocommerce(request: Request) -> dict[str, Any]:
    """An order webhook of WooCommerce; the unsigned ping it sends when the webhook is saved is answered, and is all."""
    body = await request.body()
    given = request.headers.get("x-wc-webhook-signature", "")
    topic = request.headers.get("x-wc-webhook-topic", "")
    if not given and _PING.fullmatch(body):
        return {"order_id": "", "changed": False, "reason": "ping"}
    _verify_base64(request.app.state.settings.woocommerce_webhook_secrets, given, body)
    event_id = _digest(topic, body)
    return await _apply(request, "woocommerce", body, lambda parsed: shops.woocommerce(topic, parsed, event_id))


class Heard(BaseModel):
    """What became of a mail report: suppressed, counted, withdrawn, known, not ours, or no report."""

    results: list[str]


@router.post("/mail", response_model=Heard, openapi_extra=hook_bodies.MAIL)
async def mail(request: Request) -> dict[str, Any]:
    """A bounce or a complaint, signed as Standard Webhooks say: JSON, or the report itself as message/rfc822."""
    state = request.app.state
    body = await request.body()
    verify(state.settings.order_webhook_secrets, request.headers, body, now=state.clock())
    raw = request.headers.get("content-type", "").startswith("message/rfc822")
    found = reports.read(body) if raw else reports.read_json(body)

    def apply() -> dict[str, Any]:
        with db.transaction() as session:
            return {"results": [bounces.take(session, each, now=state.clock()) for each in found] or ["no report"]}

    result = await run_in_threadpool(apply)
    for done in result["results"]:
        state.metrics.count("lifecycle_mail_reports_total", result=done.replace(" ", "_"))
    return result


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """The event id of a body that carries a valid Standard Webhooks signature by one of our secrets.

    Raises Refused when the signature is missing, of another scheme, not ours, or made more than 300 s before or
    after now.  Compared in constant time, over the bytes as they came.
    """
    refused = Refused("The signature does not hold; sign the raw body with ORDER_WEBHOOK_SECRET (Standard Webhooks).")
    event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [part[3:] for part in headers.get("webhook-signature", "").split(" ") if part.startswith("v1,")]
    if not event_id or len(event_id) > 128 or not re.fullmatch(r"[0-9]{1,10}", stamp) or not given:
        raise refused
    signed_at = datetime.fromtimestamp(int(stamp), timezone.utc)
    try:
        text = body.decode()
        event_id.encode("ascii")
    except UnicodeError as error:
        raise refused from error
    expected = [sign(secret, event_id, signed_at, text).removeprefix("v1,") for secret in secrets]
    # Every pair is compared, so that the time taken does not tell which secret came close.
    if sum(same(ours, theirs) for ours in expected for theirs in given) == 0:
        raise refused
    if abs(now - signed_at) > TOLERANCE:
        raise Refused("The event was signed more than 5 minutes ago, or in the future; check the clock and sign again.")
    return event_id


def sign(secret: str, event_id: str, signed_at: datetime, body: str) -> str:
    """`v1,<base64>`: the Standard Webhooks signature of a body."""
    try:
        return str(Webhook(secret).sign(event_id, signed_at, body))
    except (binascii.Error, RuntimeError) as error:
        detail = "ORDER_WEBHOOK_SECRET is not base64 after its whsec_; make one with `openssl rand -base64 32`."
        raise Invalid(detail) from error


def _verify_base64(secrets: Sequence[str], given: str, body: bytes) -> None:
    """Base64 HMAC-SHA256 of the raw body, as Shopify and WooCommerce sign."""
    expected = [base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode() for key in secrets]
    if sum(same(ours, given) for ours in expected) == 0:
        raise Refused("The signature does not hold; check the webhook secret on both sides.")


def _digest(topic: str, body: bytes) -> str:
    """An event id made of what was signed: the delivery id in the headers is not, so a replay could change it."""
    return hashlib.sha256(topic.encode() + b"\n" + body).hexdigest()


async def _apply(
    request: Request, source: str, body: bytes, parse: Callable[[dict[str, Any]], list[OrderEvent]]
) -> dict[str, Any]:
    state = request.app.state
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("The event is signed but is not JSON.") from error
    if not isinstance(parsed, dict):
        raise Invalid("The event is signed but is not a JSON object.")
    events = parse(parsed)

    def apply() -> dict[str, Any]:
        with db.transaction() as session:
            applied = [orders.apply(session, event, now=state.clock()) for event in events]
            return {
                "order_id": events[0].order_ref if events else "",
                "changed": any(each.changed for each in applied),
                "reason": "; ".join(dict.fromkeys(each.reason for each in applied)) or "nothing we follow",
            }

    def apply_once() -> dict[str, Any]:
        try:
            return apply()
        except IntegrityError:  # a copy of the event won the race: now it is known, and this one changes nothing
            return apply()

    result = await run_in_threadpool(apply_once)
    state.metrics.count("lifecycle_shop_events_total", source=source, result="changed" if result["changed"] else "same")
    return result
