"""Every way of failing at SMTP, and what it means: try again, give up, or nobody can know."""

from __future__ import annotations

import socket
import ssl
import threading

import pytest
from mailroom import DROP, STALL, ScriptedSmtp, certificate_for, closing

from lifecycle.channels import DeliveryError
from lifecycle.channels.smtp import Connection, Envelope, Server
from lifecycle.errors import Invalid

LETTER = Envelope("care@shop.example", "ada@example.com", b"Subject: hello\r\n\r\n.first dot\r\nlast\r\n")


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["one by one", "pipelined"])
def server(request):
    with closing(ScriptedSmtp()) as smtp:
        smtp.extensions = request.param
        yield smtp


def connection(server, *, seconds=3.0, suffix=""):
    return Connection(Server.parse(server.url + suffix), greeting="shop.example", seconds=seconds)


class HandOver:
    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1


def failure(server, *, seconds=3.0, letter=LETTER, suffix=""):
    """(error, how often the message was handed over) of one attempt that must fail."""
    hand_over = HandOver()
    with closing(connection(server, seconds=seconds, suffix=suffix)) as opened, pytest.raises(DeliveryError) as caught:
        opened.send(letter, hand_over)
    return caught.value, hand_over.times


# --- the dialogue -----------------------------------------------------------------------------------------------------


def test_a_mail_arrives_as_it_was_written(server):
    hand_over = HandOver()
    with closing(connection(server)) as opened:
        opened.send(LETTER, hand_over)
    assert server.mails == [("care@shop.example", "ada@example.com", LETTER.content)]
    assert hand_over.times == 1


def test_one_connection_carries_many_mails_and_survives_a_refused_one(server):
    with closing(connection(server)) as opened:
        opened.send(LETTER, HandOver())
        server.script["RCPT"], server.once = "550 5.1.1 unknown", {"RCPT"}
        with pytest.raises(DeliveryError):
            opened.send(LETTER, HandOver())
        opened.send(LETTER, HandOver())
    assert (len(server.mails), server.connections) == (2, 1)


def test_a_connection_the_server_let_go_of_is_opened_anew(server):
    with closing(connection(server)) as opened:
        opened.send(LETTER, HandOver())
        server.script["MAIL"], server.once = DROP, {"MAIL"}
        opened.send(LETTER, HandOver())
        server.script["MAIL"], server.once = "421 too long idle", {"MAIL"}
        opened.send(LETTER, HandOver())
    assert (len(server.mails), server.connections) == (3, 3)


def letter(number):
    return Envelope(LETTER.sender, f"ada{number}@example.com", LETTER.content)


def recipients(server):
    return [recipient for _, recipient, _ in server.mails]


def test_a_mail_announced_behind_another_arrives_once_and_as_itself(server):
    first, second, third = letter(1), letter(2), letter(3)
    announced = threading.Event()
    server.watch = lambda _step: announced.set() if "RCPT TO:<ada2@example.com>" in server.commands else None
    with closing(connection(server)) as opened:
        opened.send(first, HandOver(), following=second)
        assert not server.extensions or announced.wait(120)
        opened.send(second, HandOver(), following=third)
        opened.send(third, HandOver())
    assert recipients(server) == ["ada1@example.com", "ada2@example.com", "ada3@example.com"]
    assert server.connections == 1


def test_a_mail_announced_behind_another_is_not_begun_before_its_own_hand_over(server):
    with closing(connection(server)) as opened:
        opened.send(letter(1), HandOver(), following=letter(2))
    assert recipients(server) == ["ada1@example.com"]

    def stopped():
        raise InterruptedError

    with closing(connection(server)) as opened:
        opened.send(letter(1), HandOver(), following=LETTER)
        with pytest.raises(InterruptedError):
            opened.send(LETTER, stopped)
        opened.send(letter(3), HandOver())
    assert recipients(server) == ["ada1@example.com", "ada1@example.com", "ada3@example.com"]


def test_another_mail_than_the_one_announced_goes_to_its_own_recipient(server):
    with closing(connection(server)) as opened:
        opened.send(letter(1), HandOver(), following=letter(2))
        opened.send(letter(3), HandOver(), following=letter(4))
    assert recipients(server) == ["ada1@example.com", "ada3@example.com"]


@pytest.mark.parametrize("reply", ["452 4.2.2 full", "554 5.7.1 spam", "421 4.3.2 shutting down"])
def test_a_refused_mail_takes_the_one_announced_behind_it_along_nowhere(server, reply):
    server.script["dot"], server.once = reply, {"dot"}
    second = letter(2)
    with closing(connection(server)) as opened:
        with pytest.raises(DeliveryError) as caught:
            opened.send(letter(1), HandOver(), following=second)
        opened.send(second, HandOver())
    assert not caught.value.in_doubt
    assert recipients(server) == ["ada2@example.com"]


