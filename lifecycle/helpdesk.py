"""Find the section of the store's articles and guides that answers a question, or say that none does.

Sections are few, so the index lives in memory and follows the article table.  The confidence is calibrated: a question
whose words the store's texts do not hold ("do you sell cars?") stays unanswered, however many small words match.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from babel import Locale
from sqlalchemy.orm import Session

from lifecycle import articles, words
from lifecycle.answers import Answer
from lifecycle.model import Article, Product
from lifecycle.words import stem, wordset

SURE = 0.5
OFF_TOPIC = 0.8  # how sure a section on another subject than the question's must be
_SYNONYM = 0.7
_HEADING, _BODY = 1.0, 0.85

# What shoppers and stores call the same thing.
_SAME = [
    frozenset(map(stem, group.split()))
    for group in (
        "ship shipping shipment deliver delivery post postage courier dispatch send mail arrive arrives",
        "parcel package order box",
        "return returns refund back send",
        "exchange swap replace replacement",
        "pay payment charge checkout",
        "cancel cancellation undo withdraw",
        "warranty guarantee",
        "cost price charge fee much expensive rate",
        "discount coupon promo promotion code voucher offer sale deal",
        "contact phone call telephone email reach talk speak",
        "store shop showroom location located branch visit address",
        "open opening hours closed close",
        "track tracking trace where status",
        "broken damaged damage defective faulty cracked broke",
        "wrong incorrect different mistake",
        "installment installments instalment instalments emi financing monthly later klarna affirm",
        "international abroad overseas country countries worldwide",
        "invoice receipt bill vat",
        "stock available availability sold",
        "job jobs hiring career careers work vacancy",
        "newsletter unsubscribe emails subscription marketing",
        "delete erase forget remove",
        "privacy data information gdpr personal",
        "gift present birthday",
        "wrap wrapping wrapped",
        "tax taxes duty duties customs",
        "repair fix mend spare part parts",
        "fast quick long time days soon when express tomorrow monday tuesday wednesday thursday friday saturday sunday",
        "cheaper match beat elsewhere",
        "points loyalty reward rewards club member membership",
        "credit debit card visa mastercard amex",
        "business company corporate wholesale bulk",
    )
]
_POLITE = wordset(
    """
    please thanks thank hi hello hey want wanna like need know tell ask question wondering possible okay ok sir
    madam dear help get got u ur pls plz guys offer offers provide give let go going way thing there still really
    actually just make much many how about store shop site website something anything someone item items product
    products things stuff sell buy bought purchase purchased order ordered ordering dont didnt cant today now
    """
)
# Small words as people type them; they say nothing, however rare they are in the store's texts.
_SMALL = frozenset(
    map(
        stem,
        wordset(
            """
            u ur whats wheres hows whos thats im id ill ive its theres dont doesnt didnt cant wont wouldnt couldnt
            shouldnt isnt arent wasnt havent hasnt lol haha hmm hm um uh oh ah omg wait hang yeah yep nah yes so and
            but then or what's where's how's who's that's don't doesn't didn't can't won't isn't policy rules rule
            """
        ),
    )
)
_WORD_FOR_WORD = 0.97  # confidence when the question is one of the store's own
_ALIKE = 20  # confidences within a twentieth are alike: the heading decides
_HOPELESS = 0.3  # share of the question a section must hold to be looked at closer
_WEAK = 0.35  # weight of words every shopper uses


class _Terms:
    """A set of stems that also knows what else they are called."""

    def __init__(self, stems: Iterable[str]) -> None:
        self.stems = frozenset(stems)
        self.groups = frozenset(group for term in self.stems for group in _groups().get(term, ()))

    def holds(self, term: str) -> float:
        """1 for the word itself, less for another word for the same thing."""
        if term in self.stems:
            return 1.0
        return _SYNONYM if self.groups and any(group in self.groups for group in _groups().get(term, ())) else 0.0


@functools.lru_cache(maxsize=1)
def _groups() -> dict[str, tuple[int, ...]]:
    made: dict[str, tuple[int, ...]] = {}
    for number, group in enumerate(_SAME):
        for term in group:
            made[term] = (*made.get(term, ()), number)
    return made


@dataclass(frozen=True)
class _Entry:
    article_id: int
    kind: str
    title: str
    heading: str
    body: str
    topics: frozenset[str]
    categories: frozenset[str]
    product_ids: frozenset[str]
    phrasings: tuple[_Terms, ...]  # the heading and the questions it answers
    verbatim: frozenset[tuple[str, ...]]
    heads: _Terms
    text: _Terms


class _Shelf:
    """The sections of one state of the article table."""

    def __init__(self, rows: Iterable[Article]) -> None:
        self.entries = [_entry(row) for row in rows]
        self._df: dict[str, int] = {}
        for entry in self.entries:
            for term in entry.heads.stems | entry.text.stems:
                self._df[term] = self._df.get(term, 0) + 1
        self._mass = {
            phrasing: sum(map(self.idf, phrasing.stems)) for entry in self.entries for phrasing in entry.phrasings
        }

    def knows(self, term: str) -> bool:
        return term in self._df

    def mass(self, phrasing: _Terms) -> float:
        return self._mass[phrasing] or 1.0

    def idf(self, term: str) -> float:
        size = len(self.entries) or 1
        df = self._df.get(term, 0)
        return math.log(1 + (size - df + 0.5) / (df + 0.5)) * (_WEAK if term in _weak_stems() else 1.0)


@functools.lru_cache(maxsize=1)
def _weak_stems() -> frozenset[str]:
    return frozenset(map(stem, _POLITE))


_shelves: dict[tuple[object, ...], _Shelf] = {}
_lock = threading.Lock()


def answer_store(session: Session, text: str, *, topic: str | None = None) -> Answer | None:
    """The store's answer to a question about the store, with its source; None when no text of the store answers it.

    `topic` is what the message is known to be about; sections on it are preferred, and it carries a short question
    ("delivery?") to the topic's first section.
    """
    entries = [entry for entry in _shelf(session).entries if entry.kind != "guide" and not entry.product_ids]
    return _best(_shelf(session), entries, text, topic, articles.ANSWER_LIMIT)


def how_to(session: Session, text: str, *, product_id: str | None = None) -> Answer | None:
    """Steps or advice from the guides, those of the product at hand first; None when no guide answers."""
    shelf = _shelf(session)
    guides = [entry for entry in shelf.entries if entry.kind == "guide" or entry.product_ids]
    if product_id:
        categories = _categories(session, product_id)
        fitting = [
            entry
            for entry in guides
            if product_id in entry.product_ids or (not entry.product_ids and entry.categories & categories)
        ]
        found = _best(shelf, fitting, text, None, articles.STEPS_LIMIT, at_hand=True)
        if found is not None:
            return found
        guides = [entry for entry in guides if not entry.product_ids]
    return _best(shelf, guides, text, None, articles.STEPS_LIMIT)


def guides_for(session: Session, product_id: str) -> list[tuple[str, str, str]]:
    """(title, heading, Markdown body) of the guide sections about this very product, for product questions."""
    shelf = _shelf(session)
    categories = _categories(session, product_id)
    return [
        (entry.title, entry.heading, entry.body)
        for entry in shelf.entries
        if product_id in entry.product_ids
        or (entry.kind == "guide" and not entry.product_ids and entry.categories & categories)
    ]


def _best(
    shelf: _Shelf, entries: list[_Entry], text: str, topic: str | None, limit: int, at_hand: bool = False
) -> Answer | None:
    asked = _Terms(_asked(shelf, text))
    weights = {term: shelf.idf(term) for term in asked.stems}
    best, confidence = _word_for_word(entries, text), _WORD_FOR_WORD
    if best is None:
        rated = [(_confidence(entry, asked, weights, shelf, topic, at_hand), entry) for entry in entries if asked.stems]
        confidence, best = max(
            rated, key=lambda pair: (int(pair[0] * _ALIKE), _in_heading(pair[1], asked), pair[0]), default=(0.0, None)
        )
        if best is not None and topic and len(asked.stems) == 1:
            best = _opening(entries, next(iter(asked.stems)), topic) or best
    if best is None or confidence < (SURE if topic is None or topic in best.topics else OFF_TOPIC):
        return None
    return Answer(
        text=articles.plain(best.body, limit),
        source=best.title,
        confidence=round(confidence, 4),
        sources=(f"{best.title}: {best.heading}" if best.heading else best.title,),
        article_id=best.article_id,
    )


def _in_heading(entry: _Entry, asked: _Terms) -> float:
    """The share of the question that the section's own heading holds: what decides between equals."""
    own = _Terms(words.content(entry.heading))
    return sum(own.holds(term) for term in asked.stems) / len(asked.stems)


