"""The catalogue as the index is made of it: products read some at a time, by several processes when there are many."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import db
from lifecycle.model import Product, ProductFact
from lifecycle.search import document as search_document
from lifecycle.search.document import Fields

CHUNK = 1_000
SAMPLE = 20  # chunks of which the average lengths are taken
APART = 20_000  # products from which on other processes read them
PROCESSES = 4  # at most
AHEAD = 2  # chunks a process may be ahead of the writer, each of some megabytes

_COLUMNS = [
    getattr(Product, name)
    for name in (
        "id", "product_id", "title", "brand", "category", "category_path", "bullets", "description", "price_cents",
        "availability", "color", "size", "material", "rating", "rating_count", "active",
    )
]  # fmt: skip

Chunk = list[tuple[Any, list[Any]]]


def chunks(session: Session, wanted: Any, *, after: int = 0, size: int = CHUNK) -> Iterator[Chunk]:
    """Products with their facts, some at a time, so that memory does not grow with the catalogue."""
    while True:
        query = sa.select(*_COLUMNS).where(Product.id > after, wanted).order_by(Product.id).limit(size)
        rows = session.execute(query).all()
        if not rows:
            return
        facts: dict[int, list[Any]] = {row.id: [] for row in rows}
        stated = sa.select(ProductFact.product_pk, ProductFact.name, ProductFact.value)
        between = ProductFact.product_pk.between(rows[0].id, rows[-1].id)
        near = rows[-1].id - rows[0].id < 10 * len(rows)
        for fact in session.execute(stated.where(between if near else ProductFact.product_pk.in_(list(facts)))):
            if fact.product_pk in facts:
                facts[fact.product_pk].append(fact)
        yield [(row, facts[row.id]) for row in rows]
        after = rows[-1].id


def average_lengths(session: Session) -> list[float]:
    """The mean number of tokens of each field, over samples from all along the catalogue."""
    last = session.scalar(sa.select(sa.func.max(Product.id))) or 0
    lengths = np.zeros(len(search_document.FIELDS))
    count = 0
    for start in range(0, last, max(CHUNK // 10, last // SAMPLE)):
        for row, facts in next(chunks(session, Product.active, after=start, size=CHUNK // 10), []):
            lengths += [len(found) for found in search_document.texts(row, facts)]
            count += 1
    return [float(length) / max(1, count) for length in lengths]


def whole(session: Session, average: Sequence[float]) -> Iterator[list[Fields]]:
    """All products on sale as fields of the index, in the order of the table.

    Reading words takes most of the time of a build, so many products are read by processes of their own, a range of the
    table each; they see what is committed, and what is imported meanwhile is brought up by the next refresh.
    """
    last = session.scalar(sa.select(sa.func.max(Product.id))) or 0
    processes = min(PROCESSES, len(os.sched_getaffinity(0)))
    if last <= APART or processes == 1:
        writer = search_document.Writer(average)
        yield from (list(writer.fields(chunk)) for chunk in chunks(session, Product.active))
        return
    url = session.get_bind().engine.url.render_as_string(hide_password=False)
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawned, _begin, (url, list(average))) as pool:
        starts = iter(range(0, last, CHUNK))
        waiting: deque[Future[list[Fields]]] = deque()
        try:
            for start in itertools.islice(starts, AHEAD * processes):
                waiting.append(pool.submit(_read, start))
            while waiting:
                yield waiting.popleft().result()
                for start in itertools.islice(starts, 1):
                    waiting.append(pool.submit(_read, start))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_writer: search_document.Writer | None = None


def _begin(url: str, average: list[float]) -> None:
    global _writer
    db.bind(url)
    _writer = search_document.Writer(average)


def _read(after: int) -> list[Fields]:
    """The fields of the products whose numbers in the table are the next CHUNK after this one."""
    assert _writer is not None
    within = sa.and_(Product.active, Product.id <= after + CHUNK)
    with db.reading() as session:
        return [made for chunk in chunks(session, within, after=after) for made in _writer.fields(chunk)]
