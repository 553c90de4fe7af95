"""How buyers' sentences are read, beside VADER on the same sentences: the half that developed the reader, the half that
did not.

    python -m bench.sentiment [--show]

`buyers_sentences.txt` holds invented sentences with a person's label and themes.  A reading is right when it is that
label; `unclear` is the share of sentences with an opinion that are left undecided.  VADER (Hutto and Gilbert, ICWSM
2014) knows no mixed feelings, so it is counted on the positive, negative and unclear ones too (`…_plain`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.scores import held_out
from bench.stack import figure
from lifecycle.feedback import sentiment, themes

SENTENCES = Path(__file__).with_name("buyers_sentences.txt")  # label|themes|text, every second one held out
SHORT = Path(__file__).with_name("buyers_sentences_more.txt")  # label|text, half held out by digest
NEUTRAL = 0.05  # VADER's own threshold


@dataclass(frozen=True)
class Row:
    label: str
    themes: frozenset[str]
    text: str


@dataclass(frozen=True)
class Counts:
    """Shares: right of all, right of the decided, undecided of those with an opinion."""

    right: float
    decided: float
    unclear: float


def rows(path: Path = SENTENCES) -> list[Row]:
    made = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, names, text = line.split("|", 2)
            made.append(Row(label, frozenset(names.split(",")) - {"-"}, text))
    return made


def short_rows(path: Path = SHORT) -> list[Row]:
    lines = [line.split("|", 1) for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Row(label, frozenset(), text) for label, text in lines]


def counted(found: list[Row], read: Callable[[str], str], show: bool = False) -> Counts:
    said = [(row, read(row.text)) for row in found]
    decided = [(row, label) for row, label in said if label != "unclear"]
    opinions = [label for row, label in said if row.label != "unclear"]
    if show:
        for row, label in said:
            if row.label != label:
                print(f"{row.label} read {label}: {row.text}", file=sys.stderr)
    return Counts(
        round(sum(row.label == label for row, label in said) / len(said), 4),
        round(sum(row.label == label for row, label in decided) / max(1, len(decided)), 4),
        round(sum(label == "unclear" for label in opinions) / max(1, len(opinions)), 4),
    )


def vader() -> Callable[[str], str]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

    analyzer = SentimentIntensityAnalyzer()

    def read(text: str) -> str:
        compound = analyzer.polarity_scores(text)["compound"]
        return "positive" if compound >= NEUTRAL else "negative" if compound <= -NEUTRAL else "unclear"

    return read


def themed(found: list[Row]) -> tuple[float, float]:
    """(precision, recall) of the themes on the sentences a person gave themes to."""
    known = [row for row in found if row.themes]
    read = [{name for name, _ in themes.read(row.text)} for row in known]
    right = sum(len(row.themes & names) for row, names in zip(known, read, strict=True))
    return right / max(1, sum(map(len, read))), right / max(1, sum(len(row.themes) for row in known))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--show", action="store_true", help="print what is misread of the developing half")
    given = options.parse_args()
    everything = rows()
    short = short_rows()
    halves = {
        "developed": everything[::2] + [row for row in short if not held_out(row.text)],
        "held out": everything[1::2] + [row for row in short if held_out(row.text)],
    }
    peer = vader()
    for name, half in halves.items():
        show = given.show and name == "developed"
        ours, theirs = counted(half, sentiment.read, show), counted(half, peer)
        plain = [row for row in half if row.label != "mixed"]
        ours_plain, theirs_plain = counted(plain, sentiment.read), counted(plain, peer)
        print(f"{name}: ours {ours}, VADER {theirs}; without mixed: {ours_plain}, {theirs_plain}", file=sys.stderr)
        print(f"{name}: themes precision and recall {themed(half)}", file=sys.stderr)
    reached = [
        figure("aftercare.sentiment_right", ours.right, 0.87, reference=theirs_plain.right, most=False),
        figure("aftercare.sentiment_right_decided", ours.decided, 0.92, reference=theirs_plain.decided, most=False),
        figure("aftercare.sentiment_unclear", ours.unclear, 0.15, reference=theirs_plain.unclear),
    ]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
