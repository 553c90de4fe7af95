"""A misspelt word is read as the taught word it was meant to be; a word somebody knows stays as it is."""

from __future__ import annotations

import pytest

from lifecycle.engine.slips import Slips
from lifecycle.engine.vectors import normalise

TAUGHT = {"return": 40, "refund": 30, "delivery": 90, "availability": 9, "want": 200, "product": 60, "rarely": 1}


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("how to retrun a prodcut", "how to return a product"),
        ("i wnat a refnud", "i want a refund"),
        ("delivary avialabilty", "delivery availability"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert Slips(TAUGHT).mended(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "deliver a reform",  # English, though one slip from what was taught
        "went to the font",  # four letters: only two that changed places are a slip
        "xeturn",  # the first letter is believed
        "rarelx",  # meant a word taught too seldom to be sure of
        "_mail_ _number5_ ?",
    ],
)
def test_what_may_have_been_meant_stays(text: str) -> None:
    assert Slips(TAUGHT).mended(text) == text


def test_emoji_beside_words_say_nothing_and_alone_stay() -> None:
    assert normalise("where is it 😭📦").split() == ["where", "is", "it"]
    assert normalise("🔥").split() == ["🔥"]
