"""Statements that every turn runs, prepared once."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class _Compiled:
    text: str
    binds: list[tuple[str, Convert | None]]  # in their order
    fixed: dict[str, Any]  # what the statement itself gives for some of them
    columns: list[Convert | None]
    row: Callable[..., Any]


class Prepared:
    """A statement that is compiled once for SQLite and then handed to its driver.

    SQLAlchemy spends ten times as long around a short statement as SQLite does in it.  What goes in and comes out is
    converted by the columns' own types, and errors are SQLAlchemy's, so that nobody can tell the difference.
    PostgreSQL, and whoever listens to statements, are served by SQLAlchemy itself.

    `columns`: of an insert, those that every row gives.  Lists in a statement (`IN`) and defaults made in Python are
    refused with ValueError at the first use.
    """

    def __init__(self, statement: Any, *, columns: Sequence[str] | None = None) -> None:
        self.statement = statement
        self._columns = columns
        self._made: tuple[Any, _Compiled] | None = None

    def all(self, connection: Connection, values: Mapping[str, Any] | None = None) -> list[Any]:
        """The rows found, each with its columns by name."""
        if not _straight(connection):
            return list(connection.execute(self.statement, dict(values or {})).all())
        made = self._compiled(connection.dialect)
        found = self._cursor(connection, made, values or {}).fetchall()
        return [
            made.row(
                *[
                    value if convert is None else convert(value)
                    for value, convert in zip(row, made.columns, strict=True)
                ]
            )
            for row in found
        ]

    def first(self, connection: Connection, values: Mapping[str, Any] | None = None) -> Any | None:
        """The first row found."""
        return next(iter(self.all(connection, values)), None)

    def scalar(self, connection: Connection, values: Mapping[str, Any] | None = None) -> Any | None:
        """The first column of the first row found."""
        row = self.first(connection, values)
        return None if row is None else row[0]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Change something; returns how many rows."""
        if not _straight(connection):
            return int(connection.execute(self.statement, dict(values)).rowcount)
        return int(self._cursor(connection, self._compiled(connection.dialect), values).rowcount)

    def run_each(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same with one row of values after another."""
        if not _straight(connection):
            connection.execute(self.statement, [dict(row) for row in rows])
            return
        made = self._compiled(connection.dialect)
        given = [_given(made, row) for row in rows]
        try:
            _driver(connection).executemany(made.text, given)
        except sqlite3.Error as error:
            raise _told(made, error) from error

    def _cursor(self, connection: Connection, made: _Compiled, values: Mapping[str, Any]) -> sqlite3.Cursor:
        try:
            return _driver(connection).execute(made.text, _given(made, values))
        except sqlite3.Error as error:
            raise _told(made, error) from error

    def _compiled(self, dialect: Any) -> _Compiled:
        if self._made is None or self._made[0] is not dialect:
            self._made = (dialect, _compile(self.statement, self._columns, dialect))
        return self._made[1]


def _compile(statement: Any, columns: Sequence[str] | None, dialect: Any) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=list(columns) if columns else None)
    if compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch:
        raise ValueError(f"cannot be prepared, it depends on its values: {compiled}")
    shown = statement.selected_columns if isinstance(statement, sa.sql.Select) else {}
    return _Compiled(
        text=str(compiled),
        binds=[(name, compiled._bind_processors.get(name)) for name in compiled.positiontup],
        fixed=dict(compiled.params),
        columns=[column.type._cached_result_processor(dialect, None) for column in shown.values()],
        row=namedtuple("Row", shown.keys(), rename=True),
    )


def _straight(connection: Connection) -> bool:
    # asked one by one, because an empty collection of an engine with options counts as true
    return connection.dialect.name == "sqlite" and not any(True for _ in connection.dispatch.before_cursor_execute)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.dbapi_connection
    return driver


def _given(made: _Compiled, values: Mapping[str, Any]) -> list[Any]:
    given = {**made.fixed, **values}
    return [given[name] if convert is None else convert(given[name]) for name, convert in made.binds]


def _told(made: _Compiled, error: sqlite3.Error) -> BaseException:
    told: BaseException = sa.exc.DBAPIError.instance(made.text, None, error, sqlite3.Error, hide_parameters=True)
    return told
