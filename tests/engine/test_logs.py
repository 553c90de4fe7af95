"""One id leads from the widget to the row and to the line of every process; no line holds a word of the customer."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from coroutines import finished
from mailroom import RecordingHttp, ScriptedSmtp
from rasa.utils.endpoints import EndpointConfig

from bench.stack import _free_port, until_it_listens
from lifecycle import cases, conversations, db, logs, notices
from lifecycle.channels import dispatch, webchat
from lifecycle.errors import Invalid
from lifecycle.model import Delivery, SupportCase
from lifecycle.settings import PROJECT, load, settings
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
            client.close()

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


@pytest.fixture
def action_server(home: Path) -> Iterator[tuple[str, Path]]:
    """The actions as a server of their own, as ACTIONS_URL has them, and where it logs."""
    url, output = f"http://127.0.0.1:{_free_port()}", home / "actions.log"
    env = {**os.environ, "LIFECYCLE_HOME": str(home), "ACTIONS_URL": url, "LOG_FORMAT": "json"}
    command = [sys.executable, "-W", "ignore", "-m", "lifecycle", "serve", "actions"]
    with output.open("wb") as written:
        process = subprocess.Popen(command, cwd=PROJECT, env=env, stdout=written, stderr=written)
    until_it_listens(process, int(url.rpartition(":")[2]))
    assert httpx.get(f"{url}/health", timeout=120).is_success, output.read_text(encoding="utf-8")
    yield url, output
    process.terminate()
    process.wait()


def test_actions_that_are_a_server_of_their_own_name_the_message_too(chat, agent, action_server, monkeypatch):
    url, output = action_server
    monkeypatch.setattr(agent.processor, "action_endpoint", EndpointConfig(url=f"{url}/webhook"))
    assert chat.post({"text": f"do you ship to Canada? {WORDS}"}, "m-79")[0] == 200
    told = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    (ran,) = [line for line in told if line["logger"] == "lifecycle.actions"]
    assert (ran["message_id"], ran["conversation_id"]) == ("m-79", chat.thread_id)
    with db.reading() as session:
        row = sa.text("SELECT conversation_id FROM v_messages WHERE client_message_id = 'm-79'")
        assert session.execute(row).scalar_one() == chat.thread_id
    assert WORDS not in output.read_text(encoding="utf-8")


def test_a_mail_is_told_by_its_message_id_and_the_talk_it_came_from(chat, written, monkeypatch):
    chat("I want to talk to a person")
    chat(WORDS)
    now = datetime.now(timezone.utc)
    with db.transaction() as session:
        case = session.scalars(sa.select(SupportCase)).one()
        notices.case_reply(session, case, cases.reply(session, case.id, "Here I am.", staff_id=None, now=now), now=now)
    with closing(ScriptedSmtp()) as server:
        monkeypatch.setenv("SMTP_URL", server.url)
        settings.cache_clear()
        dispatch.send_due(settings(), now=lambda: now, stop=threading.Event())
        (mail,) = server.messages()
    with db.reading() as session:
        delivery = session.scalars(sa.select(Delivery)).one()
    (told,) = [line for line in lines(written) if line["logger"] == "lifecycle.worker"]
    assert told["event"] == f"mail sent: delivery {delivery.id}" and told["conversation_id"] == chat.thread_id
    assert told["message_id"] == delivery.message_id == mail["Message-ID"]
    assert WORDS not in written.getvalue() and "Here I am" not in written.getvalue()


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


def test_a_process_told_of_a_file_writes_everything_there_and_keeps_three_old_ones(tmp_path):
    """Lines, prints, what its children say and the error it dies of; the file begins anew when it is full."""
    says = """
import logging, subprocess
from lifecycle import logs
logs.FILE_BYTES = 200
logs.configure("text")
for number in range(12):
    logging.info("line %d %s", number, "x" * 60)
print("printed", flush=True)
subprocess.run(["echo", "said by a child"])
raise SystemExit("the end")
"""
    file = tmp_path / "web.log"
    env = {**os.environ, logs.FILE: str(file)}
    done = subprocess.run([sys.executable, "-c", says], env=env, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 1)
    files = [file, *(tmp_path / f"web.log.{number}" for number in (1, 2, 3))]
    assert sorted(tmp_path.iterdir()) == files
    lines = [line.split()[-2] for each in reversed(files) for line in each.read_text().splitlines() if "line" in line]
    assert lines == [str(number) for number in range(12 - len(lines), 12)] and len(lines) >= 6
    assert file.read_text().splitlines()[-3:] == ["printed", "said by a child", "the end"]
