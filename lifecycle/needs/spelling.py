"""Slips of the keyboard mended with the words of the store: "a coffe grindr" is a coffee grinder.

What is an English word stays as it is, whether the store has it or not: who asks a store of speakers for sneakers wants
sneakers.  The list of English words is symspellpy's (82,765 words, from SCOWL and Google Books).
"""

from __future__ import annotations

import functools
import re
from importlib import resources

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lifecycle.language.goods import GOODS
from lifecycle.language.manners import (
    ASIDES,
    AUDIENCE,
    COLOURS,
    MANNERS,
    MATERIALS,
    PERSONS,
    PLACES,
    PREPOSITIONS,
    PRESENTS,
    VERBS,
)
from lifecycle.language.measures import OPPOSITE, PREFERENCE
from lifecycle.language.words import stem
from lifecycle.needs import prices
from lifecycle.needs.vocabulary import SHORTEST_MENDED, Vocabulary

LONG = 8  # letters up to which one slip is believed, beyond it two
REMEMBERED = 20_000  # words of one store whose mending is kept
_KNOWN = frozenset().union(
    MANNERS, AUDIENCE, PREPOSITIONS, ASIDES, PRESENTS, VERBS, COLOURS, MATERIALS, PERSONS, PLACES, prices.WORDS
)
_OURS = {
    letter: [word for word in sorted(_KNOWN) if word[0] == letter and len(word) >= SHORTEST_MENDED]
    for letter in "abcdefghijklmnopqrstuvwxyz"
}
_WORD = re.compile(rf"(?<![\w'-])[a-z]{{{SHORTEST_MENDED - 1},}}(?![\w'-])")


def mended(text: str, vocabulary: Vocabulary) -> str:
    """A lower-case text in which each word that nobody knows is the nearest known one, if that is a slip away.

    Short words and the first letter are left alone: "boots" is no misspelt "books".
    """
    if not vocabulary.spellings:
        return text
    return _WORD.sub(lambda found: _mended(found.group(0), vocabulary), text)


@functools.lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """The English words of SHORTEST_MENDED letters and more, about 7 MB in memory."""
    listed = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    words = (line.partition(" ")[0] for line in listed.splitlines())
    return frozenset(word for word in words if len(word) >= SHORTEST_MENDED - 1 and word.isalpha())


def _letter_lost(word: str, vocabulary: Vocabulary) -> str:
    """A word of four letters that nobody knows may have lost one inside: "clok" is a clock."""
    if word in _KNOWN or stem(word) in vocabulary.words or word in english() or stem(word) in GOODS:
        return word
    whole = (known for known in vocabulary.spellings.get(word[0], ()) if len(known) == SHORTEST_MENDED)
    return next((known for known in whole if known[-1] == word[-1] and OSA.distance(word, known) == 1), word)


def _mended(word: str, vocabulary: Vocabulary) -> str:
    known = vocabulary.mended.get(word)
    if known is None:
        if len(vocabulary.mended) >= REMEMBERED:
            vocabulary.mended.clear()
        known = vocabulary.mended[word] = _nearest(word, vocabulary)
    return known


def _nearest(word: str, vocabulary: Vocabulary) -> str:
    if len(word) < SHORTEST_MENDED:
        return _letter_lost(word, vocabulary)
    if word in _KNOWN or stem(word) in vocabulary.words or word in english() or stem(word) in GOODS:
        return word
    if PREFERENCE.search(word) or word in OPPOSITE:
        return word
    slips = 2 if len(word) > LONG else 1
    best = (slips + 1.0, word)
    for candidates in (_OURS.get(word[0], ()), vocabulary.spellings.get(word[0], ())):
        found = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=slips)
        if found and (len(word) > SHORTEST_MENDED or len(found[0]) != len(word) or sorted(found[0]) == sorted(word)):
            best = min(best, (found[1], str(found[0])), key=lambda pair: pair[0])
    return best[1]
