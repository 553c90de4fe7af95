"""Events out: signed, retried, and never into a private network."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from mailroom import RecordingHttp, certificate_for, closing
from standardwebhooks import Webhook

from lifecycle import clock
from lifecycle.announcements import announce, replay
from lifecycle.channels import DeliveryError, webhook
from lifecycle.channels.webhook import READ_BYTES
from lifecycle.errors import Invalid
from lifecycle.model import WebhookDelivery
from lifecycle.settings import load, settings

AS_GOOD_AS_ENDLESS = 1200  # drops, one minute


@pytest.fixture
def receiver():
    with closing(RecordingHttp(status=204, body=b"")) as server:
        yield server


@pytest.fixture
def addressed(monkeypatch, receiver, home):
    """The settings of a store with one receiver on a private network it allows."""
    monkeypatch.setenv("WEBHOOK_URLS", f"{receiver.url}/events?store=1")
    monkeypatch.setenv("WEBHOOK_ALLOW_PRIVATE", "1")
    settings.cache_clear()
    return settings()


def one(session):
    return session.execute(sa.select(WebhookDelivery).execution_options(populate_existing=True)).scalar_one()


def post_to(url, body='{"type":"x"}'):
    return webhook.Post(1, "msg_1", url, body, 1)


def test_an_event_arrives_signed(session, now, addressed, receiver):
    announce(session, "survey.answered", {"score": 9, "remark": "schön"}, now=now)
    [post] = webhook.claim(session, now=now)
    status = webhook.send(post, settings=addressed, now=clock.utcnow())
    assert webhook.settle(session, post, status=status, delivered=True) == "sent"
    [(path, headers, body)] = receiver.requests
    told = Webhook(addressed.webhook_secret).verify(body, headers)
    assert told == {
        "type": "survey.answered",
        "timestamp": "2026-11-02T10:00:00Z",
        "data": {"score": 9, "remark": "schön"},
    }
    assert path == "/events?store=1" and headers["webhook-id"] == post.event_id
    assert (one(session).state, one(session).response_status) == ("sent", 204)
    assert webhook.claim(session, now=now + timedelta(days=2)) == []


def test_an_event_is_tried_again_on_schedule_under_the_same_id_then_fails(session, now, addressed):
    announce(session, "case.opened", {}, now=now)
    at, ids = now, set()
    for attempt in range(6):
        [post] = webhook.claim(session, now=at)
        assert webhook.claim(session, now=at) == [], "claimed twice"
        ids.add(post.event_id)
        state = webhook.settle(session, post, status=500, delivered=False)
        assert state == ("failed" if attempt == 5 else "queued")
        at = one(session).next_attempt_at
    assert len(ids) == 1
    assert replay(session, now=at) == 1
    assert len(webhook.claim(session, now=at)) == 1


def test_a_worker_that_dies_while_posting_costs_a_delay_not_the_event(session, now, addressed):
    announce(session, "case.opened", {}, now=now)
    webhook.claim(session, now=now)
    assert webhook.claim(session, now=now + timedelta(seconds=40)) == []
    assert len(webhook.claim(session, now=now + timedelta(seconds=80))) == 1


def test_a_receiver_that_is_gone_is_left_alone(session, now, addressed):
    announce(session, "case.opened", {}, now=now)
    [post] = webhook.claim(session, now=now)
    assert webhook.settle(session, post, status=410, delivered=False) == "failed"


PRIVATE = [
    "127.0.0.1",
    "127.8.9.1",
    "localhost",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_nothing_is_ever_posted_into_a_private_network(home, now, host, monkeypatch):
    connected = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_: connected.append(args))
    with pytest.raises(DeliveryError) as caught:
        webhook.send(post_to(f"https://{host}/hook"), settings=settings(), now=now)
    assert caught.value.permanent and connected == []


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_the_public_internet_is_allowed(address):
    assert webhook.is_public(address)


def test_a_name_that_answers_public_first_and_private_then_gains_nothing(home, now, monkeypatch):
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    asked, connected = [], []

    def resolve(host, port, **_):
        asked.append(host)
        return [(2, 1, 6, "", (address, port)) for address in answers[len(asked) - 1]]

    def connect(address, timeout):
        connected.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(DeliveryError):
        webhook.send(post_to("https://rebinding.example/hook"), settings=settings(), now=now)
    assert asked == ["rebinding.example"] and connected == [("93.184.216.34", 443)]


def test_one_private_address_among_public_ones_is_refused(home, now, monkeypatch):
    answer = [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.1.2.3")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with pytest.raises(DeliveryError, match="not public"):
        webhook.send(post_to("https://two-faced.example/hook"), settings=settings(), now=now)


def test_http_is_only_for_a_network_of_ones_own(home, now):
    with pytest.raises(DeliveryError, match="https"):
        webhook.send(post_to("http://crm.example/hook"), settings=settings(), now=now)


def test_a_redirect_is_not_followed(addressed, receiver, now):
    def redirect(handler):
        handler.send_response(302)
        handler.send_header("Location", f"{receiver.url}/elsewhere")
        handler.end_headers()

    receiver.behave = redirect
    assert webhook.send(post_to(receiver.url), settings=addressed, now=now) == 302
    assert len(receiver.requests) == 1


def test_a_huge_answer_is_not_read_to_its_end(addressed, receiver, now):
    written = []

    def flood(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(400):
            handler.wfile.write(b"x" * 65536)
            written.append(65536)

    receiver.behave = flood
    assert webhook.send(post_to(receiver.url), settings=addressed, now=now) == 200
    assert sum(written) < 400 * 65536


@pytest.mark.parametrize("when", ["header", "never"])
def test_a_slow_answer_ends_in_time(addressed, receiver, now, monkeypatch, when):
    monkeypatch.setattr(webhook, "ATTEMPT_SECONDS", 0.4)
    over, given_up = threading.Event(), threading.Event()

    def drip(handler):
        for _ in range(AS_GOOD_AS_ENDLESS):
            if when == "header":
                handler.wfile.write(b"H")
            if over.wait(0.05):
                return
        given_up.set()

    receiver.behave = drip
    with pytest.raises(DeliveryError):
        webhook.send(post_to(receiver.url), settings=addressed, now=now)
    over.set()
    assert not given_up.is_set(), "the sender was to end it, not the receiver"


def test_a_slow_body_after_a_clear_answer_is_not_waited_for(addressed, receiver, now, monkeypatch):
    monkeypatch.setattr(webhook, "ATTEMPT_SECONDS", 120)
    over, given_up, status_read = threading.Event(), threading.Event(), threading.Event()
    read_status = http.client.HTTPConnection.getresponse

    def told(connection):
        answer = read_status(connection)
        status_read.set()
        return answer

    class AfterTheStatus(threading.Timer):
        """The sender's time is over as soon as it has the status."""

        def run(self):
            status_read.wait(120)
            self.function(*self.args)

    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(READ_BYTES))
        handler.end_headers()
        for _ in range(AS_GOOD_AS_ENDLESS):
            handler.wfile.write(b"x")
            if over.wait(0.05):
                return
        given_up.set()

    monkeypatch.setattr(http.client.HTTPConnection, "getresponse", told)
    monkeypatch.setattr(webhook.threading, "Timer", AfterTheStatus)
    receiver.behave = drip
    assert webhook.send(post_to(receiver.url), settings=addressed, now=now) == 200
    over.set()
    assert not given_up.is_set(), "the sender was to end it, not the receiver"


