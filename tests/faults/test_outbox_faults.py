"""Workers die and freeze at every point; every delivery leaves once, or is said to be in doubt."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta

import killing
import pytest
import sqlalchemy as sa
from mailroom import ScriptedSmtp, closing, fresh_database, more_when_long

from lifecycle import db
from lifecycle.model import Delivery, FollowUp
from lifecycle.settings import settings

ON_ITS_WAY = {"dot", "begun", "acknowledged"}  # known from the worker's own log
ARRIVED = {"dot", "acknowledged", "noted", "settled"}


@pytest.fixture(params=["sqlite", "postgresql"])
def workers(request, home, tmp_path):
    url = fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("postgresql_url"))
    with closing(ScriptedSmtp()) as smtp:
        smtp.extensions = ("PIPELINING",) if request.param == "postgresql" else ()
        yield killing.Workers(url, settings(), smtp)
    db.engine().dispose()
    db._engine = None


def only():
    with db.reading() as session:
        return session.execute(sa.select(Delivery)).scalar_one()


@pytest.mark.parametrize("point", [*killing.AT_THE_SERVER, *killing.IN_THE_WORKER])
def test_a_worker_killed_at_a_point_leaves_a_known_state(workers, now, point):
    killing.owe(1, now=now)
    assert workers.killed_at(point, now), f"never came to {point}"
    workers.finish(now + timedelta(minutes=5))
    before_the_lease = only()
    workers.finish(now + killing.BETWEEN_WORKERS)
    row = only()
    if point == "settled":
        assert row.state == "sent"
    elif point == "body":  # killed as it was let in: just before its first byte, or with some of it on the way
        assert before_the_lease.state == "sending" and row.state in ("sent", "doubtful")
    elif point in ON_ITS_WAY:
        assert (before_the_lease.state, row.state) == ("sending", "doubtful")
    else:
        assert (before_the_lease.state, row.state) == ("sending", "sent")
    if point != "body":
        assert len(workers.smtp.mails) == (row.state == "sent" or point in ARRIVED)
    assert len(workers.smtp.mails) <= 1
    with db.reading() as session:
        assert session.execute(sa.select(FollowUp.state)).scalar_one() == row.state


def test_every_due_mail_leaves_once_through_a_rain_of_kills(workers, now):
    count, kills = more_when_long(60, 1000), more_when_long(13, 50)
    found = killing.run(workers, count=count, kills=kills, now=now)
    assert found.kills >= kills * 0.7, "the workers were hardly killed: the run proves little"
    assert found.settled == count, found.states
    assert (found.duplicates, found.lost, found.states["failed"]) == (0, 0, 0)
    assert found.states["doubtful"] <= found.kills


@pytest.mark.parametrize("step, state", [("RCPT", "sent"), ("DATA", "sent"), ("dot", "sent")])
def test_a_frozen_worker_that_wakes_up_sends_nothing_twice(workers, now, step, state):
    """Before the hand-over its claim is gone; after it the row waits in doubt, and its late 250 ends the doubt."""
    killing.owe(1, now=now)
    frozen, started = threading.Event(), threading.Event()

    def freeze(seen: str) -> None:
        if seen == step and not frozen.is_set():
            started.wait(120)
            os.kill(sleeper.pid, signal.SIGSTOP)
            frozen.set()

    workers.smtp.watch = freeze
    sleeper = workers.start(now)
    started.set()
    assert frozen.wait(120)
    workers.finish(now + killing.BETWEEN_WORKERS)
    assert only().state == ("doubtful" if step == "dot" else "sent")
    os.kill(sleeper.pid, signal.SIGCONT)
    sleeper.join(600)
    assert sleeper.exitcode == 0
    assert only().state == state
    assert len(workers.smtp.mails) == 1
