"""Every question after the purchase, by free text, by button and from the mail's link; each interrupted by a question
and picked up a week later."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from actions.asking import address_in
from lifecycle import cases, clock, db, notices, surveys, tokens
from lifecycle.channels import webchat
from lifecycle.model import FollowUp, Message, Need, Referral, Review, SupportCase, Survey, SurveyAnswer
from lifecycle.settings import settings
from lifecycle.web.app import create_app

A_WEEK = timedelta(days=7)
GRINDER = ("jo-grinder-01", "Tamarack Quiet 40 Conical Burr Grinder, Cream")


def one(column: Any) -> Any:
    with db.reading() as session:
        return session.execute(sa.select(column)).scalar_one_or_none()


def state(step: str) -> Any:
    return one(sa.select(FollowUp.state).where(FollowUp.step == step).scalar_subquery())


def ask_effort(chat: Any, ask: Callable[..., str]) -> str:
    """Ada's case is solved; a few hours later she is asked in the chat it came from."""
    ask("arrival", product=GRINDER)
    chat("no, the lid is broken")
    now = datetime.now(timezone.utc)
    with db.transaction() as session:
        case = session.execute(sa.select(SupportCase)).scalar_one()
        cases.close(session, case.id, cause="damaged", now=now - timedelta(hours=5))
        notices.queue_missing(session, now=now)
        survey = session.execute(sa.select(Survey).where(Survey.kind == "ces")).scalar_one()
        turn = webchat.compose(session, None, survey.id)
    return str(chat.asked_by_the_store(turn))


def ask_reason(chat: Any, ask: Callable[..., str]) -> str:
    ask("nps", product=GRINDER)
    return str(chat("8"))


def ask_promise(chat: Any, ask: Callable[..., str]) -> str:
    ask("check_in", needs=("quiet",), product=GRINDER)
    return str(chat("4"))


def ask_review(chat: Any, ask: Callable[..., str]) -> str:
    said = ask("review", product=GRINDER)
    now = datetime.now(timezone.utc)
    with db.transaction() as session:
        row = session.execute(sa.select(FollowUp).where(FollowUp.step == "check_in")).scalar_one()
        survey = surveys.open(session, "csat", follow_up_id=row.id, now=now)
        surveys.answer(session, survey.id, 4, source="mail", source_id="n", now=now)
    return said


def of(step: str) -> Callable[[Any, Callable[..., str]], str]:
    return lambda _chat, ask: ask(step, product=GRINDER)


@dataclass(frozen=True)
class Question:
    """How it is asked, what it says when it comes back, its answer in each way ("": none), and what is then stored."""

    ask: Callable[[Any, Callable[..., str]], str]
    back: str
    text: str
    button: str
    form: dict[str, str]
    stored: Callable[[], Any]
    value: Any
    buttons: tuple[str, ...] = ()  # pressed before


def score() -> Any:
    return one(SurveyAnswer.score)


QUESTIONS = {
    "arrival, all well": Question(of("arrival"), "arrive safely", "yep, everything is here", "Yes, all is well",
                                  {"answer": "yes"}, lambda: state("arrival"), "answered"),
    "arrival, a problem": Question(of("arrival"), "arrive safely", "no, the lid is broken", "Something is damaged",
                                   {"answer": "no", "reason": "damaged"},
                                   lambda: (one(SupportCase.summary) or {}).get("reason"), "damaged",
                                   ("No, something is wrong",)),
    "satisfaction": Question(of("check_in"), "from 1 to 5", "pretty happy with it", "4", {"score": "4"}, score, 4),
    "promise": Question(ask_promise, "what you wanted: quiet", "yes it is", "Yes, it does", {"kept": "yes"},
                        lambda: one(Need.kept), True),
    "recommendation": Question(of("nps"), "from 0 to 10", "a solid 9", "9", {"score": "9"}, score, 9),
    "referral": Question(of("nps"), "from 0 to 10", "10!", "10 - extremely likely", {"score": "10"},
                         lambda: one(Referral.code) is not None, True),
    "reason": Question(ask_reason, "score", "the delivery was fast", "",
                       {"score": "8", "remark": "the delivery was fast"}, lambda: one(SurveyAnswer.remark),
                       "the delivery was fast"),
    "effort": Question(ask_effort, "from 1", "6, it was quick", "6", {"score": "6"}, score, 6),
    "review": Question(ask_review, "next shopper", "Quiet enough, but the lid feels cheap.", "",
                       {"answer": "review", "text": "Quiet enough, but the lid feels cheap."},
                       lambda: one(sa.select(Review.text).where(Review.source == "survey").scalar_subquery()),
                       "Quiet enough, but the lid feels cheap."),
}  # fmt: skip


