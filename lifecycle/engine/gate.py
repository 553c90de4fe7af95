"""The last component of understanding: may we act on what was understood?"""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

OUT_OF_SCOPE = "out_of_scope"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ScopeGate(FallbackClassifier):
    """Rasa's fallback, which also asks whether the message concerns a shop at all.

    `threshold` and `ambiguity_threshold` are Rasa's.  `scope_threshold` is the least share of the best intent against
    out_of_scope, best / (best + out_of_scope).  A message torn between two store intents is a customer's and a foreign
    question is not, though both are uncertain: confidence alone cannot tell them apart, the share can.  Figures:
    `python -m bench.understanding`.  Needs the whole ranking (`ranking_length: 0`); keeps the first `keep` of it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**FallbackClassifier.get_default_config(), "scope_threshold": 0.5, "keep": 10}

    def process(self, messages: list[Message]) -> list[Message]:
        messages = super().process(messages)
        for message in messages:
            message.data[INTENT_RANKING_KEY] = message.data.get(INTENT_RANKING_KEY, [])[: self.component_config["keep"]]
        return messages

    def _should_fallback(self, message: Message) -> bool:
        if message.data[INTENT].get(INTENT_NAME_KEY) == OUT_OF_SCOPE:
            return False  # already refused, and with a better reason
        share = share_in_scope(message.data.get(INTENT_RANKING_KEY, []))
        return share < self.component_config["scope_threshold"] or super()._should_fallback(message)


def share_in_scope(ranking: list[dict[str, Any]]) -> float:
    """best / (best + out_of_scope), 0.0 to 1.0, of an intent ranking; 0.0 when nothing is known."""
    foreign = sum(each[PREDICTED_CONFIDENCE_KEY] for each in ranking if each[INTENT_NAME_KEY] == OUT_OF_SCOPE)
    inside = [each[PREDICTED_CONFIDENCE_KEY] for each in ranking if each[INTENT_NAME_KEY] != OUT_OF_SCOPE]
    best = max(inside, default=0.0)
    return best / (best + foreign) if best + foreign else 0.0
