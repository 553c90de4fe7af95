"""Staff read every conversation in the console, each as their role allows; a stranger sees a login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from lifecycle import cases, conversations, customers, db, interactions, orders, staff, surveys
from lifecycle.conversations import Heard, Said
from lifecycle.interactions import TurnFacts
from lifecycle.knowledge import gaps
from lifecycle.model import Article, AuditEvent, Delivery, Interaction, Staff, StaffSession
from lifecycle.orders import Buyer, Line, OrderEvent
from lifecycle.settings import settings
from lifecycle.web.console import gate, router

PASSWORD = "correct horse battery"
HASH = PasswordHasher().hash(PASSWORD)  # once: each account of each test has it
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7*7 }}'


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def client(database: sa.engine.Engine, clock: Clock) -> Iterator[TestClient]:
    """A browser that has not logged in, on a console without conversations."""
    app = FastAPI()
    app.include_router(router)
    app.state.clock = clock
    with db.transaction() as session:
        for role in staff.ROLES:
            session.add(
                Staff(
                    email=f"{role}@example.com", name=role.title(), role=role, password_hash=HASH, created_at=clock.now
                )
            )
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def login(client: TestClient) -> Callable[[str], TestClient]:
    def enter(role: str) -> TestClient:
        client.cookies.clear()
        with db.transaction() as session:
            row = session.scalar(sa.select(Staff).where(Staff.role == role))
            member = staff.Member(row.id, row.email, row.name, row.role)
            client.cookies.set("staff", staff.open_session(session, member, None, now=client.app.state.clock()))
        return client

    return enter


@pytest.fixture
def talk(database: sa.engine.Engine, now: datetime) -> str:
    """Ada asked for a grinder and pressed a button; two bubbles each."""
    with db.transaction() as session:
        ada = customers.find_or_create(session, email="ada@example.com", name="Ada Lovelace", now=now)
        opened = conversations.start(session, channel="web", customer_id=ada.id, now=now)
        said = [
            Said(
                "What will you brew?",
                buttons=[{"title": "Espresso", "payload": "/answer"}, {"title": "Filter", "payload": "/answer"}],
                cards=[
                    {
                        "product_id": "g1",
                        "title": "Quiet 40",
                        "price": "$129.00",
                        "image": "",
                        "url": "",
                        "reasons": ["62 dB"],
                    }
                ],
                details={"action": "action_recommend", "catalogue_version": 3, "needs": {"wanted": ["quiet"]}},
            )
        ]
        heard = Heard(f"a quiet grinder, write to ada@example.com {HOSTILE}", "m1", "recommend", 0.93)
        facts = TurnFacts(
            messages=2,
            customer_messages=1,
            topic="recommend",
            outcome="recommended",
            products=["g1"],
            stage="education",
        )
        conversations.record_turn(session, opened, heard=heard, said=said, facts=facts, turn_id="m1", now=now)
        espresso = Heard(
            "Espresso", "m2", "answer", 1.0, {"pressed": True, "entities": [{"entity": "brew", "value": "espresso"}]}
        )
        conversations.record_turn(
            session,
            opened,
            heard=espresso,
            said=[Said("Noted.")],
            facts=TurnFacts(messages=2, customer_messages=1),
            turn_id="m2",
            now=now,
        )
        return str(opened.id)


def routes() -> list[tuple[str, str, str | None]]:
    found = []
    for route in router.routes:
        assert isinstance(route, gate.ConsoleRoute), f"{route.path} does not pass the gate"
        found += [(method, route.path, route.console_role) for method in sorted(route.methods - {"HEAD"})]
    return found


def address(path: str) -> str:
    return (
        path.replace("{conversation_id}", "c0")
        .replace("{kind}", "csv")
        .replace("{name}", "console.css")
        .replace("{customer_id}", "999")
        .replace("{case_id}", "999")
        .replace("{gap_id}", "999")
        .replace("{view_id}", "999")
        .replace("{macro_id}", "999")
        .replace("{recommendation_id}", "999")
        .replace("{form}", "csv")
        .replace("{message_id}", "999")
    )


@pytest.mark.parametrize("method, path, role", routes())
def test_every_route_declares_a_role_and_lets_in_nobody_else(
    login: Callable[[str], TestClient], method: str, path: str, role: str | None
) -> None:
    assert role in gate.ROLE_NAMES, f"{method} {path} declares no role"
    if role == gate.ANYONE:
        assert path in ("/console/login", "/console/logout", "/console/static/{name}")
        return
    browser = login("viewer")
    browser.cookies.clear()
    stranger = browser.request(method, address(path))
    assert (stranger.status_code, stranger.headers["location"].split("?")[0]) == (303, "/console/login")
    for name in staff.ROLES:
        answer = login(name).request(method, address(path))
        allowed = role in staff.GRANTS[name]
        assert (answer.status_code == 403) == (not allowed), f"{name} {method} {path} → {answer.status_code}"


def test_a_route_without_a_role_is_closed(clock: Clock, login: Callable[[str], TestClient]) -> None:
    def forgotten() -> str:
        return "secret"

    browser = login("admin")
    browser.app.router.routes.append(gate.ConsoleRoute("/console/forgotten", forgotten))  # type: ignore[attr-defined]
    answer = browser.get("/console/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_login_gives_a_new_session_and_logout_ends_it(client: TestClient) -> None:
    client.cookies.set("staff", "chosen-by-a-stranger")
    client.post("/console/login", data={"email": "agent@example.com", "password": PASSWORD})
    token = [cookie.value for cookie in client.cookies.jar if cookie.name == "staff"][-1]
    assert token != "chosen-by-a-stranger"
    client.cookies.clear()
    client.cookies.set("staff", token)
    assert client.get("/console/conversations").status_code == 200
    client.post("/console/logout")
    client.cookies.clear()
    client.cookies.set("staff", token)
    assert client.get("/console/conversations").status_code == 303


def test_the_cookie_is_for_this_host_only_over_https(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    form = {"email": "agent@example.com", "password": PASSWORD}
    plain = client.post("/console/login", data=form).headers.get_list("set-cookie")[0]
    assert plain.startswith("staff=") and "HttpOnly" in plain and "samesite=lax" in plain.lower()
    monkeypatch.setenv("PUBLIC_URL", "https://care.example.com")
    settings.cache_clear()
    safe = client.post("/console/login", data=form).headers.get_list("set-cookie")[0]
    assert safe.startswith("__Host-staff=") and "Secure" in safe and "Path=/" in safe and "domain" not in safe.lower()


def test_a_session_ends_after_thirty_idle_minutes_and_the_page_is_found_again(
    login: Callable[[str], TestClient], clock: Clock
) -> None:
    browser = login("agent")
    for _ in range(3):
        clock.now += timedelta(minutes=25)
        assert browser.get("/console/conversations").status_code == 200
    clock.now += timedelta(minutes=31)
    answer = browser.get("/console/conversations?outcome=bought")
    assert answer.headers["location"] == "/console/login?next=%2Fconsole%2Fconversations%3Foutcome%3Dbought"


def test_login_leads_to_the_console_only(client: TestClient) -> None:
    for target in (
        "https://evil.example.com",
        "//evil.example.com",
        "/console//evil.example.com",
        "/\\evil.example.com",
    ):
        answer = client.post(
            "/console/login", data={"email": "agent@example.com", "password": PASSWORD, "next": target}
        )
        assert answer.headers["location"] == "/console"


def test_wrong_passwords_are_told_nothing_and_then_wait(client: TestClient) -> None:
    answers = [
        client.post("/console/login", data={"email": email, "password": "wrong"}).status_code
        for email in ["agent@example.com"] * staff.TRIES_PER_PAIR + ["agent@example.com"]
    ]
    assert answers == [401] * staff.TRIES_PER_PAIR + [429]
    known = client.post("/console/login", data={"email": "viewer@example.com", "password": "wrong"}).text
    unknown = client.post("/console/login", data={"email": "nobody@example.com", "password": "wrong"}).text
    assert known.replace("viewer@", "nobody@") == unknown


@pytest.mark.parametrize(
    "headers, sent",
    [
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "https://evil.example.com"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1:1"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1"}, True),
        ({"origin": "http://127.0.0.1"}, True),
        ({}, True),
    ],
)
def test_a_form_of_another_site_changes_nothing(
    login: Callable[[str], TestClient], talk: str, headers: dict[str, str], sent: bool
) -> None:
    answer = login("agent").post(f"/console/conversations/{talk}/reply", data={"text": "Hello Ada"}, headers=headers)
    assert answer.status_code == (303 if sent else 403)
    with db.reading() as session:
        assert [message.text for message in conversations.history(session, talk)].count("Hello Ada") == int(sent)


def test_an_empty_console_says_so(login: Callable[[str], TestClient]) -> None:
    assert "No conversations yet" in login("viewer").get("/console/conversations").text


def test_the_list_shows_stage_outcome_and_the_last_words(login: Callable[[str], TestClient], talk: str) -> None:
    page = login("agent").get("/console/conversations").text
    for text in ("Ada Lovelace", "Discovery", "Education", "Recommended", "Noted.", f"/console/conversations/{talk}"):
        assert text in page


def test_a_filter_in_the_address_narrows_and_an_unreadable_one_is_named(
    login: Callable[[str], TestClient], talk: str
) -> None:
    browser = login("agent")
    for query, found in [
        ("outcome=recommended", True), ("outcome=bought", False), ("stage=education", True), ("product=g1", True),
        ("product=g2", False), ("q=quiet+grinder", True), ("q=lovelace", True), ("q=100%25", False),
        ("score=nps", False), ("fallback=1", False), ("needs_human=1", False), ("since=2026-11-03", False),
        ("since=2026-11-02&until=2026-11-02", True), ("channel=web&purpose=visit&topic=recommend", True),
    ]:  # fmt: skip
        page = browser.get(f"/console/conversations?{query}")
        assert (talk in page.text) == found, query
        assert page.status_code == 200
    page = browser.get("/console/conversations?since=yesterday&outcome=great&score_min=9")
    assert page.status_code == 200 and talk in page.text
    assert (
        "“yesterday” is no day" in page.text and "“great” is no outcome" in page.text and "kind of score" in page.text
    )
    assert browser.get("/console/conversations?before=nonsense").status_code == 400
    assert "No conversation matches" in browser.get("/console/conversations?q=zebra").text


def test_the_transcript_shows_both_sides_and_the_pressed_button(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("agent")
    page = browser.get(f"/console/conversations/{talk}").text
    for text in ("What will you brew?", "Quiet 40", "62 dB", "Filter", "Noted.", "ada@example.com"):
        assert text in page
    assert 'class="pressed">Espresso' in page
    assert "action_recommend" not in page
    why = browser.get(f"/console/conversations/{talk}?why=1").text
    for text in ("action_recommend", "Catalogue version", "0.93", "quiet", "brew espresso"):
        assert text in why


def test_hostile_words_are_text(login: Callable[[str], TestClient], talk: str) -> None:
    for path in (
        f"/console/conversations/{talk}?why=1",
        "/console/conversations",
        f"/console/conversations?q={HOSTILE}",
    ):
        page = login("agent").get(path)
        assert "<script>alert" not in page.text and "<img src=x" not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]


def test_no_page_needs_inline_script_or_style(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("admin")
    for path in [address(path).replace("c0", talk) for method, path, _ in routes() if method == "GET"]:
        answer = browser.get(path)
        for name in gate.HEADERS:
            assert name in answer.headers, path
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "style=" not in answer.text and "<style" not in answer.text and "onclick" not in answer.text, path


def test_a_viewer_reads_without_personal_data(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("viewer")
    for path in ("/console/conversations", f"/console/conversations/{talk}?why=1"):
        page = browser.get(path).text
        assert "Ada Lovelace" not in page and "Lovelace" not in page and "ada@example.com" not in page
        assert "A•••" in page
    assert talk not in browser.get("/console/conversations?q=lovelace").text
    assert "ada@example.com" in login("privacy").get(f"/console/conversations/{talk}").text


def test_reading_and_exporting_are_written_down(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("agent")
    browser.get(f"/console/conversations/{talk}")
    browser.get("/console/conversations.csv?outcome=recommended")
    with db.reading() as session:
        trail = [(event.action, event.object_id) for event, _ in staff.audit_trail(session)]
    assert trail[:2] == [("export", "csv"), ("read", talk)]
    assert "agent@example.com" in login("admin").get("/console/team").text


def test_an_unknown_conversation_is_said_to_be_none(login: Callable[[str], TestClient]) -> None:
    answer = login("agent").get("/console/conversations/0000")
    assert answer.status_code == 404 and "no such conversation" in answer.text


def test_an_agents_reply_reaches_the_customers_chat(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("agent")
    assert browser.post(f"/console/conversations/{talk}/reply", data={"text": " \n"}).status_code == 400
    assert browser.post(f"/console/conversations/{talk}/reply", data={"text": "x" * 1001}).status_code == 400
    assert browser.post(f"/console/conversations/{talk}/reply", data={"text": "A person here."}).status_code == 303
    with db.reading() as session:
        last = conversations.public(conversations.history(session, talk)[-1])
        assert (last["role"], last["text"]) == ("staff", "A person here.")
        assert interactions.of(session, talk).message_count == 5
    assert "A person here." in browser.get(f"/console/conversations/{talk}").text


def test_a_disabled_account_is_out_at_once(login: Callable[[str], TestClient], now: datetime) -> None:
    browser = login("agent")
    with db.transaction() as session:
        staff.set_active(session, "agent@example.com", False, now=now)
        assert session.scalar(sa.select(sa.func.count(StaffSession.id))) == 0
    assert browser.get("/console/conversations").status_code == 303


def test_csv_and_json_lines_are_the_filtered_view(login: Callable[[str], TestClient], talk: str) -> None:
    browser = login("agent")
    for kind in ("csv", "jsonl"):
        assert talk in browser.get(f"/console/conversations.{kind}?outcome=recommended").text
        assert talk not in browser.get(f"/console/conversations.{kind}?outcome=bought").text
    assert browser.get("/console/conversations.xls").status_code == 400
    assert browser.get("/console/conversations.csv?outcome=great").status_code == 400
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Interaction.id))) == 1
        assert session.scalar(sa.select(sa.func.count(AuditEvent.id)).where(AuditEvent.action == "export")) == 4


@pytest.fixture
def case(talk: str, now: datetime) -> int:
    """Ada's lid is loose, said in her chat."""
    with db.transaction() as session:
        ada = customers.by_email(session, "ada@example.com")
        opened = cases.open(
            session, source_key="k", kind="problem", subject="The lid is loose", customer_id=ada.id,
            conversation_id=talk, summary={"said": "lid, call 0151 2345 6789"}, now=now,
        )  # fmt: skip
        return int(opened.id)


