"""Macros: replies staff give often.  `{name}`, `{order}` and `{due}` are filled in when one is put into a reply."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.errors import Invalid, NotFound
from lifecycle.model import Macro
from lifecycle.text import canonical, one_line

TITLE_LENGTH, TEXT_LENGTH = 80, 2_000
FIELDS = ("name", "order", "due")
_FIELD = re.compile(r"\{(\w+)\}")


def save(session: Session, title: str, text: str, *, staff_id: int, now: datetime) -> Macro:
    """Keep a reply under a title; the same title again changes it.  Raises Invalid for an unknown {field}."""
    name, body = one_line(canonical(title), TITLE_LENGTH + 1), canonical(text)
    if not name or len(name) > TITLE_LENGTH or not body or len(body) > TEXT_LENGTH:
        raise Invalid(f"A macro has a title of 1 to {TITLE_LENGTH} characters and a text of 1 to {TEXT_LENGTH:,}.")
    unknown = [field for field in _FIELD.findall(body) if field not in FIELDS]
    if unknown:
        raise Invalid(f"{{{unknown[0]}}} cannot be filled in; there are {', '.join(f'{{{f}}}' for f in FIELDS)}.")
    row = session.scalar(sa.select(Macro).where(Macro.title == name))
    if row is None:
        row = Macro(title=name)
        session.add(row)
    row.text, row.staff_id, row.updated_at = body, staff_id, now
    session.flush()
    return row


def delete(session: Session, macro_id: int) -> None:
    row = session.get(Macro, macro_id)
    if row is None:
        raise NotFound("There is no such macro.")
    session.delete(row)


def every(session: Session) -> list[Macro]:
    return list(session.scalars(sa.select(Macro).order_by(Macro.title)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields; one without a value stays as it is written, to be seen before it is sent."""
    return _FIELD.sub(lambda found: values.get(found.group(1)) or found.group(0), text)
