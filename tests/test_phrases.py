"""Words that were not understood are listed, told what they mean, and leave as examples for the model."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import yaml
from sqlalchemy.orm import Session

from lifecycle import conversations
from lifecycle.conversations import Heard
from lifecycle.desk import phrases, themes
from lifecycle.errors import Invalid, NotFound
from lifecycle.interactions import TurnFacts
from lifecycle.model import Staff, Survey, SurveyAnswer

day = timedelta(days=1)


@pytest.fixture
def sam(session: Session, now: datetime) -> int:
    row = Staff(email="sam@example.com", role="agent", password_hash="x", created_at=now)
    session.add(row)
    session.flush()
    return int(row.id)


def say(session: Session, text: str, intent: str, confidence: float, at: datetime, **details: object) -> int:
    opened = conversations.start(session, channel="web", now=at)
    heard = Heard(text, "m1", intent, confidence, dict(details))
    conversations.record_turn(session, opened, heard=heard, said=[], facts=TurnFacts(), turn_id="m1", now=at)
    return int(conversations.history(session, opened.id)[0].id)


def test_the_commonest_unclear_words_come_first_and_go_when_reviewed(session: Session, sam: int, now: datetime) -> None:
    say(session, "asdf", "out_of_scope", 0.2, now)
    for text in ("Where's ma parcel", "wheres ma parcel?", "WHERE’S MA PARCEL"):
        last = say(session, text, "out_of_scope", 0.3, now)
    unsure = say(session, "how long", "ask_delivery", 0.4, now)
    say(session, "where is my order", "ask_order_status", 0.97, now)
    say(session, "Yes", "out_of_scope", 0.1, now, pressed=True)
    say(session, "too old", "out_of_scope", 0.1, now - 9 * day)
    found = phrases.unclear(session, since=now - day)
    # "where's" and "wheres" are two spellings; the first two of one spelling are one line
    assert {(row.text, row.number) for row in found} == {
        ("WHERE’S MA PARCEL", 2), ("wheres ma parcel?", 1), ("how long", 1), ("asdf", 1)
    }  # fmt: skip
    assert found[0].number == 2
    phrases.review(session, last, "ask_order_status", staff_id=sam, now=now)
    phrases.review(session, unsure, "ask_delivery", staff_id=sam, now=now)
    phrases.review(session, unsure, "out_of_scope", staff_id=sam, now=now)  # changed their mind
    assert {row.text for row in phrases.unclear(session, since=now - day)} == {"wheres ma parcel?", "asdf"}
    assert phrases.reviewed_count(session) == 2
    with pytest.raises(Invalid):
        phrases.review(session, last, "make_coffee", staff_id=sam, now=now)
    with pytest.raises(NotFound):
        phrases.review(session, 4711, "greet", staff_id=sam, now=now)


def test_the_examples_are_training_data_without_anybodys_address(session: Session, sam: int, now: datetime) -> None:
    hostile = "- [mail](me) ada@example.com: {x}\nexamples: |\n  - intent: pwned"
    for text, intent in (
        (hostile, "contact_human"),
        ("where's it", "ask_order_status"),
        ("where's it", "ask_order_status"),
    ):
        phrases.review(session, say(session, text, "out_of_scope", 0.1, now), intent, staff_id=sam, now=now)
    data = yaml.safe_load(phrases.patch(session))
    assert [entry["intent"] for entry in data["nlu"]] == ["ask_order_status", "contact_human"]
    assert data["nlu"][0]["examples"] == "- where's it\n"
    (line,) = data["nlu"][1]["examples"].splitlines()
    assert "ada@example.com" not in line and "pwned" in line and not set("[]{}") & set(line.replace("[e-mail", ""))


def test_themes_are_counted_quoted_and_compared(session: Session, now: datetime) -> None:
    def remark(text: str, about: list[str], sentiment: str, at: datetime) -> None:
        survey = Survey(kind="nps", asked_at=at, expires_at=at + day)
        session.add(survey)
        session.flush()
        session.add(
            SurveyAnswer(survey_id=survey.id, score=4, remark=text, sentiment=sentiment, themes=about, source="mail",
                         answered_at=at, updated_at=at)
        )  # fmt: skip

    for number in range(6):
        remark(f"too loud {number}", ["noise"], "negative", now - day)
    remark("quiet and here in time", ["noise", "delivery"], "positive", now - day)
    for number in range(40):
        remark(f"late {number}", ["delivery"], "negative", now - 35 * day)
    remark("", [], "unclear", now - day)
    session.flush()
    number, rows = themes.of_period(session, since=now - 30 * day, until=now)
    assert number == 7
    assert [(row.name, row.number, row.complaints, row.moved) for row in rows] == [
        ("noise", 7, 6, "up"), ("delivery", 1, 0, "down")
    ]  # fmt: skip
    assert [quote.text for quote in rows[0].quotes] == ["too loud 5", "too loud 4", "too loud 3"]
    assert [row.name for row in themes.of_period(session, since=now - 30 * day, until=now, complaints=True)[1]] == [
        "noise"
    ]
