"""The chat without JavaScript: the same conversation as a plain HTML form, bound to a cookie."""

from __future__ import annotations

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from lifecycle import conversations, db
from lifecycle.advice import recommendations
from lifecycle.errors import LifecycleError
from lifecycle.tokens import new_id
from lifecycle.web import chat, guard, identity, pages
from lifecycle.web.identity import Caller
from lifecycle.web.problems import Problem, unavailable

router = APIRouter(include_in_schema=False)
COOKIE = "lifecycle_chat"
SHOWN = 60  # messages on one page; older ones are there, and the widget shows them


@router.get("/chat")
def show(request: Request) -> Response:
    """The conversation of the cookie, or an empty form; reading begins nothing."""
    request.app.state.limits.hit("reads", guard.address(request))
    return _page(request, caller_of_cookie(request))


@router.post("/chat")
async def say(
    request: Request,
    message_id: str = Form(regex=r"^[0-9a-f]{32}$"),
    text: str = Form(""),
    choice: str = Form("", max_length=64),
) -> Response:
    """One message or one pressed button, then back to the page; the same form sent twice is one message."""
    state = request.app.state
    refuse_foreign(request)
    await state.limits.admit("address", guard.address(request))
    caller = await run_in_threadpool(caller_of_cookie, request)
    try:
        message = None if choice else guard.message_text(text)
        if caller is None:
            caller = await run_in_threadpool(_begin, request)
        await chat.send(
            request.app, caller, message_id, text=message, choice=choice or None, limited=not guard.local(request)
        )
    except (Problem, LifecycleError) as error:
        problem = error if isinstance(error, Problem) else unavailable(str(error), type(error).__name__)
        kept = {"problem": problem.detail, "draft": text, "message_id": message_id}
        return await run_in_threadpool(_page, request, caller, status=problem.status, **kept)
    response = RedirectResponse("/chat#end", 303)
    remember(request, response, caller)
    return response


@router.post("/chat/opened")
def opened(request: Request, product_id: str = Query(min_length=1, max_length=128)) -> Response:
    """What a browser tells by itself of a card whose link was followed (`ping`), without a script or a redirect.

    Browsers that leave pings out, as Firefox does, tell nothing.
    """
    refuse_foreign(request)
    request.app.state.limits.hit("address", guard.address(request))
    caller = caller_of_cookie(request)
    if caller is not None:
        with db.transaction() as session:
            recommendations.clicked(session, caller.thread_id, product_id, now=request.app.state.clock())
    return Response(status_code=204)


@router.get("/chat/transcript")
def keep(request: Request) -> Response:
    """The conversation of the cookie as a text file."""
    request.app.state.limits.hit("reads", guard.address(request))
    caller = caller_of_cookie(request)
    if caller is None:
        return RedirectResponse("/chat", 303)
    with db.reading() as session:
        return chat.download(session, caller.thread_id, now=request.app.state.clock())


@router.post("/chat/erasure")
def erase(request: Request) -> Response:
    """Have the conversation of the cookie forgotten, and begin with an empty page."""
    refuse_foreign(request)
    request.app.state.limits.hit("address", guard.address(request))
    caller = caller_of_cookie(request)
    if caller is not None:
        with db.transaction() as session:
            chat.erase(session, caller.thread_id, now=request.app.state.clock())
    response = RedirectResponse("/chat", 303)
    response.delete_cookie(COOKIE)
    return response


def refuse_foreign(request: Request) -> None:
    """Refuse a form sent from another site: Sec-Fetch-Site by browsers that tell, Origin by the others."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        origin = request.headers.get("origin")
        foreign = origin not in (None, "null", str(request.base_url).rstrip("/"), request.app.state.settings.public_url)
    if foreign:
        raise Problem(403, "This form was sent from another site; please open our page and try again.")


def remember(request: Request, response: Response, caller: Caller) -> None:
    """Bind the browser to the caller's thread by a cookie no script can read."""
    state = request.app.state
    response.set_cookie(
        COOKIE,
        identity.session_token(state.settings, caller.thread_id, by_link=caller.by_link, now=state.clock()),
        max_age=int(identity.LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=state.settings.public_url.startswith("https://"),
    )


def caller_of_cookie(request: Request) -> Caller | None:
    """Whose conversation the cookie opens; None without one, or when it is no longer good."""
    state = request.app.state
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        caller = identity.caller_of_token(state.settings, token, now=state.clock())
        with db.reading() as session:
            identity.admit(session, state.settings, caller, now=state.clock())
    except (LifecycleError, Problem):
        return None
    return caller


def _begin(request: Request) -> Caller:
    with db.transaction() as session:
        return Caller(conversations.start(session, channel="web", now=request.app.state.clock()).thread_id)


def _page(
    request: Request,
    caller: Caller | None,
    *,
    status: int = 200,
    problem: str = "",
    draft: str = "",
    message_id: str = "",
) -> Response:
    messages = []
    if caller:
        with db.reading() as session:
            rows = conversations.recent(session, caller.thread_id, limit=SHOWN)
            messages = [conversations.public(row) for row in rows]
    context = {"messages": messages, "message_id": message_id or new_id(), "problem": problem, "draft": draft}
    response = pages.page(request, "shop/chat.html", context, status=status)
    if caller:
        remember(request, response, caller)
    return response
