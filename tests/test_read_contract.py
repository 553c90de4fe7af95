"""What CRM and BI rely on: their ten questions are answered alike on both databases, and a reader can only read."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from lifecycle import db, views
from lifecycle.cli import cli
from lifecycle.settings import PROJECT

PAGE = (PROJECT / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"^## \d+\. (.*?)\n.*?```sql\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def both(month, month_on_postgresql):
    """The demo month on SQLite, and the same rows on PostgreSQL."""
    sqlite, postgresql = db.open_engine(f"sqlite:///{month[0]}"), db.open_engine(month_on_postgresql("questions"))
    yield sqlite, postgresql
    sqlite.dispose()
    postgresql.dispose()


def test_there_are_ten_questions():
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_the_same_answer_on_both_databases(both, question):
    answers = []
    for engine in both:
        with engine.connect() as connection:
            found = connection.execute(sa.text(QUESTIONS[question]))
            answers.append((list(found.keys()), [[plain(value) for value in row] for row in found]))
    assert answers[0] == answers[1]
    columns, rows = answers[0]
    assert rows and all(any(row[place] is not None for row in rows) for place in range(len(columns)))


def test_the_interval_of_a_product_is_the_one_the_console_shows(both):
    from lifecycle import nps

    with both[1].connect() as connection:
        first = (
            connection.execute(sa.text(QUESTIONS["What is our NPS by product, and how sure is it?"])).mappings().first()
        )
        scores = connection.execute(
            sa.text("SELECT score FROM v_survey_answers WHERE kind = 'nps' AND product_id = :p AND score IS NOT NULL"),
            {"p": first["product_id"]},
        ).scalars()
        scores = list(scores)
    assert float(first["nps"]) == pytest.approx(nps.net_promoter_score(scores))
    low, high = nps.interval(scores)
    assert float(first["low"]) == pytest.approx(low, abs=0.01) or low == -100.0
    assert float(first["high"]) == pytest.approx(high, abs=0.01) or high == 100.0


def test_a_reader_reads_the_views_and_nothing_else(both, postgresql_url):
    _sqlite, postgresql = both
    with postgresql.begin() as connection:
        views.let_read(connection, "crm_reader", "it's 100% secret")
        views.let_read(connection, "crm_reader", "it's 100% secret too")
        views.create(connection)  # as the next migration does
    reader = sa.create_engine(postgresql.url.set(username="crm_reader", password="it's 100% secret too"), future=True)
    with reader.connect() as connection:
        for name in views.READABLE:
            connection.execute(sa.text(f"SELECT * FROM {name} LIMIT 1"))
        assert connection.execute(sa.text("SELECT version FROM schema_version")).scalar_one() == views.VERSION
        assert connection.execute(sa.text("SHOW timezone")).scalar_one() == "UTC"
    for statement in (
        "SELECT * FROM message LIMIT 1",
        "SELECT * FROM staff",
        "DELETE FROM v_needs",
        "UPDATE v_products SET title = ''",
        "CREATE TABLE mine (id INTEGER)",
    ):
        with pytest.raises(DBAPIError), reader.begin() as connection:
            connection.execute(sa.text("SET TRANSACTION READ WRITE"))
            connection.execute(sa.text(statement))
    reader.dispose()


def test_on_sqlite_the_file_is_the_right_to_read(database):
    from click.testing import CliRunner

    refused = CliRunner().invoke(cli, ["db", "reader", "crm_reader", "--password", "secret"])
    assert refused.exit_code and "read-only" in str(refused.exception)


def test_every_stage_has_a_name_in_every_vocabulary(both):
    with both[0].connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM v_stages ORDER BY position")).mappings().all()
    assert [row["stage"] for row in rows] == ["discovery", "education", "purchase", "post_purchase", "advocacy"]
    assert all(all(row.values()) or row["position"] == 0 for row in rows)


def plain(value):
    """Numbers alike to six digits, whatever type a database gives them."""
    if value is None or isinstance(value, (str, bool)):
        return value
    return round(float(value), 6) or 0.0
