"""How we are doing: one function per figure, each with its value, its n and the source of its formula.

A period is `since` (included) to `until` (excluded), UTC.  Shares are in percent.  Every figure is counted by the
database; a figure nobody has data for is None with n = 0, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import nps as nps_module
from lifecycle.db import UtcDateTime
from lifecycle.model import (
    OUTCOME_COLUMNS,
    STAGES,
    Interaction,
    Product,
    ShopOrder,
    StageChange,
    SupportCase,
    Survey,
    SurveyAnswer,
)

SMALL_N = 30  # under it a figure is shown with a warning
HIDDEN_N = 5  # under it a breakdown shows no figure: it would speak of single people
DAYS_SHOWN = 62  # a longer period is shown by weeks
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
class Chain:
    """From recommendation to kept promise, in conversations: what was recommended in them, and what followed, whenever
    that was."""

    recommended: int
    clicked: int
    bought: int
    told: int  # said after use how it is
    kept: int

    @property
    def click_rate(self) -> Figure:
        return share(self.clicked, self.recommended)

    @property
    def order_rate(self) -> Figure:
        """Share of all conversations with a recommendation in which a product of it was bought."""
        return share(self.bought, self.recommended)

    @property
    def kept_rate(self) -> Figure:
        """Of the buyers who told, the share for whom every promise asked about was kept."""
        return share(self.kept, self.told)


@dataclass(frozen=True)
class Talks:
    """The conversations begun in a period in which the customer said something, counted by what became of them."""

    # channel, outcome, resolution, lost, handed over, recommended, clicked, bought, kept (None: not told), number
    rows: tuple[tuple[str, str, str, bool, bool, bool, bool, bool, bool | None, int], ...]

    @property
    def number(self) -> int:
        return sum(row[-1] for row in self.rows)

    @property
    def fallback(self) -> Figure:
        """Share in which the assistant did not understand at least once."""
        return self._share(3)

    @property
    def handed_over(self) -> Figure:
        """Share that a person had to take over."""
        return self._share(4)

    @property
    def outcomes(self) -> dict[str, int]:
        """Numbers by outcome, the largest first."""
        return self._by(1)

    @property
    def resolution(self) -> dict[str, int]:
        """Numbers by resolution: confirmed, assumed, handed_over, reopened, open.

        Apart, because an assumed resolution is only the absence of a complaint.
        """
        return self._by(2)

    @property
    def chain(self) -> Chain:
        """What the recommendations made in them led to."""
        clicked, bought = (sum(row[-1] for row in self.rows if row[place]) for place in (6, 7))
        told, kept = (sum(row[-1] for row in self.rows if row[8] in known) for known in ((True, False), (True,)))
        return Chain(sum(row[-1] for row in self.rows if row[5]), clicked, bought, told, kept)

    @property
    def channels(self) -> dict[str, Talks]:
        """The conversations of each channel, the busiest first."""
        return {name: Talks(tuple(row for row in self.rows if row[0] == name)) for name in self._by(0)}

    def _by(self, place: int) -> dict[str, int]:
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[str(row[place])] = counts.get(str(row[place]), 0) + row[-1]
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))

    def _share(self, place: int) -> Figure:
        return share(sum(row[-1] for row in self.rows if row[place]), self.number)


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
class Step:
    """One stage of the funnel: customers who reached it, and which share of the stage before they are."""

    stage: str
    reached: int
    share: float | None


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
    bounds = nps_module.interval(scores)
    low, high = bounds if bounds else (None, None)
    return Figure(nps_module.net_promoter_score(scores), len(scores), low, high)


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
    nps, csat, score = Survey.kind == "nps", Survey.kind == "csat", SurveyAnswer.score
    tallies = (nps, sa.and_(nps, score >= 9), sa.and_(nps, score <= 6), csat, sa.and_(csat, score >= 4))
    key = (Survey.product_id, SurveyAnswer.source)
    given = (
        sa.select(*key, *(sa.func.count(sa.case((each, 1))).label(f"n{n}") for n, each in enumerate(tallies)))
        .select_from(SurveyAnswer)
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(
            _unindexed(session, Survey.kind).in_(("nps", "csat")),
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


def talks(session: Session, *, since: datetime, until: datetime) -> Talks:
    """What became of the conversations of a period."""
    return talks_beside(session, before=since, since=since, until=until)[0]


def talks_beside(session: Session, *, before: datetime, since: datetime, until: datetime) -> tuple[Talks, Talks]:
    """What became of the conversations of a period, and of those begun from `before` until it; one look at one index,
    in whose order they are counted."""
    columns = [getattr(Interaction, name) for name in OUTCOME_COLUMNS[:-1]]
    begun = _unindexed(session, Interaction.started_at)
    of_period = sa.func.count(sa.case((begun >= since, 1)))
    query = sa.select(*columns, sa.func.count(), of_period).where(*_talked(before, until, begun)).group_by(*columns)
    lost = OUTCOME_COLUMNS.index("fallback_count")
    rows: tuple[list[Any], list[Any]] = ([], [])
    for *row, number, inside in session.execute(query):
        row[lost] = row[lost] > 0
        for found, count in zip(rows, (inside, number - inside), strict=True):
            if count:
                found.append((*row, count))
    return Talks(tuple(rows[0])), Talks(tuple(rows[1]))


def volume(session: Session, *, since: datetime, until: datetime, zone: str) -> list[tuple[date, int]]:
    """(day, conversations begun on it) for every day of the store's zone in the period, oldest first; of more than
    DAYS_SHOWN days (Monday, conversations of its week)."""
    first, last = (moment.astimezone(ZoneInfo(zone)).date() for moment in (since, until))
    length = 1 if (last - first).days < DAYS_SHOWN else 7
    begin = first if length == 1 else first - timedelta(days=first.weekday())
    starts = [begin + timedelta(days=offset) for offset in range(0, (last - begin).days + 1, length)]
    edges = [since, *(datetime.combine(day, time(), ZoneInfo(zone)) for day in starts[1:]), until]
    moments = {f"e{place}": edge.astimezone(timezone.utc) for place, edge in enumerate(edges)}
    # written out, because putting the same count together sixty times takes longer than counting
    counts = (
        "(SELECT COUNT(*) FROM interaction WHERE customer_message_count > 0"
        f" AND started_at >= :e{place} AND started_at < :e{place + 1})"
        for place in range(len(starts))
    )
    query = sa.text(f"SELECT {', '.join(counts)}").bindparams(
        *(sa.bindparam(name, type_=UtcDateTime) for name in moments)
    )
    return list(zip(starts, session.execute(query, moments).one(), strict=True))


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


def stage_causes(session: Session, *, since: datetime, until: datetime) -> dict[str, list[tuple[str, int]]]:
    """Per stage what brought customers into it in the period, the commonest cause first."""
    query = (
        sa.select(StageChange.to_stage, StageChange.cause, sa.func.count())
        .where(StageChange.at >= since, StageChange.at < until)
        .group_by(StageChange.to_stage, StageChange.cause)
    )
    found: dict[str, list[tuple[str, int]]] = {stage: [] for stage in STAGES}
    for stage, cause, number in sorted(session.execute(query), key=lambda row: -row[2]):
        found[stage].append((cause, number))
    return found


def without(figure: Figure) -> Figure:
    """The share of all others."""
    return share(figure.n - round(figure.n * (figure.value or 0.0) / 100), figure.n)


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


def detractor_recovery(session: Session, *, since: datetime, until: datetime) -> Figure:
    """Of the detractors whose case was closed in the period, the share who since were content (7+ of 10, 4+ of 5) or
    bought again: won back by what they did, not by what we wrote."""
    content = (
        sa.select(SurveyAnswer.id)
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(
            Survey.customer_id == SupportCase.customer_id,
            SurveyAnswer.answered_at > SupportCase.closed_at,
            sa.or_(
                sa.and_(Survey.kind == "nps", SurveyAnswer.score >= 7),
                sa.and_(Survey.kind == "csat", SurveyAnswer.score >= 4),
            ),
        )
        .exists()
    )
    bought = (
        sa.select(ShopOrder.id)
        .where(
            ShopOrder.customer_id == SupportCase.customer_id,
            ShopOrder.placed_at > SupportCase.closed_at,
            ShopOrder.cancelled_at.is_(None),
        )
        .exists()
    )
    closed = sa.and_(
        SupportCase.kind == "detractor",
        SupportCase.state == "closed",
        SupportCase.customer_id.is_not(None),
        SupportCase.closed_at >= since,
        SupportCase.closed_at < until,
    )
    back = sa.case((sa.or_(content, bought), SupportCase.customer_id))
    number, won = session.execute(
        sa.select(sa.func.count(SupportCase.customer_id.distinct()), sa.func.count(back.distinct())).where(closed)
    ).one()
    return share(won, number)


# --- small parts ------------------------------------------------------------------------------------------------------


def share(hits: int, n: int) -> Figure:
    """hits of n in percent, with the 95 % interval of Agresti and Coull (The American Statistician, 1998)."""
    if not n:
        return Figure(None, 0)
    total = n + Z95**2
    middle = (hits + Z95**2 / 2) / total
    margin = Z95 * math.sqrt(middle * (1 - middle) / total)
    return Figure(100.0 * hits / n, n, 100.0 * max(0.0, middle - margin), 100.0 * min(1.0, middle + margin))


def _unindexed(session: Session, column: Any) -> Any:
    """The column as SQLite does not look it up in an index: it takes the wrong one of two, having no statistics."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.literal_column(f"+{column.class_.__tablename__}.{column.key}", column.type)
    return column


def _talked(since: datetime, until: datetime, begun: Any = Interaction.started_at) -> list[Any]:
    """Conversations begun in the period in which the customer said something, as written in the indexes."""
    return [begun >= since, begun < until, sa.literal_column("customer_message_count > 0")]


def _spread(counts: dict[int, int]) -> list[int]:
    pairs: Iterable[tuple[int, int]] = counts.items()
    return [score for score, number in pairs for _ in range(number)]


def local_date(session: Session, column: Any, zone: str, at: datetime) -> Any:
    """The day a moment falls on in the store's zone; SQLite knows no zones: the offset is that of `at`."""
    if session.get_bind().dialect.name == "postgresql":
        return sa.cast(sa.func.timezone(zone, column), sa.Date)
    offset = f"{int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()):+d} seconds"
    return sa.func.date(column, offset)
