"""The words of this store: what it sells, by whom, and the phrases its facts use.  Read from the catalogue itself.

Built once per catalogue version and kept in the process; no word list of any shop is written here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import catalogue, search_index
from lifecycle.model import Product, ProductFact
from lifecycle.settings import settings
from lifecycle.words import stem, stems, tokens

SHORTEST_MENDED = 5  # letters of the shortest word that can be what somebody meant to type
BIGGEST = 6  # categories offered as buttons
_COLOURS = """
    black white grey gray silver gold red blue green yellow orange purple pink brown beige cream ivory tan navy teal
    aqua turquoise mint lime olive khaki maroon burgundy magenta violet lavender lilac coral peach copper bronze brass
    clear charcoal graphite rust mustard indigo cyan plum rose transparent multicolour multicolor rainbow champagne
    taupe chrome camel mauve fuchsia crimson scarlet sage emerald sapphire amber terracotta sand oat anthracite"""
_TOO_GENERAL = """
    size pack set piece count color inch style type small large medium pro plus mini edition version series new model
    black white man woman kid adult boy girl gift use home kitchen brand product item other accessory quality life day
    year time free way top part unit box thing stuff"""
COLOURS = frozenset(_COLOURS.split())
COLOUR_STEMS = frozenset(map(stem, COLOURS))
NO_KIND = frozenset(map(stem, _TOO_GENERAL.split()))
_TITLE_END = re.compile(r"[,|(\[–—:;/]| - | for | with | w/ | in ")
_PARTS = re.compile(r"[,;/&()|]| and | or ")
_NO_BRAND = frozenset({"generic", "unknown", "none", "various", "unbranded"})


@dataclass(frozen=True)
class Kind:
    """What a product noun ("grinder") stands for in this store: its category, how surely, and how many products."""

    category: str
    share: float
    count: int


@dataclass(frozen=True)
class Vocabulary:
    """What `needs.read` knows of the store; an empty one still reads budgets, sizes and preferences."""

    version: int = 0
    currency: str = "USD"
    kinds: dict[str, Kind] = field(default_factory=dict)
    nouns: dict[str, Kind] = field(default_factory=dict)  # other words of titles that belong to one category
    categories: dict[tuple[str, ...], str] = field(default_factory=dict)  # stems of a category's name → its name
    brands: dict[tuple[str, ...], str] = field(default_factory=dict)
    phrases: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # first stem → longer phrases
    words: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    biggest: tuple[str, ...] = ()  # categories with most products
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)  # first letter → words as written, common first


_kept: dict[str, Vocabulary] = {}


def read(session: Session) -> Vocabulary:
    """The vocabulary of the catalogue as it is now, from memory while its version stays the same."""
    stamp = f"{settings().home} {search_index.key(session)}"
    made = _kept.get(stamp)
    if made is None:
        made = _build(session, catalogue.version(session))
        _kept.clear()
        _kept[stamp] = made
    return made


def commonest(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The things most titles name, as they are written: what a store without categories can be said to sell."""
    found = sorted(vocabulary.kinds, key=lambda kind: -vocabulary.kinds[kind].count)[:BIGGEST]
    written = (next((w for w in vocabulary.spellings.get(kind[0], ()) if stem(w) == kind), kind) for kind in found)
    return tuple(word.capitalize() for word in written)


