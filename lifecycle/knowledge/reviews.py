"""What owners wrote, and what they say about one aspect: counted and quoted, never summarised."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import clock
from lifecycle.catalogue import feeds, product_row
from lifecycle.catalogue.feed_columns import clean
from lifecycle.errors import Invalid
from lifecycle.feedback import sentiment_rules
from lifecycle.knowledge import inquiry, opinions
from lifecycle.knowledge.aspects import ASPECTS
from lifecycle.knowledge.opinions import Tongue
from lifecycle.language import words
from lifecycle.language.words import stem, wordset
from lifecycle.model import Review

QUOTES = 4
QUOTE_LIMIT = 240
REPORTED = 1_000
KNOWN, OUTRIGHT = 0.45, 0.9  # how surely a word, or the whole question, must ask for an aspect

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|;\s+")
_CLAUSE = re.compile(r",\s+|\s+(?:but|although|though|however|yet|except)\s+", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:about|regarding|on|with|for)\s+(?:the|its|their|this|that)?\s*(.+?)[?.!]*$", re.IGNORECASE)
_ASKING = wordset(
    """
    owners owner people buyers buyer customers customer users others everyone reviews review reviewers reviewer
    rating ratings say says saying said think thinks tell about opinion opinions feedback complaint complaints
    complain comment comments good bad any happy unhappy like likes experience experiences real read show is does
    did what how do of it this own owned bought wrong according which one ones better best more most them
    """
)


@dataclass(frozen=True)
class ReviewReport:
    """What an import of reviews did."""

    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    rejections: tuple[tuple[int, str], ...] = ()  # (line, reason)

    def as_dict(self) -> dict[str, Any]:
        rejections = [{"line": line, "reason": reason} for line, reason in self.rejections]
        return {**vars(self), "rejections": rejections}

    def lines(self, limit: int = 20) -> list[str]:
        """The report as a person reads it."""
        told = (
            f"{self.read} reviews: {self.added} added, {self.changed} changed, {self.unchanged} unchanged, "
            f"{self.rejected} rejected"
        )
        return [told] + [f"  line {line}: {reason}" for line, reason in self.rejections[:limit]]


@dataclass(frozen=True)
class Quote:
    """One owner's own words; `verdict` is for, against or neither."""

    text: str
    verdict: str
    rating: int
    author: str
    created_at: datetime


@dataclass(frozen=True)
class OwnersSay:
    """How many owners speak for and against an aspect ("" is the product as a whole), and their words, newest first.

    Owners are counted once, by everything they say on the aspect; one who says both counts for neither side.
    """

    aspect: str
    for_count: int
    against_count: int
    neither_count: int
    review_count: int
    quotes: tuple[Quote, ...] = ()


