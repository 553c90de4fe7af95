"""The properties shoppers ask about, over all kinds of goods: name | words that ask for it | words that also state it |
units that measure it.  Two words joined by `_` stand for the two in a row; words are matched by their stems.
"""

WEIGHTS = "kg g gram grams lb lbs pound pounds oz ounce ounces kilo kilos"
VOLUMES = "l ml liter liters litre litres qt quart quarts gal gallon gallons oz fl cup cups cu pint pints"
LENGTHS = "cm mm m in inch inches ft foot feet yard yards meter meters"
TIMES = "h hr hrs hour hours min mins minute minutes s sec second seconds day days week weeks month months year years"

TABLE = f"""
weight | weight weigh weighs weighing heavy heavier heaviest light lighter lightweight | portable brick scale heft
    sturdy solid carry lug weightless feather | {WEIGHTS}
size | size sizes dimension dimensions measure measures measurement measurements big bigger biggest large larger small
    smaller wide width tall height high length long deep depth diameter thick thickness thin footprint | across
    compact tiny huge roomy bulky circumference perimeter | {LENGTHS}
height | height tall taller high | stands lift raised tower dimensions dimension size measures | {LENGTHS}
width | width wide wider | across narrow broad dimensions dimension size measures | {LENGTHS}
length | length long longer | reach reaches extends end_to_end dimensions dimension size measures | {LENGTHS}
depth | depth deep deeper | shallow front_to_back dimensions dimension size measures | {LENGTHS}
thickness | thick thickness thin thinner gauge | gsm ply mil slim sturdy flimsy | {LENGTHS} gsm mil gauge
diameter | diameter | across round circumference | {LENGTHS}
distance | far distance range away reach | within apart spacing gap | {LENGTHS} mile miles km yards
folded size | folded folds fold collapsed collapses collapse packed packs pack stowed stow | folding foldable trunk
    bag compact flat rolled | {LENGTHS}
sizing | sizing runs run true_to_size size_up fits fit sizes size_down | small large tight loose snug half_size narrow
    order ordered chart wear normally usually cut medium inseam waist chest |
person size | wear wearing plus_size petite tall waist chest bust hips inseam calf | im height lb lbs pounds snug
    medium large small stretch | {LENGTHS} lb lbs kg
wide feet | wide_feet narrow_feet wide_foot width | bunions toe box stretch ee 2e eee narrow widths |
noise | noise noises noisy loud louder loudest quiet quieter quietly silent silence sound decibel decibels hum | hear
    heard whisper whispers buzz buzzes rattle rattles squeak squeaks squeaky whine whines roar wakes wake sleep
    noiseless soundless beep beeps clatter gurgle gurgles | db dba decibel decibels
material | madeof material materials fabric construction composition content | cotton linen wool polyester leather
    steel stainless aluminum plastic wood wooden oak bamboo glass ceramic silicone metal iron copper brass rubber
    nylon latex shell abs canvas suede velvet denim spandex rayon fleece foam pine walnut marble granite titanium zinc
    alloy carbon acrylic vinyl pvc mdf rattan wicker merino silk satin microfiber tpe tpu eva polypropylene resin
    stone slate clay | percent gsm
real material | real genuine solid authentic fake imitation faux | veneer plated laminate mdf particleboard pu
    full_grain top_grain vegan hollow synthetic |
wood | wood timber | oak pine walnut beech maple mahogany teak cedar birch bamboo rubberwood acacia linden hickory mdf
    veneer plywood hardwood softwood |
metal | metal steel aluminum iron brass copper | stainless alloy chrome plated cast forged zinc |
fill | fill filled filling filler stuffed stuffing inside padding padded batting | down feather polyester foam beads
    fiber pellets memory goose cotton wool |
lining | lined lining liner unlined insulated | fleece mesh sherpa satin cotton brief suede |
color | color colors colored colour shade tone hue | black white gray red blue green yellow pink purple brown beige
    cream orange navy teal olive silver gold ivory tan maroon turquoise charcoal darker lighter |
finish | finish glossy gloss matte shiny sheen texture satin | lacquered polished brushed painted varnish flat coated
    rough smooth natural |
fading | fade fades fading faded sun uv sunlight | bleached uv_resistant colorfast color bright washed darker sun |
color bleed | bleed bleeds run dye transfer rub | bled ran rubbed stained stains fast |
staining | stain stains staining stained spill | spotted taste orange marks spots resistant residue |
pattern | pattern design print printed style | floral striped plaid solid motif geometric |
battery | battery batteries charge charges charging charged rechargeable recharge runtime | aa aaa lithium mah cr2032
    coin cell cordless usb 9v alkaline nimh lasts runs | mah h hr hour hours
battery life | battery_life runtime run_time battery_last charge_last | lasts hours runs per_charge full_charge
    standby | h hr hrs hour hours days day weeks min minutes
battery type | batteries battery | aa aaa cr2032 9v coin cell lithium alkaline nimh 18650 d_cell c_cell takes built_in
    button |
charging time | charge_time charging_time take_to_charge to_charge recharge charging | charge charger empty full fill
    fast hours | h hr hrs hour hours min minutes
charging method | charge charger charging recharge | usb usb_c micro dock cable cradle magnetic plug adapter |
power source | powered power run_on batteries battery plug plugged electric electricity cordless corded gas | usb
    solar mains outlet ac adapter cord wall manual hand_crank propane butane charcoal rechargeable |
power | power powerful watt watts wattage strong stronger motor suction | draw energy oomph horsepower amp amps torque
    stalls weak | w kw watt watts hp bar pa kpa amp amps
voltage | voltage volt volts europe european uk 110 110v 120 120v 220 220v 230 240 240v hz overseas | dual_voltage
    converter adapter 100 plug mains worldwide international | v volt volts hz
plug | plug plugs outlet socket prong adapter | wall ac barrel grounded cord |
capacity | capacity volume hold holds fit fits | cups servings tank jug stores carries room space bin bowl full slots
    gallons | {VOLUMES}
slots | slots pockets pocket compartment compartments cards sections drawers shelves | zip zippered holds organizer
    sleeve divider interior inside |
waterproof | waterproof water_proof water_resistant rain rainproof wet submersible underwater swim swimming shower
    weatherproof weather water | ipx ip65 ip67 ip68 ipx4 ipx5 ipx6 ipx7 ipx8 dry downpour soaked leak leaked puddle
    creek storm thunderstorm splash splashes seams damp moisture sealed resistant repellent submerge rinse rained snow
    |
outdoor use | outside outdoor outdoors weather winter snow rain left_out patio | weatherproof uv rust exposed covered
    year season storm sun freezing freeze resin powder_coated |
rust | rust rusts rusting rusty corrode corrosion | stainless galvanized spots powder_coated coated salt weather |
tarnish | tarnish tarnishes turn_green discolor | shower plated gold look color wear rhodium fade |
warranty | warranty warranties guarantee guaranteed | lifetime years limited replace replacement covered refund | year
    years month months
origin | origin country madein manufactured made_where come_from sourced source imported domestic | usa china germany
    japan italy france vietnam india thailand mexico canada american family mill factory farm produced from |
brand | brand manufacturer maker company | made_by sold_by |
organic | organic pesticide pesticides gmo non_gmo | certified usda natural untreated |
natural | natural chemical chemicals additives preservatives artificial synthetic | untreated pure treated free
    sulfites paraben parabens lye flavoring cold_pressed distilled |
washing | wash washable washed washing machine_wash machine_washable laundry launder washer | clean cold gentle
    delicate tumble detergent soap unzips hand_wash rinse spin cycle dryer |
drying | dry dryer tumble_dry tumble dried hang | low air_dry line lay_flat cycle |
shrinking | shrink shrinks shrinkage shrank | washed dryer hot pre_shrunk inch smaller after |
ironing | iron ironing wrinkle wrinkles wrinkled crease creases steam | creased wrinkle_free smooth pressed |
dishwasher | dishwasher | top_rack rack hand_wash wash_by_hand safe machine rinse sink |
cleaning | clean cleaning cleaned cleaner wipe easy_to_clean maintain maintenance care descale | rinse rinses wash
    washes washable dishwasher damp cloth vinegar soap brush removable apart scrub wipes dust water |
microwave | microwave microwaved microwavable | oven heat safe reheat |
oven safe | oven oven_safe broiler bake baking | degrees heat f proof safe temperature |
freezer | freezer freeze frozen | cold ice safe |
induction | induction stove stovetop cooktop burner glass_top gas electric | magnetic base stoves hob flat ceramic |
temperature | temperature temperatures hot hotter cold colder heat heats warm degrees cool | hottest coldest boiling
    thermostat range burn | c f °c °f k degrees degree celsius fahrenheit
heat retention | stay_hot stay_cold keep_hot keep_cold keep_warm hot cold ice warm insulated | hours insulated vacuum
    thermal double_wall melted ice still | h hr hrs hour hours
warmth | warm warmth cold winter | insulated degrees fleece down thick layer freezing toasty |
coolness | cool cooling hot sleepers breathable sweat sweaty hot_sleeper sleep_hot | gel ventilated vents airflow hot
    breathes summer warm traps |
breathable | breathable breathe breathes air ventilation ventilated vent | mesh vents holes sweat hot condensation |
compatibility | compatible compatibility fit fits work works support supports connect connects pair suit suits use |
    suitable models model series universal brand brands same matches interchangeable screws click adapter only |
vehicle fit | fit fits car truck vehicle suv van jeep model year make | honda toyota ford chevy nissan bmw subaru
    dodge ram tacoma civic accord camry corolla f150 silverado wrangler fitment sedan coupe hatchback cab trim rails |
device fit | iphone samsung android phone tablet laptop computer ipad galaxy pixel case | mac windows linux ios
    chromebook bluetooth usb compatible device devices models otterbox os app |
mac windows | mac macbook windows linux chromebook ipad os | operating software drivers driver macos computers
    plug_and_play |
appliance fit | machine model brand printer nespresso keurig dremel brother singer kitchenaid | compatible series fits
    original standard universal cartridge |
alexa | alexa google echo siri homekit assistant smart | app wifi voice skill home works_with |
app | app phone smartphone remote_view | ios android wifi bluetooth download control |
wifi | wifi wireless internet network online | 2.4 5ghz app router signal cloud connected |
connection | bluetooth wired wireless usb aux jack hdmi ethernet port ports connect connects connected | cable lan
    displayport output input plugs pairs dongle inputs outputs sd |
pairing | pair pairs two_devices devices multiple multipoint | bluetooth connect disconnect simultaneously switch
    at_once |
subscription | subscription monthly fee fees pay plan cost | membership free month year cloud sd no_fee monthly_fee |
included | include includes included including come_with comes_with comes come package box contents accessory
    accessories supplied provide | kit not_included sold_separately separate extra pack with in_the_box bundle
    contains needed plus buy purchase missing |
sold separately | separately extra additional replacement spare replacements refill buy | parts order seller available
    listing |
quantity | many count pieces quantity pack packs pairs set each number | piece single one two three four five six
    eight ten dozen per both includes only panels total | pieces pcs pack count ct
batteries included | batteries_included battery_included | batteries included installed package aa aaa |
instructions | instructions manual directions guide | video booklet steps read pictures leaflet |
assembly | assembly assemble assembled put_together together install installation installed set_up setup
    easy_to_assemble build | tools screw screws bolts allen wrench minutes hour hours drill easy instructions box legs
    attach pieces took plug_and_play |
mounting | mount mounted mounting hang hanging wall attach attaches attached install | screws bracket hooks holes nail
    anchors adhesive suction clip clamp clips drill stud studs strap straps magnet magnetic bolts velcro mounts |
tools needed | tools tool needed drill | allen wrench screwdriver hex included bolts no_tools |
adjustability | adjust adjustable adjusts adjusting adjusted adjustment | slide slides loosen tighten shorten lengthen
    telescoping extends settings positions height steps lower raise fixed tilts changed notches velcro custom |
tilt | tilt tilts swivel swivels rotate rotates turn pivot spin oscillate oscillates angle | degrees 360 turns ball
    joint spins lean pivots crooked reclines |
fold | fold folds foldable collapsible collapse | flat folded folding storage compact stands |
removable | removable remove removed detach detachable come_off take_off take_out comes_off separate interchangeable |
    zipper snaps velcro unscrew unscrews pull off lift slide out peel unzips attached |
reusable | reusable reuse disposable refill refillable | once again washable wash cartridge single_use times |
replaceable | replace replaceable replaced replacement swap change changed | spare screws swapped sealed built_in |
storage | storage store stores stored memory gb tb | shelf drawer under case bag hook capacity sd card space | gb tb
    mb
load | weight_limit weight_capacity hold holds support supports limit max maximum carry load capacity | rated sturdy
    up_to bear pounds capacity heavy weight bend | {WEIGHTS} ton tons
strength | strong strength sturdy heavy_duty durable tough hold break | bend bends rated pounds breaking snapped solid
    wobbly flimsy reinforced steel |
stability | stable wobble wobbly tip tips sturdy sway shake | steady solid base strap anchor falls fell suction
    wobbles |
durability | durable last lasts lasting long_lasting hold_up quality break breaks wear life sturdy lifespan | year
    years months weeks broke snapped cracked still daily worn fell_apart died washes falling ripped tore strong split
    survived holding | {TIMES}
tearing | tear tears rip rips chew chewed puncture proof destroy | shredded holes tough claws ripped hole puppy bite |
scratching | scratch scratches scratched scuff marks floor | resistant protect pads felt rubber soft leave scrape |
safety | safe safety dangerous harmful hazard danger | bpa toxic lead phthalate certified tested nontoxic free choking
    approved |
bpa | bpa plastic toxic phthalate phthalates | free food_grade silicone stainless safe pvc |
lead | lead cadmium heavy_metals heavy metals mercury arsenic prop65 | tested free safe certified third_party brass |
certification | certified certification approved approval ul listed fda nsf etl rated dot osha ansi tsa faa legal |
    standard tested meets certificate rating compliant |
flame | flammable fire flame retardant fireproof fire_resistant | burn heat cpai rated resistant |
food safe | food_safe food food_grade food_contact | bpa safe grade silicone oil finish |
allergy | allergy allergic allergies allergen allergens hypoallergenic latex nickel sensitive sensitivity reaction |
    free dust skin fussy rash peanuts nuts contains facility eczema itch irritate wheat soy dairy |
skin | sensitive_skin skin sensitive eczema acne rash irritate irritation oily redness | sting red gentle dry face
    hypoallergenic breakout breakouts reactive burn types dermatologist |
hair | hair curly thick fine curls natural_hair | frizz 4c straight types wavy damaged smooth |
cruelty | cruelty tested_on_animals animal animals vegan leaping | peta bunny free testing |
vegan | vegan vegetarian vegetarians animal plant_based | dairy egg gelatin bovine fish collagen milk beef honey
    leather suede beeswax plant meat |
gluten | gluten celiac wheat gluten_free | free flour barley gf certified oats |
dairy | lactose dairy milk whey casein | free soy cream vegan butter |
sugar | sugar sugars sweetener sweetened sweet stevia | unsweetened added carbs grams free sucralose | g gram grams
nuts | nut nuts peanut peanuts almond tree_nuts | facility allergen contains free cashews almonds |
kosher | kosher halal | certified ou symbol gelatin beef |
caffeine | caffeine decaf caffeinated decaffeinated | mg coffee tea stimulant contains | mg milligrams
ingredients | ingredient ingredients contain contains made_with content | sugar oil acid extract flour free no water
    salt natural only powder |
nutrition | calories calorie protein carbs fat sodium fiber potassium serving vitamin vitamins dose mg | servings g
    daily label nutrition per scoop | g mg mcg iu gram grams calories
servings | servings serving many doses | makes cups per each scoop days bag |
taste | taste tastes flavor flavour flavored sweet bitter spicy salty | delicious bland aftertaste yummy tasteless
    sour strong unflavored smoky rich |
texture | texture soft chewy crunchy crispy hard smooth grainy | leathery moist dry tough powdery fluffy |
smell | smell smells scent scented odor fragrance unscented perfume stink stinks | aroma chemical off_gas gas_off
    fragrance_free detergent notes strong stinky stench faint air_out |
scent strength | strong_scent scent_strong strong overpowering scent smell | barely faint room fills powerful light
    subtle notice throw |
shelf life | expire expires expiration expiry expired shelf_life shelf fresh date keep keeps | best_by months years
    stored roasted freezer fridge lasts from | {TIMES}
dosage | dosage dose take daily day often give many_times | tablets capsules pills drops scoop once twice meals weight
    serving |
age | age ages old year_old toddler kid child adult baby recommended infant newborn | years months up suitable grader
    teen minimum daughter son grandson younger children | year years month months yrs
pets size | dog dogs cat cats puppy kitten breed breeds pet lab | lb lbs pound large small medium fits chihuahua husky
    beagle retriever yorkie shepherd size weight |
pets | dog dogs cat cats puppy pet animals hamster rabbit bird | fur paws chew shed hair claws licks |
speed | speed speeds fast faster quick quickly slow slower rpm mph | settings seconds instantly variable dial levels |
    rpm mph g/s km/h fps
settings | settings setting modes mode levels level programs program options | speeds dial button choose adjust low
    high medium menus steps |
preparing time | take takes long_to time heat_up dry cure boil brew ready set | minutes hours within until seconds
    before recoat wait first after quick touch | {TIMES}
duration | last lasts lasting long duration time | minutes hours days weeks up_to about still until | {TIMES}
frequency | often frequently how_often times every | daily weekly monthly once twice replace per week month |
automatic | automatic automatically auto itself turn_off shut_off shuts_off turns_off shutoff | timer sensor switches
    off dusk stops on_its_own hours idle timeout itself |
timer | timer schedule delay programmable clock alarm | set hours night morning auto hour minute |
remote | remote control controller | button app batteries wireless switch |
display | display screen lcd led monitor readout | backlight digital touch resolution brightness inch |
touchscreen | touchscreen touch buttons button | screen tap glass press swipe |
resolution | resolution 4k 1080p hd pixels megapixel | hz 2k full quality x |
camera | camera video record recording picture photo photos night_vision | lens megapixel 1080p 4k zoom seconds sd |
microphone | mic microphone microphones call calls talk | voice hear phone wind speakerphone |
speaker | speaker speakers sound audio bass volume | loud stereo music clear tinny |
noise cancelling | noise_cancelling noise_canceling cancelling anc cancel | block blocks ambient isolation |
light | bright brightness lumen lumens bulb bulbs led dim dimmable dimmer light lights lit | watt glow lamp glowing
    warm daylight | lm lumen lumens
light color | warm cool daylight soft_white kelvin white color_temperature | yellow blue amber 2700 3000 5000 | k
    kelvin
dimming | dim dimmable dimmer dimmed | brightness levels trailing switch low |
light blocking | blackout light block blocks see_through transparent opaque sheer darkening | through dark room light
    visible blocks thin |
insulation | insulated insulation insulate thermal drafts | heat cold cooler warmer room degrees |
cable length | cord cable wire lead hose length_of | ft long feet power | m ft foot feet meter meters cm inch inches
    in
cord | cord cordless cords cable corded wireless | plug wire wall outlet pull chain strings |
price | price cost costs expensive cheap dollars much | sale discount bargain value worth shipping | $ usd dollars
comfort | comfortable comfort comfy soft softness firm firmness hurt hurts pain standing | itchy scratchy cushion
    padding support supportive hours feet day sore stiff cozy breathe plush all_day back |
softness | soft softness scratchy itchy rough | silky cozy plush fluffy smooth feels stiff |
firmness | firm firmness soft plush hard medium | sink support cushion density |
support | support supportive arch lumbar back bust | firm underwire padding neck cup hold pain sagging |
pain | pain hurt sore back_pain relief help ache neck_pain | gone relieved better arthritis slept sciatica |
stretch | stretch stretchy stretches elastic elasticity spandex | give snug waistband lycra stretched nylon |
closure | zipper zip button buttons snap snaps velcro closure clasp close closes laces magnetic | hook lace slip_on
    tie drawstring buckle pull_on magnet |
straps | strap straps handle handles | shoulder padded adjustable sternum carrying carry removable loops |
pockets | pocket pockets | zip side front hidden zippered back interior |
hood | hood hooded hoodie | detachable snaps brim drawstring |
sleeve length | sleeve sleeves | long short cuff arm |
garment length | long length short knee thigh ankle | hits hit past floor mid hem tall falls cropped | inch inches cm
see through | see_through sheer transparent thin | lined opaque show white shows through |
heel | heel heels sole soles arch | inch rubber platform insole outsole traction |
slip | slip slippery non_slip slide slides grip traction skid non_skid | rubber wet floor backing stays slid dots
    anti_slip grippy carpet hardwood in_place |
shedding | shed sheds shedding lint pill pills pilling | fur fuzz hair loose fluff |
leaking | leak leaks leaking leaky drip drips spill spills | dribbles seal sealed tight leakproof wet gasket dripped
    lid upside |
clogging | clog clogs jam jams stuck | blocked cleaning residue |
fogging | fog fogs foggy fogging | anti_fog cold mist clear fogged |
condensation | condensation sweat sweats | moisture drops wet |
freezing | freeze freezes frozen cold winter temperature | below degrees zero antifreeze |
sagging | sag sags shape flat flatten keep_its_shape keep_shape | pancake lumpy flattened dent valley holds bounce
    sagging puff |
break in | break_in stiff broken_in break | days blisters first comfortable soft weeks soften |
sharpness | sharp sharpness blunt dull sharpen sharpened | edge cuts honing stone hone bevel |
cutting | cut cuts cutting trim | scissors knife saw utility blade size hacksaw |
painting | paint painted stain varnish primer | acrylics coat sand wood spray took brush |
coats | coats coat coverage cover covers | second one two square gallon sq | sq
surface | surface surfaces wood concrete wall drywall floor tile carpet brick granite | apply on works sticks stick
    smooth metal vinyl hardwood fiberglass |
adhesive | stick sticks sticky adhesive glue peel tape self_adhesive | fell off hold wall velcro double_sided bond |
beginner | beginner beginners easy learn experienced | starter simple first_time user_friendly |
easy to use | easy simple difficult hard easily complicated user_friendly | breeze struggle intuitive minutes
    confusing instructions works |
left handed | left_handed lefty left hand right_handed | right handed either both ambidextrous orientation |
gender | men mens women womens unisex boy boys girl girls male female | gender husband wife son daughter |
gift | gift present birthday christmas gift_box wrap | box loved recipient gave giftable wrapped |
travel | travel plane airplane flight fly carry_on carryon tsa airline luggage suitcase | overhead checked flew
    onboard flight dual_voltage customs security seat allowed bag |
car use | car vehicle truck rv trunk cupholder cup_holder boat | seat drive road fits holder dash fit subaru back |
camping | camping camp hiking backpacking outdoors | tent trail pack trip packs |
beach | beach sand pool ocean lake salt | water wheels soft saltwater sea |
salt water | salt_water saltwater salt ocean sea marine | corrosion aquarium rinse reef corrosion |
pool | pool pools chlorine swim hot_tub | chlorinated salt water fade |
gym | gym workout exercise running run jogging sports | sweat training treadmill miles |
office | office work desk workplace | coworkers quiet cubicle meetings |
school | school classroom kids students college | locker backpack teacher dorm |
apartment | apartment small_space dorm room | fits compact counter corner |
bathroom | bathroom shower bath tub toilet | humidity moisture steam wet tile |
kitchen | kitchen counter countertop sink | drain under over appliance |
garden | garden plant plants soil lawn vegetables grow | seeds fertilizer leaves root pots yard |
fire | fire burn burns campfire wood_burning propane gas smoke smokes | ban igniter ignition match flame smell ash |
fuel | gas propane butane charcoal fuel electric diesel wood | tank runs burns pounds engine |
chemical treated | treated untreated chemically pressure_treated | chemicals leach wood natural |
filter | filter filters filtration hepa | replace cartridge mesh cleans pads washable paper reusable permanent carbon
    |
removes | remove removes reduce reduces fluoride chlorine tds contaminants | filters lowers takes minerals nsf percent
    |
flow | flow gpm gph pressure psi cfm | gallon gallons minute per drops hour airflow water | gpm gph cfm psi lpm bar
pressure | pressure psi bar | pounds gauge inflate pump max | psi bar kpa
inflate | inflate inflates inflated deflate pump air | minutes compressor blow fill electric holds valve |
drain | drain drains drainage draining | water spout holes hose sink tray |
bottom | bottom base floor | underneath open ground no_bottom |
lid | lid lids cover top cap | glass silicone closes locks sealed covers |
handle | handle handles grip knob | ergonomic comfortable hold wood silicone |
wheels | wheels wheel casters tires tire | rolls swivel lock rolling inch |
brakes | brake brakes lock locks locking | pedal wheels stop caster coaster hand |
stand | stand stands base legs tripod kickstand upright | stand_up lean bracket bottom on_its_own freestanding stakes
    |
security | lock locks locking secure theft key code password | combination keypad steel fingerprint padlock |
privacy | privacy private see spy | through hidden cover frosted |
number of people | people person seat seats sit persons players play | for adults chairs fits seating capacity leaf
    two |
seat height | seat_height seat height | floor inches counter bar | {LENGTHS}
bed size | mattress bed queen king full twin sheet sheets | deep pocket frame topper fits |
accuracy | accurate accuracy precise exact correct calibrated | off within degrees compared reading reads readings low
    high meter | percent
calibration | calibrate calibrated calibration | certificate certified factory reset |
connect to | hook_up hook attach connect | fitting adapter hose thread |
threads | thread threads threaded fitting fittings screw | inch npt compression adapter size |
packaging | packaging package packaged box boxed | wrapped arrived dented sealed tin bag |
language | language english spanish french languages subtitles | text translated version |
publication | published publisher author written edition print isbn | year hardcover paperback press book |
reading level | grade reading_level level reading_age | years age children |
series | series sequel stand_alone standalone book order | first third volume trilogy read begin start |
pages | pages page chapters | long number count |
content warning | language sex violence swearing clean profanity swear explicit | words scene mild graphic love adult
    |
large print | large_print print font type | tiny small size glasses letters |
page numbers | numbered numbers index | pages contents |
paper | paper ink pen pens bleed ghosting | gsm fountain highlighters show thick markers |
game players | players player play | cards ages people minutes |
instrument | strings tuning tune tuned tuner | nylon steel gut guitar neck pickup frets |
memory card | sd sd_card card memory | gb included slot micro class |
sim | sim card cellular plan lte | phone network carrier no_sim unlocked |
gps | gps track tracking location locate | satellite map live updates minutes |
water intake | water plumbing line hookup tank reservoir | fill pour refill gallon |
ice | ice cubes cube | frozen melt bullet nugget makes |
grind | grind grinds grinder coarse fine | burr blade espresso powder settings beans |
espresso | espresso coffee crema pods | pressure bar portafilter tamper |
"""
