"""How people put a score into words: the ways that lead up to the number, and the ways that close it.

Everything is matched on a line of lower case with plain apostrophes; the patterns name phrases, never single replies.
"""

from __future__ import annotations

import re

_FILL = (
    r"(?:u+m+|u+h+m*|oof|wow|yay|meh|ugh+|sadly|unfortunately|regrettably|regretfully|with (?:pleasure|regret|"
    r"a heavy heart)|"
    r"(?:to be|being|in all) (?:fair|honest|exact|honesty)|if i'?m (?:being )?fair|h+m+|er+m*|well|ok(?:ay)?|oh|ah|so|"
    r"yeah|yea|yes|yep|yup|sure|right|alright|hi|hello|hey|please|"
    r"thanks|thank you|thx|lol|haha|then|now|today|this time|still|overall|honestly|to be honest|tbh|personally|"
    r"frankly|definitely|def|probably|prob|maybe|perhaps|easily|easy|just|simply|only|absolutely|totally|truly|"
    r"clearly|"
    r"certainly|obviously|gladly|happily|of course|hands down|no doubt|"
    r"without (?:a )?(?:doubt|hesitation)|straight|for me|going all in|"
    r"from me|imo|imho|in my opinion|i (?:think|guess|suppose|believe|reckon|feel)|i'?d guess|"
    r"if i'?m (?:being )?honest|"
    r"let'?s see|let me see|let me think|good question|for sure|all in all|in total|in general|generally|on balance|"
    r"it'?s got to be|(?:it )?has to be|(?:it )?must be|gotta be|so far|if you ask me|guess|"
    r"(?:right |smack |bang )?in the middle|in the end|all things considered|on reflection|all told|in fairness|"
    r"truthfully|"
    r"candidly|realistically|probs|prob's|deffo|other than that|apart from that|besides that|still|ngl|imho|idk|"
    r"dunno|i dunno|not gonna lie|no question|without question|roughly speaking|"
    r"i must say|i have to say|i should say|i'm afraid|i am afraid|i'll be (?:kind|honest|nice|generous|fair)|"
    r"would i recommend (?:you|it|this)|how likely|recommend (?:you|it)|simple|well i never|give or take|"
    r"thinking about it)"
)
_FIX = (
    r"(?:no+|nope|nah|wait|hang on|hold on|sorry|actually|i mean|i meant|meant|i meant to say|scratch that|"
    r"correction|(?:i'?d like to |i want to |let me |please |i'?m )?(?:change|changing|correct|correcting|update)"
    r"(?: (?:it|that|this|my (?:answer|score|rating|vote)))? to|"
    r"oops|whoops|my bad|typo|rather|or rather|make (?:it|that)|change (?:it|that|this) to|let me change (?:it|"
    r"that) to|"
    r"on second thoughts?|changed my mind|i take that back|let'?s make (?:it|that)|better|should be|it'?s|i'?d say)"
)
_SHOP = (
    r"(?:products?|store|shop|service|company|experience|purchase|order|item|brand|place|site|website|webshop|team|"
    r"business|thing|lot)"
)
_IT = (
    rf"(?:it|this|that|them|you|u|you guys|you all|y'?all|everything|(?:it|this|you) all|"
    rf"(?:this|that|the|your|my|our)(?: (?:whole|entire|overall|online))? {_SHOP})"
)
_ASPECTS = (
    "delivery|shipping|courier|driver|packaging|box|price|pricing|manual|instructions|support|website|quality|noise|"
    "design|looks?|taste"
)
_NOT_A_THING = (
    "rating|score|lucky|age|room|house|flat|phone|bus|train|way|day|time|week|month|last|first|other|next|"
    "lowest|highest|best|worst|top"
)
_THING = (
    rf"(?:the|this|that|my|our|your) (?!{_NOT_A_THING}|{_ASPECTS})[a-z-]+"
    rf"(?: (?!{_NOT_A_THING}|{_ASPECTS}|a\b|an\b|of\b|with\b|for\b|in\b|on\b)[a-z-]+)?"
)
_MAY = (
    r"(?:let'?s |let us |let me |(?:i|we)(?:'?d|'?ll|'?m)? )?"
    r"(?:(?:would|will|can|gonna|going to|want to|like to|would like to|have to|must|do|am going to)"
    r"(?: have to| like to)? )?"
)
_GIVE = (
    rf"{_MAY}(?:{_FILL} )*"
    r"(?:(?:says?|go|going|choose|pick|vote|answer|put|make|settle|stick|enter)"
    rf"(?: {_IT})?(?: (?:with|for|as|at|on|down for|is|to|towards?))?|"
    r"(?:give|giving|gave|rate|rating|score|mark|grade|rank|consider|call)"
    rf"(?: (?:{_IT}|{_THING}))?(?: (?:with|as|at|is))?)"
)
_IS = (
    r"(?:(?:it|that|this|mine|they|you(?: (?:guys|lot|all|folks|people))?|y'?all) (?:is|was|are|gets?|got|deserves?|"
    r"earns?|earned|would be|"
    r"have earned|"
    r"have|would get|will be|has earned|well deserves?|rates?|has|merits?)|it'?s|its|that'?s|thats|you'?ve earned|"
    r"you'?re getting|you'?ve got|that'?d be|that'?ll be|it'?ll be|it'?d be|"
    r"(?:i|we)(?:'?m| am|'?re| are) at(?: about)?|i(?:'?m| am)(?= an? )|"
    r"(?:it|that|this) (?:can|could|will|would|must) only be|(?:it|this|you)(?:'s| has|'ve| have) always been|is|"
    r"(?:my|our) (?:\w+ )?(?:evaluation|opinion|assessment|note|points|choice|feedback|judge?ment|"
    r"recommendation)(?: is)?|"
    r"(?:our|the|my) (?:whole )?family (?:says|gives(?: you| it)?)|mine(?:'s)?|make mine|"
    r"(?:i'?d |i would |would )?recommend(?: you| it| this)? (?:with|at)|"
    r"(?:my|the|our)(?: (?:final|honest|overall|personal|full))? (?:nps |recommendation |likelihood )?"
    r"(?:score|rating|answer|vote|number|mark|grade|nps|recommendation|likelihood|points?|verdict)"
    r"(?: (?:that )?(?:i|we)(?:'?d|'?ll| would| will| can)? (?:give|choose|pick|put|say|have)(?: (?:it|you|this))?)?"
    rf"(?: (?:is|was|would be|stays?|goes to|for {_IT}(?: (?:is|would be))?))?|"
    rf"(?:{_IT}|{_THING}) (?:is|was|gets?|deserves?|earns?|earned|rates?|has earned|would get)|"
    r"(?:nps|score|rating|rate|answer|recommend|vote|number|nr|likelihood|recommendation|grade|mark|final answer|"
    r"option|gets?|"
    r"deserves?|(?:put|mark) me down (?:for|as)|sign me up for|count me (?:as|in for)|(?:you can |please )?(?:have|"
    r"take)(?= an? )|"
    r"we(?:'re| are)(?= an? )|verdict|result|chances|recommending (?:you|it)|(?:very |extremely |quite |not )?likely|"
    r"worth|well worth|"
    rf"an? recommendation of|a score of|a rating of|score of|rating of)(?: (?:is|for (?:{_IT}|{_THING})))?)"
)
_ADJ = (
    r"(?:very |really |pretty )?(?:solid|strong|big|huge|full|perfect|clear|good|firm|easy|definite|hard|weak|low|"
    r"high|"
    r"generous|straight|fat|honest|resounding|whopping|whole|mere|measly|nice|nice round|round|total|proper|confident|"
    r"comfortable|"
    r"well[- ]deserved|enthusiastic|cheeky|happy|sad|reluctant|decent|fair|respectable|absolute|complete|clean|"
    r"massive|emphatic|certain|sure|great|disappointing|disappointed|miserable|shiny|giant|easily|definitely|flat|"
    r"rock solid|hearty|heartfelt|wholehearted|lukewarm|grudging|begrudging|sweet|cool|genuine|true|lousy|lowly|poor|"
    r"careful|lucky|grateful|heavy-hearted|heavy hearted|resounding|begrudged|bare|bare-bones|scraped|scraping|"
    r"near perfect|nearly perfect|super|mighty|fantastic|brilliant|excellent|wonderful|amazing|lovely|chunky|bold|"
    r"fine|modest|pathetic|glowing|enormous|unhappy|thankful|hesitant|tentative|conservative|safe|middling|cautious|"
    r"score of)"
)

