"""The connections to Rasa: kept while they may be, one request each, and no answer for whoever did not ask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from coroutines import finished

from lifecycle.web import lines
from lifecycle.web.lines import Lines, Lost, Unreachable

Ask = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request with the number of its connection and its body, or as `misbehave` does."""

    def __init__(self) -> None:
        self.connections = 0
        self.reads: list[bytes] = []
        self.misbehave: Callable[[asyncio.StreamWriter, bytes], Awaitable[bool]] | None = None

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        mine = self.connections
        while request := await reader.read(65_536):
            self.reads.append(request)
            body = request.partition(b"\r\n\r\n")[2]
            if self.misbehave is not None and await self.misbehave(writer, body):
                break
            answer = b"%d %b" % (mine, body)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer))
        writer.close()


def run(talk: Callable[[Server, Lines], Awaitable[None]], keep_seconds: float = 3600.0) -> None:
    async def with_server() -> None:
        server = Server()
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        made = Lines(f"http://127.0.0.1:{port}/before", {"X-Ours": "yes"}, keep_seconds)
        await talk(server, made)
        made.close()
        listening.close()

    finished(with_server())


def test_a_request_is_one_write_and_connections_are_kept() -> None:
    async def talk(server: Server, ours: Lines) -> None:
        assert await ours.ask("POST", "/messages", b"a") == (200, b"1 a")
        assert await ours.ask("POST", "/messages", b"b") == (200, b"1 b")
        both = await asyncio.gather(ours.ask("POST", "/m", b"c"), ours.ask("POST", "/m", b"d"))
        assert sorted(answer[:1] for _, answer in both) == [b"1", b"2"]
        assert server.connections == 2 and len(server.reads) == 4
        assert server.reads[0].startswith(b"POST /before/messages HTTP/1.1\r\nHost: 127.0.0.1:")
        assert b"\r\nX-Ours: yes\r\n" in server.reads[0] and server.reads[0].endswith(b"Content-Length: 1\r\n\r\na")

    run(talk)


def test_a_connection_that_rested_too_long_is_not_used_again() -> None:
    async def talk(server: Server, ours: Lines) -> None:
        assert await ours.ask("GET", "/") == (200, b"1 ")
        assert await ours.ask("GET", "/") == (200, b"2 ")

    run(talk, keep_seconds=0.0)


def test_an_answer_nobody_waits_for_any_more_meets_no_other_request() -> None:
    async def talk(server: Server, ours: Lines) -> None:
        asked, let = asyncio.Event(), asyncio.Event()

        async def late(_writer: asyncio.StreamWriter, body: bytes) -> bool:
            if body == b"slow":
                asked.set()
                await let.wait()
            return False

        server.misbehave = late
        slow = asyncio.create_task(ours.ask("POST", "/", b"slow"))
        await asked.wait()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        let.set()
        assert await ours.ask("POST", "/", b"mine") == (200, b"2 mine")

    run(talk)


def test_a_connection_that_speaks_unasked_or_ends_after_its_answer_is_given_up() -> None:
    async def talk(server: Server, ours: Lines) -> None:
        async def twice(writer: asyncio.StreamWriter, body: bytes) -> bool:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1" * (2 if body == b"twice" else 1))
            return False

        async def last(writer: asyncio.StreamWriter, _body: bytes) -> bool:
            writer.write(b"HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 1\r\n\r\n-")
            return True

        server.misbehave = twice
        assert await ours.ask("POST", "/", b"twice") == (200, b"1")
        server.misbehave = last
        assert await ours.ask("POST", "/", b"a") == (503, b"-")
        server.misbehave = None
        assert await ours.ask("POST", "/", b"b") == (200, b"3 b")

    run(talk)


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"220 mail.shop.example ESMTP\r\n"]
)
def test_half_an_answer_is_a_lost_one(said: bytes) -> None:
    async def talk(server: Server, ours: Lines) -> None:
        async def half(writer: asyncio.StreamWriter, _body: bytes) -> bool:
            writer.write(said)
            return True

        server.misbehave = half
        with pytest.raises(Lost):
            await ours.ask("GET", "/")

    run(talk)


def test_where_nobody_listens_nothing_was_sent() -> None:
    async def talk(_server: Server, _ours: Lines) -> None:
        with pytest.raises(Unreachable):
            await Lines("http://127.0.0.1:9", {}, 1.0).ask("GET", "/")

    run(talk)


def test_more_requests_than_connections_wait_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST", 3)

    async def talk(server: Server, ours: Lines) -> None:
        answers = await asyncio.gather(*(ours.ask("POST", "/", b"%d" % number) for number in range(20)))
        assert [answer.partition(b" ")[2] for _, answer in answers] == [b"%d" % number for number in range(20)]
        assert server.connections == 3

    run(talk)
