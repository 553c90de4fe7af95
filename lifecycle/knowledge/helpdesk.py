"""Find the section of the store's articles and guides that answers a question, or say that none does.

Sections are few, so they live in memory (lifecycle/knowledge/sections.py) and follow the article table.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Container

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.knowledge import articles, guides, parlance, sections
from lifecycle.knowledge.answers import Answer
from lifecycle.knowledge.sections import Fit, Question, Section, Shelf
from lifecycle.language import words
from lifecycle.model import Article, Product
from lifecycle.needs import vocabulary

SURE = 0.5
OFF_TOPIC = 0.8  # how sure a section on another subject than the question's must be
WORD_FOR_WORD = 0.97  # confidence when the question is one of the store's own
MOST = 0.94  # what a question in other words reaches at most
_ON_TOPIC, _AT_HAND = 1.5, 1.0  # what a known topic and a product at hand add to the log-odds
_ELSEWHERE = -1.0
_LEANS = 0.9  # how much more a section on the topic of a one-word question counts; of longer ones less

_USE = frozenset(
    map(words.stem, words.wordset("use using work works operate start begin get going instructions manual setup"))
)
_SETS_UP = frozenset(["first", "set", "use", "brew", "start"])

_NO = words.wordset(
    "not no never none cannot can't cant don't dont doesn't doesnt won't wont isn't isnt aren't arent neither nor "
    "without unless except exceptions exclusions excluded excludes exempt"
)
_MONEY = re.compile(r"[$€£¥]\s?\d|\d\s?(?:[$€£¥]|usd|eur|gbp|dollars?|euros?|pounds?)\b|\bfree\b", re.I)
_DAYS = re.compile(
    r"\b(?:\d+|an?|one|two|three|four|five|six|seven|ten)\b.{0,20}\b(?:hours?|days?|weeks?|months?|years?)\b", re.I
)
_ASKS_NO_MORE = frozenset(
    map(words.stem, words.wordset("much many long cost costs price charge take takes pay quick fast"))
)
_APART = 0.1  # by how much the best section must lead when a question goes on about a subject

_shelves: dict[tuple[object, ...], Shelf] = {}
_lock = threading.Lock()
_STATE = sa.select(
    sa.func.count(Article.id), sa.func.max(Article.id), sa.func.max(Article.updated_at), sa.func.min(Article.digest),
    sa.func.max(Article.digest), sa.func.sum(sa.func.length(Article.body)),
)  # fmt: skip


def answer_store(session: Session, text: str, *, topic: str | None = None) -> Answer | None:
    """The store's answer to a question about the store, with its source; None when no text of the store answers it.

    `topic` is what the message is known to be about; sections on it are preferred, and it carries a short question
    ("delivery?") to the topic's first section.
    """
    shelf = _shelf(session)
    among = [section for section in shelf.sections if section.kind != "guide" and not section.product_ids]
    goods = _Goods(session, [section for section in among if topic is None or topic in section.topics])
    return _best(shelf, among, text, topic, articles.ANSWER_LIMIT, goods=goods)


def answer_on(session: Session, text: str, *, topic: str, source: str = "") -> Answer | None:
    """The answer to a question that goes on about `topic` without naming it ("and how long do I have?"); None when the
    store's articles on it do not say.  A bare "how much" or "how long" gets the first section that states a sum or a
    time; the text that answered before, `source`, is looked into first."""
    shelf = _shelf(session)
    among = [each for each in shelf.sections if each.kind == "article" and topic in each.topics]
    among.sort(key=lambda each: each.source != source)
    stated = _bare(text)
    if stated is not None:
        first = next((each for each in among if stated.search(each.body)), None)
        return _answer(first, MOST, articles.ANSWER_LIMIT) if first is not None else None
    question = Question(shelf, text, _Goods(session, among))
    fits = shelf.fits(among, question)
    if not fits or (len(fits) > 1 and fits[0].score - fits[1].score < _APART):
        return None
    sure = sections.sureness(fits[0].signs, _ON_TOPIC * (1 - question.unknown))
    return _answer(fits[0].section, min(MOST, sure), articles.ANSWER_LIMIT) if sure >= SURE else None


def tells(said: str, text: str) -> bool:
    """Does an answer just given state the sum or the time that a bare "and how much is it?" asks for?"""
    stated = _bare(text)
    return stated is not None and stated.search(said) is not None


def _bare(text: str) -> re.Pattern[str] | None:
    """What a question that is nothing but "how much" or "how long" wants to see stated; None for another question."""
    stated = {"much": _MONEY, "long": _DAYS}.get(sections.manner(text))
    told = {term for term in words.content(text) if parlance.says_something(term)}
    return stated if told <= _ASKS_NO_MORE else None


def nearest(session: Session, text: str, *, topic: str, limit: int = 3) -> list[str]:
    """Headings of the store's texts on a topic, the likest to the question first: what may have been meant."""
    shelf = _shelf(session)
    among = [each for each in shelf.sections if each.kind == "article" and each.heading and topic in each.topics]
    fits = [fit.section for fit in shelf.fits(among, Question(shelf, text, _Goods(session, among)))]
    return [section.heading for section in dict.fromkeys(fits + among)][:limit]


