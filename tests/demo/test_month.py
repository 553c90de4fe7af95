"""The demo month fills every page, by the rules that hold for real customers, and only once."""

from __future__ import annotations

import html
import itertools
import json
import re
import shutil
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from lifecycle import clock, db, followups, insights, staff
from lifecycle.demo import catalogue_path, month
from lifecycle.demo.month import Month
from lifecycle.model import (
    ContentGap,
    Conversation,
    Customer,
    FollowUp,
    Interaction,
    Macro,
    Message,
    Need,
    Review,
    ShopOrder,
    Staff,
    SupportCase,
    Survey,
    SurveyAnswer,
)
from lifecycle.web.console import router

NOW = clock.parse("2026-11-20T15:00:00Z")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, month: tuple[Path, dict[str, int], list[tuple[int, int]]]):
    """A database with the demo month, copied for all these tests."""
    from lifecycle.settings import settings

    made, counts, steps = month
    assert steps and all(done <= known for done, known in steps)
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("month")
        patch.setenv("LIFECYCLE_HOME", str(home))
        patch.delenv("DATABASE_URL", raising=False)
        settings.cache_clear()
        shutil.copy(made, home / "lifecycle.db")
        engine = db.bind(f"sqlite:///{home / 'lifecycle.db'}")
        yield counts
        engine.dispose()
        db._engine = None
        settings.cache_clear()


def scalar(query: object) -> int:
    with db.reading() as session:
        return session.scalar(query) or 0


def kinds(column: object) -> dict[str, int]:
    with db.reading() as session:
        return dict(session.execute(sa.select(column, sa.func.count()).group_by(column)).all())


def test_there_is_something_for_every_page(loaded: dict[str, int]) -> None:
    assert scalar(sa.select(sa.func.count(Customer.id))) >= 140
    assert scalar(sa.select(sa.func.count(ShopOrder.id))) >= 100
    assert scalar(sa.select(sa.func.count(Interaction.id))) >= 400
    for column, wanted in [
        (Interaction.outcome, {"answered", "recommended", "bought", "satisfied", "dissatisfied", "unanswered"}),
        (Interaction.purpose, {"visit", "arrival", "check_in", "nps", "review", "tips"}),
        (Interaction.resolution, {"confirmed", "assumed", "handed_over", "open"}),
        (FollowUp.state, {"planned", "sent", "answered", "suppressed", "cancelled", "failed"}),
        (SupportCase.state, {"open", "closed"}),
        (Customer.stage, {"education", "purchase", "post_purchase", "advocacy"}),
    ]:  # fmt: skip
        assert wanted <= set(kinds(column)), column
    assert scalar(sa.select(sa.func.count(ContentGap.id))) >= 10
    assert scalar(sa.select(sa.func.count(Review.id)).where(Review.source == "survey")) >= 5
    assert scalar(sa.select(sa.func.count(SurveyAnswer.id)).where(SurveyAnswer.remark != "")) >= 20
    buyers = sa.select(ShopOrder.customer_id).group_by(ShopOrder.customer_id).having(sa.func.count() > 1).subquery()
    assert scalar(sa.select(sa.func.count()).select_from(buyers)) >= 10


def test_nothing_happened_after_now(loaded: dict[str, int]) -> None:
    for column in (
        Message.created_at, Interaction.last_message_at, ShopOrder.placed_at, SurveyAnswer.answered_at,
        FollowUp.sent_at,
        SupportCase.opened_at,
    ):  # fmt: skip
        with db.reading() as session:
            assert session.scalar(sa.select(sa.func.max(column))) <= NOW, column


def test_every_demo_row_is_marked_and_nobody_is_real(loaded: dict[str, int]) -> None:
    assert scalar(sa.select(sa.func.count(Customer.id)).where(~Customer.external_id.like("demo-%"))) == 0
    assert scalar(sa.select(sa.func.count(Conversation.id)).where(~Conversation.id.like("demo%"))) == 0
    with db.reading() as session:
        addresses = list(session.scalars(sa.text("SELECT value FROM contact_point")))
    assert addresses and all(address.endswith(("@example.com", "@example.org")) for address in addresses)


