"""A present for somebody: what has to do with what they like, and nothing pretended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lifecycle import needs
from lifecycle.advice import recommend
from lifecycle.advice.recommend import Advice
from tests.shelves import stock

GIFTS: list[dict[str, Any]] = [
    {"id": "shears", "title": "Aster Pruning Shears", "category": "Hand tools"},
    {"id": "trowel", "title": "Boreal Trowel", "category": "Hand tools", "bullets": ["For gardening in any soil"]},
    {"id": "speaker", "title": "Cedar Party Speaker", "category": "Speakers",
     "description": "Take it to the garden and dance."},
    {"id": "grinder", "title": "Aster Burr Grinder", "category": "Coffee grinders"},
    {"id": "beans", "title": "House Blend Beans", "category": "Coffee beans"},
    {"id": "beans2", "title": "Night Blend Beans", "category": "Coffee beans"},
    {"id": "kettle", "title": "Gooseneck Kettle", "category": "Kettles", "suits": "pour-over coffee, tea"},
]  # fmt: skip


@pytest.fixture
def ask(session: Session, now: datetime) -> Any:
    stock(session, now, [{"price": 2000 + 1000 * place, **row} for place, row in enumerate(GIFTS)])
    return lambda text: recommend.recommend(session, needs.read(text, needs.store_words(session)))


def shown(advice: Advice) -> list[str]:
    return [pick.product_id for pick in advice.results]


@pytest.mark.parametrize(
    "text",
    ["gift for mum who loves gardening", "something for my mum, she's into gardening", "gift for a gardening nerd"],
)
def test_a_present_has_to_do_with_what_they_like(ask: Any, text: str) -> None:
    assert set(shown(ask(text))) == {"shears", "trowel"}


def test_one_of_each_shelf_comes_first_and_the_reason_is_told(ask: Any) -> None:
    advice = ask("something for my dad, he's into coffee")
    assert {pick.item.category for pick in advice.results} == {"Coffee grinders", "Coffee beans", "Kettles"}
    assert all(verdict.verdict == "met" for pick in advice.results for verdict in pick.verdicts)


def test_when_nothing_has_to_do_with_it_nothing_is_shown(ask: Any) -> None:
    advice = ask("present for a 10 year old who likes space")
    assert not advice.results and advice.missing == "space"


def test_the_budget_holds_for_presents_too(ask: Any) -> None:
    assert shown(ask("gift for a coffee lover under $65")) == ["grinder", "beans"]


@pytest.mark.parametrize(
    "text, interests",
    [
        ("my husband likes cooking, something under 100", ("cooking",)),
        ("present for my grandma who knits", ("knits",)),
        ("gift for a friend who loves dogs", ("dogs",)),
        ("what would you get a tea drinker?", ("tea",)),
        ("a kettle for somebody who needs one", ()),
        ("I like the second one", ()),
    ],
)
def test_what_somebody_likes_is_read(session: Session, now: datetime, text: str, interests: tuple[str, ...]) -> None:
    stock(session, now, [{"price": 2000, **row} for row in GIFTS])
    assert needs.read(text, needs.store_words(session)).interests == interests
