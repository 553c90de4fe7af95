"""The words of conversations, found by the database's own full-text index: FTS5 on SQLite, GIN on PostgreSQL.

A conversation matches when each word of the question begins a word somebody said in it, in one message or another.
Case and, on SQLite, accents do not count.  The index is kept by the database: whoever stores or deletes a message
stores or deletes its words in the same statement.

FTS5 keeps no text, only which word is where; its row id is the interaction's id above the message's id, so that the
conversations of a word are known without looking at a single message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

WORDS = 8  # of a question that are looked for
SHORTEST_BEGINNING = 3  # shorter ones are whole words: a beginning of two letters matches nearly everything
TABLES = ("message_words", "message_words_config", "message_words_data", "message_words_docsize", "message_words_idx")
INDEXES = ("ix_message_words",)

_SHIFT = 36
_ROW = f"(SELECT i.id << {_SHIFT} FROM interaction i WHERE i.conversation_id = {{0}}.conversation_id) + {{0}}.id"
_KNOWN = "EXISTS (SELECT 1 FROM interaction i WHERE i.conversation_id = {0}.conversation_id)"
_SQLITE = (
    "CREATE VIRTUAL TABLE message_words USING fts5("
    "text, content='', detail=none, columnsize=0, prefix='3 4 5 6', tokenize='unicode61 remove_diacritics 2')",
    f"""CREATE TRIGGER message_words_new AFTER INSERT ON message WHEN {_KNOWN.format("NEW")} BEGIN
        INSERT INTO message_words (rowid, text) VALUES ({_ROW.format("NEW")}, NEW.text); END""",
    f"""CREATE TRIGGER message_words_changed AFTER UPDATE OF text ON message WHEN {_KNOWN.format("NEW")} BEGIN
        INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', {_ROW.format("OLD")}, OLD.text);
        INSERT INTO message_words (rowid, text) VALUES ({_ROW.format("NEW")}, NEW.text); END""",
    f"""CREATE TRIGGER message_words_gone AFTER DELETE ON message WHEN {_KNOWN.format("OLD")} BEGIN
        INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', {_ROW.format("OLD")}, OLD.text);
        END""",
    # the messages of a deleted conversation go first, while the interaction that names their rows is there
    """CREATE TRIGGER message_words_conversation_gone BEFORE DELETE ON conversation BEGIN
        DELETE FROM message WHERE conversation_id = OLD.id; END""",
    f"""INSERT INTO message_words (rowid, text)
        SELECT (i.id << {_SHIFT}) + m.id, m.text FROM message m JOIN interaction i USING (conversation_id)
         ORDER BY 1""",
)
_TRIGGERS = ("new", "changed", "gone", "conversation_gone")
# punctuation inside a word splits it, as FTS5 does; PostgreSQL would keep an address or a hyphened word whole
_VECTOR = "to_tsvector('simple', translate({text}, '-_/\\@.:+%&#=?', '             '))"
_POSTGRESQL = (f"CREATE INDEX ix_message_words ON message USING gin ({_VECTOR.format(text='text')})",)


def create(connection: Connection) -> None:
    """Make the index and fill it with what was said so far; the migration and the tests' fresh schemas call this."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement.replace("%", "%%") if connection.dialect.name != "sqlite" else statement)


def drop(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in _TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS message_words_{name}")
        connection.exec_driver_sql("DROP TABLE IF EXISTS message_words")
    else:
        connection.exec_driver_sql("DROP INDEX IF EXISTS ix_message_words")


def words(question: str) -> list[str]:
    """The words of a question as the index knows them, at most WORDS, lower case."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", question.lower())))[:WORDS]


def begins(word: str, parts: Sequence[str]) -> bool:
    """Whether `word` begins one of the words of a text, as `said` understands it."""
    return any(part == word or (len(word) >= SHORTEST_BEGINNING and part.startswith(word)) for part in parts)


def said(session: Session, word: str, *, of_customers: Sequence[int] = ()) -> Any:
    """The condition on `interaction` that somebody said `word` (one of `words`) in it, or it is one of customers'."""
    begins = len(word) >= SHORTEST_BEGINNING
    if session.get_bind().dialect.name == "sqlite":
        # the plus keeps SQLite on the order of the list: it would sort the conversations of a common word each time
        text = f"+interaction.id IN (SELECT rowid >> {_SHIFT} FROM message_words WHERE message_words MATCH :word"
        also = "SELECT id FROM interaction WHERE customer_id IN :customers"
        term, joined = f'"{word}"{"*" if begins else ""}', "UNION ALL"
    else:
        vector = _VECTOR.format(text="m.text").replace(":", "\\:")
        text = (
            "interaction.conversation_id IN (SELECT m.conversation_id FROM message m"
            f" WHERE {vector} @@ to_tsquery('simple', :word)"
        )
        also = "SELECT conversation_id FROM interaction WHERE customer_id IN :customers"
        # without ALL, because PostgreSQL takes what it does not count for two hundred rows, and looks each of them up
        term, joined = f"'{word}'{':*' if begins else ''}", "UNION"
    parts = [sa.bindparam("word", term, unique=True)]
    if of_customers:
        text += f" {joined} {also}"
        parts.append(sa.bindparam("customers", list(of_customers), unique=True, expanding=True))
    return sa.text(text + ")").bindparams(*parts)


def forget(session: Session) -> None:
    """Make what was deleted leave the index's pages too; FTS5 only marks it, PostgreSQL's vacuum does it by itself."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("INSERT INTO message_words (message_words) VALUES ('optimize')"))
