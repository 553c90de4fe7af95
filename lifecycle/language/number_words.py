"""Number words zero to ten as buyers type them, mistyped ones included."""

from __future__ import annotations

from rapidfuzz.distance import OSA

OUT_OF = "§"  # "9 out of 10" becomes `9§` before it is read
WORDS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
# The numbers of neighbouring languages that are no English word, no name and no month ("otto", "sept" and "null" are).
FOREIGN = {
    "nought": 0, "naught": 0, "nil": 0, "dix": 10,
    "cero": 0, "uno": 1, "eins": 1, "deux": 2, "zwei": 2, "trois": 3, "drei": 3, "tres": 3, "quatre": 4,
    "vier": 4, "cuatro": 4, "quattro": 4, "cinq": 5, "cinco": 5, "cinque": 5, "vijf": 5, "sechs": 6, "seis": 6,
    "sieben": 7, "siete": 7, "sette": 7, "zeven": 7, "acht": 8, "huit": 8, "ocho": 8, "oito": 8, "neun": 9, "neuf": 9,
    "nueve": 9, "negen": 9, "zehn": 10, "diez": 10, "dieci": 10, "tien": 10,
}  # fmt: skip
NAMES = {number: word for word, number in WORDS.items()}

# One key away from a number word, but words of their own.
_LOOK_ALIKE = (
    "aero bight bone cero dine dive done eighth eighty eleven elven even ever fave favor fever fibre fife "
    "fifth fight file fine finer fire fives flour for fore form foul fours fourth free freight give given "
    "gives gone heaven height her here hero hive hour knee leven lever light line liner live lives lone might "
    "mine miner near never nice nicer night nina niner nines ninety ninth none noun nue nun pine pour right "
    "seen serve seve sevens seventh seventy sever severn sight sine sixth sixty sour steven sven thee there "
    "these those threw tight tone tour tree vine weight were where wine wives your zeroes zeros zorro "
)
_OTHER_WORDS = frozenset(_LOOK_ALIKE.split())
_KNOWN_TYPOS: dict[str, int | None] = {
    "tne": 10,
    "tenn": 10,
    "tem": 10,
    "twoo": 2,
    "sixx": 6,
    "siz": 6,
    "siix": 6,
    "sxi": 6,
    "oen": 1,
    "sx": 6,
    "sevn": 7,
    "svn": 7,
    "nien": 9,
    "nin": 9,
    "nne": 9,
    "eigth": 8,
    "eigt": 8,
    "eght": 8,
    "ate": None,
    "fiv": 5,
    "foru": 4,
    "thre": 3,
    "thee": None,
    "zer0": 0,
    "onee": 1,
}


def number_of_typo(token: str) -> int | None:
    """The number a mistyped word stands for: one letter missing, doubled, swapped or wrong; None when in doubt.

    Only words of four letters and more are guessed, and never one that is a word of its own (fine, give, height).
    """
    if token in _KNOWN_TYPOS:
        return _KNOWN_TYPOS[token]
    if len(token) < 3 or not token.isascii() or not token.isalpha() or token in _OTHER_WORDS or token in WORDS:
        return None
    near = {number for word, number in WORDS.items() if len(word) >= 4 and OSA.distance(token, word) <= 1}
    return near.pop() if len(near) == 1 else None
