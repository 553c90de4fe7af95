"""One turn as the actions see it: what was heard, what is pending, what to say, what to remember."""

from __future__ import annotations

import functools
import json
import logging
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from lifecycle import clock, conversations, interactions, logs, redaction, search
from lifecycle.conversations import Offer
from lifecycle.db import steps
from lifecycle.errors import Unavailable
from lifecycle.language.words import content
from lifecycle.model import Conversation
from lifecycle.tokens import new_id

log = logging.getLogger("lifecycle.actions")

# These are heard at once, whatever question is pending.
ESCAPES = frozenset({"contact_human", "unsubscribe", "start_over", "forget_me", "show_my_data"})

_RESERVED = {"text", "image", "attachment", "elements", "custom", "template", "json_message", "buttons"}

Answer = Callable[["Turn", dict[str, Any], "str | None"], bool]
ANSWERS: dict[str, Answer] = {}
ACTIONS: dict[str, type[TurnAction]] = {}  # by name


def answers(kind: str) -> Callable[[Answer], Answer]:
    """Register what claims the customer's message while a question of this kind is pending.

    The function gets (turn, pending, value): `value` is a pressed button's value, or None when the text is to be read.
    It returns whether it claimed the message; a False leaves the turn to the action the intent names.
    """

    def register(function: Answer) -> Answer:
        ANSWERS[kind] = function
        return function

    return register


@dataclass(frozen=True)
class Button:
    """A quick reply: pressing it means `intent` with these entities; the customer only ever sees the title."""

    title: str
    intent: str
    entities: dict[str, str] = field(default_factory=dict)

    def __init__(self, title: str, intent: str, **entities: object) -> None:
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "intent", intent)
        object.__setattr__(self, "entities", {name: str(value) for name, value in entities.items()})

    def payload(self) -> dict[str, str]:
        return {"title": self.title, "payload": f"/{self.intent}{json.dumps(self.entities, ensure_ascii=False)}"}


