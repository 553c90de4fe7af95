"""What one statement of a product page says about a wish: it has it, it denies it, or it only mentions the word.

"Ear hooks stay put while running" speaks of running; "keeps running on four AA cells" does not.  A title and a fact say
what the product is; a bullet or a sentence counts only where its own words claim the thing: when in doubt, nothing is
said.  The wished words are replaced by § before a clause is looked at.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lifecycle.language import negation
from lifecycle.language.words import fold, stem, tokens, wordset

EXCERPT = 70  # characters of a page shown as the value of a need
_CLAUSE = re.compile(r"[.;:!?](?=\s|$)|\n|\s[–—-]\s|,\s(?=(?:but|while|though|no|not|without|never|and\s+no)\b)")
_PIECE = re.compile(rf"{_CLAUSE.pattern}|[,/|()]|\s(?:and|or|with)\s")
_NO_VALUE = re.compile(r"^\W*(?:no|none|not|without|never|n/a|0|false|excluded)\b", re.I)
_LED_BY_FIRST = frozenset(map(stem, ("safe", "compatible", "friendly", "included", "ready", "support", "mode")))
_CHANGING = frozenset({"man", "foot", "tooth", "mouse", "person", "goos"})  # stems of plurals that change inside
_UNIT_NAMES = wordset("db w kg g cm mm m l ml h s lm bar m2 in oz lb v hz qt ft min")


def _either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_NEGATOR = r"\b(?:no|not|never|without|isnt|arent|doesnt|dont|wont|cant|cannot|lacks?|minus|avoid|hardly)\b"
_DENIED = _either(
    _NEGATOR + r"(?: (?!(?:but|and|only|just)\b)\S+){0,3} §",
    r"\btoo (?!much\b)\w+ (?:for|to|on|in) (?:\w+ ){0,2}§",
    r"\b(?:poor(?:ly)?|bad(?:ly)?|useless|unsuitable|wrong|unfit) (?:\w+ ){0,2}§",
    r"\b(?:before|except|instead of|rather than|removed?|take (?:it|them) off) (?:\w+ )?§",
    r"\bfree (?:of|from) (?:\w+ (?:and |or )?)?§",
    r"§ (?:is |are |\w+ )?(?:an? )?(?:optional|(?:sold|available) (?:separately|apart)|separately|not included)",
    r"§ (?:is |are |\w+ )?(?:an? )?(?:extra|free)\b",
)
_NOT_ONLY = _either(r"\bnot (?:only|just)\b(?: \w+){0,3} §", r"§ free (?:delivery|shipping)")
_NOT_PACKED = _either(r"§(?: is| are)? (?:not included|sold separately|excluded)", r"not included §")
_ABOUT_PACKING = re.compile(r"\b(?:packag|shipped|packed|wake|disturb)")
# Words that speak of something beside the product: what it resembles, needs, replaces or goes with.
_BESIDE = _either(
    r"\bas \w+ as §",
    r"\b(?:than|like|unlike|replaces?|imitates?|resembles?|reminds?|reminder|alternative|nearly|almost|half the|price|"
    r"less|fewer|lower|reduced|measures?|weighs?|wear|meets?|out of reach of|away from|keep from|instead|except|"
    r"room for|space for|look for|also|available|packaging|packed|shipped|use it|"
    r"(?:can|could|may|might|would|should) be|\d+ ?(?:mm|cm|m|in|inch(?:es)?) of|"
    r"(?:goes|go|pairs?|serve[sd]?|mix|mixes|combine|used?|wash|clean) (?:\w+ )?(?:well |best )?(?:with|on|in))\b"
    r"(?: \S+){0,4} §",
    r"§ (?:is |are )?(?:for the|on request|available|later|instead|optional)",
    r"§ (?:\w+ ){0,3}(?:is |are )?(?:available|optional|sold)\b",
    r"§ (?:(?:of|on|in) (?:your|another)\b|of \d|from the\b|\S* ?packaging)",
    r"§ (?:will|can|may|should|must|would|might|do|does|love|loves|hate)\b",
    r"§ (?:effect|look|style|imitation|print|optic|thread|mount|holder|hook|adapters?|spray|accessor)\b",
    r"§ (?:fits?|goes?|slides?) (?:under|into|inside|in|on|any|most|all|over)",
)
_EXTRA = re.compile(
    r"\b(?:optional|accessor(?:y|ies)|not included|sold separately|upgrade|in (?:summer|winter) only)\b"
)
_FITS = re.compile(r"\b(?:fits?|fitting|holds?|accepts?|takes?|made for|suits?|safe with)\b(?: \S+){0,3} §")
_FITTING = re.compile(r"^(?:fits|compatib|compatible_with|for|suitable_devices)\b", re.I)
_NEEDS = _either(
    r"\b(?:needs?|requires?|with|takes?)\b(?: (?!(?:no|not)\b)\S+){0,3} §", r"^§ (?:takes|required|needed|is)\b"
)
_HAS = _either(
    r"\b(?:with|has|have|having|includ(?:es?|ing)|contains?|containing|features?|featuring|offers?|equipped with|"
    r"built in|made (?:of|from|with|in|out of)|consists? of|(?:set|pack|pair|box|full) of|its|supports?|provides?|"
    r"gives|adds?|brings|uses|works? with|compatible with|comes? in|runs on|powered by|filled with|lined with|in an?|"
    r"in the|into the) (?:(?!(?:and|or|but|for|to|from|that|which|when|is|are)\b)\S+ ){0,4}§",
    r"\b(?:with|includes?|kit of) (?:\S+ ){1,4}and (?:an? |the )?§",
    r"\b(?:via|through) §|\b(?:in|by|over) §$|\d+ ?(?:g|mg|mcg|kcal|percent) of §",
)
_FOR = _either(
    r"\b(?:for|suits?|loves?|gentle (?:on|to)|kind (?:on|to)|easy on|handles?|designed with|made with) "
    r"(?:(?!(?:the price|a price|that|which|but|from|is|are|not)\b)\S+ ){0,3}§",
    r"\b(?:while|when|during) §",
)
_IS = re.compile(
    r"\b(?:is|are|be|stays?|certified|naturally|fully|completely|totally|100|truly|genuine|real|pure|made|both|entirely)"
    r" (?:(?:also|both|fully|completely|naturally|certified|very|as|all|an?|100|made|of|in|truly|entirely) ){0,3}§"
)
_THERE = _either(
    r"\bmakes? § (?:easy|easier|simple)",
    r"\bkeeps? § (?:hot|cold|warm|cool|fresh|clear|dry|safe|clean)",
    r"§ (?:included|in the box|built in|inside|friendly|proof|ready|compatible|safe|adjusts?|holds?|supports?|"
    r"certified|control|function|mode|approved)\b",
)
_NO_OPENING = wordset(
    """
    the to on in of at from it they you we i if when by this that most any over under after before with without next off
    out up down than worn look looks feel feels every his her our your my replace use wear measure take put place keep
    remove wash add store charge hang hold clean dry mix pour shake press push pull turn open close plug connect attach
    avoid let leave rinse wipe oil season try choose pick see read follow ask check watch listen make get give bring
    stream control protect send cover fill cut fold lay lean roll serve spread spray buy order
    """
)
_ENDS_IN_S = wordset(
    """
    wireless stainless seamless always cordless plus glass endless brass wheels parts straps sides pieces ports hours
    batteries legs feet sleeves
    """
)
_OPENED = 3  # words that may stand before the thing a bullet opens with: "two-way front zip"
_TALK = re.compile(r"\b(?:we|i|me|my|our|us|if you|once (?:it|you|and|upon)|many|some|most people|friends?)\b")
_NOT_FOR = re.compile(r"\b(?:not|never|unsuitable|unsafe)\b(?: \w+){0,3} (?:for|by) (?:\w+ ){0,2}§")
_FOR_THEM = re.compile(r"\b(?:for|kind to|suits?|made with) (?:\w+ ){0,3}§")


@dataclass(frozen=True)
class Said:
    """What a page says about a term: it states it or denies it, in these words."""

    stated: bool
    value: str
    source: str  # title, fact, bullet or description
    name: str = ""  # of the fact
    missing: bool = False  # denied only in that it does not come with it: "batteries not included"


class Clause:
    """A part of a statement that says one thing: as written, and its words and stems once they are asked for."""

    __slots__ = ("_stems", "_words", "folded", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self._words: list[str] | None = None
        self._stems: list[str] = []

    @property
    def words(self) -> list[str]:
        if self._words is None:
            self._words = tokens(self.text)
            self._stems = list(map(stem, self._words))
        return self._words

    @property
    def stems(self) -> list[str]:
        return self._stems if self.words else []


@dataclass
class Line:
    """One statement of a product page, taken apart when it is first asked."""

    source: str
    name: str
    text: str
    folded: str
    _clauses: list[Clause] | None = field(default=None, repr=False)

    def clauses(self) -> list[Clause]:
        if self._clauses is None:
            split = _PIECE if self.source in ("title", "fact") and len(self.text) < 200 else _CLAUSE
            parts = [" ".join(part.split()) for part in split.split(self.text)]
            self._clauses = [Clause(part) for part in parts if part]
        return self._clauses


def line_of(source: str, name: str, text: str) -> Line:
    return Line(source, name, text, fold(f"{name.replace('_', ' ')} {text}" if name else text))


@functools.lru_cache(maxsize=4096)
def beginnings(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """What must stand in a text that holds all these stems: a cheap look before the exact one."""
    if len(wanted) == 1 and wanted[0] not in _CHANGING:
        return (wanted[0][: 2 if len(wanted[0]) < 6 else 3],)  # "earbuds" may be written "ear buds"
    return tuple(word[:1] if word in _CHANGING else word[:2] if len(word) < 6 else word[:-2] for word in wanted)


def about(line: Line, wanted: list[str], *, use: bool = False, refused: bool = False) -> Said | None:
    """What a line says about the wished words (stems, side by side); None when it only mentions them or not at all.

    `use` tells that the product is wanted *for* them: then what it fits or holds speaks of them too.  `refused`, that
    they are not wanted: then what it needs does.
    """
    if line.source == "fact" and not use and _FITTING.match(line.name):
        return None  # what it goes into is not what it has
    extra = line.source == "bullet" and _EXTRA.search(line.folded) is not None  # "Headrest: add it as an accessory"
    denial: Said | None = None
    for clause in line.clauses():
        for at, length in _places(clause, wanted):
            stated = _claims(line.source, clause.words, at, length, use=use, refused=refused)
            if stated is None or (stated and extra):
                continue
            shown = short(line.text if line.source == "fact" else clause.text)
            if stated:
                return Said(True, shown, line.source, line.name)
            missing = _NOT_PACKED.search(_marked(clause.words, at, length)) is not None
            denial = denial or Said(False, shown, line.source, line.name, missing)
    return denial or (_by_name(line, wanted) if line.source == "fact" else None)


def meant_for(line: Line, audience: list[str]) -> Said | None:
    """Whom a line says the product is for: a title or a fact that names them, or "for" them in a sentence."""
    for clause in line.clauses():
        for at, length in _places(clause, audience):
            marked = _marked(clause.words, at, length)
            if _NOT_FOR.search(marked):
                return Said(False, short(clause.text), line.source, line.name)
            if line.source in ("title", "fact") or _FOR_THEM.search(marked):
                return Said(True, short(clause.text), line.source, line.name)
    return None


def mentions(line: Line, wanted: list[str]) -> bool:
    """Do the words stand in the line at all?"""
    return any(True for clause in line.clauses() for _ in _places(clause, wanted))


def short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else flat[: EXCERPT - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _marked(words: list[str], at: int, length: int) -> str:
    return " ".join([*words[:at], "§", *words[at + length :]]).replace("'", "")


def _places(clause: Clause, wanted: list[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand side by side, also written as one or as two ("wifi" and "Wi-Fi"): (position, length)."""
    if not all(start in clause.folded for start in beginnings(tuple(wanted))):
        return
    found, length, at = clause.stems, len(wanted), -1
    while wanted[0] in found[at + 1 :]:
        at = found.index(wanted[0], at + 1)
        if length == 1 or found[at : at + length] == wanted:
            yield at, length
    joined = "".join(wanted)
    if length > 1 and joined in found:
        yield found.index(joined), 1
    elif length == 1 and len(joined) > 3 and joined not in clause.folded and joined in "".join(found):
        yield from ((at, 2) for at in range(len(found) - 1) if found[at] + found[at + 1] == joined)


