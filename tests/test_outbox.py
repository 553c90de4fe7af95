"""What is owed is a row; one worker owns it at a time; doubt is said, never guessed away."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from mailroom import ada, follow_up_of, fresh_database, order_of, state_of

from lifecycle import announcements, cases, customers, db, leaving, outbox
from lifecycle.model import ContactLog, Customer, Delivery, FollowUp, WebhookDelivery
from lifecycle.settings import settings

MINUTE = timedelta(minutes=1)


@pytest.fixture
def owed(session, now):
    """Ada's NPS question, queued as mail."""
    follow_up = follow_up_of(session, order_of(session, ada(session, now=now), now=now), now=now)
    return queue(session, follow_up, now=now)


@pytest.fixture
def notice(session, now):
    """The notice of Ada's case."""
    customer = ada(session, now=now)
    case = cases.open(session, source_key="t", kind="problem", subject="Broken lid", customer_id=customer.id, now=now)
    return outbox.queue(
        session,
        channel="email",
        template="case_opened",
        purpose="service",
        customer_id=customer.id,
        case_id=case.id,
        key=f"case:{case.id}:opened",
        now=now,
    )


def queue(session, follow_up, *, now, channel="email", **params):
    return outbox.queue(
        session,
        channel=channel,
        template=follow_up.step,
        purpose=follow_up.purpose,
        customer_id=follow_up.customer_id,
        follow_up_id=follow_up.id,
        params=params,
        now=now,
    )


def take(session, *, now, worker="anna"):
    return outbox.claim(session, worker=worker, now=now)


def fail(session, delivery, *, now, worker="anna", permanent=False, in_doubt=False):
    return outbox.failed(
        session, delivery.id, worker=worker, reason="451", permanent=permanent, in_doubt=in_doubt, now=now
    )


def follow_up_state(session, delivery):
    return session.execute(sa.text("SELECT state FROM follow_up WHERE id = :i"), {"i": delivery.follow_up_id}).scalar()


def test_the_same_follow_up_and_channel_is_one_delivery_with_one_message_id(session, now, owed):
    again = outbox.queue(
        session,
        channel="email",
        template="nps",
        purpose="survey",
        customer_id=owed.customer_id,
        follow_up_id=owed.follow_up_id,
        now=now + MINUTE,
    )
    assert again.id == owed.id and again.message_id == owed.message_id
    assert owed.message_id.endswith(f"@{settings().mail_from.rpartition('@')[2]}>")


def test_a_claim_belongs_to_its_worker_until_it_is_given_back(session, now, owed):
    assert take(session, now=now) == [owed.id]
    assert take(session, now=now, worker="bert") == []
    assert outbox.give_back(session, [owed.id], worker="bert") == 0
    assert outbox.give_back(session, [owed.id], worker="anna") == 1
    assert take(session, now=now, worker="bert") == [owed.id]


def test_nothing_is_claimed_before_its_time(session, now, owed):
    assert take(session, now=now - timedelta(seconds=1)) == []


def test_a_sent_delivery_says_so_and_so_does_its_follow_up(session, now, owed):
    take(session, now=now)
    assert outbox.hand_over(session, [owed.id], worker="anna", now=now)
    assert outbox.sent(session, [owed.id], worker="anna", now=now)
    assert state_of(session, owed.id).state == "sent"
    assert follow_up_state(session, owed) == "sent"
    assert session.execute(sa.select(sa.func.count(ContactLog.id))).scalar() == 1


def test_temporary_errors_are_retried_on_schedule_and_then_fail_visibly(session, now, owed):
    at, waits = now, []
    for attempt in range(6):
        assert take(session, now=at) == [owed.id], f"attempt {attempt} was not due"
        state = fail(session, owed, now=at)
        row = state_of(session, owed.id)
        if state == "queued":
            waits.append((row.next_attempt_at - at).total_seconds() / 60)
            assert take(session, now=row.next_attempt_at - timedelta(seconds=1)) == []
            at = row.next_attempt_at
    assert state == "failed" and row.reason == "451" and row.attempts == 6
    assert follow_up_state(session, owed) == "failed"
    for waited, planned in zip(waits, (1, 5, 30, 120, 720), strict=True):
        assert planned * 0.8 <= waited <= planned * 1.2


