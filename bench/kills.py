"""Kill processes at random under chat load, then compare what shoppers saw with what the database holds.

    python -m bench.kills [--kills 200] [--shoppers 20]

Every shopper writes one message after another and tries again under the same id until it is answered, as the widget
does for as long as its page is open.  Meanwhile each of Rasa (with the actions), the web process and the worker gets
SIGKILL again and again, a random few seconds after it is ready again and people are answered: often several are down at
once.  A message is lost when it was answered but is not stored (or its answer is another), doubled when it is stored
twice.  A shopper ends without an answer when what they wrote last has none a minute after the last process is back.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.stack import Stack, figure, processes

TEXTS = (
    "hello",
    "do you ship to Canada?",
    "I need a quiet grinder under $150 for espresso, not black",
    "cheaper",
    "what is your return policy?",
    "is the second one easy to clean?",
    "thanks",
)
VICTIMS = ("rasa", "web", "worker")
ALIVE_SECONDS = (0.5, 8.0)  # how long a victim lives once it is ready
MOST_SHARE = 0.4  # of all kills that may fall on one of them, so that the quick ones are not all that is tried
READY_SECONDS = 180  # one that is not back by then stays dead, which is a finding of its own
TALK_SECONDS = 30  # how long they go on writing once all is back
PATIENCE_SECONDS = 60  # from then on, for the answer to what was written last
REQUEST_SECONDS = 15


@dataclass
class Seen:
    """What the shoppers saw: the answers by (conversation, message id), the tries that failed, those left waiting."""

    answers: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    failed_tries: int = 0
    left_waiting: int = 0
    waits_seconds: list[float] = field(default_factory=list)
    until: float = float("inf")  # when patience ends, on the monotonic clock
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Kills:
    """Who was killed how often, and how long each took to be ready again."""

    wanted: int
    until: float = float("inf")
    by_name: Counter[str] = field(default_factory=Counter)
    back_seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in VICTIMS})
    dead: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def number(self) -> int:
        return sum(self.by_name.values())

    def open_to(self, name: str) -> bool:
        """Whether there is another kill to be had, and this one may take it."""
        enough = self.number >= self.wanted or self.by_name[name] >= MOST_SHARE * self.wanted
        return not enough and time.monotonic() < self.until

    def count(self, name: str) -> None:
        with self.lock:
            self.by_name[name] += 1


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--shoppers", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float, default=60, help="stop killing after so long, enough or not")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        stack = Stack(Path(home), MESSAGE_RATE_PER_MINUTE="0", ADDRESS_RATE_PER_MINUTE="0")
        stack.start()
        try:
            seen, kills = run(stack, given, random.Random(given.seed))
            lost, doubled = compare(seen, Path(home) / "lifecycle.db")
            if lost or doubled:
                kept = shutil.copytree(home, tempfile.mkdtemp(prefix="kills-"), dirs_exist_ok=True)
                print(f"what the processes left is kept in {kept}", file=sys.stderr)
        finally:
            stack.stop()
    print(
        f"{kills.number} kills ({', '.join(f'{name} {number}' for name, number in sorted(kills.by_name.items()))}), "
        f"{len(seen.answers)} messages answered, {seen.failed_tries} tries failed and were repeated",
        file=sys.stderr,
    )
    waits = sorted(seen.waits_seconds)
    if waits:
        print(
            f"an answer took {statistics.median(waits):.1f} s (median), {waits[int(len(waits) * 0.95)]:.0f} s (p95), "
            f"{waits[-1]:.0f} s (longest)",
            file=sys.stderr,
        )
    for name, seconds in kills.back_seconds.items():
        if seconds:
            print(f"{name} was back after {statistics.median(seconds):.1f} s (median)", file=sys.stderr)
    figures = [
        figure("website.kills", kills.number, given.kills, most=False),
        figure("website.kills_not_restarted", len(kills.dead), 0),
        figure("website.kills_messages_lost", lost, 0),
        figure("website.kills_messages_doubled", doubled, 0),
        figure("website.kills_shoppers_without_answer", seen.left_waiting, 0),
    ]
    return 0 if all(figures) else 1


def run(stack: Stack, given: argparse.Namespace, dice: random.Random) -> tuple[Seen, Kills]:
    seen, over = Seen(), threading.Event()
    writers = [
        threading.Thread(target=write, args=(stack.url, seen, over, random.Random(dice.random())), daemon=True)
        for _ in range(given.shoppers)
    ]
    done = Kills(given.kills, until=time.monotonic() + given.minutes * 60)
    hunters = [
        threading.Thread(target=hunt, args=(stack, name, seen, done, random.Random(dice.random())), daemon=True)
        for name in VICTIMS
    ]
    for thread in (*writers, *hunters):
        thread.start()
    told = 0
    while any(hunter.is_alive() for hunter in hunters):
        time.sleep(1)
        if done.number // 20 > told:
            told = done.number // 20
            print(f"  {done.number} of {given.kills} kills, {len(seen.answers)} answers", file=sys.stderr, flush=True)
    time.sleep(TALK_SECONDS)
    over.set()
    seen.until = time.monotonic() + PATIENCE_SECONDS
    for writer in writers:
        writer.join()
    return seen, done


def hunt(stack: Stack, name: str, seen: Seen, done: Kills, dice: random.Random) -> None:
    """Kill one process whenever it has been ready for a while and people are answered."""
    while done.open_to(name):
        answers = len(seen.answers)
        time.sleep(dice.uniform(*ALIVE_SECONDS))
        while len(seen.answers) == answers and done.open_to(name):
            time.sleep(0.2)  # only what works can be broken: somebody was answered since it came back
        pids = processes(stack).get(name, [])
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        if not pids:
            continue
        done.count(name)
        began = time.monotonic()
        while not ready(stack, name, pids):
            if time.monotonic() - began > READY_SECONDS:
                print(f"  {name} did not come back", file=sys.stderr, flush=True)
                done.dead.append(name)
                return
            time.sleep(0.2)
        done.back_seconds[name].append(time.monotonic() - began)


def ready(stack: Stack, name: str, killed: list[int]) -> bool:
    """Whether a new process stands where one was killed, and answers."""
    pids = processes(stack).get(name, [])
    if not pids or set(pids) & set(killed):
        return False
    addresses = dict(line.split("=", 1) for line in (stack.home / "addresses").read_text(encoding="utf-8").split())
    url = {
        "web": f"{stack.url}/healthz",
        "rasa": f"{addresses['RASA_URL']}/webhooks/lifecycle/",
    }.get(name)
    try:
        return url is None or httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False


def write(url: str, seen: Seen, over: threading.Event, dice: random.Random) -> None:
    """One shopper: the next message only when the last one is answered."""
    with httpx.Client(base_url=url, timeout=REQUEST_SECONDS) as client:
        begun = insist(seen, lambda: client.post("/api/v1/conversations", json={}))
        if begun is None:
            return
        conversation_id, token = begun["conversation_id"], begun["token"]
        path, headers = f"/api/v1/conversations/{conversation_id}/messages", {"Authorization": f"Bearer {token}"}
        number = 0
        while not over.is_set():
            number += 1
            body = {"message_id": f"{conversation_id[:8]}-{number}", "text": dice.choice(TEXTS)}
            answer = insist(seen, lambda body=body: client.post(path, json=body, headers=headers))
            if answer is None:
                return
            with seen.lock:
                texts = [message["text"] for message in answer["messages"]]
                seen.answers[conversation_id, body["message_id"]] = texts
            time.sleep(dice.uniform(0.5, 2.0))


def insist(seen: Seen, send: object) -> dict | None:
    """The answer to a request, tried again with growing pauses; None when patience ends."""
    began = time.monotonic()
    pause = 0.5
    while time.monotonic() < seen.until:
        try:
            response = send()  # type: ignore[operator]
            if response.is_success:
                with seen.lock:
                    seen.waits_seconds.append(time.monotonic() - began)
                return dict(response.json())
        except httpx.HTTPError:
            pass
        with seen.lock:
            seen.failed_tries += 1
        time.sleep(pause)
        pause = min(pause * 2, 8)
    with seen.lock:
        seen.left_waiting += 1
    return None


def compare(seen: Seen, path: Path) -> tuple[int, int]:
    """(lost, doubled) of the messages that were answered."""
    lost = doubled = 0
    with sqlite3.connect(path) as database:
        for (thread_id, message_id), answer in seen.answers.items():
            stored = database.execute(
                "SELECT id FROM message WHERE thread_id = ? AND client_message_id = ? AND role = 'customer'",
                (thread_id, message_id),
            ).fetchall()
            doubled += int(len(stored) > 1)
            replies = database.execute(
                "SELECT text FROM message WHERE reply_to_id = ? ORDER BY id", stored[0] if stored else (-1,)
            ).fetchall()
            lost += int([text for (text,) in replies] != answer)
    return lost, doubled


if __name__ == "__main__":
    sys.exit(main())
