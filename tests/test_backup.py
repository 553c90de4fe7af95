"""What was backed up comes back row for row, and nobody who was erased meanwhile comes back with it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.rows import fingerprint
from lifecycle import backup, customers, db, privacy, views
from lifecycle.errors import Invalid
from lifecycle.model import Customer, Message, ShopOrder
from lifecycle.settings import settings


@pytest.fixture(params=["sqlite", "postgresql"])
def stored(request, home, month, monkeypatch):
    """The demo month in a database of either kind."""
    url = f"sqlite:///{home / 'lifecycle.db'}"
    if request.param == "postgresql":
        import pgserver

        url = request.getfixturevalue("month_on_postgresql")("restored")
        tools = Path(pgserver.__file__).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    else:
        shutil.copy(month[0], home / "lifecycle.db")
    yield db.bind(url)
    db.engine().dispose()
    db._engine = None


def test_a_restored_month_is_the_month_row_for_row(stored, home, month, now):
    before = fingerprint(stored)
    assert before == fingerprint(db.open_engine(f"sqlite:///{month[0]}"))
    backup.back_up(home / "month.backup", settings())
    assert (home / "month.backup").stat().st_mode & 0o077 == 0
    with db.transaction() as session:
        session.execute(sa.delete(Message))
        session.execute(sa.update(ShopOrder).values(total_cents=0))
    assert fingerprint(stored) != before
    assert backup.restore(home / "month.backup", settings(), now=now) == 0
    assert fingerprint(stored) == before
    with db.transaction() as session:  # and life goes on: the next ids are free
        customers.find_or_create(session, email="new@example.org", now=now)


def test_who_was_erased_after_the_backup_is_erased_again(stored, home, now):
    with db.reading() as session:
        buyers = sa.select(ShopOrder.customer_id).where(ShopOrder.customer_id.is_not(None)).distinct().limit(2)
        ada_id, ben_id = session.scalars(buyers).all()
        address = customers.email_of(session, ada_id)
    backup.back_up(home / "month.backup", settings())
    with db.transaction() as session:
        privacy.erase_now(session, ada_id, now=now)
        assert customers.by_email(session, address) is None
    privacy.keep_list(settings().erasure_list)
    assert address not in settings().erasure_list.read_text(encoding="utf-8")
    assert backup.restore(home / "month.backup", settings(), now=now + timedelta(days=1)) == 1
    with db.reading() as session:
        assert customers.by_email(session, address) is None and customers.suppressed(session, address)
        assert session.get(Customer, ada_id).erased_at is not None
        assert session.get(Customer, ben_id).erased_at is None
    assert backup.restore(home / "month.backup", settings(), now=now + timedelta(days=2)) == 1


def test_an_erasure_nobody_wrote_down_yet_is_read_from_the_database_that_is_replaced(stored, home, now):
    with db.reading() as session:
        ada_id = session.scalar(sa.select(ShopOrder.customer_id).where(ShopOrder.customer_id.is_not(None)).limit(1))
    backup.back_up(home / "month.backup", settings())
    with db.transaction() as session:
        privacy.erase_now(session, ada_id, now=now)
    assert backup.restore(home / "month.backup", settings(), now=now) == 1


def test_somebody_new_under_an_old_id_is_left_alone(database, home, now):
    with db.transaction() as session:
        gone = customers.find_or_create(session, email="gone@example.org", now=now)
        privacy.erase_now(session, gone.id, now=now)
        gone_id = gone.id
    privacy.keep_list(settings().erasure_list)
    with db.transaction() as session:
        session.execute(sa.text("DELETE FROM erasure_request"))
        session.execute(sa.text("DELETE FROM stage_change"))
        session.execute(sa.text("DELETE FROM customer"))
        new = customers.find_or_create(session, email="new@example.org", now=now + timedelta(hours=1))
        new.id = gone_id
        session.flush()
        assert privacy.erase_again(session, settings().erasure_list, now=now) == 1
        session.expire_all()
        assert customers.by_email(session, "new@example.org") is not None


def test_a_damaged_or_existing_file_is_refused_and_nothing_changes(database, home, now):
    (home / "old.backup").write_text("something else")
    with pytest.raises(Invalid, match="exists already"):
        backup.back_up(home / "old.backup", settings())
    with db.transaction() as session:
        customers.find_or_create(session, email="ada@example.org", now=now)
    with pytest.raises(Invalid, match="no SQLite database"):
        backup.restore(home / "old.backup", settings(), now=now)
    with db.reading() as session:
        assert customers.by_email(session, "ada@example.org") is not None


def test_a_backup_taken_while_others_write_is_one_moment(database, home, now):
    with db.transaction() as session:
        customers.find_or_create(session, email="ada@example.org", now=now)
        backup.back_up(home / "quiet.backup", settings())
        customers.find_or_create(session, email="ben@example.org", now=now)
    with sqlite3.connect(home / "quiet.backup") as copy:
        assert copy.execute("SELECT COUNT(*) FROM customer").fetchone() == (0,)  # nothing was committed then


def test_a_database_with_rows_is_never_copied_over(stored, tmp_path):
    target = f"sqlite:///{tmp_path / 'other.db'}"
    assert backup.copy_to(target) > 1_000
    assert fingerprint(db.open_engine(target)) == fingerprint(stored)
    with pytest.raises(Invalid, match="not empty"):
        backup.copy_to(target)


def test_readers_can_still_read_after_a_restore(stored, home, now):
    if stored.dialect.name == "sqlite":
        return
    with stored.begin() as connection:
        views.let_read(connection, "bi_reader", "a secret")
    backup.back_up(home / "month.backup", settings())
    backup.restore(home / "month.backup", settings(), now=now)
    with stored.connect() as connection:
        assert views.readers(connection) == ["bi_reader"]
