"""Which product is meant by "the second one", "it", "the cheaper one", "the black one" or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lifecycle import search
from lifecycle.advice import shelf
from lifecycle.advice.shelf import Item
from lifecycle.language.measures import MEASURES, OPPOSITE, PREFERENCE
from lifecycle.language.words import STOPWORDS, fold, stem, stems, tokens
from lifecycle.needs.vocabulary import COLOUR_STEMS

_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4,
             "5th": 4, "sixth": 5, "6th": 5}  # fmt: skip
_NUMBERS = {"one": 0, "two": 1, "three": 2, "four": 3, "1": 0, "2": 1, "3": 2, "4": 3}
_ORDINAL = re.compile(
    rf"\b(?P<a>{'|'.join(_ORDINALS)})\b(?!\s+(?:time|aid|class|floor|thing|order))|"
    r"\b(?:number|option|no\.?|nr\.?|product|choice|item)\s*#?(?P<b>one|two|three|four|[1-4])\b|#\s?(?P<c>[1-4])\b|"
    r"^\s*(?P<d>[1-4])\s*[.!?)]?\s*$",
    re.I,
)
_PLACE = re.compile(
    rf"\b(?P<a>{'|'.join(_ORDINALS)})\s+(?:one|product|option|choice|item)\b|"
    rf"\bthe\s+(?P<b>{'|'.join(_ORDINALS)})\b(?=\s*[?.!,]*$|\s+(?:please|pls|is|has|does|do|come|comes|cost|costs|and|or|instead)\b)"
)
_PLACE_ALONE = re.compile(
    r"^\W*(?:(?:ok|okay|so|then|and|no|yes|well|hm+|maybe|i\s+(?:like|prefer|want|choose|take|mean)|i'll\s+(?:take|have)|show\s+me|"
    r"go\s+(?:for|with)|let's\s+(?:take|see))\W+)*(?:the\s+)?"
    rf"(?:(?:{'|'.join(_ORDINALS)}|last|other)(?:\s+(?:one|product|option))?|"
    rf"(?:\w{{3,}}(?:er|est)|(?:most|least|more|less)\s+\w+)\s+one|(?:number|option|no\.?|nr\.?|#)\s*(?:[1-6]|one|two|three|four)|"
    r"[1-6])(?:\s+(?:one\s+)?(?:looks?|seems?|sounds?|is)\s+(?:really\s+|quite\s+|very\s+|so\s+)?"
    r"(?:nice|good|great|cool|lovely|pretty|interesting|fine|ok|okay))?(?:\s+(?:please|pls|then|one))*\W*$"
)
_SEVERAL = re.compile(
    r"\b(?:(?:first|top)\s+(?P<a>two|three|four|2|3|4)|"
    r"(?P<b>both|(?:they|these|those|them)\s+all|all(?:\s+(?:of\s+them|three|four|these))?))\b",
    re.I,
)
_LAST = re.compile(r"\b(?:last|bottom)\s+(?:one|product|option)?\b|\bthe\s+last\b", re.I)
_POINTING = re.compile(r"\b(?:it|its|it's|that(?:\s+one)?|this(?:\s+one)?|the\s+(?:product|item|one))\b", re.I)
_ONE = re.compile(
    r"\bthe\s+(?:[\w-]+\s+){1,3}?(?:one|ones|version|model)\b|"
    r"\b(?:the|which)\s+(?:one\s+)?(?:is\s+)?(?:the\s+)?(?:[\w-]+(?:est|er)|most\s+\w+|least\s+\w+)\b",
    re.I,
)
_LOOKS = re.compile(r"type|material|finish|colou?r|style", re.I)
_LIKE_THIS = re.compile(r"\b(?:the|that|this)\s+(?P<words>[\w-]+(?:\s+[\w-]+)?)\s+(?:one|ones|version|model)\b", re.I)
_NO_LOOKS = frozenset(
    stem(word) for word in (*_ORDINALS, "last", "other", "same", "new", "next", "right", "wrong", "whole")
)
_ONLY_POINTS = re.compile(
    rf"\b(?:the\s+)?(?:(?:{'|'.join(_ORDINALS)}|last|other|cheaper|cheapest)\s+(?:one|product|option)\b|"
    rf"(?:{'|'.join(_ORDINALS)})\b(?=\s*[?.!]*$)|(?:number|option)\s+(?:one|two|three|four|[1-4])\b|"
    r"(?:this|that)\s+one\b)",
    re.I,
)
_OTHER = re.compile(r"\bthe\s+other(?:\s+one)?\b", re.I)
_FILLER = re.compile(
    r"^\W*(?:(?:h+m+|u+m+|u+h+|oh|ah|ok(?:ay)?|so|and|but|well|wait|lol|hey|also|meanwhile|anyway|btw|then|now|hi)\b[\s,.]*)+",
    re.I,
)
_ALSO = re.compile(
    r"^\W*(?:and|what about|how about)\s+(?:the|that)\s+"
    r"(?:(?:first|second|third|last|other|1st|2nd|3rd|\w+er|\w+est)(?:\s+one)?|[\w-]+\s+one)\W*$"
)
_BETWEEN = re.compile(r"\b(?:and|or|vs\.?|versus|against|with|than)\b|[,;/]", re.I)
_VAGUE = frozenset({"on", "set", "new", "pro", "mini", "plus"})
FEW_WORDS = 2  # of a text in which one ordinary word is a product's name: "tell me about Educated"


@dataclass(frozen=True)
class Found:
    """The products meant, in the order named; `named` when a name in the text says so, not the talk before it."""

    items: tuple[Item, ...]
    named: bool = False

    @property
    def one(self) -> Item | None:
        return self.items[0] if self.items else None


def find(session: Session, text: str, shown: Sequence[str], at_hand: str | None = None) -> Found:
    """The products a text speaks of, given those last shown (in order) and the one talked about before; maybe none."""
    known = list(shelf.items(session, shown).values())
    folded = fold(text)
    chosen = _by_place(folded, known)
    if chosen:
        return Found(tuple(chosen))
    by_name = [item for item in known if _names(folded, item, known)]
    if by_name and len(by_name) < max(2, len(known)):
        return Found(tuple(by_name), named=True)
    looks = _LIKE_THIS.search(folded)
    if looks and known and _by_looks(looks["words"]):
        alike = [item for item in known if _looks_like(item, looks["words"])]
        alike = alike or _elsewhere(session, looks["words"], known)
        return Found((alike[0],)) if len(alike) == 1 else Found(())
    described = _described(folded, known)
    if described is not None:
        return Found((described,))
    elsewhere = named(session, folded)
    if elsewhere is not None and elsewhere.product_id not in {item.product_id for item in known}:
        return Found((elsewhere,), named=True)
    if _OTHER.search(folded) and len(known) == 2 and at_hand:
        return Found(tuple(item for item in known if item.product_id != at_hand))
    if at_hand and (_POINTING.search(folded) or not shown):
        return Found(tuple(shelf.items(session, [at_hand]).values()))
    if _POINTING.search(folded) and known:
        return Found((known[0],))
    return Found(())


def _by_looks(words: str) -> bool:
    """ "Glass" and "hand-cranked" are looks; "second", "cheaper" and "most expensive" are places in a row."""
    found = set(tokens(words))
    ranks = PREFERENCE.search(words) or found & (OPPOSITE.keys() | {"most", "least", "more", "less"})
    return not (ranks or _NO_LOOKS & set(stems(words)))


def _looks_like(item: Item, words: str) -> bool:
    """Does everything "the glass one" says stand in this product's name, colour, type or material?"""
    facts = " ".join(value for name, value in item.facts if _LOOKS.search(name))
    return set(stems(words)) <= set(stems(f"{item.title} {item.colour} {facts}"))


