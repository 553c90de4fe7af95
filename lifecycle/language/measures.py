"""Facts that can be measured, and the words that wish them high or low: quiet is few dB, light is few kilograms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lifecycle.language.words import wordset

_NUMBER = r"\d+(?:[.,]\d+)?"
_FACTORS = {  # unit → (the unit we compare in, factor)
    "db": ("dB", 1.0), "dba": ("dB", 1.0), "decibel": ("dB", 1.0), "decibels": ("dB", 1.0),
    "kg": ("kg", 1.0), "kgs": ("kg", 1.0), "kilo": ("kg", 1.0), "kilos": ("kg", 1.0), "kilogram": ("kg", 1.0),
    "kilograms": ("kg", 1.0), "g": ("kg", 0.001), "gram": ("kg", 0.001), "grams": ("kg", 0.001),
    "lb": ("kg", 0.45359), "lbs": ("kg", 0.45359), "pound": ("kg", 0.45359), "pounds": ("kg", 0.45359),
    "oz": ("kg", 0.02835), "ounce": ("kg", 0.02835), "ounces": ("kg", 0.02835),
    "w": ("W", 1.0), "watt": ("W", 1.0), "watts": ("W", 1.0), "kw": ("W", 1000.0),
    "l": ("L", 1.0), "litre": ("L", 1.0), "litres": ("L", 1.0), "liter": ("L", 1.0), "liters": ("L", 1.0),
    "ml": ("L", 0.001), "qt": ("L", 0.94635), "quart": ("L", 0.94635), "quarts": ("L", 0.94635),
    "h": ("h", 1.0), "hr": ("h", 1.0), "hrs": ("h", 1.0), "hour": ("h", 1.0), "hours": ("h", 1.0),
    "min": ("h", 1 / 60), "minute": ("h", 1 / 60), "minutes": ("h", 1 / 60), "mins": ("h", 1 / 60),
    "s": ("h", 1 / 3600), "sec": ("h", 1 / 3600), "seconds": ("h", 1 / 3600), "second": ("h", 1 / 3600),
    "mm": ("cm", 0.1), "cm": ("cm", 1.0), "m": ("cm", 100.0), "in": ("cm", 2.54), "inch": ("cm", 2.54),
    "inches": ("cm", 2.54), "ft": ("cm", 30.48), "foot": ("cm", 30.48), "feet": ("cm", 30.48),
    "lm": ("lm", 1.0), "lumen": ("lm", 1.0), "lumens": ("lm", 1.0),
    "bar": ("bar", 1.0), "bars": ("bar", 1.0), "year": ("years", 1.0), "years": ("years", 1.0), "mah": ("mAh", 1.0),
}  # fmt: skip
_BOX = re.compile(
    rf"({_NUMBER})\s*[x×*]\s*({_NUMBER})(?:\s*[x×*]\s*({_NUMBER}))?\s*(mm|cm|m|in|inch|inches|ft)?\b", re.I
)
_QUANTITY = re.compile(rf"({_NUMBER})\s*-?\s*([a-z]+)", re.I)
_LIFETIME = 100.0  # years, for "lifetime"


@dataclass(frozen=True)
class Measure:
    """A property that can be compared: which facts hold it (`names`), in which unit, which end a `word` wishes."""

    key: str
    word: str  # as shown: "quiet"
    more: str  # as shown when a product has more of it: "quieter"
    low: bool  # the word wishes a small number
    names: re.Pattern[str]
    unit: str


def _measure(key: str, word: str, more: str, low: bool, names: str, unit: str) -> Measure:
    return Measure(key, word, more, low, re.compile(names, re.I), unit)


MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        _measure("quiet", "quiet", "quieter", True, r"noise(?!.*cancel)|sound.?level|loudness|decibel", "dB"),
        _measure("light", "light", "lighter", True, r"weight", "kg"),
        _measure("heavy", "heavy", "heavier", False, r"weight", "kg"),
        _measure("powerful", "powerful", "more powerful", False, r"power|watt", "W"),
        _measure("small", "small", "smaller", True, r"dimension|\bsize", "cm3"),
        _measure("big", "big", "bigger", False, r"capacity|volume_l|tank|hopper|\bbin", "L"),
        _measure("battery", "long battery life", "longer lasting", False, r"battery|runtime|play.?time", "h"),
        _measure("fast", "fast", "faster", True, r"boil.?time|brew.?time|heat.?up|charg.*time", "h"),
        _measure("bright", "bright", "brighter", False, r"bright|lumen", "lm"),
        _measure("warranty", "long warranty", "longer warranty", False, r"warranty|guarantee", "years"),
    )
}
# Words beyond the catalogue's facts: the price and what owners think.
OTHER = {"cheap": ("cheap", "cheaper"), "rated": ("well rated", "better rated")}

PREFERENCES = (
    ("quiet", r"quiet(?:er|est)?|silent|noiseless|low[\s-]noise|soundless|less\s+(?:noisy|noise|loud)|hushed"),
    ("light", r"light[\s-]?weight|light\s+enough|lighter|lightest|less\s+heavy|easy\s+to\s+carry"),
    ("heavy", r"heavier|heaviest"),
    ("powerful", r"powerful|stronger|strongest|high[\s-]power(?:ed)?|more\s+power"),
    (
        "small",
        r"small(?:er|est)?|compact|tiny|space[\s-]saving|less\s+bulky|short\s+(?:on|of)\s+space|"
        r"(?:little|not\s+much|hardly\s+any|limited|barely\s+any|n['’]?t\s+(?:have|got)\s+much)\s+(?:counter\s+|floor\s+|storage\s+|desk\s+)?"
        r"(?:space|room)|"
        r"(?:does\s?n['’]?t|does\s+not|don['’]?t)\s+take\s+up\s+(?:too\s+|so\s+)?(?:much|a\s+lot\s+of)\s+(?:space|room)",
    ),
    ("big", r"big(?:ger|gest)?|large(?:r|st)?|spacious|roomy|roomier|high[\s-]capacity|more\s+capacity"),
    (
        "battery",
        r"(?:long(?:er|est)?|good|great|better|best|decent|lasting|strong)[\s-]+(?:lasting[\s-]+)?battery(?:\s+life)?|"
        r"battery\s+that\s+lasts|battery\s+life|longer[\s-]lasting",
    ),
    ("fast", r"fast(?:er|est)?|quick(?:er|est|ly)?|rapid"),
    ("bright", r"bright(?:er|est)?"),
    ("warranty", r"long(?:er|est)?\s+(?:warranty|guarantee)|(?:good|best|better)\s+(?:warranty|guarantee)"),
    (
        "cheap",
        r"cheap(?:er|est|ly)?|inexpensive|affordable|low[\s-](?:cost|priced?|budget)|budget[\s-]friendly|on\s+a\s+budget|"
        r"less\s+expensive|least\s+expensive|not\s+(?:too\s+|so\s+|very\s+|that\s+)?(?:expensive|pricey|pricy|costly)|"
        r"economical|reasonably\s+priced|(?:low|lower|lowest)\s+price|a\s+budget(?=\s+[a-z])|good\s+value",
    ),
    (
        "rated",
        r"(?:best|top|highest|well|highly|better|good)[\s-](?:rated|reviewed|rating|reviews|ratings)|best[\s-]?sell(?:er|ing)|"
        r"(?:great|good)\s+reviews?|most\s+popular",
    ),
)
# The general language of needs: what makes one wish of two words in any store ("dishwasher safe", "non slip").
SECONDS = wordset(
    """
    proof resistant resistance friendly washable repellent safe tight handed sided certified powered operated
    plated coated lined filled mounted waisted sleeved necked legged toed heeled soled rimmed walled seater fitting
    lasting cancelling canceling charging drying shedding painted wearing wicking breaking adhesive free compatible
    scented flavoured adjustable tested approved sourced grown infused backed padded cushioned quilted rated
    activated controlled driven assisted
    """
)
FIRSTS = wordset(
    """
    non anti un ultra semi multi self pre all dual single double triple quad hot cold loose whole zip clip slip
    pull push stick screw fold lift snap lace button built plug step carry walk roll over in on behind open closed
    round crew v high low mid long short three wide slim straight relaxed regular skinny boot soft hard heavy light
    dark medium steel real genuine solid raw fine extra cross deep quick slow fast hands machine hand memory cast
    stainless carbon stretch noise water voice press knee ankle floor parental auto remote lumbar arch night pour
    tie wrap add
    """
)
FOLLOWERS = wordset(
    """
    slip stick skid toxic stain fog glare colic scratch bacterial breakage aging ageing wrinkle shock static rust
    gmo iron purpose use layer level season terrain weather natural inflating closing cleaning watering cut
    assembled lit adjusting adhesive swappable pressed brew bean grain wheat leaf up on in off through down ear toe
    neck waist rise sleeve sleeves length leg heel heels brim fit release dry duty weight roast shell sole touch
    top wood leather silver gold oak walnut pine foam steel fiber fibre protein sugar carb sodium fat profile pile
    speed quality grade performance definition resolution virgin wash control controls assist support vision wear
    proofing knit tone layered ply wall handle over back dye bound crafted poured made
    """
)
EASE = re.compile(
    r"(?:eas(?:y|ier|iest)|simpler?|quick(?:er)?|safe|ready|comf(?:y|ortable)|hard|fun)\s+to\s+(?:hand\s+)?[a-z]+"
    r"(?:\s+(?:up|off|out|on|in|down|together|clean|through|by\s+hand|with\s+one\s+hand))?(?![\w'-])"
)
PREFERENCE = re.compile("|".join(rf"(?P<{key}>\b(?:{words})\b)" for key, words in PREFERENCES), re.I)
OPPOSITE = {"loud": "quiet", "noisy": "quiet", "heavy": "light", "bulky": "small", "big": "small", "large": "small",
            "small": "big", "tiny": "big", "weak": "powerful", "slow": "fast", "dim": "bright", "expensive": "cheap",
            "pricey": "cheap"}  # fmt: skip


def number_of(value: str, unit: str) -> float | None:
    """The first number of a fact's text in `unit` (one of the units a Measure compares in), else None.

    "62 dB" → 62.0 dB · "5 min 10 s for 1 L" → 0.086 h · "13 x 20 x 34 cm" → 8840 cm3 · "lifetime" → 100 years.
    """
    if unit == "cm3":
        box = _BOX.search(value)
        if not box:
            return None
        factor = _FACTORS[(box[4] or "cm").lower()][1]
        sides = [float(side.replace(",", ".")) * factor for side in box.group(1, 2, 3) if side]
        volume = 1.0
        for side in sides:
            volume *= side
        return volume if len(sides) == 3 else None
    if unit == "years" and "lifetime" in value.lower():
        return _LIFETIME
    total: float | None = None
    for number, written in _QUANTITY.findall(value):
        known = _FACTORS.get(written.lower())
        if known is None or known[0] != unit:
            if total is not None:
                break
            continue
        total = (total or 0.0) + float(number.replace(",", ".")) * known[1]
        if unit != "h" or written.lower() in ("h", "hour", "hours", "hr", "hrs"):
            break
    return total


def unit_of(written: str) -> tuple[str, float] | None:
    """(unit compared in, factor) of a unit as people write it; None when it is not one we know."""
    return _FACTORS.get(written.lower())
