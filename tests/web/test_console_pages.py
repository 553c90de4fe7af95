"""Pages of the console beside inbox and dashboard: loyalty, set-up, taking a conversation over."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from test_console import client, clock, login, talk

from lifecycle import customers, db
from lifecycle.model import ShopEvent, ShopOrder
from lifecycle.settings import settings
from lifecycle.web.assets import widget_integrity

__all__ = ["client", "clock", "login", "talk"]


def test_the_page_of_loyalty_has_cohorts_values_and_promises(login: Callable[[str], TestClient], now: datetime) -> None:
    assert "Nothing to count yet" in login("viewer").get("/console/loyalty").text
    began = now - timedelta(days=40)
    with db.transaction() as session:
        for number in range(5):
            buyer = customers.find_or_create(session, external_id=f"b{number}", now=began)
            for at in (began, began + timedelta(days=31)) if number == 0 else (began,):
                session.add(
                    ShopOrder(source="x", order_ref=f"{number}{at}", customer_id=buyer.id, total_cents=5000,
                              placed_at=at, updated_at=at)
                )  # fmt: skip
    page = login("viewer").get("/console/loyalty").text
    assert "$60.00" in page and f"{began:%Y-%m}" in page and "1.20 orders per customer" in page


def test_the_set_up_page_has_the_stores_own_tag_and_says_what_is_still_missing(
    login: Callable[[str], TestClient], now: datetime
) -> None:
    page = html.unescape(login("admin").get("/console/install").text)
    assert f'<script async src="{settings().public_url}/widget.js" data-store="' in page
    assert f'integrity="{widget_integrity()}" crossorigin="anonymous"' in page
    assert "No order event has arrived yet." in page and "SMTP_URL is not set" in page
    with db.transaction() as session:
        session.add(ShopEvent(source="generic", event_id="e1", topic="placed", order_ref="1", body={}, received_at=now))
    assert "1 events so far" in login("admin").get("/console/install").text


def test_an_agent_takes_a_conversation_over_and_hands_it_back(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("agent")
    where = f"/console/conversations/{talk}"
    assert "Hand back" not in browser.get(where).text
    assert browser.post(f"{where}/reply", data={"text": "A person here.", "hold": "1"}).status_code == 303
    assert "The assistant is silent here until" in browser.get(where).text
    assert browser.post(f"{where}/hand-back").status_code == 303
    assert "Hand back" not in browser.get(where).text
    assert browser.post("/console/conversations/none/hand-back").status_code == 404


def test_the_lifecycle_page_has_each_stage_under_the_names_asked_for(
    login: Callable[[str], TestClient], now: datetime
) -> None:
    assert "Nobody yet" in login("viewer").get("/console/lifecycle").text
    with db.transaction() as session:
        earlier = now - timedelta(days=1)
        ada = customers.find_or_create(session, email="ada@example.com", now=earlier)
        customers.enter_stage(session, ada.id, "education", cause="conversation", now=earlier)
    page = login("viewer").get("/console/lifecycle?days=30").text
    for text in (
        "Discovery",
        "Education",
        "Post-purchase",
        "first contact <strong>1</strong>",
        "would recommend (NPS)",
    ):
        assert text in page
    other = login("viewer").get("/console/lifecycle?words=race").text
    assert "Acquisition" in other and "Loyalty" in other
    assert "is no vocabulary" in login("viewer").get("/console/lifecycle?words=pirate&days=x").text


def test_the_stages_are_called_as_the_store_calls_them(
    login: Callable[[str], TestClient], talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE_NAMES", "funnel")
    settings.cache_clear()
    page = login("viewer").get("/console/conversations").text
    assert "Awareness" in page and "Consideration" in page and "Education" not in page


def test_every_figure_with_a_question_mark_is_defined(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("viewer")
    pages = "".join(browser.get(f"/console/{name}").text for name in ("dashboard", "lifecycle", "loyalty"))
    asked = set(re.findall(r"/console/definitions#([\w-]+)", pages))
    defined = set(re.findall(r'<dt id="([\w-]+)"', browser.get("/console/definitions").text))
    assert asked and asked <= defined
