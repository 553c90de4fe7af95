"""The order a shopper asks for, asked of the shop: new when it answers, never waited for when it does not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from mailroom import fresh_database
from shop_server import Shop, order, parcel

from lifecycle import conversations, db, orders
from lifecycle.channels import shop_api, shop_live
from lifecycle.settings import settings

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=timezone.utc)
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def shop(home, tmp_path, monkeypatch):
    fresh_database("sqlite", tmp_path, lambda: "")
    made = Shop()
    monkeypatch.setenv("SHOPIFY_API_URL", made.url)
    monkeypatch.setenv("SHOPIFY_API_TOKEN", "shpat_x")
    monkeypatch.setattr(shop_live, "_looked", {})
    monkeypatch.setattr(shop_live, "_silent", {})
    monkeypatch.setattr(shop_live, "SECONDS", 120)
    settings.cache_clear()
    yield made
    made.close()
    db.engine().dispose()
    db._engine = None


@pytest.fixture
def chat(shop):
    """The conversation Ada ordered in; the order was pulled NOW, before it left."""
    with db.transaction() as session:
        made = conversations.start(session, channel="web", now=NOW)
    shop.orders = [order(7, note_attributes=[{"name": "conversation_id", "value": made.id}])]
    shop_api.pull(settings(), "shopify", now=NOW, wait_factor=0)
    shop.seen.clear()
    shop.orders[0]["fulfillments"] = [parcel(1, 2)]
    return made.id


def told(chat):
    with db.reading() as session:
        found = orders.status_of(session, thread_id=chat)
        return (found.state, found.tracking)


def test_an_order_that_left_since_the_last_pull_is_told_as_it_is(shop, chat):
    assert told(chat) == ("paid", "")
    assert shop_live.look_again(settings(), chat, now=LATER) is None
    assert told(chat) == ("shipped", "1Z1")
    assert [path for path, _ in shop.seen] == [f"/admin/api/{shop_api.SHOPIFY_VERSION}/orders/7.json"]


def test_the_shop_is_not_asked_again_for_what_it_just_told(shop, chat):
    for minutes in (1, 10, 11, 12, 20):
        assert shop_live.look_again(settings(), chat, now=NOW + timedelta(minutes=minutes)) is None
    assert len(shop.seen) == 2


def test_a_silent_shop_costs_one_shopper_a_moment_and_the_answer_says_of_when_it_is(shop, chat, monkeypatch):
    shop.silent = True
    monkeypatch.setattr(shop_live, "SECONDS", 0.2)
    for _ in range(20):
        assert shop_live.look_again(settings(), chat, now=LATER) == NOW
    assert len(shop.seen) <= 1
    shop.silent = False
    monkeypatch.setattr(shop_live, "SECONDS", 120)
    assert shop_live.look_again(settings(), chat, now=LATER + timedelta(minutes=2)) is None
    assert told(chat) == ("shipped", "1Z1")


@pytest.mark.parametrize("broken", [503, 404, 401])
def test_a_shop_that_refuses_is_no_reason_to_say_nothing(shop, chat, broken):
    shop.busy = [broken]
    assert shop_live.look_again(settings(), chat, now=LATER) == NOW
    assert told(chat) == ("paid", "")


def test_nobody_is_asked_where_there_is_no_order_or_no_api(shop, chat, monkeypatch):
    with db.transaction() as session:
        other = conversations.start(session, channel="web", now=NOW).id
    assert shop_live.look_again(settings(), other, now=LATER) is None
    assert shop_live.look_again(settings(), "nobody", now=LATER) is None
    monkeypatch.delenv("SHOPIFY_API_TOKEN")
    settings.cache_clear()
    assert shop_live.look_again(settings(), chat, now=LATER) is None
    assert shop.seen == []
