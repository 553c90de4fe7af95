"""The gate: what is acted on, what is asked again, what is refused as none of a shop's business."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from lifecycle.engine.gate import OUT_OF_SCOPE, ScopeGate, log_odds, probability_in_scope, share_in_scope

TAUGHT = {"ask_price": ["price of the lamp", "how much is the lamp"], OUT_OF_SCOPE: ["price of freedom", "who is god"]}


@pytest.fixture
def gate(tmp_path: Any) -> ScopeGate:
    """A gate that counted the words of four examples, stored and loaded again."""
    settings = {"threshold": 0.2, "ambiguity_threshold": 0.0, "word_weight": 1.0, "keep": 2}
    config = {**ScopeGate.get_default_config(), **settings}
    storage, resource = LocalModelStorage(tmp_path), Resource("gate")
    context = ExecutionContext(GraphSchema({}), model_id="m")
    examples = [Message({"text": text, "intent": intent}) for intent, texts in TAUGHT.items() for text in texts]
    ScopeGate.create(config, storage, resource, context).train(TrainingData(examples))
    return ScopeGate.load(config, storage, resource, context)


def ranked(text: str, **confidences: float) -> Message:
    ranking = [{"name": name, "confidence": confidence} for name, confidence in confidences.items()]
    return Message({"text": text, "intent": ranking[0], "intent_ranking": ranking})


def verdict(gate: ScopeGate, message: Message) -> str:
    return str(gate.process([message])[0].get("intent")["name"])


def test_what_is_clear_passes(gate: ScopeGate) -> None:
    assert verdict(gate, ranked("price of the lamp", ask_price=0.9, out_of_scope=0.05)) == "ask_price"


def test_a_message_torn_between_two_store_intents_is_still_a_customers(gate: ScopeGate) -> None:
    message = ranked("price of the lamp", ask_price=0.34, ask_discounts=0.32, out_of_scope=0.02)
    assert verdict(gate, message) == "ask_price"


def test_one_foreign_word_turns_a_message_that_is_otherwise_a_customers(gate: ScopeGate) -> None:
    assert verdict(gate, ranked("price of god", ask_price=0.6, out_of_scope=0.3)) == "nlu_fallback"


def test_a_message_close_to_foreign_talk_is_not_acted_on(gate: ScopeGate) -> None:
    assert verdict(gate, ranked("the", ask_price=0.4, out_of_scope=0.39, ask_discounts=0.1)) == "ask_price"
    assert verdict(gate, ranked("the", ask_price=0.4, ask_discounts=0.1, out_of_scope=0.41)) == "nlu_fallback"


def test_a_guess_below_rasas_threshold_is_not_acted_on(gate: ScopeGate) -> None:
    assert verdict(gate, ranked("price of the lamp", ask_price=0.19, out_of_scope=0.01)) == "nlu_fallback"


def test_what_was_recognised_as_foreign_stays_refused_for_that_reason(gate: ScopeGate) -> None:
    assert verdict(gate, ranked("who is god", out_of_scope=0.9, ask_price=0.1)) == OUT_OF_SCOPE


def test_only_the_first_of_the_ranking_are_kept(gate: ScopeGate) -> None:
    message = gate.process([ranked("price of the lamp", ask_price=0.6, ask_discounts=0.2, ask_payment=0.1, greet=0.1)])
    assert [each["name"] for each in message[0].get("intent_ranking")] == ["ask_price", "ask_discounts"]


def test_the_share_is_of_the_best_store_intent_against_foreign_talk() -> None:
    ranking = [
        {"name": OUT_OF_SCOPE, "confidence": 0.3},
        {"name": "ask_price", "confidence": 0.1},
        {"name": "greet", "confidence": 0.05},
    ]
    assert share_in_scope(ranking) == pytest.approx(0.25)
    assert share_in_scope([]) == 0.0


def test_log_odds_of_certainty_stay_finite() -> None:
    assert log_odds(0.5) == 0.0
    assert -14 < log_odds(0.0) < -13 and 13 < log_odds(1.0) < 14


def test_the_probability_weighs_share_and_word() -> None:
    weights = {"bias": 0.0, "share_weight": 1.0, "word_weight": 1.0}
    assert probability_in_scope(0.5, 0.0, weights) == 0.5
    assert probability_in_scope(0.8, 0.0, weights) == pytest.approx(0.8)
    assert probability_in_scope(0.8, -3.0, weights) < 0.5
