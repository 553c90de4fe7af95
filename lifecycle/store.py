"""Who the store is: the name shoppers read everywhere, from STORE_NAME or from what the last import told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.db.statements import Prepared
from lifecycle.model import Store
from lifecycle.settings import settings
from lifecycle.text import one_line

_PROFILE = Prepared(sa.select(Store.__table__.c.name, Store.__table__.c.site_url, Store.__table__.c.demo).limit(1))
UNNAMED = "our shop"  # in a sentence, while nobody told a name
_NO_NAME = re.compile(r"\b(?:feed|products?|catalog(?:ue)?|google|merchant|shopping|export|data|rss|xml|test)\b", re.I)


@dataclass(frozen=True)
class Profile:
    """`name` is "" while nobody told it; `site_url` is what the catalogue's relative links are relative to."""

    name: str = ""
    site_url: str = ""
    demo: bool = False

    @property
    def shown(self) -> str:
        """The name as a heading."""
        return self.name or UNNAMED.capitalize()


def profile(session: Session) -> Profile:
    """What is known of the store."""
    row = _PROFILE.first(session.connection())
    known = Profile(*row) if row else Profile()
    return Profile(settings().store_name, known.site_url, known.demo) if settings().store_name else known


def name(session: Session) -> str:
    """The store's name; "" when neither STORE_NAME nor an import told one."""
    return profile(session).name


def told(
    session: Session, *, name: str | None, site_url: str | None, demo: bool, another: bool = False, now: datetime
) -> None:
    """Keep what an import tells of the store; None leaves what is known.

    What was the demo's goes with the demo, and what was said of a store goes when the range is `another` one's.
    """
    row = session.scalars(sa.select(Store).limit(1)).first()
    if row is None:
        row = Store(name="", site_url="", demo=demo, updated_at=now)
        session.add(row)
    if another or (row.demo and not demo):
        row.name = row.site_url = ""
    values = {"name": name, "site_url": site_url, "demo": demo}
    for column, value in values.items():
        if value is not None and getattr(row, column) != value:
            setattr(row, column, value)
            row.updated_at = now
    session.flush()


def name_in(title: str) -> str:
    """The store's name in a feed's title; "" when the title speaks of the feed ("Google product feed")."""
    text = one_line(title, 100)
    first = re.split(r"\s+[-–—|:]\s+", text)[0]
    return first if first and not _NO_NAME.search(first) else ""
