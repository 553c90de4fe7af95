"""How the console writes a page: the templates, and the few words, times and amounts they need."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import jinja2
from babel.numbers import format_currency, get_currency_precision
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from lifecycle.clock import iso, utcnow
from lifecycle.model import STAGES
from lifecycle.settings import settings
from lifecycle.views import VOCABULARIES
from lifecycle.web.pages import store_now

WEB = Path(__file__).resolve().parent.parent
ASSETS = {"console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"}

# What each store calls the five stages: our names, or those of another model of the same journey.
STAGE_NAMES: dict[str, tuple[str, ...]] = {"own": STAGES, **VOCABULARIES}

LABELS = {
    "post_purchase": "Post-purchase",
    "nps": "NPS",
    "csat": "CSAT",
    "ces": "CES",
    "handed_over": "Handed over",
    "check_in": "Check-in",
    "web": "Web chat",
    "webchat": "Web chat",
    "email": "E-mail",
    "mail": "E-mail",
    "rasa": "Rasa",
    "faq": "FAQ",
    "ask_nps": "NPS question",
    "my_data": "My data",
    "marketingqualifiedlead": "Marketing qualified lead",
    "race": "RACE",
    "hubspot": "HubSpot",
    "ask_csat": "CSAT question",
}
TONES = {
    "bought": "good", "satisfied": "good", "recommended": "good", "answered": "plain", "dissatisfied": "bad",
    "unanswered": "warn", "handed_over": "info", "abandoned": "quiet", "open": "quiet",
    "sent": "plain", "planned": "quiet", "due": "info", "failed": "bad", "doubtful": "warn", "suppressed": "warn",
    "deferred": "warn", "cancelled": "quiet", "closed": "quiet", "pending": "info", "high": "bad", "low": "quiet",
    "promoter": "good", "passive": "plain", "detractor": "bad", "positive": "good", "negative": "bad", "mixed": "warn",
    "confirmed": "good", "reopened": "warn", "assumed": "plain", "clicked": "plain", "kept": "good", "not_kept": "bad",
}  # fmt: skip
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"(?<![\w-])\+?\d[\d ().-]{7,}\d(?![\w-])")


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of the console, with who is logged in and what every page shows around its content."""
    member = getattr(request.state, "member", None)
    shows = {
        "member": member,
        "sees": member is not None and member.sees_personal_data,
        "path": request.url.path,
        "store_name": store_now().shown,
        "now": now_of(request),
        "asset": asset_url,
        **context,
    }
    return HTMLResponse(environment().get_template(f"console/{template}").render(shows), status)


def now_of(request: Request) -> datetime:
    """The application's moment."""
    clock: Callable[[], datetime] = getattr(request.app.state, "clock", utcnow)
    return clock()


def problem(request: Request, status: int, message: str) -> Response:
    """A page that says what went wrong and where to go on."""
    return page(request, "problem.html", status, code=status, message=message)


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        label=label, stage_name=stage_name,
        tone=tone, when=when, day=day, iso=iso, money=money, mask_name=mask_name, mask_email=mask_email,
        mask_text=mask_text, until=until, ago=ago, query=urlencode, number=number, plain=plain,
    )  # fmt: skip
    return made


@lru_cache(maxsize=8)
def asset(name: str) -> tuple[bytes, str]:
    """(bytes, digest) of a file the console serves."""
    data = (WEB / "static" / name).read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:12]


def asset_url(name: str) -> str:
    return f"/console/static/{name}?v={asset(name)[1]}"


def label(name: str | None) -> str:
    """A stored word as people read it; a stage by the names the store has chosen."""
    if not name:
        return ""
    if name in STAGES:
        name = stage_name(name, settings().stage_names)
    return LABELS.get(name) or name.replace("_", " ").capitalize()


def stage_name(stage: str, vocabulary: str) -> str:
    """What a vocabulary calls one of our stages."""
    return STAGE_NAMES[vocabulary][STAGES.index(stage)]


def tone(name: str | None) -> str:
    return TONES.get(name or "", "plain")


def when(moment: datetime | None, style: str = "short") -> str:
    """A moment in the store's zone: `10:04` today, `Nov 2, 10:04` this year, else with its year."""
    if moment is None:
        return ""
    local, today = local_time(moment), local_time(utcnow())
    clock = f"{local:%H:%M}"
    if style == "time":
        return clock
    if local.date() == today.date() and style == "short":
        return clock
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%b} {local.day}{year}, {clock}"


def day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = local_time(moment)
    return f"{local:%a} {local:%b} {local.day}, {local.year}"


def local_time(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings().store_timezone))


def until(moment: datetime, now: datetime) -> str:
    """`in 3 h`, `2 d late`."""
    seconds = int((moment - now).total_seconds())
    return f"in {_span(seconds)}" if seconds >= 0 else f"{_span(-seconds)} late"


def ago(moment: datetime, now: datetime) -> str:
    seconds = int((now - moment).total_seconds())
    return f"{_span(seconds)} ago" if seconds >= 60 else "just now"


def _span(seconds: int) -> str:
    if seconds < 3600:
        return f"{max(1, seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} d"


def money(cents: int | None, currency: str = "USD") -> str:
    if cents is None:
        return "—"
    return format_currency(cents / 10 ** get_currency_precision(currency), currency, locale="en_US")


def number(value: float | None, digits: int = 0, suffix: str = "", *, signed: bool = False) -> str:
    """A figure rounded for the eye; `—` when nothing was measured."""
    if value is None:
        return "—"
    rounded = round(value, digits) + 0.0  # no minus zero
    return f"{rounded:{'+' if signed and rounded else ''}.{digits}f}{suffix}".replace("-", "−")


def plain(value: Any) -> str:
    """A stored value as a line of text."""
    if isinstance(value, dict) and set(value) == {"entity", "value"}:
        return f"{value['entity']} {plain(value['value'])}"
    if isinstance(value, dict):
        return ", ".join(
            f"{label(str(key))}: {plain(part)}" for key, part in value.items() if part not in (None, "", [], {})
        )
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    return "—" if value is None or value == "" else str(value)


def mask_name(name: str, sees: bool) -> str:
    if sees or not name:
        return name
    return " ".join(f"{part[0]}•••" for part in name.split())


def mask_email(email: str, sees: bool) -> str:
    if sees or "@" not in email:
        return email
    local, _, domain = email.partition("@")
    return f"{local[:1]}•••@{domain[:1]}•••"


def mask_text(text: str, sees: bool) -> str:
    """The text without addresses and long numbers for those who may not see them."""
    return text if sees else _DIGITS.sub("•••", _EMAIL.sub("•••@•••", text))


def start_of_day(moment: datetime) -> datetime:
    local = local_time(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(timezone.utc)
