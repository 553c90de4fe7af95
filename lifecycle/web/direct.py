"""A route that is called straight: what is well formed does not pass the framework's general machinery.

Solving dependencies, validating one parameter after another and the stacks around it cost more than all we do with a
message.  OpenAPI still reads the route's declaration, and whatever is not well formed goes to the framework, which says
what is wrong with it: there is one set of rules, and one set of words.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

M = TypeVar("M", bound=BaseModel)


def direct(model: type[M], take: Callable[[Request, M], Awaitable[Response] | None]) -> type[APIRoute]:
    """A kind of route whose JSON body is a `model`.

    `take` is the endpoint without its declarations; it returns None, before anything is done, for a request that the
    framework shall refuse.
    """

    class Direct(APIRoute):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.app = _first(model, take, self.app)

    return Direct


def _first(model: type[M], take: Callable[[Request, M], Awaitable[Response] | None], careful: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            raw = await request.body()
        except ClientDisconnect:
            return await careful(scope, receive, send)
        if request.headers.get("content-type") == "application/json":
            try:
                answering = take(request, model.parse_obj(json.loads(raw)))
            except (ValueError, ValidationError, RecursionError):
                answering = None
            if answering is not None:
                response = await answering
                return await response(scope, receive, send)
        again = [{"type": "http.request", "body": raw, "more_body": False}]

        async def replayed() -> Message:
            return again.pop() if again else await receive()

        return await careful(scope, replayed, send)

    return app
