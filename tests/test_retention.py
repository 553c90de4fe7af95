"""Nothing is kept longer than its purpose needs, and no figure changes when it goes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from mailroom import MONTH_ENDS, ada, fresh_database

from bench.rows import fingerprint
from lifecycle import cases, conversations, db, interactions, views, worker
from lifecycle.conversations import Heard, Said
from lifecycle.errors import Invalid
from lifecycle.interactions import TurnFacts
from lifecycle.model import AuditEvent, Conversation, Delivery, Interaction, Message, RasaEvent, ShopOrder
from lifecycle.privacy import retention
from lifecycle.settings import PROJECT, load, settings

QUESTIONS = re.findall(r"```sql\n(.+?)```", (PROJECT / "docs" / "questions.md").read_text(encoding="utf-8"), re.DOTALL)
WORDS = {
    "v_messages": "all",
    "v_needs": "all",
    "v_content_gaps": "all",
    "v_interactions": {"needs"},
    "v_cases": {"subject"},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def lived_in(request, month, month_on_postgresql, home) -> Iterator[sa.engine.Engine]:
    """The demo month on either database, bound to this process."""
    url = f"sqlite:///{shutil.copy(month[0], home / 'lived.db')}"
    if request.param == "postgresql":
        url = month_on_postgresql("retention")
    yield db.bind(url)
    db.engine().dispose()
    db._engine = None


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request, home, tmp_path) -> Iterator[None]:
    fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("postgresql_url"))
    yield
    db.engine().dispose()
    db._engine = None


def figures(engine: sa.engine.Engine) -> dict[str, list[Any]]:
    """The answers to the ten questions, and every column of the views that holds no words."""
    found: dict[str, list[Any]] = {}
    with engine.connect() as connection:
        for number, question in enumerate(QUESTIONS):
            found[f"question {number + 1}"] = connection.exec_driver_sql(question.replace("%", "%%")).all()
        for view in views.VIEWS:
            if WORDS.get(view) == "all":
                continue
            rows = connection.exec_driver_sql(f"SELECT * FROM {view}").mappings().all()
            found[view] = sorted(str({k: v for k, v in row.items() if k not in WORDS.get(view, ())}) for row in rows)
    return found


def visit(now: datetime, *, said: str = "hello", customer_id: int | None = None, closed: bool = True) -> str:
    """A talk of one turn that ended at once."""
    with db.transaction() as session:
        opened = conversations.start(session, channel="web", customer_id=customer_id, now=now)
        session.add(RasaEvent(sender_id=opened.id, type_name="user", timestamp=0.0, data=said))
        facts = TurnFacts(messages=2, customer_messages=1, topics=["delivery"], scores={"nps": 9})
        heard = Heard(said, f"m-{opened.id[:8]}", "greet", 0.9)
        conversations.record_turn(session, opened, heard=heard, said=[Said("Hi!")], facts=facts, turn_id="t", now=now)
        if closed:
            interactions.close(opened, interactions.open_for(session, opened, now=now), at=now)
        return str(opened.id)


def talks(model: Any = Message, column: Any = Message.conversation_id) -> set[str]:
    with db.reading() as session:
        return set(session.scalars(sa.select(column)))


def test_when_all_of_it_is_over_no_figure_changes(lived_in):
    later = MONTH_ENDS + timedelta(days=4000)
    before = figures(lived_in)
    counts = retention.sweep(settings(), now=later)
    assert figures(lived_in) == before
    assert counts["transcripts"] > 50 and counts["deliveries"] > 20
    with db.reading() as session:
        left = session.scalars(
            sa.select(Conversation)
            .join(Message, Message.conversation_id == Conversation.id)
            .where(Conversation.closed_at.is_not(None))
        ).all()
        open_cases = set(session.scalars(sa.text("SELECT conversation_id FROM support_case WHERE state <> 'closed'")))
    assert {talk.id for talk in left} <= open_cases
    assert {row.rows for row in _due(later)} == {0}


def _due(now: datetime) -> list[retention.Due]:
    with db.reading() as session:
        return retention.due(session, settings(), now=now)


def test_a_rehearsal_tells_what_would_go_and_changes_nothing(lived_in):
    later = MONTH_ENDS + timedelta(days=100)
    before = fingerprint(lived_in)
    told = {row.purpose: row.rows for row in _due(later)}
    assert fingerprint(lived_in) == before
    assert told["events"] > 0 or told["transcripts"] == 0
    assert retention.sweep(settings(), now=later) == told


def test_words_go_when_their_time_is_over_and_not_a_day_before(shared, now):
    old = visit(now)
    recent = visit(now + timedelta(days=1))
    still_open = visit(now, closed=False)
    days = settings().keep_days["prospects"]
    assert retention.sweep(settings(), now=now + timedelta(days=days))["prospects"] == 0
    assert talks() == {old, recent, still_open}
    assert retention.sweep(settings(), now=now + timedelta(days=days, seconds=1))["prospects"] == 1
    assert talks() == {recent, still_open}
    with db.reading() as session:
        row = interactions.of(session, old)
    assert (row.message_count, row.nps_score, row.topics) == (2, 9, ["delivery"])


def test_who_never_bought_is_forgotten_sooner_than_who_did(shared, now):
    with db.transaction() as session:
        buyer, prospect = ada(session, now=now).id, ada(session, now=now, email="ben@example.org").id
        session.add(ShopOrder(source="generic", order_ref="1", customer_id=buyer, updated_at=now))
    bought, looked = visit(now, customer_id=buyer), visit(now, customer_id=prospect)
    in_the_chat = visit(now)
    with db.transaction() as session:
        session.add(ShopOrder(source="generic", order_ref="2", thread_id=in_the_chat, updated_at=now))
    retention.sweep(settings(), now=now + timedelta(days=settings().keep_days["prospects"] + 1))
    assert talks() == {bought, in_the_chat} and looked not in talks()
    retention.sweep(settings(), now=now + timedelta(days=settings().keep_days["transcripts"] + 1))
    assert talks() == set()


def test_what_somebody_works_on_stays(shared, now):
    talk = visit(now)
    with db.transaction() as session:
        case = cases.open(
            session, source_key="k", kind="problem", subject="broken", customer_id=None, conversation_id=talk, now=now
        )
        case_id = case.id
    much_later = now + timedelta(days=4000)
    retention.sweep(settings(), now=much_later)
    assert talks() == {talk}
    with db.transaction() as session:
        cases.close(session, case_id, cause="question_answered", staff_id=None, now=now)
    retention.sweep(settings(), now=much_later)
    assert talks() == set()


def test_rasas_events_go_first_and_the_chat_goes_on(shared, now):
    talk = visit(now)
    retention.sweep(settings(), now=now + timedelta(days=settings().keep_days["events"] + 1))
    assert talks(RasaEvent, RasaEvent.sender_id) == set() and talks() == {talk}


def test_for_good_is_for_good(shared, now, monkeypatch):
    for purpose in settings().keep_days:
        monkeypatch.setenv(f"KEEP_{purpose.upper()}_DAYS", "0")
    settings.cache_clear()
    talk = visit(now)
    assert set(retention.sweep(settings(), now=now + timedelta(days=30_000)).values()) == {0}
    assert talks() == {talk} and all(row.before is None for row in _due(now))


def test_a_term_too_short_to_be_meant_is_refused(home):
    for wrong in ("29", "-1", "a year"):
        with pytest.raises(Invalid, match="KEEP_AUDIT_DAYS"):
            load({"LIFECYCLE_HOME": str(home), "KEEP_AUDIT_DAYS": wrong})
    assert load({"LIFECYCLE_HOME": str(home), "KEEP_AUDIT_DAYS": "30"}).keep_days["audit"] == 30


def test_it_goes_in_small_batches_and_goes_on_where_it_was_stopped(shared, now, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        visit(now + timedelta(minutes=number))
    later = now + timedelta(days=settings().keep_days["transcripts"] + 1)
    asked = iter([False] * 2 + [True] * 99)
    assert retention.sweep(settings(), now=later, stopped=lambda: next(asked))["transcripts"] == 4
    assert len(talks()) == 1
    assert retention.sweep(settings(), now=later)["transcripts"] == 1
    assert talks() == set()


def test_who_looked_and_what_was_sent_go_after_their_terms(shared, now):
    with db.transaction() as session:
        session.add(AuditEvent(action="inbox", details={"q": "ada"}, at=now))
        same = {"purpose": "service", "channel": "email", "template": "t", "next_attempt_at": now, "created_at": now}
        for number, state in enumerate(("sent", "queued")):
            session.add(Delivery(message_id=f"<{number}@x>", params={"said": "hello"}, state=state, **same))
    retention.sweep(settings(), now=now + timedelta(days=4000))
    with db.reading() as session:
        assert session.scalars(sa.select(AuditEvent)).all() == []
        kept = session.execute(sa.select(Delivery.state, Delivery.params).order_by(Delivery.id)).all()
    assert kept == [("sent", {}), ("queued", {"said": "hello"})]


def test_the_worker_does_it_once_a_day_and_again_when_the_clock_went_back(database, home, now):
    visit(now)
    later = now + timedelta(days=4000)
    assert worker.work_once(now=later, settings=settings()).forgotten > 0
    visit(now)
    assert worker.work_once(now=later + timedelta(hours=1), settings=settings()).forgotten == 0
    assert worker.work_once(now=later + timedelta(days=1), settings=settings()).forgotten > 0
    visit(now)
    assert worker.work_once(now=later - timedelta(days=900), settings=settings()).forgotten > 0
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Interaction)) == 3
