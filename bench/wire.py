"""A kept HTTP connection that costs a client next to nothing, so that a server is measured and not who asks it.

On one processor httpx needs 0.65 ms for a request and its answer, this 0.13 ms.

    python -m bench.wire URL TEXT TIMES

says TEXT to the assistant at URL, a new shopper each time, and prints how many ms each answer took after the first few.
"""

from __future__ import annotations

import json
import sys
import time
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 120
WARM_UP = 10
RESTED_SECONDS = 1.0  # a server may have closed a connection that rested


class Wire:
    """One connection for one thread."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_SECONDS)
        self._used = time.monotonic()

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        """The JSON that answers JSON; raises RuntimeError for a status that is no success."""
        if time.monotonic() - self._used > RESTED_SECONDS:
            self._connection.close()
        plain = {"Content-Type": "application/json", **(headers or {})}
        self._connection.request("POST", path, json.dumps(body).encode(), plain)
        answer = self._connection.getresponse()
        read = answer.read()
        self._used = time.monotonic()
        if answer.status >= 300:
            raise RuntimeError(f"{path} was answered {answer.status}: {read[:200]!r}")
        return json.loads(read)

    def close(self) -> None:
        self._connection.close()


class Visitor:
    """A shopper of the store whose messages go over a wire."""

    def __init__(self, wire: Wire) -> None:
        made = wire.post("/api/v1/conversations", {})
        self._path = f"/api/v1/conversations/{made['conversation_id']}/messages"
        self._headers = {"Authorization": f"Bearer {made['token']}"}
        self._sent = 0
        self._wire = wire

    def say(self, text: str) -> list[dict[str, Any]]:
        """The replies, at least one."""
        self._sent += 1
        body = {"message_id": f"wire-{self._sent}", "text": text}
        messages: list[dict[str, Any]] = self._wire.post(self._path, body, self._headers)["messages"]
        if not messages:
            raise RuntimeError("a message was not answered")
        return messages


def main() -> int:
    url, text, times = sys.argv[1:]
    wire = Wire(url)
    for number in range(WARM_UP + int(times)):
        visitor = Visitor(wire)
        began = time.perf_counter()
        visitor.say(text)
        if number >= WARM_UP:
            print((time.perf_counter() - began) * 1000)
    return 0


if __name__ == "__main__":
    sys.exit(main())
