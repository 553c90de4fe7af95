"""Critiques of what was shown, and which of the shown products a word means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from lifecycle import needs
from lifecycle.advice import critique, recommend, references, shelf
from lifecycle.advice.critique import Critique
from lifecycle.needs import Needs
from lifecycle.needs.vocabulary import Vocabulary
from tests.shelves import stock

SHOWN = ["quiet", "middle", "loud"]


@pytest.fixture
def words(session: Session, now: datetime) -> Vocabulary:
    stock(session, now)
    return needs.store_words(session)


@pytest.fixture
def wanted(words: Vocabulary) -> Needs:
    return needs.read("a grinder for espresso under $150", words)


@pytest.fixture
def say(session: Session, words: Vocabulary, wanted: Needs) -> Callable[[str], Critique]:
    def read(text: str) -> Critique:
        meant = references.find(session, text, SHOWN)
        shown = list(shelf.items(session, SHOWN).values())
        return critique.read(text, wanted, shown, meant.one if not meant.named else None, words)

    return read


def first(session: Session, made: Critique) -> str:
    return recommend.recommend(session, made.needs).results[0].product_id


def test_cheaper_is_cheaper_than_everything_shown(session: Session, say: Callable[[str], Critique]) -> None:
    made = say("cheaper please")
    assert made.needs.price_max == 6899
    advice = recommend.recommend(session, made.needs)
    assert [pick.product_id for pick in advice.results] == ["hand"]


def test_cheaper_than_a_named_one(say: Callable[[str], Critique]) -> None:
    assert say("cheaper than the second").needs.price_max == 9899
    assert say("something cheaper than the first one").needs.price_max == 14499


def test_quieter_means_fewer_decibels_than_the_quietest_shown(session: Session, say: Callable[[str], Critique]) -> None:
    made = say("quieter")
    assert [limit.label for limit in made.needs.limits] == ["quieter than 52 dB"]
    quieter = recommend.recommend(session, made.needs, musts=made.musts)
    assert [pick.product_id for pick in quieter.results] == ["hand"], "46 dB; the rest is louder or does not say"
    assert set(quieter.conflict) >= {"espresso", "quieter than 52 dB"}, "it is not for espresso, and that is said"
    assert say("too loud").needs == say("quieter").needs


def test_several_wishes_are_compared_with_the_first(session: Session, say: Callable[[str], Critique]) -> None:
    made = say("cheaper and lighter")
    assert made.keys == ("cheap", "light") and made.needs.price_max == 14499
    assert first(session, made) in ("middle", "loud", "hand")


@pytest.mark.parametrize(
    "text, unwanted",
    [
        ("not red", ("red",)),
        ("a different colour", ("cream",)),
        ("another brand", ("Aster",)),
        ("no black", ("black",)),
    ],
)
def test_refusals_add_up(say: Callable[[str], Critique], text: str, unwanted: tuple[str, ...]) -> None:
    assert say(text).needs.unwanted == unwanted


def test_a_refused_brand_is_not_shown(session: Session, say: Callable[[str], Critique]) -> None:
    advice = recommend.recommend(session, say("another brand").needs, limit=9)
    assert advice.results and all(pick.item.brand != "Aster" for pick in advice.results)
    assert advice.results[0].verdicts[-1].to_json() == {"need": "not Aster", "verdict": "met", "value": "Boreal"}


def test_more_like_the_second(session: Session, say: Callable[[str], Critique]) -> None:
    made = say("more like the second")
    assert made.like is not None and made.like.product_id == "middle"
    found = critique.similar(session, made.like, made.needs)
    assert len(found) == 3 and all(item.category == "Coffee grinders" and item.available for item in found)
    assert all((item.price_cents or 0) <= 15000 for item in found), "the budget still counts"


def test_a_question_is_no_critique() -> None:
    assert critique.is_question("is the second one easy to clean?")
    assert critique.is_question("the second one please, how heavy is it?")
    assert not critique.is_question("do you have a cheaper one?")
    assert not critique.is_question("not black")


def test_a_new_budget_is_a_critique_too(say: Callable[[str], Critique]) -> None:
    assert say("my budget is 80").needs.price_max == 8000
    assert say("raise my budget by $50").needs.price_max == 20000


def test_nonsense_changes_nothing(say: Callable[[str], Critique]) -> None:
    assert not say("hmm well").understood


@pytest.mark.parametrize(
    "text, meant",
    [
        ("is the second one easy to clean?", ["middle"]),
        ("tell me about the 3rd", ["loud"]),
        ("number 1 please", ["quiet"]),
        ("2", ["middle"]),
        ("compare the first two", ["quiet", "middle"]),
        ("compare the first and the last one", ["quiet", "loud"]),
        ("compare both", SHOWN),
        ("the cheapest one", ["loud"]),
        ("the cheaper one", ["loud"]),
        ("the quietest", ["quiet"]),
        ("the most expensive one", ["quiet"]),
        ("is the white one available", ["middle"]),
        ("how heavy is the Roar", ["loud"]),
        ("does the Aster Hush come with a brush?", ["quiet"]),
        ("what about the Dune Silent?", ["dear"]),
        ("how much is it?", ["middle"]),
        ("do you ship to Canada", []),
    ],
)
def test_what_is_meant(session: Session, words: Vocabulary, text: str, meant: list[str]) -> None:
    found = references.find(session, text, SHOWN, at_hand="middle")
    assert [item.product_id for item in found.items] == meant


def test_nothing_is_meant_when_nothing_was_shown(session: Session, words: Vocabulary) -> None:
    assert references.find(session, "is the second one quiet?", []).items == ()
    assert references.find(session, "how much is it", []).items == ()
