"""What a shopper needs, read from free text: what it is, what it may cost, what it must be and must not be.

    needs.read("a quiet grinder under $150 for espresso, not black", vocabulary)
    → category "Coffee grinders", price_max 15000, prefer ("quiet",), wanted ("espresso",), unwanted ("black",)

A need is only what was said: nothing is guessed from what is usual.  Later statements refine or replace earlier ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sqlalchemy.orm import Session

from lifecycle.language.measures import MEASURES, OTHER
from lifecycle.language.words import stem, stems
from lifecycle.needs import phrasing, prices
from lifecycle.needs import vocabulary as store_vocabulary
from lifecycle.needs.vocabulary import Vocabulary

_LOWEST = re.compile(r"\b(?:cheapest|least\s+expensive|lowest[\s-]priced?)\b", re.I)
_INSTEAD = re.compile(
    r"^\W*(?:(?:actually|wait|hm+|oh|sorry|ok|well)\b[\s,]*)*(?:no|nah|rather|make\s+(?:it|that))\b[\s,]*(?:an?|the|rather)?\b|\binstead\b",
    re.I,
)
OPPOSITES = (("small", "big"), ("light", "heavy"))
HEARD = 8  # texts a vocabulary remembers
MOST_TERMS = 12  # wanted and unwanted words kept of one shopper


@dataclass(frozen=True)
class Limit:
    """A measurable limit as stated: `low` and `high` in `unit` (see measures), both inclusive; `label` as shown."""

    unit: str
    low: float | None = None
    high: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Needs:
    """Everything a shopper stated.  Prices in minor units of `currency`, inclusive; words lower-case as they said them.

    `prefer` holds keys of measures.MEASURES and measures.OTHER ("quiet", "cheap"); `text` holds the needs' words.  The
    search gets `phrase`, the request in one piece, where there is one: whoever changes the words takes it away.
    """

    text: str = ""
    phrase: str = field(default="", compare=False)  # says nothing that the other fields do not
    category: str = ""
    kind: str = ""  # the product noun, as a stem: a product must be one
    noun: str = ""  # the same as it was typed
    price_min: int | None = None
    price_max: int | None = None
    currency: str = "USD"
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    brand: str = ""
    colour: str = ""
    size: str = ""
    quantity: int | None = None
    use: str = ""
    interests: tuple[str, ...] = ()  # what the one it is for likes; they choose where no kind of product is named
    audience: str = ""
    others: tuple[str, ...] = ()  # stems that name the kind together with `kind`: ("robot",) of a robot vacuum
    talk: tuple[str, ...] = ()  # words of the shopper's talk that are no need; at most a hint for relevance
    contradictions: tuple[tuple[str, str], ...] = ()  # what was said both ways in one breath: ("over $80", "under $50")
    lowest: bool = False  # "the cheapest": the price alone decides among those that fit

    @property
    def empty(self) -> bool:
        return not (self.stated or self.kind or self.category)

    @property
    def stated(self) -> int:
        """How many needs were stated beyond what kind of product it is."""
        budget = self.price_min is not None or self.price_max is not None
        single = (budget, self.brand, self.colour, self.size, self.audience)
        return sum(map(bool, single)) + sum(
            map(len, (self.wanted, self.unwanted, self.prefer, self.limits, self.interests))
        )

    @property
    def by_interest(self) -> bool:
        """Is a present looked for by what somebody likes, whatever kind of product it may be?"""
        return bool(self.interests) and not (self.kind or self.noun or self.category)

    @property
    def thing(self) -> str:
        """What is looked for, in words: the store's category when it names it, else the shopper's own noun."""
        if self.category and (not self.noun or self.kind in stems(self.category)):
            return self.category
        return self.noun

    def labels(self) -> list[str]:
        """Everything wanted, as words: "quiet", "espresso", "red"."""
        preferred = [MEASURES[key].word if key in MEASURES else OTHER[key][0] for key in self.prefer]
        limits = [limit.label for limit in self.limits]
        single = [word for word in (self.colour, self.brand, self.size, self.use, self.audience) if word]
        return list(dict.fromkeys([*preferred, *limits, *self.wanted, *single]))

    def to_json(self) -> dict[str, Any]:
        """A JSON object of the fields that are set."""
        made = {name: value for name, value in vars(self).items() if value not in ("", None, (), [], False)}
        if self.limits:
            made["limits"] = tuple(dict(vars(limit)) for limit in self.limits)
        return made

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> Needs:
        """The needs of `to_json`; unknown keys are left out, so that an old slot can be read."""
        known = {each.name for each in fields(cls)}
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in (stored or {}).items()
        }
        kept["limits"] = tuple(Limit(**limit) for limit in kept.get("limits", ()))
        kept["contradictions"] = tuple((one, other) for one, other in kept.get("contradictions", ()))
        return cls(**{name: value for name, value in kept.items() if name in known})


def store_words(session: Session) -> Vocabulary:
    """The words of the store as its catalogue is now."""
    return store_vocabulary.read(session)


def read(text: str, vocabulary: Vocabulary, previous: Needs | None = None) -> Needs:
    """The needs a text states, laid over `previous`: refined, or begun afresh when it names another kind of product.

    "actually under 200" replaces the budget, "not black" adds to what is unwanted, "any colour" takes a need back.
    """
    new, said = _said(text, vocabulary, (previous.kind or previous.noun) if previous else "")
    if previous is not None and _INSTEAD.search(text) and new.wanted:
        previous = _unqualified(previous)  # "a robot vacuum", "actually no, a stick one"
    if previous is None or previous.empty:
        return new
    if _another(new, previous):  # "no blanket after all, a board game": the thing of before is refused, not its parts
        before = {previous.kind, *stems(previous.noun)[-1:]}
        unwanted = tuple(term for term in new.unwanted if not before & set(stems(term)))
        return replace(new, unwanted=unwanted, phrase=new.phrase if unwanted == new.unwanted else "")
    amount = None if said.budget.stated else prices.bare(text)
    if amount is not None and (previous.price_max or previous.price_min):  # "make it 200"
        cents = prices.minor(amount, previous.currency)
        return replace(previous, price_min=cents) if previous.price_max is None else replace(previous, price_max=cents)
    return _merged(new, previous, said, vocabulary)


def _said(text: str, vocabulary: Vocabulary, kind: str) -> tuple[Needs, phrasing.Said]:
    """What a text says by itself, and its parts, which nobody changes; several questions of one turn read the same
    text, so that what was read last is kept with the vocabulary."""
    known = vocabulary.heard.get((text, kind))
    if known is not None:
        return known
    said = phrasing.read(text, vocabulary, kind=kind)
    new = Needs(
        text=" ".join(said.words),
        phrase=said.phrase,
        category=said.category,
        kind=said.kind,
        noun=said.noun,
        others=said.others,
        talk=tuple(said.talk),
        price_min=said.budget.low,
        price_max=said.budget.high,
        currency=said.budget.currency or vocabulary.currency,
        wanted=tuple(said.wanted[:MOST_TERMS]),
        unwanted=tuple(said.unwanted[:MOST_TERMS]),
        prefer=tuple(said.prefer),
        limits=tuple(Limit(*limit) for limit in said.limits),
        brand=said.brand,
        colour=said.colour,
        size=said.size,
        quantity=said.quantity,
        use=said.use,
        interests=tuple(said.interests),
        audience=said.audience,
        lowest=bool(_LOWEST.search(text)),
    )
    if len(vocabulary.heard) >= HEARD:
        vocabulary.heard.clear()
    vocabulary.heard[text, kind] = made = _consistent(new, said), said
    return made


def _unqualified(needs: Needs) -> Needs:
    """The bare kind: without what was wanted of it, and without what else its name said."""
    gone = {*needs.others, *(word for term in needs.wanted for word in stems(term))} - {needs.kind}
    noun = needs.noun.split()[-1] if needs.others and needs.noun else needs.noun
    text = " ".join(word for word in needs.text.split() if stem(word) not in gone)
    return replace(needs, wanted=(), others=(), noun=noun, text=text, phrase="")


def _another(new: Needs, previous: Needs) -> bool:
    """Does the new text ask for another kind of product?"""
    if not new.noun or not (previous.noun or previous.category):
        return False
    if not previous.noun:
        return not (new.category and new.category == previous.category)
    return new.kind != previous.kind or (not new.kind and stems(new.noun)[-1:] != stems(previous.noun)[-1:])


def _consistent(new: Needs, said: phrasing.Said) -> Needs:
    """What one message says both ways is named in `contradictions`; until that is cleared up the refusal, and of two
    prices the lower one, counts."""
    refused = {frozenset(stems(term)): term for term in new.unwanted}
    free = {
        frozenset(stems(term.removesuffix(" free").removesuffix("-free"))): term
        for term in new.wanted
        if "free" in term
    }
    pairs: list[tuple[str, str]] = [said.budget.clash] if said.budget.clash else []
    wanted: list[str] = []
    for term in new.wanted:
        meant = frozenset(stems(term))
        if meant in refused or meant in free:
            pairs.append((term, free[meant] if meant in free else f"not {refused[meant]}"))
        else:
            wanted.append(term)
    if new.colour and frozenset(stems(new.colour)) in refused:
        pairs.append((new.colour, f"not {new.colour}"))
        new = replace(new, colour="")
    for one, other in OPPOSITES:
        if one in new.prefer and other in new.prefer:
            pairs.append((MEASURES[one].word, MEASURES[other].word))
    kept = {limit.unit: limit for limit in new.limits}
    for limit in new.limits:
        if limit is not kept[limit.unit] and _apart(limit, kept[limit.unit]):
            pairs.append((limit.label, kept[limit.unit].label))
    return replace(new, wanted=tuple(wanted), contradictions=tuple(pairs))


def _apart(one: Limit, other: Limit) -> bool:
    lows = [limit.low for limit in (one, other) if limit.low is not None]
    highs = [limit.high for limit in (one, other) if limit.high is not None]
    return bool(lows and highs) and max(lows) > min(highs)


def _merged(new: Needs, previous: Needs, said: phrasing.Said, vocabulary: Vocabulary) -> Needs:
    gone = {stem(word) for word in said.dropped}
    kept = replace(
        previous,
        wanted=tuple(term for term in previous.wanted if not gone & set(stems(term))),
        unwanted=tuple(term for term in previous.unwanted if not gone & set(stems(term))),
        prefer=tuple(key for key in previous.prefer if key not in said.dropped_preferences),
        brand="" if "brand" in gone or gone & set(stems(previous.brand)) else previous.brand,
        colour="" if stem("colour") in gone or gone & set(stems(previous.colour)) else previous.colour,
        size="" if "size" in gone else previous.size,
        use="" if gone & set(stems(previous.use)) else previous.use,
    )
    if stem("colour") in gone:
        kept = replace(
            kept, unwanted=tuple(t for t in kept.unwanted if not store_vocabulary.COLOUR_STEMS & set(stems(t)))
        )
    if "brand" in gone:
        brands = set(vocabulary.brands.values())  # and names the store has never heard of
        others = tuple(t for t in kept.unwanted if t not in brands and set(stems(t)) & vocabulary.words)
        kept = replace(kept, unwanted=others)
    low, high, currency = _budget(new, kept, said.budget)
    unwanted = _joined(kept.unwanted, new.unwanted, without=(*new.wanted, new.colour))
    wanted = _joined(kept.wanted, new.wanted, without=new.unwanted)
    opposite = {"light": "heavy", "heavy": "light", "small": "big", "big": "small"}
    prefer = [key for key in kept.prefer if opposite.get(key) not in new.prefer]
    limits = {limit.unit: limit for limit in (*kept.limits, *new.limits)}
    stale = {stem(word) for term in (*new.unwanted, *said.dropped) for word in term.split()}
    words = [word for word in kept.text.split() if stem(word) not in stale]
    unwanted_stems = {word for term in new.unwanted for word in stems(term)}
    return replace(
        kept,
        contradictions=new.contradictions,
        phrase="" if new.text or new.unwanted or said.dropped else kept.phrase,
        text=" ".join(dict.fromkeys([*words, *new.text.split()])),
        category=new.category or kept.category,
        kind=new.kind or kept.kind,
        noun=new.noun or kept.noun,
        others=new.others if new.noun else kept.others,
        talk=new.talk,
        price_min=low,
        price_max=high,
        currency=currency,
        wanted=wanted,
        unwanted=unwanted,
        prefer=tuple(dict.fromkeys([*prefer, *new.prefer])),
        limits=tuple(limits.values()),
        brand=new.brand or ("" if unwanted_stems & set(stems(kept.brand)) else kept.brand),
        colour=new.colour or ("" if unwanted_stems & set(stems(kept.colour)) else kept.colour),
        size=new.size or kept.size,
        quantity=new.quantity or kept.quantity,
        use=new.use or kept.use,
        interests=new.interests or kept.interests,
        audience=new.audience or kept.audience,
        lowest=new.lowest or kept.lowest,
    )


def _budget(new: Needs, kept: Needs, said: prices.Budget) -> tuple[int | None, int | None, str]:
    if said.no_limit:
        return None, None, kept.currency
    if said.shift:
        high = kept.price_max + said.shift if kept.price_max is not None else None
        return kept.price_min, high if high is None or high > 0 else kept.price_max, kept.currency
    if not said.stated:
        return kept.price_min, kept.price_max, kept.currency
    low = new.price_min if new.price_min is not None else kept.price_min
    high = new.price_max if new.price_max is not None else kept.price_max
    if low is not None and high is not None and low > high:
        low, high = new.price_min, new.price_max
    return low, high, new.currency


def _joined(old: tuple[str, ...], new: tuple[str, ...], *, without: tuple[str, ...]) -> tuple[str, ...]:
    taken_back = {frozenset(stems(term)) for term in without if term}
    return tuple(dict.fromkeys(t for t in (*old, *new) if frozenset(stems(t)) not in taken_back))[:MOST_TERMS]
