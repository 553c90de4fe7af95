"""The whole customer journey as people see it: a shopper's browser, a buyer's mail, the staff's desk."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from stack_records import due, employ_sam, mails, rows

from bench.stack import Stack

Visit = Callable[..., Page]
Picture = Callable[..., None]


class Chat:
    """The chat window as the shopper has it before their eyes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.locator("lifecycle-chat .message")
        self.said = page.locator("lifecycle-chat .message.customer")
        self.cards = page.locator("lifecycle-chat .card")
        self.buttons = page.locator("lifecycle-chat .choices").get_by_role("button")

    def open(self) -> None:
        self.page.get_by_role("button", name="Chat with our assistant").click()
        expect(self.page.get_by_role("textbox", name="Write a message")).to_be_focused()

    def say(self, text: str) -> Locator:
        """Write it, wait for the answer; returns what stands last in the log."""
        before = self.said.count()
        self.page.get_by_role("textbox", name="Write a message").fill(text)
        self.page.get_by_role("textbox", name="Write a message").press("Enter")
        return self.answered(text, before)

    def press(self, name: str) -> Locator:
        before = self.said.count()
        self.buttons.filter(has_text=re.compile(f"^{re.escape(name)}$")).click()
        return self.answered(name.removeprefix("Send "), before)

    def answered(self, said: str, before: int) -> Locator:
        mine = self.said.nth(before)
        expect(mine).to_contain_text(said)
        expect(mine.locator("xpath=following-sibling::*[contains(@class, 'assistant')]").first).to_be_visible()
        expect(self.page.locator("lifecycle-chat .typing")).to_be_hidden()
        return self.messages.last

    def asked(self, question: str) -> None:
        """The question arrives in the open window by itself."""
        expect(self.messages.last).to_contain_text(question)


def counted_click(page: Page, stack: Stack) -> str:
    """The title of the card that was opened; the browser tells of it while it leaves for the product's page."""
    query = """SELECT p.title FROM v_recommendations r JOIN v_products p USING (product_id)
                WHERE r.clicked_at IS NOT NULL AND r.conversation_id NOT LIKE 'demo%' ORDER BY r.clicked_at DESC"""
    for _ in range(600):
        if found := rows(stack, query):
            return str(found[0]["title"])
        page.wait_for_timeout(50)
    raise AssertionError("the card was opened and no click was stored")


def buy(page: Page, name: str, email: str) -> str:
    """From a product's page to a delivered parcel; returns the order's number."""
    page.get_by_role("link", name="Buy now").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Place order").click()
    main = page.locator("main")
    expect(main).to_contain_text("Thank you!")
    expect(main).to_contain_text("is placed")
    page.get_by_role("button", name="Mark shipped").click()
    expect(main).to_contain_text("is on its way")
    page.get_by_role("button", name="Mark delivered").click()
    expect(main).to_contain_text("is delivered")
    expect(main).to_contain_text(email)
    expect(page.get_by_role("row", name=re.compile("Did everything arrive.*planned"))).to_be_visible()
    found = re.search(r"JO-\d{8}", main.inner_text())
    assert found
    return found[0]


def log_in(page: Page, form: dict[str, str]) -> None:
    page.goto("/console")
    page.get_by_label("Email").fill(form["email"])
    page.get_by_label("Password").fill(form["password"])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Conversations")).to_be_visible()


def test_ada_is_advised_buys_and_is_asked_how_it_went(visit_shop: Visit, stack: Stack, picture: Picture) -> None:
    page = visit_shop()
    picture(page, "shop")
    chat = Chat(page)
    chat.open()
    expect(page.get_by_role("dialog")).to_contain_text("not a person")
    expect(chat.say("do you ship to Canada?")).to_contain_text("Canad")

    chosen = advised(chat, "I need a quiet grinder under $150 for espresso, not black")
    picture(page, "chat")
    expect(chat.say("is the second one easy to clean?")).to_contain_text(chosen.partition(",")[0])

    page.get_by_role("link", name=chosen).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(chosen)
    expect(chat.cards).to_have_count(3)  # the conversation goes with the shopper
    page.get_by_role("button", name="Close chat").click()
    order = buy(page, "Ada King", "ada@example.com")
    assert counted_click(page, stack) == chosen
    chat.open()

    stack.command("work", "--once", "--now", due(stack, order, "arrival"))
    chat.asked("Did everything arrive safely?")
    expect(chat.messages.last).to_contain_text(order)
    expect(chat.press("Yes, all is well")).not_to_contain_text("sorry")

    stack.command("work", "--once", "--now", due(stack, order, "check_in"))
    chat.asked("How satisfied are you")
    expect(page.get_by_role("radio")).to_have_count(5)
    page.get_by_role("radio", name=re.compile("^5")).check(force=True)
    chat.press("Send 5")
    expect(page.get_by_role("log")).to_contain_text("Thank you, a 5")

    stack.command("work", "--once", "--now", due(stack, order, "nps"))
    chat.asked("How likely are you to recommend")
    expect(page.get_by_role("radio")).to_have_count(11)
    chat.say("9, but the lid is loose")
    expect(page.get_by_role("log")).to_contain_text("A 9: thank you!")
    expect(chat.messages.last).to_contain_text("put right")  # the remark was heard, not only the number

    said = chat.messages.all_inner_texts()
    page.reload()
    expect(chat.messages).to_have_count(len(said))
    staff_read_it(visit_shop("/console"), stack, order, picture)


