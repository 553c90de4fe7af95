"""A person of the store answers in the chat: the assistant is silent while they do, and back when they are gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import conversations, interactions
from lifecycle.errors import NotFound
from lifecycle.interactions import TurnFacts
from lifecycle.model import Conversation, Message

PATIENCE = timedelta(minutes=15)  # without a word of theirs, after which the assistant answers again
_KEPT = {"heard_by": "staff"}
BACK = frozenset({"assistant", "the assistant", "bot", "back to the assistant", "talk to the assistant"})


def reply(
    session: Session, conversation_id: str, text: str, *, staff_id: int, author: str, hold: bool, now: datetime
) -> Message:
    """A staff member's own words in the customer's chat; with `hold` the assistant is silent from now on.

    Raises NotFound for a conversation there is none of.
    """
    message = conversations.add_message(
        session, conversation_id, role="staff", text=text, details={"author": author}, now=now
    )
    conversation = _known(session, conversation_id)
    if hold:
        conversation.held_by_id, conversation.held_until = staff_id, now + PATIENCE
        interactions.fold(session, conversation, TurnFacts(handed_over=True), now=now)
    return message


def hand_back(session: Session, conversation_id: str) -> None:
    """The assistant answers again; raises NotFound."""
    conversation = _known(session, conversation_id)
    conversation.held_by_id = conversation.held_until = None


def holds(conversation: Any, *, now: datetime) -> bool:
    """Whether a person answers in this conversation (or row of one) at `now`."""
    return conversation.held_until is not None and conversation.held_until > now


def keep(session: Session, conversation_id: str, text: str, *, message_id: str, now: datetime) -> bool:
    """Store what the customer says to the person who answers, once per `message_id`; no turn of the assistant follows.

    False when the assistant shall take it: nobody holds the conversation, or the customer asks for the assistant back.
    """
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or not holds(conversation, now=now):
        return False
    if text.strip(" .!?").lower() in BACK:
        hand_back(session, conversation_id)
        return False
    if not kept(session, conversation.thread_id, message_id):
        conversations.add_message(
            session, conversation_id, role="customer", text=text, details=_KEPT, client_message_id=message_id, now=now
        )
    return True


def kept(session: Session, thread_id: str, message_id: str) -> bool:
    """Whether this message of the customer went to the person who answered then: it has no replies, at any time."""
    found = sa.select(Message.details).where(Message.thread_id == thread_id, Message.client_message_id == message_id)
    return session.execute(found).scalar_one_or_none() == _KEPT


def _known(session: Session, conversation_id: str) -> Conversation:
    found = session.get(Conversation, conversation_id)
    if found is None:
        raise NotFound("There is no such conversation.")
    return found
