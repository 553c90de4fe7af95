"""Lists as files: the rows of a `v_*` view, as CSV that no spreadsheet runs or as JSON Lines.

Whatever list is exported, each row is exactly the row of the view a CRM reads, and only the rows of the list leave.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.clock import iso
from lifecycle.db import Json, UtcDateTime
from lifecycle.errors import Invalid

KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
BATCH = 500
_LISTS = ("topics", "products", "needs", "themes", "buttons", "cards", "conversation_ids")
_FLAGS = ("handed_over", "gift")
_RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # OWASP, CSV injection
_BLANK = " \u00a0\u200b\ufeff\t\r\n"  # a spreadsheet may drop these before it looks


def records(
    session: Session, view: str, key: str, keys: Iterable[Any], *, batch: int = BATCH
) -> Iterator[dict[str, Any]]:
    """The rows of `view` whose column `key` is one of `keys`, in the order of the keys, read in batches."""
    table = sa.table(view, *(sa.column(name, _type(name)) for name in columns(session, view)))
    waiting = iter(keys)
    while wanted := list(islice(waiting, batch)):
        places = {value: place for place, value in enumerate(wanted)}
        found = session.execute(sa.select(table).where(table.c[key].in_(wanted))).mappings()
        yield from sorted((dict(row) for row in found), key=lambda row: places[row[key]])


def columns(session: Session, view: str) -> list[str]:
    return list(session.execute(sa.text(f"SELECT * FROM {view} LIMIT 0")).keys())


def write(rows: Iterable[dict[str, Any]], kind: str, heading: Sequence[str]) -> Iterator[str]:
    """The rows as `csv` (with a heading line) or `jsonl`, in pieces of text."""
    if kind == "jsonl":
        for row in rows:
            plain = {name: iso(value) if isinstance(value, datetime) else value for name, value in row.items()}
            yield json.dumps(plain, ensure_ascii=False) + "\n"
        return
    if kind != "csv":
        raise Invalid(f"{kind!r} is no export format; use csv or jsonl.")
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([cell(value) for value in row.values()])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: inert text, true numbers, ISO times, lists as JSON."""
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    runs = text.startswith(("\t", "\r", "\n")) or text.lstrip(_BLANK).startswith(_RUN)
    return "'" + text if runs else text


def _type(name: str) -> Any:
    """SQLite forgets the types of a view's columns; their names keep them."""
    if name.endswith("_at") or name == "stage_since":
        return UtcDateTime()
    return Json if name in _LISTS else sa.Boolean() if name in _FLAGS else sa.types.NullType()
