"""Search quality and speed on a folder of products and judged queries.

    python bench/search.py --data DIR [--products 50000]

DIR holds `products.jsonl.gz`, `queries.tsv` (query_id, query) and `labels.tsv` (query_id, product_id, label E/S/C/I)
of the Amazon Shopping Queries data set (ESCI, Apache-2.0, github.com/amazon-science/esci-data; product fields from
ESCI-S). NDCG@10 uses the gains of the ESCI paper: E 1, S 0.1, C 0.01, I 0; unjudged products count 0. `--products N`
repeats the catalogue up to N products and measures speed only. A query's time is the median of its runs, so that a
busy machine counts less; percentiles are over queries. Each figure is one JSON line; exits 1 when one misses its
reach.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import math
import multiprocessing
import os
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

GAINS = {"E": 1.0, "S": 0.1, "C": 0.01, "I": 0.0}
WITHOUT = re.compile(r"\b(without|no|not)\b", re.IGNORECASE)
ROUNDS = 20
P95_MS = {6_764: (5.5, 5.0), 50_000: (25.0, 15.0), 1_000_000: (None, 60.0)}  # products: (reference, reach)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--products", type=int, default=0, help="repeat the catalogue up to this many products")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIFECYCLE_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        # in a process of its own, so that the memory measured below is that of searching alone
        prepared = multiprocessing.get_context("spawn").Process(target=prepare, args=(given.data, given.products))
        prepared.start()
        prepared.join()
        return 1 if prepared.exitcode else measure(given.data, given.products)


def prepare(data: Path, products: int) -> None:
    """Import the catalogue and build its index."""
    from lifecycle import catalogue, db, search
    from lifecycle.clock import utcnow
    from lifecycle.model import Base

    Base.metadata.create_all(db.engine())
    feed = data / "products.jsonl.gz"
    if products:
        feed = repeated(feed, products)
    started = time.perf_counter()
    with db.transaction() as session:
        report = catalogue.import_feed(session, feed, now=utcnow())
    imported = time.perf_counter()
    with db.reading() as session:
        search.refresh(session)
    built = time.perf_counter()
    print(f"{report.added} products imported in {imported - started:.1f} s, index built in {built - imported:.1f} s")


def repeated(feed: Path, products: int) -> Path:
    """The catalogue again and again under new ids, each round with a word of its own in the title."""
    with gzip.open(feed, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    path = Path(os.environ["LIFECYCLE_HOME"]) / "repeated.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number, row in enumerate(itertools.islice(itertools.cycle(rows), products)):
            series = number // len(rows)
            again = {**row, "product_id": f"{row['product_id']}-{series}", "name": f"{row['name']} series{series}"}
            out.write(json.dumps(again) + "\n")
    return path


def measure(data: Path, products: int) -> int:
    from lifecycle import db, search

    queries = {row["query_id"]: row["query"] for row in table(data / "queries.tsv")}
    before = resident_mb()
    results, runs = {}, []
    with db.reading() as session:
        size = search.refresh(session)
        for query_id, text in queries.items():
            results[query_id] = [hit.product_id for hit in search.search(session, text)]
        for _ in range(ROUNDS):
            runs.append([])
            for text in queries.values():
                started = time.perf_counter()
                search.search(session, text)
                runs[-1].append((time.perf_counter() - started) * 1000)
    every = statistics.quantiles([spent for run in runs for spent in run], n=100)
    cuts = statistics.quantiles([statistics.median(spent) for spent in zip(*runs, strict=True)], n=100)
    name = f"at_{products or size}"
    reference, reach = P95_MS.get(products or size, (None, None))
    figures = [figure(f"education.search_p95_ms_{name}", cuts[94], reference, reach, less=True)]
    print(f"over queries: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms; memory {resident_mb() - before:.0f} MB")
    print(f"over all runs: p50 {every[49]:.2f} ms, p95 {every[94]:.2f} ms, p99 {every[98]:.2f} ms")
    if not products:
        scores = ndcg(results, data / "labels.tsv")
        without = [score for query_id, score in scores.items() if WITHOUT.search(queries[query_id])]
        figures += [
            figure("education.search_ndcg10", statistics.mean(scores.values()), 0.636, 0.66),
            figure("education.search_without_ndcg10", statistics.mean(without), 0.481, 0.60),
        ]
    for line in figures:
        print(json.dumps(line))
    return 0 if all(line["ok"] for line in figures) else 1


def ndcg(results: dict[str, list[str]], labels: Path, k: int = 10) -> dict[str, float]:
    judged: dict[str, dict[str, str]] = defaultdict(dict)
    for row in table(labels):
        judged[row["query_id"]][row["product_id"]] = row["label"]
    scores = {}
    for query_id, found in judged.items():
        ideal = sorted((GAINS[label] for label in found.values()), reverse=True)[:k]
        best = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(ideal))
        gains = [GAINS[found.get(product_id, "I")] for product_id in results.get(query_id, [])[:k]]
        if best:
            scores[query_id] = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains)) / best
    return scores


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def figure(name: str, value: float, reference: float | None, reach: float | None, less: bool = False) -> dict:
    ok = reach is None or (value <= reach if less else value >= reach)
    return {"figure": name, "value": round(value, 4), "reference": reference, "reach": reach, "ok": ok}


def resident_mb() -> float:
    """Resident memory of this process, from /proc (0 where there is none)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0


if __name__ == "__main__":
    sys.exit(main())
