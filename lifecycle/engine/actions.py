"""The actions inside the Rasa server: the action server's own executor, called without a socket."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from lifecycle import db


class ActionsHere(EndpointConfig):
    """An action endpoint that runs the package's actions in this process.

    An action hears and answers exactly what it would as a server's (`lifecycle serve actions`); only the writing and
    reading of JSON and the second process are gone.  One runs after another, as in a server of rasa-sdk: on the loop,
    or in one thread where a database has to be waited for.  The tracker and the domain an action gets are Rasa's own:
    to be read, not changed.
    """

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url="in-process")
        self.executor = ActionExecutor()
        self.executor.register_package(package)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="actions")
        self._line = asyncio.Lock()

    async def request(self, method: str = "post", *_: Any, json: Any = None, **__: Any) -> Any:
        """What the action server would answer to this call."""
        call: dict[str, Any] = json
        if inspect.iscoroutinefunction(self.executor.actions.get(call["next_action"])):
            return await self.executor.run(call)
        async with self._line:
            return await db.ask(self._run, call, thread=self._thread)

    def _run(self, call: dict[str, Any]) -> Any:
        return _finished(self.executor.run(call))


def _finished(run: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits: it needs no event loop."""
    try:
        run.send(None)
    except StopIteration as done:
        return done.value
    run.close()
    raise RuntimeError("An action that waits for something must be an `async def run`.")
