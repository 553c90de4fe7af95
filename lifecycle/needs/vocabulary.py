"""The words of this store: what it sells, by whom, and the phrases its facts use.  Read from the catalogue itself.

Built once per catalogue version and kept in the process; no word list of any shop is written here.  A catalogue of any
size is read through at most MOST_TITLES titles, spread evenly, so that building takes seconds at most.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import catalogue
from lifecycle.language.goods import GOODS
from lifecycle.language.manners import AUDIENCE, COLOUR_STEMS, COLOURS, MANNERS, MATERIALS
from lifecycle.language.measures import FIRSTS, PREFERENCE, SECONDS
from lifecycle.language.words import fold, stem, stems, tokens
from lifecycle.model import Product, ProductFact
from lifecycle.search import index as search_index
from lifecycle.settings import settings

SHORTEST_MENDED = 5  # letters of the shortest word that can be what somebody meant to type
BIGGEST = 6  # categories offered as buttons
MOST_TITLES = 20_000
MOST_PAGES = 4_000  # products whose whole page is read for the words it knows
MOST_VALUES = 60_000  # distinct values of facts
FEWEST, OWN = 2, 0.3  # a modifier belongs to a kind's name when so often, and so large a share of its uses, before it
_TOO_GENERAL = """
    size pack set piece count color inch style type small large medium pro plus mini edition version series new model
    black white man woman kid adult boy girl gift use home kitchen brand product item other accessory quality life day
    year time free way top part unit box thing stuff"""
NO_KIND = frozenset(map(stem, _TOO_GENERAL.split()))
_TITLE_END = re.compile(r"[,|(\[–—:;/]| - | for | with | w/ | in ")
_PLURAL = re.compile(r"(?<!s)s\W*$|(?:children|people|knives|shelves)$", re.I)
_LETTERS = re.compile(r"[a-z]{3,}")
LONGEST_TITLE, LONGEST_PAGE = 300, 2_000  # characters read of one product
_ADJECTIVES = ("less", "able", "ible", "ful", "ous", "ed", "proof", "tric", "istic", "ive", "ual", "matic", "est")
_NAMING_AUDIENCE = frozenset({"dog", "cat", "baby", "puppy", "kitten"})  # "dog bed" names a kind, "mens bed" does not
_NO_PART = frozenset(map(stem, MANNERS | MATERIALS | (AUDIENCE - _NAMING_AUDIENCE) | FIRSTS | SECONDS))
_PARTS = re.compile(r"[,;/&()|]| and | or ")
_NO_BRAND = frozenset({"generic", "unknown", "none", "various", "unbranded"})


@dataclass(frozen=True)
class Kind:
    """What a product noun ("grinder") stands for in this store: its category, how surely, and how many products.

    `headness` is the share of the titles with this word that end their name with it: near 1 for "grinder", near 0 for
    "steel".
    """

    category: str
    share: float
    count: int
    headness: float = 0.5
    plural_only: bool = False  # known by a category's plural ("Cotton Pads & Rounds"), hardly ever by a title


@dataclass(frozen=True)
class Vocabulary:
    """What `needs.read` knows of the store; an empty one still reads budgets, sizes and preferences."""

    version: int = 0
    currency: str = "USD"
    kinds: dict[str, Kind] = field(default_factory=dict)
    nouns: dict[str, Kind] = field(default_factory=dict)  # other words of titles that belong to one category
    compounds: frozenset[tuple[str, str]] = frozenset()  # ("robot", "vacuum"): together the name of a kind
    categories: dict[tuple[str, ...], str] = field(default_factory=dict)  # stems of a category's name → its name
    brands: dict[tuple[str, ...], str] = field(default_factory=dict)
    brand_starts: frozenset[str] = frozenset()  # first stems of the brands
    phrases: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # first stem → longer phrases
    words: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    biggest: tuple[str, ...] = ()  # categories with most products
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)  # first letter → words as written, common first
    mended: dict[str, str] = field(default_factory=dict, compare=False, repr=False)  # slips seen before, see spelling
    heard: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False, repr=False)  # texts read last


_kept: dict[str, Vocabulary] = {}


def read(session: Session) -> Vocabulary:
    """The vocabulary of the catalogue as it is now, from memory while its version stays the same."""
    stamp = search_index.home_key(session)
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
    names, brands, currencies = (
        Counter(_counts(session, column)) for column in (Product.category, Product.brand, Product.currency)
    )
    step = max(1, -(-sum(names.values()) // MOST_TITLES))
    titles = _titles(session, step)
    categories = _categories(names, titles)
    known_brands = {tuple(stems(name)): name for name in brands if name}
    known_brands = {
        key: name
        for key, name in known_brands.items()
        if key and (len(key) > 1 or _names_a_brand(key[0], brands[name], titles.holding[key[0]] * step, titles.heads))
    }
    kinds = _kinds(titles, known_brands)
    phrases, fact_words, fact_spellings, units = _facts(session, step)
    for pair in _collocations(titles, kinds):
        phrases[pair[0]] = (*phrases.get(pair[0], ()), pair)
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for word, _ in (titles.written + Counter(fact_spellings)).most_common():
        if len(word) >= SHORTEST_MENDED and word.isascii() and word.isalpha():
            spellings[word[0]].append(word)
    page_words = _page_words(session, max(1, -(-sum(names.values()) // MOST_PAGES)))
    known = {*titles.holding, *fact_words, *(word for key in categories for word in key), *page_words}
    return Vocabulary(
        version=version,
        currency=currencies.most_common(1)[0][0] if currencies else settings().store_currency,
        kinds=kinds,
        nouns=_nouns(titles, kinds, known_brands),
        compounds=frozenset(_compounds(titles, kinds, categories)),
        categories=categories,
        brands=known_brands,
        brand_starts=frozenset(key[0] for key in known_brands),
        phrases=phrases,
        words=frozenset(known),
        units=frozenset(units),
        biggest=tuple(name for name, _ in names.most_common(BIGGEST + 1) if name)[:BIGGEST],
        spellings={letter: tuple(found) for letter, found in spellings.items()},
    )


def _counts(session: Session, column: sa.Column[str]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(Product.active).group_by(column).order_by(sa.func.min(Product.id))
    return {value or "": count for value, count in session.execute(query)}


@dataclass
class _Titles:
    """What the titles' words do: how many titles hold a stem, end their name with it, in which category, and which
    stems stand side by side."""

    holding: Counter[str] = field(default_factory=Counter)
    heads: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)  # as `heads`, of titles only
    written: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_kind: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_word: Counter[tuple[str, str]] = field(default_factory=Counter)


def _titles(session: Session, step: int) -> _Titles:
    made = _Titles()
    query = sa.select(Product.title, Product.category).where(Product.active, Product.id % step == 0)
    for title, category in session.execute(query):
        found = tokens(title[:LONGEST_TITLE])
        made.written.update(found)
        made.written.update(tokens(category))
        stemmed = [stem(word) for word in found]
        distinct = set(stemmed)
        made.holding.update(distinct)
        made.pairs.update(set(itertools.pairwise(stemmed)))
        for word in distinct:
            made.by_word[word, category] += 1
        name = tokens(_TITLE_END.split(title[:LONGEST_TITLE].lower(), maxsplit=1)[0])
        while len(name) > 1 and (name[-1].isdigit() or name[-1] in COLOURS or stem(name[-1]) in NO_KIND):
            name.pop()
        if name and not (len(name) > 1 and name[-2].isdigit()):  # a "Moka Pot 6-Cup" is no cup
            head = stem(name[-1])
            made.heads[head] += 1
            made.ends[head] += 1
            made.by_kind[head][category] += 1
    return made


def _categories(names: Counter[str], titles: _Titles) -> dict[tuple[str, ...], str]:
    """Names of categories and of their parts; their last words are kinds too."""
    categories: dict[tuple[str, ...], str] = {}
    for name, count in names.items():
        for part in dict.fromkeys([name, *_PARTS.split(name)]):
            found = stems(part)
            if not found:
                continue
            categories.setdefault(tuple(found), name)
            if found[-1] not in NO_KIND and _PLURAL.search(part):  # the "LED" of "LED & LCD TVs" is no kind
                titles.heads[found[-1]] += max(count, 2)
                titles.by_kind[found[-1]][name] += count * 2
    return categories


def _kinds(titles: _Titles, brands: dict[tuple[str, ...], str]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for head, count in titles.heads.items():
        short = count < 2 or len(head) < 3 or head.isdigit()
        if short or head in NO_KIND or head in COLOURS or (head,) in brands:
            continue
        [(category, most)] = titles.by_kind[head].most_common(1)
        in_category_name = count > titles.ends[head]
        headness = titles.ends[head] / titles.holding[head] if titles.holding[head] else 0.0
        plural_only = in_category_name and headness < OWN
        headness = max(headness, 0.6) if in_category_name else headness
        share = most / max(1, sum(titles.by_kind[head].values()))
        kinds[head] = Kind(category, share, count, headness, plural_only)
    return kinds


def _nouns(titles: _Titles, kinds: dict[str, Kind], brands: dict[tuple[str, ...], str]) -> dict[str, Kind]:
    nouns: dict[str, Kind] = {}
    for (word, category), count in titles.by_word.items():
        plain = len(word) >= 3 and word.isalpha() and word not in NO_KIND and word not in COLOUR_STEMS
        own = count >= 2 and count * 10 >= titles.holding[word] * 7
        if plain and own and word not in kinds and (word,) not in brands:
            nouns[word] = Kind(category, count / titles.holding[word], count, headness=0.0)
    return nouns


def _compounds(
    titles: _Titles, kinds: dict[str, Kind], categories: dict[tuple[str, ...], str]
) -> Iterator[tuple[str, str]]:
    """Pairs of stems that name a kind together: words of a category's name, or a noun that rarely stands elsewhere."""
    form: dict[str, str] = {}
    for word, _ in titles.written.most_common():
        form.setdefault(stem(word), word)
    for name in categories:
        for pair in itertools.pairwise(name):
            if pair[1] == name[-1] and pair[1] in kinds and _modifies(pair[0], form):
                yield pair
    for (before, head), count in titles.pairs.items():
        often = count >= FEWEST or before in GOODS  # a thing itself: the robot of a "robot vacuum"
        own = often and count >= OWN * titles.holding[before]
        if own and head in kinds and kinds[head].headness >= OWN and before != head and _modifies(before, form):
            yield before, head


