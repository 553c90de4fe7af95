"""The web application: one port for the demo shop, the message API, order hooks, links in mail and the console."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from fastapi import FastAPI, Request
from starlette.datastructures import MutableHeaders
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
        await app.state.rasa.close()

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
        self.https = https
        self.metrics = metrics

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
                self._headers(scope["path"], MutableHeaders(scope=message))
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
            self.metrics.count("lifecycle_http_requests_total", method=method, route=route, status=str(status))
            self.metrics.observe(route, time.perf_counter() - began)

    def _headers(self, path: str, headers: MutableHeaders) -> None:
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "no-referrer" if path.startswith(_TOKEN_IN_PATH) else "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if path.startswith(_PRIVATE):
            headers.setdefault("Cache-Control", "no-store")
        if path.startswith(_TOKEN_IN_PATH):
            headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if self.https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
