"""Whole conversations with the trained assistant: real model, real actions, real database, no sockets."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bench.talk import Chat, Loop, load_agent, open_chat
from lifecycle import catalogue, conversations, db, demo, knowledge, orders
from lifecycle.model import FollowUp, Need, Recommendation, RecommendationItem
from lifecycle.order_events import Buyer, Line, OrderEvent
from lifecycle.settings import settings
from lifecycle.tokens import new_id

Ask = Callable[..., str]


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load_agent(tmp_path_factory.mktemp("train"))


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.loop.call_soon_threadsafe(made.loop.stop)
    made.thread.join()


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store's products and texts, without people."""
    home = tmp_path_factory.mktemp("demo")
    patch = pytest.MonkeyPatch()
    patch.setenv("LIFECYCLE_HOME", str(home))
    settings.cache_clear()
    db.bind(f"sqlite:///{home / 'lifecycle.db'}")
    db.upgrade()
    now = datetime(2026, 11, 1, tzinfo=timezone.utc)
    with db.transaction() as session:
        catalogue.import_feed(session, demo.catalogue_path(), now=now)
        knowledge.import_articles(session, demo.articles_dir(), demo.guides_dir(), now=now)
        knowledge.import_reviews(session, demo.reviews_path(), now=now)
    db.engine().dispose()
    patch.undo()
    settings.cache_clear()
    return home


@pytest.fixture
def store(home: Path, demo_database: Path) -> Iterator[Path]:
    """A store of the test's own: a copy of the demo shop."""
    for path in demo_database.iterdir():
        if path.is_dir():
            shutil.copytree(path, home / path.name, dirs_exist_ok=True)
        else:
            shutil.copy(path, home / path.name)
    engine = db.bind(f"sqlite:///{home / 'lifecycle.db'}")
    yield home
    engine.dispose()
    db._engine = None


@pytest.fixture
def chat(agent: Any, loop: Loop, store: Path) -> Chat:
    """A new shopper's chat window in the demo store."""
    return open_chat(agent, loop)


@pytest.fixture
def ask(chat: Any) -> Ask:
    """Ada bought a grinder in this chat; `ask("nps")` lets that follow-up fall due and be asked in the chat."""
    now = datetime.now(timezone.utc)

    def bought(needs: tuple[str, ...], product: tuple[str, str]) -> None:
        with db.transaction() as session:
            for label in needs:
                session.add(Need(conversation_id=chat.thread_id, key=f"wanted:{label}", label=label, stated_at=now))
            if needs:
                advice = Recommendation(conversation_id=chat.thread_id, turn_id="t", catalogue_version=1, needs={},
                                        created_at=now)  # fmt: skip
                session.add(advice)
                session.flush()
                session.add(
                    RecommendationItem(recommendation_id=advice.id, position=0, product_id=product[0], score=1.0)
                )
            conversations.add_message(session, chat.thread_id, role="customer", text="a quiet grinder", now=now)
            buyer = Buyer(email="ada@example.com", name="Ada", timezone="Europe/Madrid")
            event = OrderEvent("generic", "e1", "delivered", "1001", now - timedelta(days=1), buyer,
                               lines=(Line(*product),), thread_id=chat.thread_id)  # fmt: skip
            orders.apply(session, event, now=now)

    def asked(step: str, *, needs: tuple[str, ...] = (), product: tuple[str, str] = ("GR-1", "Grinder")) -> str:
        bought(needs, product)
        with db.transaction() as session:
            row = session.execute(sa.select(FollowUp).where(FollowUp.step == step)).scalar_one()
            made = conversations.start(session, channel="web", purpose=step, thread_id=chat.thread_id,
                                       customer_id=row.customer_id, order_id=row.order_id, now=now)  # fmt: skip
            row.conversation_id, row.state = made.id, "due"
            body = {"conversation_id": made.id, "message_id": new_id(), "follow_up_id": str(row.id)}
        return chat.asked_by_the_store(body)

    return asked
