"""How we are doing: one function per figure, each with its value, its n and the source of its formula.

A period is `since` (included) to `until` (excluded), UTC.  Shares are in percent.  Every figure is counted by the
database; a figure nobody has data for is None with n = 0, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import nps as nps_module
from lifecycle.model import (
    STAGES,
    Interaction,
    Product,
    Recommendation,
    RecommendationItem,
    ShopOrder,
    StageChange,
    SupportCase,
    Survey,
    SurveyAnswer,
)

SMALL_N = 30  # under it a figure is shown with a warning
HIDDEN_N = 5  # under it a breakdown shows no figure: it would speak of single people
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Figure:
    """A value with the number of cases behind it and, where one is meant, its 95 % interval."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def small(self) -> bool:
        return self.n < SMALL_N


@dataclass(frozen=True)
class Slice:
    """One row of a breakdown."""

    key: str
    title: str
    figure: Figure


@dataclass(frozen=True)
class Step:
    """One stage of the funnel: customers who reached it, and which share of the stage before they are."""

    stage: str
    reached: int
    share: float | None


def nps(session: Session, *, since: datetime, until: datetime) -> Figure:
    """Net Promoter Score in points with its 95 % adjusted-Wald interval; see lifecycle.nps."""
    return nps_of(score_counts(session, "nps", since=since, until=until))


def nps_of(counts: dict[int, int]) -> Figure:
    """The Net Promoter Score of answers counted by score."""
    scores = _spread(counts)
    bounds = nps_module.interval(scores)
    low, high = bounds if bounds else (None, None)
    return Figure(nps_module.net_promoter_score(scores), len(scores), low, high)


def csat(session: Session, *, since: datetime, until: datetime) -> Figure:
    """Customer satisfaction: share of 4 and 5 among answers of 1 to 5 (ACSI top-two-box); the unanswered are not 0."""
    counts = score_counts(session, "csat", since=since, until=until)
    return share(sum(number for score, number in counts.items() if score >= 4), sum(counts.values()))


def ces(session: Session, *, since: datetime, until: datetime) -> Figure:
    """Customer effort score: mean agreement of 1 to 7 that it was easy (CEB, "CES 2.0")."""
    counts = score_counts(session, "ces", since=since, until=until)
    answers = sum(counts.values())
    return Figure(sum(score * number for score, number in counts.items()) / answers if answers else None, answers)


