"""The one HTTP client of Rasa: pooled, deadlined, and never silent."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import aiohttp

from lifecycle import logs, tokens
from lifecycle.errors import Unavailable

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
        self._url = f"{url}/webhooks/lifecycle"
        self._deadline_seconds = max(0.5, timeout_seconds - OWN_SECONDS)
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=200, keepalive_timeout=KEEPALIVE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=2.0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=tokens.shown_by(secret_key),
        )

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
                status, answer = await asyncio.wait_for(self._post(body), self._deadline_seconds)
                replies = _messages(status, answer)
            except (aiohttp.ClientError, OSError) as error:
                raise Silent(type(error).__name__) from error
            except asyncio.TimeoutError as error:
                raise Silent("timeout") from error
            log.info("message answered")
        return replies

    async def _post(self, body: dict[str, Any]) -> tuple[int, bytes]:
        clock = asyncio.get_running_loop().time
        until = clock() + self._deadline_seconds
        pause, longest = KNOCK_SECONDS
        lost = False
        while True:
            try:
                return await self._posted(body)
            except aiohttp.ClientConnectorError:
                if clock() + pause >= until:
                    raise
            except (aiohttp.ClientError, OSError):
                if lost:
                    raise  # what takes Rasa down twice is not sent a third time
                lost = True
                continue
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, longest)

    async def _posted(self, body: dict[str, Any]) -> tuple[int, bytes]:
        async with self._client.post(f"{self._url}/messages", json=body) as response:
            return response.status, await response.read()

    async def ready(self) -> bool:
        """Whether Rasa answers, with our recorder behind it and not a store that forgets."""
        try:
            status, answer = await asyncio.wait_for(self._health(), 3)
            return status == 200 and json.loads(answer).get("store") == "LifecycleTrackerStore"
        except (asyncio.TimeoutError, aiohttp.ClientError, OSError, ValueError, AttributeError):
            return False

    async def _health(self) -> tuple[int, bytes]:
        async with self._client.get(f"{self._url}/") as response:
            return response.status, await response.read()

    async def close(self) -> None:
        await self._client.close()


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
