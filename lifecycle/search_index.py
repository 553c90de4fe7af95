"""The derived search index: one read-only SQLite file per state of the catalogue, shared by every process.

A term's postings are three arrays (products, BM25F impacts, fields), so that a query is a few lookups and vector
additions instead of a scan; the file is built aside and renamed into place, and deleting it only costs a rebuild.
BM25F: Zaragoza et al., "Microsoft Cambridge at TREC-13" (2004): term frequencies are weighted and length-normalised per
field and saturated once.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
import sys
import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import negation, words
from lifecycle.model import CatalogueVersion, Product, ProductFact
from lifecycle.settings import settings

# The code that decides what a file holds is part of its name: a changed stemmer never reads an old file.
FORMAT = hashlib.sha256(
    b"".join(Path(str(module.__file__)).read_bytes() for module in (words, negation, sys.modules[__name__]))
).hexdigest()
FIELDS = ("title", "brand", "category", "bullets", "description", "facts")
WEIGHTS = np.array([10.0, 4.0, 4.0, 1.0, 0.5, 1.5], dtype=np.float32)
LENGTH = np.array([0.4, 0.0, 0.3, 0.6, 0.6, 0.5], dtype=np.float32)  # b of BM25F, per field
K1 = 4.0
FIELD_TOKENS = 250  # of one field; eight bits hold every count
CHUNK = 2_000
CACHED_BYTES = 64_000_000
TITLE, BRAND, CATEGORY = 1, 2, 4  # bits of a posting's field mask

Postings = tuple[np.ndarray, np.ndarray, np.ndarray]  # products uint32, impacts float32, field masks uint8


_STATE = (
    sa.select(*(getattr(CatalogueVersion, name) for name in ("id", "imported_at", "added", "changed", "removed")))
    .order_by(CatalogueVersion.id.desc())
    .limit(1)
)


def key(session: Session) -> str:
    """Names the catalogue's present state in this very database, so that no stale file can be taken for it."""
    row = session.execute(_STATE).first()
    where = session.get_bind().engine.url
    said = f"{FORMAT} {where.host} {where.port} {where.database} {tuple(row) if row else ()}"
    return f"{row.id if row else 0}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


