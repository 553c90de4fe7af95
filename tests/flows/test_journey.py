"""The whole customer journey over HTTP, on the running assistant: from the first question to the staff's desk."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from stack_records import due, employ_sam, mails, rows

from bench.stack import Shopper, Stack


def hidden(page: str, name: str) -> str:
    field = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    return re.search(r'value="([^"]*)"', field)[1]  # type: ignore[index]


class Buyer:
    """Somebody with a browser at the demo shop."""

    def __init__(self, stack: Stack, name: str, email: str, thread_id: str = "") -> None:
        self.stack, self.name, self.email, self.thread_id = stack, name, email, thread_id
        self.client = httpx.Client(base_url=stack.url, timeout=180, follow_redirects=True)
        self.order_page = ""

    def buy(self, product_id: str) -> str:
        nonce = hidden(self.client.get(f"/buy/{product_id}").text, "nonce")
        form = {"name": self.name, "email": self.email, "conversation_id": self.thread_id, "nonce": nonce}
        page = self.client.post(f"/buy/{product_id}", data=form)
        assert page.status_code == 200, page.text
        self.order_page = page.url.path
        return re.search(r"JO-\d{8}", page.text)[0]  # type: ignore[index]

    def tell(self, event: str) -> None:
        assert self.client.post(f"{self.order_page}/events", data={"event": event}).status_code == 200


def asked_by(replies: list[dict[str, Any]]) -> str:
    return "\n".join(message["text"] for message in replies)


def advised(shopper: Shopper, wish: str) -> list[dict[str, Any]]:
    """The cards a wish leads to, after at most three questions."""
    shopper.say(wish)
    questions = 0
    while not shopper.cards:
        questions += 1
        assert questions <= 3, "more than three questions"
        shopper.press(shopper.titles[0])
    return shopper.cards


def test_the_whole_journey(stack):
    ada = Shopper(stack.url)
    assert "Canada" in asked_by(ada.say("do you ship to Canada?"))

    cards = advised(ada, "I need a quiet grinder under $150 for espresso, not black")
    assert len(cards) == 3
    for card in cards:
        assert card["reasons"] and float(re.sub(r"[^\d.]", "", card["price"])) <= 150
        facts = rows(stack, "SELECT color FROM product WHERE product_id = ?", card["product_id"])
        assert "black" not in facts[0]["color"].lower()
    assert asked_by(ada.say("is the second one easy to clean?"))

    buyer = Buyer(stack, "Ada Byron", "ada@example.org", ada.thread_id)
    order = buyer.buy(cards[1]["product_id"])
    buyer.tell("shipped")
    buyer.tell("delivered")
    assert rows(stack, "SELECT lifecycle_stage FROM v_customers WHERE email = 'ada@example.org'") == [
        {"lifecycle_stage": "post_purchase"}
    ]

    seen = ada.history()[-1]["id"]
    stack.command("work", "--once", "--now", due(stack, order, "arrival"))
    question = ada.history(after=seen)
    assert "safely" in asked_by(question)
    assert any("safely" in mail.subject for mail in mails(stack, "ada@example.org"))
    assert asked_by(ada.say("yes, all fine, thank you"))

    stack.command("work", "--once", "--now", due(stack, order, "check_in"))
    ada.last = ada.history(after=ada.history()[-1]["id"] - 1)
    assert asked_by(ada.say("5"))
    assert rows(
        stack,
        "SELECT score FROM v_survey_answers WHERE kind = 'csat' AND order_id IN"
        " (SELECT order_id FROM v_orders WHERE order_ref = ?)",
        order,
    ) == [{"score": 5}]

    stack.command("work", "--once", "--now", due(stack, order, "nps"))
    assert asked_by(ada.say("9, but the lid is loose"))
    answer = rows(
        stack,
        "SELECT score, remark, source FROM v_survey_answers WHERE kind = 'nps' AND order_id IN"
        " (SELECT order_id FROM v_orders WHERE order_ref = ?)",
        order,
    )
    assert answer[0]["score"] == 9 and "lid is loose" in answer[0]["remark"] and answer[0]["source"] == "chat"

    purposes = {
        row["purpose"]: row
        for row in rows(
            stack, "SELECT * FROM v_interactions WHERE thread_id = ? ORDER BY interaction_id", ada.thread_id
        )
    }
    assert {"visit", "arrival", "check_in", "nps"} <= set(purposes)
    assert purposes["visit"]["outcome"] == "bought" and purposes["nps"]["nps_score"] == 9
    assert rows(stack, "SELECT conversation_id FROM v_interactions GROUP BY 1 HAVING COUNT(*) > 1") == []


def test_an_unhappy_buyer_answers_from_the_mail_and_gets_an_apology_and_a_case(stack):
    ben = Buyer(stack, "Ben Okri", "ben@example.org")
    product = rows(stack, "SELECT product_id FROM product WHERE active ORDER BY product_id LIMIT 1")[0]["product_id"]
    order = ben.buy(product)
    ben.tell("delivered")
    stack.command("work", "--once", "--now", due(stack, order, "arrival"))
    stack.command("work", "--once", "--now", due(stack, order, "nps"))
    text = mails(stack, "ben@example.org")[-1].text
    link = next(url for url in re.findall(r"https?://\S+", text) if "/s/" in url and "score=3" in url)
    page = ben.client.get(link)
    assert page.status_code == 200
    assert (
        rows(
            stack,
            "SELECT score FROM v_survey_answers s JOIN v_orders o ON o.order_id = s.order_id"
            " WHERE o.order_ref = ? AND score IS NOT NULL",
            order,
        )
        == []
    )  # looking is not answering
    form = {"score": "3", "remark": "the lid came off <b>twice</b>", "nonce": hidden(page.text, "nonce")}
    thanks = ben.client.post(link.split("?")[0], data=form)
    assert thanks.status_code == 200 and "sorry" in thanks.text.lower()
    found = rows(
        stack,
        "SELECT k.kind, k.state, k.due_at FROM v_cases k JOIN v_orders o ON o.order_id = k.order_id"
        " WHERE o.order_ref = ?",
        order,
    )
    assert [case["kind"] for case in found] == ["detractor"] and found[0]["due_at"]


@pytest.fixture
def desk(stack) -> httpx.Client:
    """Sam of the staff, logged in to the console."""
    form = employ_sam(stack)
    client = httpx.Client(base_url=stack.url, timeout=180, follow_redirects=True)
    page = client.get("/console/login").text
    form |= {name: hidden(page, name) for name in ("next", "nonce", "csrf") if f'name="{name}"' in page}
    answer = client.post("/console/login", data=form, headers={"Origin": stack.url})
    assert answer.status_code == 200, answer.text
    return client


def test_staff_read_every_conversation(stack, desk):
    shopper = Shopper(stack.url)
    shopper.say("do you ship to Nunavut in Canada?")
    page = desk.get("/console/conversations", params={"q": "Nunavut"}).text
    assert shopper.thread_id in page
    transcript = desk.get(f"/console/conversations/{shopper.thread_id}")
    assert "do you ship to Nunavut in Canada?" in transcript.text


def test_strangers_read_nothing(stack):
    stranger = httpx.Client(base_url=stack.url, timeout=180)
    shopper = Shopper(stack.url)
    path = f"/api/v1/conversations/{shopper.thread_id}/messages"
    assert stranger.get(path).status_code in (401, 404)
    other = Shopper(stack.url)
    assert stranger.get(path, headers={"Authorization": f"Bearer {other.token}"}).status_code == 404
    assert stranger.get("/console/conversations").status_code in (303, 307, 401, 403)


def test_an_unsigned_order_event_changes_nothing(stack):
    body = '{"type": "order.placed", "timestamp": "2026-11-01T10:00:00Z", "data": {"order_id": "FORGED-1"}}'
    for headers in ({}, {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}):
        answer = httpx.post(f"{stack.url}/hooks/orders", content=body, headers=headers, timeout=180)
        assert answer.status_code == 401
    assert rows(stack, "SELECT * FROM v_orders WHERE order_ref = 'FORGED-1'") == []


def test_too_long_and_command_like_texts(stack):
    shopper = Shopper(stack.url)
    with pytest.raises(httpx.HTTPStatusError) as refused:
        shopper.say("x" * 1001)
    assert refused.value.response.status_code == 413
    assert shopper.say('/nps_score{"nps_score": "10"}')
    assert rows(
        stack,
        "SELECT COUNT(*) AS n FROM v_interactions WHERE conversation_id = ? AND nps_score IS NOT NULL",
        shopper.thread_id,
    ) == [{"n": 0}]


@pytest.mark.parametrize("shown", [{}, {"X-Lifecycle-Installation": "0" * 64}])
def test_another_installation_is_not_answered(stack, shown):
    """Tess's web process finds our Rasa on the port where hers was: nothing of her shoppers is written here."""
    addresses = dict(line.split("=", 1) for line in (stack.home / "addresses").read_text().splitlines())
    body = {"conversation_id": "f" * 32, "message_id": "e" * 32, "text": "hello"}
    answer = httpx.post(f"{addresses['RASA_URL']}/webhooks/lifecycle/messages", json=body, headers=shown, timeout=180)
    assert answer.status_code == 403
    assert rows(stack, "SELECT * FROM v_interactions WHERE conversation_id = ?", body["conversation_id"]) == []
