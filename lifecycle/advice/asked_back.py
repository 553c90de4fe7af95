"""Was the promise kept?  A need stated before buying is asked back after it, in the chat and on the page of a mail.

The buyer's word stands beside the product: ranking, verdicts and the console read it.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import interactions
from lifecycle.errors import NotFound
from lifecycle.model import Conversation, Need, Recommendation, RecommendationItem, ShopOrder, Survey

# Keys of needs in the order they are asked back: what it should be or do, what it should not have, its size, for whom.
_PROVED = ("wanted:%", "prefer:%", "unwanted:%", "limit:%", "size", "audience")


def to_ask(session: Session, survey: Survey) -> Need | None:
    """A stated need of the order's chat that use can prove, the first stated first; None when all are answered.

    Prices, kinds, colours and brands are no promise.
    """
    order = session.get(ShopOrder, survey.order_id) if survey.order_id is not None else None
    if order is None or order.thread_id is None:
        return None
    return session.execute(
        sa.select(Need)
        .where(Need.id.in_(_of(order)), Need.kept.is_(None))
        .where(sa.or_(*(Need.key.like(kind) for kind in _PROVED)), Need.label.like("not %").is_(False))
        .order_by(
            sa.case(*((Need.key.like(kind), place) for place, kind in enumerate(_PROVED))), Need.stated_at, Need.id
        )
        .limit(1)
    ).scalar_one_or_none()


def answer(session: Session, survey: Survey, need_id: int, kept: bool, *, now: datetime) -> Need:
    """Store the buyer's word on a need of their own order; raises NotFound for any other need."""
    order = session.get(ShopOrder, survey.order_id) if survey.order_id is not None else None
    need = session.get(Need, need_id)
    if order is None or need is None or session.execute(_of(order).where(Need.id == need_id)).first() is None:
        raise NotFound("There is no such question.")
    need.kept, need.kept_at = kept, now
    bought = session.scalars(
        sa.select(RecommendationItem)
        .join(Recommendation, Recommendation.id == RecommendationItem.recommendation_id)
        .where(Recommendation.conversation_id == need.conversation_id, RecommendationItem.bought_at.is_not(None))
    ).all()
    for item in bought:
        item.kept = kept if item.kept is None else item.kept and kept
    if bought:
        interactions.led_to(session, [need.conversation_id], "kept", kept=kept)
    session.flush()
    return need


def _of(order: ShopOrder) -> sa.sql.Select:
    """Ids of the needs stated in the chat the order came from."""
    return (
        sa.select(Need.id)
        .join(Conversation, Conversation.id == Need.conversation_id)
        .where(Conversation.thread_id == order.thread_id)
    )
