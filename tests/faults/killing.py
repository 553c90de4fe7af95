"""Kill workers at named points and at random, then count what became of every delivery."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from mailroom import ScriptedSmtp, ada, follow_up_of, order_of

from lifecycle import db, outbox
from lifecycle.channels import departures, email, mails
from lifecycle.model import Delivery
from lifecycle.settings import Settings

# Where the mail server pulls the trigger, and where the worker does it to itself.
AT_THE_SERVER = ("connect", "MAIL", "RCPT", "DATA", "body", "dot")
IN_THE_WORKER = ("handed_over", "before_it_began", "begun", "acknowledged", "noted", "settled")
BETWEEN_WORKERS = outbox.LEASE + timedelta(minutes=1)
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["lifecycle.worker"])


@dataclass(frozen=True)
class Tally:
    """What a run left: deliveries by state, mails per Message-ID beyond the first, sent ones that never arrived."""

    states: Counter[str]
    duplicates: int
    lost: int
    kills: int

    @property
    def settled(self) -> int:
        return self.states["sent"] + self.states["failed"] + self.states["doubtful"]


def owe(count: int, *, now: datetime) -> None:
    """So many customers, each owed one survey by mail."""
    with db.transaction() as session:
        for number in range(count):
            customer = ada(session, now=now, email=f"ada{number}@example.com")
            follow_up = follow_up_of(session, order_of(session, customer, now=now, ref=f"JO-{number}"), now=now)
            outbox.queue(
                session,
                channel="email",
                template="tips",
                purpose="survey",
                customer_id=customer.id,
                follow_up_id=follow_up.id,
                now=now,
            )


class Workers:
    """Starts workers as processes of their own, each at the moment it is told."""

    def __init__(self, url: str, settings: Settings, smtp: ScriptedSmtp) -> None:
        self.url, self.smtp = url, smtp
        self.settings = replace(settings, database_url=url, smtp_url=smtp.url)

    def start(self, now: datetime, crash: str = "", after: int = 1) -> Any:
        process = _processes.Process(target=send_until_killed, args=(self.url, self.settings, now, crash, after))
        process.start()
        return process

    def finish(self, now: datetime) -> None:
        """A worker nobody kills."""
        process = self.start(now)
        process.join(600)
        assert process.exitcode == 0, f"the worker ended with {process.exitcode}"

    def killed_at(self, point: str, now: datetime, after: int = 1) -> bool:
        """Run a worker until it is killed the `after`th time it comes to a point; False when it never came there."""
        if point in IN_THE_WORKER:
            process = self.start(now, point, after)
        else:
            seen = Counter[str]()
            started = threading.Event()

            def pull(step: str) -> None:
                seen[step] += 1
                if step == point and seen[step] == after:
                    started.wait(120)
                    os.kill(process.pid, signal.SIGKILL)

            self.smtp.watch = pull
            process = self.start(now)
            started.set()
        process.join(600)
        self.smtp.watch = None
        return process.exitcode == -signal.SIGKILL

    def killed_at_random(self, now: datetime, dice: random.Random) -> int:
        """Two workers at once, killed one after the other at a random step of a random one of the next mails; returns
        how many of them were killed before they were done."""
        steps = threading.Semaphore(0)
        self.smtp.watch = lambda _step: steps.release()
        pair = [self.start(now), self.start(now)]
        for process in pair:
            for _ in range(dice.randint(1, 80)):  # about five steps are one mail
                if not steps.acquire(timeout=120 if process.is_alive() else 0):
                    break
            time.sleep(dice.uniform(0, 0.002))
            if process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
        self.smtp.watch = None
        for process in pair:
            process.join(600)
        return sum(process.exitcode == -signal.SIGKILL for process in pair)


def run(workers: Workers, *, count: int, kills: int, now: datetime, seed: int = 1) -> Tally:
    """Owe `count` mails, kill workers `kills` times at named points and at random, let a last one finish."""
    dice = random.Random(seed)
    owe(count, now=now)
    points = [*AT_THE_SERVER, *IN_THE_WORKER]
    done = 0
    for number, point in enumerate(points[:kills]):
        done += workers.killed_at(point, now, after=1 + number % 3)
        now += BETWEEN_WORKERS
    while done < kills and _queued():
        done += workers.killed_at_random(now, dice)
        now += BETWEEN_WORKERS
    for _ in range(3):
        workers.finish(now)
        now += timedelta(hours=13)
    return tally(workers.smtp, done)


def _queued() -> bool:
    with db.reading() as session:
        return session.execute(sa.select(Delivery.id).where(Delivery.state == "queued").limit(1)).first() is not None


def tally(smtp: ScriptedSmtp, kills: int) -> Tally:
    arrived = Counter(str(message["Message-ID"]) for message in smtp.messages())
    with db.reading() as session:
        rows = session.execute(sa.select(Delivery.message_id, Delivery.state)).all()
    states = Counter(row.state for row in rows)
    duplicates = sum(count - 1 for count in arrived.values())
    lost = sum(1 for row in rows if row.state == "sent" and not arrived[row.message_id])
    return Tally(states, duplicates, lost, kills)


# --- inside the worker's process --------------------------------------------------------------------------------------


def send_until_killed(url: str, settings: Settings, now: datetime, crash: str, after: int) -> None:
    """A worker's pass, with a trap at one point: SIGKILL, no clean-up, the `after`th time it gets there."""
    from lifecycle import worker

    os.environ.update(LIFECYCLE_HOME=str(settings.home), DATABASE_URL=url, SMTP_URL=settings.smtp_url or "")
    db.bind(url)
    left = [after]

    def trap(function: Callable[..., Any], *, before: bool) -> Callable[..., Any]:
        def trapped(*args: Any, **options: Any) -> Any:
            if before:
                _die(left)
            result = function(*args, **options)
            if not before:
                _die(left)
            return result

        return trapped

    log = departures.Departures
    if crash in ("handed_over", "settled"):  # the commit that hands over the first batch is the one that settles none
        left[0] += crash == "settled"
        mails.Mails._next = trap(mails.Mails._next, before=False)  # type: ignore[method-assign]
    elif crash in ("before_it_began", "begun"):
        log.begins = trap(log.begins, before=crash == "before_it_began")  # type: ignore[method-assign]
    elif crash == "acknowledged":
        email.Mailer.send = trap(email.Mailer.send, before=False)  # type: ignore[method-assign]
    elif crash == "noted":
        log.ended = trap(log.ended, before=False)  # type: ignore[method-assign]
    worker.work_once(now=now, settings=settings)


def _die(left: list[int]) -> None:
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
