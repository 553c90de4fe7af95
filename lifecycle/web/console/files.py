"""Any list of the console as a file, in one way: written down before the first row leaves, then streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from lifecycle import db, exports, staff
from lifecycle.errors import Invalid
from lifecycle.web.console import view
from lifecycle.web.console.gate import member_of


def known(name: str, value: str, values: Iterable[str]) -> None:
    """Raises Invalid for a filter that would leave an empty file, where the page says which values there are."""
    if value and value not in values:
        raise Invalid(f"“{value[:40]}” is no {name}; it is one of {', '.join(values)}.")


def attachment(
    request: Request,
    name: str,
    kind: str,
    source: str,
    key: str,
    keys: Callable[[Session], Iterable[Any]],
    **details: Any,
) -> Response:
    """The rows of the view `source` whose column `key` is one of `keys`, as a file of `name`; an audit row says so."""
    if kind not in exports.KINDS:
        raise Invalid("There are exports as .csv and .jsonl.")
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        staff.audit(session, member.id, "export", name, kind, now=now, **details)

    def pieces() -> Iterator[str]:
        with db.reading() as session:
            rows = exports.records(session, source, key, keys(session))
            yield from exports.write(rows, kind, exports.columns(session, source))

    file = f"{name}-{view.local_time(now):%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return StreamingResponse(pieces(), media_type=exports.KINDS[kind], headers=headers)
