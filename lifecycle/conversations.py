"""What was said: threads (one chat window), their conversations (one visit or follow-up each) and messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import interactions, redaction
from lifecycle.clock import iso
from lifecycle.db.statements import Prepared
from lifecycle.errors import NotFound
from lifecycle.interactions import TurnFacts
from lifecycle.model import Conversation, Customer, Interaction, Message
from lifecycle.tokens import new_id

_message, _conversation = Message.__table__.c, Conversation.__table__.c
_RECORDED = sa.exists().where(Interaction.conversation_id == Conversation.id)
_BY_ID = sa.select(Conversation, _RECORDED.label("recorded")).where(Conversation.id == sa.bindparam("conversation_id"))
_LATEST = sa.select(_message.role, _message.text, _message.buttons).order_by(_message.id.desc())
_LATEST = Prepared(_LATEST.where(_message.thread_id == sa.bindparam("thread_id")).limit(sa.bindparam("most")))
_OF_THREAD = sa.select(_conversation.thread_id).where(_conversation.id == sa.bindparam("conversation_id"))
_THREAD_OF_KNOWN = Prepared(
    sa.select(_message.thread_id).where(
        _message.thread_id == sa.func.coalesce(_OF_THREAD.scalar_subquery(), sa.bindparam("conversation_id")),
        _message.client_message_id == sa.bindparam("client_message_id"),
    )
)
_THREAD_OF = Prepared(_OF_THREAD.where(_RECORDED))

ID_LENGTH, CHANNEL_LENGTH = 32, 20


@dataclass(frozen=True)
class Said:
    """One bubble of a turn, before it is a row."""

    text: str
    buttons: Sequence[dict[str, str]] = ()  # {title, payload}
    cards: Sequence[dict[str, Any]] = ()
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """A button as it was offered, `ago` turns back; `alone` when its bubble is a question with no other."""

    title: str
    intent: str
    entities: dict[str, str]
    ago: int
    alone: bool


@dataclass(frozen=True)
class Heard:
    """What the customer sent to begin a turn; None of them: a turn the store began."""

    text: str
    client_message_id: str | None
    intent: str | None
    confidence: float | None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bubble:
    """A reply as it was stored."""

    id: int
    role: str
    text: str
    buttons: list[dict[str, Any]]  # {choice, title, payload}
    cards: list[dict[str, Any]]
    created_at: datetime


@dataclass(frozen=True)
class Taken:
    """A conversation taken for a turn: all that storing the turn has to know, as it stands now that it is ours."""

    id: str
    thread_id: str
    customer_id: int | None
    record: Any  # the columns of its interaction
    told_at: float | None  # the timestamp of Rasa's last event
    message_ids: list[int]  # of the turn's bubbles


def start(
    session: Session,
    *,
    channel: str,
    purpose: str = "visit",
    thread_id: str | None = None,
    customer_id: int | None = None,
    order_id: int | None = None,
    verified: bool = False,
    conversation_id: str | None = None,
    now: datetime,
) -> Conversation:
    """A new conversation with its interaction row; without a thread it begins one of its own."""
    made_id = conversation_id or new_id()
    conversation = Conversation(
        id=made_id,
        thread_id=thread_id or made_id,
        customer_id=customer_id,
        identity_verified=verified,
        channel=channel,
        purpose=purpose,
        order_id=order_id,
        opened_at=now,
        last_message_at=now,
    )
    session.add(conversation)
    session.flush()
    interactions.open_for(session, conversation, now=now)
    return conversation


def id_of(sender_id: str) -> str:
    """The conversation id of a sender of Rasa: the same, or a hash of it when a channel's ids are longer than ours."""
    return sender_id if len(sender_id) <= ID_LENGTH else hashlib.blake2s(sender_id.encode(), digest_size=16).hexdigest()


def ensure(session: Session, conversation_id: str, *, channel: str, now: datetime) -> Conversation:
    """The conversation of this id, made when Rasa hears from it first: a shell, a messenger, a connector."""
    channel = channel[:CHANNEL_LENGTH]
    found = session.execute(_BY_ID, {"conversation_id": conversation_id}).one_or_none()
    if found is not None:
        if not found.recorded:
            interactions.open_for(session, found.Conversation, now=now)
        return found.Conversation
    return start(session, channel=channel, conversation_id=conversation_id, now=now)


def thread_of(session: Session, conversation_id: str) -> str | None:
    """The thread of a conversation that is known and has its record; None for another, which `ensure` makes."""
    found: str | None = _THREAD_OF.scalar(session.connection(), {"conversation_id": conversation_id})
    return found


