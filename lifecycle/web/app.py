"""The web application: one port for the demo shop, the message API, order hooks, links in mail and the console."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime

from fastapi import FastAPI, Request
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lifecycle import __version__, clock
from lifecycle.settings import settings as current_settings
from lifecycle.web import assets, console, guard, health, hooks, identity, links, news, plain, problems, public, shop
from lifecycle.web.metrics import Metrics
from lifecycle.web.rasa import Rasa

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_PRIVATE = ("/api/", "/hooks/", "/s/", "/f/", "/c/", "/u/", "/chat", "/orders/", "/console")
_TOKEN_IN_PATH = ("/s/", "/f/", "/c/", "/u/")


def create_app(now: Callable[[], datetime] = clock.utcnow) -> FastAPI:
    """The application with the settings of this process; `now` is its clock."""
    settings = current_settings()
    metrics = Metrics()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.rasa = Rasa(settings.rasa_url, settings.rasa_timeout_seconds, settings.secret_key)
        yield
        app.state.rasa.close()

    app = FastAPI(
        title="Lifecycle assistant",
        version=__version__,
        description="Message API of the store assistant and signed order hooks.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.clock = now
    app.state.metrics = metrics
    app.state.limits = guard.RateLimits(settings, metrics)
    problems.install(app)
    app.include_router(public.router, responses=problems.documented(400, 401, 404, 409, 413, 429, 500, 503))
    app.include_router(hooks.router, responses=problems.documented(400, 401, 413, 500, 503))
    for module in (health, assets, links, plain, console):
        app.include_router(module.router)
    if settings.demo:
        app.include_router(shop.router)
    app.add_middleware(news.News, now=now)
    app.add_middleware(guard.BodyLimit)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.allowed_origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", identity.HEADER],
            expose_headers=["Retry-After"],
            max_age=600,
        )
    app.add_middleware(Envelope, https=settings.public_url.startswith("https://"), metrics=metrics)
    return app


class Envelope:
    """Around every response: security headers, what it took, and an answer even when our own code fails.

    HEAD is answered as GET without the body: link checkers and mail scanners use it.
    """

    def __init__(self, app: ASGIApp, https: bool, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        kinds = itertools.product((False, True), repeat=2)
        self._headers = {
            (private, token): _security_headers(private=private, token=token, https=https) for private, token in kinds
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0
        method = scope["method"]
        if method == "HEAD":
            scope = {**scope, "method": "GET"}

        async def wrapped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = list(message["headers"])
                message = {**message, "headers": given + self._missing(scope["path"], given)}
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self.app(scope, receive, wrapped)
        except Exception as error:
            if status:
                raise
            await problems.crashed(Request(scope), error)(scope, receive, wrapped)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            self.metrics.answered(method, route, status, time.perf_counter() - began)

    def _missing(self, path: str, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The security headers a response to this path does not have yet."""
        names = {name.lower() for name, _ in given}
        private, token = path.startswith(_PRIVATE), path.startswith(_TOKEN_IN_PATH)
        return [header for header in self._headers[private, token] if header[0] not in names]


def _security_headers(*, private: bool, token: bool, https: bool) -> list[tuple[bytes, bytes]]:
    """What every response says; `private`: it is somebody's own, `token`: its path lets its reader in."""
    headers = {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer" if token else "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        **({"cache-control": "no-store"} if private else {}),
        **({"x-robots-tag": "noindex, nofollow"} if token else {}),
        **({"strict-transport-security": "max-age=31536000"} if https else {}),
    }
    return [(name.encode(), value.encode()) for name, value in headers.items()]