@pytest.mark.parametrize("stage", ["handshake", "answer"])
def test_a_slow_answer_over_tls_ends_in_time_too(addressed, tls_listener, now, monkeypatch, stage):
    listener, context, certificate = tls_listener
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(webhook, "ATTEMPT_SECONDS", 0.5)
    over, given_up = threading.Event(), threading.Event()

    def serve():
        connection, _ = listener.accept()
        with contextlib.suppress(OSError), connection:
            secured = context.wrap_socket(connection, server_side=True) if stage == "answer" else None
            for _ in range(AS_GOOD_AS_ENDLESS):
                if secured is not None:
                    secured.send(b"H")
                if over.wait(0.05):
                    return
            given_up.set()

    threading.Thread(target=serve, daemon=True).start()
    with pytest.raises(DeliveryError):
        webhook.send(post_to(f"https://localhost:{listener.getsockname()[1]}/"), settings=addressed, now=now)
    over.set()
    assert not given_up.is_set(), "the sender was to end it, not the receiver"


@pytest.fixture
def tls_listener(tmp_path):
    certificate, key = certificate_for("localhost", tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener, context, certificate


def test_a_certificate_nobody_vouches_for_is_refused(addressed, tls_listener, now):
    listener, context, _ = tls_listener

    def serve():
        connection, _ = listener.accept()
        with contextlib.suppress(OSError), connection:
            context.wrap_socket(connection, server_side=True)

    threading.Thread(target=serve, daemon=True).start()
    with pytest.raises(DeliveryError, match="SSL"):
        webhook.send(post_to(f"https://localhost:{listener.getsockname()[1]}/hook"), settings=addressed, now=now)


def test_the_body_is_posted_byte_for_byte_as_it_was_signed(session, now, addressed, receiver):
    announce(session, "review.written", {"b": 1, "a": "“quoted” \u2028"}, now=now)
    [post] = webhook.claim(session, now=now)
    webhook.send(post, settings=addressed, now=clock.utcnow())
    assert receiver.requests[0][2] == post.body.encode()
    assert json.loads(post.body)["data"] == {"b": 1, "a": "“quoted” \u2028"}


@pytest.mark.parametrize("urls", ["ftp://crm.example", "crm.example/hook", "https://user:word@crm.example/"])
def test_an_address_that_cannot_be_one_stops_the_start(home, urls):
    with pytest.raises(Invalid, match="WEBHOOK_URLS"):
        load({"LIFECYCLE_HOME": str(home), "WEBHOOK_URLS": urls})
