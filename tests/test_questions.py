"""Which question is asked, and what more money would change: true of any catalogue, not of one."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lifecycle import needs
from lifecycle.advice import questions, recommend
from lifecycle.advice.shelf import Item
from lifecycle.needs import Needs
from tests.shelves import stock

SEEDS = range(8)
REQUESTS = (
    "a grinder", "a quiet grinder", "a grinder for espresso", "a grinder under $90", "a light grinder under $120",
    "a quiet grinder for espresso under $70, not black", "the cheapest grinder", "a red grinder under $60",
)  # fmt: skip


def catalogue(seed: int) -> list[dict[str, Any]]:
    """A shelf of grinders that nobody chose: prices, noise, weight, colours and uses by chance."""
    chance = random.Random(seed)
    uses = ["espresso", "French press", "moka pot", "pour-over"]
    return [
        {
            "id": f"p{place}",
            "title": f"{chance.choice(['Aster', 'Boreal', 'Cedar', 'Dune'])} Grinder {place + 100}",
            "brand": chance.choice(["Aster", "Boreal", "Cedar"]),
            "color": chance.choice(["Black", "Red", "White", "Silver"]),
            "price": chance.randrange(2_000, 20_000, 100),
            "noise_db": f"{chance.randrange(40, 85)} dB",
            "weight_kg": f"{chance.randrange(5, 60) / 10} kg",
            "suits": ", ".join(chance.sample(uses, chance.randrange(1, 4))),
        }
        for place in range(24)
    ]


def first_three(session: Session, wanted: Needs) -> list[str]:
    return [pick.product_id for pick in recommend.recommend(session, wanted).results]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_to_the_question_asked_changes_what_is_shown(session: Session, now: datetime, seed: int) -> None:
    stock(session, now, catalogue(seed))
    put = 0
    for text in REQUESTS:
        wanted = needs.read(text, needs.store_words(session))
        question = recommend.recommend(session, wanted).question
        if question is None:
            continue
        put += 1
        before = set(first_three(session, wanted))
        answered = [questions.apply(wanted, question.attribute, option.value) for option in question.options]
        assert any(set(first_three(session, after)) != before for after in answered), (text, question)
    assert put


@pytest.mark.parametrize("seed", SEEDS)
def test_what_if_is_exact(session: Session, now: datetime, seed: int) -> None:
    stock(session, now, catalogue(seed))
    vocabulary = needs.store_words(session)
    said = 0
    for limit, wish in itertools.product(range(40, 180, 20), ("quiet", "light", "red")):
        wanted = needs.read(f"a {wish} grinder under ${limit}", vocabulary)
        advice = recommend.recommend(session, wanted)
        if advice.what_if is None or wanted.price_max is None:
            continue
        said += 1
        raised = replace(wanted, price_max=wanted.price_max + advice.what_if.more_cents)
        assert first_three(session, raised)[0] == advice.what_if.item.product_id
        first, at = advice.results[0].product_id, advice.what_if.item.price_cents or 0
        for row in catalogue(seed):
            if wanted.price_max < row["price"] < at:
                assert first_three(session, replace(wanted, price_max=row["price"]))[0] == first, (limit, wish, row)
    assert said


def item(name: str, colour: str) -> Item:
    return Item(name, name, "", "", (), colour, "", 100, "USD", "in_stock", None, None, "", "", (), "", ())


def test_the_answers_offered_stand_in_the_order_of_the_pages() -> None:
    """Uses listed equally often have one order in every process."""
    listed = "hiking, walking, climbing, running"
    boots = [replace(item(f"p{number}", ""), facts=(("suits", listed if number < 3 else "gardening"),))
             for number in range(6)]  # fmt: skip
    options = questions._fact_options("suits", boots, Needs())
    assert [option.title for option in options] == listed.split(", ")


def test_a_question_whose_answers_leave_the_three_as_they_are_is_never_asked(session: Session, now: datetime) -> None:
    stock(session, now, catalogue(1))
    wanted = needs.read("a grinder", needs.store_words(session))
    ranked = [(pick.item, pick.score) for pick in recommend.recommend(session, wanted, limit=24).results]
    assert questions.best(ranked, wanted, [], lambda changed: ["p1", "p2", "p3"]) is None
    assert questions.best(ranked, wanted, [], lambda changed: [str(changed)]) is not None


def test_no_more_than_three_questions_and_none_twice(session: Session, now: datetime) -> None:
    stock(session, now, catalogue(2))
    wanted = needs.read("a grinder", needs.store_words(session))
    asked: list[str] = []
    while (question := recommend.recommend(session, wanted, asked=asked).question) is not None:
        asked.append(question.attribute)
    assert 0 < len(asked) == len(set(asked)) <= questions.MOST_ASKED


def test_the_expected_change_weighs_an_answer_by_how_likely_it_is() -> None:
    ranked = [(item(f"r{n}", "Red"), 1.0) for n in range(3)] + [(item(f"b{n}", "Black"), 0.9) for n in range(3)]

    def black(product: Item) -> bool:
        return product.colour == "Black"

    def red(product: Item) -> bool:
        return product.colour == "Red"

    # black has 2.7 of 5.7 of the scores and replaces all three; red replaces none
    assert questions.expected_change(ranked, [red, black]) == pytest.approx(2.7 / 5.7)
    assert questions.expected_change(ranked, [red]) == 0.0
    assert questions.expected_change(ranked, [lambda product: True]) == 0.0