def test_an_agent_works_on_a_case_from_take_to_reopen(
    login: Callable[[str], TestClient], talk: str, case: int, clock: Clock
) -> None:
    browser = login("agent")

    def act(name: str, **data: str) -> int:
        clock.now += timedelta(minutes=1)
        return int(browser.post(f"/console/cases/{case}/{name}", data=data).status_code)

    assert "The lid is loose" in browser.get("/console/cases").text
    assert act("take") == act("reply", text="A new lid is on its way.") == act("note", text="batch 14") == 303
    page = browser.get(f"/console/cases/{case}").text
    assert "A new lid is on its way." in page and "batch 14" in page and "Release" in page
    assert "A new lid is on its way." in browser.get(f"/console/conversations/{talk}").text
    assert act("close", cause="because") == 400
    assert act("close", cause="damaged", text="lid sent") == 303
    assert act("reply", text="one more thing") == 409
    assert "The lid is loose" not in browser.get("/console/cases").text
    assert "The lid is loose" in browser.get("/console/cases?show=closed").text
    assert act("reopen") == act("release") == 303
    assert act("explode") == 400
    with db.reading() as session:
        row = cases.get(session, case)
        assert (row.state, row.reopened_count, row.owner_id) == ("open", 1, None)
        mails = session.scalars(sa.select(Delivery.template).where(Delivery.case_id == case)).all()
        trail = [event.action for event, _ in staff.audit_trail(session) if event.object_kind == "case"]
    assert mails == ["case_reply"]
    assert {"take", "reply", "note", "close", "reopen", "release", "read"} == set(trail)