def _elsewhere(session: Session, words: str, known: list[Item]) -> list[Item]:
    """Products of the kind last shown that look so, though they were not shown themselves."""
    hits = search.search(session, f"{words} {known[0].category}", limit=8)
    items = shelf.items(session, [hit.product_id for hit in hits]).values()
    return [item for item in items if item.category == known[0].category and _looks_like(item, words)]


def continues(text: str) -> bool:
    """ "And the first?", "what about the glass one?": the question before, asked of another product."""
    return _ALSO.match(fold(text)) is not None


def place_beyond(text: str, shown: int) -> str | None:
    """ "second" of "the second one" when fewer products than that were shown; None when there is such a place."""
    found = _PLACE.search(fold(text))
    word = (found["a"] or found["b"]) if found else None
    return word if word is not None and _ORDINALS[word] >= shown else None


def only_points(text: str) -> bool:
    """Is the text nothing but a place in what was shown: "2nd", "the last one please", "ok number 3"?"""
    return _PLACE_ALONE.match(fold(text)) is not None


def names_place(text: str) -> bool:
    """Is a place in what was shown named anywhere: "the 2nd", "number three"?"""
    return _ORDINAL.search(fold(text)) is not None


def points_at_place(text: str) -> bool:
    """Does the text name a place in what was shown, or a product by its end of a scale?"""
    return bool(only_points(text) or _PLACE.search(fold(text)) or _OTHER.search(text) or _ONE.search(text))


def points(text: str) -> bool:
    """Does the text say "it" or "that one"?"""
    return _POINTING.search(fold(text)) is not None


def describes(text: str) -> bool:
    """Does the text speak of a product by its looks ("the glass one"), not just of "it"?"""
    looks = _LIKE_THIS.search(fold(text))
    return looks is not None and _by_looks(looks["words"])


