"""A larger catalogue made from a given one: new products whose words are spread as real ones are.

Repeating a catalogue makes long posting lists but no new words, and scores that tie by the thousand.  So each further
product is put together from several of one category: the title from the pieces of two titles, brand and colour from
others, bullet points and sentences from up to four, the price of the first scattered (log-normal, 0.35).  New words,
brands and models, are coined from the letters of the given ones, as many as Heaps' law (H. S. Heaps, 1978) asks for
with the exponent measured on the given catalogue, and are used again as often as Simon's process (H. A. Simon, 1955)
has it: most once or twice, a few by thousands.  The same seed makes the same catalogue.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lifecycle.language import words

SEED = 20_261_102
COINED_USES = 1.5  # coined words a product uses on average, beside those of the given catalogue
_PIECE = re.compile(r"\s*(?:[,|;(\[–—]| - )\s*")
_SENTENCE = re.compile(r"(?<=[.!?]) +")

Row = dict[str, Any]


def feed(given: Path, products: int, path: Path, *, seed: int = SEED) -> Path:
    """Write a JSON Lines feed of that many products to `path`: the given ones first, then made ones."""
    rows = read(given)
    with path.open("w", encoding="utf-8") as out:
        for row in rows[:products]:
            out.write(json.dumps(row) + "\n")
        for row in made(rows, max(0, products - len(rows)), random.Random(seed)):
            out.write(json.dumps(row) + "\n")
    return path


def read(given: Path) -> list[Row]:
    with gzip.open(given, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def made(rows: list[Row], count: int, chance: random.Random) -> Iterator[Row]:
    """New products like the given ones."""
    alike: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        alike[tuple(row["category"])].append(row)
        alike[tuple(row["category"][:2])].append(row)
    coined = Coined(rows, chance)
    sorted_in = [row for row in rows if row["category"]]
    unsorted = 1 - len(sorted_in) / len(rows)
    for number in range(count):
        base = chance.choice(sorted_in)
        shelf = alike[tuple(base["category"])]
        if len(shelf) < 5:
            shelf = alike[tuple(base["category"][:2])]
        row = _product(base, [chance.choice(shelf) for _ in range(3)], f"L{number:07d}", coined, chance)
        yield {**row, "category": []} if chance.random() < unsorted else row


def _product(base: Row, others: list[Row], product_id: str, coined: Coined, chance: random.Random) -> Row:
    names = coined.next()
    brand = chance.choice(others)["brand"] if chance.random() < 0.6 else base["brand"]
    if names and chance.random() < 0.4:
        brand = names.pop().capitalize()
    pieces = _PIECE.split(_without(base["name"], base["brand"]))
    theirs = _PIECE.split(_without(others[0]["name"], others[0]["brand"]))
    pieces = pieces[: max(1, len(pieces) - 1)] + chance.sample(theirs, min(len(theirs), 1 + (chance.random() < 0.3)))
    head = pieces[0].split()
    head[len(head) // 2 : len(head) // 2] = names[:1]
    bullets = [line for row in (base, *others) for line in (row["bullets"] or "").split("\n") if line]
    bullets = chance.sample(bullets, min(len(bullets), 2 + chance.randrange(5))) + names[1:]
    told = [line for row in (base, others[1]) for line in _SENTENCE.split(row["description"] or "")]
    price = base["price"] or others[0]["price"]
    return {
        **base,
        "product_id": product_id,
        "name": ", ".join([" ".join([brand, *head]), *pieces[1:]])[:250],
        "brand": brand,
        "color": chance.choice(others)["color"],
        "bullets": "\n".join(bullets),
        "description": " ".join(chance.sample(told, min(len(told), 6))),
        "price": price and max(0.5, round(price * math.exp(chance.gauss(0, 0.35)), 2)),
        "rating": base["rating"] and round(min(5.0, max(1.0, base["rating"] + chance.gauss(0, 0.3))), 1),
        "rating_count": int(chance.paretovariate(0.6)),
        "availability": "in_stock" if chance.random() < 0.93 else "out_of_stock",
    }


def _without(title: str, brand: str) -> str:
    return title[len(brand) :].strip(" -,") or title if brand and title.startswith(brand) else title


class Coined:
    """New words at the rate of Heaps' law, and old ones again in proportion to how often they were used."""

    def __init__(self, rows: list[Row], chance: random.Random) -> None:
        self._chance = chance
        self._products = len(rows)
        self._exponent, self._distinct = _growth(rows, chance)
        self._used: list[str] = []
        self._follow: defaultdict[str, list[str]] = defaultdict(list)  # two letters → the letters seen after them
        for row in rows:
            for word in words.tokens(row["brand"] or ""):
                for i, letter in enumerate(f"{word}$"):
                    self._follow[f"^^{word}"[i : i + 2]].append(letter)

    def next(self) -> list[str]:
        """The coined words of the next product."""
        rate = self._exponent * self._distinct / self._products  # new words a product, at the size of the given one
        self._products += 1
        self._distinct += rate
        found = []
        new = int(rate) + (self._chance.random() < rate % 1)
        for _ in range(new):
            found.append(self._word())
        for _ in range(int(COINED_USES) + (self._chance.random() < COINED_USES % 1)):
            if self._used:
                found.append(self._chance.choice(self._used))
        self._used += found
        return found

    def _word(self) -> str:
        chance = self._chance
        if chance.random() < 0.4:  # a model: "wx3140", "kf 250 b" is written in one
            letters = "".join(chance.choice("abcdefghjklmnprstuvwxz") for _ in range(1 + chance.randrange(3)))
            return f"{letters}{chance.randrange(10, 10_000)}{chance.choice(('', '', 'b', 'x', 's'))}"
        word = ""
        while len(word) < 12:
            letter = chance.choice(self._follow[f"^^{word}"[-2:]])
            if letter == "$":
                break
            word += letter
        return word if len(word) > 3 else word + self._word()


def _growth(rows: list[Row], chance: random.Random) -> tuple[float, float]:
    """(exponent of Heaps' law, distinct words) of a catalogue, from the words of all of it and of an eighth."""
    order = rows[:]
    chance.shuffle(order)
    seen: set[str] = set()
    at_eighth = 1
    for number, row in enumerate(order, 1):
        seen.update(words.tokens(" ".join((row["name"], row["brand"], row["bullets"] or "", row["description"] or ""))))
        if number == max(1, len(order) // 8):
            at_eighth = len(seen)
    return math.log(len(seen) / at_eighth) / math.log(8), float(len(seen))
