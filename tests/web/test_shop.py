"""The demo shop: real pages over the catalogue, and a backend that tells about orders by signed events."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from fake_rasa import FakeRasa
from running_site import Site

from lifecycle import catalogue, customers, db, demo
from lifecycle.conversations import Said
from lifecycle.model import FollowUp, RecommendationItem, Review, ShopEvent, ShopOrder
from lifecycle.web.shop import label_of, slug_of

GRINDER = "jo-grinder-01"
NONCE = "0123456789abcdef" * 2


@pytest.fixture
def shop(site: Site) -> Site:
    with db.transaction() as session:
        catalogue.import_feed(session, demo.catalogue_path(), now=site.clock())
    return site


def buy(shop: Site, **form: str) -> str:
    known = {"name": "Ada Byron", "email": "ada@example.com", "quantity": "1", "nonce": NONCE, "conversation_id": ""}
    placed = shop.post(f"/buy/{GRINDER}", data={**known, **form})
    assert placed.status_code == 303, placed.text
    return placed.headers["location"]


def test_the_pages_lead_from_home_to_a_product(shop: Site) -> None:
    home = shop.get("/").text
    slugs = set(re.findall(r'href="/categories/([^"]+)"', home))
    assert len(slugs) >= 8
    category = shop.get("/categories/coffee-grinders").text
    assert f"/products/{GRINDER}" in category and category.count('class="tile"') == 17
    page = shop.get(f"/products/{GRINDER}").text
    assert "$129.00" in page and "62 dB" in page and "Noise" in page
    picture = shop.get(f"/pictures/{GRINDER}.svg")
    assert picture.headers["content-type"] == "image/svg+xml" and picture.text.startswith("<svg")
    assert shop.get(f"/pictures/{GRINDER}.svg", headers={"If-None-Match": picture.headers["etag"]}).status_code == 304
    for missing in ("/categories/shoes", "/products/none", "/pictures/none.svg", "/buy/none", "/orders/none"):
        assert shop.get(missing).status_code == 404


def test_no_page_holds_inline_script_or_style(shop: Site) -> None:
    location = buy(shop)
    for path in ("/", "/categories/kettles", f"/products/{GRINDER}", f"/buy/{GRINDER}", location, "/chat", "/nowhere"):
        page = shop.get(path, headers={"Accept": "text/html"}).text
        assert "<style" not in page and " style=" not in page and not re.search(r"\son\w+=", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
        assert "http://" not in page.replace("http://www.w3.org", "") and "//cdn" not in page


def test_what_a_feed_holds_is_shown_and_never_run(shop: Site) -> None:
    nasty = '"><script>alert(1)</script>{{ 7 * 7 }}'
    with db.transaction() as session:
        catalogue.get(session, GRINDER).title = nasty  # type: ignore[union-attr]
        session.add(
            Review(review_id="r1", product_id=GRINDER, rating=2, title=nasty, text=nasty, created_at=shop.clock())
        )
    page = shop.get(f"/products/{GRINDER}").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "{{ 7 * 7 }}" in page
    assert "<script" not in shop.get(f"/pictures/{GRINDER}.svg").text


def test_buying_tells_the_assistant_by_a_signed_event_and_once(shop: Site) -> None:
    path, _ = shop.begin()
    thread_id = path.rpartition("/")[2]
    location = buy(shop, conversation_id=thread_id, quantity="2")
    again = buy(shop, conversation_id=thread_id, quantity="2")
    page = shop.get(location).text
    with db.reading() as session:
        order = session.scalars(sa.select(ShopOrder)).one()
        assert (order.total_cents, order.thread_id) == (25_800, thread_id)
        assert customers.email_of(session, order.customer_id) == "ada@example.com"
        assert session.scalars(sa.select(ShopEvent)).one().topic.endswith("placed")
    assert order.order_ref in page and order.order_ref in shop.get(again).text


def test_time_is_made_to_pass_by_two_buttons(shop: Site) -> None:
    location = buy(shop)
    for event in ("shipped", "delivered"):
        moved = shop.post(f"{location}/events", data={"event": event})
        assert moved.status_code == 303
        shop.clock.move(days=1)
    with db.reading() as session:
        order = session.scalars(sa.select(ShopOrder)).one()
        assert order.shipped_at and order.delivered_at
        arrival = session.scalars(sa.select(FollowUp).where(FollowUp.step == "arrival")).one()
        assert arrival.state == "planned"
    page = shop.get(location).text
    assert re.search(r"lifecycle work --once --now 20\d\d-\d\d-\d\dT\d\d:\d\d:00Z   # arrival", page)
    assert shop.post(f"{location}/events", data={"event": "eaten"}).status_code == 400
    assert shop.post(f"{location}x/events", data={"event": "shipped"}).status_code == 404


def test_another_site_cannot_order_in_a_visitors_name(shop: Site) -> None:
    form = {"name": "Ada", "email": "ada@example.com", "quantity": "1", "nonce": NONCE, "conversation_id": ""}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert shop.post(f"/buy/{GRINDER}", data=form, headers=headers).status_code == 403
        assert shop.post("/chat", data={"text": "hi", "message_id": NONCE}, headers=headers).status_code == 403
    with db.reading() as session:
        assert not session.scalars(sa.select(ShopOrder)).all()


def test_an_order_form_with_a_wrong_address_comes_back_filled_in(shop: Site) -> None:
    form = {"name": "Ada", "email": "not an address", "quantity": "1", "nonce": NONCE, "conversation_id": ""}
    answered = shop.post(f"/buy/{GRINDER}", data=form)
    assert answered.status_code == 422 and "not an address" in answered.text and 'role="alert"' in answered.text


def test_the_chat_works_as_a_plain_form(shop: Site, rasa: FakeRasa) -> None:
    rasa.says = [Said("Which one?", buttons=[{"title": "Cheaper", "payload": "/critique"}])]
    page = shop.get("/chat")
    assert not page.cookies
    nonce = re.search(r'name="message_id" value="([0-9a-f]{32})"', page.text)[1]  # type: ignore[index]
    for _ in range(2):
        assert shop.post("/chat", data={"message_id": nonce, "text": "a <b>kettle</b>"}).status_code == 303
    page = shop.get("/chat")
    assert page.text.count("a &lt;b&gt;kettle&lt;/b&gt;") == 1 and "Which one?" in page.text
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    choice = re.search(r'name="choice" value="([0-9a-f]+)"', page.text)[1]  # type: ignore[index]
    assert shop.post("/chat", data={"message_id": "b" * 32, "choice": choice}).status_code == 303
    assert rasa.received[-1]["payload"] == "/critique"
    rasa.mood = "error"
    failed = shop.post("/chat", data={"message_id": "c" * 32, "text": "keep me"})
    assert failed.status_code == 503 and "keep me" in failed.text and "Sorry" in failed.text
    assert 'value="' + "c" * 32 in failed.text, "trying again is the same message"


def test_an_opened_card_is_told_only_by_our_own_page_and_counts_only_what_was_recommended(shop: Site) -> None:
    shop.post("/chat", data={"message_id": NONCE, "text": "a grinder"})
    assert shop.post("/chat/opened", params={"product_id": GRINDER}).status_code == 204
    with db.reading() as session:
        assert session.scalars(sa.select(RecommendationItem)).all() == []
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert shop.post("/chat/opened", params={"product_id": GRINDER}, headers=headers).status_code == 403
    assert shop.post("/chat/opened", params={"product_id": "x" * 129}).status_code == 422
    assert shop.get("/chat/opened", params={"product_id": GRINDER}).status_code == 405


def test_a_comparison_is_a_table_without_javascript_too(shop: Site, rasa: FakeRasa) -> None:
    rasa.says = [
        Said("Cheaper.\nCedar 40 | Rowan <b>\nprice: $129.00 | $149.00\nnoise: 62 dB | not stated\nRowan fits.")
    ]
    shop.post("/chat", data={"message_id": NONCE, "text": "compare: a | b"})
    page = shop.get("/chat").text
    assert page.count("<table>") == 1 and page.count('<th scope="row">') == 2
    assert '<th scope="col">Rowan &lt;b&gt;</th>' in page and "<td>not stated</td>" in page
    assert re.search(r">Cheaper\.</p>.*<table>.*>Rowan fits\.</p>", page, re.DOTALL)


def test_names_are_readable() -> None:
    assert label_of("noise_db") == "Noise" and label_of("made_in") == "Made in" and label_of("burr") == "Burr"
    assert slug_of("Blenders and toasters") == "blenders-and-toasters" and slug_of("!!") == "other"
