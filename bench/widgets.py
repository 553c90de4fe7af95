"""What the widget weighs on a shopper's phone, and what a thousand open ones cost the server.

    python -m bench.widgets [--widgets 1000]

The phone is Chromium with its processor slowed four times and a slow-3G-like line (1.6 Mbit/s, 150 ms), on a page of
another host that holds nothing but the tag; interactive means that the launcher can be pressed.  The open widgets poll
as the widget does when nothing was said for a minute (every 15 s each), then as it does in the middle of talk (every
4 s), while one shopper after another says hello; in turn with as many hellos without them, so that a machine that is
busy with something else is so for all three.  What a question for news costs the web process is its processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import random
import shutil
import statistics
import sys
import tempfile
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import aiohttp
import httpx
from playwright.sync_api import sync_playwright

from bench.stack import PROJECT, Stack, figure, processes

QUIET_SECONDS, TALKING_SECONDS = 15.0, 4.0
MESSAGES, ROUNDS = 200, 3  # of each kind in a round
QUESTIONS = 2_000
PHONE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
VISITS = 5


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--widgets", type=int, default=1000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home, ShopElsewhere() as shop:
        origin = f"http://127.0.0.1:{shop.server_port}"
        stack = Stack(Path(home), MESSAGE_RATE_PER_MINUTE="0", ADDRESS_RATE_PER_MINUTE="0", ALLOWED_ORIGINS=origin)
        stack.start()
        try:
            shop.page = f"<!doctype html><title>Shop</title><script async src={stack.url}/widget.js></script>"
            size = len(gzip.compress(httpx.get(f"{stack.url}/widget.js").content))
            requests, seconds = phone(origin, stack.url)
            crowded = asyncio.run(crowd(stack, given.widgets))
        finally:
            stack.stop()
    figures = [
        figure("website.widget_gzip_bytes", size, 40_000),
        figure("website.widget_requests", requests, 3),
        figure("website.widget_interactive_s", seconds, 1.0),
        figure("website.open_widgets_p95_ratio", crowded.quiet, 1.3, reference=1.0),
        figure("website.talking_widgets_p95_ratio", crowded.talking, 1.3, reference=1.0),
        figure("website.open_widgets_gateway_mb", crowded.megabytes, 300),
        figure("website.question_for_news_cpu_ms", crowded.question_ms, 1.0),
    ]
    return 0 if all(figures) else 1


class ShopElsewhere:
    """A store's own page on another host."""

    def __enter__(self) -> Any:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(self.server.page.encode())  # type: ignore[attr-defined]

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()


def phone(page_url: str, host: str) -> tuple[int, float]:
    """(requests to our host, median seconds from navigation to a launcher that can be pressed), nothing cached."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    asked: list[int] = []
    seconds: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(VISITS):
            context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", PHONE)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            urls: list[str] = []
            page.on("request", lambda request, urls=urls: urls.append(request.url))  # type: ignore[misc]
            page.goto(page_url)
            page.get_by_role("button", name="Chat with our assistant").click(trial=True)
            seconds.append(page.evaluate("performance.now()") / 1000)
            asked.append(sum(url.startswith(host) for url in urls))
            context.close()
        browser.close()
    return max(asked), statistics.median(seconds)


@dataclass(frozen=True)
class Crowd:
    """p95 of a message beside quiet and beside talking widgets, against none; what the web process takes for them."""

    quiet: float
    talking: float
    megabytes: float
    question_ms: float


async def crowd(stack: Stack, widgets: int) -> Crowd:
    connections = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(stack.url, connector=connections) as client:
        windows = []
        for number in range(widgets):
            async with client.post("/api/v1/conversations", json={}) as response:
                made = await response.json()
            windows.append((f"/api/v1/conversations/{made['conversation_id']}/messages?after=0", made["token"]))
            if number % 250 == 249:
                print(f"  {number + 1} of {widgets} windows open", file=sys.stderr)
        question_ms = await questions(client, windows, stack)
        times: dict[str, list[float]] = {"alone": [], "quiet": [], "talking": []}
        for number in range(ROUNDS):
            times["alone"] += await said(stack)
            times["quiet"] += await beside(client, windows, QUIET_SECONDS, stack)
            times["talking"] += await beside(client, windows, TALKING_SECONDS, stack)
            print(f"  round {number + 1} of {ROUNDS}", file=sys.stderr)
        megabytes = stack.memory_mb()["web"]
    p95 = {name: statistics.quantiles(found, n=20)[18] for name, found in times.items()}
    print(
        f"p95 of a message: alone {p95['alone']:.0f} ms, beside {widgets} quiet windows {p95['quiet']:.0f} ms, "
        f"beside talking ones {p95['talking']:.0f} ms",
        file=sys.stderr,
    )
    return Crowd(p95["quiet"] / p95["alone"], p95["talking"] / p95["alone"], megabytes, question_ms)


async def questions(client: aiohttp.ClientSession, windows: list[tuple[str, str]], stack: Stack) -> float:
    """Processor time of the web process for one question for news, ms; each window has asked once before."""
    (pid,) = processes(stack)["web"]
    for path, token in windows:
        await ask(client, path, token)
    before = cpu_seconds(pid)
    for number in range(QUESTIONS):
        await ask(client, *windows[number % len(windows)])
    return (cpu_seconds(pid) - before) / QUESTIONS * 1000


def cpu_seconds(pid: int) -> float:
    """Processor time a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def ask(client: aiohttp.ClientSession, path: str, token: str) -> bool:
    """Whether an open window got its answer."""
    async with client.get(path, headers={"Authorization": f"Bearer {token}"}) as response:
        await response.read()
        return response.status == 200


async def beside(
    client: aiohttp.ClientSession, windows: list[tuple[str, str]], pace: float, stack: Stack
) -> list[float]:
    over = asyncio.Event()
    polls = [asyncio.create_task(poll(client, path, token, pace, over)) for path, token in windows]
    await asyncio.sleep(pace * 1.2)  # until every window has asked once
    times = await said(stack)
    over.set()
    failures = sum(await asyncio.gather(*polls))
    if failures:
        raise SystemExit(f"{failures} polls failed")
    return times


async def poll(client: aiohttp.ClientSession, path: str, token: str, pace: float, over: asyncio.Event) -> int:
    """One open window; returns how often it was not answered."""
    failures = 0
    pause = random.uniform(0, pace)
    while True:
        try:
            await asyncio.wait_for(over.wait(), pause)
            return failures
        except asyncio.TimeoutError:
            pause = pace * random.uniform(0.9, 1.1)
        failures += int(not await ask(client, path, token))


async def said(stack: Stack) -> list[float]:
    """What a hello takes, ms, of new shoppers one after another; asked by a process of its own, because a thread beside
    a thousand windows of one Python waits for them and not for the server."""
    command = [sys.executable, "-m", "bench.wire", stack.url, "hello", str(MESSAGES)]
    asking = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stdout=asyncio.subprocess.PIPE)
    told, _ = await asking.communicate()
    if asking.returncode:
        raise SystemExit("a hello was not answered")
    return [float(line) for line in told.split()]


if __name__ == "__main__":
    sys.exit(main())
