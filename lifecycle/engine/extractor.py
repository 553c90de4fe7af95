"""What the catalogue calls things: a spaCy phrase matcher fed from the shared database, refreshed without training."""

from __future__ import annotations

import logging
import time
from typing import Any

import spacy
import sqlalchemy as sa
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from lifecycle import db
from lifecycle.errors import LifecycleError
from lifecycle.model import CatalogueVersion, Product

log = logging.getLogger("lifecycle.engine")

_LABELS = ("product", "brand", "category")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CatalogueExtractor(GraphComponent, EntityExtractorMixin):
    """Marks products, brands and categories the store sells.

    The matcher is built from the database when a model is loaded, and again when the catalogue's version changes
    (looked at every `refresh_seconds` at most).  While the database does not answer, the last good matcher stays.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"refresh_seconds": 10, "product_limit": 20_000}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CatalogueExtractor:
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = {**self.get_default_config(), **config}
        self._nlp = spacy.blank("en")
        self._matcher: PhraseMatcher | None = None
        self._version: int | None = None
        self._looked_at = float("-inf")

    def process(self, messages: list[Message]) -> list[Message]:
        matcher = self._current()
        for message in messages:
            text = message.get(TEXT)
            if matcher is None or not text:
                continue
            spans = filter_spans(matcher(self._nlp.make_doc(text), as_spans=True))
            if spans:
                message.set(ENTITIES, [*message.get(ENTITIES, []), *map(_entity, spans)], add_to_output=True)
        return messages

    def _current(self) -> PhraseMatcher | None:
        if time.monotonic() - self._looked_at < self._config["refresh_seconds"]:
            return self._matcher
        self._looked_at = time.monotonic()
        try:
            with db.reading() as session:
                version = session.execute(sa.select(sa.func.max(CatalogueVersion.id))).scalar()
                if version != self._version:
                    self._matcher = self._built(session)
                    self._version = version
        except (LifecycleError, sa.exc.SQLAlchemyError) as error:
            log.warning("catalogue not read, keeping the last one: %s", type(error).__name__)
        return self._matcher

    def _built(self, session: Any) -> PhraseMatcher:
        rows = session.execute(
            sa.select(Product.title, Product.brand, Product.category)
            .where(Product.active.is_(True))
            .limit(self._config["product_limit"])
        ).all()
        matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        for position, label in enumerate(_LABELS):
            phrases = {row[position].strip() for row in rows if row[position] and 2 < len(row[position]) < 100}
            matcher.add(label, [self._nlp.make_doc(phrase) for phrase in sorted(phrases)])
        return matcher


def _entity(span: Any) -> dict[str, Any]:
    return {
        "entity": span.label_,
        "value": span.text,
        "start": span.start_char,
        "end": span.end_char,
        "extractor": "CatalogueExtractor",
    }
