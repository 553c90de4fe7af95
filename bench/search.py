"""Search at 6,764, 50,000 and 1,000,000 products: quality, speed, memory, and what an import costs.

    python -m bench.search --data DIR [--sizes 6764,50000,1000000] [--keep DIR]

DIR holds `products.jsonl.gz`, `queries.tsv` (query_id, query) and `labels.tsv` (query_id, product_id, label E/S/C/I)
of the Amazon Shopping Queries data set (ESCI, Apache-2.0, github.com/amazon-science/esci-data; product fields from
ESCI-S).  NDCG@10 uses the gains of the ESCI paper: E 1, S 0.1, C 0.01, I 0; unjudged products count 0.

The larger catalogues are made from the given one (bench/larger.py says how).  Asked are the queries as given, each with
a slip of the keyboard, each with a price limit, each with price and stock, and each without something; a query's time
is the median of its runs, so that a busy machine counts less, and percentiles are over queries.  The worst case is
asked apart: requests of nothing but the catalogue's most frequent words.  Every step runs in a process of its own, so
that its memory is its own: the peak is VmHWM; of a searching process RssAnon is its own, RssFile are pages of the
index that all processes share.  `--keep` keeps databases and indexes for the next run.  Each figure is one JSON line;
exits 1 when one misses its reach.  A million products take half an hour and 8 GB of disk, so they are measured when
asked for: `--sizes 1000000`.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import csv
import json
import math
import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import larger

GAINS = {"E": 1.0, "S": 0.1, "C": 0.01, "I": 0.0}
WITHOUT = re.compile(r"\b(without|no|not)\b", re.IGNORECASE)
SIZES = (6_764, 50_000, 1_000_000)
ROUNDS = {6_764: 15, 50_000: 9, 1_000_000: 5}
P95_MS = {6_764: (5.5, 5.0), 50_000: (25.0, 15.0), 1_000_000: (None, 60.0)}  # products: (reference, reach)
PRIVATE_MB = 300.0
BUILD_PEAK_MB = 1_500.0
CHANGED = 10  # products of the small import
LACKED = ("batteries", "handles", "logo", "zipper", "scent", "lid")

Figure = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=list(SIZES[:2]))
    parser.add_argument("--keep", type=Path, help="folder for databases and indexes")
    given = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    figures: list[Figure] = []
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (given.keep or Path(temporary)) / str(size)
            folder.mkdir(parents=True, exist_ok=True)
            os.environ["LIFECYCLE_HOME"] = str(folder)
            for step in (prepare, index, ask, follow):
                figures += apart(step, given.data, size)
    for line in figures:
        print(json.dumps(line))
    return 0 if all(line["ok"] for line in figures) else 1


def apart(step: Callable[[Path, int], list[Figure]], data: Path, size: int) -> list[Figure]:
    """Run a step in a process of its own."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(step, data, size).result()


def prepare(data: Path, size: int) -> list[Figure]:
    """Import the catalogue."""
    from lifecycle import catalogue, db
    from lifecycle.clock import utcnow
    from lifecycle.model import Base

    Base.metadata.create_all(db.engine())
    home = Path(os.environ["LIFECYCLE_HOME"])
    with db.reading() as session:
        if catalogue.version(session):
            return []
    feed = data / "products.jsonl.gz"
    given = len(larger.read(feed))
    if size > given:
        feed = larger.feed(feed, size, home / "feed.jsonl")
    started = time.perf_counter()
    with db.transaction() as session:
        report = catalogue.import_feed(session, feed, now=utcnow())
    spent = time.perf_counter() - started
    if size > given:
        feed.unlink()
    rate = report.added / spent
    print(f"{report.added} products imported in {spent:.0f} s, {rate:.0f} a second, peak {peak_mb():.0f} MB")
    return [figure(f"education.import_rows_per_s_at_{size}", rate, None, None)]


