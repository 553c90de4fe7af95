"""Our own words of praise and complaint, as buyers of a shop use them.  A `*` ends a stem: `disappoint*`."""

from __future__ import annotations

PRAISE = """
a1 able* absorb accurate ador* advantage* affordable agree* amaz* appeal* appreciat* approv* attractive awesome awsome
bargain beaut* beautiful* believer best better blessing bonus breeze bright brilliant calm capable captivating charged
charges charm* charmed charming cheerful classy clean* clear clearly clever comfort comfortabl* comfortably comfy
compact compatible complaintless compliment* confident* conveni* cool cosy courteous cozier cozy crisp crisper cute
dazzl* decent* delicious delight* dependab* deserve* desirable durab* eas* easier easiest easily ecstatic effective*
effectively efficient* effortless* elegant* enjoy* ergonomic essential exceed* excelent excell* exceptional* excited
exciting exquisite extraordinary fab fabulous fair fairly* fantastic fantastic* fast faster fastest fave favorite*
favourite* fine fit fits fitted flawless* flexible fresh friendl* fun functional functions gem generous genius
genuine* glad gladly good goodness gorgeous grateful great greatest greatly handsome handy happi* happy heaven helpful
highly hilarious honest* hooked ideal* immaculate impeccable impress* improv* incredibl* informative ingenious insane*
inspired instant* intuitive invaluable inviting joy knowledgeable legit* lifesaver light lightweight like liked likes
lovable love loved lovely loves loving luxurious luxury magic* magnificent marvel* marvelous masterpiece mint modern
must-have neat nice* nicely nicer nifty outperform* outstanding peace perfect* perfection phenomenal pleas* pleasant*
pleased pleasing pleasure plus polite portable powerful praise* precise* premium prettier pretty priceless
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

# Turns of phrase with a free middle, looked for before single words; taken out of the text with their weight.
PATTERNS = (
    (r"(?:don't|do not|never) (?:\w+ ){0,2}(?:same mistake|my mistake)", -2.0),
    (r"(?:please |just )?avoid (?:this|these|it|at all|them|buying|the)\b|keep away\b", -2.0),
    (r"(?:a lot|lots|so much|plenty|more) for (?:your|the|my|our) (?:money|price)|bang for (?:the|your) buck", 1.6),
    (r"(?:never|not) (?:looked|looking|look) back|no questions asked|no strings attached", 1.5),
    (
        r"(?:bought|buying|buy|ordered|ordering|getting|get) (?:\w+ ){0,2}(?:one|two|three|another|more|some|"
        r"a second|it|them)"
        r"(?: more)? (?:for|as) (?:each|all|both|my|our|a|her|his|the)\b",
        1.0,
    ),
    (
        r"(?:took|takes|taking|waited|waiting) (?:\w+ ){0,2}(?:weeks|months|ages|forever|hours|a week|a month|"
        r"too long)",
        -1.3,
    ),
    (
        r"(?:heard|got|received) (?:nothing|no (?:answer|reply|response))|no (?:answer|reply|"
        r"response)(?: \w+)? (?:from|yet|since)",
        -1.6,
    ),
    (
        r"(?:came|come|comes|coming|fell|falls|fall|falling) (?:\w+ )?(?:off|undone|loose|apart|unglued|out|"
        r"down)\b",
        -1.3,
    ),
    (r"(?:tips?|tipped|falls?|fell|knocked) over\b|(?:wakes?|woke) (?:up )?(?:the|my|everyone|everybody|us)\b", -1.2),
    (r"could (?:\w+ )?(?:make|do|build|sew) (?:a )?better|even my \w+ could", -1.6),
    (
        r"(?:works|worked|fits|fitted|pairs|paired|goes|went|matches) (?:\w+ )?with (?:all|everything|every|any|my|"
        r"our|the)\b",
        0.9,
    ),
    (r"(?:problem|pain|noise|smell|leak|issue|worry) is (?:\w+ )?gone|no more \w+", 1.3),
    (
        r"(?:can't|cannot|can not|couldn't|could not|won't|wouldn't) (?:\w+ ){0,3}(?:any )?(?:better|happier|"
        r"more pleased|"
        r"more satisfied|be beaten|beat)\b",
        2.0,
    ),
    (r"(?:never|haven't|have not|not) (?:\w+ ){0,3}(?:better|nicer|happier)\b", 1.5),
    (
        r"nothing (?:\w+ )?(?:beats|better|compares)|(?:better|nicer|best) than (?:i|we) (?:\w+ )?(?:expected|"
        r"thought|hoped)",
        2.0,
    ),
    (r"(?:old|previous|last|other|original|first) (?:\w+ )?(?:was|is|were|worked|are) (?:\w+ )?better", -2.0),
    (r"(?:exactly|just) (?:what|as|like) (?:i|we|my)\b|what (?:i|we) (?:was|were) (?:looking|hoping) for", 1.3),
    (r"(?:everything|all) (?:the \w+ )?(?:i|we|you) (?:\w+ )?(?:need|want|ask|hope|expect)\w*|does everything", 1.2),
    (
        r"(?:use|used|using|wear|play|take) (?:it|this|them|mine)(?: \w+){0,2} (?:daily|every ?day|everywhere|"
        r"constantly|"
        r"every morning|every night|all the time|all day)",
        1.0,
    ),
    (
        r"(?:hold|holds|holding|keep|keeps|keeping) (?:a|its|the|their|my|\w+) (?:charge|shape|color|colour|hot|"
        r"warm|cold|place)\b",
        1.0,
    ),
    (
        r"(?:lasts?|lasting|keeps going|runs) (?:for )?(?:ever|forever|all day|hours|days|weeks|a long time|"
        r"years)",
        1.2,
    ),
    (
        r"(?:only|barely|hardly|just) (?:\w+ )?(?:lasted|worked|lasts|works|charged|had it)|lasted (?:only|less|"
        r"about|just|maybe|a)\b",
        -1.6,
    ),
    (
        r"(?:would|will|i'll|i'd) (?:(?!not |never )\w+ )?(?:buy|order|purchase|get|shop)(?: \w+){0,3} "
        r"(?:again|another|more)",
        1.6,
    ),
    (r"(?:won't|wouldn't|would not|will not|never) (?:\w+ )?(?:buy|order|purchase|get|shop)\b", -1.8),
    (r"(?:will|won't|would|wouldn't|you'll) (?:not |never )?(?:be |\w+ )?(?:regret|sorry|disappointed)\b", 1.6),
    (r"(?:send|sent|sending|ship|shipped|take|took|bring) (?:\w+ ){0,2}back\b", -1.5),
    (r"(?:throw|threw|thrown|throwing|toss|tossed) (?:\w+ ){0,2}(?:away|out)\b", -1.6),
    (r"went (?:\w+ )?(?:black|dead|blank|bad|out|wrong|downhill|off|missing|up in)", -1.4),
    (
        r"(?:can't|cannot|can not|couldn't|could not|unable to) (?:even )?(?:get|make|use|hear|connect|return|open|"
        r"find|see|read|"
        r"turn|charge|figure|stand|keep|hold)\b",
        -1.6,
    ),
    (r"(?:nobody|no one|none of them|neither) (?:\w+ )?(?:work\w*|could|can|hear\w*|answer\w*|repl\w*|fit\w*)", -1.8),
    (r"(?:expected|expecting|hoped for|hoping for|deserve) (?:\w+ )?(?:more|better|higher)", -1.6),
    (r"(?:on hold|same mistake|big mistake|lesson learned|what a (?:waste|joke|shame|mess))", -1.8),
    (r"not (?:\w+ )?(?:impressed|happy|pleased|satisfied|thrilled|amused|recommend\w*)", -1.8),
    (r"not (?:only|just)\b", 0.3),
    (r"not (?:too|so|all that|that) bad", 0.9),
    (r"(?:isn't|not|never) (?:too|so|that) (?:big|small|loud|heavy|long|short|tight|expensive|hard|difficult)", 0.9),
    (r"too (?!much fun|good to be)(?!me\b|late to)\w+", -1.1),
    (r"(?:had|have|has|having) to (?!say|admit|have\b|tell)\w+", -0.7),
    (
        r"(?:nothing|anything) (?:like|as) (?:the (?:picture|photo|description)|described|advertised|pictured|"
        r"shown)",
        -1.8,
    ),
    (
        r"(?:not|isn't|wasn't|aren't|different from|unlike) (?:as |what |like |the )?(?:described|advertised|"
        r"pictured|shown|expected|"
        r"i ordered)",
        -1.5,
    ),
    (r"(?:keeps|kept) (?:on )?(?!me |my |it |the |coffee|food|drinks|everything)(?:\w+ing)", -1.2),
    (
        r"after (?:only |just |about |less than )?(?:a|an|one|two|three|four|five|six|\d+) (?:\w+ )?(?:uses?|days?|"
        r"weeks?|months?|minutes?|"
        r"hours?|tries|wash\w*)",
        -0.8,
    ),
    (r"(?:so|very|really|too) hot\b|afraid to|scared to|had enough|enough is enough", -0.8),
    (r"(?:far|way|much) (?:superior|better|nicer|faster|easier|quieter)", 1.4),
    (
        r"a (?:real |big |huge )?(?:plus|winner|keeper|beauty|charm|blast|breeze|delight|joy|hit|gem|bargain|steal|"
        r"pleasure)\b",
        1.5,
    ),
    (r"(?:problem|issue|hassle|trouble|worry|stress)[- ]free|free of (?:problems|issues)", 1.5),
    (
        r"(?:feel|feels|look|looks|seem|seems) (?:\w+ )?(?:cheap|flimsy|like (?:a toy|plastic|it will break|"
        r"junk))",
        -1.2,
    ),
    (r"(?:fight|fought|fighting) over (?:who|it|this)|forget (?:you|i)(?:'re| are| am|'m) (?:wearing|using)", 1.2),
)
