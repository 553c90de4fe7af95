"""The worker's own log: what it tells after a kill, and that whoever takes over was first."""

from __future__ import annotations

import os

import pytest

from lifecycle.channels import departures
from lifecycle.channels.departures import Departures, Seized, seize

ANNA = "shop:12:abc"


@pytest.fixture
def log(tmp_path):
    opened = Departures(tmp_path / "departures", ANNA)
    opened.open()
    return opened


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "departures"


def test_only_what_was_begun_and_has_no_end_is_in_doubt(log, folder):
    for delivery_id, outcome in ((1, "sent"), (2, "kept"), (3, "sent"), (4, None)):
        log.begins(delivery_id)
        if outcome:
            log.ended(delivery_id, outcome)
    told = seize(folder, ANNA)
    assert (told.sent, told.in_doubt) == ({1, 3}, {4})
    assert seize(folder, ANNA) == told, "asking again tells the same"


def test_who_was_taken_over_sends_nothing_any_more(log, folder):
    log.begins(1)
    seize(folder, ANNA)
    with pytest.raises(Seized):
        log.begins(2)
    log.ended(1, "sent")
    assert seize(folder, ANNA).in_doubt == {1}, "what came too late does not count"


def test_who_was_taken_over_knows_it_although_the_log_is_gone(log, folder):
    log.begins(1)
    seize(folder, ANNA)
    departures.tidy(folder, set(), before=2**40)
    assert list(folder.glob("*.log")) == []
    with pytest.raises(Seized):
        log.begins(2)


def test_another_start_of_the_machine_or_another_machine_tells_nothing(log, folder, tmp_path, monkeypatch):
    log.begins(1)
    assert seize(folder, "elsewhere:1:x") is None
    later = tmp_path / "boot_id"
    later.write_text("another boot\n")
    monkeypatch.setattr(departures, "_BOOT", later)
    assert seize(folder, ANNA) is None


def test_a_system_without_a_name_for_its_start_is_never_trusted(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(departures, "_BOOT", tmp_path / "missing")
    log = Departures(folder, ANNA)
    log.open()
    log.begins(1)
    assert seize(folder, ANNA) is None


def test_a_log_is_for_its_owner_only_and_goes_when_all_is_settled(log, folder):
    [path] = folder.glob("*.log")
    assert path.stat().st_mode & 0o077 == 0
    log.close()
    assert list(folder.glob("*.log")) == []


def test_old_logs_of_nobody_go_and_those_still_needed_stay(log, folder):
    Departures(folder, "../../bert").open()
    assert {path.parent for path in folder.glob("*")} == {folder}, "a worker's name leads nowhere else"
    for path in folder.glob("*.log"):
        os.utime(path, (1_000, 1_000))
    departures.tidy(folder, {ANNA}, before=2_000)
    assert [path.name for path in folder.glob("*.log")] == ["shop_12_abc.log"]
