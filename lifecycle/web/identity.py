"""Whose conversation a request is about, and who is writing: session tokens, and the word of the store's server.

A conversation the store vouched for is opened by its session token and the store's word together, on every call: a
token left behind in a browser opens nothing once the shopper has logged out.  The word is an HMAC of the shopper's id
or a JWT, both under IDENTITY_SECRET.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import jwt
import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.orm import Session

from lifecycle import tokens
from lifecycle.errors import NotFound, Refused
from lifecycle.model import Conversation, Customer, ErasureRequest, Message
from lifecycle.settings import Settings
from lifecycle.web.problems import Problem

LIFETIME = timedelta(days=180)
HEADER = "X-Identity"
CLOCK_SKEW_SECONDS = 60  # between the store's server and ours
NOT_VALID = "This link or session is not valid; please start again."
NEEDED = "Please log in to the shop again to go on with this conversation, or start a new one."


@dataclass(frozen=True)
class Caller:
    """Who holds a session token: of which thread, whether it came by a link in their own mail, and the store's word."""

    thread_id: str
    by_link: bool = False
    word: str = ""


@dataclass(frozen=True)
class Shopper:
    """Whom the store's server vouches for."""

    external_id: str
    email: str | None = None
    name: str = ""


def session_token(settings: Settings, thread_id: str, *, by_link: bool = False, now: datetime) -> str:
    """What lets its bearer read and write one thread, for 180 days."""
    claims = {"link": True} if by_link else {}
    return tokens.sign(settings.secret_key, "conversation", thread_id, now=now, lifetime=LIFETIME, **claims)


def caller_of_token(settings: Settings, token: str, *, now: datetime) -> Caller:
    """The bearer of a session token; raises Refused for any other token."""
    thread_id, claims = tokens.verify(settings.secret_key, "conversation", token, now=now)
    return Caller(thread_id, by_link=bool(claims.get("link")))


def bearer(request: Request, conversation_id: str) -> Caller:
    """The caller of this request; whoever holds no token for it learns nothing, not even that it exists.

    No token, a forged, an expired and another purpose's one: the same 401.  Another conversation's: the 404 of a
    conversation that does not exist.
    """
    state: Any = request.app.state
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(NOT_VALID)
    try:
        caller = caller_of_token(state.settings, token.strip(), now=state.clock())
    except Refused as error:
        raise Refused(NOT_VALID) from error
    if not tokens.same(caller.thread_id, conversation_id):
        raise NotFound("There is no such conversation.")
    return replace(caller, word=request.headers.get(HEADER, ""))


def admit(session: Session, settings: Settings, caller: Caller, *, now: datetime) -> None:
    """Let the caller at their thread, or raise: 404 when it is gone or to be forgotten, 401 without the store's word.

    The word is asked for when the store vouched for the thread, except from whoever came by a link in their own mail.
    """
    judge(settings, caller, session.connection().execute(_THREAD, {"thread_id": caller.thread_id}).first(), now=now)


def judge(settings: Settings, caller: Caller, known: Any, *, now: datetime) -> None:
    """`admit` by a row of `of_thread`, None for no row."""
    if known is None or known.forgotten:
        raise NotFound("There is no such conversation.")
    external_id = known.external_id if known.identity_verified else None
    if external_id is not None and not caller.by_link and not _vouches(settings, caller.word, external_id, now=now):
        raise _unvouched(NEEDED)


