"""The shared database: one engine per process, explicit transactions, migrations run from code.

SQLite (WAL) by default, PostgreSQL by DATABASE_URL.  A write transaction on SQLite begins IMMEDIATE, so that two
writers queue instead of failing half way.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import select
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextvars import ContextVar, copy_context
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, InvalidatePoolError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from lifecycle.db.statements import Prepared
from lifecycle.errors import Invalid, Unavailable
from lifecycle.settings import settings

BUSY_SECONDS = 10
RESTED_SECONDS = 1.0
MIGRATION_WAITS_SECONDS = 10.0  # for the lock of a table: everybody behind it waits too
_SILENT = "The database does not answer; nothing was stored. Please try again in a moment."

T = TypeVar("T")
_impatient: ContextVar[bool] = ContextVar("impatient", default=False)
_engine: Engine | None = None
_Session = sessionmaker(expire_on_commit=False, future=True)


class UtcDateTime(TypeDecorator):
    """An aware UTC datetime in and out; a naive value is refused, because it would be a guess."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        value = value.astimezone(timezone.utc)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")


def engine() -> Engine:
    """The engine of this process, made on first use from DATABASE_URL."""
    return _engine if _engine is not None else bind(settings().database_url)


def bind(url: str) -> Engine:
    """Make `url` the database of this process; raises Invalid when it cannot be a database address."""
    global _engine
    made = open_engine(url)
    if _engine is not None:
        _engine.dispose()
    _engine = made
    return made


def open_engine(url: str) -> Engine:
    """An engine beside the one of this process; raises Invalid when `url` cannot be a database address."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise Invalid(f"DATABASE_URL names {parsed.get_backend_name()}; use postgresql:// or sqlite:///.")
        return _sqlite(url, parsed.database) if parsed.get_backend_name() == "sqlite" else _postgresql(url)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise Invalid("DATABASE_URL is no database address; write postgresql://user:password@host/name.") from error


@contextlib.contextmanager
def transaction(*, durable: bool = False) -> Iterator[Session]:
    """A session that commits at the end or not at all; raises Unavailable when the database does not answer.

    What is committed outlives any kill.  `durable`: it outlives a power cut too, for notes that must be on disk before
    something irrevocable is done.  PostgreSQL commits everything so.
    """
    with writing(durable=durable) as session:
        yield session
        session.commit()


def writing(*, durable: bool = False) -> contextlib.AbstractContextManager[Session]:
    """A session like `transaction`'s that its user commits."""
    return _session(write=True, durable=durable)


@contextlib.contextmanager
def reading() -> Iterator[Session]:
    """A session for reading only: it takes no write lock and ends with a rollback."""
    with _session(write=False) as session:
        yield session


class Locked(BaseException):
    """Somebody else writes, and this task must not wait for them here: a signal to `ask` alone, never an error."""


async def ask(work: Callable[..., T], *arguments: Any, thread: Executor | None = None) -> T:
    """What `work` returns, for a coroutine: the loop goes on while a lock or a server is waited for.

    SQLite answers sooner than a thread wakes up, so `work` runs here, and anew in a thread when its transaction meets
    another process's: it must do nothing before its transaction begins.  PostgreSQL is always asked from a thread.
    """
    if engine().dialect.name == "sqlite":
        token = _impatient.set(True)
        try:
            return work(*arguments)
        except Locked:
            pass
        finally:
            _impatient.reset(token)
    call = functools.partial(copy_context().run, work, *arguments)
    return await asyncio.get_running_loop().run_in_executor(thread, call)


