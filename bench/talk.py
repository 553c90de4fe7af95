"""Conversations with the trained assistant in one process: real model, real actions, real database, no sockets."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from lifecycle import conversations, db, training
from lifecycle.settings import load
from lifecycle.tokens import new_id


def load_agent(home: Path, tell: Callable[[str], None] = print) -> Any:
    """Rasa's agent with the model of the present files, trained when there is none; its log goes under `home`."""
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig

    from lifecycle.engine import patches
    from lifecycle.engine.actions import ActionsHere
    from lifecycle.engine.channel import require_our_store
    from lifecycle.engine.server import quiet_logs
    from lifecycle.engine.tracker_store import LifecycleTrackerStore

    quiet_logs()
    patches.apply()
    model = training.ensure(load({"LIFECYCLE_HOME": str(home)}), tell=tell)
    wording = EndpointConfig(type="lifecycle.engine.wording.Wording")
    agent = Agent.load(str(model), generator=wording, action_endpoint=ActionsHere())
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
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=600)


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
            about = {name: body[name] for name in ("follow_up_id", "survey_id") if name in body}
            return external("EXTERNAL_follow_up", **about)

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


def open_chat(agent: Any, loop: Loop) -> Chat:
    with db.transaction() as session:
        made = conversations.start(session, channel="web", now=datetime.now(timezone.utc))
    return Chat(agent, loop, made.id)
