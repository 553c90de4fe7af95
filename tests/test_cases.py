"""Cases: opened once, due when somebody works, replied to where the customer is, reopened by their word."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from lifecycle import cases, conversations, customers, interactions
from lifecycle.errors import Conflict, Invalid, NotFound
from lifecycle.model import SupportCase
from lifecycle.settings import settings

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def store_in_new_york(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE_TIMEZONE", "America/New_York")
    settings.cache_clear()


def opened(session: Session, now: datetime, key: str = "k1") -> SupportCase:
    ada = customers.find_or_create(session, email="ada@example.com", name="Ada", now=now)
    chat = conversations.start(session, channel="web", customer_id=ada.id, now=now)
    return cases.open(session, source_key=key, kind="problem", subject="The lid\r\nis loose", customer_id=ada.id,
                      conversation_id=chat.id, summary={"reason": "loose"}, now=now)  # fmt: skip


def test_the_same_key_is_the_same_case(session: Session, now: datetime) -> None:
    first = opened(session, now)
    again = opened(session, now + timedelta(days=3))
    assert (again.id, again.opened_at, again.subject) == (first.id, now, "The lid is loose")
    assert opened(session, now, "k2").id != first.id


@pytest.mark.parametrize(
    "at, due",
    [
        ((2026, 11, 4, 14, 0), (2026, 11, 5, 14, 0)),  # Wednesday → Thursday, same time
        ((2026, 11, 4, 14, 7), (2026, 11, 5, 14, 15)),  # on the quarter
        ((2026, 11, 6, 14, 0), (2026, 11, 9, 14, 0)),  # Friday → Monday
        ((2026, 11, 7, 11, 0), (2026, 11, 10, 9, 0)),  # Saturday → the whole of Monday, Tuesday morning
        ((2026, 11, 4, 22, 30), (2026, 11, 6, 9, 0)),  # a night is no time for a promise
        ((2026, 11, 4, 3, 0), (2026, 11, 5, 9, 0)),
        ((2026, 10, 30, 14, 0), (2026, 11, 2, 14, 0)),  # across the change of the clocks on Sunday
    ],
)
def test_a_reply_is_due_after_a_working_day(at: tuple[int, ...], due: tuple[int, ...]) -> None:
    moment = datetime(*at, tzinfo=NEW_YORK)  # type: ignore[arg-type, misc]
    assert cases.due_time(moment).astimezone(NEW_YORK) == datetime(*due, tzinfo=NEW_YORK)  # type: ignore[arg-type, misc]


def test_high_priority_halves_the_wait() -> None:
    morning = datetime(2026, 11, 4, 9, 30, tzinfo=NEW_YORK)
    assert cases.due_time(morning, priority="high") < cases.due_time(morning)


def test_the_customer_reads_the_time_of_their_own_clock(session: Session, now: datetime) -> None:
    case = opened(session, now)
    case.due_at = datetime(2026, 11, 5, 14, 0, tzinfo=NEW_YORK)
    assert cases.due_text(session, case, now=now) == "Thu 14:00 EST"
    customer = customers.by_email(session, "ada@example.com")
    assert customer is not None
    customer.timezone = "Europe/Madrid"
    assert cases.due_text(session, case, now=now) == "Thu 20:00"
    case.due_at += timedelta(days=7)
    assert cases.due_text(session, case, now=now) == "Thu 12 Nov 20:00"


def test_a_reply_reaches_the_chat_and_a_note_does_not(session: Session, now: datetime) -> None:
    case = opened(session, now)
    cases.note(session, case.id, "Call the supplier.", now=now)
    cases.reply(session, case.id, "A new lid is on its way.", staff_id=None, now=now)
    assert (case.state, case.first_reply_at) == ("pending", now)
    said = conversations.history(session, case.conversation_id)
    assert [(message.role, message.text) for message in said] == [("staff", "A new lid is on its way.")]
    status = cases.status(session, case.id, now=now)
    assert [(author, text) for author, text, _at in status.replies] == [("staff", "A new lid is on its way.")]


def test_the_customers_word_reopens_what_was_closed(session: Session, now: datetime) -> None:
    case = opened(session, now)
    cases.close(session, case.id, cause="missing_part", now=now)
    cases.close(session, case.id, cause="other", now=now)
    assert (case.state, case.cause) == ("closed", "missing_part")
    with pytest.raises(Conflict, match="reopen"):
        cases.reply(session, case.id, "Hello", staff_id=None, now=now)
    later = now + timedelta(days=2)
    cases.customer_reply(session, case.id, "It is loose again.", now=later)
    assert (case.state, case.reopened_count, case.closed_at) == ("open", 1, None)
    assert case.due_at > later
    record = interactions.of(session, case.conversation_id)
    assert record is not None and record.resolution == "reopened"


def test_an_answer_to_staff_puts_the_case_back_into_the_queue(session: Session, now: datetime) -> None:
    case = opened(session, now)
    cases.reply(session, case.id, "Which lid?", staff_id=None, now=now)
    cases.customer_reply(session, case.id, "The big one.", now=now + timedelta(hours=3))
    assert case.state == "open"
    assert [each.id for each in cases.waiting(session)] == [case.id]
    assert [each.id for each in cases.open_of(session, customer_id=case.customer_id)] == [case.id]


def test_overdue_is_said(session: Session, now: datetime) -> None:
    case = opened(session, now)
    assert not cases.status(session, case.id, now=now).overdue
    assert cases.status(session, case.id, now=case.due_at + timedelta(minutes=1)).overdue


def test_what_cannot_be_is_refused_in_one_sentence(session: Session, now: datetime) -> None:
    case = opened(session, now)
    with pytest.raises(Invalid, match="no cause"):
        cases.close(session, case.id, cause="because", now=now)
    with pytest.raises(Invalid, match="empty"):
        cases.customer_reply(session, case.id, " \u200b ", now=now)
    with pytest.raises(NotFound):
        cases.status(session, 10**6, now=now)
    with pytest.raises(Invalid, match="no kind"):
        cases.open(session, source_key="x", kind="riddle", subject="?", customer_id=None, now=now)
