"""How people put a score into words: the ways that lead up to the number, and the ways that close it.

Everything is matched on a line of lower case with plain apostrophes; the patterns name phrases, never single replies.
"""

from __future__ import annotations

import re

_FILL = (
    r"(?:u+m+|u+h+|h+m+|er+m*|well|ok(?:ay)?|oh|ah|so|yeah|yea|yes|yep|yup|sure|right|alright|hi|hello|hey|please|"
    r"thanks|thank you|thx|lol|haha|then|now|today|this time|still|overall|honestly|to be honest|tbh|personally|"
    r"frankly|definitely|def|probably|prob|maybe|perhaps|easily|easy|just|simply|only|absolutely|totally|truly|"
    r"clearly|"
    r"certainly|obviously|gladly|happily|of course|hands down|no doubt|without (?:a )?(?:doubt|hesitation)|for me|"
    r"from me|imo|imho|in my opinion|i (?:think|guess|suppose|believe|reckon|feel)|i'?d guess|"
    r"if i'?m (?:being )?honest|"
    r"let'?s see|let me see|let me think|good question|for sure|all in all|in total|in general|generally|on balance|"
    r"it'?s got to be|(?:it )?has to be|gotta be|in the end|all things considered)"
)
_FIX = (
    r"(?:no+|nope|nah|wait|hang on|hold on|sorry|actually|i mean|i meant|meant|i meant to say|scratch that|"
    r"correction|"
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
_NOT_A_THING = "way|day|time|week|month|last|first|other|next|lowest|highest|best|worst|top"
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
    rf"(?: {_IT})?(?: (?:with|for|as|at|on|down for|is))?|"
    r"(?:give|giving|gave|rate|rating|score|mark|grade|rank|consider|call)"
    rf"(?: (?:{_IT}|{_THING}))?(?: (?:with|as|at|is))?)"
)
_IS = (
    r"(?:(?:it|that|this|mine|they|you|you guys) (?:is|was|are|gets?|got|deserves?|earns?|earned|would be|"
    r"have earned|"
    r"have|would get|will be|has earned|well deserves?|rates?|has|merits?)|it'?s|its|that'?s|thats|you'?ve earned|"
    r"you'?re getting|you'?ve got|that'?d be|it'?ll be|it'?d be|"
    r"(?:my|the|our)(?: (?:final|honest|overall|personal|full))? (?:nps |recommendation |likelihood )?"
    r"(?:score|rating|answer|vote|number|mark|grade|nps|recommendation|likelihood|points?|verdict)"
    rf"(?: (?:is|was|would be|stays?|goes to|for {_IT}(?: (?:is|would be))?))?|"
    rf"(?:{_IT}|{_THING}) (?:is|was|gets?|deserves?|earns?|earned|rates?|has earned|would get)|"
    r"(?:nps|score|rating|rate|answer|vote|number|nr|likelihood|recommendation|grade|mark|final answer|option|gets?|"
    r"deserves?|put me down for|sign me up for|you can have|(?:very |extremely |quite |not )?likely|worth|well worth|"
    rf"an? recommendation of|a score of|a rating of|score of|rating of)(?: (?:is|for (?:{_IT}|{_THING})))?)"
)
_ADJ = (
    r"(?:very |really |pretty )?(?:solid|strong|big|huge|full|perfect|clear|good|firm|easy|definite|hard|weak|low|"
    r"high|"
    r"generous|straight|fat|honest|resounding|whopping|whole|mere|measly|nice|total|proper|confident|comfortable|"
    r"well[- ]deserved|enthusiastic|cheeky|happy|sad|reluctant|decent|fair|respectable|absolute|complete|clean|"
    r"massive|emphatic|certain|sure|great|disappointing|disappointed|miserable|shiny|giant|easily|definitely|flat|"
    r"rock solid|hearty|heartfelt|wholehearted|lukewarm|grudging|begrudging|sweet|cool|genuine|true|lousy|lowly|poor|"
    r"pathetic|glowing|enormous|unhappy|thankful|hesitant|tentative|conservative|safe|middling|score of)"
)

# What may stand before the number in its clause.  `frame`: a phrase that gives a score; `soft`: an article or the like.
LEAD = re.compile(
    rf"(?:and |but |then )?(?:{_FILL} )*(?:{_FIX} )*(?:{_FILL} )*(?P<frame>(?:{_GIVE}|{_IS}) )?(?:{_FILL} )*"
    rf"(?P<soft>(?:an? )?(?:{_ADJ} )*)(?:[#=] ?)?"
)

_ON = r"(?:effort|value|ease|product|me|us|sure|now|you|you guys|the (?:product|effort|money|win|moment))"
_WOULD = (
    r"(?:would|will|definitely|i'?d|i'?ll)(?: (?:definitely|happily|gladly|highly|totally|absolutely|certainly))?"
    r" (?:recommend|buy again|order again|buy it again|shop again)(?: (?:it|you|this|them|your (?:store|"
    r"shop)))?(?: again)?"
    r"(?: to (?:anyone|everyone|everybody|friends|a friend|all|my friends|any ?one|all my friends|family))?"
)

