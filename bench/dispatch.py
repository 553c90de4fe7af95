"""How fast what is owed leaves: mails through one worker, claims by eight processes at once.

    python bench/dispatch.py [--mails 1000] [--rows 5000]     figures
    python bench/dispatch.py --faults [--rows 1000 --kills 50]     SIGKILLs while sending

Mails: one worker, all bookkeeping included, against a bare smtplib loop that sends the same letters to the same local
server and stores nothing, over one kept connection and over one for each mail.  Claims: 8 processes share one queue; a
row claimed twice fails the run.  Each figure is one JSON line; exits 1 when one misses its reach.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import smtplib
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=timezone.utc)
PROCESSES = 8
processes = multiprocessing.get_context("spawn")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--faults", action="store_true", help="kill workers instead of measuring them")
    options.add_argument("--mails", type=int, default=1000)
    options.add_argument("--rows", type=int, default=0, help="rows claimed (5000), or owed with --faults (1000)")
    options.add_argument("--kills", type=int, default=50)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIFECYCLE_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        import pgserver

        with pgserver.get_server(Path(home) / "postgresql", cleanup_mode="delete") as server:
            urls = {"sqlite": f"sqlite:///{home}/bench.db", "postgresql": server.get_uri()}
            if given.faults:
                good = [faults(kind, url, given.rows or 1000, given.kills) for kind, url in urls.items()]
            else:
                good = [claims(kind, url, given.rows or 5000) for kind, url in urls.items()]
                good += [mails(kind, url, given.mails) for kind, url in urls.items()]
            from lifecycle import db

            db.engine().dispose()
    return 0 if all(good) else 1


def figure(name: str, value: float, reach: float, *, reference: float | None = None, most: bool = False) -> bool:
    """Print one figure; `most`: the reach is an upper bound."""
    ok = value <= reach if most else value >= reach
    line = {"figure": f"aftercare.{name}", "value": round(value, 3), "reference": reference, "reach": reach, "ok": ok}
    print(json.dumps(line), flush=True)
    return ok


# --- claims -----------------------------------------------------------------------------------------------------------


def claims(kind: str, url: str, rows: int) -> bool:
    """Rows per second claimed by all processes together, in the batches the worker uses."""
    from lifecycle import db
    from lifecycle.model import Base, Delivery

    Base.metadata.create_all(db.bind(url))
    with db.transaction() as session:
        session.bulk_insert_mappings(Delivery, [_row(number) for number in range(rows)])
    start, results = processes.Barrier(PROCESSES + 1), processes.Queue()
    crowd = [processes.Process(target=_claim_all, args=(url, start, results)) for _ in range(PROCESSES)]
    for process in crowd:
        process.start()
    start.wait(120)
    began = time.perf_counter()
    owned = [delivery_id for _ in crowd for delivery_id in results.get(timeout=300)]
    seconds = time.perf_counter() - began
    for process in crowd:
        process.join()
    with db.transaction() as session:
        session.query(Delivery).delete()
    doubles = len(owned) - len(set(owned)) + abs(rows - len(set(owned)))
    reach = 200 if kind == "sqlite" else 1000
    return all(
        [
            figure(f"claims_per_second_{kind}", rows / seconds, reach),
            figure(f"double_or_missing_claims_{kind}", doubles, 0, most=True),
        ]
    )


def _row(number: int) -> dict[str, Any]:
    return {
        "purpose": "service",
        "channel": "email",
        "template": "tips",
        "params": {},
        "message_id": f"<{number}@bench>",
        "state": "queued",
        "reason": "",
        "attempts": 0,
        "next_attempt_at": NOW,
        "created_at": NOW,
    }


def _claim_all(url: str, start: Any, results: Any) -> None:
    from lifecycle import db, outbox
    from lifecycle.channels.mails import LARGEST_BATCH as BATCH

    db.bind(url)
    with db.reading() as session:
        outbox.claim(session, worker="warm", now=NOW - timedelta(days=1))
    worker, mine = f"bench:{os.getpid()}", []
    start.wait(120)
    while True:
        with db.transaction() as session:
            claimed = outbox.claim(session, worker=worker, now=NOW, limit=BATCH)
        if not claimed:
            break
        mine += claimed
    results.put(mine)


# --- mails ------------------------------------------------------------------------------------------------------------

ROUNDS = 3


def mails(kind: str, url: str, count: int) -> bool:
    """Mails per second of one worker, all bookkeeping included, as a share of a bare loop in the same run.

    Both send the same letters to the same server, by turns, each `ROUNDS` times; the best of each counts, because the
    rest of the machine only ever slows either down.  The bare loop keeps one connection, has its letters written
    beforehand and stores nothing.
    """
    sys.path.insert(0, str(PROJECT / "tests"))
    from lifecycle import db, leaving, worker
    from lifecycle.channels import letters
    from lifecycle.model import Base, Delivery
    from lifecycle.settings import settings

    port = processes.Queue()
    sink = processes.Process(target=_sink, args=(port,), daemon=True)
    sink.start()
    os.environ["SMTP_URL"] = f"smtp://127.0.0.1:{port.get(timeout=60)}"
    settings.cache_clear()
    Base.metadata.create_all(db.bind(url))
    _owe(count)
    with db.reading() as session:
        standings = leaving.standings(session, [row.id for row in session.query(Delivery.id)])
        envelopes = [
            letters.write(letter, settings=settings()) for letter in letters.gather(session, standings.values())
        ]
    bare, anew, ours, sent = [], [], [], 0
    for _ in range(ROUNDS):
        bare.append(_bare(envelopes, kept=True))
        anew.append(_bare(envelopes[:200], kept=False))
        _owe_again()
        began = time.perf_counter()
        sent += worker.work_once(now=NOW, settings=settings()).sent
        ours.append(count / (time.perf_counter() - began))
    sink.terminate()
    told = {"mails_per_second": max(ours), "bare_kept": max(bare), "bare_connecting": max(anew)}
    print(f"{kind}: " + ", ".join(f"{name} {rate:.0f}" for name, rate in told.items()), file=sys.stderr)
    return all(
        [
            figure(f"mails_sent_{kind}", sent, count * ROUNDS),
            figure(f"mails_per_second_ratio_{kind}", max(ours) / max(bare), 0.7, reference=1.0),
            figure(f"mails_per_second_ratio_connecting_{kind}", max(ours) / max(anew), 0.7, reference=1.0),
        ]
    )


def _owe(count: int) -> None:
    """So many buyers, each owed the recommendation question: eleven links twice, the longest mail there is."""
    from mailroom import ada, follow_up_of, order_of

    from lifecycle import db, outbox, surveys

    with db.transaction() as session:
        for number in range(count):
            customer = ada(session, now=NOW, email=f"ada{number}@example.com")
            follow_up = follow_up_of(session, order_of(session, customer, now=NOW, ref=f"JO-{number}"), now=NOW)
            survey = surveys.open(session, "nps", follow_up_id=follow_up.id, now=NOW)
            outbox.queue(
                session,
                channel="email",
                template="nps",
                purpose="survey",
                customer_id=customer.id,
                follow_up_id=follow_up.id,
                params={"survey_id": survey.id},
                now=NOW,
            )


def _owe_again() -> None:
    """Everything is owed as in the beginning."""
    from lifecycle import db
    from lifecycle.model import ContactLog, Delivery, FollowUp

    with db.transaction() as session:
        session.query(ContactLog).delete()
        session.query(Delivery).update(
            {"state": "queued", "claimed_by": None, "handed_over_at": None, "sent_at": None, "lease_until": None}
        )
        session.query(FollowUp).update({"state": "due", "sent_at": None})


def _bare(envelopes: list[Any], *, kept: bool) -> float:
    """Mails per second of smtplib alone, over one connection or over one for each mail."""
    host, port = "127.0.0.1", int(os.environ["SMTP_URL"].rpartition(":")[2])
    began = time.perf_counter()
    if kept:
        with smtplib.SMTP(host, port) as client:
            for envelope in envelopes:
                client.sendmail(envelope.sender, [envelope.recipient], envelope.content)
    else:
        for envelope in envelopes:
            with smtplib.SMTP(host, port) as client:
                client.sendmail(envelope.sender, [envelope.recipient], envelope.content)
    return len(envelopes) / (time.perf_counter() - began)


def _sink(port: Any) -> None:
    """An SMTP server that takes everything and keeps nothing."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                while await reader.readline() != b".\r\n":
                    pass
                writer.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


# --- faults -----------------------------------------------------------------------------------------------------------


def faults(kind: str, url: str, rows: int, kills: int) -> bool:
    """Workers killed with SIGKILL at named points and at random while `rows` mails are due."""
    sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests" / "faults")]
    import killing
    from mailroom import ScriptedSmtp, closing

    from lifecycle import db
    from lifecycle.model import Base
    from lifecycle.settings import settings

    Base.metadata.create_all(db.bind(url))
    with closing(ScriptedSmtp()) as smtp:
        found = killing.run(killing.Workers(url, settings(), smtp), count=rows, kills=kills, now=NOW)
    return all(
        [
            figure(f"fault_kills_{kind}", found.kills, kills * 0.7),
            figure(f"fault_settled_{kind}", found.settled, rows),
            figure(f"fault_duplicates_{kind}", found.duplicates, 0, most=True),
            figure(f"fault_lost_{kind}", found.lost + found.states["failed"], 0, most=True),
            figure(f"fault_doubtful_per_kill_{kind}", found.states["doubtful"] / max(1, found.kills), 1, most=True),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
