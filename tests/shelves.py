"""A few products for the tests of needs, recommending and criticising."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lifecycle.model import CatalogueVersion, Product, ProductFact

GRINDERS: list[dict[str, Any]] = [
    {"id": "quiet", "title": "Aster Hush Burr Grinder, Cream", "brand": "Aster", "color": "Cream", "price": 14500,
     "noise_db": "52 dB", "weight_kg": "3.4 kg", "suits": "espresso, moka pot"},
    {"id": "quiet-black", "title": "Aster Hush Burr Grinder, Black", "brand": "Aster", "color": "Black", "price": 14500,
     "noise_db": "52 dB", "weight_kg": "3.4 kg", "suits": "espresso, moka pot"},
    {"id": "loud", "title": "Boreal Roar Grinder, Red", "brand": "Boreal", "color": "Red", "price": 6900,
     "noise_db": "78 dB", "weight_kg": "1.8 kg", "suits": "espresso, French press"},
    {"id": "hand", "title": "Cedar Hand Grinder, Silver", "brand": "Cedar", "color": "Silver", "price": 5500,
     "noise_db": "46 dB", "weight_kg": "0.5 kg", "suits": "French press, cold brew"},
    {"id": "middle", "title": "Boreal Day Grinder, White", "brand": "Boreal", "color": "White", "price": 9900,
     "noise_db": "64 dB", "weight_kg": "1.2 kg", "suits": "espresso, pour-over"},
    {"id": "dear", "title": "Dune Silent Grinder, Grey", "brand": "Dune", "color": "Grey", "price": 16900,
     "noise_db": "44 dB", "weight_kg": "2.9 kg", "suits": "espresso, moka pot, French press"},
    {"id": "gone", "title": "Dune Old Grinder, Grey", "brand": "Dune", "color": "Grey", "price": 4900,
     "noise_db": "60 dB", "weight_kg": "0.4 kg", "suits": "espresso", "availability": "out_of_stock"},
    {"id": "unpriced", "title": "Ember Grinder, Blue", "brand": "Ember", "color": "Blue", "price": None,
     "noise_db": "66 dB", "weight_kg": "1.0 kg", "suits": "espresso"},
]  # fmt: skip
OTHERS: list[dict[str, Any]] = [
    {"id": "pellets", "title": "Grinder Cleaning Pellets", "brand": "Boreal", "price": 1900, "category": "Accessories"},
    {"id": "kettle", "title": "Aster Pour Kettle, White", "brand": "Aster", "color": "White", "price": 5900,
     "category": "Kettles", "capacity_l": "1.5 L"},
    {"id": "kettle2", "title": "Cedar Whistle Kettle, Blue", "brand": "Cedar", "color": "Blue", "price": 3900,
     "category": "Kettles", "capacity_l": "0.8 L"},
]  # fmt: skip
_COLUMNS = ("title", "brand", "color", "category", "availability", "bullets", "description", "currency", "rating")


def stock(session: Session, now: datetime, rows: list[dict[str, Any]] | None = None) -> None:
    """Put products on the shelf; what is no column of a product becomes a fact."""
    version = CatalogueVersion(imported_at=now, source="test", added=len(rows or ()))
    session.add(version)
    session.flush()
    for row in [*GRINDERS, *OTHERS] if rows is None else rows:
        row = {"category": "Coffee grinders", **row}
        product = Product(
            product_id=row["id"],
            price_cents=row.get("price"),
            digest=row["id"],
            url=f"/products/{row['id']}",
            catalogue_version=version.id,
            **{name: row[name] for name in _COLUMNS if name in row},
        )
        session.add(product)
        session.flush()
        facts = [(name, value) for name, value in row.items() if name not in (*_COLUMNS, "id", "price")]
        for position, (name, value) in enumerate(facts):
            session.add(ProductFact(product_pk=product.id, position=position, name=name, value=value))
    session.flush()
