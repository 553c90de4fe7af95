"""A yes or a no is given only where a statement settles it, in the words pages use."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecycle.knowledge import inquiry, polarity

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "yes_no_statements.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
DECIDED = 155  # of the statements that settle their question


def said(question: str, statement: str) -> str:
    return polarity.polarity(inquiry.read(question), statement) or "-"


@pytest.mark.parametrize("wanted, question, statement", ROWS, ids=lambda text: str(text)[:40])
def test_nothing_wrong_is_said(wanted: str, question: str, statement: str) -> None:
    assert said(question, statement) in (wanted, "-")


def test_most_of_what_is_settled_is_said() -> None:
    decided = sum(said(question, statement) == wanted != "-" for wanted, question, statement in ROWS)
    assert decided >= DECIDED, decided


@pytest.mark.parametrize(
    "question, statement",
    [
        ("can it go in the dishwasher", "Hand wash, or top-rack dishwasher safe"),  # yes and no in one
        ("is it waterproof", "Splash resistant"),
        ("does it have wireless charging", "The dock charges it in two hours"),
        ("isn't it waterproof", "Waterproof to 30 m"),  # which way a yes would go is not clear
    ],
)
def test_what_says_both_or_only_comes_near_settles_nothing(question: str, statement: str) -> None:
    assert said(question, statement) == "-"
