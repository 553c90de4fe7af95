"""The closed classes of shoppers' English: what is said around a need and never is one.

A word of these lists is no wish, whatever the store sells; everything else may be one.  Lists, not rules: what they are
for is in `clauses`.
"""

from __future__ import annotations

from lifecycle.language.words import stem, wordset

DETERMINERS = wordset(
    """
    a an the some any every each another all both either neither enough several many much more most less least few
    fewer other others such whatever whichever plenty lot lots bit couple various certain same different own half
    """
)
POSSESSIVES = wordset("my our his her their its your ours yours mine hers theirs whose ur")
PEOPLE_SPEAKING = wordset(
    """
    i we he she you u ya im ive ill id i'm i've i'll i'd we're we've we'll we'd he's she's he'd she'd you're youre
    you've me us him everyone everybody someone somebody anyone anybody nobody myself yourself ourselves himself
    herself themselves hes shes folks guys someone's y'all
    """
)
IT = wordset("it they this these those them it's its they're theyre it'll itll itd")
AUXILIARIES = wordset(
    """
    do does did doing done can could will would shall should may might must ought gonna wanna gotta ain't lets
    let's let able going having being been 'll 'd coulda shoulda cud wud shud
    """
)
BEING = wordset("is are be am was were 's 're looks feels seems sounds smells tastes stays")
SINCE = wordset(
    """
    because since cause cuz cos coz bc as when whenever while if although though unless until till before after
    where wherever why how whether once during ever lest whereas
    """
)
ADVERBS = wordset(
    """
    gets say very really quite too so rather pretty fairly super extremely incredibly totally absolutely completely
    literally basically honestly actually maybe perhaps probably possibly hopefully ideally preferably mainly
    mostly usually often sometimes always never normally rarely regularly currently recently lately already still
    yet just only even also again now today tonight tomorrow yesterday soon later here there everywhere anywhere
    somewhere outside around away together apart instead otherwise anyway anyways though however therefore
    meanwhile almost nearly barely hardly exactly especially specifically particularly generally properly
    definitely certainly surely obviously clearly simply kinda sorta somewhat altogether overall well alone twice
    weekly monthly ago else likewise thus hence indeed once first firstly secondly lastly finally please pls plz
    plss kindly tbh imo imho btw fyi asap etc eg ie lol lmao haha hahaha hehe omg wow hmm hm hmmm um uh umm er ah
    oh ooh aww ugh yay yes yeah yep yup yea nope nah ok okay okey alright sure thanks thank thx ty cheers sorry hi
    hello hey hiya heya yo greetings bye dear damn damned fuck fucking fuckin fucked shit shitty bloody freaking
    frickin crap crappy hell stupid ass dude bro mate guys folks honest anymore upstairs downstairs possible
    necessary necessarily least best better worse worst far ever right much quickly easily alot tho thou through
    due despite
    """
)
PRAISE = wordset(
    """
    top good nice great decent perfect ideal awesome lovely amazing fantastic excellent wonderful proper suitable
    appropriate favourite favorite recommended new brand-new trusted total main important interesting interested
    happy glad nicest greatest finest actual best better worst
    """
)
WISHING = wordset(
    """
    need needs needed want wants wanted wanna wish wishing looking look searching search seeking seek shopping shop
    find finding buy buying purchase purchasing order ordering get getting gimme show showing recommend
    recommending suggest suggesting prefer prefers preferred require requires required choose choosing pick picking
    advise hunting consider considering replace replacing help give send hoping hope love like likes liked loves
    thinking think know
    """
)
# Forms that are verbs and nothing else a product could be: they end a noun phrase, and make its first noun a subject.
VERBS = wordset(
    """
    make takes took taken taking touching touches touched comes came coming goes went gone makes made making keeps
    kept keeping gets got gotten does did said says saying tell tells told telling asked asking ask lost loses
    losing broke broken breaks breaking died dies dying bought brought bring brings bringing sold selling sells
    paid pays paying spent spends lives lived moved moves started starting starts begins began begin tried tries
    trying try worked worn wears sits sat sleeps slept snores snore scratches scratched chews chewed eats ate drank
    sheds kills killed hurts hurt hate hates hated loved enjoys enjoy enjoyed knows knew thinks thought believe
    believes guess guessed suppose supposed seems seemed became become becomes happens happened happening needs
    wants wanted decided decide means meant mean happen finished ended leave leaves arrived arrive arrives gave
    gives giving put puts putting ran runs walks walked falls fallen grew grows gotta uses wait waiting waited
    checked checking heard hear hears seen sees noticed noticing watched remember forgot forgotten forget
    understand understood explain explains help helps helped turned turns turning cares care cared matter matters
    cause causes caused allow allows allowed deal deals dealing handle handles survive survives cope copes struggle
    struggles struggling suffer suffers suffering hoping wondering wonder curious tend tends keep include seem
    appear appears depends depend wakes woke woken cries cried itches itching sweats sweating relies rely doesnt
    dont didnt isnt arent wasnt werent wont cant couldnt wouldnt shouldnt hasnt havent hadnt cannot aint doing done
    being having have has had been was were am going gonna stopped stops stopping replaced replace replacing
    returned dropped dropping threw thrown failed fails leaked lasted exceed exceeds exceeding costs costed
    thinking talked talks talk answer answered ordered ordering delivered deliver ship shipped recommend suggests
    suggested suggest contains contain consists consist redoing gifting studying renting rent expecting getting
    catches caught feeling feel lend lent borrow stayed staying shared expect expects expected notice appreciate
    appreciated satisfied
    """
)
# Nouns that name no thing and no property of one.
EMPTY_NOUNS = wordset(
    """
    width height length depth diameter thickness pair pairs thing things stuff kind kinds sort sorts type types one
    ones item items product products option options choice choices alternative alternatives version versions deal
    deals offer offers recommendation recommendations suggestion suggestions idea ideas help advice question
    questions way ways budget price prices pricing priced cost costs money cash value preference preferences matter
    problem problems issue issues reason reasons example chance clue rush worry worries doubt bit lot lots plenty
    couple bunch rest amount number store shop website site online stock brand brands model models something
    anything everything nothing someone somebody anyone anybody purpose purposes need needs requirement
    requirements dollar dollars buck bucks usd eur gbp euro euros quid pounds rupees spending limit max maximum
    minimum tops range total shipping list today tomorrow tonight yesterday week weeks weekend weekends month
    months day days year years time times moment hour o'clock soon monday tuesday wednesday thursday friday
    saturday sunday january february april june july august september october november december stars review
    reviews rating ratings feature features function functions colour color colours colors coloured colored size
    sizes sized flavour flavor thought thoughts opinion fact point life hunt lookout search purchase order
    quality-wise cad aud chf inr lakh grand second guy manner sense addition effort experience use usage situation
    """
)
PRESENTS = frozenset({"gift", "gifts", "present", "presents", "surprise", "giftidea", "santa", "secret"})
OCCASIONS = wordset(
    """
    birthday birthdays bday b-day xmas christmas wedding anniversary graduation easter halloween valentine
    valentines housewarming christening retirement diwali eid hanukkah thanksgiving engagement
    """
)
# No need of the product, unless the store itself speaks of it ("Christmas lights").
ASIDES = OCCASIONS | wordset(
    """
    week weekend month soon tomorrow tonight clue stuff closest nearest possible guys hang hold next wish wishes
    last
    """
)
AUDIENCE = wordset(
    """
    man men woman women mens womens lady ladies gentleman gentlemen kid kids child children boy boys girl girls
    toddler toddlers baby babies infant infants newborn newborns teen teens teenager teenagers adult adults senior
    seniors elderly mom mum dad mother father mommy mummy daddy wife husband girlfriend boyfriend fiance fiancee
    son daughter sons daughters friend friends parents mums moms dads mothers fathers husbands wifes wives hubby
    grandma grandpa gran granny nan grandmother grandfather grandad granddad grandson granddaughter grandchild
    grandchildren grandparents sister brother sisters brothers aunt uncle niece nephew cousin beginner beginners
    dog dogs cat cats puppy puppies kitten kittens student students colleague coworker boss partner teacher
    teachers nurse nurses roommate neighbour neighbor bridesmaid bridesmaids unisex bestie
    """
)
# More people and animals a thing can be for, after "for" only: no product is called by them.
PERSONS = AUDIENCE | wordset(
    """
    person people family families rider riders sleeper sleepers player players runner runners cook cooks gamer
    gamers artist artists chef chefs hiker hikers cyclist cyclists driver drivers traveller travellers traveler
    travelers athlete athletes collector doctor doctors guest guests someone somebody labrador dane retriever
    terrier poodle shepherd collie bulldog chihuahua rabbit rabbits hamster hamsters horse horses bird birds parrot
    user users commuter commuters guitarist musician photographer photographers gardener gardeners boss staff team
    class pet pets breed breeds him her
    """
)
COLOURS = wordset(
    """
    black white grey gray silver gold red blue green yellow orange purple pink brown beige cream ivory tan navy
    teal aqua turquoise mint lime olive khaki maroon burgundy magenta violet lavender lilac coral peach copper
    bronze brass clear charcoal graphite rust mustard indigo cyan plum rose transparent multicolour multicolor
    rainbow champagne taupe chrome camel mauve fuchsia crimson scarlet sage emerald sapphire amber terracotta sand
    oat anthracite
    """
)
COLOUR_STEMS = frozenset(map(stem, COLOURS))
PLACES = wordset(
    """
    flat apartment house home kitchen bathroom bedroom room rooms lounge garage garden yard backyard patio balcony
    terrace office desk dorm studio hallway hall nursery shed basement attic car van truck camper caravan boat tent
    pool beach gym school college uni university work party cabin cottage window door doorway counter countertop
    worktop shelf table bedside corner space wall ceiling floor stairs roof shower bath sink classroom restaurant
    bar shop church hotel plane flight flights bus train island cupboard drawer wardrobe closet
    """
)
MATERIALS = wordset(
    """
    plastic metal steel stainless iron aluminium aluminum alu brass copper bronze silver gold titanium glass
    ceramic porcelain stone marble granite wood wooden oak walnut pine bamboo acacia teak mdf plywood cork wicker
    rattan leather suede vegan-leather fabric cotton linen wool merino cashmere silk satin velvet polyester nylon
    spandex lycra denim fleece flannel canvas felt down latex rubber silicone foam gel vinyl pvc teflon acrylic
    resin carbon mesh paper cardboard jute hemp viscose rayon tweed corduroy microfibre microfiber gore-tex goretex
    sterling terracotta concrete
    """
)
# Heads that add nothing to what stands before them: "plastic parts" → plastic, "mummy shape" → mummy.
FILLING_HEADS = wordset(
    """
    fit stuff thing things kind kinds sort type types style styled shape shaped design colour color coloured
    colored flavour flavor flavoured flavored edition version look looking finish one ones model models material
    materials variety based
    """
)
PARTS = wordset("part parts piece pieces bit bits element elements component components construction body casing frame")
PREPOSITIONS = wordset(
    """
    for with without to in on from that which who under below by made at like but not no if because so is are be
    """
)
MANNERS = (
    DETERMINERS | POSSESSIVES | PEOPLE_SPEAKING | IT | AUXILIARIES | BEING | SINCE | ADVERBS | PRAISE | WISHING
    | (EMPTY_NOUNS - PRESENTS) | PREPOSITIONS | wordset(
    """
    and or nor plus that which who whom what whats what's wheres hows whos that's thats there's theres not no
    without of off onto into out up down over above below between against per than then via about able come comes
    coming using used use sell stock available included doesn't don't isn't aren't won't can't couldn't wouldn't
    shouldn't hasn't haven't dunno idk mind care mean mention works work weigh weighs third idea clue surprise
    gotta cheapest cheap difference likes loves enjoy enjoys second another
    """)
)  # fmt: skip
