"""A recommendation looked at months later: what was shown then, what the same needs give today."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import conversations, needs
from lifecycle.advice import recommend, recommendations, replays
from lifecycle.errors import NotFound
from lifecycle.model import CatalogueVersion, Product, ProductFact
from tests.shelves import stock


@pytest.fixture
def stored(session: Session, now: datetime) -> int:
    stock(session, now)
    conversation = conversations.start(session, channel="web", now=now)
    wanted = needs.read("a quiet grinder under $150 for espresso, not black", needs.store_words(session))
    advice = recommend.recommend(session, wanted, rejected=["middle"])
    return int(recommendations.store(session, conversation.id, "turn-1", wanted, advice, now=now).id)


def new_version(session: Session, now: datetime) -> int:
    version = CatalogueVersion(imported_at=now + timedelta(days=90), source="test", changed=1)
    session.add(version)
    session.flush()
    return int(version.id)


def product(session: Session, product_id: str) -> Product:
    return session.scalars(sa.select(Product).where(Product.product_id == product_id)).one()


def kinds(replay: replays.Replay) -> set[tuple[str, str]]:
    return {(change.kind, change.product_id) for change in replay.changes}


def test_it_is_shown_as_it_was_given(session: Session, stored: int) -> None:
    found = replays.get(session, stored)
    assert found.needs == ("Coffee grinders", "under $150", "quiet", "espresso", "not black")
    assert [entry.product_id for entry in found.shown][:1] == ["quiet"]
    assert found.shown[0].price == "$145.00"
    assert {"need": "quiet", "verdict": "nearly", "value": "52 dB"} in found.shown[0].verdicts
    assert replays.of_conversation(session, found.conversation_id) == [found]


def test_nothing_changed_in_an_unchanged_catalogue(session: Session, stored: int) -> None:
    replay = replays.replay(session, stored)
    assert replay.changes == ()
    assert [entry.product_id for entry in replay.today] == [entry.product_id for entry in replay.stored.shown]
    assert "middle" not in {entry.product_id for entry in replay.today}, "what was refused stays refused"


def test_a_price_that_rose_out_of_the_budget_is_named(session: Session, now: datetime, stored: int) -> None:
    row = product(session, "quiet")
    row.price_cents, row.catalogue_version, row.digest = 19900, new_version(session, now), "dearer"
    session.flush()
    replay = replays.replay(session, stored)
    assert replay.stored.shown[0].price == "$145.00", "what was shown stays what it was"
    [price] = [change for change in replay.changes if change.kind == "price"]
    assert (price.product_id, price.then, price.now) == ("quiet", "$145.00", "$199.00")
    assert {("verdict", "quiet"), ("dropped", "quiet")} <= kinds(replay)


def test_a_product_that_is_gone_and_one_that_is_newly_better(session: Session, now: datetime, stored: int) -> None:
    version = new_version(session, now)
    row = product(session, "quiet")
    row.active, row.catalogue_version = False, version
    made = Product(
        product_id="hush", title="Ember Hush Grinder, White", brand="Ember", color="White", price_cents=9900,
        category="Coffee grinders", digest="hush", catalogue_version=version,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for place, (name, value) in enumerate([("noise_db", "41 dB"), ("suits", "espresso, moka pot")]):
        session.add(ProductFact(product_pk=made.id, position=place, name=name, value=value))
    session.flush()
    replay = replays.replay(session, stored)
    assert {("gone", "quiet"), ("new", "hush")} <= kinds(replay)
    assert replay.today[0].product_id == "hush"
    assert next(change for change in replay.changes if change.kind == "new").then == "changed since"
    assert replay.catalogue_version > replay.stored.catalogue_version


def test_an_unknown_recommendation_is_said(session: Session) -> None:
    with pytest.raises(NotFound, match="no recommendation 99"):
        replays.replay(session, 99)
