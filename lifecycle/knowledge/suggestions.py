"""The next useful question on a product or a guide: one that can be answered, and was not asked or offered before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.knowledge import helpdesk, reviews
from lifecycle.language import words
from lifecycle.model import Article, ContentGap

LEAST_OWNERS = 2  # who speak of an aspect before it is offered
_TROUBLE = ("my ", "it ", "the ", "there ", "they ", "one ", "a ", "nothing ", "food ", "water ", "feathers ")
# What buyers want to hear from owners, the most wanted first.
_ASPECTS = (
    "noise", "cleaning", "comfort", "durability", "battery", "size", "assembly", "taste", "warmth", "softness", "smell",
    "power", "sizing",
)  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """A question of a guide or of staff's answers in its own words, or the aspect owners speak of."""

    question: str = ""
    aspect: str = ""

    @property
    def key(self) -> str:
        """What it is known by, however it was asked."""
        return self.aspect or key_of(self.question)


def key_of(question: str) -> str:
    return " ".join(words.tokens(question))


def next_question(
    session: Session, *, product_id: str | None, article_id: int | None = None, told: Collection[str] = ()
) -> Suggestion | None:
    """The first that is not in `told` (keys): what follows in the guide just told, what shoppers asked the team about
    this product, its guides' other questions, then what its owners speak of."""
    known = {key for entry in told for key in (entry, key_of(entry))}
    made = (
        *_of_guide(session, article_id),
        *(_of_product(session, product_id) if product_id else ()),
    )
    for question in made:
        if key_of(question) not in known:
            return Suggestion(question=question)
    for aspect in _ASPECTS if product_id else ():
        if aspect in known:
            continue
        said = reviews.owners_say(session, str(product_id), f"what do owners say about the {aspect}")
        if said.aspect and said.for_count + said.against_count + said.neither_count >= LEAST_OWNERS:
            return Suggestion(aspect=aspect)
    return None


def _of_guide(session: Session, article_id: int | None) -> list[str]:
    """The questions of the guide a section stands in, from the next one on; mishaps last."""
    told = session.get(Article, article_id) if article_id is not None else None
    if told is None or told.kind != "guide":
        return []
    query = sa.select(Article.heading).where(Article.slug == told.slug, Article.id != told.id)
    later = session.scalars(query.where(Article.position > told.position).order_by(Article.position)).all()
    earlier = session.scalars(query.where(Article.position < told.position).order_by(Article.position)).all()
    return _asked([*later, *earlier])


def _of_product(session: Session, product_id: str) -> Iterator[str]:
    query = (
        sa.select(Article.heading)
        .join(ContentGap, ContentGap.article_id == Article.id)
        .where(ContentGap.product_id == product_id, ContentGap.answered_at.is_not(None))
        .order_by(ContentGap.asked_count.desc())
    )
    yield from session.scalars(query.limit(5))
    guides = [section for section in helpdesk.guides_for(session, product_id) if section.kind == "guide"]
    guides.sort(key=lambda section: product_id not in section.product_ids)  # its own before its category's
    yield from _asked([section.heading for section in guides])


def _asked(headings: list[str]) -> list[str]:
    asked = [heading for heading in headings if heading.endswith("?")]
    return sorted(asked, key=lambda heading: heading.lower().startswith(_TROUBLE))
