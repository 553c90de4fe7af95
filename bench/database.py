"""The shared database at the size of a busy store: migration, erasure, backup, and what recording a turn costs.

    python -m bench.database [--conversations 150000] [--customers 100000]

A million messages are taken through every schema revision, down and up: the longest step is the longest anybody waits
for a lock.  One customer of a hundred thousand is erased, and the dump is searched for them.  All on both databases.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench import million
from bench.rows import fingerprint
from bench.stack import PROJECT, figure

CANARY = "canaryquux"
TURNS = 200


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--conversations", type=int, default=150_000)
    options.add_argument("--customers", type=int, default=100_000)
    given = options.parse_args()
    good: list[bool] = []
    with tempfile.TemporaryDirectory(prefix="lc") as folder:
        for kind, url in databases(Path(folder)):
            os.environ["LIFECYCLE_HOME"] = str(Path(folder) / f"home-{kind}")
            from lifecycle.settings import settings

            settings.cache_clear()
            good += [*recorder(kind, url), *grown(kind, url, Path(folder), given.conversations, given.customers)]
            good += backed_up(kind, Path(folder))
    return 0 if all(good) else 1


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    import pgserver

    yield "sqlite", f"sqlite:///{folder / 'bench.db'}"
    tools = Path(pgserver.__file__).parent / "pginstall" / "bin"
    os.environ["PATH"] = f"{tools}{os.pathsep}{os.environ['PATH']}"
    with pgserver.get_server(folder / "postgresql", cleanup_mode="stop") as server:
        yield "postgresql", server.get_uri()


def recorder(kind: str, url: str) -> list[bool]:
    """What storing a turn costs: the median of `save` over turns of twenty conversations, the best of five parts.

    Reference: a bare transaction of one row, between the turns.  On PostgreSQL most of it is the disk's own time to
    keep a commit, which no program can shorten and which other programs lengthen.
    """
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered

    from lifecycle import db
    from lifecycle.engine.tracker_store import LifecycleTrackerStore

    db.bind(url)
    db.upgrade()
    store = LifecycleTrackerStore(Domain.load(str(PROJECT / "domain.yml")))
    taken: list[float] = []
    bare: list[float] = []
    with db.engine().begin() as connection:
        connection.exec_driver_sql("CREATE TABLE bare (number INTEGER)")

    async def talk(number: int) -> None:
        tracker = await store.get_or_create_tracker(f"{kind}-{number % 20}", append_action_listen=False)
        intent = {"name": "ask_delivery", "confidence": 0.9}
        parsed: Any = {"text": "do you ship to Canada?", "intent": intent, "entities": []}
        metadata = {"message_id": f"m-{number}"}
        tracker.update(
            UserUttered("do you ship to Canada?", intent, [], parsed, metadata=metadata, input_channel="web")
        )
        tracker.update(ActionExecuted("action_answer_store"))
        tracker.update(BotUttered("We ship to the United States and Canada.", {}))
        tracker.update(ActionExecuted("action_listen"))
        began = time.perf_counter()
        await store.save(tracker)
        taken.append(time.perf_counter() - began)

    for number in range(TURNS):
        asyncio.run(talk(number))
        began = time.perf_counter()
        with db.transaction() as session:
            session.connection().exec_driver_sql("INSERT INTO bare VALUES (1)")
        bare.append(time.perf_counter() - began)
    with db.engine().begin() as connection:
        connection.exec_driver_sql("DROP TABLE bare")
    reach = 3.0 if kind == "sqlite" else 4.0
    best, reference = (  # other programs disturb some of the parts
        min(statistics.median(each[at : at + TURNS // 5]) for at in range(0, TURNS, TURNS // 5)) * 1000
        for each in (taken, bare)
    )
    return [figure(f"database.recorder_ms_{kind}", best, reach, reference=round(reference, 4))]


def grown(kind: str, url: str, folder: Path, conversations: int, people: int) -> list[bool]:
    from lifecycle import db, privacy
    from lifecycle.model import Customer

    engine = db.bind(url)
    db.downgrade("base")
    db.upgrade()
    began = time.monotonic()
    million.fill(engine, conversations=conversations)
    held = {"messages": count(engine, "message"), "customers": count(engine, "customer")}
    with db.transaction() as session:
        rows = [
            {"external_id": f"more-{number}", "stage_since": million.NOW, "created_at": million.NOW}
            for number in range(people - held["customers"])
        ]
        for at in range(0, len(rows), 5_000):
            session.execute(sa.insert(Customer), rows[at : at + 5_000])
    size = folder_size(kind, engine, folder)
    print(f"{kind}: {held} in {time.monotonic() - began:.0f} s, {size / 1e9:.2f} GB", file=sys.stderr)
    before = sums(engine)
    longest = steps_taken(kind)
    after = sums(engine)
    different = sum(before[name] != after.get(name) for name in before)
    with db.transaction() as session:
        canary_id = plant(session)
    began = time.monotonic()
    with db.transaction() as session:
        privacy.erase_now(session, canary_id, now=million.NOW)
    seconds = time.monotonic() - began
    return [
        figure(f"database.messages_{kind}", held["messages"], conversations * 6, most=False),
        figure(f"database.migration_longest_step_seconds_{kind}", longest, 30),
        figure(f"database.migration_differences_{kind}", different, 0),
        figure(f"database.erase_seconds_{kind}", seconds, 60),
        figure(f"database.erase_hits_in_dump_{kind}", hits(kind, engine, folder), 0),
    ]


def steps_taken(kind: str) -> float:
    """Down to the first revision and up again, one at a time; returns the seconds of the longest step."""
    from alembic.script import ScriptDirectory

    from lifecycle import db

    order = [each.revision for each in ScriptDirectory.from_config(db._alembic()).walk_revisions()]
    longest = 0.0
    for direction, revisions in ((db.downgrade, order[1:]), (db.upgrade, order[-2::-1])):
        for revision in revisions:
            began = time.monotonic()
            direction(revision)
            seconds = time.monotonic() - began
            print(f"{kind}: {direction.__name__} to {revision} {seconds:.1f} s", file=sys.stderr)
            longest = max(longest, seconds)
    return longest


def plant(session: Any) -> int:
    """A customer with a year of talks, an order, an answer and a case, all in their words."""
    from lifecycle import cases, conversations, customers, surveys
    from lifecycle.conversations import Heard, Said
    from lifecycle.interactions import TurnFacts

    now = million.NOW - timedelta(days=1)
    person = customers.find_or_create(session, email=f"{CANARY}@example.org", external_id=CANARY, name=CANARY, now=now)
    for number in range(50):
        visit = conversations.start(session, channel="web", customer_id=person.id, now=now)
        for turn in range(10):
            heard = Heard(f"I am {CANARY} {turn}", f"m-{number}-{turn}", "greet", 0.9)
            facts = TurnFacts(messages=2, customer_messages=1)
            conversations.record_turn(
                session, visit, heard=heard, said=[Said(f"Hello {CANARY}")], facts=facts, turn_id=f"m-{turn}", now=now
            )
    survey = surveys.open(session, "nps", customer_id=person.id, now=now)
    answered = surveys.answer(
        session, survey.id, 2, remark=f"{CANARY} is unhappy", source="chat", source_id="c", now=now
    )
    assert answered.case_id is not None
    cases.customer_reply(session, answered.case_id, f"{CANARY} again", now=now)
    return int(person.id)


def hits(kind: str, engine: Any, folder: Path) -> int:
    """How often the erased person's name stands in a dump: SQLite's file itself, free pages included, or pg_dump's."""
    if kind == "sqlite":
        with engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        dump = Path(engine.url.database)
    else:
        dump = folder / "dump.sql"
        with dump.open("wb") as out:
            subprocess.run(["pg_dump", engine.url.render_as_string(hide_password=False)], stdout=out, check=True)
    found = subprocess.run(["grep", "-a", "-o", "-i", CANARY, str(dump)], capture_output=True, check=False)
    return len(found.stdout.split())


