"""The short forms people type on a phone, written out: "il take tht 1" is "i'll take that one"."""

from __future__ import annotations

import re

_WRITTEN_OUT = {
    "u": "you", "ya": "you", "youse": "you", "yous": "you",
    "yu": "you", "ur": "your", "r": "are", "da": "the", "dis": "this", "dat": "that",
    "tht": "that", "th": "the", "teh": "the", "n": "and", "nd": "and", "nt": "not", "pls": "please", "plz": "please",
    "plss": "please", "thx": "thanks", "thnx": "thanks", "tnx": "thanks", "wat": "what",
    "wht": "what", "wot": "what",
    "wats": "what's", "wots": "what's", "whts": "what's", "hws": "how's",
    "hw": "how", "wen": "when", "whr": "where", "wich": "which", "whch": "which",
    "cn": "can", "hav": "have", "hv": "have", "wnt": "want", "wanna": "want to", "gonna": "going to",
    "gimme": "give me", "lemme": "let me", "gud": "good", "gd": "good", "im": "i'm", "il": "i'll",
    "ive": "i've", "abt": "about", "undr": "under", "unda": "under", "belo": "below", "ovr": "over",
    "w/o": "without", "w/": "with", "wth": "with", "bc": "because", "cuz": "because",
    "coz": "because", "sth": "something", "smth": "something", "smthn": "something", "nuthin": "nothing",
    "k": "ok", "kk": "ok", "okey": "ok", "tho": "though", "bout": "about", "alot": "a lot",
    "chep": "cheap", "cheep": "cheap", "cheeper": "cheaper", "cheepest": "cheapest", "quiter": "quieter",
    "quitest": "quietest", "hte": "the", "adn": "and", "waht": "what", "whta": "what", "thsi": "this", "taht": "that",
    "amex": "american express",
    "frist": "first", "scond": "second", "secnd": "second", "tihrd": "third", "thrid": "third",
}  # fmt: skip
_TOKEN = re.compile(r"(?<![\w$£€@.'/])(?:w/o|w/|[a-zA-Z]+\d?)(?![\w@'’/]|\.\w)")
_DOES = re.compile(
    r"\b(?:dose|dos|doe|duz)\s+(?=(?:it|this|that|they|he|she|the|your|anyone|one|delivery|shipping)\b)", re.I
)
_ONE = re.compile(
    r"\b(the|that|this|which|what|other|first|second|third|last|\w+(?:er|est))\s+1\b(?![.,:]?\d|\s*(?:l|lit\w*|kg|g|cm|mm|m|in|"
    r"inch\w*|ft|w|oz|lbs?|cups?|packs?|x|years?|months?|days?|hours?|pieces?)\b)",
    re.I,
)


def plain(text: str) -> str:
    """The text with its short forms written out; everything else, and a single word, stays as it was typed."""
    if " " not in text.strip():
        return text
    written = _TOKEN.sub(lambda found: _WRITTEN_OUT.get(found.group().lower(), found.group()), text)
    return _ONE.sub(r"\1 one", _DOES.sub("does ", written))
