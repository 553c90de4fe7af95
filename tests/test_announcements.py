"""What other systems are told: each change once, stored with it, as ids and figures without anybody's words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from mailroom import ada, follow_up_of, order_of

from lifecycle import announcements, cases, conversations, customers, db, interactions, surveys
from lifecycle.cli import cli
from lifecycle.model import WebhookDelivery
from lifecycle.settings import settings


@pytest.fixture
def told(session, home, monkeypatch):
    """Events owed so far as (type, data), oldest first."""
    monkeypatch.setenv("WEBHOOK_URLS", "https://crm.example/hook")
    settings.cache_clear()

    def read(*types):
        rows = session.query(WebhookDelivery).order_by(WebhookDelivery.id).all()
        return [(row.event_type, row.body["data"]) for row in rows if not types or row.event_type in types]

    return read


def nps(session, now):
    follow_up = follow_up_of(session, order_of(session, ada(session, now=now), now=now), now=now)
    return surveys.open(session, "nps", follow_up_id=follow_up.id, now=now)


def answer(session, survey, score, source_id, now, remark=""):
    return surveys.answer(session, survey.id, score, remark=remark, source="mail", source_id=source_id, now=now)


def test_a_score_and_the_case_it_opens_are_told_without_the_buyers_words(session, now, told):
    survey = nps(session, now)
    answer(session, survey, 2, "a", now, remark="Ada's lid broke in Mill Lane")
    (_, opened), (_, score) = told("case.opened", "survey.answered")
    assert (score["kind"], score["score"], score["category"], score["case_id"]) == (
        "nps",
        2,
        "detractor",
        opened["case_id"],
    )
    assert (opened["kind"], opened["priority"], opened["state"]) == ("detractor", "high", "open")
    assert "Mill Lane" not in json.dumps(told()) and "ada@" not in json.dumps(told()).lower()


def test_a_repeated_answer_is_no_news_a_changed_one_is(session, now, told):
    survey = nps(session, now)
    for score, source_id in ((9, "a"), (9, "a"), (7, "b")):
        answer(session, survey, score, source_id, now)
    assert [data["score"] for _, data in told("survey.answered")] == [9, 7]


def test_what_is_rolled_back_is_not_told(session, now, told):
    survey = nps(session, now)
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        answer(session, survey, 2, "a", now)
        raise ZeroDivisionError
    assert told("survey.answered", "case.opened") == []


def test_a_case_is_told_when_it_closes_and_when_it_is_taken_up_again(session, now, told):
    case = cases.open(session, source_key="x", kind="problem", subject="Broken", customer_id=None, now=now)
    for _ in range(2):
        cases.close(session, case.id, cause=cases.CAUSES[0], now=now)
        cases.reopen(session, case.id, now=now)
        cases.reopen(session, case.id, now=now)
    assert [kind for kind, _ in told()] == ["case.opened", *["case.closed", "case.reopened"] * 2]
    assert told("case.closed")[0][1]["cause"] == cases.CAUSES[0]


def test_a_conversation_that_ends_tells_what_became_of_it(session, now, told):
    conversations.start(session, channel="web", now=now)
    interactions.close_idle(session, now=now + timedelta(hours=2))
    interactions.close_idle(session, now=now + timedelta(hours=3))
    [(_, closed)] = told("interaction.closed")
    assert (closed["outcome"], closed["purpose"], closed["stage_after"]) == ("abandoned", "visit", "discovery")


def test_a_new_stage_is_told_once_with_its_cause(session, now, told):
    customer = ada(session, now=now)
    for _ in range(2):
        customers.enter_stage(session, customer.id, "post_purchase", cause="order_delivered", cause_id="7", now=now)
    assert told("stage.changed") == [
        (
            "stage.changed",
            {
                "customer_id": customer.id,
                "from": "discovery",
                "to": "post_purchase",
                "cause": "order_delivered",
                "cause_id": "7",
            },
        )
    ]


def test_every_event_told_is_a_documented_one(session, now, told):
    answer(session, nps(session, now), 1, "a", now)
    assert {kind for kind, _ in told()} <= set(announcements.EVENTS)


def test_the_log_is_listed_and_one_event_is_sent_again(database, home, monkeypatch, now):
    monkeypatch.setenv("WEBHOOK_URLS", "https://crm.example/hook")
    settings.cache_clear()
    with db.transaction() as session:
        announcements.announce(session, "case.opened", {"case_id": 1}, now=now)
        session.query(WebhookDelivery).update({"state": "sent", "attempts": 2})
    [row] = json.loads(CliRunner().invoke(cli, ["webhooks", "list", "--state", "sent", "--json"]).output)
    assert (row["type"], row["attempts"]) == ("case.opened", 2)
    assert "1 events" in CliRunner().invoke(cli, ["webhooks", "resend", row["event_id"]]).output
    with db.reading() as session:
        again = session.query(WebhookDelivery).one()
        assert (again.event_id, again.state, again.attempts) == (row["event_id"], "queued", 0)
