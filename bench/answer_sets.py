"""The questions answers are measured with: each with its product's candidate facts.

`product_questions.jsonl` holds a product a line: `split`, `product: {title, facts: [{source, text}]}` and `questions:
[{id, text, answers: [index of fact], says?}]`.  All of it is ours, in the way of shoppers and of pages, on no real
product.  The weights were fitted on the split `open`; of `held` only sums were ever looked at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Question:
    """A question on a product; `answers` are the indices of the facts that answer it, `says` yes or no if they do."""

    split: str
    id: str
    text: str
    title: str
    facts: list[dict[str, str]]
    answers: list[int]
    says: str


def read() -> list[Question]:
    lines = (HERE / "product_questions.jsonl").read_text("utf-8").splitlines()
    return [
        Question(row["split"], asked["id"], asked["text"], row["product"]["title"], row["product"]["facts"],
                 asked["answers"], asked.get("says", ""))
        for row in map(json.loads, lines)
        for asked in row["questions"]
    ]  # fmt: skip
