"""How fast the staff console answers on a million messages, and how little it sends.

    python -m bench.console [--conversations 150000] [--requests 60] [--keep DIR] [--fresh] [--show]

Fills SQLite and PostgreSQL (bench.million; a few minutes, kept in DIR for the next run), starts the web application on
each, and asks for its pages over HTTP as a logged-in agent: lists with every filter and deep into the past, searches
for common and for rare words, transcripts, the dashboard of every period, then every other page once.  Each page is
asked for three times.  Of its times on the clock the quickest counts, because what else the machine does is not what
is measured; processor time is the mean of the three, of everything that took part (asking, web, database), which a busy
machine changes less.  The figures are 95th percentiles over the pages.  Exits 1 when one misses its reach.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil

from bench import million

REACHES_MS = {"list": 200, "search": 300, "transcript": 150, "dashboard": 500}
OTHER_REACH_MS = 500  # every other page
TRIES = 3
SCRATCH = Path(tempfile.gettempdir()) / "lifecycle-bench" / "console"
MARK = "made-by"
FIRST_PAGE_BYTES, NEXT_PAGE_BYTES = 150_000, 40_000
FILTERS = (
    "", "outcome=bought", "outcome=dissatisfied", "stage=advocacy", "purpose=nps", "channel=email", "fallback=1",
    "needs_human=1", "score=nps", "score=nps&score_max=3", "score=csat&score_min=5", "product=p17", "topic=warranty",
    "label=press", "customer=77", "since=2026-01-01&until=2026-01-31", "outcome=bought&stage=purchase&channel=web",
    "product=none-of-these", "outcome=handed_over&since=2026-06-01",
)  # fmt: skip


class Took(NamedTuple):
    """Seconds a page took on the clock, of processors, and which page it was."""

    wall: float
    processor: float
    path: str


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--conversations", type=int, default=150_000)
    options.add_argument("--requests", type=int, default=60, help="of each kind of page and database")
    options.add_argument("--keep", type=Path, default=SCRATCH, help=f"folder of the made databases ({SCRATCH})")
    options.add_argument("--fresh", action="store_true", help="make the databases again")
    options.add_argument("--show", action="store_true", help="print the slowest addresses to stderr")
    given = options.parse_args()
    folder = made(given)
    os.environ["LIFECYCLE_HOME"] = str(folder)
    os.environ["DEMO"] = "0"
    import pgserver

    server = pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    good = []
    try:
        databases = {"sqlite": f"sqlite:///{folder}/console.db", "postgresql": server.get_uri()}
        for url in databases.values():
            prepare(url, given.conversations)
        (folder / MARK).write_text(recipe(given), encoding="utf-8")
        for kind, url in databases.items():
            good += measure(kind, url, given)
    finally:
        server.cleanup()
    return 0 if all(good) else 1


def made(given: argparse.Namespace) -> Path:
    """The folder of the databases, emptied when what is there was made otherwise, or not to its end."""
    folder: Path = given.keep
    mark = folder / MARK
    if given.fresh or not (mark.is_file() and mark.read_text(encoding="utf-8") == recipe(given)):
        for part in (folder / "postgresql", folder / "secrets"):
            shutil.rmtree(part, ignore_errors=True)
        for part in (mark, *folder.glob("console.db*")):
            part.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    tell(f"the databases are kept in {folder}")
    return folder


def recipe(given: argparse.Namespace) -> str:
    """Changes with what the databases are made of."""
    return hashlib.sha256(Path(million.__file__).read_bytes() + str(given.conversations).encode()).hexdigest()


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(kind: str, url: str, given: argparse.Namespace) -> list[bool]:
    from lifecycle import db

    engine = db.bind(url)
    good = []
    with agent() as browser:
        for name, asked in {**addresses(browser, given), "other": others(given)}.items():
            began = time.monotonic()
            times = timed(browser, asked)
            tell(f"  {kind}: {len(asked)} pages of {name}, {time.monotonic() - began:.0f} s")
            if name == "other":
                slowest = max(times)
                good.append(figure(f"slowest_other_page_ms.{kind}", 1000 * slowest.wall, OTHER_REACH_MS))
            else:
                wall = 1000 * percentile([took.wall for took in times])
                processor = 1000 * percentile([took.processor for took in times])
                good.append(figure(f"{name}_p95_ms.{kind}", wall, REACHES_MS[name]))
                good.append(figure(f"{name}_p95_processor_ms.{kind}", processor, REACHES_MS[name]))
            if given.show:
                for took in sorted(times, reverse=True)[:5]:
                    tell(f"    {1000 * took.wall:7.0f} ms {1000 * took.processor:7.0f} ms  {took.path}")
        if kind == "sqlite":
            first, following = weights(browser)
            good.append(figure("first_page_bytes", first, FIRST_PAGE_BYTES))
            good.append(figure("next_page_bytes", following, NEXT_PAGE_BYTES))
    engine.dispose()
    return good


def prepare(url: str, conversations: int) -> None:
    """Fill the database unless an earlier run did; a schema that has moved on since then is brought up to date."""
    import sqlalchemy as sa

    from lifecycle import db, staff
    from lifecycle.model import Staff

    engine = db.bind(url)
    db.upgrade()
    with db.reading() as session:
        known = session.scalar(sa.select(Staff.id).limit(1))
    if known is None:
        tell(f"  filling {engine.dialect.name} with {conversations} conversations, once")
        million.fill(engine, conversations=conversations, tell=tell)
        with db.transaction() as session:
            staff.add(session, "agent@example.com", "agent", million.PASSWORD, now=million.NOW)
    engine.dispose()


def others(given: argparse.Namespace) -> list[str]:
    """Every page an agent may open, taken from the router; files and what needs an administrator are left out."""
    from lifecycle.web.app import create_app

    ids = {
        "conversation_id": million.conversation_id(given.conversations // 2),
        "customer_id": "77",
        "case_id": "99",
        "recommendation_id": "1234",
    }
    found = []
    for route in create_app(lambda: million.NOW).routes:
        path = getattr(route, "path", "")
        names = re.findall(r"{(\w+)", path)
        if path.startswith("/console/") and "GET" in getattr(route, "methods", ()) and set(names) <= set(ids):
            found.append(re.sub(r"{(\w+)[^}]*}", lambda name: ids[name[1]], path))
    return sorted(found)


@contextmanager
def agent(
    now: datetime = million.NOW, email: str = "agent@example.com", password: str = million.PASSWORD
) -> Iterator[httpx.Client]:
    """A logged-in browser on the web application, which is served as `lifecycle serve web` serves it."""
    import uvicorn

    from lifecycle.settings import settings
    from lifecycle.web import SERVER
    from lifecycle.web.app import create_app

    settings.cache_clear()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(lambda: now), **SERVER))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60) as browser:
        answer = browser.post("/console/login", data={"email": email, "password": password})
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
        "dashboard": [f"/console/dashboard?days={(7, 30, 90, 365)[n % 4]}" for n in range(given.requests)],
    }


def timed(browser: httpx.Client, asked: Sequence[str]) -> list[Took]:
    found = []
    browser.get(asked[0])
    spent = Processors()
    for path in asked:
        best, before = float("inf"), spent()
        for _ in range(TRIES):
            began = time.perf_counter()
            answer = browser.get(path)
            best = min(best, time.perf_counter() - began)
            assert answer.status_code in (200, 303, 403), f"{path}: {answer.status_code}"
        found.append(Took(best, (spent() - before) / TRIES, path))
    return found


class Processors:
    """Processor seconds so far of this process, which asks and serves, and of every process of its PostgreSQL."""

    def __init__(self) -> None:
        from lifecycle import db

        self.server: psutil.Process | None = None
        if db.engine().dialect.name == "postgresql":
            with db.engine().connect() as connection:
                backend = psutil.Process(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
            self.server = backend.parent()

    def __call__(self) -> float:
        total = time.process_time()
        if self.server is not None:
            ended = self.server.cpu_times()
            total += ended.children_user + ended.children_system  # of those that are gone
            for process in (self.server, *self.server.children()):
                try:
                    times = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                total += times.user + times.system
        return total


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
