"""Words that shoppers and pages use for the same thing: "paddle" and "oar", "assembled" and "put together"."""

from __future__ import annotations

import functools

from lifecycle.language.words import stem

# One group a line; a word may stand in several.  Two words joined by `_` stand for the two in a row.
_GROUPS = """
adjust adjustable adjustment change_the loosen tighten shorten lengthen slides height_positions positions settings
assemble assembled assembly put_together build built set_up setup install installation installed goes_together go_on
attach attached attachment mount mounted fasten secure connect hook clip fix affix
remove removed removable detach detachable come_off comes_off come_out comes_out take_off take_out taken_out pulled_off
    pull_off take_apart unzips unscrew
replace replacement replaceable spare swap swapped change changed exchange refill
include included includes come_with comes_with supplied provided in_the_box with_it contains bundled part_of in_box
separate separately not_included extra purchase sold_separately buy
instruction instructions manual directions guide booklet
wash washed washable washing washer laundry launder laundered
clean cleaned cleaning rinse wipe scrub
dryer tumble tumble_dry
dishwasher top_rack
waterproof water_proof water_resistant rainproof weatherproof submersible ipx7 ipx8 ip67 ip68 dry splashproof
rain rained downpour storm thunderstorm wet raining rainy drizzle
snow winter freezing frozen
water liquid
noise noisy loud sound quiet silent hear heard decibel whisper
quiet silent silently noiseless soundless whisper
charge charged charging charger recharge recharges rechargeable fill_up
battery batteries cell cells aa aaa cr2032 lithium
plug outlet socket wall
cord cable wire lead
long length duration
last lasts lasting runtime run_time battery_life
battery runtime
weigh weight heavy pounds lbs lb kg ounces scale
light lightweight weightless light_as
big large size dimensions dimension roomy huge spacious
small tiny compact mini little
wide width across
tall height high
thick thickness gsm mil gauge
deep depth
diameter across
adult adults grown
kid kids child children toddler boy girl son daughter
baby infant newborn
dog dogs puppy pup lab hound beagle retriever yorkie rottweiler husky shepherd chihuahua
cat cats kitten kitty
car vehicle truck suv van auto
plane airplane flight fly flew flying airline tsa aboard carry_on
camping tent hiking backpacking
laptop notebook computer macbook pc dell
phone smartphone cellphone iphone android galaxy samsung
iphone apple ios
mac macbook macos apple imac
android samsung galaxy pixel
tv television
tablet ipad
sofa couch loveseat settee
rug carpet mat
curtain drape drapes
trash garbage
bag sack pouch tote
pocket pockets compartment compartments slot slots sleeve
backpack rucksack daypack knapsack pack
strap straps handle
paddle paddles oar oars
stroller pram buggy
bike bicycle
faucet tap
stove cooktop stovetop hob burner
fridge refrigerator
pan skillet
lid cover cap top
case cover sheath bag guard
bottom base underside floor
hole holes grommet grommets opening
hood hooded
zip zipper zippers zips zippered
button buttons snap snaps
lace laces slip_on
fit fits fitting suit suitable compatible work works support supports goes_in fitted
compatible compatibility works_with fits supports pairs mix connects
universal all_models any
dirt soil earth
plant plants seedlings garden vegetables herbs flowers
tarnish discolor oxidize turn_green
rust rusts rusted corrode corrosion
fade fades faded fading bleach bleached
shrink shrank shrunk shrinkage
stain stains stained staining spot spots marks
scratch scratches scratched scuff
leak leaks leaked drip drips dripped dribbles spill
break breaks broke broken snapped cracked crack split bent fell_apart died ripped shattered
durable sturdy last lasts long_lasting hold_up holds_up well_made solid strong tough
wobble wobbly wobbles unstable rock tip tips tipped shake
stable steady sturdy solid
slip slippery slips slipped slide slides slid grip non_slip skid traction
scent scented smell smells fragrance perfume odor aroma stink smelly stinks
fragrance perfume parfum scent
taste flavor taste_like
soft plush cozy fluffy silky
scratchy itchy rough prickly irritating
hard firm stiff
chewy soft tender
comfortable comfy comfort cozy
pain hurt sore ache blisters
warm hot heat heated toasty
cool cold chilly
hot heat temperature degrees
boil boiling
burn burned burnt
fast quick quickly speed rapid seconds
slow slowly
strong powerful power oomph
easy easily simple breeze effortless minutes no_tools
difficult hard complicated struggle
safe safety harmless nontoxic
toxic poisonous bpa chemicals
chemical chemicals additives parabens pesticides
treat treated untreated
natural pure organic
organic pesticide
vegan vegetarian plant_based animal bovine gelatin dairy beef fish
lactose dairy milk whey
gluten wheat celiac gf
nuts peanut peanuts almond almonds cashews tree_nuts
allergy allergic allergies hypoallergenic allergen allergens
sensitive reactive delicate fussy irritate sting
sulfur sulfite sulfites
decaf caffeinated caffeine decaffeinated
calorie calories kcal
genuine real authentic
fake faux imitation artificial
leather cowhide suede hide
wood wooden oak pine walnut beech cedar hardwood bamboo timber
metal steel aluminum iron stainless brass
glass crystal
plastic pvc abs polypropylene silicone
gold golden 18k 14k
adhesive glue sticky tape
stick sticks adhere
color colour shade hue
black charcoal dark
gray grey silver
monochrome b/w black_and_white
picture pictures photo photos image
video videos movie clip footage
screen display
swivel swivels spin spins rotate rotates turn turns pivot pivots oscillate oscillates oscillating
tilt tilts lean angle recline
fold folds folded foldable folding collapse collapsible collapsed packed
inflate inflated inflation pump blow
stand stands upright freestanding
hang hanging hung hook hooks wall
stackable stack stacks
lock locks locking locked lockable
timer programmable schedule set_it delay
automatic automatically auto itself shut_off shuts_off switches_off turns_off by_itself
turn_off shut_off shuts_off switch_off switches_off turned_off turns_off
insulated insulation thermal
people persons adults players seats
person one man woman
wife husband partner
age years_old recommended_age year_old grade
origin made_in manufactured produced imported
manufacture manufactured produced made
warranty guarantee guaranteed
price cost costs dollars
cheap inexpensive affordable
return returned refund exchange
quantity count pieces pack amount
pair pairs set two both
single one only_one
each per
piece pieces pcs parts
step steps increments
serving servings scoop dose portion
expire expires expiration expiry use_by best_by shelf_life
daily every_day each_day once_a_day
often frequently how_many_times every
morning night bedtime evening am pm
first begin start
series book trilogy
standalone stand_alone by_itself on_its_own
author writer written
print printed type font
swear profanity cursing bad_language swear_words
sex love_scene explicit
drum cartridge toner ink
page pages sheets
paper sheet
pen pens ink nib
string strings
amp amplifier pickup
left_handed lefty lefties left_hand
right_handed righty right_hand
wireless cordless bluetooth wifi
bluetooth wireless pair
wifi internet network online
app application software
remote controller
camera webcam lens
microphone mic
headphone headphones earbuds earphones headset
speaker speakers
charger adapter brick
usb usb_c usb-c type_c
sd microsd memory_card sd_card
subscription monthly_fee plan fee membership
accurate accuracy precise exact correct off
dimmable dim dimmer
bright brightness lumens
bulb bulbs lamp
fixture fixtures globe globes
enclosed closed sealed
shower bath tub bathroom
swim swimming underwater pool submerge submerged
beach sand
ocean sea saltwater salt_water
outside outdoor outdoors patio yard left_out
inside indoor indoors interior
sun sunlight uv sunny summer
heavy_duty industrial commercial
side sides lateral
sleeper sleep sleeping
shape sag flatten flat
loft height puff
bust chest bra cup
waist belt
knee thigh
foot feet
toe toes
finger fingers thumb
ear ears
neck collar
glasses eyeglasses spectacles
beard mustache
size_up order_up one_size_up half_size
true_to_size runs_small runs_large runs_big run_small run_large run_big size_down
shed sheds shedding hair_loss lint
fog fogged foggy fogs
jam jams clog clogs clogged stuck
squeak squeaks squeaky creak creaks
sharpen sharpened sharpening hone
cut cuts cutting trim trimmed
paint painted acrylics
seal sealed sealer airtight
coat coats coating layer
primer prime
tool tools wrench screwdriver drill
screw screws bolt bolts
hardware screws clips bolts shims
tire tires tyre
brake brakes
rear back
front forward
towing trailering trailer highway tow
squirrel squirrels
bird birds cardinals finches
fish koi aquarium
thistle nyjer
charity donate
certified certification approved approval
legal allowed
recycle recyclable recycled recycling
biodegradable compostable
gift present
engrave engraved engraving personalize initials monogram
language english
europe european uk 220v 240v 230v
ac air_conditioner
gas propane butane fuel
gpm gallons_per_minute gallon_per_minute gallons gallon
rpm revolutions
psi pressure
cfm airflow
decibels db dba
dirt_bin dust_bin dust_cup
coins change coin
bills cash notes
kneel kneeling
loud noisy
shake vibrate vibrates vibration
itch itchy itches
tall_person tall
wind windy gusts hurricane
rip ripped tear tore torn shredded puncture hole
chew chewed chewer destroy destroyed shredded bite
raccoon raccoons bear
"""
GROUPS = _GROUPS.replace("\n    ", " ").strip().split("\n")


@functools.lru_cache(maxsize=1)
def groups() -> dict[str, frozenset[int]]:
    """Stem, or two stems joined by `_` → the numbers of its groups."""
    made: dict[str, set[int]] = {}
    for number, line in enumerate(GROUPS):
        for entry in line.split():
            made.setdefault("_".join(map(stem, entry.split("_"))), set()).add(number)
    return {entry: frozenset(numbers) for entry, numbers in made.items()}
