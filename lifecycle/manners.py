"""What shoppers say besides what they want: manners, filler, swearing, occasions, and whom it is for."""

from __future__ import annotations

from lifecycle.words import wordset

MANNERS = wordset(
    """
    a an and the any are as at be been by can could did do does from had has have i if in into is it its im me my of
    on or our please pls plz she he so some than that their them then there these they this those to us was we were
    what when where which who will with would you your ive id am also just hi hello hey need needs want wants wanna
    like look looking find search searching recommend recommendation suggest suggestion suggestions show give get
    got buy buying purchase something anything thing things one ones item items product products good nice great
    decent ideal ideally perfect help shop shopping order choose pick prefer preferably preferable preference should
    must may might shall make makes made sure really very quite too much more most pretty rather bit kind sort type
    types style option options interested sell stock available come comes coming use used using able about around
    hunt trying try way thanks thank ok okay yes yeah well now today actually maybe perhaps think know hope
    currently budget price priced cost costs spend pay money cheap dollars dollar usd eur gbp bucks under below less
    over above between max maximum least per each only still even instead etc lot lots new let lets go going see
    tell ask asking advise advice best top every all both no not nor without but because since while let's don't
    dont it's i'm i'd i've for color colour colored coloured size sized brand else other another first second third
    again here right say said mean care mind matter important kindly plus whatever dunno idea surprise long how many
    few whichever either fine included thats theres keep alternative version versions someone somebody myself hmm hm
    um uh umm oh ah wow lol haha omg guess suppose gimme gotta gonna tbh imo btw asap thx ty damn damned fuck
    fucking fuckin shit shitty bloody freaking crap crappy stupid hell nope yep yup yea nah bro dude absolutely
    totally literally basically honestly probably likes loves enjoy enjoys she's he's they're doesnt isnt wont cant
    sorry wait mostly mainly idk her him hers weigh weighs whats wheres hows whos sometimes often usually rarely
    normally day days sth smth difference meanwhile anyway btw cheapest
    """
)
# No need of the product, unless the store itself speaks of it ("Christmas lights").
ASIDES = wordset(
    """
    week weekend month soon tomorrow tonight birthday birthdays bday xmas christmas wedding anniversary clue stuff
    closest nearest possible guys hang hold next wish wishes
    """
)
PRESENTS = frozenset({"gift", "gifts", "present", "presents", "surprise"})  # no property of a product
AUDIENCE = wordset(
    """
    man men woman women mens womens kid kids child children boy boys girl girls toddler toddlers baby babies teen
    teens adult adults senior seniors mom mum dad mother father wife husband girlfriend boyfriend son daughter
    friend parents mums moms dads mothers fathers husbands wifes friends hubby grandma grandpa grandmother
    grandfather sister brother beginner beginners dog dogs cat cats student students colleague boss partner
    """
)
PREPOSITIONS = wordset(
    """
    for with without to in on from that which who under below by made at like but not no if because so is are be
    """
)
