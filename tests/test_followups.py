"""Follow-ups: planned from the delivery, judged when they would leave, every one with its reason."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import cases, customers, followups, orders, surveys
from lifecycle.errors import NotFound
from lifecycle.model import Article, ContactLog, FollowUp, ShopOrder
from lifecycle.order_events import Buyer, Line, OrderEvent

DELIVERED = datetime(2026, 11, 2, 15, 0, tzinfo=timezone.utc)  # 16:00 in Madrid
ADA = Buyer(email="ada@example.com", name="Ada", timezone="Europe/Madrid")


def order(
    session: Session, kind: str = "delivered", ref: str = "1001", at: datetime = DELIVERED, **more: Any
) -> ShopOrder:
    known: dict[str, Any] = {"buyer": ADA, "lines": (Line("GR-1", "Grinder"),)}
    event = OrderEvent("generic", f"{ref}-{kind}", kind, ref, at, **{**known, **more})
    return orders.apply(session, event, now=at).order


def rows(session: Session, of: ShopOrder) -> dict[str, FollowUp]:
    found = session.execute(sa.select(FollowUp).where(FollowUp.order_id == of.id)).scalars()
    return {row.step: row for row in found}


def guide(session: Session, now: datetime) -> None:
    session.add(
        Article(slug="grinder", kind="guide", title="Grinder", heading="First grind", body="1. Fill it.\n2. Grind.",
                topics=[], questions=[], categories=[], product_ids=["GR-1"], digest="x", updated_at=now)
    )  # fmt: skip
    session.flush()


def test_the_plan_waits_for_the_delivery_and_is_timed_from_it(session: Session) -> None:
    placed = order(session, "placed", at=DELIVERED - timedelta(days=3))
    waiting = rows(session, placed)
    assert {row.state for row in waiting.values()} == {"planned"}
    assert waiting["arrival"].reason == "waits until the order arrives"
    assert waiting["arrival"].due_at is None
    planned = rows(session, order(session))
    assert {name: row.due_at - DELIVERED for name, row in planned.items() if row.due_at} == {
        "arrival": timedelta(days=1),
        "tips": timedelta(days=4),
        "check_in": timedelta(days=7),
        "nps": timedelta(days=38),
    }
    assert planned["review"].reason == "waits until a survey is answered"


def test_planning_again_changes_nothing(session: Session, now: datetime) -> None:
    of = order(session)
    before = [(row.id, row.state, row.due_at, row.updated_at) for row in rows(session, of).values()]
    for _ in range(3):
        followups.plan(session, of, now=now + timedelta(days=9))
    assert [(row.id, row.state, row.due_at, row.updated_at) for row in rows(session, of).values()] == before


def test_a_carrier_that_reports_no_delivery_is_assumed_to_deliver(session: Session) -> None:
    of = order(session, "shipped")
    assert rows(session, of)["arrival"].due_at == DELIVERED + timedelta(days=11)
    real = order(session, "delivered", at=DELIVERED + timedelta(days=2))
    assert rows(session, real)["arrival"].due_at == DELIVERED + timedelta(days=3)


def test_what_is_due_is_claimed_once(session: Session) -> None:
    of = order(session)
    at = DELIVERED + timedelta(days=1)
    assert followups.due(session, now=at - timedelta(minutes=1)) == []
    assert [row.step for row in followups.due(session, now=at)] == ["arrival"]
    assert followups.due(session, now=at) == []
    assert rows(session, of)["arrival"].state == "due"


def test_at_night_it_waits_for_the_buyers_morning(session: Session) -> None:
    late = datetime(2026, 11, 2, 22, 0, tzinfo=ZoneInfo("Europe/Madrid"))
    of = order(session, at=late)
    assert followups.due(session, now=late + timedelta(days=1)) == []
    row = rows(session, of)["arrival"]
    morning = datetime(2026, 11, 4, 9, 0, tzinfo=ZoneInfo("Europe/Madrid"))
    assert (row.state, row.reason, row.due_at) == ("deferred", "quiet hours of the buyer", morning)
    followups.plan(session, of, now=late)
    assert row.due_at == morning
    assert [each.step for each in followups.due(session, now=morning)] == ["arrival"]


def test_a_worker_that_slept_four_days_does_not_ask_late(session: Session) -> None:
    of = order(session)
    assert followups.due(session, now=DELIVERED + timedelta(days=4, hours=20)) == []
    row = rows(session, of)["arrival"]
    assert row.state == "cancelled"
    assert row.reason.startswith("too late: it was due 3 Nov 2026 16:00")
    followups.plan(session, of, now=DELIVERED + timedelta(days=5))
    assert row.state == "cancelled"


def test_one_survey_in_thirty_days_whatever_is_ordered(session: Session, now: datetime) -> None:
    guide(session, now)
    for number in range(20):
        order(session, ref=f"W{number}", at=DELIVERED + timedelta(hours=8 * number))
    sent: list[tuple[datetime, str, str]] = []
    for hour in range(0, 24 * 100, 6):
        at = DELIVERED + timedelta(hours=hour)
        for row in followups.due(session, now=at):
            followups.mark(session, row.id, "sent", now=at)
            sent.append((at, row.purpose, row.step))
    asked = [at for at, purpose, _step in sent if purpose == "survey"]
    assert asked
    assert all(later - earlier >= timedelta(days=30) for earlier, later in pairwise(asked))
    scores = [at for at, _purpose, step in sent if step == "nps"]
    assert all(later - earlier >= timedelta(days=90) for earlier, later in pairwise(scores))
    every = [at for at, _purpose, _step in sent]
    assert all(later - earlier >= timedelta(hours=20) for earlier, later in pairwise(every))
    left = session.execute(sa.select(FollowUp.state, FollowUp.due_at)).all()
    assert {state for state, due_at in left if due_at is not None} <= {"sent", "cancelled", "deferred", "planned"}


def test_what_another_sender_wrote_counts(session: Session) -> None:
    of = order(session)
    at = DELIVERED + timedelta(days=7)
    session.add(ContactLog(customer_id=of.customer_id, channel="email", purpose="survey", source="crm",
                           at=at - timedelta(days=5)))  # fmt: skip
    session.flush()
    assert [row.step for row in followups.due(session, now=at)] == []
    row = rows(session, of)["check_in"]
    assert row.state == "deferred"
    assert row.reason == "asked another survey on 4 Nov"
    assert row.due_at == at + timedelta(days=25)


@pytest.mark.parametrize("how", ["consent", "suppression", "no address"])
def test_nobody_is_asked_who_does_not_want_it_or_cannot_be_reached(session: Session, now: datetime, how: str) -> None:
    of = order(session, buyer=Buyer(external_id="7") if how == "no address" else ADA)
    if how == "consent":
        customers.set_consent(session, of.customer_id, "service", False, source="chat", now=now)
    if how == "suppression":
        customers.suppress(session, "ada@example.com", "bounce", now=now)
    assert followups.due(session, now=DELIVERED + timedelta(days=1)) == []
    reason = {"consent": "switched off by the customer (service)", "suppression": "address suppressed",
              "no address": "no address to write to"}[how]  # fmt: skip
    row = rows(session, of)["arrival"]
    assert (row.state, row.reason) == ("suppressed", reason)


def test_a_survey_waits_while_a_case_is_open(session: Session, now: datetime) -> None:
    of = order(session)
    case = cases.open(session, source_key="k", kind="problem", subject="Broken", customer_id=of.customer_id,
                      order_id=of.id, now=now)  # fmt: skip
    at = DELIVERED + timedelta(days=7)
    assert followups.due(session, now=at) == []
    row = rows(session, of)["check_in"]
    assert (row.state, row.reason) == ("deferred", "a case is open")
    cases.close(session, case.id, cause="damaged", now=at)
    assert [each.step for each in followups.due(session, now=row.due_at)] == ["check_in"]


def test_an_answer_gives_the_review_its_time_whatever_the_score(session: Session, now: datetime) -> None:
    for ref, score in (("A", 2), ("B", 10)):
        of = order(session, ref=ref, buyer=Buyer(email=f"{ref}@example.com"))
        row = rows(session, of)["nps"]
        survey = surveys.open(session, "nps", follow_up_id=row.id, now=now)
        surveys.answer(session, survey.id, score, source="mail", source_id=ref, now=now)
        assert row.state == "answered"
        assert rows(session, of)["review"].due_at == now + timedelta(days=2)


def test_tips_need_a_guide_for_what_was_bought(session: Session, now: datetime) -> None:
    of = order(session)
    at = DELIVERED + timedelta(days=4)
    assert "tips" not in [row.step for row in followups.due(session, now=at)]
    assert rows(session, of)["tips"].reason == "there is no guide for what was bought"
    guide(session, now)
    other = order(session, ref="1002", buyer=Buyer(email="ben@example.com"))
    followups.due(session, now=DELIVERED + timedelta(days=1))
    assert "tips" in [row.step for row in followups.due(session, now=at) if row.order_id == other.id]


def test_a_refund_between_due_and_the_next_look_stops_the_rest(session: Session) -> None:
    of = order(session)
    order(session, "refunded", at=DELIVERED + timedelta(days=2))
    assert followups.due(session, now=DELIVERED + timedelta(days=30)) == []
    assert {row.state for row in rows(session, of).values()} == {"cancelled"}


def test_why_not_answers_in_one_line(session: Session, now: datetime) -> None:
    of = order(session)
    line = followups.why_not(session, "1001", now=now)
    assert line.startswith("Order 1001: arrival is planned for 3 Nov 2026 16:00 (Europe/Madrid); ")
    assert line.endswith("review waits until a survey is answered.")
    order(session, "refunded", at=DELIVERED + timedelta(hours=1))
    assert "nps was cancelled (the order was refunded)" in followups.why_not(session, "1001", now=now)
    assert "\n" not in line
    followups.mark(session, rows(session, of)["arrival"].id, "sent", now=DELIVERED + timedelta(days=1))
    assert "arrival was sent 3 Nov 2026 16:00" in followups.why_not(session, "1001", now=now)
    with pytest.raises(NotFound, match="No order 9"):
        followups.why_not(session, "9", now=now)


def test_a_rehearsal_tells_the_future_and_writes_nothing(session: Session, now: datetime) -> None:
    guide(session, now)
    of = order(session)
    before = [(row.step, row.state, row.due_at) for row in rows(session, of).values()]
    lines = followups.rehearse(session, days=90, now=now)
    assert [(line.step, line.action) for line in lines if line.action == "send"] == [
        ("arrival", "send"),
        ("tips", "send"),
        ("check_in", "send"),
        ("nps", "send"),
    ]
    assert [line for line in lines if line.action == "defer"] == []  # the shipped steps respect the survey clock
    assert [(row.step, row.state, row.due_at) for row in rows(session, of).values()] == before


def statements(session: Session, call: Any) -> int:
    """How many statements a call asks of the database."""
    asked: list[Any] = []

    def note(statement: Any) -> None:
        asked.append(statement)

    sa.event.listen(session, "do_orm_execute", note)
    try:
        call()
    finally:
        sa.event.remove(session, "do_orm_execute", note)
    return len(asked)


def test_many_orders_are_judged_with_as_few_questions_as_one(session: Session, now: datetime) -> None:
    def buys(number: int) -> None:
        order(session, ref=f"M{number}", buyer=Buyer(email=f"m{number}@example.com", timezone="Europe/Madrid"))

    def rehearsed() -> int:
        return statements(session, lambda: followups.rehearse(session, days=90, now=now))

    buys(0)
    one = rehearsed()
    for number in range(1, 20):
        buys(number)
    assert rehearsed() <= one + 1
    funnel = {stage.step: stage for stage in followups.funnel(followups.rehearse(session, days=90, now=now))}
    assert (funnel["arrival"].sent, funnel["tips"].cancelled, funnel["check_in"].sent) == (20, 20, 20)
    assert funnel["tips"].reasons == (("there is no guide for what was bought", 20),)


def test_what_was_only_tried_in_the_future_blocks_nothing_now(session: Session) -> None:
    first = order(session)
    tried = DELIVERED + timedelta(days=38)
    for row in followups.due(session, now=tried):
        followups.mark(session, row.id, "sent", now=tried)
    second = order(session, ref="1002", at=DELIVERED + timedelta(hours=1))
    due = followups.due(session, now=DELIVERED + timedelta(days=1, hours=2))
    assert [row.step for row in due if row.order_id == second.id] == ["arrival"]
    assert rows(session, first)["nps"].state == "sent"
