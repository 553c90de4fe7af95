"""Put the demo store into an empty database: catalogue, articles, reviews, staff, and a month of customers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from lifecycle import catalogue, clock, db, demo, knowledge, search, staff
from lifecycle.demo import month
from lifecycle.settings import Settings

STAFF_EMAIL = "sam@juneberry.example.com"


def prepare(settings: Settings, *, tell: Callable[[str], None]) -> str:
    """Load the demo store into a database without a catalogue; returns the demo login's password.

    The password is made on first use and kept under LIFECYCLE_HOME, readable by its owner only.
    """
    with db.reading() as session:
        empty = catalogue.version(session) == 0
    if empty:
        load(now=clock.utcnow(), tell=tell)
    return _demo_login(settings)


def load(*, now: datetime, tell: Callable[[str], None]) -> None:
    """The demo store as of `now`; doing it again changes nothing."""
    tell("Loading the demo store ...")
    with db.transaction() as session:
        report = catalogue.import_feed(session, demo.catalogue_path(), store_name=demo.STORE.name, demo=True, now=now)
    with db.reading() as session:
        search.refresh(session)
    tell(f"  {report.added + report.changed + report.unchanged} products")
    with db.transaction() as session:
        texts = knowledge.import_articles(session, demo.articles_dir(), demo.guides_dir(), now=now)
        reviews = knowledge.import_reviews(session, demo.reviews_path(), now=now)
    tell(f"  {texts.files} articles and guides, {reviews.added} reviews")
    tell("  a month of customers, orders and conversations (about fifteen seconds) ...")
    month.load(now=now, progress=None)


def _demo_login(settings: Settings) -> str:
    path = settings.home / "secrets" / "demo_password"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    password = secrets.token_urlsafe(12)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with db.transaction() as session:
        if any(person.email == STAFF_EMAIL for person in staff.everyone(session)):
            staff.set_password(session, STAFF_EMAIL, password, now=clock.utcnow())
        else:
            staff.add(session, STAFF_EMAIL, "admin", password, name="Sam", now=clock.utcnow())
    path.touch(mode=0o600)
    path.write_text(password, encoding="utf-8")
    return password
