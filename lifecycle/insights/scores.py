"""What customers answered: NPS, CSAT and CES, of how many, by week, product, category and channel."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import db, nps
from lifecycle.insights.figure import HIDDEN_N, Z95, Figure, share
from lifecycle.model import (
    Product,
    Survey,
    SurveyAnswer,
)


@dataclass(frozen=True)
class Group:
    """One row of a breakdown of the answers: both scores, each with its n."""

    key: str
    title: str
    nps: Figure
    csat: Figure


@dataclass(frozen=True)
class Slice:
    """One row of a breakdown."""

    key: str
    title: str
    figure: Figure


@dataclass(frozen=True)
class Answers:
    """The answers of a period, counted by kind of survey and score."""

    counts: dict[str, dict[int, int]]

    @property
    def nps(self) -> Figure:
        """Net Promoter Score in points with its 95 % adjusted-Wald interval; see lifecycle.nps."""
        return nps_of(self.counts.get("nps", {}))

    @property
    def csat(self) -> Figure:
        """Share of 4 and 5 among answers of 1 to 5 (ACSI top-two-box); the unanswered are not 0."""
        return csat_of(self.counts.get("csat", {}))

    @property
    def ces(self) -> Figure:
        """Customer effort score: mean agreement of 1 to 7 that it was easy (CEB, "CES 2.0"), with the 95 % interval of
        a mean; one answer alone has none."""
        counts = self.counts.get("ces", {})
        number = sum(counts.values())
        if not number:
            return Figure(None, 0)
        mean = sum(score * times for score, times in counts.items()) / number
        if number == 1:
            return Figure(mean, 1)
        spread = math.sqrt(sum(times * (score - mean) ** 2 for score, times in counts.items()) / (number - 1))
        margin = Z95 * spread / math.sqrt(number)
        return Figure(mean, number, max(1.0, mean - margin), min(7.0, mean + margin))


def answers(session: Session, *, since: datetime, until: datetime) -> Answers:
    """Every answer of the period, in one look."""
    query = (
        sa.select(Survey.kind, SurveyAnswer.score, sa.func.count())
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(SurveyAnswer.answered_at >= since, SurveyAnswer.answered_at < until)
        .group_by(Survey.kind, SurveyAnswer.score)
    )
    counts: dict[str, dict[int, int]] = {}
    for kind, score, number in session.execute(query):
        counts.setdefault(kind, {})[score] = number
    return Answers(counts)


def nps_of(counts: dict[int, int]) -> Figure:
    """The Net Promoter Score of answers counted by score."""
    scores = _spread(counts)
    bounds = nps.interval(scores)
    low, high = bounds if bounds else (None, None)
    return Figure(nps.net_promoter_score(scores), len(scores), low, high)


def csat_of(counts: dict[int, int]) -> Figure:
    """Customer satisfaction of answers counted by score."""
    return share(sum(number for score, number in counts.items() if score >= 4), sum(counts.values()))


def response_rates(session: Session, *, since: datetime, until: datetime) -> dict[str, Figure]:
    """Per kind of survey the share of those asked in the period that have an answer by now."""
    rows = session.execute(
        sa.select(Survey.kind, sa.func.count(Survey.id), sa.func.count(SurveyAnswer.id))
        .outerjoin(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        .where(Survey.asked_at >= since, Survey.asked_at < until)
        .group_by(Survey.kind)
    )
    found = {kind: share(answered, asked) for kind, asked, answered in rows}
    return {kind: found.get(kind, Figure(None, 0)) for kind in ("nps", "csat", "ces")}


def nps_by_week(session: Session, *, weeks: int, until: datetime, zone: str) -> list[Slice]:
    """The score of each of the last `weeks` spans of seven days, oldest first; empty ones included."""
    since = until - timedelta(weeks=weeks)
    day = local_date(session, SurveyAnswer.answered_at, zone, until)
    query = (
        sa.select(day, SurveyAnswer.score, sa.func.count())
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(Survey.kind == "nps", SurveyAnswer.answered_at >= since, SurveyAnswer.answered_at < until)
        .group_by(day, SurveyAnswer.score)
    )
    last = until.astimezone(ZoneInfo(zone)).date()
    found: list[dict[int, int]] = [{} for _ in range(weeks)]
    for text, score, number in session.execute(query):
        age_days = (last - datetime.fromisoformat(str(text)).date()).days
        week = weeks - 1 - min(weeks - 1, max(0, age_days) // 7)
        found[week][score] = found[week].get(score, 0) + number
    starts = [last - timedelta(days=7 * (weeks - index) - 1) for index in range(weeks)]
    return [
        Slice(start.isoformat(), f"{start:%b} {start.day}", nps_of(counts))
        for start, counts in zip(starts, found, strict=True)
    ]


def breakdowns(session: Session, *, since: datetime, until: datetime, limit: int = 8) -> dict[str, list[Group]]:
    """The scores by `product`, `category` and `channel`, most answers first; a group with fewer than HIDDEN_N
    answers to one question has no figure for it, and one with fewer to both is left out.

    An order of several products belongs to none of them.  The channel is where the answer was given: in the chat, on
    the page a mail links to, or to staff.
    """
    of_nps, csat, score = Survey.kind == "nps", Survey.kind == "csat", SurveyAnswer.score
    tallies = (of_nps, sa.and_(of_nps, score >= 9), sa.and_(of_nps, score <= 6), csat, sa.and_(csat, score >= 4))
    key = (Survey.product_id, SurveyAnswer.source)
    given = (
        sa.select(*key, *(sa.func.count(sa.case((each, 1))).label(f"n{n}") for n, each in enumerate(tallies)))
        .select_from(SurveyAnswer)
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(
            db.unindexed(session, Survey.kind).in_(("nps", "csat")),
            SurveyAnswer.answered_at >= since,
            SurveyAnswer.answered_at < until,
        )
        .group_by(*key)
        .subquery()
    )
    rows = session.execute(
        sa.select(given, Product.title, Product.category).outerjoin(Product, Product.product_id == given.c.product_id)
    )
    counts: dict[str, dict[tuple[str, str], list[int]]] = {name: {} for name in ("category", "product", "channel")}
    for product_id, channel, *found, title, category in rows:
        for name, group in (
            ("category", (category, category)),
            ("product", (product_id, title or product_id)),
            ("channel", (channel, channel)),
        ):
            if group[0]:
                known = counts[name].setdefault(group, [0] * len(tallies))
                known[:] = map(int.__add__, known, found)
    return {name: _groups(found)[:limit] for name, found in counts.items()}


def _groups(counts: dict[tuple[str, str], list[int]]) -> list[Group]:
    groups = []
    for (key, title), (asked, promoters, detractors, rated, satisfied) in counts.items():
        if max(asked, rated) >= HIDDEN_N:
            nps_figure = nps_of({10: promoters, 8: asked - promoters - detractors, 0: detractors})
            groups.append(Group(key, title, _shown(nps_figure), _shown(share(satisfied, rated))))
    return sorted(groups, key=lambda group: (-group.nps.n - group.csat.n, group.title))


def _shown(figure: Figure) -> Figure:
    return figure if figure.n >= HIDDEN_N else Figure(None, figure.n)


def _spread(counts: dict[int, int]) -> list[int]:
    pairs: Iterable[tuple[int, int]] = counts.items()
    return [score for score, number in pairs for _ in range(number)]


def local_date(session: Session, column: Any, zone: str, at: datetime) -> Any:
    """The day a moment falls on in the store's zone; SQLite knows no zones: the offset is that of `at`."""
    if session.get_bind().dialect.name == "postgresql":
        return sa.cast(sa.func.timezone(zone, column), sa.Date)
    offset = f"{int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()):+d} seconds"
    return sa.func.date(column, offset)
