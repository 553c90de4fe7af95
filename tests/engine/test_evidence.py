"""Single words speak for a shop or for the world outside: by the examples that have them, else by their kind."""

from __future__ import annotations

import pytest

from lifecycle.engine.evidence import WordEvidence

SHOP = ["how much is the lamp", "lamp not working", "where is my order", "return my order", "interest free pay"]
FOREIGN = [
    "capital of france",
    "interest rate of my mortgage",
    "who wrote hamlet",
    "return on investment",
    "mars rover",
]


@pytest.fixture(scope="module")
def evidence() -> WordEvidence:
    return WordEvidence.of([*SHOP, *FOREIGN], [False] * len(SHOP) + [True] * len(FOREIGN))


def test_a_word_of_the_shops_examples_speaks_for_the_shop(evidence: WordEvidence) -> None:
    assert evidence.weakest("lamp order") > 0


def test_the_most_foreign_word_decides_however_many_of_the_shops_stand_beside_it(evidence: WordEvidence) -> None:
    assert evidence.weakest("return my order of the lamp on mars") == evidence.weakest("mars") < 0


def test_a_word_used_in_both_lies_between(evidence: WordEvidence) -> None:
    assert evidence.weakest("mortgage") < evidence.weakest("interest") < evidence.weakest("lamp")


def test_an_unseen_word_counts_by_its_kind(evidence: WordEvidence) -> None:
    goods, unknown, foreign = map(evidence.weakest, ("trousers", "frobnicator", "photosynthesis"))
    assert foreign < unknown < 0 < goods


def test_words_that_say_nothing_say_nothing(evidence: WordEvidence) -> None:
    assert evidence.weakest("what is the") == evidence.weakest("") == 0.0


def test_a_shop_with_few_examples_is_not_outvoted_by_many_foreign_ones() -> None:
    texts, foreign = (
        ["size of the bed", "size of the sun", "size of mars", "size of the moon"],
        [False, True, True, True],
    )
    assert WordEvidence.of(texts, foreign).weakest("size") == pytest.approx(0.0, abs=0.3)


def test_oaths_are_not_held_against_anybody(evidence: WordEvidence) -> None:
    assert evidence.weakest("where the fuck is my damn order") == evidence.weakest("where is my order")


def test_a_misspelt_word_counts_as_the_word_that_was_meant() -> None:
    evidence = WordEvidence.of(["return my lamp"] * 6 + ["who was napoleon"] * 6, [False] * 6 + [True] * 6)
    assert evidence.weakest("retrun") == evidence.weakest("return") > 0
