"""Does a clause speak of an aspect, and for or against it?

"Quiet" praises the noise and nothing else; "great" praises whatever its clause is about.  A word for an aspect that
stands in a saying ("sounds like a good deal", "heard back") speaks of nothing.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from lifecycle.feedback import sentiment_rules
from lifecycle.knowledge import thesaurus
from lifecycle.knowledge.aspects import ASPECTS, COLORS, cue
from lifecycle.knowledge.passages import cues_of
from lifecycle.language import words
from lifecycle.language.words import stem, wordset

# aspect | words that praise it | words that blame it; all but those with ~ tell that the aspect is spoken of
_TABLE = """
noise | quiet quieter quietly silent silence silently whisper noiseless whoosh murmur hum hums nobody_wakes
    sleeps_through slept_through cant_hear barely_hear hardly_hear ~gentle | loud louder loudest noisy rattle rattles
    squeak squeaks squeaky whine whines screams scream howls howl roar roars clatter buzz buzzes wakes woke screech
    ear_plugs
weight | lighter lightweight feather weightless so_light very_light light_as is_light light_enough ~light | heavy
    heavier heavyweight brick a_ton cumbersome hefty
size | compact roomy spacious right_size fits_under ~suits ~perfect | bulky huge gigantic enormous too_big too_small
    takes_up ~tiny ~smaller
sizing | true_to_size fits_like perfect_fit ~perfect | runs_small runs_large runs_big run_small run_large size_up
    size_down too_tight too_loose was_tight baggy order_up sizes_up sizes_down
cleaning | rinses rinse easy_to_clean wipe_clean wipes_down wipes_clean ~dishwasher ~spotless | residue gunk
    hard_to_clean scrub scrubbing crumbs crevices ~toothbrush ~impossible ~stuck
washing | washed_well washes_well came_out_of ~new | ~shrank ~shrunk ~pilled
shrinking | ~true_to | shrank shrunk shrinks
battery | between_charges holds_a_charge once_a_week full_days ~lasts | ~dies ~died ~drains ~dead ~drained
charging time | charges_fast fast_charging quick_charge charges_quickly | forever_to_charge hours_to_charge
    slow_to_charge ~forever ~slow ~ages
battery life | between_charges holds_a_charge ~lasts | ~dies ~died ~drains ~dead
comfort | comfy cushy no_pain ~soft ~snug ~cozy | digs hurts hurt itchy scratchy sore blisters blister aches chafes
    uncomfortable pinches ~stiff ~rubs
softness | silky plush ~fluffy ~cozy soft | scratchy itchy ~rough ~stiff
smell | odorless ~fresh ~lovely ~faintly | smelled stinks stink stinky reeks reek fumes ~chemical ~chemicals ~plastic
    ~smell ~smells
price | bargain affordable a_steal inexpensive overpriced worth ~value ~cheap ~reasonable | expensive overpriced
    pricey rip_off ripoff waste_of_money
durability | years_of years_old still_going still_works survived holds_up held_up built_to like_the_first
    indestructible well_made ~lasted ~durable | broke broken snapped cracked fell_apart flimsy stopped_working ripped
    tore shattered gave_out ~died ~split
assembly | went_together snaps_together ~easy ~no_tools ~minutes ~quick | screws_were were_missing drilled_wrong
    line_up ~nightmare ~wrong
warmth | toasty keeps_me ~warm ~cozy | freezing chilly shivering ~cold
waterproof | rain_beads beads_off stayed_dry ~dry ~safe ~survived | soaked water_got seeped drenched ~leaked ~wet
taste | delicious tasty yummy flavorful ~best ~rich ~fresh | bitter burnt bland aftertaste ~sour ~metallic ~stale
    ~gross
light | ~bright ~brilliant lights_the | dim flickers flicker too_dark ~weak
speed | fast faster instantly ~quick ~quickly ~seconds under_four rapid ~minutes | slow slower takes_ages took_ages
    takes_forever sluggish ~ages ~forever
leaking | no_leak no_leaks not_a_drop leakproof airtight a_single_leak | leaks leak leaked leaking drips drip dripping
    dribbles seeps
