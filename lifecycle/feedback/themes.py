"""What a buyer's words are about: themes by the words that name them, so that staff see the words too."""

from __future__ import annotations

import re

_WORDS = {
    "delivery": r"deliver\w*|shipp(?:ed|ing)|shipment|couriers?|drivers?|arriv\w*|late(?! at night)|tracking|postman|"
    r"postal service|parcel|dispatch\w*|still (?:waiting|not here)|(?:next|same) day|"
    r"(?:came|turned up|got here|here) (?:\w+ ){0,3}(?:early|late|on time|days?|weeks?|hours)|"
    r"(?:days|weeks) (?:early|late|to arrive|from order)|lost in the (?:post|mail)",
    "packaging": r"packag\w*|packed|packing|box(?:es)?(?! set)|cartons?|(?:gift |well |badly |beautifully |nicely )?"
    r"wrapp\w*|bubble wrap|styrofoam|envelopes?|padding in",
    "quality": r"quality|brok\w*|break(?:s|ing)?(?!fast)|loose|leak\w*|crack\w*|wobbl\w*|flimsy|sturdy|solid|"
    r"cheap(?:ly)?(?= (?:made|plastic|materials?|feel\w*|fabric|and nasty|built))|feels? cheap|"
    r"(?:well|poorly|badly) (?:made|built|sewn)|defect\w*|faulty|durab\w*|worn|scratch\w*|"
    r"materials?|plastic(?! wrap)\w*|"
    r"finish|build|stopped working|(?:fell|came|falls|comes) (?:apart|off|undone)|rust\w*|snapp\w*|"
    r"peel\w*|tore|torn(?! (?:box|open|"
    r"envelope|parcel|carton|bag))|"
    r"ripp(?:ed|s)(?! open)|split|fad(?:ed|es|ing)|bent|sew(?:n|ing)|seams?|stitch\w*|lasts?(?= for|$|[ .!,])|stopped",
    "fit": r"fits?|fitted|size[sd]?|sizing|too (?:small|big|large|tight|short|long|narrow|wide|"
    r"loose)|tight|dimensions|"
    r"runs (?:small|large|big)|cm (?:too|longer|shorter)|(?:sits|hangs) well",
    "price": r"price[sdy]?|pricing|expensive|cheap(?:er)?(?! (?:plastic|material|feel|fabric|and nasty))|worth|value|"
    r"money(?! back)|cost[s]?|overpriced|bargain|discount\w*|pounds? (?:less|more|cheaper)|for less|penny|pricey|dear",
    "service": r"service|support(?= (?:team|was|is|kept|never|answer\w*|people|staff))|customer care|staff|"
    r"(?:your|the) team|helpful|unhelpful|helped me|help ?desk|rude|polite|repl(?:y|ied|ies)|answer(?:ed|s)?|"
    r"on the phone|phoned|rang|called|calls?(?= and|s| to)|e?mails?|emailed|refund\w*|return(?:ing|ed|s)? (?:it|was|"
    r"process|policy)|complain\w*|sent (?:it|one|me|a new one|them)(?: \w+){0,2} (?:at once|free|straight|the next|"
    r"right away)|passed (?:from|on|around)|nobody (?:answered|replied|cares|helped|could)",
    "instructions": r"instruction\w*|manual|guide|set(?:ting)? (?:\w+ )?up|assembl\w*|explain\w*|unclear|confus\w*|"
    r"figure out|leaflet|booklet|diagrams?|step (?:\w+|\d+)(?= of|s)|video",
    "noise": r"nois\w*|loud\w*|quiet\w*|silent\w*|hum(?:s|ming)?|rattl\w*|squeak\w*|buzz\w*|"
    r"decibels?|db|whin(?:es|ing)|"
    r"drowns|hear (?:it|the motor)",
    "taste": r"tast(?:e|es|ed|ing|y|eless)|flavou?rs?|aroma|delicious|bitter|smell\w*|odou?r|scent\w*|sour|stinks?|"
    r"fragran\w*|yummy|stale",
    "looks": r"looks?(?! (?:like|at|for|after|forward|it)\b)|looked(?= nice| great| good| awful|"
    r" cheap)|design\w*|colou?rs?|"
    r"beautiful(?! service)|ugly|stylish|pretty(?! (?:good|bad|much|quick|fast|easy|happy|sure|cheap))|appearance|"
    r"elegant\w*|gorgeous|pattern|handsome|shade|like the (?:picture|photo)",
    "ease": r"eas(?:y|ier|ily)|simple|simplest|difficult|hard to|complicated|intuitive|"
    r"user[- ]friendly|fiddly|awkward\w*|"
    r"handy|(?:a )?child(?:ren)? (?:could|can)|foolproof|straightforward|effortless\w*|tricky|no (?:effort|fuss)",
    "cleaning": r"clean(?:s|ed|ing|er)?|wash\w*|dishwasher|descal\w*|rins(?:e|es|ed|ing)|crumbs|"
    r"wipes?|hoover\w*|stains?",
    "battery": r"batter(?:y|ies)|charg(?:e|es|ed|er|ing)(?! (?:me|for|twice|us))|runtime|power cord|cable|cord|plug",
    "speed": r"fast(?:er)?(?! (?:delivery|shipping|dispatch|reply|answer))|slow\w*(?! (?:delivery|shipping|reply))|"
    r"quick\w*(?! (?:delivery|shipping|dispatch|reply|answer|refund|response))|speed\w*|seconds|"
    r"takes (?:ages|forever)|"
    r"heats? up|instantly|(?:in|within|under) (?:\w+ )?minutes\b|lag\w*",
    "completeness": r"missing|incomplete|wrong (?:item|product|one|colou?r|size|model|order|part)|parts?|not included|"
    r"only (?:\w+ )?of the (?:\w+ )?|(?:somebody|someone) else's|without the|half (?:of )?the (?:order|parts|set)|"
    r"left out|nothing missing|all there",
}
_FINDERS = {theme: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for theme, words in _WORDS.items()}

THEMES = tuple(_FINDERS)


def read(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """[(theme, the words that name it)] in the order the text comes to them; a text may have none or several."""
    found = []
    for theme, finder in _FINDERS.items():
        matches = list(finder.finditer(text))
        if matches:
            found.append((matches[0].start(), theme, tuple(dict.fromkeys(match.group().lower() for match in matches))))
    return [(theme, words) for _at, theme, words in sorted(found)]
