"""Did it keep what was wished for?  The buyers' own word per product and need, as they gave it after use."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.model import Need, Recommendation, RecommendationItem


@dataclass(frozen=True)
class Kept:
    """Of `asked` buyers who wanted it and were asked after use, `yes` say that the product keeps it."""

    yes: int
    asked: int


def kept(session: Session, product_ids: Collection[str], keys: Collection[str]) -> Mapping[tuple[str, str], Kept]:
    """What buyers of these products say of these needs, by (product id, need key); pairs nobody was asked are absent.

    A buyer counts for a product that was recommended in the talk where the need was stated, and bought.
    """
    if not keys or not product_ids:
        return {}
    session.flush()
    wanted = set(product_ids)
    asked = {f"key{place}": key for place, key in enumerate(dict.fromkeys(keys))}
    answers = session.connection().execute(_answers(len(asked)), asked).fetchall()
    return {(product_id, key): Kept(yes, count) for product_id, key, yes, count in answers if product_id in wanted}


@functools.lru_cache(maxsize=64)
def _answers(keys: int) -> Any:
    """The statement for so many keys, made once: a product recommended twice in one talk counts its buyer once."""
    each = (
        sa.select(RecommendationItem.product_id, Need.key, Need.id, sa.case((Need.kept, 1), else_=0).label("yes"))
        .join(Recommendation, Recommendation.id == RecommendationItem.recommendation_id)
        .join(Need, Need.conversation_id == Recommendation.conversation_id)
        .where(Need.kept.is_not(None), RecommendationItem.bought_at.is_not(None))
        .where(Need.key.in_([sa.bindparam(f"key{place}") for place in range(keys)]))
        .distinct()
        .subquery()
    ).c
    return sa.select(each.product_id, each.key, sa.func.sum(each.yes), sa.func.count()).group_by(
        each.product_id, each.key
    )
