"""The chat window as the tests use it: open it, say something, read the bubbles."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

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
