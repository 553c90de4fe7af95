"""Slips of the keyboard mended with the words of the store: "a coffe grindr" is a coffee grinder."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lifecycle.manners import ASIDES, AUDIENCE, MANNERS, PREPOSITIONS, PRESENTS
from lifecycle.measures import OPPOSITE, PREFERENCE
from lifecycle.vocabulary import SHORTEST_MENDED, Vocabulary
from lifecycle.words import stem

LONG = 8  # letters up to which one slip is believed, beyond it two
_KNOWN = MANNERS | AUDIENCE | PREPOSITIONS | ASIDES | PRESENTS
_OURS = {
    letter: [word for word in sorted(_KNOWN) if word[0] == letter and len(word) >= SHORTEST_MENDED]
    for letter in "abcdefghijklmnopqrstuvwxyz"
}
_WORD = re.compile(rf"(?<![\w'-])[a-z]{{{SHORTEST_MENDED},}}(?![\w'-])")


def mended(text: str, vocabulary: Vocabulary) -> str:
    """A lower-case text in which each word that nobody knows is the nearest known one, if that is a slip away.

    Short words and the first letter are left alone: "boots" is no misspelt "books".
    """
    if not vocabulary.spellings:
        return text
    return _WORD.sub(lambda found: _nearest(found.group(0), vocabulary), text)


def _nearest(word: str, vocabulary: Vocabulary) -> str:
    if word in _KNOWN or stem(word) in vocabulary.words or PREFERENCE.search(word) or word in OPPOSITE:
        return word
    slips = 2 if len(word) > LONG else 1
    for candidates in (vocabulary.spellings.get(word[0], ()), _OURS.get(word[0], ())):
        best = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=slips)
        if best and (len(word) > SHORTEST_MENDED or len(best[0]) != len(word) or sorted(best[0]) == sorted(word)):
            return str(best[0])
    return word