# What may stand after it until the clause ends.
TAIL = re.compile(
    rf"(?: (?:(?:for|from) {_ON}|from (?:my|our) side|overall|in total|all in all|i (?:guess|think|suppose|believe|"
    r"reckon|would say|'?d say|'?d guess|say|feel)|i'?d say|please|thanks|thank you|thx|ty|cheers|so far|"
    r"at the moment|"
    r"right now|today|currently|this time|points?|pts|all the way|across the board|all (?:a)?round|any day|"
    r"hands down|"
    r"without (?:a )?(?:doubt|hesitation)|no doubt|easily|easy|definitely|for sure|absolutely|probably|prob|maybe|"
    r"perhaps|honestly|tbh|to be honest|if i'?m (?:being )?honest|to be fair|personally|frankly|imo|imho|"
    r"in my opinion|lol|haha|mate|guys|folks|everyone|team|friend|buddy|dear|sir|madam|is (?:my|the) (?:final )?"
    r"(?:score|answer|rating|vote|number|mark|grade)|is (?:fair|right|what i'?d (?:give|say)|fine|good)|it is|then|"
    r"too|"
    r"again|obviously|certainly|indeed|yes|yeah|ok|okay|(?:seems|sounds|feels) (?:about )?(?:right|fair|good)|"
    rf"{_WOULD}|(?:very|really|so|super|extremely|quite|totally) (?:happy|pleased|satisfied|impressed|good|likely)|"
    r"very much so|no question|of course|gladly|happily|in my book))*"
)

# Words with which something else begins, so that the number before them stands alone.
BREAKS = re.compile(
    r" (?=(?:because|cause|'cause|cuz|coz|bc|cos|but|since|though|tho|although|however|except|so|due to|only|mainly|"
    r"just because|and|or|despite|even though|even if|while|mostly|especially|given|thanks to|no wait|no+,|nope|nah|"
    r"wait|hang on|hold on|sorry|scratch that|make that|make it|i mean|i meant|oops|whoops|correction|not|"
    r"as (?:i|it|the|they|there|my|we|you|your|delivery|its|it's|this|that)|minus (?:the|a)|"
    r"with (?:the|a|some|minor|one))\b)"
)
# The same for words that begin a sentence of their own right after the number.
BEGINS = re.compile(
    r" (?:i|i'm|i've|it|it's|its|they|they're|we|we're|you|you're|the|my|your|would|will|love|loved|loving|works|"
    r"worked|really|absolutely|actually|amazing|everything|great,|excellent,|thank|thanks|highly|never had|"
    r"no (?:complaints|"
    r"problems|issues)|best \w+ ever|keep)\b(?! \d)"
)

CORRECTS = re.compile(
    r"\b(?:no+|nope|nah|wait|hang on|hold on|sorry|actually|i mean|i meant|meant|scratch that|correction|oops|whoops|"
    r"my bad|typo|rather|make (?:it|that)|change (?:it|that|this)|on second thoughts?|changed my mind|"
    r"i take that back|"
    r"should be)\b"
)
DECIDES = re.compile(
    r"\b(?:let'?s say|i'?ll say|i'?d say|i say|say|call it|make it|(?:go|going) with|settle|final|so)\b"
)
DANGLING = re.compile(r"\b(?:no,? wait|scratch that|make that|correction|i take that back|i meant)\b")
UNDONE = re.compile(r"(?:not|jk|just kidding|kidding|lol no|as if|yeah right|i wish|said no ?one(?: ever)?)")
AGAINST = re.compile(
    r"\b(?:not|never|won'?t|wouldn'?t|don'?t|cannot|can'?t)\b(?: \w+){0,2} (?:recommend|buy|order|shop)|^would not\b"
)
SUPPOSED = re.compile(r"(?:and |but |so )?(?:if|unless|without|with|had|were|once|when|until|before|after|last)\b")
POLITE_IF = re.compile(
    r"(?:and |but |so )?if i (?:had|have|need|were|was|must|'?m|am|could)\b.*\b(?:to|honest|rate|choose|pick)\b"
)
WOULD_BE = re.compile(r"\b(?:would be|'d be|d be|would get|should be)\b")
EXCEPT = re.compile(r"\b(?:but|if|unless|except|however|only|had)\b")

# Before "9 out of 10": not this buyer's score of us, or not now.
ELSEWHERE = re.compile(
    r"\b(?:not|isn'?t|wasn'?t|wouldn'?t|couldn'?t|can'?t|cannot|don'?t|never|hardly|barely|almost|nearly|than|under|"
    r"over|"
    r"above|below|about|around|roughly|between|from|least|most|if|wish|hoping|hoped|expected|expecting|used to|"
    r"was going|"
    r"wanted|could|should|might|have been|have given|have said|last|before|previously|first|once|wife|husband|"
    r"partner|"
    r"friends?|mom|mum|dad|son|daughter|kids?|sister|brother|colleagues?|boss|he|she|reviews?|others?|people|"
    r"everyone|"
    rf"{_ASPECTS}|pain|chance|odds|times|competitors?|another|other|rated|worked|works|fails?|broke|arrived|took|"
    r"waited|or|to|up)\b|service (?:was|is)"
)
# After it: it was no score but a share of something.
SHARE = re.compile(
    r" (?:people|times|customers?|friends|days|weeks|months|hours|minutes|orders?|cups?|items?|pieces|of|were|are|"
    rf"if|when|for (?:the |your )?(?:{_ASPECTS}))\b"
)
# A second score for a part of the whole leaves no single answer.
PART = re.compile(r" (?:for|on|in terms of|as far as) (?!me\b|us\b|sure\b|now\b)")
