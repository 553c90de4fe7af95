"""Answer a question about one product from all that is stated of it: facts, bullets, description, guides, reviews."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import answers, articles, catalogue, helpdesk, inquiry, money, words
from lifecycle.answers import Answer
from lifecycle.aspects import ASPECTS
from lifecycle.gaps import ANSWER_TITLE
from lifecycle.inquiry import Inquiry
from lifecycle.model import Product, Review

REVIEWS_READ = 60
OPEN = 0.6  # how sure evidence must be that leaves a yes or no to the shopper
EVIDENCE_LIMIT = 300

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_UNIT_ENDING = re.compile(r"[ _](?:db|kg|g|w|l|cm|mm|m|m2|s|h|lm|v|bar|per s|in|lb|oz|ml|hz|mah)$", re.IGNORECASE)
_WHERE = {
    "answer": "our team's answer",
    "facts": "product details",
    "bullets": "product page",
    "description": "product description",
    "guide": "guide",
    "review": "an owner's review",
}
_SETTLING = ("answer", "facts", "bullets", "description")  # a guide or one owner does not decide a yes or no
_GENERAL = 0.6  # what a guide counts for a yes/no question: it speaks of the kind, not of this product
_WEIGHT = {"answer": 1.25, "facts": 1.1, "bullets": 1.0, "description": 0.95, "guide": 0.75, "review": 0.7}


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
    that settles it.
    """
    product = catalogue.get(session, product_id)
    if product is None:
        return None
    stated = evidence(session, product)
    # "is the Quiet 40 dishwasher safe" asks for the dishwasher, "which burrs" for a word of the title: both are tried
    readings = [inquiry.read(text), inquiry.read(inquiry.without_name(text, product.title))]
    rated = [(reading, _ranked(reading, stated)) for reading in readings]
    sure = [_confidence(reading, ranked) for reading, ranked in rated]
    asked, ranked = rated[sure.index(max(sure))]
    confidence = round(max(sure), 4)
    best, score = ranked[0] if ranked else (Evidence("facts", "", ""), 0.0)
    polarity = answers.polarity(asked, best.text) if best.kind in _SETTLING else ""
    if confidence < (OPEN if asked.yes_no and not polarity else answers.SURE):
        named, related = _asked_for(readings), _related(rated)
        return Answer(text=named, source="", confidence=confidence, stated=False, related=related)
    return Answer(
        text=shown(best.text),
        source=best.source,
        confidence=confidence,
        polarity=polarity,
        sources=tuple(f"{found.source}: {shown(found.text)}" for found, value in ranked[:3] if value >= 0.6 * score),
    )


def evidence(session: Session, product: Product) -> list[Evidence]:
    """Every statement on the product the store holds, with its place."""
    price = money.format_price(product.price_cents, product.currency)
    columns = {"brand": product.brand, "price": price, "color": product.color, "size": product.size,
               "material": product.material, "availability": product.availability.replace("_", " ")}  # fmt: skip
    said = [("facts", "", f"{name}: {value}", "") for name, value in columns.items() if value]
    said += [("facts", "", f"{fact.name.replace('_', ' ')}: {fact.value}", "") for fact in product.facts]
    said += [("bullets", "", bullet, "") for bullet in product.bullets]
    said += [("description", "", sentence, "") for sentence in _sentences(product.description)]
    for title, heading, body in helpdesk.guides_for(session, product.product_id):
        kind = "answer" if title == ANSWER_TITLE else "guide"
        place = "" if kind == "answer" else f"guide: {title}"
        said.append((kind, place, articles.plain(body, EVIDENCE_LIMIT), heading))
    query = sa.select(Review.text).where(Review.product_id == product.product_id)
    recent = session.scalars(query.order_by(Review.created_at.desc()).limit(REVIEWS_READ))
    said += [("review", "", sentence, "") for text in recent for sentence in _sentences(text)]
    return [Evidence(kind, place or _WHERE[kind], text, heading) for kind, place, text, heading in said if text.strip()]


def shown(text: str) -> str:
    """A fact as people read it: "noise db: 62 dB" becomes "Noise: 62 dB"."""
    name, colon, value = text.partition(":")
    if not colon or len(name.split()) > 4:
        return text
    name = _UNIT_ENDING.sub("", name.strip()) if any(map(str.isdigit, value)) else name.strip()
    return f"{name[:1].upper()}{name[1:].replace('_', ' ')}: {value.strip()}"


def _ranked(asked: Inquiry, stated: list[Evidence]) -> list[tuple[Evidence, float]]:
    scores = inquiry.score(asked, [inquiry.statement(entry.matched) for entry in stated])
    general = _GENERAL if asked.yes_no else 1.0
    rated = [
        (entry, value * _WEIGHT[entry.kind] * (general if entry.kind == "guide" else 1.0))
        for entry, value in zip(stated, scores, strict=True)
        if value > 0
    ]
    return sorted(rated, key=lambda pair: -pair[1])


def _confidence(asked: Inquiry, ranked: list[tuple[Evidence, float]]) -> float:
    return answers.answerable(asked, ranked[0][0].matched, ranked[0][1]) if ranked else 0.0


def _asked_for(readings: list[Inquiry]) -> str:
    asked = next((reading for reading in reversed(readings) if reading.stems or reading.outright), readings[0])
    if asked.outright:
        return asked.aspects[0]
    tokens = [token for token in words.tokens(asked.text) if words.stem(token) in asked.stems]
    return " ".join(dict.fromkeys(tokens[:4]))


def _related(rated: list[tuple[Inquiry, list[tuple[Evidence, float]]]]) -> str:
    """The best fact under the name of the asked property: no answer, but what a person at the counter would add."""
    for asked, ranked in reversed(rated):
        for entry, _ in ranked:
            name = inquiry.statement(entry.text).name if entry.kind == "facts" else frozenset()
            if any(name & ASPECTS[aspect].words for aspect in asked.aspects):
                return shown(entry.text)
    return ""


def _sentences(text: str) -> list[str]:
    return [sentence.strip()[:EVIDENCE_LIMIT] for sentence in _SENTENCE.split(text) if sentence.strip()]
