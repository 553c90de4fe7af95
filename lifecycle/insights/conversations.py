"""What became of the conversations in which the customer said something: understood, solved, recommended, bought.

A period is `since` (included) to `until` (excluded), UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import db
from lifecycle.insights.figure import Figure, share
from lifecycle.model import OUTCOME_COLUMNS, TALKED, Interaction

DAYS_SHOWN = 62  # a longer period is shown by weeks


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


class Alike(NamedTuple):
    """A number of conversations of which the same became."""

    channel: str
    outcome: str
    resolution: str
    lost: bool  # not understood at least once
    handed_over: bool
    recommended: bool
    clicked: bool
    bought: bool
    kept: bool | None  # None: nobody told
    number: int


@dataclass(frozen=True)
class Talks:
    """The conversations begun in a period, counted by what became of them."""

    groups: tuple[Alike, ...]

    @property
    def number(self) -> int:
        return _number(self.groups)

    @property
    def fallback(self) -> Figure:
        """Share in which the assistant did not understand at least once."""
        return share(_number(group for group in self.groups if group.lost), self.number)

    @property
    def handed_over(self) -> Figure:
        """Share that a person had to take over."""
        return share(_number(group for group in self.groups if group.handed_over), self.number)

    @property
    def outcomes(self) -> dict[str, int]:
        """Numbers by outcome, the largest first."""
        return self._by(lambda group: group.outcome)

    @property
    def resolution(self) -> dict[str, int]:
        """Numbers by resolution: confirmed, assumed, handed_over, reopened, open.

        Apart, because an assumed resolution is only the absence of a complaint.
        """
        return self._by(lambda group: group.resolution)

    @property
    def chain(self) -> Chain:
        """What the recommendations made in them led to."""
        return Chain(
            recommended=_number(group for group in self.groups if group.recommended),
            clicked=_number(group for group in self.groups if group.clicked),
            bought=_number(group for group in self.groups if group.bought),
            told=_number(group for group in self.groups if group.kept is not None),
            kept=_number(group for group in self.groups if group.kept),
        )

    @property
    def channels(self) -> dict[str, Talks]:
        """The conversations of each channel, the busiest first."""
        names = self._by(lambda group: group.channel)
        return {name: Talks(tuple(group for group in self.groups if group.channel == name)) for name in names}

    def _by(self, key: Callable[[Alike], str]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for group in self.groups:
            counts[key(group)] = counts.get(key(group), 0) + group.number
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def talks(session: Session, *, since: datetime, until: datetime) -> Talks:
    """What became of the conversations of a period."""
    return talks_beside(session, before=since, since=since, until=until)[0]


def talks_beside(session: Session, *, before: datetime, since: datetime, until: datetime) -> tuple[Talks, Talks]:
    """What became of the conversations of a period, and of those begun from `before` until it; one look at one index,
    in whose order they are counted."""
    columns = [getattr(Interaction, name) for name in OUTCOME_COLUMNS[:-1]]
    begun = db.unindexed(session, Interaction.started_at)
    inside = sa.func.count(sa.case((begun >= since, 1)))
    query = (
        sa.select(*columns, sa.func.count(), inside)
        .where(begun >= before, begun < until, sa.literal_column(TALKED.text))
        .group_by(*columns)
    )
    lost = OUTCOME_COLUMNS.index("fallback_count")
    now: list[Alike] = []
    earlier: list[Alike] = []
    for *became, number, of_now in session.execute(query):
        became[lost] = became[lost] > 0
        for groups, count in ((now, of_now), (earlier, number - of_now)):
            if count:
                groups.append(Alike._make((*became, count)))
    return Talks(tuple(now)), Talks(tuple(earlier))


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
        f"(SELECT COUNT(*) FROM interaction WHERE {TALKED.text}"
        f" AND started_at >= :e{place} AND started_at < :e{place + 1})"
        for place in range(len(starts))
    )
    query = sa.text(f"SELECT {', '.join(counts)}").bindparams(
        *(sa.bindparam(name, type_=db.UtcDateTime) for name in moments)
    )
    return list(zip(starts, session.execute(query, moments).one(), strict=True))


def _number(groups: Iterable[Alike]) -> int:
    return sum(group.number for group in groups)
