"""How fast what is owed leaves: mails through one worker, claims by eight processes at once.

    python bench/dispatch.py [--mails 1000] [--rows 5000]     figures
    python bench/dispatch.py --faults [--rows 1000 --kills 50]     SIGKILLs while sending

Mails: one worker, all bookkeeping included, against a bare smtplib loop that sends the same letters to the same local
server and stores nothing.  Claims: 8 processes share one queue; a row claimed twice fails the run.  Each figure is one
JSON line; exits 1 when one misses its reach.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import smtplib
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
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

        from lifecycle import db
        from lifecycle.model import Base

        with pgserver.get_server(Path(home) / "postgresql", cleanup_mode="delete") as server:
            urls = {"sqlite": f"sqlite:///{home}/bench.db", "postgresql": server.get_uri()}
            for url in urls.values():
                Base.metadata.create_all(db.bind(url))
            if given.faults:
                good = [faults(kind, url, given.rows or 1000, given.kills) for kind, url in urls.items()]
            else:
                good = [claims(kind, url, given.rows or 5000) for kind, url in urls.items()]
                good += [mails(kind, url, given.mails) for kind, url in urls.items()]
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
    from lifecycle.model import Delivery

    db.bind(url)
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

PAIRS = 9


def mails(kind: str, url: str, count: int) -> bool:
    """Mails per second of one worker, all bookkeeping included, as a share of bare loops in the same run.

    All send the same letters to the same server.  The bare loop keeps one connection, has its letters written
    beforehand and stores nothing; it and the worker go in pairs, `PAIRS` times, first one and then the other, so that
    what else the machine does strikes both, and the median of the pairs' ratios is the figure.  Another loop writes
    each letter with email.message as the worker has to, a third connects for each.  The server announces PIPELINING,
    as every relay does, and then does not: smtplib never uses it.
    """
    sys.path.insert(0, str(PROJECT / "tests"))
    from lifecycle import db, leaving
    from lifecycle.channels import letters
    from lifecycle.model import Delivery
    from lifecycle.settings import settings

    db.bind(url)
    _owe(count)
    with db.reading() as session:
        standings = leaving.standings(session, [row.id for row in session.query(Delivery.id)])
        envelopes = [
            letters.write(letter, settings=settings()) for letter in letters.gather(session, standings.values())
        ]
    sent, ratios = 0, {}
    for pipelining in (True, False):
        port = processes.Queue()
        sink = processes.Process(target=_sink, args=(port, pipelining), daemon=True)
        sink.start()
        os.environ["SMTP_URL"] = f"smtp://127.0.0.1:{port.get(timeout=60)}"
        settings.cache_clear()
        found: dict[str, list[float]] = {"ours": [], "bare": [], "writing": [], "connecting": []}
        _ours(count), _bare(envelopes[:200])  # caches, statements, templates: of both
        for turn in range(PAIRS):
            for mine in (True, False) if turn % 2 else (False, True):
                if mine:
                    done, rate = _ours(count)
                    found["ours"].append(rate)
                    sent += done
                else:
                    found["bare"].append(_bare(envelopes))
            if pipelining and turn % 3 == 0:
                found["writing"].append(_writing(envelopes[:200]))
                found["connecting"].append(_connecting(envelopes[:200]))
        sink.terminate()
        middle = {name: statistics.median(all_of) for name, all_of in found.items() if all_of}
        pairs = sorted(ours / bare for ours, bare in zip(found["ours"], found["bare"], strict=True))
        told = ", ".join(f"{name} {rate:.0f}" for name, rate in middle.items())
        print(
            f"{kind}, {'with' if pipelining else 'without'} pipelining: mails per second, medians: {told}; "
            f"ratios {', '.join(f'{ratio:.2f}' for ratio in pairs)}",
            file=sys.stderr,
        )
        ratios["ratio" if pipelining else "ratio_without_pipelining"] = statistics.median(pairs)
        for name in ("writing", "connecting"):
            if name in middle:
                ratios[f"ratio_{name}"] = middle["ours"] / middle[name]
    good = [figure(f"mails_sent_{kind}", sent, count * PAIRS * 2)]
    for name, ratio in ratios.items():
        good.append(figure(f"mails_per_second_{name}_{kind}", ratio, 0.7, reference=1.0))
    return all(good)


def _ours(count: int) -> tuple[int, float]:
    """(mails sent, mails per second) of a worker's pass."""
    from lifecycle import worker
    from lifecycle.settings import settings

    _owe_again()
    began = time.perf_counter()
    sent = worker.work_once(now=NOW, settings=settings()).sent
    return sent, count / (time.perf_counter() - began)


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


def _bare(envelopes: list[Any]) -> float:
    """Mails per second of smtplib alone over one connection, the letters written beforehand."""
    began = time.perf_counter()
    with _client() as client:
        for envelope in envelopes:
            client.sendmail(envelope.sender, [envelope.recipient], envelope.content)
    return len(envelopes) / (time.perf_counter() - began)


def _connecting(envelopes: list[Any]) -> float:
    """The same over a connection for each mail."""
    began = time.perf_counter()
    for envelope in envelopes:
        with _client() as client:
            client.sendmail(envelope.sender, [envelope.recipient], envelope.content)
    return len(envelopes) / (time.perf_counter() - began)


def _writing(envelopes: list[Any]) -> float:
    """The same over one connection, each letter written with email.message before it is sent; its words are given."""
    words = []
    for envelope in envelopes:
        read = message_from_bytes(envelope.content, policy=policy.SMTP)
        bodies = [read.get_body((kind,)).get_content() for kind in ("plain", "html")]  # type: ignore[attr-defined]
        words.append((envelope, [(name, str(read[name])) for name in ("From", "To", "Subject", "Message-ID")], bodies))
    began = time.perf_counter()
    with _client() as client:
        for envelope, headers, (text, html) in words:
            mail = EmailMessage(policy=policy.SMTP)
            for name, value in headers:
                mail[name] = value
            mail.set_content(text)
            mail.add_alternative(html, subtype="html")
            client.send_message(mail, envelope.sender, [envelope.recipient])
    return len(envelopes) / (time.perf_counter() - began)


def _client() -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", int(os.environ["SMTP_URL"].rpartition(":")[2]))


def _sink(port: Any, pipelining: bool) -> None:
    """An SMTP server that takes everything and keeps nothing."""
    greeting = b"250-sink\r\n250 PIPELINING\r\n" if pipelining else b"250 sink\r\n"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(greeting)
            elif verb == b"DATA":
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
    from lifecycle.settings import settings

    db.bind(url)
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
