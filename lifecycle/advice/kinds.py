"""What a product is, as against what it is for: a robot vacuum and not its bag, a coffee maker and not its descaler.

The kind asked for is a requirement.  The evidence is the catalogue's own: the head noun of the title ("Kindle Case" is
a case, "Bags for Vacuums" are bags), the category, the type a fact states, and where such products stand.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

from lifecycle.advice import verdicts
from lifecycle.advice.shelf import Item
from lifecycle.advice.verdicts import MET, Scales
from lifecycle.language.goods import GOODS
from lifecycle.language.manners import MANNERS
from lifecycle.language.measures import unit_of
from lifecycle.language.words import STOPWORDS, fold, stem, stems, stemset, tokens, wordset
from lifecycle.needs import Needs
from lifecycle.needs.vocabulary import COLOUR_STEMS, NO_KIND

LEADING = 6  # of the most relevant products, half must be called by the noun: else it is no product noun here
HOME_SHARE = 0.3  # of the candidates of a category that are called by the noun: then it is where the kind lives
SEVERAL_WORDS = 3  # of a request, that are not together in a title by accident
MOST_QUALIFIERS = 2  # words before the noun that can name a type: "cordless stick vacuum"
_BREAK = re.compile(
    r"[,|()\[\]:;/–—]|\s-\s|"
    r"(?<!\S)(?P<word>for|with|without|w/|compatible|fits|by|from|of|in|to|and|&|\+)(?=\s)",
    re.I,
)
MOST_COUNTED = 24  # a number above it names a year or a model
_COUNTED = re.compile(
    r"\b\d+(?:\.\d+)?-(?:cup|person|pack|piece|pc|pcs|inch|in|liter|litre|qt|count|tier|seat|slice)s?\b"
)
_FOR = frozenset({"for", "compatible", "fits"})
_SAME_PHRASE = frozenset({"", "of", "and", "&", "+"})
# What things have: the noun before one of these only says whose it is.
_BELONGINGS = frozenset(
    map(
        stem,
        wordset(
            """
            case cases cover covers sleeve pouch bag bags filter filters charger adapter cable cord battery batteries
            replacement refill refills part parts accessory accessories topper holder stand mount bracket hanger rack
            strap protector pad pads lid brush cleaner cleaning descaler pellets tablets remote skin sticker decal
            attachment hose belt blade blades bulb shade liner liners spray hardware mechanism screws spare dock
            """
        ),
    )
)
_SEVERAL = re.compile(r"[,&/]| and ", re.I)
_AND_WITH = re.compile(r"\bwith\b|[,;(]")


class Kin(IntEnum):
    """How near a product is to the kind asked for: something else (or something for it), a relative, one of them."""

    OTHER = 0
    CLOSE = 1
    IS = 2


class Place(IntEnum):
    """Where a noun stands in a title."""

    ABSENT = 0
    TARGET = 1  # "Case for Kindle"
    OWNER = 2  # "Kindle Case"
    MODIFIER = 3  # "Lamp Fixture": another product noun follows
    LATER = 4  # "Dustbuster, Cordless Vacuum"
    HEAD = 5  # "Cordless Vacuum 500"


# Asked of every candidate; a member of an Enum is looked up slowly.
_OTHER, _CLOSE, _IS = Kin
_ABSENT, _TARGET, _OWNER, _MODIFIER, _LATER, _HEAD = Place


@dataclass(frozen=True)
class Sorted:
    """Those of the kind; `only_for` tells that nothing is of it, and `those` are things for it."""

    those: tuple[Item, ...]
    only_for: bool = False


def sort_out(items: Sequence[Item], needs: Needs, nouns: Collection[str]) -> Sorted:
    """The items that are what was asked for; `nouns` are the stems of all product nouns of this catalogue."""
    noun = needs.kind or "".join(word for word in stems(needs.noun)[-1:] if word in GOODS)
    called = [item for item in items if noun in item.head]
    leading = items[: min(LEADING, len(called))]
    if not called or sum(noun in item.head for item in leading) * 2 < len(leading):
        return Sorted(tuple(items))  # no noun, or the words found something else: it was no product noun here
    places = [place(item, noun, nouns) for item in items]
    if noun not in nouns:
        asked = stem((needs.text.split() or [""])[-1]) == noun  # else it only qualifies: "usb lunch box"
        things = _things_for(items, places, noun)
        return Sorted(things, only_for=True) if asked and len(things) == len(called) else Sorted(tuple(called))
    homes = _homes(items, places)
    words = _asked_for(needs)
    kin = [_kin(item, noun, where, homes) for item, where in zip(items, places, strict=True)]
    those = [
        item
        for item, near, where in zip(items, kin, places, strict=True)
        if near is _IS or (near is _CLOSE and _named_in_full(item, where, words))
    ]
    if not those:
        things = _things_for(items, places, noun)
        if len(things) * 2 >= len(called):
            return Sorted(things, only_for=True)
    others = [
        (item, near)
        for item, near, where in zip(items, kin, places, strict=True)
        if where is not _TARGET and where is not _OWNER and noun in item.head
    ]
    if sum(near is _IS for _, near in others[:LEADING]) * 2 < len(others[:LEADING]):
        return Sorted(tuple(item for item, _ in others))  # it only qualifies here: "citrate" in "citrate capsules"
    return Sorted(tuple(those))


def _things_for(items: Sequence[Item], places: Sequence[Place], noun: str) -> tuple[Item, ...]:
    """Those called by the noun that only belong to one, or are made for one."""
    found = zip(items, places, strict=True)
    return tuple(item for item, where in found if (where is _TARGET or where is _OWNER) and noun in item.head)


def _asked_for(needs: Needs) -> frozenset[str]:
    """The words of a request typed as a search phrase, without refusals and for whom it is; none of any other."""
    if not needs.phrase:
        return frozenset()
    left = {*stems(needs.audience), *(word for term in needs.unwanted for word in stems(term))}
    return frozenset(stem(word) for word in tokens(needs.phrase) if word not in MANNERS and stem(word) not in left)


def _named_in_full(item: Item, where: Place, asked: frozenset[str]) -> bool:
    """Does a title hold the whole request, the product noun as a name of the thing itself?

    "Lunch Tote, Lunch Box with USB" is a USB lunch box; a "Coffee Table Book" no coffee table, but with three words or
    more the rest of the title may go on: "Potassium Citrate Capsules 200 mg".
    """
    enough = SEVERAL_WORDS if where is Place.MODIFIER else SEVERAL_WORDS - 1
    named = where in (Place.LATER, Place.MODIFIER) and len(asked) >= enough
    return named and asked <= {stem(word) for word in tokens(item.title)}


def unknown(needs: Needs, items: Sequence[Item], known: Collection[str]) -> str:
    """What is asked for and not sold, when nothing the search brought is called so or says that it has it; else "".

    Only for a request that names no product of the store: "a fridge", where a jug merely fits its door.
    """
    if needs.noun and not needs.kind:
        last = stems(needs.noun)[-1:]
        called = any(set(last) <= item.head or item.says(needs.noun, ("title",)) for item in items[:LEADING])
        return "" if called else needs.noun
    if needs.kind or needs.category or needs.brand or needs.use or needs.audience or not needs.wanted:
        return ""
    plain = [term for term in needs.wanted if not term[0].isdigit()]
    seen = items[:LEADING]
    strange = [term for term in plain if not set(stems(term)) <= set(known) and not any(i.mentions(term) for i in seen)]
    if strange:
        return " ".join(needs.text.split()[:4])
    heads: set[str] = set().union(*(item.head for item in items)) if items else set()
    if any(set(stems(term)) <= heads or any((said := item.says(term)) and said.stated for item in items)
           for term in plain):  # fmt: skip
        return ""
    return " ".join(plain[:1])


def place(item: Item, noun: str, nouns: Collection[str]) -> Place:
    """Where the noun stands in the item's title."""
    best = _ABSENT
    for number, here, last in _standing(item.title, noun):
        if last and last in nouns:
            here = _MODIFIER
        if number == 0 and here is not _TARGET:
            return here
        best = max(best, here)
    return best


