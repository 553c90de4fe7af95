"""Real products, real wishes, real visitors' messages through the whole assistant: every one answered, once, recorded.

    python -m bench.real_input --data DIR [--wishes 2000]

DIR holds `esci/products.jsonl.gz` and `esci/queries.tsv` (Amazon ESCI / ESCI-S, Apache-2.0), `need_texts_load.txt.gz`
(WebShop goals, MIT) and `store_chats_train.jsonl` (HINT3, ODbL 1.0).  None of them is part of this project.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from bench.stack import Shopper, Stack, figure

TURNS_PER_SHOPPER = 10
SHOPPERS_AT_ONCE = 4


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--wishes", type=int, default=2000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        stack = Stack(Path(home), DEMO="0", MESSAGE_RATE_PER_MINUTE="0", ADDRESS_RATE_PER_MINUTE="0")
        began = time.monotonic()
        report = json.loads(stack.command("catalogue", "import", str(given.data / "esci/products.jsonl.gz"), "--json"))
        print(f"import: {time.monotonic() - began:.1f} s  {_short(report)}", file=sys.stderr)
        found = _search(stack, given.data)
        print(f"queries: {found} of 50 find products", file=sys.stderr)
        stack.start()
        try:
            sent = [*_wishes(given.data, given.wishes), *_chats(given.data)]
            began = time.monotonic()
            answered = sum(_converse(stack, sent))
            print(f"messages: {len(sent)} in {time.monotonic() - began:.0f} s", file=sys.stderr)
        finally:
            stack.stop()
        stored, twice, unanswered = _recorded(Path(home) / "lifecycle.db")
    reached = [
        figure("real_input.queries_answered", found, 50, most=False),
        figure("real_input.messages_answered", answered, len(sent), most=False),
        figure("real_input.messages_recorded", stored, len(sent), most=False),
        figure("real_input.recorded_twice", twice, 0),
        figure("real_input.recorded_without_answer", unanswered, 0),
    ]
    return 0 if all(reached) else 1


def _search(stack: Stack, data: Path) -> int:
    with (data / "esci/queries.tsv").open(encoding="utf-8", newline="") as file:
        queries = [{"id": row["query_id"], "text": row["query"]} for row in csv.DictReader(file, delimiter="\t")]
    output = stack.command("search", "--jsonl", stdin="\n".join(json.dumps(query) for query in queries))
    return sum(1 for line in output.splitlines() if json.loads(line)["results"])


def _wishes(data: Path, count: int) -> list[str]:
    with gzip.open(data / "need_texts_load.txt.gz", "rt", encoding="utf-8") as file:
        return [line.strip()[:1000] for line in itertools.islice(file, count)]


def _chats(data: Path) -> list[str]:
    lines = (data / "store_chats_train.jsonl").read_text(encoding="utf-8").splitlines()
    return [str(json.loads(line)["text"])[:1000] for line in lines]


def _converse(stack: Stack, sent: list[str]) -> Iterator[int]:
    """How many messages of each shopper got an answer; a few shoppers talk at once, each says ten things."""
    visits = [sent[start : start + TURNS_PER_SHOPPER] for start in range(0, len(sent), TURNS_PER_SHOPPER)]

    def visit(texts: Iterable[str]) -> int:
        with httpx.Client(base_url=stack.url, timeout=30) as client:
            shopper = Shopper(stack.url, client)
            return sum(1 for text in texts if any(message["text"] for message in shopper.say(text)))

    with ThreadPoolExecutor(SHOPPERS_AT_ONCE) as pool:
        for number, answered in enumerate(pool.map(visit, visits), 1):
            if number % 50 == 0:
                print(f"  {number} of {len(visits)} visits", file=sys.stderr)
            yield answered


def _recorded(path: Path) -> tuple[int, int, int]:
    """(messages of customers in the record, stored twice, stored without an answer)."""
    with sqlite3.connect(path) as database:
        stored = database.execute("SELECT COUNT(*) FROM v_messages WHERE role = 'customer'").fetchone()[0]
        twice = database.execute(
            "SELECT COUNT(*) FROM (SELECT 1 FROM v_messages WHERE role = 'customer'"
            " GROUP BY thread_id, client_message_id HAVING COUNT(*) > 1)"
        ).fetchone()[0]
        unanswered = database.execute(
            "SELECT COUNT(*) FROM v_messages c WHERE c.role = 'customer'"
            " AND NOT EXISTS (SELECT 1 FROM v_messages r WHERE r.reply_to_id = c.message_id)"
        ).fetchone()[0]
    return stored, twice, unanswered


def _short(report: dict[str, object]) -> dict[str, object]:
    return {key: len(value) if isinstance(value, list) else value for key, value in report.items()}


if __name__ == "__main__":
    sys.exit(main())
