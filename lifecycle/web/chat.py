"""One customer message from the edge to the assistant and back; the JSON API and the plain HTML page share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy.orm import Session

from lifecycle import conversations, db, interactions, privacy, takeover
from lifecycle.db.statements import Prepared
from lifecycle.errors import Invalid
from lifecycle.model import Conversation, Message
from lifecycle.settings import Settings
from lifecycle.web import identity
from lifecycle.web.identity import Caller
from lifecycle.web.problems import unavailable
from lifecycle.web.rasa import Silent

SPEAKERS = {"customer": "You", "staff": "Our team", "assistant": "Assistant"}
APOLOGY = "Sorry, I cannot answer right now. Nothing you wrote is lost; please try again in a moment."

_message, _conversation = Message.__table__.c, Conversation.__table__.c
_newest = (  # the open conversation that takes the next message
    sa.select(_conversation.id, _conversation.purpose, _conversation.last_message_at, _conversation.held_until)
    .where(_conversation.thread_id == sa.bindparam("thread_id"), _conversation.closed_at.is_(None))
    .order_by(_conversation.opened_at.desc())
    .limit(1)
    .subquery("newest")
)
_known = sa.exists().where(
    _message.thread_id == sa.bindparam("thread_id"), _message.client_message_id == sa.bindparam("message_id")
)
_MET = Prepared(identity.of_thread(_known.label("heard"), *_newest.c, beside=_newest))


@dataclass(frozen=True)
class Looked:
    """What a message met: its stored replies, or the button it is, the conversation that takes it, who answers there.

    `offered`: (payload, title) of a pressed button, None for one that was not offered.  `taking_id`: "" when a new
    visit begins with the message.  `held`: a person of the store answers.
    """

    replies: list[dict[str, Any]] | None
    offered: tuple[str, str] | None = ("", "")
    taking_id: str = ""
    held: bool = False


async def send(
    app: FastAPI,
    caller: Caller,
    message_id: str,
    *,
    text: str | None = None,
    choice: str | None = None,
    limited: bool = True,
) -> list[dict[str, Any]]:
    """The assistant's replies to a canonical text or to a pressed button; the same message id gets the same replies.

    Text is only ever text: nothing a customer types can become a button's payload, which is looked up among the
    buttons this thread was really offered.  Raises Invalid for a button it was not; 429 over the limit; 503 with
    an apology when there is no answer in time.  While a person of the store answers in it, there are no replies.
    """
    state = app.state
    now = state.clock()
    looked = await db.ask(_look, state.settings, caller, message_id, choice, now)
    if looked.replies is not None:
        return looked.replies
    await state.limits.admit("conversation", caller.thread_id if limited else "")
    if looked.offered is None:
        raise Invalid("That choice was not offered in this conversation; please pick one of the buttons.")
    payload, title = looked.offered
    if looked.held and await db.ask(_keep, looked.taking_id, text or title, message_id, now):
        return []
    conversation_id = looked.taking_id or await db.ask(_next_visit, caller.thread_id, now)
    try:
        if choice is None:
            return await state.rasa.send(conversation_id, message_id, text=text)
        return await state.rasa.send(conversation_id, message_id, payload=payload, title=title)
    except Silent as error:
        state.metrics.count("lifecycle_rasa_failures_total", reason=error.reason)
        raise unavailable(APOLOGY, f"rasa {error.reason}", conversation=conversation_id) from error


def history(session: Session, thread_id: str, *, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """Public messages of a thread after a message id, oldest first; the customer's own with their `message_id`."""
    rows = conversations.history(session, thread_id, after=after, limit=limit)
    mine = [{"message_id": row.client_message_id} if row.role == "customer" else {} for row in rows]
    return [{**conversations.public(row), **own} for row, own in zip(rows, mine, strict=True)]


def download(session: Session, thread_id: str, *, now: datetime) -> Response:
    """A thread as a text file to keep: who said what when (UTC), products with their price and address."""
    lines: list[str] = []
    rows = session.scalars(sa.select(Message).where(Message.thread_id == thread_id).order_by(Message.id))
    for said in map(conversations.public, rows):
        lines.append(f"{said['created_at'][:16].replace('T', ' ')} UTC  {SPEAKERS[said['role']]}")
        lines += [said["text"]] if said["text"] else []
        for card in said["cards"]:
            lines.append("  - " + ", ".join(filter(None, (card["title"], card.get("price"), card.get("url")))))
            lines += [f"      {reason}" for reason in card.get("reasons") or ()]
        lines.append("")
    headers = {"Content-Disposition": f'attachment; filename="conversation-{now:%Y-%m-%d}.txt"'}
    return PlainTextResponse("\n".join(lines), headers=headers)


def close(session: Session, thread_id: str, *, now: datetime) -> None:
    """End the open visits and follow-ups of a thread."""
    open_ones = sa.select(Conversation).where(Conversation.thread_id == thread_id, Conversation.closed_at.is_(None))
    for conversation in session.scalars(open_ones).all():
        interactions.close(conversation, interactions.open_for(session, conversation, now=now), at=now)


def erase(session: Session, thread_id: str, *, now: datetime) -> str:
    """Close a thread, show it to nobody any more, and have the worker forget every word of it.  Returns the receipt."""
    close(session, thread_id, now=now)
    return privacy.request_erasure(session, thread_id=thread_id, now=now)


def _look(settings: Settings, caller: Caller, message_id: str, choice: str | None, now: datetime) -> Looked:
    """Let the caller in, and see what is known of this message and what would take it; reads only."""
    met = db.first(_MET, thread_id=caller.thread_id, message_id=message_id)
    identity.judge(settings, caller, met, now=now)
    offered: tuple[str, str] | None = ("", "")
    if met.heard or choice is not None:
        with db.reading() as session:
            stored = conversations.replies(session, caller.thread_id, message_id) if met.heard else None
            if stored or (met.heard and takeover.kept(session, caller.thread_id, message_id)):
                return Looked([conversations.public(message) for message in stored or ()])
            offered = conversations.payload_of(session, caller.thread_id, choice) if choice is not None else offered
    if met.id is None or (met.purpose == "visit" and now - met.last_message_at >= interactions.VISIT_IDLE):
        return Looked(None, offered)
    return Looked(None, offered, met.id, takeover.holds(met, now=now))


def _keep(conversation_id: str, text: str, message_id: str, now: datetime) -> bool:
    with db.transaction() as session:
        return takeover.keep(session, conversation_id, text, message_id=message_id, now=now)


def _next_visit(thread_id: str, now: datetime) -> str:
    with db.transaction() as session:
        return str(conversations.current(session, thread_id, now=now).id)
