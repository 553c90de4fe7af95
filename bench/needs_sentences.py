"""How well whole needs are read: category, limits, what is wanted and unwanted, on sentences written for this.

    python -m bench.needs_sentences [--data DIR] [--show]

`needs_sentences.jsonl` holds a sentence and what a person reads in it; `needs_dialogues.jsonl` one more message after
another, and sentences that contradict themselves.  Every other one (by a hash of its text) is held out: `--show` never
prints those.  They are read with the words of the demo catalogue and, when DIR/esci/products.jsonl.gz is there, with
those of that store too; the lower of the two counts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lifecycle.language.measures import PREFERENCE
from lifecycle.language.words import STOPWORDS, stem, tokens

HERE = Path(__file__).resolve().parent
SMALL_WORDS = STOPWORDS | {"least", "most", "than", "more", "less", "over", "under", "at", "up"}
_GLUED = re.compile(r"(\d)([a-z]{2,})")
SINGLE = ("brand", "colour", "size", "use", "for_whom")
Row = dict[str, Any]


def held_out(row: Row) -> bool:
    return zlib.crc32(row["text"].encode()) % 2 == 1


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def sense(term: str) -> frozenset[str]:
    """What a term says, for comparing: the key of a preference, else its stems without small words and hyphens."""
    found = PREFERENCE.fullmatch(term.lower())
    if found:
        return frozenset({found.lastgroup or ""})
    words = [word for word in tokens(_GLUED.sub(r"\1 \2", term.replace("-", " "))) if word not in SMALL_WORDS]
    return frozenset(stem(word) for word in words)


def same(one: str, other: str) -> bool:
    """Do two terms mean one need?  One may say more than the other ("plastic parts", "plastic"), not something else."""
    first, second = sense(one), sense(other)
    return bool(first and second) and (first <= second or second <= first)


def budget_right(read: Any, gold: Row) -> bool:
    for limit, stated in ((read.price_min, gold.get("price_min")), (read.price_max, gold.get("price_max"))):
        digits = 1 if read.currency in ("JPY", "KRW") else 100
        if (limit is None) != (stated is None) or (limit is not None and abs(limit - stated * digits) > 1):
            return False
    return "currency" not in gold or read.currency == gold["currency"]


def category_right(read: Any, gold: Row) -> bool:
    named = tokens(gold.get("category", ""))
    if not named:
        return not read.thing
    if named[-1] in ("set", "kit", "box") and len(named) > 1:
        named = named[:-1]
    return stem(named[-1]) in {stem(word) for word in tokens(read.thing)}


class Tally:
    """Counts of one half of the sentences under one vocabulary."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def add(self, row: Row, read: Any) -> None:
        faults: list[str] = []
        priced = "price_min" in row or "price_max" in row
        right = budget_right(read, row)
        self.counts["priced" if priced else "unpriced"] += 1
        self.counts["priced right" if priced else "unpriced right"] += right
        if not right:
            faults.append(f"price {read.price_min} {read.price_max} {read.currency}")
        self.counts["sentences"] += 1
        self.counts["category right"] += category_right(read, row)
        if not category_right(read, row):
            faults.append(f"category {read.thing!r}")
        elsewhere = [str(row[name]) for name in SINGLE if name in row] + [row.get("category", "")]
        if read.brand and read.brand.lower() in row["text"].lower():
            elsewhere.append(read.brand)  # which brands there are depends on the store
        faults += self._terms("wanted", read.labels(), row.get("wanted", []), elsewhere, [read.noun])
        faults += self._terms("unwanted", list(read.unwanted), row.get("unwanted", []), [], [])
        held = {
            "brand": read.brand,
            "colour": read.colour,
            "size": read.size,
            "use": read.use,
            "for_whom": read.audience,
        }
        for name in SINGLE:
            if name in row:
                self.counts[f"{name} stated"] += 1
                found = same(held[name], row[name]) or (
                    name != "colour" and any(same(label, row[name]) for label in read.labels())
                )
                self.counts[f"{name} right"] += found
                if not found:
                    faults.append(f"{name} {held[name]!r}")
        if "quantity" in row:
            self.counts["quantity stated"] += 1
            self.counts["quantity right"] += read.quantity == row["quantity"]
        if read.quantity != row.get("quantity"):
            faults.append(f"quantity {read.quantity}")
        if faults and not held_out(row):
            self.wrong.append(f"{row.get('before', '')} » {row['text']}\n      " + " | ".join(faults))

    def _terms(self, name: str, read: list[str], gold: list[str], elsewhere: list[str], named: list[str]) -> list[str]:
        junk = [term for term in read if not any(same(term, other) for other in (*gold, *elsewhere))]
        missed = [term for term in gold if not any(same(term, other) for other in (*read, *named))]
        self.counts[f"{name} read"] += len(read)
        self.counts[f"{name} junk"] += len(junk)
        self.counts[f"{name} gold"] += len(gold)
        self.counts[f"{name} missed"] += len(missed)
        return ([f"{name} junk {junk}"] if junk else []) + ([f"{name} missed {missed}"] if missed else [])

    def share(self, good: str, of: str) -> float:
        return self.counts[good] / max(1, self.counts[of])

    def figures(self) -> dict[str, float]:
        made = {
            "budget_read": self.share("priced right", "priced"),
            "budget_invented": 1 - self.share("unpriced right", "unpriced"),
            "category": self.share("category right", "sentences"),
        }
        for name in ("wanted", "unwanted"):
            made[f"{name}_precision"] = 1 - self.share(f"{name} junk", f"{name} read")
            made[f"{name}_recall"] = 1 - self.share(f"{name} missed", f"{name} gold")
        for name in (*SINGLE, "quantity"):
            made[name] = self.share(f"{name} right", f"{name} stated")
        return made


