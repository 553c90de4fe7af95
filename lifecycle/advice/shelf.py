"""Products as the recommender holds them: read once per state of the catalogue, with what they say and deny at hand."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import money
from lifecycle.advice import statements
from lifecycle.advice.statements import Line, Said
from lifecycle.language import words
from lifecycle.language.manners import COLOUR_STEMS
from lifecycle.language.measures import MEASURES, number_of
from lifecycle.language.words import stem, tokens
from lifecycle.model import Product, ProductFact
from lifecycle.search import index as search_index

T = TypeVar("T")

KEPT = 20_000  # products held in memory by one process
MOST_VERSIONS = 100  # of one product, looked at together
LONG_NAME, MOST_NAMED, LEAST_NAME = 45, 70, 3  # characters of a long name, of the longest said; words of the shortest
_NAME_ENDS = (re.compile(r"\s*[|(;:\[【]|\s+[-–—]+\s+"), re.compile(r"\s+(?:for|with|w/|by|from)\s+", re.I))
REMEMBERED = 32  # answers one item keeps about terms it was asked for
SOURCES = ("fact", "title", "bullet", "description")
USES = re.compile(r"^(?:suits|suitable.for|good.for|best.for|use|usage|uses|recommended.for)$", re.I)
_TYPES = re.compile(r"^(?:product_)?(?:type|kind)$", re.I)
_LISTED = re.compile(r"[,;/]| and | or ")
_SEVERAL = re.compile(r"[,&/]| and ", re.I)  # "Blenders and toasters" does not make a blender a toaster
_LOADS = re.compile(r"capacity|limit|max|load|support|charger|packag|shipping", re.I)  # a weight, but not its own


@functools.lru_cache(maxsize=4_096)
def _stems(term: str) -> list[str]:
    return [stem(word) for word in tokens(term)]


@functools.lru_cache(maxsize=20_000)
def shown_price(cents: int | None, currency: str) -> str | None:
    """`$129.00`, from memory: a turn shows the same few hundred prices again and again."""
    return money.format_price(cents, currency)


def short_name(title: str) -> str:
    """What a product is called in a sentence: its title up to the first comma; a title that goes on before it comes is
    cut where a further part begins, after LEAST_NAME words or more.

    "Pandemic Board Game (Base Game) | Family Board Game | …" → "Pandemic Board Game".
    """
    name = title.partition(",")[0].strip() or title
    for end in _NAME_ENDS:
        if len(name) <= LONG_NAME:
            return name
        for found in end.finditer(name):
            if len(words.tokens(name[: found.start()])) >= LEAST_NAME:
                name = name[: found.start()].strip()
                break
    if len(name) <= MOST_NAMED:
        return name
    return name[: MOST_NAMED + 1].rsplit(" ", 1)[0].rstrip(" -–—|(:;&") + "…"


@functools.lru_cache(maxsize=4_096)
def _shelf_called(category: str, path: tuple[str, ...]) -> frozenset[str]:
    """The stems by which a shelf calls what stands on it; none of one that names several things."""
    return frozenset(words.stems(" ".join(name for name in (category, *path) if not _SEVERAL.search(name))))


@dataclass
class Item:
    """A product, ready to be judged."""

    product_id: str
    title: str
    brand: str
    category: str
    path: tuple[str, ...]
    colour: str
    size: str
    price_cents: int | None
    currency: str
    availability: str
    rating: float | None
    rating_count: int | None
    image_url: str
    url: str
    bullets: tuple[str, ...]
    description: str
    facts: tuple[tuple[str, str], ...]
    group_id: str = ""  # shared by the versions of one product
    _measured: dict[str, tuple[float, str] | None] = field(default_factory=dict, repr=False)
    _said: dict[tuple[str, tuple[str, ...], bool, bool], Said | None] = field(default_factory=dict, repr=False)
    _judged: dict[str, Any] = field(default_factory=dict, repr=False)

    @functools.cached_property
    def head(self) -> frozenset[str]:
        """What it can be called: stems of title, categories and type."""
        kinds = [value for name, value in self.facts if name.lower() in ("type", "product_type", "kind")]
        return _shelf_called(self.category, self.path).union(words.stems(" ".join((self.title, *kinds))))

    @functools.cached_property
    def colours(self) -> frozenset[str]:
        """The stems of its colour, and those of its title where that is no colour's name."""
        stated = words.stemset(self.colour)
        return stated if stated & COLOUR_STEMS else stated.union(words.stems(self.title))

    @functools.cached_property
    def lines(self) -> list[Line]:
        """Every statement of the page, title first."""
        said = [("title", "", self.title), ("fact", "size", self.size)]
        said += [("fact", name, value) for name, value in self.facts]
        said += [("bullet", "", bullet) for bullet in self.bullets]
        said.append(("description", "", self.description))
        return [statements.line_of(source, name, text) for source, name, text in said if text]

    @functools.cached_property
    def uses(self) -> tuple[tuple[str, ...], ...]:
        """What its page lists it is meant for, each as stems."""
        listed = [value for name, value in self.facts if USES.match(name)]
        return tuple(tuple(_stems(part)) for value in listed for part in _LISTED.split(value))

    @functools.cached_property
    def types(self) -> tuple[str, ...]:
        """The facts that say what it is."""
        return tuple(value for name, value in self.facts if _TYPES.match(name))

    @functools.cached_property
    def type_nouns(self) -> frozenset[str]:
        """The stems those facts end with: what they call it."""
        return frozenset(found[-1] for found in map(words.stems, self.types) if found)

    @property
    def available(self) -> bool:
        return self.availability != "out_of_stock"

    @property
    def price(self) -> str | None:
        return shown_price(self.price_cents, self.currency)

    @property
    def line(self) -> str:
        """The name without the version: all colours of a product share it."""
        return self.title.partition(",")[0]

    @property
    def name(self) -> str:
        """The line as said in a sentence."""
        return short_name(self.title)

    def fact(self, name: str) -> str:
        return next((value for known, value in self.facts if known == name), "")

    def measure(self, key: str) -> tuple[float, str] | None:
        """(number in the measure's unit, the fact as written) of a key of measures.MEASURES; None when not stated."""
        if key not in self._measured:
            wanted = MEASURES[key]
            self._measured[key] = None
            for name, value in self.facts:
                if not wanted.names.search(name) or (wanted.unit == "kg" and _LOADS.search(name)):
                    continue
                number = number_of(value, wanted.unit)
                if number is not None:
                    self._measured[key] = (number, value)
                    break
        return self._measured[key]

    def judged(self, term: str, judge: Callable[[Item, str], T]) -> T:
        """What `judge` says of this item and a term, from memory when it was asked before."""
        found = self._judged.get(term)
        if found is None:
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            found = self._judged[term] = judge(self, term)
        return cast(T, found)

    def says(
        self, term: str, sources: Sequence[str] = SOURCES, *, use: bool = False, refused: bool = False
    ) -> Said | None:
        """What the page claims about a term: its first claim, or a denial when nothing claims it; None when it only
        mentions the word.  `use`: the product is wanted *for* it; `refused`: it is not wanted at all."""
        key = (term, tuple(sources), use, refused)
        if key not in self._said:
            if len(self._said) >= REMEMBERED:
                self._said.clear()
            self._said[key] = self._heard(_stems(term), sources, use, refused)
        return self._said[key]

    def _heard(self, wanted: list[str], sources: Sequence[str], use: bool, refused: bool) -> Said | None:
        denial: Said | None = None
        for line in self._holding(wanted, sources):
            if refused and denial is not None and not denial.missing and line.source != denial.source:
                return denial  # "gelatin free" in the title is not undone by what the text says of other sweets
            said = statements.about(line, wanted, use=use, refused=refused)
            if said is not None and said.stated:
                return said
            denial = denial or said
        return denial or self._by_fact(wanted, use, refused)

    def _by_fact(self, wanted: list[str], use: bool, refused: bool) -> Said | None:
        """ "Dry skin" where the skin type is "dry, sensitive": part stands in a fact's name, the rest in its value."""
        if len(wanted) < 2:
            return None
        for line in self.lines:
            name = set(_stems(line.name.replace("_", " "))) if line.source == "fact" else set()
            rest = [word for word in wanted if word not in name]
            if name and 0 < len(rest) < len(wanted):
                said = statements.about(line, rest, use=use, refused=refused)
                if said is not None:
                    return said
        return None

    def mentions(self, term: str) -> bool:
        """Does the term stand anywhere on the page?"""
        wanted = _stems(term)
        return any(statements.mentions(line, wanted) for line in self._holding(wanted, SOURCES))

    def _holding(self, wanted: list[str], sources: Sequence[str]) -> Iterator[Line]:
        """The lines that can hold all the stems, source by source; a cheap look before the exact one."""
        if not wanted:
            return
        holding = self.lines
        for start in statements.beginnings(tuple(wanted)):
            holding = [line for line in holding if start in line.folded]
        for source in sources if holding else ():
            for line in holding:
                if line.source == source:
                    yield line


