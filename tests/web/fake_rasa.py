"""A Rasa of the tests' own: a real HTTP server that speaks the channel's contract, or fails in a chosen way.

In its normal mood it records the turn as the real channel does, in the same database, and replays known message ids.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lifecycle import conversations, db, tokens
from lifecycle.conversations import Heard, Said
from lifecycle.interactions import TurnFacts
from lifecycle.settings import settings


class FakeRasa:
    """`mood`: normal, empty, error, hang (until `released`), reset, half, html, drop_once, answer_lost.

    `received` is what it was sent.
    """

    def __init__(self, clock: Any, port: int = 0) -> None:
        self.mood = "normal"
        self.received: list[dict[str, Any]] = []
        self.says: list[Said] = [Said("Hello, I am the store's assistant.")]
        self.clock = clock
        self.released = threading.Event()
        self._turn = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def turn(self, body: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
        with self._turn, db.transaction() as session:
            conversation = conversations.ensure(session, body["conversation_id"], channel="web", now=now)
            known = conversations.replies(session, conversation.thread_id, body["message_id"])
            if known is None:
                heard = Heard(body.get("text") or body.get("title", ""), body["message_id"], "greet", 0.9)
                known = conversations.record_turn(
                    session,
                    conversation,
                    heard=heard,
                    said=self.says,
                    facts=TurnFacts(messages=1 + len(self.says), customer_messages=1),
                    turn_id=body["message_id"],
                    now=now,
                )
            return [conversations.public(row) for row in known]

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(rasa: FakeRasa) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if rasa.mood == "normal":
                self._answer(200, b'{"status":"ok","store":"LifecycleTrackerStore"}')
            elif rasa.mood == "hang":
                rasa.released.wait(300)
                self.close_connection = True
            else:
                self._answer(200, b'{"status":"ok","store":"InMemoryTrackerStore"}')

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.headers[tokens.INSTALLATION] != tokens.of_installation(settings().secret_key):
                return self._answer(403, b"{}")
            rasa.received.append(body)
            if rasa.mood == "drop_once":
                rasa.mood = "normal"
                self._reset()
            elif rasa.mood == "answer_lost":
                rasa.mood = "normal"
                rasa.turn(body, rasa.clock())
                self._reset()
            elif rasa.mood == "normal":
                self._answer(200, json.dumps({"messages": rasa.turn(body, rasa.clock())}).encode())
            elif rasa.mood == "empty":
                self._answer(200, b'{"messages":[]}')
            elif rasa.mood == "list":
                self._answer(200, b"[]")
            elif rasa.mood == "error":
                self._answer(500, b'{"error":"boom"}')
            elif rasa.mood == "half":
                self._answer(200, b'{"messages":[{"id":1,"ro')
            elif rasa.mood == "hang":
                rasa.released.wait(300)
                self.close_connection = True
            else:
                self._reset()

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _reset(self) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        def log_message(self, *_args: Any) -> None:
            pass

    return Handler
