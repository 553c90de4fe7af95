"""What customers said, read again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lifecycle import db
from lifecycle.cli.shared import json_option, now_option, show, table
from lifecycle.desk.phrases import FOREIGN, Heard
from lifecycle.desk.phrases import heard as heard_since

if TYPE_CHECKING:
    from lifecycle.engine.understand import Reading


@click.group()
def conversations() -> None:
    """What customers said."""


@conversations.command()
@click.option("--model", type=click.Path(path_type=Path, exists=True), required=True, help="The candidate, a .tar.gz.")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True)
@now_option
@json_option
def replay(model: Path, days: int, now: datetime, as_json: bool) -> None:
    """Read the words of the last days with another model: what would have been understood differently.

    Words are masked before they are read; nothing is stored, sent or learned.
    """
    from lifecycle.engine.understand import Understanding

    reader = Understanding(model)
    with db.reading() as session:
        heard = list(heard_since(session, since=now - timedelta(days=days), until=now))
    readings = reader.read_all([each.text for each in heard])
    changed = [_change(before, after) for before, after in zip(heard, readings, strict=True)]
    rows = [row for row in changed if row["before"] != row["after"]]
    counts = {kind: sum(row["kind"] == kind for row in rows) for kind in ("found", "lost", "other")}

    def lines() -> Iterator[str]:
        if rows:
            yield from table(tuple(rows[0]), [list(row.values()) for row in rows])
        yield (
            f"{len(rows)} of {len(heard)} messages would be understood differently: {counts['found']} understood now, "
            f"{counts['lost']} no longer, {counts['other']} as something else."
        )

    show({"read": len(heard), "changed": len(rows), **counts, "changes": rows}, as_json, lines)


def _change(before: Heard, after: Reading) -> dict[str, str]:
    intent = after.intent if after.accepted else FOREIGN
    was = before.intent if before.accepted else FOREIGN
    kind = "found" if was == FOREIGN else "lost" if intent == FOREIGN else "other"
    return {
        "kind": kind,
        "before": was,
        "after": intent,
        "conversation_id": before.conversation_id,
        "text": before.text,
    }


COMMANDS = (conversations,)
