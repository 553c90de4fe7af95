"""The chat window in every state, on the whole running assistant: seen by axe, walked by keyboard, kept as pictures.

    python -m bench.screens [--pictures DIR] [--document]

Prints what axe-core finds over all states and whether the whole journey (open, ask, pick, be advised, compare, answer a
scale, menu, close) can be done with the keys alone, with the focus where a person would look for it.  `--pictures`
keeps every state in a folder, `--document` takes the ten pictures of docs/widget.md anew.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.stack import PROJECT, Stack, figure, processes

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
WISH = "I need a quiet grinder under $150 for espresso, not black"
PASSWORD = "correct horse battery"
PATIENCE_MS = 30_000
PAGES_SHOWN = ("desktop", "phone", "zoom")
WINDOWS_SHOWN = ("card", "compare", "score", "dark", "rtl", "offline", "error")
ARABIC = {
    "launcher": "تحدث مع مساعدنا",
    "role": "مساعد آلي، وليس إنساناً",
    "hello": "مرحباً! كيف يمكنني مساعدتك؟",
    "intro": "أنا مساعد {store}، برنامج ولست إنساناً. أعرف منتجاتنا والتوصيل وطلبك.",
    "starters": ["ساعدني في اختيار منتج", "كم يستغرق التوصيل؟", "أين طلبي؟"],
    "placeholder": "اكتب رسالة",
    "launcherLabel": "اسألنا",
}


class Look:
    """Looks at a page in a state: what axe finds is noted, a picture is kept where one is wanted."""

    def __init__(self, folder: Path | None, document: bool) -> None:
        self.folder = folder
        self.document = document
        self.states = 0
        self.found: list[str] = []

    def __call__(self, page: Page, state: str, *, full: bool = False) -> None:
        self.states += 1
        page.mouse.move(0, 0)
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=self.folder / f"{state}.png", animations="disabled", caret="hide", full_page=full)
        if self.document and state in (*PAGES_SHOWN, *WINDOWS_SHOWN):
            shown = page if state in PAGES_SHOWN else page.locator("lifecycle-chat .panel")
            path = PROJECT / "docs" / "pictures" / f"widget-{state}.png"
            shown.screenshot(path=path, animations="disabled", caret="hide")
        for rule in Axe().run(page).response["violations"]:
            self.found += [f"{state}: {rule['id']}: {node['html'][:160]}" for node in rule["nodes"]]


class Chat:
    """The chat window by mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.locator("lifecycle-chat .message")

    def open(self) -> None:
        self.page.locator("lifecycle-chat .launcher").click()

    def say(self, text: str) -> None:
        self.page.locator("lifecycle-chat textarea").fill(text)
        self.page.keyboard.press("Enter")
        self.answered()

    def press(self, name: str) -> None:
        self.page.locator("lifecycle-chat .choices").get_by_role("button", name=name).first.click()
        self.answered()

    def answered(self) -> None:
        expect(self.page.locator("lifecycle-chat .sending")).to_have_count(0, timeout=PATIENCE_MS)
        expect(self.page.locator("lifecycle-chat .typing")).to_be_hidden(timeout=PATIENCE_MS)

    def advised(self) -> None:
        self.say(WISH)
        for _question in range(3):
            if self.page.locator("lifecycle-chat .card").count():
                return
            self.page.locator("lifecycle-chat .choices button").first.click()
            self.answered()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--pictures", type=Path, default=None)
    options.add_argument("--document", action="store_true")
    given = options.parse_args()
    look = Look(given.pictures, given.document)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        stack = Stack(Path(home), **settings(), STAFF_PASSWORD=PASSWORD)
        stack.start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            for part in (prospect, phone, other_directions, buyer, troubles, pages):
                part(browser, stack, look)
            walked = by_keyboard(browser, stack)
        finally:
            browser.close()
            stack.stop()
    for each in look.found:
        print(each, file=sys.stderr)
    print(f"{look.states} states looked at", file=sys.stderr)
    figures = [
        figure("website.axe_violations", len(look.found), 0),
        figure("website.axe_states", look.states, 20, most=False),
        figure("website.keyboard_journey_steps", walked, KEYBOARD_STEPS, most=False),
    ]
    return 0 if all(figures) else 1


def settings() -> dict[str, str]:
    """No limits, and a zone in which it is eleven now, so that nothing due falls into the quiet hours."""
    east = 11 - datetime.now(timezone.utc).hour
    return {"MESSAGE_RATE_PER_MINUTE": "0", "ADDRESS_RATE_PER_MINUTE": "0", "STORE_TIMEZONE": f"Etc/GMT{-east:+d}"}


@contextmanager
def visit(browser: Browser, stack: Stack, path: str = "/", **options: Any) -> Iterator[Page]:
    """A page in a browser of its own; axe adds a style, which the page's own policy would refuse."""
    defaults = {"viewport": DESKTOP, "reduced_motion": "reduce", "bypass_csp": True}
    context = browser.new_context(base_url=stack.url, **{**defaults, **options})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(path)
    try:
        yield page
    finally:
        context.close()


