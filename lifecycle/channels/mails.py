"""Mails, a batch at a time: what is known of it and how it ended take one commit per batch, not three per mail.

One commit settles the last batch, claims the next and hands it over; from there on the worker's own log
(channels/departures) says which of the batch really began to leave.  Before every DATA, and no more than 5 ms before
it, the database is asked whether anything changed since the batch was looked at, and if so, whether this mail may
still leave.  A batch lasts about as long as BATCH_SECONDS, whatever the mail server takes for one mail.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from lifecycle import db, leaving, logs, outbox
from lifecycle.channels import DeliveryError, email, letters
from lifecycle.channels.departures import Departures, Seized
from lifecycle.channels.desk import ClaimLost, Desk, Withheld
from lifecycle.channels.smtp import Envelope
from lifecycle.errors import Unavailable

BATCH_SECONDS = 0.5
FIRST_BATCH, LARGEST_BATCH = 10, 500

log = logging.getLogger("lifecycle.worker")


@dataclass
class _Outcomes:
    """What became of a batch, until it is committed; `back`: certainly not begun."""

    sent: list[int] = field(default_factory=list)
    errors: list[tuple[int, DeliveryError]] = field(default_factory=list)
    withheld: list[tuple[int, str]] = field(default_factory=list)
    back: list[int] = field(default_factory=list)


class Mails:
    """The mails of one pass."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.mailer = email.Mailer(desk.settings)
        self.log = Departures(desk.settings.home / "departures", desk.worker)
        self.watch = db.Watch()
        self.outcomes = _Outcomes()
        self.resting = False  # the mail server is away, or we are not the ones to send any more
        self.left: deque[int] = deque()
        self.standings: dict[int, leaving.Standing] = {}
        self.unwritten: deque[letters.Letter] = deque()
        self.written: dict[int, Envelope | DeliveryError] = {}

    def run(self) -> None:
        size = FIRST_BATCH
        try:
            while mine := self._next(size):
                began = time.monotonic()
                if not self._send(mine):
                    size = 1
                    continue
                seconds = time.monotonic() - began
                size = max(1, size // 2) if seconds > BATCH_SECONDS else min(LARGEST_BATCH, size * 4)
            self.log.close()
        finally:
            self.watch.close()
            self.mailer.close()

    def _next(self, size: int) -> list[int]:
        """Commit how the last batch ended, and hand over the next one: both or neither."""
        outcomes, self.outcomes = self.outcomes, _Outcomes()
        going_on = not self.resting and not self.desk.stop.is_set()

        def change(session: Session) -> tuple[list[int], int, list[str]]:
            now, worker = self.desk.now(), self.desk.worker
            news = outbox.sent(session, outcomes.sent, worker=worker, now=now)
            states = [self.desk.failed(session, delivery_id, error) for delivery_id, error in outcomes.errors]
            for delivery_id, reason in outcomes.withheld:
                if outbox.withhold(session, delivery_id, worker=worker, reason=reason, now=now):
                    states.append("suppressed")
            if outcomes.back:
                outbox.give_back(session, outcomes.back, worker=worker)
            if not going_on:
                return [], news, states
            mine = outbox.claim(session, worker=worker, now=now, limit=size, channels=["email"], leaving=True)
            if mine:
                self.log.open()
            return mine, news, states

        mine, news, states = self.desk.settle(change, durable=True)
        self.desk.done.sent += news
        for state in states:
            self.desk.count(state)
        return list(mine)

    def _send(self, mine: list[int]) -> bool:
        """Send a batch; False when something in it could not even be looked at: then one by one."""
        self.left = deque(mine)
        self.unwritten.clear()
        self.written.clear()
        try:
            self.watch.changed()  # what is committed from here on is seen before the next mail leaves
            with db.reading() as session:
                self.standings = leaving.standings(session, mine)
                may_leave = [self.standings[each] for each in mine if each in self.standings]
                self.unwritten.extend(letters.gather(session, [each for each in may_leave if not each.withheld]))
        except Unavailable:
            self._give_back()
            return True
        except Exception as error:
            if len(mine) > 1:
                self._give_back()
                return False
            self.outcomes.errors.append((mine[0], self.desk.our_error(error, in_doubt=False)))
            return True
        while self.left:
            if self.resting or self.desk.stop.is_set():
                self._give_back()
                break
            delivery_id = self.left.popleft()
            while self.unwritten and not (delivery_id in self.written and len(self.written) > 1):
                self._write_next()  # and the one after it, to be announced behind it
            self._deliver(delivery_id)
        return True

    def _deliver(self, delivery_id: int) -> None:
        """One mail from handed over to its outcome."""
        begun = False

        def hand_over() -> None:
            nonlocal begun
            if self.watch.changed():
                self._look_again(delivery_id)
            self._may_leave(delivery_id)
            self.log.begins(delivery_id)
            begun = True

        try:
            self._may_leave(delivery_id)
            written = self.written.pop(delivery_id)
            if isinstance(written, DeliveryError):
                raise written
            self.mailer.send(written, hand_over, meanwhile=self._write_next, following=self._following())
        except ClaimLost:
            pass
        except Seized:
            self.left.clear()  # another worker has all of it
            self.resting = True
        except Withheld as refusal:
            self.outcomes.withheld.append((delivery_id, str(refusal)))
            self._tell(delivery_id, "withheld")
        except DeliveryError as error:
            if begun and not error.in_doubt:
                self.log.ended(delivery_id, "kept")
            self.outcomes.errors.append((delivery_id, error))
            self.resting = error.unreachable
            self._tell(delivery_id, "in doubt" if error.in_doubt else "not sent")
        except Unavailable:
            self.left.appendleft(delivery_id)
            self._give_back()
        except Exception as error:
            self.outcomes.errors.append((delivery_id, self.desk.our_error(error, in_doubt=begun)))
        else:
            if self.left:
                self.watch.ask()  # it finds out while this one is noted down and the next one announced
            self.log.ended(delivery_id, "sent")
            self.outcomes.sent.append(delivery_id)
            self._tell(delivery_id, "sent")

    def _tell(self, delivery_id: int, outcome: str) -> None:
        """One line, by the mail's Message-ID and the conversation it is about; no address, no server's words."""
        about = self.standings[delivery_id]
        with logs.trace(message_id=about.message_id, conversation_id=about.conversation_id):
            log.info("mail %s: delivery %d", outcome, delivery_id)

    def _following(self) -> Envelope | None:
        """The mail that is sent next, unless something is known to keep it."""
        written = self.written.get(self.left[0]) if self.left and not self.desk.stop.is_set() else None
        return written if isinstance(written, Envelope) else None

    def _may_leave(self, delivery_id: int) -> None:
        standing = self.standings.get(delivery_id)
        if standing is None or standing.state != "sending" or standing.claimed_by != self.desk.worker:
            raise ClaimLost("the delivery belongs to another worker")
        if standing.withheld:
            raise Withheld(standing.withheld)

    def _look_again(self, delivery_id: int) -> None:
        with db.reading() as session:
            self.standings = leaving.standings(session, [delivery_id, *self.left])

    def _write_next(self) -> None:
        """Write the next letter of the batch; what is wrong with it is told when its turn comes."""
        if not self.unwritten:
            return
        letter = self.unwritten.popleft()
        try:
            self.written[letter.about.id] = letters.write(letter, settings=self.desk.settings)
        except DeliveryError as error:
            self.written[letter.about.id] = error
        except Exception as error:
            self.written[letter.about.id] = self.desk.our_error(error, in_doubt=False)

    def _give_back(self) -> None:
        self.outcomes.back.extend(self.left)
        self.left.clear()
