"""The recorder: Rasa's tracker events and our messages and lifecycle record, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session

from lifecycle import clock, conversations, db, redaction
from lifecycle.conversations import Bubble, Heard, Said
from lifecycle.db import steps
from lifecycle.db.statements import Prepared
from lifecycle.engine import meters
from lifecycle.errors import Unavailable
from lifecycle.interactions import TurnFacts
from lifecycle.model import Conversation, RasaEvent
from lifecycle.topics import topic_of

LATEST_EVENTS = 40  # about three turns
LISTEN = "action_listen"
_STORED = "_lifecycle_stored"  # on a tracker: how many of its events the database holds
_NO_TOPIC = ("none", "smalltalk")

_event = RasaEvent.__table__.c
_NEWEST = Prepared(
    sa.select(_event.id, _event.type_name, _event.action_name, _event.data)
    .where(_event.sender_id == sa.bindparam("sender_id"))
    .order_by(_event.id.desc())
    .limit(LATEST_EVENTS)
)
_LAST = Prepared(
    sa.select(_event.timestamp).where(_event.sender_id == sa.bindparam("sender_id")).order_by(_event.id.desc()).limit(1)
)
_INSERT = sa.insert(RasaEvent.__table__)


@dataclass
class Passing:
    """One message on its way through Rasa: the events read before its turn, the replies stored at the end of it."""

    conversation_id: str
    events: list[str]
    replies: list[dict[str, Any]] | None = None


PASSING: ContextVar[Passing | None] = ContextVar("passing", default=None)


class LifecycleTrackerStore(TrackerStore):
    """Keeps conversations in the shared database.

    `save` writes Rasa's new events, the turn's messages and the interaction in ONE transaction: either all of them are
    there afterwards, or none.  On SQLite what the turn's action wrote is part of it.  It never falls back to memory: a
    database error reaches the caller.  A turn of our channel without an answer (Rasa goes on when the action server is
    away) is refused too, so that a retry has one.  So is a turn that another Rasa server overtook, lock store or not:
    a conversation's turns follow one another.
    """

    def __init__(self, domain: Domain | None = None, host: Any = None, event_broker: Any = None, **_: Any) -> None:
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """What the next turn depends on: every slot as it stands and the latest turns; None when nothing is stored.

        A turn costs the same however long the talk is: rules look at the latest message, and everything else that
        matters later is a slot.
        """
        passing = PASSING.get()
        if passing is not None and passing.conversation_id == sender_id:
            return self._tracker(sender_id, passing.events)
        return await db.ask(self._retrieve, sender_id, self._latest)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Every event of a conversation, from its first."""
        return await db.ask(self._retrieve, conversation_id, _all)

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A tracker of a conversation nothing is stored of; Rasa would open a transaction to store that."""
        tracker = self.init_tracker(sender_id)
        setattr(tracker, _STORED, 0)
        if append_action_listen:
            tracker.update(ActionExecuted(LISTEN))
        return tracker

    def look(self, conversation_id: str, message_id: str) -> tuple[list[dict[str, Any]] | None, list[str]]:
        """The stored replies to a message id, None for a new one, and then the events its turn begins with."""
        with db.reading() as session:
            known = conversations.replies_in(session, conversation_id, message_id)
            if known is not None:
                return [conversations.public(row) for row in known], []
            return None, self._latest(session, conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        with meters.stage("store"):
            await db.ask(self._save, tracker)

    async def keys(self) -> Iterable[str]:
        return await db.ask(self._keys)

    def _keys(self) -> list[str]:
        with db.reading() as session:
            return list(session.execute(sa.select(RasaEvent.sender_id).distinct()).scalars())

    def _retrieve(self, sender_id: str, events_of: Callable[[Session, str], list[str]]) -> DialogueStateTracker | None:
        with db.reading() as session:
            rows = events_of(session, conversations.id_of(sender_id))
        return self._tracker(sender_id, rows)

    def _tracker(self, sender_id: str, rows: list[str]) -> DialogueStateTracker | None:
        if not rows:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, [json.loads(row) for row in rows], self.domain.slots)
        setattr(tracker, _STORED, len(tracker.events))
        return tracker

    def _latest(self, session: Session, sender_id: str) -> list[str]:
        """The events of the latest turns, after the latest value of each slot set before them."""
        rows = _NEWEST.all(session.connection(), {"sender_id": sender_id})[::-1]
        if len(rows) < LATEST_EVENTS:
            return [row.data for row in rows]
        ends = (at for at, row in enumerate(rows) if (row.type_name, row.action_name) == ("action", LISTEN))
        rows = rows[next(ends, 0) :]
        last_set = [
            sa.select(sa.func.max(RasaEvent.id))
            .where(
                RasaEvent.sender_id == sender_id,
                RasaEvent.type_name == "slot",
                RasaEvent.action_name == slot.name,
                RasaEvent.id < rows[0].id,
            )
            .scalar_subquery()
            for slot in self.domain.slots
        ]
        slots = sa.select(RasaEvent.data).where(RasaEvent.id.in_(last_set)).order_by(RasaEvent.id)
        return [*session.execute(slots).scalars(), *(row.data for row in rows)]

    def _save(self, tracker: DialogueStateTracker) -> None:
        with steps.last_step() as session:
            conversation_id = conversations.id_of(tracker.sender_id)
            stored = getattr(tracker, _STORED, None)
            if stored is None:
                _wait(session, conversation_id)
                stored = len(_all(session, conversation_id))
            new = list(tracker.events)[stored:]
            last = tracker.events[stored - 1].timestamp if stored else None
            rows = _record(session, conversation_id, new, last)
            passing = PASSING.get()
            if passing is not None and passing.conversation_id == tracker.sender_id:
                passing.replies = [conversations.public(row) for row in rows if row.role == "assistant"]
        setattr(tracker, _STORED, len(tracker.events))


def _wait(session: Session, conversation_id: str) -> None:
    """Until another server's turn of this conversation ended: only then is this one judged."""
    session.execute(sa.select(Conversation.id).where(Conversation.id == conversation_id).with_for_update())


