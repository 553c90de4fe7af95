"""Staff work through their inbox without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect
from running_site import Site

from lifecycle import conversations, db, staff
from lifecycle.desk import marks

PASSWORD = "correct horse battery"


def inbox(site: Site, number: int) -> list[str]:
    """Sam's account, and conversations of which the first is the newest."""
    now = site.clock.now
    with db.transaction() as session:
        staff.add(session, "sam@example.com", "agent", PASSWORD, name="Sam", now=now)
        ids = []
        for place in range(number):
            opened = conversations.start(session, channel="web", now=now - timedelta(minutes=place))
            conversations.add_message(
                session, opened.id, role="customer", text=f"question {place}", now=now - timedelta(minutes=place)
            )
            ids.append(str(opened.id))
    return ids


def press(page: Page, key: str) -> None:
    """Press a key of the console on a page that has loaded, as a person would; before that nobody listens."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def write(page: Page, text: str) -> None:
    """Write into the field that has the focus."""
    expect(page.locator("input:focus, textarea:focus")).to_have_count(1)
    page.keyboard.type(text)


def log_in(page: Page) -> None:
    write(page, "sam@example.com")
    page.keyboard.press("Tab")
    write(page, PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Conversations")


def test_ten_conversations_are_sorted_out_with_the_keyboard_alone(site: Site, visit: Callable[..., Page]) -> None:
    ids = inbox(site, 10)
    page = visit("/console/login")
    log_in(page)
    press(page, "j")
    page.keyboard.press("Enter")
    for place, conversation_id in enumerate(ids):
        expect(page).to_have_url(f"{site.base_url}/console/conversations/{conversation_id}")
        expect(page.locator(".bubble")).to_contain_text(f"question {place}")
        if place == 3:
            press(page, "e")
            expect(page.get_by_role("link", name="Hide why")).to_be_visible()
            press(page, "e")
            expect(page.get_by_role("link", name="Show why")).to_be_visible()
        press(page, "l")
        write(page, "seen" if place % 2 else "urgent")
        page.keyboard.press("Enter")
        expect(page.locator("#labels")).to_contain_text("seen" if place % 2 else "urgent")
        if place == 5:
            press(page, "n")
            write(page, "she rang, too")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            expect(page.locator(".event.note")).to_contain_text("she rang, too")
        press(page, "j")
    press(page, "u")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Conversations")
    with db.reading() as session:
        put_on = [marks.labels_of(session, each) for each in ids]
    assert put_on == [["urgent"], ["seen"]] * 5


def test_every_key_is_a_button_and_the_palette_goes_anywhere(site: Site, visit: Callable[..., Page]) -> None:
    inbox(site, 2)
    page = visit("/console/login")
    log_in(page)
    press(page, "?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_role("button")).to_have_count(10)  # nine keys, and to close
    keys.get_by_role("button", name="next row or conversation").click()
    expect(page.locator("a.row").first).to_be_focused()
    press(page, "Control+k")
    palette = page.get_by_role("dialog", name="Go to")
    palette.get_by_role("combobox").press_sequentially("dash")
    expect(palette.get_by_role("option").first).to_have_text("Dashboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    page.wait_for_load_state()
    page.get_by_role("button", name="Go to").click()
    write(page, "question 1")
    page.keyboard.press("Enter")
    expect(page.locator("a.row")).to_have_count(1)
