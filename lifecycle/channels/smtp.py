"""The SMTP dialogue, written out so that we know at every moment whether the message was handed over.

smtplib raises the same SMTPServerDisconnected before DATA and after the final dot; here the two differ: nothing is in
doubt until the final dot was written, and nothing is certain after it without a reply.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from lifecycle.channels import DeliveryError
from lifecycle.errors import Invalid

DIALOGUE_SECONDS = 60.0

_ABOUT_US = frozenset({421, 454, 530, 534, 535, 538})  # our login, our encryption, their load: never the recipient
_BAD_ADDRESS = re.compile(r"5\.1\.(?:1|2|3|6|10)\b")  # RFC 3463, RFC 7505: no such mailbox, no such system
_UNWRITABLE = re.compile(r"[<>\s]")
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_MORE_FOLLOWS = getattr(socket, "MSG_MORE", 0)  # the dot travels with the message, yet is written after it
_REPLY_LINE_BYTES = 8_192  # RFC 5321 allows 512; a server that says more than this is not one


@dataclass(frozen=True)
class Server:
    """Where mail is handed in; `tls` is implicit (smtps), starttls or none."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""

    @classmethod
    def parse(cls, url: str) -> Server:
        """A server from `smtp://user:password@host:port?starttls=1` or `smtps://…`; port 587 means STARTTLS.

        Raises Invalid, without repeating the password, when the address cannot be read.
        """
        try:
            parts = urlsplit(url)
            port, query = parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
        except ValueError:
            parts, port, query = urlsplit(""), None, {}
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or query.keys() - {"starttls"}:
            raise Invalid("SMTP_URL is no mail server; write smtp://user:password@host:587 or smtps://host.")
        implicit = parts.scheme == "smtps"
        port = port or (465 if implicit else 25)
        wanted = query.get("starttls", ["1" if port == 587 else "0"])[0] == "1"
        tls = "implicit" if implicit else "starttls" if wanted else "none"
        return cls(parts.hostname, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))


@dataclass(frozen=True)
class Envelope:
    """One message on the wire: `content` has CRLF line ends; `utf8` when an address needs SMTPUTF8 (RFC 6531)."""

    sender: str
    recipient: str
    content: bytes
    utf8: bool = False


