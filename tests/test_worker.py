"""The worker makes true what is owed, at the moment it is told, and one bad row stops nobody."""

from __future__ import annotations

import logging
import mailbox
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from mailroom import DROP, RecordingHttp, ScriptedSmtp, ada, closing

from lifecycle import cases, clock, conversations, customers, db, followups, interactions, orders, outbox, worker
from lifecycle.channels import desk, letters, webhook
from lifecycle.errors import Unavailable
from lifecycle.model import Conversation, Delivery, FollowUp, Interaction, Survey, WebhookDelivery
from lifecycle.settings import settings

DELIVERED = clock.parse("2026-11-02T10:00:00Z")


@pytest.fixture
def rasa(database, monkeypatch):
    with closing(RecordingHttp(body=b'{"messages": [{"id": 1}]}')) as server:
        monkeypatch.setenv("RASA_URL", server.url)
        settings.cache_clear()
        yield server


@pytest.fixture
def smtp(rasa, monkeypatch):
    with closing(ScriptedSmtp()) as server:
        monkeypatch.setenv("SMTP_URL", server.url)
        settings.cache_clear()
        yield server


def event(kind, at, *, ref="JO-1", email="ada@example.com", **data):
    body = {
        "type": f"order.{kind}",
        "timestamp": clock.iso(at),
        "data": {
            "order_id": ref,
            "currency": "USD",
            "total": 129.0,
            "customer": {"email": email, "name": "Ada Byron", "timezone": "Europe/Madrid"},
            "lines": [{"product_id": "p-0", "title": "Quiet Kettle", "quantity": 1, "price": 129.0}],
            **data,
        },
    }
    with db.transaction() as session:
        orders.apply(session, orders.parse_generic(body, f"{ref}-{kind}"), now=at)


def bought(*, ref="JO-1", email="ada@example.com", **data):
    event("placed", DELIVERED - timedelta(days=4), ref=ref, email=email, **data)
    event("delivered", DELIVERED, ref=ref, email=email, **data)


def chatted():
    """The thread of a visit in which Ada said something, as the shop names it in her order."""
    before = DELIVERED - timedelta(days=5)
    with db.transaction() as session:
        visit = conversations.start(session, channel="web", now=before)
        conversations.add_message(session, visit.id, role="customer", text="a kettle", now=before)
    return {"conversation_id": visit.id}


def work(days=0.0, hours=2.0, **options):
    """One pass so long after the delivery; noon in Madrid unless told otherwise."""
    at = DELIVERED + timedelta(days=days, hours=hours)
    return worker.work_once(now=at, settings=settings(), **options)


def states(ref="JO-1"):
    with db.reading() as session:
        rows = session.execute(
            sa.text(
                "SELECT f.step, f.state FROM follow_up f JOIN shop_order o ON o.id = f.order_id WHERE o.order_ref = :r"
            ),
            {"r": ref},
        )
        return dict(rows.all())


def all_of(table, **columns):
    with db.reading() as session:
        return session.execute(sa.select(table).filter_by(**columns).order_by(table.id)).scalars().all()


def test_a_due_follow_up_becomes_rows_a_chat_turn_and_a_mail(smtp, rasa):
    bought(**chatted())
    worked = work(days=38)
    assert (worked.due, worked.queued, worked.sent, worked.errors) == (1, 2, 2, 0)
    assert states()["nps"] == "sent"
    [survey] = all_of(Survey)
    [follow_up] = all_of(FollowUp, step="nps")
    [conversation] = all_of(Conversation, purpose="nps")
    [interaction] = all_of(Interaction, conversation_id=conversation.id)
    assert survey.conversation_id == follow_up.conversation_id == conversation.id
    assert (interaction.purpose, interaction.customer_id) == ("nps", follow_up.customer_id)
    [mail] = smtp.messages()
    assert mail["Subject"] == "Would you recommend our shop?"
    assert [path for path, _, _ in rasa.requests] == ["/webhooks/lifecycle/follow-ups"]


def test_a_second_pass_sends_nothing_again(smtp, rasa):
    bought(**chatted())
    work(days=38)
    again = work(days=38, hours=3)
    assert (again.due, again.queued, again.sent) == (0, 0, 0)
    assert (len(smtp.mails), len(rasa.requests)) == (1, 1)


