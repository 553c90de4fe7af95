"""The groups of little words that open a frame: "looking for", "made of", "compatible with", "doesn't have any"."""

from __future__ import annotations

import re

_NOT = r"(?:n['’]?t|\s+not)"
_HELPERS = (
    r"look(?:ing|in)?\s+(?:around\s+)?(?:for|at|to\s+(?:buy|get|find|purchase|order|replace))|search(?:ing|in)?\s+for|hunt(?:ing)?\s+for|"
    r"shop(?:ping)?\s+for|wish(?:ing)?\s+for|in\s+(?:the\s+market|need|search)\s+(?:for|of)|"
    r"on\s+the\s+(?:hunt|look\s?out)\s+for|(?<=im\s)after|(?<=i'm\s)after|(?<=^hiya,\s)after|"
    r"(?:(?:i|we)['’]?d\s+|(?:i|we)\s+would\s+|would\s+)(?:really\s+)?(?:like|love|prefer|rather\s+have)(?:\s+to\s+(?:buy|get|have|order|"
    r"see|find|purchase))?|"
    r"(?:want|need|like|love|hoping|trying|wish|plan|planning|have|wanna|going|about)\s+to\s+(?:buy|get|find|order|purchase|see|have|"
    r"replace|own|shop\s+for)|"
    r"(?:do|can|could|would|will|have|did)\s+(?:you|u|ya|y'all)\s+(?:guys\s+|all\s+|lot\s+|also\s+|happen\s+to\s+|please\s+|pls\s+)?"
    r"(?:have|got|sell|carry|stock|offer|recommend|suggest|find|show|get|do|help)(?:\s+(?:me|us))?"
    r"(?:\s+(?:find|get|choose|pick|with|choosing|finding|picking|to\s+(?:find|choose)))?|"
    r"would\s+(?:you|u)\s+(?:get|buy|pick|choose|go\s+for|recommend|suggest)|"
    r"(?:is|are)\s+there(?:\s+(?:an?|any|some)\b)?|(?:i|we)\s+(?:will\s+|'ll\s+)take|"
    r"what(?:['’]s|s|\s+is|\s+are|\s+would\s+be)\s+(?:the|a|an|your|some)(?=\s)|(?:what|how)\s+about|"
    r"(?:can|could|may)\s+(?:i|we)\s+(?:get|have|find|see|buy|order)(?:\s+some\s+help\s+(?:choosing|finding|with))?|"
    r"(?:show|find|get|give|send|recommend|suggest|direct|point)\s+(?:me|us)(?:\s+to)?|interested\s+in|thinking\s+(?:of|about)(?:\s+(?:getting|buying))?|"
    r"(?:recommendations?|suggestions?|advice|tips|options|offers?|deals?)\s+(?:for|on|of)|help\s+(?:me\s+)?(?:choosing|finding|picking|with|choose|find|pick)|"
    r"got\s+any|(?<=^)got\s+an?(?=\s.+\?)|have\s+any|let\s+me\s+see|which\s+of|(?<=^)any(?=\s+[a-z]+\?)"
)
# tag, the words it can begin with, the pattern
_GROUPS: tuple[tuple[str, str, str], ...] = (
    (
        "wish",
        "look looking lookin search searching searchin hunt hunting shop shopping wish wishing in on after i "
        "we i'd we'd would want need like love hoping trying plan planning have wanna going about do can "
        "could will did is are what what's whats how may show find get give send direct point recommend suggest "
        "interested "
        "thinking recommendation recommendations suggestion suggestions advice tips options offer offers deal "
        "deals help got let which any",
        _HELPERS),
    (
        "be_like",
        "need needs has have got ought supposed must should would could will 'll might can to",
        r"(?:needs?|has|have|got|ought|supposed|must|should|would|could|will|'ll|might|can)\s+(?:to\s+)?(?:also\s+|really\s+|preferably\s+|"
        r"ideally\s+)?be(?:\s+able\s+to)?\b|to\s+be\b",
    ),
    (
        "have",
        "needs need has have must should would will might to comes come came coming equipped w with having "
        "includes include including features featuring contains containing plus",
        r"(?:needs?|has|have)\s+to\s+have|(?:must|should|would|will|'ll|might)\s+(?:also\s+)?(?:have|include|come\s+with)|to\s+have|"
        r"(?:comes?|came|coming)\s+(?:along\s+)?with|equipped\s+with|w/(?!o)|with|having|includ(?:es?|ing)|featur(?:es|ing)|contain(?:s|ing)|plus",
    ),
    (
        "made",
        "made consist consists consisting built",
        r"made\s+(?:out\s+)?(?:of|from|with|in|by)|consist(?:s|ing)?\s+of|built\s+(?:out\s+)?(?:of|from)"),
    (
        "fit",
        "compatible work works working fits fitting fit goes match matches matching connect connects pair "
        "pairs attach attaches hold holds supports run runs seats",
        r"compatible\s+(?:with|to|for)|work(?:s|ing)?\s+(?:well\s+)?(?:with|on|under)|fit(?:s|ting)\b(?:\s+(?:in|into|on|through|under|inside|over))?|"
        r"fit\s+(?:in|into|through|under|inside|on|over)|(?<=to\s)fit|(?<=must\s)fit|(?<=will\s)fit|(?<=should\s)fit|"
        r"goes\s+(?:well\s+)?with|match(?:es|ing)?\s+(?:with|my|our|the)|connects?\s+(?:to|with)|pairs?\s+with|attach(?:es)?\s+to|"
        r"holds?\b|(?<=that\s)supports|supports\b|runs?\s+on|seats(?=\s+\d|\s+[a-z]+\b)",
    ),
    (
        "suits",
        "best good great ideal perfect suitable suited right okay ok safe made meant designed intended use "
        "used useful recommended appropriate fine nice comfortable strong big large suits for 4 to",
        r"(?:best|good|great|ideal|perfect|suitable|suited|right|okay|ok|safe|made|meant|designed|intended|used?|useful|recommended|"
        r"appropriate|fine|nice|comfortable)\s+for|suits|for|4(?=\s+(?:my|a|the|her|him)\b)|"
        r"to\s+(?:use|wear|take|go|put|keep|hang|stand|have)\s+(?:it\s+)?(?:in|on|at|for|to|with)",
    ),
    (
        "likes",
        "who she he they who's she's he's they're whos shes hes theyre",
        r"(?:who|she|he|they)(?:['’]?s|\s+is|\s+are|['’]re)?\s+(?:really\s+|just\s+|also\s+|totally\s+|absolutely\s+)?"
              r"(?:loves?|likes?|enjoys?|into|obsessed\s+with|crazy\s+about|mad\s+about|a\s+fan\s+of|fond\s+of|passionate\s+about|collects)"),
    (
        "refuse",
        "i we do does did don't doesn't didn't dont doesnt would wouldn't wouldnt should shouldn't shouldnt must "
        "mustn't mustnt won't wont will can't cant cannot can could couldn't couldnt anything everything any "
        "nothing except other apart instead rather avoid avoiding hate dislike no not without w minus is are was "
        "isn't aren't wasn't isnt arent ain't aint excluding free allergic neither lacks lacking nor",
        rf"(?:(?:(?:i|we)\s+)?(?:do{_NOT}|does{_NOT}|did{_NOT}|dont|doesnt|would{_NOT}|wouldnt|should{_NOT}|shouldnt|must{_NOT}|mustnt|"
        rf"won['’]?t|will\s+not|can['’]?t|cannot|can\s+not|could{_NOT}|couldnt)"
        r"(?:\s+(?:really|ever|even|also))?"
        r"(?:\s+(?:want|like|need|have|contain|include|use|come|require|stand|eat|wear|be|get|show|show\s+me|take))?|"
        rf"(?:anything|everything|any(?:\s+[a-z]+)?)\s+(?:but|except)|nothing(?:\s+to\s+do)?|except(?:\s+for)?|other\s+than|apart\s+from|instead\s+of|"
        rf"rather\s+than|rather\s+not|avoid(?:ing)?|hate|dislike|no\s+more|not|no|without|w/o|minus|(?:is|are|was){_NOT}|isnt|arent|"
        r"ain['’]?t|excluding|free\s+(?:of|from)|allergic\s+to|neither|lacks|lacking|nor)"
        r"(?:\s+(?:it|them|to\s+be|in|be|have|has|any|an?|the|too|so|very|that|really|anything|something|made\s+(?:of|from|in)|one|ones|only|"
        r"with|from|those|these|overly|super|all|of\s+those|want|wanting|show|me|any\s+of\s+(?:the|those)|ever|added?(?=\s+[a-z]+\s+(?:stuff))))*(?![\w'’])",
    ),
)  # fmt: skip
OPENERS: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # by first word
for _name, _first, _pattern in _GROUPS:
    _compiled = re.compile(rf"(?:{_pattern})(?![\w'])")
    for _word in _first.split():
        OPENERS.setdefault(_word, []).append((_name, _compiled))
