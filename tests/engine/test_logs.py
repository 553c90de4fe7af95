"""One id leads from the widget to the row and to the line of every process; no line holds a word of the customer."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from coroutines import finished
from mailroom import RecordingHttp

from lifecycle import conversations, db, logs
from lifecycle.channels import webchat
from lifecycle.errors import Invalid
from lifecycle.settings import load, settings
from lifecycle.web.rasa import Rasa

pytest_plugins = ["tests.bot.conftest"]
WORDS = "canaryquux@example.org"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the processes would write with LOG_FORMAT=json."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter("json"))
    ours, factory = logging.getLogger("lifecycle"), logging.getLogRecordFactory()
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    logging.setLogRecordFactory(logs.discreet)
    yield stream
    logging.setLogRecordFactory(factory)
    ours.removeHandler(handler)
    ours.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_one_id_leads_from_the_widget_through_every_process_to_the_row(chat, written, now, monkeypatch):
    ids = {"message_id": "m-77", "conversation_id": chat.thread_id}
    with closing(RecordingHttp(body=b'{"messages": [{"id": 1, "text": "Hi!"}]}')) as server:

        async def gateway() -> None:
            client = Rasa(server.url, 5, "k" * 24)
            await client.send(ids["conversation_id"], ids["message_id"], text=WORDS)
            await client.close()

        finished(gateway())
        webchat.send(ids, settings=replace(settings(), rasa_url=server.url), now=now)
    assert chat.post({"text": f"do you ship to Canada? {WORDS}"}, "m-77")[0] == 200
    processes = {"lifecycle.web", "lifecycle.worker", "lifecycle.engine"}
    told = [line for line in lines(written) if line["logger"] in processes]
    assert {line["logger"] for line in told} == processes
    assert all({name: line.get(name) for name in ids} == ids for line in told)
    with db.reading() as session:
        row = sa.text("SELECT conversation_id FROM v_messages WHERE client_message_id = 'm-77'")
        assert session.execute(row).scalar_one() == chat.thread_id
    assert WORDS not in written.getvalue()


def test_an_error_says_whose_turn_it_was_and_not_what_was_said(chat, written, monkeypatch):
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(WORDS)

    monkeypatch.setattr(conversations, "record_turn", broken)
    assert chat.post({"text": WORDS}, "m-78")[0] == 503
    errors = [line for line in lines(written) if line["level"] == "error"]
    assert errors and {line["message_id"] for line in errors} == {"m-78"}
    assert WORDS not in written.getvalue()


def test_a_line_outside_a_message_names_none(written):
    logging.getLogger("lifecycle.worker").info("worker %s", "started")
    (line,) = lines(written)
    assert line["event"] == "worker started" and "message_id" not in line and line["at"].endswith("Z")


def test_a_format_there_is_none_of_is_refused(home):
    with pytest.raises(Invalid, match="LOG_FORMAT"):
        load({"LIFECYCLE_HOME": str(home), "LOG_FORMAT": "xml"})
