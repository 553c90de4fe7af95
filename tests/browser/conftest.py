"""Fixtures of the browser tests: the site of the web tests, the whole assistant, and a headless Chromium."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "web"))

from running_site import Site, clock, rasa, site, start_site

from bench.stack import Stack

__all__ = ["clock", "rasa", "site", "start_site"]
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
VIEWPORT = {"width": 1280, "height": 860}
PATIENCE_MS = 60_000  # for a busy machine; what is there is seen at once
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "these tests need a Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open a page of the site in a browser of its own; whatever the console reports fails the test."""
    yield from _visits(browser, str(site.base_url))


@pytest.fixture
def visit_shop(browser: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """The same, on the whole running assistant."""
    yield from _visits(browser, stack.url, viewport=VIEWPORT)


@pytest.fixture
def picture() -> Callable[..., None]:
    """Keep what is on the screen for the documentation, when PICTURES=1 asks for it."""

    def keep(shown: Page | Locator, name: str, **options: Any) -> None:
        if os.environ.get("PICTURES") != "1":
            return
        page = shown if isinstance(shown, Page) else shown.page
        page.mouse.move(0, 0)
        PICTURES.mkdir(exist_ok=True)
        shown.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide", **options)

    return keep


def _visits(browser: Browser, url: str, **defaults: Any) -> Iterator[Callable[..., Page]]:
    contexts: list[Any] = []
    reported: list[str] = []

    def open_page(path: str = "/", context: Any = None, **options: Any) -> Page:
        if context is None:
            context = browser.new_context(base_url=url, **{**defaults, **options})
            context.set_default_timeout(PATIENCE_MS)
            contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: reported.append(str(error)))
        page.on("console", lambda message: _note(message, reported))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not reported, reported


def _note(message: Any, reported: list[str]) -> None:
    """Errors of the page itself; a request that failed because the test cut the line is not one."""
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        reported.append(message.text)
