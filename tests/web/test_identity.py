"""Who is writing: the store's word, by HMAC or JWT, is asked for on every call about a conversation it vouched for."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jwt
import pytest
import sqlalchemy as sa
from running_site import Site

from lifecycle import customers, db, tokens
from lifecycle.model import Conversation, Customer
from lifecycle.settings import settings
from lifecycle.web import identity

PROJECT = Path(__file__).resolve().parents[2]
Call = Callable[[dict[str, str]], Any]


def word(
    site: Site, subject: Any = "17", *, secret: str = "", minutes: float = 30, algorithm: str = "HS256", **more: Any
) -> str:
    claims = {"sub": subject, "exp": int((site.clock() + timedelta(minutes=minutes)).timestamp()), **more}
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None},
        secret or settings().identity_secret,
        algorithm,
    )


def calls(site: Site, path: str) -> dict[str, Call]:
    """Every call about a conversation but the login itself, in an order that leaves it there to the last."""
    return {
        "status": lambda headers: site.get(path, headers=headers),
        "read": lambda headers: site.get(f"{path}/messages", headers=headers),
        "write": lambda headers: site.post(f"{path}/messages", json={"message_id": "m", "text": "hi"}, headers=headers),
        "download": lambda headers: site.get(f"{path}/transcript", headers=headers),
        "end": lambda headers: site.delete(path, headers=headers),
        "erase": lambda headers: site.post(f"{path}/erasure", headers=headers),
    }


def test_a_jwt_of_the_store_names_the_shopper_and_vouches_for_the_address(site: Site) -> None:
    site.begin(user={"token": word(site, email="ada@example.com", name="Ada")})
    with db.reading() as session:
        customer = session.scalars(sa.select(Customer)).one()
        assert (customer.external_id, customer.name) == ("17", "Ada")
        assert customers.email_of(session, customer.id) == "ada@example.com"
        assert session.scalars(sa.select(Conversation)).one().identity_verified


def test_any_other_token_is_refused_and_links_nobody(site: Site) -> None:
    ahead, days = site.clock() + timedelta(hours=1), site.clock() + timedelta(days=1)
    good = word(site)
    header, payload, signature = good.split(".")
    unsigned = jwt.encode({"sub": "17", "exp": int(days.timestamp())}, "", "none")
    refused = {
        "another secret": word(site, secret="x" * 48),
        "unsigned": unsigned,
        "another algorithm": word(site, algorithm="HS384"),
        "expired": word(site, minutes=-2),
        "not yet": word(site, nbf=int(ahead.timestamp()), minutes=600),
        "no end": word(site, exp=None),
        "an end that is no time": word(site, exp="tomorrow"),
        "nobody": word(site, subject=None),
        "an empty id": word(site, subject=""),
        "a long id": word(site, subject="x" * 129),
        "cut off": f"{header}.{payload}.",
        "changed": f"{header}.{payload[:-2]}{'A' if payload[-2] != 'A' else 'B'}{payload[-1]}.{signature}",
        "no token": "nonsense",
    }
    for kind, token in refused.items():
        answered = site.post("/api/v1/conversations", json={"user": {"token": token}})
        assert answered.status_code == 401, kind
        assert payload not in answered.text
    with db.reading() as session:
        assert not session.scalars(sa.select(Conversation)).all() and not session.scalars(sa.select(Customer)).all()


@pytest.mark.parametrize("kind", ["identifier_hash", "token"])
def test_every_call_about_a_vouched_conversation_needs_the_store_s_word(site: Site, kind: str) -> None:
    def vouch(shopper: str) -> dict[str, str]:
        if kind == "token":
            return {"token": word(site, shopper)}
        return {"id": shopper, "identifier_hash": tokens.identifier_hash(settings().identity_secret, shopper)}

    path, ada = site.begin()
    for call in ("status", "read", "write"):
        assert calls(site, path)[call](ada).is_success, "nobody has logged in yet"
    assert site.put(f"{path}/user", json=vouch("17"), headers=ada).status_code == 204
    own = {**ada, "X-Identity": vouch("17")[kind]}
    wrong = ["", "x", "a.b.c", vouch("18")[kind], word(site, minutes=-5), word(site, secret="y" * 48)]
    for name, call in calls(site, path).items():
        for each in wrong:
            answered = call({**ada, "X-Identity": each})
            assert answered.status_code == 401, (name, each)
            assert answered.json()["type"] == "urn:problem:identity" and "hi" not in answered.json()
        assert call(own).is_success, name


def test_a_word_that_has_run_out_is_asked_for_again_and_the_conversation_goes_on(site: Site) -> None:
    first = word(site)
    path, ada = site.begin(user={"token": first})
    read = calls(site, path)["read"]
    assert read({**ada, "X-Identity": first}).status_code == 200
    site.clock.move(minutes=31, seconds=30)
    assert read({**ada, "X-Identity": first}).status_code == 401
    second = word(site)
    assert site.put(f"{path}/user", json={"token": second}, headers=ada).status_code == 204
    assert read({**ada, "X-Identity": second}).status_code == 200
    assert site.put(f"{path}/user", json={"token": word(site, "18")}, headers=ada).status_code == 409


def test_who_comes_by_a_link_in_their_own_mail_needs_no_login(site: Site) -> None:
    path, ada = site.begin(user={"token": word(site)})
    thread_id = path.rpartition("/")[2]
    by_link = identity.session_token(settings(), thread_id, by_link=True, now=site.clock())
    assert site.get(f"{path}/messages", headers={"Authorization": f"Bearer {by_link}"}).status_code == 200
    site.cookies.set("lifecycle_chat", ada["Authorization"].removeprefix("Bearer "))
    assert site.get("/chat/transcript").status_code == 303, "a token alone opens the plain page no more than the API"
    site.cookies.set("lifecycle_chat", by_link)
    assert site.get("/chat/transcript").status_code == 200


def test_who_logs_in_elsewhere_goes_on_in_the_same_conversation(site: Site) -> None:
    def resumed(shopper: str, **more: Any) -> Any:
        return site.post("/api/v1/conversations/resumed", json={"user": {"token": word(site, shopper, **more)}})

    assert resumed("17").status_code == 404
    first, _ = site.begin(user={"token": word(site)})
    site.clock.move(minutes=1)
    second, _ = site.begin(user={"token": word(site)})
    found = resumed("17").json()
    assert found["conversation_id"] == second.rpartition("/")[2]
    headers = {"Authorization": f"Bearer {found['token']}", "X-Identity": word(site)}
    assert site.get(second, headers=headers).status_code == 200
    assert resumed("18").status_code == 404
    assert resumed("17", secret="z" * 48).status_code == 401
    assert site.post(f"{second}/erasure", headers=headers).status_code == 202
    assert resumed("17").json()["conversation_id"] == first.rpartition("/")[2]


def blocks(language: str, heading: str) -> list[str]:
    """The code under a heading of docs/integrate.md, up to the next one."""
    page = (PROJECT / "docs" / "integrate.md").read_text(encoding="utf-8")
    section = page.partition(f"{heading}\n")[2].split("\n## ")[0].split("\n### ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def test_the_documented_python_gives_words_that_hold_and_an_answer(
    site: Site, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.clock.now = datetime.now(timezone.utc)
    (vouch,) = blocks("python", "### Shoppers who are logged in")
    (talk,) = blocks("python", "## The message API")
    told: dict[str, Any] = {}
    assert settings().identity_secret  # made on first use
    exec(vouch.replace("var/secrets", str(home / "secrets")), told)
    site.begin(user={"id": "17", "identifier_hash": told["identifier_hash"]})
    exec(talk.replace("http://127.0.0.1:8000", str(site.base_url).rstrip("/")), told)
    assert "Hello, I am the store's assistant." in capsys.readouterr().out
    with db.reading() as session:
        assert session.scalars(sa.select(Conversation.identity_verified)).all() == [True, True]


def test_the_documented_curl_gets_an_answer(site: Site) -> None:
    (lines,) = blocks("", "## The message API")
    begin, say = (
        lines.replace("http://127.0.0.1:8000", str(site.base_url).rstrip("/")).replace("\\\n", " ").splitlines()
    )
    begun = json.loads(subprocess.run(shlex.split(begin), capture_output=True, check=True).stdout)
    say = say.replace("ID", begun["conversation_id"]).replace("TOKEN", begun["token"])
    answer = json.loads(subprocess.run(shlex.split(say), capture_output=True, check=True).stdout)
    assert answer["messages"][0]["text"] == "Hello, I am the store's assistant."
