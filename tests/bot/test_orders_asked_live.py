"""Where is my order: what the shop says now, or what it said last and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from shop_server import Shop, order, parcel

from bench.talk import Chat
from lifecycle import db
from lifecycle.channels import shop_api, shop_live
from lifecycle.model import ShopOrder
from lifecycle.settings import settings


@pytest.fixture
def shop(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Ada's order came from this chat and was pulled an hour ago; it has left since."""
    made = Shop()
    monkeypatch.setenv("SHOPIFY_API_URL", made.url)
    monkeypatch.setenv("SHOPIFY_API_TOKEN", "shpat_x")
    monkeypatch.setattr(shop_live, "_looked", {})
    monkeypatch.setattr(shop_live, "_silent", {})
    monkeypatch.setattr(shop_live, "SECONDS", 120)
    monkeypatch.setattr(shop_live, "REST", timedelta(hours=1))
    settings.cache_clear()
    made.orders = [order(7, note_attributes=[{"name": "conversation_id", "value": chat.thread_id}])]
    shop_api.pull(settings(), "shopify", now=datetime.now(timezone.utc) - timedelta(hours=1), wait_factor=0)
    with db.reading() as session:
        assert session.query(ShopOrder).count() == 1
    made.orders[0]["fulfillments"] = [parcel(1, 2)]
    yield made
    made.close()


def test_the_shop_is_asked_while_the_shopper_waits(chat: Chat, shop: Shop) -> None:
    said = chat("where is my order?")
    assert "1Z1" in said and "as of" not in said


def test_a_shop_that_does_not_answer_leaves_what_is_known_with_its_moment(chat: Chat, shop: Shop) -> None:
    shop.busy = [503]
    said = chat("where is my order?")
    assert "packed" in said and "as of" in said
    shop.busy = []
    assert "as of" in chat("where is my order?")  # it is left alone for a while