class Watch:
    """Tells whether anybody else committed anything since it last looked; costs less than asking what it was."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._seen: Any = None
        self._ahead: _Ahead | None = None

    def ask(self) -> None:
        """Let PostgreSQL find out while something else is done: the next `changed` takes this answer while it is new.

        An error is told by the next `changed`.  A file is looked at so quickly that there is nothing to gain.
        """
        if engine().dialect.name != "postgresql":
            return
        try:
            if self._ahead is None:
                self._ahead = _Ahead(engine())
            self._ahead.ask()
        except engine().dialect.dbapi.Error:
            self._forget_ahead()

    def changed(self) -> bool:
        """True at the first look, and whenever another connection committed since the last one."""
        try:
            if self._ahead is not None and (known := self._ahead.answer()) is not None:
                before, self._seen = self._seen, known
                return bool(before != known)
        except engine().dialect.dbapi.Error:
            self._forget_ahead()
        try:
            if self._connection is None:
                self._connection = engine().raw_connection()
                if engine().dialect.name == "postgresql":
                    self._connection.dbapi_connection.autocommit = True
            cursor = self._connection.cursor()
            cursor.execute(_WATCHED[engine().dialect.name])
            found = cursor.fetchone()[0]
        except engine().dialect.dbapi.Error as error:
            self.close()
            raise Unavailable("The database does not answer.") from error
        before, self._seen = self._seen, found
        return bool(before != found)

    def close(self) -> None:
        connection, self._connection, self._seen = self._connection, None, None
        self._forget_ahead()
        if connection is not None:
            connection.invalidate()

    def _forget_ahead(self) -> None:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.close()


class _Ahead:
    """A connection to PostgreSQL that is asked now and read later; raises the driver's errors."""

    NEW_SECONDS = 0.005  # an older answer is not taken

    def __init__(self, bound: Engine) -> None:
        args, options = bound.dialect.create_connect_args(bound.url)
        self._connection = bound.dialect.dbapi.connect(*args, **options, connect_timeout=5, async_=1)
        self._cursor: Any = None
        self._asked_at: float | None = None
        self._wait()

    def ask(self) -> None:
        if self._asked_at is not None:
            self._wait()  # nobody wanted to know
        self._cursor = self._cursor or self._connection.cursor()
        self._cursor.execute(_WATCHED["postgresql"])
        self._asked_at = time.monotonic()

    def answer(self) -> str | None:
        """None when nothing was asked, or so long ago that it may have changed since."""
        asked_at, self._asked_at = self._asked_at, None
        if asked_at is None:
            return None
        self._wait()
        found = str(self._cursor.fetchone()[0])
        return found if time.monotonic() - asked_at <= self.NEW_SECONDS else None

    def close(self) -> None:
        self._connection.close()

    def _wait(self) -> None:
        until = time.monotonic() + 30
        while state := self._connection.poll():  # 0: done
            waiting = select.poll()
            waiting.register(self._connection, select.POLLIN if state == 1 else select.POLLOUT)
            if not waiting.poll(max(0.0, until - time.monotonic()) * 1000):
                raise engine().dialect.dbapi.OperationalError("no answer in time")


def first(statement: Prepared, **values: Any) -> Any:
    """The first row of a select that is asked by itself, or None: one statement sees one state, without a transaction.

    Raises Unavailable when the database does not answer.
    """
    try:
        with engine().connect() as connected:
            return statement.first(connected, values)
    except (OperationalError, InterfaceError) as error:
        raise Unavailable(_SILENT) from error


_WATCHED = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT txid_current_snapshot()::text"}


@contextlib.contextmanager
def _session(write: bool, durable: bool = False) -> Iterator[Session]:
    bound = engine()
    session = _Session(bind=_writing(bound, durable) if write else bound)
    try:
        yield session
    except (OperationalError, InterfaceError) as error:
        session.rollback()
        raise Unavailable(_SILENT) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@functools.lru_cache(maxsize=8)
def _writing(bound: Engine, durable: bool) -> Engine:
    options = {"sqlite_begin": "IMMEDIATE", "sqlite_synchronous": "FULL" if durable else "NORMAL"}
    return bound.execution_options(**options)


def upgrade(revision: str = "head", *, engine: Engine | None = None) -> None:
    """Bring the schema to `revision`; safe to call at every start, by several machines at once.

    `engine`: of another database than this process's.
    """
    _migrate("upgrade", revision, engine)


def downgrade(revision: str) -> None:
    """Take the schema back to `revision` (`-1`: one step)."""
    _migrate("downgrade", revision)


