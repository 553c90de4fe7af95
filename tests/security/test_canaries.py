"""Logs hold nothing a customer wrote and no key: canaries through every way a message can fail, then all logs read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy.exc
from fake_rasa import FakeRasa
from running_site import Site
from test_hooks import event, signed
from test_links import Ada

from lifecycle import conversations
from lifecycle.engine import channel
from lifecycle.engine.tracker_store import LifecycleTrackerStore
from lifecycle.web import chat as web_chat
from lifecycle.web import identity

pytest_plugins = ["tests.bot.conftest"]
CANARY = "canary-4711"
Written = Callable[[], str]


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Written:
    """Everything logged or printed since, at the level a running assistant has."""
    caplog.set_level(logging.INFO)
    return lambda: caplog.text + "".join(capfd.readouterr())


def quoting(*_: Any, **__: Any) -> Any:
    """An error whose message quotes the customer, as those of databases and parsers do."""
    raise RuntimeError(f"could not handle {CANARY!r}")


def refusing(*_: Any, **__: Any) -> Any:
    raise sqlalchemy.exc.OperationalError(
        f"INSERT INTO message VALUES ('{CANARY}')", {"text": CANARY}, Exception(CANARY)
    )


def test_rasa_failing_anywhere_in_a_turn_logs_no_word_of_it(
    chat: Any, agent: Any, monkeypatch: pytest.MonkeyPatch, written: Written
) -> None:
    places = (
        (conversations, "record_turn"),
        (LifecycleTrackerStore, "save"),
        (LifecycleTrackerStore, "retrieve"),
        (LifecycleTrackerStore, "retrieve_full_tracker"),
        (channel, "heard"),
        (conversations, "replies"),
        (agent.processor, "parse_message"),
        (agent.processor, "handle_message"),
        (agent.processor.action_endpoint, "request"),
        (agent.processor.nlg, "generate"),
    )
    failed = 0
    for number, (where, name) in enumerate(places):
        for broken in (quoting, refusing):
            with monkeypatch.context() as patch:
                patch.setattr(where, name, broken)
                status, body = chat.post({"text": f"my secret is {CANARY}"}, f"m-{number}-{broken.__name__}")
            failed += status == 503
            assert CANARY not in str(body)
    assert failed >= 12, "the control: they did fail"
    assert "turn not stored" in (logged := written())
    assert CANARY not in logged


def test_the_gateway_failing_anywhere_logs_no_word_and_no_token(
    start_site: Callable[..., Site], rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch, written: Written
) -> None:
    unlimited = {"MESSAGE_RATE_PER_MINUTE": "0", "ADDRESS_RATE_PER_MINUTE": "0"}
    hasty, site = start_site(RASA_TIMEOUT_SECONDS="1", **unlimited), start_site(**unlimited)
    path, ada = site.begin()
    token = ada["Authorization"].removeprefix("Bearer ")
    number = iter(range(1_000))

    def say(text: str = f"my secret is {CANARY}", at: Site = site, **body: Any) -> int:
        known = {"message_id": f"m{next(number)}", "text": text}
        return at.post(f"{path}/messages", json={**known, **body}, headers=ada).status_code

    assert say() == 200
    for mood in ("empty", "list", "error", "half", "reset", "html", "hang"):
        rasa.mood = mood
        assert say(at=hasty) == 503, mood
        assert hasty.post("/chat", data={"message_id": f"{next(number):032x}", "text": CANARY}).status_code == 503
    rasa.mood = "normal"
    for where, name in ((web_chat, "history"), (identity, "admit"), (conversations, "history")):
        for broken in (quoting, refusing):
            with monkeypatch.context() as patch:
                patch.setattr(where, name, broken)
                answers = [site.get(f"{path}/messages", headers=ada).status_code, say()]
            assert max(answers) in (500, 503), name
    refused = [say(CANARY * 200), say(text=None), say(choice=CANARY), say(text=[CANARY]), say(message_id=CANARY + "!")]
    assert all(400 <= status < 500 for status in refused)
    for body in (b'{"text": "' + CANARY.encode(), b"\xff" + CANARY.encode()):
        assert site.post(f"{path}/messages", content=body, headers=ada).status_code in (400, 422)
    buyer = Ada(site)
    survey = buyer.survey
    for form in ({"score": "3", "remark": CANARY, "nonce": "a" * 32}, {"score": CANARY, "remark": CANARY}):
        site.post(survey, data=form)
    site.get(survey[:-2] + "xx", params={"score": CANARY})
    order = event(site, customer={"email": f"{CANARY}@example.com", "name": CANARY})
    for headers in (signed(site, order), signed(site, order + b" "), {}, {**signed(site, order), "webhook-id": CANARY}):
        site.post("/hooks/orders", content=order, headers=headers)
    broken_order = order[:-5]
    site.post("/hooks/orders", content=broken_order, headers=signed(site, broken_order, "evt-9"))
    site.put(f"{path}/user", json={"id": CANARY, "identifier_hash": CANARY}, headers=ada)
    site.put(f"{path}/user", json={"token": f"{CANARY}.{CANARY}.{CANARY}"}, headers=ada)
    logged = "\n".join(line for line in written().splitlines() if "HTTP Request:" not in line)  # httpx's, the client's
    assert logged.count("incident") >= 10, "the control: failures are logged"
    for kept_out in (CANARY, token, survey.rpartition("/")[2], token[:40]):
        assert kept_out not in logged