@pytest.mark.parametrize("step, reply", [("RCPT", "550 5.1.1 unknown"), ("MAIL", "451 4.3.0 later")])
def test_a_refused_announcement_is_about_its_own_mail(server, step, reply):
    second = letter(2)

    def after_the_first(reached):
        if reached == "dot":
            server.script[step], server.once = reply, {step}

    server.watch = after_the_first
    with closing(connection(server)) as opened:
        opened.send(letter(1), HandOver(), following=second)
        server.watch = None
        hand_over = HandOver()
        with pytest.raises(DeliveryError) as caught:
            opened.send(second, hand_over)
        opened.send(letter(3), HandOver())
    assert (reply[:3] in str(caught.value), caught.value.in_doubt, hand_over.times) == (True, False, 0)
    assert recipients(server) == ["ada1@example.com", "ada3@example.com"]


@pytest.mark.parametrize("ending", [DROP, "421 4.4.2 too many mails here"])
def test_a_connection_that_ends_behind_a_mail_is_opened_anew_for_the_one_announced(server, ending):
    second = letter(2)

    def after_the_first(reached):
        if reached == "dot":
            server.script["MAIL"], server.once = ending, {"MAIL"}

    server.watch = after_the_first
    with closing(connection(server)) as opened:
        opened.send(letter(1), HandOver(), following=second)
        server.watch = None
        opened.send(second, HandOver())
    assert recipients(server) == ["ada1@example.com", "ada2@example.com"]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "dot"])
@pytest.mark.parametrize(
    "reply, permanent",
    [
        ("421 4.3.2 shutting down", False),
        ("450 4.2.1 busy", False),
        ("451 4.7.1 greylisted", False),
        ("452 4.2.2 full", False),
        ("454 4.7.0 no TLS now", False),
        ("535 5.7.8 who are you", False),
        ("550 5.7.1 not wanted", True),
        ("552 5.2.2 full for good", True),
        ("554 5.7.1 spam", True),
    ],
)
def test_every_reply_means_what_it_says(server, step, reply, permanent):
    server.script[step] = reply
    error, handed_over = failure(server)
    assert (error.permanent, error.in_doubt) == (permanent, False)
    assert reply[:3] in str(error)
    assert handed_over == (step == "dot")
    assert server.mails == []


@pytest.mark.parametrize("reply", ["421 busy", "550 blocked", "554 no service for you"])
def test_a_server_that_refuses_us_at_the_door_says_nothing_about_the_recipient(server, reply):
    server.script["connect"] = reply
    error, handed_over = failure(server)
    assert (error.permanent, error.in_doubt, error.unreachable, handed_over) == (False, False, True, 0)


@pytest.mark.parametrize("ending", [DROP, STALL])
@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_message_was_handed_over_is_safe_to_retry(server, step, ending):
    server.script[step] = ending
    error, _ = failure(server, seconds=0.3)
    assert (error.permanent, error.in_doubt) == (False, False)
    assert server.mails == []


@pytest.mark.parametrize("ending", [DROP, STALL])
@pytest.mark.parametrize("step", ["body", "dot"])
def test_a_connection_lost_after_it_is_in_doubt(server, step, ending):
    server.script[step] = ending
    error, handed_over = failure(server, seconds=0.3)
    assert (error.in_doubt or step == "body", error.permanent, handed_over) == (True, False, 1)


def test_half_a_message_is_not_in_doubt(server):
    """Without its final dot no server takes a message."""
    server.script["body"] = DROP
    huge = Envelope(LETTER.sender, LETTER.recipient, LETTER.content + b"x" * 76 * 400_000)
    error, _ = failure(server, letter=huge)
    assert not error.in_doubt and not error.permanent


def test_a_connection_lost_after_the_250_does_not_matter(server):
    server.script["QUIT"] = DROP
    with closing(connection(server)) as opened:
        opened.send(LETTER, HandOver())
    assert len(server.mails) == 1


def test_an_unreadable_reply_after_the_message_is_in_doubt(server):
    server.script["dot"] = "hello?"
    error, _ = failure(server)
    assert error.in_doubt


def test_a_server_that_wants_a_message_for_nobody_gets_none(server):
    """RFC 2920, 3.1: DATA went out with a RCPT that was refused, and the server says 354 all the same."""
    server.extensions = ("PIPELINING",)
    server.script |= {"RCPT": "550 5.1.1 unknown", "DATA": "354 go on"}
    server.once = {"RCPT", "DATA"}
    with closing(connection(server)) as opened:
        with pytest.raises(DeliveryError) as caught:
            opened.send(LETTER, HandOver())
        opened.send(LETTER, HandOver())
    assert caught.value.bounced
    assert [content for _, _, content in server.mails] == [LETTER.content]