def _modifies(word: str, form: dict[str, str]) -> bool:
    """Can a stem be part of a kind's name?  Not what every store's products can be: red, steel, cordless, insulated."""
    written = form.get(word, word)
    plain = len(word) > 2 and word.isalpha() and word not in NO_KIND and word not in COLOUR_STEMS
    return plain and word not in _NO_PART and not written.endswith(_ADJECTIVES) and not PREFERENCE.fullmatch(written)


def _collocations(titles: _Titles, kinds: dict[str, Kind]) -> Iterator[tuple[str, str]]:
    """Pairs of stems that are one property ("stainless steel", "memory foam"): mostly seen together, no kind's name."""
    for (first, second), count in titles.pairs.items():
        together = count >= 3 and (count >= 0.5 * titles.holding[first] or count >= 0.5 * titles.holding[second])
        plain = first.isalpha() and second.isalpha() and len(first) > 2 and len(second) > 2
        property_ = second not in kinds or kinds[second].headness < OWN
        if together and plain and property_ and not {first, second} & (_NO_PART | NO_KIND):
            yield first, second


def _names_a_brand(word: str, products: int, titles: int, heads: Counter[str]) -> bool:
    """Is a one-word brand meant when its word is used?  "Apple" yes; not a word that is often a product."""
    if len(word) < 3 or word in COLOUR_STEMS or word in NO_KIND or word in _NO_BRAND:
        return False
    return heads[word] <= products and products * 3 >= titles


def _page_words(session: Session, step: int) -> set[str]:
    """Stems of the words on the products' pages: what the store speaks of at all."""
    query = sa.select(Product.bullets, Product.description).where(Product.active, Product.id % step == 0)
    seen: set[str] = set()
    for bullets, description in session.execute(query):
        seen.update(_LETTERS.findall(fold(f"{' '.join(map(str, bullets or ()))} {description}"[:LONGEST_PAGE])))
    return set(map(stem, seen))


def _facts(session: Session, step: int) -> tuple[dict[str, tuple[tuple[str, ...], ...]], set[str], set[str], set[str]]:
    value, unit = ProductFact.value, ProductFact.unit
    query = sa.select(value, unit).where(sa.func.length(value) <= 80, ProductFact.product_pk % step == 0)
    query = query.distinct().limit(MOST_VALUES)
    materials = sa.select(Product.material).where(Product.active, Product.material != "").distinct().limit(MOST_VALUES)
    parts: set[str] = {material.lower() for material in session.scalars(materials)}
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
