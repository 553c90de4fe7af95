"""Our own words of praise and complaint, as buyers of a shop use them.  A `*` ends a stem: `disappoint*`."""

from __future__ import annotations

PRAISE = """
ace addictive airy ample applaud* bearable brill brilliantly buttery chuffed cleverly coolest cracking cushy doddle
dreamy foolproof generously glowing godsend gripping handiest heavenly hooray hurrah invigorating juicy keeper kudos
lush luscious mega moreish page-turner painless plush punchy radiant rapid rave* roomy spacious speedily sublime
supportive swish tactile thoughtfully thoroughly tiptop unputdownable velvety whisper-quiet wicked winner
a1 able* absorb accurate ador* advantage* affordable agree* amaz* appeal* appreciat* approv* attractive awesome awsome
bargain beaut* beautiful* believer best better blessing bonus breeze bright brilliant calm capable captivating charged
charges charm* charmed charming cheerful classy clean* clear clearly clever comfort comfortabl* comfortably comfy
compact compatible complaintless compliment* confident* conveni* cool cosy courteous cozier cozy crisp crisper cute
dazzl* decent* delicious delight* dependab* deserve* desirable durab* eas* easier easiest easily ecstatic effective*
effectively efficient* effortless* elegant* enjoy* ergonomic essential exceed* excelent excell* exceptional* excited
exciting exquisite extraordinary fab fabulous flattering fair
fairly* fantastic fantastic* fast faster fastest fave favorite*
favourite* fine fit fits fitted flawless* flexible fresh friendl* fun functional functions gem generous genius
genuine* glad gladly good goodness gorgeous grateful great greatest greatly handsome handy happi* happy heaven helpful
highly hilarious honest* hooked ideal* immaculate impeccable impress* improv* incredibl* informative ingenious insane*
inspired instant* intuitive invaluable inviting joy knowledgeable legit* lifesaver light lightweight like liked likes
lovable love loved lovely loves loving luxurious luxury magic* magnificent marvel* marvelous masterpiece mint modern
must-have neat nice* nicely nicer nifty outperform* outstanding peace perfect* perfection phenomenal pleas* pleasant*
pleased pleasing pleasure plus polite portable practical powerful praise* precise* premium prettier pretty priceless
professional* prompt* proper properly proud quality quick* quickly quiet* quieter reasonabl* reasonably reccomend*
recomend* recommend* refreshing refund-free reliab* remarkabl* resist* respons* responsive rich right robust safe*
satisf* saved saver savings seamless* secure* securely sensible sensitive sharp shiny silent* silky simple simplicity
simply sleek slick smart smell-free smile* smiling smooth* snug* soft solid* soothing sounds spectacular speedy
spot-on spotless stable star* stellar stoked strong* stronger stunning sturd* sturdily sturdy stylish succeed*
success* super superb* superior supple support* supportive sweet swift tasty terrific thank* thankful* thanks
thoughtful thrill* tidy timely top top-notch topnotch tough trust* trustworthy unbeatable unique unmatched upgrade*
useful* user-friendly valuable value versatile vivid warm well well-built well-made wonderful* wonderfully wonders
worked working works worth* worthwhile worthy wow wowed yay yummy
"""

