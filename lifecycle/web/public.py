"""The message API under /api/v1: begin a conversation, write, read what is new."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response, Security
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field, StrictStr, root_validator
from sqlalchemy.orm import Session

from lifecycle import conversations, customers, db
from lifecycle.advice import recommendations
from lifecycle.errors import Conflict, NotFound
from lifecycle.model import Conversation, Message
from lifecycle.web import chat, guard, identity
from lifecycle.web.direct import direct
from lifecycle.web.identity import Caller, Shopper

router = APIRouter(prefix="/api/v1", tags=["messages"])
MAX_ID = 2**63 - 1
ID_LIMIT = 64
WORD_LIMIT = 4_096  # characters of a JWT


class User(BaseModel):
    """A logged-in shopper, vouched for by the store's server: an id with its identifier_hash, or a JWT as `token`."""

    id: StrictStr | None = Field(None, min_length=1, max_length=128)
    identifier_hash: StrictStr | None = Field(
        None, min_length=1, max_length=128, description="hex HMAC-SHA256 of the id under IDENTITY_SECRET"
    )
    token: StrictStr | None = Field(
        None,
        min_length=1,
        max_length=WORD_LIMIT,
        description="JWT, HS256 under IDENTITY_SECRET: sub, exp, email?, name?",
    )
    email: StrictStr | None = Field(None, max_length=320)
    name: StrictStr = Field("", max_length=200)

    @root_validator(skip_on_failure=True)
    def _vouched_for(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("token") is None and None in (values.get("id"), values.get("identifier_hash")):
            raise ValueError("send an id with its identifier_hash, or a token")
        return values


class NewConversation(BaseModel):
    user: User | None = None


class KnownUser(BaseModel):
    user: User


class Begun(BaseModel):
    conversation_id: str
    token: str


class NewMessage(BaseModel):
    """What the customer typed, or the button they pressed; `message_id` is the client's own, for safe retries."""

    message_id: StrictStr = Field(regex=r"^[A-Za-z0-9_.:-]{1,64}$")
    text: StrictStr | None = None
    choice: StrictStr | None = Field(None, max_length=64)

    @root_validator(skip_on_failure=True)
    def _one_of_two(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values.get("text") is None) == (values.get("choice") is None):
            raise ValueError("send either text or choice")
        return values


class Button(BaseModel):
    choice: str
    title: str


class Click(BaseModel):
    """The product of a card the shopper opened."""

    product_id: StrictStr = Field(min_length=1, max_length=128)


class PublicMessage(BaseModel):
    id: int
    role: str = Field(description="customer, assistant or staff")
    text: str
    buttons: list[Button]
    cards: list[dict[str, Any]] = Field(description="{product_id, title, price, image, url, reasons, verdicts}")
    created_at: str
    message_id: str | None = Field(None, description="the client's own id, on the customer's messages of the history")


class Messages(BaseModel):
    messages: list[PublicMessage]


class Receipt(BaseModel):
    receipt: str = Field(description="under which the erasure can be asked after")


class Status(BaseModel):
    conversation_id: str
    purpose: str
    waiting: bool = Field(description="a follow-up of the store waits for an answer")
    last_message_id: int


_BEARER = Security(HTTPBearer(auto_error=False, description="the token POST /conversations gave"))
_WORD = Header(
    "",
    alias=identity.HEADER,
    max_length=WORD_LIMIT,
    description="of a shopper the store vouched for, on every call: the identifier_hash or the JWT",
)


async def writing(
    request: Request,
    conversation_id: str = Path(max_length=ID_LIMIT),
    _documented: Any = _BEARER,
    _word: str = _WORD,
) -> Caller:
    await request.app.state.limits.admit("address", guard.address(request))
    return identity.bearer(request, conversation_id)


async def reading(
    request: Request,
    conversation_id: str = Path(max_length=ID_LIMIT),
    _documented: Any = _BEARER,
    _word: str = _WORD,
) -> Caller:
    await request.app.state.limits.admit("reads", guard.address(request))
    return identity.bearer(request, conversation_id)


_READER, _WRITER = Depends(reading), Depends(writing)


async def begin(request: Request, new: NewConversation | None = None) -> Response:
    """Begin a conversation.  A shopper whom the store does not vouch for is refused and nothing is linked."""
    state = request.app.state
    await state.limits.admit("address", guard.address(request))
    now = state.clock()
    shopper = _vouched(request, new.user) if new and new.user else None
    thread_id = await db.ask(_begun, shopper, now)
    token = identity.session_token(state.settings, thread_id, now=now)
    return JSONResponse({"conversation_id": thread_id, "token": token}, 201)


router.add_api_route(
    "/conversations",
    begin,
    methods=["POST"],
    status_code=201,
    response_model=Begun,
    route_class_override=direct(NewConversation, begin),
)


@router.post("/conversations/resumed", response_model=Begun)
def resume(request: Request, known: KnownUser) -> dict[str, str]:
    """The newest conversation of a shopper the store vouches for, begun in whatever browser; 404 when there is none."""
    state = request.app.state
    state.limits.hit("address", guard.address(request))
    now = state.clock()
    shopper = _vouched(request, known.user)
    with db.reading() as session:
        thread_id = identity.newest_thread(session, shopper)
    if thread_id is None:
        raise NotFound("There is no conversation of this shopper yet.")
    return {"conversation_id": thread_id, "token": identity.session_token(state.settings, thread_id, now=now)}


def _straight(request: Request, new: NewMessage) -> Awaitable[Response] | None:
    """`write` when its parameters are within their limits."""
    conversation_id = request.path_params["conversation_id"]
    if len(conversation_id) > ID_LIMIT or len(request.headers.get(identity.HEADER, "")) > WORD_LIMIT:
        return None
    return _written(request, new, conversation_id)


async def _written(request: Request, new: NewMessage, conversation_id: str) -> Response:
    return await write(request, new, await writing(request, conversation_id))


async def write(request: Request, new: NewMessage, caller: Caller = _WRITER) -> Response:
    """Say something, or press a button; answers with the assistant's replies of this turn."""
    text = guard.message_text(new.text) if new.text is not None else None
    limited = not guard.local(request)
    replies = await chat.send(request.app, caller, new.message_id, text=text, choice=new.choice, limited=limited)
    return JSONResponse({"messages": replies})


router.add_api_route(
    "/conversations/{conversation_id}/messages",
    write,
    methods=["POST"],
    response_model=Messages,
    route_class_override=direct(NewMessage, _straight),
)


@router.get("/conversations/{conversation_id}/messages", response_model=Messages)
def read(
    request: Request,
    after: int = Query(0, ge=0, le=MAX_ID),
    limit: int = Query(200, ge=1, le=200),
    caller: Caller = _READER,
) -> Response:
    """Everything said after a message id, the customer's own words included, oldest first, at most `limit`."""
    with db.reading() as session:
        _admit(session, request, caller)
        return JSONResponse({"messages": chat.history(session, caller.thread_id, after=after, limit=limit)})


@router.post("/conversations/{conversation_id}/clicks", status_code=204)
def click(request: Request, opened: Click, caller: Caller = _WRITER) -> Response:
    """Say that a recommended product was opened from its card; one never recommended here counts for nothing."""
    with db.transaction() as session:
        _admit(session, request, caller)
        recommendations.clicked(session, caller.thread_id, opened.product_id, now=request.app.state.clock())
    return Response(status_code=204)


@router.get("/conversations/{conversation_id}", response_model=Status)
def status(request: Request, caller: Caller = _READER) -> dict[str, Any]:
    """What the conversation is about now, and whether the store asked something that waits for an answer."""
    thread_id = caller.thread_id
    with db.reading() as session:
        _admit(session, request, caller)
        newest = _newest(session, thread_id)
        last = session.scalar(sa.select(sa.func.max(Message.id)).where(Message.thread_id == thread_id))
        waiting = newest.closed_at is None and newest.purpose != "visit" and not _spoke(session, newest.id)
        return {
            "conversation_id": thread_id,
            "purpose": newest.purpose,
            "waiting": waiting,
            "last_message_id": last or 0,
        }


@router.put("/conversations/{conversation_id}/user", status_code=204)
def identify(request: Request, user: User, caller: Caller = _WRITER) -> Response:
    """Say who is writing, after a login; a conversation that is somebody else's is refused with 409."""
    shopper = _vouched(request, user)
    now = request.app.state.clock()
    with db.transaction() as session:
        customer_id = _customer(session, shopper, now=now)
        newest = _newest(session, caller.thread_id)
        if newest.customer_id not in (None, customer_id):
            raise Conflict("This conversation is another customer's; please begin a new one.")
        _admit(session, request, replace(caller, word=user.token or user.identifier_hash or ""))
        conversations.link_customer(session, caller.thread_id, customer_id, now=now)
        newest.identity_verified = True
    return Response(status_code=204)


@router.delete("/conversations/{conversation_id}", status_code=204)
def end(request: Request, caller: Caller = _WRITER) -> Response:
    """Close the conversation: its open visits and follow-ups end now."""
    with db.transaction() as session:
        _admit(session, request, caller)
        chat.close(session, caller.thread_id, now=request.app.state.clock())
    return Response(status_code=204)


@router.get("/conversations/{conversation_id}/transcript", response_class=PlainTextResponse)
def download(request: Request, caller: Caller = _READER) -> Response:
    """Everything both sides wrote, as a text file to keep."""
    with db.reading() as session:
        _admit(session, request, caller)
        return chat.download(session, caller.thread_id, now=request.app.state.clock())


@router.post("/conversations/{conversation_id}/erasure", status_code=202, response_model=Receipt)
def erase(request: Request, caller: Caller = _WRITER) -> dict[str, str]:
    """Close the conversation for good: from now on it is shown to nobody, and the worker forgets it within a minute."""
    with db.transaction() as session:
        _admit(session, request, caller)
        return {"receipt": chat.erase(session, caller.thread_id, now=request.app.state.clock())}


def _admit(session: Session, request: Request, caller: Caller) -> None:
    identity.admit(session, request.app.state.settings, caller, now=request.app.state.clock())


def _newest(session: Session, thread_id: str) -> Conversation:
    found = session.execute(
        sa.select(Conversation)
        .where(Conversation.thread_id == thread_id)
        .order_by(Conversation.closed_at.is_(None).desc(), Conversation.opened_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def _spoke(session: Session, conversation_id: str) -> bool:
    """Whether the customer said anything in this conversation."""
    said = sa.select(Message.id).where(Message.conversation_id == conversation_id, Message.role == "customer")
    return session.execute(said.limit(1)).first() is not None


def _begun(shopper: Shopper | None, now: datetime) -> str:
    with db.transaction() as session:
        customer_id = _customer(session, shopper, now=now) if shopper else None
        verified = customer_id is not None
        started = conversations.start(session, channel="web", customer_id=customer_id, verified=verified, now=now)
        return started.thread_id


def _vouched(request: Request, user: User) -> Shopper:
    settings, now = request.app.state.settings, request.app.state.clock()
    if user.token is not None:
        return identity.by_jwt(settings, user.token, now=now)
    shopper = identity.by_hash(settings, user.id or "", user.identifier_hash or "")
    # The hash covers the id only, so an address counts only when it is the id itself; a name harms nobody.
    own_address = user.email and user.email.lower() == shopper.external_id.lower()
    return replace(shopper, email=shopper.external_id if own_address else None, name=user.name)


def _customer(session: Session, shopper: Shopper, *, now: datetime) -> int:
    customer = customers.find_or_create(
        session, external_id=shopper.external_id, email=shopper.email, name=shopper.name, now=now
    )
    return int(customer.id)
