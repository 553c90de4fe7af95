"""Every figure equals counting by hand, says its n, and is None where nobody answered."""

from __future__ import annotations

import math
import statistics
from datetime import date, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import cases, conversations, customers, insights, loyalty
from lifecycle.insights import Figure
from lifecycle.model import (
    Interaction,
    Product,
    ShopOrder,
    SupportCase,
    Survey,
    SurveyAnswer,
)

day = timedelta(days=1)


def ask(session: Session, kind: str, score: int | None, at: datetime, product_id: str = "", **who: object) -> None:
    survey = Survey(kind=kind, asked_at=at - day, expires_at=at + 30 * day, product_id=product_id, **who)
    session.add(survey)
    session.flush()
    if score is not None:
        session.add(SurveyAnswer(survey_id=survey.id, score=score, source="mail", answered_at=at, updated_at=at))
        session.flush()


def talk(session: Session, at: datetime, **values: object) -> str:
    opened = conversations.start(session, channel="web", now=at)
    changes = {"customer_message_count": 1, **values}
    session.execute(sa.update(Interaction).where(Interaction.conversation_id == opened.id).values(**changes))
    return str(opened.id)


def test_figures_of_nobody_are_none_with_n_zero(session: Session, now: datetime) -> None:
    period = {"since": now - 30 * day, "until": now}
    for figure in [
        insights.answers(session, **period).nps,
        insights.answers(session, **period).csat,
        insights.answers(session, **period).ces,
        insights.response_rates(session, **period)["nps"],
        insights.talks(session, **period).fallback,
        insights.talks(session, **period).handed_over,
        insights.talks(session, **period).chain.click_rate,
        insights.talks(session, **period).chain.order_rate,
        insights.talks(session, **period).chain.kept_rate,
        loyalty.repeat_purchase(session, until=now),
        insights.answered_in_time(session, now=now, **period),
    ]:
        assert figure == Figure(None, 0)
    assert insights.talks(session, **period).resolution == insights.talks(session, **period).outcomes == {}
    assert [step.reached for step in insights.stage_funnel(session)] == [0] * 5
    assert insights.breakdowns(session, **period) == {"category": [], "product": [], "channel": []}


@pytest.mark.parametrize("seed", range(8))
def test_scores_equal_brute_force(session: Session, now: datetime, seed: int) -> None:
    random = Random(seed)
    answers = [(random.randrange(11), now - random.randrange(1, 60) * day) for _ in range(random.randrange(1, 60))]
    for score, at in answers:
        ask(session, "nps", score, at)
        ask(session, "csat", 1 + score % 5, at)
        ask(session, "ces", 1 + score % 7, at)
    since, until = now - 30 * day, now
    inside = [score for score, at in answers if since <= at < until]
    found = insights.answers(session, since=since, until=until)
    nps, csat, ces = found.nps, found.csat, found.ces
    assert nps.n == csat.n == ces.n == len(inside)
    if not inside:
        return
    promoters, detractors = sum(s >= 9 for s in inside), sum(s <= 6 for s in inside)
    assert nps.value == pytest.approx(100 * (promoters - detractors) / len(inside))
    assert nps.low <= nps.value <= nps.high
    assert csat.value == pytest.approx(100 * sum(1 + s % 5 >= 4 for s in inside) / len(inside))
    assert ces.value == pytest.approx(sum(1 + s % 7 for s in inside) / len(inside))


def test_the_interval_of_a_share_is_agresti_and_coulls() -> None:
    figure = insights.share(0, 20)
    assert (figure.value, figure.low) == (0.0, 0.0)
    assert figure.high == pytest.approx(18.98, abs=0.01)  # "add two successes and two failures", z = 1.96
    half = insights.share(50, 100)
    assert (half.low, half.high) == pytest.approx((40.38, 59.62), abs=0.01)
    assert insights.share(20, 20).high == 100.0


def test_the_interval_of_the_effort_score_is_that_of_a_mean() -> None:
    figure = insights.Answers({"ces": {7: 2, 6: 3, 5: 3, 2: 2}}).ces
    scores = [7, 7, 6, 6, 6, 5, 5, 5, 2, 2]
    half = 1.959963984540054 * statistics.stdev(scores) / math.sqrt(len(scores))
    assert (figure.value, figure.n) == (statistics.mean(scores), 10)
    assert (figure.low, figure.high) == pytest.approx((5.1 - half, 5.1 + half))
    alone = insights.Answers({"ces": {4: 1}}).ces
    assert alone == Figure(4.0, 1) and insights.change(figure, alone) == "", "one answer has no spread"
    assert insights.Answers({"ces": {7: 9}}).ces.high == 7.0


