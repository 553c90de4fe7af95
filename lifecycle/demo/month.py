"""A month, and the three before it, in the life of the demo store: invented people, real domain functions.

Every recommendation, order, follow-up, survey answer and case of it was made by the code a real one is made by, at
simulated moments before `now`.  Each entry of the calendar has dice of its own, thrown by the entry it comes from: so
on one day the same people do the same things whatever the hour, and the later hour sees more of it.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from lifecycle import catalogue, customers, db, interactions, needs, search
from lifecycle.advice import recommend
from lifecycle.advice.recommend import Advice
from lifecycle.demo import after, catalogue_path, visits
from lifecycle.model import Customer
from lifecycle.needs import Needs
from lifecycle.settings import settings

PEOPLE = 150
VISITORS = 70  # who never say who they are
DAYS = 120
MARK = "demo-"
_SEED = "a month of the demo store"
_DESK = (time(10, 5), time(16, 35))  # when follow-ups leave, in the store's zone

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Person:
    """An invented customer; `mood` from 0 (hard to please) to 1 decides their scores."""

    number: int
    name: str
    email: str
    zone: str
    mood: float
    category: str

    @property
    def external_id(self) -> str:
        return f"{MARK}{self.number:03d}"


class Month:
    """The simulated weeks: a calendar of things to do, done in the order of their time in one transaction."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        midnight = now.astimezone(ZoneInfo(settings().store_timezone)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        self.start = (midnight - timedelta(days=DAYS)).astimezone(timezone.utc)
        self.random = Random(_SEED)
        self.texts: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("month.yml").read_text(encoding="utf-8"))
        self.products = _products()
        self.facts = {
            row["product_id"]: {category, *row["facts"]} for category, rows in self.products.items() for row in rows
        }
        self.by_id = {row["product_id"]: row for rows in self.products.values() for row in rows}
        self.advised: dict[str, tuple[Needs, Advice]] = {}  # by what was asked for
        self.catalogue_version = catalogue.version(session)
        self.counts: Counter[str] = Counter()
        self.work_on = after.work_on
        self.moods: dict[int, float] = {}
        self.team: list[int] = []
        self.shop_again: dict[int, Callable[[datetime], None]] = {}  # by customer
        self._calendar: list[tuple[datetime, int, int, Callable[[datetime], Any]]] = []
        self._entered = 0

    def at(self, moment: datetime, what: Callable[[datetime], Any]) -> None:
        """Enter something into the calendar; what lies after `now` has not happened, and takes nobody else's dice."""
        seed = self.random.getrandbits(64)
        if moment < self.now:
            self._entered += 1
            heapq.heappush(self._calendar, (moment, self._entered, seed, what))

    def run(self, progress: Progress | None) -> None:
        done = 0
        while self._calendar:
            moment, _, seed, what = heapq.heappop(self._calendar)
            self.random = Random(seed)
            what(moment)
            done += 1
            if progress is not None and done % 50 == 0:
                progress(done, done + len(self._calendar))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, choices: Any) -> Any:
        return self.random.choice(choices)

    def pick_for(self, product_id: str, sentences: list[Any], said: Callable[[Any], str] = str) -> Any:
        """A sentence that can be true of the product: nobody complains about the noise of a pan."""
        known = self.facts.get(product_id, set())
        foreign = [word for rule in self.texts["only_for"] if known.isdisjoint(rule["of"]) for word in rule["words"]]
        fitting = [sentence for sentence in sentences if not any(word in said(sentence) for word in foreign)]
        return self.pick(fitting or sentences)

    def advice(self, said: str) -> tuple[Needs, Advice]:
        """What the assistant reads in a wish, and what it recommends for it."""
        if said not in self.advised:
            wish = needs.read(said, needs.store_words(self.session))
            self.advised[said] = (wish, recommend.recommend(self.session, wish))
        return self.advised[said]

    def new_id(self) -> str:
        """A conversation id that shows where it comes from."""
        return f"demo{self.random.getrandbits(112):028x}"

    def daytime(self, day: datetime, zone: str) -> datetime:
        """A moment of that day at which people shop, in their zone."""
        hour = self.random.choices(range(7, 24), weights=[1, 2, 3, 3, 3, 4, 4, 3, 3, 3, 4, 5, 6, 7, 6, 4, 2])[0]
        local = day.astimezone(ZoneInfo(zone)).replace(
            hour=hour, minute=self.random.randrange(60), second=self.random.randrange(60)
        )
        return local.astimezone(timezone.utc).replace(microsecond=0)

    def desk(self, moment: datetime) -> datetime:
        """The moment itself when the team is at work, else shortly after its next morning."""
        local = moment.astimezone(ZoneInfo(settings().store_timezone))
        if local.hour >= 18:
            local = local.replace(hour=9, minute=self.random.randrange(60)) + timedelta(days=1)
        elif local.hour < 9:
            local = local.replace(hour=9, minute=self.random.randrange(60))
        while local.weekday() > 4:
            local += timedelta(days=1)
        return local.astimezone(timezone.utc)

    def later(self, moment: datetime, least_hours: float, most_hours: float) -> datetime:
        return moment + timedelta(seconds=int(3600 * self.random.uniform(least_hours, most_hours)))