def test_waits_differ_between_messages_so_that_a_crowd_does_not_return_together():
    waits = {outbox.retry_delay(f"<{number}@x>", 2) for number in range(50)}
    assert len(waits) > 40


def test_a_permanent_error_fails_at_once(session, now, owed):
    take(session, now=now)
    assert fail(session, owed, now=now, permanent=True) == "failed"
    assert take(session, now=now + timedelta(days=9)) == []


def test_a_survey_in_doubt_is_never_sent_again(session, now, owed):
    take(session, now=now)
    outbox.hand_over(session, [owed.id], worker="anna", now=now)
    assert fail(session, owed, now=now, in_doubt=True) == "doubtful"
    assert follow_up_state(session, owed) == "doubtful"
    assert take(session, now=now + timedelta(days=9)) == []


def test_a_notice_in_doubt_is_sent_once_more_under_the_same_message_id(session, now, notice):
    first_id = notice.message_id
    take(session, now=now)
    assert fail(session, notice, now=now, in_doubt=True) == "queued"
    again = now + 2 * MINUTE
    assert take(session, now=again) == [notice.id]
    assert state_of(session, notice.id).message_id == first_id
    assert fail(session, notice, now=again, in_doubt=True) == "doubtful"
    assert take(session, now=now + timedelta(days=9)) == []


def test_a_lease_that_ends_before_the_hand_over_returns_to_the_queue(session, now, owed):
    take(session, now=now)
    almost = now + outbox.LEASE - timedelta(seconds=1)
    assert outbox.reclaim(session, now=almost) == outbox.Returned(0, 0)
    assert outbox.reclaim(session, now=now + outbox.LEASE) == outbox.Returned(queued=1)
    assert take(session, now=now + outbox.LEASE, worker="bert") == [owed.id]


def test_a_frozen_worker_cannot_hand_over_what_another_took(session, now, owed):
    take(session, now=now)
    later = now + outbox.LEASE
    outbox.reclaim(session, now=later)
    assert not outbox.hand_over(session, [owed.id], worker="anna", now=later)
    take(session, now=later, worker="bert")
    assert not outbox.hand_over(session, [owed.id], worker="anna", now=later)
    assert not outbox.sent(session, [owed.id], worker="anna", now=later)
    assert outbox.hand_over(session, [owed.id], worker="bert", now=later)


def test_a_lease_that_ends_after_the_hand_over_is_doubtful_until_the_late_reply(session, now, owed):
    take(session, now=now)
    outbox.hand_over(session, [owed.id], worker="anna", now=now)
    later = now + outbox.LEASE
    assert outbox.reclaim(session, now=later) == outbox.Returned(doubtful=1)
    assert follow_up_state(session, owed) == "doubtful"
    assert outbox.sent(session, [owed.id], worker="anna", now=later)
    assert (state_of(session, owed.id).state, follow_up_state(session, owed)) == ("sent", "sent")
    assert session.execute(sa.select(sa.func.count(ContactLog.id))).scalar() == 1


def test_a_repeatable_message_is_never_in_doubt(session, now, owed):
    take(session, now=now)
    assert outbox.hand_over(session, [owed.id], worker="anna", repeatable=True, now=now)
    assert outbox.reclaim(session, now=now + outbox.LEASE) == outbox.Returned(queued=1)


def test_a_heartbeat_keeps_the_claim(session, now, owed):
    take(session, now=now)
    assert outbox.renew(session, worker="anna", now=now + 9 * MINUTE) == 1
    assert outbox.reclaim(session, now=now + outbox.LEASE) == outbox.Returned(0, 0)


