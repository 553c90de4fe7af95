"""Logging in and out, and the files every page needs."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from lifecycle import db, staff
from lifecycle.errors import NotFound
from lifecycle.model import Staff
from lifecycle.settings import settings
from lifecycle.web.console import view
from lifecycle.web.console.gate import (
    ANYONE,
    DEVICE_COOKIE,
    FIELDS_KEPT,
    KEPT,
    ConsoleRoute,
    address_of,
    cookie_name,
    member_of,
    role,
    safe_next,
    set_cookie,
)

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)


async def kept_fields(request: Request) -> list[tuple[str, str]]:
    """What somebody had typed into a form before they had to log in again."""
    form = await request.form()
    kept = [(name[len(KEPT) :], value) for name, value in form.multi_items() if name.startswith(KEPT)]
    return [(name, value) for name, value in kept if isinstance(value, str)][:FIELDS_KEPT]


_TYPED = Depends(kept_fields)


@router.get("/login")
@role(ANYONE)
def login_page(request: Request, next: str = "/console") -> Response:
    return _login(request, next, "", "")


@router.post("/login")
@role(ANYONE)
def login(
    request: Request,
    email: str = Form("", max_length=320),
    password: str = Form("", max_length=1000),
    next: str = Form("/console"),
    target: str = Form("", max_length=300),
    typed: list[tuple[str, str]] = _TYPED,
) -> Response:
    """Count the try, look at the password without holding a write lock, then open a session with a new id."""
    now, secret = view.now_of(request), settings().secret_key
    with db.transaction() as session:
        knock = staff.knock(
            session,
            email,
            secret=secret,
            address=address_of(request),
            device=request.cookies.get(DEVICE_COOKIE),
            now=now,
        )
    if knock.wait_seconds:
        minutes = -(-knock.wait_seconds // 60)
        message = f"Too many tries; please wait {minutes} minute{'s' if minutes > 1 else ''} and try again."
        response = _login(request, next, email, message, 429, typed, target)
        response.headers["Retry-After"] = str(knock.wait_seconds)
        return response
    with db.reading() as session:
        member = staff.verify(session, email, password)
    if member is None:
        message = "This email and password do not belong together."
        return _login(request, next, email, message, 401, typed, target)
    with db.transaction() as session:
        staff.close_session(session, request.cookies.get(cookie_name()), now=now)
        token = staff.open_session(session, member, knock.attempt_id, now=now)
    opened: Response = RedirectResponse(safe_next(next), status_code=303)
    if typed and target and safe_next(target) == target:
        request.state.member = member
        opened = view.page(request, "resume.html", title="Go on", typed=typed, target=target)
    set_cookie(opened, cookie_name(), token)
    if not staff.device_of(secret, request.cookies.get(DEVICE_COOKIE), email, now=now):
        device = staff.device_token(secret, email, now=now)
        set_cookie(opened, DEVICE_COOKIE, device, max_age_seconds=int(staff.DEVICE_LIFETIME.total_seconds()))
    return opened


@router.post("/logout")
@role(ANYONE)
def logout(request: Request) -> Response:
    with db.transaction() as session:
        staff.close_session(session, request.cookies.get(cookie_name()), now=view.now_of(request))
    response = RedirectResponse("/console/login", status_code=303)
    response.delete_cookie(cookie_name(), path="/", secure=cookie_name().startswith("__Host-"), httponly=True)
    return response


@router.get("/team")
@role("admin")
def team(request: Request) -> Response:
    """Accounts, and who looked at what."""
    member_of(request)
    with db.reading() as session:
        people, trail = staff.everyone(session), staff.audit_trail(session)
    return view.page(request, "team.html", title="Team", people=people, trail=trail)


@router.get("/static/{name}")
@role(ANYONE)
def static(name: str) -> Response:
    if name not in view.ASSETS:
        raise NotFound("There is no such file.")
    data, digest = view.asset(name)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{digest}"'}
    return Response(data, media_type=view.ASSETS[name], headers=headers)


def _login(
    request: Request,
    address: str,
    email: str,
    message: str,
    status: int = 200,
    typed: Sequence[tuple[str, str]] = (),
    target: str = "",
) -> Response:
    with db.reading() as session:
        nobody = session.scalar(sa.select(Staff.id).limit(1)) is None
    return view.page(
        request,
        "login.html",
        status,
        title="Log in",
        next=safe_next(address),
        email=email[:320],
        message=message,
        nobody=nobody,
        typed=typed,
        target=target,
    )
