"""Which intent a message has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from lifecycle.engine import lexicon
from lifecycle.engine.vectors import ChatVectors

_WEIGHTS = "weights.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ChatClassifier(GraphComponent, IntentClassifier):
    """IntentModel as a component of Rasa's pipeline.

    It turns texts into numbers itself: Rasa would keep the numbers and the guesses of every training example in memory,
    for nobody to read, which took four fifths of the training's time and memory.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "word_ngrams": [1, 2],
            "letter_ngrams": [2, 5],
            "kind_ngrams": [1, 3],
            "word_min": 2,  # examples a sequence must be in to count
            "letter_min": 3,
            "kind_min": 3,
            "regularisation_inverse": 4.0,
            "max_iter": 12,  # rounds over the examples; more take longer and change nothing
            "bayes_share": 0.1,
            "bayes_smoothing": 0.02,
            "temperature": 1.0,
            "lexicon": lexicon.FINGERPRINT,  # a changed list is another configuration: nothing stored fits it
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = IntentModel(config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ChatClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ChatClassifier:
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._model.load(folder)
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        examples = [each for each in training_data.intent_examples if each.get(TEXT)]
        self._model.train([each.get(TEXT) for each in examples], [each.get(INTENT) for each in examples])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The examples as they are: no other component learns from our guesses."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        if not messages:
            return messages
        chances = self._model.chances([message.get(TEXT) or "" for message in messages])
        for message, row in zip(messages, chances, strict=True):
            ranking = [
                {INTENT_NAME_KEY: self._model.names[place], PREDICTED_CONFIDENCE_KEY: float(row[place])}
                for place in np.argsort(-row, kind="stable")
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


class IntentModel:
    """Logistic regression over ChatVectors, leaning a little on naive Bayes.

    Naive Bayes weighs every word by how often each intent uses it and so speaks up about words too rare for the
    regression to have moved; mixing a share of it in is the product of both models' odds.  Classes keep their natural
    weight: foreign talk is the largest and should win where nothing speaks for the shop.  `temperature` divides all log
    odds, so that a confidence of 0.7 is right seven times in ten (Guo et al., On Calibration of Modern Neural
    Networks, 2017); which intent is best stays the same.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        """Untrained, as a pipeline entry of config.yml describes it; missing keys mean the defaults."""
        self.config = {**ChatClassifier.get_default_config(), **config}
        self.vectors = ChatVectors(self.config)
        self.names: list[str] = []  # the intents, in the order of the columns of `chances`
        self._learned(np.zeros((0, 0)), np.zeros(0))

    def save(self, folder: Path) -> None:
        """Write what was learned into a folder; plain arrays load in a tenth of the time of stored objects."""
        self.vectors.save(folder)
        np.savez(folder / _WEIGHTS, intents=self.names, coefficients=self.coefficients, intercepts=self.intercepts)

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        self.vectors.load(folder)
        with np.load(folder / _WEIGHTS) as kept:
            self.names = kept["intents"].tolist()
            self._learned(kept["coefficients"], kept["intercepts"])

    def train(self, texts: list[str], intents: list[str]) -> None:
        """Fit both models and mix them."""
        from lifecycle.engine import learning  # scikit-learn comes with it: a second of every server's start

        examples = learning.features(self.vectors, texts)
        self.names, *learned = learning.weights(examples, intents, self.config)
        self._learned(*learned)

    def chances(self, texts: list[str]) -> np.ndarray:
        """The probability of each intent, one row for each text."""
        return np.array([self._chances(text) for text in texts])

    def _learned(self, coefficients: np.ndarray, intercepts: np.ndarray) -> None:
        self.coefficients = np.asfortranarray(coefficients)  # a feature's weights side by side
        self.intercepts = intercepts

    def _chances(self, text: str) -> np.ndarray:
        places, values = self.vectors.of(text)
        scores = np.asarray(values) @ self.coefficients.T[places] + self.intercepts
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())
