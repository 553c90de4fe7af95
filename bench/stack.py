"""Start the whole assistant as `make run` does, on ports and a home of its own, and stop it again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 900


class Stack:
    """A running assistant: `url`, its home, its command line."""

    def __init__(self, home: Path, **env: str) -> None:
        self.home = home
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = home / "up.log"
        clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SMTP_URL", "PUBLIC_URL", "RASA_URL")}
        # Ports of its own: two that start at once would both find Rasa's usual one free.
        rasa_url = f"http://127.0.0.1:{_free_port()}"
        self.env = {**clean, "LIFECYCLE_HOME": str(home), "PORT": str(self.port), "RASA_URL": rasa_url, **env}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start everything; returns seconds until it says it is ready.  Raises RuntimeError with its last words."""
        self.home.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lifecycle", "up"],
                cwd=PROJECT,
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while time.monotonic() - began < START_SECONDS:
            if "Ready." in self.output.read_text(encoding="utf-8", errors="replace"):
                return time.monotonic() - began
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        raise RuntimeError("the assistant did not start:\n" + self.output.read_text(encoding="utf-8")[-2000:])

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)

    def command(self, *arguments: str, stdin: str | None = None) -> str:
        """Run `lifecycle …` against this stack; returns its output, raises with its error."""
        done = subprocess.run(
            [sys.executable, "-m", "lifecycle", *arguments],
            cwd=PROJECT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"lifecycle {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def memory_mb(self) -> dict[str, float]:
        """Resident memory of each process, MB, by name, the one that watches them included."""
        assert self.process is not None
        found: dict[str, float] = {"up": resident_mb(self.process.pid)}
        for name, pids in processes(self).items():
            found[name] = round(sum(map(resident_mb, pids)), 1)
        return found


def resident_mb(pid: int) -> float:
    """Resident memory of a process, MB; what several share counts for each."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    return round(next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Rss:")) / 1024, 1)


def processes(stack: Stack) -> dict[str, list[int]]:
    """The process ids of a running stack, by name: rasa, actions, web, worker, supervisor."""
    assert stack.process is not None
    found: dict[str, list[int]] = {}
    for pid in _children(stack.process.pid):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        names = (
            ("serve rasa", "rasa"),
            ("serve actions", "actions"),
            ("serve web", "web"),
            ("lifecycle work", "worker"),
        )
        name = next((label for words, label in names if words in command), "supervisor")
        found.setdefault(name, []).append(pid)
    return found


@contextmanager
def running(home: Path, **env: str) -> Iterator[Stack]:
    """A stack for the length of a block."""
    stack = Stack(home, **env)
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()


class Shopper:
    """One chat window over the public API."""

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self.client = client or httpx.Client(base_url=url, timeout=180)
        made = self.client.post("/api/v1/conversations", json={})
        made.raise_for_status()
        self.thread_id, self.token = made.json()["conversation_id"], made.json()["token"]
        self._sent = 0
        self.last: list[dict[str, Any]] = []

    def say(self, text: str) -> list[dict[str, Any]]:
        return self._send({"text": text})

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press a button offered with the last replies."""
        choice = next(b["choice"] for message in self.last for b in message["buttons"] if b["title"] == title)
        return self._send({"choice": choice})

    def history(self, after: int = 0) -> list[dict[str, Any]]:
        answer = self.client.get(self._path, params={"after": after}, headers=self._headers)
        answer.raise_for_status()
        return list(answer.json()["messages"])

    @property
    def titles(self) -> list[str]:
        return [button["title"] for message in self.last for button in message["buttons"]]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for message in self.last for card in message["cards"]]

    @property
    def _path(self) -> str:
        return f"/api/v1/conversations/{self.thread_id}/messages"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _send(self, what: dict[str, str]) -> list[dict[str, Any]]:
        self._sent += 1
        body = {"message_id": f"{self.thread_id[:8]}-{self._sent}", **what}
        answer = self.client.post(self._path, json=body, headers=self._headers)
        answer.raise_for_status()
        self.last = list(answer.json()["messages"])
        return self.last


def figure(
    name: str,
    value: float,
    reach: float,
    *,
    reference: float | None = None,
    most: bool = True,
    spread: tuple[float, float] | None = None,
) -> bool:
    """Print one figure as a JSON line; `most`: the value may be at most `reach`.  Returns whether it is reached.

    `spread` is where the middle half of the measured pairs lies.
    """
    ok = value <= reach if most else value >= reach
    line: dict[str, Any] = {"figure": name, "value": round(value, 4), "reference": reference, "reach": reach, "ok": ok}
    if spread is not None:
        line["spread"] = [round(each, 4) for each in spread]
    print(json.dumps(line), flush=True)
    return ok


def until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait for a process to listen on a port of this machine; raises RuntimeError when it ends instead."""
    while process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    raise RuntimeError(f"a process that was to listen on port {port} ended with {process.returncode}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if parent == pid:
                found += [int(entry.name), *_children(int(entry.name))]
    return found
