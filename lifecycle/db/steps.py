"""Two steps of one piece of work, stored together: what an action writes, and the turn it belongs to."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextvars import ContextVar

from sqlalchemy.orm import Session

from lifecycle import db
from lifecycle.errors import Unavailable


class _Open:
    """The transaction a step left open for the next."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self._rest = contextlib.ExitStack()
        self._over = False
        self._lock = threading.Lock()  # a step may still be at work in its thread when nobody waits for it any more

    def keep(self, session: Session, rest: contextlib.ExitStack) -> None:
        with self._lock:
            if self._over:
                raise Unavailable("Nobody waits for this turn any more; nothing was stored.")
            self.session, self._rest = session, rest.pop_all()

    @contextlib.contextmanager
    def last(self) -> Iterator[Session]:
        with self._lock:
            session, rest = self.session, self._rest.pop_all()
            self.session = None
        assert session is not None
        with rest:
            yield session
            session.commit()

    def give_up(self) -> None:
        with self._lock:
            self._over, self.session = True, None
            self._rest.close()


_open: ContextVar[_Open | None] = ContextVar("open", default=None)


@contextlib.contextmanager
def together() -> Iterator[None]:
    """Inside, what `step` writes is committed by `last_step`, or not at all when none follows.

    A commit costs SQLite more than the statements before it, and nobody can see one half without the other.  Another
    task of this loop that wants to write meanwhile waits in a thread.  PostgreSQL's steps end by themselves: others
    would wait for their locks, in an order nobody planned.
    """
    opened = _Open()
    token = _open.set(opened)
    try:
        yield
    finally:
        _open.reset(token)
        opened.give_up()


@contextlib.contextmanager
def step() -> Iterator[Session]:
    """A transaction as `db.transaction`; inside `together` it is left to the last step, or to the next one's begin."""
    opened = _open.get()
    if opened is None or db.engine().dialect.name != "sqlite":
        with db.transaction() as session:
            yield session
        return
    if opened.session is not None:
        with opened.last():
            pass
    with contextlib.ExitStack() as rest:
        session = rest.enter_context(db.writing())
        yield session
        session.flush()
        opened.keep(session, rest)


@contextlib.contextmanager
def last_step() -> Iterator[Session]:
    """A transaction as `db.transaction`, with what the step before it wrote."""
    opened = _open.get()
    if opened is None or opened.session is None:
        with db.transaction() as session:
            yield session
        return
    with opened.last() as session:
        yield session
