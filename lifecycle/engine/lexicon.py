"""What kind of thing a word names: goods of any shop, or something only the world outside deals with.

Examples can never hold every word people use.  A word of these lists lends its kind, so that what was learned from
"price of the mattress" holds for a tent, and what was learned from "capital of france" for Peru.  A word that was seen
in examples counts by them; these lists are only the first guess.  Written by the project; plurals are found by
themselves, `_` joins a phrase.  A store needs no list of its own: what it sells is read from its catalogue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

GOODS = """
mattress bed bedding pillow duvet quilt comforter blanket sheet bedsheet topper protector bolster cushion headboard
bedframe bunk crib cradle bassinet futon sofa couch settee armchair recliner chair stool bench ottoman pouffe beanbag
table desk nightstand wardrobe dresser cupboard cabinet bookcase bookshelf shelf shelving sideboard mirror rug carpet
doormat curtain blinds lamp lampshade lantern lightbulb bulb chandelier candle vase clock tablecloth napkin towel
bathrobe bathmat hanger hamper basket organiser rack stand tray sock shirt tshirt tee polo blouse jumper sweater
hoodie sweatshirt cardigan jacket coat parka raincoat anorak blazer suit trousers pants jeans chinos leggings jeggings
shorts skirt dress gown saree kurta kurti lehenga dupatta salwar pyjamas pajamas nightie underwear boxers briefs bra
bralette panties lingerie tights stockings swimsuit bikini swimwear trunks tracksuit joggers vest waistcoat scarf
shawl glove mitten beanie hat helmet belt tie necktie bowtie suspenders apron uniform costume onesie romper bib
dungarees overalls shoe shoes sneaker trainers boots boot sandal sandals slipper slippers flipflop loafer heels
stiletto pumps moccasin clogs cleats insole shoelace wellies crocs footwear bag handbag purse wallet backpack rucksack
suitcase luggage duffel tote satchel briefcase pouch clutch watch smartwatch bracelet bangle necklace pendant earring
ring anklet brooch jewellery jewelry cufflink sunglasses glasses spectacles goggles umbrella keyring keychain laptop
notebook chromebook desktop computer pc monitor keyboard mouse printer toner cartridge scanner webcam router modem ssd
harddisk pendrive usb ram motherboard cpu gpu processor tablet ipad kindle ereader phone smartphone iphone handset
charger powerbank adapter cable earphone earphones earbud earbuds airpods headphone headphones headset speaker
soundbar subwoofer amplifier turntable microphone tv television projector camera dslr lens tripod gimbal drone console
playstation xbox joystick gamepad controller battery batteries fridge refrigerator freezer oven microwave hob cooktop
stove dishwasher washer dryer vacuum hoover heater radiator fan cooler humidifier dehumidifier purifier geyser iron
steamer kettle toaster blender mixer juicer grinder airfryer fryer grill barbecue bbq pan pot wok saucepan skillet
casserole cookware cutlery spoon fork knife knives spatula ladle whisk colander grater peeler bowl plate mug cup
tumbler flask thermos bottle jar tiffin lunchbox teapot cafetiere carafe decanter wineglass corkscrew teaset
dinnerware crockery bakeware drill screwdriver hammer spanner wrench pliers sander jigsaw chainsaw toolbox toolkit
ladder paint brush roller screw hinge faucet shower sealant glue tape sandpaper lawnmower mower trimmer hose sprinkler
spade shovel rake secateurs wheelbarrow planter flowerpot compost fertiliser seedling greenhouse gazebo parasol
hammock deckchair firepit bike bicycle ebike scooter skateboard rollerblades treadmill elliptical rower dumbbell
barbell kettlebell racket racquet shuttlecock kayak paddleboard surfboard wetsuit snowboard tent binoculars telescope
compass torch headlamp toy doll lego puzzle plush teddy playset slime rattle teether pacifier stroller pram pushchair
carseat highchair diaper nappy nappies wipes leash collar harness kennel litter aquarium birdcage kibble catnip
shampoo conditioner soap bodywash handwash sanitizer deodorant perfume cologne fragrance moisturiser moisturizer
lotion serum sunscreen sunblock cleanser facewash scrub exfoliator mask lipstick lipgloss mascara eyeliner eyeshadow
foundation concealer blush highlighter primer makeup remover razor shaver epilator wax toothbrush toothpaste floss
mouthwash comb hairbrush hairdryer straightener curler henna aftershave tampon protein whey casein isolate creatine
bcaa eaa glutamine arginine l-arginine carnitine citrulline preworkout postworkout gainer multivitamin vitamin
vitamins mineral calcium magnesium zinc folic biotin collagen keratin glutathione omega omega3 krill turmeric curcumin
ashwagandha shilajit ginseng moringa spirulina chlorella probiotic prebiotic fibre psyllium melatonin glucosamine
chondroitin coq10 resveratrol electrolyte tribulus detox cider oats muesli granola shaker supplement capsule softgel
gummies powder sachet syrup ointment cream gel balm bandage plaster thermometer oximeter nebuliser glucometer
wheelchair crutches massager tea coffee beans espresso chocolate biscuit cookies snack crisps nuts almonds cashew
honey jam sauce spice masala ghee pasta noodles cereal juice whisky paperback hardback hardcover ebook audiobook novel
cookbook magazine comic planner diary pen pencil marker crayon eraser stapler folder envelope easel canvas paintbrush
acrylics yarn wool fabric guitar ukulele violin drumkit cymbal flute saxophone tyre tire dashcam wiper gift giftcard
bouquet balloons decoration ornament wrapping sticker poster frame football basketball darts air_conditioner air_fryer
apple_cider baby_monitor back_brace bench_press bike_lock board_game boxing_gloves breast_pump camping_stove
car_battery car_cover car_mat cat_food chopping_board coffee_machine coffee_maker contact_lens crochet_hook dog_food
energy_bar energy_drink engine_oil espresso_machine exercise_bike fanny_pack fat_burner feeding_bottle fish_oil
fishing_rod french_press golf_club graphics_card green_tea hair_dye hair_oil hard_drive heating_pad hiking_boots
iron_tablet knee_brace knitting_needles mass_gainer nail_polish olive_oil peanut_butter pet_bed pressure_cooker
protein_bar protein_shake punching_bag resistance_band rice_cooker sandwich_maker sanitary_pad scratching_post
seat_cover sewing_machine skipping_rope sleeping_bag slow_cooker tennis_ball waffle_maker washing_machine
weight_gainer weight_plate yoga_mat cricket_bat beard_oil
"""

MATERIAL = """
leather suede cotton linen silk wool cashmere polyester nylon spandex denim velvet satin fleece microfibre microfiber
bamboo wood oak walnut teak pine plywood mdf metal steel stainless aluminium aluminum copper brass iron titanium glass
ceramic porcelain marble granite stone plastic silicone rubber foam latex memory_foam spring coir feather acrylic
resin cork rattan wicker canvas mesh
"""

COLOUR = """
black white grey gray silver gold golden red blue green yellow orange purple pink brown beige cream ivory tan navy
teal turquoise mint olive khaki maroon burgundy violet lavender peach coral charcoal
"""

# what people hope goods will do for them
AIM = """
backache back_pain neck_pain knee_pain joint_pain acne pimples dandruff hairfall hair_fall hair_loss wrinkles
dark_circles pigmentation stretch_marks oily_skin dry_skin sensitive_skin glowing bodybuilding muscle muscles biceps
abs lean bulking stamina endurance strength immunity digestion metabolism weight_loss lose_weight weight_gain
gain_weight fat_loss belly_fat slim slimming fitness workout gym flexibility posture snoring insomnia sleeper camping
hiking trekking cycling gaming baking gardening commuting
"""

PLACE = """
afghanistan africa albania algeria america antarctica argentina armenia asia athens australia austria bali bangkok
bangladesh barcelona beijing belgium berlin bolivia boston brazil brussels budapest bulgaria cairo california cambodia
canada chicago chile china colombia copenhagen croatia cuba cyprus dallas denmark denver dubai dublin ecuador
edinburgh egypt england estonia ethiopia europe finland florence florida france frankfurt geneva georgia germany ghana
glasgow goa greece greenland havana hawaii helsinki honolulu hungary iceland india indonesia iran iraq ireland israel
istanbul italy jamaica japan jerusalem jordan kazakhstan kenya korea kuwait kyoto laos latvia lebanon lima lisbon
lithuania london luxembourg madagascar madrid malaysia maldives malta manchester melbourne mexico miami milan mongolia
montreal morocco moscow munich myanmar namibia nairobi naples nepal netherlands norway oman orlando oslo pakistan
panama paraguay paris peru philippines poland portugal prague qatar rome romania russia rwanda scotland seattle
senegal seoul serbia singapore slovakia slovenia somalia spain sudan sweden switzerland sydney syria taiwan tanzania
tehran texas thailand tibet tokyo toronto tunisia turkey uganda ukraine uruguay usa uzbekistan vancouver vatican vegas
venezuela venice vienna vietnam wales warsaw yemen zambia zimbabwe zurich mumbai delhi kolkata chennai bangalore
hyderabad pune kerala punjab bihar continent ocean himalayas alps sahara everest mediterranean atlantic pacific
"""

# nature, school, computing, medicine, law, money, travel, food, sport, stage and page, state and belief, home
WORLD = """
atom molecule electron proton neutron quark photon particle quantum relativity gravity physics chemistry biology
geology astronomy astronaut galaxy galaxies universe planet planets solar_system jupiter saturn uranus neptune pluto
comet asteroid meteor eclipse orbit spacecraft nasa earth fossil evolution darwin einstein newton gene dna rna
chromosome mitosis photosynthesis osmosis enzyme bacteria bacterium virus fungus mammal reptile amphibian habitat
ecosystem volcano earthquake tsunami glacier climate hydrogen nitrogen helium sodium uranium periodic isotope alkaline
electricity thermodynamics speed_of_light black_hole big_bang lion tiger elephant giraffe zebra monkey gorilla whale
shark dolphin penguin eagle snake spider crocodile alligator kangaroo koala wolf wolves squirrel hedgehog beetle
butterfly ant ants bee bees wasp frog octopus experiment laboratory scientist theory hypothesis velocity acceleration
momentum friction inertia kinetic entropy wavelength ultraviolet gamma xray ozone atmosphere stratosphere hemisphere
equator latitude longitude tectonic magma lava sediment cosmos cosmic nebula supernova quasar constellation milky_way
lightyear light_year interstellar spacewalk rover spaceship armstrong gagarin hawking galileo copernicus curie pasteur
mendel genetics genome mutation amino ribosome mitochondria chloroplast nucleus membrane neuron synapse pathogen
parasite embryo fetus foetus placenta uterus organism vertebrate invertebrate arthropod crustacean predator prey
herbivore carnivore omnivore extinct extinction endangered biodiversity ecology pollution deforestation drought famine
wildfire cyclone typhoon tornado avalanche landslide iceberg rainforest savanna tundra swamp peninsula archipelago
strait canyon waterfall lagoon lioness cheetah jaguar hyena rhino hippo ape chimp chimpanzee orangutan lemur orca
walrus hawk falcon raven pigeon sparrow ostrich flamingo peacock parrot cobra viper lizard gecko chameleon iguana
scorpion tortoise toad newt salamander wombat platypus badger beaver otter moose reindeer buffalo bison camel llama
alpaca donkey mule goat rooster caterpillar moth hornet mosquito dragonfly cockroach termite worm snail squid
jellyfish starfish crab lobster goldfish piranha t-rex trex mammoth mermaid
homework essay assignment thesis dissertation exam exams syllabus semester university college professor tuition
scholarship degree diploma phd pupil kindergarten lecture textbook classroom admission cutoff neet jee upsc gre gmat
ielts toefl gcse sat equation algebra geometry calculus trigonometry derivative integral theorem pythagoras polynomial
quadratic logarithm matrices prime_number square_root multiply divided multiplied divide probability hypotenuse radius
circumference grammar verb verbs noun adjective pronoun synonym antonym spelling pronounce translate translation
vocabulary paragraph alphabet vowel philosophy psychology sociology economics anthropology education academic
curriculum classmate headteacher detention undergraduate postgraduate alumni campus dormitory fraternity bibliography
citation cite plagiarism footnote summarise paraphrase rewrite proofread comprehension literature metaphor simile
irony alliteration onomatopoeia adverb preposition conjunction participle gerund subjunctive infinitive apostrophe
comma semicolon punctuation acronym abbreviation full_form arithmetic numerator denominator decimal integer ratio
quotient remainder factorial exponent algebraic parabola hexagon pentagon octagon polygon rhombus trapezium median
statistic statistics permutation binomial variance trigonometric sine cosine tangent countdown multiplication
subtraction ncert cbse icse ssc marksheet
python java javascript typescript kotlin golang php html css sql mysql postgres mongodb django angular vue npm git
github gitlab docker kubernetes linux ubuntu bash regex compiler algorithm recursion boolean nullpointer exception
stacktrace segfault debug debugger api endpoint json xml backend frontend localhost deploy dataframe pandas numpy
tensorflow vlookup powerpoint photoshop wordpress subnet dns tcp udp http firewall malware hacker hack hacking
programming programmer coding blockchain developer devops fullstack html5 css3 flexbox bootstrap tailwind jquery
nextjs laravel symfony perl scala haskell clojure fortran cobol matlab csharp c++ jvm maven gradle conda virtualenv
pytest junit selenium webdriver https graphql yaml parse parser compile compiled runtime traceback
nullpointerexception typeerror valueerror keyerror syntaxerror importerror indexerror segmentation mutex deadlock
async await closure closures lambda generator polymorphism encapsulation abstraction constructor destructor getter
setter enum struct tuple hashmap quicksort recursive repository commit commits rebase pull_request ssh ftp telnet
ip_address vpn subnetting aws azure gcp ec2 terraform ansible jenkins cicd nginx apache tomcat crontab chmod sudo grep
awk sed vim emacs intellij pycharm vscode jupyter colab kaggle machine_learning neural neural_network overfitting
dataset regression clustering hadoop kafka redis postgresql sqlite normalization etl gmail firefox macos bluescreen
docx telegram snapchat twitter tweet tweets reddit discord twitch followers hashtag linkedin pinterest tinder bumble
icloud wikipedia hotmail phishing ransomware trojan nft
doctor surgeon dentist hospital ambulance prescription antibiotic antibiotics ibuprofen paracetamol aspirin vaccine
vaccination symptom diagnosis disease flu fever malaria dengue cancer tumor tumour stroke heart_attack blood_pressure
miscarriage abortion ovulation nausea vomit vomiting diarrhea diarrhoea toothache sore_throat stomach_ache fracture
sprain sprained concussion suicide suicidal therapist psychiatrist psychologist dementia alzheimer adhd surgery
anaesthetic chemotherapy transplant appendix contraceptive contraception vaccinated immunization paediatrician
pediatrician gynaecologist gynecologist cardiologist neurologist oncologist urologist radiologist counsellor counselor
psychotherapy midwife paramedic icu urine biopsy x-ray mri ultrasound ecg dialysis chemo radiotherapy bruised
frostbite hypothermia heatstroke seizure epilepsy paralysis coma cardiac heart_rate palpitations leukemia leukaemia
lymphoma melanoma tuberculosis pneumonia bronchitis measles mumps chickenpox smallpox polio rabies tetanus hepatitis
hiv aids std herpes chlamydia typhoid cholera zika ebola monkeypox epidemic ulcer gastritis appendicitis hernia
hemorrhoids gallstone jaundice cirrhosis gout parkinson schizophrenia bipolar ocd ptsd panic_attack phobia rehab
overdose cocaine heroin marijuana cannabis morphine opioid penicillin amoxicillin metformin statin tylenol advil
crocin wisdom_tooth root_canal orthodontist lasik cataract glaucoma blindness miscarriages ivf c_section cesarean
labour_pain trimester autopsy anatomy pancreas spleen intestine ribcage pelvis femur tibia first_aid heimlich
lawyer attorney solicitor barrister court judge jury lawsuit sue sued legal illegal crime criminal prison jail police
arrest murder theft custody divorce alimony inheritance tenant tenancy eviction evict lease visa passport immigration
citizenship asylum driving_licence speeding_ticket parking_ticket constitution law laws treaty trademark notary
council pothole birth_certificate marriage_licence aadhaar aadhar pan_card voter ration_card tax taxes hmrc irs
income_tax lawyers illegally plaintiff defendant prosecutor verdict testimony parole probation felony misdemeanor
felon larceny burglary robbery robbed robber kidnapping hostage manslaughter homicide assault harassment stalking
bribery perjury smuggling trafficking vandalism trespassing jaywalking speeding dui subpoena affidavit notarized
notarise injunction supreme_court tribunal arbitration litigation prenup prenuptial guardianship executor probate
landlords squatters zoning defamation libel slander amendment human_rights cop cops sheriff detective fbi cia mi6
interpol warrant arrested handcuffs death_penalty capital_punishment firearm ammunition green_card work_permit h1b
naturalization deportation deported consulate ration domicile ballot census council_tax property_tax tax_return
tax_refund itr
mortgage loan overdraft checking_account current_account iban standing_order direct_debit interest_rate credit_score
cibil atm cash_machine share_price nasdaq sensex nifty dividend mutual_fund etf portfolio invest investing investment
investor crypto bitcoin ethereum forex exchange_rate inflation recession gdp salary payslip wage paycheck payday
payroll pto insurance policyholder deductible 401k barrel accountant audit bankruptcy banker bank_account
savings_account ifsc chequebook passbook netbanking overdrawn account_balance credit_limit fico teller moneygram
remittance mortgages remortgage refinance home_loan car_loan personal_loan student_loan loans lender lending borrower
debts creditor collateral apr amortization foreclosure stockbroker stock_market stock_exchange shareholder ppf epf
annuity roth debenture dogecoin litecoin coinbase binance yen yuan ruble unemployment economy economist rbi fiscal
tariff subsidy stimulus capitalist millionaire billionaire direct_deposit sick_leave annual_leave notice_period
resignation resign overtime timesheet severance redundancy car_insurance health_insurance life_insurance
travel_insurance copay underwriter actuary reinsurance mediclaim lic
flight flights airline airport plane airplane aeroplane aircraft boarding layover runway pilot ferry train trains
railway metro tram bus buses taxi cab uber lyft hotel hotels airbnb motel itinerary sightseeing tourist tourism museum
embassy jetlag motorway downtown irctc pnr tatkal lufthansa ryanair flying boarding_pass turbulence stewardess
carry-on airfare airbus boeing airstrip heathrow gatwick jfk schiphol changi sailing harbor disneyland zoo
eiffel_tower taj_mahal colosseum stonehenge louvre acropolis hotel_room concierge bed_and_breakfast guesthouse
nightlife train_ticket car_rental roadworks petrol_station gas_station carburettor
recipe recipes marinade marinate omelette omelet lasagna carbonara spaghetti curry biryani risotto stew sandwich
burger sushi taco tacos burrito steak prawn sausage buttermilk broccoli avocado restaurant restaurants cafe pub
takeaway michelin waiter dessert cuisine boiling simmering baking_soda baking_powder preheat knead batter yolk
scrambled poached paella lasagne moussaka ratatouille quiche souffle crepe cheesecake tiramisu meringue trifle scone
baguette focaccia naan roti chapati paratha dosa idli sambar dal rajma chole samosa pakora paneer tikka tandoori
butter_chicken korma vindaloo kebab shawarma falafel hummus guacamole nachos enchilada quesadilla fajita meatball
meatloaf bolognese pesto alfredo gnocchi ravioli sashimi ramen pho pad_thai kimchi dumpling fried_rice stir_fry
teriyaki gravy broth ferment vinaigrette mayonnaise nougat milkshake cocktail mojito margarita martini sangria
bartender brewery vineyard steakhouse pizzeria diner buffet mcdonalds kfc dominos starbucks zomato swiggy ubereats
doordash deliveroo cabbage cauliflower lettuce cucumber celery courgette zucchini aubergine eggplant asparagus leek
turnip radish beetroot veal venison ham haddock trout mackerel sardine prawns mussels oyster scallop clam
footballer soccer rugby cricketer baseball wrestling olympics olympic grand_prix nba nfl ipl premier_league
champions_league world_cup league tournament semi_final semifinal playoffs championship referee goalkeeper striker
offside penalty messi ronaldo kohli dhoni federer nadal serena lebron lakers arsenal chelsea barca real_madrid
liverpool batsman touchdown monopoly athlete athletics gymnast gymnastics hurdles javelin discus triathlon decathlon
world_record stadium halftime kickoff relegation squad linesman yellow_card red_card bundesliga mls uefa ronaldinho
neymar mbappe haaland kane pele maradona beckham zidane klopp guardiola mourinho tottenham everton psg juventus bayern
dortmund atletico ajax t20 odi ashes wicketkeeper lbw yorker googly tendulkar sachin rohit bumrah babar stokes
wimbledon grand_slam backhand forehand deuce djokovic alcaraz birdie bogey mcilroy tyson ufc mma mcgregor wwe wrestler
wrestlemania sumo swimmer phelps quarterback super_bowl superbowl patriots packers chiefs linebacker yankees dodgers
kobe celtics formula1 verstappen nascar motogp tour_de_france checkmate castling grandmaster blackjack solitaire
wordle hangman
movie movies film films cinema actor actress director hollywood bollywood netflix episode sitcom grammy song songs
singer lyrics melody beatles beyonce taylor_swift rihanna shakespeare hamlet macbeth poem poems poet poetry haiku
sonnet limerick shayari joke jokes riddle riddles celebrity kardashian superhero batman superman avengers hulk thor
manga fortnite roblox gta elden_ring harry_potter star_wars game_of_thrones youtube youtuber tiktok podcast theatre
opera painter sculpture picasso composer symphony orchestra movie_ticket sequel prequel remake storyline villain
protagonist starring starred screenplay screenwriter blockbuster documentary pixar dreamworks romcom rom-com sci-fi
titanic inception godfather shawshank gladiator braveheart terminator hogwarts voldemort gandalf frodo hobbit jedi
yoda skywalker ironman aquaman wolverine deadpool x-men spider-man sherlock simpsons naruto goku pikachu charizard
zelda pubg valorant dota overwatch skyrim witcher gameplay walkthrough speedrun esports streamer hulu hbo hotstar
soundcloud kbc contestant guitarist bassist vocalist rapper concerto sonata mozart beethoven bach chopin vivaldi
tchaikovsky elvis michael_jackson madonna adele kanye eminem jay-z taylor bts blackpink coldplay metallica nirvana
acdc abba shakira arijit aamir deepika amitabh rajinikanth prabhas tom_cruise scarlett keanu oprah elon_musk dickens
tolstoy hemingway orwell tolkien rumi tagore premchand iliad odyssey gatsby frankenstein dracula othello mockingbird
sculptor renaissance baroque impressionism cubism surrealism michelangelo rembrandt monet dali frida raphael
botticelli karaoke limericks ballad sonnets stanza rhyme rhymes cinderella goldilocks pinocchio
president prime_minister minister chancellor monarch monarchy emperor dictator senator senate congress parliament
politician politics political election elections vote voted voting voter_id democrat republican conservative communism
communist socialism capitalism democracy government governor mayor trump biden obama putin modi gandhi hitler stalin
churchill napoleon lincoln war wars army soldier weapon bomb missile empire revolution colony independence battle
invasion refugee terrorist nato brexit headline headlines news century medieval pharaoh pyramids viking vikings
religion religious god gods bible quran church mosque priest prayer heaven hell soul souls buddhism hinduism islam
christianity ramadan thanksgiving horoscope zodiac astrology tarot ghost ghosts alien aliens afterlife consciousness
presidents presidential vice_president diplomat congressman councillor labour bjp socialist fascist fascism nazi
nazism holocaust anarchism populism nationalism patriotism propaganda censorship lobbyist referendum petition protest
protesters riot civil_war world_war cold_war ceasefire sanctions airstrike soldiers troops admiral veteran terrorism
isis taliban hamas hezbollah kremlin zelensky macron merkel scholz sunak thatcher blair clinton bush reagan nixon
kennedy roosevelt jefferson desantis pence mandela castro mao lenin gorbachev yeltsin bismarck caesar cleopatra attila
hannibal ashoka akbar shivaji nehru patel indira rajiv ambedkar bose columbus magellan crusades crusader plague
slavery abolition suffragette soviet ussr byzantine mughal samurai shogun aztec inca mesopotamia babylon sumerian
tutankhamun sphinx hieroglyph gladiators parthenon sparta gospel apostle disciple jesus christ moses satan demon
archangel pope monastery cathedral sermon baptism pentecost protestant catholic evangelical mormon jehovah jew jewish
judaism torah synagogue rabbi hanukkah passover muslim muslims muhammad allah hajj mecca medina namaz sunni shia
sharia jihad imam fatwa hindu hindus krishna shiva vishnu brahma ganesh hanuman durga lakshmi puja mantra vedas
upanishads gita ramayana mahabharata karma reincarnation buddha buddhist sikh taoism confucius shinto pagan wicca
atheist atheism agnostic theology salvation resurrection apocalypse armageddon antichrist illuminati freemason
conspiracy ufo bigfoot yeti werewolf zombies witches sorcery occult exorcism aries taurus gemini virgo libra scorpio
sagittarius capricorn aquarius pisces numerology palmistry psychic plato aristotle socrates kant nietzsche descartes
sartre hegel marx freud jung existentialism nihilism stoicism utilitarianism morality determinism metaphysics
epistemology ontology paradox immortality
marriage marry divorced breakup crush flirt kiss landlady flatmate roommate babysitter plumber electrician handyman
funeral siri cortana weather rain raining snow snowing cloudy foggy forecast hurricane sunrise sunset job_interview
cover_letter coworker spouse fiance fiancee bridesmaid stepmother stepfather stepson stepdaughter siblings family_tree
ancestors ancestry genealogy orphan orphanage breakups heartbroken heartbreak jealous jealousy flirting kissing porn
nudes virginity orgasm horny introvert extrovert procrastinate procrastination grief mourning cemetery graveyard
gravestone obituary death puberty veterinarian neutered spayed unclog power_cut electricity_bill gas_bill water_bill
phone_bill firefighter landfill streetlight flatshare real_estate realtor roofing plastering wallpapering cement
asbestos termites bedbugs wasp_nest unemployed freelance entrepreneurship selfie thunderstorm heatwave fahrenheit
celsius moonrise solstice equinox time_zone leap_year bank_holiday public_holiday navratri pronunciation define
driving_license flight_ticket video_game jury_duty
"""

SHOP_KINDS = frozenset({"goods", "material", "colour", "aim"})
LONGEST_PHRASE = 4


def singular(word: str) -> str:
    """A word without its plural ending; good enough to find it in a list."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "zes", "hes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


