"""What a database holds, table by table, in a form that two databases of any kind can be compared by."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lifecycle.clock import iso
from lifecycle.model import Base


def fingerprint(engine: sa.engine.Engine) -> dict[str, tuple[int, str]]:
    """(rows, digest of their values in the order of their keys) by table."""
    found: dict[str, tuple[int, str]] = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            digest, count = hashlib.sha256(), 0
            for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings():
                digest.update(json.dumps({name: _plain(value) for name, value in row.items()}, sort_keys=True).encode())
                count += 1
            found[table.name] = (count, digest.hexdigest())
    return found


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
