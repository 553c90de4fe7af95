"""No text of anybody runs in a browser: 150 hostile ones on every page that shows what people write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hostile import texts
from playwright.sync_api import Browser, Page, expect
from running_site import Site

from lifecycle import catalogue, conversations, db, staff
from lifecycle.model import Message
from lifecycle.text import canonical
from lifecycle.web import identity

PASSWORD = "correct horse battery"
SCRIPTS = range(7, 17)  # of the texts


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    return start_site(MESSAGE_RATE_PER_MINUTE="0", ADDRESS_RATE_PER_MINUTE="0")


@pytest.fixture
def watched(browser: Browser, site: Site) -> Any:
    """A page whose every sign of life of a foreign script is noted."""
    context = browser.new_context(base_url=str(site.base_url))
    page = context.new_page()
    signs: list[str] = []
    ours = str(site.base_url).rstrip("/")
    page.on("dialog", lambda dialog: (signs.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: signs.append(request.url) if not _ours(request.url, ours) else None)
    page.on("console", lambda message: signs.append(message.text) if "Security Policy" in message.text else None)
    page.on("popup", lambda popup: signs.append(popup.url))
    yield page, signs
    context.close()


def _ours(url: str, ours: str) -> bool:
    return url.startswith((ours, "data:", "blob:", "about:"))


def assert_nothing_ran(page: Page, signs: list[str], where: str) -> None:
    assert page.evaluate("window.hacked") is None, where
    assert not signs, (where, signs)


def conversation(site: Site) -> str:
    """Every text said by the shopper, and by the assistant with it as a card and a button."""
    now = site.clock()
    with db.transaction() as session:
        talk = conversations.start(session, channel="web", now=now)
        for text in filter(None, map(canonical, texts())):
            conversations.add_message(session, talk.id, role="customer", text=text, now=now)
            said = conversations.add_message(session, talk.id, role="assistant", text=text, now=now)
            picture = "" if text.startswith("https://") else text  # that one would be a picture
            said.cards = [
                {"product_id": "1", "title": text, "price": text, "image": picture, "url": text, "reasons": [text]}
            ]
            said.buttons = [{"choice": "c", "title": text, "payload": text}]
        return str(talk.thread_id)


def test_no_page_runs_what_people_write(site: Site, watched: tuple[Page, list[str]], tmp_path: Path) -> None:
    page, signs = watched
    thread_id = conversation(site)
    token = identity.session_token(site.app.state.settings, thread_id, now=site.clock())
    with db.reading() as session:
        said = session.scalar(sa.select(sa.func.count()).select_from(Message))
    assert said and said > 280
    page.goto("/healthz")
    kept = json.dumps({"id": thread_id, "token": token, "open": True})
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [f"lifecycle-chat:{_origin(site)}", kept])
    page.goto("/")
    expect(page.locator("lifecycle-chat .message")).to_have_count(said)
    assert_nothing_ran(page, signs, "the widget")
    page.context.add_cookies([{"name": "lifecycle_chat", "value": token, "url": _origin(site)}])
    page.goto("/chat")
    expect(page.locator("main")).to_contain_text("window.hacked=1")
    assert_nothing_ran(page, signs, "the plain page")
    page.evaluate("localStorage.clear()")
    feed = tmp_path / "feed.jsonl"
    rows = [
        {
            "product_id": f"h{number}",
            "title": f"Kettle {text}",
            "description": text,
            "price": 10.0,
            "category": "Kettles",
        }
        for number, text in enumerate(texts())
    ]
    feed.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with db.transaction() as session:
        catalogue.import_feed(session, feed, now=site.clock())
        staff.add(
            session, "sam@example.com", "admin", PASSWORD, name="<script>window.hacked=1</script>", now=site.clock()
        )
    for path in ("/categories/kettles", *(f"/products/h{number}" for number in SCRIPTS)):
        page.goto(path)
        expect(page.locator("main")).to_contain_text("Kettle")
        assert_nothing_ran(page, signs, path)
    page.goto("/console/login")
    page.get_by_label("Email").fill("sam@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Conversations")
    page.goto(f"/console/conversations/{thread_id}")
    expect(page.locator("main")).to_contain_text("window.hacked=1")
    assert_nothing_ran(page, signs, "the transcript in the console")


def test_a_script_that_got_in_would_be_seen(site: Site, watched: tuple[Page, list[str]]) -> None:
    page, signs = watched
    page.goto("/chat")
    with page.expect_console_message(lambda message: "Security Policy" in message.text):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.hacked=1>')")
    with pytest.raises(AssertionError):
        assert_nothing_ran(page, signs, "the control: the policy keeps it from running, and says so")


def _origin(site: Site) -> str:
    return str(site.base_url).rstrip("/")