def response_rate(session: Session, kind: str, *, since: datetime, until: datetime) -> Figure:
    """Share of the surveys of a kind, asked in the period, that have an answer by now."""
    asked, answered = session.execute(
        sa.select(sa.func.count(Survey.id), sa.func.count(SurveyAnswer.id))
        .outerjoin(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        .where(Survey.kind == kind, Survey.asked_at >= since, Survey.asked_at < until)
    ).one()
    return share(answered, asked)


def score_counts(session: Session, kind: str, *, since: datetime, until: datetime) -> dict[int, int]:
    """Answers of the period counted by score."""
    query = (
        sa.select(SurveyAnswer.score, sa.func.count())
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(Survey.kind == kind, SurveyAnswer.answered_at >= since, SurveyAnswer.answered_at < until)
        .group_by(SurveyAnswer.score)
    )
    return dict(session.execute(query).all())


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


def nps_by(session: Session, dimension: str, *, since: datetime, until: datetime, limit: int = 8) -> list[Slice]:
    """The score of each `product` or `category` with at least HIDDEN_N answers, most answers first.

    An order of several products belongs to none of them.
    """
    key, name = {"product": (Survey.product_id, Product.title), "category": (Product.category, Product.category)}[
        dimension
    ]
    query = (
        sa.select(key, name, SurveyAnswer.score, sa.func.count())
        .select_from(Survey)
        .join(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        .outerjoin(Product, Product.product_id == Survey.product_id)
        .where(
            Survey.kind == "nps",
            Survey.product_id != "",
            SurveyAnswer.answered_at >= since,
            SurveyAnswer.answered_at < until,
        )
        .group_by(key, name, SurveyAnswer.score)
    )
    counts: dict[tuple[str, str], dict[int, int]] = {}
    for found_key, title, score, number in session.execute(query):
        if found_key:
            counts.setdefault((found_key, title or found_key), {})[score] = number
    slices = [Slice(key, title, nps_of(found)) for (key, title), found in counts.items()]
    slices = [row for row in slices if row.figure.n >= HIDDEN_N]
    return sorted(slices, key=lambda row: (-row.figure.n, row.title))[:limit]


def change(current: Figure, before: Figure) -> str:
    """How a figure moved: `up`, `down`, `within noise`, or `` when one of the two is missing.

    Noise when the 95 % interval of the difference holds 0; it is made of the two intervals by Newcombe's method
    (Statistics in Medicine, 1998), which stays honest when one of them is wide and lopsided.
    """
    if current.value is None or before.value is None or current.low is None or before.low is None:
        return ""
    if current.high is None or before.high is None:
        return ""
    moved = current.value - before.value
    low = moved - math.hypot(current.value - current.low, before.high - before.value)
    high = moved + math.hypot(current.high - current.value, before.value - before.low)
    return "within noise" if low <= 0 <= high else "up" if moved > 0 else "down"


# --- conversations ----------------------------------------------------------------------------------------------------


def resolution(session: Session, *, since: datetime, until: datetime) -> dict[str, int]:
    """Conversations in which the customer spoke, by resolution: confirmed, assumed, handed_over, reopened, open.

    Apart, because an assumed resolution is only the absence of a complaint.
    """
    return _counted(session, Interaction.resolution, since, until)


def outcomes(session: Session, *, since: datetime, until: datetime) -> dict[str, int]:
    """Conversations in which the customer spoke, by outcome."""
    return _counted(session, Interaction.outcome, since, until)


def fallback_rate(session: Session, *, since: datetime, until: datetime) -> Figure:
    """Share of the conversations in which the assistant did not understand at least once."""
    talked, lost = session.execute(
        sa.select(
            sa.func.count(Interaction.id),
            sa.func.coalesce(sa.func.sum(sa.case((Interaction.fallback_count > 0, 1), else_=0)), 0),
        ).where(*_talked(since, until))
    ).one()
    return share(int(lost), talked)


def hand_over_rate(session: Session, *, since: datetime, until: datetime) -> Figure:
    """Share of the conversations that a person had to take over."""
    talked, handed = session.execute(
        sa.select(
            sa.func.count(Interaction.id),
            sa.func.coalesce(sa.func.sum(sa.case((Interaction.handed_over, 1), else_=0)), 0),
        ).where(*_talked(since, until))
    ).one()
    return share(int(handed), talked)


def per_day(session: Session, *, since: datetime, until: datetime, zone: str) -> list[tuple[str, int]]:
    """(ISO day, conversations begun on it) for every day of the period, oldest first, days without any included."""
    day = local_date(session, Interaction.started_at, zone, until)
    query = sa.select(day, sa.func.count()).where(*_talked(since, until)).group_by(day)
    found = {str(text): number for text, number in session.execute(query)}
    first, last = (moment.astimezone(ZoneInfo(zone)).date() for moment in (since, until))
    days = [(first + timedelta(days=offset)).isoformat() for offset in range((last - first).days + 1)]
    return [(text, found.get(text, 0)) for text in days]


# --- customers and orders ---------------------------------------------------------------------------------------------


def stage_funnel(session: Session) -> list[Step]:
    """How many customers ever reached each stage, the later stages included, and the share of the stage before."""
    place = sa.case({stage: index for index, stage in enumerate(STAGES)}, value=StageChange.to_stage, else_=0)
    furthest = sa.select(sa.func.max(place).label("place")).group_by(StageChange.customer_id).subquery("furthest")
    counts = dict(session.execute(sa.select(furthest.c.place, sa.func.count()).group_by(furthest.c.place)).all())
    steps: list[Step] = []
    for index, stage in enumerate(STAGES):
        reached = sum(number for at, number in counts.items() if at >= index)
        before = steps[-1].reached if steps else 0
        steps.append(Step(stage, reached, 100.0 * reached / before if before else None))
    return steps


def recommendation_to_order(session: Session, *, since: datetime, until: datetime) -> tuple[Figure, Figure]:
    """Of the conversations with a recommendation: the share with a click, the share with a product of it bought."""
    per_talk = (
        sa.select(
            sa.func.max(sa.case((RecommendationItem.clicked_at.is_not(None), 1), else_=0)).label("clicked"),
            sa.func.max(sa.case((RecommendationItem.bought_at.is_not(None), 1), else_=0)).label("bought"),
        )
        .join(Recommendation, Recommendation.id == RecommendationItem.recommendation_id)
        .where(Recommendation.created_at >= since, Recommendation.created_at < until)
        .group_by(Recommendation.conversation_id)
        .subquery()
    )
    n, clicked, bought = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(per_talk.c.clicked), 0),
            sa.func.coalesce(sa.func.sum(per_talk.c.bought), 0),
        )
    ).one()
    return share(int(clicked), n), share(int(bought), n)


