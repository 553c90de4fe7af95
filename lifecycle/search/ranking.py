"""Find products: fielded, stemmed, typo-tolerant, negation-aware; price, stock, brand and category as filters.

The engine (tantivy) brings the products with the highest BM25; they are then compared by BM25F over all fields, raised
by how much of the request the product holds and in which order the title has it, and by agreement with the category the
best ones share (pseudo-relevance feedback: the catalogue itself tells what is meant).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session
from tantivy import FieldType, Occur
from tantivy import Query as EngineQuery

from lifecycle.language import words
from lifecycle.model import Product
from lifecycle.search import document as search_document
from lifecycle.search import index as search_index
from lifecycle.search import query as search_query
from lifecycle.search.document import TITLE, Pages
from lifecycle.search.index import Index
from lifecycle.search.query import Query

CANDIDATES = 200  # products the engine brings of a catalogue of 10,000; of a larger one more, up to 800 of a million
ASKED = 8  # requests an index remembers as it reads them: one is often searched for with and without a limit
LONGER = 4  # how much longer a list is from which those within a price limit are picked
SPARE = 100  # more of them when some may have changed since the index was made
BOOSTS = {"title": 1.5, "text": 1.0}  # of the engine's BM25 scores
DENIED = 1.0  # the same, for a page that says it lacks what is not wanted
ORDERED = 100  # of the candidates, those whose titles are looked at word by word
COVERAGE = 0.7  # how much of a score depends on the share of the request that is found
ADJACENT = 0.1  # what a title with the whole request in one piece gains
FEEDBACK = 20  # the products whose categories tell what is meant
AGREEMENT = 0.5  # what a product gains whose category all of them share
TITLE_HAS, TEXT_HAS = 0.4, 0.8  # what a product keeps that has the unwanted thing
TITLE_LACKS, TEXT_LACKS = 1.5, 1.2  # what one gains that says it lacks it


@dataclass(frozen=True)
class Filters:
    """What a result must satisfy.  With a price limit, a product without a price is left out: nobody knows it fits."""

    price_min_cents: int | None = None
    price_max_cents: int | None = None
    in_stock: bool = False
    category: str = ""  # any level of the category path
    brand: str = ""
    exclude: Sequence[str] = ()  # words a result's title, brand or facts may not state
    product_ids: Sequence[str] | None = None
    exclude_ids: Sequence[str] = ()


class Hit(NamedTuple):
    product_id: str
    score: float


def search(session: Session, text: str, *, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
    """The best products for a shopper's words, best first; empty when nothing of the request is known.

    With filters and no words the catalogue's best-rated fitting products come first.  While the index is being brought
    up to date, what it finds is looked up in the database: nothing is returned that is no longer sold or no longer
    passes the filters on price and stock.
    """
    if limit < 1:
        return []

    def answer(index: Index, fresh: bool) -> list[Hit]:
        if not index.size:
            return []
        query = index.asked.get(text)
        if query is None:
            if len(index.asked) >= ASKED:
                index.asked.clear()
            query = index.asked[text] = search_query.read(index, text)
        if fresh:
            return rank(index, query, min(limit, index.size), filters)
        return _still(session, rank(index, query, min(limit + SPARE, index.size), filters), filters)[:limit]

    return search_index.ask(session, answer)


def refresh(session: Session) -> int:
    """Bring the index up to date now instead of at the next search; returns the number of products."""
    return search_index.refresh(session)


def states_prices(session: Session) -> bool:
    """Does any product on sale state a price?"""
    return search_index.ask(session, lambda index, fresh: index.states_prices)


def rank(index: Index, query: Query, limit: int, filters: Filters | None = None) -> list[Hit]:
    """The best `limit` products for a query read before."""
    if not query.wanted:
        return _best_rated(index, limit, filters) if filters is not None else []
    enough = round(CANDIDATES * max(1.0, index.size / 10_000) ** 0.3)
    found = _affordable(index, query, filters, max(enough, limit)) if filters is not None else None
    if found is None:
        found = index.best(_engine_query(index, query, filters), max(enough, limit))
    pages = index.pages(found)
    scores = _scores(index, query, pages)
    scores *= _negated(query, pages)
    by_score = np.argsort(-scores, kind="stable")
    first = np.zeros(len(pages), bool)
    first[by_score[:ORDERED]] = True
    scores *= np.where(first, _order(query, pages), 1.0)
    scores *= _agreement(pages, scores)
    best = np.argsort(-scores, kind="stable")[:limit]
    shown = zip(best.tolist(), scores[best].tolist(), strict=True)
    return [Hit(pages.names[place].decode(), round(score, 4)) for place, score in shown]


def _scores(index: Index, query: Query, pages: Pages) -> np.ndarray:
    """BM25F, lowered by the share of the request that is not found."""
    scores = np.zeros(len(pages), np.float32)
    covered = np.zeros(len(pages), np.float32)
    total = 0.0
    for group in query.wanted:
        best = np.zeros(len(pages), np.float32)
        rarity = 0.0
        for stem in group:
            idf = _idf(index.size, index.holding(stem))
            rarity = rarity or idf
            rows, records = pages.having(stem)
            best[rows] = np.maximum(best[rows], records["impact"] * np.float32(idf / 65_535))
        scores += best
        covered += (best > 0) * np.float32(rarity)
        total += rarity
    return scores * ((1 - COVERAGE) + COVERAGE * (covered / (total or 1.0)) ** 2)


def _idf(size: int, holding: int) -> float:
    return float(np.log(1 + (size - holding + 0.5) / (holding + 0.5)))


def _negated(query: Query, pages: Pages) -> np.ndarray:
    """A product that says it lacks the thing is what was asked for; one that states it in its title is not."""
    factor = np.ones(len(pages), np.float32)
    for stem in query.unwanted:
        rows, records = pages.having(stem)
        factor[rows] *= np.where(records["fields"] & TITLE, TITLE_HAS, TEXT_HAS).astype(np.float32)
        rows, records = pages.having(search_document.denial(stem))
        factor[rows] = np.where(records["fields"] & TITLE, TITLE_LACKS, TEXT_LACKS).astype(np.float32)
    return factor


def _order(query: Query, pages: Pages) -> np.ndarray:
    """How much of the request stands in the title side by side and in its order."""
    raised = np.ones(len(pages), np.float32)
    if len(query.wanted) < 2:
        return raised
    before = np.zeros((len(pages), 0), np.int32)
    for group in query.wanted:
        here = np.zeros((len(pages), len(group)), np.int32)
        for column, stem in enumerate(group):
            rows, records = pages.having(stem)
            here[rows, column] = records["place"]
        follows = (here[:, :, None] == before[:, None, :] + 1) & (before[:, None, :] > 0)
        raised += ADJACENT / (len(query.wanted) - 1) * follows.any(axis=(1, 2))
        before = here
    return raised


def _agreement(pages: Pages, scores: np.ndarray) -> np.ndarray:
    """Raise the products of the categories that the best ones share."""
    best = np.argsort(-scores, kind="stable")[:FEEDBACK]
    numbers, inverse = np.unique(pages.leaves, return_inverse=True)
    shares = np.bincount(inverse[best], weights=scores[best] ** 2, minlength=len(numbers))
    shares = shares / (shares.sum() or 1.0)
    shares[numbers == 0] = 0.0
    return (1 + AGREEMENT * shares[inverse]).astype(np.float32)


def _best_rated(index: Index, limit: int, filters: Filters) -> list[Hit]:
    clauses = [
        (Occur.Must, EngineQuery.all_query()),
        (Occur.MustNot, EngineQuery.term_query(index.schema, "id", search_document.STATE_ID, "basic")),
        *_clauses(index, filters),
    ]
    found = index.best(EngineQuery.boolean_query(clauses), limit, by="rating")
    names = index.pages(found).names
    return [Hit(name.decode(), rating / 1000) for name, (rating, _) in zip(names, found, strict=True)]


# --- what the engine is asked -----------------------------------------------------------------------------------------

Clause = tuple[Occur, EngineQuery]


def _engine_query(index: Index, query: Query, filters: Filters | None) -> EngineQuery:
    """The products with any of the terms; a flat list of terms is what the engine can cut short (block-max WAND)."""
    wanted = dict.fromkeys(stem for group in query.wanted for stem in group)
    denials = {stem[1:] for stem in wanted if stem.startswith("!")} | set(query.unwanted)
    weighted = [(field, stem, boost) for stem in wanted if stem[0] != "!" for field, boost in BOOSTS.items()]
    weighted += [("denied", stem, DENIED) for stem in sorted(denials)]
    terms = [
        (Occur.Should, EngineQuery.boost_query(EngineQuery.term_query(index.schema, field, stem, "freq"), boost))
        for field, stem, boost in weighted
    ]
    made = EngineQuery.boolean_query(terms)
    clauses = _clauses(index, filters) if filters is not None else []
    return EngineQuery.boolean_query([(Occur.Must, made), *clauses]) if clauses else made


def _affordable(index: Index, query: Query, filters: Filters, limit: int) -> list[tuple[float, Any]] | None:
    """What the engine would find within a price limit, picked from a longer list without one, which it brings many
    times faster; None when that list is too short to tell, or more than the price is limited."""
    low, high = filters.price_min_cents, filters.price_max_cents
    if (low is None and high is None) or filters != Filters(price_min_cents=low, price_max_cents=high):
        return None
    least, most = max(low or 0, 0), math.inf if high is None else high
    found = index.best(_engine_query(index, query, None), limit * LONGER)
    prices = index.prices(found)
    inside = [hit for hit, price in zip(found, prices, strict=True) if least <= price <= most]
    return inside[:limit] if len(inside) >= limit or len(found) < limit * LONGER else None


def _clauses(index: Index, filters: Filters) -> list[Clause]:
    schema = index.schema
    made: list[Clause] = []
    low, high = filters.price_min_cents, filters.price_max_cents
    if low is not None or high is not None:
        low = max(low or 0, 0)
        made.append((Occur.Must, EngineQuery.range_query(schema, "price", FieldType.Integer, low, high)))
    if filters.in_stock:
        made.append((Occur.MustNot, EngineQuery.term_query(schema, "stock", "out_of_stock", "basic")))
    for kind in ("category", "brand"):
        name = words.fold(getattr(filters, kind).strip())
        if name:
            made.append((Occur.Must, EngineQuery.term_query(schema, kind, name, "basic")))
    if filters.product_ids is not None:
        made.append((Occur.Must, EngineQuery.term_set_query(schema, "id", list(filters.product_ids))))
    if filters.exclude_ids:
        made.append((Occur.MustNot, EngineQuery.term_set_query(schema, "id", list(filters.exclude_ids))))
    for phrase in filters.exclude:
        stated = [
            (Occur.Must, EngineQuery.term_query(schema, "stated", stem, "basic")) for stem in words.content(phrase)
        ]
        if stated:
            made.append((Occur.MustNot, EngineQuery.boolean_query(stated)))
    return made


def _still(session: Session, hits: list[Hit], filters: Filters | None) -> list[Hit]:
    """The hits that the database as it is now still lets through."""
    of = Product
    query = sa.select(of.product_id).where(of.product_id.in_([hit.product_id for hit in hits]), of.active)
    if filters is not None and filters.in_stock:
        query = query.where(of.availability != "out_of_stock")
    if filters is not None and filters.price_min_cents is not None:
        query = query.where(of.price_cents >= filters.price_min_cents)
    if filters is not None and filters.price_max_cents is not None:
        query = query.where(of.price_cents <= filters.price_max_cents)
    left = set(session.scalars(query))
    return [hit for hit in hits if hit.product_id in left]
