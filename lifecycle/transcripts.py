"""Finding conversations: filters that live in an address, text search, pages by key, exports as `v_interactions`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.clock import iso
from lifecycle.errors import Invalid
from lifecycle.interactions import OUTCOMES
from lifecycle.model import STAGES, ContactPoint, Customer, Interaction, Message, Product, SupportCase
from lifecycle.text import canonical

PAGE = 40
COUNT_LIMIT = 1_000
SCORE_KINDS = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
_SCORES = {"nps": Interaction.nps_score, "csat": Interaction.csat_score, "ces": Interaction.ces_score}
# fmt: off
EXPORT_COLUMNS = (
    "interaction_id", "conversation_id", "thread_id", "customer_id", "channel", "purpose", "stage_before",
    "stage_after", "started_at", "last_message_at", "ended_at", "outcome", "resolution", "topics", "products",
    "needs", "nps_score", "csat_score", "ces_score", "message_count", "customer_message_count", "fallback_count",
    "handed_over", "label", "order_id",
)
# fmt: on
_INERT = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # OWASP, CSV injection


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
    """One page by key: `older` and `newer` are the keys of its neighbours, None at an end."""

    rows: list[Row]
    older: str | None
    newer: str | None


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
        found.append(_names(session, Interaction.products, _products(filters.product)))
    if filters.topic:
        found.append(_names(session, Interaction.topics, [filters.topic]))
    if filters.score:
        column = _SCORES[filters.score]
        found.append(column.is_not(None))
        if filters.score_min is not None:
            found.append(column >= filters.score_min)
        if filters.score_max is not None:
            found.append(column <= filters.score_max)
    if filters.fallback:
        found.append(Interaction.fallback_count > 0)
    if filters.needs_human:
        found.append(needs_a_human())
    if filters.since:
        found.append(Interaction.last_message_at >= _midnight(filters.since, zone))
    if filters.until:
        found.append(Interaction.last_message_at < _midnight(filters.until + timedelta(days=1), zone))
    for word in filters.q.split()[:8]:
        found.append(_says(word, personal))
    return found


def needs_a_human() -> Any:
    """A case of the conversation is still open, or it was handed over and no case and no reply came of it."""
    open_case = (
        sa.select(SupportCase.id)
        .where(SupportCase.conversation_id == Interaction.conversation_id, SupportCase.state != "closed")
        .exists()
    )
    any_case = sa.select(SupportCase.id).where(SupportCase.conversation_id == Interaction.conversation_id).exists()
    answered = (
        sa.select(Message.id)
        .where(Message.conversation_id == Interaction.conversation_id, Message.role == "staff")
        .exists()
    )
    return sa.or_(open_case, sa.and_(Interaction.handed_over.is_(True), ~any_case, ~answered))


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

    Reads three statements whatever the page holds.  Raises Invalid for a key that is none.
    """
    query = (
        sa.select(Interaction, Customer)
        .outerjoin(Customer, Customer.id == Interaction.customer_id)
        .where(*conditions(session, filters, zone=zone, personal=personal))
    )
    at, row_id = Interaction.last_message_at, Interaction.id
    if after:
        when, key = _key(after)
        query = query.where(sa.or_(at > when, sa.and_(at == when, row_id > key))).order_by(at.asc(), row_id.asc())
    else:
        if before:
            when, key = _key(before)
            query = query.where(sa.or_(at < when, sa.and_(at == when, row_id < key)))
        query = query.order_by(at.desc(), row_id.desc())
    found = list(session.execute(query.limit(limit + 1)))
    more = len(found) > limit
    found = found[:limit]
    if after:
        found.reverse()
    older = _cursor(found[-1][0]) if found and (more or after) else None
    newer = _cursor(found[0][0]) if found and (before or (after and more)) else None
    return Page(_rows(session, found), older, newer)


def count(session: Session, filters: Filters, *, zone: str, personal: bool = True) -> int:
    """How many conversations match, counted up to COUNT_LIMIT + 1, so that a broad filter stays cheap."""
    narrowed = conditions(session, filters, zone=zone, personal=personal)
    inner = sa.select(Interaction.id).where(*narrowed).limit(COUNT_LIMIT + 1).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(inner)) or 0


def purposes(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Interaction.purpose).distinct().order_by(Interaction.purpose)))


def channels(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Interaction.channel).distinct().order_by(Interaction.channel)))


