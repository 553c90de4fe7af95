"""Fixtures of the browser tests: the running site of the web tests, and a headless Chromium."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "web"))

from running_site import Site, clock, rasa, site, start_site

__all__ = ["clock", "rasa", "site", "start_site"]


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
    contexts: list[Any] = []
    reported: list[str] = []

    def open_page(path: str = "/", context: Any = None, **options: Any) -> Page:
        if context is None:
            context = browser.new_context(base_url=str(site.base_url), **options)
            context.set_default_timeout(10_000)
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
