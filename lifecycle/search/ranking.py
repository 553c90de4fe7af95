"""Find products: fielded, stemmed, typo-tolerant, negation-aware; price, stock, brand and category as filters.

The engine (tantivy) brings the products with the highest BM25; they are then compared by BM25F over all fields, raised
by how much of the request the product holds and in which order the title has it, and by agreement with the category the
best ones share (pseudo-relevance feedback: the catalogue itself tells what is meant).
"""

from __future__ import annotations

import itertools
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
from lifecycle.search.document import TITLE
from lifecycle.search.index import Index
from lifecycle.search.pages import Pages
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
        query = _read(index, text)
        if fresh:
            return rank(index, query, min(limit, index.size), filters)
        return _still(session, rank(index, query, min(limit + SPARE, index.size), filters), filters)[:limit]

    return search_index.ask(session, answer)


def search_affordable(
    session: Session, text: str, *, limit: int, price_min_cents: int | None, price_max_cents: int | None
) -> tuple[list[Hit], list[Hit]]:
    """What `search` finds, and when that is `limit` products, what it finds within a price limit; both for little more
    than the price of the first."""
    filters = Filters(price_min_cents=price_min_cents, price_max_cents=price_max_cents)

    def answer(index: Index, fresh: bool) -> tuple[list[Hit], list[Hit]] | None:
        query = _read(index, text) if fresh and limit <= index.size else None
        return _rank_both(index, query, limit, filters) if query is not None and query.wanted else None

    found = search_index.ask(session, answer)
    if found is None:
        anywhere = search(session, text, limit=limit)
        found = anywhere, search(session, text, limit=limit, filters=filters) if len(anywhere) >= limit else []
    return found


def refresh(session: Session) -> int:
    """Bring the index up to date now instead of at the next search; returns the number of products."""
    return search_index.refresh(session)


def states_prices(session: Session) -> bool:
    """Does any product on sale state a price?"""
    return search_index.ask(session, lambda index, fresh: index.states_prices)


def _read(index: Index, text: str) -> Query:
    query: Query | None = index.asked.get(text)
    if query is None:
        if len(index.asked) >= ASKED:
            index.asked.clear()
        query = index.asked[text] = search_query.read(index, text)
    return query


def rank(index: Index, query: Query, limit: int, filters: Filters | None = None) -> list[Hit]:
    """The best `limit` products for a query read before."""
    if not query.wanted:
        return _best_rated(index, limit, filters) if filters is not None else []
    many = _enough(index, limit)
    if filters is not None and _only_of_price(filters):
        longer = index.best(_engine_query(index, query, None), many * LONGER)
        inside = _affordable(index, longer, filters, many)
        if inside is not None:
            return _Scored(index, query, [longer[place] for place in inside]).best(limit)
    return _Scored(index, query, index.best(_engine_query(index, query, filters), many)).best(limit)


def _rank_both(index: Index, query: Query, limit: int, filters: Filters) -> tuple[list[Hit], list[Hit]]:
    """What `rank` says without and with a price limit; their pages are read and compared with the query together."""
    many = _enough(index, limit)
    longer = index.best(_engine_query(index, query, None), many * LONGER)
    if len(longer) < limit:
        return _Scored(index, query, longer).best(limit), []
    inside = _affordable(index, longer, filters, many)
    if inside is None:
        limited = index.best(_engine_query(index, query, filters), many)
        return _Scored(index, query, longer[:many]).best(limit), _Scored(index, query, limited).best(limit)
    beyond = [place for place in inside if place >= many]
    scored = _Scored(index, query, longer[:many] + [longer[place] for place in beyond])
    anywhere = min(many, len(longer))
    rows = np.array([*inside[: len(inside) - len(beyond)], *range(anywhere, anywhere + len(beyond))], np.int64)
    return scored.best(limit, np.arange(anywhere)), scored.best(limit, rows)


def _enough(index: Index, limit: int) -> int:
    """How many products the engine brings to be ranked."""
    return max(round(CANDIDATES * max(1.0, index.size / 10_000) ** 0.3), limit)


class _Scored:
    """Products the engine brought, compared with a query each by itself; `best` compares them with each other."""

    def __init__(self, index: Index, query: Query, found: Sequence[tuple[float, Any]]) -> None:
        pages = index.pages(found)
        self._names, self._leaves = pages.names, pages.leaves
        self._scores = _scores(index, query, pages) * _negated(query, pages)
        self._order = _order(query, pages)

    def best(self, limit: int, rows: np.ndarray | None = None) -> list[Hit]:
        """The best of those of these numbers, or of all."""
        if rows is None:
            rows = np.arange(len(self._names))
        scores = self._scores[rows]
        by_score = np.argsort(-scores, kind="stable")
        first = np.zeros(len(rows), bool)
        first[by_score[:ORDERED]] = True
        scores *= np.where(first, self._order[rows], 1.0)
        scores *= _agreement(self._leaves[rows], scores)
        best = np.argsort(-scores, kind="stable")[:limit]
        shown = zip(rows[best].tolist(), scores[best].tolist(), strict=True)
        return [Hit(self._names[place], round(score, 4)) for place, score in shown]


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
    for before, group in itertools.pairwise(query.wanted):
        follows = np.zeros(len(pages), bool)
        for left, right in itertools.product(before, group):
            place = pages.places(left)
            follows |= (pages.places(right) == place + 1) & (place > 0)
        raised += ADJACENT / (len(query.wanted) - 1) * follows
    return raised


def _agreement(leaves: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Raise the products of the categories that the best ones share."""
    best = np.argsort(-scores, kind="stable")[:FEEDBACK]
    numbers, inverse = np.unique(leaves, return_inverse=True)
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
    return [Hit(name, rating / 1000) for name, (rating, _) in zip(names, found, strict=True)]


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


def _only_of_price(filters: Filters) -> bool:
    low, high = filters.price_min_cents, filters.price_max_cents
    return (low is not None or high is not None) and filters == Filters(price_min_cents=low, price_max_cents=high)


def _affordable(index: Index, longer: Sequence[tuple[float, Any]], filters: Filters, limit: int) -> list[int] | None:
    """The places of the first `limit` within a price limit among what the engine brings without one, LONGER times as
    many, which takes a fraction of the time; None when that list is too short to tell."""
    low, high = filters.price_min_cents, filters.price_max_cents
    least, most = max(low or 0, 0), math.inf if high is None else high
    inside: list[int] = []
    for start in range(0, len(longer), limit):
        costs = index.prices(longer[start : start + limit])
        inside += [place for place, price in enumerate(costs, start) if least <= price <= most]
        if len(inside) >= limit:
            return inside[:limit]
    return inside if len(longer) < limit * LONGER else None


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
