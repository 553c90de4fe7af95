"""What somebody likes, and which products have to do with it: for presents, where no kind of product is named.

A product has to do with an interest when its title, its category, its type, its uses or one of its bullets say so in a
word of that interest.  That a description mentions a garden makes nothing a present for a gardener.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from lifecycle.advice.shelf import Item
from lifecycle.advice.statements import short
from lifecycle.language.words import stem, stems, tokens

# One interest a line: the words for it, then after `:` what such people use.
_INTERESTS = """
gardening garden gardener gardens plants: plant planter pruner pruning secateurs trowel seeds soil watering shears
cooking cook cooks kitchen chef: cookware skillet pan saucepan casserole wok knife knives spice cookbook apron
baking bakes baker: bake bakeware cake dough flour whisk mixer cookie bread
coffee espresso barista: grinder latte cappuccino moka brewer pour-over
tea: teapot kettle infuser matcha
wine: decanter corkscrew wineglass
beer brewing: growler pint
whisky whiskey cocktails cocktail bourbon: shaker tumbler bar
grilling barbecue bbq barbecuing: grill smoker tongs
running runs runner jogging marathon: run jog treadmill
hiking hikes hiker trekking walking mountains: hike trail trek daypack
camping camps outdoors: camp tent sleeping-bag lantern stove
cycling bikes biking cyclist: bike bicycle helmet
fitness gym exercise workout training weightlifting lifting: dumbbell kettlebell barbell resistance
yoga pilates meditation meditating: mat
swimming swims surfing: swim swimsuit goggles wetsuit surfboard
fishing fishes angling: rod reel lure tackle
golf golfing: golfer putter
football soccer: ball
basketball tennis: ball racket
music singing concerts: speaker headphones turntable vinyl guitar piano ukulele earbuds
guitar: strings capo plectrum
gaming games videogames gamer: game console controller
puzzles puzzle jigsaws: jigsaw
lego building blocks: brick
reading reads books reader: book novel kindle bookmark
writing journaling stationery: journal notebook pen
photography photos photographer: camera lens tripod
travelling traveling travels travel traveler traveller: luggage suitcase backpack passport
space astronomy stars planets rockets: telescope astronaut rocket planet galaxy nasa solar-system moon
science chemistry experiments: microscope experiment
dinosaurs dinosaur: fossil
art painting drawing paints draws sketching crafts crafting: paint canvas easel sketchbook marker crayon craft
sewing sews knitting knits crochet crocheting: yarn thimble
diy woodworking tools handyman: drill screwdriver toolbox saw
cars motoring: car
cleaning tidying: vacuum mop
makeup beauty skincare cosmetics: palette lipstick moisturizer
fashion clothes shoes: dress scarf handbag
jewelry jewellery: necklace bracelet earrings
dogs dog puppies: leash collar
cats cat kittens: scratcher
movies films cinema film: projector blu-ray
magic wizards: wand
sleeping sleep naps: pillow blanket mattress
technology tech gadgets electronics: gadget smart
"""
OWN, NEAR, SAID = 1.0, 0.8, 0.5  # what is left of the relevance: an own word, one of its things, a bullet that says it


def words(interest: str) -> list[str]:
    """The words to search for: the interest as said, then what such people use."""
    own, near = _words(interest)
    return list(dict.fromkeys([*tokens(interest), *sorted(own), *sorted(near)]))


def fit(item: Item, interests: Sequence[str]) -> tuple[float, str, str]:
    """(how much a product has to do with one of the interests, 0 to 1; which one; the words that show it)."""
    return max((_fit(item, interest) for interest in interests), default=(0.0, "", ""), key=lambda found: found[0])


def _fit(item: Item, interest: str) -> tuple[float, str, str]:
    own, near = ({stem(word) for word in found} for found in _words(interest))
    called = {stem(word) for word in tokens(f"{item.title} {item.category}")} | item.head
    for share, meant, told in ((OWN, own, called | set(stems(" ".join(_uses(item))))), (NEAR, near, called)):
        if meant & told:
            return share, interest, item.category or item.title
    for line in item.lines:
        if line.source == "bullet" and own & {stem(word) for word in tokens(line.text)}:
            return SAID, interest, short(line.text)
    return 0.0, interest, ""


def _uses(item: Item) -> list[str]:
    return [value for name, value in item.facts if name in ("suits", "use", "uses", "type", "best_for", "occasion")]


@functools.lru_cache(maxsize=512)
def _words(interest: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words for an interest, and the things that go with it; of an unknown one only its own words."""
    asked = set(stems(interest))
    for line in _INTERESTS.strip().splitlines():
        own, _, near = line.partition(":")
        if asked & {stem(word) for word in own.split()}:
            return frozenset([*tokens(interest), *own.split()]), frozenset(near.replace("-", " ").split())
    return frozenset(tokens(interest)), frozenset()
