"""From recommendation to kept promise: what the interactions say equals what became of every recommended product."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import conversations, insights, interactions, orders
from lifecycle.advice import asked_back, recommendations
from lifecycle.advice.recommend import Advice, Pick
from lifecycle.insights import Chain
from lifecycle.model import Recommendation, RecommendationItem, ShopOrder, Survey
from lifecycle.needs import Needs
from lifecycle.orders import Buyer, Line, OrderEvent

day = timedelta(days=1)
NEEDS = Needs(prefer=("quiet",), wanted=("gooseneck",))
PRODUCTS = [SimpleNamespace(product_id=f"p{number}", price_cents=4_900, currency="USD") for number in range(6)]


@pytest.mark.parametrize("seed", range(6))
def test_the_chain_equals_looking_through_every_recommendation(session: Session, now: datetime, seed: int) -> None:
    """Recommended, clicked, ordered and judged in any order, by the functions that do it in earnest."""
    dice = Random(seed)
    threads = []
    for number in range(12):
        opened = conversations.start(session, channel="web", now=now - dice.randrange(1, 60) * day)
        interactions.of(session, opened.id).customer_message_count = 1
        threads.append(opened.thread_id)
        for turn in range(dice.randrange(3)):
            shown = tuple(Pick(PRODUCTS[n], 0.9, ()) for n in dice.sample(range(6), 3))
            recommendations.store(session, opened.id, f"{number}-{turn}", NEEDS, Advice(shown), now=now)
    for number, thread_id in enumerate(dice.sample(threads, 12)):
        for _ in range(dice.randrange(3)):
            recommendations.clicked(session, thread_id, f"p{dice.randrange(6)}", now=now)
        if dice.random() < 0.7:
            line = Line(f"p{dice.randrange(6)}", "Product", 1, 4_900)
            buyer = Buyer(f"buyer{number}@example.com")
            orders.apply(
                session,
                OrderEvent(
                    "generic", f"e{number}", "placed", f"O{number}", now, buyer, lines=(line,), thread_id=thread_id
                ),
                now=now,
            )
            order = session.execute(sa.select(ShopOrder).where(ShopOrder.order_ref == f"O{number}")).scalar_one()
            survey = Survey(kind="csat", order_id=order.id, asked_at=now, expires_at=now)
            session.add(survey)
            session.flush()
            while dice.random() < 0.8 and (need := asked_back.to_ask(session, survey)) is not None:
                asked_back.answer(session, survey, need.id, dice.random() < 0.7, now=now)
    session.expire_all()
    since, until = now - 30 * day, now
    found = insights.talks(session, since=since, until=until).chain
    happened: dict[str, list[RecommendationItem]] = {}
    for made in session.scalars(sa.select(Recommendation)):
        if since <= interactions.of(session, made.conversation_id).started_at < until:
            happened.setdefault(made.conversation_id, []).extend(made.items)
    told = [items for items in happened.values() if any(item.kept is not None for item in items)]
    assert found == Chain(
        len(happened),
        sum(any(item.clicked_at for item in items) for items in happened.values()),
        sum(any(item.bought_at for item in items) for items in happened.values()),
        len(told),
        sum(all(item.kept is not False for item in items) for items in told),
    )


def test_a_product_the_chat_never_showed_is_not_clicked(session: Session, now: datetime) -> None:
    opened = conversations.start(session, channel="web", now=now)
    recommendations.store(session, opened.id, "1", NEEDS, Advice((Pick(PRODUCTS[0], 0.9, ()),)), now=now)
    assert not recommendations.clicked(session, opened.thread_id, "p1", now=now)
    assert recommendations.clicked(session, opened.thread_id, "p0", now=now)
    assert recommendations.clicked(session, opened.thread_id, "p0", now=now + day), "again counts as the first time"
    item = session.scalars(sa.select(RecommendationItem)).one()
    assert item.clicked_at == now
