"""The one HTTP client of Rasa: pooled, deadlined, and never silent."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import async_timeout

from lifecycle import logs, tokens
from lifecycle.errors import Unavailable
from lifecycle.web.lines import Lines, Unreachable

log = logging.getLogger("lifecycle.web")
# Rasa's server drops an idle connection after 5 s; ours goes first, so that no request meets a closing one.
KEEPALIVE_SECONDS = 4.0
# What our own part of a turn may take: the customer waits for the whole, not for Rasa's share of it.
OWN_SECONDS = 0.5
KNOCK_SECONDS = (0.1, 1.0)  # first and longest pause while Rasa is being started


class Silent(Unavailable):
    """Rasa gave no usable answer; `reason` is for the log and holds no customer text."""

    def __init__(self, reason: str) -> None:
        super().__init__("The assistant does not answer right now.")
        self.reason = reason


class Rasa:
    """Talks to the channel of lifecycle.engine.channel."""

    def __init__(self, url: str, timeout_seconds: float, secret_key: str) -> None:
        """Made inside a running event loop."""
        self._deadline_seconds = max(0.5, timeout_seconds - OWN_SECONDS)
        self._lines = Lines(f"{url}/webhooks/lifecycle", tokens.shown_by(secret_key), KEEPALIVE_SECONDS)

    async def send(
        self, conversation_id: str, message_id: str, *, text: str | None = None, payload: str = "", title: str = ""
    ) -> list[dict[str, Any]]:
        """The assistant's replies to one message, at least one; raises Silent when there are none in time.

        While nobody listens Rasa is being started again, and the message waits for it; a lost connection is tried once
        more, since the channel knows the message id and runs the turn only once.
        """
        said = {"text": text} if text is not None else {"payload": payload, "title": title}
        body = {"conversation_id": conversation_id, "message_id": message_id, **said}
        with logs.trace(message_id=message_id, conversation_id=conversation_id):
            try:
                async with async_timeout.timeout(self._deadline_seconds):
                    status, answer = await self._post(json.dumps(body).encode())
                replies = _messages(status, answer)
            except OSError as error:
                raise Silent(type(error).__name__) from error
            except asyncio.TimeoutError as error:
                raise Silent("timeout") from error
            log.info("message answered")
        return replies

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        clock = asyncio.get_running_loop().time
        until = clock() + self._deadline_seconds
        pause, longest = KNOCK_SECONDS
        lost = False
        while True:
            try:
                return await self._lines.ask("POST", "/messages", body)
            except Unreachable:
                if clock() + pause >= until:
                    raise
            except OSError:
                if lost:
                    raise  # what takes Rasa down twice is not sent a third time
                lost = True
                continue
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, longest)

    async def ready(self) -> bool:
        """Whether Rasa answers, with our recorder behind it and not a store that forgets."""
        try:
            async with async_timeout.timeout(3):
                status, answer = await self._lines.ask("GET", "/")
            return status == 200 and json.loads(answer).get("store") == "LifecycleTrackerStore"
        except (asyncio.TimeoutError, OSError, ValueError, AttributeError):
            return False

    def close(self) -> None:
        self._lines.close()


def _messages(status: int, answer: bytes) -> list[dict[str, Any]]:
    if status != 200:
        raise Silent(f"status_{status}")
    try:
        messages = json.loads(answer)["messages"]
    except (ValueError, TypeError, KeyError) as error:
        raise Silent("malformed") from error
    if not isinstance(messages, list) or not messages:
        raise Silent("empty")
    return messages
