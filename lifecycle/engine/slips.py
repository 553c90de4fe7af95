"""Slips of the keyboard in a message, mended with the words of the examples: "retrun my prodcut"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lifecycle.engine.lexicon import kind_of
from lifecycle.needs.spelling import LONG, english
from lifecycle.needs.vocabulary import SHORTEST_MENDED

_TAUGHT = 5  # examples a word must be in before anything is taken for it


class Slips:
    """A word that no example, no list and no dictionary has is the nearest taught one, if that is a slip away.

    One slip in a short word, two in a long one; the first letter is believed.  A word of four letters is mended only
    when two of its letters changed places.
    """

    def __init__(self, examples_with: Mapping[str, int]) -> None:
        self._examples_with = examples_with
        self._taught: dict[str, list[str]] = defaultdict(list)
        for word, examples in examples_with.items():
            if examples >= _TAUGHT and len(word) >= SHORTEST_MENDED - 1 and word.isalpha():
                self._taught[word[0]].append(word)

    def mended(self, clean: str) -> str:
        """A normalised text with its slips mended."""
        return " ".join(map(self._word, clean.split()))

    def _word(self, word: str) -> str:
        short = len(word) < SHORTEST_MENDED
        if len(word) < SHORTEST_MENDED - 1 or not (word.isascii() and word.isalpha()) or word in self._examples_with:
            return word
        if kind_of(word) or (not short and word in english()):
            return word
        slips = 2 if len(word) > LONG else 1
        found = process.extractOne(word, self._taught.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
        if found is None or (short and sorted(found[0]) != sorted(word)):
            return word
        return str(found[0])