class Index:
    """An open index file.  Safe to share between threads; holds little memory, the pages are the system's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        uri = f"file:{path}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        self._cache: dict[str, Postings | None] = {}
        self._cached_bytes = 0
        meta = dict(self._all("SELECT name, data FROM meta"))
        self.ids: list[str] = meta["ids"].decode().split("\n") if meta["ids"] else []
        self.prices = np.frombuffer(meta["prices"], dtype=np.int64)
        self.stock = np.frombuffer(meta["stock"], dtype=np.uint8)
        self.ratings = np.frombuffer(meta["ratings"], dtype=np.float32)
        self.leaves = np.frombuffer(meta["leaves"], dtype=np.int32)
        self.size = len(self.prices)
        self._rows: dict[str, int] = {}

    def postings(self, term: str) -> Postings | None:
        """The products that hold the term; None when none does."""
        if term in self._cache:
            return self._cache[term]
        row = self._one("SELECT docs, impacts, fields FROM term WHERE term = ?", (term,))
        made = None
        if row is not None:
            made = (
                np.frombuffer(row[0], np.uint32),
                np.frombuffer(row[1], np.float32),
                np.frombuffer(row[2], np.uint8),
            )
        with self._lock:
            if self._cached_bytes > CACHED_BYTES or len(self._cache) > 50_000:
                self._cache.clear()
                self._cached_bytes = 0
            self._cache[term] = made
            self._cached_bytes += 0 if made is None else sum(part.nbytes for part in made)
        return made

    def named(self, kind: str, name: str) -> np.ndarray:
        """The products of a category (any level of the path) or a brand."""
        row = self._one("SELECT docs FROM name WHERE kind = ? AND name = ?", (kind, words.fold(name.strip())))
        return np.frombuffer(row[0], np.uint32) if row else np.zeros(0, np.uint32)

    def titles(self, rows: Iterable[int]) -> list[list[str]]:
        """The title stems of some products, in order."""
        wanted = [int(row) for row in rows]
        marks = ",".join("?" * len(wanted))
        found = dict(self._all(f"SELECT row, stems FROM title WHERE row IN ({marks})", wanted))
        return [found[row].split() for row in wanted]

    def words_like(self, word: str) -> list[tuple[str, int]]:
        """Catalogue words that could be meant by an unknown one: same first letter, about as long."""
        query = "SELECT word, count FROM word WHERE first = ? AND length BETWEEN ? AND ?"
        return self._all(query, (word[:1], len(word) - 2, len(word) + 2))

    def knows(self, word: str) -> int:
        """How many products hold this very word."""
        row = self._one("SELECT count FROM word WHERE word = ?", (word,))
        return row[0] if row else 0

    def rows_of(self, product_ids: Iterable[str]) -> np.ndarray:
        if not self._rows:
            self._rows = {product_id: row for row, product_id in enumerate(self.ids)}
        return np.array([self._rows[i] for i in product_ids if i in self._rows], dtype=np.uint32)

    def _one(self, query: str, values: tuple[Any, ...]) -> Any:
        return self._connection.execute(query, values).fetchone()

    def _all(self, query: str, values: Any = ()) -> list[Any]:
        return self._connection.execute(query, values).fetchall()


_open: dict[Path, Index] = {}
_building = threading.Lock()


def current(session: Session) -> Index:
    """The index of the catalogue as it is now; built first when there is none, which takes seconds."""
    path = settings().search_index / f"{key(session)}.db"
    opened = _open.get(path)
    if opened is not None:
        return opened
    with _building:
        if path not in _open:
            if not path.exists():
                with _alone(path.parent):
                    if not path.exists():
                        _build(session, path)
            opened = Index(path)
            _open.clear()
            _open[path] = opened
        return _open[path]


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process builds, the others wait for its file; the lock goes with its owner, also when that is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(session: Session, path: Path) -> None:
    """Write the index aside and rename it into place, so that a reader never sees half of one."""
    temporary = path.with_suffix(f".{os.getpid()}.building")
    temporary.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("BEGIN")
            _Writer(connection).write(_products(session))
            connection.execute("COMMIT")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    old = sorted(path.parent.glob("*.db"), key=lambda file: file.stat().st_mtime)
    for file in old[:-2]:  # the one before stays for a process that is still reading it
        if file != path:
            file.unlink(missing_ok=True)


def _products(session: Session) -> Iterator[tuple[Any, list[Any]]]:
    """Every product on sale with its facts, a chunk at a time."""
    last = 0
    columns = [getattr(Product, name) for name in (
        "id", "product_id", "title", "brand", "category", "category_path", "bullets", "description", "price_cents",
        "availability", "color", "size", "material", "rating", "rating_count")]  # fmt: skip
    while True:
        query = sa.select(*columns).where(Product.id > last, Product.active).order_by(Product.id).limit(CHUNK)
        rows = session.execute(query).all()
        if not rows:
            return
        facts: dict[int, list[Any]] = {}
        stated = sa.select(ProductFact.product_pk, ProductFact.name, ProductFact.value)
        stated = stated.where(ProductFact.product_pk.between(rows[0].id, rows[-1].id))
        for fact in session.execute(stated):
            facts.setdefault(fact.product_pk, []).append(fact)
        for row in rows:
            yield row, facts.get(row.id, [])
        last = rows[-1].id


class _Writer:
    """Gathers postings of all products in flat arrays, sorts them by term once, computes all impacts at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._terms: dict[str, int] = {}
        self._stems: dict[str, int] = {}  # word → term number
        self._words: Counter[str] = Counter()
        self._term_of, self._doc_of, self._counts = array("I"), array("I"), array("Q")
        self._lengths = array("H")
        for statement in (
            "CREATE TABLE term (term TEXT PRIMARY KEY, docs BLOB, impacts BLOB, fields BLOB) WITHOUT ROWID",
            "CREATE TABLE name (kind TEXT, name TEXT, docs BLOB, PRIMARY KEY (kind, name)) WITHOUT ROWID",
            "CREATE TABLE title (row INTEGER PRIMARY KEY, stems TEXT)",
            "CREATE TABLE word (word TEXT PRIMARY KEY, first TEXT, length INTEGER, count INTEGER) WITHOUT ROWID",
            "CREATE TABLE meta (name TEXT PRIMARY KEY, data BLOB)",
        ):
            connection.execute(statement)

    def write(self, products: Iterable[tuple[Any, list[Any]]]) -> None:
        ids: list[str] = []
        prices, stock, ratings, leaves = array("q"), bytearray(), array("f"), array("i")
        names: dict[tuple[str, str], array[int]] = {}
        leaf_numbers: dict[tuple[str, ...], int] = {}
        titles: list[tuple[int, str]] = []
        for doc, (row, facts) in enumerate(products):
            ids.append(row.product_id)
            prices.append(-1 if row.price_cents is None else row.price_cents)
            stock.append(row.availability != "out_of_stock")
            ratings.append(row.rating if row.rating is not None and row.rating_count else 0.0)
            path = tuple(row.category_path or ([row.category] if row.category else []))
            leaves.append(leaf_numbers.setdefault(path, len(leaf_numbers)) if path else -1)
            for level in {words.fold(level) for level in path}:
                names.setdefault(("category", level), array("I")).append(doc)
            if row.brand:
                names.setdefault(("brand", words.fold(row.brand)), array("I")).append(doc)
            titles.append((doc, self._add(doc, row, path, facts)))
            if len(titles) >= CHUNK:
                self._connection.executemany("INSERT INTO title VALUES (?, ?)", titles)
                titles = []
        self._connection.executemany("INSERT INTO title VALUES (?, ?)", titles)
        rows = ((kind, name, docs.tobytes()) for (kind, name), docs in names.items())
        self._connection.executemany("INSERT INTO name VALUES (?, ?, ?)", rows)
        known = ((word, word[0], len(word), count) for word, count in self._words.items())
        self._connection.executemany("INSERT INTO word VALUES (?, ?, ?, ?)", known)
        meta = {"ids": "\n".join(ids).encode(), "prices": prices.tobytes(), "stock": bytes(stock),
                "ratings": ratings.tobytes(), "leaves": leaves.tobytes()}  # fmt: skip
        self._connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        self._write_terms()

    def _add(self, doc: int, row: Any, path: tuple[str, ...], facts: list[Any]) -> str:
        stated = [row.color, row.size, row.material, *(f"{fact.name.replace('_', ' ')} {fact.value}" for fact in facts)]
        texts = (row.title, row.brand, " ".join(path), "\n".join(row.bullets or ()), row.description, "\n".join(stated))
        counts: dict[int, int] = {}
        known = self._stems
        seen: set[str] = set()
        title: list[str] = []
        for position, text in enumerate(texts):
            tokens = words.tokens(text)[:FIELD_TOKENS] if text else []
            self._lengths.append(len(tokens))
            one = 1 << (8 * position)
            for token in tokens:
                number = known.get(token)
                if number is None:
                    number = known[token] = self._term(words.stem(token))
                counts[number] = counts.get(number, 0) + one
            seen.update(tokens)
            if position == 0:
                title = tokens
            for place in negation.denied(tokens):
                if tokens[place] not in words.STOPWORDS:
                    counts[self._term("!" + words.stem(tokens[place]))] = one
        self._words.update(seen)
        self._term_of.extend(counts.keys())
        self._counts.extend(counts.values())
        self._doc_of.extend([doc] * len(counts))
        return " ".join(map(words.stem, title))

    def _term(self, term: str) -> int:
        return self._terms.setdefault(term, len(self._terms))

    def _write_terms(self) -> None:
        if not self._terms:
            return
        term_of = np.frombuffer(self._term_of, np.uint32)
        order = np.argsort(term_of, kind="stable")
        docs = np.frombuffer(self._doc_of, np.uint32)[order]
        counts = np.frombuffer(self._counts, np.uint64)[order].view(np.uint8).reshape(-1, 8)[:, : len(FIELDS)]
        lengths = np.frombuffer(self._lengths, np.uint16).reshape(-1, len(FIELDS)).astype(np.float32)
        average = np.maximum(lengths.mean(axis=0), 1.0)
        scale = WEIGHTS / (1 - LENGTH + LENGTH * lengths / average)  # one row per product
        impacts = np.empty(len(docs), np.float32)
        fields = np.empty(len(docs), np.uint8)
        for start in range(0, len(docs), 1_000_000):
            part = slice(start, start + 1_000_000)
            weighted = (counts[part] * scale[docs[part]]).sum(axis=1)
            impacts[part] = weighted / (K1 + weighted)
            fields[part] = ((counts[part] > 0) * (1 << np.arange(len(FIELDS)))).sum(axis=1)
        ends = np.cumsum(np.bincount(term_of, minlength=len(self._terms)))
        starts = np.concatenate(([0], ends[:-1]))
        rows = (
            (term, docs[a:b].tobytes(), impacts[a:b].tobytes(), fields[a:b].tobytes())
            for term, a, b in sorted((term, int(starts[n]), int(ends[n])) for term, n in self._terms.items())
        )
        self._connection.executemany("INSERT INTO term VALUES (?, ?, ?, ?)", rows)
