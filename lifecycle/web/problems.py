"""Errors as the web tells them: problem+json (RFC 9457) to programs, a page in plain words to people."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from lifecycle import errors
from lifecycle.tokens import new_id
from lifecycle.web import pages

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
_STATUS: tuple[tuple[type[errors.LifecycleError], int], ...] = (
    (errors.NotFound, 404),
    (errors.Refused, 401),
    (errors.Conflict, 409),
    (errors.Unavailable, 503),
    (errors.Invalid, 400),
)
_TITLES = {
    400: "That cannot be understood",
    401: "Please start again",
    404: "Nothing here",
    405: "Not possible here",
    409: "Already done",
    413: "Too long",
    422: "Something is missing",
    429: "A little slower, please",
    500: "Something went wrong",
    503: "Not available right now",
}


class Problem(Exception):
    """An error with its HTTP status; `detail` is one sentence that may be shown to a person."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.extra = extra


class ProblemBody(BaseModel):
    """RFC 9457; `incident` leads from the customer's words to a line of our log."""

    type: str
    title: str
    status: int
    detail: str
    incident: str | None = None


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the errors a route can answer with."""
    schema = {"application/problem+json": {"schema": ProblemBody.schema()}}
    return {status: {"description": _TITLES[status], "content": schema} for status in sorted({422, *statuses})}


def unavailable(detail: str, reason: str, **logged: Any) -> Problem:
    """503 with an incident id that leads from the customer's words to our log line, which holds no text of theirs."""
    incident = new_id()[:12]
    log.error("incident %s: %s %s", incident, reason, " ".join(f"{name}={value}" for name, value in logged.items()))
    return Problem(503, detail, headers={"Retry-After": str(RETRY_SECONDS)}, incident=incident)


def install(app: FastAPI) -> None:
    """Make every error of the application leave in one of the two shapes."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> Response:
        return answer(request, error)

    @app.exception_handler(errors.LifecycleError)
    async def _known(request: Request, error: errors.LifecycleError) -> Response:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
        if status == 503:
            cause = type(error.__cause__).__name__ if error.__cause__ else type(error).__name__
            return answer(request, unavailable(str(error), cause))
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
        return answer(request, Problem(status, str(error), headers=headers))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        detail = _TITLES.get(error.status_code, "") + "." if error.status_code in (404, 405) else str(error.detail)
        return answer(request, Problem(error.status_code, detail, headers=dict(error.headers or {})))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        # The rejected value is left out: it may be a customer's text.
        places = [".".join(str(part) for part in found["loc"]) + ": " + found["msg"] for found in error.errors()[:5]]
        return answer(request, Problem(422, "; ".join(places)))


def crashed(request: Request, error: Exception) -> Response:
    """500 for a mistake of ours; the log names the places in the code, not the message, which may quote a customer."""
    incident = new_id()[:12]
    log.error("incident %s: %s", incident, errors.places(error))
    detail = "Sorry, something went wrong on our side. It has been noted; please try again in a moment."
    return answer(request, Problem(500, detail, incident=incident))


def answer(request: Request, problem: Problem) -> Response:
    """The response of a problem, in the shape its reader understands."""
    title = _TITLES.get(problem.status, "That did not work")
    accepts_page = "text/html" in request.headers.get("accept", "")
    if accepts_page and not request.url.path.startswith(("/api/", "/hooks/")):
        context = {"title": title, "detail": problem.detail, "incident": problem.extra.get("incident", "")}
        return pages.page(request, "error.html", context, status=problem.status, headers=problem.headers)
    body = {"type": "about:blank", "title": title, "status": problem.status, "detail": problem.detail, **problem.extra}
    return JSONResponse(body, problem.status, headers=problem.headers, media_type="application/problem+json")
