"""The words of a message as numbers."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
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
        self._slips = Slips(self.examples_with)

    def _parts(self) -> list[tuple[str, TfidfVectorizer]]:
        return [("words", self.words), ("letters", self.letters), ("kinds", self.kinds)]

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn from these texts; their features, one row each."""
        clean = [normalise(text) for text in texts]
        self.examples_with = dict(Counter(word for text in clean for word in set(text.split())))
        self._slips = Slips(self.examples_with)
        self.words.fit(clean)
        self.letters.fit(clean)
        self.kinds.fit([self._by_kind(text) for text in clean])
        return self.transform(texts, seen_in_training=True)

    def transform(self, texts: Sequence[str], *, seen_in_training: bool = False) -> csr_matrix:
        """Features of texts, one row each."""
        clean = [normalise(text) for text in texts]
        if not seen_in_training:
            clean = [self._slips.mended(text) for text in clean]
        known_from = 2 if seen_in_training else 1
        unknown = np.zeros((len(clean), 2))
        for row, text in enumerate(clean):
            words = set(text.split())
            count = sum(self.examples_with.get(word, 0) < known_from for word in words)
            unknown[row] = 0.35 * min(count, 3), count / max(1, len(words))
        by_kind = self.kinds.transform([self._by_kind(text) for text in clean])
        return hstack([self.words.transform(clean), self.letters.transform(clean), by_kind, unknown]).tocsr()

    def _by_kind(self, clean: str) -> str:
        return " ".join(
            f"_{kind}_" if kind else "_unknown_" if word.isalpha() and self.examples_with.get(word, 0) < 2 else word
            for word, kind in lexicon.kinds_in(clean.split())
        )
