"""Words are found however many messages there are; what is deleted is found no more, nor left in the index."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from test_transcripts import found, talk

from lifecycle import conversations, fulltext, privacy
from lifecycle.model import Conversation, Message
from lifecycle.transcripts import Filters


@pytest.mark.parametrize(
    "question, hit",
    [
        ("grinder", True), ("grin", True), ("GRINDER, quiet!", True), ("quiet ada@example.com", True),
        ("black-out", True), ("under 150", True), ("café", True), ("rinder", False), ("quiet zebra", False),
        ("gr", False), ("100%", False), ("%", False), ('"', False), ("' OR 1=1 --", False), ("NOT quiet", False),
        ("text:quiet", False), ("*", False), ("quiet*", True), ("x" * 500, False),
    ],
)  # fmt: skip
def test_each_word_of_the_question_begins_a_word_said(
    session: Session, now: datetime, question: str, hit: bool
) -> None:
    talked = talk(session, now, "A quiet grinder under 150 for the café, black-out colour")
    conversations.add_message(session, talked, role="assistant", text="I write to ada@example.com", now=now)
    talk(session, now, "something else")
    assert found(session, Filters(q=question)) == ([talked] if hit else [])


def test_the_index_follows_what_is_stored(session: Session, now: datetime) -> None:
    talked = talk(session, now, "a zebra")
    other = talk(session, now, "a giraffe")
    session.execute(sa.update(Message).where(Message.conversation_id == talked).values(text="an okapi"))
    assert found(session, Filters(q="zebra")) == [] and found(session, Filters(q="okapi")) == [talked]
    session.execute(sa.delete(Conversation).where(Conversation.id == other))
    assert found(session, Filters(q="giraffe")) == []
    if session.get_bind().dialect.name == "sqlite":  # the words a deleted conversation would leave behind
        rows = sa.text("SELECT count(*) FROM message_words WHERE message_words MATCH 'giraffe'")
        assert session.scalar(rows) == 0


def test_an_erased_word_is_nowhere_in_the_index(session: Session, now: datetime) -> None:
    talked = talk(session, now, "my canary is called Tweety")
    talk(session, now, "something else")
    privacy.request_erasure(session, thread_id=talked, now=now)
    privacy.erase_requested(session, now=now)
    assert found(session, Filters(q="canary")) == []
    if session.get_bind().dialect.name == "sqlite":
        blocks = session.scalars(sa.text("SELECT block FROM message_words_data")).all()
        assert blocks and not any(b"canary" in block or b"tweety" in block for block in blocks)


def test_what_was_said_before_the_index_was_made_is_found(session: Session, now: datetime) -> None:
    fulltext.drop(session.connection())
    talked = talk(session, now, "a zebra")
    fulltext.create(session.connection())
    assert found(session, Filters(q="zebra")) == [talked]


def test_a_name_is_found_by_how_its_words_begin_and_a_short_word_by_the_whole_of_it() -> None:
    assert fulltext.begins("byr", ["ada", "byron"]) and fulltext.begins("li", ["li", "wei"])
    assert not fulltext.begins("ron", ["ada", "byron"]) and not fulltext.begins("by", ["ada", "byron"])
