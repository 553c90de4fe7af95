"""What a public request passes first: its size, its number, its text."""

from __future__ import annotations

import logging
import math
import time

import limits
from fastapi import Request
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lifecycle import text as texts
from lifecycle.settings import Settings
from lifecycle.web.metrics import Metrics
from lifecycle.web.problems import Problem, answer

log = logging.getLogger(__name__)

BODY_BYTES = 16_384
WEBHOOK_BYTES = 262_144
READS_PER_WRITE = 10  # an open window asks for news far oftener than a person types

logging.getLogger("limits").setLevel(logging.WARNING)


class BodyLimit:
    """Refuses a body over its limit before reading it, or as soon as it grows over it: no handler sees a big one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = WEBHOOK_BYTES if scope["path"].startswith(("/hooks/", "/console")) else BODY_BYTES
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await answer(Request(scope), _too_long(limit))(scope, receive, send)
            return
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                refused = _too_long(limit)
                raise HTTPException(refused.status, refused.detail)  # the framework lets only its own kind pass
            return message

        await self.app(scope, limited, send)


def _too_long(limit: int) -> Problem:
    return Problem(413, f"A request here may hold at most {limit // 1024} kB.")


class RateLimits:
    """How many messages a conversation and an address may send in a minute, over a moving window.

    One process counts in its own memory; with REDIS_URL all copies count together.  When Redis does not answer
    nobody is refused: a shop that answers is worth more than an exact count.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._limiter = MovingWindowRateLimiter(
            storage_from_string(settings.redis_url or "memory://", wrap_exceptions=True)
        )
        self._remote = settings.redis_url is not None
        self._metrics = metrics
        per_minute = {
            "conversation": settings.message_rate_per_minute,
            "address": settings.address_rate_per_minute,
            "reads": settings.address_rate_per_minute * READS_PER_WRITE,
        }
        self._items = {kind: limits.parse(f"{number}/minute") for kind, number in per_minute.items() if number}

    async def admit(self, kind: str, key: str) -> None:
        """`hit` for a coroutine: counting in memory is quicker than a thread, Redis must not hold up the loop."""
        if self._remote:
            await run_in_threadpool(self.hit, kind, key)
        else:
            self.hit(kind, key)

    def hit(self, kind: str, key: str) -> None:
        """Count one request; raises 429 with Retry-After in whole seconds when it is one too many."""
        item = self._items.get(kind)
        if item is None or not key:
            return
        try:
            if self._limiter.hit(item, kind, key):
                return
            reset_at = self._limiter.get_window_stats(item, kind, key).reset_time
        except StorageError as error:
            log.warning("rate limits are not counted: %s", type(error.storage_error).__name__)
            return
        self._metrics.count("lifecycle_rate_limited_total", limit=kind)
        wait_seconds = max(1, math.ceil(reset_at - time.time()))
        detail = f"That is a lot of messages at once. Please try again in {wait_seconds} seconds."
        raise Problem(429, detail, headers={"Retry-After": str(wait_seconds)})


def local(request: Request) -> bool:
    """Whether a program of this very machine calls, with no proxy between: the store's own imports and load tests."""
    peer = request.client.host if request.client else ""
    settings = request.app.state.settings
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    direct = not settings.trusted_proxies and not forwarded
    return direct and not settings.limit_local_callers and peer in ("127.0.0.1", "::1")


def address(request: Request) -> str:
    """The caller's address, "" for a local caller, whom no limit holds.

    X-Forwarded-For counts only as far as TRUSTED_PROXIES of ours wrote it.
    """
    if local(request):
        return ""
    peer = request.client.host if request.client else "unknown"
    trusted = request.app.state.settings.trusted_proxies
    if not trusted:
        return peer
    forwarded = [part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    return forwarded[-trusted] if len(forwarded) >= trusted and forwarded[-trusted] else peer


def message_text(raw: str) -> str:
    """Customer text as every later part sees it; raises 422 when nothing is left, 413 when it is too long."""
    text = texts.canonical(raw)
    if not text:
        raise Problem(422, "The message is empty; please write something.")
    if len(text) > texts.MESSAGE_LIMIT:
        limit = f"A message may have at most {texts.MESSAGE_LIMIT:,} characters"
        raise Problem(413, f"{limit}; this one has {len(text):,}.")
    return text