def newest_thread(session: Session, shopper: Shopper) -> str | None:
    """The thread the store last vouched for this shopper in; None when there is none that may be shown."""
    threads = session.scalars(
        sa.select(Conversation.thread_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(
            Customer.external_id == shopper.external_id, Conversation.identity_verified, Conversation.channel == "web"
        )
        .order_by(Conversation.last_message_at.desc())
        .limit(10)
    )
    connection = session.connection()
    rows = ((thread_id, connection.execute(_THREAD, {"thread_id": thread_id}).first()) for thread_id in threads)
    return next((thread_id for thread_id, known in rows if known is not None and not known.forgotten), None)


def by_hash(settings: Settings, external_id: str, identifier_hash: str) -> Shopper:
    """The shopper of an HMAC, which vouches for the id and nothing else; raises 401 when it is wrong."""
    if not tokens.same(tokens.identifier_hash(settings.identity_secret, external_id), identifier_hash):
        raise _unvouched(
            "The identifier_hash does not belong to this id; compute it on your server with IDENTITY_SECRET."
        )
    return Shopper(external_id)


def by_jwt(settings: Settings, word: str, *, now: datetime) -> Shopper:
    """The shopper of a JWT (RFC 7519), HS256: `sub` their id, `exp` ahead; vouches for `email` and `name` too.

    Raises 401 for any other: unsigned, signed otherwise, expired, without an id.
    """
    try:
        claims = jwt.decode(
            word,
            settings.identity_secret,
            algorithms=["HS256"],
            # Times are held against the clock of the application, not of the library.
            options={
                "require": ["sub", "exp"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
            },
        )
        until, since = float(claims["exp"]), float(claims.get("nbf", 0))
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise _unvouched(
            "The token is not a JWT signed with IDENTITY_SECRET (HS256) that has a sub and an exp."
        ) from error
    if not since - CLOCK_SKEW_SECONDS <= now.timestamp() < until + CLOCK_SKEW_SECONDS:
        raise _unvouched("The token has expired; have your server make a new one.")
    external_id, email, name = claims["sub"], claims.get("email"), claims.get("name")
    if not isinstance(external_id, str) or not 1 <= len(external_id) <= 128:
        raise _unvouched("The token's sub must be the shopper's id, a text of 1 to 128 characters.")
    return Shopper(
        external_id,
        email=email[:320] if isinstance(email, str) and email else None,
        name=name[:200] if isinstance(name, str) else "",
    )


def _vouches(settings: Settings, word: str, external_id: str, *, now: datetime) -> bool:
    if word.count(".") != 2:
        return tokens.same(tokens.identifier_hash(settings.identity_secret, external_id), word)
    try:
        return tokens.same(by_jwt(settings, word, now=now).external_id, external_id)
    except Problem:
        return False


def _unvouched(detail: str) -> Problem:
    """401 of a kind of its own: the session token may be good, but the store has to say (again) who is writing."""
    return Problem(401, detail, headers={"WWW-Authenticate": "Bearer"}, type="urn:problem:identity")


_conversation, _customer, _erasure = Conversation.__table__.c, Customer.__table__.c, ErasureRequest.__table__.c


def of_thread(*more: Any, beside: Any = None) -> sa.sql.Select:
    """What `judge` wants to know of the thread `:thread_id`, its vouched conversations first, and `more` columns.

    No row: there is no such thread, or it is about to be forgotten.  `beside`: a selection of at most one row that the
    further columns come from; they are None without one.
    """
    thread_id = sa.bindparam("thread_id")
    spoken = sa.exists().where(Message.__table__.c.thread_id == thread_id)
    asked_for = sa.exists().where(_erasure.thread_id == thread_id)
    # No word in it: not begun yet, or forgotten.  Only then is the long list of old requests looked through.
    forgotten = sa.case((spoken, sa.false()), else_=asked_for).label("forgotten")
    rows = Conversation.__table__.outerjoin(Customer.__table__, _customer.id == _conversation.customer_id)
    return (
        sa.select(_customer.external_id, _conversation.identity_verified, forgotten, *more)
        .select_from(rows if beside is None else rows.outerjoin(beside, sa.true()))
        .where(
            _conversation.thread_id == thread_id,
            ~sa.exists().where(_erasure.done_at.is_(None), _erasure.thread_id == thread_id),
        )
        .order_by(_conversation.identity_verified.desc())
        .limit(1)
    )


_THREAD = of_thread()
