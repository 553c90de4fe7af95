"""The versions of one product: the colours and sizes it is sold in, and the one a question names."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lifecycle import search
from lifecycle.advice import shelf
from lifecycle.advice.shelf import Item
from lifecycle.language.words import stems

LEADING = 6  # products of a title's search among which its colours are looked for


def colours_of(session: Session, item: Item) -> tuple[str, ...]:
    """The colours the same product is sold in, its own first."""
    same = shelf.versions(session, item)
    if len(same) == 1:
        line = item.title.partition(",")[0]
        hits = search.search(session, item.title, limit=LEADING * 2)
        found = shelf.items(session, [hit.product_id for hit in hits]).values()
        same += [other for other in found if other.title.partition(",")[0] == line]
    return tuple(dict.fromkeys(other.colour for other in same if other.available and other.colour))


def sizes_of(session: Session, item: Item) -> tuple[str, ...]:
    """The sizes the same product is sold in, its own first."""
    same = shelf.versions(session, item)
    return tuple(dict.fromkeys(other.size for other in same if other.available and other.size))


def version_named(session: Session, item: Item, text: str) -> Item | None:
    """The version of a product that a question asks for ("is it available in hardcover?"); None when it names none."""
    same = shelf.versions(session, item)
    asked = set(stems(text))
    own = [set(stems(f"{other.title} {other.colour} {other.size}")) for other in same]
    shared = set.intersection(*own)
    named = [other for other, words in zip(same, own, strict=True) if words - shared and words - shared <= asked]
    return named[0] if len(named) == 1 else None
