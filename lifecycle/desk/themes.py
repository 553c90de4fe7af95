"""What buyers' remarks are about: themes counted, compared with the period before, with their own words as proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.insights import HIDDEN_N, Figure, change, share
from lifecycle.model import Survey, SurveyAnswer

QUOTES = 3


@dataclass(frozen=True)
class Quote:
    """A remark in the buyer's words, with the score it came with."""

    text: str
    kind: str
    score: int
    sentiment: str
    conversation_id: str | None
    at: datetime


@dataclass(frozen=True)
class Theme:
    """A theme's share of the remarks of a period, how that moved, and how many of its remarks are complaints."""

    name: str
    number: int
    complaints: int
    figure: Figure
    before: Figure
    moved: str  # up, down, within noise, or nothing to compare with
    quotes: tuple[Quote, ...]


def of_period(
    session: Session, *, since: datetime, until: datetime, complaints: bool = False
) -> tuple[int, list[Theme]]:
    """(number of remarks, themes by how many remarks name them) of a period, against as long a time before it.

    `complaints` keeps remarks of negative or mixed sentiment only.  A remark of several themes counts for each.
    """
    now_rows = _remarks(session, since, until, complaints)
    before_rows = _remarks(session, since - (until - since), since, complaints)
    earlier: dict[str, int] = {}
    for themes, _ in before_rows:
        for name in themes:
            earlier[name] = earlier.get(name, 0) + 1
    quotes: dict[str, list[Quote]] = {}
    for themes, quote in now_rows:
        for name in themes:
            quotes.setdefault(name, []).append(quote)
    found = []
    for name, said in quotes.items():
        figure, before = share(len(said), len(now_rows)), share(earlier.get(name, 0), len(before_rows))
        bad = [quote for quote in said if quote.sentiment in ("negative", "mixed")]
        shown = (*bad, *(quote for quote in said if quote not in bad))[:QUOTES]
        moved = change(figure, before) if before.n >= HIDDEN_N else ""
        found.append(Theme(name, len(said), len(bad), figure, before, moved, shown))
    return len(now_rows), sorted(found, key=lambda theme: (-theme.number, theme.name))


def _remarks(session: Session, since: datetime, until: datetime, complaints: bool) -> list[tuple[list[str], Quote]]:
    answer = SurveyAnswer
    query = (
        sa.select(answer.themes, answer.remark, Survey.kind, answer.score, answer.sentiment,
                  Survey.conversation_id, answer.answered_at)
        .join(Survey, Survey.id == answer.survey_id)
        .where(answer.answered_at >= since, answer.answered_at < until, answer.remark != "")
        .order_by(answer.answered_at.desc(), answer.id.desc())
    )  # fmt: skip
    if complaints:
        query = query.where(answer.sentiment.in_(("negative", "mixed")))
    return [(list(themes or ()), Quote(*rest)) for themes, *rest in session.execute(query)]
