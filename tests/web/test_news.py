"""An open window with nothing to read costs the database nothing, and never misses or sees what it should not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from fake_rasa import FakeRasa
from running_site import Site

from lifecycle import conversations, db, privacy, tokens
from lifecycle.settings import settings
from lifecycle.web import news


@pytest.fixture
def queries(database: sa.engine.Engine) -> Iterator[list[str]]:
    """What the database is asked."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    sa.event.listen(database, "before_cursor_execute", note)
    yield asked
    sa.event.remove(database, "before_cursor_execute", note)


@pytest.fixture(autouse=True)
def looks_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer from memory is older than the request, and a slow machine does not count as seldom asked."""
    monkeypatch.setattr(news, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(news, "GAP_SECONDS", 600.0)


@pytest.fixture
def ada(site: Site, rasa: FakeRasa) -> tuple[str, dict[str, str], int]:
    """A conversation with one message and its answer: path, headers, the id of the last word."""
    path, headers = site.begin()
    site.post(f"{path}/messages", json={"message_id": "m1", "text": "hello"}, headers=headers)
    said = site.get(f"{path}/messages", headers=headers).json()["messages"]
    return f"{path}/messages", headers, said[-1]["id"]


def poll(site: Site, path: str, headers: dict[str, str], after: int) -> list[str]:
    answered = site.get(path, params={"after": after}, headers=headers)
    assert answered.status_code == 200, answered.text
    assert answered.headers["cache-control"] == "no-store"
    return [message["text"] for message in answered.json()["messages"]]


def told(site: Site, ada: tuple[str, dict[str, str], int], queries: list[str]) -> None:
    """Let the window be told that there is nothing, until that comes from memory."""
    for _ in range(3):
        queries.clear()
        assert poll(site, *ada) == []
    assert not queries, "the control: it is answered from memory"


def test_a_window_with_nothing_to_read_asks_the_database_nothing(
    site: Site, ada: tuple[str, dict[str, str], int], queries: list[str]
) -> None:
    told(site, ada, queries)
    assert site.get("/metrics").text.count('messages",status="200"}') >= 2, "it is counted like any other"


def test_what_others_say_shows_at_once_in_its_window_and_disturbs_no_other(
    site: Site, ada: tuple[str, dict[str, str], int], queries: list[str]
) -> None:
    path, headers, last = ada
    other_path, ben = site.begin()
    told(site, ada, queries)
    told(site, (f"{other_path}/messages", ben, 0), queries)
    with db.transaction() as session:
        thread_id = path.split("/")[-2]
        conversations.add_message(session, thread_id, role="staff", text="Sam here.", now=site.clock())
    assert poll(site, path, headers, last) == ["Sam here."]
    queries.clear()
    assert poll(site, f"{other_path}/messages", ben, 0) == []
    assert not queries
    assert poll(site, path, headers, 0)[-1] == "Sam here.", "from an older word on there is more to read"


def test_one_s_own_message_and_its_answer_show_at_once(
    site: Site, ada: tuple[str, dict[str, str], int], queries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(site, ada, queries)
    monkeypatch.setattr(news, "LOOK_SECONDS", 600.0)
    path, headers, last = ada
    site.post(path, json={"message_id": "m2", "text": "thanks"}, headers=headers)
    assert poll(site, path, headers, last)[0] == "thanks"


def test_memory_lets_nobody_in(site: Site, ada: tuple[str, dict[str, str], int], queries: list[str]) -> None:
    path, headers, last = ada
    _, ben = site.begin()
    told(site, ada, queries)

    def status(**other: str) -> int:
        return site.get(path, params={"after": last}, headers={**headers, **other}).status_code

    assert status(Authorization=ben["Authorization"]) == 404
    assert status(Authorization=headers["Authorization"][:-1]) == 401
    assert site.get(path, params={"after": last}).status_code == 401
    vouched = {"id": "17", "identifier_hash": tokens.identifier_hash(settings().identity_secret, "17")}
    assert site.put(path.replace("/messages", "/user"), json=vouched, headers=headers).status_code == 204
    assert status() == 401, "from now on the store has to vouch"
    told(site, (path, {**headers, "X-Identity": vouched["identifier_hash"]}, last), queries)
    assert status() == 401
    assert status(**{"X-Identity": "0" * 64}) == 401
    with db.transaction() as session:  # asked for in another process
        privacy.request_erasure(session, thread_id=path.split("/")[-2], now=site.clock())
    assert status(**{"X-Identity": vouched["identifier_hash"]}) == 404
    site.clock.move(days=200)
    assert status(**{"X-Identity": vouched["identifier_hash"]}) == 401


def test_a_database_that_fails_is_said(
    site: Site, ada: tuple[str, dict[str, str], int], queries: list[str], database: sa.engine.Engine
) -> None:
    told(site, ada, queries)
    path, headers, last = ada
    with database.connect() as connection:  # a commit, and then no table
        connection.exec_driver_sql("ALTER TABLE message RENAME TO hidden")
        connection.commit()
    assert site.get(path, params={"after": last}, headers=headers).status_code == 503


def test_what_memory_answers_counts_as_a_read(
    start_site: Callable[..., Site], rasa: FakeRasa, queries: list[str]
) -> None:
    site = start_site(ADDRESS_RATE_PER_MINUTE="2")
    path, headers = site.begin()
    statuses = [
        site.get(f"{path}/messages", params={"after": 0}, headers=headers).status_code for _ in range(2 * 10 + 1)
    ]
    assert statuses == [200] * 20 + [429]


def test_a_shop_s_own_page_may_read_what_memory_answers(
    start_site: Callable[..., Site], rasa: FakeRasa, queries: list[str]
) -> None:
    site = start_site(ALLOWED_ORIGINS="https://shop.example")
    path, headers = site.begin()
    told(site, (f"{path}/messages", headers, 0), queries)
    answered = site.get(f"{path}/messages?after=0", headers={**headers, "Origin": "https://shop.example"})
    assert not queries
    assert answered.headers["access-control-allow-origin"] == "https://shop.example"
    assert "default-src 'self'" in answered.headers["content-security-policy"]