def repeat_purchase(session: Session, *, until: datetime) -> Figure:
    """Share of the customers with an order who have at least two; cancelled orders are none."""
    orders = (
        sa.select(sa.func.count().label("number"))
        .where(ShopOrder.customer_id.is_not(None), ShopOrder.cancelled_at.is_(None), ShopOrder.placed_at < until)
        .group_by(ShopOrder.customer_id)
        .subquery()
    )
    buyers, again = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((orders.c.number > 1, 1), else_=0)), 0))
    ).one()
    return share(int(again), buyers)


def answered_in_time(session: Session, *, since: datetime, until: datetime, now: datetime) -> Figure:
    """Share of the cases opened in the period, answered or due by now, whose first reply came before its due time.

    A case closed without a reply counts by its closing.
    """
    first = sa.func.coalesce(SupportCase.first_reply_at, SupportCase.closed_at)
    n, kept = session.execute(
        sa.select(
            sa.func.count(SupportCase.id),
            sa.func.coalesce(sa.func.sum(sa.case((first <= SupportCase.due_at, 1), else_=0)), 0),
        ).where(
            SupportCase.opened_at >= since,
            SupportCase.opened_at < until,
            sa.or_(first.is_not(None), SupportCase.due_at < now),
        )
    ).one()
    return share(int(kept), n)


# --- small parts ------------------------------------------------------------------------------------------------------


def share(hits: int, n: int) -> Figure:
    """hits of n in percent, with the 95 % interval of Agresti and Coull (The American Statistician, 1998)."""
    if not n:
        return Figure(None, 0)
    total = n + Z95**2
    middle = (hits + Z95**2 / 2) / total
    margin = Z95 * math.sqrt(middle * (1 - middle) / total)
    return Figure(100.0 * hits / n, n, 100.0 * max(0.0, middle - margin), 100.0 * min(1.0, middle + margin))


def _talked(since: datetime, until: datetime) -> list[Any]:
    """Conversations begun in the period in which the customer said something."""
    return [Interaction.started_at >= since, Interaction.started_at < until, Interaction.customer_message_count > 0]


def _counted(session: Session, column: Any, since: datetime, until: datetime) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(*_talked(since, until)).group_by(column)
    return dict(sorted(session.execute(query).all(), key=lambda row: -row[1]))


def _spread(counts: dict[int, int]) -> list[int]:
    pairs: Iterable[tuple[int, int]] = counts.items()
    return [score for score, number in pairs for _ in range(number)]


def local_date(session: Session, column: Any, zone: str, at: datetime, *, month: bool = False) -> Any:
    """The day (or YYYY-MM) a moment falls on in the store's zone; SQLite knows no zones: the offset is that of `at`."""
    if session.get_bind().dialect.name == "postgresql":
        local = sa.func.timezone(zone, column)
        return sa.func.to_char(local, "YYYY-MM") if month else sa.cast(local, sa.Date)
    offset = f"{int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()):+d} seconds"
    return sa.func.strftime("%Y-%m", column, offset) if month else sa.func.date(column, offset)