COMPLAINT = """
abrasive aggro appallingly bodged bogged botched brittle chafe* chips clicking clunky creaking crumple* cumbersome
dampness dismissive dodgy drags drag dribbl* drips faint fake-looking fatigue fraying frayed fray* gimmick* gritty
grubby grotty gutted hitch inedible infuriat* itchy lacklustre laughable leach* lumps mildew miserable misfire* mould
mouldy moulting nauseating overcooked patchy peeved pill* pinch* pongs pity puncture* ridiculous ropey rub* rubs sag*
scuffed scuff* shambles shame shed* shoddily snagging sodden soggy sour squeak* squeal* stall* stiffness stinging
stingy stodgy streaky stuffy stutter* tarnish* threadbare tinny tripped twist* unbalanced uncooperative uneconomic
unglued unhelpfully unimpress* unreadable unstuck useless-ness vile wilted wince wobble wonky woolly worn-out
rash dust dusty undone rashes blisters bleeds bled choke chokes dripping toxic unsanitary used-looking
abysmal ache* aggravat* ancient angry annoy* apolog* appalling atrocious avoid* awful* awkward* bad badly bait bare
basic-less betray* bitter bland bleak blem* blister* bogus boring bother* breakage breakdown breaking breaks broke
broken bug buggy bugs bulky bummer bump* burned burning burns burnt bust busted cancel* careless cheap* cheaply cheat*
cheated chipped choppy clog* clumsy cold collapse* come-apart complain* complaint* complicated con* confus*
counterfeit crack* cracked cracking crap* crappy crash* creak* creased creepy crippl* crooked cruel crumbl* crush*
cumbersome curse* damage* damaged dangerous* dark dead deaf deal-breaker dealbreaker deceiv* decept* defect*
defective* deform* delay* dent* dented deplorable depress* deteriorat* died dies difficult* dim dirt* dirty disapoint*
disappoint* disaster discomfort disconnect* discontent* disgrace* disgust* dislik* dismal disrespect* dissapoint*
dissatisf* distort* distress* disturb* ditch* drain* drained drains dreadful* dripp* drop-outs dropped dropping drops
dud dull dumb echo* embarrass* empty endless erratic error* errors expensive fade* fades fail* failed fails failure
fake falling falls false fault* faulty feeble fell fiddly filth* flak* flaw* flawed flaws flick* flims* flop* foggy
fragile fraud* freez* freezes froze frozen frustrat* fuzzy garbage garbled glitch* grainy greas* grief grim gross
grumpy harass* hard harder harsh hassle hate* hated hates hating hazard* headache* heavy hideous hollow hopeless
horribl* horrid horrif* hum humming hurt* hurts ignor* ill impolite impossible improper* inaccura* inadequa*
incompatib* incompetent incomplete inconsisten* inconvenien* incorrect* ineffective inefficient inferior insult*
interference intermittent* irrit* issue* itch* jagged jam* jammed jerky joke junk* kaput lack* lacked lacking lacks
lag* lagging laggy lame late lazy leak* leaked leaking leaks leaky let-down letdown liar lied limited limp lock-up
loose* loosen* lose loses losing loss lost loud louder lousy lumpy malfunction* mangled mediocre melt* mess messed
messy misfit mislead* misled mismatch* misrepresent* missed misses missing mistake* moldy mouldy muffl* mushy nasty
needless* negativ* neglect* nightmare nois* noise noisy nonsense nuisance obnoxious odd oddly odor odour off-putting
offensive outdated outrag* over-priced overcharge* overheat* overpriced overrated oversized pain* painful* pathetic
peel* peeled peeling pissed pitiful plasticky pointless poison* poor* poorly popped pricey problem* problematic
problems prone* pull-apart quit rattle* rattling rattly refund* refuse* refused regret* regretful* reject* returned
returning rip-off ripoff ripped ripping rough rubbish rude* rudely ruin* ruined rushed rust* rusted rusty sad sadly
scam* scrap* scratch* scratched scratchy scream* screech* screwed seam second-rate shabby shaky shame* shameful
shatter* shoddy short-lived shortcoming* shorted shrank shrink* shrunk sick skimp* skip* slipp* sloooow sloppy slow*
sluggish smash* smell* smells smelly snag* snap* snapped sore sorry spill* split splitting spoil* spotty stain*
stained stale static steep sticky stiff* stink* stinks stolen stopped stops stops-working strain* struggl* stuck
stupid* sub-par subpar substandard suck* sucked sucks sued suffer* suspicious sweat* swollen tacky tangle* tear
tearing tedious terribl* terrible thin threat* thrown tinnier tinny tired tore torn tragic trash* tricky trouble*
troublesome ugl* ugly unable unaccept* unbearabl* unclear uncomfort* undepend* underpower* underwhelm* uneven unfair
unfit unfortunate* unhapp* unhelpful unintuitive unkind unpleasant unpredictable unprofessional unrelia* unresponsive
unsafe unsatisf* unstable unsturdy unsupport* untrue unus* unusable unwearable unwelcome upset* useless vague violat*
void warp* warped waste* wasted wasting watery weak* weaker weird wimpy wobbl* wobbly woeful worn worried worries
worry worse worsen* worst worthless wreck* wrong* yuck zero
"""

