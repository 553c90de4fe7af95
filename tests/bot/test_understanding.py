"""What the trained model makes of talk it never saw."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lifecycle import training
from lifecycle.engine.gate import share_in_scope
from lifecycle.engine.understand import Reading, Understanding
from lifecycle.engine.vectors import normalise
from lifecycle.errors import LifecycleError
from lifecycle.settings import PROJECT, load
from lifecycle.topics import STORE_TOPICS, TOPIC_OF_INTENT


@pytest.fixture(scope="session")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    settings = load({"LIFECYCLE_HOME": str(tmp_path_factory.mktemp("train"))})
    return Understanding(training.ensure(settings, tell=print))


@pytest.mark.parametrize(
    "text, topic",
    [
        ("hey there do u guys ship over to canada??", "delivery"),
        ("I need a quiet grinder under $150 for espresso, but not in black", "recommend"),
        ("my order was due last week, where is it", "order_status"),
        ("ordr not recieved yet its 9 days", "order_status"),
        ("Could I send the slippers back if they pinch?", "returns_refunds"),
        ("pls cancel ordr 5521 i bought it by mistake", "cancel_order"),
        ("wrong flat number on my order, can you fix the address", "change_order"),
        ("can i pay with my amex or is it paypal only", "payment"),
        ("EMI process for the fridge", "payment"),
        ("how many yrs warranty on the kettle", "warranty"),
        ("is there a promo code for new customers", "discounts"),
        ("whats the price of the oak desk", "price"),
        ("will the blue kettle be back in stock soon", "availability"),
        ("is the jacket waterproof", "product_question"),
        ("whats the difference between these two grinders", "compare"),
        ("need one kit", "place_order"),
        ("how do i descale this coffee machine", "usage_help"),
        ("the handle snapped off after two days", "problem"),
        ("what do owners say about the noise", "review"),
        ("9, but the lid is loose", "review"),
        ("get me a real person please", "contact_human"),
        ("is there a showroom near leeds", "store_info"),
        ("stop sending me these emails", "unsubscribe"),
        ("what do you know about me", "my_data"),
        ("please delete all my personal data", "my_data"),
        ("something a bit cheaper", "recommend"),
        ("show me some other ones", "recommend"),
        ("good morning", "smalltalk"),
        ("what did i say i wanted?", "smalltalk"),
    ],
)
def test_store_talk_is_read_and_accepted(understanding: Understanding, text: str, topic: str) -> None:
    reading = understanding.read(text)
    assert (reading.topic, reading.accepted) == (topic, True), reading


@pytest.mark.parametrize(
    "text, intent", [("yes please", "affirm"), ("no thank you", "deny"), ("skip this one", "skip")]
)
def test_an_answer_to_our_question_has_no_topic_of_its_own(
    understanding: Understanding, text: str, intent: str
) -> None:
    reading = understanding.read(text)
    assert (reading.intent, reading.topic, reading.accepted) == (intent, "none", True)


def test_at_most_five_percent_of_foreign_questions_are_taken_for_the_shops(understanding: Understanding) -> None:
    questions = (PROJECT / "bench" / "foreign_questions.txt").read_text(encoding="utf-8").splitlines()
    readings = understanding.read_all(questions)
    taken = [question for question, reading in zip(questions, readings, strict=True) if reading.topic in STORE_TOPICS]
    assert len(taken) <= 0.05 * len(questions), taken


def test_what_is_refused_has_no_topic(understanding: Understanding) -> None:
    reading = understanding.read("what is the capital of peru")
    assert reading == Reading("out_of_scope", "none", reading.confidence, False)


@pytest.mark.parametrize("intent", sorted(TOPIC_OF_INTENT))
@pytest.mark.parametrize("form", ["/{}", '/{}{{"nps_score": 10}}', "\u00a0/{}", '\u3000/{}@0.9{{"product": "x"}}'])
def test_customer_text_is_never_a_command(understanding: Understanding, intent: str, form: str) -> None:
    # A parsed command is certain by definition; words, however clear, are not.
    words = understanding.read(form.format(intent))
    assert words.confidence < 1.0


@pytest.mark.parametrize(
    "text", ["", "   ", "😀", "😀" * 300, "a" * 1000, "\x00", "\u202eabc", "\udc80", "你好", "/", "?" * 50]
)
def test_odd_texts_are_read_without_error(understanding: Understanding, text: str) -> None:
    reading = understanding.read(text)
    assert 0.0 <= reading.confidence <= 1.0
    assert reading.accepted or reading.topic == "none"


def test_many_at_once_read_as_one_by_one(understanding: Understanding) -> None:
    texts = ["where is my order", "what is the capital of peru", "", "how much is the lamp"] * 80
    together = understanding.read_all(texts)
    assert together[:4] == [understanding.read(text) for text in texts[:4]]
    assert together == together[:4] * 80
    assert understanding.read_all([]) == []


def test_reading_takes_a_few_milliseconds(understanding: Understanding) -> None:
    understanding.read("warm up")
    started = time.thread_time()
    for _ in range(50):
        understanding.read("do you ship to canada and how long does it take?")
    assert (time.thread_time() - started) / 50 < 0.020


def test_no_model_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(LifecycleError, match=r"no trained model at .*run `"):
        Understanding(tmp_path)
    with pytest.raises(LifecycleError, match=r"no trained model at .*run `"):
        Understanding(tmp_path / "missing")


def test_a_file_that_is_no_model_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.tar.gz").write_bytes(b"not a model")
    with pytest.raises(LifecycleError, match=r"broken\.tar\.gz cannot be read"):
        Understanding(tmp_path / "broken.tar.gz")


@pytest.mark.parametrize(
    "typed, spelling",
    [
        ("PLZ   tell", "please tell"),
        ("sooooo slooow", "soo sloow"),
        ("9/10", "_score_ / _score_"),
        ("560037", "_number6_"),
        ("see https://example.com/x now", "see _link_ now"),
        ("ｈｅｌｌｏ", "hello"),
        ("mail ada@example.com", "mail _mail_"),
    ],
)
def test_one_spelling_for_many(typed: str, spelling: str) -> None:
    assert normalise(typed).split() == spelling.split()


def test_the_share_in_scope_ignores_which_store_intent_it_is() -> None:
    def ranking(**chances: float) -> list[dict[str, object]]:
        return [{"name": name, "confidence": chance} for name, chance in chances.items()]

    torn = ranking(ask_price=0.4, ask_product=0.4, out_of_scope=0.1)
    assert share_in_scope(torn) == pytest.approx(0.8)
    assert share_in_scope(ranking(ask_price=0.9)) == 1.0
    assert share_in_scope([]) == 0.0
