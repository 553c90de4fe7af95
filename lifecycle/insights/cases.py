"""How customers with a problem were helped: answered in time, and won back."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.insights.figure import Figure, share
from lifecycle.model import ShopOrder, SupportCase, Survey, SurveyAnswer


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
