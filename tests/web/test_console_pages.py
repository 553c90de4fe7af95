"""Pages of the console beside inbox and dashboard: loyalty, set-up, taking a conversation over."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from test_console import PASSWORD, Clock, case, client, clock, login, talk

from lifecycle import cases, conversations, customers, db, knowledge, privacy, staff
from lifecycle.conversations import Heard
from lifecycle.interactions import TurnFacts
from lifecycle.model import Conversation, ShopEvent, ShopOrder
from lifecycle.settings import settings
from lifecycle.web.assets import widget_integrity

__all__ = ["case", "client", "clock", "login", "talk"]


def fields(page: str) -> dict[str, str]:
    """What the forms of a page would send, of its hidden fields and texts."""
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    texts = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in (*inputs, *texts)}


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


def test_a_session_that_ended_in_the_middle_of_a_form_loses_no_word(
    login: Callable[[str], TestClient], talk: str, now: datetime
) -> None:
    browser = login("agent")
    browser.app.state.clock.now += timedelta(minutes=31)  # type: ignore[attr-defined]
    text = "Dear Ada,\n\nit is </textarea><b>on</b> its way."
    where = f"/console/conversations/{talk}/reply"
    page = browser.post(where, data={"text": text, "hold": "1"})
    assert page.status_code == 401 and "what you typed is still here" in page.text
    form = fields(page.text)
    assert form["typed:text"] == text and form["target"] == where
    wrong = browser.post("/console/login", data={**form, "email": "agent@example.com", "password": "wrong"})
    assert fields(wrong.text)["typed:text"] == text
    back = browser.post("/console/login", data={**form, "email": "agent@example.com", "password": PASSWORD})
    assert "Nothing was lost" in back.text and fields(back.text) == {"text": text, "hold": "1"}
    token = [cookie.value for cookie in browser.cookies.jar if cookie.name == "staff"][-1]
    browser.cookies.clear()
    browser.cookies.set("staff", token)
    assert browser.post(where, data=fields(back.text)).status_code == 303
    with db.reading() as session:
        said = [message.text for message in conversations.history(session, talk)]
    assert said.count(text) == 1  # once, and only when it was sent again


def test_what_was_typed_goes_to_no_other_site(client: TestClient) -> None:
    form = {"email": "agent@example.com", "password": PASSWORD, "typed:text": "hello"}
    for target in ("https://evil.example.com/", "//evil.example.com", "/api/v1/conversations"):
        assert client.post("/console/login", data={**form, "target": target}).status_code == 303


def test_labels_and_notes_are_staffs_own(login: Callable[[str], TestClient], talk: str) -> None:
    browser, where = login("agent"), f"/console/conversations/{talk}"
    assert browser.post(f"{where}/labels", data={"label": " Gift  for Mum "}).status_code == 303
    assert browser.post(f"{where}/labels", data={"label": "gift for mum"}).status_code == 303
    assert browser.post(f"{where}/labels", data={"label": "x" * 41}).status_code == 400
    assert browser.post(f"{where}/notes", data={"text": "she rang, too"}).status_code == 303
    assert browser.post(f"{where}/notes", data={"text": " "}).status_code == 400
    page = browser.get(where).text
    assert page.count('name="remove" value="gift for mum"') == 1 and "she rang, too" in page
    assert talk in browser.get("/console/conversations?label=gift+for+mum").text
    assert browser.post(f"{where}/labels", data={"remove": "gift for mum"}).status_code == 303
    assert talk not in browser.get("/console/conversations?label=gift+for+mum").text
    with db.reading() as session:
        assert "she rang, too" not in [message.text for message in conversations.history(session, talk)]
    for path in ("labels", "notes"):
        assert browser.post(f"/console/conversations/none/{path}", data={"label": "a", "text": "b"}).status_code == 404


def test_a_view_is_kept_for_oneself_or_for_everybody(login: Callable[[str], TestClient], talk: str) -> None:
    agent = login("agent")
    query = "outcome=recommended&stage=education"
    assert agent.post("/console/views", data={"name": "To chase", "query": query}).status_code == 303
    assert agent.post("/console/views", data={"name": "Ours", "query": query, "shared": "1"}).status_code == 303
    assert agent.post("/console/views", data={"name": "", "query": query}).status_code == 400
    assert agent.post("/console/views", data={"name": "Nothing", "query": ""}).status_code == 400
    page = agent.get("/console/conversations").text
    assert "To chase" in page and "Ours" in page
    other = login("viewer").get("/console/conversations").text
    assert "To chase" not in other and "Ours" in other
    mine = re.findall(r"/console/views/(\d+)/delete", login("agent").get(f"/console/conversations?{query}").text)
    assert len(mine) == 2
    assert login("viewer").post(f"/console/views/{mine[0]}/delete").status_code == 404
    assert login("agent").post(f"/console/views/{mine[0]}/delete").status_code == 303


def test_past_the_end_and_a_customer_who_is_gone_are_said(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("agent")
    page = browser.get("/console/conversations?before=2020-01-01T00:00:00Z~1")
    assert page.status_code == 200 and "Past the end" in page.text and "To the newest" in page.text
    assert "There is no customer 4711." in browser.get("/console/conversations?customer=4711").text
    with db.transaction() as session:
        ada = customers.by_email(session, "ada@example.com").id
        privacy.erase_customer(session, ada, now=datetime.now(timezone.utc))
    assert f"Customer {ada} was erased" in browser.get(f"/console/conversations?customer={ada}").text


@pytest.mark.parametrize("place", ["customers", "surveys", "follow-ups", "cases"])
def test_every_list_has_an_end_that_says_so(login: Callable[[str], TestClient], place: str) -> None:
    before = "2020-01-01T00:00:00Z~1" if place == "cases" else "0"
    shown = login("viewer").get(f"/console/{place}?before={before}")
    assert shown.status_code == 200 and "Past the" in shown.text


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("customers/99999999999999999999", "nothing of this number"),
        ("cases/99999999999999999999", "nothing of this number"),
        ("follow-ups?step=smalltalk", "“smalltalk” is no step"),
        ("phrases?days=tomorrow", "“tomorrow” is no period"),
        ("customers.csv?stage=heaven", "“heaven” is no stage"),
        ("surveys.jsonl?kind=love", "“love” is no kind"),
        ("follow-ups.csv?state=lost", "“lost” is no state"),
    ],
)
def test_what_does_not_parse_is_named(login: Callable[[str], TestClient], place: str, said: str) -> None:
    shown = login("agent").get(f"/console/{place}")
    assert shown.status_code < 500 and said in html.unescape(shown.text)


def test_two_agents_on_one_case_are_told_of_each_other(login: Callable[[str], TestClient], case: int) -> None:
    seen = fields(login("agent").get(f"/console/cases/{case}").text)["seen"]
    assert login("admin").post(f"/console/cases/{case}/reply", data={"text": "It is on its way."}).status_code == 303
    late = login("agent").post(f"/console/cases/{case}/reply", data={"text": "My own answer", "seen": seen})
    assert late.status_code == 409 and "Somebody changed this case" in late.text
    assert "It is on its way." in late.text and ">My own answer</textarea>" in late.text
    again = {"text": "My own answer", "seen": fields(late.text)["seen"]}
    assert login("agent").post(f"/console/cases/{case}/reply", data=again).status_code == 303
    with db.reading() as session:
        texts = [text for _, text, _ in cases.status(session, case, now=datetime.now(timezone.utc)).replies]
    assert texts == ["It is on its way.", "My own answer"]


def test_a_case_made_urgent_is_due_sooner_and_a_late_one_is_said_so(
    login: Callable[[str], TestClient], case: int, clock: Clock
) -> None:
    with db.reading() as session:
        due = cases.get(session, case).due_at
    browser = login("agent")
    assert browser.post(f"/console/cases/{case}/priority", data={"priority": "high"}).status_code == 303
    assert browser.post(f"/console/cases/{case}/priority", data={"priority": "now"}).status_code == 400
    with db.reading() as session:
        sooner = cases.get(session, case).due_at
    assert sooner < due
    clock.now = sooner - timedelta(hours=2)
    assert "The reply is due in 2 h" in login("agent").get(f"/console/cases/{case}").text
    clock.now = sooner + timedelta(hours=3)
    page = login("agent").get(f"/console/cases/{case}").text
    assert "The reply promised for" in page and "3 h late" in page
    assert "The lid is loose" in login("agent").get("/console/cases?show=late").text


@pytest.mark.parametrize("show", ["open", "all"])
def test_a_long_queue_has_pages_and_each_case_is_on_one_of_them(
    login: Callable[[str], TestClient], now: datetime, show: str
) -> None:
    with db.transaction() as session:
        for number in range(120):
            at = now - timedelta(hours=number // 3)
            subject = f"Broken {number:03d}"
            cases.open(session, source_key=subject, kind="problem", subject=subject, customer_id=None, now=at)
    browser, address = login("agent"), f"/console/cases?show={show}"
    read: list[str] = []
    while address:
        page = browser.get(address).text
        read += re.findall(r"Broken \d{3}", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = html.unescape(further[1]) if further else ""
    assert len(read) == 120 and set(read) == {f"Broken {number:03d}" for number in range(120)}
    assert "Past the last case" in browser.get("/console/cases?show=open&before=2099-01-01T00:00:00Z~9").text
    assert browser.get("/console/cases?before=nonsense").status_code == 400


def test_a_macro_is_filled_in_for_the_case_at_hand(login: Callable[[str], TestClient], case: int) -> None:
    browser = login("agent")
    assert browser.post("/console/macros", data={"title": "Sorry", "text": "Dear {name}, by {due}."}).status_code == 303
    assert browser.post("/console/macros", data={"title": "Bad", "text": "{iban}"}).status_code == 400
    page = html.unescape(browser.get(f"/console/cases/{case}").text)
    assert 'value="Dear Ada, by ' in page
    assert login("viewer").get("/console/macros").status_code == 403
    (number,) = re.findall(r"/console/macros/(\d+)/delete", login("agent").get("/console/macros").text)
    assert login("agent").post(f"/console/macros/{number}/delete").status_code == 303
    assert "Sorry" not in login("agent").get("/console/macros").text


def test_each_list_is_the_file_of_its_view(
    login: Callable[[str], TestClient], talk: str, case: int, now: datetime
) -> None:
    browser = login("agent")
    with db.transaction() as session:
        knowledge.note_gap(session, "=is it loud?", topic="", conversation_id=talk, now=now)
    assert "/console/gaps.csv" in browser.get("/console/gaps").text
    for path, view, rows in (
        ("customers.csv?stage=education", "v_customers", 1),
        ("customers.csv?stage=advocacy", "v_customers", 0),
        ("customers.csv?q=lovelace", "v_customers", 1),
        ("cases.csv", "v_cases", 1),
        ("cases.csv?show=closed", "v_cases", 0),
        ("surveys.csv?answered=no", "v_survey_answers", 0),
        ("follow-ups.csv?state=sent", "v_follow_ups", 0),
        ("gaps.csv", "v_content_gaps", 1),
        ("gaps.csv?answered=1", "v_content_gaps", 0),
        (f"conversations/{talk}/messages.csv", "v_messages", 4),
    ):
        answer = browser.get(f"/console/{path}")
        assert answer.headers["content-type"].startswith("text/csv"), path
        found = list(csv.reader(io.StringIO(answer.text)))
        with db.reading() as session:
            assert found[0] == list(session.execute(sa.text(f"SELECT * FROM {view}")).keys())
        assert len(found) - 1 == rows, path
    with db.reading() as session:
        exports = [event.object_kind for event, _ in staff.audit_trail(session) if event.action == "export"]
    assert len(exports) == 10
    assert browser.get("/console/conversations/none/messages.csv").status_code == 404
    assert browser.get("/console/cases.csv?show=lost").status_code == 400
    assert browser.get("/console/customers.pdf").status_code == 400


def test_pages_and_their_files_travel_compressed(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("agent")
    for path in ("conversations", f"conversations/{talk}", "dashboard", "static/console.css"):
        answer = browser.get(f"/console/{path}", headers={"accept-encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip" and answer.headers["vary"] == "Accept-Encoding"
        plain = browser.get(f"/console/{path}", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers and plain.text == answer.text
        assert int(answer.headers["content-length"]) < len(plain.content) / 2


def test_unclear_words_are_reviewed_and_leave_as_a_file(
    login: Callable[[str], TestClient], talk: str, now: datetime
) -> None:
    with db.transaction() as session:
        conversations.record_turn(
            session, session.get(Conversation, talk), heard=Heard("asdf qwer", "m9", "out_of_scope", 0.2, {}),
            said=[], facts=TurnFacts(), turn_id="m9", now=now - timedelta(hours=1),
        )  # fmt: skip
        number = conversations.history(session, talk)[-1].id
    assert "asdf qwer" in login("viewer").get("/console/phrases").text
    browser = login("agent")
    assert browser.post(f"/console/phrases/{number}", data={"intent": "nonsense"}).status_code == 400
    assert browser.post(f"/console/phrases/{number}", data={"intent": "greet"}).status_code == 303
    assert "asdf qwer" not in browser.get("/console/phrases").text
    assert "- intent: greet\n  examples: |\n    - asdf qwer\n" in browser.get("/console/phrases.yml").text
    assert "No themes yet" in browser.get("/console/themes?days=x").text


def test_a_role_sees_of_each_object_what_it_may(login: Callable[[str], TestClient], talk: str, case: int) -> None:
    """Every page that shows an object, for every role: its words for all, its person for those who may."""
    with db.reading() as session:
        ada = customers.by_email(session, "ada@example.com").id
    pages = (f"conversations/{talk}", f"conversations/{talk}?why=1", f"customers/{ada}", f"cases/{case}")
    files = (f"conversations/{talk}/messages.csv", "conversations.csv", "customers.csv", "cases.csv", "surveys.csv",
             "follow-ups.csv", "gaps.csv", "phrases.yml")  # fmt: skip
    for role in staff.ROLES:
        browser = login(role)
        sees = role in ("agent", "admin", "privacy")
        for page in pages:
            answer = browser.get(f"/console/{page}")
            assert answer.status_code == 200 and ("Lovelace" in answer.text) == sees, (role, page)
        for file in files:
            assert browser.get(f"/console/{file}").status_code == (200 if role in ("agent", "admin") else 403), (
                role,
                file,
            )
        for path in ("team", "install"):
            assert browser.get(f"/console/{path}").status_code == (200 if role == "admin" else 403), (role, path)
