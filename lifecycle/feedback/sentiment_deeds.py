"""Turns of phrase about what a thing did for somebody, or did to them: most of it told with a "not" or a "no"."""

from __future__ import annotations

_ELSE = r"(?:anything else|anywhere else|any other(?: \w+)?)"
_PEST = (
    r"(?:stains?|pains?|aches?|smells?|odou?rs?|mice|ants|weeds?|mou?ld|noise|problems?|draughts?|rash|"
    r"acne|damp|spots?|fleas|moths|limescale|rust|wobble|squeak|leak|crying|snoring|pulling)"
)
_FAMILY = (
    r"(?:husband|wife|sister|brother|mother|father|mum|mom|dad|son|daughter|neighbou?r|friend|boss|"
    r"everyone|everybody|colleagues?)"
)

DEEDS = (
    # freed of an effort, a worry, a cost
    (
        r"(?:no longer|don't|do not|never|haven't|didn't|not|no need to|without) (?:have|had|need|having|"
        r"needing) to \w+",
        1.1,
    ),
    (r"no need (?:to|for)\b|no \w+ (?:needed|required|necessary)", 1.0),
    (
        r"(?:doesn't|does not|don't|didn't|hardly|barely) (?:even )?(?:needs?|takes? up|uses?|leaves?|weighs?|"
        r"requires?) (?:much|many|any|a lot|marks?|streaks?|space|traces?|residue|power|water)",
        1.1,
    ),
    (
        r"no longer (?:\w+ )?(?:dread|hurts?|aches?|worry|need|suffer|freezes?|struggle|wakes?|burns?|fight|"
        r"argue|smells?|leaks?|(?:goes|gets) cold)",
        1.3,
    ),
    (
        r"(?:won't|will not|didn't|doesn't|did not) (?:break the bank|cost (?:the earth|a fortune|much|an "
        r"arm))",
        1.5,
    ),
    (r"(?:never|don't|won't|no longer) (?:argue|fight|worry|struggle)", 1.2),
    (r"(?:hardly|barely) any (?:noise|weight|effort|smell|sound|wait)", 1.2),
    (r"no \w+, no \w+(?:,? (?:and )?no \w+)?(?=[.!]|$)", 0.6),
    # not to be given up
    (
        r"(?:know|imagine|see) (?:how|what) (?:i|we)(?:'d| would)? (?:\w+ ){0,3}without|(?:lost|live|manage|"
        r"cope|survived?) without|how did (?:i|we) (?:ever )?(?:live|manage|cope)",
        1.8,
    ),
    (rf"(?:won't|wouldn't|refuses? to|never|don't|stopped|will not) (?:\w+ ){{1,3}}{_ELSE}", 1.7),
    (
        r"(?:wouldn't|would not|won't|never) (?:part with|be without|trade|swap|give (?:it|them|mine|this) "
        r"up)",
        1.8,
    ),
    (
        r"(?:isn't|is not|there's no|is no|no) (?:a |any )?(?:better|finer|nicer) (?:\w+ )?(?:out there|around|"
        r"anywhere|than this)?",
        1.6,
    ),
    (
        r"(?:never|wouldn't|would not|hard to) (?:have )?guess(?:ed)?\b|wrong to doubt|proved me wrong|eat my "
        r"words",
        1.5,
    ),
    (
        r"(?:hasn't|has not|have not|haven't|never|not) (?:once )?(?:let (?:me|us|you) down|failed|missed a "
        r"beat|skipped a beat)(?: once| yet)?",
        1.9,
    ),
    (
        r"where has (?:this|it) been|why did (?:i|we) wait|who knew|finally found|at (?:long )?last (?:a|an|"
        r"one|something)",
        1.6,
    ),
    (
        rf"{_FAMILY} (?:now |also )?(?:wants?|asked for) (?:one|it|mine|some|another)|(?:is|are) "
        rf"(?:so )?jealous|green with envy",
        1.5,
    ),
    (r"threw (?:my|the|our) old|(?:binned|retired|sold) (?:my|the|our) old", 1.2),
    (
        r"puts? (?:my|the|every|all|other) (?:\w+ ){0,3}to shame|out of the water|makes the competition (?:\w+ "
        r")?(?:bad|silly|cheap)|in a league of its own",
        2.0,
    ),
    # what is over, or kept away
    (
        rf"{_PEST} (?:\w+ ){{0,4}}(?:is|are|was|were|all|has|have)? ?(?:all |now |completely )?(?:gone|"
        rf"vanished|disappeared|stopped)",
        1.7,
    ),
    (
        rf"(?:fixed|fixes|cured|cures|stopped|stops|ended|ends|kills?|killed|removes?|removed|masks?|lifts?|"
        rf"banished) (?:\w+ ){{0,4}}{_PEST}",
        1.6,
    ),
    (
        r"(?:cleans?|removes?|lifts?|gets?|cuts?|handles?|tackles?|shifts?) (?:even |through )?(?:the "
        r")?(?:worst|toughest|hardest|most stubborn|stubborn)(?: \w+)?",
        1.6,
    ),
    (
        r"(?:cut|cuts|halved|reduced|shortened|saved) (?:my|our|the|me|us) (?:\w+ ){0,3}(?:in half|by half|by "
        r"a|time|bills?|hours|money|fortune)",
        1.4,
    ),
    (r"keeps? (?:the |my |our |all )?\w+ (?:out|away|at bay|in place|busy|happy|tidy)\b", 1.3),
    (r"takes the (?:\w+ )?(?:fear|hassle|work|pain|stress|guesswork|effort|sting|strain|misery) out of", 1.7),
    (
        r"(?:dropped|fell|drop) (?:\w+ ){0,5}(?:and|but) (?:it |they )?(?:still|never|not)|surviv(?:ed|es) "
        r"(?:my|our|the|two|three|several|many|a|years|every)",
        1.5,
    ),
    (
        r"(?:after|had) (?:\w+ ){1,2}(?:bad|trouble|problems|poor) (?:ones|with (?:other|others|another|"
        r"cheaper|previous|the others))",
        0.9,
    ),
    (
        r"(?:afraid|feared|worried|expected|thought) (?:\w+ ){0,8}(?:it|they) (?:isn't|wasn't|aren't|weren't|"
        r"doesn't|didn't|don't)(?=[.!]|$)",
        1.2,
    ),
    # slang
    (
        r"(?:dead|whisper|wicked|crazy|ridiculously|insanely|stupidly|silly) (?:quiet|easy|simple|silent|"
        r"accurate|sharp|good|light|fast|soft|comfy|comfortable|cheap)",
        1.5,
    ),
    (
        r"(?:killer|sick|monster|wicked) (?:sound|bass|design|battery|grip|looks?|deal|price)|(?:is|what) a "
        r"(?:beast|monster|tank|workhorse|champ|monster of a \w+)|bad to the bone|built like a tank",
        1.6,
    ),
    # what went wrong, without a word for it
    (
        r"needs? (?:a )?new \w+ every|no way (?:to|of)\b|nothing special|nothing to write home|done with "
        r"(?:this|them|you|it|the)|rather have (?:my|the|kept)",
        -1.4,
    ),
    (
        r"(?:better spent|better off)\b|good luck (?:getting|with|trying|finding|reaching)|good riddance|nice "
        r"try\b|hard pass|pass on (?:this|it|these)",
        -2.0,
    ),
    (
        r"(?:great|good|perfect|lovely|ideal|fine) if you (?:like|enjoy|want|love|need) (?:\w+ )?(?:waiting|"
        r"noise|pain|to wait|cleaning|being|throwing|losing|headaches?)",
        -2.2,
    ),
    (
        r"but that(?:'s| is) (?:all|it|about it)|(?:look|looks|looked) (?:\w+ )?better (?:in|on) (?:the "
        r")?(?:pictures?|photos?|website|screen)|photos? flatters?",
        -1.9,
    ),
    (
        r"(?:was|were|worked|works) (?:\w+ )?(?:fine|good|great|ok|okay|well|perfectly)? ?(?:for (?:about |"
        r"only |just |roughly )?(?:a|an|one|two|three|\d+) (?:few )?(?:hours?|days?|weeks?|months?|uses?|"
        r"minutes?)|until|till)\b",
        -1.9,
    ),
    (
        r"used to (?:work|be|fit|like|trust|buy)|my (?:first|second|third) and (?:my )?last|last time i\b|"
        r"(?:ours|mine|it|they) (?:came|arrived) in (?:bits|pieces|shards)",
        -1.5,
    ),
    (
        r"told (?:me|us) to (?:buy|get|wait|send|call|pay)|asked (?:two|three|four|several|many|\d+) times|"
        r"(?:threw|thrown|tossed|left) (?:it |them |the \w+ )?(?:over|in the rain|outside)",
        -1.5,
    ),
    (
        r"made my (?:eyes|skin|hands|nose|head) (?:\w+)|(?:tastes?|smells?|reeks?) (?:\w+ )?of (?:soap|plastic|"
        r"metal|chlorine|chemicals|rubber|glue|smoke|petrol|fish|nothing)",
        -1.5,
    ),
    (
        r"(?:grinding|clunking|scraping|buzzing|clicking|whining|rattling|humming) (?:sound|noise)|eats "
        r"(?:tapes|paper|batteries|discs|cables)|could break it|half the size|less if i could|see the (?:glue|"
        r"seams|cracks)",
        -1.5,
    ),
    (
        r"(?:it|they|handle|legs?|blade|frame|arm|hook) (?:just )?bends?(?=[.!,]|$)|in seconds it|(?:dog|cat|"
        r"kid|child|toddler) (?:had|got) it (?:open|apart)",
        -1.2,
    ),
)
