"""The tag on a store's page: what the page may ask of the window, and what the window asks of the page."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from chat_window import GRINDER, Visit, launch, say
from fake_rasa import FakeRasa
from playwright.sync_api import Browser, expect
from running_site import Site

from lifecycle import catalogue, db, demo
from lifecycle.advice import recommendations
from lifecycle.advice.recommend import Advice, Pick
from lifecycle.conversations import Said
from lifecycle.model import Message, RecommendationItem
from lifecycle.needs import Needs
from lifecycle.web.assets import widget_integrity


def test_the_page_speaks_with_the_window(visit: Visit) -> None:
    page = visit()
    page.evaluate("() => { window.heard = []; LifecycleChat.on('message', m => heard.push(m.role)); }")
    page.evaluate("LifecycleChat.open({text: 'about this one'})")
    expect(page.get_by_role("textbox", name="Write a message")).to_have_value("about this one")
    page.keyboard.press("Enter")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    assert page.evaluate("heard") == ["assistant"]
    first = page.evaluate("LifecycleChat.conversationId()")
    page.get_by_role("button", name="More about this conversation").click()
    page.get_by_role("button", name="Start a new conversation").click()
    page.get_by_role("button", name="Start over").click()
    expect(page.locator("lifecycle-chat .message")).to_have_count(0)
    expect(page.get_by_role("button", name="Where is my order?")).to_be_visible()
    page.get_by_role("button", name="Where is my order?").click()
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    assert page.evaluate("LifecycleChat.conversationId()") != first
    page.evaluate("LifecycleChat.close()")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_right_to_left_and_dark_are_a_matter_of_attributes(visit: Visit) -> None:
    page = visit("/", color_scheme="dark")
    launch(page)
    ground = "getComputedStyle(document.querySelector('lifecycle-chat').shadowRoot.querySelector('.panel'))"
    assert page.evaluate(f"{ground}.backgroundColor") == "rgb(21, 26, 24)"
    page.evaluate("document.querySelector('lifecycle-chat').dir = 'rtl'")
    box = page.locator("lifecycle-chat .panel").bounding_box()
    assert box and box["x"] < 100


def test_the_script_is_small_and_asks_no_other_host(visit: Visit, site: Site) -> None:
    script = site.get("/widget.js").content
    assert len(gzip.compress(script)) < 40_000
    assert b"eval(" not in script and b"innerHTML" not in script
    asked: list[str] = []
    page = visit("/nowhere", extra_http_headers={"Accept": "text/html"})
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    launch(page)
    say(page, "hello")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    assert all(url.startswith(str(site.base_url)) for url in asked)


class OtherShop(BaseHTTPRequestHandler):
    """A store's own page on another host, under a policy that allows our host and nothing inline."""

    widget_host = ""

    def do_GET(self) -> None:
        host = self.widget_host
        pinned = f'integrity="{widget_integrity()}" crossorigin="anonymous"'
        tag = f"<script async src={host}/widget.js data-store=Shop {pinned}></script>"
        body = f"<!doctype html><title>Shop</title><p>Hi{tag}"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        policy = f"default-src 'none'; script-src {host}; connect-src {host}; img-src {host}"
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def other_shop() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), OtherShop)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_one_script_tag_works_on_another_host_under_its_strict_policy(
    start_site: Callable[..., Site], browser: Browser, rasa: FakeRasa, other_shop: HTTPServer, tmp_path: Path
) -> None:
    origin = f"http://127.0.0.1:{other_shop.server_port}"
    site = start_site(ALLOWED_ORIGINS=origin)
    OtherShop.widget_host = str(site.base_url).rstrip("/")
    feed = tmp_path / "feed.jsonl"
    feed.write_text(demo.catalogue_path().read_text(encoding="utf-8").partition("\n")[0], encoding="utf-8")
    with db.transaction() as session:
        catalogue.import_feed(session, feed, now=site.clock())
    rasa.says = [Said("Here is one.", cards=[{**GRINDER, "image": "/pictures/jo-grinder-01.svg"}])]
    page = browser.new_page()
    reported: list[str] = []
    page.on("console", lambda message: reported.append(message.text) if message.type == "error" else None)
    page.goto(origin)
    launch(page)
    say(page, "hello")
    expect(page.locator("lifecycle-chat .card img")).to_have_js_property("complete", True)
    assert page.evaluate("getComputedStyle(document.querySelector('lifecycle-chat')).position") == "fixed"
    assert not reported
    page.close()
    stranger = site.options(
        "/api/v1/conversations",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert "access-control-allow-origin" not in stranger.headers


def test_without_javascript_the_page_leads_to_the_plain_chat(visit: Visit, rasa: FakeRasa) -> None:
    page: Any = visit("/", java_script_enabled=False)
    page.get_by_role("link", name="Ask us").click()
    page.get_by_role("textbox").fill("do you ship to Canada?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("Hello, I am the store's assistant.")
    assert rasa.received[0]["text"] == "do you ship to Canada?"


def test_without_javascript_an_opened_card_is_counted(visit: Visit, rasa: FakeRasa, now: datetime) -> None:
    rasa.says = [Said("Here is one.", cards=[GRINDER])]
    page: Any = visit("/chat", java_script_enabled=False)
    page.get_by_role("textbox").fill("a grinder")
    page.get_by_role("button", name="Send").click()
    shown = SimpleNamespace(product_id=GRINDER["product_id"], price_cents=4_900, currency="USD")
    with db.transaction() as session:
        said = session.scalars(sa.select(Message).where(Message.role == "assistant")).one()
        recommendations.store(session, said.conversation_id, "t", Needs(), Advice((Pick(shown, 0.9, ()),)), now=now)
    with page.expect_response("**/chat/opened?**") as told:
        page.get_by_role("link", name=GRINDER["title"]).click()
    assert told.value.status == 204
    with db.reading() as session:
        assert session.scalars(sa.select(RecommendationItem.clicked_at)).one() is not None
