"""The chat window in a real browser, as shoppers with a mouse, a keyboard, a screen reader or a phone meet it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from chat_window import GRINDER, Visit, bubbles, button, launch, say
from fake_rasa import FakeRasa
from playwright.sync_api import expect
from running_site import Site

from lifecycle import db, privacy, takeover
from lifecycle.conversations import Said
from lifecycle.model import Conversation, Message


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


def test_what_was_said_on_another_day_says_which(visit: Visit, site: Site, now: datetime) -> None:
    site.clock.now = now - timedelta(days=40)
    page = visit("about:blank", timezone_id="Europe/Berlin")
    page.clock.set_fixed_time(now)
    page.goto("/")
    launch(page)
    say(page, "hello")
    expect(page.locator("lifecycle-chat .message")).to_have_count(2)
    site.clock.now = now
    say(page, "back again")
    expect(page.locator("lifecycle-chat .message")).to_have_count(4)
    page.reload()
    expect(page.locator("lifecycle-chat .message")).to_have_count(4)
    days = [each.get_attribute("data-day") for each in page.locator("lifecycle-chat .message").all()]
    assert days == ["Wednesday, September 23", None, "Today", None]


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


def test_a_person_who_answers_is_shown_as_one_and_the_assistant_can_be_had_back(visit: Visit, site: Site) -> None:
    page = visit("/")
    launch(page)
    say(page, "my lid is loose")
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(1)
    with db.transaction() as session:
        talk = session.scalars(sa.select(Conversation.id)).one()
        takeover.reply(session, talk, "Sam here.", staff_id=1, author="Sam", hold=True, now=site.clock())
    expect(page.locator("lifecycle-chat .message.staff")).to_contain_text("Our team")
    expect(page.locator("lifecycle-chat .notice")).to_contain_text("A person of our team answers here now.")
    say(page, "thanks")
    expect(page.locator("lifecycle-chat .sending")).to_have_count(0)
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(1)
    say(page, "assistant")
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(2)
    expect(page.locator("lifecycle-chat .notice")).to_be_empty()


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