def _opening(entries: list[_Entry], term: str, topic: str) -> _Entry | None:
    """The first section of the article that is about one word, when it speaks of it: "what about the warranty?"."""
    titles: set[str] = set()
    for entry in entries:
        first = entry.title not in titles
        titles.add(entry.title)
        about = topic in entry.topics and words.content(entry.title)[:1] == [term]
        if first and about and any(term in phrasing.stems for phrasing in entry.phrasings):
            return entry
    return None


def _asked(shelf: _Shelf, text: str) -> list[str]:
    """The stems asked for; the name of a country that no section knows asks for countries."""
    found = [term for term in words.content(text) if term not in _SMALL] or words.content(text)
    spoken = words.tokens(text)
    unknown = {stem(token): token for token in spoken if not shelf.knows(stem(token))}
    return ["countri" if unknown.get(term) in _country_names() else term for term in found]


@functools.lru_cache(maxsize=1)
def _country_names() -> frozenset[str]:
    """English names of countries that are one word, and how people call their inhabitants' home for short."""
    territories = Locale("en").territories
    return frozenset(
        words.fold(name) for code, name in territories.items() if len(code) == 2 and code.isalpha() and " " not in name
    )


def _word_for_word(entries: list[_Entry], text: str) -> _Entry | None:
    """The section that names this very question; needed for "who are you?", which is made of small words only."""
    tokens = tuple(words.tokens(text))
    return next((entry for entry in entries if tokens and tokens in entry.verbatim), None)


