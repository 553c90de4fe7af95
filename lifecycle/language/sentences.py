"""The parts of one message: its sentences, and the questions joined by "and" or "also"."""

from __future__ import annotations

import re

MOST_PARTS = 6
_ASKING = (
    r"(?:(?:do|does|did|can|could|is|are|was|will|would|has|have)\s+(?:i|you|u|ya|we|it|they|there|this|that|these|"
    r"those|the|your|ur|my|any|anyone|one|all|both|delivery|shipping|returns?)\b|"
    r"(?:how|what|whats|what's|where|wheres|where's|when|which|who|why)\b(?!\s+(?:is|are|has|have|can|will)\s+\w+\s*$)|"
    r"(?:i\s+(?:need|want)|i'm\s+looking|im\s+looking)\b)"
)
_SHORTENED = "".join(
    rf"(?<!\b{word})" for word in ("vs", "no", "nr", "ca", "eg", "ie", "mr", "mrs", "dr", "st", "incl", "approx")
)
_BETWEEN = re.compile(
    rf"\?+\s+|{_SHORTENED}[.;!…]+\s+|\n+|"
    rf",?\s+\b(?:and|also|plus|but|oh)\s+(?:also\s+|then\s+)?(?={_ASKING})|"
    rf"[,.]\s*also,?\s+(?=\w+\s+\w)|\s+also,?\s+(?={_ASKING})|,\s+(?={_ASKING})|"
    r",?\s+and\s+(?=(?:whether|if)\s+(?:i|you|it|they|there|we)\b)",
    re.I,
)
_JOINING = re.compile(r"^(?:(?:and|also|plus|but|oh|so|then|ok|okay)\b[\s,]*)+", re.I)


def parts_of(text: str) -> list[str]:
    """The parts of a message in order: "is it slippery when wet? also can I wash it" has two.

    A part that was put as a question keeps its mark.
    """
    parts: list[str] = []
    at = 0
    for found in [*_BETWEEN.finditer(text), None]:
        end = found.start() if found else len(text)
        part = _JOINING.sub("", text[at:end].strip(" ,;.!\n"))
        mark = "?" if found and "?" in found.group() else ""
        if any(char.isalnum() for char in part):
            parts.append(part + mark)
        at = found.end() if found else at
    return parts[:MOST_PARTS]
