"""A shopper's question taken apart: the words that carry it, the properties it asks for, what kind of answer fits."""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lifecycle.knowledge import aspects, thesaurus
from lifecycle.knowledge.aspects import ASPECTS, UNIT_WORDS, unit
from lifecycle.knowledge.passages import cues_of, units_of
from lifecycle.language import commonness, words
from lifecycle.language.words import stem, wordset

OF_THE_TITLE = 0.5  # a word of the product's own name tells less: every statement is about the product
SUREST = 0.7  # from here on a property's units are expected in the answer
OUTRIGHT = 0.9  # so surely asked, a property needs no further word: "how much is it?"
SHORTEST_MENDED = 5

_FIRM = frozenset(
    map(
        stem,
        wordset(
            """
            product item thing one ones use used using good great nice well work works need want come comes get
            gets make makes know tell say says anyone someone actually really much many how does like possible
            made able also still more very ok free go goes put take buy bought purchase ordered order there here
            type kind way different same all every about what which easy easily simple difficult
            """
        ),
    )
)
_ASKING = wordset(
    """
    is are was were does do did can could will would has have had should may might how what which who where when
    why whats hows anyone tell please know want there if about me you your i it its this that these those they
    them the a an of to in on for with and or be been my so hi hello thanks any some u ur im am at by from as
    than then he she his her we our us into just dont
    """
)
_YES_NO = re.compile(
    r"^\W*(?:(?:hi|hello|hey|so|and|but|also|ok|please|just|wondering|know)\W+)*(?:is|are|was|were|does|do|did|can|could|"
    r"will|would|has|have|should|may|isn'?t|aren'?t|doesn'?t|don'?t|can'?t|won'?t|if|good for|"
    r"ok(?:ay)? (?:for|to|with|in)|safe|fits?|works|comes with|compatible|suitable|easy to|(?:\w+ )?enough)\b|"
    r"^(?!.*\b(?:how|what|which|who|where|when|why|whats)\b)(?:\S+ ){0,5}(?:vegan|waterproof|dishwasher(?: safe)?|"
    r"washable|adjustable|compatible|rechargeable|included|ok|okay|safe)\s*\?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"\bhow (?:many|much|long|big|large|wide|tall|high|deep|thick|heavy|loud|far|old|fast|hot|cold|bright|quiet|"
    r"powerful|often|quick|small|thin)\b|"
    r"\b(?:what|whats|what's)\b.*\b(?:weight|sizes?|dimensions?|height|width|length|depth|diameter|capacity|wattage|"
    r"voltage|price|temperature|volume|thickness|measurements?|number|psi|range|distance|age|percent|limit|increments)\b|"
    r"\bdimensions?\b|\bweigh\b|\bwhat(?:'s| is|s)? the \w+ (?:rating|value|count)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"^\W*(?:when|what (?:time|date|year))\b", re.IGNORECASE)


_ADJECTIVES = (
    "quiet loud heavy light easy big large small fast slow cheap strong "
    "warm tall wide long short soft hard bright thick thin"
)
# "which one is easier to clean" asks what "is it easy to clean" does
_BASE = {
    form: word
    for word in _ADJECTIVES.split()
    for end in ("er", "est")
    for form in (f"{word[:-1]}i{end}" if word[-1] == "y" else f"{word.rstrip('e')}{end}", f"{word}{word[-1]}{end}")
}


def compared(word: str) -> bool:
    """Is it the comparative of a property: "quieter", "heaviest"?"""
    return word in _BASE


@dataclass(frozen=True)
class Inquiry:
    """What is asked: its terms (stems) and what each tells, the properties with how surely, the kind of answer."""

    text: str
    terms: tuple[str, ...]
    weights: tuple[float, ...]
    groups: tuple[frozenset[int], ...]  # the thesaurus groups of each term
    aspects: dict[str, float] = field(hash=False)
    numeric: bool
    yes_no: bool
    when: bool
    pairs: frozenset[str]  # terms in a row, joined by `_`
    measures: tuple[str, ...]  # for each term the kind of measure it is a unit of, else ""
    figures: frozenset[str]  # numbers the question names: a year, a model
    units: frozenset[str]  # that measure what is asked for
    measured: frozenset[str]  # of the measures it names itself: "a 6 inch wrist"

    @property
    def names_measure(self) -> bool:
        return bool(self.measured or self.figures)

    @property
    def empty(self) -> bool:
        """Nothing is asked: "🙂", "the of and"."""
        return not (self.terms or self.aspects)

    @property
    def named_aspect(self) -> str:
        """The property asked for outright, else ""."""
        return next((name for name, sure in self.aspects.items() if sure >= SUREST), "")


@functools.lru_cache(maxsize=4_096)
def read(text: str, title: str = "") -> Inquiry:
    """Take a question apart, about the product of that title.  Text without any word gives an inquiry without terms.

    A word nobody knows also asks what the known word one slip away does: "adjustble" asks for what is adjustable.
    """
    typed = [_BASE.get(token, token) for token in _without_name(words.tokens(text), words.tokens(title))]
    tokens = [_mended(token) for token in typed]
    meant = {stem(token): stem(mended) for token, mended in zip(typed, tokens, strict=True) if token not in _ASKING}
    carrying = list(meant)
    cues, named = cues_of(tokens), set(meant.values())
    asked = aspects.asked(" ".join(tokens), [cue for cue in sorted(cues - _FIRM) if "_" in cue or cue in named])
    if "madein" in cues or "madeof" in cues:
        asked = {**({"origin": 1.0} if "madein" in cues else {"material": 1.0}), **asked}
    outright = any(sure >= OUTRIGHT for sure in asked.values())
    terms = [term for term in carrying if term not in _FIRM] or ([] if outright else carrying)
    own = frozenset(words.content(title)) if len(terms) > 1 else frozenset()
    known = thesaurus.groups()
    plain = " ".join(tokens)
    return Inquiry(
        text=text,
        terms=tuple(terms),
        weights=tuple(commonness.weight(term) * (OF_THE_TITLE if term in own else 1.0) for term in terms),
        groups=tuple(known.get(meant[term], frozenset()) for term in terms),
        aspects=asked,
        numeric=bool(_NUMERIC.search(plain)) or bool(UNIT_WORDS & set(tokens) and not any(map(str.isdigit, text))),
        yes_no=bool(_YES_NO.match(text)),
        when=bool(_WHEN.match(text)),
        pairs=frozenset(map("_".join, itertools.pairwise(terms))),
        measures=tuple(unit(meant[term]) if {meant[term], f"{meant[term]}s"} & UNIT_WORDS else "" for term in terms),
        figures=frozenset(token for token in tokens if token[0].isdigit()),
        units=frozenset().union(*(ASPECTS[name].units for name, sure in asked.items() if sure >= SUREST)),
        measured=units_of(text),
    )


def _without_name(tokens: list[str], title: list[str]) -> list[str]:
    """The question's words without a run of two or more of the product's name: "is the Quiet 40 loud" asks for loud."""
    runs = set(itertools.pairwise(title))
    named = {i for i, pair in enumerate(itertools.pairwise(tokens)) if pair in runs}
    kept = [token for i, token in enumerate(tokens) if i not in named and i - 1 not in named]
    return kept if any(token not in _ASKING for token in kept) else tokens


@functools.lru_cache(maxsize=1)
def _known() -> tuple[frozenset[str], dict[str, list[str]]]:
    """(stems of all words we know, the words by their first letter)."""
    entries = [*thesaurus.GROUPS, *aspects.TABLE.split("\n"), *commonness.WORDS]
    spelled = {word for entry in entries for word in re.findall(r"[a-z]+", entry)}
    by_letter: dict[str, list[str]] = {}
    for word in sorted(spelled):
        if len(word) >= SHORTEST_MENDED and word.isalpha():
            by_letter.setdefault(word[0], []).append(word)
    return frozenset(map(stem, spelled | _ASKING)), by_letter


@functools.lru_cache(maxsize=20_000)
def _mended(token: str) -> str:
    known, by_letter = _known()
    if len(token) < SHORTEST_MENDED or not token.isalpha() or stem(token) in known:
        return token
    best = process.extractOne(token, by_letter.get(token[0], ()), scorer=OSA.distance, score_cutoff=1)
    # a real word nobody listed is no slip: only lost, doubled or swapped letters are mended
    if best and (len(best[0]) != len(token) or sorted(best[0]) == sorted(token)):
        return str(best[0])
    return token
