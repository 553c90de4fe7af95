"""Head and body of a response leave together, in order, and before the connection closes."""

from __future__ import annotations

import asyncio

from coroutines import finished
from running_site import Site

from lifecycle.web.onewrite import MOST_BYTES, _Gathering


class Written(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        assert not self.closed
        self.writes.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def test_what_is_written_in_one_round_of_the_loop_is_one_write() -> None:
    async def talk() -> None:
        kernel = Written()
        ours = _Gathering(kernel, asyncio.get_running_loop())
        for part in (b"head ", b"body"):
            ours.write(part)
        assert kernel.writes == []
        await asyncio.sleep(0)
        assert kernel.writes == [b"head body"]
        ours.write(b"x" * MOST_BYTES + b"more")  # memory does not fill up with what a client is slow to take
        assert len(kernel.writes) == 2
        ours.write(b"last")
        ours.close()
        await asyncio.sleep(0)
        assert kernel.writes[2:] == [b"last"] and kernel.closed

    finished(talk())


def test_responses_of_every_kind_arrive_whole(site: Site) -> None:
    for path in ("/healthz", "/widget.js", "/openapi.json", "/unknown"):
        full, head = (ask(path, headers={"Accept-Encoding": "identity"}) for ask in (site.get, site.head))
        assert len(full.content) == int(full.headers["content-length"]) > 0
        assert head.content == b"" and head.status_code == full.status_code
    closing = site.get("/healthz", headers={"Connection": "close"})
    assert closing.json() == {"status": "ok"} and closing.headers["connection"] == "close"
