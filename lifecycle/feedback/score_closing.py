"""A score that closes a reply: "bought 2 chairs, both fine, 8", "6 or 8 ... so 7", "10 for the lamp, overall 9".

What is said before may hold other numbers when they plainly count something, or when the closing word settles them.
"""

from __future__ import annotations

import re

from lifecycle.language.number_words import NAMES, OUT_OF, WORDS

_NUMBER = rf"(?:\d+|{'|'.join(WORDS)})"
_SHORT = rf"(?:\d\d?|{'|'.join(WORDS)})"
_AFTER = r"(?: (?:please|thanks|thank you|then|it is|for me|from me))?"
_SCORE = rf"(?:an? |a solid |a strong )?(?P<score>{_SHORT}){OUT_OF}?{_AFTER}"
_END = r"[\s.!)]*$"
# "so 7", "overall 9": the word settles whatever was weighed before.
_SETTLING = re.compile(
    rf"^(?P<before>.*\S)(?:\s*[,.;:!?—)]+\s*|(?<=\d) (?=so \d))(?:ok(?:ay)? |and |but )?"
    rf"(?:so(?: (?:i'?d say|i'?ll say|i say|let'?s say|it'?s|that'?s|call it))?|overall|all in all|in total|altogether|"
    rf"on balance|ok(?:ay)?|yes|final(?: answer| score)?|let'?s say|call it|make it)[\s,:]+{_SCORE}(?: overall)?{_END}"
)
# "2 calls, I say 9", "…: 9".
_LONE = re.compile(
    rf"^(?P<before>.*\S)(?:\s*[:—]+\s*|(?<=[a-z])\s*[,.;!]+\s+|[\s,;:—]+(?:so )?(?:i|we)(?:'?d|'?ll| would)?"
    rf" (?:say|give|rate)(?: (?:it|you|this|that))? |[\s,;:.!—]+(?:so|but|and|still|yet|ok|okay|overall) "
    rf"(?:(?:it|that)(?:'s| is) )?(?:still )?(?=an? ))"
    rf"(?:still )?{_SCORE}{_END}"
)
# "fast and friendly 9", "not impressed: 3", "to answer your question: 9": nothing but an opinion or an answer leads up.
_FEELING = (
    r"(?:fast|quick|slow|friendly|helpful|unhelpful|rude|great|good|nice|excellent|amazing|fantastic|brilliant|lovely|"
    r"perfect|superb|wonderful|terrible|awful|horrible|bad|poor|dreadful|rubbish|okay|ok|fine|average|decent|reliable|"
    r"happy|unhappy|satisfied|dissatisfied|pleased|impressed|disappointed|delighted|thrilled|annoyed|angry|loved?|"
    r"enjoyed|easy|smooth|simple|service|quality|delivery|shop|store|stuff|work|experience|customer|support|staff|team)"
)
_MILD = r"(?:and|very|really|so|super|quite|pretty|not|with|it|the|your|you|i|i'm|we're|all|a|an|bit|always|too|at|to)"
_ANSWERING = (
    r"(?:(?:hi|hello|ok|okay|sure|so|sorry)[ ,]+)?(?:(?:to|in|as an?) )?(?:answer(?:ing)?(?: to)?|about|re|regarding|"
    r"for|as for|here(?: you go| it is| goes)?|there you go)"
    r"(?: (?:your|the|this|that) (?:question|survey|mail|email|rating))?"
)
_FELT = re.compile(rf"^(?:(?:{_MILD} )*{_FEELING}(?: {_MILD}| {_FEELING})*[ :—]+|{_ANSWERING} ?[:,—]+ ){_SCORE}{_END}")
_ENDS_SO = re.compile(rf"\b{_SCORE}(?: overall)?{_END}")
_TAIL = 45  # letters a closing score and what may stand behind it need
_COUNTED = re.compile(
    rf"{_NUMBER}(?:[ -](?!(?:stars?|points?|percent|out|for|from|is|was|or|and|to|as)\b)[a-z]+)?"
    r"[ -](?:(?!(?:is|was|as|us|stars|points|this)\b)[a-z]+s|people|men|women|children|year|month|week|day|hour|minute|"
    r"mile|inch|piece|time|volt|watt|quid|pound|euro|dollar|buck|pack|set|seat|person|man|metre|meter|litre|liter|"
    r"bit|grand)\b|"
    rf"all {_NUMBER}\b"
)
_SHARED = re.compile(rf"{_NUMBER} of (?:the |my |our |your )?{_NUMBER}(?= [a-z]+)")
_LONG = re.compile(r"\d{4,}")
_HIS = re.compile(
    r"\b(?:if|unless|would|could|should|(?:not|never|\w+n't|cannot|cant|dont|wont)(?= (?:\w+ ){0,3}\d)|need|want|"
    r"sizes?|"
    r"send|wife|husband|friends?|he|she(?! (?:loves|likes|adores|enjoys))|they|reviews?|stars?|points?|percent|rated|"
    r"gave|score|rating|between|from|about|than|before|until|yesterday|first)\b"
)
_OTHER_SCALE = re.compile(rf"\b({_NUMBER})(?: ?/ ?(?!10\b)\d|(?: out)? of (?!10\b|ten\b)\d| stars?\b)")
_SUPPOSED = re.compile(r"\b(?:if|unless|would|wife|husband|friends?|was going|wanted|hoped|used to)\b")


def closing(line: str) -> str | None:
    """The number word or digits that close a plain line as its score; None when it does not stand alone there."""
    if not _ENDS_SO.search(line[-_TAIL:]):
        return None
    if felt := _FELT.match(line):
        return felt["score"]
    settled = _SETTLING.match(line)
    if settled and not _SUPPOSED.search(settled["before"]):
        before = {_same(number) for number in _OTHER_SCALE.findall(settled["before"])}
        return settled["score"] if _same(settled["score"]) not in before else None
    lone = _LONE.match(line)
    if not lone or _HIS.search(lone["before"]) or OUT_OF in lone["before"] or "?" in lone["before"]:
        return None
    if not re.search(rf"\b{_NUMBER}\b", lone["before"]):
        return None
    rest = _COUNTED.sub(" ", _SHARED.sub("2", _LONG.sub(" ", lone["before"])))
    return None if re.search(rf"\b{_NUMBER}\b", re.sub(r"\bone\b", " ", rest)) else lone["score"]


def _same(number: str) -> str:
    return NAMES.get(int(number), number) if number.isdigit() else number
