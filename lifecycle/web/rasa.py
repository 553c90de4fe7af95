"""The one HTTP client of Rasa: pooled, deadlined, and never silent."""

from __future__ import annotations

import logging
from typing import Any

import anyio
import httpx

from lifecycle.errors import Unavailable

# Rasa's server drops an idle connection after 5 s; ours goes first, so that no request meets a closing one.
KEEPALIVE_SECONDS = 4.0
# What our own part of a turn may take: the customer waits for the whole, not for Rasa's share of it.
OWN_SECONDS = 0.5

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every address it calls


class Silent(Unavailable):
    """Rasa gave no usable answer; `reason` is for the log and holds no customer text."""

    def __init__(self, reason: str) -> None:
        super().__init__("The assistant does not answer right now.")
        self.reason = reason


class Rasa:
    """Talks to the channel of lifecycle.engine.channel."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._deadline_seconds = max(0.5, timeout_seconds - OWN_SECONDS)
        self._client = httpx.AsyncClient(
            base_url=f"{url}/webhooks/lifecycle",
            timeout=httpx.Timeout(None, connect=2.0, pool=timeout_seconds),
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=KEEPALIVE_SECONDS),
            trust_env=False,
        )

    async def send(
        self, conversation_id: str, message_id: str, *, text: str | None = None, payload: str = "", title: str = ""
    ) -> list[dict[str, Any]]:
        """The assistant's replies to one message, at least one; raises Silent when there are none in time.

        A lost connection is tried once more: the channel knows the message id and runs the turn only once.
        """
        said = {"text": text} if text is not None else {"payload": payload, "title": title}
        body = {"conversation_id": conversation_id, "message_id": message_id, **said}
        try:
            with anyio.fail_after(self._deadline_seconds):
                try:
                    response = await self._client.post("/messages", json=body)
                except httpx.TransportError:
                    response = await self._client.post("/messages", json=body)
        except TimeoutError as error:
            raise Silent("timeout") from error
        except httpx.HTTPError as error:
            raise Silent(type(error).__name__) from error
        return _messages(response)

    async def ready(self) -> bool:
        """Whether Rasa answers, with our recorder behind it and not a store that forgets."""
        try:
            with anyio.fail_after(3):
                response = await self._client.get("/")
            return response.status_code == 200 and response.json().get("store") == "LifecycleTrackerStore"
        except (TimeoutError, httpx.HTTPError, ValueError, AttributeError):
            return False

    async def close(self) -> None:
        await self._client.aclose()


def _messages(response: httpx.Response) -> list[dict[str, Any]]:
    if response.status_code != 200:
        raise Silent(f"status_{response.status_code}")
    try:
        messages = response.json()["messages"]
    except (ValueError, TypeError, KeyError) as error:
        raise Silent("malformed") from error
    if not isinstance(messages, list) or not messages:
        raise Silent("empty")
    return messages
