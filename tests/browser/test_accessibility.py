"""What a machine can find wrong for people with a keyboard, a screen reader or poor sight, in every state and page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from chat_window import GRINDER, button, launch, say
from fake_rasa import FakeRasa
from playwright.sync_api import Locator, Page, expect
from stack_records import due, employ, mails
from test_whole_journey import buy, log_in

from bench.stack import Stack
from lifecycle.conversations import Said

# Colours are looked at when nothing moves; the policy of the page would hinder axe itself, which adds a style.
STILL = {"reduced_motion": "reduce", "bypass_csp": True}
Visit = Callable[..., Page]


def follow(page: Page, link: Locator) -> None:
    """Click on what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        link.click()


def assert_accessible(page: Page, state: str) -> None:
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert not found, f"{state}: " + "; ".join(
        f"{rule['id']}: {node['html'][:120]} {node['failureSummary'][:200]}" for rule in found for node in rule["nodes"]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_window_in_every_state(visit: Visit, rasa: FakeRasa, scheme: str) -> None:
    page = visit("/", color_scheme=scheme, **STILL)
    assert_accessible(page, "closed")
    launch(page)
    assert_accessible(page, "open and empty")
    rasa.says = [Said("Here is one.", cards=[GRINDER, GRINDER], buttons=[button("Cheaper"), button("Quieter")])]
    say(page, "a quiet grinder")
    expect(page.locator("lifecycle-chat .card")).to_have_count(2)
    assert_accessible(page, "cards and quick replies")
    page.get_by_role("button", name="More about this conversation").click()
    assert_accessible(page, "the menu")
    page.get_by_role("button", name="Delete this conversation").click()
    assert_accessible(page, "asked whether to delete")
    page.keyboard.press("Escape")
    rasa.says = [Said("Cedarlane 40 | Rowan Pro\nprice: $129.00 | $149.00\nnoise: 62 dB | 70 dB")]
    say(page, "compare them")
    expect(page.get_by_role("table")).to_have_count(1)
    assert_accessible(page, "a comparison")
    rasa.says = [Said("How was it?", buttons=[button(str(number)) for number in range(11)])]
    say(page, "and now?")
    expect(page.get_by_role("radio")).to_have_count(11)
    assert_accessible(page, "a scale")
    page.get_by_role("radio").nth(3).check(force=True)
    assert_accessible(page, "a number chosen")
    page.context.set_offline(True)
    say(page, "hello?")
    expect(page.locator("lifecycle-chat .failed")).to_have_count(1)
    assert_accessible(page, "not sent")


def test_the_chat_window_on_a_phone_at_400_percent_and_from_right_to_left(visit: Visit, rasa: FakeRasa) -> None:
    rasa.says = [Said("Here is one.", cards=[GRINDER], buttons=[button("Cheaper")])]
    for width, height in ((320, 256), (390, 844)):
        page = visit("/", viewport={"width": width, "height": height}, **STILL)
        launch(page)
        page.evaluate("document.querySelector('lifecycle-chat').dir = 'rtl'")
        say(page, "a quiet grinder")
        expect(page.locator("lifecycle-chat .card")).to_have_count(1)
        assert_accessible(page, f"{width} px wide")


def test_the_chat_without_javascript(visit: Visit, rasa: FakeRasa) -> None:
    rasa.says = [Said("Here is one.", cards=[GRINDER], buttons=[button("Cheaper")])]
    page = visit("/chat", **STILL)
    assert_accessible(page, "plain chat, empty")
    page.get_by_role("textbox").fill("a grinder")
    follow(page, page.get_by_role("button", name="Send"))
    expect(page.locator("main")).to_contain_text("Here is one.")
    assert_accessible(page, "plain chat, answered")


def test_the_pages_of_a_buyer(visit_shop: Visit, stack: Stack) -> None:
    page = visit_shop(**STILL)
    assert_accessible(page, "shop")
    follow(page, page.locator(".tile a").first)
    assert_accessible(page, "product")
    follow(page, page.get_by_role("link", name="Buy now"))
    assert_accessible(page, "check-out")
    page.go_back()
    order = buy(page, "Ada Byron", "ada.byron@example.com")
    assert_accessible(page, "order")
    for step in ("arrival", "nps"):
        stack.command("work", "--once", "--now", due(stack, order, step))
    letter = mails(stack, "ada.byron@example.com")[-1]
    page.set_content(letter.html)
    assert_accessible(page, "mail")
    follow(page, page.get_by_role("link", name="3 out of 10"))
    assert_accessible(page, "survey")
    follow(page, page.get_by_role("button", name="Send my answer"))
    assert_accessible(page, "survey answered")
    follow(page, page.get_by_role("link", name="See how it stands"))
    assert_accessible(page, "case")


CONSOLE = (
    "conversations",
    "lifecycle",
    "definitions",
    "macros",
    "themes",
    "phrases",
    "customers",
    "cases",
    "surveys",
    "follow-ups",
    "gaps",
    "dashboard",
    "loyalty",
    "install",
    "team",
)


@pytest.fixture
def desk(visit_shop: Visit, stack: Stack) -> Iterator[Page]:
    page = visit_shop("/console/login", **STILL)
    assert_accessible(page, "login")
    log_in(page, employ(stack, "olga@example.org", "admin"))
    yield page


def test_the_pages_of_staff(desk: Page) -> None:
    for name in CONSOLE:
        desk.goto(f"/console/{name}")
        expect(desk.get_by_role("heading", level=1)).not_to_have_text("Not allowed")
        assert_accessible(desk, name)
    for name in ("conversations", "customers", "cases?show=all"):
        desk.goto(f"/console/{name}")
        follow(desk, desk.locator("main tbody a, main .list a").first)
        expect(desk.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(desk, f"one of {name}")
