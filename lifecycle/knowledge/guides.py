"""Guides for what was bought: the product's own, else its category's, and only one with steps to follow."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.model import Article, Product, ShopOrder
from lifecycle.text import one_line


@dataclass(frozen=True)
class Guide:
    """A section of a guide: `body` is its Markdown, `steps` the items of its first list as plain sentences."""

    title: str
    body: str
    steps: tuple[str, ...]


def for_order(session: Session, order: ShopOrder) -> Guide | None:
    """The guide for something bought and kept."""
    kept = [line.product_id for line in order.lines if line.refunded_quantity < line.quantity]
    return for_products(session, [kept])[0]


def for_products(session: Session, groups: Sequence[Sequence[str]]) -> list[Guide | None]:
    """For each group of product ids the guide of the first of them that has one."""
    wanted = {product_id for group in groups for product_id in group}
    if not wanted:
        return [None] * len(groups)
    paths = dict(
        session.execute(
            sa.select(Product.product_id, Product.category_path).where(Product.product_id.in_(wanted))
        ).all()
    )
    sections = session.execute(
        sa.select(Article.title, Article.heading, Article.body, Article.product_ids, Article.categories)
        .where(Article.kind == "guide")
        .order_by(Article.slug, Article.position)
    ).all()
    own: dict[str, Any] = {}
    of_category: dict[str, Any] = {}
    for section in sections:
        if steps_of(section.body):
            for product_id in section.product_ids or ():
                own.setdefault(product_id, section)
            for name in section.categories or ():
                of_category.setdefault(str(name).lower(), section)

    def first(group: Sequence[str]) -> Guide | None:
        for product_id in group:
            path = [str(name).lower() for name in reversed(paths.get(product_id) or ())]  # the narrowest first
            theirs = (of_category[name] for name in path if name in of_category)
            section = own.get(product_id) or next(theirs, None)
            if section is not None:
                return Guide(section.heading or section.title, section.body, steps_of(section.body))
        return None

    return [first(group) for group in groups]


@functools.lru_cache(maxsize=2_000)
def steps_of(markdown: str) -> tuple[str, ...]:
    """The items of the first list in a Markdown text."""
    found: list[str] = []
    inside = False
    for token in _markdown().parse(markdown):
        if token.type in ("ordered_list_open", "bullet_list_open") and not found:
            inside = True
        elif token.type in ("ordered_list_close", "bullet_list_close") and token.level == 0:
            break
        elif inside and token.type == "inline" and token.children:
            words = (" " if child.type.endswith("break") else child.content for child in token.children)
            found.append(one_line("".join(words), 300))
    return tuple(found)


@functools.lru_cache(maxsize=1)
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})
