"""English words as the search and the knowledge see them: tokens, Porter stems, and the words that carry no meaning."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

KEPT = 200_000  # words remembered by a process, of each kind
T = TypeVar("T")


def wordset(text: str) -> frozenset[str]:
    """The words of a text as a set, for lists that are easier to read as prose than as code."""
    return frozenset(text.split())


# Function words and the politeness of shoppers; "no", "not", "without" are kept, they change what is asked.
STOPWORDS = wordset(
    """
    a an and any are as at be been but by can could did do does for from had has have i if in into is it its im
    ill me my of on or our please she he so some than that the their them then there these they this those to us
    was we were what when where which who whom will with would you your ive am also just
    """
)
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)+|w/o\b|[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_RUN_ON = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # written without spaces
_OTHER = re.compile("[ßøæœłđðþı]")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_MARKS = re.compile(r"[\u0300-\u036f]")
_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_GLUED = re.compile(r"^(\d+(?:\.\d+)?)([a-z]{1,6})$")
_IRREGULAR = {
    "women": "woman", "men": "man", "mens": "man", "womens": "woman", "children": "child", "childrens": "child",
    "kids": "kid", "feet": "foot", "teeth": "tooth", "mice": "mouse", "geese": "goose", "people": "person",
    "knives": "knife", "shelves": "shelf", "wolves": "wolf", "leaves": "leaf", "loaves": "loaf", "scarves": "scarf",
    "halves": "half", "wives": "wife", "lives": "life", "grey": "gray", "colour": "color", "colours": "color",
    "jewellery": "jewelry", "aluminium": "aluminum", "litre": "liter", "litres": "liter", "metre": "meter",
    "metres": "meter", "sent": "send", "paid": "pay", "bought": "buy", "sold": "sell", "broke": "break",
    "broken": "break", "kept": "keep", "lost": "lose",
    "oz": "ounce", "lb": "pound", "lbs": "pound", "ft": "foot",
    "centre": "center", "tyre": "tire", "tyres": "tire", "mould": "mold",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents, for comparing; the text itself is never stored this way."""
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.lower()))
    return plain.translate(_LETTERS) if _OTHER.search(plain) else plain


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers in order; "women's" is one word, "1,000" is 1000, "200mg" is 200 and mg."""
    return list(itertools.chain.from_iterable(map(_READ.__getitem__, fold(text).split())))


class Kept(dict[str, T]):
    """What a function said of each word, so that reading a million pages runs at the speed of look-ups."""

    def __init__(self, made: Callable[[str], T]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, word: str) -> T:
        if len(self) >= KEPT:
            self.clear()
        self[word] = made = self._made(word)
        return made


def _read(chunk: str) -> tuple[str, ...]:
    """The tokens between two spaces; the same few hundred thousand chunks make up all texts, so they are kept."""
    return tuple(token for found in _TOKEN.findall(chunk) for token in _token(found))


def _token(token: str) -> tuple[str, ...]:
    if token.isalpha():
        return (token,) if token.isascii() or not _RUN_ON.search(token) else _pairs(token)
    if token == "w/o":
        return ("without",)
    if "'" in token or "’" in token:
        token = token.replace("’", "'")
        token = token[:-2] if token.endswith("'s") else token.replace("'", "")
    if token[0].isdigit():
        glued = _GLUED.match(token)
        if glued:
            return (glued.group(1), "inch" if glued.group(2) == "in" else glued.group(2))
        token = token.replace(",", "") if _THOUSANDS.match(token) else token
    return (token,) if token else ()


def _pairs(token: str) -> tuple[str, ...]:
    """Each two neighbours of a script that writes no spaces, as search engines index Chinese, Japanese and Thai."""
    return tuple(token[i : i + 2] for i in range(len(token) - 1)) or (token,)


def stem(word: str) -> str:
    """Porter's stem (M. F. Porter, An algorithm for suffix stripping, 1980), irregular plurals and spellings first."""
    return _STEMS[word]


def stemmed(found: Iterable[str]) -> list[str]:
    """The stems of tokens, in their order."""
    return list(map(_STEMS.__getitem__, found))


def _stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    if len(word) <= 2 or not word.isascii() or not word.isalpha():
        return word
    return _step5(_strip(_strip(_step1(word), _STEP2, 0), _STEP3, 0)) if len(word) > 2 else word


def stems(text: str) -> list[str]:
    """The stems of a text, in order, stop words included."""
    return stemmed(tokens(text))


@functools.lru_cache(maxsize=16_384)
def stemset(text: str) -> frozenset[str]:
    """The stems of a short text that is asked about again and again: a term, a title."""
    return frozenset(stems(text))


def content(text: str) -> list[str]:
    """The stems that carry meaning, in order."""
    return [stem(token) for token in tokens(text) if token not in STOPWORDS]


_READ = Kept(_read)
_STEMS = Kept(_stem)

_STEP2 = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"),
    ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
    ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
    ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
]  # fmt: skip
_STEP3 = [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")]
_STEP4 = [
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion",
    "al", "er", "ic", "ou",
]  # fmt: skip


def _consonant(word: str, i: int) -> bool:
    letter = word[i]
    if letter in "aeiou":
        return False
    return letter != "y" or i == 0 or not _consonant(word, i - 1)


def _measure(word: str) -> int:
    """Porter's m: how many times a vowel run is followed by a consonant run."""
    shape = "".join("c" if _consonant(word, i) else "v" for i in range(len(word)))
    return len(re.findall("v+c+", shape))


def _vowel(word: str) -> bool:
    return any(not _consonant(word, i) for i in range(len(word)))


def _double(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _consonant(word, len(word) - 1)


def _cvc(word: str) -> bool:
    if len(word) < 3 or word[-1] in "wxy":
        return False
    last = len(word) - 1
    return _consonant(word, last) and not _consonant(word, last - 1) and _consonant(word, last - 2)


def _step1(word: str) -> str:
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        word = word[:-1] if _measure(word[:-3]) > 0 else word
    else:
        for suffix in ("ed", "ing"):
            if word.endswith(suffix) and _vowel(word[: -len(suffix)]):
                word = _mended(word[: -len(suffix)])
                break
    return word[:-1] + "i" if word.endswith("y") and _vowel(word[:-1]) else word


def _mended(word: str) -> str:
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if _double(word) and word[-1] not in "lsz":
        return word[:-1]
    return word + "e" if _measure(word) == 1 and _cvc(word) else word


def _strip(word: str, pairs: list[tuple[str, str]], least: int) -> str:
    for suffix, replacement in pairs:
        if word.endswith(suffix):
            base = word[: -len(suffix)]
            return base + replacement if _measure(base) > least else word
    return word


def _step5(word: str) -> str:
    for suffix in _STEP4:
        if word.endswith(suffix):
            base = word[: -len(suffix)]
            if _measure(base) > 1 and (suffix != "ion" or base.endswith(("s", "t"))):
                word = base
            break
    if word.endswith("e"):
        m = _measure(word[:-1])
        word = word[:-1] if m > 1 or (m == 1 and not _cvc(word[:-1])) else word
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
