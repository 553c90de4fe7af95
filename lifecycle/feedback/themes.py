"""What a buyer's words are about: themes by the words that name them, so that staff see the words too."""

from __future__ import annotations

import re

_WORDS = {
    "delivery": r"deliver\w*|shipp(?:ed|ing)|shipment|courier|driver|arriv\w*|late|tracking|post(?:al|man)?|parcel|"
    r"dispatch\w*",
    "packaging": r"packag\w*|packed|packing|box(?:es)?|carton|wrapp\w*|bubble wrap|styrofoam|envelope",
    "quality": r"quality|broke\w*|break(?:s|ing)?|loose|leak\w*|crack\w*|wobbl\w*|flimsy|sturdy|solid|cheaply|"
    r"defect\w*|faulty|"
    r"durab\w*|worn|scratch\w*|material|plastic\w*|finish|build|stopped working|fell apart|rust\w*",
    "fit": r"fits?|fitted|size[sd]?|sizing|too (?:small|big|large|tight|short|long|narrow|wide)|tight|dimensions",
    "price": r"price[sdy]?|pricing|expensive|cheap(?:er)?|worth|value|money|cost[s]?|overpriced|bargain|discount\w*|"
    r"refund\w*",
    "service": r"service|support|staff|team|help(?:ed|ful|desk)?|rude|friendly|polite|repl(?:y|ied|ies)|answer(?:ed)?|"
    r"phone|email\w*",
    "instructions": r"instruction\w*|manual|guide|set ?up|assembl\w*|explain\w*|unclear|confus\w*|figure out|leaflet",
    "noise": r"nois\w*|loud\w*|quiet\w*|silent\w*|hum(?:s|ming)?|rattl\w*|squeak\w*|buzz\w*|decibels?|db",
    "taste": r"tast(?:e|es|ed|ing|y)|flavou?rs?|aroma|delicious|bitter|smell\w*|odou?r",
    "looks": r"looks?|design\w*|colou?rs?|beautiful\w*|ugly|stylish|pretty|appearance|elegant\w*",
    "ease": r"eas(?:y|ier|ily)|simple|difficult|hard to|complicated|intuitive|user[- ]friendly|fiddly|awkward\w*|"
    r"handy",
    "cleaning": r"clean(?:s|ed|ing|er)?|wash\w*|dishwasher|descal\w*|rinse\w*",
    "battery": r"batter(?:y|ies)|charg(?:e|es|ed|er|ing)|runtime|power cord|cable|cord",
    "speed": r"fast(?:er)?|slow\w*|quick\w*|speed\w*|seconds|takes ages|heats? up",
    "completeness": r"missing|incomplete|wrong (?:item|product|one|colou?r|size)|parts?|pieces|without the|"
    r"not included",
}
_FINDERS = {theme: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for theme, words in _WORDS.items()}

THEMES = tuple(_FINDERS)


def read(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """[(theme, the words that name it)] in the order the text comes to them; a text may have none or several."""
    found = []
    for theme, finder in _FINDERS.items():
        matches = list(finder.finditer(text))
        if matches:
            found.append((matches[0].start(), theme, tuple(dict.fromkeys(match.group().lower() for match in matches))))
    return [(theme, words) for _at, theme, words in sorted(found)]