_kept: dict[str, Item] = {}
_state = ""
_lock = threading.Lock()


def items(session: Session, product_ids: Iterable[str]) -> dict[str, Item]:
    """The items of these ids, from memory while the catalogue stays as it is; unknown ids are left out."""
    global _state
    wanted = list(dict.fromkeys(product_ids))
    state = search_index.home_key(session)
    with _lock:
        if state != _state:
            _kept.clear()
            _state = state
        found = {product_id: item for product_id in wanted if (item := _kept.get(product_id)) is not None}
    if len(found) == len(wanted):
        return found
    made = _read(session, [product_id for product_id in wanted if product_id not in found])
    with _lock:
        if state == _state:
            search_index.make_room(_kept, KEPT, len(made))
            _kept.update(made)
    found.update(made)
    return {product_id: found[product_id] for product_id in wanted if product_id in found}


def versions(session: Session, item: Item) -> list[Item]:
    """What the store sells this very product as, in other colours, sizes, formats; the item itself is the first."""
    if not item.group_id:
        return [item]
    query = sa.select(Product.product_id).where(Product.group_id == item.group_id, Product.active).order_by(Product.id)
    found = items(session, session.scalars(query.limit(MOST_VERSIONS)))
    return [item, *(other for other in found.values() if other.product_id != item.product_id)]


