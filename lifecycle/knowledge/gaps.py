"""Questions nothing in the store's knowledge answers: noted once, answered by staff, then knowledge like any other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lifecycle.errors import Invalid, NotFound
from lifecycle.language import words
from lifecycle.model import Article, ContentGap
from lifecycle.text import canonical, one_line

ANSWER_TITLE = "Our team's answer"
_TELLING = words.wordset("when where who why from")
ASKERS = 200  # conversations remembered per gap; more are only counted


@dataclass(frozen=True)
class AnsweredGap:
    """An answered gap: the article it became, and the conversations that are owed the answer."""

    article_id: int
    question: str
    answer: str
    product_id: str
    conversation_ids: tuple[str, ...]


def note_gap(
    session: Session,
    question: str,
    *,
    product_id: str = "",
    topic: str = "",
    conversation_id: str | None = None,
    now: datetime,
) -> ContentGap | None:
    """Remember that a question has no answer; the same question in other small words is the same gap.

    None for a text without a word, which is no question.
    """
    key = question_key(question)
    if not key:
        return None
    query = sa.select(ContentGap).where(ContentGap.question_key == key, ContentGap.product_id == product_id)
    query = query.with_for_update()
    gap = session.scalars(query).first()
    if gap is None:
        gap = ContentGap(question=one_line(question, 500), question_key=key, product_id=product_id, topic=topic[:30],
                         asked_count=0, conversation_ids=[], first_asked_at=now, last_asked_at=now)  # fmt: skip
        try:
            with session.begin_nested():
                session.add(gap)
        except IntegrityError:  # somebody else asked the same at this very moment
            gap = session.scalars(query).one()
    known = conversation_id is None or conversation_id in gap.conversation_ids
    if not known or conversation_id is None or not gap.asked_count:
        gap.asked_count += 1
    if not known and len(gap.conversation_ids) < ASKERS:
        gap.conversation_ids = [*gap.conversation_ids, conversation_id]
    if gap.answered_at is not None and not known:
        gap.answered_at = None  # asked again although answered: the answer did not reach
    gap.last_asked_at = max(gap.last_asked_at, now)
    session.flush()
    return gap


def open_gaps(session: Session, *, limit: int = 100) -> list[ContentGap]:
    """Unanswered questions, the most asked first."""
    query = sa.select(ContentGap).where(ContentGap.answered_at.is_(None))
    return list(session.scalars(query.order_by(ContentGap.asked_count.desc(), ContentGap.id).limit(limit)))


def answer_gap(session: Session, gap_id: int, text: str, *, now: datetime) -> AnsweredGap:
    """Staff's answer becomes an article of kind "answer" that the next shopper gets; returns who is owed it.

    Answering again replaces the words.  Raises NotFound for an unknown gap and Invalid for an empty answer.
    """
    gap = session.get(ContentGap, gap_id, with_for_update=True)
    if gap is None:
        raise NotFound("There is no such question.")
    body = canonical(text)
    if not body:
        raise Invalid("The answer is empty; write what the shopper should be told.")
    slug = f"answer-{gap.id}"
    article = session.scalars(sa.select(Article).where(Article.slug == slug)).first()
    if article is None:
        article = Article(slug=slug, position=0, kind="answer")
        session.add(article)
    article.title = ANSWER_TITLE
    article.heading = one_line(gap.question, 300)
    article.body = body
    article.topics = [gap.topic] if gap.topic else []
    article.questions = [gap.question]
    article.categories = []
    article.product_ids = [gap.product_id] if gap.product_id else []
    article.digest = hashlib.sha256(f"{gap.question}\n{body}".encode()).hexdigest()
    article.updated_at = now
    session.flush()
    gap.article_id = article.id
    gap.answered_at = now
    session.flush()
    return AnsweredGap(article.id, gap.question, body, gap.product_id, tuple(gap.conversation_ids))


def question_key(question: str) -> str:
    """The question without small words, order or endings: what makes two askings the same gap; "" without a word.

    Small words that change what is asked stay: when is not where, from is not to.
    """
    telling = [words.stem(token) for token in words.tokens(question) if token in _TELLING]
    stems = (
        sorted({*words.content(question), *telling}) if words.content(question) else sorted(set(words.stems(question)))
    )
    key = " ".join(stems)
    return key if len(key) <= 200 else hashlib.sha256(key.encode()).hexdigest()
