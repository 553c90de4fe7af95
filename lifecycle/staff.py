"""Who of the store may log in to the console, what their role allows, and what they looked at.

Passwords are argon2id hashes, sessions are rows that hold only the hash of their cookie, failed logins are rows that
the throttle counts, and every look at a customer's words is an audit row.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from lifecycle import tokens
from lifecycle.errors import Conflict, Invalid, NotFound, Refused
from lifecycle.model import AuditEvent, LoginAttempt, Staff, StaffSession
from lifecycle.text import one_line

GRANTS: dict[str, frozenset[str]] = {
    "viewer": frozenset({"viewer"}),
    "agent": frozenset({"viewer", "agent"}),
    "admin": frozenset({"viewer", "agent", "admin"}),
    "privacy": frozenset({"viewer", "privacy"}),
}
ROLES = tuple(GRANTS)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
DEVICE_LIFETIME = timedelta(days=90)
PASSWORD_MIN, PASSWORD_MAX = 12, 256  # NIST SP 800-63B: length over composition rules

WINDOW = timedelta(minutes=15)
TRIES_PER_PAIR = 5  # one account from one address, or from one known device
TRIES_PER_ADDRESS = 30
TRIES_PER_ACCOUNT = 50  # from unknown devices, all addresses together

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Verified when the account does not exist, so that both take as long."""
    return _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True)
class Member:
    """A logged-in person of the store."""

    id: int
    email: str
    name: str
    role: str

    def may(self, role: str) -> bool:
        """Whether this person's role includes `role`; a role nobody granted includes nothing."""
        return role in GRANTS.get(self.role, frozenset())

    @property
    def sees_personal_data(self) -> bool:
        return self.may("agent") or self.may("privacy")


@dataclass(frozen=True)
class Knock:
    """A counted try to log in: refused for `wait_seconds` when that is not 0."""

    attempt_id: int | None
    wait_seconds: int


def add(session: Session, email: str, role: str, password: str, *, now: datetime, name: str = "") -> Staff:
    """A new account; raises Invalid for an unusable email, role or password, Conflict when the email has one."""
    address = _address(email)
    if role not in ROLES:
        raise Invalid(f"{role!r} is no role; use one of {', '.join(ROLES)}.")
    if session.scalar(sa.select(Staff.id).where(Staff.email == address)) is not None:
        raise Conflict(f"{address} already has an account; set a new password instead.")
    row = Staff(
        email=address, name=one_line(name), role=role, password_hash=_hash(password), active=True, created_at=now
    )
    session.add(row)
    session.flush()
    return row


def set_password(session: Session, email: str, password: str, *, now: datetime) -> None:
    """Give the account a new password; every session of it ends."""
    row = _find(session, email)
    row.password_hash = _hash(password)
    _end_sessions(session, row.id)


def set_active(session: Session, email: str, active: bool, *, now: datetime) -> None:
    """Switch an account off (its sessions end at once) or on again."""
    row = _find(session, email)
    row.active = active
    if not active:
        _end_sessions(session, row.id)


def set_role(session: Session, email: str, role: str, *, now: datetime) -> None:
    """Change what the account may do, from its next request on."""
    if role not in ROLES:
        raise Invalid(f"{role!r} is no role; use one of {', '.join(ROLES)}.")
    _find(session, email).role = role


def everyone(session: Session) -> list[Staff]:
    return list(session.scalars(sa.select(Staff).order_by(Staff.email)))


# --- logging in -------------------------------------------------------------------------------------------------------


def knock(session: Session, email: str, *, secret: str, address: str, device: str | None, now: datetime) -> Knock:
    """Count a try to log in before its password is looked at, and say whether it may be.

    A stranger's failures cannot lock a person out of a device they have logged in from: a known device is counted
    by itself, wherever it is, and no limit that others can fill applies to it.
    """
    account_hash = _keyed(secret, "account", email.strip().lower())
    known = device_of(secret, device, email, now=now)
    address_hash = _keyed(secret, "device", known) if known else _keyed(secret, "address", address)
    since = now - WINDOW
    session.execute(sa.delete(LoginAttempt).where(LoginAttempt.at < since - WINDOW))
    by_account = LoginAttempt.account_hash == account_hash
    by_address = LoginAttempt.address_hash == address_hash
    limits = [(sa.and_(by_account, by_address), TRIES_PER_PAIR)]
    if not known:
        limits += [(by_address, TRIES_PER_ADDRESS), (by_account, TRIES_PER_ACCOUNT)]
    for condition, limit in limits:
        newest = sa.select(LoginAttempt.at).where(condition, LoginAttempt.at > since).order_by(LoginAttempt.at.desc())
        times = list(session.scalars(newest.limit(limit)))
        if len(times) >= limit:
            return Knock(None, max(1, int((times[-1] + WINDOW - now).total_seconds())))
    row = LoginAttempt(account_hash=account_hash, address_hash=address_hash, at=now)
    session.add(row)
    session.flush()
    return Knock(row.id, 0)


def verify(session: Session, email: str, password: str) -> Member | None:
    """The person whose email and password these are; None for a wrong, unknown or switched-off account.

    Takes as long for an unknown account as for a known one, and needs no write lock: call it in a transaction that
    only reads.
    """
    row = session.scalar(sa.select(Staff).where(Staff.email == email.strip().lower()))
    nobody = _nobody()
    try:
        _hasher.verify(row.password_hash if row is not None else nobody, password[: PASSWORD_MAX + 1])
    except (VerificationError, InvalidHashError):
        return None
    return _member(row) if row is not None and row.active else None