# Looked up before single words; the number is the weight, its sign the direction.
PHRASES = {
    "over the moon": 2.0,
    "on cloud nine": 2.0,
    "can't fault": 2.0,
    "cannot fault": 2.0,
    "can't praise": 2.0,
    "hats off": 1.5,
    "well done": 1.3,
    "bee's knees": 1.8,
    "works a treat": 1.8,
    "went down a treat": 1.8,
    "like a dream": 1.8,
    "been a dream": 1.6,
    "like a glove": 1.6,
    "step up": 1.3,
    "on the tin": 1.3,
    "true to size": 1.2,
    "all day": 0.8,
    "you guys rock": 2.0,
    "you rock": 1.8,
    "what a difference": 1.5,
    "made my day": 1.8,
    "ticks every box": 1.8,
    "ticks all the boxes": 1.8,
    "at first": -0.2,
    "fed up": -1.8,
    "up to scratch": 1.2,
    "not up to": -1.5,
    "all over the place": -1.3,
    "half the time": -1.2,
    "out of order": -1.2,
    "on its last legs": -1.5,
    "no use": -1.5,
    "of no use": -1.6,
    "no reply": -1.5,
    "no refund": -1.5,
    "no answer": -1.5,
    "no sign of": -1.4,
    "nothing here": -1.2,
    "nothing arrived": -1.4,
    "so much for": -1.5,
    "hit and miss": -1.0,
    "a let down": -1.5,
    "not so": -0.8,
    "not very": -0.9,
    "not too keen": -1.2,
    "charged twice": -1.6,
    "charged me": -0.8,
    "too early": 0.0,
    "early days": 0.0,
    "late at night": 0.0,
    "in two minds": 0.0,
    "at all": 0.0,
    "well made": 1.5,
    "well built": 1.5,
    "works well": 1.5,
    "works great": 2.0,
    "works like a charm": 2.0,
    "like a charm": 1.5,
    "works as advertised": 1.5,
    "works as expected": 1.5,
    "works as described": 1.5,
    "as advertised": 1.0,
    "as described": 1.0,
    "as expected": 0.8,
    "as promised": 1.0,
    "what i expected": 0.8,
    "better than expected": 2.0,
    "exceeded my expectations": 2.0,
    "beyond my expectations": 2.0,
    "what more can i say": 1.0,
    "can't go wrong": 2.0,
    "cannot go wrong": 2.0,
    "couldn't be happier": 2.0,
    "could not be happier": 2.0,
    "couldn't be better": 2.0,
    "couldn't ask for more": 2.0,
    "could not ask for more": 2.0,
    "can't complain": 1.2,
    "cannot complain": 1.2,
    "nothing to complain about": 1.5,
    "no complaints": 1.5,
    "can't beat": 2.0,
    "cannot beat": 2.0,
    "can't be beat": 2.0,
    "can't live without": 2.0,
    "can't wait": 1.0,
    "can't say enough": 2.0,
    "can't recommend it enough": 2.0,
    "can't recommend enough": 2.0,
    "can't stop": 1.0,
    "doesn't disappoint": 1.5,
    "does not disappoint": 1.5,
    "never disappoints": 1.5,
    "no brainer": 1.5,
    "no problem": 1.5,
    "no problems": 1.5,
    "no issues": 1.5,
    "no issue": 1.5,
    "no trouble": 1.5,
    "no hassle": 1.5,
    "no fuss": 1.2,
    "no regrets": 1.5,
    "no doubt": 0.3,
    "not only": 0.2,
    "not just": 0.2,
    "nothing but": 0.2,
    "not too bad": 0.8,
    "not bad": 0.9,
    "not to mention": 0.0,
    "don't hesitate": 1.5,
    "don't miss": 1.2,
    "second to none": 2.0,
    "hands down": 1.0,
    "thumbs up": 1.5,
    "two thumbs up": 2.0,
    "thumbs down": -2.0,
    "a must": 1.5,
    "must have": 1.5,
    "five stars": 2.0,
    "5 stars": 2.0,
    "four stars": 1.5,
    "4 stars": 1.5,
    "10/10": 2.0,
    "a+": 1.5,
    "one star": -2.0,
    "1 star": -2.0,
    "zero stars": -2.0,
    "0 stars": -2.0,
    "two stars": -1.5,
    "2 stars": -1.5,
    "no stars": -2.0,
    "buy again": 1.5,
    "order again": 1.5,
    "buy another": 1.0,
    "bought another": 1.2,
    "bought a second": 1.2,
    "buying more": 1.2,
    "life saver": 1.5,
    "game changer": 1.8,
    "love at first": 1.5,
    "best thing": 1.5,
    "good deal": 1.2,
    "great deal": 1.5,
    "steal": 1.0,
    "stay away": -2.0,
    "steer clear": -2.0,
    "look elsewhere": -1.8,
    "go elsewhere": -1.5,
    "look somewhere else": -1.5,
    "don't buy": -2.0,
    "do not buy": -2.0,
    "dont buy": -2.0,
    "don't waste": -2.0,
    "do not waste": -2.0,
    "don't bother": -1.8,
    "not worth": -1.8,
    "isn't worth": -1.8,
    "worth nothing": -1.8,
    "save your money": -2.0,
    "want my money back": -2.0,
    "money back": -1.5,
    "waste of": -2.0,
    "rip off": -2.0,
    "ripped off": -2.0,
    "let down": -1.5,
    "fell apart": -2.0,
    "falls apart": -2.0,
    "falling apart": -2.0,
    "came apart": -1.8,
    "comes apart": -1.8,
    "come apart": -1.5,
    "came off": -1.3,
    "comes off": -1.2,
    "fell off": -1.5,
    "falls off": -1.5,
    "falls out": -1.3,
    "fall out": -1.3,
    "gave up": -1.3,
    "gave out": -1.5,
    "went back": -1.0,
    "sent it back": -1.5,
    "send it back": -1.5,
    "sending it back": -1.5,
    "sending back": -1.5,
    "returning it": -1.5,
    "returned it": -1.5,
    "had to return": -1.5,
    "have to return": -1.5,
    "back to the store": -1.0,
    "in the trash": -1.8,
    "in the bin": -1.8,
    "piece of junk": -2.0,
    "piece of crap": -2.0,
    "quit working": -2.0,
    "stopped working": -2.0,
    "stops working": -2.0,
    "won't work": -1.8,
    "will not work": -1.8,
    "doesn't work": -1.8,
    "does not work": -1.8,
    "did not work": -1.8,
    "didn't work": -1.8,
    "dead on arrival": -2.0,
    "no longer": -1.2,
    "never again": -2.0,
    "never buy": -2.0,
    "never order": -2.0,
    "last time": -0.8,
    "too bad": -1.0,
    "too small": -1.3,
    "too big": -1.3,
    "too large": -1.3,
    "too tight": -1.3,
    "too short": -1.3,
    "too long": -1.0,
    "too heavy": -1.3,
    "too loud": -1.3,
    "too much": -0.8,
    "too many": -0.8,
    "not enough": -1.2,
    "hard to": -1.2,
    "difficult to": -1.2,
    "impossible to": -1.5,
    "a pain": -1.5,
    "should have": -1.0,
    "should've": -1.0,
    "would have been": -0.8,
    "wish i": -1.2,
    "i wish": -1.0,
    "supposed to": -1.0,
    "so called": -0.8,
    "in pieces": -1.5,
    "out of luck": -1.5,
    "thanks for nothing": -2.0,
    "yeah right": -1.5,
    "buyer beware": -2.0,
    "beware": -1.5,
    "customer service": 0.0,
    "tech support": 0.0,
    "noise cancelling": 0.2,
    "noise canceling": 0.2,
    "noise reduction": 0.2,
    "low noise": 1.0,
    "hard case": 0.0,
    "hard drive": 0.0,
    "a little": 0.0,
    "kind of": 0.0,
    "sort of": 0.0,
    "as well": 0.0,
    "oh well": -0.3,
    "as good as": 0.8,
    "like new": 1.2,
    "looks like": 0.0,
    "look like": 0.0,
    "feels like": 0.0,
    "feel like": 0.0,
    "seems like": 0.0,
    "sounds like": 0.0,
    "something like": 0.0,
    "like this": 0.0,
    "like that": 0.0,
    "just like": 0.2,
    "would like": 0.0,
    "i'd like": 0.0,
    "right away": 0.8,
    "right out of": 0.0,
    "light weight": 0.8,
    "user friendly": 1.5,
    "high quality": 1.8,
    "good quality": 1.6,
    "great quality": 1.8,
    "low quality": -1.8,
    "bad quality": -1.8,
    "poor quality": -2.0,
    "cheap quality": -1.8,
    "cheaply made": -1.8,
    "poorly made": -2.0,
    "customer support": 0.0,
    "cheap price": 0.8,
    "cheap and": -0.5,
    "really cheap": -0.8,
    "cheaper than": 0.6,
    "on time": 1.0,
    "in time": 0.6,
    "ahead of schedule": 1.2,
    "so far so good": 1.2,
    "so far": 0.2,
    "long lasting": 1.2,
    "lasts long": 1.0,
    "holds up": 1.0,
    "held up": 1.0,
    "hold up": 0.8,
    "going strong": 1.5,
    "spot on": 1.5,
    "does the job": 1.2,
    "did the job": 1.2,
    "gets the job done": 1.2,
    "does the trick": 1.2,
    "did the trick": 1.2,
    "does its job": 1.2,
    "does what it": 1.0,
    "pleasantly surprised": 2.0,
    "blown away": 1.8,
    "worth every": 2.0,
    "worth it": 1.5,
    "worth the": 1.5,
    "well worth": 2.0,
}