def current(session: Session, thread_id: str, *, now: datetime) -> Conversation:
    """The conversation of a thread that takes its next message: the newest open one, else a new visit.

    A follow-up stays current while it is open.  A visit idle for an hour ends here, and a new one begins, so that one
    visit is one interaction.  Raises NotFound for a thread that does not exist.
    """
    newest = session.execute(
        sa.select(Conversation)
        .where(Conversation.thread_id == thread_id)
        .order_by(Conversation.closed_at.is_(None).desc(), Conversation.opened_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if newest is None:
        raise NotFound("There is no such conversation.")
    if newest.closed_at is None:
        if newest.purpose != "visit" or now - newest.last_message_at < interactions.VISIT_IDLE:
            return newest
        interactions.close(newest, interactions.open_for(session, newest, now=now), at=newest.last_message_at)
    return start(
        session,
        channel=newest.channel,
        thread_id=thread_id,
        customer_id=newest.customer_id,
        verified=newest.identity_verified,
        now=now,
    )


def history(session: Session, thread_id: str, *, after: int = 0, limit: int = 200) -> list[Message]:
    """Messages of a thread after a message id, oldest first, at most `limit`."""
    return list(
        session.execute(
            sa.select(Message)
            .where(Message.thread_id == thread_id, Message.id > after)
            .order_by(Message.id)
            .limit(limit)
        ).scalars()
    )


def recent(session: Session, thread_id: str, *, limit: int = 200) -> list[Message]:
    """The last messages of a thread, oldest first."""
    newest = session.execute(
        sa.select(Message).where(Message.thread_id == thread_id).order_by(Message.id.desc()).limit(limit)
    ).scalars()
    return list(newest)[::-1]


def replies(session: Session, thread_id: str, client_message_id: str) -> list[Message] | None:
    """The stored replies to a client's message id; None when that id was never stored."""
    first = session.execute(
        sa.select(Message).where(Message.thread_id == thread_id, Message.client_message_id == client_message_id)
    ).scalar_one_or_none()
    if first is None:
        return None
    rest = session.execute(sa.select(Message).where(Message.reply_to_id == first.id).order_by(Message.id)).scalars()
    return [*([first] if first.role == "assistant" else []), *rest]


def replies_in(session: Session, conversation_id: str, client_message_id: str) -> list[Message] | None:
    """The stored replies to a client's message id in the thread of a conversation; None when it was never stored."""
    given = {"conversation_id": conversation_id, "client_message_id": client_message_id}
    thread_id = _THREAD_OF_KNOWN.scalar(session.connection(), given)
    return None if thread_id is None else replies(session, thread_id, client_message_id)


def payload_of(session: Session, thread_id: str, choice: str, *, within: int = 200) -> tuple[str, str] | None:
    """(payload, title) of a button really offered in this thread lately; None for any other choice id."""
    offered = session.execute(
        sa.select(Message.buttons)
        .where(Message.thread_id == thread_id, Message.role == "assistant")
        .order_by(Message.id.desc())
        .limit(within)
    ).scalars()
    for buttons in offered:
        for button in buttons or ():
            if button["choice"] == choice:
                return button["payload"], button["title"]
    return None


def lately_typed(session: Session, thread_id: str, *, limit: int = 3) -> list[str]:
    """The customer's latest texts of a thread, the newest first."""
    query = (
        sa.select(Message.text)
        .where(Message.thread_id == thread_id, Message.role == "customer")
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def last_words(session: Session, thread_id: str) -> str:
    """The last bubble said to the customer, "" when there is none."""
    query = (
        sa.select(Message.text)
        .where(Message.thread_id == thread_id, Message.role != "customer")
        .order_by(Message.id.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


def offers(session: Session, thread_id: str, *, turns: int = 4) -> list[Offer]:
    """The buttons of the replies of the last `turns` turns, the newest reply first."""
    session.flush()
    rows = _LATEST.all(session.connection(), {"thread_id": thread_id, "most": turns * 8})
    found: list[Offer] = []
    ago = 0
    for role, text, buttons in rows:
        if role == "customer":
            ago += 1
            if ago == turns:
                break
        for button in buttons or ():
            intent, brace, rest = button["payload"].removeprefix("/").partition("{")
            entities = json.loads(brace + rest) if brace else {}
            alone = len(buttons) == 1 and text.rstrip().endswith("?")
            found.append(Offer(button["title"], intent, entities, ago, alone))
    return found


def public(message: Message | Bubble) -> dict[str, Any]:
    """A message as the website may see it: no payloads, no internals."""
    return {
        "id": message.id,
        "role": message.role,
        "text": message.text,
        "buttons": [{"choice": button["choice"], "title": button["title"]} for button in message.buttons or ()],
        "cards": message.cards or [],
        "created_at": iso(message.created_at),
    }


def add_message(
    session: Session,
    conversation_id: str,
    *,
    role: str,
    text: str,
    details: dict[str, Any] | None = None,
    client_message_id: str | None = None,
    now: datetime,
) -> Message:
    """A bubble from outside a Rasa turn: an answer on a survey page, a staff member's reply, a mail that went out."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    message = Message(
        conversation_id=conversation.id,
        thread_id=conversation.thread_id,
        role=role,
        text=redaction.clean(text) if role == "customer" else text,
        buttons=[],
        cards=[],
        details=details or {},
        client_message_id=client_message_id,
        created_at=now,
    )
    session.add(message)
    conversation.last_message_at = now
    interactions.fold(session, conversation, TurnFacts(messages=1, customer_messages=int(role == "customer")), now=now)
    session.flush()
    return message


def take_turn(session: Session, conversation_id: str, *, messages: int, now: datetime) -> Taken | None:
    """Take a conversation for a turn of so many bubbles, said at `now`: no other turn of it is stored until it ends.

    None for a conversation there is none of.
    """
    found = interactions.take_turn(session.connection(), conversation_id, messages=messages, now=now)
    if found is None:
        return None
    row, message_ids = found
    return Taken(conversation_id, row.thread_id, row.owner_id, row, row.told_at, message_ids)


def record_turn(
    session: Session,
    conversation: Conversation | Taken,
    *,
    heard: Heard | None,
    said: Sequence[Said],
    facts: TurnFacts,
    turn_id: str,
    events: Sequence[dict[str, Any]] = (),
    now: datetime,
) -> list[Bubble]:
    """Store one turn: the customer's bubble, the replies, the interaction's new state and Rasa's events, given by
    their columns; returns the replies.

    `conversation`: what `take_turn` gave for it, or one that has not been taken yet.
    A client's message id is stored once per thread (unique), so a turn that lost a race against its own retry fails
    here and takes Rasa's events of the same transaction with it.  The first reply of a turn the
    store began carries `turn_id` in its place.
    """
    taken = conversation if isinstance(conversation, Taken) else None
    if taken is None:
        session.flush()
        taken = take_turn(session, conversation.id, messages=len(said) + int(heard is not None), now=now)
    if taken is None:
        raise NotFound("There is no such conversation.")
    if facts.stage:  # customers are locked before interactions, everywhere
        interactions.reached(session, taken.id, taken.customer_id, facts.stage, now=now)
    ids = iter(taken.message_ids)
    same = {"conversation_id": taken.id, "thread_id": taken.thread_id, "created_at": now}
    rows: list[dict[str, Any]] = []
    if heard:
        rows.append(
            {
                **same,
                "id": next(ids),
                "role": "customer",
                "text": redaction.clean(heard.text),
                "buttons": [],
                "cards": [],
                "client_message_id": heard.client_message_id,
                "reply_to_id": None,
                "intent": heard.intent,
                "confidence": heard.confidence,
                "details": heard.details,
            }
        )
    for bubble in said:
        rows.append(
            {
                **same,
                "id": next(ids),
                "role": "assistant",
                "text": bubble.text,
                "buttons": [{"choice": new_id(), **button} for button in bubble.buttons],
                "cards": list(bubble.cards),
                "client_message_id": None if rows else turn_id,
                "reply_to_id": rows[0]["id"] if rows else None,
                "intent": None,
                "confidence": None,
                "details": bubble.details,
            }
        )
    changes = interactions.folded(taken.record, facts, customer_id=taken.customer_id, now=now)
    interactions.store_turn(
        session.connection(), messages=rows, events=events, record_id=taken.record.id, changes=changes
    )
    _tell_held(session, Conversation, taken.id, {"last_message_at": now, "closed_at": None})
    _tell_held(session, Interaction, taken.record.id, changes)
    shown = rows[1:] if heard else rows
    return [Bubble(**{name: each[name] for name in Bubble.__annotations__}) for each in shown]


def _tell_held(session: Session, model: Any, key: Any, values: dict[str, Any]) -> None:
    """An object this session holds of a row is as the row is now."""
    held = session.identity_map.get(sa.inspect(model).identity_key_from_primary_key((key,)))
    for name, value in values.items() if held is not None else ():
        sa.orm.attributes.set_committed_value(held, name, value)


def link_customer(session: Session, thread_id: str, customer_id: int, *, now: datetime) -> None:
    """Say whose thread it is: its conversations without a customer become theirs."""
    ids = list(
        session.execute(
            sa.select(Conversation.id).where(Conversation.thread_id == thread_id, Conversation.customer_id.is_(None))
        ).scalars()
    )
    if not ids:
        return
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    session.execute(sa.update(Conversation).where(Conversation.id.in_(ids)).values(customer_id=customer_id))
    session.execute(sa.update(Interaction).where(Interaction.conversation_id.in_(ids)).values(customer_id=customer_id))
    session.expire_all()