def prospect(browser: Browser, stack: Stack, look: Look) -> None:
    with visit(browser, stack) as page:
        chat = Chat(page)
        page.locator("lifecycle-chat .launcher").wait_for()
        look(page, "closed")
        chat.open()
        look(page, "desktop")
        chat.say("do you ship to Canada?")
        chat.advised()
        look(page, "card")
        chat.say("compare the first two")
        look(page, "compare")
        page.get_by_role("button", name="More about this conversation").click()
        look(page, "menu")
        page.get_by_role("button", name="Delete this conversation").click()
        look(page, "delete")


def phone(browser: Browser, stack: Stack, look: Look) -> None:
    options = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
    with visit(browser, stack, **options) as page:
        chat = Chat(page)
        look(page, "phone-closed")
        chat.open()
        look(page, "phone-empty")
        chat.advised()
        look(page, "phone")
        chat.say("compare the first two")
        look(page, "phone-compare")
    with visit(browser, stack, color_scheme="dark") as page:
        chat = Chat(page)
        chat.open()
        chat.advised()
        chat.say("which one is the easiest to clean?")
        look(page, "dark")


def other_directions(browser: Browser, stack: Stack, look: Look) -> None:
    with visit(browser, stack, path="about:blank") as page:
        page.add_init_script(f"window.LifecycleChatStrings = {ARABIC!r}")
        page.goto("/")
        page.evaluate("document.documentElement.dir = 'rtl'")
        page.evaluate("document.querySelector('lifecycle-chat').dir = 'rtl'")
        chat = Chat(page)
        chat.open()
        look(page, "rtl-empty")
        chat.advised()
        look(page, "rtl")
    with visit(browser, stack, viewport=ZOOMED) as page:
        chat = Chat(page)
        chat.open()
        look(page, "zoom-empty")
        chat.advised()
        look(page, "zoom")


def buyer(browser: Browser, stack: Stack, look: Look) -> None:
    with visit(browser, stack) as page:
        chat = Chat(page)
        chat.open()
        chat.say("hello")
        page.keyboard.press("Escape")
        order = bought(page)
        waits(stack, order, "arrival")
        page.reload()
        page.locator("lifecycle-chat .preview").wait_for()
        look(page, "unread")
        page.locator("lifecycle-chat .preview-text").click()
        chat.press("Yes, all is well")
        waits(stack, order, "nps")
        page.reload()
        page.locator("lifecycle-chat .scale").wait_for()
        look(page, "score")
        page.locator("lifecycle-chat .score").nth(9).click()
        look(page, "score-chosen")
        page.set_viewport_size(PHONE)
        look(page, "phone-score")
        page.set_viewport_size(DESKTOP)
        page.get_by_role("button", name="Send 9").click()
        chat.answered()
        chat.say("I want to talk to a person")
        look(page, "handed-over")


def troubles(browser: Browser, stack: Stack, look: Look) -> None:
    with visit(browser, stack) as page:
        chat = Chat(page)
        chat.open()
        chat.say("do you ship to Canada?")
        page.context.set_offline(True)
        page.locator("lifecycle-chat textarea").fill("and how long does it take?")
        page.keyboard.press("Enter")
        page.locator("lifecycle-chat .failed").wait_for()
        look(page, "offline")
        page.context.set_offline(False)
        expect(page.locator("lifecycle-chat .failed")).to_have_count(0, timeout=PATIENCE_MS)
        chat.answered()
        rasa = processes(stack)["rasa"][0]
        os.kill(rasa, signal.SIGSTOP)
        try:
            page.locator("lifecycle-chat textarea").fill("do you have a gift box?")
            page.keyboard.press("Enter")
            look(page, "typing")
            expect(page.locator("lifecycle-chat .notice")).to_contain_text("One moment", timeout=PATIENCE_MS)
            look(page, "waiting")
            page.locator("lifecycle-chat .failed").wait_for(timeout=90_000)
            look(page, "error")
        finally:
            os.kill(rasa, signal.SIGCONT)