def test_an_unanswered_survey_is_asked_but_not_zero(session: Session, now: datetime) -> None:
    for score in (5, None, None, 4):
        ask(session, "csat", score, now - day)
    period = {"since": now - 9 * day, "until": now}
    rate = insights.response_rates(session, **period)["csat"]
    assert (rate.value, rate.n) == (50.0, 4)
    assert insights.answers(session, **period).csat.value == 100.0


def test_a_change_smaller_than_the_two_intervals_is_noise() -> None:
    def of(value: float, half: float) -> Figure:
        return Figure(value, 50, value - half, value + half)

    assert insights.change(of(40, 20), of(20, 20)) == "within noise"
    assert insights.change(of(60, 20), of(20, 20)) == "up"
    assert insights.change(of(-60, 20), of(20, 20)) == "down"
    assert insights.change(of(math.hypot(3, 4), 3), of(0, 4)) == "within noise"
    assert insights.change(insights.share(26, 38), insights.share(0, 1)) == "within noise"  # one answer says nothing
    assert insights.change(Figure(None, 0), of(20, 20)) == insights.change(of(20, 20), Figure(None, 0)) == ""


def test_a_breakdown_hides_what_speaks_of_single_people(session: Session, now: datetime) -> None:
    for product_id, category in (("g1", "Grinders"), ("g2", "Grinders")):
        session.add(
            Product(product_id=product_id, title=product_id.upper(), category=category, digest="d", catalogue_version=1)
        )
    for product_id, number in (("g1", insights.HIDDEN_N), ("g2", insights.HIDDEN_N - 1)):
        for _ in range(number):
            ask(session, "nps", 10, now - day, product_id)
    period = {"since": now - 9 * day, "until": now}
    found = insights.breakdowns(session, **period)
    assert [(row.key, row.nps.value, row.nps.n) for row in found["product"]] == [("g1", 100.0, insights.HIDDEN_N)]
    assert [(row.key, row.nps.n) for row in found["category"]] == [("Grinders", 9)]


def test_weeks_hold_every_answer_once(session: Session, now: datetime) -> None:
    for age, score in ((1, 10), (6, 0), (8, 10), (20, 9), (27, 3)):
        ask(session, "nps", score, now - age * day)
    weeks = insights.nps_by_week(session, weeks=4, until=now, zone="America/New_York")
    assert [(row.figure.n, row.figure.value) for row in weeks] == [(1, -100.0), (1, 100.0), (1, 100.0), (2, 0.0)]


def test_silent_conversations_count_for_no_rate(session: Session, now: datetime) -> None:
    talk(session, now - day, fallback_count=2, resolution="assumed", outcome="answered")
    talk(session, now - day, handed_over=True, resolution="handed_over", outcome="handed_over")
    talk(session, now - day, customer_message_count=0, fallback_count=1)  # a follow-up nobody answered
    talk(session, now - 40 * day, fallback_count=1)
    period = {"since": now - 30 * day, "until": now}
    talked = insights.talks(session, **period)
    assert (talked.fallback.value, talked.fallback.n) == (50.0, 2)
    assert talked.handed_over.value == 50.0
    assert talked.resolution == {"assumed": 1, "handed_over": 1}
    assert talked.outcomes == {"answered": 1, "handed_over": 1}
    days = insights.volume(session, zone="America/New_York", **period)
    assert len(days) == 31 and sum(number for _, number in days) == 2


@pytest.mark.parametrize("seed", range(3))
def test_two_periods_looked_at_together_are_each_as_alone(session: Session, now: datetime, seed: int) -> None:
    dice = Random(seed)
    for _ in range(30):
        values = {"outcome": dice.choice(["answered", "bought"]), "fallback_count": dice.randrange(3)}
        talk(session, now - dice.randrange(1, 90) * day, **values, handed_over=dice.random() < 0.3)
    before, since = now - 60 * day, now - 30 * day
    both = insights.talks_beside(session, before=before, since=since, until=now)
    for found, (first, last) in zip(both, ((since, now), (before, since)), strict=True):
        alone = insights.talks(session, since=first, until=last)
        assert sorted(map(str, found.groups)) == sorted(map(str, alone.groups))
        assert (found.number, found.fallback, found.outcomes) == (alone.number, alone.fallback, alone.outcomes)


