"""Slips of the keyboard in a reply to a score question: only the words people score with are mended, never a number."""

from __future__ import annotations

import functools
import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lifecycle.language.number_words import WORDS, number_of_typo
from lifecycle.needs.spelling import english
from lifecycle.needs.vocabulary import SHORTEST_MENDED


def _words(text: str) -> list[str]:
    return text.split()


_WORDS = _words(
    """
    absolutely actually because clearly customer definitely delivery deserve deserves despite disappointed easily
    excellent experience extremely fantastic friends give giving going great guess happy higher honest honestly
    instead likelihood likely love loved maybe meant mistake obviously overall packaging perfect perhaps personally
    please points possibly pretty probably product quality question rating rated really reckon recommend satisfied
    score shipping should since solid somewhere sorry strong sure thank thanks think though totally unlikely very
    would wouldn't worth
    about around almost nearly between least more from outta
    """
)
_SHORT = {"giv": "give", "gve": "give", "asy": "say", "sya": "say", "rte": "rate", "rat": "rate", "shure": "sure",
          "wud": "would", "woud": "would", "wold": "would", "wuld": "would", "wld": "would",
          "outt": "out", "form me": "from me", "form us": "from us",
          "a slid": "a solid", "a sold": "a solid",
          "plese": "please", "poins": "points", "thnk": "think",
          "scroe": "score",
          "sorce": "score", "scor": "score", "jus": "just", "jsut": "just"}  # fmt: skip
_WORD = re.compile(r"(?<![\w'-])[a-z']{3,}(?![\w-])")


def mended(line: str) -> str:
    """The line with each word that is none, and one slip from a word of scoring, put right."""
    for slip in ("form me", "form us", "a slid", "a sold"):
        line = re.sub(rf"\b{slip}\b", _SHORT[slip], line)
    return _WORD.sub(lambda found: _mended(found.group()), line)


@functools.lru_cache(maxsize=4096)
def _mended(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    if (
        len(word) < SHORTEST_MENDED
        or word in WORDS
        or word in english()
        or "'" in word
        or number_of_typo(word) is not None
    ):
        return word
    slips = 2 if len(word) > 7 else 1
    near = process.extract(word, _WORDS, scorer=OSA.distance, score_cutoff=slips, limit=2)
    return near[0][0] if len(near) == 1 or (near and near[0][1] < near[1][1]) else word