def pages(browser: Browser, stack: Stack, look: Look) -> None:
    with visit(browser, stack, "/", java_script_enabled=True) as page:
        look(page, "shop", full=True)
        page.locator(".tile a").first.click()
        page.get_by_role("heading", level=1).wait_for()
        look(page, "product", full=True)
    for name, options in (
        ("plain", {}),
        ("plain-phone", {"viewport": PHONE}),
        ("plain-dark", {"color_scheme": "dark"}),
    ):
        with visit(browser, stack, "/chat", **options) as page:
            for text in ("do you ship to Canada?", WISH):
                page.get_by_role("textbox").fill(text)
                page.get_by_role("button", name="Send").click()
            look(page, name, full=True)
    stack.command("staff", "add", "olga@example.org", "--role", "admin", "--name", "Olga")
    with visit(browser, stack, "/console/login") as page:
        page.get_by_label("Email").fill("olga@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.goto("/console/install")
        look(page, "install", full=True)


def bought(page: Page) -> str:
    """Buy the first product and have it delivered; returns the order's number."""
    page.goto("/")
    page.locator(".tile a").first.click()
    page.get_by_role("link", name="Buy now").click()
    page.get_by_label("Name").fill("Ada Byron")
    page.get_by_label("E-mail").fill("ada.byron@example.com")
    page.get_by_role("button", name="Place order").click()
    for button in ("Mark shipped", "Mark delivered"):
        page.get_by_role("button", name=button).click()
    expect(page.locator("main")).to_contain_text("is delivered")
    found = re.search(r"JO-\d{8}", page.locator("main").inner_text())
    assert found
    return found[0]


def waits(stack: Stack, order: str, step: str) -> None:
    """Let a follow-up of an order fall due."""
    with sqlite3.connect(stack.home / "lifecycle.db") as database:
        query = "SELECT due_at FROM v_follow_ups WHERE order_ref = ? AND step = ?"
        (due,) = database.execute(query, (order, step)).fetchone()
    moment = datetime.fromisoformat(due).replace(tzinfo=timezone.utc) + timedelta(minutes=5)
    stack.command("work", "--once", "--now", moment.isoformat().replace("+00:00", "Z"))


KEYBOARD_STEPS = 10


def by_keyboard(browser: Browser, stack: Stack) -> int:
    """How many steps of the journey can be done with the keys alone; the mouse is never touched."""
    with visit(browser, stack) as page:
        chat = Chat(page)
        log, keys = page.get_by_role("log"), page.keyboard
        page.locator("lifecycle-chat .launcher").wait_for()

        def to(wanted: Callable[[], bool], key: str = "Tab", most: int = 80) -> None:
            for _ in range(most):
                if wanted():
                    return
                keys.press(key)
            raise AssertionError(f"not reached by {key}: {focused(page)}")

        def opened() -> None:
            to(lambda: focused(page).startswith("Chat with our assistant"), "Shift+Tab")
            keys.press("Enter")
            expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()

        def began_with_a_suggestion() -> None:
            to(lambda: focused(page) == "Help me choose a product", "Shift+Tab")
            keys.press("Enter")
            chat.answered()
            expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()

        def pressed_a_reply() -> None:
            to(lambda: "reply" in focused_class(page), "Shift+Tab")
            keys.press("Space")
            chat.answered()
            expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()

        def asked() -> None:
            keys.type("do you ship to Canada?")
            keys.press("Shift+Enter")
            keys.type("and how long does it take?")
            keys.press("Enter")
            chat.answered()
            expect(log).to_contain_text("Canadian")

        def advised() -> None:
            keys.type(WISH)
            keys.press("Enter")
            chat.answered()
            for _question in range(3):
                if page.locator("lifecycle-chat .card").count():
                    break
                to(lambda: "reply" in focused_class(page), "Shift+Tab")
                keys.press("Enter")
                chat.answered()
            to(lambda: "card-title" in focused_class(page), "Shift+Tab")
            to(lambda: focused(page) == "Write a message")

        def compared() -> None:
            keys.type("compare the first two")
            keys.press("Enter")
            chat.answered()
            expect(page.get_by_role("table")).to_have_count(1)

        def scrolled_the_log() -> None:
            to(lambda: focused(page) == "Conversation", "Shift+Tab")
            before = log.evaluate("node => node.scrollTop")
            keys.press("Home")
            deadline = time.monotonic() + 5
            while log.evaluate("node => node.scrollTop") >= before and time.monotonic() < deadline:
                page.wait_for_timeout(50)
            assert log.evaluate("node => node.scrollTop") < before, "the log does not scroll"

        def used_the_menu() -> None:
            to(lambda: focused(page) == "More about this conversation", "Shift+Tab")
            keys.press("Enter")
            assert focused(page) == "Start a new conversation", focused(page)
            keys.press("Escape")
            assert focused(page) == "More about this conversation", focused(page)

        def closed() -> None:
            keys.press("Escape")
            expect(page.get_by_role("dialog")).to_be_hidden()
            assert focused(page).startswith("Chat with our assistant"), focused(page)

        def opened_again() -> None:
            keys.press("Enter")
            expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()

        steps = (
            opened,
            began_with_a_suggestion,
            pressed_a_reply,
            asked,
            advised,
            compared,
            scrolled_the_log,
            used_the_menu,
            closed,
            opened_again,
        )
        for number, step in enumerate(steps):
            try:
                step()
            except AssertionError as error:
                print(f"by keyboard: {step.__name__}: {error}", file=sys.stderr)
                return number
    return len(steps)


FOCUSED = """name => {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return name === "class" ? String(active.className) : active.getAttribute("aria-label") || active.textContent.trim();
}"""


def focused(page: Page) -> str:
    return str(page.evaluate(FOCUSED, "name"))


def focused_class(page: Page) -> str:
    return str(page.evaluate(FOCUSED, "class"))


if __name__ == "__main__":
    sys.exit(main())