# Words that name a fault of the order, in the order they are reported; what a case may be offered for.
FAULTS = """
bent blurry breaks broke broken burned burning burnt busted cancelled chipped cold crack cracked cracks crashed
crashes creaking creaks crooked damage damaged dead defect defective defects defunct delay delayed dent dented died
dies dirty discolored discoloured disconnects drip dripping drips dropped empty error errors fail failed failing fails
failure falling faulty flickering flickers freezes frozen glitch hurts incomplete incorrect issue issues jammed jams
lagging late leak leaked leaking leaks leaky loose lost loud malfunction malfunctioning mislabeled mismatch missing
moldy mould mouldy noisy overheated overheating overheats peeling problem problems rattle rattles rattling ripped rude
rust rusted rusty scratch scratched scratches shattered short shrunk smashed smell smells smelly snapped spilled spilt
squeaking squeaks stain stained stains stink stinks stopped stuck tore torn trouble uncomfortable undelivered
unresponsive unsafe unusable useless warped weak wobbles wobbly worn wrong
"""

# Idioms of everyday English, several a line.
PHRASES.update(
    {
        "worth its weight in gold": 2.0, "money well spent": 2.0, "hit the nail on the head": 1.4, "hits the spot": 1.6,
        "hit the spot": 1.6, "top drawer": 1.6, "first class": 1.6, "first rate": 1.6, "cream of the crop": 2.0,
        "head and shoulders above": 2.0, "punches above its weight": 1.8, "test of time": 1.4, "built to last": 1.8,
        "made to last": 1.8, "music to my ears": 1.6, "love at first sight": 2.0, "sight for sore eyes": 1.4,
        "right up my street": 1.6, "down to the ground": 1.4, "tickled pink": 2.0, "chuffed to bits": 2.0,
        "breath of fresh air": 1.8, "worth the wait": 1.4, "class of its own": 2.0, "cut above": 1.8,
        "streets ahead": 1.8, "put a foot wrong": -1.6, "the business": 1.2, "a no brainer": 1.6, "the real deal": 1.6,
        "the dog's bollocks": 2.0, "sings like a bird": 1.6, "purrs like a kitten": 1.6, "good as new": 1.6,
        "good as gold": 1.6, "best of both worlds": 1.6, "bang on": 1.4, "out of the park": 2.0, "exceeded all": 1.6,
        "pays for itself": 1.8, "paid for itself": 1.8, "a godsend": 2.0, "sorted in no time": 1.6,
        "heart of gold": 1.6, "nothing was too much trouble": 2.0, "too much trouble": -1.2, "in safe hands": 1.5,
        "quids in": 1.5, "second home": 0.5, "never been happier": 2.0, "damp squib": -2.0, "to be desired": -1.8,
        "white elephant": -1.8, "chocolate teapot": -2.0, "chocolate fireguard": -2.0, "gave up the ghost": -2.0,
        "given up the ghost": -2.0, "bit the dust": -2.0, "bitten the dust": -2.0, "bites the dust": -2.0,
        "fell to bits": -2.0, "falling to bits": -2.0, "falls to bits": -2.0, "fell to pieces": -2.0,
        "falls to pieces": -2.0, "falling to pieces": -2.0, "at the seams": -1.4, "down the drain": -2.0,
        "down the pan": -2.0, "down the toilet": -2.0, "arm and a leg": -1.4, "daylight robbery": -2.0,
        "highway robbery": -2.0, "false economy": -1.8, "last straw": -1.8, "final straw": -1.8,
        "all mouth and no trousers": -2.0, "all bark and no bite": -2.0, "all show and no go": -2.0,
        "style over substance": -1.8, "fit for purpose": 1.4, "past its best": -1.4, "falls short": -1.6,
        "fell short": -1.6, "misses the mark": -1.6, "missed the mark": -1.6, "fell flat": -1.4, "falls flat": -1.4,
        "nothing to shout about": -1.2, "end of my tether": -2.0, "end of my rope": -2.0, "up the wall": -1.6,
        "round the bend": -1.4, "brick wall": -1.6, "pillar to post": -1.8, "in the lurch": -1.8, "sold a pup": -2.0,
        "taken for a ride": -2.0, "load of tat": -2.0, "load of old tat": -2.0, "load of rubbish": -2.0,
        "load of nonsense": -2.0, "up in smoke": -1.6, "with a bargepole": -2.0, "a barge pole": -2.0,
        "ten foot pole": -2.0, "house room": -1.8, "beyond a joke": -2.0,
        "taking the mickey": -1.6, "taking the mick": -1.6, "having a laugh": -1.4, "wild goose chase": -1.6,
        "dead as a dodo": -2.0, "a dead loss": -2.0, "dead weight": -1.4, "dead in the water": -1.8,
        "gone to the dogs": -1.8, "hit or miss": -1.0, "for the bin": -1.8, "to the tip": -1.4,
        "bottom of the barrel": -1.8, "bargain bin": -1.2, "run of the mill": -0.6, "wool over my eyes": -1.8,
        "bait and switch": -2.0, "blood boil": -1.8, "fobbed off": -1.8, "wits end": -1.8, "wit's end": -1.8,
        "nothing short of": 0.4, "beyond me": -1.2, "a far cry": -1.2, "nowhere near": -1.4, "leaves me cold": -1.4,
        "left me cold": -1.4, "sore point": -1.0, "back to square one": -1.6, "square one": -1.2, "for my sins": -0.6,
        "waste of space": -2.0, "not a patch on": -1.8, "drives me mad": -1.8, "drives me nuts": -1.8,
        "drives me crazy": -1.8, "driving me mad": -1.8, "driving me nuts": -1.8, "got on my nerves": -1.6,
        "gets on my nerves": -1.6, "good for nothing": -2.0, "neither here nor there": -0.4, "lucky dip": -1.0,

    }
)  # fmt: skip
