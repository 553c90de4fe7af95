"""Do buyers come back, what are they worth, and did the products keep what was wished for?

An order counts unless it was cancelled; its value counts unless it was cancelled or refunded, as in `v_customers`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone
from string import ascii_lowercase
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle.insights import HIDDEN_N, Z95, Figure, share
from lifecycle.model import Need, Product, Recommendation, RecommendationItem, ShopOrder

_EARLIER = "-"  # the letter of every month before those that are shown


@dataclass(frozen=True)
class Cohort:
    """The customers whose first order fell in `month` (YYYY-MM, the store's zone).

    `back[k]` is the share of them who ordered again in the k-th month after it; None for a month not over yet, and in
    a cohort too small to show.  `value_cents` is what one of them has spent until now, on average.
    """

    month: str
    size: int
    back: tuple[Figure | None, ...]
    value_cents: int | None


@dataclass(frozen=True)
class Value:
    """What a customer has spent in one currency until now: the mean with its 95 % interval, in minor units."""

    currency: str
    customers: int
    orders: int
    mean_cents: float
    low_cents: float
    high_cents: float

    @property
    def order_cents(self) -> float:
        """The mean value of an order that counts."""
        return self.mean_cents * self.customers / self.orders if self.orders else 0.0


@dataclass(frozen=True)
class Promise:
    """A need as it was stated, and the share of the buyers asked after use who say that their product keeps it."""

    label: str
    product_id: str
    title: str
    figure: Figure


def retention(session: Session, *, until: datetime, zone: str, months: int = 6) -> list[Cohort]:
    """The last `months` cohorts that had a month to come back in, the newest first.

    Each customer's orders become one word of letters, a letter a month, and equal words are counted together.
    """
    this_month = _index(f"{until.astimezone(ZoneInfo(zone)):%Y-%m}")
    starts = {letter: _start(this_month - age, zone) for age, letter in enumerate(ascii_lowercase[: months + 1])}
    letter = sa.case(*((ShopOrder.placed_at >= start, letter) for letter, start in starts.items()), else_=_EARLIER)
    joined = sa.func.string_agg if session.get_bind().dialect.name == "postgresql" else sa.func.group_concat
    histories = (
        sa.select(joined(letter, "").label("letters"), sa.func.sum(_worth()).label("worth"))
        .where(ShopOrder.customer_id.is_not(None), ShopOrder.cancelled_at.is_(None), ShopOrder.placed_at < until)
        .group_by(ShopOrder.customer_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(histories.c.letters, sa.func.count(), sa.func.sum(histories.c.worth)).group_by(histories.c.letters)
    )
    sizes: dict[int, int] = {}
    worths: dict[int, int] = {}
    again: dict[tuple[int, int], int] = {}
    for letters, number, worth in rows:
        ages = sorted({ascii_lowercase.index(each) for each in letters if each != _EARLIER}, reverse=True)
        if _EARLIER in letters:
            continue
        began = ages[0]
        sizes[began] = sizes.get(began, 0) + number
        worths[began] = worths.get(began, 0) + int(worth)
        for age in ages[1:]:
            again[began, age] = again.get((began, age), 0) + number
    found = []
    for began, size in sorted(sizes.items()):
        if not began:
            continue
        shown = size >= HIDDEN_N
        back = tuple(
            share(again.get((began, began - k), 0), size) if shown and began - k > 0 else None
            for k in range(1, months + 1)
        )
        found.append(Cohort(_name(this_month - began), size, back, round(worths[began] / size) if shown else None))
    return found


def lifetime_value(session: Session, *, until: datetime) -> list[Value]:
    """Per currency, the most customers first; everybody who ever ordered counts, also when all was refunded."""
    spent = (
        sa.select(
            ShopOrder.currency,
            sa.func.sum(_worth()).label("worth"),
            sa.func.sum(sa.case((ShopOrder.refunded_at.is_(None), 1), else_=0)).label("orders"),
        )
        .where(ShopOrder.customer_id.is_not(None), ShopOrder.cancelled_at.is_(None), ShopOrder.placed_at < until)
        .group_by(ShopOrder.customer_id, ShopOrder.currency)
        .subquery()
    )
    worth = sa.cast(spent.c.worth, sa.Float)
    rows = session.execute(
        sa.select(
            spent.c.currency,
            sa.func.count(),
            sa.func.sum(spent.c.orders),
            sa.func.sum(worth),
            sa.func.sum(worth * worth),
        ).group_by(spent.c.currency)
    )
    found = []
    for currency, customers, orders, total, squares in rows:
        mean = total / customers
        spread = math.sqrt(max(0.0, squares - customers * mean * mean) / (customers - 1)) if customers > 1 else 0.0
        margin = Z95 * spread / math.sqrt(customers)
        found.append(Value(currency, customers, int(orders), mean, max(0.0, mean - margin), mean + margin))
    return sorted(found, key=lambda value: -value.customers)


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


def promises(session: Session, *, limit: int = 50) -> list[Promise]:
    """Per product and need, the most asked first; pairs with fewer answers than may be shown are left out."""
    asked = _asked_back()
    rows = _kept(session, asked, asked.c.label, asked.c.product_id, limit=limit)
    ids = [product_id for _, product_id, _ in rows]
    titles = dict(
        session.execute(sa.select(Product.product_id, Product.title).where(Product.product_id.in_(ids))).all()
    )
    return [
        Promise(label, product_id, titles.get(product_id, product_id), figure) for label, product_id, figure in rows
    ]


def wishes(session: Session, *, limit: int = 20) -> list[tuple[str, Figure]]:
    """(need, share of the buyers asked who say that their product keeps it) over all products, the most asked first."""
    asked = _asked_back(Need.label, Need.id, Need.kept)
    return _kept(session, asked, asked.c.label, limit=limit)


def _asked_back(*columns: Any) -> Any:
    """The needs whose buyer said after use whether the product they were recommended and bought keeps them."""
    return (
        sa.select(*(columns or (Need.label, RecommendationItem.product_id, Need.id, Need.kept)))
        .join(Recommendation, Recommendation.conversation_id == Need.conversation_id)
        .join(RecommendationItem, RecommendationItem.recommendation_id == Recommendation.id)
        .where(Need.kept.is_not(None), RecommendationItem.bought_at.is_not(None))
        .distinct()
        .subquery()
    )


def _kept(session: Session, asked: Any, *key: Any, limit: int) -> list[Any]:
    """The key, and its share of needs kept; keys with fewer answers than may be shown are left out."""
    number = sa.func.count()
    yes = sa.func.sum(sa.case((asked.c.kept.is_(True), 1), else_=0))
    query = sa.select(*key, number, yes).group_by(*key).having(number >= HIDDEN_N)
    rows = session.execute(query.order_by(number.desc(), *key).limit(limit))
    return [(*found, share(int(kept), asked_number)) for *found, asked_number, kept in rows]


def _worth() -> Any:
    return sa.case((ShopOrder.refunded_at.is_(None), sa.func.coalesce(ShopOrder.total_cents, 0)), else_=0)


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _start(index: int, zone: str) -> datetime:
    """The first moment of a month in a zone, UTC."""
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(timezone.utc)


def _name(index: int) -> str:
    return f"{index // 12}-{index % 12 + 1:02d}"
