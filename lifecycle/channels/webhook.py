"""Events out to the store's other systems: signed (Standard Webhooks), retried, and never into a private network.

At least once: the receiver drops what it has by its `webhook-id`.  One attempt takes at most 5 s, follows no redirect
and reads at most 64 kB.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import queue as threads
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session
from standardwebhooks import Webhook

from lifecycle.channels import DeliveryError
from lifecycle.model import WebhookDelivery
from lifecycle.outbox import RETRY_DELAYS, retry_delay
from lifecycle.settings import Settings

ATTEMPT_SECONDS = 5.0
READ_BYTES = 64 * 1024
GONE = 410  # Standard Webhooks: the receiver wants no more


@dataclass(frozen=True)
class Post:
    """One event on its way to one address."""

    id: int
    event_id: str
    url: str
    body: str
    attempt: int


def claim(session: Session, *, now: datetime, limit: int = 20) -> list[Post]:
    """Events to post now.  A claim is the promise of a later attempt: the row's next one is set before this one runs,
    so that a worker that dies in the middle costs a delay, not the event."""
    rows = session.execute(
        sa.select(WebhookDelivery)
        .where(WebhookDelivery.state == "queued", WebhookDelivery.next_attempt_at <= now)
        .order_by(WebhookDelivery.next_attempt_at, WebhookDelivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).scalars()
    mine = []
    for row in rows.all():
        last = row.attempts >= len(RETRY_DELAYS)
        again = now + (RETRY_DELAYS[0] if last else retry_delay(row.event_id, row.attempts))
        taken = session.execute(
            sa.update(WebhookDelivery)
            .where(
                WebhookDelivery.id == row.id,
                WebhookDelivery.state == "queued",
                WebhookDelivery.attempts == row.attempts,
                WebhookDelivery.next_attempt_at <= now,
            )
            .values(attempts=row.attempts + 1, next_attempt_at=again)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount == 1:
            body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            mine.append(Post(row.id, row.event_id, row.url, body, row.attempts + 1))
    return mine


def settle(session: Session, post: Post, *, status: int | None, delivered: bool) -> str:
    """Write down an attempt; the state afterwards is sent, failed (no attempt left, or gone) or queued."""
    state = "queued"
    if delivered:
        state = "sent"
    elif post.attempt > len(RETRY_DELAYS) or status == GONE:
        state = "failed"
    session.execute(
        sa.update(WebhookDelivery)
        .where(WebhookDelivery.id == post.id, WebhookDelivery.state == "queued")
        .values(state=state, response_status=status)
        .execution_options(synchronize_session=False)
    )
    return state


def send(post: Post, *, settings: Settings, now: datetime) -> int:
    """Post one event; returns the status of the answer.  Raises DeliveryError when no answer came in time, or when the
    address is none of the public internet (unless WEBHOOK_ALLOW_PRIVATE is on)."""
    until = time.monotonic() + ATTEMPT_SECONDS
    parts = urlsplit(post.url)
    secure = parts.scheme == "https"
    if not parts.hostname or (not secure and not settings.webhook_allow_private):
        raise DeliveryError("the webhook address is not https", permanent=True)
    port = parts.port or (443 if secure else 80)
    address = _address(parts.hostname, port, until, allow_private=settings.webhook_allow_private)
    signature = Webhook(settings.webhook_secret).sign(post.event_id, now, post.body)
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "lifecycle-assistant",
        "Connection": "close",
        "webhook-id": post.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    live: list[socket.socket] = []
    # A reader's timeout begins anew with every byte; only shutting the socket ends a slow drip in time.
    watchdog = threading.Timer(_left(until), _shut, (live,))
    watchdog.daemon = True
    connection = http.client.HTTPConnection(parts.hostname, port)
    try:
        watchdog.start()
        live.append(socket.create_connection((address, port), timeout=_left(until)))
        if secure:
            live[0] = tls = ssl.create_default_context().wrap_socket(
                live[0], server_hostname=parts.hostname, do_handshake_on_connect=False
            )
            tls.do_handshake()
        connection.sock = live[0]
        connection.request("POST", path, body=post.body.encode(), headers=headers)
        answer = connection.getresponse()
        answer.read(READ_BYTES)
        return answer.status
    except (OSError, http.client.HTTPException) as error:
        late = time.monotonic() >= until
        raise DeliveryError("no answer in time" if late else f"no answer: {type(error).__name__}") from error
    finally:
        watchdog.cancel()
        for opened in live:
            opened.close()
        connection.close()


def _address(host: str, port: int, until: float, *, allow_private: bool) -> str:
    """The checked address to connect to, resolved once: a name that answers differently the next time gains nothing.

    Every address of the name must be public: one private among them is refused.
    """
    answers: threads.Queue[Any] = threads.Queue()

    def resolve() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=resolve, daemon=True).start()
    try:
        found = answers.get(timeout=_left(until))
    except threads.Empty:
        raise DeliveryError("the webhook's name was not found in time") from None
    if isinstance(found, Exception):
        raise DeliveryError("the webhook's name was not found") from found
    addresses = [str(info[4][0]) for info in found]
    if not allow_private and not all(map(is_public, addresses)):
        raise DeliveryError("the webhook's address is not public", permanent=True)
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; a mapped, translated or tunnelled one counts as its
    target."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _left(until: float) -> float:
    return max(0.01, until - time.monotonic())


def _shut(live: list[socket.socket]) -> None:
    with suppress(OSError):
        for opened in live:
            socket.socket.shutdown(opened, socket.SHUT_RDWR)  # an SSLSocket's own would pull the rug from the reader
