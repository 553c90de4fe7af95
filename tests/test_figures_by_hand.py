"""Every figure of the scorecards equals counting by hand, whatever the orders and answers are."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lifecycle import customers, insights, loyalty
from lifecycle.model import ShopOrder, Survey, SurveyAnswer

UNTIL = datetime(2026, 7, 20, 12, tzinfo=timezone.utc)
ZONE = "America/Chicago"
SOME = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

orders = st.lists(
    st.tuples(
        st.integers(0, 11),  # whose
        st.integers(0, 200 * 24),  # hours before UNTIL
        st.integers(0, 50_000),  # cents
        st.sampled_from(["kept", "kept", "kept", "cancelled", "refunded"]),
    ),
    max_size=45,
)


@pytest.fixture
def placed(session: Session):
    def place(rows: list[tuple[int, int, int, str]]) -> list[tuple[int, datetime, int, str]]:
        found = []
        for number, (who, hours, cents, fate) in enumerate(rows):
            at = UNTIL - timedelta(hours=hours, seconds=1)
            buyer = customers.find_or_create(session, external_id=f"b{who}", now=at)
            gone = {"cancelled": {"cancelled_at": at}, "refunded": {"refunded_at": at}}.get(fate, {})
            session.add(ShopOrder(source="x", order_ref=str(number), customer_id=buyer.id, total_cents=cents,
                                  currency="USD", placed_at=at, updated_at=at, **gone))  # fmt: skip
            found.append((who, at, cents, fate))
        session.flush()
        return found

    return place


@SOME
@given(rows=orders)
def test_retention_value_and_repeat_purchase(session: Session, placed, rows) -> None:
    undo = session.begin_nested()
    bought = [row for row in placed(rows) if row[3] != "cancelled"]
    by_customer: dict[int, list[tuple[datetime, int, str]]] = {}
    for who, at, cents, fate in bought:
        by_customer.setdefault(who, []).append((at, cents, fate))

    spent = [sum(cents for _, cents, fate in each if fate == "kept") for each in by_customer.values()]
    values = loyalty.lifetime_value(session, until=UNTIL)
    assert [value.customers for value in values] == ([len(spent)] if spent else [])
    if spent:
        assert values[0].mean_cents == pytest.approx(sum(spent) / len(spent))
        assert values[0].orders == sum(fate == "kept" for *_, fate in bought)

    again = loyalty.repeat_purchase(session, until=UNTIL)
    assert again.n == len(by_customer)
    if by_customer:
        assert again.value == pytest.approx(
            100 * sum(len(each) > 1 for each in by_customer.values()) / len(by_customer)
        )

    def month(at: datetime) -> int:
        local = at.astimezone(ZoneInfo(ZONE))
        return local.year * 12 + local.month - 1

    came = {who: {month(at) for at, *_ in each} for who, each in by_customer.items()}
    for cohort in loyalty.retention(session, until=UNTIL, zone=ZONE):
        year, number = map(int, cohort.month.split("-"))
        began = year * 12 + number - 1
        members = [who for who, months in came.items() if min(months) == began]
        assert cohort.size == len(members)
        for age, figure in enumerate(cohort.back, 1):
            if figure is not None:
                assert len(members) >= insights.HIDDEN_N
                assert figure.value == pytest.approx(100 * sum(began + age in came[w] for w in members) / len(members))
    undo.rollback()
    session.expire_all()


@SOME
@given(
    scores=st.lists(st.tuples(st.sampled_from(["nps", "csat", "ces"]), st.integers(1, 5), st.booleans()), max_size=40)
)
def test_scores_and_response_rates(session: Session, scores) -> None:
    undo = session.begin_nested()
    at = UNTIL - timedelta(days=1)
    for kind, score, answered in scores:
        survey = Survey(kind=kind, asked_at=at, expires_at=UNTIL)
        session.add(survey)
        session.flush()
        if answered:
            given_score = score * 2 if kind == "nps" else score
            session.add(SurveyAnswer(survey_id=survey.id, score=given_score, source="mail", answered_at=at,
                                     updated_at=at))  # fmt: skip
    session.flush()
    period = {"since": UNTIL - timedelta(days=7), "until": UNTIL}
    said = {
        kind: [score for name, score, answered in scores if name == kind and answered]
        for kind in ("nps", "csat", "ces")
    }
    nps = Counter("good" if score == 5 else "bad" if score <= 3 else "middle" for score in said["nps"])
    total = sum(nps.values())
    found = insights.answers(session, **period)
    figure = found.nps
    assert (figure.value, figure.n) == (
        pytest.approx(100 * (nps["good"] - nps["bad"]) / total) if total else None,
        total,
    )
    if total:
        assert figure.low is not None and figure.high is not None and -100 <= figure.low <= figure.high <= 100
    csat = found.csat
    assert csat.value == (
        pytest.approx(100 * sum(s >= 4 for s in said["csat"]) / len(said["csat"])) if said["csat"] else None
    )
    ces = found.ces
    assert ces.value == (pytest.approx(sum(said["ces"]) / len(said["ces"])) if said["ces"] else None)
    for kind, answers in said.items():
        rate = insights.response_rates(session, **period)[kind]
        asked = sum(name == kind for name, *_ in scores)
        assert (rate.n, rate.value) == (asked, pytest.approx(100 * len(answers) / asked) if asked else None)
    undo.rollback()
    session.expire_all()