def load(
    transaction: Callable[[], AbstractContextManager[Session]] = db.transaction,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Fill the database with the weeks before `now`; returns counts, all 0 when they are there already.

    One transaction: either the whole month is there or nothing of it.  `progress(done, known so far)` is called now
    and then.  Every customer has an external_id that begins with `demo-`, every conversation an id with `demo`.
    """
    with transaction() as session:
        known = sa.select(Customer.id).where(Customer.external_id.like(f"{MARK}%")).limit(1)
        if session.scalar(known) is not None:
            return {}
        search.refresh(session)
        month = Month(session, now)
        _plan(month)
        month.run(progress)
        interactions.close_idle(session, now=now, limit=100_000)
        return dict(month.counts)


def _plan(month: Month) -> None:
    """Enter the first visit of everybody, and the hours at which the worker works, into the calendar."""
    names = [f"{first} {last}" for first in month.texts["first_names"] for last in month.texts["last_names"]]
    categories = list(month.texts["shopping"])
    weights = [16, 9] + [1] * (len(categories) - 2)  # a shop known for its coffee
    for number, name in enumerate(month.random.sample(names, PEOPLE), 1):
        person = Person(
            number=number,
            name=name,
            email=f"{name.lower().replace(' ', '.')}@{month.pick(('example.com', 'example.org'))}",
            zone=month.pick(month.texts["timezones"]),
            mood=min(1.0, max(0.0, month.random.gauss(0.68, 0.27))),
            category=month.random.choices(categories, weights)[0],
        )
        day = month.start + timedelta(days=month.random.uniform(0, DAYS))
        month.at(month.daytime(day, person.zone), lambda at, person=person: _arrive(month, person, at))  # type: ignore[misc]
    for number in range(VISITORS):
        day = month.daytime(month.start + timedelta(days=month.random.uniform(0, DAYS)), "America/New_York")
        category = month.random.choices(categories, weights)[0]
        if number % 2:
            month.at(day, lambda at: visits.look_around(month, None, at))
        else:
            month.at(day, lambda at, category=category: visits.shop(month, category, None, at))  # type: ignore[misc]
    zone = ZoneInfo(settings().store_timezone)
    for offset in range(DAYS + 1):
        day_local = (month.start + timedelta(days=offset)).astimezone(zone).date()
        for opening in _DESK:
            tick = datetime.combine(day_local, opening, tzinfo=zone).astimezone(timezone.utc)
            month.at(tick, lambda at: after.send_due(month, at))
        month.at(tick, lambda at: interactions.close_idle(month.session, now=at, limit=10_000))
    month.at(month.now - timedelta(seconds=1), lambda at: after.send_due(month, at))


def _arrive(month: Month, person: Person, at: datetime) -> None:
    """Somebody comes for the first time: most shop, some only ask."""
    customer = customers.find_or_create(
        month.session, email=person.email, external_id=person.external_id, name=person.name, now=at
    )
    customer.timezone = person.zone
    month.counts["customers"] += 1
    month.moods[customer.id] = person.mood
    month.shop_again[customer.id] = lambda then: _shop(month, person, customer.id, then, first=False)
    if month.chance(0.04):
        customers.set_consent(month.session, customer.id, "survey", False, source="chat", now=at)
    if month.chance(0.02):
        customers.suppress(month.session, person.email, "bounce", now=at)
    if month.chance(0.15):
        visits.look_around(month, customer.id, at)
        if month.chance(0.4):
            month.at(
                month.daytime(month.later(at, 24, 150), person.zone),
                lambda then: _shop(month, person, customer.id, then),
            )
    else:
        _shop(month, person, customer.id, at)


def _shop(month: Month, person: Person, customer_id: int, at: datetime, first: bool = True) -> None:
    """A visit with needs, perhaps an order, perhaps another one some weeks later."""
    category = person.category if first and month.chance(0.8) else month.pick(list(month.texts["shopping"]))
    visit = visits.shop(month, category, customer_id, at)
    product = visit.product
    if product is None or not month.chance(0.85):
        if month.chance(0.4):
            month.at(month.later(at, 30, 200), lambda then: visits.look_around(month, customer_id, then))
        return
    placed = month.later(visit.ended_at, 0.1, 30)
    thread_id = visit.thread_id if month.chance(0.85) else None
    month.at(placed, lambda then: after.order(month, person, customer_id, product, thread_id, then))
    if month.chance(0.3 + 0.4 * person.mood):
        month.at(
            month.daytime(month.later(placed, 24 * 8, 24 * 30), person.zone),
            lambda then: _shop(month, person, customer_id, then, first=False),
        )


def _products() -> dict[str, list[dict[str, Any]]]:
    """The demo catalogue's products by the last of their category path."""
    found: dict[str, list[dict[str, Any]]] = {}
    with catalogue_path().open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            found.setdefault(row["category"][-1], []).append(row)
    return found
