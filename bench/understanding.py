"""How well messages are understood: on our own examples by cross-validation, and on real store chats.

    python -m bench.understanding [--data DIR] [--pictures DIR]

DIR holds `store_chats_train.jsonl` (fields text, coarse, label): messages typed by visitors of two live store chatbots,
from the HINT3 data set (github.com/hellohaptik/HINT3, ODbL).  They are measured, never trained on.  Foreign questions
come twice: our out_of_scope examples with whole themes held out, which is harsh, and `foreign_questions.txt`, written
apart from the training examples.  `phrasings.jsonl` (kind, topic, text) holds sentences of many manners of writing,
made up before any model read them and never taught.  `--pictures` draws the reliability diagram and the curve of
accepted messages.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rasa.shared.importers.utils import training_data_from_paths
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from bench.guesses import Guesses, Model, reliability
from lifecycle.engine.gate import OUT_OF_SCOPE
from lifecycle.topics import NO_TOPIC, STORE_TOPICS, topic_of

PROJECT = Path(__file__).resolve().parent.parent
FOLDS = 5
PHRASINGS_REACH = 0.85
FOREIGN_LIMIT, NEW_THEMES_LIMIT, CALIBRATION_LIMIT = 0.03, 0.05, 0.05
THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.84, 0.88, 0.92)
MIXED = ("many", "shop words in other senses")  # themes that are none: split in runs
COARSE_TOPIC = {"delivery_info": "delivery", "warranty_trial": "warranty"}


def examples() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Texts, intents and themes of data/nlu; only foreign examples have a theme."""
    found = training_data_from_paths(sorted(str(path) for path in (PROJECT / "data" / "nlu").glob("*.yml")), "en")
    rows = [
        (each.get("text"), each.get("intent"), (each.get("metadata") or {}).get("intent", {}).get("theme", ""))
        for each in found.intent_examples
    ]
    texts, intents, themes = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    return texts, intents, themes


def folds(intents: np.ndarray, themes: np.ndarray) -> np.ndarray:
    """The fold of each example: store talk at random, foreign talk by theme, so that what is held out is new."""
    fold = np.zeros(len(intents), dtype=int)
    ours = np.flatnonzero(intents != OUT_OF_SCOPE)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    for number, (_, held_out) in enumerate(splitter.split(ours, intents[ours].astype(str))):
        fold[ours[held_out]] = number
    foreign = intents == OUT_OF_SCOPE
    filled = np.zeros(FOLDS)
    for theme, count in Counter(themes[foreign]).most_common():
        here = np.flatnonzero(foreign & (themes == theme))
        if theme in MIXED:
            for number, run in enumerate(np.array_split(here, 2 * FOLDS)):
                fold[run] = number % FOLDS
        else:
            fold[here] = int(filled.argmin())
            filled[filled.argmin()] += count
    return fold


def cross_validate(pipeline: list[dict[str, Any]], texts: np.ndarray, intents: np.ndarray, fold: np.ndarray) -> Guesses:
    """A guess for every example by a model that never saw it."""
    names = np.array(sorted(set(intents)))
    chances, weakest = np.zeros((len(texts), len(names))), np.zeros(len(texts))
    for number in range(FOLDS):
        held_out = fold == number
        guesses = Model(pipeline).train(texts[~held_out], intents[~held_out]).guess(texts[held_out])
        chances[held_out], weakest[held_out] = guesses.chances, guesses.weakest
        print(f"  fold {number + 1} of {FOLDS}", file=sys.stderr)
    return Guesses(names, chances, weakest)


def best_temperature(guesses: Guesses, intents: np.ndarray) -> float:
    """What to divide the log odds by for the least surprise (negative log likelihood) over the right intents."""
    column = np.searchsorted(guesses.names, intents.astype(str))
    logits = np.log(np.clip(guesses.chances, 1e-12, 1))

    def surprise(temperature: float) -> float:
        cooled = logits / temperature
        cooled -= np.logaddexp.reduce(cooled, axis=1, keepdims=True)
        return float(-cooled[np.arange(len(column)), column].mean())

    return float(minimize_scalar(surprise, bounds=(0.3, 4.0), method="bounded").x)


