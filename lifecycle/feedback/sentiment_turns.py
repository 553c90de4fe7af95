"""More turns of phrase that praise or blame: what something does, or did not do, told without a word of feeling."""

from __future__ import annotations

_HAS_NOT = (
    r"(?:have not|haven't|hasn't|has not|not|never|didn't|don't|did not|do not|doesn't|does not|won't|can't|"
    r"cannot|no)"
)
_GOOD = (
    r"(?:good|great|quiet|easy|comfortable|light|fast|quick|reliable|helpful|simple|sturdy|soft|fresh|cheap|"
    r"happy|smooth)"
)
_BETTER = (
    r"(?:better|nicer|easier|simpler|happier|quicker|smoother|friendlier|faster|cleaner|kinder|clearer|softer|"
    r"more (?:helpful|pleased|comfortable|satisfied|impressed))"
)

TURNS = (
    # nothing is said yet
    (
        r"(?:don't|do not|not|doesn't) (?:really |quite )?(?:know|sure|certain|decided)(?: (?:yet|how|what|"
        r"if|whether|"
        r"about))*",
        0.0,
    ),
    (
        rf"{_HAS_NOT} (?:\w+ )?(?:used|tried|opened|tested|unpacked|started|worn|read|had (?:a chance|"
        rf"time)) (?:\w+ ){{0,4}}yet",
        0.0,
    ),
    (r"no (?:opinion|idea|comment|preference|answer yet|thanks|thank you)", 0.0),
    # cannot be outdone
    (
        rf"(?:couldn't|could not|can't|cannot) (?:have )?(?:be|been|get|got|ask|asked|feel|"
        rf"find) (?:\w+ ){{0,2}}{_BETTER}",
        2.0,
    ),
    (
        r"(?:above and beyond|the extra mile|second to none|what a (?:find|difference|treat|relief|bargain|product|"
        r"joy))",
        1.8,
    ),
    (r"like (?:it |they |i |he |she )?never (?:before|did|looked|felt|sounded)", 1.6),
    (r"(?:a|the) (?:huge|big|massive|real|world of|great|noticeable) difference|night and day", 1.4),
    (r"(?:like|through) (?:\w+ ){0,2}butter\b|like (?:a (?:champ|boss|pro|baby|rocket)|clockwork|magic|new)", 1.5),
    (
        r"(?:i'm|i am|we're|we are|consider me|me|count me) (?:sold|hooked|in love|converted|a convert|a fan|"
        r"a believer)",
        1.6,
    ),
    (
        r"(?:more|far more|so much more) than (?:you|i|we) (?:paid?|bargained|asked|hoped|expected)|(?:and|or) then "
        r"some|"
        r"and more\b",
        1.3,
    ),
    (r"(?:can|could|able to) finally|finally (?:a|an|one|something|some|i|we|able)", 1.2),
    (
        r"(?:just )?keeps (?:going|running|working|on going|its)|still (?:going|running|works|working|looks|perfect|"
        r"like)",
        1.3,
    ),
    (
        r"(?:handles?|copes? with|takes|eats up) (?:\w+ )?(?:everything|anything|whatever|all|it all|a beating|"
        r"a lot)",
        1.3,
    ),
    (r"gets? rid of|got rid of|takes care of|took care of|does away with|makes? (?:quick|short|light) work of", 1.3),
    (r"(?:plenty|lots|loads|tons) of (?:room|space|power|storage|pockets|light|life|choice|grip|stretch)", 1.2),
    (
        r"as (?:they |you |was |it was |had been )?(?:said|promised|advertised|described|stated|agreed|pictured|"
        r"expected)(?! but)",
        0.9,
    ),
    (
        r"(?:costs?|cost|paid) (?:\w+ )?(?:twice|three times|double|ten times|much more|a fortune)(?= as| more|$|"
        r"[.!])",
        0.6,
    ),
    (
        r"(?:everyone|everybody|people|friends|guests|colleagues|neighbours) (?:\w+ )?(?:asks?|comments?|admires?|"
        r"wants?|"
        r"loves?|raves?|noticed?)",
        1.4,
    ),
    (
        r"(?:stole|pinched|nicked|borrowed|claimed|hogs|won't give) (?:it|mine|them)(?: from me| back| off me)?|"
        r"fight(?:s|ing)? over",
        1.2,
    ),
    (
        r"(?:only|one) regret (?:is|was)? ?(?:not|that i)|wish (?:i|we)(?:'d| had)? (?:\w+ )?(?:bought|"
        r"found|got|known|"
        r"ordered|had)(?: \w+){0,3} (?:sooner|earlier|years|before|long ago|ages)",
        2.2,
    ),
    (r"wish (?:all|every|more) (?:\w+ ){1,4}(?:like|as|this|so)", 1.8),
    (
        r"(?:sent|send|shipped|gave|offered) (?:\w+ ){0,2}(?:a |the )?(?:replacement|new one|spare)(?! that| which| "
        r"and)|"
        r"replaced it (?:at once|free|straight|within|the)",
        1.2,
    ),
    (
        r"without (?:\w+ ){0,2}(?:drowning|breaking|being|losing|hurting|leaving|making|having|getting|needing|"
        r"a (?:hitch|fight|glitch|scratch|drop|sound))",
        0.7,
    ),
    (r"(?:hard|difficult) to believe (?:it|how|that)|(?:scared|put) me (?:off )?(?:a little|a bit|at first)", 0.6),
    (
        r"(?:couldn't|can't|could not|cannot) (?:stop|resist|tell (?:the difference|it|them)|imagine|recommend (?:it|"
        r"this|them|you) (?:highly )?enough|thank|fault|get enough|say enough)",
        1.8,
    ),
    (
        r"(?:no|without|zero) (?:more )?(?:tangl\w+|drips?|leaks?|fuss|mess|noise|wires?|cables?|sore|pain|hassle|"
        r"creases?|smell|trouble at all|nasty \w+)",
        1.2,
    ),
    (r"(?:within|in) (?:\w+ )?(?:hours|minutes|seconds|no time|a day|a flash|an instant)\b", 0.8),
    (r"(?:slept|sleep|sleeps|fell asleep) (?:like|through|so|better|well|right)", 1.2),
    (r"(?:years|months|washes|falls|uses|trips) (?:\w+ )?(?:later|on|in|and)[, ]+(?:and )?(?:it|still|they|no)", 0.8),
    (
        r"(?:he|she|they|kids?|children|son|daughter|wife|husband|mum|dad|dog|cat|"
        r"family) (?:\w+ )?(?:squealed|lit up|"
        r"beamed|can't get enough|won't (?:stop|take it off)|approves?|adores?)",
        1.6,
    ),
    # what is blamed without a word for it
    (rf"far from (?:being )?(?:\w+ )?{_GOOD}", -1.8),
    (r"(?:really|so|truly) wanted (?:to (?:like|love)|this to)|wanted to (?:like|love) (?:it|this|them)", -1.4),
    (
        r"(?:ended up|end up|had to resort|resorted) (?:buying|getting|using|returning|paying|throwing|giving|with|"
        r"going)",
        -1.4,
    ),
    (
        r"(?:need|needs|takes|requires) (?:\w+ )?(?:three|four|several|ten|two) (?:hands|people|men|attempts|tries|"
        r"goes)",
        -1.1,
    ),
    (r"might as well|may as well|would be better off|better off (?:with|without|buying)", -1.3),
    (r"hung up|hangs? up on|fobbed off|passed (?:me )?(?:around|from)|ignor(?:ed|es|ing) (?:me|my|us|every)", -1.6),
    (
        r"(?:goes|went|going|led|leads) (?:nowhere|straight (?:back|in)|into the (?:bin|trash|drawer))|"
        r"gathering dust",
        -1.4,
    ),
    (
        r"(?:soak|sweat|burn|fall|wore|wear|bled)\w* (?:right )?through\b|lets? (?:the )?(?:water|rain|cold|light|"
        r"air) in\b",
        -1.1,
    ),
    (
        r"(?:cuts?|cutting|switch\w*|shuts?|turns?) (?:itself )?(?:off|out)(?= (?:after|every|all|mid|when|in|for "
        r"no|by)|"
        r"[.!]|$)",
        -1.3,
    ),
    (
        r"(?:if|wish|only) (?:only )?(?:i|we|it) (?:could|had|were able to) (?:\w+ )?(?:return|undo|send|take|work|"
        r"get my)",
        -1.6,
    ),
    (
        r"if only\b|think twice|think again before|caveat emptor|consider yourself warned|you(?:'ve|"
        r" have) been warned",
        -1.5,
    ),
    (
        r"second[- ]hand|already (?:been )?(?:used|opened|worn)|(?:was|came|arrived|"
        r"were) (?:already )?(?:opened?|used|"
        r"dirty|unsealed|squashed|crushed|soaked|torn)",
        -1.3,
    ),
    (
        r"(?:runs?|running|came|comes|is|are|was) (?:\w+ ){0,2}(?:sizes? )?(?:too )?(?:small|large|big|tight|narrow|"
        r"short)(?=[.,!]|$| for| and| in)",
        -0.9,
    ),
    (
        r"promised (?:\w+ ){1,4}(?:came|arrived|got|but|yet|still)|next day\b.*\bnext week|still (?:waiting|not|no|"
        r"nothing|missing|hasn't|haven't)",
        -1.5,
    ),
    (
        r"(?:as if|looked like|looks like) (?:\w+ ){1,3}(?:had|has|been|was) (?:\w+ )?(?:played|kicked|"
        r"dropped|run|sat|"
        r"chewed|dragged|thrown)",
        -1.4,
    ),
    (r"the only thing (?:it|that) (?:\w+ )?(?:does|warms|cleans|works|is good|good|did|keeps|cuts)", -1.2),
    (
        r"(?:doesn't|does not|didn't|did not|don't|won't|wouldn't|can't|isn't|aren't) (?:even |really |actually |"
        r"quite )?(?:stay|hold|stick|charge|connect|pair|fit|match|last|close|open|turn|start|arrive|clean|cut|seal|"
        r"lock|"
        r"grip|come|reach|heat|cool|help|respond|answer|fix|care|do (?:what|much|anything|the job))",
        -1.4,
    ),
    (
        r"(?:hair|blood|mould|mold|bugs?|insects?|crumbs|hole|holes|cracks?|dents?) (?:\w+ )?(?:in|on|inside|"
        r"all over) (?:it|them|the|my|one)",
        -1.5,
    ),
    (
        r"(?:weeks?|months?|days?) (?:later |now |and )(?:and )?(?:still )?(?:no|nothing|not|waiting)|"
        r"(?:third|fourth|"
        r"second) (?:time|one|replacement)(?: \w+){0,3} (?:broke|broken|faulty|same|failed|again)",
        -1.5,
    ),
    (r"(?:stays?|stayed|sits|lives) in (?:the|its|my) (?:drawer|box|cupboard|garage|loft|attic|bin)", -1.2),
    (
        r"(?:died|broke|failed|gone|stopped|snapped|finished|dead) (?:\w+ ){0,3}(?:day|week|month|hour|use|wash|year|"
        r"winter|trip|time)s?\b",
        -1.4,
    ),
    (
        r"(?:more|bigger|worse|slower|louder|thinner|smaller|heavier) (?:\w+ )?than (?:a |the |my )?(?:jet|toothpick|"
        r"paper|snail|tractor|hoover|vacuum|useful|before|it should|expected|i thought|we thought|shown|pictured)",
        -1.2,
    ),
    (
        r"(?:tastes?|smells?|sounds?|feels?|looks?|works?) like (?:a )?(?:cardboard|plastic|soap|metal|"
        r"chemicals|water|"
        r"sand|straw|dirt|tin|robot|rubbish|nothing|it was made|toy)",
        -1.4,
    ),
)