class Turn:
    """Everything one message means, and the answer being put together.

    Effects in the database are keyed by `turn_id`: a turn that is run again after a crash has them once.
    """

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any], session: Session):
        heard = tracker.latest_message or {}
        metadata = heard.get("metadata") or {}
        self.session = session
        self.now: datetime = clock.parse(metadata["now"]) if metadata.get("now") else clock.utcnow()
        self.conversation_id: str = conversations.id_of(tracker.sender_id)
        self.turn_id: str = _id_of(tracker) or new_id()
        # What the customer typed, for the questions that ask for an address; it is stored nowhere else.
        self.typed: str = heard.get("text") or ""
        self.whole: str = redaction.clean(self.typed)  # all of it as it may be kept; `text` is the part being answered
        self.metadata: dict[str, Any] = metadata
        self.hear(self.whole, heard.get("intent"))
        self.pressed: bool = bool(metadata.get("pressed")) or self.intent == "answer"
        self.entities: dict[str, list[str]] = {}
        for entity in heard.get("entities") or ():
            self.entities.setdefault(entity["entity"], []).append(entity["value"])
        self.slots: dict[str, Any] = dict(tracker.slots)
        self._channel: str = tracker.get_latest_input_channel() or "rasa"
        self._dispatcher = dispatcher
        self._responses: dict[str, Any] = domain.get("responses", {})
        self._changed: dict[str, Any] = {}
        self._record: dict[str, Any] = {}
        self._conversation: Conversation | None = None
        self._said: list[tuple[Any, ...]] = []

    def hear(self, text: str, intent: dict[str, Any] | None) -> None:
        """Take up a text of the customer and what the classifier says of it."""
        self.text = text
        self.intent: str = (intent or {}).get("name") or "nlu_fallback"
        self.confidence: float = float((intent or {}).get("confidence") or 0.0)
        self.asked = ""  # the question to answer when it is not the whole text: one of two, or the one before

    def means(self, intent: str) -> None:
        """In this talk the text means this, whatever the classifier says."""
        self.intent, self.confidence = intent, 1.0

    def press(self, intent: str, entities: Mapping[str, str]) -> None:
        """What was typed means the same as pressing an offered button."""
        self.means(intent)
        self.pressed = True
        self.entities = {name: [value] for name, value in entities.items()}

    @property
    def accepted(self) -> bool:
        return self.intent not in ("nlu_fallback", "out_of_scope")

    @functools.cached_property
    def offers(self) -> list[Offer]:
        """The buttons offered with the latest replies, the newest reply first."""
        return conversations.offers(self.session, self.thread_id)

    @property
    def conversation(self) -> Conversation:
        if self._conversation is None:
            self._conversation = conversations.ensure(
                self.session, self.conversation_id, channel=self._channel, now=self.now
            )
        return self._conversation

    @functools.cached_property
    def thread_id(self) -> str:
        if self._conversation is None and (known := conversations.thread_of(self.session, self.conversation_id)):
            return known
        return str(self.conversation.thread_id)

    @property
    def customer_id(self) -> int | None:
        return self.conversation.customer_id

    @property
    def pending(self) -> dict[str, Any] | None:
        return self.slots.get("pending")

    def say(
        self, response: str, *, buttons: Sequence[Button] = (), cards: Sequence[dict[str, Any]] = (), **params: Any
    ) -> None:
        """Say a response of domain.yml, its {placeholders} filled from `params`.

        Rasa keeps some names for itself (`text` would replace the whole bubble), so they are refused.
        """
        if taken := _RESERVED & params.keys():
            raise ValueError(f"{sorted(taken)} cannot be placeholders of {response}")
        if (response, params, cards) in self._said:
            return  # two parts of a message with one answer
        self._said.append((response, params, cards))
        self._dispatcher.utter_message(
            response=response,
            buttons=[button.payload() for button in buttons],
            json_message={"cards": list(cards)} if cards else None,
            **params,
        )

    def phrase(self, name: str, **params: Any) -> str:
        """A short text of domain.yml, for what is not a bubble of its own: a button's title, a reason, a list item."""
        variants = self._responses.get(name)
        if not variants:
            raise KeyError(f"domain.yml has no response {name}")
        return str(variants[0]["text"]).format(**params)

    def knows(self, response: str) -> bool:
        return response in self._responses

    @property
    def spoke(self) -> bool:
        return bool(self._dispatcher.messages)

    def told_already(self, text: str) -> bool:
        """Does what was said in this turn hold the better half of a further question's words?"""
        said = set(content(self.just_said))
        asked = [word for word in content(text) if word not in said]
        return self.spoke and len(asked) * 2 <= len(content(text))

    @property
    def just_said(self) -> str:
        """What answers of this turn quoted so far."""
        return " ".join(str(params.get("said", "")) for _, params, _ in self._said)

    @property
    def offers_something(self) -> bool:
        """Does a bubble of this turn end in a question with one button, so that a second question would be too much?"""
        return any(
            len(message.get("buttons") or ()) == 1 and self._asks(message["response"])
            for message in self._dispatcher.messages
        )

    def _asks(self, response: str) -> bool:
        variants = self._responses.get(response) or [{"text": ""}]
        return str(variants[0]["text"]).rstrip().endswith("?")

    @property
    def topics(self) -> list[str]:
        """What this turn was about so far, as recorded."""
        return list(self._record.get("topic", ()))

    def remember(self, slot: str, value: Any) -> None:
        """Set a slot; it is saved in the transaction that stores the turn, or not at all."""
        self.slots[slot] = value
        self._changed[slot] = value

    def ask(self, kind: str, **state: Any) -> None:
        """Make `kind` the pending question; it stays until answered, settled or replaced."""
        self.remember("pending", {"kind": kind, **state})

    def ask_aside(self, kind: str, **state: Any) -> None:
        """Ask about the last message only ("which one do you mean?"): the question pending before waits below it, and
        comes up again once this one is answered, or with the next message that does not answer it."""
        self.ask(kind, below=self.pending, **state)

    def settled(self) -> None:
        """The pending question is answered, or nobody waits for it any more."""
        if self.pending is not None:
            self.remember("pending", self.pending.get("below"))

    def record(self, **facts: Any) -> None:
        """What this turn means for the lifecycle record: outcome, topic, products, needs, handed_over, resolution,
        fallback, stage, label, and `why` (a dict shown to staff beside the message)."""
        why = {**self._record.get("why", {}), **facts.pop("why", {})}
        if why:
            self._record["why"] = why
        known = self._record
        for name in ("topic", "products"):  # of every part of the message
            more = facts.pop(name, None) or []
            merged = [*known.get(name, []), *([more] if isinstance(more, str) else more)]
            if merged:
                known[name] = list(dict.fromkeys(merged))
        if "outcome" in facts and "outcome" in known:
            facts["outcome"] = interactions.stronger(known["outcome"], facts["outcome"])
        known.update(facts)

    def events(self) -> list[EventType]:
        self._changed["record"] = {**self._record, "turn": self.turn_id}
        return [SlotSet(name, value) for name, value in self._changed.items()]

    def start_over(self, response: str, **params: Any) -> None:
        """Forget what this turn was about to say and remember, and say this instead."""
        self._dispatcher.messages.clear()
        self._said.clear()
        self._changed.clear()
        self._record.clear()
        self.say(response, **params)


