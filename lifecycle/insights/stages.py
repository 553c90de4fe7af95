"""How far customers came, and what brought them into each stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.model import STAGES, StageChange


@dataclass(frozen=True)
class Step:
    """One stage of the funnel: customers who reached it, and which share of the stage before they are."""

    stage: str
    reached: int
    share: float | None


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
