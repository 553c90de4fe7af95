"""What a sentence of a review speaks of, and for or against it; sentences of our own, half of them never looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lifecycle.knowledge import opinions

ROWS = [line.split("\t") for line in Path(__file__).with_name("review_sentences.tsv").read_text("utf-8").splitlines()]
MARK = re.compile(r"([a-z ]+)([+-]+)")
ASPECTS = sorted({name for *_, marks in ROWS for name, _ in MARK.findall(marks)})
CLAUSE = re.compile(r",\s+|\s+(?:but|although|though|however|yet|except)\s+", re.IGNORECASE)


def heard(text: str, aspect: str) -> int | None:
    """1 for praise, -1 for blame, 0 for neither; None when the sentence does not speak of the aspect."""
    spoken = opinions.tongue(aspect)
    clauses = [clause for clause in CLAUSE.split(text) if opinions.speaks(clause, spoken, aspect)]
    total = sum(opinions.verdict(clause, spoken) for clause in clauses)
    return (total > 0) - (total < 0) if clauses else None


@pytest.mark.parametrize("split, precise", [("open", 0.85), ("held", 0.75)])
def test_a_sentence_counts_only_for_what_it_speaks_of(split, precise):
    told = {text: dict(MARK.findall(marks)) for name, text, marks in ROWS if name == split}
    told = {text: {name.strip(): sign for name, sign in marks.items()} for text, marks in told.items()}
    pairs = {(text, aspect) for text, marks in told.items() for aspect in marks}
    found = {(text, aspect): heard(text, aspect) for text in told for aspect in ASPECTS}
    spoken = {pair for pair, verdict in found.items() if verdict is not None}
    assert len(spoken & pairs) >= precise * len(spoken)
    assert len(spoken & pairs) >= 0.9 * len(pairs)
    signs = {"+": 1, "-": -1}
    wrong = [(t, a) for t, a in spoken & pairs if found[t, a] not in (0, signs.get(told[t][a], found[t, a]))]
    assert len(wrong) <= 0.1 * len(pairs), wrong


@pytest.mark.parametrize(
    "sentence, aspect, sign",
    [
        ("Very quiet.", "noise", 1),
        ("Not very quiet.", "noise", -1),
        ("I can't hear it.", "noise", 1),
        ("Reads low by half a degree.", "noise", None),
        ("Sounds like a good deal.", "noise", None),
        ("Great sound for music.", "noise", None),
        ("Too light for me", "weight", -1),
        ("Heavier than expected", "weight", -1),
        ("It never broke.", "durability", 1),
        ("Broke after a week.", "durability", -1),
        ("No smell at all.", "smell", 1),
        ("It is a grinder.", "noise", None),
    ],
)
def test_praise_and_blame(sentence, aspect, sign):
    assert heard(sentence, aspect) == sign