# What may stand before the number in its clause.  `frame`: a phrase that gives a score; `soft`: an article or the like.
LEAD = re.compile(
    rf"(?:and |but |then )?(?:{_FILL} )*(?:{_FIX} )*(?:{_FILL} )*(?P<frame>(?:{_GIVE}|{_IS}) )?(?:{_FILL} )*"
    rf"(?P<soft>(?:(?:(?:somewhere |something )?(?:about|around|roughly|like) )?an? )?(?:{_ADJ} )*)(?:[#=] ?)?"
)

_WHO = r"(?:my|our|the) (?:whole |entire |little |old )?[a-z]+(?<!s)"
_ON = (
    r"(?:value|ease|product|me|us|sure|now|you|you guys|the (?:team|shop|store|staff|company|product|"
    r"money|win|moment))"
)
_WOULD = (
    r"(?:would|will|definitely|i'?d|i'?ll)(?: (?:definitely|happily|gladly|highly|totally|absolutely|certainly))?"
    r" (?:recommend|buy again|order again|buy it again|shop again)(?: (?:it|you|this|them|your (?:store|"
    r"shop)))?(?: again)?"
    r"(?: to (?:anyone|everyone|everybody|friends|a friend|all|my friends|any ?one|all my friends|family))?"
)


# What may stand after it until the clause ends.
TAIL = re.compile(
    rf"(?: (?:(?:for|from) {_ON}|from (?:my|our) side|from (?:me|us|(?:the )?both of us)(?: and (?:me|us|{_WHO}))?|"
    rf"from {_WHO}(?: and (?:me|us))?|"
    r"for (?:the )?(?:price|money|everything)|from (?:this|our|the whole) \w+|here|every ?time|each time|"
    r"as (?:always|usual|ever)|always|"
    r"at (?:best|most|the most)|tops|max|plz|pls|sir|"
    r"at this point|to be (?:exact|precise)|if you must know|likely|on (?:all counts|that|this|it|the whole|balance|"
    r"average)|in (?:every way|all ways|every respect|all honesty|"
    r"my eyes|my view|general|the end)|(?:form|fro|frm) (?:me|us)|"
    r"is (?:my|our|the) (?!lucky|favou?rite)(?:\w+ )?(?:score|answer|rating|vote|number|mark|grade|verdict)|"
    r"(?:and )?no more|"
    r"with pleasure|full marks|overall|in total|all in all|i (?:guess|think|suppose|believe|"
    r"reckon|would say|'?d say|'?d guess|say|feel)|i'?d say|please|thanks|thank you(?: very much| so much)?|thx|ty|"
    r"cheers|so far|"
    r"at the moment|"
    r"and not (?:one|a) (?:point|bit) (?:more|less)|right now|today|currently|this time|points?|pts|all the way|"
    r"across the board|all (?:a)?round|any day|"
    r"hands down|"
    r"without (?:a |any )?(?:doubt|hesitation|thinking|hesitating|blinking|question|a second thought)|no doubt|easily|"
    r"fam|ez|meh|yo|luv|lmao|rofl|xd|fs|fwiw|afaic|atm|rn|x|hands down fam|"
    r"from (?:an?|all|both|everyone|everybody|where|one|two|these|this|your|her|him)\b(?: (?!\d|from\b|to\b|in\b|"
    r"for\b)[a-z']+){1,5}|"
    r"easy|definitely|for sure|absolutely|probably|prob|maybe|"
    r"perhaps|honestly|tbh|to be honest|if i'?m (?:being )?honest|to be fair|personally|frankly|imo|imho|"
    r"in my opinion|lol|haha|mate|guys|folks|everyone|team|friend|buddy|dear|sir|madam|is (?:my|the) (?:final )?"
    r"(?:score|answer|rating|vote|number|mark|grade)|is (?:fair|right|what (?:i'?d|i would|i'?ll|we'?d) (?:give|say|"
    r"put)|fine|good|ok|okay|about right)|it is|then|"
    r"too|all day long|all day|hun|hon|babe|bro|bruv|man|dude|pal|lads|ladies|darling|love|my (?:friend|dear|friends|"
    r"lovely)|"
    r"smh|obvs|ngl|fr|no cap|no notes|no less|no more no less|nothing (?:special|more|less|else|to add)|tbf|tbqh|innit|"
    r"give or take(?: nothing)?|if (?:that|i'm honest|i am honest|pushed|i have to|i must|anything|you ask|you like)|"
    r"at a push|"
    r"credit where (?:it'?s|it is|credit is|credit'?s) due|as (?:it|things) stands?|for the time being|for the moment|"
    r"(?:best|kind|warm) (?:wishes|regards)|regards|with love|w love|for certain|no joke|period|full stop|"
    r"and (?:i mean it|that'?s (?:that|it|all|final|fair|me being \w+|generous|kind|being \w+|my (?:final )?\w+))|"
    r"(?:don'?t|dont) (?:ask|@ me|at me)|and (?:falling|rising|counting)|if not more|"
    r"(?:is|would be|'d be|will be) (?:(?:the (?:most|best|least|highest|lowest|maximum|max)|all|as (?:high|much|far|"
    r"low) as)"
    r" (?:that )?(?:i|we|you)\b(?: (?:can|could|will|would|'d|'ll|am|'m|are|willing|to))*"
    r"(?: (?:give|offer|go|do|get|say|deserve|put|award|manage))?|"
    r"what (?:you (?:get|deserve|earn|'ve earned|have earned)|(?:i|we)(?:'d| would|'ll| will| can)? (?:give|say|"
    r"offer|put|choose|"
    r"rate|think|feel|award))|(?:about |only )?(?:fair|right|enough|generous|honest|correct|accurate|deserved)|"
    r"(?:my|our|a fair|the right|the) (?!lucky|house|phone|favou?rite)(?:\w+ )?(?:score|reflection|assessment|"
    r"summary|answer|"
    r"rating|vote|number|mark|grade|verdict|evaluation|opinion|choice)(?: of (?:my|our|the) \w+)?)|"
    r"again|obviously|certainly|indeed|yes|yeah|ok|okay|(?:seems|sounds|feels) (?:about )?(?:right|fair|good)|"
    rf"{_WOULD}|(?:very|really|so|super|extremely|quite|totally) (?:happy|pleased|satisfied|impressed|good|likely)|"
    r"very much so|no question|of course|gladly|happily|in my book)(?!\w))*"
)