def stores(data: Path | None) -> Iterator[tuple[str, Path]]:
    from lifecycle import demo

    yield "demo", demo.catalogue_path()
    if data is not None and (data / "esci" / "products.jsonl.gz").exists():
        yield "esci", data / "esci" / "products.jsonl.gz"


def vocabulary_of(catalogue_path: Path) -> Any:
    """The words of a catalogue, imported into a database of its own."""
    from lifecycle import catalogue, db, needs
    from lifecycle.clock import utcnow
    from lifecycle.model import Base
    from lifecycle.settings import settings

    with tempfile.TemporaryDirectory() as home:
        os.environ["LIFECYCLE_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        settings.cache_clear()
        db.bind(f"sqlite:///{home}/lifecycle.db")
        Base.metadata.create_all(db.engine())
        with db.transaction() as session:
            catalogue.import_feed(session, catalogue_path, now=utcnow())
            words = needs.store_words(session)
        db.engine().dispose()
    return words


def read_all(vocabulary: Any, which: Iterable[bool] = (False, True)) -> dict[bool, Tally]:
    """Tallies of the sentences and dialogues, by whether they are held out."""
    from lifecycle import needs

    tallies = {half: Tally() for half in which}
    for row in rows("needs_sentences.jsonl"):
        tallies[held_out(row)].add(row, needs.read(row["text"], vocabulary))
    return tallies


def read_dialogues(vocabulary: Any) -> dict[bool, tuple[Tally, Counter[str], list[str]]]:
    from lifecycle import needs

    made = {half: (Tally(), Counter[str](), list[str]()) for half in (False, True)}
    for row in rows("needs_dialogues.jsonl"):
        tally, counts, wrong = made[held_out(row)]
        if "contradiction" not in row:
            before = len(tally.wrong)
            read = needs.read(row["text"], vocabulary, needs.read(row["before"], vocabulary))
            tally.add(row, read)
            counts["turns"] += 1
            single = {"brand": read.brand, "colour": read.colour, "size": read.size}
            extra = [name for name, value in single.items() if value and name not in row]
            if held_out(row):  # a held-out row is counted wrong without being kept
                judged = Tally()
                judged.add({**row, "text": _open_text()}, read)
                right = not judged.wrong and not extra
            else:
                right = len(tally.wrong) == before and not extra
            counts["right"] += right
            if extra and not held_out(row):
                wrong.append(f"{row['before']} » {row['text']} kept {extra}")
            continue
        named = " ".join(" ".join(pair) for pair in needs.read(row["text"], vocabulary).contradictions)
        good = bool(named) == bool(row["contradiction"])
        counts["contradictions"] += 1
        counts["contradictions right"] += good
        if not good and not held_out(row):
            wrong.append(f"{row['text']}: contradiction {named!r}")
    return made


def _open_text() -> str:
    """A text of the open half, so that a tally keeps its faults."""
    return next(text for text in map(str, range(100)) if not held_out({"text": text}))


# Figure → (what the reader before this one reached on the same sentences, what is to be reached).
REACH = {
    "budget_read": (0.86, 0.98), "budget_invented": (0.0, 0.01), "category": (0.14, 0.9),
    "wanted_precision": (0.82, 0.9), "wanted_recall": (0.91, 0.8), "unwanted_precision": (0.93, 0.9),
    "unwanted_recall": (0.95, 0.8), "brand": (0.0, 0.8), "colour": (0.93, 0.9), "size": (0.83, 0.8),
    "quantity": (0.53, 0.8), "use": (0.93, 0.7), "for_whom": (0.88, 0.8), "follow_up": (0.11, 0.85),
    "contradiction": (0.0, 0.9),
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("BENCH_DATA") or os.environ.get("DATA"))
    parser.add_argument("--show", action="store_true", help="print every open sentence that is read wrong")
    options = parser.parse_args()
    worst: dict[str, float] = {}
    for name, path in stores(Path(options.data) if options.data else None):
        words = vocabulary_of(path)
        tallies = read_all(words)
        talks = read_dialogues(words)
        for half, tally in tallies.items():
            figures = tally.figures()
            _, counts, _ = talks[half]
            figures["follow_up"] = counts["right"] / max(1, counts["turns"])
            figures["contradiction"] = counts["contradictions right"] / max(1, counts["contradictions"])
            shown = " ".join(f"{key} {value:.3f}" for key, value in figures.items())
            print(f"{name} {'held out' if half else 'open'}: {shown}", file=sys.stderr)
            if half:
                for key, value in figures.items():
                    poorer = max if key == "budget_invented" else min
                    worst[key] = poorer(worst.get(key, value), value)
        if options.show:
            print(*tallies[False].wrong, "---", *talks[False][0].wrong, *talks[False][2], sep="\n", file=sys.stderr)
    short = False
    for key, value in worst.items():
        reference, reach = REACH[key]
        ok = value <= reach if key == "budget_invented" else value >= reach
        short |= not ok
        line = {"figure": f"education.needs_{key}", "value": round(value, 4), "reference": reference, "reach": reach}
        print(json.dumps({**line, "ok": ok}))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
