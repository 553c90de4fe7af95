"""Server-rendered pages: one Jinja2 environment with autoescape on, no inline script or style anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import get_currency_precision
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lifecycle import money as prices
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
    """A rendered page; `store` and `path` are known to every template."""
    body = environment.get_template(template).render(
        store=settings().store_name, path=request.url.path, demo=settings().demo, **(context or {})
    )
    return HTMLResponse(body, status, headers=dict(headers or {}))


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


environment.filters["money"] = money
environment.filters["moment"] = moment
