"""Finding conversations: filters that live in an address, search for words, pages by key.

Each filter has an index in the order of the list, so that a page costs what it shows, not what the store has heard.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from lifecycle import fulltext
from lifecycle.clock import iso
from lifecycle.errors import Invalid
from lifecycle.interactions import OUTCOMES
from lifecycle.model import (
    STAGES,
    ContactPoint,
    ConversationLabel,
    Customer,
    Interaction,
    Message,
    Product,
    SupportCase,
)
from lifecycle.text import canonical

PAGE = 40
COUNT_LIMIT = 1_000
FOUND_LIMIT = 200  # of a search: each further conversation of common words has to be looked for
NAMED_LIMIT = 2_000  # customers whose names the words of a search are looked up in
PRODUCTS_LIMIT = 100
SCORE_KINDS = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
_SCORES = {"nps": Interaction.nps_score, "csat": Interaction.csat_score, "ces": Interaction.ces_score}


@dataclass(frozen=True)
class Filters:
    """What a list of conversations is narrowed to; empty values do not narrow."""

    q: str = ""
    stage: str = ""  # the stage reached
    purpose: str = ""
    outcome: str = ""
    channel: str = ""
    product: str = ""  # a product's id, or words of its title
    topic: str = ""
    label: str = ""  # automatic, or put on by staff
    score: str = ""  # nps, csat or ces: there is one
    score_min: int | None = None
    score_max: int | None = None
    fallback: bool = False
    needs_human: bool = False
    since: date | None = None  # days of the store's zone, both included
    until: date | None = None
    customer: int | None = None

    def query(self, **changes: Any) -> dict[str, str]:
        """The filters as an address carries them."""
        values = {**asdict(self), **changes}
        return {
            name: "1" if value is True else value.isoformat() if isinstance(value, date) else str(value)
            for name, value in values.items()
            if value is not None and value is not False and value != ""
        }


@dataclass(frozen=True)
class Row:
    """One conversation as a list shows it."""

    interaction: Interaction
    customer: Customer | None
    email: str
    preview: str
    preview_role: str


@dataclass(frozen=True)
class Page:
    """One page by key: `older` and `newer` are the keys of its neighbours, None at an end.

    `total` is how many conversations match, counted up to one above `count_limit` and on the first page only.
    """

    rows: list[Row]
    older: str | None
    newer: str | None
    total: int | None = None


def read_filters(query: Mapping[str, str]) -> tuple[Filters, list[str]]:
    """Filters from an address, and one sentence for each part that could not be read (and does not narrow)."""
    problems: list[str] = []
    values: dict[str, Any] = {}
    for spec in fields(Filters):
        raw = canonical(query.get(spec.name, ""))[:200]
        if not raw:
            continue
        try:
            values[spec.name] = _read(spec.name, raw)
        except ValueError as problem:
            problems.append(str(problem))
    if not values.get("score") and ("score_min" in values or "score_max" in values):
        values.pop("score_min", None), values.pop("score_max", None)
        problems.append("A score range needs a kind of score: NPS, CSAT or CES.")
    low, high = values.get("score_min"), values.get("score_max")
    if low is not None and high is not None and low > high:
        problems.append(f"No score is at least {low} and at most {high}.")
    if values.get("since") and values.get("until") and values["since"] > values["until"]:
        problems.append("The first day is after the last one.")
    return Filters(**values), problems


def _read(name: str, raw: str) -> Any:
    if name in ("fallback", "needs_human"):
        return raw.lower() in ("1", "true", "yes", "on")
    if name in ("score_min", "score_max", "customer"):
        if not (raw.isascii() and raw.isdigit() and len(raw) < 16):
            raise ValueError(f"“{raw}” is no number for {name.replace('_', ' ')}.")
        return int(raw)
    if name in ("since", "until"):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise ValueError(f"“{raw}” is no day; write it like 2026-11-02.") from None
    allowed = {"stage": STAGES, "outcome": OUTCOMES, "score": tuple(SCORE_KINDS)}.get(name)
    if allowed and raw not in allowed:
        raise ValueError(f"“{raw}” is no {name}; it is one of {', '.join(allowed)}.")
    return raw


def conditions(session: Session, filters: Filters, *, zone: str, personal: bool = True) -> list[Any]:
    """The filters as conditions on Interaction; without `personal` a search looks at no name and no address."""
    found: list[Any] = []
    for value, column in (
        (filters.stage, Interaction.stage_after),
        (filters.purpose, Interaction.purpose),
        (filters.outcome, Interaction.outcome),
        (filters.channel, Interaction.channel),
        (filters.customer, Interaction.customer_id),
    ):
        if value:
            found.append(column == value)
    if filters.product:
        found.append(_names(session, Interaction.products, _products(session, filters.product)))
    if filters.topic:
        found.append(_names(session, Interaction.topics, [filters.topic]))
    if filters.label:
        put_on = sa.select(ConversationLabel.conversation_id).where(ConversationLabel.label == filters.label)
        found.append(sa.or_(Interaction.label == filters.label, Interaction.conversation_id.in_(put_on)))
    if filters.score:
        column = _SCORES[filters.score]
        found.append(column.is_not(None))
        if filters.score_min is not None:
            found.append(column >= filters.score_min)
        if filters.score_max is not None:
            found.append(column <= filters.score_max)
    if filters.fallback:
        found.append(sa.literal_column("interaction.fallback_count > 0"))  # as written in the index
    if filters.needs_human:
        found.append(needs_a_human())
    if filters.since:
        found.append(Interaction.last_message_at >= _midnight(filters.since, zone))
    if filters.until:
        found.append(Interaction.last_message_at < _midnight(filters.until + timedelta(days=1), zone))
    return found + _says(session, filters.q, personal)


def needs_a_human() -> Any:
    """A case of the conversation is still open, or it was handed over and no case and no reply came of it."""
    open_case = sa.select(SupportCase.conversation_id).where(
        SupportCase.state.in_(("open", "pending")), SupportCase.conversation_id.is_not(None)
    )
    # the first one is null, not "none exists": for that PostgreSQL reads every message there is, once
    any_case = sa.select(SupportCase.id).where(SupportCase.conversation_id == Interaction.conversation_id).limit(1)
    answered = (
        sa.select(Message.id)
        .where(Message.conversation_id == Interaction.conversation_id, Message.role == "staff")
        .limit(1)
    )
    none = [query.scalar_subquery().is_(None) for query in (any_case, answered)]
    waits = sa.and_(sa.literal_column("interaction.handed_over"), *none)
    return sa.or_(Interaction.conversation_id.in_(open_case), waits)


def find(
    session: Session,
    filters: Filters,
    *,
    zone: str,
    before: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
    personal: bool = True,
) -> Page:
    """Conversations by their last message, newest first; `before` and `after` are keys an earlier page gave.

    The keys come from an index alone, then the rows of the page are read; the number of statements is the same
    whatever the page holds.  Raises Invalid for a key that is none.
    """
    query = sa.select(Interaction.id).where(*conditions(session, filters, zone=zone, personal=personal))
    at, row_id = Interaction.last_message_at, Interaction.id
    if after:
        when, key = read_key(after)
        query = query.where(sa.or_(at > when, sa.and_(at == when, row_id > key))).order_by(at.asc(), row_id.asc())
    else:
        if before:
            when, key = read_key(before)
            query = query.where(sa.or_(at < when, sa.and_(at == when, row_id < key)))
        query = query.order_by(at.desc(), row_id.desc())
    first = not before and not after
    ids = list(session.scalars(query.limit(count_limit(filters) + 1 if first else limit + 1)))
    shown = ids[:limit]
    if after:
        shown.reverse()
    rows = _rows(session, shown)
    more = len(ids) > limit
    older = _cursor(rows[-1].interaction) if rows and (more or after) else None
    newer = _cursor(rows[0].interaction) if rows and (before or (after and more)) else None
    return Page(rows, older, newer, len(ids) if first else None)


def count_limit(filters: Filters) -> int:
    """How far the conversations that match are counted."""
    return FOUND_LIMIT if filters.q else COUNT_LIMIT


def purposes(session: Session) -> list[str]:
    return _values(session, Interaction.purpose)


def channels(session: Session) -> list[str]:
    return _values(session, Interaction.channel)


def labels(session: Session) -> list[str]:
    """Every label in use, staff's and the assistant's, sorted."""
    return sorted({*_values(session, ConversationLabel.label), *_values(session, Interaction.label)})


def _values(session: Session, column: Any) -> list[str]:
    """The different values of an indexed column, each found by one step down the index: there are few."""
    found: list[str] = []
    query = sa.select(sa.func.min(column))
    while (value := session.scalar(query.where(column > found[-1]) if found else query)) is not None:
        found.append(value)
    return found


def _rows(session: Session, interaction_ids: list[int]) -> list[Row]:
    query = (
        sa.select(Interaction, Customer)
        .outerjoin(Customer, Customer.id == Interaction.customer_id)
        .where(Interaction.id.in_(interaction_ids))
    )
    by_id = {interaction.id: (interaction, customer) for interaction, customer in session.execute(query)}
    found = [by_id[key] for key in interaction_ids]
    ids = [interaction.conversation_id for interaction, _ in found]
    newest = (
        sa.select(sa.func.max(Message.id)).where(Message.conversation_id.in_(ids)).group_by(Message.conversation_id)
    )
    words = sa.select(Message.conversation_id, sa.func.substr(Message.text, 1, 160), Message.role)
    last = {
        conversation_id: (text, role)
        for conversation_id, text, role in session.execute(words.where(Message.id.in_(newest)))
    }
    emails = emails_of(session, [customer.id for _, customer in found if customer is not None])
    return [
        Row(
            interaction,
            customer,
            emails.get(customer.id, "") if customer else "",
            *last.get(interaction.conversation_id, ("", "")),
        )
        for interaction, customer in found
    ]


def emails_of(session: Session, customer_ids: list[int]) -> dict[int, str]:
    """The oldest e-mail address of each customer that has one, in one statement."""
    oldest = (
        sa.select(sa.func.min(ContactPoint.id))
        .where(ContactPoint.kind == "email", ContactPoint.customer_id.in_(customer_ids))
        .group_by(ContactPoint.customer_id)
    )
    query = sa.select(ContactPoint.customer_id, ContactPoint.value).where(ContactPoint.id.in_(oldest))
    return dict(session.execute(query).all())


def _says(session: Session, question: str, personal: bool) -> list[Any]:
    """Each word was said, or (when the asker may see them) begins a word of the customer's name or address."""
    words = fulltext.words(question)
    if question and not words:
        return [sa.false()]
    named = _named(session, words) if words and personal else {}
    return [fulltext.said(session, word, of_customers=named.get(word, ())) for word in words]


