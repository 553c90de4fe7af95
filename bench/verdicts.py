"""How often a verdict on a need is right, and how often "met" is said of a product whose page says no such thing.

    python bench/verdicts.py [--show]

The pairs of a need and a page, with the verdict a careful person gives, are in `verdicts.txt`; about half of them are
held out (an odd CRC-32 of the line), and only that half makes the figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifecycle.advice import verdicts
from lifecycle.advice.shelf import Item
from lifecycle.advice.verdicts import MET, Scales
from lifecycle.needs import Limit, Needs

PAIRS = Path(__file__).with_name("verdicts.txt")
WRONG_MET_REACH, RIGHT_REACH = 0.02, 0.90


@dataclass(frozen=True)
class Pair:
    """A stated need, a product, what such products' pages say otherwise, and the verdict that is right."""

    line: str
    needs: Needs
    item: Item
    peers: tuple[Item, ...]
    gold: str

    @property
    def held_out(self) -> bool:
        return zlib.crc32(self.line.encode()) % 2 == 1

    def judged(self) -> verdicts.Verdict:
        scales = Scales.of(self.peers or [self.item], self.needs)
        return verdicts.judge(self.item, self.needs, scales)[0]


def read(path: Path = PAIRS) -> list[Pair]:
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [_pair(line) for line in lines if line and not line.startswith("#")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="not needed; the pairs are part of the project")
    parser.add_argument("--show", action="store_true", help="print every pair of the open half that is judged wrong")
    options = parser.parse_args()
    pairs = read()
    if options.show:
        for pair in pairs:
            found = pair.judged()
            if not pair.held_out and found.verdict != pair.gold:
                print(f"{pair.line}   -> {found.verdict}: {found.value}", file=sys.stderr)
    ok = True
    for figure, value, reach, good in figures([pair for pair in pairs if pair.held_out]):
        ok = ok and good
        print(json.dumps({"figure": figure, "value": value, "reference": None, "reach": reach, "ok": good}))
    return 0 if ok else 1


def figures(pairs: list[Pair]) -> Iterator[tuple[str, float, float, bool]]:
    """(name, value, reach, reached): the share of "met" that is wrong, and of all verdicts that is right."""
    found = [(pair.judged().verdict, pair.gold) for pair in pairs]
    met = [gold for verdict, gold in found if verdict == MET]
    wrong = sum(gold != MET for gold in met) / max(1, len(met))
    right = sum(verdict == gold for verdict, gold in found) / max(1, len(found))
    yield "education.verdict_wrong_met", round(wrong, 4), WRONG_MET_REACH, wrong <= WRONG_MET_REACH
    yield "education.verdict_right", round(right, 4), RIGHT_REACH, right >= RIGHT_REACH


def _pair(line: str) -> Pair:
    said, page, gold = (part.strip() for part in line.split(" ; "))
    fields: dict[str, Any] = {"facts": [], "bullets": [], "description": ""}
    peers: list[Item] = []
    for part in page.split(" ~ "):
        name, _, value = (piece.strip() for piece in part.partition(":")) if ":" in part else (part.strip(), "", "")
        kind, _, fact = name.partition(" ")
        if kind == "peers":
            peers = [_item({"facts": [(fact, other.strip())], "title": "Other"}) for other in value.split("|")]
        elif kind == "fact":
            fields["facts"].append((fact, value))
        elif kind in ("bullet", "text"):
            fields["bullets"] += [value] if kind == "bullet" else []
            fields["description"] += value if kind == "text" else ""
        else:
            fields[kind] = value
    return Pair(line, _needs(said), _item(fields), tuple(peers), gold)


def _needs(said: str) -> Needs:
    said, _, text = said.partition(" @ ")
    kind, _, words = said.partition(" ")
    if kind == "limit":
        unit, sign, number = words.split()
        low, high = (float(number), None) if sign == ">=" else (None, float(number))
        label = f"{'at least' if low else 'under'} {number} {unit}"
        return Needs(text=text, limits=(Limit(unit, low, high, label),))
    if kind in ("wanted", "unwanted", "prefer"):
        return Needs(**{kind: (words,)})  # type: ignore[arg-type]
    return Needs(**{kind: words})  # type: ignore[arg-type]


def _item(fields: dict[str, Any]) -> Item:
    return Item(
        product_id="p",
        title=fields.get("title", ""),
        brand=fields.get("brand", ""),
        category="",
        path=(),
        colour=fields.get("colour", ""),
        size=fields.get("size", ""),
        price_cents=None,
        currency="USD",
        availability="in_stock",
        rating=float(fields["rating"]) if "rating" in fields else None,
        rating_count=10 if "rating" in fields else None,
        image_url="",
        url="",
        bullets=tuple(fields.get("bullets", ())),
        description=fields.get("description", ""),
        facts=tuple(fields["facts"]),
    )


if __name__ == "__main__":
    sys.exit(main())