# Words with which something else begins, so that the number before them stands alone.
BREAKS = re.compile(
    r" (?=(?:because|cause|'cause|cuz|coz|bc|cos|but|since|though|tho|although|however|except|so|due to|"
    r"only(?! (?:be|\d))|mainly|"
    r"just because|and|or|despite|even though|even if|while|mostly|especially|given|thanks to|considering|in spite of|"
    r"apart from|aside from|even with|"
    r"after (?:my|the|a|waiting|using|having|only|just)|on (?:my|every|each)|no wait|no+,|nope|nah|"
    r"wait|hang on|hold on|sorry|scratch that|make that|make it|i mean|i meant|oops|whoops|correction|not|"
    r"as (?:i|it|the|they|there|my|we|you|your|delivery|its|it's|this|that|everything|all)|for being|minus (?:the|a)|"
    r"(?<!and )(?<!then )(?<!that )(?:i|we)(?:'d|'ll| will| would) (?:give|rate|say|score|award|go (?:for|with))|"
    r"(?:(?<!go )(?<!going )(?<!went )(?<!stick )(?<!sticking )with (?:the|a)|with (?:some|minor|one)))\b)"
)
# The same for words that begin a sentence of their own right after the number.
BEGINS = re.compile(
    r" (?:i|i'm|i've|it|it's|its|they|they're|we|we're|you|you're|the|my|your|would(?! be)|will|love|loved|loving|"
    r"works|"
    r"worked|really|absolutely|actually|amazing|everything|great,|excellent,|thank|thanks|highly|never had|"
    r"no (?:complaints|"
    r"problems|issues)|best \w+ ever|keep)\b(?! \d)"
)