def advised(chat: Chat, wish: str) -> str:
    """Three cards that keep every need of the wish, after at most three questions; returns the title of the second."""
    chat.say(wish)
    for _question in range(3):
        if chat.cards.count():
            break
        chat.press(chat.buttons.first.inner_text())
    expect(chat.cards).to_have_count(3)
    for card in chat.cards.all():
        price = re.search(r"\$([\d.]+)", card.locator(".card-price").inner_text())
        assert price and float(price[1]) < 150
        kept = card.locator(".verdict.met").all_inner_texts()
        for need in ("under $150", "quiet", "espresso", "not black"):
            assert any(need in verdict for verdict in kept), f"“{need}” is not kept: {kept}"
    expect(chat.cards.locator(".not_met")).to_have_count(0)
    return chat.cards.nth(1).locator(".card-title").inner_text()


def staff_read_it(page: Page, stack: Stack, order: str, picture: Picture) -> None:
    """Sam finds Ada's conversations in the list and reads them, with stage, outcome and scores."""
    log_in(page, employ_sam(stack))
    page.get_by_placeholder("Search words").fill("lid is loose")
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="Ada King")
    for fact in ("NPS 9", "Satisfied", "Advocacy"):
        expect(row).to_contain_text(fact)
    row.get_by_role("link", name="Ada King").click()
    heading = page.locator(".head")
    for fact in ("NPS · Web chat", "Post-purchase", "Advocacy", "Satisfied", "NPS 9"):
        expect(heading).to_contain_text(fact)
    told = page.get_by_role("region", name="Transcript").inner_text()
    assert told.index("How likely are you") < told.index("9, but the lid is loose") < told.index("A 9: thank you!")

    beside = page.get_by_role("complementary")
    beside.get_by_role("link", name="Visit").click()
    expect(heading).to_contain_text("Bought")
    talk = page.get_by_role("region", name="Transcript")
    expect(talk).to_contain_text("do you ship to Canada?")
    expect(talk.locator(".cards > li")).to_have_count(3)
    for fact in (order, "NPS 9", "CSAT 5", "but the lid is loose", "under $150, quiet, espresso, not black"):
        expect(beside).to_contain_text(fact)
    picture(page, "console")
    page.get_by_role("link", name="Dashboard").click()
    expect(page.get_by_role("heading", name="Net Promoter Score")).to_be_visible()
    picture(page, "dashboard")


def test_ben_answers_3_from_the_mail_and_gets_an_apology_and_a_case(
    visit_shop: Visit, stack: Stack, picture: Picture
) -> None:
    page = visit_shop()
    page.locator(".tile a").first.click()
    order = buy(page, "Ben Marlow", "ben@example.com")
    for step in ("arrival", "nps"):
        stack.command("work", "--once", "--now", due(stack, order, step))

    letter = mails(stack, "ben@example.com")[-1]
    assert "recommend" in letter.subject
    reader = visit_shop("about:blank", viewport={"width": 680, "height": 520})
    reader.set_content(letter.html)
    expect(reader.locator("body")).to_contain_text(order)
    picture(reader, "mail", full_page=True)
    reader.get_by_role("link", name="3 out of 10").click()
    reader.set_viewport_size({"width": 760, "height": 860})
    expect(reader.get_by_role("radio", name="3", exact=True)).to_be_checked()
    expect(reader.locator("main")).to_contain_text(order)
    remark = "The lid came off twice, and the second one is no better."
    reader.get_by_label("Anything you would like to add?").fill(remark)
    picture(reader, "survey")
    reader.get_by_role("button", name="Send my answer").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("sorry")
    expect(reader.locator("main")).to_contain_text("You have a reply by")
    reader.get_by_role("link", name="See how it stands").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("A score of 3 out of 10")
    expect(reader.locator("main")).to_contain_text("With our team")

    desk = visit_shop("/console")
    log_in(desk, employ_sam(stack))
    desk.get_by_role("link", name="Cases").click()
    row = desk.get_by_role("row").filter(has_text="Ben Marlow")
    expect(row).to_contain_text("A score of 3 out of 10")
    expect(row).to_contain_text(remark)
    row.get_by_role("link").first.click()
    expect(desk.locator("main")).to_contain_text(order)
