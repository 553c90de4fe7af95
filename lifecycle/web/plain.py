"""The chat without JavaScript: the same conversation as a plain HTML form, bound to a cookie."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from lifecycle import conversations, db
from lifecycle.errors import LifecycleError, Refused
from lifecycle.model import Conversation
from lifecycle.tokens import new_id
from lifecycle.web import chat, guard, pages
from lifecycle.web.problems import Problem, unavailable

router = APIRouter(include_in_schema=False)
COOKIE = "lifecycle_chat"
SHOWN = 60  # messages on one page; older ones are there, and the widget shows them


@router.get("/chat")
def show(request: Request) -> Response:
    """The conversation of the cookie, or an empty form; reading begins nothing."""
    request.app.state.limits.hit("reads", guard.address(request))
    return _page(request, thread_of_cookie(request))


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
    thread_id = await run_in_threadpool(thread_of_cookie, request)
    try:
        message = None if choice else guard.message_text(text)
        if thread_id is None:
            thread_id = await run_in_threadpool(_begin, request)
        await chat.send(
            request.app, thread_id, message_id, text=message, choice=choice or None, limited=not guard.local(request)
        )
    except (Problem, LifecycleError) as error:
        problem = error if isinstance(error, Problem) else unavailable(str(error), type(error).__name__)
        kept = {"problem": problem.detail, "draft": text, "message_id": message_id}
        return await run_in_threadpool(_page, request, thread_id, status=problem.status, **kept)
    response = RedirectResponse("/chat#end", 303)
    remember(request, response, thread_id)
    return response


@router.get("/chat/transcript")
def keep(request: Request) -> Response:
    """The conversation of the cookie as a text file."""
    request.app.state.limits.hit("reads", guard.address(request))
    thread_id = thread_of_cookie(request)
    if thread_id is None:
        return RedirectResponse("/chat", 303)
    return chat.download(thread_id, now=request.app.state.clock())


@router.post("/chat/erasure")
def erase(request: Request) -> Response:
    """Have the conversation of the cookie forgotten, and begin with an empty page."""
    refuse_foreign(request)
    request.app.state.limits.hit("address", guard.address(request))
    thread_id = thread_of_cookie(request)
    if thread_id is not None:
        chat.erase(thread_id, now=request.app.state.clock())
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


def remember(request: Request, response: Response, thread_id: str) -> None:
    """Bind the browser to a thread by a cookie no script can read."""
    state = request.app.state
    response.set_cookie(
        COOKIE,
        guard.conversation_token(state.settings, thread_id, now=state.clock()),
        max_age=int(guard.CONVERSATION_LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=state.settings.public_url.startswith("https://"),
    )


def thread_of_cookie(request: Request) -> str | None:
    """The thread of the cookie; None without one, or when it is no longer good."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        thread_id = guard.thread_of_token(request.app.state.settings, token, now=request.app.state.clock())
    except Refused:
        return None
    with db.reading() as session:
        known = session.execute(sa.select(Conversation.id).where(Conversation.thread_id == thread_id).limit(1)).first()
    return thread_id if known else None


def _begin(request: Request) -> str:
    with db.transaction() as session:
        return str(conversations.start(session, channel="web", now=request.app.state.clock()).thread_id)


def _page(
    request: Request,
    thread_id: str | None,
    *,
    status: int = 200,
    problem: str = "",
    draft: str = "",
    message_id: str = "",
) -> Response:
    messages = []
    if thread_id:
        with db.reading() as session:
            rows = conversations.recent(session, thread_id, limit=SHOWN)
            messages = [conversations.public(row) for row in rows]
    context = {"messages": messages, "message_id": message_id or new_id(), "problem": problem, "draft": draft}
    response = pages.page(request, "shop/chat.html", context, status=status)
    if thread_id:
        remember(request, response, thread_id)
    return response