def without(text: str) -> str:
    """The question without the words that only point: "is the first one loud?" → "is loud?"."""
    return " ".join(_FILLER.sub("", _ONLY_POINTS.sub(" ", text)).split()).lstrip(" ,") or text


def each_named(session: Session, text: str) -> list[Item]:
    """Every product whose name stands in the text, in the order named: "the Barista 54 and the Primo 15"."""
    found: dict[str, Item] = {}
    for part in _BETWEEN.split(fold(text)):
        item = named(session, part) if part.strip() else None
        if item is not None:
            found.setdefault(item.product_id, item)
    return list(found.values())


def named(session: Session, text: str) -> Item | None:
    """The product whose name stands in the text: brand and model words, not just "grinder"."""
    hits = search.search(session, text, limit=6)
    asked = set(stems(text))
    said = [word for word in tokens(text) if word not in STOPWORDS]
    ranks = {stem(word) for word in said if word.endswith(("er", "est")) and PREFERENCE.fullmatch(word)}  # "bigger"
    meant: list[tuple[int, Item]] = []
    for item in shelf.items(session, [hit.product_id for hit in hits]).values():
        brand = set(stems(item.brand))
        ordinary = set(stems(f"{item.category} {' '.join(item.path)}")) | _VAGUE
        own = [word for word in _name_stems(item) if word not in brand and word not in ordinary and word not in ranks]
        shared = [word for word in own if word in asked]
        whole = bool(own) and own[0] in asked
        in_full = set(_name_stems(item)) - brand <= asked and (len(own) > 1 or len(said) <= FEW_WORDS)
        if whole and ((brand and brand <= asked) or len(shared) >= 2 or in_full or _is_its_type(item, text)):
            meant.append((len(shared), item))
    most = max((count for count, _ in meant), default=0)
    best = [item for count, item in meant if count == most]
    return best[0] if len({item.title.partition(",")[0] for item in best}) == 1 else None


def _is_its_type(item: Item, text: str) -> bool:
    """ "The santoku": is a word of the name all that such a thing is called?  "Descale it" names no descaler."""
    kind = tokens(item.fact("type"))
    said = tokens(text)
    return bool(kind) and set(kind) <= set(tokens(item.title)) and all(w in said or f"{w}s" in said for w in kind)


def _by_place(text: str, known: list[Item]) -> list[Item]:
    several = _SEVERAL.search(text)
    if several and len(known) > 1:
        if several["a"]:
            return known[: _NUMBERS[several["a"]] + 1]
        return known[:4]
    places: list[int] = []
    for found in _ORDINAL.finditer(text):
        word = found["a"]
        places.append(_ORDINALS[word] if word else _NUMBERS[(found["b"] or found["c"] or found["d"])])
    chosen = [known[place] for place in dict.fromkeys(places) if place < len(known)]
    if _LAST.search(text) and known and known[-1] not in chosen:
        chosen.append(known[-1])
    return chosen


def _names(text: str, item: Item, known: list[Item]) -> bool:
    """Does the text use a word of this product's name that the other shown ones do not share?"""
    asked = set(stems(text))
    others: set[str] = set()
    for other in known:
        if other is not item:
            others |= set(_name_stems(other)) | set(stems(other.brand))
    own = (set(_name_stems(item)) | set(stems(item.brand)) | set(stems(item.colour))) - others - _VAGUE
    common = {word for word in own if word in COLOUR_STEMS} if not _ONE.search(text) else set()
    return any(word in asked and (len(word) > 3 or not word.isalpha()) for word in own - common)


def _described(text: str, known: list[Item]) -> Item | None:
    """ "the cheaper one", "the lightest", "the most expensive one": the shown product at that end."""
    if not known or not (_ONE.search(text) or re.search(r"\b\w+est\b", text)):
        return None
    dear = re.search(r"\b(?:most\s+expensive|dearest|priciest|more\s+expensive|expensive|pricier)\b", text)
    priced = [item for item in known if item.price_cents is not None]
    if dear and priced:
        return max(priced, key=lambda item: item.price_cents or 0)
    found = PREFERENCE.search(text)
    key = found.lastgroup if found else next((OPPOSITE[word] for word in tokens(text) if word in OPPOSITE), None)
    if key == "cheap" and priced:
        return min(priced, key=lambda item: item.price_cents or 0)
    if key == "rated":
        return max(known, key=lambda item: item.rating or 0.0)
    if key in MEASURES:
        measured = [(value[0], item) for item in known if (value := item.measure(key)) is not None]
        if measured:
            pick = min if MEASURES[key].low == bool(found) else max
            return pick(measured, key=lambda pair: pair[0])[1]
    return None


def _name_stems(item: Item) -> list[str]:
    name = item.title.partition(",")[0]
    return [stem(word) for word in tokens(name) if word not in STOPWORDS][:8]
