"""Orders read from the shop's own REST API: what a lost webhook would have told.

Everything changed since a cursor, page by page; each page is stored before the cursor moves on, so a pull that breaks
off is taken up where it stopped, and an order read twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

import requests
import sqlalchemy as sa
from requests.adapters import HTTPAdapter
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from urllib3.util.retry import Retry

from lifecycle import clock, db, orders, shops
from lifecycle.errors import Invalid, Unavailable
from lifecycle.model import ShopPull
from lifecycle.order_events import OrderEvent
from lifecycle.settings import Settings

SHOPIFY_VERSION = "2024-10"
FIRST_PULL = timedelta(days=60)  # what Shopify shows an app without further rights
OVERLAP = timedelta(minutes=5)  # clocks of two machines, changes committed late
TIMEOUT_SECONDS = (5, 30)
ATTEMPTS = 5


@dataclass
class Pulled:
    """What a pull did: orders read, events new to us, (order, reason) of what could not be read."""

    source: str
    orders: int = 0
    applied: int = 0
    rejected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Shop:
    source: str
    url: str
    path: str
    query: dict[str, str]
    moment: str  # the field that says when an order changed
    read: Callable[[Any], list[OrderEvent]]


def configured(settings: Settings) -> list[str]:
    """The shops whose API we may read."""
    known = {
        "shopify": settings.shopify_api_url and settings.shopify_api_token,
        "woocommerce": settings.woocommerce_api_url and settings.woocommerce_api_key,
    }
    return [source for source, set_up in known.items() if set_up]


def pull(
    settings: Settings, source: str, *, now: datetime, since: datetime | None = None, wait_factor: float = 1.0
) -> Pulled:
    """Apply every order changed `since` (else since the last pull); raises Unavailable when the shop does not answer.

    Busy and failing answers (429, 5xx) and lost connections are tried again up to ATTEMPTS times, after the time the
    shop asks for, else after `wait_factor` · 2ⁿ seconds.
    """
    begin = since or _cursor(source) or now - FIRST_PULL
    shop = _shop(settings, source, begin - OVERLAP)
    done = Pulled(source)
    reached = begin
    with _client(settings, source, wait_factor) as client:
        for page in _pages(client, shop):
            reached = _store(page, shop, done, reached, keep=since is None, now=now)
    return done


def read_one(settings: Settings, source: str, order_ref: str, *, seconds: float) -> list[OrderEvent]:
    """What the shop tells of one order now, asked once; raises Unavailable when it does not say.

    `seconds` are waited for the connection and for each piece of the answer.
    """
    shop = _shop(settings, source, datetime.fromtimestamp(0, timezone.utc))
    end = ".json" if source == "shopify" else ""
    url = f"{shop.url}{shop.path.removesuffix('.json')}/{quote(order_ref, safe='')}{end}"
    with _client(settings, source, 0, attempts=0) as client:
        body = _json(_get(client, source, url, None, (seconds, seconds)), source)
    try:
        return shop.read(body.get("order") if source == "shopify" else body)
    except (Invalid, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"{source} answered something that is no order.") from error


def is_due(source: str, *, now: datetime, every: timedelta = timedelta(minutes=10)) -> bool:
    """Whether the last pull, of any worker, was begun long enough ago; of several who ask at once, one is told so."""
    with db.transaction() as session:
        _ensure(session, source)
        taken = session.execute(
            sa.update(ShopPull)
            .where(ShopPull.source == source, sa.or_(ShopPull.begun_at.is_(None), ShopPull.begun_at <= now - every))
            .values(begun_at=now)
            .execution_options(synchronize_session=False)
        )
        return taken.rowcount == 1


def _store(page: list[Any], shop: _Shop, done: Pulled, reached: datetime, *, keep: bool, now: datetime) -> datetime:
    """One page and, to `keep`, the cursor behind it, in one transaction; returns how far the orders reach.

    An order we cannot read stops no other.
    """
    changed = [reached]
    with db.transaction() as session:
        for body in page:
            done.orders += 1
            try:
                events = shop.read(body)
                changed.append(_moment(body[shop.moment]))
            except (Invalid, KeyError, TypeError, ValueError) as error:
                ref = str(body.get("id", "")) if isinstance(body, dict) else ""
                reason = str(error) if isinstance(error, Invalid) else f"{shop.moment} is missing"
                done.rejected = (*done.rejected, (ref[:128], reason))
                continue
            done.applied += sum(orders.apply(session, event, now=now).changed for event in events)
        if keep:
            _ensure(session, shop.source)
            session.execute(
                sa.update(ShopPull)
                .where(ShopPull.source == shop.source)
                .values(cursor_at=min(max(changed), now))
                .execution_options(synchronize_session=False)
            )
    return max(changed)


def _ensure(session: Session, source: str) -> None:
    """The row of a shop, whoever makes it first."""
    if session.get(ShopPull, source) is None:
        with suppress(IntegrityError), session.begin_nested():
            session.add(ShopPull(source=source))


def _pages(client: requests.Session, shop: _Shop) -> Iterator[list[Any]]:
    url: str | None = f"{shop.url}{shop.path}"
    query: dict[str, str] | None = shop.query
    number = 1
    while url:
        answer = _get(client, shop.source, url, query, TIMEOUT_SECONDS)
        body = _json(answer, shop.source)
        page = body.get("orders") if isinstance(body, dict) else body
        if not isinstance(page, list):
            raise Unavailable(f"{shop.source} answered no list of orders; check {shop.source.upper()}_API_URL.")
        yield page
        if shop.source == "shopify":
            following = answer.links.get("next", {}).get("url")
            url, query = following if following and following.startswith(f"{shop.url}/") else None, None
        else:
            number += 1
            more = number <= int(answer.headers.get("X-WP-TotalPages") or 1)
            url, query = (url, {**shop.query, "page": str(number)}) if more else (None, None)


def _get(
    client: requests.Session, source: str, url: str, query: dict[str, str] | None, timeout: tuple[float, float]
) -> requests.Response:
    try:
        answer = client.get(url, params=query, timeout=timeout, allow_redirects=False)
    except requests.RequestException as error:
        raise Unavailable(f"{source} does not answer; orders are pulled again later.") from error
    if answer.status_code != 200:
        raise Unavailable(f"{source} answered {answer.status_code}; check {source.upper()}_API_URL and its rights.")
    return answer


def _json(answer: requests.Response, source: str) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise Unavailable(f"{source} answered no JSON; check {source.upper()}_API_URL.") from error


def _shop(settings: Settings, source: str, since: datetime) -> _Shop:
    if source not in configured(settings):
        raise Invalid(f"{source} is not set up; set {source.upper()}_API_URL and its key (docs/configuration.md).")
    if source == "shopify":
        query = {"status": "any", "limit": "250", "updated_at_min": clock.iso(since), "order": "updated_at asc"}
        path = f"/admin/api/{SHOPIFY_VERSION}/orders.json"
        return _Shop(source, settings.shopify_api_url, path, query, "updated_at", shops.shopify_order)
    query = {
        "per_page": "100",
        "orderby": "modified",
        "order": "asc",
        "dates_are_gmt": "true",
        "modified_after": since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S"),
    }
    path = "/wp-json/wc/v3/orders"
    return _Shop(source, settings.woocommerce_api_url, path, query, "date_modified_gmt", shops.woocommerce_order)


def _client(settings: Settings, source: str, wait_factor: float, *, attempts: int = ATTEMPTS) -> requests.Session:
    client = requests.Session()
    client.trust_env = False
    client.headers["Accept"] = "application/json"
    if source == "shopify":
        client.headers["X-Shopify-Access-Token"] = settings.shopify_api_token
    else:
        key, _, secret = settings.woocommerce_api_key.partition(":")
        client.auth = (key, secret)
    patient = Retry(
        total=attempts,
        backoff_factor=wait_factor,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods=("GET",),
        raise_on_status=False,
    )
    for scheme in ("https://", "http://"):
        client.mount(scheme, HTTPAdapter(max_retries=patient))
    return client


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def _cursor(source: str) -> datetime | None:
    with db.reading() as session:
        row = session.get(ShopPull, source)
        return row.cursor_at if row is not None else None
