"""How much a single word speaks for a shop or for the world outside."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from lifecycle.engine.lexicon import SHOP_KINDS, kind_of
from lifecycle.engine.slips import Slips
from lifecycle.engine.vectors import normalise
from lifecycle.language.words import STOPWORDS, wordset

# What to believe of a word before any example: the chance that a message with it concerns a shop, and how many
# examples that belief is worth.
_LISTED_AS_GOODS, _PLACE, _LISTED_AS_FOREIGN, _UNKNOWN = 0.8, 0.5, 0.08, 0.25
_WORTH = 0.5
_SWORN = wordset(
    "fuck fucking fuckin fucked shit shitty bullshit crap damn damned goddamn bloody hell ass wtf bitch stupid idiot"
)
_MARKS = frozenset("?!.,;:-()'\"#$£€₹/&+*…")
_SAYS_NOTHING = STOPWORDS | _SWORN | _MARKS | {"no", "not", "what's", "i'm"}


class WordEvidence:
    """Counts of words in the shop's examples and in foreign ones."""

    def __init__(self, counts: dict[str, tuple[int, int]] | None = None, weight: float = 1.0) -> None:
        """`counts`: per word, examples of the shop and foreign ones that have it; `weight`: of one of the shop's."""
        self.counts = counts or {}
        self.weight = weight
        self._slips = Slips({word: sum(examples) for word, examples in self.counts.items()})

    @classmethod
    def of(cls, texts: Sequence[str], foreign: Sequence[bool]) -> WordEvidence:
        ours: Counter[str] = Counter()
        theirs: Counter[str] = Counter()
        for text, is_foreign in zip(texts, foreign, strict=True):
            (theirs if is_foreign else ours).update(set(normalise(text).split()))
        counts = {word: (ours[word], theirs[word]) for word in sorted(ours.keys() | theirs.keys())}
        outside = sum(map(bool, foreign))
        return cls(counts, weight=max(1, outside) / max(1, len(texts) - outside))

    def weakest(self, text: str) -> float:
        """The log odds for a shop of the word that speaks most against it; 0.0 when no word says anything."""
        words = set(self._slips.mended(normalise(text)).split()) - _SAYS_NOTHING
        return min(map(self._log_odds, words), default=0.0)

    def _log_odds(self, word: str) -> float:
        ours, theirs = self.counts.get(word, (0, 0))
        chance = _first_guess(word)
        return math.log((ours * self.weight + _WORTH * chance) / (theirs + _WORTH * (1 - chance)))


def _first_guess(word: str) -> float:
    kind = kind_of(word)
    if kind in SHOP_KINDS:
        return _LISTED_AS_GOODS
    return {"place": _PLACE, "world": _LISTED_AS_FOREIGN}.get(kind or "", _UNKNOWN)
