"""Time: always UTC inside, passed in by the caller, read from the machine only at the edges."""

from __future__ import annotations

from datetime import datetime, timezone


def utcnow() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(timezone.utc)


def parse(text: str) -> datetime:
    """An aware UTC datetime from ISO 8601 (`2026-12-20T10:00:00Z`).

    Raises ValueError when the text is no moment or names no zone: a time without a zone is a guess.
    """
    value = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
    if value.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone; write it like 2026-12-20T10:00:00Z")
    return value.astimezone(timezone.utc)


def iso(value: datetime) -> str:
    """`2026-12-20T10:00:00Z`, with fractions only when there are any."""
    return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