def _confidence(
    entry: _Entry, asked: _Terms, weights: dict[str, float], shelf: _Shelf, topic: str | None, at_hand: bool
) -> float:
    """Logistic in three shares: of the question found in the section, in its heading, and of the heading asked for."""
    total = sum(weights.values()) or 1.0
    found = [(term, max(_HEADING * entry.heads.holds(term), _BODY * entry.text.holds(term))) for term in asked.stems]
    covered = sum(weights[term] * share for term, share in found) / total
    if covered < _HOPELESS and not (topic and topic in entry.topics):
        return 0.0
    phrased = 0.0
    for phrasing in entry.phrasings:
        there = sum(shelf.idf(term) * asked.holds(term) for term in phrasing.stems) / shelf.mass(phrasing)
        said = sum(weights[term] * phrasing.holds(term) for term in asked.stems) / total
        phrased = max(phrased, 2 * there * said / (there + said) if there and said else 0.0)
    value = 5.0 * covered + 3.5 * phrased - 5.0
    if topic:
        value += 1.5 if topic in entry.topics else -1.0
    return 1 / (1 + math.exp(-(value + (1.0 if at_hand else 0.0))))


def _entry(row: Article) -> _Entry:
    phrasings = [row.heading, *row.questions] if row.heading else list(row.questions)
    stems = [[term for term in words.content(phrasing) if term not in _SMALL] for phrasing in phrasings]
    return _Entry(
        article_id=row.id,
        kind=row.kind,
        title=row.title,
        heading=row.heading,
        body=row.body,
        topics=frozenset(row.topics),
        categories=frozenset(map(words.fold, row.categories)),
        product_ids=frozenset(row.product_ids),
        phrasings=tuple(_Terms(phrasing) for phrasing in stems if phrasing),
        verbatim=frozenset(tuple(words.tokens(phrasing)) for phrasing in phrasings),
        heads=_Terms([term for phrasing in [*stems, words.content(row.title)] for term in phrasing]),
        text=_Terms(words.content(row.body)),
    )


def _shelf(session: Session) -> _Shelf:
    """The sections as they are now; read again whenever the table has changed."""
    of = Article
    state = sa.select(
        sa.func.count(of.id), sa.func.max(of.id), sa.func.max(of.updated_at), sa.func.min(of.digest),
        sa.func.max(of.digest), sa.func.sum(sa.func.length(of.body)),
    )  # fmt: skip
    key = (session.get_bind().engine.url, *session.execute(state).one())
    with _lock:
        shelf = _shelves.get(key)
        if shelf is None:
            shelf = _Shelf(session.scalars(sa.select(of).order_by(of.id)))
            _shelves.clear()
            _shelves[key] = shelf
    return shelf


def _categories(session: Session, product_id: str) -> frozenset[str]:
    row = session.execute(
        sa.select(Product.category, Product.category_path).where(Product.product_id == product_id)
    ).first()
    return frozenset(words.fold(level) for level in [row.category, *row.category_path] if level) if row else frozenset()
