"""A text as tokens: each word with its closed class, what is one wish or one opener in one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lifecycle.language.manners import (
    ADVERBS,
    AUXILIARIES,
    BEING,
    DETERMINERS,
    IT,
    PEOPLE_SPEAKING,
    POSSESSIVES,
    PRAISE,
    SINCE,
    VERBS,
    WISHING,
)
from lifecycle.language.measures import EASE, FIRSTS, FOLLOWERS, PREFERENCES, SECONDS
from lifecycle.language.openers import OPENERS
from lifecycle.language.words import stem, wordset

_WISHES = re.compile("|".join(rf"(?P<{key}>(?:{words})(?![\w-]))" for key, words in PREFERENCES))
_WISHED = frozenset(
    start[:3] for _, words in PREFERENCES for start in re.findall(r"(?:^|\||\(\?:)([a-z]+)", words) if len(start) > 2
)
_WORD = re.compile(
    r"\d+(?:[.,/]\d+)*(?:\s?[%\"])?(?:-?[a-z]+(?:-[a-z0-9]+)*)?|[&,:()\[\].;!?\n]|--+|(?<=\s)[-–—|](?=\s)|"
    r"[^\W_]+(?:['-][^\W_]+)*(?:'(?=\s|$))?"
)
# A closed class and the tag of its words; a word of several classes has the last one.  All other words are "U"; "#" is
# something measured, "$" a price, "mark" and "ended" are punctuation; an opener's tag is its name (see `openers`).
_CLASSES: tuple[tuple[str, frozenset[str]], ...] = (
    ("D", DETERMINERS | wordset("what whats what's wheres hows")),
    ("M", POSSESSIVES),
    ("V", VERBS),
    ("W", WISHING),
    ("A", ADVERBS | PRAISE),
    ("S", SINCE),
    ("P", PEOPLE_SPEAKING),
    ("I", IT),
    ("X", AUXILIARIES),
    ("E", BEING),
    ("R", wordset("that which thats that's")),
    ("Q", wordset("who whos who's whom")),
    ("C", wordset("and or & n nor")),
    ("B", wordset("but so then plus")),
    ("T", wordset("to")),
    ("N", wordset("in")),
    (
        "O",
        wordset(
            """
    of on onto at by over under into like than about near behind per via against between among above below upon off
    up down out through from within along across around
    """
        ),
    ),
    ("H", wordset("has have had having")),
    ("U", wordset("one ones something anything thing things everything stuff")),
)
_TAGS = {word: tag for tag, words in _CLASSES for word in words}


class Token(NamedTuple):
    """A word where it stands; `tag` is its closed class ("U" for all others), `key` the preference it wishes."""

    word: str
    stem: str
    start: int
    end: int
    tag: str
    key: str = ""


def tokens(text: str, measured: Iterable[tuple[int, int]] = (), paid: Iterable[tuple[int, int]] = ()) -> list[Token]:
    """The words of a lower-case text with their classes; a `measured` span (a size) is one "#", a `paid` one "$"."""
    spans = sorted([*((start, end, "#") for start, end in measured), *((start, end, "$") for start, end in paid)])
    found: list[Token] = []
    at = position = 0
    while (match := _WORD.search(text, position)) is not None:
        start, position = match.span()
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        if at < len(spans) and start < spans[at][1] and position > spans[at][0]:
            found.append(Token("#", "", *spans[at]))
            position = max(position, spans[at][1])
            continue
        token, wish = _opener(text, match), _wish(text, match)
        if token is None or (wish is not None and wish.end > token.end):
            token = wish or _plain(match.group(0), start, position)
        position = token.end
        found.append(token)
    return _qualities(found)


def _opener(text: str, match: re.Match[str]) -> Token | None:
    """The longest group of little words that begins here ("made of", "doesn't have any")."""
    best: Token | None = None
    for name, pattern in OPENERS.get(match.group(0), ()):
        found = pattern.match(text, match.start())
        if found and (best is None or found.end() > best.end):
            best = Token(" ".join(found.group(0).split()), "", match.start(), found.end(), name)
    return best


def _wish(text: str, match: re.Match[str]) -> Token | None:
    if match.group(0)[:3] not in _WISHED:
        ease = EASE.match(text, match.start()) if match.group(0) in _EASY else None
        return Token(" ".join(ease.group(0).split()), "", ease.start(), ease.end(), "U") if ease else None
    ease = EASE.match(text, match.start())
    found = ease or _WISHES.match(text, match.start())
    if found is None:
        return None
    words = " ".join(found.group(0).split())
    return Token(words, stem(words), found.start(), found.end(), "U", "" if ease else found.lastgroup or "")


def _plain(word: str, start: int, end: int) -> Token:
    tag = _TAGS.get(word, "U")
    if tag == "U" and word.endswith("'s"):
        base = word[:-2]
        if _TAGS.get(base, "U") not in "PIRQE":
            return Token(base, _stem(base), start, end, "U")
    if tag == "U" and not word[0].isalnum():
        return Token(word, "", start, end, "mark" if word in ",:()[]" else "ended")
    return Token(word, _stem(word), start, end, tag)


def _qualities(found: list[Token]) -> list[Token]:
    """Two words that are one wish made one token: "dishwasher safe", "non slip", "high waisted"."""
    made: list[Token] = []
    for token in found:
        before = made[-1] if made else None
        if before is not None and before.tag in "UON" and (token.tag == "U" or token.word in _PARTICLES):
            manner = before.word.endswith("ly") and len(before.word) > 4 and before.tag == "U" and not before.key
            together = (
                (manner and before.word not in _LY)
                or (token.word in SECONDS and before.tag == "U" and before.word not in _NEVER_FIRST)
                or (
                    before.word in FIRSTS
                    and token.word in FOLLOWERS
                    and not (before.tag != "U" and token.word != "ear")
                )
            )
            if together:
                made[-1] = Token(f"{before.word} {token.word}", token.stem, before.start, token.end, "U")
                continue
        made.append(token)
    return made


_EASY = wordset(
    """
    easy easier easiest simple simpler quick quicker safe ready comfy comfortable hard fun
    """
)
_LY = wordset(
    "family butterfly assembly friendly jelly belly curly woolly firefly barfly multiply supply monthly weekly daily"
)
_PARTICLES = frozenset({"up", "on", "in", "off", "through", "down", "over"})
_NEVER_FIRST = frozenset({"one", "ones", "something", "anything", "thing", "things", "everything", "stuff"})


def _stem(word: str) -> str:
    return stem(word.rpartition("-")[2] or word)
