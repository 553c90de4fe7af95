"""A store after eighteen busy months, made up: 1,000,000 messages in 150,000 conversations, and what belongs to them.

    python -m bench.million --database URL [--conversations 150000]

Rows are written in bulk past the domain, because what is measured on them is reading; their shapes, their spread over
time and the frequency of words (a few common ones, a long tail of rare ones) are those of a real store.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

import sqlalchemy as sa

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=timezone.utc)
DAYS = 548
PER_CONVERSATION = 20 / 3
_SAID = """
i you the a it is and to for my do can what how which with quiet small not have need one in on that this does of order
delivery when where be please good price under coffee grinder espresso machine kettle pan knife lamp black return refund
warranty broken lid size light heavy battery clean easy cheaper other more show me thanks
"""
COMMON = tuple(_SAID.split())
CATEGORIES = ("Coffee grinders", "Kettles", "Cookware", "Knives", "Lamps", "Headphones", "Vacuums", "Bedding")
OUTCOMES = ("answered", "recommended", "bought", "satisfied", "dissatisfied", "handed_over", "unanswered", "abandoned")
OUTCOME_WEIGHTS = (30, 26, 9, 14, 4, 3, 6, 8)
TOPICS = ("recommend", "delivery", "order_status", "returns_refunds", "product_question", "warranty", "payment")
STAGES = ("discovery", "education", "purchase", "post_purchase", "advocacy")
PURPOSES = ("visit", "arrival", "check_in", "nps", "tips", "review")
INTENTS = ("recommend", "ask_product", "ask_delivery", "ask_order_status", "affirm", "thanks", "out_of_scope")
PRODUCTS = 600
LABELS = ("gift", "complaint", "press", "wholesale")
PASSWORD = "a password of the measurement"

# what the recommendations of each conversation led to, as lifecycle.interactions keeps it
_LED_TO = """
    UPDATE interaction SET recommended = TRUE, clicked = led_to.clicked = 1, bought = led_to.bought = 1
      FROM (SELECT r.conversation_id, MAX(CASE WHEN i.clicked_at IS NULL THEN 0 ELSE 1 END) AS clicked,
                   MAX(CASE WHEN i.bought_at IS NULL THEN 0 ELSE 1 END) AS bought
              FROM recommendation r JOIN recommendation_item i ON i.recommendation_id = r.id
             GROUP BY r.conversation_id) AS led_to
     WHERE led_to.conversation_id = interaction.conversation_id"""


class Bulk:
    """Writes rows fast: COPY on PostgreSQL, one prepared statement on SQLite."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        self.postgresql = engine.dialect.name == "postgresql"
        self.raw = engine.raw_connection()
        self.count = 0
        if not self.postgresql:
            self.raw.cursor().execute("PRAGMA synchronous=OFF")
            self.raw.cursor().execute("PRAGMA cache_size=-400000")

    def write(self, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
        names = columns.split()
        cursor = self.raw.cursor()
        if not self.postgresql:
            cursor.execute("BEGIN IMMEDIATE")
            places = ", ".join("?" * len(names))
            cursor.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", (_sqlite(row) for row in rows)
            )
            cursor.execute("COMMIT")
            return
        waiting = iter(rows)
        while batch := list(islice(waiting, 50_000)):
            text = io.StringIO()
            csv.writer(text).writerows([_postgresql(row) for row in batch])
            text.seek(0)
            cursor.copy_expert(f"COPY {table} ({', '.join(names)}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", text)
        self.raw.commit()

    def finish(self, tables: Iterable[str]) -> None:
        """Sequences go on where the rows end; the planner learns what is there."""
        cursor = self.raw.cursor()
        if self.postgresql:
            for table in tables:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            self.raw.commit()
            self.raw.dbapi_connection.autocommit = True
            cursor.execute("VACUUM ANALYZE")
            self.raw.dbapi_connection.autocommit = False
        else:
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.raw.close()


