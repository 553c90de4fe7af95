"""Reading a score from a reply."""

from __future__ import annotations


def read_score(text: str, low: int = 0, high: int = 10) -> int | None:
    clean = text.strip()
    return int(clean) if clean.isdigit() and low <= int(clean) <= high else None