def test_time_is_the_one_it_is_told(smtp):
    bought()
    work(days=20)
    assert states()["nps"] == "planned"
    work(days=38)
    [follow_up] = all_of(FollowUp, step="nps")
    assert abs(follow_up.sent_at - (DELIVERED + timedelta(days=38, hours=2))) < timedelta(minutes=1)


def test_nothing_leaves_in_the_quiet_hours_of_the_buyer(smtp):
    bought()
    work(days=38, hours=12)  # 23:00 in Madrid
    assert smtp.mails == []
    work(days=38, hours=24)
    assert states()["nps"] == "sent"


def test_a_jump_of_weeks_sends_the_newest_step_and_says_why_not_the_older(smtp):
    bought()
    work(days=38)
    found = states()
    assert found["nps"] == "sent"
    assert {found["arrival"], found["tips"], found["check_in"]} == {"cancelled"}
    reasons = {row.reason for row in all_of(FollowUp) if row.step in ("arrival", "check_in")}
    assert all("too late" in reason for reason in reasons)
    assert len(smtp.mails) == 1


def test_a_follow_up_goes_into_the_chat_the_order_came_from(smtp):
    visit = chatted()
    bought(**visit)
    work(days=38)
    [conversation] = all_of(Conversation, purpose="nps")
    assert conversation.thread_id == visit["conversation_id"] != conversation.id
    assert {row.channel: row.state for row in all_of(Delivery)} == {"webchat": "sent", "email": "sent"}


def test_without_a_chat_the_follow_up_has_a_thread_of_its_own(smtp):
    bought()
    work(days=38)
    [conversation] = all_of(Conversation, purpose="nps")
    assert conversation.thread_id == conversation.id
    assert [row.channel for row in all_of(Delivery)] == ["email"], "a chat nobody has open is asked when it is opened"


def test_rasa_away_does_not_hold_up_the_mail_and_is_asked_again(smtp, rasa):
    bought(**chatted())
    rasa.status = 503
    worked = work(days=38)
    assert (worked.sent, worked.retried) == (1, 1)
    assert states()["nps"] == "sent" and len(smtp.mails) == 1
    rasa.status = 200
    later = work(days=38, hours=2.1)
    assert later.sent == 1
    assert len({body for _, _, body in rasa.requests}) <= 2 and len(smtp.mails) == 1


def test_a_mail_server_away_is_tried_once_per_pass_and_nothing_is_lost(smtp):
    for number in range(6):
        bought(ref=f"JO-{number}", email=f"ada{number}@example.com")
    smtp.script["connect"] = "421 not now"
    worked = work(days=38)
    assert smtp.connections == 1 and worked.retried == 1
    rows = all_of(Delivery, channel="email")
    assert [row.state for row in rows] == ["queued"] * 6 and sorted(row.attempts for row in rows) == [0] * 5 + [1]
    smtp.script.clear()
    work(days=38, hours=3)
    assert len(smtp.mails) == 6


def test_a_lost_reply_leaves_a_survey_in_doubt_and_unsent(smtp):
    bought()
    smtp.script["dot"] = DROP
    worked = work(days=38)
    assert worked.doubtful == 1 and states()["nps"] == "doubtful"
    smtp.script.clear()
    work(days=22)
    assert smtp.mails == []


def test_an_unknown_mailbox_is_never_written_to_again(smtp):
    bought()
    smtp.script["RCPT"] = "550 5.1.1 no such user"
    work(days=38)
    with db.reading() as session:
        assert customers.suppressed(session, "ada@example.com")
    smtp.script.clear()
    with db.transaction() as session:
        customer = customers.by_email(session, "ada@example.com")
        cases.open(
            session,
            source_key="x",
            kind="problem",
            subject="Lid",
            customer_id=customer.id,
            now=DELIVERED + timedelta(21),
        )
    assert work(days=22).withheld == 1
    assert smtp.mails == []


def test_unsubscribing_counts_until_the_very_hand_over(smtp):
    """The mail is written and its recipient accepted when Ada's no arrives: still nothing leaves."""
    bought()

    def unsubscribe(step):
        if step == "RCPT":
            with db.transaction() as session:
                customer = customers.by_email(session, "ada@example.com")
                customers.set_consent(session, customer.id, "survey", False, source="test", now=DELIVERED)

    smtp.watch = unsubscribe
    assert work(days=38).withheld == 1 and smtp.mails == []
    assert states()["nps"] == "suppressed"
    assert {row.reason for row in all_of(Delivery)} == {"no consent for survey messages"}


