"""How often a good product inside the budget is among the first three, whether anything dearer is shown, and how fast.

    python bench/recommend.py --data DIR

DIR holds `esci/products.jsonl.gz` and `esci/budget_requests.jsonl` (a text, its limit, and the products judged good and
affordable).  The reference is a plain search with the price as a filter.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

REFERENCE_TOP3 = 0.892
ROUNDS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="print every request without a good product")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIFECYCLE_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        return measure(options.data, options.show)


def measure(data: Path, show: bool) -> int:
    from lifecycle import catalogue, db, needs, recommend, search
    from lifecycle.clock import utcnow
    from lifecycle.model import Base

    Base.metadata.create_all(db.engine())
    with db.transaction() as session:
        catalogue.import_feed(session, data / "esci" / "products.jsonl.gz", now=utcnow())
    requests = [json.loads(line) for line in (data / "esci" / "budget_requests.jsonl").open(encoding="utf-8")]
    good = dearer = 0
    times: list[float] = []
    with db.reading() as session:
        search.refresh(session)
        words = needs.vocabulary(session)
        for turn in range(ROUNDS):
            for request in requests:
                started = time.perf_counter()
                wanted = needs.read(request["text"], words)
                advice = recommend.recommend(session, wanted)
                if turn:  # the first round warms the process, as its first minutes do
                    times.append((time.perf_counter() - started) * 1000)
                    continue
                shown = [pick.product_id for pick in advice.results]
                found = bool(set(shown) & set(request["good"]))
                good += found
                limit = request["budget_max"] * 100
                dearer += any(pick.item.price_cents and pick.item.price_cents > limit for pick in advice.results)
                if show and not found:
                    print(request["text"], [pick.item.title[:50] for pick in advice.results], file=sys.stderr)
    share, median = good / len(requests), statistics.median(times)
    p95 = statistics.quantiles(times, n=20)[-1]
    figures = [
        ("education.budget_top3", share, REFERENCE_TOP3, 0.93, share >= 0.93),
        ("education.over_budget_shown", dearer, 0, 0, dearer == 0),
        ("education.recommend_p50_ms", median, 15.0, 15.0, median <= 15.0),
        ("education.recommend_p95_ms", p95, 30.0, 25.0, p95 <= 25.0),
    ]
    for name, value, reference, reach, ok in figures:
        print(json.dumps({"figure": name, "value": round(value, 4), "reference": reference, "reach": reach, "ok": ok}))
    return 0 if all(ok for *_, ok in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
