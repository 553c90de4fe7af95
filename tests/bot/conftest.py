"""Whole conversations with the trained assistant: real model, real actions, real database, no sockets."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from lifecycle import catalogue, conversations, db, demo, knowledge, training
from lifecycle.settings import Settings, settings
from lifecycle.tokens import new_id


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

    from lifecycle.engine.channel import require_our_store
    from lifecycle.engine.server import quiet_logs
    from lifecycle.engine.tracker_store import LifecycleTrackerStore
    from lifecycle.settings import load

    quiet_logs()
    ours: Settings = load({"LIFECYCLE_HOME": str(tmp_path_factory.mktemp("train"))})
    model = training.ensure(ours, tell=print)
    agent = Agent.load(str(model), action_endpoint=ActionsInProcess())
    agent.tracker_store = LifecycleTrackerStore(agent.domain)
    require_our_store(agent)
    return agent


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


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
        knowledge.import_articles(session, demo.articles_dir(), now=now)
        knowledge.import_articles(session, demo.guides_dir(), now=now)
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
    loop: asyncio.AbstractEventLoop
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

    @property
    def titles(self) -> list[str]:
        """Titles of the buttons offered with the last replies."""
        return [button["title"] for bubble in self.bubbles for button in bubble.buttons]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for bubble in self.bubbles for card in bubble.cards]


@pytest.fixture
def chat(agent: Any, loop: asyncio.AbstractEventLoop, store: Path) -> Chat:
    """A new shopper's chat window in the demo store."""
    return open_chat(agent, loop)


def open_chat(agent: Any, loop: asyncio.AbstractEventLoop) -> Chat:
    with db.transaction() as session:
        made = conversations.start(session, channel="web", now=datetime.now(timezone.utc))
    return Chat(agent, loop, made.id)