def _rows(session: Session, found: list[Any]) -> list[Row]:
    ids = [interaction.conversation_id for interaction, _ in found]
    newest = (
        sa.select(sa.func.max(Message.id)).where(Message.conversation_id.in_(ids)).group_by(Message.conversation_id)
    )
    last = {
        conversation_id: (text, role)
        for conversation_id, text, role in session.execute(
            sa.select(Message.conversation_id, sa.func.substr(Message.text, 1, 160), Message.role).where(
                Message.id.in_(newest)
            )
        )
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


def _says(word: str, personal: bool) -> Any:
    """The conversation contains the word, or (when the asker may see them) its customer's name or address does."""
    pattern = _like(word)
    said = sa.select(Message.conversation_id).where(Message.text.ilike(pattern, escape="\\"))
    if not personal:
        return Interaction.conversation_id.in_(said)
    named = (
        sa.select(Customer.id)
        .outerjoin(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(sa.or_(Customer.name.ilike(pattern, escape="\\"), ContactPoint.value.ilike(pattern, escape="\\")))
    )
    return sa.or_(Interaction.conversation_id.in_(said), Interaction.customer_id.in_(named))


def _names(session: Session, column: Any, values: Any) -> Any:
    """The JSON list holds one of the values (a list, or a statement that selects them)."""
    if session.get_bind().dialect.name == "postgresql":
        items = sa.func.jsonb_array_elements_text(column).table_valued("value")
    else:
        items = sa.func.json_each(column).table_valued("value")
    return sa.select(items.c.value).where(items.c.value.in_(values)).exists()


def _products(text: str) -> Any:
    """The ids of the products meant: the one with this id, and those whose title contains the text."""
    return (
        sa.select(Product.product_id)
        .where(sa.or_(Product.product_id == text, Product.title.ilike(_like(text), escape="\\")))
        .union(sa.select(sa.literal(text)))
    )


def _like(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(timezone.utc)


def _cursor(interaction: Interaction) -> str:
    return f"{iso(interaction.last_message_at)}~{interaction.id}"


def _key(cursor: str) -> tuple[datetime, int]:
    when, _, key = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(when.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            raise ValueError(cursor)
        return moment, int(key)
    except ValueError:
        raise Invalid("This page does not exist; go back to the first one.") from None


# --- exports ----------------------------------------------------------------------------------------------------------


def records(session: Session, filters: Filters, *, zone: str, batch: int = 500) -> Iterator[dict[str, Any]]:
    """The matching rows of `v_interactions`, newest first, as plain values; read in batches by key."""
    view = sa.table("v_interactions", *(sa.column(name) for name in EXPORT_COLUMNS))
    types = {column.name: column.type for column in Interaction.__table__.columns}
    columns = [
        sa.type_coerce(view.c[name], types[name]).label(name) if name in types else view.c[name]
        for name in EXPORT_COLUMNS
    ]
    at, row_id = Interaction.last_message_at, Interaction.id
    after: Any = sa.true()
    while True:
        keys = list(
            session.execute(
                sa.select(at, row_id)
                .where(*conditions(session, filters, zone=zone), after)
                .order_by(at.desc(), row_id.desc())
                .limit(batch)
            )
        )
        if not keys:
            return
        wanted = {key: place for place, (_, key) in enumerate(keys)}
        rows = session.execute(sa.select(*columns).where(view.c.interaction_id.in_(list(wanted)))).mappings()
        yield from sorted((dict(row) for row in rows), key=lambda row: wanted[row["interaction_id"]])
        when, last = keys[-1]
        after = sa.or_(at < when, sa.and_(at == when, row_id < last))


def export(session: Session, filters: Filters, kind: str, *, zone: str) -> Iterator[str]:
    """The list as filtered, as `csv` (with a heading line) or `jsonl`, in pieces of text.

    A text that a spreadsheet would run as a formula begins with an apostrophe in CSV; numbers stay numbers.
    """
    if kind == "jsonl":
        for record in records(session, filters, zone=zone):
            plain = {name: iso(value) if isinstance(value, datetime) else value for name, value in record.items()}
            yield json.dumps(plain, ensure_ascii=False) + "\n"
        return
    if kind != "csv":
        raise Invalid(f"{kind!r} is no export format; use csv or jsonl.")
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(EXPORT_COLUMNS)
    for record in records(session, filters, zone=zone):
        writer.writerow([cell(value) for value in record.values()])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: inert text, true numbers, ISO times, lists as JSON."""
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "'" + text if text.startswith(_INERT) else text
