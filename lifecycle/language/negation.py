"""What a text says is *not* there: "bags without handles", "not black", "mattress not included", "sugar-free".

Works on tokens (words.tokens), so that a shopper's request and a product's page are read the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

from lifecycle.language import words

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
_PAIRS = frozenset(
    (("anything", "but"), ("other", "than"), ("rather", "than"), ("instead", "of"), ("apart", "from"),
     ("except", "for"), ("free", "of"), ("free", "from"))
)  # fmt: skip
_GIVEN = words.wordset(
    """
    standing shipping delivery returns return size form range weight motion throw gift sample trial people arm spirit
    """
)
_COUNTED = words.wordset("one two three get buy for is it risk")
_SIGNS = _BEFORE | _AFTER | {"separately", "seperately"}
REACH = 3  # how many words a "without" governs: "without wall mount bracket"


def split(tokens: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """(what is wanted, the things not wanted) of a shopper's request.

    "knife set without block or stand" → (knife set), [(block), (stand)].  "not included batteries" says the same as
    "without batteries".  What lacks a thing by name is wanted as such, marked "!": "sugar free gum" → (!sugar gum),
    [(sugar)].  A request that begins with a negation denies one word: "no show socks" → (socks), [(show)].
    """
    wanted: list[str] = []
    unwanted: list[list[str]] = []
    i = 0
    while i < len(tokens):
        token, before = tokens[i], tuple(tokens[i : i + 2])
        if before in _PAIRS:
            i, group = _group(tokens, i + 2, _reach(wanted))
            unwanted += group
        elif token == "non" and i + 1 < len(tokens):
            wanted.append(lacking(tokens[i + 1]))
            unwanted.append([tokens[i + 1]])
            i += 2
        elif token in _BEFORE and (wanted or token != "no" or i + 1 < len(tokens)):
            i, group = _group(tokens, i + 1, _reach(wanted))
            unwanted += group
        elif token in _AFTER - {"less"} and wanted and _bare(tokens, i):
            unwanted.append([wanted[-1]])
            wanted[-1] = lacking(wanted[-1])
            i += 1
        else:
            wanted.append(token)
            i += 1
    return wanted, [thing for thing in unwanted if thing]


def lacking(word: str) -> str:
    """How the lack of a thing is written among things that are wanted."""
    return f"!{word}"


def _bare(tokens: Sequence[str], i: int) -> bool:
    """Does the "free" at `i` deny the word before it?  Not in "free shipping", "two for one free", "free standing"."""
    before = tokens[i - 1] if i else ""
    if not before.isalpha() or before in words.STOPWORDS or before in _BEFORE | _COUNTED:
        return False
    return tokens[i] != "free" or i + 1 == len(tokens) or tokens[i + 1] not in _GIVEN


def _reach(wanted: Sequence[str]) -> int:
    """How many words are denied: all up to the next clause after what is wanted, one when nothing was said before."""
    return REACH if any(token not in words.STOPWORDS for token in wanted) else 1


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
            reach = 1 if token == "non" or i == 0 else REACH  # a title begins: "Non slip bath mat", "No show socks"
            while stop < len(tokens) and stop < start + reach and tokens[stop] not in _BREAKS:
                stop += 1
            found.update(range(start, stop))
        elif token == "free" and i + 2 < len(tokens) and tokens[i + 1] in ("of", "from"):
            found.add(i + 2)
        elif token in _AFTER and _bare(tokens, i):
            found.add(i - 1)
        elif token in ("separately", "seperately") and i > 1 and tokens[i - 1] == "sold":
            found.update(_backwards(tokens, i - 1))
    return found


def _backwards(tokens: Sequence[str], i: int) -> range:
    start = i
    while start > 0 and i - start < REACH and tokens[start - 1] not in _BREAKS - {"is", "are"}:
        start -= 1
    return range(start, i)


def _group(tokens: Sequence[str], i: int, reach: int) -> tuple[int, list[list[str]]]:
    """The things named from `i` on, up to the next clause; "or" and "nor" add another one."""
    things: list[list[str]] = [[]]
    while i < len(tokens) and (tokens[i] in _LINKS or tokens[i] in _PASSIVE):
        i += 1
    while i < len(tokens) and tokens[i] not in _BREAKS and (len(things[-1]) < reach or tokens[i] in _ALSO):
        if tokens[i] in _ALSO:
            things.append([])
        elif tokens[i] not in words.STOPWORDS:
            things[-1].append(tokens[i])
        i += 1
    return i, things