slip | stays_put grippy non_slip grips in_place | slides_around slippery slips slipped skids ~slides
instructions | ~clear ~easy ~helpful | no_instructions ~useless ~confusing ~missing ~unclear
app | ~perfect ~reliable ~intuitive | ~crashes ~crash ~buggy ~disconnects ~glitchy
color | vibrant ~gorgeous ~true_to ~deeper ~prettier ~beautiful ~rich | ~faded ~dull ~washed_out ~different
fading | holds_its_color color_stayed | faded fades bleached
stability | rock_solid sturdy stable steady no_wobble | wobbles wobble wobbly tips_over tipped unstable shaky rickety
    sways
closure | ~smoothly ~smooth | ~stuck ~jams ~jammed ~snags ~broke
power | powerful powers_through strong_enough | underpowered bogs stalls too_weak ~weak ~struggles
compatibility | fits_my works_with ~perfectly | doesnt_fit does_not_fit did_not_work wont_fit not_compatible
    incompatible didnt_fit doesnt_work_with
sagging | kept_its_shape holds_its_shape | went_flat sags sagged sagging lumpy pancake flattened
shedding | no_shedding | sheds shedding
rust | rust_free spot_of_rust | rusted rusts rusty
microphone | ~clear ~fine | muffled ~wind ~complain cant_hear ~echo
speaker | great_sound tinny ~crisp ~rich ~clear ~full | tinny ~muffled ~distorted ~hollow
accuracy | spot_on ~exact ~precise | reads_low reads_high inaccurate ~off ~wrong
heat retention | still_hot stays_hot coffee_hot still_cold stays_cold hot_until hot_for hot_till | lukewarm gets_cold
    ~melted