def _by_name(line: Line, wanted: list[str]) -> Said | None:
    """A fact that is called so: "timer: 24 h" speaks of a timer, "heat_up_s: 40 s" of no "up"."""
    name = [stem(word) for word in tokens(line.name.replace("_", " ").replace("-", " ")) if word not in _UNIT_NAMES]
    whole = bool(name) and set(name) <= set(wanted)
    headed = len(name) > 1 and len(wanted) == 1 and len(wanted[0]) > 3 and name[-1] == wanted[0]
    led = len(name) > 1 and name[-1] in _LED_BY_FIRST and name[:-1] == wanted
    if not (whole or headed or led):
        return None
    undone = re.match(rf"\W*(?:de|un|non)-?{re.escape(wanted[0][:4])}", fold(line.text))  # "caffeine: decaffeinated"
    return Said(not (_NO_VALUE.match(line.text) or undone), short(line.text), "fact", line.name)


def _claims(source: str, words: list[str], at: int, length: int, *, use: bool, refused: bool) -> bool | None:
    """Whether the clause states the words at this place (True), denies them (False) or only mentions them (None)."""
    marked = _marked(words, at, length)
    if not _NOT_ONLY.search(marked):
        inside = words[at] in ("non", "no", "not", "without")  # "non-stick" denies nothing
        denied = set() if inside else negation.denied(words)
        if denied & set(range(at, at + length)) or _DENIED.search(marked):
            return None if _ABOUT_PACKING.search(marked) else False
    if source == "title" or (use and _FITS.search(marked)) or (refused and _NEEDS.search(marked)):
        return True
    if _BESIDE.search(marked) or _EXTRA.search(marked):
        return None
    if source == "fact":
        return True
    if any(pattern.search(marked) for pattern in (_HAS, _FOR, _IS, _THERE)):
        return None if source == "description" and _TALK.search(marked) else True
    return True if _opens_with_it(words, at) and not _TALK.search(marked) else None


def _opens_with_it(words: list[str], at: int) -> bool:
    """ "Two soft-close drawers …": nothing but what qualifies the thing stands before it, no verb, no order."""
    before = words[:at]
    verb_like = any(len(word) > 3 and word.endswith("s") and word not in _ENDS_IN_S for word in before)
    return at <= _OPENED and not verb_like and not _NO_OPENING & set(before)