def import_reviews(session: Session, path: str | Path, *, now: datetime) -> ReviewReport:
    """Take reviews of JSON Lines: product_id, rating 1-5, title, text, author, created_at, and a review_id if any.

    A known review id is updated, never doubled.  Rows that cannot be taken are reported with their line.
    """
    rows = feeds.read(Path(path), "jsonl").rows
    known = {row.review_id: row for row in session.scalars(sa.select(Review))}
    counts = dict.fromkeys(("read", "added", "changed", "unchanged", "rejected"), 0)
    rejections: list[tuple[int, str]] = []
    seen: set[str] = set()
    for line, fields in rows:
        counts["read"] += 1
        try:
            if isinstance(fields, Invalid):
                raise fields
            values = _review(fields, now)
            if values["review_id"] in seen:
                raise Invalid("The review id is already used in this file; the first one counts.")
        except Invalid as error:
            counts["rejected"] += 1
            if len(rejections) < REPORTED:
                rejections.append((line, str(error)))
            continue
        seen.add(values["review_id"])
        old = known.get(values["review_id"])
        if old is None:
            session.add(Review(**values, source="import"))
            counts["added"] += 1
        elif any(getattr(old, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(old, name, value)
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    session.flush()
    return ReviewReport(**counts, rejections=tuple(rejections))


def owners_say(session: Session, product_id: str, text: str) -> OwnersSay:
    """What owners of the product say about the aspect asked for; about the product as a whole when none is named."""
    query = (
        sa.select(Review).where(Review.product_id == product_id).order_by(Review.created_at.desc(), Review.id.desc())
    )
    found = list(session.scalars(query))
    name, spoken, known = aspect_of(text)
    heard = [quote for review in found if (quote := _quote(review, name, spoken, known)) is not None]
    count = {verdict: sum(quote.verdict == verdict for quote in heard) for verdict in ("for", "against", "neither")}
    return OwnersSay(
        aspect=name,
        for_count=count["for"],
        against_count=count["against"],
        neither_count=count["neither"],
        review_count=len(found),
        quotes=_balanced(heard),
    )


def complaints(session: Session, product_id: str) -> OwnersSay:
    """What owners find fault with, newest first: each one's sentences against something, or all of a bad review.

    Who gives five stars complains of nothing.
    """
    query = (
        sa.select(Review).where(Review.product_id == product_id).order_by(Review.created_at.desc(), Review.id.desc())
    )
    found = list(session.scalars(query))
    heard = [quote for review in found if (quote := _complaint(review)) is not None]
    return OwnersSay("", 0, len(heard), 0, len(found), tuple(heard[:QUOTES]))


def _complaint(review: Review) -> Quote | None:
    text = review.text or review.title
    if review.rating == 5:
        return None
    if review.rating > 2:
        against = [
            part.strip()
            for part in _SENTENCE.split(text)
            if any(sentiment_rules.read(clause) == "negative" for clause in _CLAUSE.split(part))
        ]
        text = " ".join(against)
    return Quote(_cut(text), "against", review.rating, review.author, review.created_at) if text else None


def aspect_of(text: str) -> tuple[str, Tongue, str]:
    """(the aspect in the shopper's words, how it is spoken of, the known aspect's name or "")."""
    asked = [token for token in words.tokens(text) if token not in words.STOPWORDS and token not in _ASKING]
    told = _ABOUT.search(text)
    if told:
        behind = set(words.tokens(told.group(1)))
        asked = [token for token in asked if token in behind] or asked
    if not asked:
        return "", opinions.tongue(""), ""
    stems = frozenset(map(stem, asked))
    name = next(
        (
            name
            for name, sure in inquiry.read(" ".join(asked)).aspects.items()
            if sure >= KNOWN and stems & ASPECTS[name].asks
        ),
        next((name for name, sure in inquiry.read(text).aspects.items() if sure >= OUTRIGHT), ""),
    )
    compared = any(inquiry.compared(token) for token in asked)
    shown = name if name and (stem(name) in stems or len(asked) > 2 or compared) else " ".join(asked[:3])
    return shown, opinions.tongue(name, stems), name


def _quote(review: Review, asked: str, spoken: Tongue, aspect: str) -> Quote | None:
    """The owner's sentences on the aspect with their verdict; None when the review does not speak of it."""
    if not asked:
        shown = review.text or review.title
        judged = "for" if review.rating >= 4 else "against" if review.rating <= 2 else "neither"
        return Quote(_cut(shown), judged, review.rating, review.author, review.created_at) if shown else None
    told = f"{review.title}. {review.text}" if review.title else review.text
    on_it = [part.strip() for part in _SENTENCE.split(told) if opinions.speaks(part, spoken, aspect)]
    if not on_it:
        return None
    clauses = [clause for part in on_it for clause in _CLAUSE.split(part) if opinions.speaks(clause, spoken, aspect)]
    total = sum(opinions.verdict(clause, spoken) for clause in clauses or on_it)
    judged = "for" if total > 0 else "against" if total < 0 else "neither"
    return Quote(_cut(" ".join(on_it)), judged, review.rating, review.author, review.created_at)


def _balanced(heard: list[Quote]) -> tuple[Quote, ...]:
    """The newest words of each side, so that neither is hidden by the other; newest first."""
    sides = [[quote for quote in heard if quote.verdict == side] for side in ("for", "against", "neither")]
    taken: list[Quote] = []
    for place in range(QUOTES):
        taken += [side[place] for side in sides[:2] if place < len(side)]
    taken = (taken + sides[2])[:QUOTES]
    return tuple(sorted(taken, key=lambda quote: quote.created_at, reverse=True))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTE_LIMIT else text[: QUOTE_LIMIT - 1].rsplit(" ", 1)[0] + "…"


def _fingerprint(fields: dict[str, Any]) -> str:
    """The id of a review that has none: the same words by the same author on the same product are one review."""
    said = [str(fields.get(name) or "") for name in ("product_id", "author", "created_at", "title", "text")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _review(fields: dict[str, Any], now: datetime) -> dict[str, Any]:
    made = {
        name: product_row.plain(fields.get(name)) for name in ("review_id", "product_id", "title", "text", "author")
    }
    if not made["product_id"]:
        raise Invalid("The review names no product_id.")
    made["review_id"] = made["review_id"] or clean(fields.get("id")) or _fingerprint(fields)
    if len(made["review_id"]) > 64 or len(made["product_id"]) > 128:
        raise Invalid("The review's ids are too long.")
    rating = clean(fields.get("rating"))
    if rating.removesuffix(".0") not in ("1", "2", "3", "4", "5"):
        raise Invalid(f"The rating {rating[:20]!r} is not a whole number from 1 to 5.")
    if not (made["title"] or made["text"]):
        raise Invalid("The review says nothing.")
    try:
        created_at = clock.parse(str(fields["created_at"])) if fields.get("created_at") else now
    except ValueError as error:
        raise Invalid(f"The time {str(fields['created_at'])[:40]!r} is not like 2026-05-01T10:00:00Z.") from error
    return {**made, "title": made["title"][:300], "author": made["author"][:120], "text": made["text"][:10_000],
            "rating": int(rating.removesuffix(".0")), "created_at": created_at}  # fmt: skip
