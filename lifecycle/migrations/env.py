"""Alembic's entry: migrates the database of this process (lifecycle.db), called from code."""

from alembic import context

from lifecycle import db
from lifecycle.model import Base

_LOCK = 4_906_220_713  # any number, the same in every process

with db.connection(context.config.attributes.get("engine")) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transactional_ddl=True,  # on SQLite too: a transaction begins where we say (lifecycle.db), so DDL is part of it
    )
    if connection.dialect.name == "sqlite":
        # A changed table is made anew and the old one dropped, which would take along whatever points to it.
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
    try:
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                # Two machines that start at once migrate one after the other.  What waits for a table's lock makes
                # everybody behind it wait too, so it gives up soon; the work itself may take as long as it takes.
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(db.MIGRATION_WAITS_SECONDS * 1000)}")
            context.run_migrations()
    finally:
        if connection.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