def fill(
    engine: sa.engine.Engine, *, conversations: int = 150_000, tell: Callable[[str], None] = lambda _: None
) -> None:
    """Fill a migrated, empty database; the same numbers give the same rows."""
    from lifecycle import fulltext

    dice = random.Random("a million messages")
    people = max(1, conversations * 2 // 5)
    with engine.begin() as connection:
        fulltext.drop(connection)
    bulk = Bulk(engine)
    began = time.monotonic()
    bulk.write("product", "id product_id title category category_path price_cents brand description bullets currency "
               "availability color size material image_url url digest catalogue_version active group_id",
               _products())  # fmt: skip
    born = [dice.random() * DAYS for _ in range(people)]
    bulk.write("customer", "id external_id name locale stage stage_since created_at", _customers(born))
    bulk.write("contact_point", "id customer_id kind value created_at",
               ((n, n, "email", f"{_name(n).lower().replace(' ', '.')}.{n}@example.com", _at(at))
                for n, at in enumerate(born, 1)))  # fmt: skip
    bulk.write("stage_change", "id customer_id from_stage to_stage cause cause_id at", _stage_changes(dice, born))
    orders = max(1, people * 6 // 5)
    bulk.write("shop_order", "id source order_ref customer_id currency total_cents gift status_url tracking placed_at "
               "paid_at shipped_at delivered_at cancelled_at refunded_at updated_at",
               _orders(dice, born, orders))  # fmt: skip
    bulk.write("order_line", "id order_id position product_id title quantity price_cents refunded_quantity",
               ((n, n, 0, f"p{n % PRODUCTS}", f"Product {n % PRODUCTS}", 1, 4900, 0)
                for n in range(1, orders + 1)))  # fmt: skip
    tell(f"  {people} customers, {orders} orders after {time.monotonic() - began:.0f} s")
    spans = [_span(dice, index, people, conversations) for index in range(conversations)]
    bulk.write("conversation", "id thread_id customer_id identity_verified channel purpose opened_at last_message_at "
               "closed_at", ((s["id"], s["id"], s["customer"], False, s["channel"], s["purpose"], s["from"], s["to"],
               s["to"]) for s in spans))  # fmt: skip
    bulk.write("interaction", "id conversation_id customer_id channel purpose stage_before stage_after started_at "
               "last_message_at ended_at outcome resolution topics products needs nps_score csat_score ces_score "
               "message_count customer_message_count fallback_count handed_over label",
               _interactions(dice, spans))  # fmt: skip
    tell(f"  {conversations} conversations after {time.monotonic() - began:.0f} s")
    bulk.write("message", "id conversation_id thread_id role text buttons cards client_message_id intent confidence "
               "details created_at", _messages(dice, spans))  # fmt: skip
    tell(f"  their messages after {time.monotonic() - began:.0f} s")
    bulk.write("conversation_label", "id conversation_id label created_at",
               ((n, span["id"], LABELS[n % 4], span["to"]) for n, span in enumerate(spans[::40], 1)))  # fmt: skip
    bulk.write(
        "recommendation",
        "id conversation_id turn_id catalogue_version needs created_at",
        ((n, s["id"], "1", 1, {"wanted": ["quiet"]}, s["from"]) for n, s in enumerate(spans[::2], 1)),
    )
    bulk.write("recommendation_item", "id recommendation_id position product_id score verdicts clicked_at bought_at",
               _items(dice, spans[::2]))  # fmt: skip
    bulk.write("need", "id conversation_id customer_id key label value stated_at kept kept_at",
               ((n, s["id"], s["customer"], "wanted:quiet", "quiet", ["quiet"], s["from"],
                 None if n % 5 else dice.random() < 0.8, None if n % 5 else s["to"])
                for n, s in enumerate(spans[::2], 1)))  # fmt: skip
    surveys = list(_surveys(dice, spans))
    bulk.write("survey", "id kind customer_id order_id conversation_id product_id asked_at expires_at", surveys)
    bulk.write("survey_answer", "id survey_id score remark sentiment themes source answered_at updated_at",
               _answers(dice, surveys))  # fmt: skip
    bulk.write("support_case", "id source_key customer_id conversation_id kind subject summary priority state "
               "opened_at due_at first_reply_at closed_at cause reopened_count", _cases(dice, spans))  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.text(_LED_TO))
        fulltext.create(connection)
    tell(f"  the index of words after {time.monotonic() - began:.0f} s")
    bulk.finish(("product", "customer", "contact_point", "stage_change", "shop_order", "order_line", "interaction",
                 "message", "conversation_label", "recommendation", "recommendation_item", "need", "survey",
                 "survey_answer", "support_case"))  # fmt: skip
    tell(f"  done after {time.monotonic() - began:.0f} s")


def conversation_id(index: int) -> str:
    return f"{index:032x}"


def _products() -> Iterator[tuple[Any, ...]]:
    for n in range(PRODUCTS):
        category = CATEGORIES[n % len(CATEGORIES)]
        yield (n + 1, f"p{n}", f"Product {n}", category, [category], 2_000 + 37 * n, "Otter", "", [], "USD", "in_stock",
               "", "", "", "", "", "", 1, True, "")  # fmt: skip


def _customers(born: list[float]) -> Iterator[tuple[Any, ...]]:
    for n, at in enumerate(born, 1):
        yield n, f"c{n}", _name(n), "en", STAGES[n % 5], _at(at), _at(at)


def _stage_changes(dice: random.Random, born: list[float]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for n, at in enumerate(born, 1):
        for before, stage in zip((None, *STAGES), STAGES[: n % 5 + 1], strict=False):
            number += 1
            yield number, n, before, stage, "conversation", "", _at(min(DAYS, at + dice.random() * 9))


def _orders(dice: random.Random, born: list[float], count: int) -> Iterator[tuple[Any, ...]]:
    for n in range(1, count + 1):
        customer = dice.randrange(len(born))
        placed = born[customer] + (DAYS - born[customer]) * dice.random()
        at, gone = _at(placed), dice.random()
        yield (n, "generic", f"JO-{n}", customer + 1, "USD", dice.randrange(1_500, 40_000), False, "", "", at, at, at,
               at, at if gone < 0.04 else None, at if gone > 0.95 else None, at)  # fmt: skip


def _span(dice: random.Random, index: int, people: int, conversations: int) -> dict[str, Any]:
    began = DAYS * index / conversations
    visit = dice.random() < 0.7
    number = max(1, min(60, int(dice.expovariate(1 / (PER_CONVERSATION - 0.52))) + 1))
    return {
        "id": conversation_id(index), "index": index, "messages": number, "from": _at(began),
        "to": _at(began + number / 1440), "customer": dice.randrange(people) + 1 if dice.random() < 0.8 else None,
        "channel": "web" if visit or dice.random() < 0.3 else "email",
        "purpose": "visit" if visit else dice.choice(PURPOSES[1:]), "lost": dice.random() < 0.07,
        "person": dice.random() < 0.03,
    }  # fmt: skip


def _interactions(dice: random.Random, spans: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for s in spans:
        outcome = "handed_over" if s["person"] else dice.choices(OUTCOMES, OUTCOME_WEIGHTS)[0]
        products = [f"p{dice.randrange(PRODUCTS)}" for _ in range(3)] if outcome in ("recommended", "bought") else []
        nps = min(10, max(0, int(dice.gauss(8, 2.2)))) if s["purpose"] == "nps" and dice.random() < 0.5 else None
        csat = dice.choices(range(1, 6), (1, 1, 2, 5, 6))[0] if s["purpose"] == "check_in" else None
        yield (s["index"] + 1, s["id"], s["customer"], s["channel"], s["purpose"], "discovery",
               STAGES[dice.choices(range(5), (20, 35, 15, 24, 6))[0]], s["from"], s["to"], s["to"], outcome,
               dice.choices(("open", "confirmed", "assumed", "handed_over", "reopened"), (10, 20, 60, 8, 2))[0],
               [dice.choice(TOPICS)], products, ["quiet"] if products else [], nps, csat, None, s["messages"],
               (s["messages"] + 1) // 2, int(s["lost"]), s["person"], None)  # fmt: skip


def _messages(dice: random.Random, spans: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for s in spans:
        for turn in range(s["messages"]):
            number += 1
            ours = turn % 2 == 1
            lost = not ours and s["lost"] and turn == 0
            intent = None if ours else "out_of_scope" if lost else INTENTS[number % 6]
            yield (number, s["id"], s["id"], "assistant" if ours else "customer", _text(dice, 16 if ours else 7), [],
                   [], None, intent, None if ours else 0.3 if lost else 0.9, {"action": "action_answer"} if ours else
                   {}, s["from"] + timedelta(seconds=30 * turn))  # fmt: skip


def _text(dice: random.Random, length: int) -> str:
    found = [dice.choice(COMMON) for _ in range(dice.randrange(3, length))]
    if dice.random() < 0.6:
        found.append(_word(int(dice.paretovariate(0.7)) * 7 % 40_000))
    return " ".join(found)


def _word(number: int) -> str:
    """The invented word of this number: pronounceable, the same each time."""
    parts = ("ba", "ko", "li", "mu", "ne", "ra", "so", "ti", "ve", "zu")
    return "".join(parts[int(digit)] for digit in f"{number:05d}")


def _items(dice: random.Random, spans: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for n, s in enumerate(spans, 1):
        for place in range(3):
            number += 1
            clicked = s["to"] if dice.random() < 0.3 else None
            bought = s["to"] if clicked and dice.random() < 0.3 else None
            yield number, n, place, f"p{dice.randrange(PRODUCTS)}", 0.9, [], clicked, bought


def _surveys(dice: random.Random, spans: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    asked = {"nps": "nps", "check_in": "csat", "arrival": "ces"}
    number = 0
    for s in spans:
        if s["purpose"] in asked:
            number += 1
            product = f"p{dice.randrange(PRODUCTS)}"
            yield (number, asked[s["purpose"]], s["customer"], None, s["id"], product, s["from"],
                   s["from"] + timedelta(days=30))  # fmt: skip


def _answers(dice: random.Random, surveys: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    number = 0
    tops = {"nps": (8, 2.2, 0, 10), "csat": (4, 1, 1, 5), "ces": (5.4, 1.3, 1, 7)}
    for row in surveys:
        if dice.random() < 0.5:
            number += 1
            mean, spread, low, high = tops[row[1]]
            score = min(high, max(low, round(dice.gauss(mean, spread))))
            yield (number, row[0], score, _text(dice, 9), "positive", ["quality", "noise"], "mail", row[6], row[6])


def _cases(dice: random.Random, spans: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for n, s in enumerate(spans[::25], 1):
        is_open = s["index"] > len(spans) - 9_000 and dice.random() < 0.4
        due = s["to"] + timedelta(hours=24)
        yield (n, f"case{n}", s["customer"], s["id"], dice.choice(("detractor", "problem", "handover")),
               "Something is wrong", {"said": "it broke"}, "normal", "open" if is_open else "closed", s["to"], due,
               None if is_open else due - timedelta(hours=dice.randrange(1, 30)), None if is_open else due,
               None if is_open else "damaged", 0)  # fmt: skip


def _name(number: int) -> str:
    return f"{_word(number % 900).title()} {_word(number // 3).title()}"


def _at(day: float) -> datetime:
    return NOW - timedelta(days=DAYS - day)


def _sqlite(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime)
        else json.dumps(value) if isinstance(value, (list, dict)) else value
        for value in row
    )  # fmt: skip


def _postgresql(row: tuple[Any, ...]) -> list[Any]:
    return [
        "\\N" if value is None
        else json.dumps(value) if isinstance(value, (list, dict))
        else value.isoformat() if isinstance(value, datetime) else value
        for value in row
    ]  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--database", required=True, help="sqlite:///FILE or postgresql://…; must be empty")
    options.add_argument("--conversations", type=int, default=150_000)
    given = options.parse_args()
    from lifecycle import db

    engine = db.bind(given.database)
    db.upgrade()
    fill(engine, conversations=given.conversations, tell=print)
    return 0


if __name__ == "__main__":
    sys.exit(main())
