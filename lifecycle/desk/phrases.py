"""Words the assistant was not sure of: staff say what they meant, and their answers become examples for the model.

The examples leave as a file of Rasa's training data, to be looked at and kept in Git like every other example; nothing
is learned behind anybody's back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import redaction
from lifecycle.errors import Invalid, NotFound
from lifecycle.model import UNCLEAR, Message, PhraseReview
from lifecycle.text import one_line
from lifecycle.topics import TOPIC_OF_INTENT

FOREIGN = "out_of_scope"
REFUSED = (FOREIGN, "nlu_fallback")  # what is stored when nothing was understood
INTENTS = tuple(sorted(TOPIC_OF_INTENT))
LOOKED_AT = 5_000  # the newest messages a list is made of
_MARKUP = re.compile(r"[\[\]{}`<>\\]")


@dataclass(frozen=True)
class Unclear:
    """Words that were not understood, or not surely: the newest message that says them, and how many do."""

    message_id: int
    conversation_id: str
    text: str
    intent: str
    confidence: float | None
    number: int
    at: datetime


@dataclass(frozen=True)
class Heard:
    """What a customer typed, masked, and what was understood at the time."""

    message_id: int
    conversation_id: str
    text: str
    intent: str
    accepted: bool


def unclear(session: Session, *, since: datetime, limit: int = 50) -> list[Unclear]:
    """Typed words not understood since a moment and not reviewed yet, the commonest first."""
    reviewed = (
        sa.select(Message.text)
        .join(PhraseReview, PhraseReview.message_id == Message.id)
        .where(Message.role == "customer")
    )
    known = {_key(text) for text in session.scalars(reviewed)}
    rows = session.execute(
        _typed(since)
        .where(sa.literal_column(UNCLEAR))
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(LOOKED_AT)
    ).scalars()
    groups: dict[str, list[Message]] = {}
    for message in rows:
        key = _key(message.text)
        if key and key not in known and not (message.details or {}).get("pressed"):
            groups.setdefault(key, []).append(message)
    found = [
        Unclear(said[0].id, said[0].conversation_id, said[0].text, said[0].intent, said[0].confidence, len(said),
                said[0].created_at)
        for said in groups.values()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.number, -one.message_id))[:limit]


def review(session: Session, message_id: int, intent: str, *, staff_id: int, now: datetime) -> PhraseReview:
    """Say what a message meant: one of INTENTS, `out_of_scope` for nothing of ours; again changes the answer."""
    if intent not in INTENTS:
        raise Invalid(f"{intent!r} is no intent of the assistant.")
    message = session.get(Message, message_id)
    if message is None or message.role != "customer":
        raise NotFound("There is no such message of a customer; it may have been erased.")
    row = session.scalar(sa.select(PhraseReview).where(PhraseReview.message_id == message_id))
    if row is None:
        row = PhraseReview(message_id=message_id)
        session.add(row)
    row.intent, row.staff_id, row.at = intent, staff_id, now
    session.flush()
    return row


def reviewed_count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count(PhraseReview.id))) or 0


def patch(session: Session) -> str:
    """Every reviewed phrase as Rasa training data, by intent; addresses and numbers are masked, markup is taken out."""
    rows = session.execute(
        sa.select(PhraseReview.intent, Message.text)
        .join(Message, Message.id == PhraseReview.message_id)
        .order_by(PhraseReview.intent, PhraseReview.id)
    )
    examples: dict[str, list[str]] = {}
    for intent, text in rows:
        plain = _example(text)
        if plain and plain not in examples.setdefault(intent, []):
            examples[intent].append(plain)
    lines = ['version: "3.1"', "nlu:"]
    for intent, texts in examples.items():
        lines += ["", f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return "\n".join(lines) + "\n"


def heard(session: Session, *, since: datetime, until: datetime) -> Iterator[Heard]:
    """What customers typed in a period, masked, oldest first: to be read again by another model."""
    query = _typed(since).where(Message.created_at < until).order_by(Message.id)
    for message in session.execute(query.execution_options(yield_per=500)).scalars():
        if message.intent and not (message.details or {}).get("pressed"):
            text = redaction.mask(message.text)
            yield Heard(message.id, message.conversation_id, text, message.intent, message.intent not in REFUSED)


def _typed(since: datetime) -> sa.sql.Select:
    return sa.select(Message).where(Message.created_at >= since, Message.role == "customer", Message.text != "")


def _key(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))[:200]


def _example(text: str) -> str:
    """A line of training data: one line, masked, nothing in it that Rasa reads as an entity or a list."""
    return _MARKUP.sub("", one_line(redaction.mask(text), 300)).strip(" -#")
