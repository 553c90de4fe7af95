"""The last component of understanding: may we act on what was understood?"""

from __future__ import annotations

import json
import math
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from lifecycle.engine.evidence import WordEvidence

OUT_OF_SCOPE = "out_of_scope"
_FILE = "words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScopeGate(FallbackClassifier):
    """Rasa's fallback, which also asks whether the message concerns a shop at all.

    `threshold` and `ambiguity_threshold` are Rasa's.  `scope_threshold` is the least probability that the message
    concerns a shop.  It is weighed from two things (logistic regression, `bench.understanding` prints the weights):
    the share of the best intent against out_of_scope, because a message torn between two store intents is a customer's
    though its confidence is low; and the word that speaks most against a shop, because "what is the return on
    investment" is in all its other words a customer's.  Needs the whole ranking; keeps the first `keep` of it.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """None while it trains: it counts words, and needs an intent classifier only at a message."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **FallbackClassifier.get_default_config(),
            "scope_threshold": 0.5,
            "share_weight": 1.0,
            "word_weight": 0.0,
            "bias": 0.0,
            "keep": 10,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ScopeGate:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ScopeGate:
        gate = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            learned = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        gate.evidence = WordEvidence({word: (ours, theirs) for word, (ours, theirs) in learned["counts"].items()},
                                     learned["weight"])  # fmt: skip
        return gate

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config)
        self._model_storage = model_storage
        self._resource = resource
        self.evidence = WordEvidence()

    def train(self, training_data: TrainingData) -> Resource:
        examples = training_data.intent_examples
        self.evidence = WordEvidence.of(
            [each.get(TEXT) or "" for each in examples], [each.get(INTENT) == OUT_OF_SCOPE for each in examples]
        )
        with self._model_storage.write_to(self._resource) as folder:
            learned = {"counts": self.evidence.counts, "weight": self.evidence.weight}
            (folder / _FILE).write_text(json.dumps(learned, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        messages = super().process(messages)
        for message in messages:
            message.data[INTENT_RANKING_KEY] = message.data.get(INTENT_RANKING_KEY, [])[: self.component_config["keep"]]
        return messages

    def _should_fallback(self, message: Message) -> bool:
        if message.data[INTENT].get(INTENT_NAME_KEY) == OUT_OF_SCOPE:
            return False  # already refused, and with a better reason
        share = share_in_scope(message.data.get(INTENT_RANKING_KEY, []))
        weakest = self.evidence.weakest(message.get(TEXT) or "")
        probability = probability_in_scope(share, weakest, self.component_config)
        return probability < self.component_config["scope_threshold"] or super()._should_fallback(message)


def share_in_scope(ranking: list[dict[str, Any]]) -> float:
    """best / (best + out_of_scope), 0.0 to 1.0, of an intent ranking; 0.0 when nothing is known."""
    foreign = sum(each[PREDICTED_CONFIDENCE_KEY] for each in ranking if each[INTENT_NAME_KEY] == OUT_OF_SCOPE)
    inside = [each[PREDICTED_CONFIDENCE_KEY] for each in ranking if each[INTENT_NAME_KEY] != OUT_OF_SCOPE]
    best = max(inside, default=0.0)
    return best / (best + foreign) if best + foreign else 0.0


def log_odds(share: float) -> float:
    """The share as log odds, within ±14."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))


def probability_in_scope(share: float, weakest: float, config: dict[str, Any]) -> float:
    """The probability that a message concerns a shop, of its share and its weakest word's log odds."""
    logit = config["bias"] + config["share_weight"] * log_odds(share) + config["word_weight"] * weakest
    return 1 / (1 + math.exp(-logit))
