"""What shoppers call things when they ask a shop: words for the same, and words that say nothing."""

from __future__ import annotations

import functools

from lifecycle.knowledge import thesaurus
from lifecycle.language.words import stem, wordset

SYNONYM, AKIN = 0.7, 0.5  # how surely another word means the same: of the shop's groups, of the products' thesaurus
# One group a line: first what stores do, then what goes wrong at home and what it is called.
_SAME = """
ship shipping shipment deliver delivery post postage courier dispatch send mail arrive arrives
parcel package order box
return returns refund back send
refund refunded reimburse reimbursed money
exchange swap replace replacement
pay payment charge checkout
cancel cancellation undo withdraw
warranty guarantee
cost price charge fee much expensive rate
discount coupon promo promotion code voucher offer sale deal
contact phone call telephone email reach talk speak
store shop showroom location located branch visit address
open opening hours closed close
track tracking trace where status
broken damaged damage defective faulty cracked broke
wrong incorrect different mistake
installment installments instalment instalments emi financing monthly later klarna affirm
international abroad overseas country countries worldwide mainland highlands islands
invoice receipt bill vat
stock available availability sold
job jobs hiring career careers work vacancy
newsletter unsubscribe emails subscription marketing
delete erase forget remove
privacy data information gdpr personal
gift present birthday
wrap wrapping wrapped
tax taxes duty duties customs
repair fix mend spare part parts
fast quick long time days soon when express tomorrow
long days period window deadline
cheaper match beat elsewhere
points loyalty reward rewards club member membership
credit debit card visa mastercard amex
business company corporate wholesale bulk
dent dented chipped scratched smashed damaged bent shattered
dead died dying rotten rotting rot mouldy moldy spoiled wilted withered alive live damaged
refuse refused decline declined reject rejected denied
info information data details
fake real genuine honest
cabin luggage carry onboard airline
class classes course courses workshop lesson lessons tasting
hold reserve aside keep
subscription subscribe monthly
office company corporate firm business
invalid expired work working
valid expire expires expiry validity
label labels
reduction discount percent off
student university college uni school
teacher nurse military veteran doctor responder soldier police
army military base apo
wholesale bulk quantities resale
pickup pick collect collection
parking park
wheelchair accessible accessibility disabled lift ramp
loyalty points reward rewards
refer referral friend recommend
manager complaint complain supervisor
human person agent representative somebody someone staff team
visit come person see showroom
missing lacking incomplete absent
neighbour door stolen delivered porch
stuck moved moving stalled update updated
confirmation confirm mail
receipt proof invoice
bill receipt
label postage
twice double two
limescale descale descaling scale calcium deposits limestone chalk
flake flakes bits white specks floating
dust powder
smell smells odour odor stink stinks scent
taste tastes flavour
watery weak thin
strong bitter harsh
sour acidic sharp
spit spitting sputter sputters spurt splutter
overflow overflows spill spills
leak leaks drip drips
clog clogged block blocked jam jammed stuck
stop stops stopped quit shut switch switches
loud noisy noise sound sounds rattle rattles click clicks tick ticking squeak hum buzz whine
wobble wobbles shake shakes walk walks move moves wander
slow slowly
slippery slip slips slide slides
curl curls roll rolls corner corners edge edges end ends
shrink shrinks smaller
lump lumps lumpy clump clumps bunched
rough scratchy stiff coarse itchy
duvet comforter quilt blanket
pillow cushion
sheet sheets bedsheet bedsheets bedding linen
down feather feathers
sore hurt hurts pain ache aches cut cuts dig
height high tall thickness thick loft
filling fill
torso back
strap straps
wet soaked water damp rain
jog run running jogging exercise workout
earbuds earphones headphones ear
laptop computer device phone tablet
pair connect link hook bluetooth
vinyl record turntable
television tv
audio sound music
vac vacuum hoover
suck suction pull power
dock home base station charger
roller brush
hair fur
mop mopping wipe
streak streaks stripe stripes smear
bin bag dustbag
hepa filter filters cartridge
heater radiator heating
replace change renew swap
replacement lifespan
bulb lamp light
flicker flickers flickering
assemble together build put mount
oil grease
wash clean rinse cleaning scrub wipe soap
dish dishwasher
oven heat
egg eggs food fish
skillet pan wok frypan frying
cocotte dutch casserole
loaf bread dough bake
scorched burnt burned charred
rainbow discolouration discoloration stain stains bluish
rust rusty brown
honing hone sharpen sharpening steel
blade knife edge
cutting chopping board
cookie cookies cake batter dough
whisk hook beater
counter worktop countertop table
ice frozen crush cubes
toast bread slice
froth foam steam frothing bubbles
wand pipe nozzle tube
portafilter basket
tamp tamper
shot espresso
machine maker
mug cup
gram grams dose ratio amount
v60 dripper cone pour pourover
gooseneck swan
grinds grounds
burr burrs
decibel decibels db loud quiet
hand manual crank
electric plug
kg weight kilo heavy
beginner start starting begin first new
rope skipping jump
frame size fit
beginner starter
add put introduce insert
program set timer schedule
calibrate wrong accurate
"""
_POLITE = wordset(
    """
    please thanks thank hi hello hey want wanna like need know tell ask question wondering possible okay ok sir
    madam dear help get got u ur pls plz guys offer offers provide give let go going way thing there still really
    take accept actually just make much many how about store shop site website something anything someone item items
    product products things stuff sell buy bought purchase purchased order ordered ordering dont didnt cant today now
    """
)
# Small words as people type them; they say nothing, however rare they are in the store's texts.
_SMALL = frozenset(
    map(
        stem,
        wordset(
            """
            u ur whats wheres hows whos thats im id ill ive its theres dont doesnt didnt cant wont wouldnt couldnt
            shouldnt isnt arent wasnt havent hasnt lol haha hmm hm um uh oh ah omg wait hang yeah yep nah yes so and
            but then or want wanna wanted myself yourself what's where's how's who's that's don't doesn't didn't can't
            won't isn't policy rules rule
            """
        ),
    )
)


@functools.lru_cache(maxsize=1)
def groups() -> dict[str, dict[int, float]]:
    """Stem → numbers of the groups it stands in, and how surely their words mean the same."""
    made: dict[str, dict[int, float]] = {}
    for number, line in enumerate(_SAME.strip().split("\n")):
        for term in map(stem, line.split()):
            made.setdefault(term, {})[number] = SYNONYM
    for term, numbers in thesaurus.groups().items():
        made.setdefault(term, {}).update({-1 - number: AKIN for number in numbers})
    return made


@functools.lru_cache(maxsize=1)
def weak() -> frozenset[str]:
    """Stems every shopper uses, whatever is asked."""
    return frozenset(map(stem, _POLITE))


def says_something(term: str) -> bool:
    return term not in _SMALL