def index(data: Path, size: int) -> list[Figure]:
    """Build the index."""
    from lifecycle import db, search
    from lifecycle.settings import settings

    started = time.perf_counter()
    with db.reading() as session:
        search.refresh(session)
    spent = time.perf_counter() - started
    disk = sum(file.stat().st_size for file in settings().search_index.rglob("*") if file.is_file()) / 1e6
    print(f"index of {size} products built in {spent:.1f} s, peak {peak_mb():.0f} MB, {disk:.0f} MB on disk")
    return [
        figure(f"education.index_build_s_at_{size}", spent, None, None),
        figure(f"education.index_build_peak_mb_at_{size}", peak_mb(), None, BUILD_PEAK_MB, less=True),
    ]


def ask(data: Path, size: int) -> list[Figure]:
    """Search: quality where the judged products stand alone, speed and memory at every size."""
    from lifecycle import db, search

    queries = {row["query_id"]: row["query"] for row in table(data / "queries.tsv")}
    asked = requests(list(queries.values()))
    frequent = [(" ".join(words), None) for words in frequent_words(data)]
    before = private_mb()
    with db.reading() as session:

        def timed(kind: list[tuple[str, Any]]) -> Times:
            runs = Times([[] for _ in kind], [[] for _ in kind])
            for _ in range(ROUNDS.get(size, 5)):
                for number, (text, filters) in enumerate(kind):
                    started, worked = time.perf_counter(), time.thread_time()
                    search.search(session, text, filters=filters)
                    runs.passed[number].append((time.perf_counter() - started) * 1000)
                    runs.worked[number].append((time.thread_time() - worked) * 1000)
            return runs

        by_kind = {kind: timed(texts) for kind, texts in asked.items()}
        worst = timed(frequent).medians()
        memory, mapped = private_mb(), mapped_mb()
        results = {
            query_id: [hit.product_id for hit in search.search(session, text)] for query_id, text in queries.items()
        }
    every = [spent for times in by_kind.values() for spent in times.medians()]
    worked = [statistics.median(spent) for times in by_kind.values() for spent in times.worked]
    first = [spent[0] for times in by_kind.values() for spent in times.passed]
    p95 = quantile(every, 95)
    kinds = ", ".join(f"{kind} {quantile(times.medians(), 95):.1f}" for kind, times in by_kind.items())
    print(f"searching {size} products: p50 {quantile(every, 50):.2f} ms, p95 {p95:.2f} ms ({kinds})")
    print(f"  of processor time p50 {quantile(worked, 50):.2f} ms, p95 {quantile(worked, 95):.2f} ms")
    print(
        f"  asked for the first time p95 {quantile(first, 95):.1f} ms; only frequent words, slowest {max(worst):.1f} ms"
    )
    print(f"  memory of its own {memory:.0f} MB, {memory - before:.0f} MB of it for searching; mapped {mapped:.0f} MB")
    reference, reach = P95_MS.get(size, (None, None))
    figures = [
        figure(f"education.search_p95_ms_at_{size}", p95, reference, reach, less=True),
        figure(f"education.search_worst_ms_at_{size}", max(worst), None, reach, less=True),
        figure(f"education.search_own_mb_at_{size}", memory, None, PRIVATE_MB, less=True),
    ]
    if size == SIZES[0]:
        scores = ndcg(results, data / "labels.tsv")
        without = [score for query_id, score in scores.items() if WITHOUT.search(queries[query_id])]
        figures += [
            figure("education.search_ndcg10", statistics.mean(scores.values()), 0.636, 0.66),
            figure("education.search_without_ndcg10", statistics.mean(without), 0.481, 0.60),
        ]
    return figures


@dataclass(frozen=True)
class Times:
    """Milliseconds of each run of each query: as a shopper waits, and of the processor."""

    passed: list[list[float]]
    worked: list[list[float]]

    def medians(self) -> list[float]:
        return [statistics.median(spent) for spent in self.passed]


