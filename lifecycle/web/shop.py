"""The demo shop: what a store's own site would be, so that the whole journey can be walked without one.

Its "backend" is a stranger to the assistant: it tells about orders the way every shop does, by signed events over
HTTP to /hooks/orders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session, selectinload
from starlette.concurrency import run_in_threadpool

from lifecycle import catalogue, customers, db, tokens
from lifecycle.advice import examples
from lifecycle.clock import iso
from lifecycle.errors import Invalid, NotFound, Refused
from lifecycle.model import FollowUp, Product, Review, ShopOrder
from lifecycle.settings import Settings
from lifecycle.text import one_line
from lifecycle.web import guard, hooks, pages, plain
from lifecycle.web.problems import unavailable

router = APIRouter(include_in_schema=False)
PAGE_SIZE = 48
REVIEWS_SHOWN = 8
FEATURED = 8
MOST_CATEGORIES = 60
ORDER_LINK = timedelta(days=90)
EVENTS = ("paid", "shipped", "delivered", "refunded", "cancelled")
DEMO_BUYER = {"name": "Ada Byron", "email": "ada@example.com"}
PRODUCT = Path(max_length=128)


@router.get("/")
def home(request: Request) -> Response:
    """Categories, and products owners rate highest."""
    with db.reading() as session:
        context = {
            "categories": _categories(session),
            "featured": _featured(session),
            "wish": examples.wish(session),
            "title": "",
        }
        return pages.page(request, "shop/home.html", context)


@router.get("/categories/{slug}")
def category(request: Request, slug: str = Path(max_length=200), page: int = Query(1, ge=1, le=10_000)) -> Response:
    """The products of one category, the cheapest first."""
    with db.reading() as session:
        found = _categories(session)
        chosen = next((each for each in found if each["slug"] == slug), None)
        if chosen is None:
            raise NotFound("There is no such category.")
        query = (
            sa.select(Product)
            .where(Product.active, Product.category == chosen["category"])
            .order_by(Product.price_cents.is_(None), Product.price_cents, Product.id)
            .offset((page - 1) * PAGE_SIZE)
            .limit(PAGE_SIZE)
            .options(selectinload(Product.facts))
        )
        products = list(session.execute(query).scalars())
        context = {
            "title": chosen["name"],
            "category": chosen,
            "categories": found,
            "products": products,
            "page": page,
            "pages": -(-chosen["count"] // PAGE_SIZE),
        }
        return pages.page(request, "shop/category.html", context)


@router.get("/products/{product_id:path}")
def product(request: Request, product_id: str = PRODUCT) -> Response:
    """Everything the store states about a product, and what owners say."""
    with db.reading() as session:
        found = _sold(session, product_id)
        mine = Review.product_id == product_id
        reviews = session.execute(
            sa.select(Review).where(mine).order_by(Review.created_at.desc()).limit(REVIEWS_SHOWN)
        ).scalars()
        by_stars = sa.select(Review.rating, sa.func.count()).where(mine).group_by(Review.rating)
        counts = dict(session.execute(by_stars).all())
        total = sum(counts.values())
        alike = session.execute(
            sa.select(Product)
            .where(Product.active, Product.category == found.category, Product.product_id != product_id)
            .order_by(sa.func.abs(sa.func.coalesce(Product.price_cents, 0) - (found.price_cents or 0)), Product.id)
            .limit(4)
        ).scalars()
        context = {
            "title": found.title,
            "product": found,
            "category": {"name": found.category, "slug": slug_of(found.category)},
            "categories": _categories(session),
            "facts": [(label_of(fact.name), fact.value) for fact in found.facts],
            "reviews": list(reviews),
            "review_count": total,
            "rating": round(sum(stars * count for stars, count in counts.items()) / total, 1) if total else None,
            "shares": [(stars, counts.get(stars, 0), total) for stars in (5, 4, 3, 2, 1)],
            "alike": list(alike),
        }
        return pages.page(request, "shop/product.html", context)


@router.get("/buy/{product_id:path}")
def checkout(request: Request, product_id: str = PRODUCT) -> Response:
    """The order form, filled in for a demo buyer."""
    with db.reading() as session:
        context = {
            "title": "Checkout",
            "product": _sold(session, product_id),
            "categories": _categories(session),
            "buyer": DEMO_BUYER,
            "problem": "",
            "nonce": tokens.new_id(),
        }
        return pages.page(request, "shop/buy.html", context)


@router.post("/buy/{product_id:path}")
async def buy(
    request: Request,
    product_id: str = PRODUCT,
    name: str = Form(max_length=200),
    email: str = Form(max_length=320),
    quantity: int = Form(1, ge=1, le=9),
    conversation_id: str = Form("", regex=r"^([0-9a-f]{32})?$"),
    nonce: str = Form(regex=r"^[0-9a-f]{32}$"),
) -> Response:
    """Place the order: the shop tells the assistant by a signed event; the same form sent twice is one order."""
    plain.refuse_foreign(request)
    state = request.app.state
    await state.limits.admit("address", guard.address(request))

    def read() -> dict[str, Any]:
        chatting = plain.caller_of_cookie(request)
        with db.reading() as session:
            found = _sold(session, product_id)
            return {
                "found": found,
                "categories": _categories(session),
                "chat": conversation_id
                or (chatting.thread_id if (chatting := plain.caller_of_cookie(request)) else ""),
            }

    known = await run_in_threadpool(read)
    found = known["found"]
    try:
        address = customers.normal_email(email)
    except Invalid as error:
        buyer = {"name": one_line(name), "email": one_line(email)}
        context = {"title": "Checkout", "product": found, "categories": known["categories"], "buyer": buyer}
        return pages.page(request, "shop/buy.html", {**context, "problem": str(error), "nonce": nonce}, status=422)
    reference = f"JO-{int(nonce[:8], 16) % 10**8:08d}"
    cents = (found.price_cents or 0) * quantity
    line = {"product_id": product_id, "title": found.title, "quantity": quantity}
    data: dict[str, Any] = {
        "order_id": reference,
        "currency": found.currency,
        "total": pages.amount(cents, found.currency),
        "customer": {"email": address, "name": one_line(name)},
        "lines": [{**line, "price": pages.amount(found.price_cents or 0, found.currency)}],
    }
    if known["chat"]:
        data["conversation_id"] = known["chat"]
    await _tell(request, "placed", data, event_id=f"{reference}.placed.{nonce}")
    now: datetime = state.clock()
    token = tokens.sign(state.settings.secret_key, "demo_order", reference, now=now, lifetime=ORDER_LINK)
    return RedirectResponse(f"/orders/{token}", 303)


@router.get("/orders/{token}")
def order(request: Request, token: str = Path(max_length=600)) -> Response:
    """Thank you; and, this being a demo, what happens next and the buttons that make it happen."""
    reference = _reference(request, token)
    with db.reading() as session:
        placed = _order(session, reference)
        planned = session.execute(
            sa.select(FollowUp)
            .where(FollowUp.order_id == placed.id)
            .order_by(FollowUp.due_at.is_(None), FollowUp.due_at, FollowUp.id)
        ).scalars()
        steps = [
            {"step": row.step, "state": row.state, "reason": row.reason, "due_at": row.due_at, "run_at": _run_at(row)}
            for row in planned
        ]
        images = {each.product_id: each.image_url for each in catalogue.many(session, _ids(placed))}
        context = {
            "title": "Thank you",
            "token": token,
            "order": placed,
            "images": images,
            "email": customers.email_of(session, placed.customer_id) if placed.customer_id else "",
            "steps": steps,
            "outbox": "" if request.app.state.settings.smtp_url else request.app.state.settings.mail_outbox,
            "categories": _categories(session),
        }
        return pages.page(request, "shop/order.html", context)


@router.post("/orders/{token}/events")
async def advance(request: Request, token: str = Path(max_length=600), event: str = Form(max_length=20)) -> Response:
    """A demo control: the shop's warehouse or carrier did something, and the shop tells the assistant."""
    plain.refuse_foreign(request)
    reference = _reference(request, token)
    if event not in EVENTS:
        raise Invalid(f"The demo shop sends {', '.join(EVENTS)}.")

    def read() -> dict[str, Any]:
        with db.reading() as session:
            placed = _order(session, reference)
            email = customers.email_of(session, placed.customer_id) if placed.customer_id else None
            return {
                "order_id": reference,
                "currency": placed.currency,
                **({"customer": {"email": email}} if email else {}),
                **({"tracking": f"1Z{reference[3:]}"} if event == "shipped" else {}),
            }

    data = await run_in_threadpool(read)
    await _tell(request, event, data, event_id=f"{reference}.{event}")
    return RedirectResponse(f"/orders/{token}#next", 303)


