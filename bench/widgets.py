"""What the widget weighs on a shopper's phone, and what a thousand open ones cost the server.

    python -m bench.widgets [--widgets 1000]

The phone is Chromium with its processor slowed four times and a slow-3G-like line (1.6 Mbit/s, 150 ms), on a page of
another host that holds nothing but the tag; interactive means that the launcher can be pressed.  The open widgets poll
as the widget does when nothing is being said (every 15 s each), while one shopper after another says hello; the same
is measured before and after without them.  Also printed: the pace of widgets in the middle of talk (every 4 s).
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from bench.stack import Shopper, Stack, figure

QUIET_SECONDS, TALKING_SECONDS = 15.0, 4.0
MESSAGES = 120
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
            ratio, talking, megabytes = asyncio.run(crowd(stack, given.widgets))
        finally:
            stack.stop()
    figures = [
        figure("website.widget_gzip_bytes", size, 40_000),
        figure("website.widget_requests", requests, 3),
        figure("website.widget_interactive_s", seconds, 1.0),
        figure("website.open_widgets_p95_ratio", ratio, 1.3, reference=1.0),
        figure("website.open_widgets_gateway_mb", megabytes, 300),
    ]
    print(f"at the pace of talk (every {TALKING_SECONDS:.0f} s each) the ratio is {talking:.2f}", file=sys.stderr)
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


async def crowd(stack: Stack, widgets: int) -> tuple[float, float, float]:
    """(p95 of a message beside quiet widgets against none, beside talking ones, memory of the web process in MB)."""
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=stack.url, timeout=30, limits=limits) as client:
        open_windows = []
        for number in range(widgets):
            made = (await client.post("/api/v1/conversations", json={})).json()
            open_windows.append((f"/api/v1/conversations/{made['conversation_id']}/messages", made["token"]))
            if number % 250 == 249:
                print(f"  {number + 1} of {widgets} windows open", file=sys.stderr)
        before = await said(stack)
        quiet = await beside(client, open_windows, QUIET_SECONDS, stack)
        megabytes = stack.memory_mb()["web"]
        talking = await beside(client, open_windows, TALKING_SECONDS, stack)
        after = await said(stack)
    alone = statistics.mean([before, after])
    print(
        f"p95 of a message: alone {before:.0f} and {after:.0f} ms, beside {widgets} quiet windows {quiet:.0f} ms, "
        f"beside talking ones {talking:.0f} ms",
        file=sys.stderr,
    )
    return quiet / alone, talking / alone, megabytes


async def beside(client: httpx.AsyncClient, windows: list[tuple[str, str]], pace: float, stack: Stack) -> float:
    over = asyncio.Event()
    polls = [asyncio.create_task(poll(client, path, token, pace, over)) for path, token in windows]
    await asyncio.sleep(min(pace, 5))
    p95 = await said(stack)
    over.set()
    failures = sum(await asyncio.gather(*polls))
    if failures:
        raise SystemExit(f"{failures} polls failed")
    return p95


async def poll(client: httpx.AsyncClient, path: str, token: str, pace: float, over: asyncio.Event) -> int:
    """One open window; returns how often it was not answered."""
    failures = 0
    pause = random.uniform(0, pace)
    while True:
        try:
            await asyncio.wait_for(over.wait(), pause)
            return failures
        except asyncio.TimeoutError:
            pause = pace * random.uniform(0.9, 1.1)
        response = await client.get(path, params={"after": 0}, headers={"Authorization": f"Bearer {token}"})
        failures += int(response.status_code != 200)


async def said(stack: Stack) -> float:
    """p95 in ms of a hello of new shoppers, one after another."""

    def hello() -> float:
        times = []
        with httpx.Client(base_url=stack.url, timeout=30) as client:
            for _ in range(MESSAGES):
                shopper = Shopper(stack.url, client)
                began = time.perf_counter()
                shopper.say("hello")
                times.append((time.perf_counter() - began) * 1000)
        return statistics.quantiles(times, n=20)[18]

    return await asyncio.to_thread(hello)


if __name__ == "__main__":
    sys.exit(main())