def test_a_message_stopped_at_the_hand_over_never_leaves(server):
    def stop():
        raise RuntimeError("unsubscribed")

    with closing(connection(server)) as opened:
        with pytest.raises(RuntimeError):
            opened.send(LETTER, stop)
        opened.send(LETTER, HandOver())
    assert (len(server.mails), server.connections) == (1, 2)


def test_only_an_unknown_mailbox_is_a_bounce(server):
    for reply, bounced in [("550 5.1.1 no such user", True), ("550 5.7.1 policy", False), ("450 4.1.1 later", False)]:
        server.script["RCPT"] = reply
        assert failure(server)[0].bounced is bounced


def test_names_and_ports_that_do_not_exist(server):
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        closed = listener.getsockname()[1]
    for url in (f"smtp://127.0.0.1:{closed}", "smtp://no-such-host.invalid:25"):
        with pytest.raises(DeliveryError) as caught:
            Connection(Server.parse(url), greeting="x", seconds=3).send(LETTER, HandOver())
        assert caught.value.unreachable and not caught.value.permanent and "ada" not in str(caught.value)


def test_encryption_is_never_given_up(server):
    error, _ = failure(server, suffix="?starttls=1")  # not offered
    assert error.unreachable and not error.permanent
    server.extensions = ("STARTTLS",)
    server.script["STARTTLS"] = "454 not now"
    assert "454" in str(failure(server, suffix="?starttls=1")[0])
    server.script["STARTTLS"] = "220 go on\r\nthis is no handshake"
    assert "encryption" in str(failure(server, suffix="?starttls=1")[0])
    assert not any(line.startswith("MAIL") for line in server.commands)


def test_a_login_that_is_refused_is_our_fault_and_retried(server):
    server.extensions = ("AUTH PLAIN",)
    server.script["AUTH"] = "535 5.7.8 wrong"
    named = Server.parse(server.url.replace("//", "//care:se%2Fcret@"))
    assert (named.user, named.password) == ("care", "se/cret")
    with closing(Connection(named, greeting="x", seconds=3)) as opened, pytest.raises(DeliveryError) as caught:
        opened.send(LETTER, HandOver())
    assert caught.value.unreachable and not caught.value.permanent


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(server):
    letter = Envelope(LETTER.sender, "zoë@example.com", LETTER.content, utf8=True)
    error, _ = failure(server, letter=letter)
    assert error.permanent
    server.extensions = ("8BITMIME", "SMTPUTF8")
    with closing(connection(server)) as opened:
        opened.send(letter, HandOver())
    assert server.mails[0][1] == "zoë@example.com"


def test_an_address_cannot_smuggle_a_command(server):
    letter = Envelope(LETTER.sender, "ada@example.com>\r\nRCPT TO:<tess@example.com", LETTER.content)
    assert failure(server, letter=letter)[0].permanent
    assert server.commands == []


@pytest.mark.parametrize(
    "url, expected",
    [
        ("smtp://mail.example", ("mail.example", 25, "none")),
        ("smtp://mail.example:587", ("mail.example", 587, "starttls")),
        ("smtp://mail.example:2525?starttls=1", ("mail.example", 2525, "starttls")),
        ("smtp://mail.example:587?starttls=0", ("mail.example", 587, "none")),
        ("smtps://mail.example", ("mail.example", 465, "implicit")),
    ],
)
def test_the_address_of_a_mail_server(url, expected):
    server = Server.parse(url)
    assert (server.host, server.port, server.tls) == expected


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://:25", "smtp://a:b@h:x", "smtp://h?tls=1"]
)
def test_a_mail_server_that_cannot_be_read_is_refused_without_its_password(url):
    with pytest.raises(Invalid) as caught:
        Server.parse(url)
    assert url not in str(caught.value)


@pytest.mark.parametrize("tls", ["smtps", "starttls"])
def test_mail_over_an_encrypted_connection(tls, tmp_path, monkeypatch):
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Message

    received = []

    class Keep(Message):
        def handle_message(self, message):
            received.append(message["Subject"])

    certificate, key = certificate_for("localhost", tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    how = {"ssl_context": context} if tls == "smtps" else {"tls_context": context, "require_starttls": True}
    controller = Controller(Keep(), hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        scheme, query = ("smtps", "") if tls == "smtps" else ("smtp", "?starttls=1")
        url = f"{scheme}://localhost:{port}{query}"
        stranger = Connection(Server.parse(url), greeting="x", seconds=5)
        with pytest.raises(DeliveryError, match="encryption"):  # nobody vouches for this certificate
            stranger.send(LETTER, HandOver())
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with closing(Connection(Server.parse(url), greeting="x", seconds=5)) as trusting:
            trusting.send(LETTER, HandOver())
    finally:
        controller.stop()
    assert received == ["hello"]
