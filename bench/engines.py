"""The engines that could carry the search, on one catalogue and the same queries: FTS5, tantivy, tantivy and ours.

    python -m bench.engines --data DIR [--products 50000] [--keep DIR]

FTS5 gets the catalogue's texts with its own porter tokenizer, the field weights of bench/search.py's reference (title
10, brand 3, category 4, bullets 1, description 0.5), every word first and any word when that finds fewer than ten.
tantivy is what lifecycle/search asks it, in its own order; the last is the search as it is.  Times are the fastest of
five runs of each query, of the clock and of the processor.  Prints a row of Markdown for each engine.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import search as measured

WEIGHTS = (10.0, 3.0, 4.0, 1.0, 0.5)
RUNS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--products", type=int, default=6_764)
    parser.add_argument("--keep", type=Path, help="folder for databases and indexes")
    given = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.keep or Path(temporary)) / str(given.products)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["LIFECYCLE_HOME"] = str(folder)
        for step in (measured.prepare, measured.index):
            measured.apart(step, given.data, given.products)
        print("| engine | NDCG@10 | p50 / p95 ms | processor p50 / p95 ms | build s | disk MB |")
        for engine in (full_text, engine_alone, as_it_is):
            measured.apart(engine, given.data, given.products)
    return 0


def full_text(data: Path, size: int) -> list[measured.Figure]:
    """SQLite FTS5."""
    path = Path(os.environ["LIFECYCLE_HOME"]) / "fts5.db"
    path.unlink(missing_ok=True)
    started = time.perf_counter()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    columns = "title, brand, category, bullets, description"
    connection.execute(f"CREATE VIRTUAL TABLE page USING fts5(id UNINDEXED, {columns}, tokenize='porter unicode61')")
    connection.execute("ATTACH ? AS shop", (f"file:{path.parent / 'lifecycle.db'}",))
    taken = "title, brand, category_path, bullets, description"
    connection.execute(f"INSERT INTO page SELECT product_id, {taken} FROM shop.product WHERE active")
    connection.execute("INSERT INTO page(page) VALUES ('optimize')")
    connection.commit()
    built = time.perf_counter() - started
    query = f"SELECT id FROM page WHERE page MATCH ? ORDER BY bm25(page, 0, {', '.join(map(str, WEIGHTS))}) LIMIT 10"

    def search(text: str) -> list[str]:
        words = [f'"{word}"' for word in re.findall(r"\w+", text.lower())]
        found = [row[0] for row in connection.execute(query, (" AND ".join(words),))]
        if len(found) < 10:
            others = [row[0] for row in connection.execute(query, (" OR ".join(words),))]
            found += [product_id for product_id in others if product_id not in found]
        return found[:10]

    report("SQLite FTS5", search, data, size, built, path.stat().st_size / 1e6)
    path.unlink()
    return []


def engine_alone(data: Path, size: int) -> list[measured.Figure]:
    """tantivy's BM25 over title and text."""
    from lifecycle import db, search
    from lifecycle.search import index as search_index
    from lifecycle.search import query as search_query

    with db.reading() as session:

        def answer(text: str) -> list[str]:
            def found(index: search_index.Index, fresh: bool) -> list[str]:
                query = search_query.read(index, text)
                if not query.wanted:
                    return []
                hits = index.best(search.ranking._engine_query(index, query, None), 10)
                return [name.decode() for name in index.pages(hits).names]

            return search_index.ask(session, found)

        report("tantivy alone", answer, data, size, None, None)
    return []


def as_it_is(data: Path, size: int) -> list[measured.Figure]:
    """tantivy's candidates in our order."""
    from lifecycle import db, search

    with db.reading() as session:
        report(
            "tantivy, ranked by us",
            lambda text: [hit.product_id for hit in search.search(session, text)],
            data,
            size,
            None,
            None,
        )
    return []


def report(
    name: str, search: Callable[[str], list[str]], data: Path, size: int, built: float | None, disk: float | None
) -> None:
    queries = {row["query_id"]: row["query"] for row in measured.table(data / "queries.tsv")}
    passed, worked, results = [], [], {}
    for query_id, text in queries.items():
        runs = []
        for _ in range(RUNS):
            started, processor = time.perf_counter(), time.thread_time()
            results[query_id] = search(text)
            runs.append((time.perf_counter() - started, time.thread_time() - processor))
        passed.append(min(run[0] for run in runs) * 1000)
        worked.append(min(run[1] for run in runs) * 1000)
    scores = measured.ndcg(results, data / "labels.tsv")
    cells = [
        name,
        f"{statistics.mean(scores.values()):.3f}" if size == measured.SIZES[0] else "",
        f"{measured.quantile(passed, 50):.1f} / {measured.quantile(passed, 95):.1f}",
        f"{measured.quantile(worked, 50):.1f} / {measured.quantile(worked, 95):.1f}",
        "" if built is None else f"{built:.0f}",
        "" if disk is None else f"{disk:.0f}",
    ]
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