def _named(session: Session, words: list[str]) -> dict[str, list[int]]:
    """Per word the customers whose name or address it begins a word of; one look at the names for all words."""
    name, address = sa.func.lower(Customer.name), ContactPoint.value  # addresses are stored in lower case
    part = sa.func.instr if session.get_bind().dialect.name == "sqlite" else sa.func.strpos
    rows = session.execute(
        sa.union_all(
            sa.select(Customer.id, name).where(sa.or_(*(part(name, word) > 0 for word in words))),
            sa.select(ContactPoint.customer_id, address).where(sa.or_(*(part(address, word) > 0 for word in words))),
        ).limit(NAMED_LIMIT)
    ).all()
    said = [(key, fulltext.words(text)) for key, text in rows]
    return {word: [key for key, parts in said if fulltext.begins(word, parts)] for word in words}


def _names(session: Session, column: Any, values: list[str]) -> Any:
    """The JSON list holds one of the texts."""
    if not values:
        return sa.false()
    if session.get_bind().dialect.name == "postgresql":
        return sa.type_coerce(column, JSONB).has_any(sa.cast(values, sa.ARRAY(sa.Text)))
    # as it is stored: a quoted text within the list is an element of it; one look through the table, in its own order
    every = Interaction.__table__.alias("every")
    written = sa.type_coerce(every.c[column.key], sa.Text)
    held = sa.or_(*(sa.func.instr(written, json.dumps(value)) > 0 for value in values))
    return Interaction.id.in_(sa.select(every.c.id).where(held))


