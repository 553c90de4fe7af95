"""How a buyer's words sound: positive, negative, mixed or unclear.

A linear model weighs three readings of the same words: our rules (`sentiment_rules`), VADER's lexicon (Hutto and
Gilbert, ICWSM 2014) and the words themselves: alone, with their neighbours, and as a shape ("stopped -", "too + if").
Its weights are learnt from the sentences in `bench/sentences` by `python -m bench.learn_sentiment` and kept beside this
module as numbers anybody can read.  Where no side is likely enough it says unclear rather than guess.
"""

from __future__ import annotations

import functools
import json
import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from lifecycle.feedback import sentiment_rules
from lifecycle.language.words import stem

LABELS = ("mixed", "negative", "positive", "unclear")
WEIGHTS = Path(__file__).with_name("sentiment_weights.json")
SCALE = 1000  # weights are kept as whole thousandths

_SURE_OF_UNCLEAR = 0.4  # likely enough that no opinion is given
_SURE_OF_BOTH = 0.5  # likely enough that praise and blame are both meant
_SURE_OF_A_SIDE = 2 / 3  # of praise against blame; below it nobody can tell
_LONGEST = 2_000  # letters that are read
_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*|[!?]|[^\sa-z0-9.,;:'\"()-]")
_FELT = 0.5  # least weight of a word of feeling
_TURNERS = frozenset(
    {"not", "no", "never", "but", "too", "until", "if", "only", "still", "would", "could", "should", "used", "than"}
    | {"less", "more", "any", "without", "stopped", "stop", "nothing", "none", "hardly", "barely", "?", "so", "after"}
    | {"before", "when", "did", "does", "is", "don't", "doesn't", "didn't", "isn't", "wasn't", "can't", "won't"}
    | {"couldn't", "wouldn't", "haven't", "hasn't", "as", "like", "though", "although", "however"}
)
_REACH = 4  # how many words a negation reaches
_SAID = re.compile(r"[^\W\d]{2}|\d/\d|[^\w\s.,;:?!'\"()/-]")  # a word, "5/5", a sign; no bare number
_JOINTS = re.compile(r"[.;!,]|\b(?:but|and)\b")
_CONTRAST = re.compile(r"\b(?:but|although|though|however|except|yet|while)\b")
_TURN_OF_TALK = re.compile(r"\bbut\b|\bhowever\b|[.!?;]")

problems = sentiment_rules.problems


def read(text: str) -> str:
    """`positive`, `negative`, `mixed` or `unclear`: how the words sound, as one of four."""
    if not _SAID.search(sentiment_rules.plain(text[:_LONGEST])):
        return "unclear"
    mixed, negative, positive, unclear = likelihoods(text)
    if mixed > _SURE_OF_BOTH:
        return "mixed"
    if unclear > _SURE_OF_UNCLEAR or max(negative, positive) < _SURE_OF_A_SIDE * (negative + positive):
        return "unclear"
    return "negative" if negative > positive else "positive"


def likelihoods(text: str) -> tuple[float, ...]:
    """The likelihood of each of `LABELS`, in their order; together 1."""
    learnt = _learnt()
    weights = learnt["weights"]
    sums = [value / SCALE for value in learnt["intercepts"]]
    for name, value in features(text).items():
        if name in weights:
            for place, weight in enumerate(weights[name]):
                sums[place] += value * weight / SCALE
    most = max(sums)
    grown = [math.exp(total - most) for total in sums]
    return tuple(value / sum(grown) for value in grown)


def features(text: str) -> dict[str, float]:
    """What the model weighs, by name: words, their neighbours, words within reach of a "not", rules, VADER, form."""
    text = text[:_LONGEST]
    line = sentiment_rules.plain(text)
    words = _WORD.findall(line)
    return {
        **_worded(words),
        **_shaped(words),
        **_ruled(line),
        **_valued(text, line),
        "form:length": min(len(words), 30) / 10,
        "form:asks": float(line.endswith("?")),
        "form:joints": len(_JOINTS.findall(line)) / 3,
        "form:contrast": float(_CONTRAST.search(line) is not None),
    }


def _worded(words: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    reach = 0
    for word in words:
        found[f"word:{word}"] = 1.0
        found[f"stem:{stem(word)}"] = 0.7
        if sentiment_rules.TURNING.fullmatch(word):
            reach = _REACH
        elif reach:
            reach -= 1
            found[f"turned:{word}"] = 1.0
    row = ["^", *words, "$"]
    found.update((f"two:{' '.join(two)}", 0.7) for two in pairwise(row))
    found.update((f"three:{' '.join(three)}", 0.5) for three in zip(row, row[1:], row[2:], strict=False))
    return found


def _shaped(words: list[str]) -> dict[str, float]:
    """Words of feeling as + and -, words that turn or weigh them as they are: "it never failed" is "never -"."""
    full = ["^"]
    for word in words:
        if word in _TURNERS:
            full.append(word)
        elif side := _side(word):
            full.append(side)
        elif full[-1] != ".":
            full.append(".")
    full.append("$")
    found: dict[str, float] = {}
    for name, row, value in (("near", [part for part in full if part != "."], 0.6), ("shape", full, 0.4)):
        found.update((f"{name}:{' '.join(two)}", value) for two in pairwise(row))
        found.update((f"{name}:{' '.join(three)}", value) for three in zip(row, row[1:], row[2:], strict=False))
    return found


@functools.lru_cache(maxsize=8192)
def _side(word: str) -> str:
    """`+` or `-` for a word of praise or complaint by our lexicon, else by VADER's; empty for others."""
    weight = sentiment_rules.weight_of(word) or _vader().lexicon.get(word, 0.0)
    return "+" if weight > _FELT else "-" if weight < -_FELT else ""


def _ruled(line: str) -> dict[str, float]:
    felt = sentiment_rules.weigh(line)
    return {
        f"rules:{felt.verdict}": 1.0,
        "rules:praise": min(felt.praise, 4.0),
        "rules:complaint": min(felt.complaint, 4.0),
        "rules:both": min(felt.praise, felt.complaint, 3.0),
        "rules:denials": float(felt.denials),
        "rules:last": max(-3.0, min(3.0, felt.last)),
        "rules:best": min(felt.best, 3.0),
        "rules:worst": max(felt.worst, -3.0),
        "rules:torn": float(felt.best >= 0.9 and felt.worst <= -0.9),
    }


def _valued(text: str, line: str) -> dict[str, float]:
    scores = _vader().polarity_scores(text)
    found = {
        "vader:sum": 2 * scores["compound"],
        "vader:praise": 2 * scores["pos"],
        "vader:complaint": 2 * scores["neg"],
        "vader:nothing": float(scores["compound"] == 0),
    }
    parts = [part for part in _TURN_OF_TALK.split(line) if part.strip()]
    if len(parts) > 1:
        found["vader:first"] = _vader().polarity_scores(parts[0])["compound"]
        found["vader:last"] = _vader().polarity_scores(parts[-1])["compound"]
    return found


@functools.cache
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


@functools.cache
def _learnt() -> dict[str, Any]:
    return json.loads(WEIGHTS.read_text("utf-8"))