def test_a_reply_becomes_knowledge_when_an_agent_says_so(login: Callable[[str], TestClient], case: int) -> None:
    browser = login("agent")
    browser.post(f"/console/cases/{case}/reply", data={"text": "Dear Ada, the lid turns to the left."})
    assert "Make it knowledge" in browser.get(f"/console/cases/{case}").text
    said = {"question": "How does the lid close?", "text": "Dear Ada, the lid turns to the left."}
    assert browser.post(f"/console/cases/{case}/publish", data=said).status_code == 400
    said["text"] = "The lid turns to the left."
    assert browser.post(f"/console/cases/{case}/publish", data=said).status_code == 303
    with db.reading() as session:
        assert session.scalars(sa.select(Article.body)).all() == ["The lid turns to the left."]


def test_what_nobody_may_know_of_a_case_is_masked(login: Callable[[str], TestClient], case: int) -> None:
    page = login("viewer").get(f"/console/cases/{case}").text
    assert "0151" not in page and "Lovelace" not in page and "Send reply" not in page
    assert "0151 2345 6789" in login("agent").get(f"/console/cases/{case}").text


def test_an_answer_to_a_gap_reaches_the_asker_and_the_next_shopper(
    login: Callable[[str], TestClient], talk: str, now: datetime
) -> None:
    with db.transaction() as session:
        gap_id = gaps.note_gap(session, "Is it free of PFAS?", topic="store_info", conversation_id=talk, now=now).id
    browser = login("agent")
    assert "Is it free of PFAS?" in browser.get("/console/gaps").text
    assert browser.post(f"/console/gaps/{gap_id}/answer", data={"text": " "}).status_code == 400
    assert browser.post(f"/console/gaps/{gap_id}/answer", data={"text": "Yes, all of it."}).status_code == 303
    assert "Is it free of PFAS?" not in browser.get("/console/gaps").text
    with db.reading() as session:
        last = conversations.history(session, talk)[-1]
        assert last.role == "staff" and "Yes, all of it." in last.text
        assert session.scalar(sa.select(Article.body).where(Article.kind == "answer")) == "Yes, all of it."