def _build(session: Session, version: int) -> Vocabulary:
    columns = (Product.title, Product.brand, Product.category, Product.material, Product.currency)
    heads: Counter[str] = Counter()
    in_titles: Counter[str] = Counter()
    written: Counter[str] = Counter()
    by_kind: defaultdict[str, Counter[str]] = defaultdict(Counter)
    by_word: Counter[tuple[str, str]] = Counter()
    names: Counter[str] = Counter()
    brands: Counter[str] = Counter()
    currencies: Counter[str] = Counter()
    materials: set[str] = set()
    for title, brand, category, material, currency in session.execute(sa.select(*columns).where(Product.active)):
        written.update(tokens(f"{title} {category}"))
        distinct = set(stems(title))
        in_titles.update(distinct)
        for word in distinct:
            by_word[word, category] += 1
        first = tokens(_TITLE_END.split(title.lower(), maxsplit=1)[0])
        if first and not (len(first) > 1 and first[-2].isdigit()):  # a "Moka Pot 6-Cup" is no cup
            head = stem(first[-1])
            heads[head] += 1
            by_kind[head][category] += 1
        names[category] += 1
        brands[brand] += 1
        currencies[currency] += 1
        if material:
            materials.add(material.lower())
    categories: dict[tuple[str, ...], str] = {}
    for name, count in names.items():
        for part in [name, *_PARTS.split(name)]:
            found = stems(part)
            if not found:
                continue
            categories.setdefault(tuple(found), name)
            if found[-1] not in NO_KIND:
                heads[found[-1]] += max(count, 2)
                by_kind[found[-1]][name] += count * 2
    known_brands = {tuple(stems(name)): name for name in brands if name}
    known_brands = {
        key: name
        for key, name in known_brands.items()
        if key and (len(key) > 1 or _names_a_brand(key[0], brands[name], in_titles[key[0]], heads))
    }
    kinds: dict[str, Kind] = {}
    for head, count in heads.items():
        if (
            count < 2
            or len(head) < 3
            or head in NO_KIND
            or head in COLOURS
            or (head,) in known_brands
            or head.isdigit()
        ):
            continue
        [(category, most)] = by_kind[head].most_common(1)
        kinds[head] = Kind(category, most / max(1, sum(by_kind[head].values())), count)
    nouns: dict[str, Kind] = {}
    for (word, category), count in by_word.items():
        plain = len(word) >= 3 and word.isalpha() and word not in NO_KIND and word not in COLOUR_STEMS
        if (
            plain
            and count >= 2
            and count * 10 >= in_titles[word] * 7
            and word not in kinds
            and (word,) not in known_brands
        ):
            nouns[word] = Kind(category, count / in_titles[word], count)
    phrases, fact_words, fact_spellings, units = _facts(session, materials)
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for word, _ in (written + Counter(fact_spellings)).most_common():
        if len(word) >= SHORTEST_MENDED and word.isascii() and word.isalpha():
            spellings[word[0]].append(word)
    known = {word for word, _ in in_titles.items()} | fact_words | {word for key in categories for word in key}
    return Vocabulary(
        version=version,
        currency=currencies.most_common(1)[0][0] if currencies else settings().store_currency,
        kinds=kinds,
        nouns=nouns,
        categories=categories,
        brands=known_brands,
        phrases=phrases,
        words=frozenset(known),
        units=frozenset(units),
        biggest=tuple(name for name, _ in names.most_common(BIGGEST + 1) if name)[:BIGGEST],
        spellings={letter: tuple(found) for letter, found in spellings.items()},
    )


def _names_a_brand(word: str, products: int, titles: int, heads: Counter[str]) -> bool:
    """Is a one-word brand meant when its word is used?  "Apple" yes; not a word that is often a product."""
    if len(word) < 3 or word in COLOUR_STEMS or word in NO_KIND or word in _NO_BRAND:
        return False
    return heads[word] <= products and products * 3 >= titles


def _facts(
    session: Session, materials: set[str]
) -> tuple[dict[str, tuple[tuple[str, ...], ...]], set[str], set[str], set[str]]:
    value, unit = ProductFact.value, ProductFact.unit
    query = sa.select(value, unit).where(sa.func.length(value) <= 80).distinct()
    parts: set[str] = set(materials)
    units: set[str] = set()
    for text, measured in session.execute(query):
        if measured:
            units.add(measured)
        parts.add(text.lower())
    found: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    known: set[str] = set()
    written: set[str] = set()
    for text in parts:
        for part in _PARTS.split(text):
            key = tuple(stems(part))
            if len(key) <= 4:
                known.update(key)
                written.update(tokens(part))
            if 2 <= len(key) <= 3 and not any(word.isdigit() for word in key):
                found[key[0]].add(key)
    for name in session.scalars(sa.select(ProductFact.name).distinct()):
        key = tuple(stems(name.replace("_", " ")))
        known.update(key)
        if 2 <= len(key) <= 3 and len(key[-1]) > 2:
            found[key[0]].add(key)
    ordered = {first: tuple(sorted(keys, key=len, reverse=True)) for first, keys in found.items()}
    return ordered, known, written, units