def revisions() -> tuple[str | None, str | None]:
    """(revision the database is at, newest revision of this code)."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with connection() as connected:
        current = MigrationContext.configure(connected).get_current_revision()
    return current, ScriptDirectory.from_config(_alembic()).get_current_head()


@contextlib.contextmanager
def connection(of: Engine | None = None) -> Iterator[sa.engine.Connection]:
    """A bare connection; raises Unavailable with the reason in one sentence when there is none."""
    asked = of or engine()
    try:
        opened = asked.connect()
    except (OperationalError, InterfaceError) as error:
        where = asked.url.render_as_string(hide_password=True)
        raise Unavailable(f"The database at {where} cannot be reached; check DATABASE_URL.") from error
    with opened:
        yield opened


def _migrate(direction: str, revision: str, engine: Engine | None = None) -> None:
    from alembic import command
    from alembic.util.exc import CommandError

    try:
        getattr(command, direction)(_alembic(engine), revision)
    except CommandError as error:
        raise Invalid(f"The schema cannot go to {revision!r} from here: {error}.") from error
    except OperationalError as error:
        raise Unavailable(
            "The schema was not changed: the database is away, or another program held a table too long. "
            "Please try again in a moment."
        ) from error


def _alembic(engine: Engine | None = None) -> Any:
    from alembic.config import Config

    config = Config()
    config.attributes["engine"] = engine
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    return config


def _sqlite(url: str, database: str | None) -> Engine:
    pool: dict[str, Any] = {}
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
        # SQLAlchemy 1.4 opens a file anew for every session, and closing the last connection writes the whole WAL back.
        pool = {"poolclass": sa.pool.QueuePool, "pool_size": 5, "max_overflow": 10}
    made = sa.create_engine(
        url, future=True, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **pool
    )

    @sa.event.listens_for(made, "connect")
    def _configure(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions begin where we say, not where sqlite3 guesses
        # secure_delete: what is erased is overwritten in the file, too
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "cache_size=-20000",
            "secure_delete=ON",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(made, "begin")
    def _begin(connected: Any) -> None:
        options, raw = connected.get_execution_options(), connected.connection
        synchronous = options.get("sqlite_synchronous", "NORMAL")
        try:
            if raw.info.get("synchronous") != synchronous:
                raw.execute(f"PRAGMA synchronous={synchronous}")
                raw.info["synchronous"] = synchronous
            begin = options.get("sqlite_begin", "DEFERRED")
            if begin == "IMMEDIATE" and _impatient.get():
                _begin_now(raw)
            else:
                raw.execute(f"BEGIN {begin}")
        except sqlite3.OperationalError as error:
            raise OperationalError("BEGIN", None, error) from error

    return made


def _begin_now(raw: Any) -> None:
    """Begin to write, or raise Locked at once."""
    raw.execute("PRAGMA busy_timeout=0")
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Locked from error
        raise
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _postgresql(url: str) -> Engine:
    made = sa.create_engine(
        url,
        future=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=5,
        # 1.1: what is read is in memory or on an SSD; at the server's 4, made for turning disks, indexes go unused
        connect_args={
            "connect_timeout": 5,
            "options": "-c timezone=utc -c statement_timeout=30000 -c random_page_cost=1.1",
        },
    )

    @sa.event.listens_for(made, "checkin")
    def _rest(_raw: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @sa.event.listens_for(made, "checkout")
    def _wake(raw: Any, record: Any, _fairy: Any) -> None:
        """A connection that rested may have been cut meanwhile; asking costs a busy one a tenth of its turn."""
        rested = time.monotonic() - record.info.get("rests_since", time.monotonic()) >= RESTED_SECONDS
        if rested and not made.dialect.do_ping(raw):
            raise InvalidatePoolError

    return made


def unindexed(session: Session, column: Any) -> Any:
    """The column as SQLite does not look it up in an index: it takes the wrong one of two, having no statistics."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.literal_column(f"+{column.class_.__tablename__}.{column.key}", column.type)
    return column
