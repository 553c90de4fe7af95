"""The programme file: what it says is what is planned; a mistake names its line; quiet hours keep the wall clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle import programme
from lifecycle.errors import Invalid
from lifecycle.settings import PROJECT

TEXT = (PROJECT / "programme.yml").read_text(encoding="utf-8")
ZONES = ["America/New_York", "Europe/Madrid", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo"]


def test_the_shipped_programme_is_read(home: Path) -> None:
    shipped = programme.load(PROJECT / "programme.yml")
    assert [step.name for step in shipped.steps] == ["arrival", "tips", "check_in", "nps", "review"]
    nps = shipped.step("nps")
    assert nps is not None
    assert (nps.anchor, nps.delay, nps.survey, nps.purpose) == ("delivered", timedelta(days=38), "nps", "survey")
    assert shipped.quiet == programme.Quiet(time(20), time(9))
    assert shipped.late_after == timedelta(hours=72)


def changed(old: str, new: str) -> tuple[str, int]:
    """The shipped file with one mistake, and the line it is in."""
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    return text, TEXT[: TEXT.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    "old, new, says",
    [
        ("ask: tips", "ask: tricks", "ask is tricks; it must be one of arrival, tips"),
        ("when: 7 days after delivered", "when: soon", "when is soon; write it like 1 day after delivered"),
        ("when: 7 days after delivered", "when: 10 days after paid", "with one of placed, shipped"),
        ("purpose: review", "purpose: spam", "purpose is spam"),
        ("channels: [webchat, email]", "channels: [pigeon]", "channels is pigeon"),
        ("channels: [webchat, email]", "channels: []", "names no channel"),
        ("only_if: [not_refunded, not_cancelled]", "only_if: [sunny]", "only_if is sunny"),
        ("expires: 7 days", "expires: never", "expires is never; write it like 3 days"),
        ("    expires: 7 days", "    expirse: 7 days", "expirse is not known in step arrival"),
        ("quiet_hours: 20:00 to 09:00", "quiet_hours: 25:00 to 09:00", "write them like 20:00 to 09:00"),
        ("late: 72 hours", "late: 72", "late is 72; write it like 3 days or 12 hours"),
        ("steps:", "stages:", "stages is not known in the programme"),
        ("  tips:\n", "  arrival:\n", "arrival is written twice"),
        ("  tips:\n", "  Tips!:\n", "the step name Tips!"),
        ("nps_gap: 90 days", "nps_gap: [90]", "nps_gap must be one line of text"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(home: Path, old: str, new: str, says: str) -> None:
    text, line = changed(old, new)
    with pytest.raises(Invalid) as caught:
        programme.parse(text)
    message = str(caught.value)
    assert says in message
    assert message.startswith("programme.yml line ")
    assert abs(int(message.split("line ")[1].split(":")[0]) - line) <= 1
    assert message.endswith(".") and "\n" not in message


def test_a_survey_cannot_hide_under_another_purpose(home: Path) -> None:
    text = TEXT.replace("ask: nps\n    purpose: survey", "ask: nps\n    purpose: service")
    with pytest.raises(Invalid, match="a step that asks nps must say survey"):
        programme.parse(text)


@pytest.mark.parametrize("text", ["", "quiet_hours: 20:00 to 09:00", "[1, 2]", "a: {b", "steps: {}"])
def test_a_broken_file_is_refused(home: Path, text: str) -> None:
    with pytest.raises(Invalid, match=r"programme\.yml line \d"):
        programme.parse(text)


def test_a_changed_file_is_used_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lifecycle.settings import settings

    path = home / "own.yml"
    path.write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("FOLLOW_UP_PROGRAMME", str(path))
    settings.cache_clear()
    assert programme.current().survey_gap == timedelta(days=30)
    path.write_text(TEXT.replace("survey_gap: 30 days", "survey_gap: 45 days"), encoding="utf-8")
    import os

    os.utime(path, ns=(1, 1))
    assert programme.current().survey_gap == timedelta(days=45)


def test_quiet_hours_move_to_the_morning_of_the_buyer(home: Path) -> None:
    shipped = programme.parse(TEXT)
    evening = datetime(2026, 11, 2, 21, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    assert shipped.opening(evening, "Europe/Madrid") == datetime(2026, 11, 3, 8, 0, tzinfo=timezone.utc)
    night = datetime(2026, 11, 3, 3, 0, tzinfo=ZoneInfo("Europe/Madrid"))
    assert shipped.opening(night, "Europe/Madrid") == datetime(2026, 11, 3, 8, 0, tzinfo=timezone.utc)
    day = datetime(2026, 11, 3, 12, 0, tzinfo=timezone.utc)
    assert shipped.opening(day, "Europe/Madrid") == day
    assert shipped.opening(day, "No/Where") == shipped.opening(day, None)


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.tuples(st.integers(0, 23), st.sampled_from([0, 30])),
    st.tuples(st.integers(0, 23), st.sampled_from([0, 30])),
)
def test_nothing_ever_opens_in_quiet_hours_or_in_the_past(
    zone: str, naive: datetime, start: tuple[int, int], end: tuple[int, int]
) -> None:
    own = TEXT.replace("20:00 to 09:00", f"{start[0]:02}:{start[1]:02} to {end[0]:02}:{end[1]:02}")
    shipped = programme.parse(own)
    moment = naive.replace(tzinfo=timezone.utc)
    opened = shipped.opening(moment, zone)
    assert moment <= opened <= moment + timedelta(hours=26)
    assert not shipped.quiet.covers(opened.astimezone(ZoneInfo(zone)).time())
    assert shipped.opening(opened, zone) == opened


def test_the_hour_that_comes_twice_does_not_open_in_the_past(home: Path) -> None:
    own = programme.parse(TEXT.replace("20:00 to 09:00", "00:00 to 01:30"))
    second_time = datetime(2026, 11, 1, 6, 15, tzinfo=timezone.utc)  # 01:15 in New York, for the second time that night
    assert own.opening(second_time, "America/New_York") == datetime(2026, 11, 1, 6, 30, tzinfo=timezone.utc)