class Connection:
    """A connection kept over several messages; opened when needed, dropped after any error."""

    def __init__(self, server: Server, *, greeting: str, seconds: float = DIALOGUE_SECONDS) -> None:
        self.server = server
        self.greeting = greeting
        self.seconds = seconds
        self._client: smtplib.SMTP | None = None
        self._unread = b""
        self._ahead: Envelope | None = None  # announced behind the message before it; its replies are not read yet
        self._until = 0.0
        self._armed = 0.0  # the socket's own timeout, seconds

    def send(
        self,
        envelope: Envelope,
        hand_over: Callable[[], None],
        *,
        meanwhile: Callable[[], None] | None = None,
        following: Envelope | None = None,
    ) -> None:
        """Hand one message in; `hand_over` is called just before the first byte of it leaves and may raise to stop it.

        `meanwhile` is called once the whole message is on its way, to use the time the server takes to keep it.
        `following` is likely sent next: where the server takes that, it is announced behind this one's final dot, so
        that each message costs one round trip (RFC 2920, 3.1); not a byte of it leaves before its own `hand_over`.
        Raises DeliveryError: in doubt only when the final dot was written and no reply came; permanent when the server
        said 5xx about this message; temporary for everything else.
        """
        if not _writable(envelope):
            raise DeliveryError("the address cannot be written in an envelope", permanent=True)
        self._until = time.monotonic() + self.seconds
        try:
            self._begin(envelope)
            try:
                hand_over()
            except BaseException:
                self._drop()  # a message that was announced can only be left out by hanging up
                raise
            self._body(envelope, meanwhile, following)
        except _Dropped:
            self._drop()
            raise
        except DeliveryError:
            if self._ahead is None:  # else the server is at the next message already
                self._recover()
            raise

    def close(self) -> None:
        if self._ahead is not None:
            self._drop()  # it waits for a message: QUIT would be taken for its first line
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, smtplib.SMTPException):
                if client.sock is not None:
                    client.sock.settimeout(2)
                client.quit()
            client.close()

    def _begin(self, envelope: Envelope) -> None:
        """MAIL, RCPT and DATA; a connection the server let go of while idle is opened anew, once."""
        if self._ahead is not None and self._ahead is not envelope:
            self._drop()  # a message that was announced can only be left out by hanging up
        fresh = self._client is None
        try:
            self._announce(envelope)
        except _Dropped:
            self._drop()
            if fresh:
                raise
            self._announce(envelope)

    def _announce(self, envelope: Envelope) -> None:
        """Everything before the message itself, all at once where the server takes that (RFC 2920)."""
        client = self._ready()
        if envelope.utf8 and not client.has_extn("smtputf8"):
            raise DeliveryError("the mail server does not take addresses like this (SMTPUTF8)", permanent=True)
        lines = _lines(envelope)
        together, ahead, self._ahead = client.has_extn("pipelining"), self._ahead, None
        if together and ahead is None:
            self._write("MAIL", b"".join(lines))
        refused: tuple[str, int, bytes] | None = None
        for step, line, expected in zip(("MAIL", "RCPT", "DATA"), lines, _EXPECTED, strict=True):
            if not together:
                self._write(step, line)
            code, text = self._reply(step)
            if code == 421 and step == "MAIL":
                raise _Dropped("the mail server answered 421 to MAIL", unreachable=True)
            if refused is not None and code == 354:
                self._drop()  # it waits for a message to nobody: hanging up is the one way to send none
            refused = refused or (None if code in expected else (step, code, text))
            if refused is not None and not together:
                break
        if refused is not None:
            raise _refusal(*refused)

    def _body(self, envelope: Envelope, meanwhile: Callable[[], None] | None, following: Envelope | None) -> None:
        body = envelope.content
        if b"\n." in body or body.startswith(b"."):
            body = _LINE_START_DOT.sub(b"..", body)
        if not body.endswith(b"\r\n"):
            body += b"\r\n"
        end = b".\r\n"
        if following is not None and self._takes_ahead(following):
            self._ahead = following
            end += b"".join(_lines(following))
        sock = self._socket("the message")
        try:
            self._arm(sock)
            sock.sendall(body, 0 if isinstance(sock, ssl.SSLSocket) else _MORE_FOLLOWS)
        except OSError as error:
            raise _Dropped(f"the connection broke while the message was sent: {_name(error)}") from error
        try:
            sock.sendall(end)
            if meanwhile is not None:
                meanwhile()
            code, reply = self._reply("the message")
        except (_Dropped, OSError) as error:
            self._drop()
            why = _name(error.__cause__ or error)
            raise DeliveryError(f"no reply after the message was handed over: {why}", in_doubt=True) from error
        if not 200 <= code < 600:
            raise DeliveryError("an unreadable reply after the message was handed over", in_doubt=True)
        if code >= 300:
            raise _refusal("the message", code, reply)

    def _takes_ahead(self, envelope: Envelope) -> bool:
        client = self._ready()
        knows = client.has_extn("pipelining") and (not envelope.utf8 or client.has_extn("smtputf8"))
        return knows and _writable(envelope)

    def _ready(self) -> smtplib.SMTP:
        """The open client; connects, greets, encrypts and logs in when there is none."""
        if self._client is not None:
            return self._client
        server = self.server
        context = ssl.create_default_context() if server.tls != "none" else None  # reading the authorities takes 80 ms
        made: type[smtplib.SMTP] = smtplib.SMTP
        extra = {}
        if server.tls == "implicit":
            made, extra = smtplib.SMTP_SSL, {"context": context}
        client = made(local_hostname=self.greeting, timeout=self._left(), **extra)  # type: ignore[arg-type]
        try:
            # starttls() checks the certificate against the name given here
            client._host = server.host  # type: ignore[attr-defined]
            code, _banner = client.connect(server.host, server.port)
            if code != 220:
                raise _unserved(f"the mail server answered {code} to the greeting")
            assert client.sock is not None
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.ehlo_or_helo_if_needed()
            if server.tls == "starttls":
                client.starttls(context=context)
                client.ehlo()
            if server.user:
                client.login(server.user, server.password)
        except smtplib.SMTPNotSupportedError as error:
            client.close()
            raise _unserved("the mail server offers no STARTTLS or no login; check SMTP_URL") from error
        except smtplib.SMTPResponseException as error:
            client.close()
            raise _unserved(f"the mail server refused us: {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            client.close()
            raise _unserved(f"no mail server reached: {_name(error)}") from error
        except DeliveryError:
            client.close()
            raise
        self._client, self._armed = client, 0.0
        return client

    def _socket(self, step: str) -> socket.socket:
        client = self._ready()
        if client.sock is None:
            raise _Dropped(f"the connection was closed before {step}")
        return client.sock

    def _arm(self, sock: socket.socket) -> None:
        """Let the socket wait for what is left of the dialogue's time; set anew only when that changed by much."""
        left = self._left()
        if not left <= self._armed <= left + self.seconds / 50:
            sock.settimeout(left)
            self._armed = left

    def _write(self, step: str, line: bytes) -> None:
        sock = self._socket(step)
        try:
            self._arm(sock)
            sock.sendall(line)
        except OSError as error:
            raise _Dropped(f"the connection broke at {step}: {_name(error)}") from error

    def _reply(self, step: str) -> tuple[int, bytes]:
        """(code, text of its last line) of the next reply; -1 for what is none."""
        sock = self._socket(step)
        while True:
            line, end, rest = self._unread.partition(b"\n")
            if end:
                self._unread = rest
                if line[3:4] != b"-":
                    return int(line[:3]) if line[:3].isdigit() else -1, line[4:].strip()
                continue
            if len(line) > _REPLY_LINE_BYTES:
                raise _Dropped(f"an endless reply to {step}")
            try:
                self._arm(sock)
                heard = sock.recv(_REPLY_LINE_BYTES)
            except OSError as error:
                raise _Dropped(f"the connection broke at {step}: {_name(error)}") from error
            if not heard:
                raise _Dropped(f"the connection broke at {step}: closed by the server")
            self._unread += heard

    def _recover(self) -> None:
        """After a refusal: an RSET that is answered keeps the connection, anything else ends it."""
        if self._client is None:
            return
        self._until = time.monotonic() + min(self.seconds, 5.0)
        try:
            self._write("RSET", b"RSET\r\n")
            if self._reply("RSET")[0] != 250:
                self._drop()
        except DeliveryError:
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        self._unread, self._ahead = b"", None
        if client is not None:
            client.close()

    def _left(self) -> float:
        return max(0.01, self._until - time.monotonic())


_EXPECTED = ((250,), (250, 251), (354,))


def _lines(envelope: Envelope) -> tuple[bytes, bytes, bytes]:
    """What announces a message: MAIL, RCPT, DATA."""
    options = " BODY=8BITMIME SMTPUTF8" if envelope.utf8 else ""
    return (
        f"MAIL FROM:<{envelope.sender}>{options}\r\n".encode(),
        f"RCPT TO:<{envelope.recipient}>\r\n".encode(),
        b"DATA\r\n",
    )


def _writable(envelope: Envelope) -> bool:
    """Whether both addresses can stand in an envelope: nothing in them ends it."""
    return _UNWRITABLE.search(envelope.sender + envelope.recipient) is None


class _Dropped(DeliveryError):
    """The connection is gone and the message was certainly not handed over."""


def _unserved(reason: str) -> DeliveryError:
    return DeliveryError(reason, unreachable=True)


def _refusal(step: str, code: int, text: bytes | str) -> DeliveryError:
    """What a reply code means: 5xx is permanent unless it is about us (login, encryption), the rest is temporary."""
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    permanent = 500 <= code < 600 and code not in _ABOUT_US
    bounced = permanent and step in ("RCPT", "the message") and _BAD_ADDRESS.match(words) is not None
    return DeliveryError(
        f"the mail server answered {code} to {step}",
        permanent=permanent,
        bounced=bounced,
        unreachable=code in _ABOUT_US,
    )


def _name(error: BaseException) -> str:
    """The kind of an error, without its text, which may repeat an address."""
    if isinstance(error, socket.gaierror):
        return "name not found"
    if isinstance(error, ssl.SSLError):
        return "encryption failed"
    if isinstance(error, TimeoutError):
        return "timed out"
    return type(error).__name__
