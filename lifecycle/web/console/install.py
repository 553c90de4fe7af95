"""The page an engineer opens first: the tag to paste, and what the store has connected so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from lifecycle import db
from lifecycle.model import Article, CatalogueVersion, Conversation, Product, Review, ShopEvent
from lifecycle.settings import settings
from lifecycle.web.assets import widget_integrity
from lifecycle.web.console import view
from lifecycle.web.console.gate import ConsoleRoute, role
from lifecycle.web.pages import store_now

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)


@dataclass(frozen=True)
class Connected:
    """What has reached the assistant so far; times UTC, None when nothing has."""

    products: int
    imported_at: datetime | None
    articles: int
    reviews: int
    events: int
    last_event_at: datetime | None
    last_chat_at: datetime | None


@router.get("/install")
@role("admin")
def install(request: Request) -> Response:
    """How to put the chat into the shop, with this store's own addresses, and what is still missing."""
    with db.reading() as session:
        found = connected(session)
    return view.page(
        request,
        "install.html",
        title="Set up",
        found=found,
        settings=settings(),
        shop=store_now().shown,
        integrity=widget_integrity(),
    )


def connected(session: Session) -> Connected:
    def count(model: type, *where: sa.sql.ColumnElement) -> int:
        return int(session.execute(sa.select(sa.func.count()).select_from(model).where(*where)).scalar_one())

    return Connected(
        products=count(Product, Product.active.is_(True)),
        imported_at=session.scalar(sa.select(sa.func.max(CatalogueVersion.imported_at))),
        articles=count(Article),
        reviews=count(Review),
        events=count(ShopEvent),
        last_event_at=session.scalar(sa.select(sa.func.max(ShopEvent.received_at))),
        last_chat_at=session.scalar(
            sa.select(sa.func.max(Conversation.opened_at)).where(Conversation.channel == "web")
        ),
    )