# An opinion right behind the number: "9 great service", "7 decent value"; things counted are not ("2 broken cups").
_OPINION = re.compile(
    r" (?:(?:very|really|so|super|just|simply|pretty|quite|truly|extremely|absolutely|too|a bit|kind of) )*"
    r"(?:great|good|nice|excellent|amazing|fantastic|awesome|brilliant|super|lovely|"
    r"smashing|spot on|wonderful|superb|lovely|perfect|fabulous|"
    r"outstanding|terrible|awful|bad|poor|horrible|dreadful|rubbish|mediocre|average|decent|okay|ok|fine|fair|"
    r"satisfactory|acceptable|happy|unhappy|pleased|satisfied|dissatisfied|disappointed|disappointing|impressed|"
    r"delighted|thrilled|quick|fast|slow|late(?= \w)|easy|smooth|simple|friendly|helpful|rude|polite|cheap|pricey|"
    r"expensive|"
    r"neutral|overpriced|reliable|useful|useless|worth|worst|best|top|loved|likely|unlikely|nothing|never|always|can't|"
    r"cannot|couldn't|could|should|needs|need|wish|hope|hopefully|shame|pity|unfortunately|sadly|well|keep|"
    r"recommended|definitely|certainly|everyone|everybody|what a|all (?:was|went|good|fine|great)|no (?:real )?"
    r"(?:complaints?|issues?|problems?)|still|they've|you've|we've|having|after|when|if only|"
    r"(?:delivery|products?|service|quality|ordering|shipping|packaging|staff|support|price|item|order|website|"
    r"communication|customer service) (?:was|were|is|are|good|great|could|should|too|very|ok|fine|slow|fast|arrived|"
    r"came|excellent|perfect|poor|bad))\b(?! \d)"
)
_UNTIL = re.compile(r" (?:with|for|from|to|of|than|at|in|on|by|i|we|it|you|they|is|was|are|were|that)\b")
_COUNTED = re.compile(r"\b(?:\w+[^s\Wiu]s|people|men|women|children|persons?)\b")
_SINGULAR = re.compile(r"\b(?:always|thanks|various|business|as|less|yes|us|was|is|has|does|plus|things|prices)\b")