def _require_latest(found: float | None, last: float | None) -> None:
    if found != last:
        raise Unavailable("Another server stored a turn of this conversation meanwhile; nothing was stored.")


def _all(session: Session, sender_id: str) -> list[str]:
    query = sa.select(RasaEvent.data).where(RasaEvent.sender_id == sender_id).order_by(RasaEvent.id)
    return list(session.execute(query).scalars())


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    if isinstance(event, UserUttered) and data.get("text"):
        data["text"] = redaction.clean(data["text"])
        if (data.get("parse_data") or {}).get("text"):
            data["parse_data"] = {**data["parse_data"], "text": redaction.clean(data["parse_data"]["text"])}
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": ((data.get("parse_data") or {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _record(session: Session, conversation_id: str, events: list[Event], last: float | None) -> list[Bubble]:
    """Store these events and what they mean for people: bubbles and the record, of which those that nothing was heard
    or said in have none.

    `last`: the timestamp of the event stored before them; raises Unavailable when others were stored since.
    """
    user = next((event for event in reversed(events) if isinstance(event, UserUttered)), None)
    bot = [event for event in events if isinstance(event, BotUttered)]
    rows = [_row(conversation_id, event) for event in events]
    if user is None and not bot:
        _wait(session, conversation_id)
        _require_latest(_LAST.scalar(session.connection(), {"sender_id": conversation_id}), last)
        if rows:
            session.connection().execute(_INSERT, rows)
        return []
    metadata: dict[str, Any] = (user.metadata if user else None) or {}
    if metadata.get("message_id") and not bot:
        raise Unavailable("The action server did not answer; nothing was stored.")
    now = _now_of(metadata)
    record = _record_slot(events)
    external = user is not None and (user.intent_name or "").startswith("EXTERNAL_")
    turn_id = str(metadata.get("message_id") or (user.message_id if user else "") or f"bot-{now.timestamp()}")
    heard = None if user is None or external else _heard(user, turn_id)
    messages = len(bot) + int(heard is not None)
    taken = conversations.take_turn(session, conversation_id, messages=messages, now=now)
    if taken is None:  # Rasa hears from it first
        channel = (user.input_channel if user else None) or "rasa"
        conversations.ensure(session, conversation_id, channel=channel, now=now)
        taken = conversations.take_turn(session, conversation_id, messages=messages, now=now)
    assert taken is not None
    _require_latest(taken.told_at, last)
    if heard is not None:
        meters.turn("fallback" if record.get("fallback") else "understood")
    return conversations.record_turn(
        session,
        taken,
        heard=heard,
        said=[_said(event, record.get("why") or {}) for event in bot],
        facts=_turn_facts(record, user, heard, len(bot)),
        turn_id=turn_id,
        events=rows,
        now=now,
    )


def _heard(user: UserUttered, turn_id: str) -> Heard:
    entities = [{"entity": e.get("entity"), "value": e.get("value")} for e in user.entities or ()]
    details: dict[str, Any] = {"entities": entities} if entities else {}
    if (user.metadata or {}).get("pressed"):
        details["pressed"] = True
    return Heard(
        text=user.text or "",
        client_message_id=turn_id,
        intent=user.intent_name,
        confidence=(user.intent or {}).get("confidence"),
        details=details,
    )


def _said(event: BotUttered, why: dict[str, Any]) -> Said:
    data = event.data or {}
    details = {**why, "response": (event.metadata or {}).get("utter_action")}
    return Said(
        text=event.text or "",
        buttons=[{"title": b["title"], "payload": b["payload"]} for b in data.get("buttons") or ()],
        cards=(data.get("custom") or {}).get("cards") or [],
        details={key: value for key, value in details.items() if value is not None},
    )


def _record_slot(events: list[Event]) -> dict[str, Any]:
    """What our actions wrote into the `record` slot during these events."""
    for event in reversed(events):
        if isinstance(event, SlotSet) and event.key == "record" and isinstance(event.value, dict):
            return event.value
    return {}


def _turn_facts(record: dict[str, Any], user: UserUttered | None, heard: Heard | None, said: int) -> TurnFacts:
    intent = user.intent_name if user and heard else None
    topics = [topic for topic in record.get("topic", [topic_of(intent)]) if topic not in _NO_TOPIC]
    return TurnFacts(
        messages=said + int(heard is not None),
        customer_messages=int(heard is not None),
        topics=topics,
        outcome=record.get("outcome"),
        products=record.get("products") or (),
        needs=record.get("needs") or (),
        fallback=bool(record.get("fallback")),
        handed_over=record.get("handed_over"),
        resolution=record.get("resolution"),
        stage=record.get("stage") or ("education" if topics and heard else None),
        label=record.get("label"),
    )


def _now_of(metadata: dict[str, Any]) -> datetime:
    """The moment a turn happens at: now, or the one our own worker named."""
    return clock.parse(metadata["now"]) if metadata.get("now") else clock.utcnow()
