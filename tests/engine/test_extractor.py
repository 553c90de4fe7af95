"""The catalogue in the database is what the assistant recognises, without training."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rasa.shared.nlu.training_data.message import Message

from lifecycle import db
from lifecycle.engine.extractor import CatalogueExtractor
from lifecycle.model import CatalogueVersion, Product


def add(now, title: str, brand: str = "Tess & Sons", category: str = "Kettles") -> None:
    with db.transaction() as session:
        version = CatalogueVersion(imported_at=now, source="test")
        session.add(version)
        session.flush()
        product = Product(
            product_id=title, title=title, brand=brand, category=category, digest="", catalogue_version=version.id
        )
        session.add(product)


def entities(extractor: CatalogueExtractor, text: str) -> list[tuple[str, str]]:
    message = extractor.process([Message({"text": text})])[0]
    return [(entity["entity"], entity["value"]) for entity in message.get("entities", [])]


def test_products_brands_and_categories_are_marked(database, now):
    add(now, "Hush 40 Burr Grinder")
    extractor = CatalogueExtractor({})
    assert entities(extractor, "is the hush 40 burr grinder by tess & sons any good?") == [
        ("product", "hush 40 burr grinder"),
        ("brand", "tess & sons"),
    ]
    assert entities(extractor, "which KETTLES do you have") == [("category", "KETTLES")]


def test_a_new_product_is_recognised_without_training(database, now):
    add(now, "Hush 40 Burr Grinder")
    extractor = CatalogueExtractor({"refresh_seconds": 0})
    assert entities(extractor, "tell me about the Ember Pan") == []
    add(now, "Ember Pan")
    assert entities(extractor, "tell me about the Ember Pan") == [("product", "Ember Pan")]


def test_while_the_database_is_away_the_last_catalogue_stays(database, now, monkeypatch: pytest.MonkeyPatch):
    add(now, "Ember Pan")
    extractor = CatalogueExtractor({"refresh_seconds": 0})
    assert entities(extractor, "the Ember Pan please")
    monkeypatch.setattr(db, "_engine", sa.create_engine("sqlite:////nowhere/at/all.db", future=True))
    assert entities(extractor, "the Ember Pan please")
