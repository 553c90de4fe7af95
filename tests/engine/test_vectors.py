"""A message's numbers, made one message at a time, are those of the library that learned them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from lifecycle.engine.classifier import IntentModel
from lifecycle.engine.vectors import ChatVectors

TEXTS = [
    "where is my order",
    "where is my parcel, it has not arrived",
    "i want to return the blue tent",
    "return of two tents please",
    "do you deliver to Peru?",
    "what is the capital of Peru",
    "price of the mattress",
    "the mattress is too soft, the mattress is too soft",
    "order 123456 has not arrived",
    "i give it a 9",
]
INTENTS = ["order", "order", "returns", "returns", "delivery", "none", "price", "problem", "order", "score"]
CONFIG = {"word_min": 1, "letter_min": 1, "kind_min": 1}
OTHERS = ["", "?", "wher is my ordr", "my my my parcel", "zebra 44 🎉", "RETURN THE TENT!!!", "€5 for a mattress"]


@pytest.fixture(scope="module")
def model() -> IntentModel:
    made = IntentModel(CONFIG)
    made.train(TEXTS, INTENTS)
    return made


def by_the_library(vectors: ChatVectors, text: str) -> np.ndarray:
    clean = vectors.mended(text)
    analyzers = {
        "words": {"token_pattern": r"(?u)\b\w+\b", "ngram_range": (1, 2)},
        "letters": {"analyzer": "char_wb", "ngram_range": (2, 5)},
        "kinds": {"token_pattern": r"\S+", "ngram_range": (1, 3)},
    }
    rows = []
    for name, options in analyzers.items():
        part = vectors.parts[name]
        library = TfidfVectorizer(vocabulary=part.terms, sublinear_tf=True, lowercase=False, **options)
        library.idf_ = np.array(part.rarity)
        rows.append(library.transform([vectors.by_kind(clean) if name == "kinds" else clean]))
    return np.asarray(hstack([*rows, csr_matrix([vectors.unknown(clean, known_from=1)])]).todense())[0]


@pytest.mark.parametrize("text", [*TEXTS, *OTHERS])
def test_features_are_those_of_scikit_learn(model: IntentModel, text: str) -> None:
    ours = np.zeros(model.coefficients.shape[1])
    places, values = model.vectors.of(text)
    ours[places] = values
    assert np.allclose(ours, by_the_library(model.vectors, text), rtol=0, atol=1e-12)


@pytest.mark.parametrize("text", [*TEXTS, *OTHERS])
def test_chances_are_those_of_scikit_learn(model: IntentModel, text: str) -> None:
    library = LogisticRegression()
    library.classes_, library.coef_, library.intercept_ = np.array(model.names), model.coefficients, model.intercepts
    theirs = library.predict_proba(csr_matrix(by_the_library(model.vectors, text)))[0]
    assert np.allclose(model.chances([text])[0], theirs, rtol=0, atol=1e-12)


def test_a_stored_model_reads_as_the_trained_one(model: IntentModel, tmp_path) -> None:
    model.save(tmp_path)
    again = IntentModel(CONFIG)
    again.load(tmp_path)
    assert np.array_equal(again.chances(TEXTS + OTHERS), model.chances(TEXTS + OTHERS))