def by_mail(question: Question, when: datetime) -> str:
    """Open the link of the mail a week later, and press its button."""
    with db.reading() as session:
        survey = session.execute(sa.select(Survey.id).order_by(Survey.id.desc())).scalars().first()
        row = session.execute(sa.select(FollowUp.id).where(FollowUp.conversation_id.is_not(None))).scalar_one()
        need = session.execute(sa.select(Need.id)).scalar()
    kind, subject = ("f", row) if "answer" in question.form else ("s", survey)
    token = tokens.sign(settings().secret_key, {"f": "follow_up", "s": "survey"}[kind], str(subject),
                        now=when - A_WEEK, lifetime=timedelta(days=30))  # fmt: skip
    with TestClient(create_app(lambda: when)) as site:
        form, path = dict(question.form), f"/{kind}/{token}"
        if "kept" in form:
            form["need"], path = str(need), f"{path}/promise"
        else:
            form["nonce"] = re.findall(r'name="nonce" value="([0-9a-f]{32})"', site.get(path).text)[0]
        answered = site.post(path, data=form, follow_redirects=False)
        assert answered.status_code in (200, 303), answered.text
        return answered.text


CELLS = [
    (name, way)
    for name, question in QUESTIONS.items()
    for way in ("text", "button", "mail")
    if way != "button" or question.button  # a reason and a review have no buttons: only words are one
]


@pytest.mark.parametrize(("name", "way"), CELLS)
def test_interrupted_and_answered_a_week_later(chat: Any, ask: Callable[..., str], name: str, way: str) -> None:
    question = QUESTIONS[name]
    asked = question.ask(chat, ask)
    for title in question.buttons if way == "button" else ():
        chat.press(title)
    before = question.stored()
    assert before != question.value
    said = chat("how long does delivery take?")
    assert "business days" in said, "the interruption is answered"
    if way == "text":
        assert said.lower().count(question.back) == 1, "the question comes back once"
        assert question.back not in chat("do you ship to Canada?").lower()
    later = datetime.now(timezone.utc) + A_WEEK
    if way == "text":
        chat.send({"text": question.text, "now": clock.iso(later)}, None)
    elif way == "button":
        with db.reading() as session:
            rows = session.execute(sa.select(Message).order_by(Message.id.desc())).scalars()
            offered = next(b for row in rows for b in row.buttons if b["title"] == question.button)
        chat.send({"payload": offered["payload"], "title": offered["title"], "now": clock.iso(later)}, None)
    else:
        by_mail(question, later)
        assert question.back not in chat.send({"text": "ok and to Mexico?", "now": clock.iso(later)}, None).lower()
    assert asked and question.stored() == question.value


@pytest.mark.parametrize(
    "typed, address",
    [
        ("it's (Ada.B+shop@example.org).", "Ada.B+shop@example.org"),
        ("mail:ada@example.org;thanks", "ada@example.org"),
        ("write to joe at home dot com please", "joe@home.com"),
        ("see you @ 5", None),
        ("we met at home", None),
        ("ada@", None),
        ("no mail please", None),
    ],
)
def test_an_address_is_seen_wherever_it_stands(typed, address):
    assert address_in(typed) == address