def best_weights(guesses: Guesses, ours: np.ndarray) -> dict[str, float]:
    """What ScopeGate should weigh its two signs with, by logistic regression over held-out guesses."""
    model = LogisticRegression(C=1e6).fit(guesses.signs, ours)
    share_weight, word_weight = model.coef_[0]
    return {"share_weight": share_weight, "word_weight": word_weight, "bias": model.intercept_[0]}


def figure(name: str, value: float, reference: float | None, reach: float, *, at_most: bool = False) -> bool:
    ok = bool(value <= reach if at_most else value >= reach)
    line = {"figure": f"education.{name}", "value": round(float(value), 4), "reference": reference, "reach": reach}
    print(json.dumps({**line, "ok": ok}))
    return ok


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with store_chats_train.jsonl")
    parser.add_argument("--pictures", type=Path, help="folder for reliability.svg and accepted.svg")
    options = parser.parse_args(argv)
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text())["pipeline"]
    texts, intents, themes = examples()
    foreign = (PROJECT / "bench" / "foreign_questions.txt").read_text(encoding="utf-8").splitlines()
    known = set(texts)
    if overlap := [question for question in foreign if question in known]:
        raise SystemExit(f"These held-out questions are training examples: {overlap}")

    ours = intents != OUT_OF_SCOPE
    held_out = cross_validate(pipeline, texts, intents, folds(intents, themes))
    right = held_out.topics == np.array([topic_of(intent) for intent in intents])
    started = time.process_time()
    model = Model(pipeline).train(texts, intents)
    seconds = time.process_time() - started
    gate, away = model.gate, model.guess(foreign)
    print(f"{len(texts)} examples, {len(set(intents))} intents, {(~ours).sum()} of them foreign; {FOLDS}-fold")
    print(f"trained in {seconds:.0f} s of processor on {model.features} features")
    print(f"intent right {np.mean((held_out.intents == intents)[ours]):.3f}, topic right {right[ours].mean():.3f}\n")

    bins, error = reliability(held_out.confidence, held_out.intents == intents)
    print("confidence   mean  right  messages")
    for row in bins:
        print(f"{row.start:.1f}-{row.start + 0.1:.1f}     {row.mean:.3f}  {row.right:.3f}  {row.count:8d}")
    print(f"expected calibration error {error:.3f}")
    advice = {"temperature": model.temperature * best_temperature(held_out, intents), **best_weights(held_out, ours)}
    print("best by these folds: " + ", ".join(f"{name} {value:.2f}" for name, value in advice.items()))

    print("\nscope_threshold   ours right and accepted   foreign accepted: new themes   written apart")
    curve = []
    for threshold in THRESHOLDS:
        tried = {**gate, "scope_threshold": threshold}
        kept = (right & held_out.accepted(tried))[ours].mean()
        new, apart = held_out[~ours].taken(tried), away.taken(tried)
        curve.append((threshold, kept, new, apart))
        mark = "  ← config.yml" if threshold == gate["scope_threshold"] else ""
        print(f"{threshold:15.2f}   {kept:23.3f}   {new:28.3f}   {apart:13.3f}{mark}")
    print()
    _topic_table(topics_of(intents), np.where(held_out.accepted(gate), held_out.topics, NO_TOPIC))
    print("taken for each other most (held out):", _confusions(intents, held_out.intents, ours), "\n")

    results = [
        figure("understanding_cv_topic", right[ours].mean(), 0.75, 0.80),
        figure("understanding_auroc", roc_auc_score(ours, held_out.scope(gate)), 0.84, 0.90),
        figure("understanding_calibration_error", error, None, CALIBRATION_LIMIT, at_most=True),
        figure("foreign_accepted", away.taken(gate), 0.96, FOREIGN_LIMIT, at_most=True),
        figure("foreign_accepted_new_themes", held_out[~ours].taken(gate), 0.96, NEW_THEMES_LIMIT, at_most=True),
    ]
    results += _phrasings(model)
    if options.data:
        results += _chats(model, options.data, {plain_letters(text) for text in texts})
    if options.pictures:
        from bench.pictures import accepted_picture, reliability_picture

        reliability_picture(bins, error, options.pictures / "reliability.svg")
        accepted_picture(curve, gate["scope_threshold"], options.pictures / "accepted.svg")
    started = time.process_time()
    for question in foreign:
        model.guess([question])
    each = 1000 * (time.process_time() - started) / len(foreign)
    print(f"{each:.1f} ms of processor a message, without Rasa around it")
    return 0 if all(results) else 1