def test_unsubscribing_counts_for_the_rest_of_a_batch(smtp):
    """A batch was looked at and handed over together; what is said while it leaves is heard before each mail."""
    for number in range(6):
        bought(ref=f"JO-{number}", email=f"ada{number}@example.com")

    def unsubscribe(step):
        if step == "dot" and len(smtp.mails) == 2:
            with db.transaction() as session:
                for number in range(6):
                    customer = customers.by_email(session, f"ada{number}@example.com")
                    customers.set_consent(session, customer.id, "survey", False, source="test", now=DELIVERED)

    smtp.watch = unsubscribe
    worked = work(days=38)
    assert (worked.sent, worked.withheld, len(smtp.mails)) == (2, 4, 2)


def test_a_refund_stops_a_mail_that_waits_for_its_retry(smtp):
    bought()
    smtp.script["MAIL"] = "451 later"
    work(days=38)
    smtp.script.clear()
    event("refunded", DELIVERED + timedelta(days=38, hours=2))
    assert work(days=38, hours=3).withheld == 1
    assert smtp.mails == []


def test_one_bad_row_does_not_stop_the_others(smtp, monkeypatch, caplog):
    for number in range(3):
        bought(ref=f"JO-{number}", email=f"ada{number}@example.com")
    judge = followups.judge

    def broken(row, order, *args, **options):
        if order.order_ref == "JO-1":
            raise KeyError("ada1@example.com has a secret")
        return judge(row, order, *args, **options)

    monkeypatch.setattr(followups, "judge", broken)
    with caplog.at_level(logging.DEBUG):
        worked = work(days=38)
    assert worked.errors >= 1 and len(smtp.mails) == 2
    assert states("JO-1")["nps"] == "failed" and states("JO-2")["nps"] == "sent"
    assert "KeyError" in caplog.text and "secret" not in caplog.text and "ada" not in caplog.text


def test_a_mail_that_cannot_be_written_does_not_stop_the_others(smtp, monkeypatch):
    for number in range(3):
        bought(ref=f"JO-{number}", email=f"ada{number}@example.com")
    write = letters.write

    def broken(letter, **options):
        if letter.about.address == "ada1@example.com":
            raise ZeroDivisionError
        return write(letter, **options)

    monkeypatch.setattr(letters, "write", broken)
    work(days=38)
    assert len(smtp.mails) == 2
    [bad] = [row for row in all_of(Delivery, channel="email") if row.state != "sent"]
    assert (bad.state, bad.reason) == ("queued", "an error of ours: ZeroDivisionError")


def test_a_part_that_fails_does_not_stop_the_next(smtp, monkeypatch):
    bought()

    def away(*_, **__):
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(interactions, "close_idle", away)
    monkeypatch.setattr(worker.notices, "queue_missing", away)
    worked = work(days=38)
    assert worked.errors == 2 and len(smtp.mails) == 1


def test_what_a_dead_worker_held_is_sent_by_the_next(smtp):
    bought(**chatted())
    at = DELIVERED + timedelta(days=38, hours=2)
    work(days=38, stop=_stopped_before_sending())
    with db.transaction() as session:
        mine = outbox.claim(session, worker="dead", now=at)
    assert len(mine) == 2
    work(days=38, hours=2.1)
    assert smtp.mails == []
    assert work(days=38, hours=2.3).returned == 2
    assert len(smtp.mails) == 1


def _stopped_before_sending():
    """An event that is set once the rows exist: the worker stops before any effect."""

    class AfterRows(threading.Event):
        asked = 0

        def is_set(self):
            return bool(all_of(Delivery))

    return AfterRows()


def test_a_stopped_worker_gives_back_what_it_did_not_begin(smtp):
    for number in range(5):
        bought(ref=f"JO-{number}", email=f"ada{number}@example.com")
    stop = threading.Event()
    smtp.watch = lambda step: stop.set() if step == "dot" else None
    assert work(days=38, stop=stop).sent == 1
    rows = all_of(Delivery, channel="email")
    assert sorted(row.state for row in rows) == ["queued"] * 4 + ["sent"]
    assert all((row.claimed_by, row.handed_over_at) == (None, None) for row in rows if row.state == "queued")


