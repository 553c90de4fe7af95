"""A text of a page as questions are matched against it: its words, its name and value, its measures, its manner."""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass

from lifecycle.knowledge import thesaurus
from lifecycle.knowledge.aspects import unit
from lifecycle.language import words
from lifecycle.language.words import stem, wordset

_MEASURED = re.compile(r"(\d+(?:[.,/]\d+)*)\s*-?\s*(°\s?[cf]\b|%|[a-z]+(?:/[a-z]+)?|[\"″”])", re.IGNORECASE)
_NUMBER_WORDS = wordset(
    """
    one two three four five six seven eight nine ten eleven twelve dozen pair single double both half couple few once
    twice
    """
)
_UNSURE = re.compile(
    r"\b(?:not (?:really )?sure|(?:don'?t|do not) (?:really )?know|no idea|can'?t (?:say|tell)|haven'?t tried|unsure|"
    r"dunno|couldn'?t (?:say|tell)|never tried|idk|wondering)\b",
    re.IGNORECASE,
)
_YES = re.compile(r"^\W*(?:a:\s*)?(?:yes|yep|yeah|yup|sure|correct|absolutely|definitely|of course)\b", re.IGNORECASE)
_NO = re.compile(r"^\W*(?:a:\s*)?(?:no|nope|nah|not|only|unfortunately|neither|none)\b", re.IGNORECASE)
_DENIAL = re.compile(
    r"\b(?:no|not|never|without|only|none|nope|nothing|nowhere|cannot|zero|neither|(?:is|does|do|wo|ca|are|would|did|was|"
    r"has|have|could|should)n'?t)\b",
    re.IGNORECASE,
)
_HEADED = re.compile(r"^[\w .'/()-]{1,60}$")


@dataclass(frozen=True, eq=False)  # one per text, compared as itself
class Passage:
    """What a text says, made ready; `name` are the cues of its heading ("Weight: 2 kg"), empty without one."""

    text: str
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    cues: frozenset[str]
    groups: frozenset[int]
    parts: tuple[str, str]  # heading and value
    name: frozenset[str]
    units: frozenset[str]
    number: bool  # it holds a number, in figures or in words
    yes: bool  # begins as an answer does
    no: bool
    denial: bool
    unsure: bool
    question: bool


@functools.lru_cache(maxsize=20_000)
def passage(text: str) -> Passage:
    """Take a statement apart.  "noise_db: 62 dB" is headed {nois, db} and measured in dB."""
    heading, value = split(text)
    tokens = words.tokens(text.replace("_", " "))
    cues = cues_of(tokens)
    return Passage(
        text=text,
        tokens=tuple(tokens),
        stems=tuple(map(stem, tokens)),
        cues=cues,
        groups=groups_of(cues),
        parts=(heading, value),
        name=cues_of(words.tokens(heading.replace("_", " "))),
        units=units_of(value),
        number=any(map(str.isdigit, value)) or not _NUMBER_WORDS.isdisjoint(tokens),
        yes=bool(_YES.match(value)),
        no=bool(_NO.match(value)),
        denial=bool(_DENIAL.search(text)),
        unsure=bool(_UNSURE.search(text)),
        question=text.rstrip().endswith("?"),
    )


def split(text: str) -> tuple[str, str]:
    """("Weight", "2 kg") of "Weight: 2 kg"; the heading is "" when a text has none of at most four words."""
    heading, colon, value = text.partition(":")
    few = len(re.split(r"[\s_]+", heading.strip())) <= 4
    if colon and value.strip() and few and _HEADED.match(heading):
        return heading.strip(), value.strip()
    return "", text


def cues_of(tokens: list[str]) -> frozenset[str]:
    """The stems, their pairs and triples in a row joined by `_`; "made of" and "made in" are one word each."""
    stems = list(map(stem, tokens))
    pairs = map("_".join, itertools.pairwise(stems))
    triples = map("_".join, zip(stems, stems[1:], stems[2:], strict=False))
    made = {
        "madein" if after == "in" else "madeof"
        for before, after in itertools.pairwise(tokens)
        if before == "made" and after in ("in", "of", "from")
    }
    return frozenset([*stems, *pairs, *triples, *made])


def groups_of(cues: frozenset[str]) -> frozenset[int]:
    """The thesaurus groups any of the cues stands in."""
    known = thesaurus.groups()
    return frozenset(number for entry in cues if entry in known for number in known[entry])


def units_of(text: str) -> frozenset[str]:
    return frozenset(unit(written) for _, written in _MEASURED.findall(text.lower()))