_of, _stated = Product.__table__.c, ProductFact.__table__.c
_PRODUCTS = sa.select(
    _of.id, _of.product_id, _of.group_id, _of.title, _of.brand, _of.category, _of.category_path, _of.color, _of.size,
    _of.material, _of.bullets, _of.description, _of.price_cents, _of.currency, _of.availability, _of.active, _of.rating,
    _of.rating_count, _of.image_url, _of.url,
).where(_of.product_id.in_(sa.bindparam("product_ids", expanding=True)))  # fmt: skip
_FACTS = (
    sa.select(_stated.product_pk, _stated.name, _stated.value)
    .where(_stated.product_pk.in_(sa.bindparam("products", expanding=True)))
    .order_by(_stated.position)
)


def _read(session: Session, product_ids: list[str]) -> dict[str, Item]:
    session.flush()
    connection = session.connection()
    rows = connection.execute(_PRODUCTS, {"product_ids": product_ids}).fetchall()
    facts: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
    for product_pk, name, value in connection.execute(_FACTS, {"products": list(facts)}):
        facts[product_pk].append((name, value))
    return {
        row.product_id: Item(
            product_id=row.product_id,
            group_id=row.group_id,
            title=row.title,
            brand=row.brand,
            category=row.category,
            path=tuple(row.category_path or ()),
            colour=row.color,
            size=row.size,
            price_cents=row.price_cents,
            currency=row.currency,
            availability=row.availability if row.active else "out_of_stock",
            rating=row.rating,
            rating_count=row.rating_count,
            image_url=row.image_url,
            url=row.url,
            bullets=tuple(row.bullets or ()),
            description=row.description,
            facts=(*facts[row.id], *([("material", row.material)] if row.material else [])),
        )
        for row in rows
    }
