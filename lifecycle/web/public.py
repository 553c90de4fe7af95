"""The message API under /api/v1: begin a conversation, write, read what is new."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Query, Request, Response, Security
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field, StrictStr, root_validator
from sqlalchemy.orm import Session

from lifecycle import conversations, customers, db, tokens
from lifecycle.errors import Conflict, NotFound, Refused
from lifecycle.model import Conversation, Message
from lifecycle.web import chat, guard

router = APIRouter(prefix="/api/v1", tags=["messages"])
MAX_ID = 2**63 - 1


class User(BaseModel):
    """A logged-in shopper, vouched for by the store's server: identifier_hash is hex HMAC-SHA256 of `id`."""

    id: StrictStr = Field(min_length=1, max_length=128)
    identifier_hash: StrictStr = Field(min_length=1, max_length=128)
    email: StrictStr | None = Field(None, max_length=320)
    name: StrictStr = Field("", max_length=200)


class NewConversation(BaseModel):
    user: User | None = None


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


async def writing(request: Request, conversation_id: str = Path(max_length=64), _documented: Any = _BEARER) -> str:
    await request.app.state.limits.admit("address", guard.address(request))
    return guard.bearer(request, conversation_id)


async def reading(request: Request, conversation_id: str = Path(max_length=64), _documented: Any = _BEARER) -> str:
    await request.app.state.limits.admit("reads", guard.address(request))
    return guard.bearer(request, conversation_id)


def known(thread_id: str = Depends(writing)) -> str:
    with db.reading() as session:
        _newest(session, thread_id)
    return thread_id


@router.post("/conversations", status_code=201, response_model=Begun)
def begin(request: Request, new: NewConversation | None = None) -> dict[str, str]:
    """Begin a conversation.  A shopper whose hash is wrong is refused and nothing is linked."""
    state = request.app.state
    state.limits.hit("address", guard.address(request))
    now = state.clock()
    user = new.user if new else None
    if user:
        _vouched(request, user)
    with db.transaction() as session:
        customer_id = _customer(session, user, request) if user else None
        started = conversations.start(
            session, channel="web", customer_id=customer_id, verified=customer_id is not None, now=now
        )
        thread_id = started.thread_id
    return {"conversation_id": thread_id, "token": guard.conversation_token(state.settings, thread_id, now=now)}


@router.post("/conversations/{conversation_id}/messages", response_model=Messages)
async def write(request: Request, new: NewMessage, thread_id: str = Depends(writing)) -> Response:
    """Say something, or press a button; answers with the assistant's replies of this turn."""
    text = guard.message_text(new.text) if new.text is not None else None
    limited = not guard.local(request)
    replies = await chat.send(request.app, thread_id, new.message_id, text=text, choice=new.choice, limited=limited)
    return JSONResponse({"messages": replies})


@router.get("/conversations/{conversation_id}/messages", response_model=Messages)
def read(
    after: int = Query(0, ge=0, le=MAX_ID),
    limit: int = Query(200, ge=1, le=200),
    thread_id: str = Depends(reading),
) -> Response:
    """Everything said after a message id, the customer's own words included, oldest first, at most `limit`."""
    return JSONResponse({"messages": chat.history(thread_id, after=after, limit=limit)})


@router.get("/conversations/{conversation_id}", response_model=Status)
def status(thread_id: str = Depends(reading)) -> dict[str, Any]:
    """What the conversation is about now, and whether the store asked something that waits for an answer."""
    with db.reading() as session:
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
def identify(request: Request, user: User, thread_id: str = Depends(writing)) -> Response:
    """Say who is writing, after a login; a conversation that is somebody else's is refused with 409."""
    _vouched(request, user)
    now = request.app.state.clock()
    with db.transaction() as session:
        customer_id = _customer(session, user, request)
        newest = _newest(session, thread_id)
        if newest.customer_id not in (None, customer_id):
            raise Conflict("This conversation is another customer's; please begin a new one.")
        conversations.link_customer(session, thread_id, customer_id, now=now)
        newest.identity_verified = True
    return Response(status_code=204)


@router.delete("/conversations/{conversation_id}", status_code=204)
def end(request: Request, thread_id: str = Depends(known)) -> Response:
    """Close the conversation: its open visits and follow-ups end now."""
    chat.close(thread_id, now=request.app.state.clock())
    return Response(status_code=204)


@router.get("/conversations/{conversation_id}/transcript", response_class=PlainTextResponse)
def download(request: Request, thread_id: str = Depends(reading)) -> Response:
    """Everything both sides wrote, as a text file to keep."""
    return chat.download(thread_id, now=request.app.state.clock())


@router.post("/conversations/{conversation_id}/erasure", status_code=202, response_model=Receipt)
def erase(request: Request, thread_id: str = Depends(known)) -> dict[str, str]:
    """Close the conversation and have every word of it forgotten; the worker does so within a minute."""
    return {"receipt": chat.erase(thread_id, now=request.app.state.clock())}


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


def _vouched(request: Request, user: User) -> None:
    expected = tokens.identifier_hash(request.app.state.settings.identity_secret, user.id)
    if not tokens.same(expected, user.identifier_hash):
        raise Refused("The identifier_hash does not belong to this id; compute it on your server with IDENTITY_SECRET.")


def _customer(session: Session, user: User, request: Request) -> int:
    """The vouched shopper.  The hash covers the id only, so an e-mail address counts only when it is the id itself."""
    email = user.id if user.email and user.email.lower() == user.id.lower() else None
    customer = customers.find_or_create(
        session, external_id=user.id, email=email, name=user.name, now=request.app.state.clock()
    )
    return int(customer.id)
