"""Alembic's entry: migrates the database of this process (lifecycle.db), called from code."""

from alembic import context

from lifecycle import db
from lifecycle.model import Base

with db.connection() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transactional_ddl=connection.dialect.name != "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
