"""Server-rendered pages: one Jinja2 environment with autoescape on, no inline script or style anywhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import get_currency_precision
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lifecycle import db, store
from lifecycle import money as prices
from lifecycle.errors import LifecycleError
from lifecycle.settings import settings

HERE = Path(__file__).parent
STATIC = HERE / "static"

environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A rendered page; `store`, `path` and whether everything on it is `invented` are known to every template."""
    known = store_now()
    body = environment.get_template(template).render(
        store=known.shown, invented=known.demo, path=request.url.path, **(context or {})
    )
    return HTMLResponse(body, status, headers=dict(headers or {}))


def store_now() -> store.Profile:
    """Who the store is; a page that says the database is away is shown without."""
    try:
        with db.reading() as session:
            return store.profile(session)
    except LifecycleError:
        return store.Profile(settings().store_name)


def picture(product_id: str, image_url: str | None) -> str:
    """A product's picture: the feed's, when its address is whole, else one drawn by us."""
    known = (image_url or "").startswith(("https://", "http://", "/pictures/"))
    return str(image_url) if known else f"/pictures/{quote(product_id)}.svg"


def words(template: str) -> Mapping[str, Any]:
    """The names a template sets: labels that are also needed outside their page."""
    return vars(environment.get_template(template).module)


def money(cents: int | None, currency: str = "USD") -> str:
    """`$129.00`; an em dash when the price is not known."""
    return prices.format_price(cents, currency) or "—"


def amount(cents: int, currency: str) -> float:
    """An amount in whole units, as order events carry it: 12900 USD → 129.0."""
    return float(Decimal(cents).scaleb(-get_currency_precision(currency)))


def moment(value: datetime | None, zone: str | None = None) -> str:
    """`Thu, Nov 5, 2:00 PM EST` in the store's zone, or the one given."""
    if value is None:
        return "—"
    local = value.astimezone(ZoneInfo(zone or settings().store_timezone))
    return format_datetime(local, "EEE, MMM d, h:mm a z", locale="en_US")


def blocks(text: str) -> list[dict[str, Any]]:
    """A message as `{text, names, rows}`, words or a table: lines like "noise: 52 dB | 60 dB" under "A | B" are one."""
    found: list[dict[str, Any]] = []
    lines = text.split("\n")
    while lines:
        names = lines[0].split(" | ")
        rows = _rows(lines[1:], len(names)) if len(names) > 1 else []
        if rows:
            found.append({"text": "", "names": names, "rows": rows})
            del lines[: len(rows) + 1]
        elif found and found[-1]["text"]:
            found[-1]["text"] += "\n" + lines.pop(0)
        elif lines[0].strip():
            found.append({"text": lines.pop(0), "names": [], "rows": []})
        else:
            del lines[0]
    return found


def _rows(lines: Iterable[str], columns: int) -> list[tuple[str, list[str]]]:
    split = (line.partition(": ") for line in lines)
    told = ((label, values.split(" | ") if colon and len(label) <= 40 else []) for label, colon, values in split)
    return list(itertools.takewhile(lambda row: len(row[1]) == columns, told))


environment.filters["blocks"] = blocks
environment.filters["money"] = money
environment.globals["picture"] = picture
environment.filters["moment"] = moment