async def _tell(request: Request, event: str, data: dict[str, Any], *, event_id: str) -> None:
    """Post a signed order event to the assistant's public hook, over HTTP like any shop."""
    import httpx  # ten megabytes, for the demo's orders only

    state = request.app.state
    now: datetime = state.clock()
    body = json.dumps({"type": f"order.{event}", "timestamp": iso(now), "data": data})
    headers = {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": hooks.sign(state.settings.order_webhook_secrets[0], event_id, now, body),
    }
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            response = await client.post(f"{_own_url(state.settings)}/hooks/orders", content=body, headers=headers)
        response.raise_for_status()
    except httpx.HTTPError as error:
        detail = "The shop could not reach the order desk, so nothing was ordered. Please try again in a moment."
        raise unavailable(detail, f"order hook {type(error).__name__}") from error


def _own_url(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    return f"http://{host}:{settings.port}"


def _reference(request: Request, token: str) -> str:
    state = request.app.state
    try:
        return tokens.verify(state.settings.secret_key, "demo_order", token, now=state.clock())[0]
    except Refused as error:
        raise NotFound("There is no such order.") from error


def _order(session: Session, reference: str) -> ShopOrder:
    query = sa.select(ShopOrder).where(ShopOrder.source == "generic", ShopOrder.order_ref == reference)
    found = session.execute(query.options(selectinload(ShopOrder.lines))).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such order.")
    return found


def _ids(placed: ShopOrder) -> Sequence[str]:
    return [line.product_id for line in placed.lines]


def _run_at(row: FollowUp) -> str:
    """The `--now` of a worker run that sends this step: a little after it is due."""
    return iso((row.due_at + timedelta(minutes=5)).replace(second=0, microsecond=0)) if row.due_at else ""


def _sold(session: Session, product_id: str) -> Product:
    """The product of this id, or of the shop system's own address that ends so (a Shopify handle)."""
    query = sa.select(Product).where(Product.active).options(selectinload(Product.facts))
    found = session.scalars(query.where(Product.product_id == product_id)).first()
    if found is None:
        found = session.scalars(query.where(Product.url == f"/products/{product_id}").order_by(Product.id)).first()
    if found is None:
        raise NotFound("We do not sell that product.")
    return found


def _categories(session: Session) -> list[dict[str, Any]]:
    """Categories with at least one product, the largest first: {name, category, slug, count, picture}."""
    rows = session.execute(
        sa.select(Product.category, sa.func.count(), sa.func.min(Product.id))
        .where(Product.active)
        .group_by(Product.category)
        .order_by(Product.category == "", sa.func.count().desc(), Product.category)
        .limit(MOST_CATEGORIES)
    ).all()
    columns = sa.select(Product.id, Product.product_id, Product.image_url)
    firsts = {row.id: row for row in session.execute(columns.where(Product.id.in_([first for *_, first in rows])))}
    return [
        {
            "name": name or ("Everything else" if len(rows) > 1 else "All products"),
            "category": name,
            "slug": slug_of(name),
            "count": count,
            "picture": pages.picture(firsts[first].product_id, firsts[first].image_url),
        }
        for name, count, first in rows
    ]


def _featured(session: Session) -> list[Product]:
    """The best rated by most of each of the largest categories, eight in all."""
    names = [each["category"] for each in _categories(session)[:FEATURED]]
    order = (sa.func.coalesce(Product.rating, 0).desc(), sa.func.coalesce(Product.rating_count, 0).desc(), Product.id)
    chosen: list[Product] = []
    for name in names:
        room = 1 if len(names) == FEATURED else -(-FEATURED // len(names))
        query = sa.select(Product).where(Product.active, Product.category == name)
        chosen += session.scalars(query.order_by(Product.price_cents.is_(None), *order).limit(room))
    return chosen[:FEATURED]


def slug_of(name: str) -> str:
    """`Blenders and toasters` → `blenders-and-toasters`."""
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-") or "other"


def label_of(fact: str) -> str:
    """`noise_db` → `Noise`: a fact's name without its unit, which the value carries."""
    words = fact.replace("_", " ").strip()
    for unit in (" db", " w", " g", " kg", " cm", " mm", " ml", " l", " h", " g per s", " hz", " oz", " lb"):
        if words.endswith(unit) and len(words) > len(unit) + 2:
            words = words[: -len(unit)]
            break
    return words[:1].upper() + words[1:]
