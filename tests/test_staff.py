"""Sam of the store logs in; a stranger does not, and cannot keep Sam out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import staff
from lifecycle.errors import Conflict, Invalid, NotFound
from lifecycle.model import AuditEvent, LoginAttempt, Staff, StaffSession

SECRET = "a secret of twenty-four characters or more"
PASSWORD = "correct horse battery"
SAM = "sam@juneberry.example.com"
minute = timedelta(minutes=1)


@pytest.fixture
def sam(session: Session, now: datetime) -> staff.Member:
    row = staff.add(session, " Sam@Juneberry.example.com ", "agent", PASSWORD, now=now, name="Sam")
    return staff.Member(row.id, row.email, row.name, row.role)


def knock(
    session: Session, now: datetime, *, email: str = SAM, address: str = "203.0.113.9", device: str | None = None
) -> staff.Knock:
    return staff.knock(session, email, secret=SECRET, address=address, device=device, now=now)


def test_a_password_is_kept_as_argon2id_only(session: Session, sam: staff.Member) -> None:
    stored = session.get(Staff, sam.id).password_hash
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


def test_the_right_password_opens_and_every_other_does_not(session: Session, sam: staff.Member) -> None:
    assert staff.verify(session, "SAM@juneberry.example.com", PASSWORD) == sam
    for email, password in [(SAM, PASSWORD + " "), (SAM, ""), ("tess@example.com", PASSWORD), ("", "")]:
        assert staff.verify(session, email, password) is None


@pytest.mark.parametrize(
    "email, role, password",
    [("sam", "agent", PASSWORD), (SAM, "owner", PASSWORD), (SAM, "agent", "short"), (SAM, "agent", "x" * 257)],
)
def test_an_unusable_account_is_refused(session: Session, now: datetime, email: str, role: str, password: str) -> None:
    with pytest.raises(Invalid):
        staff.add(session, email, role, password, now=now)


def test_an_email_has_one_account(session: Session, sam: staff.Member, now: datetime) -> None:
    with pytest.raises(Conflict):
        staff.add(session, SAM, "viewer", PASSWORD, now=now)
    with pytest.raises(NotFound):
        staff.set_password(session, "tess@example.com", PASSWORD, now=now)


@pytest.mark.parametrize(
    "role, allowed",
    [
        ("viewer", "viewer"),
        ("agent", "viewer agent"),
        ("admin", "viewer agent admin"),
        ("privacy", "viewer privacy"),
        ("owner", ""),
    ],
)
def test_a_role_includes_what_it_says_and_nothing_else(role: str, allowed: str) -> None:
    member = staff.Member(1, SAM, "Sam", role)
    assert {name for name in (*staff.ROLES, "owner", "") if member.may(name)} == set(allowed.split())


def test_a_session_lives_thirty_minutes_idle_and_twelve_hours_in_all(
    session: Session, sam: staff.Member, now: datetime
) -> None:
    token = staff.open_session(session, sam, None, now=now)
    session.flush()
    assert staff.authenticate(session, token, now=now + 29 * minute) == sam
    assert staff.authenticate(session, token, now=now + 30 * minute) is None
    at = now
    while at < now + staff.ABSOLUTE - 20 * minute:
        at += 20 * minute
        assert staff.authenticate(session, token, now=at) == sam
        staff.touch(session, token, now=at)
    assert staff.authenticate(session, token, now=now + staff.ABSOLUTE) is None


def test_a_cookie_is_worth_nothing_after_logout_disable_or_a_new_password(
    session: Session, sam: staff.Member, now: datetime
) -> None:
    def ends(act) -> None:
        token = staff.open_session(session, sam, None, now=now)
        session.flush()
        assert staff.authenticate(session, token, now=now) == sam
        act(token)
        session.flush()
        session.expire_all()
        assert staff.authenticate(session, token, now=now) is None

    ends(lambda token: staff.close_session(session, token, now=now))
    ends(lambda token: staff.set_password(session, SAM, "another long password", now=now))
    ends(lambda token: staff.set_active(session, SAM, False, now=now))
    assert staff.verify(session, SAM, "another long password") is None
    for forged in (None, "", "x", "\udcff"):
        assert staff.authenticate(session, forged, now=now) is None


def test_only_the_hash_of_the_cookie_is_stored(session: Session, sam: staff.Member, now: datetime) -> None:
    token = staff.open_session(session, sam, None, now=now)
    session.flush()
    row = session.scalar(sa.select(StaffSession))
    assert token not in (row.token_hash, str(row.__dict__))
    assert len(token) >= 43  # 256 bits


def test_five_wrong_tries_from_one_address_wait(session: Session, sam: staff.Member, now: datetime) -> None:
    for _ in range(staff.TRIES_PER_PAIR):
        assert knock(session, now).wait_seconds == 0
    assert knock(session, now).wait_seconds == staff.WINDOW.total_seconds()
    assert knock(session, now, address="198.51.100.7").wait_seconds == 0
    assert knock(session, now + staff.WINDOW).wait_seconds == 0


def test_one_address_cannot_try_many_accounts(session: Session, now: datetime) -> None:
    for number in range(staff.TRIES_PER_ADDRESS):
        assert knock(session, now, email=f"nobody{number}@example.com").wait_seconds == 0
    assert knock(session, now, email="another@example.com").wait_seconds > 0


def test_a_stranger_cannot_lock_sam_out_of_a_known_device(session: Session, sam: staff.Member, now: datetime) -> None:
    device = staff.device_token(SECRET, SAM, now=now)
    for number in range(staff.TRIES_PER_ACCOUNT):
        knock(session, now, address=f"198.51.100.{number}")
    for _ in range(staff.TRIES_PER_PAIR + 1):
        knock(session, now)  # even from Sam's own office
    assert knock(session, now).wait_seconds > 0
    assert knock(session, now, address="192.0.2.1").wait_seconds > 0
    assert knock(session, now, device=device).wait_seconds == 0


def test_a_device_is_known_to_its_own_account_only(session: Session, sam: staff.Member, now: datetime) -> None:
    device = staff.device_token(SECRET, SAM, now=now)
    assert staff.device_of(SECRET, device, SAM, now=now)
    for token, email, at in [
        (device, "tess@example.com", now),
        (device[:-1], SAM, now),
        ("", SAM, now),
        (device, SAM, now + staff.DEVICE_LIFETIME),
    ]:
        assert staff.device_of(SECRET, token, email, now=at) is None
    for _ in range(staff.TRIES_PER_PAIR):
        knock(session, now, device=device)
    assert knock(session, now, device=device).wait_seconds > 0  # a stolen device does not guess without end


def test_a_login_forgets_the_tries_that_led_to_it(session: Session, sam: staff.Member, now: datetime) -> None:
    for _ in range(3):
        knock(session, now)
    staff.open_session(session, sam, knock(session, now).attempt_id, now=now)
    session.flush()
    assert session.scalar(sa.select(sa.func.count(LoginAttempt.id))) == 0


def test_attempts_hold_no_address_and_no_name(session: Session, now: datetime) -> None:
    knock(session, now)
    row = session.scalar(sa.select(LoginAttempt))
    assert SAM not in row.account_hash and "203.0.113" not in row.address_hash


def test_what_was_looked_at_is_written_down(session: Session, sam: staff.Member, now: datetime) -> None:
    staff.audit(session, sam.id, "read", "conversation", "c1", now=now, reason="case")
    session.flush()
    event, email = staff.audit_trail(session)[0]
    assert (event.action, event.object_id, event.details, email) == ("read", "c1", {"reason": "case"}, SAM)
    assert session.scalar(sa.select(sa.func.count(AuditEvent.id))) == 1