def _products(session: Session, text: str) -> list[str]:
    """The ids of the products meant: the one with this id, and those whose title contains the text."""
    titled = sa.select(Product.product_id).where(Product.title.ilike(_like(text), escape="\\")).limit(PRODUCTS_LIMIT)
    return [text, *session.scalars(titled)]


def _like(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(timezone.utc)


def _cursor(interaction: Interaction) -> str:
    return f"{iso(interaction.last_message_at)}~{interaction.id}"


def read_key(cursor: str) -> tuple[datetime, int]:
    """The moment and the id a page's key is made of; raises Invalid."""
    when, _, key = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(when.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            raise ValueError(cursor)
        return moment, int(key)
    except ValueError:
        raise Invalid("This page does not exist; go back to the first one.") from None


def keys(session: Session, filters: Filters, *, zone: str, personal: bool = True, batch: int = 500) -> Iterator[int]:
    """The ids of all matching interactions in the order of the list, read in batches by key."""
    at, row_id = Interaction.last_message_at, Interaction.id
    narrowed = conditions(session, filters, zone=zone, personal=personal)
    after: Any = sa.true()
    while True:
        query = sa.select(at, row_id).where(*narrowed, after).order_by(at.desc(), row_id.desc()).limit(batch)
        found = session.execute(query).all()
        if not found:
            return
        yield from (key for _, key in found)
        when, last = found[-1]
        after = sa.or_(at < when, sa.and_(at == when, row_id < last))