def backed_up(kind: str, folder: Path) -> list[bool]:
    """The demo month backed up, spoilt, restored: tables that differ."""
    from lifecycle import backup, catalogue, db, demo
    from lifecycle.demo import month
    from lifecycle.settings import settings

    with fresh(kind, folder) as engine:
        db.upgrade()
        with db.transaction() as session:
            catalogue.import_feed(session, demo.catalogue_path(), now=million.NOW - timedelta(days=120))
        month.load(now=million.NOW, progress=None)
        before = fingerprint(engine)
        file = folder / f"{kind}.backup"
        backup.back_up(file, settings())
        with db.transaction() as session:
            session.execute(sa.text("DELETE FROM message"))
            session.execute(sa.text("UPDATE shop_order SET total_cents = 0"))
        backup.restore(file, settings(), now=million.NOW)
        after = fingerprint(engine)
        rows = sum(number for number, _digest in before.values())
    different = sum(before[name] != after[name] for name in before)
    return [
        figure(f"database.backup_rows_{kind}", rows, 9_000, most=False),
        figure(f"database.backup_tables_that_differ_{kind}", different, 0),
    ]


@contextmanager
def fresh(kind: str, folder: Path) -> Iterator[Any]:
    from lifecycle import db

    url = f"sqlite:///{folder / 'month.db'}"
    if kind == "postgresql":
        with sa.create_engine(db.engine().url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE month")
        url = db.engine().url.set(database="month").render_as_string(hide_password=False)
    yield db.bind(url)


def sums(engine: Any) -> dict[str, tuple[Any, ...]]:
    """Rows and the sum of the lengths of every column's values, by table of the first revision."""
    found: dict[str, tuple[Any, ...]] = {}
    with engine.connect() as connection:
        for name in ("message", "interaction", "conversation", "customer", "shop_order", "recommendation", "survey"):
            columns = [column["name"] for column in sa.inspect(engine).get_columns(name)]
            wanted = ", ".join(f"SUM(LENGTH(CAST({column} AS TEXT)))" for column in columns if "by" not in column)
            found[name] = tuple(connection.execute(sa.text(f"SELECT COUNT(*), {wanted} FROM {name}")).one())
    return found


def count(engine: Any, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def folder_size(kind: str, engine: Any, folder: Path) -> int:
    if kind == "sqlite":
        return Path(engine.url.database).stat().st_size
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())


if __name__ == "__main__":
    sys.exit(main())
