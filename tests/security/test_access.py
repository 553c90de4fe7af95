"""Nobody reads another's conversation: every public route, taken from the application, with every kind of key.

A new route fails here until it is said below what opens it (OWASP ASVS 8.2.2).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
import sqlalchemy as sa
from running_site import Site
from test_links import NONCE, PURPOSES, Ada

from lifecycle import catalogue, conversations, db, demo, privacy, tokens
from lifecycle.model import SupportCase
from lifecycle.settings import settings
from lifecycle.web import identity
from lifecycle.web.console import gate

SECRET = "ada-secret-4711"
ANYBODY = "anybody: nothing of a person is on it"
SIGNED = "signed by the shop: tests/web/test_hooks.py"
VOUCHED = "the word of the store's server: tests/web/test_identity.py"
CONVERSATION, LINK, COOKIE, DEMO_ORDER = (
    "a session token",
    "a link in mail",
    "the cookie of /chat",
    "a link of the demo",
)
CLASSIFIED = {
    ANYBODY: """GET / · GET /categories/{slug} · GET /products/{product_id:path} · GET /buy/{product_id:path}
        · POST /buy/{product_id:path} · GET /widget.js · GET /static/{name} · GET /favicon.ico · GET /robots.txt
        · GET /pictures/{product_id:path}.svg · GET /healthz · GET /readyz · GET /metrics · GET /openapi.json
        · POST /api/v1/conversations""",
    VOUCHED: "POST /api/v1/conversations/resumed",
    SIGNED: "POST /hooks/orders · POST /hooks/shopify · POST /hooks/woocommerce · POST /hooks/mail",
    CONVERSATION: """GET /api/v1/conversations/{conversation_id} · DELETE /api/v1/conversations/{conversation_id}
        · GET /api/v1/conversations/{conversation_id}/messages · POST /api/v1/conversations/{conversation_id}/messages
        · GET /api/v1/conversations/{conversation_id}/transcript · PUT /api/v1/conversations/{conversation_id}/user
        · POST /api/v1/conversations/{conversation_id}/erasure · POST /api/v1/conversations/{conversation_id}/clicks""",
    LINK: """GET /s/{token} · POST /s/{token} · GET /f/{token} · POST /f/{token} · GET /c/{token} · POST /c/{token}
        · GET /u/{token} · POST /u/{token} · POST /{kind}/{token}/chat · POST /s/{token}/promise""",
    COOKIE: "GET /chat · POST /chat · POST /chat/opened · GET /chat/transcript · POST /chat/erasure",
    DEMO_ORDER: "GET /orders/{token} · POST /orders/{token}/events",
}
OPENED_BY = {tuple(route.split()): key for key, routes in CLASSIFIED.items() for route in routes.split("·")}


def routes(site: Site) -> set[tuple[str, ...]]:
    public = [route for route in site.app.routes if not isinstance(route, gate.ConsoleRoute)]
    return {(method, route.path) for route in public for method in route.methods if method != "HEAD"}


def opened_by(key: str) -> list[tuple[str, ...]]:
    return sorted(route for route, opener in OPENED_BY.items() if opener == key)


@pytest.fixture
def ada(site: Site) -> Ada:
    """Ada, with her secret in the chat, in a case, and in what the assistant said."""
    made = Ada(site)
    with db.transaction() as session:
        for role in ("customer", "assistant"):
            conversations.add_message(session, made.thread_id, role=role, text=f"{role}: {SECRET}", now=site.clock())
    form = {"answer": "no", "reason": "damaged", "text": f"broken: {SECRET}", "nonce": NONCE}
    assert site.post(made.link("f", made.follow_up_id), data=form).status_code == 303
    return made


def test_every_public_route_says_what_opens_it(site: Site) -> None:
    assert routes(site) == set(OPENED_BY)


def test_what_anybody_may_see_shows_nothing_of_a_person(site: Site, ada: Ada) -> None:
    with db.transaction() as session:
        catalogue.import_feed(session, demo.catalogue_path(), now=site.clock())
    filled = {"slug": "kettles", "product_id:path": "jo-grinder-01", "name": "site.css"}
    for method, path in opened_by(ANYBODY):
        for name, value in filled.items():
            path = path.replace("{" + name + "}", value)
        answered = site.request(method, path)
        assert answered.status_code < 500
        for hers in (SECRET, "A-1001", ada.thread_id):
            assert hers not in answered.text, (method, path)


def call(site: Site, method: str, path: str, headers: dict[str, str]) -> Any:
    json = {
        "messages": {"message_id": tokens.new_id(), "text": "hi"},
        "clicks": {"product_id": "g1"},
        "user": {"id": "18", "identifier_hash": tokens.identifier_hash(settings().identity_secret, "18")},
    }.get(path.rpartition("/")[2])
    return site.request(method, path, headers=headers, json=json if method in ("POST", "PUT") else None)


def wrong_keys(site: Site, ada: Ada) -> dict[str, str]:
    """Session tokens that open nothing of Ada's."""
    secret, now, life = settings().secret_key, site.clock(), timedelta(days=180)
    good = tokens.sign(secret, "conversation", ada.thread_id, now=now, lifetime=life)
    unsigned = jwt.encode({"s": ada.thread_id, "x": 9e9}, "", "none")
    changed = {
        f"byte {at} changed": good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
        for at in range(0, len(good) - 1, 5)
    }
    purposes = {
        f"a token for {purpose}": tokens.sign(secret, purpose, ada.thread_id, now=now, lifetime=life)
        for purpose in (*PURPOSES.values(), "demo_order", "staff", "")
    }
    return {
        **changed,
        **purposes,
        "expired": tokens.sign(secret, "conversation", ada.thread_id, now=now - life, lifetime=life),
        "of another key": tokens.sign("k" * 48, "conversation", ada.thread_id, now=now, lifetime=life),
        "none": "",
        "her conversation's id": ada.thread_id,
        "a jwt without a signature": unsigned,
        "cut off": good[:-1],
        "twice": good + good,
    }


