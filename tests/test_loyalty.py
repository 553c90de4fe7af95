"""Retention, lifetime value and kept promises equal counting by hand; few people are never shown."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from sqlalchemy.orm import Session

from lifecycle import conversations, customers, loyalty
from lifecycle.model import Need, Product, Recommendation, RecommendationItem, ShopOrder

ZONE = "America/Chicago"


def on(year: int, month: int, day: int = 15, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=timezone.utc)


@pytest.fixture
def order(session: Session):
    number = iter(range(10_000))

    def place(who: str, at: datetime, cents: int = 10_000, **values: object) -> ShopOrder:
        buyer = customers.find_or_create(session, external_id=who, now=at)
        placed = ShopOrder(
            source="generic", order_ref=str(next(number)), customer_id=buyer.id, total_cents=cents, placed_at=at,
            updated_at=at, **values,
        )  # fmt: skip
        session.add(placed)
        session.flush()
        return placed

    return place


def test_a_cohort_is_who_began_in_a_month_and_who_came_back_in_the_months_after(session: Session, order) -> None:
    for number in range(6):
        order(f"jan{number}", on(2026, 1))
    order("jan0", on(2026, 2))
    order("jan0", on(2026, 2, 20))  # twice in a month is once
    order("jan1", on(2026, 2), cancelled_at=on(2026, 2, 16))  # no order
    order("jan1", on(2026, 3))
    order("jan2", on(2026, 3, 2), refunded_at=on(2026, 3, 9))  # came back, spent nothing
    for number in range(5):
        order(f"feb{number}", on(2026, 2))
    february, january = loyalty.retention(session, until=on(2026, 4, 10), zone=ZONE, months=3)
    assert (january.month, january.size) == ("2026-01", 6)
    assert [figure and round(figure.value, 1) for figure in january.back] == [16.7, 33.3, None]  # April is not over
    assert january.value_cents == (6 + 2 + 1) * 10_000 // 6
    assert (february.month, february.back[0].value, february.back[1]) == ("2026-02", 0.0, None)


def test_the_month_is_the_stores(session: Session, order) -> None:
    for number in range(5):
        order(f"ada{number}", on(2026, 2, 1, hour=3))  # still January in Chicago
    assert [cohort.month for cohort in loyalty.retention(session, until=on(2026, 3, 10), zone=ZONE)] == ["2026-01"]


def test_few_people_are_not_shown(session: Session, order) -> None:
    for number in range(4):
        order(f"jan{number}", on(2026, 1))
    (cohort,) = loyalty.retention(session, until=on(2026, 3, 10), zone=ZONE)
    assert (cohort.size, set(cohort.back), cohort.value_cents) == (4, {None}, None)


def test_lifetime_value_is_per_customer_and_currency(session: Session, order) -> None:
    order("ada", on(2026, 1), 10_000)
    order("ada", on(2026, 2), 20_000)
    order("ben", on(2026, 1), 5_000, refunded_at=on(2026, 1, 20))
    order("tess", on(2026, 1), 900, currency="JPY")
    dollars, yen = loyalty.lifetime_value(session, until=on(2026, 4))
    assert (dollars.currency, dollars.customers, dollars.orders, dollars.mean_cents) == ("USD", 2, 2, 15_000)
    assert dollars.order_cents == 15_000 and dollars.low_cents == 0 and dollars.high_cents > 30_000
    assert (yen.currency, yen.mean_cents, yen.low_cents) == ("JPY", 900, 900)
    assert loyalty.lifetime_value(session, until=on(2025, 1)) == []


def test_promises_are_the_buyers_own_word_per_product_and_need(session: Session) -> None:
    at = on(2026, 1)
    session.add(Product(product_id="g1", title="Quiet grinder", catalogue_version=1, digest="x"))
    session.flush()
    for number in range(8):
        talk = conversations.start(session, channel="web", now=at)
        advice = Recommendation(
            conversation_id=talk.id, turn_id=f"t{number}", needs={}, catalogue_version=1, created_at=at
        )
        session.add(advice)
        session.flush()
        bought = {"bought_at": at} if number < 6 else {}
        session.add(RecommendationItem(recommendation_id=advice.id, product_id="g1", position=0, score=1.0, **bought))
        session.add(
            Need(conversation_id=talk.id, key="quiet", label="quiet", stated_at=at, kept=number % 3 != 0, kept_at=at)
        )
        session.add(Need(conversation_id=talk.id, key="black", label="black", stated_at=at))  # never asked back
    session.flush()
    (promise,) = loyalty.promises(session)
    assert (promise.title, promise.label, promise.figure.n) == ("Quiet grinder", "quiet", 6)
    assert round(promise.figure.value, 1) == 66.7
    ((label, figure),) = loyalty.wishes(session)
    assert (label, figure.n, round(figure.value, 1)) == ("quiet", 6, 66.7)
