"""The web application as a shopper meets it: real sockets, a real database, a Rasa whose mood the test chooses.

The fixtures are imported by the conftest of every folder that uses them.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from fake_rasa import FakeRasa

from lifecycle.settings import settings
from lifecycle.web import SERVER
from lifecycle.web.app import create_app

PATIENCE_SECONDS = 120  # for a busy machine; who tests a deadline sets its own


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Clock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Site(httpx.Client):
    """A client of the running application."""

    clock: Clock
    app: Any

    def begin(self, **body: Any) -> tuple[str, dict[str, str]]:
        """A new conversation: its path, and the headers that open it."""
        begun = self.post("/api/v1/conversations", json=body or None)
        assert begun.status_code == 201, begun.text
        headers = {"Authorization": f"Bearer {begun.json()['token']}"}
        return f"/api/v1/conversations/{begun.json()['conversation_id']}", headers


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def rasa(clock: Clock, database: sa.engine.Engine) -> Iterator[FakeRasa]:
    fake = FakeRasa(clock)
    yield fake
    fake.close()


@pytest.fixture
def start_site(rasa: FakeRasa, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Site]]:
    """Start the application with settings of the test's choice, on a port of its own."""
    running: list[tuple[uvicorn.Server, threading.Thread, Site]] = []

    def start(**env: str) -> Site:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        defaults = {"RASA_URL": rasa.url, "PORT": str(listener.getsockname()[1]), "LIMIT_LOCAL_CALLERS": "1"}
        defaults["RASA_TIMEOUT_SECONDS"] = str(PATIENCE_SECONDS)
        for name, value in {**defaults, **env}.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        app = create_app(clock)
        server = uvicorn.Server(uvicorn.Config(app, **SERVER))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the application did not start"
            thread.join(0.005)
        site = Site(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=PATIENCE_SECONDS)
        site.clock, site.app = clock, app
        running.append((server, thread, site))
        return site

    yield start
    for server, thread, site in running:
        site.close()
        server.should_exit = True
        thread.join(5)


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    return start_site()
