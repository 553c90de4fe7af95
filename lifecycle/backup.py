"""Backup, restore, and the move from one kind of database to the other.

SQLite's own online backup and PostgreSQL's pg_dump and pg_restore do the work.  A backup remembers who has been erased
since: whoever is restored from it is erased again before anybody is served.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from lifecycle import db, privacy, views
from lifecycle.errors import Invalid, NotFound, Unavailable
from lifecycle.model import Base
from lifecycle.settings import Settings

_ROWS_AT_ONCE = 1_000


def back_up(file: Path, settings: Settings) -> None:
    """Write the database as it is at one moment into a new file, while others go on writing.

    The file is whole or it is not there; only its owner may read it.  The list of erasures is brought up to date.
    Raises Invalid when it exists already.
    """
    privacy.keep_list(settings.erasure_list)
    if file.exists():
        raise Invalid(f"{file} exists already; name a new file.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        unfinished.touch(mode=0o600)
        if db.engine().dialect.name == "sqlite":
            with closing(sqlite3.connect(_path())) as source, closing(sqlite3.connect(unfinished)) as target:
                source.backup(target)
                _require_sound(target, unfinished)
        else:
            _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}")
        os.replace(unfinished, file)
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def restore(file: Path, settings: Settings, *, now: datetime) -> int:
    """Put the database back to what a backup holds, bring it to this version, and erase again who was erased since.

    Who was erased is told by the list of `privacy.keep_list`, which lives outside the database, and by the database
    that is replaced, while it still answers.  What is served again holds nobody who asked to be forgotten: the
    erasures are made before this returns.  Returns how many were.
    """
    if not file.exists():
        raise NotFound(f"There is no file {file}.")
    privacy.keep_list(settings.erasure_list)
    roles = _readers()
    if db.engine().dialect.name == "sqlite":
        path = Path(_path())
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source, closing(sqlite3.connect(path)) as to:
            _require_sound(source, file)
            source.backup(to)
    else:
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", str(file))
    db.engine().dispose()
    shutil.rmtree(settings.search_index, ignore_errors=True)  # derived from another catalogue; it is made anew
    db.upgrade()
    with db.transaction() as session:
        for role in roles:
            views.grant(session.connection(), role)
        return privacy.erase_again(session, settings.erasure_list, now=now)


def copy_to(url: str, *, tell: Callable[[str], None] = lambda _: None) -> int:
    """Copy every row of this process's database into another, empty one, of either kind; returns how many.

    The other gets the schema of this version first.  All rows arrive in one transaction, or none.
    """
    source = db.engine()
    target = db.open_engine(url)
    try:
        db.upgrade(engine=target)
        with source.connect() as old, target.begin() as new:
            rows = sum(_copy_table(table, old, new, tell) for table in _tables())
            if target.dialect.name == "postgresql":
                _count_on(new)
        return rows
    finally:
        target.dispose()


def _copy_table(table: sa.Table, old: Any, new: Any, tell: Callable[[str], None]) -> int:
    if table.name == "schema_version":
        new.execute(table.delete())  # the migration wrote it
    if new.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
        raise Invalid(f"The other database is not empty: {table.name} has rows. Name a new one.")
    copied = 0
    rows = old.execution_options(stream_results=True).execute(sa.select(table).order_by(*table.primary_key.columns))
    for part in rows.mappings().partitions(_ROWS_AT_ONCE):
        new.execute(table.insert(), [dict(row) for row in part])
        copied += len(part)
    tell(f"  {table.name:<22} {copied}")
    return copied


def _tables() -> list[sa.Table]:
    return list(Base.metadata.sorted_tables)


def _count_on(connection: Any) -> None:
    """Let PostgreSQL's sequences go on after the ids that were copied."""
    for table in _tables():
        key = next(iter(table.primary_key.columns)).name
        sequence = connection.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, key))).scalar()
        highest = connection.execute(sa.select(sa.func.max(table.c[key]))).scalar() if sequence else None
        if highest is not None:
            connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _readers() -> list[str]:
    try:
        with db.connection() as connection:
            return views.readers(connection)
    except Unavailable:
        return []


def _path() -> str:
    return str(db.engine().url.database)


def _require_sound(connection: sqlite3.Connection, file: Path) -> None:
    try:
        found = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Invalid(f"{file} is no SQLite database: {error}.") from error
    if found != "ok":
        raise Invalid(f"{file} is damaged: {found}.")


def _run(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools; the password goes through the environment, never through the command line."""
    program = shutil.which(tool)
    if program is None:
        raise Unavailable(f"{tool} is not installed; it comes with PostgreSQL's client programs.")
    url: URL = db.engine().url
    env = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    shown = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [program, *arguments[:-1], f"--dbname={shown}", arguments[-1]]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{tool} could not do it: {done.stderr.strip().splitlines()[-1] if done.stderr else ''}")
