"""Advocacy: one code per customer, reviews whatever the score."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import advocacy, customers, orders, surveys
from lifecycle.model import Review, StageChange
from lifecycle.order_events import Buyer, Line, OrderEvent


def bought(session: Session, now: datetime, *products: str) -> int:
    lines = tuple(Line(product) for product in products)
    event = OrderEvent(
        "generic", "e1", "delivered", "1", now, Buyer(email="ada@example.com", name="Ada L"), lines=lines
    )
    return int(orders.apply(session, event, now=now).order.id)


def test_a_customer_has_one_code_and_enters_advocacy_once(session: Session, now: datetime) -> None:
    ada = customers.find_or_create(session, email="ada@example.com", now=now)
    ben = customers.find_or_create(session, email="ben@example.com", now=now)
    codes = {advocacy.promoted(session, ada.id, cause_id="1", now=now) for _ in range(3)}
    assert len(codes) == 1
    code = codes.pop()
    assert len(code) == 8 and code.isalnum()
    assert advocacy.code_of(session, ben.id) is None
    assert advocacy.referral(session, ben.id, now=now) != code
    assert advocacy.owner_of(session, f"{code[:4]}-{code[4:]}".lower()) == ada.id
    assert advocacy.owner_of(session, "NOSUCHCODE") is None
    entered = sa.select(sa.func.count()).select_from(StageChange).where(StageChange.to_stage == "advocacy")
    assert session.execute(entered).scalar_one() == 1


@pytest.mark.parametrize("kind, score, rating", [("csat", 2, 2), ("csat", 5, 5), ("nps", 0, 1), ("nps", 10, 5),
                                                 ("nps", 6, 3)])  # fmt: skip
def test_a_review_is_published_whatever_the_score(
    session: Session, now: datetime, kind: str, score: int, rating: int
) -> None:
    order_id = bought(session, now, "GR-1")
    survey = surveys.open(session, kind, order_id=order_id, now=now)
    surveys.answer(session, survey.id, score, source="mail", source_id="n", now=now)
    for _ in range(2):
        advocacy.write_review(session, order_id, "Quiet, but the lid is loose.", source_id="m1", now=now)
    review = session.execute(sa.select(Review)).scalar_one()
    assert (review.product_id, review.rating, review.author, review.source) == ("GR-1", rating, "Ada", "survey")


def test_a_review_of_two_products_or_without_a_score_is_nobodys(session: Session, now: datetime) -> None:
    order_id = bought(session, now, "GR-1")
    assert advocacy.write_review(session, order_id, "Nice.", source_id="m1", now=now) is None
    both = bought(session, now, "GR-1", "KT-2")
    assert advocacy.write_review(session, both, "Nice.", source_id="m2", now=now) is None
