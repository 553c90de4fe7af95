"""The migrated schema is the model's, there and back, on both databases."""

from __future__ import annotations

import shutil

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from lifecycle import db, fulltext, views
from lifecycle.errors import Unavailable
from lifecycle.model import Base


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, home):
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS migrated")
            connection.exec_driver_sql("CREATE DATABASE migrated")
        url = url.replace("/postgres?", "/migrated?")
    else:
        url = f"sqlite:///{home / 'migrated.db'}"
    engine = db.bind(url)
    yield engine
    engine.dispose()
    db._engine = None


def differences(engine: sa.engine.Engine) -> list:
    """What the schema and the model do not share; the index of words is made by statements of its own."""

    def ours(_object: object, name: str, _kind: str, _reflected: bool, _compared: object) -> bool:
        return name not in (*fulltext.TABLES, *fulltext.INDEXES)

    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": ours}
        return compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata)


def test_up_is_the_model_down_is_nothing_up_again_is_the_model(empty):
    db.upgrade()
    assert differences(empty) == []
    assert set(sa.inspect(empty).get_view_names()) >= set(views.VIEWS)
    current, newest = db.revisions()
    assert current == newest
    db.downgrade("base")
    assert set(sa.inspect(empty).get_table_names()) <= {"alembic_version"}
    db.upgrade()
    assert differences(empty) == []


def test_the_read_contract_tells_its_version(empty):
    db.upgrade()
    db.upgrade()
    with empty.connect() as connection:
        assert connection.execute(sa.text("SELECT version FROM schema_version")).scalars().all() == [views.VERSION]


def test_a_migration_gives_up_a_table_somebody_holds_and_changes_nothing(empty, monkeypatch):
    """Whoever comes after a statement that waits for a table waits behind it: the whole store would stand still."""
    db.upgrade()
    monkeypatch.setattr(db, "MIGRATION_WAITS_SECONDS", 0.1)
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    db.bind(empty.url.render_as_string(hide_password=False))  # a connection waits as long as it was opened to
    here, _newest = db.revisions()
    holding = sa.create_engine(empty.url, future=True)
    with holding.connect() as connection:
        held = "BEGIN IMMEDIATE" if empty.dialect.name == "sqlite" else "LOCK TABLE message IN ACCESS SHARE MODE"
        connection.exec_driver_sql(held)
        with pytest.raises(Unavailable, match="not changed"):
            db.downgrade("base")
        assert db.revisions()[0] == here and differences(empty) == []
    db.downgrade("base")
    assert set(sa.inspect(empty).get_table_names()) <= {"alembic_version"}
    holding.dispose()


def revisions_of_old() -> list[str]:
    """Every released revision but the newest, the newest first."""
    script = ScriptDirectory.from_config(db._alembic())
    return [each.revision for each in script.walk_revisions()][1:]


def columns(engine: sa.engine.Engine) -> dict[str, dict[str, dict]]:
    inspector = sa.inspect(engine)
    tables = [name for name in inspector.get_table_names() if name in Base.metadata.tables]
    return {name: {column["name"]: column for column in inspector.get_columns(name)} for name in tables}


def rows(engine: sa.engine.Engine, known: dict[str, dict[str, dict]]) -> dict[str, list]:
    """What the columns of an older revision hold."""
    with engine.connect() as connection:
        return {
            name: [
                tuple(row)
                for row in connection.execute(
                    sa.select(*(table.c[column] for column in sorted(known[name]))).order_by(*table.primary_key.columns)
                )
            ]
            for name, table in Base.metadata.tables.items()
            if name in known
        }


@pytest.fixture(params=["sqlite", "postgresql"])
def lived_in(request, home, month):
    """The demo month in a database of either kind."""
    if request.param == "postgresql":
        url = request.getfixturevalue("month_on_postgresql")("lived_in")
    else:
        url = f"sqlite:///{shutil.copy(month[0], home / 'lived_in.db')}"
    engine = db.bind(url)
    yield engine
    engine.dispose()
    db._engine = None


def test_a_month_goes_back_to_every_revision_and_returns_unchanged(lived_in):
    known = columns(lived_in)
    for revision in revisions_of_old():
        before = rows(lived_in, known)
        db.downgrade(revision)
        newer, known = known, columns(lived_in)
        assert rows(lived_in, known) == {name: only(before[name], newer[name], known[name]) for name in known}, revision
    first = rows(lived_in, known)
    db.upgrade()
    assert differences(lived_in) == []
    assert rows(lived_in, known) == first


def only(found: list, names: dict, wanted: dict) -> list:
    """The wanted columns of rows, in the order of their names."""
    places = [place for place, name in enumerate(sorted(names)) if name in wanted]
    return [tuple(row[place] for place in places) for row in found]


def test_what_an_older_version_writes_fits_the_newest_schema(empty):
    db.upgrade()
    newest = columns(empty)
    for revision in revisions_of_old():
        db.downgrade(revision)
        for name, old in columns(empty).items():
            assert set(old) <= set(newest[name]), f"{name} lost a column since {revision}"
            for column, now in newest[name].items():
                if column not in old:
                    assert now["nullable"] or now["default"] is not None, f"{name}.{column} since {revision}"
                else:
                    assert now["nullable"] >= old[column]["nullable"], f"{name}.{column} since {revision}"
