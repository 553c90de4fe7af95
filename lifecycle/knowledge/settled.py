"""What the usual words of product pages settle: "hand wash only" says no to the dishwasher, "leak-proof" to leaking.

Each row is a kind of yes/no question that pages answer in words of their own, with what says yes and what says no.  A
statement that says both, or that only comes near ("water resistant" of what should be waterproof), settles nothing.
"""

from __future__ import annotations

import re

_ASSEMBLED = r"(?:fully|pre|completely|already)[- ]?assembled|no assembly|out of the box|assembled and ready"
_IN_PARTS = (
    r"assembly (?:is )?(?:required|needed|takes)|(?:some|easy|simple|quick|minimal|tool[- ]free) assembly|"
    r"\bbolts?\b|\bscrews?\b|allen key|hex key|flat[- ]pack|\bassembles\b|to assemble|put (?:it|them) together"
)
_APART = (
    r"not (?:be )?included|sold separate|(?:buy|bought|purchased?|order|ordered|available) separate|not part of|"
    r"n't (?:part of|included|come with|in the box)|not (?:in|come|comes) (?:the box|with)|\bwithout (?:the |a |"
    r"any )?"
)
# question | yes | no | what only comes near
_QUIET = (
    r"\bquiet\w*|\bsilent\w*|\bwhisper|\bnoiseless|(?:barely|hardly|can't|cannot|can not|don't|"
    r"never) (?:even )?(?:hear|notice)"
)
_LOUD = r"\bloud\w*|\bnoisy\b|\broars?\b|\bdeafening\b|\bscreech\w*|\bwhin(?:es?|ing)\b"
_ROWS = [
    (r"\b(?:is|are|does|do|too|very)\b.*\b(?:loud|noisy|noise)\b(?!.*(?:cancel|level))", _LOUD, _QUIET, ""),
    (r"\b(?:is|are|run|runs)\b.*\b(?:quiet|silent)\b", _QUIET, rf"(?:not|n't) (?:\w+ )?(?:quiet|silent)|{_LOUD}", ""),
    (r"\bruns? small\b", r"\bruns? (?:\w+ )?small|\bsize up|size up\b|\btoo (?:tight|small)\b|snug",
     r"true to size|\bruns? (?:\w+ )?(?:large|big)|size down|fits? (?:as expected|perfectly)", ""),
    (r"\bruns? (?:large|big)\b", r"\bruns? (?:\w+ )?(?:large|big)|size down|\btoo (?:loose|big|large)\b",
     r"true to size|\bruns? (?:\w+ )?small|size up|fits? (?:as expected|perfectly)", ""),
    (r"\btrue to size\b", r"(?<!not )true to size|fits? (?:as expected|perfectly)",
     r"not true to size|\bruns? (?:\w+ )?(?:small|large|big)|size (?:up|down)|too (?:small|big|tight|loose)", ""),
    (r"\b(?:need|needs|require|requires|have to have)\b.*\bwi-?fi\b",
     r"(?:requires?|needs?|must have) [^.;]*\bwi-?fi|wi-?fi (?:is )?(?:required|needed)",
     r"\bno wi-?fi|without (?:a )?wi-?fi|(?:not|n't) (?:need|require) [^.;]*wi-?fi", ""),
    (r"\b5 ?g(?:hz)?\b", r"\b5 ?ghz|dual[- ]band", r"2\.4 ?ghz", ""),
    (r"\breplac\w+\b|\bchange the (?:battery|bulb|filter|blade)", r"\breplaceable\b|\b(?:easy|easily|can be|"
     r"be) (?:\w+ )?(?:replaced?|swapped?|changed?)\b",
     r"(?:not|non|n't|cannot)\W+(?:\w+\W+){0,2}(?:replac\w+|changed?)|\bsealed\b|built[- ]in", ""),
    (r"\b(?:come|comes|arrive|arrives|ship|ships|shipped|delivered)\b.*\b(?:assembled|put together|built)\b",
     _ASSEMBLED, _IN_PARTS, ""),
    (r"\b(?:need|needs|require|requires|required|have to|must|is)\b.*\b(?:assembly|assemble|put (?:it )?together)\b",
     _IN_PARTS, rf"{_ASSEMBLED}|already (?:built|put together)", ""),
    (r"\b(?:need|needs|require|required?)\b.*\btools?\b", r"tools? (?:is |are )?(?:required|needed)|(?:needs?|"
     r"use) an? \w+ ?(?:driver|drill|wrench)",
     r"no tools?\b|tool[- ]?(?:free|less)|without (?:any )?tools?|by hand", ""),
    (r"\bdish ?washer\b", r"dish ?washer[- ](?:safe|proof|ok)|(?:top|bottom)[- ]rack|(?:safe|goes?|put|"
     r"fine) (?:\w+ )?(?:in|for) (?:the |a )?dish ?washer",
     r"\bhand[- ]?wash(?:ing)?\b|(?:not|n't|avoid|never|no|isn't|keep out of)\b[^.;]*\bdish ?washer", ""),
    (r"\bmachine[- ]?wash\w*|\bwash(?:ed|able)? (?:\w+ )?in (?:the |a )?(?:washer|(?:washing )?machine)|"
     r"\bwashing machine\b|\bin the wash(?:er)?\b",
     r"machine[- ]wash\w*|washer[- ]safe|in the wash(?:er|ing machine)?\b",
     r"\bhand[- ]?wash|dry[- ]clean(?:ing)?\b|spot[- ]clean|(?:wipe|surface)[- ](?:clean|wash) only|(?:not|n't|"
     r"never|avoid)\b[^.;]*\bmachine", ""),
    (r"\bdryer\b|\btumble\b", r"(?<!not )(?<!n't )(?<!no )tumble[- ]dry|dryer[- ]safe|in the dryer",
     r"(?:line|air|drip|hang(?: to)?)[- ]dry|lay (?:it )?flat|(?:not|n't|never|avoid|no)\b[^.;]*\b(?:tumble|"
     r"dryer)", ""),
    (r"\bwater ?proof\b|\bsubmer\w+|\bswim\w*|\bunder ?water\b|\bin the (?:shower|pool|bath)\b",
     r"\bwater ?proof\b|\bipx?[678]\b|\bip[56][678]\b|\bsubmersible\b|\bswim ?proof\b|\b\d+ ?atm\b",
     r"(?:not|n't) (?:be )?(?:\w+ )?(?:water ?proof|submer\w+)|keep (?:it )?(?:dry|away from water)|"
     r"not for (?:swimming|showers?|use in water)",
     r"water[- ]?(?:resist\w+|repellent)|splash|sweat|ipx[1-5]\b|ip[56][1-5]\b"),
    (r"\b(?:cord|wire)less\b", r"\bcordless\b|\bwireless\b|\bbluetooth\b|\brechargeable\b",
     r"\bcorded\b|\bwired\b|\bpower cord\b|\d ?mm (?:cable|jack|plug)|(?:foot|ft|inch|m) (?:power )?(?:cord|"
     r"cable)\b", ""),
    (r"\b(?:outside|outdoors?)\b", r"indoors?(?:\s*(?:/|&|and|or)\s*)outdoors?|(?:for )?outdoor use|outdoors|"
     r"weather ?proof|all[- ]weather",
     r"indoor use only|indoors? only|only (?:for )?indoor|for indoor use|(?:not|n't|never)\b[^.;]*\boutdoor", ""),
    (r"\b(?:real|genuine|actual)\b.*\bleather\b|\bis (?:it|this) leather\b",
     r"\bgenuine\b|\breal leather\b|(?:full|top)[- ]grain|\bcowhide\b|\bnubuck\b|\bsuede leather\b",
     r"\bfaux\b|\bimitation\b|\bpu\b|\bvegan leather\b|\bsynthetic\b|\bleatherette\b|\bman-?made\b|\bbonded\b|"
     r"\bpolyurethane\b", ""),
    (r"\bvegan\b|\banimal (?:products|ingredients)\b", r"\bvegan\b|no animal|plant[- ]based|free (?:of|from) animal",
     r"(?<!no )(?<!without )\b(?:gelatin|milk|honey|beeswax|whey|leather|wool|silk|goose|duck|collagen|lanolin|"
     r"carmine)\b(?!-free)|not vegan", ""),
    (r"\b(?:turn|switch|shut)(?:s)? (?:itself )?off\b|\bauto(?:matic)?[- ](?:shut|off)",
     r"\bauto(?:matic(?:ally)?)?[- ]?(?:shut|turn|switch|power)?(?:s)?[- ]?off\b|(?:shuts|turns|"
     r"switches) (?:itself )?off (?:by itself|automatically|after|when|on its own)",
     r"\bstays on\b|\buntil you (?:switch|turn)|(?:no|without) auto|manually", ""),
    (r"\bsafe\b.*\b(?:for|around|with)\b", r"(?!)", r"\b(?<!non-)(?<!non )toxic\b|\bharmful\b|"
     r"out of (?:the )?reach|\bpoison\w*|keep away from", ""),
    (r"\bremovable\b|\b(?:come|comes|take|taken|be removed|remove)\b.*\boff\b|\bdetach\w*",
     r"\bremovable\b|\bdetach\w*|comes? off|\bunzips\b|\bunclips\b|takes? off|lifts? (?:off|out)",
     r"\bsewn\b|\bpermanent(?:ly)?\b|\bglued\b|\bwelded\b|(?:not|n't|non-?) ?(?:be )?(?:removable|removed|"
     r"detach\w*|come off)", ""),
    (r"\bserrated\b", r"\bserrated\b", r"(?:straight|plain|smooth)[- ]edge", ""),
    (r"\btoddlers?\b|\bbab(?:y|ies)\b|\binfants?\b", r"(?!)", r"\bages? (?:[4-9]|1\d)\b|(?:[4-9]|1\d)\+|"
     r"(?:[4-9]|1\d) years? (?:and|or) (?:up|older)", ""),
    (r"\b100 ?%|\ball cotton\b|\bpure\b", r"\b100 ?%", r"\b[1-9]\d? ?%", ""),
]  # fmt: skip
_TABLE = [tuple(re.compile(each or r"(?!)", re.IGNORECASE) for each in row) for row in _ROWS]
_BEFORE = re.compile(
    r"(?:\b(?:not|no|never|without|nor|isn'?t|doesn'?t|can'?t|won'?t)\b|n't)(?:\W+\w+){0,3}\W*$", re.IGNORECASE
)
_NEGATED = re.compile(r"\b(?:not|never|without)\b|n't\b", re.IGNORECASE)
# What a page names one of, it would name the others of, if it went with them.
_RIVALS = [
    tuple(re.compile(rf"\b(?:{each})\b", re.IGNORECASE) for each in row.split(" / "))
    for row in (
        "mac|macs|macos|macbook|apple / windows|pc / linux|ubuntu / chromebook|chrome ?os",
        "iphone|iphones|ios|ipad|apple / android|samsung|galaxy|pixel",
        "xbox / playstation|ps[345] / nintendo|switch",
        "natural gas|ng / propane|lp|lpg",
        "twin|single / full|double / queen / king",
        "induction / gas / electric / ceramic|glass[- ]top",
    )
]
_EVERYTHING = re.compile(r"\b(?:all|any|every|most|universal\w*|both|each)\b", re.IGNORECASE)
_FITS = re.compile(
    r"\b(?:compatible|compatib\w+|works?|supports?|suitable|fits?|use|used|for|made|designed|only|requires?)\b",
    re.IGNORECASE,
)
_MADE_IN = re.compile(
    r"\b(?:made|manufactured|produced|crafted|assembled|origin)\b(?: in|"
    r" of origin)?:?\s+(?:the )?([A-Z]\w*(?: [A-Z]\w+)?)"
)
_PLACE_ASKED = re.compile(
    r"\b(?:made|manufactured|produced|from)\b.*?\bin (?:the )?([a-z]+(?: states| kingdom)?)\b", re.IGNORECASE
)
_AGE_ASKED = re.compile(r"\b(\d{1,2})[- ]?(?:year|yr)s?[- ]?old", re.IGNORECASE)
_AGES = re.compile(
    r"\bage[sd]?:? (?P<least>\d{1,2})(?: ?(?:-|–|to) ?(?P<most>\d{1,2})\b| ?\+| (?:years? )?(?:and|or) (?:up|"
    r"older|over|above))",
    re.IGNORECASE,
)
_PLACES = {"usa": "america", "us": "america", "united states": "america", "america": "america", "uk": "britain",
           "united kingdom": "britain", "england": "britain", "britain": "britain", "u": "america"}  # fmt: skip


