"""Learn the weights of `lifecycle.feedback.sentiment` from the sentences in `bench/sentences` and write them down.

    python -m bench.learn_sentiment [--check]

The sentences are ours, written for this, and none of the held-out ones is among them.  A feature met once is left out.
`--check` learns on four fifths and reads the fifth, five times, instead of writing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bench import sentiment as bench
from lifecycle.feedback import sentiment

FOLDER = Path(__file__).with_name("sentences")
STRENGTH = 2.0  # inverse of the L2 penalty
FEWEST = 2  # sentences a feature is met in
SMALLEST = 0.06  # weights below it in every label are left out


def sentences() -> list[tuple[str, str]]:
    """(label, sentence) of everything that may be learnt from, each once, nothing held out among it."""
    found = {text.lower(): (label, text) for label in sentiment.LABELS for text in _lines(f"{label}.txt")}
    for line in _lines("phrases.txt"):
        found.setdefault(line[2:].lower(), ("positive" if line[0] == "+" else "negative", line[2:]))
    for row in bench.developing():
        found.setdefault(row.text.lower(), (row.label, row.text))
    held = {row.text.lower() for rows in bench.kept().values() for row in rows}
    return [row for text, row in found.items() if text not in held]


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def digest(rows: list[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join("|".join(row) for row in rows).encode()).hexdigest()[:16]


def fitted(found: list[dict[str, float]], labels: list[str]) -> dict:
    """{intercepts, weights by feature} in thousandths, as `sentiment` reads them."""
    met = Counter(name for features in found for name in features)
    vectors = DictVectorizer()
    rows = vectors.fit_transform([{n: v for n, v in features.items() if met[n] >= FEWEST} for features in found])
    model = LogisticRegression(C=STRENGTH, max_iter=500).fit(rows, labels)
    order = [list(model.classes_).index(label) for label in sentiment.LABELS]
    weights = {
        name: [round(float(value) * sentiment.SCALE) for value in column]
        for name, column in zip(vectors.get_feature_names_out(), model.coef_[order].T, strict=True)
        if np.abs(column).max() >= SMALLEST
    }
    return {"intercepts": [round(float(v) * sentiment.SCALE) for v in model.intercept_[order]], "weights": weights}


def write(learnt: dict, rows: list[tuple[str, str]]) -> None:
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(learnt["weights"].items()))
    head = f'"labels": {json.dumps(sentiment.LABELS)}, "sentences": "{digest(rows)}"'
    text = f'{{{head}, "intercepts": {json.dumps(learnt["intercepts"])}, "weights": {{\n{lines}\n}}}}\n'
    sentiment.WEIGHTS.write_text(text, encoding="utf-8")


def check(rows: list[tuple[str, str]], found: list[dict[str, float]]) -> None:
    labels = np.array([label for label, _ in rows])
    read: dict[str, str] = {}
    for learn, keep in StratifiedKFold(5, shuffle=True, random_state=1).split(labels, labels):
        learnt = fitted([found[at] for at in learn], [str(labels[at]) for at in learn])
        sentiment._learnt = lambda learnt=learnt: learnt  # type: ignore[assignment]
        read.update((rows[at][1], sentiment.read(rows[at][1])) for at in keep)
    given = [bench.Row(label, frozenset(), text) for label, text in rows]
    print(bench.counted(given, read.__getitem__), file=sys.stderr)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--check", action="store_true", help="read each fifth by what the other four teach")
    given = options.parse_args()
    rows = sentences()
    found = [sentiment.features(text) for _, text in rows]
    if given.check:
        check(rows, found)
    else:
        write(fitted(found, [label for label, _ in rows]), rows)
        print(f"Learnt from {len(rows)} sentences: {sentiment.WEIGHTS.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
