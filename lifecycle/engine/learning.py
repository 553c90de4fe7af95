"""What a training learns of the examples; the only module that needs scikit-learn: the server starts without it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from lifecycle.engine.vectors import ChatVectors, Part, normalise


def features(vectors: ChatVectors, texts: Sequence[str]) -> csr_matrix:
    """Teach the vectors these texts; their features, one row each."""
    clean = [normalise(text) for text in texts]
    vectors.examples_with = dict(Counter(word for text in clean for word in set(text.split())))
    parts = vectors.parts
    rows = [_learned(parts["words"], clean), _learned(parts["letters"], clean)]
    rows.append(_learned(parts["kinds"], [vectors.by_kind(text) for text in clean]))
    rows.append(np.array([vectors.unknown(text, known_from=2) for text in clean]))
    vectors.ready()
    return hstack(rows).tocsr()


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
    bayes = MultinomialNB(alpha=config["bayes_smoothing"], fit_prior=False).fit(examples, intents)
    share, temperature = config["bayes_share"], config["temperature"]
    mixed = ((1 - share) * model.coef_ + share * bayes.feature_log_prob_) / temperature
    return [str(name) for name in model.classes_], mixed, (1 - share) * model.intercept_ / temperature
