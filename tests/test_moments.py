"""The moment a command acts as of, as people give it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import click
import pytest

from lifecycle import clock
from lifecycle.cli.shared import Moment
from lifecycle.settings import settings

NOW = datetime(2026, 10, 30, 23, 50, tzinfo=timezone.utc)


def moment(text: str) -> datetime:
    given = Moment().convert(text, None, None)
    assert isinstance(given, datetime)
    return given


@pytest.fixture(autouse=True)
def _store_in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("STORE_TIMEZONE", "America/New_York")
    monkeypatch.setattr(clock, "utcnow", lambda: NOW)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_so_many_days_ahead_is_noon_at_the_store_whatever_the_clock_does() -> None:
    assert moment("+1d") == datetime(2026, 10, 31, 16, 0, tzinfo=timezone.utc)
    assert moment("+2d") == datetime(2026, 11, 1, 17, 0, tzinfo=timezone.utc)  # summer time ended that night
    assert moment("+2d").astimezone(ZoneInfo("America/New_York")).hour == 12


def test_hours_ahead_are_from_now_and_a_date_is_itself() -> None:
    assert moment("+5h") == NOW + timedelta(hours=5)
    assert moment("2026-12-20T10:00:00Z") == datetime(2026, 12, 20, 10, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize("text", ["+xd", "tomorrow", "2026-12-20T10:00:00", "+99999d99", "+99999999d", ""])
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"\+3d"):
        Moment().convert(text, None, None)