_LISTS = {"goods": GOODS, "material": MATERIAL, "colour": COLOUR, "aim": AIM, "place": PLACE, "world": WORLD}
FINGERPRINT = hashlib.sha256(repr(_LISTS).encode()).hexdigest()[:16]


def _table() -> dict[tuple[str, ...], str]:
    """The kind of each entry; of a word in several lists, the one that stands first."""
    return {
        tuple(singular(part) for part in entry.split("_")): kind
        for kind, words in reversed(_LISTS.items())
        for entry in words.split()
    }


_KIND = _table()
_OPENINGS = frozenset(entry[0] for entry in _KIND if len(entry) > 1)


def kind_of(word: str) -> str | None:
    """goods, material, colour, aim, place or world; None when no list has the word."""
    return _KIND.get((singular(word),))


def kinds_in(words: Sequence[str]) -> list[tuple[str, str | None]]:
    """Words with their kinds, in order; a phrase of the lists ("fish oil") comes as one word."""
    stems = [singular(word) for word in words]
    found: list[tuple[str, str | None]] = []
    place = 0
    while place < len(words):
        longest = LONGEST_PHRASE if stems[place] in _OPENINGS else 1
        for length in range(min(longest, len(words) - place), 0, -1):
            kind = _KIND.get(tuple(stems[place : place + length]))
            if kind or length == 1:
                found.append((" ".join(words[place : place + length]), kind))
                place += length
                break
    return found
