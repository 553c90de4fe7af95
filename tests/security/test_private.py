"""What is not for the outside cannot be reached from there: started as shipped, asked from another address."""

from __future__ import annotations

import socket

import httpx
import pytest
from stack_records import rows

from bench.stack import Stack, processes
from lifecycle.settings import running


def other_addresses() -> list[str]:
    """Addresses of this machine that a server on 127.0.0.1 does not answer on, and one on 0.0.0.0 does."""
    return ["127.0.0.2", *{each for each in socket.gethostbyname_ex(socket.gethostname())[2] if each != "127.0.0.1"}]


def test_rasa_is_reached_from_this_machine_only_and_its_actions_not_at_all(stack: Stack) -> None:
    port = httpx.URL(running(stack.home)["RASA_URL"]).port
    assert port
    socket.create_connection(("127.0.0.1", port)).close()
    for address in other_addresses():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, port))
    assert "actions" not in processes(stack), "they run inside Rasa and listen nowhere"


def test_who_does_reach_rasa_cannot_speak_as_anybody(stack: Stack) -> None:
    body = {"message": "hello", "text": "hello", "message_id": "m1", "conversation_id": "default", "sender": "ada"}
    with httpx.Client(base_url=running(stack.home)["RASA_URL"], timeout=180) as stranger:
        for path in ("/webhooks/lifecycle/messages", "/webhooks/lifecycle/follow-ups"):
            assert stranger.post(path, json=body).status_code == 403
        for path in ("/webhooks/rest/webhook", "/webhooks/callback/webhook", "/model/parse"):
            assert stranger.post(path, json=body).status_code == 404
        assert stranger.get("/conversations/default/tracker").status_code == 404
    assert rows(stack, "SELECT id FROM conversation WHERE id IN ('default', 'ada')") == []
    assert rows(stack, "SELECT sender_id FROM events WHERE sender_id IN ('default', 'ada')") == []
