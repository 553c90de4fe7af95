"""Sending what is claimed: from `sending` to its outcome, over the channel it belongs to.

Each step commits by itself.  A kill before the hand-over loses nothing and sends nothing; a kill after it leaves a
delivery in doubt, which the next worker says and does not resolve by sending again.
"""

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

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers, db, outbox
from lifecycle.channels import DeliveryError, email, webchat
from lifecycle.errors import LifecycleError, Unavailable
from lifecycle.model import Delivery
from lifecycle.settings import Settings
from lifecycle.tokens import new_id

HEARTBEAT_SECONDS = 10.0
BATCH = 20
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


class _Withheld(LifecycleError):
    """The message may not leave any more: consent, suppression, refund."""


class _ClaimLost(LifecycleError):
    """The delivery belongs to another worker now."""


def send_due(settings: Settings, *, now: Callable[[], datetime], stop: threading.Event) -> Sent:
    """Claim and send until nothing is due or `stop` is set; `now` tells the moment (aware UTC) whenever it is asked.

    A channel whose other side is away rests until the next pass, and what was claimed for it is given back untried.
    """
    return _Dispatch(settings, now, stop).run()


class _Dispatch:
    def __init__(self, settings: Settings, now: Callable[[], datetime], stop: threading.Event) -> None:
        self.settings = settings
        self.now = now
        self.stop = stop
        self.done = Sent()
        self.worker = f"{socket.gethostname()[:24]}:{os.getpid()}:{new_id()[:16]}"
        self.mailer = email.Mailer(settings)
        self.channels = list(outbox.CHANNELS)

    def run(self) -> Sent:
        try:
            with _heartbeat(self.worker, self.now):
                while self.channels and not self.stop.is_set():
                    with db.transaction() as session:
                        mine = outbox.claim(
                            session, worker=self.worker, now=self.now(), limit=BATCH, channels=self.channels
                        )
                        query = sa.select(Delivery.id, Delivery.channel).where(Delivery.id.in_(mine))
                        channel_of = dict(session.execute(query).all()) if mine else {}
                    if not mine:
                        break
                    self._batch(mine, channel_of)
        finally:
            self.mailer.close()
        return self.done

    def _batch(self, delivery_ids: list[int], channel_of: dict[int, str]) -> None:
        left = list(delivery_ids)
        try:
            while left and not self.stop.is_set():
                delivery_id, channel = left[0], channel_of[left[0]]
                if channel not in self.channels:
                    self._give_back([other for other in left if channel_of[other] == channel])
                    left = [other for other in left if channel_of[other] != channel]
                    continue
                del left[0]
                if not self._deliver(delivery_id):
                    self.channels.remove(channel)
        finally:
            self._give_back(left)

    def _give_back(self, delivery_ids: list[int]) -> None:
        if delivery_ids:
            with db.transaction() as session:
                outbox.give_back(session, delivery_ids, worker=self.worker)

    def _deliver(self, delivery_id: int) -> bool:
        """One delivery from claimed to its outcome; False when its channel does not serve us at all now."""
        handed_over = False

        def hand_over() -> None:
            nonlocal handed_over
            self._hand_over(delivery_id, repeatable=False)
            handed_over = True

        try:
            self._attempt(delivery_id, hand_over)
        except _ClaimLost:
            return True
        except _Withheld as refusal:
            self._withhold(delivery_id, str(refusal))
        except DeliveryError as error:
            self._failed(delivery_id, error)
            return not error.unreachable
        except Unavailable:
            raise  # nothing is known to have left: the lease brings the delivery back
        except Exception as error:
            log_error("delivery", error)
            self.done.errors += 1
            self._failed(delivery_id, DeliveryError(f"an error of ours: {type(error).__name__}", in_doubt=handed_over))
        else:
            if self._settle(lambda session: outbox.sent(session, delivery_id, worker=self.worker, now=self.now())):
                self.done.sent += 1
        return True

    def _attempt(self, delivery_id: int, hand_over: Callable[[], None]) -> None:
        """Send one delivery or raise; nothing of the database is held while the network is waited for."""
        mail, turn = None, {}
        with db.reading() as session:
            delivery = session.get(Delivery, delivery_id)
            if delivery is None:
                raise _ClaimLost("the delivery is gone")
            reason = _why_withheld(session, delivery)
            if reason:
                raise _Withheld(reason)
            if delivery.channel == "email":
                mail = email.compose(session, delivery, settings=self.settings)
            else:
                turn = webchat.compose(session, delivery)
        if mail is not None:
            self.mailer.send(mail, hand_over)
        else:
            self._hand_over(delivery_id, repeatable=True)
            webchat.send(turn, settings=self.settings, now=self.now())

    def _hand_over(self, delivery_id: int, *, repeatable: bool) -> None:
        """The last look before the message leaves, and the note that it left, in one transaction."""
        with db.transaction() as session:
            delivery = session.get(Delivery, delivery_id)
            if delivery is None:
                raise _ClaimLost("the delivery is gone")
            reason = _why_withheld(session, delivery)
            if reason:
                raise _Withheld(reason)
            if not outbox.hand_over(session, delivery_id, worker=self.worker, repeatable=repeatable, now=self.now()):
                raise _ClaimLost("the delivery belongs to another worker")

    def _withhold(self, delivery_id: int, reason: str) -> None:
        self._settle(
            lambda session: outbox.withhold(session, delivery_id, worker=self.worker, reason=reason, now=self.now())
        )
        self.done.withheld += 1

    def _failed(self, delivery_id: int, error: DeliveryError) -> None:
        def settle(session: Session) -> str:
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

        state = self._settle(settle)
        self.done.failed += state == "failed"
        self.done.doubtful += state == "doubtful"
        self.done.retried += state == "queued"

    def _settle(self, change: Callable[[Session], Any]) -> Any:
        """Commit an outcome; a database that went away is waited for, because the outcome cannot be had again."""
        until = time.monotonic() + SETTLE_SECONDS
        while True:
            try:
                with db.transaction() as session:
                    return change(session)
            except Unavailable:
                if time.monotonic() > until or self.stop.wait(SETTLE_POLL_SECONDS):
                    raise


@contextmanager
def _heartbeat(worker: str, now: Callable[[], datetime]) -> Iterator[None]:
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


def _why_withheld(session: Session, delivery: Delivery) -> str:
    address = None
    if delivery.channel == "email" and delivery.customer_id is not None:
        address = customers.email_of(session, delivery.customer_id)
    return outbox.why_withheld(session, delivery, address=address)


def _suppress_bounced(session: Session, delivery_id: int, *, now: datetime) -> None:
    """An address its own server does not know is never written to again."""
    delivery = session.get(Delivery, delivery_id)
    address = customers.email_of(session, delivery.customer_id) if delivery and delivery.customer_id else None
    if address:
        customers.suppress(session, address, "bounce", now=now)
