"""Which intent a message has."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ChatClassifier(LogisticRegressionClassifier):
    """Rasa's logistic regression, leaning a little on naive Bayes.

    Naive Bayes weighs every word by how often each intent uses it and so speaks up about words too rare for the
    regression to have moved; mixing a share of it in is the product of both models' odds.  Classes keep their natural
    weight: foreign talk is the largest and should win where nothing speaks for the shop.  `temperature` divides all log
    odds, so that a confidence of 0.7 is right seven times in ten (Guo et al., On Calibration of Modern Neural
    Networks, 2017); which intent is best stays the same.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **LogisticRegressionClassifier.get_default_config(),
            "regularisation_inverse": 4.0,
            "bayes_share": 0.1,
            "bayes_smoothing": 0.02,
            "temperature": 1.0,
        }

    def __init__(self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, name, model_storage, resource)
        self.clf = untrained(self.config)

    def train(self, training_data: TrainingData) -> Resource:
        features, intents = self._create_training_matrix(training_data)
        fit(self.clf, features, intents, self.config)
        self.persist()
        return self._resource


def untrained(config: dict[str, Any]) -> LogisticRegression:
    """The regression a pipeline entry of config.yml describes; missing keys mean the defaults."""
    config = {**ChatClassifier.get_default_config(), **config}
    return LogisticRegression(
        C=config["regularisation_inverse"],
        solver=config["solver"],
        max_iter=config["max_iter"],
        tol=config["tol"],
        random_state=config["random_state"],
    )


def fit(model: LogisticRegression, features: csr_matrix, intents: list[str], config: dict[str, Any]) -> None:
    """Train the regression and mix naive Bayes into its weights: both are linear, so the mixture is one too."""
    config = {**ChatClassifier.get_default_config(), **config}
    share, temperature = config["bayes_share"], config["temperature"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is part of the regularisation
        model.fit(features, intents)
    bayes = MultinomialNB(alpha=config["bayes_smoothing"], fit_prior=False).fit(features, intents)
    mixed = ((1 - share) * model.coef_ + share * bayes.feature_log_prob_) / temperature
    model.coef_ = np.asfortranarray(mixed)  # or scipy copies all of it at every message
    model.intercept_ = (1 - share) * model.intercept_ / temperature
