"""Fixtures every test may use: a fresh database of either kind, a home of its own, one moment in time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from mailroom import MONTH_ENDS, database_of_its_own
from sqlalchemy.orm import Session
from stack_records import STAFF_PASSWORD

from bench.stack import Stack
from lifecycle import db, processes, views
from lifecycle.model import Base
from lifecycle.settings import settings

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
processes.keep_bytecode()  # the many processes of a run would compile everything anew
# pydantic's plugin gives Hypothesis a strategy for every parameter of every application a test makes, for ever
os.environ["HYPOTHESIS_NO_PLUGINS"] = "1"
import hypothesis  # noqa: E402

# how long an example took says nothing about the code
# and what is tried must not differ from run to run, or a run fails by chance; `make faults` goes on looking
hypothesis.settings.register_profile(
    "any machine",
    deadline=None,
    derandomize=os.environ.get("FAULTS") != "long",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", default="sqlite,postgresql", help="which databases the `session` fixture runs on")
    parser.addoption("--postgresql", help="folder of another PostgreSQL's programs; scripts/postgresql fetches one")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "session" in metafunc.fixturenames:
        kinds = metafunc.config.getoption("--databases").split(",")
        metafunc.parametrize("session_kind", kinds, scope="session")


@pytest.fixture(scope="session")
def session_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 2, 10, 0, tzinfo=timezone.utc)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A LIFECYCLE_HOME of the test's own, and no setting of the machine."""
    for name in ("DATABASE_URL", "SMTP_URL", "PUBLIC_URL", "PORT", "SECRET_KEY", "ORDER_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LIFECYCLE_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def database(home: Path) -> Iterator[sa.engine.Engine]:
    """A fresh SQLite file bound to lifecycle.db; commits are real."""
    engine = db.bind(f"sqlite:///{home / 'lifecycle.db'}")
    _create(engine)
    yield engine
    engine.dispose()
    db._engine = None


@pytest.fixture(scope="session")
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A real PostgreSQL server of the test run's own, not in pytest's folder: another run closes that one's parent to
    the server's user."""
    import pgserver

    other = request.config.getoption("--postgresql")
    if other:
        pgserver._commands.POSTGRES_BIN_PATH = pgserver.postgres_server.POSTGRES_BIN_PATH = Path(other)
    folder = Path(tempfile.mkdtemp(prefix="lifecycle-postgresql-"))
    with pgserver.get_server(folder, cleanup_mode="delete") as server:
        # what it wrote need not outlive the machine (a killed server loses nothing by it), and no transaction but the
        # tests' own may come in between: those of autovacuum look like somebody's commit
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET autovacuum = off; SELECT pg_reload_conf();")
        yield server.get_uri()


@pytest.fixture(scope="session")
def session_engine(
    session_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sa.engine.Engine]:
    if session_kind == "postgresql":
        engine = db._postgresql(database_of_its_own(request.getfixturevalue("postgresql_url")))
    else:
        path = tmp_path_factory.mktemp("sqlite") / "session.db"
        engine = db._sqlite(f"sqlite:///{path}", str(path))
    _create(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(session_engine: sa.engine.Engine, home: Path) -> Iterator[Session]:
    """A session on a fresh schema; whatever the test does is rolled back."""
    with session_engine.execution_options(sqlite_begin="IMMEDIATE").connect() as connection:
        outer = connection.begin()
        opened = Session(bind=connection, future=True, expire_on_commit=False)
        yield opened
        opened.close()
        if outer.is_active:
            outer.rollback()


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, int], list[tuple[int, int]]]]:
    """The demo month as of MONTH_ENDS in a SQLite file, made once: (file to copy, what it holds, its progress)."""
    from lifecycle import catalogue, demo, knowledge
    from lifecycle.demo import month as the_month

    bound = db._engine
    db._engine = None
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("month")
        patch.setenv("LIFECYCLE_HOME", str(home))
        patch.delenv("DATABASE_URL", raising=False)
        settings.cache_clear()
        try:
            engine = db.bind(f"sqlite:///{home / 'lifecycle.db'}")
            db.upgrade()
            before = MONTH_ENDS - timedelta(days=120)
            with db.transaction() as session:
                catalogue.import_feed(session, demo.catalogue_path(), now=before)
                knowledge.import_articles(session, demo.guides_dir(), now=before)
            steps: list[tuple[int, int]] = []
            counts = the_month.load(now=MONTH_ENDS, progress=lambda done, known: steps.append((done, known)))
            engine.dispose()
        finally:
            db._engine = bound
            settings.cache_clear()
    yield home / "lifecycle.db", counts, steps


@pytest.fixture(scope="session")
def month_on_postgresql(month: tuple[Path, dict, list], postgresql_url: str) -> Callable[[str], str]:
    """The demo month on PostgreSQL: makes a database of a name with the same rows, returns its address."""
    from lifecycle import backup

    def make(name: str, template: str = "template1") -> str:
        with sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return postgresql_url.replace("/postgres?", f"/{name}?")

    bound, db._engine = db._engine, db.open_engine(f"sqlite:///{month[0]}")
    try:
        backup.copy_to(make("the_month"))
    finally:
        db._engine.dispose()
        db._engine = bound
    return lambda name: make(name, "the_month")


def _where_it_is_eleven() -> str:
    east = 11 - datetime.now(timezone.utc).hour
    return f"Etc/GMT{-east:+d}"


def _last_wednesday() -> str:
    today = datetime.now(timezone.utc).replace(hour=15, minute=0, second=0, microsecond=0)
    return (today - timedelta(days=(today.weekday() - 3) % 7 + 1)).isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole assistant, started once for the test run as `make run` starts it.

    Its demo month ends on a Wednesday afternoon, so that it is the same one whenever the tests run.
    """
    made = Stack(
        tmp_path_factory.mktemp("stack"),
        MESSAGE_RATE_PER_MINUTE="0",
        ADDRESS_RATE_PER_MINUTE="0",
        RASA_TIMEOUT_SECONDS="120",  # for a busy machine; a shopper is told much sooner
        STAFF_PASSWORD=STAFF_PASSWORD,
    )
    made.command("demo", "load", "--now", _last_wednesday())
    made.env["STORE_TIMEZONE"] = _where_it_is_eleven()  # nothing a test lets fall due falls into the quiet hours
    made.start()
    yield made
    made.stop()


def _create(engine: sa.engine.Engine) -> None:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        views.create(connection)