def open_session(session: Session, member: Member, attempt_id: int | None, *, now: datetime) -> str:
    """A new session with a new random id (never one the browser brought); returns the cookie's value.

    The tries that led here are forgotten, so that a person who mistyped twice starts from zero.
    """
    attempt = session.get(LoginAttempt, attempt_id) if attempt_id is not None else None
    if attempt is not None:
        session.execute(
            sa.delete(LoginAttempt).where(
                LoginAttempt.account_hash == attempt.account_hash, LoginAttempt.address_hash == attempt.address_hash
            )
        )
    session.execute(sa.delete(StaffSession).where(StaffSession.created_at < now - ABSOLUTE))
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(token_hash=_token_hash(token), staff_id=member.id, created_at=now, last_seen_at=now))
    audit(session, member.id, "login", now=now)
    return token


def authenticate(session: Session, token: str | None, *, now: datetime) -> Member | None:
    """Whose session this cookie is; None when unknown, idle for 30 minutes, 12 hours old, or of a closed account."""
    if not token:
        return None
    found = session.execute(
        sa.select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == _token_hash(token))
    ).first()
    if found is None:
        return None
    opened, person = found
    if not person.active or now - opened.created_at >= ABSOLUTE or now - opened.last_seen_at >= IDLE:
        return None
    return _member(person)


def touch(session: Session, token: str, *, now: datetime) -> None:
    """Remember that the session is in use; at most one write a minute."""
    session.execute(
        sa.update(StaffSession)
        .where(StaffSession.token_hash == _token_hash(token), StaffSession.last_seen_at < now - timedelta(minutes=1))
        .values(last_seen_at=now)
    )


def needs_touch(session: Session, token: str, *, now: datetime) -> bool:
    seen = session.scalar(sa.select(StaffSession.last_seen_at).where(StaffSession.token_hash == _token_hash(token)))
    return seen is not None and seen < now - timedelta(minutes=1)


def close_session(session: Session, token: str | None, *, now: datetime) -> None:
    """Log out: the cookie is worth nothing from now on, wherever it was copied to."""
    if token:
        row = session.scalar(sa.select(StaffSession).where(StaffSession.token_hash == _token_hash(token)))
        if row is not None:
            audit(session, row.staff_id, "logout", now=now)
            session.delete(row)


def device_token(secret: str, email: str, *, now: datetime) -> str:
    """What a browser keeps to be known again at the next login; it gives no access."""
    return tokens.sign(
        secret,
        "staff-device",
        tokens.new_id(),
        now=now,
        lifetime=DEVICE_LIFETIME,
        of=_keyed(secret, "account", email.strip().lower()),
    )


def device_of(secret: str, token: str | None, email: str, *, now: datetime) -> str | None:
    """The id of a device this account has logged in from, None for any other."""
    if not token:
        return None
    try:
        device, claims = tokens.verify(secret, "staff-device", token, now=now)
    except Refused:  # forged, expired or foreign: a stranger's device, nothing else
        return None
    return device if claims.get("of") == _keyed(secret, "account", email.strip().lower()) else None


# --- what was looked at -----------------------------------------------------------------------------------------------


def audit(
    session: Session,
    staff_id: int | None,
    action: str,
    kind: str = "",
    object_id: Any = "",
    *,
    now: datetime,
    **details: Any,
) -> None:
    """Write down who did what to which object; in the same transaction as the thing itself."""
    session.add(
        AuditEvent(
            staff_id=staff_id, action=action, object_kind=kind, object_id=str(object_id)[:64], details=details, at=now
        )
    )


def audit_trail(session: Session, *, limit: int = 200) -> list[tuple[AuditEvent, str]]:
    """(event, email of its author), newest first."""
    query = (
        sa.select(AuditEvent, sa.func.coalesce(Staff.email, ""))
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return [(event, email) for event, email in session.execute(query)]


# --- small parts ------------------------------------------------------------------------------------------------------


def _member(row: Staff) -> Member:
    return Member(row.id, row.email, row.name or row.email.partition("@")[0], row.role)


def _find(session: Session, email: str) -> Staff:
    row = session.scalar(sa.select(Staff).where(Staff.email == email.strip().lower()))
    if row is None:
        raise NotFound(f"No account has the email {email}; add it with: lifecycle staff add {email}")
    return row


def _address(email: str) -> str:
    address = one_line(email, 320).lower()
    name, at, host = address.partition("@")
    if not (name and at and "." in host) or " " in address:
        raise Invalid(f"{email!r} is no email address; write one like sam@example.com.")
    return address


def _hash(password: str) -> str:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise Invalid(f"The password must have {PASSWORD_MIN} to {PASSWORD_MAX} characters.")
    return _hasher.hash(password)


def _end_sessions(session: Session, staff_id: int) -> None:
    session.execute(sa.delete(StaffSession).where(StaffSession.staff_id == staff_id))


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _keyed(secret: str, kind: str, value: str) -> str:
    return tokens.identifier_hash(secret, f"staff-{kind}:{value}")