def test_a_conversation_opens_to_its_own_token_only(site: Site, ada: Ada) -> None:
    own = identity.session_token(settings(), ada.thread_id, now=site.clock())
    _, ben = site.begin()
    for method, template in opened_by(CONVERSATION):
        path = template.replace("{conversation_id}", ada.thread_id)
        nowhere = call(site, method, template.replace("{conversation_id}", "0" * 32), ben)
        others = call(site, method, path, ben)
        assert (others.status_code, others.json()) == (404, nowhere.json()), "not even that it exists"
        for kind, token in wrong_keys(site, ada).items():
            refused = call(site, method, path, {"Authorization": f"Bearer {token}"} if token else {})
            assert refused.status_code == 401, (kind, method, path)
            assert SECRET not in refused.text
        for scheme in ("", "Basic ", "bearer", "Token "):
            assert call(site, method, path, {"Authorization": f"{scheme}{own}"}).status_code == 401
    read = call(site, "GET", f"/api/v1/conversations/{ada.thread_id}/messages", {"Authorization": f"Bearer {own}"})
    assert read.text.count(SECRET) >= 2, "the control: her own token reads it"


@pytest.mark.parametrize("forgotten", [False, True], ids=["asked to be deleted", "deleted"])
def test_a_revoked_token_opens_nothing(site: Site, forgotten: bool) -> None:
    path, ben = site.begin()
    assert call(site, "POST", f"{path}/messages", ben).status_code == 200
    assert call(site, "POST", f"{path}/erasure", ben).status_code == 202
    if forgotten:
        with db.transaction() as session:
            assert privacy.erase_requested(session, now=site.clock()) == 1
    site.cookies.set("lifecycle_chat", ben["Authorization"].removeprefix("Bearer "))
    for method, template in opened_by(CONVERSATION):
        path_now = template.replace("{conversation_id}", path.rpartition("/")[2])
        assert call(site, method, path_now, ben).status_code == 404, (method, template)
    assert 'class="said customer"' not in site.get("/chat").text


def test_the_cookie_opens_the_plain_page_of_its_own_conversation_only(site: Site, ada: Ada) -> None:
    for kind, token in wrong_keys(site, ada).items():
        for method, path in opened_by(COOKIE):
            site.cookies.clear()
            site.cookies.set("lifecycle_chat", token)
            form = {"message_id": tokens.new_id(), "text": "hi"} if path == "/chat" else None
            card = {"product_id": "jo-grinder-01"} if path == "/chat/opened" else None
            answered = site.request(method, path, params=card, data=form if method == "POST" else None)
            assert SECRET not in answered.text and answered.status_code in (200, 204, 303), (kind, method, path)
    with db.reading() as session:
        assert len(conversations.history(session, ada.thread_id)) >= 3, "nothing of hers was deleted or written"
    site.cookies.clear()
    site.cookies.set("lifecycle_chat", identity.session_token(settings(), ada.thread_id, now=site.clock()))
    assert SECRET in site.get("/chat").text


def test_a_link_opens_its_own_page_only(site: Site, ada: Ada) -> None:
    with db.reading() as session:
        case_id = session.scalars(sa.select(SupportCase.id)).one()
    subjects = {"s": ada.survey_id, "f": ada.follow_up_id, "c": case_id, "u": ada.customer_id}
    assert SECRET in site.get(ada.link("c", case_id)).text
    form = {"score": "9", "nonce": NONCE, "answer": "yes", "text": "hi", "purpose": "all", "allow": "no"}
    for method, template in opened_by(LINK):
        for kind in "sfcu" if "{kind}" in template else template[1]:
            wrong = [ada.link(other, subjects[other]).rpartition("/")[2] for other in PURPOSES if other != kind]
            wrong += [token.replace("/", "") or "x" for token in wrong_keys(site, ada).values()]
            for token in wrong:
                path = template.replace("{kind}", kind).replace("{token}", token)
                answered = site.request(method, path, data=form if method == "POST" else None)
                assert answered.status_code in (404, 422) and SECRET not in answered.text, (method, path)


def test_an_order_of_the_demo_opens_by_its_own_link_only(site: Site, ada: Ada) -> None:
    good = tokens.sign(settings().secret_key, "demo_order", "A-1001", now=site.clock(), lifetime=timedelta(days=1))
    assert site.get(f"/orders/{good}").status_code == 200
    for method, template in opened_by(DEMO_ORDER):
        for token in [*wrong_keys(site, ada).values(), good[:-2] + "xx", "A-1001"]:
            if token:
                path = template.replace("{token}", token)
                answered = site.request(method, path, data={"event": "refunded"} if method == "POST" else None)
                assert answered.status_code == 404 and "Ada" not in answered.text, (method, path)


def test_tokens_and_ids_cannot_be_guessed(site: Site) -> None:
    begun = [site.post("/api/v1/conversations").json() for _ in range(50)]
    assert len({each["conversation_id"] for each in begun}) == 50
    assert all(len(bytes.fromhex(each["conversation_id"])) * 8 >= 128 for each in begun)
    signatures = {each["token"].rpartition(".")[2] for each in begun}
    assert len(signatures) == 50 and all(len(each) * 6 >= 256 - 6 for each in signatures)
