"""Orders pulled from the shop's own API, over real HTTP: paging, patience, a cursor, nothing told twice."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from threading import Thread

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from mailroom import fresh_database
from shop_server import Shop, order, parcel

from lifecycle import db, orders, shops
from lifecycle.channels import shop_api
from lifecycle.cli import cli
from lifecycle.errors import Invalid, Unavailable
from lifecycle.model import FollowUp, ShopEvent, ShopOrder
from lifecycle.settings import settings

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=timezone.utc)


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request, home, tmp_path, monkeypatch):
    fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("postgresql_url"))
    made = Shop()
    monkeypatch.setenv("SHOPIFY_API_URL", made.url)
    monkeypatch.setenv("SHOPIFY_API_TOKEN", "shpat_x")
    monkeypatch.setenv("WOOCOMMERCE_API_URL", made.url)
    monkeypatch.setenv("WOOCOMMERCE_API_KEY", "ck_1:cs_2")
    settings.cache_clear()
    yield made
    made.close()
    db.engine().dispose()
    db._engine = None


def pull(source="shopify", **more):
    return shop_api.pull(settings(), source, now=NOW, wait_factor=0, **more)


def stored():
    with db.reading() as session:
        return {row.order_ref: row for row in session.execute(sa.select(ShopOrder)).scalars()}


def test_every_page_is_read_and_every_order_gets_its_plan(shop):
    shop.orders = [order(number) for number in range(1, 6)]
    done = pull()
    assert (done.orders, done.applied, done.rejected) == (5, 10, ())
    assert set(stored()) == {"1", "2", "3", "4", "5"}
    assert len(shop.seen) == 3 and shop.seen[0][1]["X-Shopify-Access-Token"] == "shpat_x"
    with db.reading() as session:
        assert session.query(FollowUp).count() == 25


def test_a_second_pull_asks_from_the_cursor_and_changes_nothing(shop):
    shop.orders = [order(1), order(2)]
    pull()
    again = pull()
    assert (again.orders, again.applied) == (2, 0)
    since = [asked["updated_at_min"][0] for asked in shop.asked()]
    assert since == ["2026-09-21T09:55:00Z", "2026-11-12T08:55:00Z"]


def test_a_busy_shop_is_asked_again_a_broken_one_is_said(shop):
    shop.orders, shop.busy = [order(1)], [429, 503]
    assert pull().orders == 1 and len(shop.seen) == 3
    shop.busy = [500] * 20
    with pytest.raises(Unavailable, match="shopify"):
        pull()
    shop.busy = [401]
    with pytest.raises(Unavailable, match="401; check SHOPIFY_API_URL"):
        pull()


def test_a_pull_that_breaks_off_keeps_its_pages_and_goes_on_there(shop):
    shop.orders = [order(1), order(2), order(3)]
    read, kept = shop_api._store, []

    def broken(page, *given, **more):
        if kept:
            raise Unavailable("the database went away")
        kept.append(page)
        return read(page, *given, **more)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Unavailable):
        patch.setattr(shop_api, "_store", broken)
        pull()
    assert set(stored()) == {"1", "2"}
    assert pull().applied == 2 and set(stored()) == {"1", "2", "3"}
    assert shop.asked()[-2]["updated_at_min"] == ["2026-11-12T08:55:00Z"]


def test_an_order_that_cannot_be_read_stops_no_other(shop):
    shop.orders = [order(1, currency="dollars"), order(2)]
    done = pull()
    assert [ref for ref, _ in done.rejected] == ["1"] and "currency" in done.rejected[0][1]
    assert set(stored()) == {"2"}


def test_woocommerce_is_read_with_its_own_key_and_pages(shop):
    shop.orders = [
        {"id": number, "status": "completed", "currency": "EUR", "total": "29.35",
         "billing": {"email": "a@example.com"},
         "date_created_gmt": "2026-11-02T09:00:00", "date_modified_gmt": "2026-11-04T09:00:00", "date_paid_gmt": None,
         "date_completed_gmt": "2026-11-04T09:00:00",
         "line_items": [{"name": "Kettle", "product_id": 93, "quantity": 1}]}
        for number in (1, 2, 3)
    ]  # fmt: skip
    assert pull("woocommerce").orders == 3
    assert base64.b64decode(shop.seen[0][1]["Authorization"].split()[1]) == b"ck_1:cs_2"
    assert [asked.get("page") for asked in shop.asked()] == [None, ["2"]]
    assert stored()["3"].shipped_at == datetime(2026, 11, 4, 9, 0, tzinfo=timezone.utc)
    assert pull("woocommerce").applied == 0


def test_what_a_webhook_told_and_a_pull_tells_again_counts_once(shop):
    refund = {
        "id": 5,
        "created_at": "2026-11-09T09:00:00Z",
        "refund_line_items": [{"quantity": 1, "line_item": {"id": 1, "sku": "KE-1"}}],
    }
    with db.transaction() as session:
        for event in shops.shopify("refunds/create", {**refund, "order_id": 1}, "webhook"):
            orders.apply(session, event, now=NOW)
    shop.orders = [order(1, refunds=[refund])]
    pull()
    with db.reading() as session:
        found = session.execute(sa.select(ShopOrder)).scalar_one()
        assert (found.refunded_at, found.lines[0].refunded_quantity) == (None, 1)


def test_the_buyer_is_asked_when_the_last_parcel_has_arrived(shop):
    first, second = parcel(7, 1, delivered="2026-11-05T09:00:00Z"), parcel(8, 1, shipped="2026-11-06T09:00:00Z")
    shop.orders = [order(1, fulfillments=[first])]
    pull()
    assert stored()["1"].delivered_at is None  # one of two kettles was not even sent
    shop.orders = [order(1, fulfillments=[first, second])]
    pull()
    assert stored()["1"].delivered_at is None
    assert stored()["1"].shipped_at == datetime(2026, 11, 6, 9, 0, tzinfo=timezone.utc)
    shop.orders = [order(1, fulfillments=[first, {**second, **parcel(8, 1, delivered="2026-11-09T09:00:00Z")}])]
    pull()
    assert stored()["1"].delivered_at == datetime(2026, 11, 9, 9, 0, tzinfo=timezone.utc)
    with db.reading() as session:
        due = dict(session.execute(sa.select(FollowUp.step, FollowUp.due_at)).all())
    assert due["arrival"] == datetime(2026, 11, 10, 9, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "name, street, gift",
    [("Ben", "9 Mill Lane", True), ("Ada", "9 Mill Lane", False), ("Ben", "1 High Street", False)],
)
def test_a_parcel_to_another_person_is_a_gift_and_its_recipient_is_not_kept(shop, name, street, gift):
    payer = {"first_name": "Ada", "last_name": "Byron", "address1": "1 High Street", "zip": "1"}
    shop.orders = [order(1, billing_address=payer, shipping_address={**payer, "first_name": name, "address1": street})]
    pull()
    assert stored()["1"].gift is gift
    with db.reading() as session:
        kept = str(session.execute(sa.select(ShopEvent.body)).scalars().all())
        assert "Ben" not in kept and "Mill Lane" not in kept


def test_of_workers_that_ask_at_once_one_pulls(shop):
    answers = []
    asking = [
        Thread(target=lambda: answers.append(shop_api.is_due("shopify", now=NOW + timedelta(minutes=20))))
        for _ in range(6)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert sorted(answers) == [False] * 5 + [True]


def test_the_worker_pulls_every_ten_minutes(shop):
    asked = [shop_api.is_due("shopify", now=NOW + timedelta(minutes=at)) for at in (0, 5, 10, 12)]
    assert asked == [True, False, True, False]


def test_the_command_pulls_what_is_set_up(shop, monkeypatch, home):
    shop.orders = [order(1)]
    db.bind(f"sqlite:///{home / 'fresh.db'}")
    monkeypatch.delenv("WOOCOMMERCE_API_KEY")
    settings.cache_clear()
    ran = CliRunner().invoke(cli, ["orders", "pull", "--since", "2026-11-01T00:00:00Z", "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.output)[0]["applied"] == 2
    with pytest.raises(Invalid, match="WOOCOMMERCE_API_URL"):
        pull("woocommerce")
