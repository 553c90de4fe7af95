"""Products as the recommender holds them: read once per state of the catalogue, with what they say and deny at hand."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import money, negation, search_index
from lifecycle.measures import MEASURES, number_of
from lifecycle.model import Product, ProductFact
from lifecycle.settings import settings
from lifecycle.words import fold, stem, tokens

KEPT = 20_000  # products held in memory by one process
EXCERPT = 70  # characters of a page shown as the value of a need
_SENTENCE_END = (". ", "! ", "? ", "; ")
_SEVERAL = re.compile(r"[,&/]| and ", re.I)  # "Blenders and toasters" does not make a blender a toaster
_NOTHING = ("no", "none", "not", "without", "never")


@functools.lru_cache(maxsize=20_000)
def shown_price(cents: int | None, currency: str) -> str | None:
    """`$129.00`, from memory: a turn shows the same few hundred prices again and again."""
    return money.format_price(cents, currency)


@dataclass(frozen=True)
class Line:
    """One statement of a product page; `denied` are the positions of the words it says are not there."""

    source: str  # title, fact, bullet or description
    name: str
    text: str
    stems: tuple[str, ...]
    denied: frozenset[int]


@dataclass(frozen=True)
class Said:
    """What a page says about a term: it states it or denies it, in these words."""

    stated: bool
    value: str
    source: str


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
    head: frozenset[str] = frozenset()  # what it can be called: stems of title, categories and type
    colours: frozenset[str] = frozenset()
    _raw: list[tuple[str, str, str, str]] = field(default_factory=list)  # source, name, text, folded text
    _lines: dict[int, Line] = field(default_factory=dict)
    _measured: dict[str, tuple[float, str] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = [value for name, value in self.facts if name.lower() in ("type", "product_type", "kind")]
        single = [name for name in (self.category, *self.path) if not _SEVERAL.search(name)]
        self.head = frozenset(stem(word) for word in tokens(" ".join((self.title, *single, *kinds))))
        self.colours = frozenset(stem(word) for word in tokens(self.colour or self.title))
        lines = [("title", "", self.title), ("fact", "size", self.size)]
        lines += [("fact", name, f"{name.replace('_', ' ')}: {value}") for name, value in self.facts]
        lines += [("bullet", "", bullet) for bullet in self.bullets]
        lines.append(("description", "", self.description))
        self._raw = [(source, name, text, fold(text)) for source, name, text in lines if text]

    @property
    def available(self) -> bool:
        return self.availability != "out_of_stock"

    @property
    def price(self) -> str | None:
        return shown_price(self.price_cents, self.currency)

    def fact(self, name: str) -> str:
        return next((value for known, value in self.facts if known == name), "")

    def measure(self, key: str) -> tuple[float, str] | None:
        """(number in the measure's unit, the fact as written) of a key of measures.MEASURES; None when not stated."""
        if key not in self._measured:
            wanted = MEASURES[key]
            self._measured[key] = None
            for name, value in self.facts:
                number = number_of(value, wanted.unit) if wanted.names.search(name) else None
                if number is not None:
                    self._measured[key] = (number, value)
                    break
        return self._measured[key]

    def says(self, term: str, sources: Sequence[str] = ("fact", "title", "bullet", "description")) -> Said | None:
        """What the page says about a term: its first statement, or a denial when nothing states it."""
        wanted = [stem(word) for word in tokens(term)]
        if not wanted:
            return None
        starts = [word[:3] if len(word) < 5 else word[:-1] for word in wanted]
        denial: Said | None = None
        for source in sources:
            for index, (of, _, _, folded) in enumerate(self._raw):
                if of != source or not all(start in folded for start in starts):
                    continue
                said = _about(self._line(index), wanted)
                if said is not None and said.stated:
                    return said
                denial = denial or said
        return denial

    def _line(self, index: int) -> Line:
        if index not in self._lines:
            source, name, text, _ = self._raw[index]
            found = tokens(text)
            self._lines[index] = Line(
                source, name, text, tuple(map(stem, found)), frozenset(negation.denied(found))
            )  # fmt: skip
        return self._lines[index]


def _about(line: Line, wanted: list[str]) -> Said | None:
    """Whether a line states or denies the wanted words side by side (or all of them, when the line is a short one)."""
    length = len(wanted)
    places = [i for i in range(len(line.stems) - length + 1) if list(line.stems[i : i + length]) == wanted]
    if not places:
        if length == 1 or len(line.stems) > 20 or not set(wanted) <= set(line.stems):
            return None
        places = [min(line.stems.index(word) for word in wanted)]
    at = places[0]
    denied = any(line.denied & set(range(place, place + length)) or _unfit(line, place) for place in places)
    value = line.text
    if line.source == "fact":
        value = line.text.partition(": ")[2] or line.text
        named = at + length <= len(tokens(line.name.replace("_", " ")))
        if named and fold(value).split(" ")[0].strip(",.;") in _NOTHING:
            denied = True
    elif line.source == "description":
        value = _sentence(line.text, wanted)
    return Said(not denied, _short(value), line.source)


_UNFIT = frozenset(map(stem, ("poor", "poorly", "bad", "badly", "unsuitable", "wrong", "useless")))


def _unfit(line: Line, at: int) -> bool:
    """ "Not for espresso", "poor on a plane": the words right before say that it is not meant for it."""
    before = line.stems[max(0, at - 5) : at]
    if _UNFIT & set(before[-3:]):
        return True
    return "not" in before and "for" in before[before.index("not") :]


def _sentence(text: str, wanted: list[str]) -> str:
    for end in _SENTENCE_END:
        text = text.replace(end, end[0] + "\n")
    for part in text.split("\n"):
        if set(wanted) <= {stem(word) for word in tokens(part)}:
            return part
    return text


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else flat[: EXCERPT - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


_kept: dict[str, Item] = {}
_state = ""
_lock = threading.Lock()


def items(session: Session, product_ids: Iterable[str]) -> dict[str, Item]:
    """The items of these ids, from memory while the catalogue stays as it is; unknown ids are left out."""
    global _state
    wanted = list(dict.fromkeys(product_ids))
    state = f"{settings().home} {search_index.key(session)}"
    with _lock:
        if state != _state or len(_kept) > KEPT:
            _kept.clear()
            _state = state
        found = {product_id: _kept[product_id] for product_id in wanted if product_id in _kept}
    missing = [product_id for product_id in wanted if product_id not in found]
    if missing:
        made = _read(session, missing)
        with _lock:
            if state == _state:
                _kept.update(made)
        found.update(made)
    return {product_id: found[product_id] for product_id in wanted if product_id in found}


def _read(session: Session, product_ids: list[str]) -> dict[str, Item]:
    of = Product
    columns = (
        of.id, of.product_id, of.title, of.brand, of.category, of.category_path, of.color, of.size, of.material,
        of.bullets, of.description, of.price_cents, of.currency, of.availability, of.active, of.rating,
        of.rating_count, of.image_url, of.url,
    )  # fmt: skip
    rows = session.execute(sa.select(*columns).where(of.product_id.in_(product_ids))).all()
    facts: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
    query = sa.select(ProductFact.product_pk, ProductFact.name, ProductFact.value).order_by(ProductFact.position)
    for product_pk, name, value in session.execute(query.where(ProductFact.product_pk.in_(list(facts)))):
        facts[product_pk].append((name, value))
    return {
        row.product_id: Item(
            product_id=row.product_id,
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
