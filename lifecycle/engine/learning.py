"""What a training learns of the examples; the only module that needs scikit-learn: the server starts without it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from lifecycle.engine.vectors import ChatVectors, Part, normalise


def features(vectors: ChatVectors, texts: Sequence[str]) -> csr_matrix:
    """Teach the vectors these texts; their features, one row each."""
    clean = [normalise(text) for text in texts]
    vectors.examples_with = dict(Counter(word for text in clean for word in set(text.split())))
    parts = vectors.parts
    rows = [_learned(parts["words"], clean), _learned(parts["letters"], clean)]
    rows.append(_learned(parts["kinds"], [vectors.by_kind(text) for text in clean]))
    rows.append(csr_matrix([vectors.unknown(text, known_from=2) for text in clean]))
    vectors.ready()
    return side_by_side(rows)


def side_by_side(parts: list[csr_matrix]) -> csr_matrix:
    """What scipy's `hstack` makes of these, without three copies of everything; empties the list."""
    begins = np.sum([part.indptr for part in parts], axis=0, dtype=np.int32)
    free = begins[:-1].copy()  # where the next value of each row goes
    indices = np.empty(begins[-1], dtype=np.int32)
    values = np.empty(begins[-1])
    width = 0
    while parts:
        part = parts.pop(0)
        part.sort_indices()
        lengths = np.diff(part.indptr)
        places = np.repeat(free - part.indptr[:-1], lengths)
        places += np.arange(part.nnz, dtype=np.int32)
        indices[places] = part.indices + width
        values[places] = part.data
        free += lengths
        width += part.shape[1]
    return csr_matrix((values, indices, begins), shape=(len(begins) - 1, width))


def _learned(part: Part, texts: list[str]) -> csr_matrix:
    library = TfidfVectorizer(analyzer=part.sequences, min_df=part.least_examples, sublinear_tf=True)
    rows = library.fit_transform(texts)
    part.know(sorted(library.vocabulary_, key=library.vocabulary_.get), library.idf_.tolist())
    return rows


def weights(examples: csr_matrix, intents: Sequence[str], config: dict[str, Any]) -> tuple[list[str], Any, Any]:
    """Names of the intents, coefficients (intents x features) and intercepts of both models' mixture.

    Both are linear in the features, so the mixture is one regression again.
    """
    model = LogisticRegression(
        C=config["regularisation_inverse"],
        max_iter=config["max_iter"],
        solver="saga",  # a third of the time and of the memory of lbfgs, and as good before it has converged
        random_state=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is part of the regularisation
        model.fit(examples, intents)
    mixed = naive_bayes(examples, np.searchsorted(model.classes_, intents), config["bayes_smoothing"])
    share, temperature = config["bayes_share"], config["temperature"]
    mixed *= share
    model.coef_ *= 1 - share
    mixed += model.coef_
    mixed /= temperature
    return [str(name) for name in model.classes_], mixed, (1 - share) * model.intercept_ / temperature


def naive_bayes(examples: csr_matrix, classes: np.ndarray, smoothing: float) -> np.ndarray:
    """Log probabilities of the features in each class, as scikit-learn's MultinomialNB has them, in a quarter of its
    memory; `classes` has the number of each row's class."""
    rows = np.arange(len(classes))
    members = csr_matrix((np.ones(len(classes)), (classes, rows)))
    logs = (members @ examples).toarray()
    logs += smoothing
    totals = logs.sum(axis=1, keepdims=True)
    np.log(logs, out=logs)
    logs -= np.log(totals)
    return logs
