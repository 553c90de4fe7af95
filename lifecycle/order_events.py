"""One fact about one order: our generic event, read strictly from JSON, or from files of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lifecycle import clock
from lifecycle.errors import Invalid
from lifecycle.money import minor_units
from lifecycle.settings import settings
from lifecycle.text import one_line

PULLED = "pull:"  # how the id of an event begins that was read from the shop's API
MILESTONES = ("placed", "paid", "shipped", "delivered", "refunded", "cancelled")


@dataclass(frozen=True)
class Buyer:
    """Who ordered, as the shop knows them; only this person is ever asked anything."""

    email: str | None = None
    external_id: str | None = None
    name: str = ""
    timezone: str | None = None
    locale: str | None = None


@dataclass(frozen=True)
class Line:
    """One product of an order; `also` are other ids the shop has for it (handle, variant), for the catalogue's sake."""

    product_id: str
    title: str = ""
    quantity: int = 1
    price_cents: int | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrderEvent:
    """One fact about one order: `type` (see MILESTONES) happened `at` (UTC).  What is unknown is None or empty."""

    source: str  # generic shopify woocommerce import
    event_id: str
    type: str
    order_ref: str
    at: datetime
    buyer: Buyer = Buyer()
    currency: str | None = None
    total_cents: int | None = None
    gift: bool | None = None
    lines: tuple[Line, ...] = ()
    refunded: tuple[tuple[str, int], ...] = ()  # (product_id, quantity); empty in a refund of everything
    tracking: str | None = None
    status_url: str | None = None
    thread_id: str | None = None
    parcel: str | None = None  # of a shipment or a delivery: which of several parcels
    parcels: int | None = None  # how many there will be, when the shop knows
    contents: tuple[tuple[str, int], ...] = ()  # (product_id, quantity) in this parcel
    codes: tuple[str, ...] = ()  # discount codes the buyer gave

    def facts(self) -> dict[str, Any]:
        """What is stored of the event: plain JSON without the buyer's name or address."""
        body = asdict(replace(self, buyer=Buyer(timezone=self.buyer.timezone)))
        return {**body, "at": clock.iso(self.at), "buyer": None, "timezone": self.buyer.timezone}

    def of_nobody(self) -> OrderEvent:
        """What may be kept of it when its buyer was erased: the order's own facts, and nothing that leads to them."""
        return replace(self, buyer=Buyer(), tracking=None, status_url=None, thread_id=None)


def from_facts(body: dict[str, Any]) -> OrderEvent:
    """The event `facts()` was made of, but for its buyer."""
    known = {name: value for name, value in body.items() if name in OrderEvent.__dataclass_fields__}
    return OrderEvent(
        **{
            **known,
            "at": clock.parse(body["at"]),
            "buyer": Buyer(timezone=body.get("timezone")),
            "lines": tuple(Line(**{**line, "also": tuple(line["also"])}) for line in body["lines"]),
            "refunded": tuple((product_id, quantity) for product_id, quantity in body["refunded"]),
            "codes": tuple(body.get("codes", ())),
            "contents": tuple((product_id, quantity) for product_id, quantity in body.get("contents", ())),
        }
    )


# --- the generic event ------------------------------------------------------------------------------------------------


