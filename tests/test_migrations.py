"""The migrated schema is the model's, there and back, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from lifecycle import db, fulltext, views
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
