"""More turns of phrase that praise or blame: what something does, or did not do, told without a word of feeling."""

from __future__ import annotations

_HAS_NOT = (
    r"(?:have not|haven't|hasn't|has not|not|never|didn't|don't|did not|do not|doesn't|does not|won't|can't|cannot|no)"
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
        r"(?:don't|do not|not|doesn't) (?:really |quite )?(?:know|sure|certain|decided)(?: (?:yet|how|what|if|whether|"
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
        r"(?:only|one) regret (?:is|was)? ?(?:not|that i)|wish (?:i|we)(?:'d| had)? (?:\w+ )?(?:bought|found|got|known|"
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
        r"(?:he|she|they|kids?|children|son|daughter|wife|husband|mum|dad|dog|cat|family) (?:\w+ )?(?:squealed|lit up|"
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
        r"second[- ]hand|already (?:been )?(?:used|opened|worn)|(?:was|came|arrived|were) (?:already )?(?:opened?|used|"
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
        r"(?:as if|looked like|looks like) (?:\w+ ){1,3}(?:had|has|been|was) (?:\w+ )?(?:played|kicked|dropped|run|sat|"
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
        r"(?:weeks?|months?|days?) (?:later |now |and )(?:and )?(?:still )?(?:no|nothing|not|waiting)|(?:third|fourth|"
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
        r"(?:tastes?|smells?|sounds?|feels?|looks?|works?) like (?:a )?(?:cardboard|plastic|soap|metal|chemicals|water|"
        r"sand|straw|dirt|tin|robot|rubbish|nothing|it was made|toy)",
        -1.4,
    ),
)
