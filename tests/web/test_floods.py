"""A flood through two web processes is counted once, in Redis, and hurts nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fake_rasa import FakeRasa
from running_site import Site, free_port

from bench.machines import Redis
from bench.stack import until_it_listens
from lifecycle.settings import PROJECT

PER_CONVERSATION, PER_ADDRESS = 4, 12  # small, so that a slow machine comes nowhere near the end of the minute


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    assert server.process
    until_it_listens(server.process, server.port)
    yield server
    server.kill()


@pytest.fixture
def both(start_site: Callable[..., Site], redis: Redis) -> Iterator[tuple[Site, httpx.Client]]:
    """The site, and a second web process of the same shop."""
    here = start_site(
        REDIS_URL=redis.url,
        TRUSTED_PROXIES="1",
        MESSAGE_RATE_PER_MINUTE=str(PER_CONVERSATION),
        ADDRESS_RATE_PER_MINUTE=str(PER_ADDRESS),
    )
    port = free_port()
    command = [sys.executable, "-m", "lifecycle", "serve", "web"]
    process = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "PORT": str(port)})
    there = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120)
    try:
        until_it_listens(process, port)
        assert there.get("/healthz").is_success
        yield here, there
    finally:
        there.close()
        process.terminate()
        process.wait()


def test_a_flood_over_two_web_processes_is_one_flood(
    both: tuple[Site, httpx.Client], rasa: FakeRasa, redis: Redis
) -> None:
    here, _ = both

    def begin(address: str) -> tuple[str, dict[str, str]]:
        begun = here.post("/api/v1/conversations", headers={"X-Forwarded-For": address}).json()
        headers = {"Authorization": f"Bearer {begun['token']}", "X-Forwarded-For": address}
        return f"/api/v1/conversations/{begun['conversation_id']}/messages", headers

    def write(process: int, path: str, headers: dict[str, str], number: int) -> httpx.Response:
        body = {"message_id": f"m{number}", "text": "hello"}
        return both[process % 2].post(path, json=body, headers=headers)

    ada, ben = begin("203.0.113.1"), begin("203.0.113.2")
    answers = [write(number, *ada, number) for number in range(PER_CONVERSATION + 2)]
    assert [answer.status_code for answer in answers] == [200] * PER_CONVERSATION + [429, 429]
    assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in answers[-2:])
    assert [write(process, *ben, process).status_code for process in (0, 1)] == [200, 200], "Ben is not slowed down"

    def look(process: int, claimed: str) -> int:
        forwarded = {"X-Forwarded-For": f"{claimed}, 203.0.113.3"}
        return both[process % 2].post("/api/v1/conversations", headers=forwarded).status_code

    began = [look(number, f"10.0.0.{number}") for number in range(PER_ADDRESS + 2)]
    assert began == [201] * PER_ADDRESS + [429, 429], "whatever it claims to be, it is one address"
    redis.kill()
    assert [look(process, "10.0.0.1") for process in (0, 1)] == [201, 201], "without Redis the shop goes on answering"
    assert len(rasa.received) == PER_CONVERSATION + 2
