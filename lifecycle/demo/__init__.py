"""The demo store: an invented shop with real-looking products, reviews, articles and guides.

Everything here is made up: the shop, the brands, the people who wrote the reviews.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Store:
    """Who the demo shop is; `timezone` is an IANA name, `currency` ISO 4217, `country` ISO 3166-1 alpha-2."""

    name: str
    tagline: str
    currency: str
    country: str
    timezone: str
    email: str
    phone: str
    address: str


STORE = Store(
    name="Juneberry & Otter",
    tagline="Coffee, kitchen and home, chosen to last",
    currency="USD",
    country="US",
    timezone="America/Chicago",
    email="help@juneberry.example.com",
    phone="+1 218-555-0142",
    address="214 Pier Street, Duluth, MN 55802, USA",
)


def catalogue_path() -> Path:
    """JSON Lines, one product a line; prices are in dollars, not cents."""
    return _HERE / "catalogue.jsonl"


def reviews_path() -> Path:
    """JSON Lines, one review a line; `created_at` is UTC in ISO 8601."""
    return _HERE / "reviews.jsonl"


def articles_dir() -> Path:
    """Markdown files about the shop itself: delivery, returns, payment and so on."""
    return _HERE / "articles"


def guides_dir() -> Path:
    """Markdown how-to files about choosing, using and mending what the shop sells."""
    return _HERE / "guides"