def test_a_database_that_goes_away_after_the_250_is_waited_for(smtp, monkeypatch):
    bought()
    sent, failures = outbox.sent, [Unavailable("gone"), Unavailable("still gone")]

    def flaky(session, delivery_ids, **options):
        if delivery_ids and failures:
            raise failures.pop()
        return sent(session, delivery_ids, **options)

    monkeypatch.setattr(outbox, "sent", flaky)
    monkeypatch.setattr(desk, "SETTLE_POLL_SECONDS", 0.01)
    assert work(days=38).sent == 1
    assert failures == [] and states()["nps"] == "sent"


def test_a_case_and_a_reply_are_told_to_the_customer_once(smtp):
    at = DELIVERED
    with db.transaction() as session:
        customer = ada(session, now=at)
        case = cases.open(
            session,
            source_key="s",
            kind="detractor",
            subject="Noise",
            customer_id=customer.id,
            now=at,
        )
    work()
    with db.transaction() as session:
        cases.reply(session, case.id, "We are sending a new one.", staff_id=None, now=at + timedelta(hours=3))
        cases.note(session, case.id, "Second time.", now=at + timedelta(hours=3))
    work(hours=4)
    work(hours=5)
    assert [mail["Subject"] for mail in smtp.messages()] == [
        "We are on it: Noise",
        f"Our answer to your case {case.id}: Noise",
    ]


def test_events_are_posted_to_the_stores_other_systems(smtp, monkeypatch):
    with closing(RecordingHttp()) as crm:
        monkeypatch.setenv("WEBHOOK_URLS", crm.url)
        monkeypatch.setenv("WEBHOOK_ALLOW_PRIVATE", "1")
        settings.cache_clear()
        bought()
        assert work(days=38).webhooks == 3
        rows = all_of(WebhookDelivery)
        assert [row.event_type for row in rows] == ["stage.changed", "stage.changed", "follow_up.sent"]
        assert {row.state for row in rows} == {"sent"} and len(crm.requests) == 3
        assert webhook.is_public("127.0.0.1") is False


def test_idle_visits_are_closed(rasa):
    with db.transaction() as session:
        conversations.start(session, channel="web", now=DELIVERED)
    assert work(hours=2).closed == 1
    assert work(hours=3).closed == 0


def test_a_changed_programme_reaches_orders_that_wait(smtp, home, monkeypatch):
    file = home / "programme.yml"
    text = settings().programme.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("FOLLOW_UP_PROGRAMME", str(file))
    settings.cache_clear()
    bought()
    work(days=0.5)
    assert "38 days after delivered" in text
    file.write_text(text.replace("38 days after delivered", "8 days after delivered"), encoding="utf-8")
    work(days=0.6)
    [nps] = all_of(FollowUp, step="nps")
    assert nps.due_at == DELIVERED + timedelta(days=8)
    assert work(days=0.7).planned == 0


def test_a_limit_of_follow_ups_holds_back_the_rest(smtp):
    for number in range(5):
        bought(ref=f"JO-{number}", email=f"ada{number}@example.com")
    assert work(days=38, most=2).due == 2
    assert work(days=38, most=0).due == 0
    assert work(days=38).due == 3


def test_progress_is_told(smtp):
    bought(**chatted())
    heard = {}
    work(days=38, progress=lambda name, count: heard.update({name: count}))
    assert heard["due"] == 1 and heard["sent"] == 2 and list(heard)[-2:] == ["erased", "forgotten"]


def test_sigterm_ends_the_running_worker_cleanly(database, home):
    environment = {**os.environ, "LIFECYCLE_HOME": str(home), "RASA_URL": "http://127.0.0.1:9"}
    program = (
        "import logging; logging.basicConfig(level='INFO', format='%(message)s')\n"
        "from lifecycle import worker; from lifecycle.settings import settings; worker.run(settings())"
    )
    process = subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE, text=True)
    assert "started" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0 and "worker stopped" in said


def test_the_demo_without_a_mail_server_leaves_letters_in_a_maildir(rasa):
    bought()
    work(days=38)
    [letter] = list(mailbox.Maildir(settings().mail_outbox, create=False))
    assert letter["To"] == "Ada Byron <ada@example.com>"