def follow(data: Path, size: int) -> list[Figure]:
    """Import a few changed products while another thread goes on searching."""
    from lifecycle import catalogue, db, search
    from lifecycle.clock import utcnow

    rows = larger.read(data / "products.jsonl.gz")[:CHANGED]
    word = f"renewed{int(time.time())}"
    changed = [{**row, "name": f"{row['name']} {word}", "price": 1.0 + number} for number, row in enumerate(rows)]
    path = Path(os.environ["LIFECYCLE_HOME"]) / "changed.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in changed), encoding="utf-8")
    waited: list[float] = []
    done = threading.Event()

    def go_on() -> None:
        while not done.is_set():
            started = time.perf_counter()
            with db.reading() as session:
                search.search(session, "women shoes black")
            waited.append((time.perf_counter() - started) * 1000)
            time.sleep(0.005)

    with db.reading() as session:
        search.search(session, "black")
    other = threading.Thread(target=go_on)
    other.start()
    started = time.perf_counter()
    with db.transaction() as session:
        catalogue.import_feed(session, path, partial=True, now=utcnow())
    imported = time.perf_counter()
    while True:
        with db.reading() as session:
            if len(search.search(session, word)) == CHANGED:
                break
    searchable = time.perf_counter()
    done.set()
    other.join()
    print(
        f"  {CHANGED} of {size} products changed: imported in {imported - started:.2f} s, searchable after another "
        f"{searchable - imported:.2f} s; searches meanwhile {len(waited)}, the slowest {max(waited):.0f} ms"
    )
    return [figure(f"education.change_searchable_s_at_{size}", searchable - started, None, None)]


def requests(texts: list[str]) -> dict[str, list[tuple[str, Any]]]:
    """What is asked, by kind: (text, filters)."""
    from lifecycle.search import Filters

    chance = random.Random(larger.SEED)
    cheap, medium = Filters(price_max_cents=2_500), Filters(price_min_cents=1_000, price_max_cents=6_000, in_stock=True)
    return {
        "as given": [(text, None) for text in texts],
        "misspelt": [(misspelt(text, chance), None) for text in texts],
        "price": [(text, cheap) for text in texts],
        "price and stock": [(text, medium) for text in texts],
        "without": [(f"{text} without {LACKED[i % len(LACKED)]}", None) for i, text in enumerate(texts)],
    }


def misspelt(text: str, chance: random.Random) -> str:
    """The text with one slip in its longest word: a letter left out, doubled, or swapped with the next."""
    word = max(text.split(), key=len)
    at = chance.randrange(1, max(2, len(word) - 1))
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
    )
    return text.replace(word, chance.choice(slips), 1)


def frequent_words(data: Path) -> list[list[str]]:
    """Requests of words that most products have."""
    from lifecycle.language import words

    counted: Counter[str] = Counter()
    for row in larger.read(data / "products.jsonl.gz"):
        counted.update(set(words.tokens(" ".join((row["name"], row["bullets"] or "", row["description"] or "")))))
    often = [word for word, _ in counted.most_common(200) if word not in words.STOPWORDS and len(word) > 2][:24]
    return [often[i : i + 4] for i in range(0, 24, 4)] + [often[:12]]


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


def quantile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def figure(name: str, value: float, reference: float | None, reach: float | None, less: bool = False) -> Figure:
    ok = reach is None or (value <= reach if less else value >= reach)
    return {"figure": name, "value": round(value, 4), "reference": reference, "reach": reach, "ok": ok}


def peak_mb() -> float:
    """The most memory this process ever had resident, shared pages of files included (0 where there is no /proc)."""
    return _of_proc("/proc/self/status", r"VmHWM:\s+(\d+)")


def private_mb() -> float:
    """The resident memory that is this process's own."""
    return _of_proc("/proc/self/status", r"RssAnon:\s+(\d+)")


def mapped_mb() -> float:
    """The resident pages of files, which the system shares between processes and takes back when it needs them."""
    return _of_proc("/proc/self/status", r"RssFile:\s+(\d+)")


def _of_proc(path: str, pattern: str) -> float:
    try:
        return sum(map(int, re.findall(pattern, Path(path).read_text(encoding="ascii")))) / 1024
    except OSError:
        return 0.0


if __name__ == "__main__":
    sys.exit(main())
