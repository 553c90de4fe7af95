"""Invented stores of other trades, each in the format its shop would export; `write` puts one on disk."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from stores import bikes, books, cosmetics, plants

ALL = {"bikes": bikes, "cosmetics": cosmetics, "books": books, "plants": plants}
CURRENCY = {"bikes": "EUR", "cosmetics": "GBP", "books": "USD", "plants": "GBP"}


def write(store: ModuleType, folder: Path) -> tuple[Path, Path]:
    """(catalogue feed, folder of articles) of a store, written below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    feed = folder / "feed"
    feed.write_text(store.feed(), encoding="utf-8", newline="")
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    for name, text in store.ARTICLES.items():
        (articles / f"{name}.md").write_text(text, encoding="utf-8")
    return feed, articles
