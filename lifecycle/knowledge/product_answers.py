"""Answer a question about one product from all that is stated of it: facts, bullets, description, guides, reviews."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import catalogue, money
from lifecycle.knowledge import answers, articles, helpdesk, inquiry, matching, polarity
from lifecycle.knowledge.answers import Answer
from lifecycle.knowledge.aspects import ASPECTS
from lifecycle.knowledge.inquiry import Inquiry
from lifecycle.knowledge.passages import passage, split
from lifecycle.language import words
from lifecycle.model import Product, Review

REVIEWS_READ = 60
EVIDENCE_LIMIT = 300

_WHICH = re.compile(r"\W*(?:so |and |ok )?which (?:one|of)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_UNIT_ENDING = re.compile(r"[ _](?:db|kg|g|w|l|cm|mm|m|m2|s|h|lm|v|bar|per s|in|lb|oz|ml|hz|mah)$", re.IGNORECASE)
_WHERE = {
    "answer": "our team",
    "facts": "product details",
    "bullets": "product page",
    "description": "product description",
    "guide": "guide",
    "review": "an owner's review",
}
_SETTLING = ("answer", "facts", "bullets", "description")  # a guide or one owner does not decide a yes or no
# What a place adds to a statement's score: the store's own word goes before an owner's.
_TRUST = {"answer": 1.0, "facts": 0.4, "bullets": 0.0, "description": 0.0, "guide": -0.5, "review": -0.8}
# How sure a statement of each kind of place must be to be given as the answer.
_ENOUGH = {"answer": 0.45, "facts": 0.4, "bullets": 0.55, "description": 0.55, "guide": 0.7, "review": 0.75}
SETTLES = 0.1  # how much less sure what settles a yes or no may be ...
KIN = 0.45  # how surely a property is asked whose nearest fact is offered
LEAVES_OPEN = 0.2  # ... and how much surer what is asked with yes or no in mind and leaves it open must be
# A fact on one property is what comes nearest to another of its family.
_FAMILIES = [
    frozenset(family.split(", "))
    for family in (
        "cleaning, washing, dishwasher, drying, ironing, shrinking",
        "size, height, width, length, depth, thickness, diameter, folded size, capacity",
        "battery, battery life, battery type, charging time, charging method, power source",
        "waterproof, outdoor use, pool, bathroom, rust",
        "warmth, insulation, temperature, coolness",
        "power, voltage, power source, plug",
        "noise, noise cancelling",
    )
]


@dataclass(frozen=True)
class Evidence:
    """One statement on a product: which kind of place it stands in, the place's name, the words, their heading."""

    kind: str
    source: str
    text: str
    heading: str = ""

    @property
    def matched(self) -> str:
        return f"{self.heading} {self.text}" if self.heading else self.text


def answer_product(session: Session, product_id: str, text: str) -> Answer | None:
    """What the store knows of this product on the question, with its source; None for an unknown product.

    `stated` is False when nothing stated answers it: then `text` names what was asked ("battery"), so that the gap can
    be said and noted, and is "" when not even that is clear.  A yes/no question gets `polarity` only from a statement
    that settles it; owners' words settle nothing.
    """
    product = catalogue.get(session, product_id)
    if product is None:
        return None
    stated = evidence(session, product)
    asked = inquiry.read(text, product.title)
    if asked.yes_no or asked.numeric or _WHICH.match(text):  # a guide speaks of the kind, not of this product
        stated = [entry for entry in stated if entry.kind != "guide"]
    rows = matching.features(
        asked, [passage(entry.matched) for entry in stated], [answers.kind_of(entry.kind) for entry in stated]
    )
    scores = [matching.total(row) + _TRUST[entry.kind] for entry, row in zip(stated, rows, strict=True)]
    order = sorted(range(len(stated)), key=lambda i: -scores[i])
    sure = round(matching.sureness(asked, rows, order[0]), 4) if order else 0.0
    best = stated[order[0]] if order else Evidence("facts", "", "")
    said = polarity.polarity(asked, best.text) if best.kind in _SETTLING else ""
    measured = bool(asked.units & passage(best.text).units)  # "is it loud?" is answered by its decibels
    margin = LEAVES_OPEN if asked.yes_no and best.kind != "review" and not measured else 0.0
    if sure < _ENOUGH[best.kind] + (-SETTLES if said else margin):
        return Answer(
            text=_asked_for(asked), source="", confidence=sure, stated=False, related=_related(asked, stated, order)
        )
    name, value = split(best.text) if best.kind == "facts" else ("", best.text)
    return Answer(
        text=best.text,
        source=best.source,
        confidence=sure,
        polarity=said,
        sources=tuple(
            f"{stated[i].source}: {stated[i].text}" for i in order[:3] if scores[i] >= scores[order[0]] - 1.0
        ),
        kind=best.kind,
        name=name,
        value=value,
    )