def test_the_promises_hold_for_invented_customers_too(loaded: dict[str, int]) -> None:
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Interaction.id))) == session.scalar(
            sa.select(sa.func.count(Conversation.id))
        )
        spoken = sa.select(Message.conversation_id, sa.func.count()).group_by(Message.conversation_id)
        counted = dict(session.execute(spoken).all())
        for record in session.scalars(sa.select(Interaction)):
            assert record.message_count == counted.get(record.conversation_id, 0)
        asked: dict[int, list] = {}
        for customer_id, at in session.execute(
            sa.select(Survey.customer_id, Survey.asked_at).where(Survey.case_id.is_(None)).order_by(Survey.asked_at)
        ):
            asked.setdefault(customer_id, []).append(at)
        for times in asked.values():
            assert all(later - earlier >= timedelta(days=30) for earlier, later in itertools.pairwise(times))
        unhappy = sa.select(Survey.id).join(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        low = sa.or_(
            sa.and_(Survey.kind == "nps", SurveyAnswer.score <= 6),
            sa.and_(Survey.kind == "csat", SurveyAnswer.score <= 2),
        )
        for survey_id in session.scalars(unhappy.where(low)):
            assert session.scalar(sa.select(SupportCase.id).where(SupportCase.survey_id == survey_id))
        unplanned = sa.select(ShopOrder.id).where(~sa.exists().where(FollowUp.order_id == ShopOrder.id))
        assert session.scalar(unplanned) is None
        order_ref = session.scalar(sa.select(ShopOrder.order_ref).limit(1))
        assert order_ref in followups.why_not(session, order_ref, now=NOW)


def test_loading_again_changes_nothing(loaded: dict[str, int]) -> None:
    before = kinds(Interaction.outcome)
    assert month.load(now=NOW + timedelta(days=3)) == {}
    assert kinds(Interaction.outcome) == before


@pytest.mark.parametrize("role", ["admin", "viewer"])
def test_every_link_of_the_console_leads_to_a_page(loaded: dict[str, int], role: str) -> None:
    """Follow the console's own links, some of each kind, as far as they go."""
    app = FastAPI()
    app.include_router(router)
    app.state.clock = lambda: NOW
    with db.transaction() as session:
        person = Staff(email=f"{role}@example.com", name="Sam", role=role, password_hash="!", created_at=NOW)
        session.add(person)
        session.flush()
        member = staff.Member(person.id, person.email, person.name, role)
        cookie = staff.open_session(session, member, None, now=NOW)
    with db.reading() as session:
        names = [name for name in session.scalars(sa.select(Customer.name)) if name]
    seen: Counter[str] = Counter()
    with TestClient(app, base_url="http://127.0.0.1", cookies={"staff": cookie}) as browser:
        queue, known = ["/console"], {"/console"}
        while queue:
            target = queue.pop(0)
            answer = browser.get(target)
            assert answer.status_code == 200, f"{target} → {answer.status_code}"
            if "html" not in answer.headers["content-type"]:
                continue
            assert len(answer.content) < 150_000, target
            if role == "viewer":
                assert not any(name in answer.text for name in names), target
            for link in re.findall(r'(?:href|src)="(/console[^"#]*)', answer.text):
                link = html.unescape(link)
                kind = re.sub(r"[0-9a-f]{20,}|=[^&]*|/\d+", "", link)
                if link not in known and seen[kind] < 12:
                    seen[kind] += 1
                    known.add(link)
                    queue.append(link)
    assert len(known) > 60


def test_solved_cases_are_asked_about_their_effort_and_some_detractors_are_won_back(loaded: dict[str, int]) -> None:
    with db.reading() as session:
        given = insights.answers(session, since=NOW - timedelta(days=120), until=NOW)
        rates = insights.response_rates(session, since=NOW - timedelta(days=120), until=NOW)
        recovered = insights.detractor_recovery(session, since=NOW - timedelta(days=120), until=NOW)
    assert given.ces.n >= insights.HIDDEN_N and 4 <= (given.ces.value or 0) <= 7
    assert 30 <= (rates["ces"].value or 0) < 100
    assert recovered.n and recovered.value
    assert scalar(sa.select(sa.func.count(Macro.id))) == 3


def test_a_later_hour_sees_more_of_the_same_day(session: Session) -> None:
    """What lies after `now` takes no dice from what lies before it."""

    def lived(hour: int) -> list[tuple[str, float]]:
        world, seen = Month(session, NOW.replace(hour=hour)), []

        def wander(at: datetime, who: str, left: int) -> None:
            seen.append((f"{who} {at:%H:%M}", world.random.random()))
            for step in range(left):
                world.at(world.later(at, 0.5, 9), lambda then, step=step: wander(then, f"{who}.{step}", left - 1))

        for who in ("ada", "ben", "tess"):
            world.at(NOW.replace(hour=1), lambda at, who=who: wander(at, who, 3))
        world.run(None)
        return seen

    morning, evening = lived(9), lived(23)
    assert 3 < len(morning) < len(evening)
    assert evening[: len(morning)] == morning


def test_what_is_said_fits_what_it_is_said_about(loaded: dict[str, int]) -> None:
    """Nobody asks a duvet for its hand luggage: a question without answer is one that can be asked of the product."""
    world = yaml.safe_load((Path(month.__file__).parent / "month.yml").read_text(encoding="utf-8"))
    fits = {gap["ask"]: set(gap["for"]) for gap in world["gaps"] if "for" in gap}
    about = {}
    for line in catalogue_path().read_text(encoding="utf-8").splitlines():
        product = json.loads(line)
        about[product["product_id"]] = {product["category"][-1], *product["facts"]}
    with db.reading() as session:
        asked = session.execute(sa.select(ContentGap.question, ContentGap.product_id)).all()
        kept = session.execute(sa.select(Need.label, Need.kept).where(Need.kept.is_not(None))).all()
    assert any(product_id for _, product_id in asked)
    for question, product_id in asked:
        assert not product_id or fits[question] & about[product_id], (question, product_id)
    assert {True, False} <= {each for _, each in kept}
