"""Reads what mail servers send back: delivery reports (RFC 3464), complaints (ARF, RFC 5965), and the letters of
servers older than both, which GNU Mailman's collection of them (flufl.bounce) tells from what people write.

Everything else, vacation notices and replies of people among it, is no report.
"""

from __future__ import annotations

import json
import mailbox
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path

from flufl.bounce import all_failures

from lifecycle.bounces import KINDS, Report
from lifecycle.errors import Invalid

LARGEST = 1_000_000  # bytes of one report; the mail it returns may be whole
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,190}>")
_RETURNED_ID = re.compile(r"^[> ]*Message-ID:\s*(<[^<>\s]{3,190}>)", re.I | re.M)
_COPY = re.compile(r"^-{3,}.*\w.*$|^[> ]*Message-ID:", re.I | re.M)  # where the returned mail begins
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_COMPLAINTS = ("abuse", "fraud", "virus", "opt-out", "other")


def read(content: bytes) -> list[Report]:
    """The reports one message holds, none when it is none."""
    message = message_from_bytes(content[:LARGEST], policy=policy.compat32)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return _old_letter(message)
    kind = str(message.get_param("report-type") or "").lower()
    about = _about(message)
    if not about:
        return []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and kind in ("delivery-status", ""):
            return _bounces(part, about)
        if part.get_content_type() == "message/feedback-report" and kind in ("feedback-report", ""):
            said = _fields(part)
            return [Report("complained", about)] if said.get("feedback-type", "").lower() in _COMPLAINTS else []
    return []


def _old_letter(message: Message) -> list[Report]:
    """A bounce told in prose, as Exim and qmail write it; the mail it returns names its Message-ID somewhere in it.

    Without a code of RFC 3463 the address is not said to be dead: it is counted like a full mailbox.
    """
    _for_now, for_good = all_failures(message)
    if not for_good:
        return []
    told = "\n".join(_texts(message))
    about = _about(message) or next((found.group(1) for found in _RETURNED_ID.finditer(told)), "")
    said = _STATUS.search(_COPY.split(told)[0])
    return [Report("bounced", about, said.group() if said else "")] if about else []


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        content = part.get_payload(decode=True) if part.get_content_type() == "text/plain" else None
        if isinstance(content, bytes):
            yield content.decode("utf-8", "replace").replace("\r\n", "\n")


def read_json(body: bytes) -> list[Report]:
    """`{"type": "mail.bounced" | "mail.complained", "data": {"message_id", "status"?}}`; raises Invalid."""
    try:
        told = json.loads(body)
        kind, data = str(told["type"]).removeprefix("mail."), told["data"]
        found = _MESSAGE_ID.fullmatch(str(data["message_id"]).strip())
        status = _STATUS.fullmatch(str(data.get("status") or ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid("The report is no JSON object with type and data.message_id.") from error
    if kind not in KINDS or found is None:
        raise Invalid("type must be mail.bounced or mail.complained, data.message_id like <id@domain>.")
    return [Report(kind, found.group(), status.group() if status else "")]


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every message of a maildir, an mbox or a file with one message."""
    if path.is_dir():
        if not (path / "cur").is_dir():
            raise Invalid(f"{path} is no maildir; it has no folder cur.")
        for name, kept in mailbox.Maildir(path, create=False).iteritems():
            yield str(name), kept.as_bytes()
        return
    try:
        with path.open("rb") as file:
            start = file.read(5)
        if start == b"From ":
            for name, held in mailbox.mbox(path, create=False).iteritems():
                yield str(name), held.as_bytes()
        else:
            yield path.name, path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error


def _about(message: Message) -> str:
    """The Message-ID of the mail that is reported: of the part that returns it, or of its headers."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            text = part.get_payload(decode=True)
            returned: Message | None = message_from_bytes(text) if isinstance(text, bytes) else None
            if returned is None and part.is_multipart():
                returned = part.get_payload(0)  # type: ignore[assignment]
        elif kind == "message/rfc822" and part.is_multipart():
            returned = part.get_payload(0)  # type: ignore[assignment]
        else:
            continue
        found = _MESSAGE_ID.search(str(returned.get("Message-ID") or "")) if returned is not None else None
        if found:
            return found.group()
    return ""


def _bounces(part: Message, about: str) -> list[Report]:
    """The failed recipients of a delivery report; delays and successes are no news."""
    blocks = part.get_payload()
    found = []
    for block in blocks if isinstance(blocks, list) else []:
        said = _fields(block) if isinstance(block, Message) else {}
        if said.get("action", "").lower() != "failed":
            continue
        status = _STATUS.search(said.get("status", ""))
        code = status.group() if status else ""
        diagnostic = _STATUS.search(said.get("diagnostic-code", ""))
        if code.endswith(".0.0") and diagnostic:  # some servers only tell it in words
            code = diagnostic.group()
        found.append(Report("bounced", about, code))
    return found[:1]


def _fields(part: Message) -> dict[str, str]:
    inner = part.get_payload(0) if part.is_multipart() else part
    held = inner if isinstance(inner, Message) else part
    fields = {name.lower(): str(value).strip() for name, value in held.items()}
    text = held.get_payload()
    if "feedback-type" not in fields and isinstance(text, str):  # left as text when it begins with an empty line
        for line in text.splitlines():
            name, colon, value = line.partition(":")
            if colon:
                fields.setdefault(name.strip().lower(), value.strip())
    return fields