# Regrets, hypotheses, irony and comparisons: what is wished otherwise is blamed, what beats the others is praised.
WISHED = (
    (
        r"(?:should|ought to|wish i|wish we)(?:'ve| have| had|'d)? (?:just )?(?:listened|read|checked|stuck|"
        r"kept|gone (?:with|for|to)|"
        r"known better|never|not|stayed|saved|spent (?:a bit|a little|more)|believed the|paid (?:a bit|more))",
        -1.8,
    ),
    (
        r"(?:i|we) wish (?:it|they|this|these|the \w+) (?:was|were|had|would|did|came|could|lasted|stayed|"
        r"didn't|wasn't)",
        -1.3,
    ),
    (
        r"(?:would|could|might) (?:have been|be|make) (?:an? )?(?:\w+ )?(?:great|good|perfect|fine|lovely|"
        r"nice|ideal|useful|decent|"
        r"brilliant|excellent|comfortable)(?: \w+){0,2} (?:if|had|without|but)",
        -1.8,
    ),
    (
        r"(?:great|fine|good|perfect|lovely|nice|brilliant) (?:until|till|apart from|in theory|on paper|"
        r"idea, but)",
        -1.4,
    ),
    (
        r"^(?:oh |well |yay,? |wow,? )?(?:how |just )?(?:great|brilliant|lovely|wonderful|fantastic|"
        r"marvellous|super|perfect|terrific|"
        r"charming)[,.!]* (?:another|yet another|again|wrong|now i|now we|so now|just what i needed)",
        -2.4,
    ),
    (r"^(?:some|what an?) (?:upgrade|help|service|support|guarantee|warranty|improvement)\b", -1.6),
    (
        r"(?:well done|congratulations|bravo|nice work|good job|great job)[,.!]* (?:\w+ ){0,3}(?:again|"
        r"wrong|broke|ruined|lost|another)",
        -2.2,
    ),
    (
        r"(?:who(?:ever)?|how anyone|how anybody) (?:\w+ )?(?:designed|thought|tested|signed|approved|"
        r"packed|wrote|invented|came up)",
        -1.4,
    ),
    (r"(?:an age|an eternity|for ever|forever|donkey's years|half an hour|all day|all morning) to (?!last)\w+", -1.2),
    (
        r"(?:one|two|three|four|several|some|half the|half of the) (?:screws?|parts?|pieces?|bolts?|pages?|"
        r"legs?|shelves|cables?|bags?)"
        r" (?:short|missing|were missing|was missing|broken|were broken|too few)",
        -1.6,
    ),
    (
        r"(?:half|most|some|all|none) of (?:the|them|my|these) (?:\w+ )?(?:are|were|is|was|have|had|came|"
        r"arrived)? ?(?:already )?"
        r"(?:dead|broken|missing|gone|rotten|empty|cracked|mouldy|flat|faulty)",
        -1.6,
    ),
    (r"(?:wouldn't|would not|won't) (?:\w+ )?(?:wish|let|trust|touch|pay|feed|put|give)\b", -1.2),
    (
        r"(?:not once|never once|not a single time|in all (?:that|this) time) (?:has|have|had|did|"
        r"was)? ?(?:it|they|i|we)? ?(?:\w+ )?"
        r"(?:leak\w*|fail\w*|jam\w*|broke\w*|let|need\w*|miss\w*|slip\w*|complain\w*|stall\w*|crash\w*)",
        1.9,
    ),
    (
        r"not (?:a|one|a single) (?:squeak|scratch|drop|crumb|leak|wrinkle|rattle|mark|complaint|fault|"
        r"problem|hitch|flaw)",
        1.5,
    ),
    (
        r"(?:beats?|outlasts?|outlasted|outshines?|trumps?|outclass\w+|outperforms?|leaves? \w+ standing) "
        r"(?:the |my |our |any |every |all |anything |most )",
        1.6,
    ),
    (
        r"(?:twice|three times|ten times|double|half) (?:the price|as much|"
        r"as expensive)(?: \w+){0,4} (?:half|less|not as|no better|"
        r"isn't|worse)",
        1.4,
    ),
    (
        r"(?:better|sturdier|quieter|softer|stronger|comfier|nicer|faster) than (?:the |my |our |any |most |"
        r"all |many |anything |"
        r"much )(?!new\b)",
        1.5,
    ),
    (r"(?:worse|weaker|louder|flimsier|slower|thinner|cheaper|smaller) than (?:the |my |our |any |most )", -1.4),
    (
        r"(?:my|the|our) (?:old|previous|last|cheap\w*|former) (?:\w+ )?(?:did|does|was|works|worked|lasted|"
        r"cleaned|held|made|had)"
        r" (?:it |a |the |much |far |so much )*(?:better|longer|more|nicer|job)",
        -2.0,
    ),
    (
        r"(?:got|getting|given|gave) rid of (?:my|the|our) (?:old|other|previous)|(?:thrown?|threw|chucked|"
        r"put) (?:out )?(?:my|the|our) "
        r"(?:old|other|previous)",
        1.4,
    ),
    (
        r"(?:wish(?:ed)?|only wish|should have) (?:i|we)?(?:'d| had| have)? ?(?:\w+ )?(?:bought|ordered|got|"
        r"found|discovered|tried) "
        r"(?:it |one |this |them |these )?(?:sooner|earlier|years ago|long ago|before|ages ago|two|another|more)",
        2.2,
    ),
    (
        r"(?:needn't|need not) have (?:worried|feared|bothered)|(?:worried|feared|doubted|"
        r"dreaded)(?: \w+){0,6} (?:needlessly|for no "
        r"reason|in vain|wrongly|unnecessarily)",
        1.7,
    ),
    (
        r"(?:was|were) (?:dreading|sceptical|skeptical|doubtful|unsure|wary|not sure)(?: \w+){0,8} (?:but|"
        r"and|until|till|yet)\b",
        1.0,
    ),
    (r"(?:no|without) (?:regrets?|complaints?|grumbles?|moans|quibbles?)", 1.7),
)
