"""Whole conversations with the trained assistant: real model, real actions, real database, no sockets."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lifecycle import catalogue, conversations, db, demo, knowledge, orders, training
from lifecycle.model import FollowUp, Need, Recommendation, RecommendationItem
from lifecycle.order_events import Buyer, Line, OrderEvent
from lifecycle.settings import Settings, settings
from lifecycle.tokens import new_id

Ask = Callable[..., str]


class ActionsInProcess:
    """The action server's executor, called without HTTP."""

    def __init__(self) -> None:
        from rasa_sdk.executor import ActionExecutor

        self.url, self.kwargs = "in-process", {}
        self.executor = ActionExecutor()
        self.executor.register_package("actions")

    async def request(self, json: dict[str, Any], **_: Any) -> Any:
        return await self.executor.run(json)


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from rasa.core.agent import Agent

    from lifecycle.engine import patches
    from lifecycle.engine.channel import require_our_store
    from lifecycle.engine.server import quiet_logs
    from lifecycle.engine.tracker_store import LifecycleTrackerStore
    from lifecycle.settings import load

    quiet_logs()
    patches.apply()
    ours: Settings = load({"LIFECYCLE_HOME": str(tmp_path_factory.mktemp("train"))})
    model = training.ensure(ours, tell=print)
    agent = Agent.load(str(model), action_endpoint=ActionsInProcess())
    agent.tracker_store = LifecycleTrackerStore(agent.domain)
    require_our_store(agent)
    return agent


class Loop:
    """An event loop in a thread of its own: the browser's tests keep one running in the main thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run_until_complete(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)


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


@dataclass
class Bubble:
    """One reply as the shopper sees it."""

    text: str
    buttons: list[dict[str, str]]
    cards: list[dict[str, Any]]


@dataclass
class Chat:
    """One shopper's chat window.  `chat("hello")` sends a text; `chat.press("Yes")` presses an offered button."""

    agent: Any
    loop: Loop
    thread_id: str
    bubbles: list[Bubble] = field(default_factory=list)

    def __call__(self, text: str, *, message_id: str | None = None) -> str:
        return self.send({"text": text}, message_id)

    def press(self, title: str) -> str:
        with db.reading() as session:
            offered = [button for row in conversations.history(session, self.thread_id) for button in row.buttons]
        button = next(b for b in reversed(offered) if b["title"] == title)
        return self.send({"payload": button["payload"], "title": button["title"]}, None)

    def send(self, what: dict[str, str], message_id: str | None) -> str:
        status, body = self.post(what, message_id)
        assert status == 200, body
        self.bubbles = [Bubble(m["text"], m["buttons"], m["cards"]) for m in body["messages"]]
        return "\n".join(bubble.text for bubble in self.bubbles)

    def post(self, what: dict[str, str], message_id: str | None = None) -> tuple[int, dict[str, Any]]:
        from lifecycle.engine.channel import LifecycleChannel, heard, pressed

        with db.transaction() as session:
            current = conversations.current(session, self.thread_id, now=datetime.now(timezone.utc))
        body = {"conversation_id": current.id, "message_id": message_id or new_id(), **what}

        async def parse(agent: Any) -> dict[str, Any]:
            return pressed(body["title"], body["payload"]) if "payload" in body else await heard(agent, body["text"])

        answer = self.loop.run_until_complete(LifecycleChannel()._answer(self.agent, body, parse))
        return answer.status, json.loads(answer.body)

    def asked_by_the_store(self, body: dict[str, str]) -> str:
        """A follow-up falls due: the store opens the conversation of `body` and asks."""
        from lifecycle.engine.channel import LifecycleChannel, external

        async def parse(_agent: Any) -> dict[str, Any]:
            return external("EXTERNAL_follow_up", follow_up_id=body["follow_up_id"])

        answer = self.loop.run_until_complete(LifecycleChannel()._answer(self.agent, body, parse))
        assert answer.status == 200, answer.body
        said = json.loads(answer.body)["messages"]
        self.bubbles = [Bubble(m["text"], m["buttons"], m["cards"]) for m in said]
        return "\n".join(bubble.text for bubble in self.bubbles)

    @property
    def titles(self) -> list[str]:
        """Titles of the buttons offered with the last replies."""
        return [button["title"] for bubble in self.bubbles for button in bubble.buttons]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for bubble in self.bubbles for card in bubble.cards]


@pytest.fixture
def chat(agent: Any, loop: Loop, store: Path) -> Chat:
    """A new shopper's chat window in the demo store."""
    return open_chat(agent, loop)


def open_chat(agent: Any, loop: Loop) -> Chat:
    with db.transaction() as session:
        made = conversations.start(session, channel="web", now=datetime.now(timezone.utc))
    return Chat(agent, loop, made.id)


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
