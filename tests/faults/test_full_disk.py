"""A full disk is an error, not a half-stored turn: every write fails whole, and works again when there is room."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from mailroom import ada, follow_up_of, order_of

from bench.rows import fingerprint
from lifecycle import cases, conversations, db, orders, outbox, privacy, surveys
from lifecycle.conversations import Heard, Said
from lifecycle.errors import Unavailable
from lifecycle.interactions import TurnFacts
from lifecycle.model import RasaEvent
from lifecycle.orders import Buyer, Line, OrderEvent

LONG = "a long story about a lid " * 30


def turn(session, now, number):
    visit = conversations.start(session, channel="web", now=now)
    session.add(RasaEvent(sender_id=visit.id, type_name="user", timestamp=0.0, data=LONG))
    conversations.record_turn(
        session,
        visit,
        heard=Heard(LONG, f"m-{number}", "greet", 0.9),
        said=[Said(LONG), Said(LONG)],
        facts=TurnFacts(messages=3, customer_messages=1),
        turn_id=f"m-{number}",
        now=now,
    )


def order_event(session, now, number):
    buyer = Buyer(f"buyer{number}@example.org", f"b-{number}", f"Buyer {number}")
    lines = (Line("p", LONG, 1, 100), Line("q", LONG, 1, 100))
    event = OrderEvent(
        source="generic", event_id=f"e-{number}", type="placed", order_ref=f"JO-{number}", at=now, buyer=buyer,
        lines=lines,
    )  # fmt: skip
    orders.apply(session, event, now=now)


def score(session, now, number):
    customer = ada(session, now=now, email=f"ada{number}@example.org")
    survey = surveys.open(session, "nps", customer_id=customer.id, now=now)
    surveys.answer(session, survey.id, 2, remark=LONG, source="mail", source_id=f"s-{number}", now=now)


def case_and_reply(session, now, number):
    case = cases.open(
        session, source_key=f"k-{number}", kind="problem", subject="broken", customer_id=None, summary={"said": LONG},
        now=now,
    )  # fmt: skip
    cases.customer_reply(session, case.id, LONG, now=now)


def delivery(session, now, number):
    customer = ada(session, now=now, email=f"ada{number}@example.org")
    follow_up = follow_up_of(session, order_of(session, customer, now=now, ref=f"JO-{number}"), now=now)
    outbox.queue(
        session, channel="email", template="nps", purpose="survey", customer_id=customer.id, follow_up_id=follow_up.id,
        params={"said": LONG}, now=now,
    )  # fmt: skip


def erasure(session, now, number):
    customer = ada(session, now=now, email=f"ada{number}@example.org", name=f"Ada {LONG[:100]}")
    visit = conversations.start(session, channel="web", customer_id=customer.id, now=now)
    conversations.add_message(session, visit.id, role="customer", text=LONG, now=now)
    session.flush()
    privacy.erase_now(session, customer.id, now=now)
    for _ in range(40):  # an erasure itself only frees room
        privacy.request_erasure(session, customer_id=customer.id, now=now)


@pytest.mark.parametrize("write", [turn, order_event, score, case_and_reply, delivery, erasure])
def test_a_write_on_a_full_disk_leaves_nothing_and_works_when_there_is_room(write, database, now):
    pages = {"most": 0}

    @sa.event.listens_for(database, "connect")
    def limit(raw, _record):
        if pages["most"]:
            raw.execute(f"PRAGMA max_page_count={pages['most']}")

    with db.transaction() as session:
        write(session, now, 0)
    with database.connect() as connection:
        pages["most"] = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    database.dispose()
    number = 0
    with pytest.raises(Unavailable):
        for number in range(1, 300):  # until the last page is full
            before = fingerprint(database)
            with db.transaction() as session:
                write(session, now, number)
    assert fingerprint(database) == before
    pages["most"] = 0
    database.dispose()
    with db.transaction() as session:
        write(session, now, number)
    with database.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert fingerprint(database) != before
