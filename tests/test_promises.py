"""What earlier buyers say after use moves the ranking of the next prospect, in proportion to how many said it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from lifecycle import conversations, needs
from lifecycle.advice import recommend, verdicts
from lifecycle.model import Need, Recommendation, RecommendationItem
from tests.shelves import stock

WISH = "a grinder under $150 for espresso"


@pytest.fixture
def shop(session: Session, now: datetime) -> Session:
    stock(session, now)
    return session


def heard(session: Session, product_id: str, *, yes: int = 0, no: int = 0, now: datetime) -> None:
    """So many buyers who wanted it for espresso bought this one and were asked."""
    for number in range(yes + no):
        talk = conversations.start(session, channel="web", now=now)
        advice = Recommendation(
            conversation_id=talk.id, turn_id=f"{product_id}-{number}", needs={}, catalogue_version=1, created_at=now
        )
        session.add(advice)
        session.flush()
        session.add(
            RecommendationItem(recommendation_id=advice.id, product_id=product_id, position=0, score=1.0, bought_at=now)
        )
        session.add(
            Need(
                conversation_id=talk.id, key="wanted:espresso", label="espresso", stated_at=now,
                kept=number < yes, kept_at=now,
            )
        )  # fmt: skip
    session.flush()


def advised(session: Session, wish: str = WISH) -> recommend.Advice:
    return recommend.recommend(session, needs.read(wish, needs.store_words(session)), limit=5)


def order(session: Session, wish: str = WISH) -> list[str]:
    return [pick.product_id for pick in advised(session, wish).results]


def test_one_buyers_no_weighs_less_than_the_pages_own_word(shop: Session, now: datetime) -> None:
    first = order(shop)[0]
    heard(shop, first, no=1, now=now)
    pick = next(each for each in advised(shop).results if each.product_id == first)
    said = next(each for each in pick.verdicts if each.key == "wanted:espresso")
    assert said.verdict == verdicts.MET and 0.8 < said.worth < 1.0
    assert said.to_json()["owners"] == "0 of 1"


def test_many_buyers_no_moves_a_product_down_and_their_yes_keeps_it(shop: Session, now: datetime) -> None:
    before = order(shop)
    heard(shop, before[1], yes=8, now=now)
    assert order(shop)[:2] == before[:2]
    heard(shop, before[0], no=8, now=now)
    assert order(shop)[0] == before[1] and order(shop).index(before[0]) > 0


def test_what_fails_a_wish_stays_behind_what_nearly_keeps_it_though_its_title_repeats_another_wish(
    session: Session, now: datetime
) -> None:
    rows = [
        {"id": "loud", "title": "Espresso Grinder Espresso Pro, Red", "noise_db": "78 dB", "price": 9900,
         "suits": "espresso"},
        *({"id": f"grinder{number}", "title": f"Burr Mill Grinder {number}", "noise_db": f"{noise} dB",
           "price": 9900 + number, "suits": "espresso"} for number, noise in enumerate((48, 58, 60, 62, 70))),
    ]  # fmt: skip
    stock(session, now, rows)
    assert "loud" not in order(session, "a quiet grinder for espresso")[:3]
