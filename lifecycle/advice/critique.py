"""Critiques of what was shown: "cheaper", "quieter and lighter", "not black", "more like the second".

A critique is laid over the needs: "cheaper" is a budget just below what it is compared with, "quieter" a limit on the
measure.  Shown products that no longer fit disappear by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from lifecycle import needs as reading
from lifecycle import search
from lifecycle.advice import compare, shelf
from lifecycle.advice.relaxations import firm_needs, passes
from lifecycle.advice.shelf import Item
from lifecycle.language.measures import MEASURES, OPPOSITE, PREFERENCE, Measure
from lifecycle.language.words import fold, stems
from lifecycle.needs import Limit, Needs
from lifecycle.needs.vocabulary import Vocabulary

SIMILAR_POOL = 80
_LIKE = re.compile(r"\b(?:more\s+like|similar\s+to|something\s+like|like)\s+(?:the|this|that|it|number|option)", re.I)
_OTHER_BRAND = re.compile(r"\b(?:different|other|another)\s+(?:brands?|makes?|manufacturers?)\b", re.I)
_OTHER_COLOUR = re.compile(r"\b(?:different|other|another)\s+colou?rs?\b", re.I)
_TOO = re.compile(rf"\btoo\s+(?:\w+\s+)?({'|'.join(OPPOSITE)}|quiet|light|fast|bright|cheap|powerful)\b", re.I)
_NOT_TOO = re.compile(rf"\bnot\s+(?:too|so|that|very|overly)\s+(?P<word>{'|'.join(OPPOSITE)})\b", re.I)
_NOT_IT = re.compile(
    r"\b(?:not|no)\s+(?:to\s+)?(?:this|that|these|those|the)(?:\s+(?:[\w-]+\s+)?(?:ones?|products?|[\w-]+))?\s*$|"
    r"\b(?:not|no)\s+(?:this|that|these|those)(?:\s+ones?)?\b(?!\s+\w+)|"
    r"\b(?:don'?t|do\s+not|didn'?t)\s+(?:really\s+)?(?:like|want|fancy|love)\s+(?:it|this|that|these|those|them|"
    r"(?:the\s+)?(?:first|second|third|last|1st|2nd|3rd)|any\s+of)\b|"
    r"\b(?:hate|dislike)\s+(?:it|this|that|these|those|them)\b|^\W*(?:anything|everything|all)\s+but\s+(?:this|that)\b",
    re.I,
)
_ALL_OF_THEM = re.compile(r"\b(?:these|those|them|any\s+of|none)\b", re.I)
_DEARER = re.compile(r"\b(?:more\s+expensive|dearer|pricier|higher[\s-]end|more\s+premium|fancier|top[\s-]end)\b", re.I)
_QUESTION = re.compile(
    r"^\W*(?:is|are|does|do|did|can|could|will|would|has|have|how|what|why)\b|\b(?:how|what|is)\b.*\?", re.I
)
_WISH = re.compile(
    r"\b\w{3,}er\b(?<!under)(?<!over)(?<!water)(?<!power)(?<!another)|\b(?:more|less|too|another|different|similar|instead|"
    r"without|not|something|anything|any|other|else)\b",
    re.I,
)
_HALF = re.compile(
    r"\bhalf\s+(?:of\s+)?(?:the|that|its|this)\s+(?:price|cost|money)\b|\bhalf\s+as\s+(?:much|expensive)\b", re.I
)
_CLOSER = 0.001  # a limit just better than the product it is compared with
_SIMILAR_PRICE = 0.3


@dataclass(frozen=True)
class Critique:
    """Needs after a critique; `keys` name what was to be better, `like` the product to resemble, `rejected` the ids of
    products that were refused as such ("not this one")."""

    needs: Needs
    keys: tuple[str, ...] = ()
    like: Item | None = None
    rejected: tuple[str, ...] = ()
    understood: bool = True

    @property
    def musts(self) -> frozenset[str]:
        """The keys of the needs that are the critique itself: what does not meet them is no answer to it."""
        units = {MEASURES[key].unit for key in self.keys if key in MEASURES}
        return frozenset(f"limit:{limit.unit}" for limit in self.needs.limits if limit.unit in units)


def read(text: str, needs: Needs, shown: Sequence[Item], reference: Item | None, vocabulary: Vocabulary) -> Critique:
    """The needs a critique leads to, compared with `reference` when one is named.

    Else a single wish is compared with the best of those shown ("cheaper" than all of them), several at once with the
    first one: nothing may be both cheaper than the cheapest and lighter than the lightest.
    """
    folded = fold(text).replace("’", "'")
    if shown and _NOT_IT.search(folded) and not _changed_by(folded, needs, vocabulary):
        refused = shown if _ALL_OF_THEM.search(folded) else [reference or shown[0]]
        return Critique(needs, rejected=tuple(item.product_id for item in refused))
    if _LIKE.search(folded) and (reference or shown):
        return Critique(needs, tuple(_keys(_LIKE.sub(" ", folded))), like=reference or shown[0])
    mild = [OPPOSITE[found["word"].lower()] for found in _NOT_TOO.finditer(folded)]  # a wish, compared with nothing
    keys = _keys(_NOT_TOO.sub(" ", folded))
    rest = PREFERENCE.sub(" ", _TOO.sub(" ", _DEARER.sub(" ", folded)))
    merged = reading.read(rest, vocabulary, needs)
    new = replace(merged, text=needs.text, phrase=needs.phrase) if merged.kind == needs.kind else merged
    if merged.kind == needs.kind and merged.wanted != needs.wanted:
        understood = bool(keys or mild)  # then other words may be talk: "not too loud, the baby sleeps"
        known = [
            term
            for term in merged.wanted
            if term in needs.wanted
            or (any(item.says(term) for item in shown) if understood else set(stems(term)) <= vocabulary.words)
        ]
        new = replace(new, wanted=tuple(known))
    for item in [reference or (shown[0] if shown else None)]:
        if item and _OTHER_BRAND.search(folded) and item.brand:
            new = replace(new, unwanted=tuple(dict.fromkeys([*new.unwanted, item.brand])), brand="")
        if item and _OTHER_COLOUR.search(folded) and item.colour:
            new = replace(new, unwanted=tuple(dict.fromkeys([*new.unwanted, item.colour.lower()])), colour="")
    several = len(keys) + bool(_DEARER.search(folded)) > 1
    compared = [reference] if reference else list(shown[:1]) if several else list(shown)
    if _DEARER.search(folded):
        costs = [item.price_cents for item in compared if item.price_cents is not None]
        if costs:
            new = replace(new, price_min=max(costs) + 1, price_max=None)
            keys = [key for key in keys if key != "cheap"]
    new = replace(new, prefer=tuple(dict.fromkeys([*new.prefer, *mild])))
    half = _HALF.search(folded)
    for key in keys or (["cheap"] if half else []):
        new = _better(new, key, compared)
    costs = [item.price_cents for item in compared if item is not None and item.price_cents is not None]
    if half and costs:
        keys = list(dict.fromkeys([*keys, "cheap"]))
        new = replace(new, price_max=min(costs) // 2)
    return Critique(new, tuple(keys), understood=new != needs or bool(keys) or bool(mild))


def _changed_by(text: str, needs: Needs, vocabulary: Vocabulary) -> bool:
    """Does a refusal name a property ("not the black one"), not just the product?"""
    return reading.read(text, vocabulary, needs).unwanted != needs.unwanted


def is_question(text: str) -> bool:
    """Does the text ask about what was shown, instead of wishing it different?"""
    folded = fold(text)
    return _QUESTION.search(folded) is not None and _WISH.search(folded) is None


def refuses(text: str) -> bool:
    """ "Not this one", "I don't like it": a product is turned down as such."""
    return _NOT_IT.search(fold(text).replace("’", "'")) is not None


def similar(session: Session, like: Item, needs: Needs, *, better: Sequence[str] = (), limit: int = 3) -> list[Item]:
    """The products most like one (same kind, same facts, about the same price) that keep every hard need.

    "Like it but cheaper": those that are not `better` in this come last.
    """
    hits = search.search(session, f"{like.title} {like.category}", limit=SIMILAR_POOL)
    found = shelf.items(session, [hit.product_id for hit in hits if hit.product_id != like.product_id])
    hard = [need for need in firm_needs(needs, list(found.values())) if need.hard]
    same_kind = [item for item in found.values() if item.category == like.category]
    line = like.title.partition(",")[0]
    best = max((hit.score for hit in hits), default=1.0) or 1.0
    relevance = {hit.product_id: hit.score / best for hit in hits}

    def score(item: Item) -> float:
        same = sum((item.fact(name) == value) for name, value in like.facts) / max(1, len(like.facts))
        near = 0.0
        if item.price_cents and like.price_cents and item.currency == like.currency:
            near = max(0.0, 1 - abs(item.price_cents - like.price_cents) / (like.price_cents * (1 + _SIMILAR_PRICE)))
        return relevance[item.product_id] + 2 * same + near

    ranked = sorted(
        (item for item in same_kind if passes(item, hard) and item.title.partition(",")[0] != line),
        key=lambda item: (not all(_is_better(item, like, key) for key in better), -score(item)),
    )
    return ranked[:limit]


def _is_better(item: Item, than: Item, key: str) -> bool:
    """Is an item cheaper, quieter … than another?  What cannot be compared is not."""
    own, other = compare.number(item, key), compare.number(than, key)
    if own is None or other is None:
        return False
    return own[0] < other[0] if compare.low(key) else own[0] > other[0]


def _keys(text: str) -> list[str]:
    """What is to be better: "cheaper and quieter" → cheap, quiet; "too heavy" → light."""
    keys = [OPPOSITE[found.group(1)] for found in _TOO.finditer(text) if found.group(1) in OPPOSITE]
    cleared = _TOO.sub(" ", text)
    for found in PREFERENCE.finditer(cleared):
        if found.lastgroup:
            keys.append(found.lastgroup)
    for word, key in OPPOSITE.items():
        if re.search(rf"\bless\s+{word}\b", cleared):
            keys.append(key)
    if re.search(r"\bless\s+money|cost(?:s)?\s+less|lower\s+budget|price\s+is\s+(?:too\s+)?high", cleared):
        keys.append("cheap")
    if re.search(r"(?<!not\s)\blight(?:er)?\b", cleared) and "light" not in keys and "lighting" not in cleared:
        keys.append("light")
    return list(dict.fromkeys(keys))


def _better(needs: Needs, key: str, compared: Sequence[Item | None]) -> Needs:
    items = [item for item in compared if item is not None]
    prefer = tuple(dict.fromkeys([*needs.prefer, key]))
    if key == "cheap":
        costs = [item.price_cents for item in items if item.price_cents is not None]
        if not costs:
            return replace(needs, prefer=prefer)
        cents = min(costs) - 1
        low = needs.price_min if needs.price_min is None or needs.price_min <= cents else None
        return replace(needs, price_max=cents, price_min=low, currency=items[0].currency)
    if key == "rated" or key not in MEASURES:
        return replace(needs, prefer=prefer)
    measure = MEASURES[key]
    measured = [found for item in items if (found := item.measure(key)) is not None]
    if not measured:
        return replace(needs, prefer=prefer)
    number, value = (min if measure.low else max)(measured)
    limits = [limit for limit in needs.limits if limit.unit != measure.unit]
    return replace(needs, prefer=prefer, limits=(*limits, _limit(measure, number, value)))


def _limit(measure: Measure, number: float, value: str) -> Limit:
    label = f"{measure.more} than {value.partition(',')[0]}"
    if measure.low:
        return Limit(measure.unit, None, number * (1 - _CLOSER), label)
    return Limit(measure.unit, number * (1 + _CLOSER), None, label)
