"""The words of a message as numbers."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from lifecycle.engine import lexicon
from lifecycle.engine.slips import Slips

_TERMS, _RARITY = "terms.json", "rarity.npz"
_WORD = re.compile(r"\b\w+\b")
_PIECE = re.compile(r"\S+")
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


def word_sequences(text: str, token: re.Pattern[str], least: int, most: int) -> list[str]:
    """Runs of `least` to `most` tokens, as scikit-learn's analyzer "word" makes them."""
    tokens = token.findall(text)
    return [
        " ".join(tokens[start : start + length])
        for length in range(least, most + 1)
        for start in range(len(tokens) - length + 1)
    ]


def letter_sequences(text: str, least: int, most: int) -> list[str]:
    """Runs of letters within words and their edges, as scikit-learn's analyzer "char_wb" makes them."""
    found: list[str] = []
    for word in text.split():
        padded = f" {word} "
        for length in range(least, most + 1):
            if length >= len(padded):  # a short word counts once, whole
                found.append(padded)
                break
            found += [padded[start : start + length] for start in range(len(padded) - length + 1)]
    return found


class Part:
    """One vocabulary with its weights: sublinear tf times idf, each message's length one, as TfidfVectorizer does."""

    def __init__(self, sequences: Callable[[str], list[str]], least_examples: int) -> None:
        self.sequences = sequences
        self.least_examples = least_examples
        self.terms: list[str] = []
        self.rarity: list[float] = []
        self._places: dict[str, int] = {}

    def know(self, terms: list[str], rarity: list[float]) -> None:
        """The vocabulary in the order of its places, and the idf of each."""
        self.terms, self.rarity = terms, rarity
        self._places = {term: place for place, term in enumerate(terms)}

    def add(self, text: str, shift: int, places: list[int], values: list[float]) -> None:
        known = self._places
        found = Counter(known[sequence] for sequence in self.sequences(text) if sequence in known)
        weights = [(1 + math.log(count)) * self.rarity[place] for place, count in found.items()]
        length = math.sqrt(math.fsum(weight * weight for weight in weights)) or 1.0
        places += [place + shift for place in found]
        values += [weight / length for weight in weights]


class ChatVectors:
    """Weighted word and letter sequences of normalised texts, the kinds of their words, and how much is unknown.

    The kinds are the message once more with every listed word replaced by its kind ("price of _goods_"), so that what
    one shop's examples teach holds for another's goods.  Words seen in one training example only stand in for the
    unknown words of real talk, so that the classifier learns what their presence means: a foreign question is mostly
    made of them.  They are learned in lifecycle.engine.learning.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        words, letters, kinds = (config[f"{name}_ngrams"] for name in ("word", "letter", "kind"))
        self.parts = {
            "words": Part(partial(word_sequences, token=_WORD, least=words[0], most=words[1]), config["word_min"]),
            "letters": Part(partial(letter_sequences, least=letters[0], most=letters[1]), config["letter_min"]),
            "kinds": Part(partial(word_sequences, token=_PIECE, least=kinds[0], most=kinds[1]), config["kind_min"]),
        }
        self.examples_with: dict[str, int] = {}
        self._slips = Slips({})
        self._shifts: list[int] = []  # where each part's features begin

    def save(self, folder: Path) -> None:
        """Write what was learned into a folder, as plain lists and numbers."""
        terms = {name: part.terms for name, part in self.parts.items()}
        kept = {"terms": terms, "examples_with": self.examples_with}
        (folder / _TERMS).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        np.savez(folder / _RARITY, **{name: part.rarity for name, part in self.parts.items()})

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        kept = json.loads((folder / _TERMS).read_text(encoding="utf-8"))
        with np.load(folder / _RARITY) as rarity:
            for name, part in self.parts.items():
                part.know(kept["terms"][name], rarity[name].tolist())
        self.examples_with = kept["examples_with"]
        self.ready()

    def ready(self) -> None:
        """After `parts` and `examples_with` were learned."""
        self._slips = Slips(self.examples_with)
        self._shifts = list(accumulate((len(part.terms) for part in self.parts.values()), initial=0))

    def of(self, text: str) -> tuple[list[int], list[float]]:
        """Places and values of the features a message has; the same numbers the training gave its rows.

        A message has some hundred of the features, and scipy's matrices cost ten times the arithmetic for one row.
        """
        clean = self.mended(text)
        places: list[int] = []
        values: list[float] = []
        read_as = (clean, clean, self.by_kind(clean))
        for read, part, shift in zip(read_as, self.parts.values(), self._shifts, strict=False):
            part.add(read, shift, places, values)
        last = self._shifts[-1]
        return [*places, last, last + 1], [*values, *self.unknown(clean, known_from=1)]

    def mended(self, text: str) -> str:
        """The text in one spelling, slips of the finger put right."""
        return self._slips.mended(normalise(text))

    def unknown(self, clean: str, known_from: int) -> tuple[float, float]:
        """Two features: how many words fewer than `known_from` examples have, and their share."""
        words = set(clean.split())
        count = sum(self.examples_with.get(word, 0) < known_from for word in words)
        return 0.35 * min(count, 3), count / max(1, len(words))

    def by_kind(self, clean: str) -> str:
        """Every listed word replaced by its kind, every rare one by "unknown"."""
        return " ".join(
            f"_{kind}_" if kind else "_unknown_" if word.isalpha() and self.examples_with.get(word, 0) < 2 else word
            for word, kind in lexicon.kinds_in(clean.split())
        )
