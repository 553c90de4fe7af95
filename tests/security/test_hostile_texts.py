"""Hostile text is data everywhere: 150 texts through the chat, a survey, an order and a feed, and read back."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fake_rasa import FakeRasa
from hostile import texts
from running_site import Site
from test_hooks import event, signed
from test_links import Ada

from lifecycle import catalogue, db
from lifecycle.conversations import Said
from lifecycle.model import Customer, Message, OrderLine, Product, SurveyAnswer
from lifecycle.text import canonical, one_line


class Tags(HTMLParser):
    """The elements of a page with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def assert_inert(page: str, known: set[str]) -> None:
    """No element that the page does not have without the text, and nothing that could run."""
    found = Tags(page)
    assert {tag for tag, _ in found.tags} <= known
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "srcdoc"], tag
        for name in ("href", "src", "action"):
            assert (attributes.get(name) or "/").startswith(("/", "https://", "http://", "#", "?page="))


def elements(page: str) -> set[str]:
    return {tag for tag, _ in Tags(page).tags}


def test_chat_stores_and_shows_what_was_sent_and_nothing_else(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    rasa.says = [Said("Fine.", cards=[{"product_id": "1", "title": "x"}], buttons=[{"title": "Go", "payload": "/go"}])]
    site.post(f"{path}/messages", json={"message_id": "first", "text": "a | b"}, headers=ada)
    site.cookies.set("lifecycle_chat", ada["Authorization"].removeprefix("Bearer "))
    known = elements(site.get("/chat").text) | {"table", "thead", "tbody", "tr", "th", "td", "div"}
    sent = []
    for number, text in enumerate(texts()):
        body = json.dumps({"message_id": f"m{number}", "text": text})  # a lone surrogate travels as its escape
        rasa.says = [Said(canonical(text) or "Pardon?")]
        answered = site.post(f"{path}/messages", content=body, headers={**ada, "Content-Type": "application/json"})
        assert answered.status_code == (200 if canonical(text) else 422), text
        sent += [canonical(text)] if canonical(text) else []
        if number % 25 == 24:
            assert_inert(site.get("/chat").text, known)
    with db.reading() as session:
        stored = session.scalars(
            sa.select(Message.text).where(Message.client_message_id.like("m%"), Message.role == "customer")
        )
        assert sorted(stored) == sorted(sent)
    kept = site.get(f"{path}/transcript", headers=ada)
    assert kept.headers["content-type"].startswith("text/plain") and sent[-1] in kept.text
    assert site.post(f"{path}/messages", json={"message_id": "x", "text": "x" * 1_001}, headers=ada).status_code == 413
    for size in (10_000, 1_000_000):
        assert (
            site.post(f"{path}/messages", json={"message_id": "x", "text": "x" * size}, headers=ada).status_code == 413
        )


def test_a_remark_of_a_survey_is_kept_and_shown_as_text(site: Site) -> None:
    ada = Ada(site)
    plain = [site.post(ada.survey, data={"score": each, "remark": "ok", "nonce": each * 32}).text for each in "089"]
    known = elements(site.get(ada.survey).text).union(*map(elements, plain))
    for number, text in enumerate(texts()):
        form = {
            "score": str(number % 11),
            "remark": text.encode("utf-8", "replace").decode(),
            "nonce": f"{number:032x}",
        }
        answered = site.post(ada.survey, data=form)
        assert answered.status_code < 500, text
        assert_inert(answered.text, known)
    with db.reading() as session:
        answer = session.scalars(sa.select(SurveyAnswer)).one()
        assert "'; DROP TABLE message; --" in answer.remark and "<script>window.hacked=1</script>" in answer.remark


def test_names_and_titles_of_orders_are_one_line_and_never_an_error_of_ours(site: Site) -> None:
    for number, text in enumerate(texts()):
        body = event(
            site,
            order_id=f"H-{number}",
            customer={"email": f"h{number}@example.com", "name": text},
            lines=[{"product_id": "jo-grinder-01", "title": text, "quantity": 1, "price": 1.0}],
        )
        answered = site.post("/hooks/orders", content=body, headers=signed(site, body, f"evt-{number}"))
        assert answered.status_code in (200, 400, 422), text
    with db.reading() as session:
        names = session.scalars(sa.select(Customer.name)).all()
        titles = session.scalars(sa.select(OrderLine.title)).all()
    wanted = {one_line(text) for text in texts()}
    assert len(names) >= 140 and set(names) <= wanted | {""}
    assert not [each for each in (*names, *titles) if "\n" in each or "\r" in each or "\x00" in each]


def test_a_feed_of_hostile_titles_is_shown_as_text_on_every_page(site: Site, tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    rows: list[dict[str, Any]] = [
        {
            "product_id": f"h{number}",
            "title": f"Kettle {text}",
            "description": text,
            "price": 10.0,
            "category": "Kettles",
        }
        for number, text in enumerate(texts())
    ]
    feed.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with db.transaction() as session:
        catalogue.import_feed(session, feed, now=site.clock())
        count = session.scalar(sa.select(sa.func.count()).select_from(Product))
    assert count == 150
    known = (
        elements(site.get("/products/h9").text) | elements(site.get("/categories/kettles").text) | {"br", "ul", "li"}
    )
    for number in range(150):
        page = site.get(f"/products/h{number}")
        assert page.status_code == 200
        assert_inert(page.text, known)
        picture = site.get(f"/pictures/h{number}.svg")
        assert (
            picture.status_code == 200
            and "<script" not in picture.text
            and "onload" not in picture.text.split("<title")[0]
        )
    assert_inert(site.get("/categories/kettles").text, known)
