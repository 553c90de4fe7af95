"""Real doubles for what is outside: an SMTP server that follows a script, a recording HTTP server, and their cast."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import customers, db
from lifecycle.model import Base, Customer, Delivery, FollowUp, OrderLine, ShopOrder

MONTH_ENDS = datetime(2026, 11, 20, 15, 0, tzinfo=timezone.utc)  # of the demo month the fixture `month` makes

DROP, STALL = "drop", "stall"


@dataclass
class ScriptedSmtp:
    """An SMTP server on a socket of its own.

    `script` maps a step to what it answers there: a reply line, DROP (reset the connection) or STALL (say nothing).
    Steps: connect EHLO STARTTLS AUTH MAIL RCPT DATA body (after 354) dot (after the final dot) QUIT.  A step listed in
    `once` returns to normal after its first use.  `mails` holds what was accepted with 250.
    """

    script: dict[str, str] = field(default_factory=dict)
    watch: Callable[[str], None] | None = None  # told of every step before it is answered
    once: set[str] = field(default_factory=set)
    extensions: tuple[str, ...] = ("8BITMIME", "PIPELINING")
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"
        self._released = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for _, _, content in self.mails]  # type: ignore[misc]

    def close(self) -> None:
        self._released.set()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, _Gone), connection, connection.makefile("rb") as lines:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._answer(connection, "connect", "220 mail.example ready")
            sender = recipient = ""
            for raw in lines:
                line = raw.decode("utf-8", "replace").strip()
                self.commands.append(line)
                verb = line.split(" ")[0].upper().partition(":")[0]
                if verb == "MAIL":
                    sender = line.partition("<")[2].partition(">")[0]
                if verb == "RCPT":
                    recipient = line.partition("<")[2].partition(">")[0]
                    if not self._answer(connection, verb, "250 ok").startswith("25"):
                        recipient = ""
                    continue
                if verb == "EHLO":
                    said = "\r\n".join(["250-mail.example", *(f"250-{name}" for name in self.extensions), "250 HELP"])
                    self._answer(connection, verb, said)
                elif verb == "DATA":
                    usual = "354 go on" if recipient else "554 no valid recipients"
                    if not self._answer(connection, verb, usual).startswith("354"):
                        continue
                    self._answer(connection, "body", "")
                    content = b""
                    for part in lines:
                        if part == b".\r\n":
                            break
                        content += part[1:] if part.startswith(b".") else part
                    else:
                        return
                    said = self._answer(connection, "dot", "250 kept", keep=(sender, recipient, content))
                elif verb == "QUIT":
                    self._answer(connection, verb, "221 bye")
                    return
                else:
                    self._answer(connection, verb, "250 ok")

    def _answer(
        self, connection: socket.socket, step: str, usual: str, keep: tuple[str, str, bytes] | None = None
    ) -> str:
        if keep is not None and self.script.get(step, usual).startswith("250"):
            self.mails.append(keep)
        if self.watch is not None:
            self.watch(step)
        said = self.script.get(step, usual)
        if step in self.once:
            self.script.pop(step, None)
            self.once.discard(step)
        if said == DROP:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _Gone
        if said == STALL:
            self._released.wait(300)
            raise _Gone
        if said:
            connection.sendall(f"{said}\r\n".encode())
        return said


class _Gone(Exception):
    """The script ends this connection."""


class RecordingHttp:
    """An HTTP server that keeps what it was sent and answers `status`, or whatever `behave(handler)` writes."""

    def __init__(self, status: int = 200, body: bytes = b"{}", behave: Any = None) -> None:
        self.status, self.body, self.behave = status, body, behave
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}, content))
                if outer.behave is not None:
                    outer.behave(self)
                    return
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def do_GET(self) -> None:
                outer.requests.append((self.path, {}, b""))
                self.send_response(200)
                self.end_headers()

            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    super().handle()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def closing(thing: Any) -> Iterator[Any]:
    try:
        yield thing
    finally:
        thing.close()


def ada(session: Session, *, now: datetime, email: str = "ada@example.com", name: str = "Ada Byron") -> Customer:
    return customers.find_or_create(session, email=email, name=name, now=now)


def order_of(
    session: Session, customer: Customer, *, now: datetime, ref: str = "JO-1", titles: tuple[str, ...] = ("Kettle",)
) -> ShopOrder:
    """An order delivered three weeks ago."""
    order = ShopOrder(
        source="generic",
        order_ref=ref,
        customer_id=customer.id,
        currency="USD",
        placed_at=now - timedelta(days=25),
        delivered_at=now - timedelta(days=38),
        updated_at=now,
    )
    session.add(order)
    session.flush()
    for position, title in enumerate(titles):
        session.add(
            OrderLine(order_id=order.id, position=position, product_id=f"p-{position}", title=title, quantity=1)
        )
    session.flush()
    return order


def follow_up_of(session: Session, order: ShopOrder, *, now: datetime, step: str = "nps") -> FollowUp:
    """A follow-up that is being sent."""
    purpose = {"arrival": "service", "tips": "service", "review": "review"}.get(step, "survey")
    row = FollowUp(
        order_id=order.id,
        customer_id=order.customer_id,
        step=step,
        purpose=purpose,
        state="due",
        due_at=now,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def state_of(session: Session, delivery_id: int) -> Delivery:
    found = session.get(Delivery, delivery_id, populate_existing=True)
    assert found is not None
    return found


def certificate_for(host: str, folder: Path) -> tuple[Path, Path]:
    """(certificate, key) files of a server that vouches for itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    today = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "server.pem", folder / "server.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


def fresh_database(kind: str, folder: Path, postgresql_url: Callable[[], str]) -> str:
    """The address of an empty database with our schema, bound to lifecycle.db of this process."""
    url = f"sqlite:///{folder / 'shared.db'}"
    if kind == "postgresql":
        url = database_of_its_own(postgresql_url())
    Base.metadata.create_all(db.bind(url))
    return url


def database_of_its_own(postgresql_url: str) -> str:
    """The address of a new, empty database on a PostgreSQL server."""
    administrator = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    name = f"shared_{uuid4().hex}"
    with administrator.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    administrator.dispose()
    return str(sa.engine.make_url(postgresql_url).set(database=name))


def more_when_long(usual: int, long: int) -> int:
    """The size of a fault run: `usual` in the test suite, `long` in `make faults`."""
    return long if os.environ.get("FAULTS") == "long" else usual
