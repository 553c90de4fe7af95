"""HTTP/1.1 to one server over connections that are kept: a request is one write, its answer one wake."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import async_timeout
import httptools

MOST = 200
CONNECT_SECONDS = 2.0


class Unreachable(ConnectionError):
    """Nobody listens there, or nobody answered the door: nothing was sent."""


class Lost(ConnectionError):
    """The connection went, or what came was no HTTP: the server may have done what it was asked."""


class Lines:
    """The connections to one server, at most MOST at once; one that rested `keep_seconds` is not used again."""

    def __init__(self, url: str, headers: dict[str, str], keep_seconds: float) -> None:
        """Made inside a running event loop.  `url`: its path stands before the path of every request."""
        address = urlsplit(url)
        secure = address.scheme == "https"
        self._loop = asyncio.get_running_loop()
        self._peer = address.hostname or "127.0.0.1", address.port or (443 if secure else 80)
        self._secure = ssl.create_default_context() if secure else None
        self._before = address.path.rstrip("/")
        given = {"Host": address.netloc.rpartition("@")[2], **headers, "Content-Type": "application/json"}
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self._keep_seconds = keep_seconds
        self._free = asyncio.Semaphore(MOST)
        self._resting: list[_Line] = []

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """(status, body) of the answer; raises Unreachable or Lost.  Who stops waiting closes the connection."""
        head = f"{method} {self._before}{path} HTTP/1.1\r\n{self._headers}Content-Length: {len(body)}\r\n\r\n"
        async with self._free:
            line = self._rested() or await self._opened()
            answer = await line.ask(head.encode("latin-1") + body)
            if line.open:
                line.rests_since = self._loop.time()
                self._resting.append(line)
            return answer

    def close(self) -> None:
        while self._resting:
            self._resting.pop().close()

    def _rested(self) -> _Line | None:
        while self._resting:
            line = self._resting.pop()
            if self._loop.time() - line.rests_since < self._keep_seconds:
                return line
            line.close()
        return None

    async def _opened(self) -> _Line:
        try:
            async with async_timeout.timeout(CONNECT_SECONDS):
                _, line = await self._loop.create_connection(
                    lambda: _Line(self._loop, self._gone), *self._peer, ssl=self._secure
                )
        except (OSError, asyncio.TimeoutError) as error:
            raise Unreachable(type(error).__name__) from error
        return line

    def _gone(self, line: _Line) -> None:
        if line in self._resting:
            self._resting.remove(line)


class _Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, gone: Callable[[_Line], None]) -> None:
        self.open = False
        self.rests_since = 0.0
        self._loop = loop
        self._gone = gone
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._body = b""

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        self._answer, self._body = self._loop.create_future(), b""
        self._transport.write(request)
        try:
            return await self._answer
        except BaseException:  # what is still to come must not meet the next request
            self.close()
            raise
        finally:
            self._answer = None

    def close(self) -> None:
        self.open = False
        self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self.open = True

    def connection_lost(self, _error: Exception | None) -> None:
        self.open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Lost("The connection was closed before the answer."))
        self._gone(self)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.close()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self.close()
            if not self._answer.done():
                self._answer.set_exception(Lost(type(error).__name__))

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        asked = self._answer is not None and not self._answer.done()
        if not asked or not self._parser.should_keep_alive():
            self.close()
        if self._answer is not None and asked:
            self._answer.set_result((self._parser.get_status_code(), self._body))
