"""What every channel needs while it sends: who sends, the outcomes so far, and a heart that beats."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lifecycle import customers, db, outbox
from lifecycle.channels import DeliveryError
from lifecycle.errors import LifecycleError, Unavailable
from lifecycle.model import Delivery
from lifecycle.settings import Settings
from lifecycle.tokens import new_id

HEARTBEAT_SECONDS = 10.0
SETTLE_SECONDS = 120.0  # how long an acknowledged message waits for a database that went away
SETTLE_POLL_SECONDS = 1.0

log = logging.getLogger("lifecycle.worker")


@dataclass
class Sent:
    """What became of the deliveries of one pass, as counts."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    doubtful: int = 0
    withheld: int = 0
    errors: int = 0


class Withheld(LifecycleError):
    """The message may not leave any more: consent, suppression, refund."""


class ClaimLost(LifecycleError):
    """The delivery belongs to another worker now."""


class Desk:
    """What the channels share in one pass: who sends, until when, and the outcomes so far."""

    def __init__(self, settings: Settings, now: Callable[[], datetime], stop: threading.Event) -> None:
        self.settings = settings
        self.now = now
        self.stop = stop
        self.done = Sent()
        self.worker = f"{socket.gethostname()[:24]}:{os.getpid()}:{new_id()[:16]}"

    def settle(self, change: Callable[[Session], Any], *, durable: bool = False) -> Any:
        """Commit outcomes; a database that went away is waited for, because an outcome cannot be had again."""
        until = time.monotonic() + SETTLE_SECONDS
        while True:
            try:
                with db.transaction(durable=durable) as session:
                    return change(session)
            except Unavailable:
                if time.monotonic() > until or self.stop.wait(SETTLE_POLL_SECONDS):
                    raise

    def failed(self, session: Session, delivery_id: int, error: DeliveryError) -> str:
        """Write down an attempt without success; returns the state that follows from it."""
        if error.bounced:
            _suppress_bounced(session, delivery_id, now=self.now())
        return outbox.failed(
            session,
            delivery_id,
            worker=self.worker,
            reason=str(error),
            permanent=error.permanent,
            in_doubt=error.in_doubt,
            now=self.now(),
        )

    def count(self, state: str) -> None:
        """Count an outcome by the state the delivery is in now."""
        self.done.failed += state == "failed"
        self.done.doubtful += state == "doubtful"
        self.done.retried += state == "queued"
        self.done.withheld += state == "suppressed"

    def our_error(self, error: Exception, *, in_doubt: bool) -> DeliveryError:
        """What an unforeseen exception means for the delivery it happened to."""
        log_error("delivery", error)
        self.done.errors += 1
        return DeliveryError(f"an error of ours: {type(error).__name__}", in_doubt=in_doubt)


@contextmanager
def heartbeat(worker: str, now: Callable[[], datetime]) -> Iterator[None]:
    """Renew the leases of a living worker while it sends."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            try:
                with db.transaction() as session:
                    outbox.renew(session, worker=worker, now=now())
            except Exception as error:
                log_error("heartbeat", error)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def log_error(where: str, error: Exception) -> None:
    """The kind of an error and its place in our code; never its text, which may repeat a customer's words."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place is not None else "?"
    log.error("%s failed: %s at %s", where, type(error).__name__, at)


def _suppress_bounced(session: Session, delivery_id: int, *, now: datetime) -> None:
    """An address its own server does not know is never written to again."""
    delivery = session.get(Delivery, delivery_id)
    address = customers.email_of(session, delivery.customer_id) if delivery and delivery.customer_id else None
    if address:
        customers.suppress(session, address, "bounce", now=now)
