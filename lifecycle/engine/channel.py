"""The way into Rasa: messages with an id of the client's, answered from what was stored, never with silence."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import weakref
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import IntegrityError

from lifecycle import clock, db, logs, redaction, tokens
from lifecycle.channels import shop_live
from lifecycle.db import steps
from lifecycle.engine import meters
from lifecycle.engine.tracker_store import PASSING, LifecycleTrackerStore, Passing
from lifecycle.errors import Unavailable
from lifecycle.language import sentences, shorthand
from lifecycle.settings import settings

log = logging.getLogger("lifecycle.engine")
LOCK_POLL_SECONDS = 0.05  # of several servers' shared lock


class LifecycleChannel(InputChannel):
    """Takes a conversation id, a message id, and a text or the payload of an offered button.

    A message id is taken once: sent again, it is answered with the stored replies.  A turn that was not stored is
    answered 503, so that the caller knows to try again.
    """

    def __init__(self) -> None:
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    @classmethod
    def name(cls) -> str:
        return "lifecycle"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("lifecycle_channel", "lifecycle_channel")

        @routes.listener("after_server_start")
        async def prepare(app: Sanic, _loop: Any) -> None:
            require_our_store(app.ctx.agent)
            gc.collect()
            gc.freeze()  # what is loaded stays: a full collection no longer walks the model in the middle of a turn

        @routes.middleware("request")
        async def only_ours(request: Request) -> HTTPResponse | None:
            """Nobody else is answered: another store's web process may look for its Rasa on a port that was freed."""
            shown = request.headers.get(tokens.INSTALLATION)
            if shown is None and request.method == "GET":
                return None
            if tokens.same(shown or "", tokens.of_installation(settings().secret_key)):
                return None
            return response.json({"error": "This is another installation's assistant."}, status=403)

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            try:
                store = type(require_our_store(request.app.ctx.agent)).__name__
            except Unavailable as error:
                return _unavailable(str(error))
            return response.json({"status": "ok", "store": store})

        @routes.get("/metrics")
        async def metrics(_request: Request) -> HTTPResponse:
            return response.text(meters.text(), content_type="text/plain; version=0.0.4")

        @routes.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            body = request.json

            async def parse(agent: Agent) -> dict[str, Any]:
                if "payload" in body:
                    return pressed(body["title"], body["payload"])
                return await heard(agent, body["text"])

            return await self._answer(request.app.ctx.agent, body, parse)

        @routes.post("/follow-ups")
        async def follow_ups(request: Request) -> HTTPResponse:
            body = request.json

            async def parse(_agent: Agent) -> dict[str, Any]:
                about = {name: str(body[name]) for name in ("follow_up_id", "survey_id") if body.get(name)}
                return external("EXTERNAL_follow_up", **about)

            return await self._answer(request.app.ctx.agent, body, parse)

        return routes

    async def _answer(
        self, agent: Agent, body: dict[str, Any], parse: Callable[[Agent], Awaitable[dict[str, Any]]]
    ) -> HTTPResponse:
        conversation_id, message_id = body["conversation_id"], body["message_id"]
        # Waiting here costs nothing; Rasa's own lock polls once a second.  That one still guards several servers.
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        with logs.trace(message_id=message_id, conversation_id=conversation_id):
            return await self._locked(agent, body, parse, lock)

    async def _locked(
        self,
        agent: Agent,
        body: dict[str, Any],
        parse: Callable[[Agent], Awaitable[dict[str, Any]]],
        lock: asyncio.Lock,
    ) -> HTTPResponse:
        conversation_id, message_id = body["conversation_id"], body["message_id"]
        try:
            store = require_our_store(agent)
            with meters.stage("whole"):
                async with AsyncExitStack() as held:
                    with meters.stage("wait"):
                        await held.enter_async_context(lock)
                        shared = agent.lock_store.lock(conversation_id, wait_time_in_seconds=LOCK_POLL_SECONDS)
                        await held.enter_async_context(shared)
                    known = await self._turn(agent, store, body, parse)
            if not known:
                raise Unavailable("The turn left no answer.")
            log.info("turn answered")
            return response.json({"messages": known})
        except IntegrityError:  # another server stored this very message first: its answer is the answer
            known, _ = await db.ask(store.look, conversation_id, message_id)
            return response.json({"messages": known}) if known else _unavailable("IntegrityError")
        except Exception as error:
            meters.turn("refused")
            log.error("turn not stored: %s", type(error).__name__)
            return _unavailable(str(error) if isinstance(error, Unavailable) else type(error).__name__)

    async def _turn(
        self,
        agent: Agent,
        store: LifecycleTrackerStore,
        body: dict[str, Any],
        parse: Callable[[Agent], Awaitable[dict[str, Any]]],
    ) -> list[dict[str, Any]] | None:
        """The replies to a message, stored by now: those of an earlier try, or those of its turn."""
        with meters.stage("read"):
            known, events = await db.ask(store.look, body["conversation_id"], body["message_id"])
        if known is not None:
            meters.turn("replayed")
            return known
        with meters.stage("understand"):
            parsed = await parse(agent)
        if "ask_order_status" in _meanings(parsed):
            now = clock.parse(body["now"]) if body.get("now") else clock.utcnow()
            as_of = await asyncio.to_thread(shop_live.look_again, settings(), body["conversation_id"], now=now)
            parsed["order_as_of"] = clock.iso(as_of) if as_of else None
        passing = Passing(body["conversation_id"], events)
        token = PASSING.set(passing)
        try:
            with meters.stage("answer"), steps.together():
                await agent.processor.handle_message(_message(body, parsed))
        finally:
            PASSING.reset(token)
        return passing.replies


