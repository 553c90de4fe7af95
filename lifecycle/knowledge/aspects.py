"""Which property a question asks for, and how openly a text states one."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from lifecycle.knowledge.aspect_table import TABLE
from lifecycle.language import measures
from lifecycle.language.words import stem, wordset

MOST = 8  # properties a question is read for
_SHARED = 0.7  # a property the second of a phrase's names, or of a second phrase


@dataclass(frozen=True)
class Aspect:
    """A property pages state and shoppers ask for: the cues that ask for it, those that also state it, its units.

    A cue is a stem, or stems joined by `_` that stand in a row.
    """

    name: str
    asks: frozenset[str]
    states: frozenset[str]
    units: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        return self.asks | self.states

    @functools.cached_property
    def cue(self) -> str:
        return cue(self.name.replace(" ", "_"))


def cue(entry: str) -> str:
    return "_".join(map(stem, entry.split("_")))


def unit(written: str) -> str:
    """A unit in one spelling for all that measure the same kind of thing: inch, cm and feet are one."""
    plain = written.lower().replace(" ", "").strip(".")
    known = measures.unit_of("in" if plain in ('"', "″", "”", "''") else plain)
    return known[0] if known else plain


def _read(table: str) -> dict[str, Aspect]:
    aspects = {}
    for line in table.replace("\n    ", " ").strip().split("\n"):
        name, asks, states, units = (part.strip() for part in line.split("|"))
        asked = frozenset(map(cue, asks.split()))
        aspects[name] = Aspect(
            name, asked, frozenset(map(cue, states.split())) - asked, frozenset(map(unit, units.split()))
        )
    return aspects


ASPECTS = _read(TABLE)
# A cue of many properties tells little of each.
_ASK_COUNT = Counter(entry for aspect in ASPECTS.values() for entry in aspect.asks)
_STATE_COUNT = Counter(entry for aspect in ASPECTS.values() for entry in aspect.words)
_NO_CUE = frozenset(map(stem, wordset("use used using work works fit fits go like need take")))

# "in", "m" or "l" in a question are seldom units
UNIT_WORDS = wordset(
    """
    kg gram grams lb lbs pound pounds ounce ounces kilo kilos ml liter liters litre litres quart quarts gallon
    gallons pint pints cm mm inch inches foot feet yard yards meter meters hour hours minute minutes second
    seconds day days week weeks month months year years db decibel decibels watt watts volt volts amp amps mah
    lumen lumens kelvin degrees celsius fahrenheit rpm mph psi gpm cfm percent calories mg
    """
)
COLORS = (
    "black|white|gr[ae]y|red|blue|green|yellow|pink|purple|brown|beige|cream|orange|navy|teal|olive|silver|gold|ivory|tan|"
    "maroon|turquoise|charcoal"
)
_PATTERNS = [
    (re.compile(pattern, re.IGNORECASE), tuple(names.split("+")))
    for names, pattern in (
        ("warranty", r"\bwarranty|\bguarantee"),
        ("included", r"\b(?:comes?|came) with\b|\bcomes? in (?:a|the|its) |\binclud|\bin the box\b|\bare there\b"),
        ("cable length", r"\b(?:long|length)\b.*\b(?:cord|cable|wire|hose)\b|\b(?:cord|cable|wire|hose) length"),
        ("charging time", r"\bhow long\b.*\b(?:to|take).*(?:charge|recharge)|\bcharg\w+ time"),
        ("battery life+duration", r"\bhow long\b.*\b(?:battery|charged?|run)|\bbattery (?:life|last)|"
                                   r"\bon (?:one|a|a single) charge"),
        ("load", r"\b(?:weight|kg|pounds|lbs)\b.*\b(?:hold|support|carry|capacity|limit)|"
                 r"\bmax(?:imum)? (?:load|weight)|\bhow much .*(?:hold|support)|\bworking load"),
        ("weight", r"\bhow heavy\b|\b(?:what|much) (?:does|do|is) .*\bweigh|\bweight\b"),
        ("noise", r"\bhow (?:loud|noisy|quiet|silent)\b"),
        ("folded size", r"\bfold(?:ed|s)?\b|\bcollapsed|\bpacked"),
        ("durability+duration", r"\bhow long\b.*\blast|\bhold up\b|\blast long"),
        ("preparing time+duration", r"\bhow long\b.*\b(?:take|heat|boil|brew|dry|until|before|to)\b"),
        ("frequency", r"\bhow often\b|\bhow many times"),
        ("distance", r"\bhow far\b"),
        ("height", r"\bhow (?:tall|high)\b"),
        ("width", r"\bhow wide\b"),
        ("length", r"\bhow long (?:is|are)\b"),
        ("depth", r"\bhow deep\b"),
        ("thickness", r"\bhow thi(?:ck|n)\b"),
        ("number of people", r"\bhow many (?:people|persons|adults|players|kids)"),
        ("quantity", r"\bhow many\b"),
        ("size", r"\bhow (?:big|large|wide|tall|high|deep|thick|small|long (?:is|are))\b|\bdimensions?\b|\bwhat size\b|"
                 r"\bmeasurements?\b"),
        ("size+capacity", r"\bhow (?:big|large)\b"),
        ("color", rf"\b(?:is|are|comes?|available|have|get|got|sell) .*\b(?:{COLORS})\b"),
        ("material", r"\b(?:is|are) (?:it|this|that|these|they) (?:\w+ )?(?:stainless|steel|leather|cotton|wool|"
                     r"plastic|wood|wooden|glass|ceramic|silk|linen|bamboo|metal|aluminum|polyester|nylon|rubber|brass)\b"),
        ("material", r"\bmade (?:out )?(?:of|with|from)\b|"
                     r"\bwhat (?:kind of |type of )?(?:material|fabric|wood|metal|leather|steel)\b"),
        ("origin", r"\b(?:where|which country).*\b(?:made|from|manufactured)\b|\bmade in\b"),
        ("power", r"\bhow (?:powerful|strong)\b|\bwatt"),
        ("capacity", r"\bhow much\b.*\b(?:hold|fit|capacity)|\bhow many (?:cups|liters|litres|ounces|gallons|quarts)"),
        ("cleaning", r"\bhow (?:do|should|can|to) (?:i |you |we )?(?:clean|wash)"),
        ("light", r"\bhow bright\b"),
        ("age", r"\bhow old\b|\bwhat ages?\b|\byears? old\b|\bmonths? old\b"),
        ("temperature", r"\bhow (?:hot|cold|warm)\b"),
        ("speed+preparing time", r"\bhow (?:fast|quick)"),
        ("price", r"\bhow much (?:is|does it cost|are|for)\b|\bwhat.* price\b"),
        ("waterproof", r"\bwaterproof|\bgets? wet\b|\bin the rain\b"),
        ("voltage", r"\bwork (?:in|with) (?:europe|the uk|220|110|240)|\bvoltage\b|\b2[234]0 ?v"),
        ("vehicle fit", r"\b(?:19|20)\d\d\b.*\b[a-z]+|"
                        r"\b(?:fit|work)\b.*\b(?:honda|toyota|ford|chevy|jeep|bmw|nissan|subaru|truck|car)\b"),
        ("compatibility", r"\b(?:works?|compatible|fits?|used?) (?:with|on|for)\b|\bcompatib|"
                          r"\b(?:will|does|do) (?:it|this|these|they) (?:fit|work)"),
        ("sizing", r"\btrue to size|\bsize should|\bwhat size|\bsizing|\brun (?:small|big|large)|\bsize (?:up|down)"),
        ("assembly", r"\bassembl|\bput together|\binstall"),
    )
]  # fmt: skip


def asked(text: str, cues: Collection[str]) -> dict[str, float]:
    """The properties a question asks for, each with how surely (0 to 1), the surest first; at most MOST.

    `cues` are the question's stems and the pairs and triples of them that stand in a row.
    """
    found: dict[str, float] = {}
    for pattern, names in _PATTERNS:
        if pattern.search(text):
            for name in names:
                found[name] = max(found.get(name, 0.0), _SHARED if found else 1.0)
    outright = 0.8 if found else 1.0
    for entry in cues:
        for aspect in _asking().get(entry, ()):
            sure = outright * (1.0 if "_" in entry else _ASK_COUNT[entry] ** -0.5)
            found[aspect] = max(found.get(aspect, 0.0), sure)
    return dict(sorted(found.items(), key=lambda pair: -pair[1])[:MOST])


@functools.lru_cache(maxsize=1)
def _asking() -> dict[str, tuple[str, ...]]:
    """Cue → the properties it asks for."""
    index: dict[str, list[str]] = {}
    for name, aspect in ASPECTS.items():
        for entry in aspect.asks - _NO_CUE:
            index.setdefault(entry, []).append(name)
    return {entry: tuple(names) for entry, names in index.items()}


def stated(aspect: Aspect, name: Collection[str], cues: frozenset[str], units: frozenset[str]) -> float:
    """How openly a text states a property, 0 to 1: under its name, by a word that asks for it, by words and units.

    `name` are the cues of what the text is headed with ("Weight: 2 kg"), `cues` those of the whole text.
    """
    if not aspect.asks.isdisjoint(name):
        return 1.0
    if aspect.cue in cues:
        return 0.9
    if not aspect.states.isdisjoint(name):
        return 0.85
    value = 0.0
    asking = aspect.asks & cues
    if asking:
        value = 0.75 * max(1.0 if "_" in entry else _ASK_COUNT[entry] ** -0.25 for entry in asking)
    telling = aspect.states & cues
    if telling:
        value = max(value, min(0.8, 0.35 + 0.3 * sum(_STATE_COUNT[entry] ** -0.5 for entry in telling)))
    if aspect.units & units:
        value = min(1.0, value + 0.25) if value else 0.6
    return value
