"""Themes of a buyer's words."""

from __future__ import annotations


def read(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return []
