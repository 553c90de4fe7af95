"""Every question the store asks survives a question of the buyer's, and is picked up a week later where it stood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from lifecycle import clock, db, surveys
from lifecycle.model import FollowUp, Need, Review, SupportCase, SurveyAnswer

Ask = Callable[..., str]

# what is asked, what leads to it, how the pending question sounds, what is said a week later, what is stored then
WAITING = [
    ("arrival", [], "arrive safely", "yes, all fine", ("arrival", "answered")),
    ("arrival", [], "arrive safely", "the lid is broken", ("case", "damaged")),
    ("arrival", ["no"], "went wrong", "a part is missing", ("case", "missing_part")),
    ("check_in", [], "how satisfied are you", "4", ("score", 4)),
    ("check_in", [], "how satisfied are you", "very satisfied", ("score", 5)),
    ("check_in", ["4"], "what you wanted: quiet", "yes it is", ("promise", True)),
    ("check_in", ["4"], "what you wanted: quiet", "no, it is loud", ("promise", False)),
    ("nps", [], "how likely are you to recommend us", "9", ("score", 9)),
    ("nps", ["7 or 8"], "how likely are you to recommend us", "I'd say 8", ("score", 8)),
    (
        "nps",
        ["6"],
        "main reason for your score",
        "the delivery took two weeks",
        ("remark", "the delivery took two weeks"),
    ),
    (
        "review",
        [],
        "what would you tell the next shopper",
        "Quiet enough, but the lid feels cheap.",
        ("review", "Quiet enough, but the lid feels cheap."),
    ),
]


def stored(kind: str) -> Any:
    column = {
        "arrival": sa.select(FollowUp.state).where(FollowUp.step == "arrival"),
        "case": sa.select(SupportCase.summary),
        "score": sa.select(SurveyAnswer.score),
        "remark": sa.select(SurveyAnswer.remark),
        "promise": sa.select(Need.kept),
        "review": sa.select(Review.text).where(Review.source == "survey"),
    }[kind]
    with db.reading() as session:
        found = session.execute(column).scalar_one()
    return found["reason"] if kind == "case" else found


@pytest.mark.parametrize("step, before, pending, answer, kept", WAITING)
def test_a_question_in_between_and_a_week(
    chat: Any, ask: Ask, step: str, before: list[str], pending: str, answer: str, kept: tuple[str, Any]
) -> None:
    ask(step, needs=("quiet",) if step == "check_in" else ())
    if step == "review":
        scored()
    for words in before:
        chat(words)
    said = chat("do you ship to Canada?")
    assert "Shipping to Canada" in said  # answered from the store's article
    assert pending in said  # and what was asked stands again under the answer
    later = clock.iso(datetime.now(timezone.utc) + timedelta(days=7))
    chat.send({"text": answer, "now": later}, None)
    assert stored(kept[0]) == kept[1]


def scored() -> None:
    """A review needs a rating: the buyer's own, given by mail."""
    with db.transaction() as session:
        row = session.execute(sa.select(FollowUp).where(FollowUp.step == "check_in")).scalar_one()
        now = datetime.now(timezone.utc)
        survey = surveys.open(session, "csat", follow_up_id=row.id, now=now)
        surveys.answer(session, survey.id, 3, source="mail", source_id="n", now=now)
