"""Last month's words are read again by a candidate model, before anybody is served by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner

from lifecycle import conversations, db, training
from lifecycle.cli import cli
from lifecycle.conversations import Heard
from lifecycle.interactions import TurnFacts
from lifecycle.settings import load

NOW = datetime(2026, 11, 2, 12, tzinfo=timezone.utc)
Say = Callable[..., str]


@pytest.fixture(scope="session")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return training.ensure(load({"LIFECYCLE_HOME": str(tmp_path_factory.mktemp("train"))}), tell=print)


@pytest.fixture
def say(home: Path) -> Say:
    db.bind(f"sqlite:///{home / 'lifecycle.db'}")
    db.upgrade()

    def said(text: str, intent: str, *, days_ago: int = 2, **details: object) -> str:
        at = NOW - timedelta(days=days_ago)
        with db.transaction() as session:
            opened = conversations.start(session, channel="web", now=at)
            heard = Heard(text, "m1", intent, 0.9, dict(details))
            conversations.record_turn(session, opened, heard=heard, said=[], facts=TurnFacts(), turn_id="m1", now=at)
            return str(opened.id)

    return said


def replay(candidate: Path, *options: str) -> str:
    asked = ["conversations", "replay", "--model", str(candidate), "--now", NOW.isoformat(), *options]
    done = CliRunner().invoke(cli, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_only_what_the_candidate_understands_differently_is_listed(say: Say, candidate: Path) -> None:
    found = say("where is my parcel, I am ada@example.com", "out_of_scope")
    lost = say("what do you think about the election", "ask_delivery")
    other = say("how much is shipping to Canada?", "greet")
    say("where is my order?", "ask_order_status")  # as before
    say("Yes, please", "greet", pressed=True)  # a button: nobody typed it
    say("where is my parcel", "out_of_scope", days_ago=60)
    report = json.loads(replay(candidate, "--json"))
    assert (report["read"], report["changed"], report["found"], report["lost"], report["other"]) == (4, 3, 1, 1, 1)
    kinds = {row["conversation_id"]: (row["kind"], row["before"]) for row in report["changes"]}
    assert kinds == {
        found: ("found", "out_of_scope"),
        lost: ("lost", "ask_delivery"),
        other: ("other", "greet"),
    }
    assert "ada@example.com" not in json.dumps(report)  # words are masked before they are read


def test_the_report_ends_with_one_sentence_and_older_words_are_read_when_asked_for(say: Say, candidate: Path) -> None:
    say("where is my parcel", "out_of_scope", days_ago=60)
    assert replay(candidate).startswith("0 of 0 messages would be understood differently")
    assert "1 of 1 messages would be understood differently: 1 understood now, 0 no longer" in replay(
        candidate, "--days", "90"
    )
