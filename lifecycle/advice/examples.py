"""A wish this very catalogue can fulfil, for hints like "for example …": made of what is on sale, and tried out."""

from __future__ import annotations

import re
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import needs
from lifecycle.advice import recommend, shelf
from lifecycle.model import Product
from lifecycle.needs.vocabulary import Vocabulary
from lifecycle.search import index as search_index
from lifecycle.settings import settings

LOOKED_AT = 400  # products of a category that decide on its price and colour
_SEVERAL = re.compile(r"[,&/]|\band\b", re.I)
_COLOURS = frozenset(("black", "white", "grey", "red", "blue", "green", "yellow", "pink", "brown", "silver"))
_STEPS = (1, 2, 3, 4, 5, 6, 8, 10)  # prices people name: 60, 150, 800

_kept: dict[str, str] = {}


def wish(session: Session) -> str:
    """ "kettles under $60, not white"; "" when the catalogue gives nothing that could be said so."""
    stamp = f"{settings().home} {search_index.key(session)}"
    if stamp not in _kept:
        made = _wish(session, needs.store_words(session))
        _kept.clear()
        _kept[stamp] = made
    return _kept[stamp]


def _wish(session: Session, vocabulary: Vocabulary) -> str:
    for category in sorted(vocabulary.biggest, key=lambda name: _SEVERAL.search(name) is not None):
        name = " ".join(word.lower() if word[1:].islower() else word for word in category.split())
        columns = sa.select(Product.price_cents, Product.currency, Product.color)
        rows = session.execute(columns.where(Product.active, Product.category == category).limit(LOOKED_AT)).all()
        priced = [(cents, code) for cents, code, _ in rows if cents]
        colours = Counter(color.lower() for *_, color in rows if color.lower() in _COLOURS)
        limit = ""
        if priced:
            cents = sorted(cents for cents, _ in priced)[len(priced) * 6 // 10]
            limit = f" under {_round(cents, priced[0][1])}"
        refused = f", not {colours.most_common(1)[0][0]}" if len(colours) > 1 else ""
        for said in (f"{name}{limit}{refused}", f"{name}{limit}", name):
            read = needs.read(said, vocabulary)
            understood = (read.kind or read.category) and bool(limit in said and limit) == (read.price_max is not None)
            if understood and _fits(session, read):
                return said
    return ""


def _fits(session: Session, wanted: needs.Needs) -> bool:
    advice = recommend.recommend(session, wanted)
    return bool(advice.results) and not advice.conflict


def _round(cents: int, currency: str) -> str:
    """The price above it that people would name."""
    unit = 10 ** (len(str(cents)) - 1)
    named = next(step * unit for step in _STEPS if step * unit >= cents)
    return (shelf.shown_price(named, currency) or "").removesuffix(".00")
