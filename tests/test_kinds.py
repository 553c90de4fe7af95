"""What a product is: a robot vacuum is one, its bag, its brush and a book about it are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lifecycle import needs
from lifecycle.advice import kinds, recommend
from lifecycle.advice.kinds import Place
from lifecycle.advice.recommend import Advice
from lifecycle.advice.shelf import Item
from lifecycle.language.words import stem
from tests.shelves import stock

NOUNS = frozenset(map(stem, "vacuum kindle kettle case cover bag filter machine grinder pellet lamp shade".split()))  # noqa: SIM905


def titled(title: str, category: str = "") -> Item:
    return Item("p", title, "", category, (), "", "", None, "USD", "in_stock", None, None, "", "", (), "", ())


@pytest.mark.parametrize(
    "title, noun, place",
    [
        ("Whirra Scout Robot Vacuum, White", "vacuum", Place.HEAD),
        ("Everyday Kettle 1.7 L, White", "kettle", Place.HEAD),
        ("Kindle Paperwhite 2018 Case, PU Leather Smart Cover", "kindle", Place.OWNER),
        ("Case for Kindle Fire 7", "kindle", Place.TARGET),
        ("Case for Kindle Fire 7", "case", Place.HEAD),
        ("Grinder Cleaning Pellets, 12 Doses", "grinder", Place.OWNER),
        ("Filter Bags for Vacuums, Pack of 5", "vacuum", Place.TARGET),
        ("Dustbuster 500, Cordless Vacuum with Brush", "vacuum", Place.LATER),
        ("Bean-to-Cup Machine with Grinder", "grinder", Place.ABSENT),
        ("Espresso Machine with Grinder", "machine", Place.HEAD),
        ("Paper Lamp Shade 45 cm", "lamp", Place.OWNER),
    ],
)
def test_where_a_noun_stands_in_a_title(title: str, noun: str, place: Place) -> None:
    assert kinds.place(titled(title), stem(noun), NOUNS) is place


SHOP: list[dict[str, Any]] = [
    {"id": "robot", "title": "Whirra Scout Robot Vacuum", "category": "Vacuums", "type": "robot", "price": 27900},
    {"id": "mop", "title": "Whirra Mop Robot with Station", "category": "Vacuums", "type": "robot with mop",
     "price": 54900},
    {"id": "stick", "title": "Dustoe Glide Stick Vacuum", "category": "Vacuums", "type": "stick", "price": 14900},
    {"id": "hand", "title": "Dustoe Dab Handheld Vacuum", "category": "Vacuums", "type": "handheld", "price": 5900},
    {"id": "bags", "title": "Filter Bags for Robot Vacuums, Pack of 5", "category": "Vacuum bags", "price": 900},
    {"id": "brush", "title": "Robot Vacuum Brush Set", "category": "Vacuum parts", "price": 1500},
    {"id": "drip", "title": "Aster Drip Coffee Maker", "category": "Coffee brewers", "type": "drip", "price": 5900},
    {"id": "timer", "title": "Cedar Timer Coffee Maker", "category": "Coffee brewers", "type": "drip", "price": 8900},
    {"id": "press", "title": "Cedar Hand Espresso Maker", "category": "Espresso machines", "price": 11900},
    {"id": "scale", "title": "Aster Coffee Scale with Timer", "category": "Coffee accessories", "price": 4500},
    {"id": "descaler", "title": "Clear Descaler for Coffee Makers", "category": "Coffee accessories", "price": 1600},
    {"id": "case", "title": "Nook Reader Case, Black", "category": "Covers", "price": 1900},
    {"id": "sleeve", "title": "Sleeve for Nook Reader", "category": "Covers", "price": 1500},
    {"id": "jug", "title": "Cold Brew Jug", "category": "Jugs", "price": 2900, "fits": "fits a fridge door"},
]  # fmt: skip


@pytest.fixture
def ask(session: Session, now: datetime) -> Callable[[str], Advice]:
    stock(session, now, SHOP)
    return lambda text: recommend.recommend(session, needs.read(text, needs.store_words(session)))


def shown(advice: Advice) -> set[str]:
    return {pick.product_id for pick in advice.results}


def test_only_what_was_asked_for_is_shown(ask: Callable[[str], Advice]) -> None:
    advice = ask("robot vacuum")
    assert shown(advice) == {"robot", "mop"}, "two right ones, not three"
    assert advice.beyond is not None and (advice.beyond.label, advice.beyond.count) == ("vacuum", 4)
    assert shown(ask("coffee maker")) == {"drip", "timer"}
    assert shown(ask("a vacuum")) <= {"robot", "mop", "stick", "hand"}


def test_a_budget_the_type_does_not_meet_is_a_conflict(ask: Callable[[str], Advice]) -> None:
    advice = ask("robot vacuum under $200")
    assert advice.results == () and set(advice.conflict) == {"robot", "under $200"}
    assert {(way.change, way.count) for way in advice.relaxations} == {("drop", 2), ("price_max", 1)}


def test_accessories_alone_are_called_accessories(ask: Callable[[str], Advice]) -> None:
    advice = ask("a reader")
    assert advice.missing == "reader" and shown(advice) == {"case", "sleeve"}


def test_what_is_only_mentioned_is_not_sold(ask: Callable[[str], Advice]) -> None:
    advice = ask("a fridge")
    assert advice.missing == "fridge" and not advice.results


def test_an_accessory_is_found_when_it_is_asked_for(ask: Callable[[str], Advice]) -> None:
    assert shown(ask("bags for a robot vacuum")) == {"bags"}
    assert shown(ask("a descaler")) == {"descaler"}


SUPPLIES: list[dict[str, Any]] = [
    {"id": "powder", "title": "Potassium Citrate", "category": "Minerals"},
    {"id": "capsules", "title": "Potassium Citrate Capsules 200 mg", "category": "Minerals"},
    {"id": "capsules2", "title": "Magnesium Capsules", "category": "Minerals"},
    {"id": "box", "title": "Steel Lunch Box", "category": "Lunch boxes"},
    {"id": "tote", "title": "Insulated Lunch Tote, Lunch Box with USB Warmer", "category": "Bags"},
    {"id": "table", "title": "Oak Coffee Table", "category": "Tables"},
    {"id": "atlas", "title": "The Coffee Table Book", "category": "Books"},
    {"id": "atlas2", "title": "Sea Book", "category": "Books"},
    {"id": "gym", "title": "Aster Gym Bag", "category": "Bags"},
    {"id": "duffel", "title": "Aster Duffel Bag", "category": "Bags"},
]


def test_a_title_with_the_whole_request_in_it_is_what_was_asked_for(session: Session, now: datetime) -> None:
    stock(session, now, [{**row, "price": 2000} for row in SUPPLIES])

    def found(text: str) -> list[str]:
        read = needs.read(text, needs.store_words(session))
        return [pick.product_id for pick in recommend.recommend(session, read).results]

    assert "capsules" in found("potassium citrate 200 mg")
    assert "tote" in found("usb lunch box")
    assert "atlas" not in found("coffee table")


def test_what_only_titles_tell_of_a_type_comes_first_and_leaves_the_others(session: Session, now: datetime) -> None:
    stock(session, now, [{**row, "price": 2000} for row in SUPPLIES])
    read = needs.read("gym bag", needs.store_words(session))
    assert [pick.product_id for pick in recommend.recommend(session, read).results][:2] == ["gym", "duffel"]
