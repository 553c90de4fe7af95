"""The worker: makes every committed row that is owed true, at the moment it is told.

pull → plan → due → queue → claim → send → return what the dead left → webhooks → close idle conversations → erase →
forget what its purpose no longer needs (once a day).  Every part, and every row of it, commits by itself: one bad row
never stops the others, a kill at any point loses nothing.
"""

from __future__ import annotations

import hashlib
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import beginnings, clock, db, followups, interactions, notices, outbox, privacy
from lifecycle.channels import DeliveryError, departures, dispatch, shop_api, webhook
from lifecycle.channels.desk import log_error
from lifecycle.errors import Unavailable
from lifecycle.model import FollowUp, ShopOrder
from lifecycle.privacy import retention
from lifecycle.settings import Settings

POLL_SECONDS = 2.0
BATCH = 20
FOLLOW_UPS_AT_ONCE = 200  # opened in one transaction; about as many milliseconds of the one writer of SQLite
FORGET_EVERY = timedelta(days=1)
FOLLOW_UPS_PER_MINUTE = 60  # of the running worker; a single pass (`work --once`) does all that is due

log = logging.getLogger("lifecycle.worker")
Progress = Callable[[str, int], None]


@dataclass
class Worked:
    """What one pass did, as counts; `errors` are parts or rows that failed and were left for the next pass."""

    pulled: int = 0
    planned: int = 0
    due: int = 0
    queued: int = 0
    sent: int = 0
    retried: int = 0
    failed: int = 0
    doubtful: int = 0
    withheld: int = 0
    returned: int = 0
    webhooks: int = 0
    closed: int = 0
    erased: int = 0
    forgotten: int = 0
    errors: int = 0

    def counts(self) -> dict[str, int]:
        return asdict(self)


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is being sent is finished, what was only claimed is given back."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    log.info("worker started")
    opened: list[tuple[float, int]] = []
    while not stop.is_set():
        opened = [(at, count) for at, count in opened if time.monotonic() - at < 60]
        allowed = FOLLOW_UPS_PER_MINUTE - sum(count for _, count in opened)
        worked = work_once(now=clock.utcnow(), settings=settings, stop=stop, most=max(0, allowed))
        if worked.due:
            opened.append((time.monotonic(), worked.due))
        done = {name: count for name, count in worked.counts().items() if count}
        if done:
            log.info("worked: %s", ", ".join(f"{name} {count}" for name, count in done.items()))
        stop.wait(POLL_SECONDS)
    log.info("worker stopped")


def work_once(
    *,
    now: datetime,
    settings: Settings,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    most: int | None = None,
) -> Worked:
    """One pass at the moment `now` (aware UTC), until nothing is due; time moves on from there as it really passes.

    `most` limits how many follow-ups fall due in this pass; `progress` hears the name and the size of each part.
    """
    work = _Pass(now, settings, stop or threading.Event(), progress)
    for name, part in (
        ("pulled", work.pull),
        ("planned", work.plan),
        ("due", lambda: work.open_due(most)),
        ("notices", work.notices),
        ("returned", work.reclaim),
        ("sent", work.send),
        ("webhooks", work.webhooks),
        ("closed", work.close_idle),
        ("erased", work.erase),
        ("forgotten", work.forget),
    ):
        if not work.stop.is_set():
            work.guarded(name, part)
    return work.worked


