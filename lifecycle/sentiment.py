"""Sentiment of a buyer's words."""

from __future__ import annotations


def read(text: str) -> str:
    return "unclear"


def problems(text: str) -> tuple[str, ...]:
    return tuple(word for word in ("broken", "loose", "late", "missing") if word in text)