def settled(question: str, text: str, *, included: bool = False) -> str | None:
    """`yes` or `no` when the statement settles the question by its usual words, "" when it certainly leaves it open.

    None when nothing here knows better; `included` says that what comes with the product is asked.
    """
    if _NEGATED.search(question):
        return None
    if included and re.search(_APART, text, re.IGNORECASE):
        return "no"
    for asked, yes, no, near in _TABLE:
        if not asked.search(question):
            continue
        refuses = bool(no.search(text))
        found = yes.search(no.sub(" ", text))
        if found and not refuses and _BEFORE.search(text[: found.start()]):
            return None  # "doesn't do wireless"
        confirms = bool(yes.search(no.sub(" ", text) if refuses else text))
        if refuses != confirms:
            return "no" if refuses else "yes"
        if refuses or near.search(text):
            return ""
    return _of_rivals(question, text) or _of_origin(question, text) or _of_age(question, text)


def _of_rivals(question: str, text: str) -> str | None:
    """ "Does it work with a mac?" of what is "compatible with Windows 10 and 11"."""
    if not _FITS.search(text):
        return None
    for rivals in _RIVALS:
        meant = [rival for rival in rivals if rival.search(question)]
        named = [rival for rival in rivals if rival.search(text)]
        if len(meant) == 1 and named and not _EVERYTHING.search(text):
            told = meant[0] in named
            if told:
                return None  # in which way, the words around it say
            return None if _NEGATED.search(text) else "no"
    return None


def _of_age(question: str, text: str) -> str | None:
    """ "Is it ok for my 2 year old?" of what is for "ages 3 and up"."""
    asked, said = _AGE_ASKED.search(question), _AGES.search(text)
    if asked is None or said is None:
        return None
    least, most = int(said["least"]), int(said["most"] or 199)
    return "yes" if least <= int(asked[1]) <= most else "no"


def _of_origin(question: str, text: str) -> str | None:
    """ "Is it made in the USA?" of what was "made in Vietnam"."""
    asked, said = _PLACE_ASKED.search(question), _MADE_IN.search(text)
    if asked is None or said is None or _NEGATED.search(text):
        return None
    one, other = (place[1].lower() for place in (asked, said))
    return "yes" if _PLACES.get(one, one) == _PLACES.get(other, other) else "no"
