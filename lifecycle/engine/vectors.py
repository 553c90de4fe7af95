"""The words of a message as numbers."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from lifecycle.engine import lexicon
from lifecycle.engine.slips import Slips

_TERMS, _RARITY = "terms.json", "rarity.npz"
_WORD = r"(?u)\b\w+\b"
_TOKEN = re.compile(r"[#$£€₹]|\w+(?:'\w+)?|[^\w\s]")
_SHORT_FORMS = {
    "u": "you", "ur": "your", "r": "are", "y": "why", "d": "the", "dis": "this", "n": "and", "2": "to", "4": "for",
    "pls": "please", "plz": "please", "plss": "please", "pl": "please", "plse": "please", "thx": "thanks",
    "wat": "what", "wht": "what", "hw": "how", "wen": "when", "whr": "where", "ware": "where", "wich": "which",
    "cn": "can", "hav": "have", "hv": "have", "wnt": "want", "wanna": "want to", "gonna": "going to", "gud": "good",
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't", "isnt": "isn't",
    "havent": "haven't", "hasnt": "hasn't", "im": "i'm", "ive": "i've", "whats": "what's", "wheres": "where's",
    "abt": "about", "msg": "message", "num": "number", "coz": "because", "bcoz": "because", "btw": "between",
    "recieve": "receive", "recieved": "received", "recvd": "received", "prodct": "product", "ordr": "order",
    "oder": "order", "delivry": "delivery", "cod": "cod cash on delivery",
}  # fmt: skip


def normalise(text: str) -> str:
    """One spelling for what people type in many: width, case, drawn-out letters, short forms, links, numbers.

    A number keeps its kind, not its value: 0-10 is what scores look like, longer ones keep their length, because
    order numbers, postcodes and prices differ by it.  Emoji beside words say nothing.
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    text = re.sub(r"https?://\S+|www\.\S+", " _link_ ", text)
    text = re.sub(r"\S+@\S+\.\S+", " _mail_ ", text)
    text = re.sub(r"(.)\1{2,}", r"\1\1", text)
    if any(map(str.isalnum, text)):
        text = "".join(" " if unicodedata.category(char) in ("So", "Sk", "Cf", "Mn") else char for char in text)
    text = " ".join(_SHORT_FORMS.get(token, token) for token in _TOKEN.findall(text))
    return re.sub(r"\d+", _kind_of_number, text)


def _kind_of_number(match: re.Match[str]) -> str:
    digits = match.group()
    if len(digits) <= 2 and int(digits) <= 10:
        return " _score_ "
    return f" _number{min(len(digits), 7)}_ "


class ChatVectors:
    """Weighted word and letter sequences of normalised texts, the kinds of their words, and how much is unknown.

    The kinds are the message once more with every listed word replaced by its kind ("price of _goods_"), so that what
    one shop's examples teach holds for another's goods.  Words seen in one training example only stand in for the
    unknown words of real talk, so that the classifier learns what their presence means: a foreign question is mostly
    made of them.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        common: dict[str, Any] = {"sublinear_tf": True, "lowercase": False}
        self.words = TfidfVectorizer(
            ngram_range=tuple(config["word_ngrams"]), min_df=config["word_min"], token_pattern=_WORD, **common
        )
        self.letters = TfidfVectorizer(
            ngram_range=tuple(config["letter_ngrams"]), min_df=config["letter_min"], analyzer="char_wb", **common
        )
        self.kinds = TfidfVectorizer(
            ngram_range=tuple(config["kind_ngrams"]), min_df=config["kind_min"], token_pattern=r"\S+", **common
        )
        self.examples_with: dict[str, int] = {}
        self._slips = Slips({})
        self._tables: list[_Table] = []
        self._shifts: list[int] = []  # where each part's features begin

    def save(self, folder: Path) -> None:
        """Write what was learned into a folder, as plain lists and numbers."""
        terms = {name: sorted(part.vocabulary_, key=part.vocabulary_.get) for name, part in self._parts()}
        kept = {"terms": terms, "examples_with": self.examples_with}
        (folder / _TERMS).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        np.savez(folder / _RARITY, **{name: part.idf_ for name, part in self._parts()})

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        kept = json.loads((folder / _TERMS).read_text(encoding="utf-8"))
        with np.load(folder / _RARITY) as rarity:
            for name, part in self._parts():
                part.vocabulary_ = {term: place for place, term in enumerate(kept["terms"][name])}
                part.idf_ = rarity[name]
        self.examples_with = kept["examples_with"]
        self._ready()

    def _parts(self) -> list[tuple[str, TfidfVectorizer]]:
        return [("words", self.words), ("letters", self.letters), ("kinds", self.kinds)]

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn from these texts; their features, one row each."""
        clean = [normalise(text) for text in texts]
        self.examples_with = dict(Counter(word for text in clean for word in set(text.split())))
        words, letters = self.words.fit_transform(clean), self.letters.fit_transform(clean)
        kinds = self.kinds.fit_transform([self._by_kind(text) for text in clean])
        unknown = np.array([self._unknown(text, known_from=2) for text in clean])
        self._ready()
        return hstack([words, letters, kinds, unknown]).tocsr()

    def of(self, text: str) -> tuple[list[int], list[float]]:
        """Places and values of the features a message has; the same numbers `fit` gives its rows.

        A message has some hundred of the features, and scipy's matrices cost ten times the arithmetic for one row.
        """
        clean = self._slips.mended(normalise(text))
        places: list[int] = []
        values: list[float] = []
        for read, part, shift in zip((clean, clean, self._by_kind(clean)), self._tables, self._shifts, strict=False):
            part.add(read, shift, places, values)
        last = self._shifts[-1]
        return [*places, last, last + 1], [*values, *self._unknown(clean, known_from=1)]

    def _unknown(self, clean: str, known_from: int) -> tuple[float, float]:
        words = set(clean.split())
        count = sum(self.examples_with.get(word, 0) < known_from for word in words)
        return 0.35 * min(count, 3), count / max(1, len(words))

    def _ready(self) -> None:
        self._slips = Slips(self.examples_with)
        self._tables = [_Table(part) for _, part in self._parts()]
        self._shifts = list(accumulate((len(part.vocabulary_) for _, part in self._parts()), initial=0))

    def _by_kind(self, clean: str) -> str:
        return " ".join(
            f"_{kind}_" if kind else "_unknown_" if word.isalpha() and self.examples_with.get(word, 0) < 2 else word
            for word, kind in lexicon.kinds_in(clean.split())
        )


class _Table:
    """One part's vocabulary and weights: sublinear tf times idf, each message's length one, as TfidfVectorizer does."""

    def __init__(self, part: TfidfVectorizer) -> None:
        self._sequences = part.build_analyzer()
        self._vocabulary: dict[str, int] = part.vocabulary_
        self._rarity: list[float] = part.idf_.tolist()

    def add(self, text: str, shift: int, places: list[int], values: list[float]) -> None:
        known = self._vocabulary
        found = Counter(known[sequence] for sequence in self._sequences(text) if sequence in known)
        weights = [(1 + math.log(count)) * self._rarity[place] for place, count in found.items()]
        length = math.sqrt(math.fsum(weight * weight for weight in weights)) or 1.0
        places += [place + shift for place in found]
        values += [weight / length for weight in weights]
