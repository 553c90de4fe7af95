"""Advocacy: a code a promoter may pass on, reviews, and the review link that is the same for everybody."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lifecycle import customers, outbox
from lifecycle.announcements import announce
from lifecycle.model import Customer, Delivery, OrderLine, Referral, Review, ShopOrder, Survey, SurveyAnswer
from lifecycle.settings import settings
from lifecycle.text import canonical

THANKS, WELCOME = "referral_thanks", "referral_welcome"  # the mails to whose code it was and to who used it
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # no look-alikes, read aloud without a doubt


def referral(session: Session, customer_id: int, *, now: datetime) -> str:
    """The customer's code, made on first use; one customer has one code, forever the same."""
    known = code_of(session, customer_id)
    if known is not None:
        return known
    code = "".join(secrets.choice(_LETTERS) for _ in range(8))  # 30^8: nobody guesses one, two never meet in practice
    try:
        with session.begin_nested():
            session.add(Referral(customer_id=customer_id, code=code, created_at=now))
    except IntegrityError:
        return referral(session, customer_id, now=now)
    return code


def code_of(session: Session, customer_id: int) -> str | None:
    """The customer's code; None while they have none."""
    return session.execute(sa.select(Referral.code).where(Referral.customer_id == customer_id)).scalar_one_or_none()


def owner_of(session: Session, code: str) -> int | None:
    """The customer whose code this is, however it was typed; None when nobody's."""
    clean = "".join(char for char in code.upper() if char.isalnum())
    return session.execute(sa.select(Referral.customer_id).where(Referral.code == clean)).scalar_one_or_none()


def redeem(session: Session, order: ShopOrder, codes: Sequence[str], *, now: datetime) -> int | None:
    """A friend ordered with a customer's code: counted once per new buyer, and both are told.

    Returns the customer whose code it was; None when it is nobody's, the buyer's own, or no first order.  The mail owed
    to the owner under the friend's key is the count, so that no event told twice counts twice.
    """
    owner = next((found for code in codes if (found := owner_of(session, code)) is not None), None)
    if owner is None or order.customer_id is None or owner == order.customer_id:
        return None
    earlier = sa.select(ShopOrder.id).where(ShopOrder.customer_id == order.customer_id, ShopOrder.id != order.id)
    key = f"referral:{order.customer_id}:thanks"
    if outbox.owed(session, key) or session.execute(earlier.limit(1)).first() is not None:
        return None
    for customer_id, template, told in (
        (owner, THANKS, key),
        (order.customer_id, WELCOME, f"referral:{order.customer_id}:welcome"),
    ):
        outbox.queue(
            session, channel="email", template=template, purpose="service", customer_id=customer_id, key=told, now=now
        )
    data = {
        "customer_id": owner,
        "buyer_id": order.customer_id,
        "order_id": order.id,
        "count": redeemed(session, owner),
    }
    announce(session, "referral.redeemed", data, now=now)
    return owner


def redeemed(session: Session, customer_id: int) -> int:
    """How many new buyers used this customer's code."""
    query = (
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(Delivery.customer_id == customer_id, Delivery.template == THANKS)
    )
    return int(session.execute(query).scalar_one())


def promoted(session: Session, customer_id: int, *, cause_id: str, now: datetime) -> str:
    """A customer would recommend us: they enter the advocacy stage and have their referral code."""
    customers.enter_stage(session, customer_id, "advocacy", cause="promoter", cause_id=cause_id, now=now)
    return referral(session, customer_id, now=now)


def write_review(session: Session, order_id: int, text: str, *, source_id: str, now: datetime) -> Review | None:
    """Publish a buyer's words on what they bought, whatever they gave as a score; once per `source_id`.

    The rating is the buyer's own: their satisfaction of 1 to 5, else half their recommendation score.  None while
    there is neither, or when the order holds more than one product and nobody can tell which is meant.
    """
    known = session.execute(sa.select(Review).where(Review.review_id == source_id)).scalar_one_or_none()
    if known is not None:
        return known
    bought = session.execute(sa.select(OrderLine.product_id).where(OrderLine.order_id == order_id).distinct()).scalars()
    products = list(bought)
    answers = sa.select(Survey.kind, SurveyAnswer.score).join(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
    given = dict(session.execute(answers.where(Survey.order_id == order_id)).all())
    if len(products) != 1 or not given:
        return None
    order = session.get(ShopOrder, order_id)
    buyer = session.get(Customer, order.customer_id) if order is not None and order.customer_id is not None else None
    made = Review(
        review_id=source_id,
        product_id=products[0],
        customer_id=buyer.id if buyer is not None else None,
        rating=given.get("csat") or max(1, (given.get("nps", 0) + 1) // 2),
        text=canonical(text),
        author=buyer.name.split()[0] if buyer is not None and buyer.name else "",
        source="survey",
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def review_link() -> str:
    """Where reviews are written: the same link for everybody, never chosen by a score; empty when the store has none.

    Asking only the happy is what Google's review policy and 16 CFR 465 forbid.
    """
    return settings().review_url