def require_our_store(agent: Agent | None) -> LifecycleTrackerStore:
    """Take Rasa's fail-safe wrapper off and make sure that what is under it is ours.

    The wrapper answers a database error from memory and goes on: silent loss.  A mistyped store in endpoints.yml is
    replaced by memory as well.  Both would acknowledge messages nobody keeps, so both are refused with Unavailable.
    """
    if agent is None or agent.processor is None:
        raise Unavailable("The assistant has no model yet; run `lifecycle train`.")
    store = agent.tracker_store
    while isinstance(store, FailSafeTrackerStore):
        store = store._tracker_store
    if not isinstance(store, LifecycleTrackerStore):
        raise Unavailable(
            f"Conversations would go to {type(store).__name__}, not to the shared database; check endpoints.yml."
        )
    agent.tracker_store = store
    agent.processor.tracker_store = store
    return store


async def heard(agent: Agent, text: str) -> dict[str, Any]:
    """Intent and entities of a customer's text, which is never a command: a leading slash is only a character."""
    plain = redaction.clean(text).lstrip().lstrip("/").strip() or "?"
    parsed: dict[str, Any] = await agent.processor.parse_message(UserMessage(shorthand.plain(plain)))
    parts = sentences.parts_of(plain)
    said = [await _part(agent, part) for part in parts] if len(parts) > 1 else []
    return {**parsed, "text": text, "parts": said}


async def _part(agent: Agent, text: str) -> dict[str, Any]:
    """What one of several sentences means by itself; a single word means nothing alone."""
    if len(text.split()) < 2:
        return {"text": text}
    intent = (await agent.processor.parse_message(UserMessage(shorthand.plain(text))))["intent"]
    return {"text": text, "intent": {"name": intent["name"], "confidence": intent["confidence"]}}


def pressed(title: str, payload: str) -> dict[str, Any]:
    """What a button of ours means: `/intent{"entity": "value"}`, taken from the database, never from the customer."""
    intent, brace, rest = payload.removeprefix("/").partition("{")
    return external(intent, title, **(json.loads(brace + rest) if brace else {}))


def external(intent: str, text: str | None = None, **entities: str) -> dict[str, Any]:
    """Parse data of an intent that nobody typed."""
    return {
        "text": text if text is not None else f"EXTERNAL: {intent}",
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }


def _meanings(parsed: dict[str, Any]) -> set[str]:
    """The intents of a message and of its parts."""
    return {str((said.get("intent") or {}).get("name")) for said in (parsed, *(parsed.get("parts") or ()))}


def _message(body: dict[str, Any], parsed: dict[str, Any]) -> UserMessage:
    metadata = {
        "message_id": body["message_id"],
        "pressed": "payload" in body,
        "now": body.get("now"),
        "parts": parsed.pop("parts", None),
        "order_as_of": parsed.pop("order_as_of", None),
    }
    return UserMessage(
        parsed["text"],
        CollectingOutputChannel(),
        body["conversation_id"],
        parse_data=parsed,
        input_channel=body.get("channel") or "web",
        message_id=body["message_id"],
        metadata={key: value for key, value in metadata.items() if value},
    )


def _unavailable(reason: str) -> HTTPResponse:
    return response.json({"error": reason}, status=503)
