"""One customer message from the edge to the assistant and back; the JSON API and the plain HTML page share it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from lifecycle import conversations, db, interactions, privacy, takeover
from lifecycle.errors import Invalid
from lifecycle.model import Conversation, Message
from lifecycle.web import identity
from lifecycle.web.identity import Caller
from lifecycle.web.problems import unavailable
from lifecycle.web.rasa import Silent

SPEAKERS = {"customer": "You", "staff": "Our team", "assistant": "Assistant"}
APOLOGY = "Sorry, I cannot answer right now. Nothing you wrote is lost; please try again in a moment."


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
    thread_id = caller.thread_id

    def prepare() -> tuple[list[dict[str, Any]] | None, str, tuple[str, str]]:
        now = state.clock()
        with db.reading() as session:
            identity.admit(session, state.settings, caller, now=now)
            stored = conversations.replies(session, thread_id, message_id)
            if stored or takeover.kept(session, thread_id, message_id):
                return [conversations.public(message) for message in stored or ()], "", ("", "")
            state.limits.hit("conversation", thread_id if limited else "")
            offered = conversations.payload_of(session, thread_id, choice) if choice is not None else ("", "")
            if offered is None:
                raise Invalid("That choice was not offered in this conversation; please pick one of the buttons.")
            taking = _taking(session, thread_id, now)
            held = taking is not None and takeover.holds(taking, now=now)
            taking_id = str(taking.id) if taking else ""
        if held:
            with db.transaction() as session:
                if takeover.keep(session, taking_id, text or offered[1], message_id=message_id, now=now):
                    return [], taking_id, offered
        return None, taking_id or _next_visit(thread_id, now), offered

    replies, conversation_id, (payload, title) = await run_in_threadpool(prepare)
    if replies is not None:
        return replies
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


def _taking(session: Session, thread_id: str, now: datetime) -> Conversation | None:
    """The open conversation that takes the next message, found without a write lock; None when one must be opened."""
    newest = session.execute(
        sa.select(Conversation)
        .where(Conversation.thread_id == thread_id, Conversation.closed_at.is_(None))
        .order_by(Conversation.opened_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if newest is None or (newest.purpose == "visit" and now - newest.last_message_at >= interactions.VISIT_IDLE):
        return None
    return newest


def _next_visit(thread_id: str, now: datetime) -> str:
    with db.transaction() as session:
        return str(conversations.current(session, thread_id, now=now).id)
