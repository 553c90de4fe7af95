"""Advocacy: a code a promoter may pass on, and the review link that is the same for everybody."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lifecycle import customers
from lifecycle.model import Referral
from lifecycle.settings import settings

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


def promoted(session: Session, customer_id: int, *, cause_id: str, now: datetime) -> str:
    """A customer would recommend us: they enter the advocacy stage and have their referral code."""
    customers.enter_stage(session, customer_id, "advocacy", cause="promoter", cause_id=cause_id, now=now)
    return referral(session, customer_id, now=now)


def review_link() -> str:
    """Where reviews are written: the same link for everybody, never chosen by a score; empty when the store has none.

    Asking only the happy is what Google's review policy and 16 CFR 465 forbid.
    """
    return settings().review_url
