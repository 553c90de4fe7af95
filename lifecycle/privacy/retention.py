"""Nothing is kept longer than its purpose needs: per purpose a term of the settings, after which the words go.

What goes is content: what was said, what was sent, who looked.  What stays is a number without words: interactions with
their scores, stages, topics and counts, orders, answers, the fact that something was recommended or sent.  So the
figures of the `v_*` views over any period stay what they were (v_messages, which is words, and needs no buyer
was asked about, excepted).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import db, fulltext, privacy
from lifecycle.model import (
    AuditEvent,
    Conversation,
    Delivery,
    Message,
    RasaEvent,
    Recommendation,
    RecommendationItem,
    ShopOrder,
    SupportCase,
    WebhookDelivery,
)
from lifecycle.settings import Settings

BATCH = 200  # rows in one transaction; a shopper's turn waits no longer than one


@dataclass(frozen=True)
class Kind:
    """What one purpose keeps: rows by key, those that are over at a moment, and what is done to them."""

    name: str
    term: str  # of settings.keep_days
    key: Any
    over: Callable[[datetime], Sequence[Any]]
    forget: Callable[[Session, Sequence[Any]], None]
    words: bool = False


@dataclass(frozen=True)
class Due:
    """How many rows of a purpose are over; `days` 0: kept for good, then there is no moment."""

    purpose: str
    days: int
    before: datetime | None
    rows: int


def due(session: Session, settings: Settings, *, now: datetime) -> list[Due]:
    """What `sweep` would forget now, by purpose; nothing is changed.

    What is over for two purposes, like a prospect's talk that is older than any transcript, is counted for both.
    """
    found = []
    for kind in KINDS:
        before = _before(kind, settings, now)
        rows = 0
        if before is not None:
            query = sa.select(sa.func.count()).select_from(kind.key.table).where(*kind.over(before))
            rows = int(session.execute(query).scalar_one())
        found.append(Due(kind.name, settings.keep_days[kind.term], before, rows))
    return found


def sweep(settings: Settings, *, now: datetime, stopped: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Forget what is over, in transactions of BATCH rows; returns how many rows of each purpose.

    A kill in between leaves whole batches done, and the rest to the next sweep.  Two sweeps at once do no harm.
    """
    counts = {}
    for kind in KINDS:
        before = _before(kind, settings, now)
        counts[kind.name] = 0 if before is None else _sweep(kind, before, stopped)
    return counts


def _sweep(kind: Kind, before: datetime, stopped: Callable[[], bool]) -> int:
    after, done = None, 0
    while not stopped():
        with db.transaction() as session:
            further = () if after is None else (kind.key > after,)
            query = sa.select(kind.key).where(*kind.over(before), *further).order_by(kind.key).limit(BATCH)
            keys = list(session.execute(query).scalars())
            if keys:
                kind.forget(session, keys)
                after, done = keys[-1], done + len(keys)
        if len(keys) < BATCH:
            break
    if kind.words and done:
        with db.transaction() as session:
            fulltext.forget(session)
    return done


def _before(kind: Kind, settings: Settings, now: datetime) -> datetime | None:
    days = settings.keep_days[kind.term]
    return now - timedelta(days=days) if days else None


# --- what belongs to each purpose -------------------------------------------------------------------------------------


def _ended(before: datetime) -> list[Any]:
    """Conversations that ended before a moment; what somebody still works on has not ended."""
    at_work = sa.exists().where(SupportCase.conversation_id == Conversation.id, SupportCase.state != "closed")
    return [Conversation.closed_at < before, ~at_work]


def _transcripts(before: datetime) -> list[Any]:
    return [*_ended(before), sa.exists().where(Message.conversation_id == Conversation.id)]


def _prospects(before: datetime) -> list[Any]:
    """Talks that led to no order, neither of the person nor of the chat window."""
    theirs = sa.exists().where(ShopOrder.customer_id == Conversation.customer_id)
    of_the_chat = sa.exists().where(ShopOrder.thread_id == Conversation.thread_id)
    return [*_transcripts(before), Conversation.purpose == "visit", ~theirs, ~of_the_chat]


def _events(before: datetime) -> list[Any]:
    return [*_ended(before), sa.exists().where(RasaEvent.sender_id == Conversation.id)]


def _forget_talks(session: Session, ids: Sequence[str]) -> None:
    privacy.erase_words(session, ids, figures=True)


def _forget_events(session: Session, ids: Sequence[str]) -> None:
    _delete(session, RasaEvent.sender_id, ids)


def _forget_deliveries(session: Session, ids: Sequence[int]) -> None:
    session.execute(_update(Delivery, Delivery.id.in_(ids)).values(params={}))


def _forget_recommendations(session: Session, ids: Sequence[int]) -> None:
    session.execute(_update(Recommendation, Recommendation.id.in_(ids)).values(needs={}, left_out=None))
    items = _update(RecommendationItem, RecommendationItem.recommendation_id.in_(ids))
    session.execute(items.values(verdicts=[]))


def _update(model: Any, where: Any) -> Any:
    return sa.update(model).where(where).execution_options(synchronize_session=False)


def _delete(session: Session, key: Any, ids: Sequence[Any]) -> None:
    session.execute(sa.delete(key.class_).where(key.in_(ids)).execution_options(synchronize_session=False))


def _rows_of(model: Any, name: str, term: str, over: Callable[[datetime], Sequence[Any]]) -> Kind:
    """A purpose whose rows go as a whole."""
    return Kind(name, term, model.id, over, lambda session, ids: _delete(session, model.id, ids))


KINDS = (
    Kind("transcripts", "transcripts", Conversation.id, _transcripts, _forget_talks, words=True),
    Kind("prospects", "prospects", Conversation.id, _prospects, _forget_talks, words=True),
    Kind("events", "events", Conversation.id, _events, _forget_events),
    Kind(
        "deliveries",
        "deliveries",
        Delivery.id,
        lambda before: [
            Delivery.created_at < before,
            Delivery.state.not_in(("queued", "sending")),
            Delivery.params != {},
        ],
        _forget_deliveries,
    ),
    _rows_of(
        WebhookDelivery,
        "webhooks",
        "deliveries",
        lambda before: [WebhookDelivery.created_at < before, WebhookDelivery.state != "queued"],
    ),
    Kind(
        "searches",
        "searches",
        Recommendation.id,
        lambda before: [Recommendation.created_at < before, Recommendation.needs != {}],
        _forget_recommendations,
    ),
    _rows_of(AuditEvent, "audit", "audit", lambda before: [AuditEvent.at < before]),
)
