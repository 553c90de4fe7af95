"""Surveys: one answer per survey from every channel, its history, and what it sets in motion."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import advocacy, conversations, customers, db, interactions, surveys
from lifecycle.errors import Conflict, Invalid, LifecycleError, NotFound
from lifecycle.model import Customer, FollowUp, SupportCase, Survey, SurveyAnswer, SurveyAnswerChange
from lifecycle.order_events import Buyer, Line, OrderEvent
from lifecycle.orders import apply

HOUR = timedelta(hours=1)


def asked(session: Session, now: datetime, kind: str = "nps") -> Survey:
    """A survey put to Ada in a chat of hers."""
    ada = customers.find_or_create(session, email="ada@example.com", name="Ada", now=now)
    chat = conversations.start(session, channel="web", purpose="nps", customer_id=ada.id, now=now)
    return surveys.open(session, kind, customer_id=ada.id, conversation_id=chat.id, now=now)


def answer(session: Session, survey: Survey, score: int, now: datetime, **more: Any) -> surveys.Answered:
    known = {"source": "chat", "source_id": f"{score}-{now.isoformat()}"}
    return surveys.answer(session, survey.id, score, **{**known, **more}, now=now)


def count(session: Session, table: Any) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_score_is_one_row_and_reaches_the_record(session: Session, now: datetime) -> None:
    survey = asked(session, now)
    assert surveys.answer_of(session, survey.id) is None
    answered = answer(session, survey, 8, now, remark="solid, but the box was torn")
    assert (answered.category, answered.changed, answered.case_id) == ("passive", True, None)
    row = surveys.answer_of(session, survey.id)
    assert row is not None
    assert (row.score, row.remark, row.source) == (8, "solid, but the box was torn", "chat")
    assert "packaging" in row.themes
    record = interactions.of(session, survey.conversation_id)
    assert record is not None and record.nps_score == 8


def test_the_last_score_within_a_day_wins_and_every_one_is_kept(session: Session, now: datetime) -> None:
    survey = asked(session, now)
    for hours, score in ((0, 3), (1, 7), (23, 9)):
        answer(session, survey, score, now + hours * HOUR)
    row = surveys.answer_of(session, survey.id)
    assert row is not None and row.score == 9 and row.answered_at == now
    assert count(session, SurveyAnswer) == 1
    history = session.execute(sa.select(SurveyAnswerChange.score).order_by(SurveyAnswerChange.id)).scalars().all()
    assert history == [3, 7, 9]


def test_after_a_day_the_score_stays_and_a_remark_is_still_taken(session: Session, now: datetime) -> None:
    survey = asked(session, now)
    answer(session, survey, 9, now)
    with pytest.raises(Conflict, match="stays as it is"):
        answer(session, survey, 2, now + 25 * HOUR)
    late = answer(session, survey, 2, now + 26 * HOUR, remark="it broke since")
    assert (late.late, late.score, late.case_id) == (True, 9, None)
    row = surveys.answer_of(session, survey.id)
    assert row is not None and (row.score, row.remark) == (9, "it broke since")


def test_the_same_message_twice_is_one_answer(session: Session, now: datetime) -> None:
    survey = asked(session, now)
    first = answer(session, survey, 4, now, source_id="m1", remark="loud")
    again = answer(session, survey, 4, now + HOUR, source_id="m1", remark="loud")
    assert (first.changed, again.changed, again.case_id) == (True, False, first.case_id)
    assert count(session, SurveyAnswerChange) == 1
    assert count(session, SupportCase) == 1


@pytest.mark.parametrize("kind, score, opened", [("nps", 6, True), ("nps", 7, False), ("csat", 2, True),
                                                 ("csat", 3, False), ("ces", 1, False)])  # fmt: skip
def test_an_unhappy_score_opens_a_case_in_the_same_transaction(
    session: Session, now: datetime, kind: str, score: int, opened: bool
) -> None:
    survey = asked(session, now, kind)
    answered = answer(session, survey, score, now, remark="the lid is loose")
    assert (answered.case_id is not None) is opened
    if opened:
        case = session.get(SupportCase, answered.case_id)
        assert case is not None
        assert (case.kind, case.survey_id, case.summary["remark"]) == ("detractor", survey.id, "the lid is loose")
        assert case.due_at > now


def test_a_change_of_mind_is_told_to_the_case_and_not_opened_twice(session: Session, now: datetime) -> None:
    survey = asked(session, now)
    case_id = answer(session, survey, 2, now).case_id
    better = answer(session, survey, 9, now + HOUR)
    assert (better.case_id, better.category) == (case_id, "promoter")
    case = session.get(SupportCase, case_id)
    assert case is not None and case.state == "open" and case.summary["score"] == 9


def test_a_promoter_becomes_an_advocate_with_one_code(session: Session, now: datetime) -> None:
    survey = asked(session, now)
    first = answer(session, survey, 10, now)
    second = answer(session, survey, 9, now + HOUR)
    assert first.referral_code and first.referral_code == second.referral_code
    customer = session.get(Customer, survey.customer_id)
    assert customer is not None and customer.stage == "advocacy"
    assert advocacy.owner_of(session, f" {first.referral_code.lower()} ") == survey.customer_id


def test_everybody_gets_the_same_review_link(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from lifecycle.settings import settings

    monkeypatch.setenv("REVIEW_URL", "https://reviews.example/us")
    settings.cache_clear()
    links = {answer(session, asked(session, now), score, now).review_link for score in range(11)}
    assert links == {"https://reviews.example/us"}


@pytest.mark.parametrize("kind, score", [("nps", 11), ("nps", -1), ("csat", 0), ("csat", 6), ("ces", 8)])
def test_a_score_off_the_scale_is_refused(session: Session, now: datetime, kind: str, score: int) -> None:
    survey = asked(session, now, kind)
    with pytest.raises(Invalid, match="choose a number from"):
        answer(session, survey, score, now)
    assert surveys.answer_of(session, survey.id) is None


def test_a_survey_closes_after_a_month_and_an_unknown_one_is_unknown(session: Session, now: datetime) -> None:
    survey = asked(session, now)
    with pytest.raises(Conflict, match="has closed"):
        answer(session, survey, 9, now + timedelta(days=30))
    with pytest.raises(NotFound):
        surveys.answer(session, 10**6, 9, source="mail", source_id="x", now=now)
    with pytest.raises(Invalid):
        surveys.open(session, "stars", now=now)


def test_a_remark_comes_later_and_is_read(session: Session, now: datetime) -> None:
    survey = asked(session, now)
    assert surveys.remark(session, survey.id, "hm", source="chat", source_id="m0", now=now) is None
    answer(session, survey, 5, now)
    for _ in range(2):
        surveys.remark(session, survey.id, "It leaks on my desk.", source="chat", source_id="m1", now=now + 99 * HOUR)
    row = surveys.answer_of(session, survey.id)
    assert row is not None
    assert (row.remark, row.sentiment, row.themes) == ("It leaks on my desk.", "negative", ["quality"])
    case = session.execute(sa.select(SupportCase)).scalar_one()
    assert case.summary["remark"] == "It leaks on my desk."


def test_the_survey_of_a_follow_up_is_the_same_on_every_channel(session: Session, now: datetime) -> None:
    event = OrderEvent("generic", "1", "delivered", "1", now, Buyer(email="ada@example.com"), lines=(Line("GR-1"),))
    order = apply(session, event, now=now).order
    row = session.execute(sa.select(FollowUp).where(FollowUp.step == "nps")).scalar_one()
    by_mail = surveys.open(session, "nps", follow_up_id=row.id, now=now)
    in_chat = surveys.open(session, "nps", follow_up_id=row.id, now=now + HOUR)
    assert by_mail.id == in_chat.id
    assert (by_mail.order_id, by_mail.customer_id, by_mail.product_id) == (order.id, order.customer_id, "GR-1")


def test_twenty_answers_at_once_are_one_row(database: Any, now: datetime) -> None:
    with db.transaction() as session:
        survey_id = asked(session, now).id
    wrong: list[Exception] = []

    def give(number: int) -> None:
        try:
            with db.transaction() as session:
                source = ("mail", "chat", "console")[number % 3]
                surveys.answer(session, survey_id, number % 7, source=source, source_id=str(number), now=now)
        except LifecycleError as error:
            wrong.append(error)

    threads = [threading.Thread(target=give, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as session:
        assert (wrong, count(session, SurveyAnswer), count(session, SurveyAnswerChange)) == ([], 1, 20)
        assert count(session, SupportCase) == 1


def test_the_report_counts_what_was_asked_and_what_was_answered(session: Session, now: datetime) -> None:
    empty = surveys.report(session)
    assert (empty.asked, empty.nps, empty.csat, empty.response_rate) == (0, None, None, None)
    for score in (10, 9, 3, None):
        survey = asked(session, now)
        if score is not None:
            answer(session, survey, score, now)
    answer(session, asked(session, now, "csat"), 4, now)
    report = surveys.report(session)
    assert (report.asked, report.answered, report.response_rate) == (5, 4, 0.8)
    assert report.nps == pytest.approx(100 / 3)
    assert (report.promoters, report.passives, report.detractors, report.csat) == (2, 0, 1, 100.0)
    assert report.nps_low is not None and report.nps_high is not None and report.nps_low < report.nps < report.nps_high
    past = surveys.report(session, until=datetime(2026, 1, 1, tzinfo=timezone.utc))
    assert past.asked == 0
