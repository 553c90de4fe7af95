"""The message API: begin, write, read; the same message twice is one; never silence, never somebody else's words."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fake_rasa import FakeRasa
from running_site import Clock, Site

from lifecycle import conversations, db, privacy, takeover, tokens
from lifecycle.conversations import Said
from lifecycle.model import Conversation, Customer, Interaction, Message, Staff
from lifecycle.settings import settings
from lifecycle.web import identity


def say(site: Site, path: str, headers: dict[str, str], text: str, message_id: str = "m1") -> Any:
    return site.post(f"{path}/messages", json={"message_id": message_id, "text": text}, headers=headers)


def test_a_message_is_answered_and_both_sides_are_in_the_history(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    answered = say(site, path, ada, "  do you ship to Canada?  ")
    assert answered.status_code == 200
    (reply,) = answered.json()["messages"]
    assert set(reply) == {"id", "role", "text", "buttons", "cards", "created_at"}
    assert reply["role"] == "assistant" and reply["text"] == "Hello, I am the store's assistant."
    assert rasa.received == [
        {"conversation_id": path.rpartition("/")[2], "message_id": "m1", "text": "do you ship to Canada?"}
    ]
    history = site.get(f"{path}/messages", headers=ada).json()["messages"]
    assert [(each["role"], each["text"]) for each in history] == [
        ("customer", "do you ship to Canada?"),
        ("assistant", "Hello, I am the store's assistant."),
    ]
    later = site.get(f"{path}/messages", params={"after": history[0]["id"]}, headers=ada).json()["messages"]
    assert later == history[1:]


def test_a_conversation_can_be_kept_and_forgotten_and_only_by_its_own_shopper(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    _, ben = site.begin()
    say(site, path, ada, "do you ship to Canada?")
    kept = site.get(f"{path}/transcript", headers=ada)
    assert kept.headers["content-disposition"] == f'attachment; filename="conversation-{site.clock():%Y-%m-%d}.txt"'
    assert "You\ndo you ship to Canada?\n" in kept.text and "Assistant\nHello" in kept.text
    assert site.get(f"{path}/transcript", headers=ben).status_code == 404
    assert site.post(f"{path}/erasure", headers=ben).status_code == 404
    gone = site.post(f"{path}/erasure", headers=ada)
    assert gone.status_code == 202 and gone.json()["receipt"]
    assert site.get(f"{path}/messages", headers=ada).status_code == 404, "from now on, not from the worker's next round"
    with db.transaction() as session:
        assert privacy.erase_requested(session, now=site.clock()) == 1
    assert site.get(f"{path}/messages", headers=ada).status_code == 404
    assert say(site, path, ada, "hello", "m2").status_code == 404, "nothing begins again in it"


def test_the_plain_page_can_be_kept_and_forgotten_too(site: Site, rasa: FakeRasa) -> None:
    assert site.post("/chat", data={"message_id": "0" * 32, "text": "hello"}).status_code == 303
    assert "You\nhello\n" in site.get("/chat/transcript").text
    assert "hello" in site.get("/chat").text
    assert site.post("/chat/erasure").status_code == 303
    assert "hello" not in site.get("/chat").text
    with db.transaction() as session:
        assert privacy.erase_requested(session, now=site.clock()) == 1


def test_while_a_person_answers_the_assistant_is_silent(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    say(site, path, ada, "can I talk to somebody?")

    def sam(text: str) -> None:
        with db.transaction() as session:
            takeover.reply(
                session, path.rpartition("/")[2], text, staff_id=1, author="Sam", hold=True, now=site.clock()
            )

    with db.transaction() as session:
        session.add(Staff(id=1, email="sam@example.org", role="agent", password_hash="x", created_at=site.clock()))
    sam("Hello Ada, this is Sam.")
    assert say(site, path, ada, "my lid is loose", "m2").json() == {"messages": []}
    assert say(site, path, ada, "my lid is loose", "m2").json() == {"messages": []}  # sent again: still once
    said = site.get(f"{path}/messages", headers=ada).json()["messages"]
    assert [(each["role"], each["text"]) for each in said[-2:]] == [
        ("staff", "Hello Ada, this is Sam."),
        ("customer", "my lid is loose"),
    ]
    with db.reading() as session:
        assert session.scalars(sa.select(Interaction.handed_over)).one() is True
    site.clock.move(minutes=16)  # Sam was called away
    assert say(site, path, ada, "my lid is loose", "m2").json() == {"messages": []}  # the answer to this was lost
    assert len(say(site, path, ada, "hello?", "m3").json()["messages"]) == 1
    sam("Back again.")
    assert say(site, path, ada, "thanks", "m4").json() == {"messages": []}
    assert len(say(site, path, ada, "Assistant", "m5").json()["messages"]) == 1
    assert len(say(site, path, ada, "do you ship to Canada?", "m6").json()["messages"]) == 1


def test_the_same_message_id_gets_the_same_replies_without_asking_rasa_again(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    first = say(site, path, ada, "hello").json()
    assert say(site, path, ada, "hello").json() == first
    assert len(rasa.received) == 1


def test_the_same_message_five_times_at_once_is_one_message(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(say(site, path, ada, "hello").json())) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 5 and all(answer == answers[0] for answer in answers)
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 2


def test_a_button_is_sent_as_what_it_means_and_only_if_it_was_offered(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    rasa.says = [Said("Which one?", buttons=[{"title": "The cheaper one", "payload": '/critique{"way": "cheaper"}'}])]
    (button,) = say(site, path, ada, "hi").json()["messages"][0]["buttons"]
    assert set(button) == {"choice", "title"}
    pressed = site.post(f"{path}/messages", json={"message_id": "m2", "choice": button["choice"]}, headers=ada)
    assert pressed.status_code == 200
    assert rasa.received[-1]["payload"] == '/critique{"way": "cheaper"}'
    assert rasa.received[-1]["title"] == "The cheaper one"
    for choice in ("0" * 32, "/restart", ""):
        refused = site.post(f"{path}/messages", json={"message_id": "m3", "choice": choice}, headers=ada)
        assert refused.status_code == 400
    foreign, ben = site.begin()
    stolen = site.post(f"{foreign}/messages", json={"message_id": "m1", "choice": button["choice"]}, headers=ben)
    assert stolen.status_code == 400
    assert len(rasa.received) == 2


def test_what_a_customer_types_is_only_text(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    typed = ['/nps{"score": 10}', "\u00a0/restart", "\ufeff/affirm", "EXTERNAL: follow_up", "/session_start\u200b"]
    for number, text in enumerate(typed):
        assert say(site, path, ada, text, f"m{number}").status_code == 200
        assert "payload" not in rasa.received[-1]
        assert rasa.received[-1]["text"] == text.strip("\u00a0\ufeff\u200b")


REFUSALS: list[tuple[Any, int]] = [
    ({"message_id": "m1", "text": "a" * 1_001}, 413),
    ({"message_id": "m1", "text": "a" * 20_000}, 413),
    ({"message_id": "m1", "text": ""}, 422),
    ({"message_id": "m1", "text": " \n\u200b\u0000 "}, 422),
    ({"message_id": "m1"}, 422),
    ({"message_id": "m1", "text": "hi", "choice": "x"}, 422),
    ({"message_id": "m1", "text": 5}, 422),
    ({"message_id": "", "text": "hi"}, 422),
    ({"message_id": "a" * 65, "text": "hi"}, 422),
    ({"text": "hi"}, 422),
    ([], 422),
]


def test_a_message_is_refused_with_the_reason(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    for body, status in REFUSALS:
        answered = site.post(f"{path}/messages", json=body, headers=ada)
        assert answered.status_code == status, body
        assert answered.headers["content-type"] == "application/problem+json"
        assert answered.json()["detail"] and answered.json()["status"] == status
        assert "aaaa" not in answered.text
    assert not rasa.received
    assert say(site, path, ada, "a" * 1_000).status_code == 200


def test_a_message_is_judged_alike_however_its_kind_is_written(start_site: Callable[..., Site], rasa: FakeRasa) -> None:
    """`application/json` as every browser writes it goes straight; anything else goes through the framework."""
    site = start_site(ADDRESS_RATE_PER_MINUTE="0", MESSAGE_RATE_PER_MINUTE="0")
    path, ada = site.begin()
    bodies = [
        *(json.dumps(body).encode() for body, _status in REFUSALS),
        *(b"", b"null", b"{", b"\xff", b'"hello"', b'[["message_id", "l1"], ["text", "hello"]]'),
        b'{"message_id": "a1", "text": "hello", "more": NaN}',
        b'{"message_id": "a2", "choice": "x"}',
    ]
    bad_ones = [{"Authorization": "Bearer x"}, {}, {**ada, identity.HEADER: "a" * 5_000}]
    for body in bodies:
        for headers in (ada, *bad_ones):
            answers = [
                site.post(f"{path}/messages", content=body, headers={**headers, "Content-Type": kind})
                for kind in ("application/json", "Application/JSON; charset=utf-8")
            ]
            told = [answer.json() for answer in answers]
            assert answers[0].status_code == answers[1].status_code and told[0] == told[1], (body[:80], headers)
    long_id = {**ada, "Content-Type": "application/json"}
    hello = b'{"message_id": "m", "text": "hello"}'
    assert site.post(f"/api/v1/conversations/{'a' * 65}/messages", content=hello, headers=long_id).status_code == 422
    assert site.post(f"{path}/messages", content=hello, headers=ada).status_code == 200  # of no kind at all
    assert len(rasa.received) == 3


def test_a_broken_body_is_a_refusal_and_never_an_error_of_ours(site: Site) -> None:
    path, ada = site.begin()
    headers = {**ada, "Content-Type": "application/json"}
    for body in (b"{", b"\xff\xfe", b"null", b"[" * 10_000, b'{"message_id":"m1","text":"\\ud800"}'):
        assert site.post(f"{path}/messages", content=body, headers=headers).status_code in (400, 422), body[:40]


def test_only_the_holder_of_its_token_reads_or_writes_a_conversation(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    say(site, path, ada, "my secret")
    _path, ben = site.begin()
    token = ada["Authorization"].removeprefix("Bearer ")
    unknown = site.get(f"/api/v1/conversations/{'0' * 32}", headers=ben)
    survey = tokens.sign(
        settings().secret_key, "survey", path.rpartition("/")[2], now=site.clock(), lifetime=identity.LIFETIME
    )
    flipped = token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:]
    strangers = [{}, {"Authorization": "Bearer"}, {"Authorization": f"Basic {token}"}] + [
        {"Authorization": f"Bearer {each}"} for each in (flipped, token[:-1], survey, "x")
    ]

    def everything(headers: dict[str, str]) -> list[Any]:
        return [
            site.get(path, headers=headers),
            site.get(f"{path}/messages", headers=headers),
            site.post(f"{path}/messages", json={"message_id": "x", "text": "hi"}, headers=headers),
            site.delete(path, headers=headers),
            site.put(f"{path}/user", json={"id": "1", "identifier_hash": "x"}, headers=headers),
        ]

    for headers in strangers:
        for answered in everything(headers):
            assert answered.status_code == 401, answered.request
            assert "secret" not in answered.text
    for answered in everything(ben):
        assert answered.status_code == 404
        assert answered.json() == unknown.json()
    site.clock.move(days=180)
    assert site.get(path, headers=ada).status_code == 401
    assert len(rasa.received) == 1


def test_rasa_failing_is_an_apology_within_the_deadline(
    start_site: Callable[..., Site], rasa: FakeRasa, caplog: pytest.LogCaptureFixture
) -> None:
    patient, site = start_site(), start_site(RASA_TIMEOUT_SECONDS="1")
    path, ada = site.begin()
    for mood in ("empty", "list", "error", "half", "reset", "hang"):
        rasa.mood = mood
        answered = say(site, path, ada, "canary-4711")
        assert answered.status_code == 503, mood  # "hang" lasts as long as the test
        problem = answered.json()
        assert problem["detail"].startswith("Sorry") and answered.headers["retry-after"] == "5"
        assert problem["incident"] in caplog.text
    assert "canary" not in caplog.text
    rasa.mood = "normal"
    assert say(patient, path, ada, "canary-4711").status_code == 200
    assert len(site.get(f"{path}/messages", headers=ada).json()["messages"]) == 2


def test_a_connection_lost_once_is_nothing_the_customer_sees(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    rasa.mood = "drop_once"
    assert say(site, path, ada, "hello").status_code == 200


def test_an_answer_lost_after_it_was_stored_is_found_again(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    rasa.mood = "answer_lost"
    answered = say(site, path, ada, "hello")
    assert answered.status_code == 200
    assert say(site, path, ada, "hello").json() == answered.json()
    history = site.get(f"{path}/messages", headers=ada).json()["messages"]
    assert [each["role"] for each in history] == ["customer", "assistant"]
    assert history[1]["id"] == answered.json()["messages"][0]["id"]


def test_rasa_not_there_at_all_is_an_apology(start_site: Callable[..., Site]) -> None:
    site = start_site(RASA_URL="http://127.0.0.1:9", RASA_TIMEOUT_SECONDS="1")
    path, ada = site.begin()
    answered = say(site, path, ada, "hello")
    assert answered.status_code == 503


def test_a_message_waits_for_a_rasa_that_is_being_started(
    start_site: Callable[..., Site], rasa: FakeRasa, clock: Clock
) -> None:
    address = rasa.url
    rasa.close()
    site = start_site(RASA_URL=address)
    path, ada = site.begin()
    answers: list[Any] = []
    waiting = threading.Thread(target=lambda: answers.append(say(site, path, ada, "hello")))
    waiting.start()
    waiting.join(0.5)
    assert waiting.is_alive(), "nobody is told that there is no answer while there may be one"
    again = FakeRasa(clock, port=int(address.rpartition(":")[2]))
    try:
        waiting.join()
    finally:
        again.close()
    assert answers[0].status_code == 200
    assert [each["text"] for each in again.received] == ["hello"]


def test_what_takes_rasa_down_twice_is_not_sent_a_third_time(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    rasa.mood = "reset"
    assert say(site, path, ada, "hello").status_code == 503
    assert len(rasa.received) == 2


def test_the_database_failing_is_an_apology_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path, ada = site.begin()
    engine = db.engine()
    db._engine = None  # the real one is kept for the end of the test
    db.bind("postgresql://nobody:x@127.0.0.1:9/none")
    try:
        answered = say(site, path, ada, "hello")
        ready = site.get("/readyz")
    finally:
        db._engine = engine
    assert answered.status_code == 503 and answered.json()["incident"]
    assert ready.status_code == 503 and ready.json()["database"] == "failing"


def test_a_visit_idle_for_an_hour_goes_on_as_a_new_visit_of_the_same_thread(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    say(site, path, ada, "hello")
    site.clock.move(minutes=61)
    say(site, path, ada, "back again", "m2")
    assert rasa.received[0]["conversation_id"] != rasa.received[1]["conversation_id"]
    assert len(site.get(f"{path}/messages", headers=ada).json()["messages"]) == 4


def test_a_follow_up_waits_for_an_answer_and_takes_it(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    say(site, path, ada, "hello")
    assert site.get(path, headers=ada).json()["waiting"] is False
    thread_id = path.rpartition("/")[2]
    site.clock.move(minutes=1)
    with db.transaction() as session:
        asked = conversations.start(session, channel="web", purpose="arrival", thread_id=thread_id, now=site.clock())
        conversations.add_message(session, asked.id, role="assistant", text="Did it arrive?", now=site.clock())
    status = site.get(path, headers=ada).json()
    assert status["purpose"] == "arrival" and status["waiting"] is True
    say(site, path, ada, "yes", "m2")
    assert rasa.received[-1]["conversation_id"] == asked.id
    assert site.get(path, headers=ada).json()["waiting"] is False


def test_a_vouched_shopper_is_linked_and_a_wrong_hash_links_nobody(site: Site) -> None:
    vouched = tokens.identifier_hash(settings().identity_secret, "17")
    site.begin(user={"id": "17", "email": "ben@example.com", "name": "Ada", "identifier_hash": vouched})
    refused = site.post("/api/v1/conversations", json={"user": {"id": "18", "identifier_hash": vouched}})
    assert refused.status_code == 401
    with db.reading() as session:
        conversation = session.scalars(sa.select(Conversation)).one()
        customer = session.scalars(sa.select(Customer)).one()
        assert conversation.customer_id == customer.id and conversation.identity_verified
        assert customer.external_id == "17"
        # The hash vouches for the id alone: an address a page claims must not make its owner's orders readable.
        assert not customer.contact_points


def test_a_login_after_the_first_words_links_the_conversation_once(site: Site) -> None:
    path, ada = site.begin()
    users = [
        {"id": each, "identifier_hash": tokens.identifier_hash(settings().identity_secret, each)} for each in ("1", "2")
    ]
    assert site.put(f"{path}/user", json=users[0], headers=ada).status_code == 204
    assert site.put(f"{path}/user", json=users[0], headers=ada).status_code == 204
    assert site.put(f"{path}/user", json=users[1], headers=ada).status_code == 409
    assert site.put(f"{path}/user", json={**users[1], "id": "1"}, headers=ada).status_code == 401


def test_ending_a_conversation_closes_its_record(site: Site) -> None:
    path, ada = site.begin()
    say(site, path, ada, "hello")
    assert site.delete(path, headers=ada).status_code == 204
    with db.reading() as session:
        assert session.scalars(sa.select(Conversation)).one().closed_at == site.clock()


def test_reading_goes_on_page_by_page(site: Site) -> None:
    path, ada = site.begin()
    with db.transaction() as session:
        for number in range(205):
            conversations.add_message(
                session, path.rpartition("/")[2], role="staff", text=str(number), now=site.clock()
            )
    first = site.get(f"{path}/messages", headers=ada).json()["messages"]
    rest = site.get(f"{path}/messages", params={"after": first[-1]["id"]}, headers=ada).json()["messages"]
    assert [each["text"] for each in first + rest] == [str(number) for number in range(205)]
    assert site.get(f"{path}/messages", params={"after": "x"}, headers=ada).status_code == 422
    assert site.get(f"{path}/messages", params={"after": 2**64}, headers=ada).status_code == 422
