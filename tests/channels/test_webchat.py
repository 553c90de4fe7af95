"""A follow-up in the chat: the assistant is told to ask, and told again until it did."""

from __future__ import annotations

import json
import socket
from dataclasses import replace

import pytest
from mailroom import RecordingHttp, ada, closing, follow_up_of, order_of

from lifecycle import conversations, tokens
from lifecycle.channels import DeliveryError, webchat
from lifecycle.settings import settings

TURN = {"conversation_id": "c", "message_id": "m", "follow_up_id": "7"}


@pytest.fixture
def rasa():
    with closing(RecordingHttp(body=b'{"messages": [{"id": 1, "text": "How likely..."}]}')) as server:
        yield server


def towards(rasa, *, within=120):
    return replace(settings(), rasa_url=rasa.url, rasa_timeout_seconds=within)


def test_the_assistant_is_asked_to_open_the_conversation_of_the_follow_up(session, now, rasa):
    customer = ada(session, now=now)
    order = order_of(session, customer, now=now)
    follow_up = follow_up_of(session, order, now=now)
    conversation = conversations.start(session, channel="web", purpose="nps", customer_id=customer.id, now=now)
    follow_up.conversation_id = conversation.id
    turn = webchat.compose(session, follow_up.id)
    webchat.send(turn, settings=towards(rasa), now=now)
    webchat.send(webchat.compose(session, follow_up.id), settings=towards(rasa), now=now)
    (path, headers, first), (_, _, second) = rasa.requests
    assert headers[tokens.INSTALLATION.lower()] == tokens.of_installation(settings().secret_key)
    assert path == "/webhooks/lifecycle/follow-ups"
    assert json.loads(first) == {
        "conversation_id": conversation.id,
        "message_id": turn["message_id"],
        "follow_up_id": str(follow_up.id),
        "now": "2026-11-02T10:00:00Z",
    }
    assert first == second, "a retry must carry the same message id"
    assert len(turn["message_id"]) == 32


def test_a_follow_up_without_a_conversation_cannot_be_asked(session, now):
    customer = ada(session, now=now)
    follow_up = follow_up_of(session, order_of(session, customer, now=now), now=now)
    with pytest.raises(DeliveryError) as caught:
        webchat.compose(session, follow_up.id)
    assert caught.value.permanent


@pytest.mark.parametrize(
    "status, body",
    [
        (503, b'{"error": "starting"}'),
        (500, b"oops"),
        (404, b""),
        (302, b""),
        (200, b"[]"),
        (200, b"half {"),
        (200, b'{"messages": []}'),
    ],
)
def test_an_assistant_that_cannot_ask_now_is_asked_again(home, now, rasa, status, body):
    rasa.status, rasa.body = status, body
    with pytest.raises(DeliveryError) as caught:
        webchat.send(TURN, settings=towards(rasa), now=now)
    assert not caught.value.permanent and not caught.value.in_doubt
    assert caught.value.unreachable == (status == 503)


def test_an_assistant_that_is_away_or_hangs_lets_the_others_rest(home, now, rasa):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        away = replace(towards(rasa, within=0.3), rasa_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(DeliveryError) as hung:
            webchat.send(TURN, settings=away, now=now)
    with pytest.raises(DeliveryError) as gone:
        webchat.send(TURN, settings=away, now=now)
    for caught in (hung, gone):
        assert caught.value.unreachable and not caught.value.permanent and not caught.value.in_doubt