def parse_generic(body: Any, event_id: str, *, source: str = "generic") -> OrderEvent:
    """The OrderEvent of `{"type": "order.placed", "timestamp": ISO, "data": {…}}`; raises Invalid naming the field."""
    if not isinstance(body, dict):
        raise Invalid('The event must be an object like {"type": "order.placed", "timestamp": …, "data": {…}}.')
    kind = str(body.get("type") or "")
    if kind.removeprefix("order.") not in MILESTONES or not kind.startswith("order."):
        known = ", ".join(f"order.{name}" for name in MILESTONES)
        raise Invalid(f"type is {kind[:60]!r}; it must be one of {known}.")
    data = body.get("data")
    if not isinstance(data, dict):
        raise Invalid("data is missing; it holds order_id and what is known of the order.")
    currency = read_currency(data.get("currency"))
    recipient = data.get("recipient")
    parcel = read_object(data.get("parcel"))
    return OrderEvent(
        source=source,
        event_id=read_id(event_id, "The event id"),
        type=kind.removeprefix("order."),
        order_ref=read_id(data.get("order_id"), "data.order_id"),
        at=read_moment(body.get("timestamp"), "timestamp"),
        buyer=read_buyer(data.get("customer"), "data.customer"),
        currency=currency,
        total_cents=read_cents(data.get("total"), currency, "data.total"),
        gift=True if recipient else data.get("gift") if isinstance(data.get("gift"), bool) else None,
        lines=tuple(
            Line(
                product_id=read_id(line.get("product_id"), "data.lines[].product_id"),
                title=read_word(line.get("title"), 500),
                quantity=read_count(line.get("quantity", 1), "data.lines[].quantity"),
                price_cents=read_cents(line.get("price"), currency, "data.lines[].price"),
            )
            for line in read_objects(data.get("lines"), "data.lines")
        ),
        refunded=tuple(
            (
                read_id(line.get("product_id"), "data.lines_refunded[].product_id"),
                read_count(line.get("quantity", 1), "quantity"),
            )
            for line in read_objects(data.get("lines_refunded"), "data.lines_refunded")
        ),
        tracking=read_word(data.get("tracking"), 200) or None,
        status_url=read_link(data.get("status_url")),
        thread_id=read_thread(data.get("conversation_id")),
        codes=read_codes({"code": code} for code in _strings(data.get("discount_codes"))),
        parcel=read_id(parcel.get("id"), "data.parcel.id") if parcel else None,
        parcels=read_count(parcel["of"], "data.parcel.of") if parcel.get("of") else None,
    )


# --- files ------------------------------------------------------------------------------------------------------------

_COLUMNS = {"order_id", "placed_at", "email"}


def read_file(path: Path) -> Iterator[tuple[int, OrderEvent | Invalid]]:
    """(line number, event or why it was rejected) for every event in a CSV or JSON Lines file, `.gz` too.

    JSON Lines: one generic event each, with its own `id`.  CSV: one line per product with order_id, email, name,
    currency, total, product_id, title, quantity, price, gift, conversation_id and any of placed_at … cancelled_at;
    lines of one order follow one another.  Event ids are derived from the content, so a second import changes nothing.
    """
    name = path.name.removesuffix(".gz")
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if path.name.endswith(".gz") else raw
        text = raw.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name} cannot be read as UTF-8 text; export it again as CSV or JSON Lines.") from error
    yield from _read_csv(text) if name.endswith(".csv") else _read_jsonl(text)


