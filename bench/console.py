"""How fast the staff console answers on a million messages, and how little it sends.

    python -m bench.console [--conversations 150000] [--requests 60] [--keep DIR]

Fills SQLite and PostgreSQL (bench.million), starts the web application on each, and asks for its pages over HTTP as a
logged-in agent: lists with every filter and deep into the past, searches for common and for rare words, transcripts,
the dashboard of every period.  Each figure is the 95th percentile over the pages of what a page took; each page is
asked for three times and its quickest answer counts, because what else the machine does is not what is measured.
Exits 1 when one misses its reach.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench import million

REACHES_MS = {"list": 200, "search": 300, "transcript": 150, "dashboard": 500}
TRIES = 3
FIRST_PAGE_BYTES, NEXT_PAGE_BYTES = 150_000, 40_000
FILTERS = (
    "", "outcome=bought", "outcome=dissatisfied", "stage=advocacy", "purpose=nps", "channel=email", "fallback=1",
    "needs_human=1", "score=nps", "score=nps&score_max=3", "score=csat&score_min=5", "product=p17", "topic=warranty",
    "label=press", "customer=77", "since=2026-01-01&until=2026-01-31", "outcome=bought&stage=purchase&channel=web",
    "product=none-of-these", "outcome=handed_over&since=2026-06-01",
)  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--conversations", type=int, default=150_000)
    options.add_argument("--requests", type=int, default=60, help="of each kind of page and database")
    options.add_argument("--keep", type=Path, help="folder of databases made by an earlier run, or to be kept for one")
    options.add_argument("--show", action="store_true", help="print the slowest addresses to stderr")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["LIFECYCLE_HOME"] = str(folder)
        os.environ["DEMO"] = "0"
        import pgserver

        server = pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
        good = []
        for kind, url in (("sqlite", f"sqlite:///{folder}/console.db"), ("postgresql", server.get_uri())):
            good += measure(kind, url, given)
        server.cleanup()
    return 0 if all(good) else 1


def measure(kind: str, url: str, given: argparse.Namespace) -> list[bool]:
    from lifecycle import db

    engine = db.bind(url)
    db.upgrade()
    prepare(engine, given.conversations)
    good = []
    with agent() as browser:
        seen = {name: timed(browser, asked) for name, asked in addresses(browser, given).items()}
        for name, times in seen.items():
            value = percentile([seconds for seconds, _ in times]) * 1000
            good.append(figure(f"{name}_p95_ms.{kind}", value, REACHES_MS[name]))
            if given.show:
                for seconds, path in sorted(times, reverse=True)[:4]:
                    print(f"    {1000 * seconds:7.0f} ms  {path}", file=sys.stderr)
        if kind == "sqlite":
            first, following = weights(browser)
            good.append(figure("first_page_bytes", first, FIRST_PAGE_BYTES))
            good.append(figure("next_page_bytes", following, NEXT_PAGE_BYTES))
    engine.dispose()
    return good


def prepare(engine: Any, conversations: int) -> None:
    """The database of the measurement, filled unless an earlier run did."""
    import sqlalchemy as sa

    from lifecycle import db, staff
    from lifecycle.model import Staff

    with db.reading() as session:
        known = session.scalar(sa.select(Staff.id).limit(1))
    if known is not None:
        return
    million.fill(engine, conversations=conversations, tell=lambda text: print(text, file=sys.stderr))
    with db.transaction() as session:
        staff.add(session, "agent@example.com", "agent", million.PASSWORD, now=million.NOW)


@contextmanager
def agent() -> Iterator[httpx.Client]:
    """A logged-in browser on the web application, which is served as `lifecycle serve web` serves it."""
    import uvicorn

    from lifecycle.settings import settings
    from lifecycle.web import SERVER
    from lifecycle.web.app import create_app

    settings.cache_clear()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(lambda: million.NOW), **SERVER))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60) as browser:
        answer = browser.post("/console/login", data={"email": "agent@example.com", "password": million.PASSWORD})
        assert answer.status_code == 303, answer.text
        yield browser
    server.should_exit = True
    thread.join(10)


def addresses(browser: httpx.Client, given: argparse.Namespace) -> dict[str, list[str]]:
    dice = random.Random("addresses")
    lists = [f"/console/conversations?{FILTERS[n % len(FILTERS)]}" for n in range(given.requests // 2)]
    page = "/console/conversations"
    while len(lists) < given.requests:  # further and further into the past
        older = re.search(r'href="(/console/conversations\?before=[^"]+)" rel="next"', browser.get(page).text)
        page = older.group(1).replace("&amp;", "&") if older else "/console/conversations?before=2025-09-01T00:00:00Z~9"
        lists.append(page)
    rare = [million._word(dice.randrange(40_000)) for _ in range(given.requests // 3)]
    common = [" ".join(dice.sample(million.COMMON, dice.randrange(1, 4))) for _ in range(given.requests // 3)]
    both = [f"{dice.choice(million.COMMON)} {dice.choice(rare)[:6]}" for _ in range(given.requests // 3)]
    some = [million.conversation_id(dice.randrange(given.conversations)) for _ in range(given.requests)]
    return {
        "list": lists,
        "search": [f"/console/conversations?q={text.replace(' ', '+')}" for text in (*rare, *common, *both)],
        "transcript": [f"/console/conversations/{key}{'?why=1' if n % 3 == 0 else ''}" for n, key in enumerate(some)],
        "dashboard": [
            f"/console/dashboard?days={(7, 30, 90, 365)[n % 4]}" for n in range(max(12, given.requests // 3))
        ],
    }


def timed(browser: httpx.Client, asked: Sequence[str]) -> list[tuple[float, str]]:
    found = []
    browser.get(asked[0])
    for path in asked:
        best = float("inf")
        for _ in range(TRIES):
            began = time.perf_counter()
            answer = browser.get(path)
            best = min(best, time.perf_counter() - began)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
        found.append((best, path))
    return found


def weights(browser: httpx.Client) -> tuple[int, int]:
    """(bytes over the wire of the first page with all it loads, the most bytes of any later page)."""
    headers = {"accept-encoding": "gzip"}

    def size(path: str) -> tuple[int, str]:
        with browser.stream("GET", path, headers=headers) as answer:
            raw = b"".join(answer.iter_raw())
            text = gzip.decompress(raw) if answer.headers.get("content-encoding") == "gzip" else raw
            return len(raw), text.decode()

    pages = ("conversations", "dashboard", "cases", "customers", "surveys", "loyalty")
    first, text = size("/console/conversations")
    first += sum(size(path)[0] for path in set(re.findall(r'(?:href|src)="(/console/static/[^"]+)"', text)))
    return first, max(size(f"/console/{name}")[0] for name in pages)


def percentile(times: Sequence[float], share: float = 0.95) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def figure(name: str, value: float, reach: float) -> bool:
    ok = value <= reach
    line = {"figure": f"console.{name}", "value": round(value, 1), "reference": None, "reach": reach, "ok": ok}
    print(json.dumps(line), flush=True)
    return ok


if __name__ == "__main__":
    sys.exit(main())
