"""The chat window in a real browser, as shoppers with a mouse, a keyboard, a screen reader or a bad network meet it."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
import sqlalchemy as sa
from fake_rasa import FakeRasa
from playwright.sync_api import Browser, Page, expect
from running_site import Site

from lifecycle import catalogue, conversations, db, demo, privacy, takeover, tokens
from lifecycle.conversations import Said
from lifecycle.model import Conversation, Message
from lifecycle.settings import settings
from lifecycle.web.assets import widget_integrity

Visit = Callable[..., Page]
GRINDER = {
    "product_id": "g1",
    "title": "Quiet grinder <b>40</b>",
    "price": "$129.00",
    "image": "/static/icon.svg",
    "url": "/products/g1",
    "reasons": ["$20 less than the first."],
    "verdicts": [
        {"need": "quiet", "verdict": "nearly", "value": "62 dB"},
        {"need": "not black", "verdict": "not met", "value": "black"},
    ],
}


def button(title: str) -> dict[str, str]:
    return {"title": title, "payload": f"/answer{title}"}


def launch(page: Page) -> None:
    page.get_by_role("button", name="Chat with our assistant").click()


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Write a message").fill(text)
    page.keyboard.press("Enter")


def bubbles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("lifecycle-chat .message").all_inner_texts()]


def test_a_shopper_asks_and_is_answered_by_something_that_says_it_is_no_person(visit: Visit) -> None:
    page = visit()
    launch(page)
    window = page.get_by_role("dialog", name="Our shop")
    expect(window).to_contain_text("not a person")
    box = page.get_by_role("textbox", name="Write a message")
    expect(box).to_be_focused()
    box.fill("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(box).to_have_value("")
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_contain_text("Assistant: Hello, I am the store's assistant.")
    expect(log.locator(".customer")).to_have_text("You: first linesecond line")
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    expect(page.get_by_role("button", name="Chat with our assistant")).to_be_focused()


def test_a_reload_and_a_second_tab_show_every_bubble_once(visit: Visit) -> None:
    page = visit()
    launch(page)
    say(page, "hello")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    page.reload()
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    second = visit("/", page.context)
    expect(second.locator("lifecycle-chat .message")).to_have_count(2)
    say(second, "from the other tab")
    expect(second.locator("lifecycle-chat .message")).to_have_count(4)
    expect(page.locator("lifecycle-chat .message")).to_have_count(4)
    assert bubbles(page) == bubbles(second)


def test_what_anybody_writes_is_text(visit: Visit, rasa: FakeRasa) -> None:
    nasty = '<img src=x onerror="window.hacked=1"> javascript:alert(1) https://example.com/a?b=1.'
    rasa.says = [Said(nasty, cards=[{**GRINDER, "url": "javascript:window.hacked=1", "image": "javascript:1"}])]
    page = visit()
    launch(page)
    say(page, nasty)
    expect(page.locator("lifecycle-chat .card")).to_be_visible()
    assert page.locator("lifecycle-chat .message img").count() == 0
    links = page.locator("lifecycle-chat .message a")
    assert {link.get_attribute("href") for link in links.all()} == {"https://example.com/a?b=1"}
    expect(page.locator("lifecycle-chat .card-title")).to_have_text("Quiet grinder <b>40</b>")
    assert page.evaluate("window.hacked") is None


def test_products_are_cards_with_a_verdict_per_need(visit: Visit, rasa: FakeRasa) -> None:
    rasa.says = [Said("Here is one.", cards=[GRINDER], buttons=[button("Cheaper"), button("Quieter")])]
    page = visit()
    launch(page)
    say(page, "a quiet grinder")
    card = page.get_by_role("listitem").filter(has_text="Quiet grinder")
    expect(card.first).to_contain_text("$129.00")
    expect(card.first).to_contain_text("Nearly: quiet · 62 dB")
    expect(card.first).to_contain_text("Does not fit: not black · black")
    expect(page.get_by_role("link", name="Quiet grinder <b>40</b>")).to_have_attribute(
        "href", re.compile(r"/products/g1$")
    )
    rasa.says = [Said("Here is a cheaper one.")]
    page.get_by_role("button", name="Cheaper").click()
    expect(page.locator("lifecycle-chat .message").last).to_contain_text("Here is a cheaper one.")
    assert rasa.received[-1]["payload"] == "/answerCheaper"
    expect(page.get_by_role("button", name="Quieter")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()


def test_a_comparison_is_a_table_with_named_rows_and_columns(visit: Visit, rasa: FakeRasa) -> None:
    text = "Cedarlane 40 | Rowan Pro\nprice: $129.00 | $149.00\nnoise: 62 dB | not stated\nThe Rowan Pro fits best."
    rasa.says = [Said(text, cards=[GRINDER])]
    page = visit("/", viewport={"width": 390, "height": 844})
    launch(page)
    say(page, "compare them")
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Cedarlane 40", "Rowan Pro"])
    expect(table.get_by_role("rowheader")).to_have_text(["price", "noise"])
    expect(table.get_by_role("cell", name="not stated")).to_be_visible()
    expect(page.locator("lifecycle-chat .message.assistant p").last).to_have_text("The Rowan Pro fits best.")


def test_facts_stand_apart_and_the_source_is_said_softly(visit: Visit, rasa: FakeRasa) -> None:
    rasa.says = [Said("Rowan Pro 47 Manual Grinder: brush only\nCedar 40: hand wash\n(From: Cleaning a grinder)")]
    page = visit()
    launch(page)
    say(page, "price: 5\nnoise: 6")
    expect(page.locator("lifecycle-chat .assistant .fact strong")).to_have_text(
        ["Rowan Pro 47 Manual Grinder", "Cedar 40:"]
    )
    expect(page.locator("lifecycle-chat .assistant .aside")).to_have_text("From: Cleaning a grinder")
    expect(page.locator("lifecycle-chat .customer .fact")).to_have_count(0)


def test_what_was_said_on_another_day_says_which(visit: Visit, site: Site) -> None:
    site.clock.now = datetime.now(timezone.utc) - timedelta(days=40)
    page = visit()
    launch(page)
    say(page, "hello")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    site.clock.now = datetime.now(timezone.utc)
    say(page, "back again")
    expect(page.locator("lifecycle-chat .message")).to_have_count(4)
    page.reload()
    expect(page.locator("lifecycle-chat .message")).to_have_count(4)
    days = [each.get_attribute("data-day") for each in page.locator("lifecycle-chat .message").all()]
    long_ago = datetime.now().astimezone() - timedelta(days=40)
    assert days == [f"{long_ago:%A, %B} {long_ago.day}", None, "Today", None]


@pytest.mark.parametrize(("low", "high", "ends"), [(0, 10, "Not likely"), (1, 5, "Very unhappy")])
def test_a_scale_is_radios_with_named_ends_and_nothing_chosen(
    visit: Visit, rasa: FakeRasa, low: int, high: int, ends: str
) -> None:
    numbers = [button(str(number)) for number in range(low, high + 1)]
    rasa.says = [Said("How was it?", buttons=[*numbers, button("Not now")])]
    page = visit("/", viewport={"width": 390, "height": 800})
    launch(page)
    say(page, "hello")
    radios = page.get_by_role("radio")
    expect(radios).to_have_count(high - low + 1)
    expect(page.get_by_role("radio", name=f"{low}, {ends}")).to_be_visible()
    assert page.locator("lifecycle-chat input:checked").count() == 0
    expect(page.get_by_role("button", name="Not now")).to_be_visible()
    expect(page.get_by_role("button", name="Choose a number")).to_be_disabled()
    page.get_by_role("radio", name=re.compile(f"^{high}")).focus()
    page.keyboard.press("ArrowLeft")
    rasa.says = [Said("Thank you!")]
    page.get_by_role("button", name=f"Send {high - 1}").click()
    expect(page.locator("lifecycle-chat .message").last).to_contain_text("Thank you!")
    assert rasa.received[-1]["payload"] == f"/answer{high - 1}"


def test_everything_to_press_is_large_enough_and_nothing_overflows(visit: Visit, rasa: FakeRasa) -> None:
    rasa.says = [Said("How was it?", cards=[GRINDER], buttons=[button(str(number)) for number in range(11)])]
    for width, height in ((320, 256), (390, 844), (1280, 800)):
        page = visit("/", viewport={"width": width, "height": height})
        launch(page)
        say(page, "w" * 300)
        expect(page.get_by_role("radio")).to_have_count(11)
        for target in page.locator("lifecycle-chat").locator("button:visible, .score:visible, textarea:visible").all():
            box = target.bounding_box()
            assert box and box["width"] >= 24 and box["height"] >= 24, target.inner_text()
        inside = page.locator("lifecycle-chat .list")
        assert inside.evaluate("node => node.scrollWidth <= node.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_lost_network_loses_and_doubles_nothing(visit: Visit, rasa: FakeRasa) -> None:
    page = visit()
    launch(page)
    say(page, "one")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    page.context.set_offline(True)
    say(page, "two")
    expect(page.locator("lifecycle-chat")).to_contain_text("You are offline")
    expect(page.locator("lifecycle-chat .failed")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("lifecycle-chat .message")).to_have_count(4)
    expect(page.locator("lifecycle-chat .failed")).to_have_count(0)
    page.reload()
    expect(page.locator("lifecycle-chat .message")).to_have_count(4)
    assert [each["text"] for each in rasa.received] == ["one", "two"]


def test_an_assistant_that_is_back_is_asked_again_without_a_hand(visit: Visit, rasa: FakeRasa) -> None:
    page = visit()
    page.evaluate("() => { const real = setTimeout; window.setTimeout = (run, wait) => real(run, wait / 20); }")
    page.evaluate("() => { const real = Date.now; Date.now = () => real() * 20; }")
    launch(page)
    say(page, "one")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    rasa.mood = "error"
    say(page, "two")
    say(page, "three")
    expect(page.locator("lifecycle-chat .failed")).to_have_count(2)
    rasa.mood = "normal"
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(3)
    expect(page.locator("lifecycle-chat .failed")).to_have_count(0)
    expect(page.locator("lifecycle-chat .notice")).to_be_empty()
    page.reload()
    expect(page.locator("lifecycle-chat .message")).to_have_count(6)
    expect(page.locator("lifecycle-chat .customer p")).to_have_text(["one", "two", "three"])


def test_a_laptop_that_slept_shows_in_the_morning_what_was_said_at_night(visit: Visit, site: Site) -> None:
    page = visit("about:blank")
    page.clock.install()
    page.goto("/")
    launch(page)
    say(page, "hello")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    thread_id = page.evaluate("LifecycleChat.conversationId()")
    page.context.set_offline(True)
    with db.transaction() as session:
        for text in ("Sam here.", "Still there?"):
            conversations.add_message(session, thread_id, role="staff", text=text, now=site.clock())
    page.clock.fast_forward("08:00:00")
    page.context.set_offline(False)
    expect(page.locator("lifecycle-chat .message")).to_have_count(4)
    assert bubbles(page)[-1].endswith("Still there?")


def test_one_person_in_two_browsers_sees_one_conversation(visit: Visit) -> None:
    vouched = tokens.identifier_hash(settings().identity_secret, "17")
    log_in = f"LifecycleChat.setUser('17', {{identifier_hash: '{vouched}'}})"
    laptop = visit()
    launch(laptop)
    say(laptop, "from the laptop")
    expect(laptop.locator("lifecycle-chat .message")).to_have_count(2)
    laptop.evaluate(log_in)
    phone = visit()
    launch(phone)
    expect(phone.locator("lifecycle-chat .message")).to_have_count(0)
    phone.evaluate(log_in)
    expect(phone.locator("lifecycle-chat .message")).to_have_count(2)
    for number in range(3):  # both at once
        for page, name in ((laptop, "laptop"), (phone, "phone")):
            say(page, f"{name} {number}")
    for page in (laptop, phone):
        expect(page.locator("lifecycle-chat .message")).to_have_count(14, timeout=15_000)
        expect(page.locator("lifecycle-chat .sending")).to_have_count(0)
        page.reload()
        expect(page.locator("lifecycle-chat .message")).to_have_count(14)
    assert bubbles(laptop) == bubbles(phone)
    stranger = visit()
    stranger.evaluate("LifecycleChat.setUser('17', {identifier_hash: 'x'}).catch(() => {})")
    launch(stranger)
    expect(stranger.locator("lifecycle-chat .message")).to_have_count(0)


def test_while_the_assistant_writes_that_is_shown(visit: Visit, rasa: FakeRasa) -> None:
    page = visit()
    launch(page)
    rasa.mood = "hang"
    say(page, "hello")
    expect(page.locator("lifecycle-chat .typing")).to_contain_text("The assistant is writing")
    expect(page.locator("lifecycle-chat .typing")).to_be_visible()
    rasa.mood = "normal"
    rasa.released.set()
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(1)
    expect(page.locator("lifecycle-chat .typing")).to_be_hidden()


def test_an_assistant_that_is_down_apologises_and_trying_again_is_the_same_message(
    visit: Visit, rasa: FakeRasa
) -> None:
    page = visit()
    hasten = "() => { const real = setTimeout; window.setTimeout = (run, wait) => real(run, Math.min(wait, 50)); }"
    page.evaluate(hasten)
    launch(page)
    rasa.mood = "error"
    say(page, "hello")
    expect(page.locator("lifecycle-chat")).to_contain_text("Sorry, I cannot answer right now.")
    rasa.mood = "normal"
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    assert len({each["message_id"] for each in rasa.received}) == 1


def test_a_message_not_sent_before_the_page_was_left_goes_out_on_the_next_one(visit: Visit, rasa: FakeRasa) -> None:
    page = visit()
    launch(page)
    page.route("**/messages", lambda route: route.abort())
    say(page, "keep me")
    page.wait_for_function("Object.values(localStorage).join().includes('keep me')")
    page.unroute("**/messages")
    page.goto("/chat")
    page.goto("/")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    # A try cut off by leaving may have arrived: the next page sends the same id again, which is answered, not doubled.
    assert {(each["message_id"], each["text"]) for each in rasa.received} == {
        (rasa.received[0]["message_id"], "keep me")
    }


def test_a_follow_up_shows_on_the_closed_window(visit: Visit, site: Site) -> None:
    page = visit()
    launch(page)
    say(page, "hello")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    page.keyboard.press("Escape")
    thread_id = page.evaluate("LifecycleChat.conversationId()")
    with db.transaction() as session:
        asked = conversations.start(session, channel="web", purpose="arrival", thread_id=thread_id, now=site.clock())
        conversations.add_message(session, asked.id, role="assistant", text="Did it arrive safely?", now=site.clock())
    page.reload()
    expect(page.get_by_role("button", name="Chat with our assistant, 1 new message")).to_be_visible()
    page.get_by_role("button", name="Did it arrive safely?").click()
    expect(page.get_by_role("log")).to_contain_text("Did it arrive safely?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Chat with our assistant", exact=True)).to_be_visible()


def test_a_person_who_answers_is_shown_as_one_and_the_assistant_can_be_had_back(visit: Visit, site: Site) -> None:
    page = visit("/")
    launch(page)
    say(page, "my lid is loose")
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(1)
    with db.transaction() as session:
        talk = session.scalars(sa.select(Conversation.id)).one()
        takeover.reply(session, talk, "Sam here.", staff_id=1, author="Sam", hold=True, now=site.clock())
    expect(page.locator("lifecycle-chat .message.staff")).to_contain_text("Our team", timeout=15_000)
    expect(page.locator("lifecycle-chat .notice")).to_contain_text("A person of our team answers here now.")
    say(page, "thanks")
    expect(page.locator("lifecycle-chat .sending")).to_have_count(0)
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(1)
    say(page, "assistant")
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(2)
    expect(page.locator("lifecycle-chat .notice")).to_be_empty()


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


def test_a_shopper_who_is_logged_out_sees_nothing_until_the_store_vouches_again(visit: Visit, site: Site) -> None:
    def token() -> str:
        claims = {"sub": "17", "exp": int((site.clock() + timedelta(minutes=30)).timestamp())}
        return jwt.encode(claims, settings().identity_secret, "HS256")

    page = visit()
    launch(page)
    say(page, "where is my order?")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    page.evaluate("token => LifecycleChat.setUser({ token })", token())
    page.reload()
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    first = page.evaluate("LifecycleChat.conversationId()")
    site.clock.move(minutes=40)
    page.reload()
    page.evaluate("() => { window.asked = 0; LifecycleChat.on('identity', () => (asked += 1)); }")
    expect(page.locator("lifecycle-chat .welcome")).to_be_visible()
    expect(page.locator("lifecycle-chat .message")).to_have_count(0)
    page.evaluate("token => LifecycleChat.setUser({ token })", token())
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    site.clock.move(minutes=40)
    say(page, "hello?")  # nobody vouches in time: it goes into a new conversation
    page.wait_for_function("first => ![null, first].includes(LifecycleChat.conversationId())", arg=first)
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    assert page.evaluate("asked") >= 1, "the page was asked to vouch"


def test_a_conversation_can_be_kept_as_a_file_and_deleted(visit: Visit, rasa: FakeRasa, site: Site) -> None:
    rasa.says = [Said("Here is one.", cards=[GRINDER])]
    page = visit("/")
    launch(page)
    page.get_by_role("button", name="More about this conversation").click()
    expect(page.get_by_role("button", name="Delete this conversation")).to_have_count(0)  # nothing to delete yet
    page.keyboard.press("Escape")
    say(page, "a quiet grinder")
    expect(page.locator("lifecycle-chat .card")).to_have_count(1)
    page.get_by_role("button", name="More about this conversation").click()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Download this conversation").click()
    text = Path(str(kept.value.path())).read_text(encoding="utf-8")
    assert kept.value.suggested_filename.startswith("conversation-")
    assert "You\na quiet grinder\n" in text and GRINDER["title"] in text
    page.get_by_role("button", name="More about this conversation").click()
    page.get_by_role("button", name="Delete this conversation").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator("lifecycle-chat")).to_contain_text("Your receipt:")
    assert bubbles(page) == []
    with db.transaction() as session:
        assert privacy.erase_requested(session, now=site.clock()) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    say(page, "hello again")
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(1)


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