def remarks(rest: str) -> bool:
    """Whether what follows a number is a remark of its own, so that the number counts nothing of it."""
    if not _OPINION.match(rest):
        return False
    noun = _SINGULAR.sub("", _UNTIL.split(rest, maxsplit=1)[0])
    return not _COUNTED.search(noun) or bool(re.match(r" no (?:real )?(?:complaints?|issues?|problems?)\b", rest))


CORRECTS = re.compile(
    r"\b(?:no+|nope|nah|wait|hang on|hold on|sorry|actually|i mean|i meant|meant|scratch that|correction|oops|whoops|"
    r"my bad|typo|rather|make (?:it|that)|change (?:it|that|this)|on second thoughts?|changed my mind|"
    r"i take that back|go on then|(?:just )?kidding|jk|"
    r"should be)\b"
)
DECIDES = re.compile(
    r"\b(?:let'?s say|i'?ll say|i'?d say|i say|say|call it|make it|(?:go|going) with|settle|final|so)\b"
)
DANGLING = re.compile(r"\b(?:no,? wait|scratch that|make that|correction|i take that back|i meant)\b")
SARCASM = re.compile(
    r"(?:(?:oh|ha+|sure|hah),? )*(?:yeah,? right|as if|yeah,? sure|very funny|you wish|dream on|in your dreams)\W"
)
UNDONE = re.compile(r"(?:not|jk|just kidding|kidding|lol no|as if|yeah right|i wish|said no ?(?:one|body)(?: ever)?)")
AGAINST = re.compile(
    r"\b(?:not|never|won'?t|wouldn'?t|don'?t|cannot|can'?t)\b(?: \w+){0,2} (?:recommend|buy|order|shop)|^would not\b|"
    r"\b(?:shame|pity) (?:about|that)\b"
)
SUPPOSED = re.compile(
    r"(?:and |but |so )?(?:if|unless|without(?! (?:a |any )?(?:question|doubt|hesitation))|with(?! (?:regret|"
    r"pleasure|a heavy heart|respect|thanks|gratitude))|had|were|once|when|until|"
    r"before|after(?! (?:\d|two|three|four|five|six|seven|eight|nine|ten|several|many|all|my|waiting|using|having|"
    r"trying|"
    r"being|a (?:week|month|year|day))\b)|last)\b"
)
DEMAND = re.compile(
    r"(?:just |please |first |simply )*(?:give|fix|send|refund|replace|make|get|bring|lower|repair|add|pay|do|call|"
    r"drop|"
    r"improve|change|offer|let|take|answer|mend|deliver|ship|cut|sort)\b"
)
BARGAIN = re.compile(r"(?:and|then) (?:then )?(?:i|we|you)(?:'?ll|'?d| will| would| can| might| say| give)\b")
POLITE_IF = re.compile(
    r"(?:and |but |so )?if (?:i|you) ?(?:had|have|need|were|was|must|'?m|am|could|ask)\b.*\b(?:to|honest|fair|rate|"
    r"choose|pick|me)\b"
)
# Before "I'd give a 9" without a mark: what follows hangs on it.
HANGS = re.compile(
    r"\b(?:not sure|unsure|don'?t think|doubt|didn'?t think|never|thought|wish|hoped?|expect(?:ed)?|as if|why|when|"
    r"what|"
    r"whether|that|how|before|until|think|where|than|not|like|says?|said|me)$|"
    rf"^(?:and |but |so |please )*{DEMAND.pattern}"
)
WOULD_BE = re.compile(r"\b(?:would be|'d be|d be|would get|should be|will be|'ll get|will get|'ll be)\b")
EXCEPT = re.compile(r"\b(?:but|if|unless|when|once|as soon as|after|except|however|only|had)\b")

