"""How well budgets are read from free text, and how often one is invented.

    python bench/needs.py --data DIR

DIR holds `needs_with_price_sample.jsonl`, `esci/budget_requests.jsonl` (a text and the limit it states) and
`need_texts_load.txt.gz` (needs without a price).  The reference is the obvious reader: the last number of a text.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from lifecycle import needs
from lifecycle.needs import prices
from lifecycle.needs.vocabulary import Vocabulary

_MONEY = re.compile(r"[$£€]|\b(?:dollars?|usd|bucks|budget|prices?|priced|costs?|afford|spend|pay)\b", re.I)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def stated(data: Path) -> Iterator[tuple[str, float]]:
    """Texts with the upper limit a person reads in them."""
    for line in (data / "needs_with_price_sample.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], row["gold"]["budget_max"]
    for line in (data / "esci" / "budget_requests.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], row["budget_max"]


def unpriced(data: Path) -> list[str]:
    """Needs in which no word speaks of money."""
    with gzip.open(data / "need_texts_load.txt.gz", "rt", encoding="utf-8") as lines:
        return [line.strip() for line in lines if line.strip() and not _MONEY.search(line)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="print every text that is read wrong")
    options = parser.parse_args()
    texts = list(stated(options.data))
    right = naive = 0
    for text, limit in texts:
        budget = prices.read(text)
        good = budget.low is None and budget.high == round(limit * 100)
        right += good
        naive += float(_NUMBER.findall(text)[-1]) == limit
        if options.show and not good:
            print(text, budget, file=sys.stderr)
    empty = unpriced(options.data)
    invented = [text for text in empty if prices.read(text).stated]
    if options.show:
        print(*invented, sep="\n", file=sys.stderr)
    vocabulary = Vocabulary()
    started = time.perf_counter()
    for text in empty:
        needs.read(text, vocabulary)
    milliseconds = (time.perf_counter() - started) * 1000 / len(empty)
    figures = [
        ("education.budget_read", right / len(texts), naive / len(texts), 0.98, right >= 0.98 * len(texts)),
        ("education.budget_invented", len(invented) / len(empty), 1.0, 0.01, len(invented) <= 0.01 * len(empty)),
        ("education.needs_read_ms", milliseconds, 5.0, 2.0, milliseconds <= 2.0),
    ]
    for name, value, reference, reach, ok in figures:
        line = {"figure": name, "value": round(value, 4), "reference": round(reference, 4), "reach": reach, "ok": ok}
        print(json.dumps(line))
    return 0 if all(ok for *_, ok in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
