"""How buyers' words sound, which faults they name, what they are about."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import learn_sentiment
from bench import sentiment as bench
from lifecycle.feedback import sentiment, themes

POSITIVE = [
    "You never have to sharpen it.",
    "I wouldn't part with it for the world.",
    "The ants were gone in two days.",
    "Assembly couldn't have been simpler.",
    "The support team went above and beyond.",
    "I wish I had bought it years ago.",
    "Great little grinder, so quiet I can use it at 6am.",
    "No problems at all, would buy again.",
    "Can't complain, does what it should.",
    "Never had any issues with it.",
    "Not bad for the price",
    "It doesn't leak and it isn't noisy",
    "Couldn't be happier",
    "You will not regret buying this one.",
    "For this price you can't find anything better.",
    "Not a single problem in six months.",
    "Nothing beats this for travel.",
    "It holds a charge for days.",
    "The box was dented, but the kettle is perfect and I love it.",
]
NEGATIVE = [
    "Great, broken again.",
    'Such "quality", it snapped.',
    "Good luck getting a refund.",
    "It worked for about a week.",
    "Great if you like waiting.",
    "Anything but comfortable.",
    "I really wanted to like this.",
    "It went straight in the bin.",
    "The first one arrived opened.",
    "The lid is loose and it leaks.",
    "No, the lid is broken",
    "Doesn't fit my cup.",
    "I would not recommend it",
    "It never worked",
    "Not worth the price",
    "My old one was much better.",
    "It does not hold a charge.",
    "I am sending this back.",
    "Way too loud",
    "Nobody could hear me on the other end.",
    "I would not buy this again.",
    "Avoid this seller.",
    "Two of the four cups were missing",
]
MIXED = ["Great grinder but far too loud.", "I love the look but the lid leaks."]
UNCLEAR = [
    "I'm looking for a jacket under 80",
    "Is it easy to clean?",
    "where is my parcel",
    "a quiet one for the bedroom",
    "I haven't opened it yet.",
    "I bought it in March.",
    "It has two buttons.",
    "",
    "?",
    "10",
]


@pytest.mark.parametrize(
    "text, sound",
    [
        *((text, "positive") for text in POSITIVE[:-1]),
        *((text, "negative") for text in NEGATIVE),
        *((text, "mixed") for text in MIXED),
        *((text, "unclear") for text in UNCLEAR),
    ],
)
def test_how_words_sound(text: str, sound: str) -> None:
    assert sentiment.read(text) == sound


@pytest.mark.parametrize(
    "text, sound",
    [
        ("Third time I have had to ask for it.", "negative"),
        ("It came without instructions.", "negative"),
        ("After two days the handle came off.", "negative"),
        ("I had to buy another one in the end.", "negative"),
        ("My son has not stopped playing with it.", "positive"),
        ("Two years on and it still works every day.", "positive"),
        ("Nothing was missing and it all fitted.", "positive"),
        ("Finally a bag that closes.", "positive"),
    ],
)
def test_what_happened_sounds_without_a_word_of_feeling(text: str, sound: str) -> None:
    assert sentiment.read(text) == sound


def test_what_comes_after_but_weighs_more() -> None:
    assert sentiment.read(POSITIVE[-1]) in ("positive", "mixed")


@pytest.mark.parametrize(
    "text, words",
    [
        ("but the lid is loose", ("loose",)),
        ("it arrived late and damaged", ("late", "damaged")),
        ("no, the lid is broken", ("broken",)),
        ("it does not work", ("not work",)),
        ("no problems", ()),
        ("nothing is broken", ()),
        ("never had an issue with it", ()),
        ("great coffee", ()),
    ],
)
def test_faults_are_named_unless_denied(text: str, words: tuple[str, ...]) -> None:
    assert sentiment.problems(text) == words


@given(st.sampled_from(["broken", "damaged", "missing", "loose", "leaking", "scratched", "faulty", "noisy"]))
def test_a_fault_is_a_complaint_and_its_denial_is_none(fault: str) -> None:
    assert sentiment.read(f"The lid is {fault}.") == "negative"
    assert sentiment.problems(f"The lid is {fault}.") == (fault,)
    assert sentiment.problems(f"The lid is not {fault}.") == ()
    assert sentiment.read(f"The lid is not {fault}.") != "negative"


@given(st.text(alphabet=string.printable + "é😀’“", max_size=200))
def test_any_text_has_one_of_four_sounds(text: str) -> None:
    assert sentiment.read(text) in ("positive", "negative", "mixed", "unclear")
    assert isinstance(sentiment.problems(text), tuple)


def test_themes_come_with_the_words_that_name_them() -> None:
    found = themes.read("9, but the lid is loose and it arrived late in a torn box. Cheap though!")
    assert found == [
        ("quality", ("loose",)),
        ("delivery", ("arrived", "late")),
        ("packaging", ("box",)),
        ("price", ("cheap",)),
    ]
    assert themes.read("hm") == []


@pytest.mark.parametrize(
    "text, names",
    [
        ("Cheap plastic, it cracked at once.", ["quality"]),
        ("Cheap for what it does.", ["price"]),
        ("Quick delivery, thanks.", ["delivery"]),
        ("My phone is a Nokia.", []),
        ("The lady on the phone was lovely.", ["service"]),
        ("It looks like it works.", []),
    ],
)
def test_a_word_has_its_theme_by_what_stands_beside_it(text: str, names: list[str]) -> None:
    assert [theme for theme, _words in themes.read(text)] == names


def test_every_theme_has_a_word() -> None:
    said = "late torn box flimsy too small expensive rude manual loud bitter ugly easy dishwasher battery slow missing"
    assert {theme for theme, _words in themes.read(said)} == set(themes.THEMES)


def test_the_weights_were_learnt_from_the_sentences_as_they_are() -> None:
    learnt = json.loads(sentiment.WEIGHTS.read_text("utf-8"))
    assert learnt["labels"] == list(sentiment.LABELS)
    assert learnt["sentences"] == learn_sentiment.digest(learn_sentiment.sentences()), "run bench.learn_sentiment"


def test_what_is_held_out_is_not_learnt_from() -> None:
    known = {text.lower() for _, text in learn_sentiment.sentences()}
    assert not [row.text for found in bench.kept().values() for row in found if row.text.lower() in known]
