"""Turn times over HTTP through the whole running assistant, recorded turns, fresh shoppers.

    python -m bench.turns [--shoppers 300]

Two turns per shopper: small talk ("hello"), and a wish that is recommended on the demo store's catalogue.  Prints p50
and p99 of each, the memory of each process afterwards, and the seconds from start to ready.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bench.stack import Shopper, Stack, figure

HELLO = "hello"
WISH = "I need a quiet grinder under $150 for espresso, not black"
STOCK_P50_MS, STOCK_P99_MS = 39.0, 67.0  # stock Rasa 3.6, `rasa init` bot, unrecorded hello, two cores
WARM_UP = 20


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--shoppers", type=int, default=300)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        stack = Stack(Path(home), MESSAGE_RATE_PER_MINUTE="0", ADDRESS_RATE_PER_MINUTE="0")
        print(f"start to ready with loading the demo store: {stack.start():.1f} s", file=sys.stderr)
        try:
            stack.stop()
            again = stack.start()
            times = measure(stack, given.shoppers)
            memory = stack.memory_mb()
        finally:
            stack.stop()
    print("memory, MB:", memory, file=sys.stderr)
    reached = [
        figure("speed.hello_p50_ms", percentile(times["hello"], 50), STOCK_P50_MS, reference=STOCK_P50_MS),
        figure("speed.hello_p99_ms", percentile(times["hello"], 99), STOCK_P99_MS, reference=STOCK_P99_MS),
        figure("speed.recommend_p50_ms", percentile(times["wish"], 50), STOCK_P50_MS, reference=STOCK_P50_MS),
        figure("speed.recommend_p99_ms", percentile(times["wish"], 99), STOCK_P99_MS, reference=STOCK_P99_MS),
        figure("speed.second_start_s", again, 12.0, reference=47.0),
        figure("speed.memory_mb", sum(memory.values()), 1161 * 0.5, reference=1161.0),
    ]
    return 0 if all(reached) else 1


def measure(stack: Stack, shoppers: int) -> dict[str, list[float]]:
    """Milliseconds of each turn; the two kinds alternate, every shopper is new."""
    times: dict[str, list[float]] = {"hello": [], "wish": []}
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        for number in range(shoppers + WARM_UP):
            for kind, text in (("hello", HELLO), ("wish", WISH)):
                shopper = Shopper(stack.url, client)
                began = time.perf_counter()
                shopper.say(text)
                if number >= WARM_UP:
                    times[kind].append((time.perf_counter() - began) * 1000)
            if number % 100 == 99:
                print(f"  {number + 1} of {shoppers + WARM_UP} shoppers", file=sys.stderr)
    return times


def percentile(values: list[float], rank: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * rank // 100)]


if __name__ == "__main__":
    sys.exit(main())