def how_to(session: Session, text: str, *, product_id: str | None = None) -> Answer | None:
    """Steps or advice from the guides, those of the product at hand first; None when no guide answers."""
    shelf = _shelf(session)
    among = [section for section in shelf.sections if section.kind == "guide" or section.product_ids]
    if product_id:
        categories = _categories(session, product_id)
        fitting = [
            section
            for section in among
            if product_id in section.product_ids or (not section.product_ids and section.categories & categories)
        ]
        first = _first_use(fitting, product_id) if _asks_use(text) else None
        if first is not None:
            return _answer(first, WORD_FOR_WORD, articles.STEPS_LIMIT)
        found = _best(shelf, fitting, text, None, articles.STEPS_LIMIT, at_hand=True)
        if found is not None:
            return found
        named = frozenset(words.content(text))  # a guide for other goods answers only when they are named
        among = [
            section
            for section in among
            if not section.product_ids and named & frozenset(words.content(" ".join(section.categories)))
        ]
    return _best(shelf, among, text, None, articles.STEPS_LIMIT)


def find(session: Session, text: str, *, sure: float = SURE) -> Answer | None:
    """The article or guide that fits best, if it answers at least as surely as `sure`."""
    shelf = _shelf(session)
    return _best(shelf, shelf.sections, text, None, articles.STEPS_LIMIT, sure=sure)


def word_for_word(session: Session, text: str) -> Answer | None:
    """The article or guide that names this very question; None when it is put in other words."""
    section = _shelf(session).naming(text)
    if section is None:
        return None
    return _answer(section, WORD_FOR_WORD, articles.STEPS_LIMIT if section.kind == "guide" else articles.ANSWER_LIMIT)


def asks_meaning(text: str) -> bool:
    """ "What's a burr grinder?", "the difference between cold brew and iced coffee": a word is to be explained."""
    return sections.manner(text) == "means"


def guides_for(session: Session, product_id: str) -> list[Section]:
    """The sections of guides, and staff's answers, about this very product, for product questions."""
    categories = _categories(session, product_id)
    return [
        section
        for section in _shelf(session).sections
        if product_id in section.product_ids
        or (section.kind == "guide" and not section.product_ids and section.categories & categories)
    ]


def _best(
    shelf: Shelf,
    among: list[Section],
    text: str,
    topic: str | None,
    limit: int,
    *,
    at_hand: bool = False,
    sure: float = SURE,
    goods: Container[str] = (),
) -> Answer | None:
    best, confidence = _word_for_word(among, text), WORD_FOR_WORD
    if best is None:
        question = Question(shelf, text, goods)
        fits = shelf.fits(among, question)
        if not fits:
            return None
        fit = _on_topic(fits, question, topic)
        best, further = fit.section, (_AT_HAND if at_hand else 0.0)
        if topic:
            further += _ON_TOPIC * (1 - question.unknown) if topic in best.topics else _ELSEWHERE
        confidence = min(MOST, sections.sureness(fit.signs, further))
        if topic and len(question.terms) == 1:
            best = _opening(among, question.terms[0], topic) or best
    if confidence < (sure if topic is None or topic in best.topics else OFF_TOPIC):
        return None
    return _answer(best, confidence, limit)