@functools.lru_cache(maxsize=20_000)
def _standing(title: str, noun: str) -> tuple[tuple[int, Place, str], ...]:
    """Where the noun stands in each part of a title that has it, by the part's number, with the word that makes it a
    mere modifier should that be a product noun ("" for none)."""
    stands: list[tuple[int, Place, str]] = []
    for number, (opening, found) in enumerate(_segments(title)):
        if noun not in found:
            continue
        if opening in _FOR:
            stands.append((number, Place.TARGET, ""))
        elif opening in _SAME_PHRASE:  # not "with", "in", "by": a part, a place, a maker
            last = len(found) - 1 - found[::-1].index(noun)
            after = [word for word in found[last + 1 :] if _naming(word)]
            if any(word in _BELONGINGS for word in after) and noun not in _BELONGINGS:
                stands.append((number, Place.OWNER, ""))
            else:
                stands.append((number, Place.LATER if number else Place.HEAD, after[-1] if after else ""))
    return tuple(stands)


def qualifiers(needs: Needs, items: Sequence[Item]) -> tuple[str, ...]:
    """The words of a request that name a type of its kind in this catalogue: the robot of "robot vacuum".

    Words right before the noun, and wishes that are the type of a product; together they must leave something.
    """
    adjacent = _before_the_noun(needs)
    chosen: list[str] = []
    for term in dict.fromkeys([*adjacent, *needs.wanted]):
        if term.endswith(" free") or not stems(term) or set(stems(term)) & {needs.kind}:
            continue
        defining = any(_is_called(item, term, needs.kind, typed=term not in adjacent) for item in items)
        if defining and any(all(has(item, other) for other in [*chosen, term]) for item in items):
            chosen.append(term)
    return tuple(chosen)


