"""Did it keep what was wished for?  The buyers' own word per product and need, as they gave it after use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

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
    found: dict[tuple[str, str], Kept] = {}
    for product_id, key, _, yes in session.connection().execute(_ANSWERS, {"keys": list(keys)}):
        if product_id in wanted:
            before = found.get((product_id, key), Kept(0, 0))
            found[product_id, key] = Kept(before.yes + bool(yes), before.asked + 1)
    return found


_ANSWERS = (
    sa.select(RecommendationItem.product_id, Need.key, Need.id, Need.kept)
    .join(Recommendation, Recommendation.id == RecommendationItem.recommendation_id)
    .join(Need, Need.conversation_id == Recommendation.conversation_id)
    .where(Need.kept.is_not(None), RecommendationItem.bought_at.is_not(None))
    .where(Need.key.in_(sa.bindparam("keys", expanding=True)))
    .distinct()
)