def test_a_conversation_late_at_night_belongs_to_the_stores_day(session: Session, now: datetime) -> None:
    talk(session, datetime(2026, 11, 1, 2, 0, tzinfo=now.tzinfo))  # still October 31 in New York
    days = dict(insights.volume(session, since=now - 3 * day, until=now, zone="America/New_York"))
    assert days[date(2026, 10, 31)] == 1 and days[date(2026, 11, 1)] == 0


def test_a_long_period_is_counted_by_weeks_of_the_stores_days(session: Session, now: datetime) -> None:
    monday = datetime(2026, 8, 3, 4, 0, tzinfo=now.tzinfo)  # midnight in New York
    for at in (monday - timedelta(seconds=1), monday, monday + 6 * day, monday + 7 * day):
        talk(session, at)
    weeks = dict(insights.volume(session, since=now - 120 * day, until=now, zone="America/New_York"))
    assert [weeks[date(2026, 7, 27) + n * timedelta(weeks=1)] for n in range(4)] == [1, 2, 1, 0]
    assert sum(weeks.values()) == 4 and all(start.weekday() == 0 for start in weeks)


def test_the_funnel_counts_a_customer_at_every_stage_they_reached(session: Session, now: datetime) -> None:
    for name, stages in (("ada", ["education", "purchase", "post_purchase"]), ("ben", ["education"]), ("tess", [])):
        row = customers.find_or_create(session, email=f"{name}@example.com", now=now)
        for stage in stages:
            customers.enter_stage(session, row.id, stage, cause="conversation", now=now)
    customers.enter_stage(session, row.id, "purchase", cause="order_placed", now=now)  # Tess bought without a word
    funnel = insights.stage_funnel(session)
    assert [step.reached for step in funnel] == [3, 3, 2, 1, 0]
    assert [step.share for step in funnel] == [None, 100.0, pytest.approx(200 / 3), 50.0, 0.0]


def test_a_detractor_is_won_back_by_what_they_do_after_the_case(session: Session, now: datetime) -> None:
    def detractor(name: str, closed: datetime | None) -> int:
        row = customers.find_or_create(session, email=f"{name}@example.com", now=now - 30 * day)
        case = cases.open(session, source_key=name, kind="detractor", subject="3 of 10", customer_id=row.id,
                          now=now - 20 * day)  # fmt: skip
        if closed is not None:
            cases.close(session, case.id, cause="service", now=closed)
        return int(row.id)

    ask(session, "nps", 9, now - day, customer_id=detractor("ada", now - 9 * day))
    ask(session, "nps", 9, now - 19 * day, customer_id=detractor("ben", now - 9 * day))  # before it was closed
    ask(session, "csat", 2, now - day, customer_id=detractor("tess", now - 9 * day))
    bought = detractor("kim", now - 9 * day)
    session.add(ShopOrder(source="x", order_ref="1", customer_id=bought, placed_at=now - day, updated_at=now))
    detractor("sam", None)  # still open
    session.flush()
    figure = insights.detractor_recovery(session, since=now - 15 * day, until=now)
    assert (figure.value, figure.n) == (50.0, 4)


def test_a_cancelled_order_is_no_purchase(session: Session, now: datetime) -> None:
    ada, ben = (customers.find_or_create(session, email=f"{name}@example.com", now=now).id for name in ("ada", "ben"))
    for ref, customer_id, cancelled in (("1", ada, None), ("2", ada, None), ("3", ben, None), ("4", ben, now)):
        session.add(
            ShopOrder(
                source="generic",
                order_ref=ref,
                customer_id=customer_id,
                placed_at=now - day,
                updated_at=now,
                cancelled_at=cancelled,
            )
        )
    session.flush()
    figure = loyalty.repeat_purchase(session, until=now)
    assert (figure.value, figure.n) == (50.0, 2)


def test_a_case_not_due_yet_is_neither_in_time_nor_late(session: Session, now: datetime) -> None:
    for number, (due, replied, closed) in enumerate(
        [(-1, -2, None), (-2, -1, None), (-1, None, None), (1, None, None), (-1, None, -2)]
    ):
        session.add(
            SupportCase(
                source_key=str(number), kind="problem", subject="s", opened_at=now - 5 * day, due_at=now + due * day,
                first_reply_at=now + replied * day if replied else None,
                closed_at=now + closed * day if closed else None,
            )
        )  # fmt: skip
    session.flush()
    figure = insights.answered_in_time(session, since=now - 9 * day, until=now, now=now)
    assert (figure.value, figure.n) == (50.0, 4)