def _answer(section: Section, confidence: float, limit: int) -> Answer:
    text = articles.plain(section.body, limit)
    if _says_no(section.heading) and not _says_no(text.split("\n")[0].split(". ")[0]):
        mark = "" if section.heading.endswith(("?", ":", ".")) else ":"
        text = f"{section.heading}{mark} {text}"  # "What is not covered: bulbs", which alone would say the opposite
    return Answer(
        text=text,
        source=section.source,
        confidence=round(confidence, 4),
        sources=(f"{section.source}: {section.heading}" if section.heading else section.source,),
        kind=section.kind,
        article_id=section.article_id,
    )


class _Goods:
    """Stems of what the store sells, without what these sections speak of; only a question's terms are looked up."""

    def __init__(self, session: Session, told: list[Section]) -> None:
        self._store = vocabulary.read(session)
        self._told = told

    def __contains__(self, term: object) -> bool:
        if term not in self._store.kinds and not any(term in name for name in self._store.categories):
            return False
        return not any(term in section.heads or term in section.counts for section in self._told)


def _says_no(text: str) -> bool:
    return not _NO.isdisjoint(words.tokens(text.replace("’", "'")))


def _asks_use(text: str) -> bool:
    """ "How do I use it?", "how does this work": no more than that is asked."""
    told = [term for term in words.content(text) if parlance.says_something(term)]
    return bool(told) and _USE.issuperset(told)


def _first_use(fitting: list[Section], product_id: str) -> Section | None:
    """The steps a product is begun with: those that set it up, else the first of its guides."""
    stepped = [section for section in fitting if len(guides.steps_of(section.body)) > 1]
    stepped.sort(
        key=lambda section: (
            product_id not in section.product_ids,
            not _SETS_UP.intersection(words.tokens(section.heading)),
        )
    )
    return stepped[0] if stepped else None


def _on_topic(fits: list[Fit], question: Question, topic: str | None) -> Fit:
    """The best section; the fewer the words of the question, the more the topic decides."""
    if not topic:
        return fits[0]
    lean = 1 + _LEANS / len(question.terms)
    return max(fits, key=lambda fit: fit.score * (lean if topic in fit.section.topics else 1.0))


def _opening(among: list[Section], term: str, topic: str) -> Section | None:
    """The first section of the article that is about one word, when it speaks of it: "what about the warranty?"."""
    titles: set[str] = set()
    for section in among:
        first = section.title not in titles
        titles.add(section.title)
        about = topic in section.topics and words.content(section.title)[:1] == [term]
        if first and about and term in section.heads:
            return section
    return None


def _word_for_word(among: list[Section], text: str) -> Section | None:
    """The section that names this very question; needed for "who are you?", which is made of small words only."""
    tokens = tuple(words.tokens(text))
    return next((section for section in among if tokens and tokens in section.verbatim), None)


def _shelf(session: Session) -> Shelf:
    """The sections as they are now; read again whenever the table has changed."""
    session.flush()
    key = (session.get_bind().engine.url, *session.connection().execute(_STATE).one())
    with _lock:
        shelf = _shelves.get(key)
        if shelf is None:
            shelf = Shelf(session.scalars(sa.select(Article).order_by(Article.id)))
            _shelves.clear()
            _shelves[key] = shelf
    return shelf


def _categories(session: Session, product_id: str) -> frozenset[str]:
    row = session.execute(
        sa.select(Product.category, Product.category_path).where(Product.product_id == product_id)
    ).first()
    return frozenset(words.fold(level) for level in [row.category, *row.category_path] if level) if row else frozenset()
