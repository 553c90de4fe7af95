"""Nothing is lost and nothing doubled: reloads, two tabs, two browsers, a bad network, an assistant that is down."""

from __future__ import annotations

from datetime import timedelta

import jwt
from chat_window import Visit, bubbles, launch, say
from fake_rasa import FakeRasa
from playwright.sync_api import expect
from running_site import Site

from lifecycle import conversations, db, tokens
from lifecycle.settings import settings

# Shorter waits in the page; what a request may take stays, since a busy machine needs it.
HASTEN = """([by, most]) => {
    const real = setTimeout;
    window.setTimeout = (run, wait) => real(run, wait >= 20000 ? wait : Math.min(wait / by, most));
}"""


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


def test_a_shopper_is_told_that_it_takes_a_moment_and_then_answered(visit: Visit, rasa: FakeRasa) -> None:
    page = visit()
    launch(page)
    rasa.mood = "error"
    say(page, "hello")
    expect(page.locator("lifecycle-chat .notice")).to_contain_text("One moment, please. Your message is kept")
    expect(page.locator("lifecycle-chat .typing")).to_be_visible()
    rasa.mood = "normal"
    expect(page.locator("lifecycle-chat .message.assistant")).to_have_count(1)
    expect(page.locator("lifecycle-chat .notice")).to_be_empty()
    expect(page.locator("lifecycle-chat .typing")).to_be_hidden()
    assert bubbles(page)[0].endswith("hello") and len({each["message_id"] for each in rasa.received}) == 1


def test_an_assistant_that_is_back_is_asked_again_without_a_hand(visit: Visit, rasa: FakeRasa) -> None:
    page = visit()
    page.evaluate(HASTEN, [20, 20_000])
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
        expect(page.locator("lifecycle-chat .message")).to_have_count(14)
        expect(page.locator("lifecycle-chat .sending")).to_have_count(0)
        page.reload()
        expect(page.locator("lifecycle-chat .message")).to_have_count(14)
    assert bubbles(laptop) == bubbles(phone)
    stranger = visit()
    stranger.evaluate("LifecycleChat.setUser('17', {identifier_hash: 'x'}).catch(() => {})")
    launch(stranger)
    expect(stranger.locator("lifecycle-chat .message")).to_have_count(0)


def test_an_assistant_that_is_down_apologises_and_trying_again_is_the_same_message(
    visit: Visit, rasa: FakeRasa
) -> None:
    page = visit()
    page.evaluate(HASTEN, [1, 50])
    page.evaluate("() => { const now = Date.now(); Date.now = () => now; }")  # nothing goes again without a hand
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
    with page.expect_response(lambda answer: answer.status == 401):
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
