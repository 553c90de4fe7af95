"""Who: customers, their addresses, their place in the lifecycle, what they allow."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.announcements import announce
from lifecycle.errors import Invalid
from lifecycle.model import STAGES, Consent, ContactPoint, Customer, StageChange, Suppression
from lifecycle.settings import settings
from lifecycle.text import one_line

PURPOSES = ("service", "survey", "review", "marketing")


def find_or_create(
    session: Session, *, email: str | None = None, external_id: str | None = None, name: str = "", now: datetime
) -> Customer:
    """The customer with this shop id, else with this e-mail, else a new one; fills in what was not known before.

    Raises Invalid when neither an id nor an e-mail says who it is.
    """
    address = normal_email(email) if email else None
    if not address and not external_id:
        raise Invalid("A customer needs an id of the shop or an e-mail address.")
    customer = by_external_id(session, external_id) if external_id else None
    if customer is None and address:
        customer = by_email(session, address)
    if customer is None:
        customer = Customer(external_id=external_id, name=one_line(name), stage_since=now, created_at=now)
        session.add(customer)
        session.flush()
        session.add(StageChange(customer_id=customer.id, to_stage="discovery", cause="first_contact", at=now))
    if external_id and not customer.external_id:
        customer.external_id = external_id
    if name and not customer.name:
        customer.name = one_line(name)
    if address and by_email(session, address) is None:
        session.add(ContactPoint(customer_id=customer.id, kind="email", value=address, created_at=now))
    session.flush()
    return customer


def by_external_id(session: Session, external_id: str) -> Customer | None:
    return session.execute(sa.select(Customer).where(Customer.external_id == external_id)).scalar_one_or_none()


def by_email(session: Session, email: str) -> Customer | None:
    return session.execute(
        sa.select(Customer)
        .join(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(ContactPoint.kind == "email", ContactPoint.value == normal_email(email))
    ).scalar_one_or_none()


def erased(session: Session, customer_id: int) -> bool:
    """Whether this customer asked to be forgotten, and was."""
    return session.scalar(sa.select(Customer.erased_at).where(Customer.id == customer_id)) is not None


def email_of(session: Session, customer_id: int) -> str | None:
    """The customer's e-mail address, the oldest when there are several."""
    return session.execute(
        sa.select(ContactPoint.value)
        .where(ContactPoint.customer_id == customer_id, ContactPoint.kind == "email")
        .order_by(ContactPoint.id)
        .limit(1)
    ).scalar_one_or_none()


def enter_stage(
    session: Session, customer_id: int, stage: str, *, cause: str, cause_id: str = "", now: datetime
) -> bool:
    """Move a customer forward to `stage`, dated and with its cause; False when they are there or further already.

    A new order begins a new round: it alone enters `purchase` again from post_purchase and advocacy.
    """
    customer = session.get(Customer, customer_id)
    if customer is None:
        return False
    ahead = STAGES.index(stage) > STAGES.index(customer.stage)
    again = cause == "order_placed" and customer.stage in ("post_purchase", "advocacy")
    if not ahead and not again:
        return False
    session.add(
        StageChange(
            customer_id=customer_id, from_stage=customer.stage, to_stage=stage, cause=cause, cause_id=cause_id, at=now
        )
    )
    before, customer.stage, customer.stage_since = customer.stage, stage, now
    session.flush()
    data = {"customer_id": customer_id, "from": before, "to": stage, "cause": cause, "cause_id": cause_id}
    announce(session, "stage.changed", data, now=now)
    return True


def allows(session: Session, customer_id: int, purpose: str) -> bool:
    """Whether we may write to a customer for a purpose: marketing needs a yes, everything else the absence of a no."""
    newest = session.execute(
        sa.select(Consent.granted)
        .where(Consent.customer_id == customer_id, Consent.purpose == purpose)
        .order_by(Consent.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return allowed(newest, purpose)


def allowed(newest: bool | None, purpose: str) -> bool:
    """What the newest consent row of a purpose (None: there is none) means."""
    return purpose != "marketing" if newest is None else bool(newest)


def set_consent(session: Session, customer_id: int, purpose: str, granted: bool, *, source: str, now: datetime) -> None:
    """Write down a yes or a no; effective before the next send, because the sender asks `allows` then."""
    if purpose not in PURPOSES:
        raise Invalid(f"{purpose!r} is no purpose of contact; it is one of {', '.join(PURPOSES)}.")
    session.add(Consent(customer_id=customer_id, purpose=purpose, granted=granted, source=source, at=now))
    session.flush()


def suppress(session: Session, address: str, reason: str, *, now: datetime) -> None:
    """Never again write to this address; it outlives the customer's erasure, because only a keyed hash is kept."""
    if not suppressed(session, address):
        session.add(Suppression(address_hash=address_hash(address), reason=reason, created_at=now))
        session.flush()


def suppressed(session: Session, address: str) -> bool:
    return (
        session.execute(
            sa.select(Suppression.id).where(Suppression.address_hash == address_hash(address))
        ).scalar_one_or_none()
        is not None
    )


def suppressed_among(session: Session, addresses: Collection[str]) -> set[str]:
    """Those of many addresses nothing may be sent to."""
    hashes = {address_hash(address): address for address in addresses}
    if not hashes:
        return set()
    found = session.execute(sa.select(Suppression.address_hash).where(Suppression.address_hash.in_(list(hashes))))
    return {hashes[each] for each in found.scalars()}


def address_hash(address: str) -> str:
    """Hex HMAC-SHA256 of a normalised address under the store's secret key."""
    return hmac.digest(settings().secret_key.encode(), normal_email(address).encode(), "sha256").hex()


def normal_email(email: str) -> str:
    """An address as it is compared: trimmed, lower case.  Raises Invalid when it is none."""
    address = one_line(email, 320).lower()
    local, at, domain = address.rpartition("@")
    if not at or not local or "." not in domain.strip(".") or any(char in address for char in ' <>,;"()'):
        raise Invalid("That is no e-mail address; it looks like name@example.com.")
    return address
