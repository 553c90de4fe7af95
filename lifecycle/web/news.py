"""An open chat window that has nothing to read is told so from memory: a thousand of them cost next to nothing.

Nobody is let in here.  Whoever was let in a moment ago, with the same token and the same word of the store, and was
told that nothing follows a message, is told so again while nothing was committed in that conversation; everything else
goes on to the message API.  Each process asks the database a few times a second, for all its windows at once, whether
anything was committed, and only then in which conversations.
"""

from __future__ import annotations

import hmac
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

import sqlalchemy as sa
from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lifecycle import db
from lifecycle.errors import Unavailable
from lifecycle.model import ErasureRequest
from lifecycle.model import Message as Said
from lifecycle.web import guard
from lifecycle.web.problems import Problem, answer

LOOK_SECONDS = 0.2  # how old an answer from memory may be
GAP_SECONDS = 2.0  # asked more seldom than that, the database may as well be asked each time
TRUSTED_FOR = timedelta(minutes=1)  # then the message API asks again who this is
MOST_WINDOWS = 20_000
LOOK_BACK = 1_000  # message ids: what was committed late stands among them
_PATH = re.compile(r"/api/v1/conversations/([0-9A-Za-z_-]{1,64})(/[a-z]+)?")
_AFTER = re.compile(rb"after=(\d{1,18})")
ROUTE = SimpleNamespace(path="/api/v1/conversations/{conversation_id}/messages")  # what these answers are counted under
_NOTHING = b'{"messages":[]}'
_TOLD_NOTHING = JSONResponse({"messages": []})  # the same for everybody; who adds headers adds them to a copy


@dataclass(frozen=True)
class Window:
    """Who was told that nothing follows this message, and until when that may be said again."""

    shown: bytes
    after: int
    until: datetime


class News:
    """Answers GET /conversations/{id}/messages where nothing is new."""

    def __init__(self, app: ASGIApp, now: Callable[[], datetime]) -> None:
        self.app = app
        self.now = now
        self._windows: OrderedDict[str, Window] = OrderedDict()
        self._watch = db.Watch()
        self._looked_at = -GAP_SECONDS
        self._looking = False
        self._changes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            try:
                return await self.app(scope, receive, send)
            finally:
                self._watch.close()
        asked = _PATH.fullmatch(scope["path"])
        if asked is None:
            return await self.app(scope, receive, send)
        thread_id = asked[1]
        after = _AFTER.fullmatch(scope["query_string"])
        if scope["method"] != "GET":
            try:
                return await self.app(scope, receive, send)
            finally:
                self._windows.pop(thread_id, None)
                self._changes += 1
        if asked[2] != "/messages" or after is None:
            return await self.app(scope, receive, send)
        shown = _shown(scope)
        await self._look()
        if self._nothing(thread_id, shown, int(after[1])):
            scope["route"] = ROUTE
            response = await _counted(Request(scope))
            return await response(scope, receive, send)
        changes = self._changes
        if await self._told_nothing(scope, receive, send) and changes == self._changes:
            self._windows[thread_id] = Window(shown, int(after[1]), self.now() + TRUSTED_FOR)
            if len(self._windows) > MOST_WINDOWS:
                self._windows.popitem(last=False)

    def _nothing(self, thread_id: str, shown: bytes, after: int) -> bool:
        known = self._windows.get(thread_id)
        if known is None or after < known.after or not hmac.compare_digest(shown, known.shown):
            return False
        return self.now() < known.until

    async def _told_nothing(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Pass a request on; returns whether the answer was that there is nothing new."""
        status, body = 0, b""

        async def noting(message: Message) -> None:
            nonlocal status, body
            if message["type"] == "http.response.start":
                status = message["status"]
            elif len(body) <= len(_NOTHING):
                body += message.get("body", b"")
            await send(message)

        await self.app(scope, receive, noting)
        return status == 200 and body == _NOTHING

    async def _look(self) -> None:
        """Forget the windows something was said in since the last look; all of them when that cannot be known."""
        since = time.monotonic() - self._looked_at
        if since > GAP_SECONDS:
            self._forget()
        if since < LOOK_SECONDS or self._looking:
            return
        self._looking, self._looked_at = True, time.monotonic()
        try:
            for thread_id, newest in await run_in_threadpool(self._committed):
                known = self._windows.get(thread_id)
                if known is not None and known.after < newest:
                    del self._windows[thread_id]
        except Unavailable:
            self._forget()
        finally:
            self._looking = False

    def _forget(self) -> None:
        self._windows.clear()
        self._changes += 1

    def _committed(self) -> list[tuple[str, int]]:
        """(thread, newest message) of the latest messages, if anything was committed; to be erased: newer than any."""
        if not self._watch.changed():
            return []
        self._changes += 1
        floor = sa.select(sa.func.max(Said.id) - LOOK_BACK).scalar_subquery()
        said = sa.select(Said.thread_id, sa.func.max(Said.id)).where(Said.id > floor).group_by(Said.thread_id)
        erased = sa.select(ErasureRequest.thread_id).where(ErasureRequest.done_at.is_(None))
        with db.reading() as session:
            found = [(thread_id, newest) for thread_id, newest in session.execute(said)]
            return found + [(thread_id, 2**63) for thread_id in session.scalars(erased) if thread_id]


def _shown(scope: Scope) -> bytes:
    """What a caller is known by: the session token and the word of the store."""
    headers = dict(scope["headers"])
    return headers.get(b"authorization", b"") + b"\0" + headers.get(b"x-identity", b"")


async def _counted(request: Request) -> Response:
    try:
        await request.app.state.limits.admit("reads", guard.address(request))
    except Problem as problem:
        return answer(request, problem)
    return _TOLD_NOTHING
