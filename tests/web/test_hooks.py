"""Order hooks: only the shop can post, a copy changes nothing, and a 2xx means it is stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from running_site import Site

from lifecycle import db
from lifecycle.clock import iso
from lifecycle.model import FollowUp, ShopEvent, ShopOrder
from lifecycle.settings import settings
from lifecycle.web import hooks

OLD, NEW = ("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
SHOPIFY = WOO = "a-secret-of-the-shops-own-long-enough"


def event(site: Site, kind: str = "placed", order_id: str = "A-1001", **data: Any) -> bytes:
    known = {
        "order_id": order_id,
        "currency": "USD",
        "total": 129.0,
        "customer": {"email": "ada@example.com", "name": "Ada"},
        "lines": [{"product_id": "jo-grinder-01", "title": "Quiet grinder", "quantity": 1, "price": 129.0}],
    }
    return json.dumps({"type": f"order.{kind}", "timestamp": iso(site.clock()), "data": {**known, **data}}).encode()


def signed(site: Site, body: bytes, event_id: str = "evt-1", secret: str = "", **shift: float) -> dict[str, str]:
    at = site.clock() + timedelta(**shift)
    signature = hooks.sign(secret or settings().order_webhook_secrets[0], event_id, at, body.decode())
    return {"webhook-id": event_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def rows(table: Any) -> int:
    with db.reading() as session:
        return int(session.scalar(sa.select(sa.func.count()).select_from(table)))


def test_a_signed_order_is_stored_with_its_follow_ups(site: Site) -> None:
    body = event(site)
    answered = site.post("/hooks/orders", content=body, headers=signed(site, body))
    assert answered.status_code == 200
    assert answered.json() == {"order_id": "A-1001", "changed": True, "reason": "placed stored"}
    delivered = event(site, "delivered")
    site.post("/hooks/orders", content=delivered, headers=signed(site, delivered, "evt-2"))
    with db.reading() as session:
        assert session.scalars(sa.select(ShopOrder)).one().total_cents == 12_900
    assert rows(FollowUp) >= 3


def test_a_replay_is_acknowledged_and_changes_nothing(site: Site) -> None:
    body = event(site)
    headers = signed(site, body)
    assert site.post("/hooks/orders", content=body, headers=headers).json()["changed"] is True
    again = site.post("/hooks/orders", content=body, headers=headers)
    assert again.status_code == 200 and again.json()["changed"] is False
    assert rows(ShopEvent) == 1


def test_twenty_copies_at_once_are_one_event(site: Site) -> None:
    body = event(site)
    headers = signed(site, body)
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(site.post("/hooks/orders", content=body, headers=headers)))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 20
    assert sum(answer.json()["changed"] for answer in answers) == 1
    assert rows(ShopOrder) == rows(ShopEvent) == 1


def forgeries(site: Site, body: bytes) -> dict[str, tuple[bytes, dict[str, str]]]:
    good = signed(site, body)
    signature = good["webhook-signature"]
    swapped = ("A" if signature[5] != "A" else "B") + signature[6:]
    return {
        "unsigned": (body, {}),
        "no id": (body, {**good, "webhook-id": ""}),
        "another id": (body, {**good, "webhook-id": "evt-2"}),
        "another time": (body, {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}),
        "time in words": (body, {**good, "webhook-timestamp": "now"}),
        "time with a fraction": (body, {**good, "webhook-timestamp": good["webhook-timestamp"] + ".0"}),
        "time out of range": (body, {**good, "webhook-timestamp": "999999999999"}),
        "flipped signature": (body, {**good, "webhook-signature": "v1,A" + swapped}),
        "no scheme": (body, {**good, "webhook-signature": signature.removeprefix("v1,")}),
        "wrong scheme": (body, {**good, "webhook-signature": signature.replace("v1,", "v2,")}),
        "no comma": (body, {**good, "webhook-signature": "v1"}),
        "not base64": (body, {**good, "webhook-signature": "v1,%%%"}),
        "flipped byte": (body.replace(b"129.0", b"128.0"), good),
        "re-serialised": (json.dumps(json.loads(body), indent=1).encode(), good),
        "a space more": (body + b" ", good),
        "not utf-8": (b"\xff" + body, good),
        "too old": (body, signed(site, body, seconds=-301)),
        "too new": (body, signed(site, body, seconds=301)),
        "another secret": (body, signed(site, body, secret=NEW)),
    }


def test_a_forged_event_changes_nothing(site: Site) -> None:
    for forgery, (body, headers) in forgeries(site, event(site)).items():
        answered = site.post("/hooks/orders", content=body, headers=headers)
        assert answered.status_code == 401, forgery
        assert answered.headers["content-type"] == "application/problem+json"
    assert rows(ShopEvent) == rows(ShopOrder) == 0


def test_a_clock_five_minutes_off_is_forgiven(site: Site) -> None:
    body = event(site)
    for seconds in (-300, -299, 299, 300):
        headers = signed(site, body, f"evt{seconds}", seconds=seconds)
        assert site.post("/hooks/orders", content=body, headers=headers).status_code == 200


def test_a_secret_is_rotated_without_losing_an_event(start_site: Callable[..., Site]) -> None:
    site = start_site(ORDER_WEBHOOK_SECRET=f"{NEW} {OLD}")
    for number, secret in enumerate((OLD, NEW)):
        body = event(site, order_id=f"A-{number}")
        headers = signed(site, body, f"evt-{number}", secret)
        assert site.post("/hooks/orders", content=body, headers=headers).status_code == 200
    body = event(site, order_id="A-3")
    both = signed(site, body, "evt-3", "whsec_" + "C" * 32)
    both["webhook-signature"] += " v2,zzz " + signed(site, body, "evt-3", OLD)["webhook-signature"]
    assert site.post("/hooks/orders", content=body, headers=both).status_code == 200


def test_what_is_signed_but_no_event_is_said_so(site: Site) -> None:
    for body in (b"", b"[]", b"{", b'{"type":"order.eaten","data":{}}', b"[" * 5_000):
        answered = site.post("/hooks/orders", content=body, headers=signed(site, body))
        assert answered.status_code == 400 and answered.json()["detail"], body[:40]
    assert rows(ShopEvent) == 0


def test_an_event_too_large_is_refused_before_it_is_read(site: Site) -> None:
    body = event(site, note="x" * 300_000)
    assert site.post("/hooks/orders", content=body, headers=signed(site, body)).status_code == 413

    def chunks() -> Any:
        yield from (body[i : i + 10_000] for i in range(0, len(body), 10_000))

    assert site.post("/hooks/orders", content=chunks(), headers=signed(site, body)).status_code == 413
    large = event(site, note="x" * 200_000)
    assert site.post("/hooks/orders", content=large, headers=signed(site, large)).status_code == 200


def test_a_database_that_is_down_is_503_and_the_shop_tries_again(site: Site) -> None:
    body = event(site)
    headers = signed(site, body)
    engine, db._engine = db.engine(), None
    db.bind("postgresql://nobody:x@127.0.0.1:9/none")
    try:
        answered = site.post("/hooks/orders", content=body, headers=headers)
    finally:
        db._engine = engine
    assert answered.status_code == 503 and answered.headers["retry-after"]
    assert site.post("/hooks/orders", content=body, headers=headers).json()["changed"] is True


def hmac64(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_shopify_orders_are_taken_when_signed_and_once(start_site: Callable[..., Site]) -> None:
    site = start_site(SHOPIFY_WEBHOOK_SECRET=SHOPIFY)
    order = {"id": 820982911, "email": "ada@example.com", "currency": "USD", "total_price": "129.00"}
    lines = [{"id": 1, "sku": "jo-grinder-01", "title": "Quiet grinder", "quantity": 1, "price": "129.00"}]
    body = json.dumps({**order, "created_at": iso(site.clock()), "line_items": lines}).encode()
    headers = {"X-Shopify-Topic": "orders/create", "X-Shopify-Webhook-Id": "w1"}
    for given in ({}, {"X-Shopify-Hmac-SHA256": hmac64("another secret", body)}):
        assert site.post("/hooks/shopify", content=body, headers={**headers, **given}).status_code == 401
    assert rows(ShopOrder) == 0
    headers["X-Shopify-Hmac-SHA256"] = hmac64(SHOPIFY, body)
    first = site.post("/hooks/shopify", content=body, headers=headers)
    assert first.status_code == 200 and first.json()["changed"] is True, first.text
    # The delivery id is not signed: a replay under a new one is a replay all the same.
    again = site.post("/hooks/shopify", content=body, headers={**headers, "X-Shopify-Webhook-Id": "w2"})
    assert again.status_code == 200 and again.json()["changed"] is False
    unfollowed = site.post("/hooks/shopify", content=body, headers={**headers, "X-Shopify-Topic": "carts/create"})
    assert unfollowed.status_code == 200 and unfollowed.json()["changed"] is False


def test_woocommerce_orders_are_taken_when_signed_and_its_ping_is_answered(start_site: Callable[..., Site]) -> None:
    site = start_site(WOOCOMMERCE_WEBHOOK_SECRET=WOO)
    ping = site.post("/hooks/woocommerce", data={"webhook_id": "7"})
    assert ping.status_code == 200 and ping.json()["changed"] is False
    order = {"id": 727, "status": "processing", "currency": "USD", "total": "29.35"}
    times = {"date_created_gmt": "2026-11-02T09:00:00", "date_modified_gmt": "2026-11-02T09:00:00"}
    body = json.dumps({**order, **times, "billing": {"email": "ada@example.com"}, "line_items": []}).encode()
    headers = {"X-WC-Webhook-Topic": "order.created"}
    assert site.post("/hooks/woocommerce", content=body, headers=headers).status_code == 401
    headers["X-WC-Webhook-Signature"] = hmac64(WOO, body)
    first = site.post("/hooks/woocommerce", content=body, headers=headers)
    assert first.status_code == 200 and first.json()["changed"] is True, first.text
    assert site.post("/hooks/woocommerce", content=body, headers=headers).json()["changed"] is False
    assert rows(ShopOrder) == 1


def test_a_shop_without_a_secret_is_not_listened_to(site: Site) -> None:
    body = b"{}"
    for path, header in (("shopify", "X-Shopify-Hmac-SHA256"), ("woocommerce", "X-WC-Webhook-Signature")):
        assert site.post(f"/hooks/{path}", content=body, headers={header: hmac64("", body)}).status_code == 401


def test_a_mail_report_counts_only_when_it_is_signed(site: Site) -> None:
    body = json.dumps(
        {"type": "mail.bounced", "data": {"message_id": "<1@shop.example.com>", "status": "5.1.1"}}
    ).encode()
    assert site.post("/hooks/mail", content=body).status_code == 401
    answered = site.post("/hooks/mail", content=body, headers=signed(site, body))
    assert (answered.status_code, answered.json()) == (200, {"results": ["not ours"]})
    vacation = b"Subject: away\n\nuntil Monday"
    headers = {**signed(site, vacation), "content-type": "message/rfc822"}
    assert site.post("/hooks/mail", content=vacation, headers=headers).json() == {"results": ["no report"]}
    nonsense = b'{"type": "mail.opened"}'
    assert site.post("/hooks/mail", content=nonsense, headers=signed(site, nonsense)).status_code == 400