def _topic_table(topics: np.ndarray, taken_for: np.ndarray) -> None:
    """Rows of Markdown: recall and precision of each topic, counting only what was accepted."""
    print("| topic | examples | recall | precision |\n|---|---|---|---|")
    for topic in sorted(STORE_TOPICS):
        meant, heard = topics == topic, taken_for == topic
        both = (meant & heard).sum()
        print(f"| `{topic}` | {meant.sum()} | {both / meant.sum():.2f} | {both / max(1, heard.sum()):.2f} |")
    print()


def _confusions(intents: np.ndarray, guessed: np.ndarray, ours: np.ndarray) -> str:
    wrong = ours & (topics_of(intents) != topics_of(guessed))
    pairs = Counter(zip(topics_of(intents)[wrong], topics_of(guessed)[wrong], strict=True))
    return ", ".join(f"{true} for {guess} {count}" for (true, guess), count in pairs.most_common(12))


def topics_of(intents: Sequence[str]) -> np.ndarray:
    return np.array([topic_of(intent) for intent in intents])


def _phrasings(model: Model) -> list[bool]:
    """Right: the topic and accepted; for a sentence that is none of a shop's business, no store topic accepted."""
    rows = [json.loads(line) for line in (PROJECT / "bench" / "phrasings.jsonl").open(encoding="utf-8")]
    guesses = model.guess([row["text"] for row in rows])
    taken_for = np.where(guesses.accepted(model.gate), guesses.topics, NO_TOPIC)
    expected = np.array([row["topic"] for row in rows])
    right = (taken_for == expected) | ((expected == NO_TOPIC) & ~np.isin(taken_for, list(STORE_TOPICS)))
    kinds = np.array([row["kind"] for row in rows])
    print(f"{len(rows)} sentences written apart\nkind       messages  right")
    for kind in dict.fromkeys(kinds):
        print(f"{kind:10} {(kinds == kind).sum():8d}  {right[kinds == kind].mean():.2f}")
    print()
    return [figure("phrasings_topic_accepted", right.mean(), None, PHRASINGS_REACH)]


def _chats(model: Model, folder: Path, taught: set[str]) -> list[bool]:
    rows = [json.loads(line) for line in (folder / "store_chats_train.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row["coarse"] != "other"]
    fresh = [row for row in rows if plain_letters(row["text"]) not in taught]
    print(f"{len(rows) - len(fresh)} of {len(rows)} chats say word for word what an example says, and are left out")
    rows = fresh
    topics = np.array([COARSE_TOPIC.get(row["coarse"], row["coarse"]) for row in rows])
    guesses = model.guess([row["text"] for row in rows])
    accepted, right = guesses.accepted(model.gate), guesses.topics == topics
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for topic, guess in zip(topics, guesses.topics, strict=True):
        seen[topic][guess] += 1
    print(f"{len(rows)} real store chats\ntopic             messages  right  and accepted  taken for")
    for topic in sorted(seen):
        here = topics == topic
        others = ", ".join(f"{name} {count}" for name, count in seen[topic].most_common(5) if name != topic)
        both = (right & accepted)[here].mean()
        print(f"{topic:17} {here.sum():8d}  {right[here].mean():.2f}  {both:12.2f}  {others}")
    print()
    return [
        figure("store_chats_topic", right.mean(), 0.484, 0.75),
        figure("store_chats_topic_accepted", (right & accepted).mean(), 0.484, 0.75),
    ]


def plain_letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


if __name__ == "__main__":
    sys.exit(main())