def test_a_journey_names_every_touchpoint_and_why_the_stage_changed(
    login: Callable[[str], TestClient], talk: str, case: int, now: datetime
) -> None:
    with db.transaction() as session:
        ada = customers.by_email(session, "ada@example.com")
        buyer = Buyer(email="ada@example.com")
        for kind, days in (("placed", 0), ("delivered", 3)):
            line = Line("g1", "Quiet 40", 1, 12900)
            at = now + timedelta(days=days)
            event = OrderEvent("generic", kind, kind, "JO-7", at, buyer, "USD", 12900, lines=(line,))
            orders.apply(session, event, now=at)
        survey = surveys.open(session, "nps", customer_id=ada.id, conversation_id=talk, now=now)
        surveys.answer(session, survey.id, 9, remark="so quiet", source="mail", source_id="1", now=now)
        customer_id = ada.id
    page = login("agent").get(f"/console/customers/{customer_id}").text
    for text in (
        "Order JO-7 placed", "$129.00", "Order JO-7 delivered", "NPS</abbr> 9", "so quiet", "The lid is loose",
        "Entered Purchase", "order placed", "Entered Advocacy", "promoter", f"/console/conversations/{talk}",
    ):  # fmt: skip
        assert text in page, text
    assert login("agent").get("/console/customers/4711").status_code == 404


def test_lists_and_figures_of_nothing_say_what_they_are(login: Callable[[str], TestClient]) -> None:
    browser = login("viewer")
    for path, text in [
        ("cases", "No cases yet"), ("customers", "No customers yet"), ("dashboard", "Nothing to count yet"),
        ("surveys", "No surveys yet"), ("follow-ups", "No follow-ups yet"), ("gaps", "No open gaps"),
        ("customers?stage=buyers", "is no stage"), ("cases?show=mine", "no cases called"),
        ("dashboard?days=x", "no period"),
        ("surveys?kind=stars", "is no survey"), ("follow-ups?state=lost", "is no state"),
    ]:  # fmt: skip
        answer = browser.get(f"/console/{path}")
        assert answer.status_code == 200 and text in answer.text, path
    for path in (
        "surveys?before=x",
        "follow-ups?before=-1",
        "customers?before=1e9",
        "customers/abc",
        "surveys?low=maybe",
    ):
        answer = browser.get(f"/console/{path}")
        assert answer.status_code == 400 and "<h1>Cannot be read</h1>" in answer.text, path
