"""How well messages are understood: on our own examples by cross-validation, and on real store chats.

    python -m bench.understanding [--data DIR]

DIR holds `store_chats_train.jsonl` (fields text, coarse, label): messages typed by visitors of two live store chatbots,
from the HINT3 data set (github.com/hellohaptik/HINT3, ODbL).  They are measured, never trained on.  Foreign questions
come twice: our out_of_scope examples with whole themes held out, which is harsh, and `foreign_questions.txt`, written
apart from the training examples.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rasa.shared.importers.utils import training_data_from_paths
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from lifecycle.engine.classifier import fit, untrained
from lifecycle.engine.featurizer import vectors_from
from lifecycle.engine.gate import OUT_OF_SCOPE
from lifecycle.topics import STORE_TOPICS, topic_of

PROJECT = Path(__file__).resolve().parent.parent
FOLDS = 5
FOREIGN_LIMIT = 0.05
COARSE_TOPIC = {"delivery_info": "delivery", "warranty_trial": "warranty"}


@dataclass(frozen=True)
class Guesses:
    """Per message: the best intent, its probability, and its share against out_of_scope."""

    intents: np.ndarray
    confidence: np.ndarray
    share: np.ndarray

    @property
    def topics(self) -> np.ndarray:
        return np.array([topic_of(intent) for intent in self.intents])

    def accepted(self, settings: dict[str, float]) -> np.ndarray:
        """Which messages the pipeline would act on."""
        sure = (self.confidence >= settings["threshold"]) & (self.share >= settings["scope_threshold"])
        return sure & (self.intents != OUT_OF_SCOPE)


class Model:
    """The pipeline of config.yml without Rasa around it, so that it can be trained six times in a minute or two."""

    def __init__(self, pipeline: list[dict[str, Any]]) -> None:
        parts = {entry["name"].rsplit(".", 1)[-1]: entry for entry in pipeline}
        self.gate: dict[str, float] = parts["ScopeGate"]
        self._settings = parts["ChatClassifier"]
        self._vectors = vectors_from(parts["ChatFeaturizer"])
        self._classifier = untrained(self._settings)

    def train(self, texts: np.ndarray, intents: np.ndarray) -> Model:
        fit(self._classifier, self._vectors.fit(texts), list(intents), self._settings)
        return self

    def guess(self, texts: np.ndarray | list[str]) -> Guesses:
        chances = self._classifier.predict_proba(self._vectors.transform(texts))
        names = self._classifier.classes_
        foreign = chances[:, names == OUT_OF_SCOPE].sum(axis=1)
        inside = np.where(names == OUT_OF_SCOPE, 0.0, chances).max(axis=1)
        return Guesses(names[chances.argmax(axis=1)], chances.max(axis=1), inside / (inside + foreign))


def examples() -> tuple[np.ndarray, np.ndarray]:
    """Texts and intents of data/nlu, in the order of the files (out_of_scope is written theme by theme)."""
    found = training_data_from_paths(sorted(str(path) for path in (PROJECT / "data" / "nlu").glob("*.yml")), "en")
    pairs = [(each.get("text"), each.get("intent")) for each in found.intent_examples]
    return np.array([text for text, _ in pairs], dtype=object), np.array([intent for _, intent in pairs])


def folds(intents: np.ndarray) -> np.ndarray:
    """The fold of each example: store talk at random, foreign talk in runs, so that held-out themes are new."""
    fold = np.zeros(len(intents), dtype=int)
    ours = np.flatnonzero(intents != OUT_OF_SCOPE)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    for number, (_, held_out) in enumerate(splitter.split(ours, intents[ours])):
        fold[ours[held_out]] = number
    for number, run in enumerate(np.array_split(np.flatnonzero(intents == OUT_OF_SCOPE), 2 * FOLDS)):
        fold[run] = number % FOLDS
    return fold


def cross_validate(pipeline: list[dict[str, Any]], texts: np.ndarray, intents: np.ndarray) -> Guesses:
    """A guess for every example by a model that never saw it."""
    fold = folds(intents)
    names, confidence, share = intents.copy(), np.zeros(len(texts)), np.zeros(len(texts))
    for number in range(FOLDS):
        held_out = fold == number
        guesses = Model(pipeline).train(texts[~held_out], intents[~held_out]).guess(texts[held_out])
        names[held_out], confidence[held_out], share[held_out] = guesses.intents, guesses.confidence, guesses.share
        print(f"  fold {number + 1} of {FOLDS}", file=sys.stderr)
    return Guesses(names, confidence, share)


def reliability(guesses: Guesses, right: np.ndarray) -> list[tuple[float, float, float, int]]:
    """(from, mean confidence, share right, messages) per tenth of confidence."""
    tenth = np.minimum((guesses.confidence * 10).astype(int), 9)
    rows = []
    for number in range(10):
        here = tenth == number
        if here.any():
            rows.append((number / 10, guesses.confidence[here].mean(), right[here].mean(), int(here.sum())))
    return rows


def figure(name: str, value: float, reference: float, reach: float, ok: bool) -> bool:
    ok = bool(ok)
    value = round(float(value), 4)
    print(json.dumps({"figure": f"education.{name}", "value": value, "reference": reference, "reach": reach, "ok": ok}))
    return ok


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with store_chats_train.jsonl")
    options = parser.parse_args(argv)
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text())["pipeline"]
    texts, intents = examples()
    foreign = (PROJECT / "bench" / "foreign_questions.txt").read_text().splitlines()
    known = set(texts)
    if overlap := [question for question in foreign if question in known]:
        raise SystemExit(f"These held-out questions are training examples: {overlap}")

    ours = intents != OUT_OF_SCOPE
    held_out = cross_validate(pipeline, texts, intents)
    right = held_out.topics == np.array([topic_of(intent) for intent in intents])
    model = Model(pipeline).train(texts, intents)
    away = model.guess(foreign)
    print(f"{len(texts)} examples, {len(set(intents))} intents, {(~ours).sum()} of them foreign; {FOLDS}-fold")
    print(f"intent right {np.mean((held_out.intents == intents)[ours]):.3f}, topic right {right[ours].mean():.3f}\n")
    print("confidence   mean  right  messages")
    for start, mean, share, count in reliability(held_out, held_out.intents == intents):
        print(f"{start:.1f}-{start + 0.1:.1f}     {mean:.3f}  {share:.3f}  {count:8d}")
    print("\nscope_threshold   ours right and accepted   foreign accepted: new themes   written apart")
    for threshold in (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95):
        gate = {**model.gate, "scope_threshold": threshold}
        kept = (right & held_out.accepted(gate))[ours].mean()
        mark = "  ← config.yml" if threshold == model.gate["scope_threshold"] else ""
        themes, apart = _foreign_rate(held_out, ~ours, gate), _foreign_rate(away, np.ones(len(foreign), bool), gate)
        print(f"{threshold:15.2f}   {kept:23.3f}   {themes:28.3f}   {apart:13.3f}{mark}")
    print()

    chats = _chats(options.data) if options.data else None
    if chats:
        _print_chats(model, *chats)
    auroc = roc_auc_score(ours, held_out.share)
    results = [
        figure("understanding_cv_topic", right[ours].mean(), 0.75, 0.80, right[ours].mean() >= 0.80),
        figure("understanding_auroc", auroc, 0.84, 0.90, auroc >= 0.90),
    ]
    accepted = _foreign_rate(away, np.ones(len(foreign), bool), model.gate)
    results.append(figure("foreign_accepted", accepted, 0.96, FOREIGN_LIMIT, accepted <= FOREIGN_LIMIT))
    if chats:
        guesses = model.guess(chats[0])
        topic_right = guesses.topics == chats[1]
        results.append(figure("store_chats_topic", topic_right.mean(), 0.484, 0.75, topic_right.mean() >= 0.75))
        both = (topic_right & guesses.accepted(model.gate)).mean()
        results.append(figure("store_chats_topic_accepted", both, 0.484, 0.75, both >= 0.75))
    started = time.process_time()
    for question in foreign:
        model.guess([question])
    print(
        f"{1000 * (time.process_time() - started) / len(foreign):.1f} ms of processor a message, without Rasa around it"
    )
    return 0 if all(results) else 1


def _foreign_rate(guesses: Guesses, which: np.ndarray, gate: dict[str, float]) -> float:
    store = np.isin(guesses.topics, list(STORE_TOPICS)) & guesses.accepted(gate)
    return float(store[which].mean())


def _chats(folder: Path) -> tuple[list[str], np.ndarray, list[str]]:
    rows = [json.loads(line) for line in (folder / "store_chats_train.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row["coarse"] != "other"]
    topics = np.array([COARSE_TOPIC.get(row["coarse"], row["coarse"]) for row in rows])
    return [row["text"] for row in rows], topics, [row["label"] for row in rows]


def _print_chats(model: Model, texts: list[str], topics: np.ndarray, labels: list[str]) -> None:
    guesses = model.guess(texts)
    accepted = guesses.accepted(model.gate)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for topic, guess in zip(topics, guesses.topics, strict=True):
        seen[topic][guess] += 1
    print(f"{len(texts)} real store chats\ntopic             messages  right  and accepted  taken for")
    for topic in sorted(seen):
        here = topics == topic
        good = guesses.topics[here] == topic
        others = ", ".join(f"{name} {count}" for name, count in seen[topic].most_common(5) if name != topic)
        print(f"{topic:17} {here.sum():8d}  {good.mean():.2f}  {(good & accepted[here]).mean():12.2f}  {others}")
    print()


if __name__ == "__main__":
    sys.exit(main())