def evidence(session: Session, product: Product) -> list[Evidence]:
    """Every statement on the product the store holds, with its place."""
    price = money.format_price(product.price_cents, product.currency)
    columns = {"brand": product.brand, "price": price, "color": product.color, "size": product.size,
               "material": product.material, "availability": product.availability.replace("_", " ")}  # fmt: skip
    said = [("facts", "", f"{name}: {value}", "") for name, value in columns.items() if value]
    said += [("facts", "", f"{fact.name}: {fact.value}", "") for fact in product.facts]
    said += [("bullets", "", bullet, "") for bullet in product.bullets]
    said += [("description", "", sentence, "") for sentence in _sentences(product.description)]
    for section in helpdesk.guides_for(session, product.product_id):
        kind = "answer" if section.kind == "answer" else "guide"
        place = section.source if kind == "answer" else f"guide: {section.title}"
        said.append((kind, place, articles.plain(section.body, EVIDENCE_LIMIT), section.heading))
    query = sa.select(Review.text).where(Review.product_id == product.product_id)
    recent = session.scalars(query.order_by(Review.created_at.desc()).limit(REVIEWS_READ))
    said += [("review", "", sentence, "") for text in recent for sentence in _sentences(text)]
    return [
        Evidence(kind, place or _WHERE[kind], shown(text) if kind == "facts" else text, heading)
        for kind, place, text, heading in said
        if text.strip()
    ]


def shown(text: str) -> str:
    """A fact as people read it: "noise db: 62 dB" becomes "Noise: 62 dB"."""
    name, colon, value = text.partition(":")
    if not colon:
        return text
    name = _UNIT_ENDING.sub("", name.strip()) if any(map(str.isdigit, value)) else name.strip()
    return f"{name[:1].upper()}{name[1:].replace('_', ' ')}: {value.strip()}"


def _asked_for(asked: Inquiry) -> str:
    """What is asked, in the shopper's words or as the property is called; "" when neither is short and clear."""
    if set(words.stems(asked.named_aspect)) & set(asked.terms):
        return asked.named_aspect
    tokens = [token for token in words.tokens(asked.text) if words.stem(token) in asked.terms]
    return " ".join(dict.fromkeys(tokens[:4]))


def _related(asked: Inquiry, stated: list[Evidence], order: list[int]) -> str:
    """The best fact under the name of the asked property: no answer, but what a person at the counter would add."""
    named = {name for name, sure in asked.aspects.items() if sure >= KIN}
    kin = named.union(*(family for family in _FAMILIES if family & named))
    for place in order:
        entry = stated[place]
        name = passage(entry.text).name if entry.kind == "facts" else frozenset()
        if any(name & ASPECTS[aspect].asks for aspect in kin):
            return entry.text
    return ""


@functools.lru_cache(maxsize=4_096)
def _sentences(text: str) -> list[str]:
    return [sentence.strip()[:EVIDENCE_LIMIT] for sentence in _SENTENCE.split(text) if sentence.strip()]