class TurnAction(Action, ABC):
    """An action of ours.  Each message goes through `hearing.take`: a typed button, the pending question, the talk so
    far; then `respond`.

    The customer always gets an answer: an error ends in an apology with an incident id, its effects rolled back.
    """

    named: str

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        ACTIONS[cls.named] = cls

    def name(self) -> str:
        return self.named

    @abstractmethod
    def respond(self, turn: Turn) -> None:
        """Do what this action is for; what it says, remembers and records goes through the turn."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        with logs.trace(message_id=_id_of(tracker), conversation_id=conversations.id_of(tracker.sender_id)):
            events = self._run(dispatcher, tracker, domain)
            log.info("ran %s", self.named)
        return events

    def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        from actions import hearing

        turn: Turn | None = None
        try:
            with steps.step() as session:
                search.hold(session)
                turn = Turn(dispatcher, tracker, domain, session)
                turn.record(why={"action": self.named})
                hearing.take(turn, self)
            return turn.events()
        except Unavailable:
            log.error("turn not taken in %s: database unavailable", self.named)
            return self._apologise(turn, dispatcher, "utter_unavailable")
        except Exception as error:
            incident = new_id()[:8]
            where = "".join(traceback.format_tb(error.__traceback__)[-4:])
            log.error("incident %s in %s: %s\n%s", incident, self.named, type(error).__name__, where)
            return self._apologise(turn, dispatcher, "utter_incident", incident=incident)

    def _apologise(
        self, turn: Turn | None, dispatcher: CollectingDispatcher, response: str, **params: Any
    ) -> list[EventType]:
        if turn is None:
            dispatcher.utter_message(response=response, **params)
            return []
        turn.start_over(response, **params)
        turn.record(why={"action": self.named, "failed": True})
        return turn.events()


def _id_of(tracker: Tracker) -> str:
    """The id of the message a turn answers: the one its client gave it, else Rasa's; "" for a turn without one."""
    heard = tracker.latest_message or {}
    return str((heard.get("metadata") or {}).get("message_id") or heard.get("message_id") or "")


def remind_once(turn: Turn, pending: dict[str, Any]) -> None:
    """After an interruption the pending question comes back, once."""
    if not pending.get("reminded"):
        remind(turn, pending)


def remind(turn: Turn, pending: dict[str, Any], *, buttons: Sequence[Button] = ()) -> bool:
    """Say again what is still to be answered; False when this question does not come back."""
    response = f"utter_back_to_{pending['kind']}"
    if not turn.knows(response):
        return False
    known: dict[str, Any] = {name: value for name, value in pending.items() if isinstance(value, str | int)}
    turn.say(response, buttons=buttons, **known)
    turn.ask(**{**pending, "reminded": True})
    return True
