"""Leads nobody foresaw, as a bag of words: one word that scores, and nothing else but words that carry it."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

_LONGEST = 12  # words of a lead
_MOST_SLIPS = 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SCORING = _words(
    """
    give giving rate rating rated score scoring say saying put mark choose choosing pick picking answer vote voting
    grade going go thinking think thinks feel feeling likelihood likely stick settle deserve deserves earn earned earns
    award awarding awarded awards merit merits scraping evaluation assessment verdict points evaluate opinion conclude
    enter tick tap select assign grant agreed agree settled decided leaning lean plump plumping opt opting
    """
)
_CARRYING = _words(
    """
    i i'd i'll i'm id ill im i've you you'd u it it's its this that that's thats them your my our the a an of as with
    for to on at down me us we we'd we'll we're is am be would will can gotta gonna have has want like was got must do
    probably definitely certainly honestly overall personally really actually truthfully just only maybe perhaps so ok
    okay well and then now today here happy glad gladly guess believe reckon shop store service product company
    experience guys
    solid strong good great fair full clear high low honest final total very quite pretty extremely not-so kind sort
    if-you-ask-me both together still
    inclined pleased delighted afraid sorry sadly love much should let lets let's overall all everything husband wife
    family household discussed everybody everyone only question doubt hesitation candidly realistically hmm here's
    goes hereby therefore hence myself ourselves upon firmly mine round rounded comfortable comfortably confidently
    w 2day lot ya y'all folks team people there their they they'd these those by
    """
)
_NOT_MINE = re.compile(
    r"\b(?:give|send|get|bring|have|has|got|do|put) (?:me|us|them)\b(?! down)|\bwas (?:going|gonna|about|like|"
    r"likely)\b|"
    r"\bgot\b.*\bto (?:go|do)\b|\b(?:would|will|can|do|let|lets|they|they'd|people|everybody|everyone) (?:you|it)\b|"
    r"\b(?:they|they'd|people|everybody|everyone) (?:give|say|rate|think)\b|\b(?:are|is) (?:the|this|that) (?:rating|"
    r"score)\b.*\bof\b|\b(?:go|going) (?:at|to|on|there|here)\b|"
    r"\b(?:you|they|he|she|it) (?:say|said|put|gave|think|pick|choose|decided)\b|"
    r"\bshould i\b|\blove to\b|\b(?:wife|husband|son|daughter|mum|mom|dad|brother|sister|friends?|boss|partner|kids?|"
    r"neighbours?|colleagues?)\b(?! and (?:i|me)\b)|\bwouldn'?t\b|\byour (?:\w+ )?(?:rating|score|nps|points)\b|"
    r"\b(?:question|points?|select|enter|tap|"
    r"tick) (?:of|for)?\b(?! (?:is|for|of|a|an)\b)|\b(?:like|want) (?:to|it) be\b"
)


# "… a 7": whoever answers with an article gives a score, unless a thing is meant or nothing is given yet.
_ARTICLED = re.compile(r"(?:^|.* )an? $")
_A_THING = re.compile(
    r"\b(?:bought|buy|buying|order(?:ed|ing|s)?|need(?:ed|s|ing)?|want(?:ed|s|ing)?|take|took|taking|wear(?:s|ing)?|"
    r"wore|sent|"
    r"send|sending|got|received|have|has|had|having|own|use|used|using|size[sd]?|fits?|fitted|ask(?:ed|ing)?|"
    r"exchanged?|swap|"
    r"swapped|change|changed|wait(?:ed|ing)?|look(?:ed|ing)?|live|drive|drives|like|with|than|not|never|no|nobody|"
    r"none|if|"
    r"unless|until|when|once|could|might|may|should|would be|will be|won't|can't|cannot|isn't|wasn't|don't|didn't|"
    r"doesn't|"
    r"aren't|hardly|barely|wish|hope|hoping|hoped|expect(?:ed|ing)?|was|were|been|last|before|previous|previously|"
    r"they|he|she|"
    r"people|others?|wife|husband|friends?|reviews?|why|how|what|who|which|where|whether|almost|nearly|between|from|"
    r"least|most|more|less|under|over|above|below|or|to|into|of|worth|paid|pay|cost|costs|works?|worked|broke|only "
    r"(?:got|gets)|turn(?:s|ed)?|gone|went|goes|game|test|exam|school|competitor|amazon|google|any|every|each|"
    r"another)\b"
)
_MOST_WORDS = 9


def articled(before: str) -> bool:
    """Whether an article leads up to the number, and nothing there says that it is one of something else."""
    return (
        _ARTICLED.fullmatch(before) is not None
        and len(before.split()) <= _MOST_WORDS
        and not re.search(r"\d", before)
        and not _A_THING.search(before)
        and not _NOT_MINE.search(before)
    )


def carries(before: str) -> bool:
    """Whether the words before a number do nothing but give it: "mark me down as a", "I was thinking", "I'd asy"."""
    words = before.replace("#", " ").split()
    if not 0 < len(words) <= _LONGEST or _NOT_MINE.search(before):
        return False
    strange = [word for word in words if word not in _SCORING and word not in _CARRYING]
    slips = [word for word in strange if _slip_of(word, _SCORING | _CARRYING)]
    scored = any(word in _SCORING or _slip_of(word, _SCORING) for word in words)
    return scored and len(slips) == len(strange) <= (_MOST_SLIPS if len(words) > 3 else 1)


@lru_cache(maxsize=4096)
def _slip_of(word: str, of: frozenset[str]) -> bool:
    """Two letters swapped, or one wrong in a longer word."""
    return any(
        (sorted(word) == sorted(known) or min(len(word), len(known)) > 4)
        and len(known) > 2
        and OSA.distance(word, known, score_cutoff=1) == 1
        for known in of
    )
