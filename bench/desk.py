"""Every page of the staff console on the demo month, as staff see it: looked at by axe-core, worked by keyboard alone.

    python -m bench.desk [--pictures DIR]

Loads the demo store and its month into a database of its own, serves the console on it, and opens every page in a
headless Chromium: light, dark, and as narrow as a phone.  Prints what axe-core finds over all of them, how many pages
are wider than the phone they are on, and how many of ten conversations were read, labelled and left with the keys
alone.  `--pictures` keeps each page as a file, those of the documentation with `--pictures docs/pictures`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench import console
from bench.stack import figure

NOW = datetime(2026, 11, 2, 16, 0, tzinfo=timezone.utc)
PASSWORD = "correct horse battery"
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
TRIAGED = 10
# name of the picture: address, or the list whose first row is opened
PAGES = {
    "conversations": "conversations",
    "conversation": "conversations?outcome=bought > ?why=1",
    "cases": "cases",
    "case": "cases >",
    "customers": "customers",
    "customer": "customers?stage=advocacy >",
    "dashboard": "dashboard?days=90",
    "lifecycle": "lifecycle",
    "loyalty": "loyalty",
    "surveys": "surveys",
    "follow-ups": "follow-ups",
    "gaps": "gaps",
    "themes": "themes",
    "phrases": "phrases",
    "macros": "macros",
    "definitions": "definitions",
    "install": "install",
    "team": "team",
}
LOOKS = {
    "": {"viewport": WIDE},
    "-dark": {"viewport": WIDE, "color_scheme": "dark"},
    "-phone": {"viewport": PHONE, "is_mobile": True, "has_touch": True},
}
KEPT_DARK, KEPT_PHONE = ("conversations", "conversation", "dashboard"), ("conversations", "conversation")


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--pictures", type=Path, help="folder the pictures are kept in, as console-NAME.png")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"LIFECYCLE_HOME": home, "DATABASE_URL": f"sqlite:///{home}/desk.db", "DEMO": "0"}
        fill()
        with console.agent(NOW, "olga@example.com", PASSWORD) as client, sync_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            good = looked_at(browser, str(client.base_url), given.pictures)
            good.append(triage(browser, str(client.base_url)))
            browser.close()
    return 0 if all(good) else 1


def fill() -> None:
    from lifecycle import db, staff
    from lifecycle.demo import start
    from lifecycle.settings import settings

    settings.cache_clear()
    db.bind(settings().database_url)
    db.upgrade()
    start.load(now=NOW, tell=console.tell)
    with db.transaction() as session:
        staff.add(session, "olga@example.com", "admin", PASSWORD, name="Olga", now=NOW)


def looked_at(browser: Browser, url: str, pictures: Path | None) -> list[bool]:
    found: list[str] = []
    wider: list[str] = []
    states = 0
    for look, options in LOOKS.items():
        # colours are looked at when nothing moves; the policy of the page would hinder axe itself, which adds a style
        context = browser.new_context(base_url=url, reduced_motion="reduce", bypass_csp=True, **options)
        page = context.new_page()
        log_in(page)
        for name, place in PAGES.items():
            go(page, place)
            states += 1
            for rule in Axe().run(page).response["violations"]:
                found += [f"{name}{look}: {rule['id']}: {node['html'][:160]}" for node in rule["nodes"]]
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > options["viewport"]["width"]:
                wider.append(f"{name}{look}: {width} px")
            kept = {"": tuple(PAGES), "-dark": KEPT_DARK, "-phone": KEPT_PHONE}[look]
            if pictures and name in kept:
                pictures.mkdir(parents=True, exist_ok=True)
                page.mouse.move(0, 0)
                page.screenshot(
                    path=pictures / f"console-{name}{look}.png",
                    animations="disabled",
                    caret="hide",
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": width, "height": min(1_500, height(page))},
                )
        context.close()
        console.tell(f"  {len(PAGES)} pages{look.replace('-', ', ')}")
    for text in (*found, *wider):
        console.tell(f"    {text}")
    return [
        figure("console.pages_looked_at", states, len(PAGES) * len(LOOKS), most=False),
        figure("console.axe_violations", len(found), 0),
        figure("console.pages_wider_than_the_screen", len(wider), 0),
    ]


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


def log_in(page: Page) -> None:
    page.goto("/console/login")
    page.get_by_label("Email").fill("olga@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Conversations")


def go(page: Page, place: str) -> None:
    """An address under /console; `LIST > QUERY` is the first row of a list, with a query."""
    address, opens, query = (part.strip() for part in place.partition(">"))
    page.goto(f"/console/{address}")
    if opens:
        page.goto(f"{page.locator('a.row').first.get_attribute('href')}{query}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def triage(browser: Browser, url: str) -> bool:
    """Log in, open the newest conversation, read, label and leave ten of them, and go back: not one click."""
    context = browser.new_context(base_url=url, viewport=WIDE)
    page = context.new_page()
    page.goto("/console/login")
    for text in ("olga@example.com", PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab" if text != PASSWORD else "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Conversations")
    wanted = [row.get_attribute("href") or "" for row in page.locator("a.row").all()[:TRIAGED]]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    done = 0
    for address in wanted:
        page.wait_for_url(lambda at, address=address: at.split("?")[0].endswith(address.split("?")[0]))
        expect(page.locator("#labels")).to_be_visible()
        page.keyboard.press("l")
        page.keyboard.type("read")
        page.keyboard.press("Enter")
        expect(page.locator("#labels")).to_contain_text("read")
        done += 1
        page.keyboard.press("j")
    context.close()
    return figure("console.conversations_sorted_out_by_keyboard", done, TRIAGED, most=False)


if __name__ == "__main__":
    sys.exit(main())
