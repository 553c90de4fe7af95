"""What a running assistant has stored, and when what it has planned falls due."""

from __future__ import annotations

import mailbox
import sqlite3
from datetime import datetime, timedelta, timezone
from email.message import Message
from typing import Any, NamedTuple

from bench.stack import Stack

STAFF_PASSWORD = "correct horse battery"
SAM = "sam@example.org"


class Letter(NamedTuple):
    """A mail of the outbox, both its bodies."""

    subject: str
    text: str
    html: str


def rows(stack: Stack, query: str, *parameters: Any) -> list[dict[str, Any]]:
    with sqlite3.connect(stack.home / "lifecycle.db") as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query, parameters)]


def mails(stack: Stack, to: str) -> list[Letter]:
    """Every mail to an address, oldest first."""
    box = mailbox.Maildir(stack.home / "outbox", create=False)
    found = [message for message in box if to in str(message["To"])]
    found.sort(key=lambda message: str(message["X-Queued-At"] or message["Date"]))
    return [Letter(str(each["Subject"]), _body(each, "text/plain"), _body(each, "text/html")) for each in found]


def due(stack: Stack, order: str, step: str) -> str:
    """The moment a step falls due, as --now takes it."""
    found = rows(stack, "SELECT due_at FROM v_follow_ups WHERE order_ref = ? AND step = ?", order, step)
    moment = datetime.fromisoformat(found[0]["due_at"]).replace(tzinfo=timezone.utc) + timedelta(minutes=5)
    return moment.isoformat().replace("+00:00", "Z")


def employ_sam(stack: Stack) -> dict[str, str]:
    """Sam may log in to the console as an agent; what the login form takes."""
    return employ(stack, SAM, "agent")


def employ(stack: Stack, email: str, role: str) -> dict[str, str]:
    """Somebody may log in to the console; what the login form takes."""
    if not rows(stack, "SELECT id FROM staff WHERE email = ?", email):
        stack.command("staff", "add", email, "--role", role, "--name", email.partition("@")[0].title())
    return {"email": email, "password": STAFF_PASSWORD}


def _body(message: Message, kind: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == kind)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8")