temperature | ~hot ~hotter ~warm | lukewarm ~cold ~cools
light color | ~pleasant ~cozy | ~harsh ~yellowish ~bluish
coolness | breathable airy sleeps_cool | sweaty sleeps_hot traps_heat ~sweat ~hot
staining | wipes_off | stains stained
""".replace("\n    ", " ")
# Words of an aspect's questions that say too little in a review: "long" after "a", "fit" for a king.
_VAGUE = frozenset(
    map(
        stem,
        wordset(
            """
            long high low deep big large small take takes hold holds fit fits work works use much one cover set
            time made real back right left hot well run running care safe clear hard thin short out like cut
            feel dead cool plus dry clean cold warm wide
            """
        ),
    )
)
_VAGUE_FOR = {
    "charging time": "charge recharge",
    "microphone": "call talk phone",
    "power": "motor strong stronger",
    "light color": "white warm cool",
    "comfort": "support",
    "compatibility": "support suit",
}
_VAGUE_OF = {name: frozenset(map(stem, entries.split())) for name, entries in _VAGUE_FOR.items()}
_SAYINGS = re.compile(
    r"\bsounds? (?:like|good|great|fair|right|reasonable|crazy|silly)\b|\b(?:heard|hear) (?:back|from|of|about|that)\b|"
    r"\blight(?:er)? (?=(?:brown|blue|gr[ae]y|green|pink|purple)\b)|\blight (?:oak|wood|roast|snow|rain|switch)\b|"
    r"\bheavy (?:discount|use|traffic|rain|cream|whipping)\b|\bcharged? (?:me|us|twice|a fee|for|extra)\b|"
    r"\bfree of charge\b|\blow (?:cabinet|table|ceiling|shelf|shelves)\b|\bof course\b|\bcold (?:brew|water|tap)\b|"
    r"\bhot (?:plate|water)\b|\bwarm white\b|\bice water\b|\bcustomer (?:service|support)\b|\bwell worth\b|"
    r"\bquiet (?:\d+|mode)\b|\bfast (?:shipping|delivery)\b",
    re.IGNORECASE,
)
_MUSIC = re.compile(
    r"\b(?:great|good|clear|crisp|rich|amazing|nice|excellent|full|balanced|best|warm) sound\b|"
    r"\bsound (?:quality|stage)\b|\b(?:music|bass|treble|headphones?|speakers?|earbuds?|calls|podcasts?)\b",
    re.IGNORECASE,
)
_SIZING = re.compile(
    r"\b(?:true to|an?|half a|two|one|your|normal|usual) sizes?\b(?: (?:up|down))?|\bsized? (?:up|down)\b",
    re.IGNORECASE,
)
_NEGATIONS = wordset(
    """
    no not never hardly barely without nothing none neither dont doesnt didnt isnt wasnt arent wont cant cannot
    couldnt wouldnt less nobody don't doesn't didn't isn't wasn't aren't won't can't couldn't wouldn't zero
    single
    """
)
_REACH = 3


@dataclass(frozen=True)
class Tongue:
    """How an aspect is spoken of: the cues that tell that it is, and those (and others) that praise or blame it."""

    speaks: frozenset[str]
    praise: frozenset[str]
    blame: frozenset[str]


def _read() -> dict[str, Tongue]:
    tongues = {}
    for line in _TABLE.strip().split("\n"):
        name, *sides = (part.strip() for part in line.split("|"))
        praise, blame = (frozenset(cue(entry.lstrip("~")) for entry in side.split()) for side in sides)
        telling = frozenset(cue(entry) for side in sides for entry in side.split() if entry[0] != "~")
        tongues[name] = Tongue(telling, praise, blame)
    return tongues


_OPINIONS = _read()
_SILENT = Tongue(frozenset(), frozenset(), frozenset())


@functools.lru_cache(maxsize=1_024)
def tongue(aspect: str, asked: frozenset[str] = frozenset()) -> Tongue:
    """How an aspect is spoken of; one that is not known, by the stems asked for and words for the same."""
    if aspect in ASPECTS:
        known = _OPINIONS.get(aspect, _SILENT)
        names = {entry for entry in ASPECTS[aspect].asks if entry not in _VAGUE | _VAGUE_OF.get(aspect, frozenset())}
        if aspect == "color":
            names |= set(map(stem, COLORS.split("|")))
        return Tongue(known.speaks | names | asked - _VAGUE, known.praise, known.blame)
    return Tongue(asked | _alike(asked), frozenset(), frozenset())


def speaks(text: str, of: Tongue, aspect: str = "") -> bool:
    """Does a clause speak of the aspect?"""
    plain = _SAYINGS.sub(" ", text)
    if aspect == "noise" and _MUSIC.search(plain):
        return False
    if aspect == "size":
        plain = _SIZING.sub(" ", plain)
    return not of.speaks.isdisjoint(_heard(plain))


def verdict(text: str, of: Tongue) -> int:
    """Praise minus blame of the aspect in a clause; words on the aspect first, then the mood of the clause."""
    tokens = [token.replace("'", "") for token in words.tokens(_SAYINGS.sub(" ", text))]
    total = 0
    for place in range(len(tokens)):
        length, value = _opinion(tokens, place, of)
        start = place + 1 - length
        before = tokens[max(0, start - _REACH) : start]
        if (value and any(token in _NEGATIONS for token in before)) or (value > 0 and before and before[-1] == "too"):
            value = -value
        total += value
    # the aspect's own name has no mood: "the noise is what it is"
    mood = " ".join("it" if {stem(token)} & of.speaks - of.praise - of.blame else token for token in tokens)
    return total or {"positive": 1, "negative": -1}.get(sentiment_rules.read(mood), 0)


def _opinion(tokens: list[str], place: int, of: Tongue) -> tuple[int, int]:
    """(words, 1 or -1) of the longest praising or blaming cue that ends at this place; (1, 0) without one."""
    for length in (3, 2, 1):
        if place + 1 >= length:
            entry = "_".join(map(stem, tokens[place + 1 - length : place + 1]))
            if entry in of.praise or entry in of.blame:
                return length, 1 if entry in of.praise else -1
    return 1, 0


def _heard(text: str) -> frozenset[str]:
    return cues_of([token.replace("'", "") for token in words.tokens(text)])


def _alike(asked: frozenset[str]) -> frozenset[str]:
    known = thesaurus.groups()
    numbers = frozenset().union(*(known.get(term, frozenset()) for term in asked))
    return frozenset(entry for entry, own in known.items() if own & numbers)