def _read_jsonl(text: str) -> Iterator[tuple[int, OrderEvent | Invalid]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            body = json.loads(line)
            if not isinstance(body, dict):
                raise Invalid("The line is no JSON object.")
            facts = read_object(body.get("data"))
            event_id = body.get("id") or f"{facts.get('order_id')}:{body.get('type')}:{body.get('timestamp')}"
            yield number, parse_generic(body, str(event_id), source="import")
        except ValueError:
            yield number, Invalid("The line is not JSON.")
        except Invalid as error:
            yield number, error


def _read_csv(text: str) -> Iterator[tuple[int, OrderEvent | Invalid]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = _COLUMNS - {str(name).strip() for name in reader.fieldnames or ()}
    if missing:
        raise Invalid(f"The file has no column {', '.join(sorted(missing))}; name them in its first line.")
    group: list[tuple[int, dict[str, str]]] = []
    for row in _rows(reader):
        clean = {str(key).strip(): str(value or "").strip() for key, value in row.items() if key is not None}
        if group and group[0][1]["order_id"] != clean["order_id"]:
            yield from _csv_order(group)
            group = []
        group.append((reader.line_num, clean))
    if group:
        yield from _csv_order(group)


def _rows(reader: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num} is not CSV; export the file again.") from error


def _csv_order(group: list[tuple[int, dict[str, str]]]) -> Iterator[tuple[int, OrderEvent | Invalid]]:
    number, first = group[0]
    lines = []
    for _number, row in group:
        if row.get("product_id"):
            lines.append({name: row[name] for name in ("product_id", "title", "quantity", "price") if row.get(name)})
    data = {
        "order_id": first["order_id"],
        "currency": first.get("currency") or None,
        "total": first.get("total") or None,
        "customer": {name: first[name] for name in ("email", "name", "timezone") if first.get(name)},
        "gift": first.get("gift", "").lower() in ("1", "true", "yes"),
        "lines": lines,
        "tracking": first.get("tracking"),
        "status_url": first.get("status_url"),
        "conversation_id": first.get("conversation_id") or None,
    }
    milestones = {kind: first[f"{kind}_at"] for kind in MILESTONES if first.get(f"{kind}_at")}
    if not milestones:
        yield number, Invalid("The order has no placed_at; every order was placed some time.")
    for kind, at_text in milestones.items():
        body = {"type": f"order.{kind}", "timestamp": at_text, "data": data}
        try:
            yield number, parse_generic(body, f"{first['order_id']}:{kind}:{at_text}", source="import")
        except Invalid as error:
            yield number, error
            return


# --- fields -----------------------------------------------------------------------------------------------------------


def read_id(value: Any, what: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Invalid(f"{what} is missing.")
    word = str(value).strip()
    if not word or len(word) > 128 or one_line(word, 128) != word:
        raise Invalid(f"{what} must be one word of 1 to 128 characters.")
    return word


def read_word(value: Any, limit: int) -> str:
    return one_line(str(value), limit) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def read_codes(items: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The discount codes of objects with a `code`; what is none is left out, no order is lost for it."""
    words = (read_word(item.get("code"), 60) for item in items)
    return tuple(dict.fromkeys(word for word in words if word))[:20]


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def read_objects(value: Any, what: str) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value) or len(value) > 500:
        raise Invalid(f"{what} must be a list of at most 500 objects.")
    return value


def read_moment(value: Any, what: str, *, zone: timezone | None = None) -> datetime:
    if not isinstance(value, str):
        raise Invalid(f"{what} is missing; write it like 2026-12-20T10:00:00Z.")
    try:
        moment = datetime.fromisoformat(value.strip()).replace(tzinfo=zone) if zone else clock.parse(value)
        if not 2000 <= moment.year <= 2200:
            raise ValueError("no year of an order")
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"{what} is {value[:40]!r}; write it with its zone, like 2026-12-20T10:00:00Z.") from error


def read_currency(value: Any) -> str:
    if value is None:
        return settings().store_currency
    if not isinstance(value, str) or len(value) != 3 or not value.isascii() or not value.isupper():
        raise Invalid(f"currency is {str(value)[:20]!r}; write an ISO 4217 code like EUR.")
    return value


def read_cents(value: Any, currency: str, what: str) -> int | None:
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount < 10**11:
        raise Invalid(f"{what} is {str(value)[:40]!r}; write an amount like 129.00.")
    return minor_units(amount, currency)


def read_count(value: Any, what: str) -> int:
    try:
        count = int(value) if not isinstance(value, bool) and float(value) == int(value) else -1
    except (TypeError, ValueError, OverflowError):
        count = -1
    if not 0 <= count <= 1_000_000:
        raise Invalid(f"{what} is {str(value)[:20]!r}; write a whole number.")
    return count


def read_buyer(value: Any, what: str) -> Buyer:
    if value is None:
        return Buyer()
    if not isinstance(value, dict):
        raise Invalid(f"{what} must be an object with id or email.")
    zone = read_word(value.get("timezone"), 64) or None
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            zone = None  # a wrong zone must not lose an order: the store's zone is used instead
    return Buyer(
        email=read_word(value.get("email"), 320) or None,
        external_id=read_id(value["id"], f"{what}.id") if value.get("id") not in (None, "") else None,
        name=read_word(value.get("name"), 200),
        timezone=zone,
        locale=read_word(value.get("locale"), 16) or None,
    )


def read_link(value: Any) -> str | None:
    """A link customers may follow: https or http, nothing else."""
    link = read_word(value, 1_000)
    return link if link.startswith(("https://", "http://")) and " " not in link else None


def read_thread(value: Any) -> str | None:
    word = read_word(value, 64)
    return word if len(word) == 32 and all(char in "0123456789abcdef" for char in word) else None


def read_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
