"""Clocks change twice a year, and a machine's may jump: everybody is asked once, in the daytime of where they live."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from mailroom import RecordingHttp, ScriptedSmtp, closing
from sqlalchemy.orm import Session

from lifecycle import db, followups, orders, worker
from lifecycle.model import FollowUp
from lifecycle.settings import settings

ZONES = [
    "America/New_York", "Europe/Madrid", "Africa/Cairo", "America/Santiago", "Australia/Lord_Howe", "Pacific/Chatham",
]  # fmt: skip
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=timezone.utc)  # in Madrid
DAYS = (1, 2, 4, 5, 7, 8, 9, 20, 38, 39, 40, 50)  # after the delivery: what is due comes on one of them
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)


def changes(zone: str) -> list[datetime]:
    """When the clocks of a zone change in 2026, to the hour."""
    hours = (datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(hours=number) for number in range(365 * 24))
    return [at for at in hours if offset(at, zone) != offset(at + HOUR, zone)]


def offset(at: datetime, zone: str) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def delivered(session: Session, ref: str, at: datetime, zone: str) -> None:
    event = {
        "type": "order.delivered",
        "timestamp": at.isoformat(),
        "data": {
            "order_id": ref,
            "currency": "USD",
            "total": 129.0,
            "customer": {"email": f"{ref}@example.com", "name": "Ada Byron", "timezone": zone},
            "lines": [{"product_id": "p-0", "title": "Quiet Kettle", "quantity": 1, "price": 129.0}],
        },
    }
    orders.apply(session, orders.parse_generic(event, f"{ref}-delivered"), now=at)


@pytest.mark.parametrize("edge", [0, 1])
@pytest.mark.parametrize("zone", ZONES)
def test_around_a_change_of_the_clocks_all_leaves_once_and_in_local_daytime(
    session: Session, zone: str, edge: int
) -> None:
    change = changes(zone)[edge]
    for number in range(20):
        at = change - timedelta(days=3) + timedelta(hours=5 * number)
        delivered(session, f"d{number}", at, zone)
    left: list[str] = []
    for hour in range(24 * 7):
        at = change - timedelta(days=3) + timedelta(hours=hour)
        for row in followups.due(session, now=at):
            followups.mark(session, row.id, "sent", now=at)
            assert 9 <= at.astimezone(ZoneInfo(zone)).hour < 20
            left += [str(row.order_id)] if row.step == "arrival" else []
    assert len(left) == len(set(left)) == 20


@pytest.fixture
def smtp(database, monkeypatch):
    with closing(RecordingHttp(body=b'{"messages": [{"id": 1}]}')) as rasa, closing(ScriptedSmtp()) as server:
        monkeypatch.setenv("RASA_URL", rasa.url)
        monkeypatch.setenv("SMTP_URL", server.url)
        settings.cache_clear()
        yield server


@pytest.mark.parametrize(
    "jumps",
    [
        pytest.param([HOUR, -HOUR, HOUR, -HOUR], id="an hour to and fro"),
        pytest.param([-YEAR * 3, YEAR * 3], id="years back and home again"),
        pytest.param([-YEAR * 20, -HOUR, YEAR * 20, HOUR], id="to before the shop began"),
    ],
)
def test_a_clock_that_jumps_asks_nobody_twice_and_forgets_nobody(smtp: ScriptedSmtp, jumps: list[timedelta]) -> None:
    """Between any two days the machine's clock is wrong for a while, and the worker works on."""
    with db.transaction() as session:
        for number in range(6):
            delivered(session, f"o{number}", NOON + HOUR * number, "Europe/Madrid")
    for day in DAYS:
        at = NOON + timedelta(days=day)
        worker.work_once(now=at, settings=settings())
        for jump in jumps:
            at += jump
            worker.work_once(now=at, settings=settings())
    asked = Counter((message["To"], message["Subject"]) for message in smtp.messages())
    assert set(asked.values()) == {1}
    with db.reading() as session:
        found = Counter(map(tuple, session.execute(sa.select(FollowUp.step, FollowUp.state))))
    assert {step: found[step, "sent"] for step in ("arrival", "check_in", "nps")} == {
        "arrival": 6, "check_in": 6, "nps": 6,
    }  # fmt: skip


def test_a_clock_years_ahead_takes_no_question_from_those_who_buy_after_it(smtp: ScriptedSmtp) -> None:
    """What was due meanwhile is too old to be asked, and says so; nobody is asked twice when it is right again."""
    with db.transaction() as session:
        delivered(session, "before", NOON, "Europe/Madrid")
    worker.work_once(now=NOON + YEAR * 3, settings=settings())
    with db.transaction() as session:
        delivered(session, "after", NOON + HOUR, "Europe/Madrid")
    for day in DAYS:
        worker.work_once(now=NOON + timedelta(days=day, hours=2), settings=settings())
    asked = Counter((message["To"], message["Subject"]) for message in smtp.messages())
    assert set(asked.values()) <= {1}
    assert len([to for to, _ in asked if "after@" in to]) == 3
    with db.reading() as session:
        reasons = {row.reason for row in session.scalars(sa.select(FollowUp).where(FollowUp.state == "cancelled"))}
    assert all(reasons)
