"""What a request passes first: floods do not hurt others, big bodies are not read, the address cannot be made up."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest
from fake_rasa import FakeRasa
from hypothesis import given
from hypothesis import strategies as st
from running_site import Site

from lifecycle import text as texts
from lifecycle.web import guard
from lifecycle.web.problems import Problem


class Minute:
    """The clock of the limits, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 1_000_000.0
        monkeypatch.setattr(time, "time", lambda: self.at)


def test_twenty_messages_a_minute_and_not_one_more(
    start_site: Callable[..., Site], rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = start_site(ADDRESS_RATE_PER_MINUTE="1000")
    minute = Minute(monkeypatch)
    path, ada = site.begin()
    other, ben = site.begin()

    def say(where: str, who: dict[str, str], number: int) -> int:
        body = {"message_id": f"m{number}", "text": "hello"}
        answered = site.post(f"{where}/messages", json=body, headers=who)
        if answered.status_code == 429:
            assert answered.headers["content-type"] == "application/problem+json"
            assert 1 <= int(answered.headers["retry-after"]) <= 60
        return answered.status_code

    assert [say(path, ada, number) for number in range(20)] == [200] * 20
    assert say(path, ada, 20) == 429
    assert say(path, ada, 3) == 200, "what is known already is only read"
    assert say(other, ben, 0) == 200, "Ben is not slowed down by Ada"
    minute.at += 59
    assert say(path, ada, 20) == 429
    minute.at += 2
    assert say(path, ada, 20) == 200
    assert len(rasa.received) == 22


def test_sixty_a_minute_from_one_address_whatever_it_claims_to_be(site: Site) -> None:
    statuses = [
        site.post("/api/v1/conversations", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(61)
    ]
    assert statuses == [201] * 60 + [429]


def test_behind_our_own_proxy_the_address_is_the_one_it_wrote(start_site: Callable[..., Site]) -> None:
    site = start_site(TRUSTED_PROXIES="1", ADDRESS_RATE_PER_MINUTE="2")

    def begin(forwarded: str) -> int:
        return site.post("/api/v1/conversations", headers={"X-Forwarded-For": forwarded}).status_code

    assert [begin("1.1.1.1, 9.9.9.9"), begin("2.2.2.2, 9.9.9.9"), begin("3.3.3.3, 9.9.9.9")] == [201, 201, 429]
    assert begin("1.1.1.1, 8.8.8.8") == 201


def test_a_program_of_this_machine_is_not_limited_but_whoever_comes_through_a_proxy_is(
    start_site: Callable[..., Site],
) -> None:
    site = start_site(LIMIT_LOCAL_CALLERS="0", ADDRESS_RATE_PER_MINUTE="2", MESSAGE_RATE_PER_MINUTE="2")
    path, ada = site.begin()
    for number in range(5):
        site.begin()
        body = {"message_id": f"m{number}", "text": "hello"}
        assert site.post(f"{path}/messages", json=body, headers=ada).status_code == 200
    forwarded = {"X-Forwarded-For": "10.0.0.1"}
    assert [site.post("/api/v1/conversations", headers=forwarded).status_code for _ in range(3)] == [201, 201, 429]


def test_a_limit_of_zero_is_no_limit(start_site: Callable[..., Site]) -> None:
    site = start_site(MESSAGE_RATE_PER_MINUTE="0", ADDRESS_RATE_PER_MINUTE="0")
    path, ada = site.begin()
    for number in range(70):
        body = {"message_id": f"m{number}", "text": "hello"}
        assert site.post(f"{path}/messages", json=body, headers=ada).status_code == 200


def test_a_body_over_16_kb_is_refused_however_it_comes(site: Site) -> None:
    path, ada = site.begin()
    declared = site.post(f"{path}/messages", content=b"x" * 16_385, headers=ada)
    streamed = site.post(f"{path}/messages", content=(b"x" * 4_096 for _ in range(5)), headers=ada)
    assert [declared.status_code, streamed.status_code] == [413, 413]
    with socket.create_connection((site.base_url.host, site.base_url.port)) as raw:
        raw.sendall(f"POST {path}/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n".encode())
        assert raw.recv(64).startswith(b"HTTP/1.1 413"), "refused by its own word, before a byte of it comes"


@given(st.text(max_size=1_200))
def test_canonical_text_is_what_is_forwarded_or_refused(raw: str) -> None:
    clean = texts.canonical(raw)
    if not clean or len(clean) > texts.MESSAGE_LIMIT:
        with pytest.raises(Problem) as refused:
            guard.message_text(raw)
        assert refused.value.status == (413 if clean else 422)
    else:
        assert guard.message_text(raw) == clean == texts.canonical(clean)