# Before "9 out of 10": not this buyer's score of us, or not now.
ELSEWHERE = re.compile(
    r"\b(?:not|isn'?t|wasn'?t|wouldn'?t|couldn'?t|can'?t|cannot|don'?t|never|hardly|barely|almost|nearly|than|under|"
    r"over|"
    r"above|below|about|around|roughly|between|from|least|most|if|wish|hoping|hoped|expected|expecting|used to|"
    r"was going|received|counted|found|lucky|"
    r"wanted|could|should|might|have been|have given|have said|last|before|previously|first|once|wife|husband|"
    r"partner|"
    r"friends?|mom|mum|dad|son|daughter|kids?|sister|brother|colleagues?|boss|he|she|reviews?|others?|people|"
    r"everyone|"
    rf"{_ASPECTS}|pain|chance|odds|times|competitors?|another|other|rated|worked|works|fails?|broke|arrived|took|"
    r"waited|up)\b|service (?:was|is)|\b(?:or|to)(?: an?)? $|\b(?:got|since|ordered|in|on|delivered|arrived|came|"
    r"sent|shipped|(?:i|we) have)(?: only| just)? $"
)
# After it: it was no score but a share of something.
SHARE = re.compile(
    r" (?:(?:\w+ )?(?:arrived|delivered|came|missing|broken|dead|short|chance|odds)|is (?:when|what|where)|cups?|"
    r"people|times|customers?|friends|days|weeks|months|hours|minutes|orders?|cups?|items?|pieces|of|were|are|"
    rf"if|when|(?:would|could) be|for (?:the |your |all the )?(?:{_ASPECTS}|effort|trying|nerve|cheek|honesty|"
    rf"creativity|(?!being|having)\w+ing))\b"
)
# A second score for a part of the whole leaves no single answer.
PART = re.compile(r" (?:for|on|in terms of|as far as) (?!me\b|us\b|sure\b|now\b)")
