"""The properties pages state and shoppers ask for: the words for each, its units, the phrases that ask for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lifecycle.words import stem, wordset

_WEIGHTS = "kg g gram grams lb lbs pound pounds oz ounce ounces kilo kilos"
_VOLUMES = "l ml liter liters litre litres qt quart quarts gal gallon gallons oz fl cup cups cu"
_LENGTHS = "cm mm m in inch inches ft foot feet yard yards meter meters"
# "made in" and "made of" are one word each in a statement, for they state different things
PAIRS = {("made", "in"): "madein", ("made", "of"): "madeof", ("made", "from"): "madeof"}
_TIMES = "h hr hrs hour hours min mins minute minutes s sec second seconds day days week weeks month months year years"

# property | the words people and pages use | the units that measure it
_TABLE = f"""
weight | weight weigh weighs weighing heavy heavier light lightweight | {_WEIGHTS}
size | size sizes sizing dimension dimensions measure measures measurement measurements big bigger large small wide
    width tall height high long length deep depth diameter thick thickness thin footprint | {_LENGTHS}
noise | noise noisy loud louder quiet quieter quietly silent silence sound decibel decibels hum
    | db dba decibel decibels
material | madeof material materials fabric cotton linen wool polyester leather steel stainless aluminum plastic wood
    wooden oak bamboo glass ceramic silicone metal iron copper brass rubber nylon latex composition shell abs |
color | color colors colored shade tone black white gray red blue green yellow pink purple brown beige cream orange |
battery | battery batteries charge charges charging charged rechargeable recharge runtime aa aaa lithium mah
    | mah h hour hours
power | power powerful watt watts wattage strong motor electricity draw energy | w kw watt watts hp bar
voltage | voltage volt volts plug plugs mains outlet socket europe adapter 110 110v 120 220 220v 230 240 240v
    | v volt volts hz
capacity | capacity volume hold holds fit fits cup cups servings tank liter jug | {_VOLUMES}
water | waterproof water resistant resistance splash rain rainproof wet submersible shower swim ipx ip67 ipx7 ipx5 |
warranty | warranty warranties guarantee guaranteed | year years month months
origin | origin country madein manufactured manufacturer manufacture produced imported usa china germany japan italy |
cleaning | clean cleaning cleaned wash washable washing washed dishwasher machine rinse wipe care maintain maintenance
    descale laundry |
compatibility | compatible compatibility fit fits support supports connect connects pair suit suits suitable |
included | comes come without include includes included including package box contents accessory accessories supplied |
temperature | temperature temperatures hot cold heat heats degrees oven freezer warm
    | c f °c °f k degrees celsius fahrenheit
age | age ages old year toddler kid child adult baby recommended | year years month months yrs
safety | safe safety bpa toxic lead phthalate allergy allergic allergen hypoallergenic latex food-grade certified |
assembly | assembly assemble assembled install installation mount mounted setup tools screw screws |
speed | speed speeds fast quick quickly slow rpm mph | rpm mph g/s km/h
storage | storage memory space gb tb capacity | gb tb mb
shelf life | expire expires expiration expiry shelf fresh roasted | {_TIMES}
ingredients | ingredient ingredients sugar gluten vegan dairy nut nuts caffeine |
coating | coating coated nonstick non stick teflon ptfe pfoa enamel glaze seasoned |
connection | bluetooth wifi wireless wirelessly wired usb aux jack connection connect connects connected hdmi cable |
microphone | mic microphone microphones call calls phone |
cable | cable cord cords wire lead | m ft foot feet meter meters cm inch inches in
light | bright brightness lumen lumens bulb bulbs led dim dimmable dimmer | lm lumen lumens
price | price cost costs expensive cheap dollars | $
smell | smell smells scent scented odor fragrance unscented perfume |
comfort | comfortable comfort soft softness firm firmness itchy scratchy |
quantity | count pieces quantity pack pairs | pieces pcs pack count
duration | last lasts duration take takes ready | {_TIMES}
load | load loads support supports limit max maximum carry carries | {_WEIGHTS}
"""


@dataclass(frozen=True)
class Aspect:
    """A property pages state and shoppers ask for: the stems of the words for it, the units that measure it."""

    name: str
    words: frozenset[str]
    units: frozenset[str]


def _read(table: str) -> dict[str, Aspect]:
    entries = (line.split("|") for line in table.replace("\n    ", " ").strip().split("\n"))
    return {
        name.strip(): Aspect(name.strip(), frozenset(map(stem, cues.split())), wordset(units))
        for name, cues, units in entries
    }


ASPECTS = _read(_TABLE)
# "in", "m" or "l" in a question are seldom units
UNIT_WORDS = frozenset(
    unit
    for aspect in ASPECTS.values()
    for unit in aspect.units
    if len(unit) > 2 or unit in ("kg", "db", "cm", "mm", "ml", "lb")
)
ASKED_FOR = [  # the first that fits tells the property
    (re.compile(pattern, re.IGNORECASE), tuple(names.split("+")))
    for names, pattern in (
        ("warranty", r"\bwarranty|\bguarantee"),
        ("included", r"\bcomes? with\b|\binclude|\bin the box\b"),
        ("cable", r"\b(?:long|length)\b.*\b(?:cord|cable|wire)\b|\b(?:cord|cable|wire) length"),
        ("battery", r"\bhow long\b.*\b(?:battery|charge|charging|run)|\bbattery (?:life|last)"),
        ("load", r"\b(?:weight|kg|pounds|lbs)\b.*\b(?:hold|support|carry)|\bmax(?:imum)? (?:load|weight)"),
        ("weight", r"\bhow heavy\b|\b(?:what|much) (?:does|do) .*\bweigh|\bweight\b"),
        ("noise", r"\bhow (?:loud|noisy|quiet|silent)\b"),
        ("duration", r"\bhow long\b.*\b(?:take|heat|boil|brew|dry|charge|last|until)"),
        (
            "size",
            r"\bhow (?:big|large|wide|tall|high|deep|thick|small|long (?:is|are))\b|\bdimensions?\b|\bwhat size\b",
        ),
        ("material", r"\bmade (?:out )?of\b|\bwhat material\b"),
        ("origin", r"\b(?:where|which country).*\b(?:made|from|manufactured)\b|\bmade in\b"),
        ("power", r"\bhow (?:powerful|strong)\b|\bwatt"),
        ("capacity", r"\bhow much\b.*\b(?:hold|fit|capacity)|\bhow many (?:cups|liters|litres|ounces|gallons|quarts)"),
        ("cleaning", r"\bhow (?:do|should|can) (?:i|you|we) (?:clean|wash)"),
        ("light", r"\bhow bright\b"),
        ("age", r"\bhow old\b|\bwhat age\b"),
        ("temperature", r"\bhow (?:hot|cold|warm)\b"),
        ("speed+duration", r"\bhow (?:fast|quick)"),
        ("price", r"\bhow much (?:is|does it cost|are)\b|\bwhat.* price\b"),
        ("water", r"\bwaterproof|\bgets? wet\b|\bin the rain\b"),
        ("voltage", r"\bwork (?:in|with) (?:europe|the uk|220|110|240)|\bvoltage\b|\bplug\b"),
    )
]
