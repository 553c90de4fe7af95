"""The weights of lifecycle/knowledge/matching.py, fitted on the open half of the product questions.

    python -m bench.answer_fit

Ranking: the share of the answering statements in a softmax over all of a question's, maximised (L2 towards PRIOR).
Sureness: logistic, on scores of a ranking that was fitted without the question's product; both classes weigh the same.
"""

from __future__ import annotations

import math
import random

import numpy as np
from scipy.optimize import minimize

from bench import answer_sets
from lifecycle.knowledge import inquiry, matching
from lifecycle.knowledge.answers import kind_of
from lifecycle.knowledge.passages import passage

PULL, SURE_PULL = 1.0, 10.0
FOLDS = 8
# Signs that few of our questions show: nobody answers with a question or with "no idea".
PRIOR = {
    "unsure": -1.5,
    "question": -1.0,
    "yes": 0.4,
    "no": 0.4,
    "figure": 0.4,
    "word for word": 0.3,
    "allows": 1.0,
    "not included": -0.5,
}
# What our questions may have of their writer and not of the world stays as it was set.
FIXED = {"other": -0.2, "bullet": 0.1, "answer": 0.4, "description": -0.2, "review": -0.1, "no time": -0.5}


def rows(question: answer_sets.Question) -> tuple[inquiry.Inquiry, list[dict[str, float]]]:
    asked = inquiry.read(question.text, question.title)
    texts = [passage(fact["text"]) for fact in question.facts]
    return asked, matching.features(asked, texts, [kind_of(fact["source"]) for fact in question.facts])


def ranking(sets: list[tuple[np.ndarray, list[int]]], prior: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Weights from the columns' prior; only those `free` (1, else 0) move."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        away = weights - prior
        value, gradient = PULL * float(away @ away), 2 * PULL * away
        for matrix, gold in sets:
            scores = matrix @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            right = np.zeros_like(share)
            right[gold] = share[gold] / share[gold].sum()
            value -= math.log(share[gold].sum() + 1e-12)
            gradient -= matrix.T @ (right - share)
        return value, gradient * free

    return minimize(loss, prior, jac=True, method="L-BFGS-B").x


def logistic(matrix: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Weights of the columns as they are; the first column is 1 and not pulled."""
    mean, spread = matrix.mean(0), matrix.std(0) + 1e-9
    mean[0], spread[0] = 0.0, 1.0
    scaled = (matrix - mean) / spread
    each = np.where(answered > 0, 0.5 / answered.mean(), 0.5 / (1 - answered.mean()))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        likely = 1 / (1 + np.exp(-scaled @ weights))
        free = np.r_[0.0, weights[1:]]
        value = -(each * (answered * np.log(likely + 1e-12) + (1 - answered) * np.log(1 - likely + 1e-12))).sum()
        return value + SURE_PULL * float(free @ free), scaled.T @ (each * (likely - answered)) + 2 * SURE_PULL * free

    weights = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B").x / spread
    weights[0] -= float(weights[1:] @ mean[1:])
    return weights


def main() -> int:
    questions = [question for question in answer_sets.read() if question.split == "open"]
    taken = [rows(question) for question in questions]
    names = list(taken[0][1][0])
    prior = np.array([FIXED.get(name, PRIOR.get(name, 0.0)) for name in names])
    free = np.array([float(name not in FIXED) for name in names])
    matrices = [np.array([[row[name] for name in names] for row in found]) for _, found in taken]

    def weights_of(chosen: list[int]) -> np.ndarray:
        return ranking([(matrices[i], questions[i].answers) for i in chosen if questions[i].answers], prior, free)

    products = sorted({question.title for question in questions})
    random.Random(3).shuffle(products)
    signs: list[tuple[dict[str, float], bool]] = []
    right = three = 0
    for fold in range(FOLDS):
        out = set(products[fold::FOLDS])
        fitted = weights_of([i for i, question in enumerate(questions) if question.title not in out])
        matching.WEIGHTS.update(zip(names, map(float, fitted), strict=True))
        for i in [i for i, question in enumerate(questions) if question.title in out]:
            signs.append((matching.signs(*taken[i]), bool(questions[i].answers)))
            order = np.argsort(-(matrices[i] @ fitted), kind="stable")
            right += bool(questions[i].answers) and order[0] in questions[i].answers
            three += bool(set(order[:3]) & set(questions[i].answers))
    matching.WEIGHTS.update(zip(names, map(float, weights_of(list(range(len(questions))))), strict=True))
    columns = list(signs[0][0])
    sure = logistic(np.array([[sign[c] for c in columns] for sign, _ in signs]), np.array([float(a) for _, a in signs]))
    answerable = sum(bool(question.answers) for question in questions)
    print(f"# first {right / answerable:.3f}, within three {three / answerable:.3f} on products left out")
    for title, weights in (("WEIGHTS", matching.WEIGHTS), ("SURE_WEIGHTS", dict(zip(columns, sure, strict=True)))):
        print(title, "= {")
        print(*(f'    "{name}": {round(float(value), 2)},' for name, value in weights.items()), "}", sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