def test_a_refusal_a_suppression_a_refund_and_an_answer_stop_it(session, now, owed):
    def why(delivery=owed):
        return leaving.standings(session, [delivery.id])[delivery.id].withheld

    assert why() == ""
    order = order_of(session, ada(session, now=now), now=now, ref="JO-2")
    refunded = queue(session, follow_up_of(session, order, now=now, step="arrival"), now=now)
    order.refunded_at = now
    session.flush()
    assert "refunded" in why(refunded)
    session.execute(sa.text("UPDATE follow_up SET state = 'answered' WHERE id = :i"), {"i": owed.follow_up_id})
    assert "answered" in why()
    session.execute(sa.text("UPDATE follow_up SET state = 'cancelled' WHERE id = :i"), {"i": owed.follow_up_id})
    assert "cancelled" in why()
    session.execute(sa.text("UPDATE follow_up SET state = 'due' WHERE id = :i"), {"i": owed.follow_up_id})
    customers.set_consent(session, owed.customer_id, "survey", False, source="test", now=now)
    assert "consent" in why()
    customers.set_consent(session, owed.customer_id, "survey", True, source="test", now=now)
    customers.suppress(session, "Ada@Example.com", "bounce", now=now)
    assert "suppressed" in why()
    chat = queue(session, session.get(FollowUp, owed.follow_up_id), now=now, channel="webchat")
    assert why(chat) == "", "a mailbox that bounces does not close the chat"
    session.get(Customer, owed.customer_id).erased_at = now
    session.flush()
    assert "erased" in why()


def test_a_withheld_delivery_is_closed_with_its_reason(session, now, owed):
    take(session, now=now)
    assert outbox.withhold(session, owed.id, worker="anna", reason="no consent for survey messages", now=now)
    row = state_of(session, owed.id)
    assert (row.state, row.reason) == ("suppressed", "no consent for survey messages")
    assert follow_up_state(session, owed) == "suppressed"


def test_a_chat_counts_where_the_mail_failed(session, now, owed):
    chat = queue(session, session.get(FollowUp, owed.follow_up_id), now=now, channel="webchat")
    take(session, now=now)
    fail(session, owed, now=now, permanent=True)
    assert follow_up_state(session, owed) == "due"
    outbox.sent(session, [chat.id], worker="anna", now=now)
    assert follow_up_state(session, owed) == "sent"


def test_an_event_is_owed_to_every_address_of_the_settings(session, now, monkeypatch):
    assert announcements.announce(session, "survey.answered", {"score": 9}, now=now) == 0
    monkeypatch.setenv("WEBHOOK_URLS", "https://crm.example/hook https://bi.example/hook")
    settings.cache_clear()
    assert announcements.announce(session, "survey.answered", {"score": 9}, now=now) == 2
    rows = session.execute(sa.select(WebhookDelivery)).scalars().all()
    assert {row.url for row in rows} == {"https://crm.example/hook", "https://bi.example/hook"}
    assert rows[0].body["type"] == "survey.answered" and rows[0].event_id != rows[1].event_id


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request, home, tmp_path):
    """A database of its own that several workers reach, bound to lifecycle.db."""
    yield fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("postgresql_url"))
    db.engine().dispose()
    db._engine = None


@pytest.mark.parametrize("locking", [True, False], ids=["skip_locked", "no_row_locks"])
def test_many_workers_at_once_never_own_one_delivery_twice(shared, now, locking, monkeypatch):
    """Also without SKIP LOCKED, which SQLite drops: the conditional UPDATE alone must be enough."""
    if not locking:
        monkeypatch.setattr(sa.sql.Select, "with_for_update", lambda query, **_: query)
    rows, workers = 300, 8
    with db.transaction() as session:
        for number in range(rows):
            session.add(_bare(f"<{number}@x>", now))
    owned: dict[str, list[int]] = {}
    barrier = threading.Barrier(workers)

    def work(name: str) -> None:
        mine = owned[name] = []
        barrier.wait()
        while True:
            with db.transaction() as session:
                claimed = outbox.claim(session, worker=name, now=now, limit=7)
            if not claimed:
                return
            mine += claimed

    threads = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    claimed = [delivery_id for mine in owned.values() for delivery_id in mine]
    assert len(claimed) == len(set(claimed)) == rows


def test_two_workers_reclaiming_at_once_return_a_delivery_once(shared, now):
    with db.transaction() as session:
        session.add_all(
            _bare(f"<{number}@x>", now, state="sending", claimed_by="dead", lease_until=now) for number in range(60)
        )
    returned: list[int] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        with db.transaction() as session:
            returned.append(outbox.reclaim(session, now=now).queued)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert sum(returned) == 60


def _bare(message_id: str, now, **values) -> Delivery:
    return Delivery(
        **{
            "purpose": "service",
            "channel": "email",
            "template": "tips",
            "params": {},
            "message_id": message_id,
            "state": "queued",
            "next_attempt_at": now,
            "created_at": now,
            **values,
        }
    )
