"""What the understanding of config.yml says to many texts at once, without Rasa around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lifecycle.engine.classifier import IntentModel
from lifecycle.engine.evidence import WordEvidence
from lifecycle.engine.gate import OUT_OF_SCOPE, ScopeGate, log_odds
from lifecycle.topics import STORE_TOPICS, topic_of

TENTHS = 10


@dataclass(frozen=True)
class Guesses:
    """Per message: the probability of each intent, and the log odds of its weakest word."""

    names: np.ndarray
    chances: np.ndarray
    weakest: np.ndarray

    def __getitem__(self, which: np.ndarray) -> Guesses:
        return Guesses(self.names, self.chances[which], self.weakest[which])

    @property
    def intents(self) -> np.ndarray:
        return self.names[self.chances.argmax(axis=1)]

    @property
    def confidence(self) -> np.ndarray:
        return self.chances.max(axis=1)

    @property
    def topics(self) -> np.ndarray:
        return np.array([topic_of(intent) for intent in self.intents])

    @property
    def signs(self) -> np.ndarray:
        """What ScopeGate weighs: the share of the best intent as log odds, the weakest word."""
        foreign = self.chances[:, self.names == OUT_OF_SCOPE].sum(axis=1)
        best = self.chances[:, self.names != OUT_OF_SCOPE].max(axis=1)
        return np.column_stack([[log_odds(share) for share in best / (best + foreign)], self.weakest])

    def scope(self, gate: dict[str, float]) -> np.ndarray:
        """The probability of each message to concern a shop."""
        weights = np.array([gate["share_weight"], gate["word_weight"]])
        return np.asarray(1 / (1 + np.exp(-(gate["bias"] + self.signs @ weights))))

    def accepted(self, gate: dict[str, float]) -> np.ndarray:
        """Which messages the pipeline would act on."""
        sure = (self.confidence >= gate["threshold"]) & (self.scope(gate) >= gate["scope_threshold"])
        return np.asarray(sure & (self.intents != OUT_OF_SCOPE))

    def taken(self, gate: dict[str, float]) -> float:
        """The share of messages accepted as the shop's."""
        return float((np.isin(self.topics, list(STORE_TOPICS)) & self.accepted(gate)).mean())


class Model:
    """The pipeline of config.yml, so that it can be trained six times in a minute or two."""

    def __init__(self, pipeline: list[dict[str, Any]]) -> None:
        parts = {entry["name"].rsplit(".", 1)[-1]: entry for entry in pipeline}
        self.gate: dict[str, float] = {**ScopeGate.get_default_config(), **parts["ScopeGate"]}
        self._intents = IntentModel(parts["ChatClassifier"])
        self._evidence = WordEvidence()

    @property
    def temperature(self) -> float:
        return float(self._intents.config["temperature"])

    @property
    def features(self) -> int:
        return int(self._intents.coefficients.shape[1])

    def train(self, texts: Sequence[str], intents: Sequence[str]) -> Model:
        self._intents.train(list(texts), list(intents))
        self._evidence = WordEvidence.of(texts, [intent == OUT_OF_SCOPE for intent in intents])
        return self

    def guess(self, texts: Sequence[str]) -> Guesses:
        weakest = np.array([self._evidence.weakest(text) for text in texts])
        return Guesses(np.array(self._intents.names), self._intents.chances(list(texts)), weakest)


@dataclass(frozen=True)
class Tenth:
    """The messages with a confidence from `start` to `start` + 0.1: their mean confidence, the share right."""

    start: float
    mean: float
    right: float
    count: int


def reliability(confidence: np.ndarray, right: np.ndarray) -> tuple[list[Tenth], float]:
    """Per tenth of confidence how many were right, and the expected calibration error.

    The error is the mean gap between confidence and share right, each tenth weighed by its messages (Naeini et al.,
    Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015).
    """
    tenth = np.minimum((confidence * TENTHS).astype(int), TENTHS - 1)
    rows = [
        Tenth(number / TENTHS, float(confidence[here].mean()), float(right[here].mean()), int(here.sum()))
        for number in range(TENTHS)
        if (here := tenth == number).any()
    ]
    error = sum(row.count * abs(row.mean - row.right) for row in rows) / max(1, len(confidence))
    return rows, error
