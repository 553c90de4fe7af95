"""Text, tokens, time and settings: the small things everything stands on."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle import clock, text, tokens
from lifecycle.errors import Invalid, Refused
from lifecycle.settings import load

SECRET = "a secret of at least twenty-four characters"
DAY = timedelta(days=1)


@given(st.text())
def test_canonical_text_is_canonical_and_harmless(raw):
    made = text.canonical(raw)
    assert text.canonical(made) == made
    made.encode("utf-8")
    assert "\0" not in made and "\r" not in made


@given(st.text(max_size=500))
def test_one_line_is_one_line(raw):
    line = text.one_line(raw, 80)
    assert len(line) <= 80 and len(line.splitlines()) <= 1


def test_a_token_opens_its_own_door_only(now):
    token = tokens.sign(SECRET, "survey", "17", now=now, lifetime=DAY, product="p1")
    assert tokens.verify(SECRET, "survey", token, now=now) == ("17", {"product": "p1"})
    with pytest.raises(Refused):
        tokens.verify(SECRET, "unsubscribe", token, now=now)
    with pytest.raises(Refused):
        tokens.verify(SECRET + "!", "survey", token, now=now)
    with pytest.raises(Refused):
        tokens.verify(SECRET, "survey", token, now=now + DAY)


def test_every_changed_byte_of_a_token_is_noticed(now):
    token = tokens.sign(SECRET, "survey", "17", now=now, lifetime=DAY)
    accepted = []
    for position, char in enumerate(token):
        forged = token[:position] + ("A" if char != "A" else "B") + token[position + 1 :]
        try:
            accepted.append(tokens.verify(SECRET, "survey", forged, now=now))
        except Refused:
            continue
    # The last character of unpadded base64 has unused bits: the same signature in another spelling, no other token.
    assert all(found == ("17", {}) for found in accepted) and len(accepted) <= 1


@pytest.mark.parametrize("raw", ["2026-12-20", "2026-12-20T10:00:00", "soon", ""])
def test_a_moment_without_a_zone_is_a_guess(raw):
    with pytest.raises(ValueError):
        clock.parse(raw)


def test_moments_round_trip():
    assert clock.parse("2026-12-20T11:00:00+01:00") == datetime(2026, 12, 20, 10, tzinfo=timezone.utc)
    assert clock.iso(clock.parse("2026-12-20T10:00:00Z")) == "2026-12-20T10:00:00Z"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "８０"),
        ("DEMO", "maybe"),
        ("STORE_TIMEZONE", "Mars"),
        ("STORE_CURRENCY", "dollars"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FILE", "/nowhere/at/all"),
    ],
)
def test_a_setting_that_cannot_be_read_stops_the_start_and_is_named(tmp_path, name, value):
    with pytest.raises(Invalid, match=name.removesuffix("_FILE")):
        load({"LIFECYCLE_HOME": str(tmp_path), name: value})


def test_secrets_are_made_once_kept_private_and_may_come_from_files(tmp_path: Path):
    first = load({"LIFECYCLE_HOME": str(tmp_path)})
    assert load({"LIFECYCLE_HOME": str(tmp_path)}).secret_key == first.secret_key != first.identity_secret
    assert (tmp_path / "secrets" / "secret_key").stat().st_mode & 0o077 == 0
    file = tmp_path / "given"
    file.write_text(SECRET + "\n")
    assert load({"LIFECYCLE_HOME": str(tmp_path), "SECRET_KEY_FILE": str(file)}).secret_key == SECRET
    with pytest.raises(Invalid):
        load({"LIFECYCLE_HOME": str(tmp_path), "SECRET_KEY_FILE": str(file), "SECRET_KEY": SECRET})
