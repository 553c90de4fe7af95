"""Advocacy: one code per customer, reviews whatever the score."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import advocacy, customers, leaving, orders, shops, surveys
from lifecycle.channels import letters
from lifecycle.model import Delivery, Review, ShopOrder, StageChange
from lifecycle.order_events import Buyer, Line, OrderEvent
from lifecycle.settings import settings


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


def friend_orders(
    session: Session, now: datetime, code: str, *, email: str = "ben@example.com", ref: str = "7", kind: str = "placed"
) -> ShopOrder:
    event = OrderEvent("generic", f"{ref}-{kind}", kind, ref, now, Buyer(email=email), codes=("SAVE10", code))
    return orders.apply(session, event, now=now).order


def test_a_friends_first_order_with_the_code_counts_once_and_both_are_told(session: Session, now: datetime) -> None:
    ada = customers.find_or_create(session, email="ada@example.com", name="Ada Byron", now=now)
    code = advocacy.referral(session, ada.id, now=now)
    for kind in ("paid", "placed", "shipped"):  # every event of the order names the code
        order = friend_orders(session, now, code.lower(), kind=kind)
    friend_orders(session, now, code, ref="8")  # no first order any more
    assert advocacy.redeemed(session, ada.id) == 1
    mails = session.execute(sa.select(Delivery).order_by(Delivery.id)).scalars().all()
    assert [(mail.template, mail.customer_id) for mail in mails] == [
        ("referral_thanks", ada.id),
        ("referral_welcome", order.customer_id),
    ]
    standing = leaving.standings(session, [mail.id for mail in mails])
    thanks, welcome = (letters.compose(session, standing[mail.id], settings=settings()).content for mail in mails)
    assert b"You are the reason somebody found us" in thanks and b"ben" not in thanks.lower()
    assert b"A friend of ours sent you" in welcome and b"Ada" not in welcome
    friend_orders(session, now, code, email="tess@example.com", ref="9")
    assert advocacy.redeemed(session, ada.id) == 2


@pytest.mark.parametrize("case", ["own code", "nobody's code", "cancelled order", "unknown buyer"])
def test_what_is_no_recommendation_is_not_counted(session: Session, now: datetime, case: str) -> None:
    ada = customers.find_or_create(session, email="ada@example.com", now=now)
    code = advocacy.referral(session, ada.id, now=now)
    if case == "own code":
        friend_orders(session, now, code, email="ada@example.com")
    elif case == "nobody's code":
        friend_orders(session, now, "NOBODYS1")
    elif case == "cancelled order":
        friend_orders(session, now, "", kind="cancelled")
        friend_orders(session, now, code)
    else:
        event = OrderEvent("generic", "1", "placed", "1", now, Buyer(), codes=(code,))
        orders.apply(session, event, now=now)
    assert advocacy.redeemed(session, ada.id) == 0
    assert session.execute(sa.select(Delivery)).first() is None


def test_a_friends_code_is_read_from_every_shop(home: Path) -> None:
    when = {"created_at": "2026-11-02T09:00:00Z", "date_created_gmt": "2026-11-02T09:00:00"}
    (shopify,) = shops.shopify(
        "orders/create", {"id": 1, **when, "discount_codes": [{"code": "ABC"}, {"code": 7}]}, "e"
    )
    (woo, *_) = shops.woocommerce("order.created", {"id": 1, **when, "coupon_lines": [{"code": "abc"}]}, "e")
    generic = orders.parse_generic(
        {"type": "order.placed", "timestamp": "2026-11-02T09:00:00Z",
         "data": {"order_id": "1", "discount_codes": ["ABC", None]}}, "e",
    )  # fmt: skip
    assert [event.codes for event in (shopify, woo, generic)] == [("ABC", "7"), ("abc",), ("ABC",)]