def _before_the_noun(needs: Needs) -> list[str]:
    """The words of the request right before its noun that are a wish or part of the kind's name, nearest first."""
    words = needs.text.split()
    at = next((i for i, word in enumerate(words) if stem(word) == needs.kind), 0) if needs.kind else 0
    if at > MOST_QUALIFIERS:
        return []  # the words of earlier turns stand before it too
    named = {word for text in (*needs.wanted, needs.noun, needs.category) for word in stems(text)}
    return [word for word in reversed(words[:at]) if stem(word) in named and _qualifies(word, needs)]


def typed(item: Item, term: str) -> bool:
    """Do the product's category or the type a fact states say so?"""
    return stemset(term) <= _type_stems(item)


def has(item: Item, term: str) -> bool:
    """Does a product state a word of its type anywhere but in passing?"""
    if typed(item, term):
        return True
    judged = verdicts.judge(item, Needs(wanted=(term,)), Scales({}))[0]
    return judged.verdict == MET


def _is_called(item: Item, term: str, noun: str, *, typed: bool) -> bool:
    """Do the title's own noun phrase, the type or the category call the item so?  `typed`: only type and category."""
    wanted = stemset(term)
    if wanted <= _type_stems(item):
        return True
    if typed:
        return False
    for opening, found in _segments(item.title)[:1]:
        if opening == "" and noun in found:
            last = found.index(noun)
            return wanted <= set(found[max(0, last - 3) : last]) - set(stems(item.brand))
    return False


def _qualifies(word: str, needs: Needs) -> bool:
    said = (needs.brand, needs.colour, needs.size, needs.audience, *needs.unwanted)
    other = {found for text in said for found in stems(text)}
    plain = word.isalpha() and word not in STOPWORDS and stem(word) not in COLOUR_STEMS | NO_KIND
    return plain and stem(word) not in other


def _type_stems(item: Item) -> frozenset[str]:
    """The words of what a product is said to be: its type up to a "with", and its category when that is only one."""
    return _said_to_be(item.category, item.types)


@functools.lru_cache(maxsize=4_096)
def _said_to_be(category: str, types: tuple[str, ...]) -> frozenset[str]:
    return _single(category).union(*(stemset(_AND_WITH.split(value)[0]) for value in types))


def _kin(item: Item, noun: str, where: Place, homes: Collection[str]) -> Kin:
    if noun in item.type_nouns:
        return _IS
    leaves = _heads(item.category)
    if leaves == {noun}:
        return _OTHER if where is _OWNER else _IS
    if leaves and leaves <= _BELONGINGS and noun not in leaves:
        return _OTHER
    if where is _HEAD:
        return _IS
    at_home = item.category in homes or noun in leaves
    if where is _LATER or where is _MODIFIER:
        return _IS if at_home or (where is _LATER and not item.category) else _CLOSE
    if where is _ABSENT and at_home:
        alone = len(leaves) == 1 and item.category in homes and noun in stems(item.category)
        return _IS if alone else _CLOSE
    return _OTHER


def _homes(items: Sequence[Item], places: Sequence[Place]) -> set[str]:
    """The categories most of whose candidates are called by the noun."""
    all_of = Counter([item.category for item in items if item.category])
    called = Counter([item.category for item, where in zip(items, places, strict=True) if where is _HEAD])
    return {name for name, count in called.items() if count >= HOME_SHARE * all_of[name]}


@functools.lru_cache(maxsize=4_096)
def _heads(category: str) -> frozenset[str]:
    """The nouns of a category: "Robotic Vacuums" → vacuum, "Wall Lamps & Sconces" → lamp, sconce."""
    parts = [stems(part) for part in _SEVERAL.split(category)]
    return frozenset(part[-1] for part in parts if part)


@functools.lru_cache(maxsize=4_096)
def _single(category: str) -> frozenset[str]:
    """The words of a category that names one kind."""
    return frozenset() if _SEVERAL.search(category) else frozenset(stems(category))


@functools.lru_cache(maxsize=20_000)
def _segments(title: str) -> tuple[tuple[str, list[str]], ...]:
    """A title in parts, each with the word that opens it ("" after a mark), as stems."""
    parts: list[tuple[str, list[str]]] = []
    opening, start = "", 0
    text = _COUNTED.sub(" ", fold(title))
    for found in [*_BREAK.finditer(text), None]:
        words = tokens(text[start : found.start() if found else len(text)])
        if words:
            parts.append((opening, _named(words)))
        if found:
            opening, start = (found["word"] or "").lower(), found.end()
    return tuple(parts)


def _named(words: list[str]) -> list[str]:
    """Stems without what a title ends on counting: the cups of a pot "6 cups"."""
    counted = len(words) > 1 and words[-2].isdigit() and int(words[-2]) <= MOST_COUNTED
    return [stem(word) for word in (words[:-1] if counted else words)]


def _naming(word: str) -> bool:
    """Can a word after the noun say that the thing is something else?  Not a colour, a size, a number or a count."""
    return word.isalpha() and len(word) > 2 and word not in COLOUR_STEMS and word not in NO_KIND and not unit_of(word)
