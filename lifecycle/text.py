"""Customer text: made canonical once at the edge, then the same bytes everywhere."""

from __future__ import annotations

import unicodedata

MESSAGE_LIMIT = 1_000

_INVISIBLE = {"\u200b", "\u2060", "\ufeff", "\u00ad"}


def canonical(text: str) -> str:
    """The text as it is stored, shown, parsed and forwarded.

    NFC; control characters, lone surrogates and invisible joiners removed (line breaks and tabs stay); outer white
    space stripped.  Idempotent: canonical(canonical(t)) == canonical(t).
    """
    if text.isascii() and text.isprintable():
        return text.strip()  # most texts, a hundred times a second
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        char
        for char in text
        if char in "\n\t" or (char not in _INVISIBLE and unicodedata.category(char) not in ("Cc", "Cs"))
    )
    return unicodedata.normalize("NFC", kept).strip()


def one_line(text: str, limit: int = 200) -> str:
    """A single trimmed line, for subjects, titles and headers: no CR or LF can pass."""
    flat = " ".join(canonical(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
