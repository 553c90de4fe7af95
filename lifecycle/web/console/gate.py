"""The one way into the console: who asks, what they may, from which page; and what every answer carries.

Every route of the console is a ConsoleRoute: it refuses whatever declares no role, so a forgotten declaration is a
locked door, not an open one.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from lifecycle import db, staff
from lifecycle.errors import Conflict, Invalid, LifecycleError, NotFound, Refused, Unavailable
from lifecycle.settings import settings
from lifecycle.staff import Member
from lifecycle.web.console import view

ANYONE = "anyone"
ROLE_NAMES = (ANYONE, *staff.ROLES)
DEVICE_COOKIE = "staff_device"
FIELDS_KEPT = 20
KEPT = "typed:"  # before the name of a field kept over a login
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
_STATUS = {NotFound: 404, Invalid: 400, Conflict: 409, Refused: 403, Unavailable: 503}
_DIGITS = 18  # of the largest number a row can have

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def role(name: str) -> Callable[[Endpoint], Endpoint]:
    """Declare who may call a route: `anyone`, or a role that the person's own role must include."""
    if name not in ROLE_NAMES:
        raise ValueError(f"{name!r} is no role")

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.console_role = name  # type: ignore[attr-defined]
        return endpoint

    return declare


class ConsoleRoute(APIRoute):
    """A route that lets in who may come in, and turns every error into a page that says what it is."""

    @property
    def console_role(self) -> str | None:
        return getattr(self.endpoint, "console_role", None)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            request.state.member = None
            try:
                response = await self._guarded(request, answer)
            except LifecycleError as error:
                status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
                response = view.problem(request, status, str(error))
            except RequestValidationError as error:
                fields = ", ".join(str(part["loc"][-1]) for part in error.errors())
                response = view.problem(request, 400, f"This form or address cannot be read: {fields}.")
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Cache-Control", "no-store")
            return _compressed(request, response)

        return handle

    async def _guarded(self, request: Request, answer: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
        refuse_cross_site(request)
        if self.console_role == ANYONE:
            return await answer(request)
        member = await run_in_threadpool(_who, request)
        if member is None:
            return _to_login(request) if request.method == "GET" else await _login_with_what_was_typed(request)
        request.state.member = member
        if self.console_role is None or not member.may(self.console_role):
            raise Refused(f"Your role ({member.role}) does not include this; ask an admin of the store.")
        numbers = [request.path_params[field.name] for field in self.dependant.path_params if field.type_ is int]
        if any(len(number) > _DIGITS for number in numbers):
            raise NotFound("There is nothing of this number here.")
        return await answer(request)


def _compressed(request: Request, response: Response) -> Response:
    """A page as the wire likes it.  No page of the console holds a secret a compressed length could betray: forms are
    told from foreign ones by where they come from, not by a token."""
    body = getattr(response, "body", b"")
    if len(body) > 1_000 and "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(body, 6)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
        response.headers["Vary"] = "Accept-Encoding"
    return response


def member_of(request: Request) -> Member:
    """The logged-in person; only for routes that declared a role of staff."""
    member: Member | None = request.state.member
    if member is None:
        raise Refused("Please log in first.")
    return member


def refuse_cross_site(request: Request) -> None:
    """A state-changing request must come from a page of this very site.

    Sec-Fetch-Site decides where the browser sends it, else Origin against Host; a request with neither comes from no
    browser, and carries no cookie that somebody else could have used (the rule of Go's http.CrossOriginProtection).
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    else:
        origin = request.headers.get("origin")
        if origin is None or (origin != "null" and urlsplit(origin).netloc == request.headers.get("host")):
            return
    raise Refused("This form was sent from another site, so nothing was done; open the console and try again.")


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host over https; plain http on the own machine cannot carry that prefix."""
    return "__Host-staff" if secure() else "staff"


def secure() -> bool:
    return settings().public_url.startswith("https://")


def set_cookie(response: Response, name: str, value: str, *, max_age_seconds: int | None = None) -> None:
    response.set_cookie(name, value, max_age=max_age_seconds, path="/", secure=secure(), httponly=True, samesite="lax")


def address_of(request: Request) -> str:
    """The client's address: the peer, or what the trusted proxies in front of us saw."""
    peer = request.client.host if request.client else ""
    proxies = settings().trusted_proxies
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    return hops[-proxies] if proxies and len(hops) >= proxies else peer


def safe_next(target: str) -> str:
    """A page of the console to go on to, never another site."""
    return target if target.startswith("/console") and "\\" not in target and "//" not in target else "/console"


def _who(request: Request) -> Member | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    now = view.now_of(request)
    with db.reading() as session:
        member = staff.authenticate(session, token, now=now)
        stale = member is not None and staff.needs_touch(session, token, now=now)
    if stale:
        with db.transaction() as session:
            staff.touch(session, token, now=now)
    return member


def _to_login(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/console/login?next={quote(here, safe='')}", status_code=303)


async def _login_with_what_was_typed(request: Request) -> Response:
    """The session ended while somebody filled in a form: they log in on this page, and what they typed is kept in it,
    to be looked at and sent by them; it is stored nowhere and done by nobody else."""
    form = await request.form()
    typed = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    if not typed:
        return RedirectResponse("/console/login?next=/console", status_code=303)
    return view.page(
        request,
        "login.html",
        401,
        title="Log in",
        next="/console",
        email="",
        message="Your session had ended. Log in, and what you typed is still here.",
        nobody=False,
        typed=typed[:FIELDS_KEPT],
        target=request.url.path,
    )
