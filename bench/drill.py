"""A drill on two machines: each process and both servers are killed in turn under load; nothing is lost.

    python -m bench.drill [--down-seconds 60] [--shoppers 8]

Shoppers write one message after another and repeat each until it is answered; a shop posts a signed order event a
second and repeats it until it is acknowledged; /metrics is read all the while.  Every process of both machines gets
SIGKILL, then Redis, then PostgreSQL is stopped for a minute, then it gets SIGKILL itself.  At the end everything that
was answered or acknowledged is looked for in the database.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from bench import kills
from bench.machines import Cluster, running
from bench.stack import figure, processes

VICTIMS = ("rasa", "actions", "web", "worker")
BETWEEN_SECONDS = 6
CALM_SECONDS = 45


@dataclass
class Watched:
    """What was seen from outside while things were killed."""

    acknowledged: list[str] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    metrics_read: int = 0
    metrics_bad: int = 0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--down-seconds", type=int, default=60)
    options.add_argument("--shoppers", type=int, default=8)
    given = options.parse_args()
    print("starting two machines (a minute) ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="lc") as folder, running(Path(folder), DEMO="0") as cluster:
        seen, watched, over = kills.Seen(), Watched(), threading.Event()
        urls = [stack.url for stack in cluster.stacks]
        threads = [
            threading.Thread(target=kills.write, args=(urls[n % 2], seen, over, random.Random(n)), daemon=True)
            for n in range(given.shoppers)
        ]
        threads += [
            threading.Thread(target=shop, args=(cluster, watched, over), daemon=True),
            threading.Thread(target=watch, args=(urls, watched, over), daemon=True),
        ]
        for thread in threads:
            thread.start()
        killed = kill_each(cluster)
        red, recovered, apology = database_down(cluster, given.down_seconds)
        killed += 2
        time.sleep(CALM_SECONDS)
        over.set()
        seen.until = time.monotonic() + kills.PATIENCE_SECONDS
        for thread in threads:
            thread.join(kills.PATIENCE_SECONDS + 30)
            seen.left_waiting += int(thread.is_alive())
        lost, doubled = compare(seen, cluster.engine)
        events = stored_events(cluster.engine)
    longest = max(seen.waits_seconds, default=0.0)
    print(
        f"{killed} processes and both servers killed; {len(seen.answers)} messages answered, {seen.failed_tries} tries "
        f"repeated, longest wait {longest:.0f} s; {len(watched.acknowledged)} order events acknowledged, "
        f"refusals by status {watched.refused}",
        file=sys.stderr,
    )
    good = [
        figure("database.drill_kills", killed, 2 * len(VICTIMS) + 3, most=False),
        figure("database.drill_messages_lost", lost, 0),
        figure("database.drill_messages_doubled", doubled, 0),
        figure("database.drill_shoppers_without_answer", seen.left_waiting, 0),
        figure("database.drill_orders_acknowledged_but_lost", len(set(watched.acknowledged) - events), 0),
        figure("database.down_hooks_not_refused_with_503", sum(n for s, n in watched.refused.items() if s != 503), 0),
        figure("database.down_readyz_red_seconds", red, 5),
        figure("database.down_chat_apologises_seconds", apology, 10),
        figure("database.down_recovered_seconds", recovered, 30),
        figure("database.drill_metrics_unreadable", watched.metrics_bad, 0),
    ]
    return 0 if all(good) else 1


def kill_each(cluster: Cluster) -> int:
    """SIGKILL to each process of each machine in turn, then to Redis, which comes back as a supervisor brings it."""
    killed = 0
    for name in VICTIMS:
        print(f"killing {name} ...", file=sys.stderr, flush=True)
        for stack in cluster.stacks:
            for pid in processes(stack).get(name, []):
                os.kill(pid, signal.SIGKILL)
                killed += 1
            time.sleep(BETWEEN_SECONDS)
    cluster.redis.kill()
    time.sleep(5)
    cluster.redis.start()
    time.sleep(BETWEEN_SECONDS)
    return killed + 1


def database_down(cluster: Cluster, seconds: int) -> tuple[float, float, float]:
    """Stop PostgreSQL as a power cut does, start it later; then kill it.  Returns the seconds until /readyz was red,
    until everything answered again (the longer of both times), and of the slowest apology to a shopper."""
    url = cluster.stacks[0].url
    path, headers = insist_on_a_window(url)
    recovered, apology, red = 0.0, 0.0, 0.0
    for how, down in (("immediate", seconds), ("kill", 3)):
        print(f"PostgreSQL away for {down} s ({how}) ...", file=sys.stderr, flush=True)
        cluster.stop_postgresql(how)
        began = time.monotonic()
        if how == "immediate":
            while status(url) == 200:
                time.sleep(0.1)
            red = time.monotonic() - began
            for number in range(3):
                asked = time.monotonic()
                body = {"message_id": f"down-{number}", "text": "hello"}
                answer = httpx.post(path, json=body, headers=headers, timeout=30)
                if answer.status_code != 503 or "try again" not in answer.text:
                    apology = 999.0
                apology = max(apology, time.monotonic() - asked)
            time.sleep(max(0.0, down - (time.monotonic() - began)))
        else:
            time.sleep(down)
        cluster.start_postgresql()
        up = time.monotonic()
        while any(status(stack.url) != 200 for stack in cluster.stacks):
            if time.monotonic() - up > 120:
                break
            time.sleep(0.2)
        recovered = max(recovered, time.monotonic() - up)
    return red, recovered, apology


def insist_on_a_window(url: str) -> tuple[str, dict[str, str]]:
    """An open conversation: where its messages are posted, and with which headers."""
    begun: Any = None
    while begun is None:
        try:
            answer = httpx.post(f"{url}/api/v1/conversations", json={}, timeout=15)
            begun = answer.json() if answer.is_success else None
        except httpx.HTTPError:
            time.sleep(0.5)
    path = f"{url}/api/v1/conversations/{begun['conversation_id']}/messages"
    return path, {"Authorization": f"Bearer {begun['token']}"}


def status(url: str) -> int:
    try:
        return httpx.get(f"{url}/readyz", timeout=8).status_code
    except httpx.HTTPError:
        return 0


def shop(cluster: Cluster, watched: Watched, over: threading.Event) -> None:
    """An order event a second, to one machine and the other, each repeated until it is acknowledged."""
    from standardwebhooks.webhooks import Webhook

    secret = Webhook(cluster.env["ORDER_WEBHOOK_SECRET"])
    number = 0
    while not over.is_set():
        number += 1
        event_id, now = f"evt-{number}", datetime.now(timezone.utc)
        data = {"order_id": str(number), "customer": {"email": f"ada{number}@example.org"}, "lines": []}
        body = json.dumps({"type": "order.placed", "timestamp": now.isoformat(), "data": data})
        for attempt in range(1_000):
            stamp = datetime.now(timezone.utc)
            headers = {
                "webhook-id": event_id,
                "webhook-timestamp": str(int(stamp.timestamp())),
                "webhook-signature": secret.sign(event_id, stamp, body),
            }
            url = cluster.stacks[(number + attempt) % 2].url
            try:
                answer = httpx.post(f"{url}/hooks/orders", content=body, headers=headers, timeout=15)
                if answer.is_success:
                    watched.acknowledged.append(event_id)
                    break
                watched.refused[answer.status_code] = watched.refused.get(answer.status_code, 0) + 1
            except httpx.HTTPError:
                pass
            time.sleep(0.5)
        over.wait(1)


def watch(urls: list[str], watched: Watched, over: threading.Event) -> None:
    """Read /metrics of both machines as Prometheus does; a process that is away has none, one that answers is right."""
    from prometheus_client.parser import text_string_to_metric_families

    while not over.wait(5):
        for url in urls:
            try:
                answer = httpx.get(f"{url}/metrics", timeout=10)
            except httpx.HTTPError:
                continue
            watched.metrics_read += 1
            try:
                assert answer.status_code == 200 and list(text_string_to_metric_families(answer.text))
            except (AssertionError, ValueError):
                watched.metrics_bad += 1


def compare(seen: kills.Seen, engine: Any) -> tuple[int, int]:
    """(lost, doubled) of the messages that were answered."""
    lost = doubled = 0
    said = sa.text(
        "SELECT id FROM message WHERE thread_id = :thread AND client_message_id = :message AND role = 'customer'"
    )
    answered = sa.text("SELECT text FROM message WHERE reply_to_id = :id ORDER BY id")
    with engine.connect() as connection:
        for (thread_id, message_id), answer in seen.answers.items():
            stored = connection.execute(said, {"thread": thread_id, "message": message_id}).scalars().all()
            doubled += int(len(stored) > 1)
            replies = connection.execute(answered, {"id": stored[0] if stored else -1}).scalars().all()
            lost += int(list(replies) != answer)
    return lost, doubled


def stored_events(engine: Any) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(sa.text("SELECT event_id FROM shop_event")).scalars())


if __name__ == "__main__":
    sys.exit(main())