class _Pass:
    """One pass: the moment it counts from, what it did so far."""

    def __init__(self, now: datetime, settings: Settings, stop: threading.Event, progress: Progress | None) -> None:
        self.settings = settings
        self.stop = stop
        self.progress = progress
        self.worked = Worked()
        self._from = now
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._from + timedelta(seconds=time.monotonic() - self._began)

    def guarded(self, name: str, part: Callable[[], int]) -> None:
        """Run a part; an error of one ends neither the others nor the worker."""
        try:
            count = part()
            if self.progress is not None:
                self.progress(name, count)
        except Exception as error:
            self.worked.errors += 1
            log_error(name, error)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def pull(self) -> int:
        """Read what changed in the shop, where its API is set up, so that a lost webhook costs minutes and no order."""
        for source in shop_api.configured(self.settings):
            if shop_api.is_due(source, now=self._from):
                self.worked.pulled += shop_api.pull(self.settings, source, now=self._from).applied
        return self.worked.pulled

    def plan(self) -> int:
        """Apply a changed programme to every order with unsent steps; the same file is applied once per machine."""
        try:
            digest = hashlib.sha256(self.settings.programme.read_bytes()).hexdigest()
        except OSError:
            digest = ""
        mark = self.settings.home / "programme.applied"
        if mark.exists() and mark.read_text(encoding="utf-8") == digest:
            return 0
        after = 0
        while not self.stop.is_set():
            with db.transaction() as session:
                ids = self._orders_to_plan(session, after)
                orders = session.execute(sa.select(ShopOrder).where(ShopOrder.id.in_(ids))).scalars().all()
                followups.plan_all(session, orders, now=self._from)
            self.worked.planned += len(ids)
            if not ids:
                mark.parent.mkdir(parents=True, exist_ok=True)
                mark.write_text(digest, encoding="utf-8")
                break
            after = ids[-1]
        return self.worked.planned

    @staticmethod
    def _orders_to_plan(session: Session, after: int) -> list[int]:
        query = (
            sa.select(FollowUp.order_id)
            .where(FollowUp.order_id > after, FollowUp.state.in_(followups.UNSENT))
            .distinct()
            .order_by(FollowUp.order_id)
            .limit(200)
        )
        return list(session.execute(query).scalars())

    def open_due(self, most: int | None) -> int:
        """Let follow-ups fall due: conversation, survey and deliveries become rows in the transaction that claims."""
        limit, stuck = FOLLOW_UPS_AT_ONCE, None
        while not self.stop.is_set() and (most is None or self.worked.due < most):
            if most is not None:
                limit = min(limit, most - self.worked.due)
            with db.reading() as session:
                first = self._waiting(session, 1)
            if not first or first == stuck:
                break
            try:
                with db.transaction() as session:
                    rows = followups.due(session, now=self._from, limit=limit)
                    queued = beginnings.begin(session, rows, now=self._from)
                    begun = sum(row.state == "due" for row in rows)
            except Unavailable:
                raise
            except Exception as error:
                # Somewhere in this batch is a row that cannot be judged: close in on it, and set it aside.
                if limit == 1:
                    self._set_aside(error)
                limit = max(1, limit // 4)
                continue
            self.worked.due += begun
            self.worked.queued += queued
            limit = min(FOLLOW_UPS_AT_ONCE, limit * 2)
            stuck = None if rows else first  # another worker is at it, or its verdict changed nothing
        return self.worked.due

    def _waiting(self, session: Session, limit: int) -> list[int]:
        """Ids of the follow-ups `followups.due` would look at first, in its order."""
        query = (
            sa.select(FollowUp.id)
            .where(FollowUp.state.in_(followups.UNSENT), FollowUp.due_at <= self._from)
            .order_by(FollowUp.due_at, FollowUp.id)
            .limit(limit)
        )
        return list(session.execute(query).scalars())

    def _set_aside(self, error: Exception) -> None:
        self.worked.errors += 1
        log_error("follow-up", error)
        with db.transaction() as session:
            for follow_up_id in self._waiting(session, 1):
                reason = f"could not be prepared: {type(error).__name__}"
                followups.mark(session, follow_up_id, "failed", reason, now=self._from)

    def notices(self) -> int:
        with db.transaction() as session:
            queued = notices.queue_missing(session, now=self._from)
        self.worked.queued += queued
        return queued

    def reclaim(self) -> int:
        folder = self.settings.home / "departures"
        with db.transaction() as session:
            returned = outbox.reclaim(session, now=self._from, departed=lambda worker: departures.seize(folder, worker))
            holding = outbox.holders(session)
        departures.tidy(folder, holding, before=time.time() - 86_400)
        self.worked.doubtful += returned.doubtful
        self.worked.sent += returned.sent
        self.worked.returned += returned.queued
        return returned.queued + returned.doubtful + returned.sent

    # --- effects ------------------------------------------------------------------------------------------------------

    def send(self) -> int:
        done = dispatch.send_due(self.settings, now=self.now, stop=self.stop)
        self.worked.sent += done.sent
        self.worked.retried += done.retried
        self.worked.failed += done.failed
        self.worked.doubtful += done.doubtful
        self.worked.withheld += done.withheld
        self.worked.errors += done.errors
        return done.sent

    def webhooks(self) -> int:
        done = 0
        while not self.stop.is_set():
            with db.transaction() as session:
                posts = webhook.claim(session, now=self.now(), limit=BATCH)
            if not posts:
                break
            for post in posts:
                status = None
                try:
                    # Signed with the real time: the receiver compares it with its own clock.
                    status = webhook.send(post, settings=self.settings, now=clock.utcnow())
                except DeliveryError as error:
                    log.warning("webhook %s: %s", post.event_id, error)
                delivered = status is not None and 200 <= status < 300
                with db.transaction() as session:
                    webhook.settle(session, post, status=status, delivered=delivered)
                done += delivered
        self.worked.webhooks += done
        return done

    def close_idle(self) -> int:
        while not self.stop.is_set():
            with db.transaction() as session:
                closed = interactions.close_idle(session, now=self._from)
            self.worked.closed += closed
            if not closed:
                break
        return self.worked.closed

    def erase(self) -> int:
        with db.transaction() as session:
            self.worked.erased = privacy.erase_requested(session, now=self._from)
        if self.worked.erased:
            privacy.keep_list(self.settings.erasure_list)
        return self.worked.erased

    def forget(self) -> int:
        """What is older than its purpose needs, once a day per machine; a clock that went back begins a new day."""
        mark = self.settings.home / "retention.swept"
        try:
            if abs(self._from - clock.parse(mark.read_text(encoding="utf-8"))) < FORGET_EVERY:
                return 0
        except (OSError, ValueError):
            pass
        counts = retention.sweep(self.settings, now=self._from, stopped=self.stop.is_set)
        self.worked.forgotten = sum(counts.values())
        if not self.stop.is_set():
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.write_text(clock.iso(self._from), encoding="utf-8")
        return self.worked.forgotten
