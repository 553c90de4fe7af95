"""What a text says is *not* there: "bags without handles", "not black", "mattress not included", "sugar-free".

Works on tokens (words.tokens), so that a shopper's request and a product's page are read the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

from lifecycle import words

_BEFORE = words.wordset(
    """
    without no not non never minus sans excluding except lacks lacking zero nor doesnt dont isnt arent wont
    cannot cant avoid hate
    """
)
_AFTER = frozenset(("free", "less", "excluded"))
_PASSIVE = words.wordset(
    """
    included include includes sold provided supplied needed required necessary come comes
    """
)
_BREAKS = words.wordset(
    """
    and but with for under below over in on that which because so is are please i it from to by if when while
    has have made just only
    """
)
_LINKS = words.wordset(
    """
    any a an the too very really added extra contain contains containing include includes including use need
    needs have having of like want be your its my all require requires made with from
    """
)
_ALSO = frozenset(("or", "nor"))
_SIGNS = _BEFORE | _AFTER | {"separately", "seperately"}
REACH = 3  # how many words a "without" governs: "without wall mount bracket"


def split(tokens: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """(what is wanted, the things not wanted) of a shopper's request.

    "knife set without block or stand" → (knife set), [(block), (stand)].  "not included batteries" says the same as
    "without batteries".
    """
    wanted: list[str] = []
    unwanted: list[list[str]] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token == "anything" and i + 1 < len(tokens) and tokens[i + 1] == "but":
            i, group = _group(tokens, i + 2)
            unwanted += group
        elif token in _BEFORE and (wanted or token != "no" or i + 1 < len(tokens)):
            i, group = _group(tokens, i + 1)
            unwanted += group
        elif token in _AFTER - {"less"} and wanted and wanted[-1] not in words.STOPWORDS and i + 1 <= len(tokens):
            unwanted.append([wanted[-1]])
            wanted.append(token)  # "sugar free" is also printed on the page as such
            i += 1
        else:
            wanted.append(token)
            i += 1
    return wanted, [thing for thing in unwanted if thing]


def denied(tokens: Sequence[str]) -> set[int]:
    """Positions of the words a text says are not there.  ("no handles", "BPA free", "mattress not included")"""
    found: set[int] = set()
    if _SIGNS.isdisjoint(tokens):
        return found
    for i, token in enumerate(tokens):
        if token in _BEFORE:
            following = tokens[i + 1 : i + 2 + REACH]
            if following and following[0] in _PASSIVE | {"include"}:
                found.update(_backwards(tokens, i))
                continue
            start = i + 1
            while start < len(tokens) and tokens[start] in _LINKS:
                start += 1
            stop = start
            while stop < len(tokens) and stop < start + REACH and tokens[stop] not in _BREAKS:
                stop += 1
            found.update(range(start, stop))
        elif token in _AFTER and i > 0 and tokens[i - 1] not in words.STOPWORDS:
            found.add(i - 1)
        elif token in ("separately", "seperately") and i > 1 and tokens[i - 1] == "sold":
            found.update(_backwards(tokens, i - 1))
    return found


def _backwards(tokens: Sequence[str], i: int) -> range:
    start = i
    while start > 0 and i - start < REACH and tokens[start - 1] not in _BREAKS - {"is", "are"}:
        start -= 1
    return range(start, i)


def _group(tokens: Sequence[str], i: int) -> tuple[int, list[list[str]]]:
    """The things named from `i` on, up to the next clause; "or" and "nor" add another one."""
    things: list[list[str]] = [[]]
    while i < len(tokens) and (tokens[i] in _LINKS or tokens[i] in _PASSIVE):
        i += 1
    while i < len(tokens) and tokens[i] not in _BREAKS and len(things[-1]) < REACH:
        if tokens[i] in _ALSO:
            things.append([])
        elif tokens[i] not in words.STOPWORDS:
            things[-1].append(tokens[i])
        i += 1
    return i, things
