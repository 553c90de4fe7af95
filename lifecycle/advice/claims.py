"""What a page claims in words about a preference no fact of it measures: "whisper-quiet compressor", "it is loud"."""

from __future__ import annotations

import re

from lifecycle.advice.shelf import Item
from lifecycle.advice.statements import Said, short

_GOOD_AND_BAD = {
    "quiet": (
        r"(?:whisper|ultra|super|very|extra|so|near|almost|runs?|is|stays?|operates?|works?|surprisingly)[\s-]+"
        r"(?:quiet|silent)(?:ly)?|(?:quiet|silent|noiseless)\s+(?:motor|operation|fan|compressor|running|drive|pump)|"
        r"low[\s-]noise|noiseless|(?:quiet|silent) enough|silent (?:switch|key)\w*",
        r"(?<!not )(?<!n't )(?:loud|noisy)(?!speaker| trains| enough)",
    ),
    "light": (
        r"ultra-?light\w*|light-?weight|feather-?light|weighs (?:only|just|under|less)|light enough to|"
        r"(?:is|so|very|super|extra|extremely|surprisingly) light(?! from| blue| grey| gray| green| pink| brown)",
        r"(?:is|very|so|quite|rather) heavy|heavyweight",
    ),
    "heavy": (r"(?:is|very|so|quite|solid and) heavy|heavyweight", r"light-?weight|ultra-?light"),
    "small": (
        r"compact|space[\s-]saving|small footprint|(?:is|very|so) (?:small|tiny)|small enough|pocket[\s-]sized?",
        r"(?:is|very|so|rather|quite|too) (?:big|bulky|large|tall)|bulky",
    ),
    "big": (
        r"(?:extra|very|so|is) (?:large|big|roomy|spacious)|spacious|roomy|large capacity|generous(?:ly sized)?|"
        r"oversized?",
        r"(?:is|very|so|rather|quite|too) (?:small|tiny)",
    ),
    "powerful": (
        r"powerful (?:motor|engine|suction|sound|bass|fan|burner|pump|drive|light|jet|machine|blender|drill)|"
        r"(?:is|very|so|extra) powerful|strong (?:motor|suction)",
        r"underpowered|(?:is|too|rather) weak",
    ),
    "battery": (
        r"long(?:[\s-]lasting)? battery|battery (?:that )?lasts|all[\s-]day battery|days? of battery",
        r"short battery|battery (?:that )?drains",
    ),
    "fast": (
        r"(?:heats|boils|charges|brews|works|dries|cooks|grinds)(?: up)? (?:\w+ )?(?:fast|quickly|rapidly)|"
        r"(?:fast|quick|rapid)[\s-](?:charging|charge|boil|heat\w*|brew\w*|dry\w*|release)",
        r"(?:is|very|so|quite|rather) slow|slow to",
    ),
    "bright": (
        r"(?:very|super|extra|so|is|ultra)[\s-]bright|bright (?:light|beam|screen|display|led|bulb)",
        r"(?:is|too|very) dim",
    ),
    "warranty": (
        r"lifetime (?:warranty|guarantee)|(?:[5-9]|[1-9]\d|five|ten)[\s-]years?(?:'s?)? (?:warranty|guarantee)",
        r"no warranty",
    ),
}
_PATTERNS = {key: tuple(re.compile(rf"\b(?:{words})\b", re.I) for words in pair) for key, pair in _GOOD_AND_BAD.items()}
_IN_A_TITLE = {
    "quiet": re.compile(r"\b(?:quiet|silent|noiseless)\b", re.I),
    "small": re.compile(r"\b(?:compact|mini)\b", re.I),
}
_TURNED = re.compile(r"(?:\bno|\bnot|n['’]t|\bnever|\bless|\bwithout)\s+(?:\w+\s+){0,2}$", re.I)


def about(item: Item, key: str) -> Said | None:
    """The first claim of a page that the product is (or is not) what a key of measures.MEASURES wishes."""
    if key not in _PATTERNS:
        return None
    good, bad = _PATTERNS[key]
    for line in item.lines:
        in_title = _IN_A_TITLE.get(key) if line.source == "title" else None
        for clause in line.clauses():
            for pattern, means in ((good, True), (bad, False), (in_title, True)):
                found = pattern.search(clause.text) if pattern else None
                if found:
                    turned = _TURNED.search(clause.text[: found.start()]) is not None
                    return Said(means != turned, short(clause.text), line.source, line.name)
    return None
