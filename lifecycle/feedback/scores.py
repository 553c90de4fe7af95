"""Reading a score from a reply, strictly: a wrong score is worse than asking again.

A number counts only when its whole clause is explained: what stands before it must be a way of giving a score ("I'd
say", "a solid", "my answer is"), what stands after it must be a way of closing one ("for me", "overall", "out of 10")
or the start of something else ("because …", "but …").  Every other number ("arrived in 3 days", "bought 2", "one of
the best") is talk.  Two scores that differ are read only when the second plainly corrects the first.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

from lifecycle.feedback import score_bags, score_closing, score_corrections, score_slips
from lifecycle.feedback import score_phrases as say
from lifecycle.language.number_words import FOREIGN, NAMES, WORDS, number_of_typo
from lifecycle.language.number_words import OUT_OF as _OF

_LONGEST = 1_000
_NO_SCALE = 1_000  # greater numbers are of orders, parcels and years
_LONGEST_LEAD = 80  # nobody needs more words to reach a number, and the pattern stays fast
_MARKS = re.compile(r"[.,;:!?()|…—=]+")
_TOKEN = re.compile(rf"[a-z0-9#'{_OF}-]+")


@dataclass(frozen=True)
class _Number:
    """The number a clause gives; `kind`: score, range (7 or 8), outside (of the scale) or part (of the whole)."""

    value: int
    kind: str
    bare: bool = False  # nothing leads up to it


@dataclass(frozen=True)
class _Clause:
    """A stretch of the reply between marks; `opened` and `closed` are the marks around it."""

    text: str
    start: int
    opened: str
    closed: str


def read_score(text: str, low: int = 0, high: int = 10) -> int | None:
    """The score a reply gives on the scale from `low` to `high`, or None when asking again is the better answer.

    Strict: ranges, other scales, decimals, numbers of something else, negated or supposed scores are None.  It never
    guesses between two numbers.
    """
    line = _plain(text, low, high)
    if len(line) > _LONGEST or say.SARCASM.match(line):
        return None
    if (other := _OTHER_SCALE.search(text[:_LONGEST].lower())) and _value(
        other["end"] or other["points"] or ""
    ) != high:
        return None
    score = None if _unclear(line) else _stated(line, low, high)
    if score is None and (closing := score_closing.closing(line)):
        value = _value(closing)
        score = value if value is not None and low <= value <= high else None
    return score


def _stated(line: str, low: int, high: int) -> int | None:
    """The score of a plain line, clause by clause."""
    given: list[tuple[_Clause, _Number]] = []
    doubts: list[int] = []
    last = ""
    talk = supposed = False  # of the sentence at hand: a number of something else was named, a condition was made
    for clause in _clauses(line):
        if clause.opened[:1] in tuple(".!?"):
            talk = supposed = False
        before, last = last, clause.text
        words = clause.text.strip()
        if say.BARGAIN.match(words) and say.DEMAND.match(before.strip()):
            supposed = True
        if say.SUPPOSED.match(words) and not say.POLITE_IF.match(words):
            supposed = True
        number = _number(clause.text, low, high)
        if number is None:
            talk = talk or bool(re.search(r"\d", words))
        elif number.kind != "score":
            doubts.append(len(line) if number.kind == "outside" else clause.start)
        elif (
            _hangs(clause, words, before)
            or _would_be(clause, line)
            or supposed
            or (number.bare and (talk or _labelled(clause, before)))
        ):
            continue
        elif "?" in clause.closed:
            return None
        else:
            given.append((clause, number))
    return _decide(line, given, doubts, (low + high) / 2)


def _decide(line: str, given: list[tuple[_Clause, _Number]], doubts: list[int], middle: float) -> int | None:
    """The one score that is left, unless something in the reply contradicts it."""
    if not given:
        return None
    for (before, earlier), (after, later) in itertools.pairwise(given):
        between = line[before.start : after.start + len(after.text)]
        chosen = say.DECIDES.search(after.text) and any(before.start < doubt < after.start for doubt in doubts)
        if earlier.value != later.value and not chosen and not say.CORRECTS.search(between):
            return None
    clause, number = given[-1]
    if doubts and not (clause.start > doubts[-1] and say.DECIDES.search(clause.text)):
        return None
    following = line[clause.start + len(clause.text) :]
    rest = [part.strip() for part in _MARKS.split(following)]
    if say.DANGLING.search(following) or any(say.UNDONE.fullmatch(part) for part in rest):
        return None
    if number.value > middle and say.AGAINST.search(line[clause.start :]):
        return None
    return number.value


def _hangs(clause: _Clause, words: str, before: str) -> bool:
    """Whether "I'd give a 9" only goes on with what was said: "not sure I'd give a 9"."""
    return clause.opened == " " and words.startswith(("i", "we")) and bool(say.HANGS.search(before.strip()))


def _would_be(clause: _Clause, line: str) -> bool:
    """Whether this is a score that only might have been: "it would be a 10, but …"."""
    return bool(say.WOULD_BE.search(clause.text) and say.EXCEPT.search(line[clause.start + len(clause.text) :]))


def _labelled(clause: _Clause, before: str) -> bool:
    """Whether the number is the value of something that is no score: "size: 8"."""
    return clause.opened in (":", "=") and bool(before) and not say.LEAD.fullmatch(f"{before.strip()} "[-81:])


# --- the reply as one plain line --------------------------------------------------------------------------------------

# What carries digits and is never a score, replaced by a word that explains nothing.
_NEVER = (
    (re.compile(r"\b100 ?(?:%|percent|per cent)"), " definitely "),
    (
        re.compile(
            r"[$€£] ?\d[\d.,]*\d|[$€£] ?\d|\d[\d.,]* ?(?:%|€|\$|£|°|percent\b|per cent\b|usd\b|eur\b|dollars?\b)"
        ),
        " amount ",
    ),
    (
        re.compile(
            r"\b(?:delivered|arrived|came|sent|ordered|bought|shipped|posted|on|by|since|dated|until) (?:on )?"
            r"\d{1,2}[/.-]\d{1,2}(?![\d/%])"
        ),
        " moment ",
    ),
    (re.compile(r"\b(?:24 ?/ ?7|50 ?/ ?50|9 ?/ ?11)\b"), " phrase "),
    (re.compile(r"\b\d{1,4}([/.-])\d{1,2}\1\d{2,4}\b|\b\d{1,2}:\d{2}\b|\b\d{1,2} ?[ap]\.?m\b\.?"), " moment "),
    (  # what is counted off, not judged: "my order number is 8", "room 9"
        re.compile(
            r"\b(?:(?:order|invoice|phone|telephone|mobile|customer|account|tracking|ticket|case|reference|article|"
            r"model|"
            r"serial|parcel|postal) ?(?:number|no|nr|id|code)\b(?: (?:is|was))?|room|house|flat|apartment|gate|step|"
            r"page|chapter|version|platform) ?[:#]? ?\d+(?:[.,/-]\d+)*\b"
        ),
        " thing ",
    ),
    (
        re.compile(
            r"\b\d{1,2} (?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
            r"sept?(?:ember)?|"
            r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b|\b(?:january|february|april|june|july|august|september|"
            r"october|"
            r"november|december) \d{1,2}\b|\b(?:worth|paid|cost|costs) \d{2,}(?:[.,]\d+)?\b(?! ?%)"
        ),
        " moment ",
    ),
    (re.compile(r"\b\d+(?:st|nd|rd|th)\b"), " nth "),
    (re.compile(r"\b(\d+)[ -]?ish\b"), r" \1 ish "),
    (  # who they are: "my daughter is 8"
        re.compile(
            r"\b(?:my|our|the) (?:\w+ )?(?:son|daughter|kids?|boy|girl|child|mum|mom|mother|dad|father|nan|gran|"
            r"grandson|"
            r"granddaughter|dog|cat|puppy|nephew|niece|husband|wife) (?:is|was|turn(?:s|ed)|who is|aged) \d+\b"
        ),
        " thing ",
    ),
    (
        re.compile(
            r"\b\d+(?:[.,]\d+)?[a-z]+\d*\b|\b[a-z]+\d+(?:[.,]\d+)*\w*\b|\b\d+-[a-z]{3,}(?:-[a-z]+)*\b|\b[a-z]+-\d+\b"
        ),
        " thing ",
    ),
    (re.compile(r"\b\d{1,3}(?:,\d{3})+\b|\b\d{1,3}[.,]\d\d\b|\b\d{3,}[.,]\d+\b"), " amount "),
)


_SAID = rf"(\d\d?|{'|'.join(WORDS)})"
_TWICE = re.compile(rf"\b{_SAID} \(?{_SAID}\)?(?=[\s.!,]|$)")  # "9 nine", "nine (9)"


def _once(twice: re.Match[str]) -> str:
    return twice[1] if _value(twice[1]) == _value(twice[2]) else twice[0]


_DIGITS = ("10", r"\d")
_SLIPS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\b(?:out ?fo|ou[fr] of|out off|out o|ot of|uot of)(?= \w)", "out of"),
        (r"(?<=/)(?:1o|io|lo)\b|\b1o\b", "10"),
        (r"(?<=\d) ?(?:ou of|out|outof|outta of|o of) ?(?=10\b)", " out of "),
        (r"\bi d\b(?= \w)|\bi'dd\b", "i'd"),
        (r"(?<=\w) [&+] ?(?=[a-z])", " and "),
        (  # a share of things, no score: "2 out of 10 eggs broken"
            r"\b\w{1,5} (?:out )?of (?:the |my |our )?(?:10|ten) (?:\w+ )?(?!(?:points|stars|thanks|always|guys|"
            r"cheers|works|loves|"
            r"looks|needs|feels|fits|goes|makes|gets|comes|says|deserves|does|prices|things|products|lads|boss|"
            r"recommends|plus|"
            r"perhaps|folks|regards|wishes|greetings|ladies|kisses|hugs|vibes|sometimes|vs|yes|less|\w+ss|\w+'s)\b)"
            r"\w+[^\Wsiua]s\b(?! (?:from|to|for)\b)",
            "share",
        ),
        (r"\bbcs\b", "because"),
        (r"\b(?:otu|uot|oput|oot)(?= of \w)", "out"),
        (r"\b(?:defi?[ai]nt\w*ly|difin\w{2,5}ly)\b", "definitely"),
        (r"<(?=\w{1,5}>)|(?<=\w)[~>]+(?=\s|$)|(?:^|(?<= ))[*~_]+(?= )|(?<= )[*~_]+$", ""),
        (
            r"\b(?:not|never|rarely|seldom|hardly|don't) (?:\w+ )?(?:gives?|award|score) (?:\w+ )?(?:10|ten)'?s\b",
            "phrase",
        ),
        (
            r"\bif (?:i|we|it) (?:could|can|was able to|were allowed to) (?:give|go)(?: \w+)? (?:more|higher|11|12|"
            r"eleven|20|100),? "
            r"(?:i|we)(?: would|'d)(?: have)?\b",
            ",",
        ),
        (r"\b5ive\b", "five"),
        (r"\b8ight\b", "eight"),
        (r"\b4our\b", "four"),
        (r"\b7even\b", "seven"),
        (r"\b(?:two|2|both) thumbs\b", "thumbs"),
        (r"\b(?:deff?o?|defin\w{2,5}ly|deffin\w{2,5}ly)\b", "definitely"),
        (r"\b(?:bcuz|becuz|bcz|bcos)\b", "because"),
        (r"\b(?:prolly|probly|propably|probaly|prbly)\b", "probably"),
        (r"\b(?:high|take) (?:five|5)\b|\bthe whole nine yards\b", "phrase"),
    )
)

_ASKED_BACK = re.compile(r"^(?:\d{1,2}|[a-z]{3,5}) ?\? ?(?:no+|nope|nah)[ ,.!—-]+(?=(?:an? )?(?:\d{1,2}|[a-z]{3,5})\b)")
_FEWEST_WORDS = 3  # of a remark that stands before a score in words
_BACK_TO_IT = re.compile(
    r"^(?:(?:oh|ok|okay|and|so|hey|right|sorry|now)\b,? ?)*(?:(?:back )?(?:to|about|as for|on|for|re) )?"
    r"(?:your|ur|the) (?:(?:other|last|first|survey) )?(?:question|survey|rating|score)\s*[:,-]+ ?"
)


def _plain(text: str, low: int, high: int) -> str:
    """Lower case, plain quotes and dashes, no emoji, no talk of the scale itself, `9§` for "9 out of 10"."""
    line = text[: 2 * _LONGEST].replace("\ufe0f", "").replace("\u20e3", "").replace("🔟", " 10 ").replace("½", " 1/2 ")
    line = "".join(" " if unicodedata.category(char) == "No" else char for char in line)  # footnotes, superscripts
    line = unicodedata.normalize("NFKC", line).lower()
    line = re.sub(r"[’‘`´]", "'", line)
    line = "".join(" " if unicodedata.category(char) in ("So", "Cf", "Cs", "Co", "Cn", "Mn") else char for char in line)
    line = re.sub(r"[*_\"“”«»\[\]{}]+(?=[\w#])|(?<=[\w!.?])[*_\"“”«»\[\]{}]+(?=\W|$)", "", line)
    line = re.sub(r"(?<!\w)'(?=[\w#])|(?<=[\w.!])'(?!\w)", "", line)
    line = re.sub(r"[\r\n]+", " . ", line)
    line = re.sub(
        r"[–—―]|(?<= )-{1,3}(?= )|-{2,}|(?<=\d)-(?=(?:great|love|very|good|but|the|because|it|my|excellent)\b)",
        " — ",
        line,
    )
    line = re.sub(r"\bb/c\b|\bb\.c\.", "because", line)
    line = re.sub(r"!+1+!*(?!\w)", "!", line)  # the shift key let go
    line = re.sub(
        r"<3\b|(?<=\w) (?:x{1,3}|(?:xo){1,3})(?=[\s.!]*$)|^ ?[-=]+> ?", " ", line
    )  # a heart, kisses, an arrow
    line = re.sub(rf"\b{_either(high)}\+{{1,3}}(?![\w+])", str(high), line)  # nobody can give more
    for slip, word in _SLIPS:
        line = slip.sub(word, line)
    line = score_slips.mended(line)
    line = re.sub(rf"(?<![\d.,])({_DIGITS[0]}|{_DIGITS[1]})[.,]0(?![\d.,])", r"\1", line)
    line = re.sub(r"\b(no|nr)\. ?(?=\d)", r"\1 ", line)
    line = re.sub(r"([a-z])\1{2,}", r"\1", line)
    ends, begins = _either(high), f"(?:{_either(low)}|0|1|zero|one)"
    line = re.sub(
        rf"(?:\b(?:on|from|in|using) )?(?:(?:a|the|your|that|this) )?(?:scale (?:of|from)|range (?:of|from)|from|"
        rf"between) "
        rf"{begins} ?(?:-|to|—|and|through|up to) ?{ends}(?![\d.,/]\d)\b(?! (?:days|weeks|hours|minutes))|"
        rf"\b(?:on|in) (?:a |the |your |this )?(?:{begins} ?(?:-|to) ?{ends} )?scale(?: of {ends})?\b|"
        rf"^{begins} ?(?:-|to) ?{ends} ?[:?]",
        ",",
        line,
    )
    line = re.sub(rf"^out of {ends}\b", ",", line.strip())
    line = re.sub(
        rf"(?<![\d.,/:\w-])(\d{{1,3}}|[a-z0]{{2,7}}) ?(?:points? |stars? )?(?:/|\\|out ?of|0ut of|outta|of|on|over|"
        rf"from) ?"
        rf"(?:a |the )?(?:possible |maximum |max |total of )?{ends}(?![\d%/]|[.,]\d)\b",
        lambda match: f"{value}{_OF}" if (value := _value(match[1])) is not None else match[0],
        line,
    )
    line = _ASKED_BACK.sub("", line.strip())
    for pattern, word in _NEVER:
        line = pattern.sub(word, line)
    line = re.sub(r"\s+", " ", line).strip()
    line = _BACK_TO_IT.sub("", line)
    line = score_corrections.settled(line)
    line = _TWICE.sub(_once, line)
    return re.sub(r"\b(\d{1,2})(?: \1\b)+", r"\1", line)


def _either(number: int) -> str:
    return f"(?:{number}|{NAMES[number]})" if number in NAMES else str(number)


_POINTS = re.compile(  # "the black one", "pick one"
    r"\b(?:the|this|that|these|those|my|our|your|which|another|each|every|any|no|some|pick|choose)\b"
)
_ANY = rf"(?:\d+|{'|'.join(WORDS)})"
_UNCLEAR = re.compile(
    rf"^no {_ANY}\b|\b{_ANY},? (?:hopefully )?(?:next time|one day|soon|when (?:it|you|they|fixed))\b|(?:^|\s)\.\d|"
    rf"\b{_ANY} at (?:worst|least)\b|"
    rf"\b{_ANY}[, ]+(?:could be|might be|almost|nearly|bordering on|leaning|going on|"
    rf"with a chance of) (?:an? )?{_ANY}\b|\b{_ANY},? (?:my foot|my (?:ar|a)se?s?|in your dreams|dream on|as if|"
    rf"yeah,? right)\b|"
    rf"\b(?:between|from|either) (?:an? )?{_ANY} (?:and|to|or) (?:an? )?{_ANY}\b|"
    rf"(?<![\d.]){_ANY}[.,]\d|\b{_ANY} and (?:a |one |two |three )?(?:half|quarters?|thirds?)\b|\b{_ANY} ?1/2|"
    rf"\bpoint {_ANY}\b|"
    rf"\b(?:anything|everything|nothing|all|any|never) (?:but|except|other than|less than|more than|above|below|over|"
    rf"under) (?:an? )?{_ANY}\b|\bhalf (?:a )?{_ANY}|"
    rf"\b{_ANY} ?(?:/|\\|out of|outta|over) ?(?:a )?{_ANY}\b|(?:^|[\s,:(])[-+~<>≈±]+ ?\d|"
    rf"(?<![\w.]){_ANY}(?:\+|-(?!\w)| and (?:a bit|change|some)\b|\.(?:something|ish|x|odd)\b| ?-?ish\b|'?s\b|"
    rf" or (?:so|more|less|higher|lower|above|below|under)\b|"
    rf" (?:plus|minus)(?! the\b| a\b))|\b{_ANY} ?\?"
)


_OTHER_SCALE = re.compile(
    rf"\b(?:scale|range) (?:of|from) (?:{_ANY}|[a-f]) ?(?:to|-|–|and|through|till) ?(?P<end>{_ANY}|[a-f])\b|"
    rf"\b(?P<points>{_ANY})[ -](?:point|star|step)s? (?:scale|rating|system)\b|\bschool (?:grade|mark)"
)


def _unclear(line: str) -> bool:
    """Whether some number leaves no score certain: a decimal, another scale, a sign, a question."""
    return _UNCLEAR.search(line) is not None


def _clauses(line: str) -> list[_Clause]:
    """The reply between marks, and between words with which something else begins."""
    found = []
    start, opened = 0, ""
    for match in [*_MARKS.finditer(line), None]:
        end, closed = (match.start(), match.group()) if match else (len(line), "")
        at = start
        for part in say.BREAKS.split(line[start:end]):
            if part.strip():
                found.append(_Clause(part, at, opened if at == start else " ", closed))
            at += len(part) + 1
        if match:
            start, opened = match.end(), closed
    return found


# --- one clause -------------------------------------------------------------------------------------------------------


def _number(clause: str, low: int, high: int) -> _Number | None:
    """The number this clause gives as a score; None when its numbers, if any, are talk."""
    text = clause.strip()
    for match in _TOKEN.finditer(text):
        token, before, after = match.group().lstrip("#"), text[: match.start()], text[match.end() :]
        value = _value(token.rstrip(_OF))
        if value is None:
            continue
        if token.endswith(_OF):
            if say.ELSEWHERE.search(before) or say.SHARE.match(after):
                return _Number(value, "part") if re.search(r"\bfor\b", after) else None
            return _Number(value, "score" if low <= value <= high else "outside")
        either = re.fullmatch(
            r"or (?:maybe |even |perhaps |possibly |rather |an? |low |high |weak |strong |good )*", before
        )
        if either and "rather" not in before:
            return _Number(value, "range")
        lead = say.LEAD.fullmatch(before) if len(before) <= _LONGEST_LEAD else None
        carried = lead is None and token != "one" and len(before) <= _LONGEST_LEAD and score_bags.carries(before)
        carried = carried or (lead is None and token != "one" and score_bags.articled(before))
        if not (lead or carried) or _first_rank(match.group(), before, value):
            continue
        second = re.match(r" ?(?:to|-|/|&|~|maybe|perhaps)? ?(?:an? )?([a-z0-9]+)\b", after)
        if second and _value(second.group(1)) is not None:
            return _Number(value, "range")
        if high == 5:
            after = re.sub(r"^ stars?\b", "", after)
        closing = say.TAIL.match(after)
        rest = after[closing.end() :] if closing else after
        if rest and not say.BEGINS.match(rest) and not say.remarks(rest):
            return _Number(value, "part") if say.PART.match(after) else None
        if value > _NO_SCALE:
            continue
        if token == "one" and (rest or _POINTS.search(before)):
            return None
        if not low <= value <= high:
            return _Number(value, "outside")
        return _Number(value, "score", bare=not (lead is None or lead["frame"] or lead["soft"] or _leads(before)))
    return None


def _leads(before: str) -> bool:
    """Whether more than `and` leads up to the number."""
    return bool(before.strip()) and before.strip() not in ("and", "then")


def _first_rank(token: str, before: str, value: int) -> bool:
    """`#1`, `number one`: praise, not a score."""
    return value == 1 and (token.startswith("#") or re.search(r"(?:number|nr|no|#) ?$", before) is not None)


def _value(token: str) -> int | None:
    """The number a token is: plain digits, a word, or a word mistyped."""
    if token.isascii() and token.isdigit():
        return int(token) if str(int(token)) == token else None
    if token in FOREIGN:
        return FOREIGN[token]
    return WORDS.get(token, number_of_typo(token))


# --- what else the reply says -----------------------------------------------------------------------------------------

_SATISFIED = {
    5: "very satisfied|extremely satisfied|completely satisfied|very happy|extremely happy|love it|i love it|excellent|"
    "really satisfied|super satisfied|really happy|so happy|super happy|very pleased|really pleased|love them|"
    "perfect|amazing|fantastic|brilliant|outstanding|delighted|couldn't be happier|top|superb|wonderful|awesome|great",
    4: "satisfied|happy|pretty happy|quite happy|good|pretty good|quite good|quite satisfied|pretty satisfied|"
    "mostly satisfied|mostly happy|like it|i like it|pleased|nice|fairly good|fairly satisfied|happy with it",
    3: "ok|okay|so so|so-so|all right|alright|fine|average|neutral|meh|not bad|neither|mixed|decent|"
    "acceptable|passable|could be better",
    2: "dissatisfied|unsatisfied|not satisfied|unhappy|not happy|not very happy|disappointed|disappointing|bad|poor|"
    "not good|not great|not really satisfied|don't like it|i don't like it|a bit disappointed",
    1: "very dissatisfied|extremely dissatisfied|very unhappy|very unsatisfied|terrible|awful|horrible|hate it|"
    "i hate it|useless|worst|very bad|very disappointed|garbage|rubbish|appalling|dreadful",
}
_WORDED = {phrase: score for score, phrases in _SATISFIED.items() for phrase in phrases.split("|")}


_OPENS = re.compile(r"^(?:i'?m|i am|it'?s|it is|we'?re|we are|yes|yeah|well|so far|oh|honestly|actually)(?: |$)")
_SUMMING = r"(?:(?:and|but|so) )?(?:overall|all in all|in general|generally|in short|altogether)"
_SUMS_UP = re.compile(rf"^{_SUMMING}(?: i'?m| i am)?(?: |$)")
_CLOSING = (
    r"(?: (?:with (?:it|this|that|them|my \w+|the \w+)|about it|actually|so far|overall|at all|really|tbh|honestly|"
    r"to be honest|i (?:guess|think|suppose|must say|have to say)|thanks|thank you|for now|up to now|until now|"
    r"indeed))+"
)
_CLOSES = re.compile(rf"{_CLOSING}$")
_FIRST_CLOSES = re.compile(rf"^{_CLOSING}(?=\W|$)", re.I)


def read_satisfaction(text: str) -> int | None:
    """A satisfaction score from 1 to 5, from a number or from the words of the scale; None when it is neither.

    Words count only as the whole first clause ("satisfied, but it's loud") or as the whole of one that sums up
    ("…, overall really satisfied"): strict, like read_score.
    """
    score = read_score(text, 1, 5)
    line = _plain(text, 1, 5)
    if score is not None or re.search(r"\d", line):
        return score
    clauses = [clause.text.strip() for clause in _clauses(line)]
    summed = [text for text in clauses[1:] if _SUMS_UP.match(text)]
    for text in [*summed[-1:], *clauses[:1]]:
        words = _SUMS_UP.sub("", _OPENS.sub("", text))
        core = _CLOSES.sub("", words)
        found = _WORDED.get(core, _WORDED.get(words, _WORDED.get(text)))
        if found is not None:
            return 1 if found == 2 and re.search(r"\bat all$", words) else found
    return None


def remark_of(text: str, score: int, low: int = 0, high: int = 10) -> str:
    """What a reply says besides its score, in the customer's own words: "9, but it's loud" → "but it's loud"."""
    opening = _BACK_TO_IT.match(text.lower())
    text = text[opening.end() :] if opening else text
    words = list(re.finditer(r"\S+", text))
    read = read_satisfaction if high == 5 else read_score
    upto = next((word.end() for word in words[:80] if read(text[: word.end()].rstrip(",;:-")) == score), len(text))
    after = re.sub(rf"^\s*(?:/|\\|out\s*of|of|on|over)\s*(?:a\s+)?{_either(high)}\b", "", text[upto:], flags=re.I)
    lowered = f" {after.strip().lower()}"
    closing = say.TAIL.match(lowered)
    after = after.strip()[closing.end() - 1 :] if closing and closing.end() > 1 else after
    after = re.sub(r"^[\s.,;:!?)—–-]+", "", after).strip()
    if high == 5:
        after = re.sub(r"^[\s.,;:!?]+", "", _FIRST_CLOSES.sub("", f" {after}")).strip()
    before = ""
    if upto == len(text) or not after:
        start = next((word.start() for word in reversed(words[-80:]) if read(text[word.start() :]) == score), 0)
        before = re.sub(r"(?:[\s.,;:(—–-]+|\b(?:so|and|but))+$", "", text[:start], flags=re.I)
        before = re.sub(rf"[\s,]*(?:{_SUMMING})$", "", before, flags=re.I) if high == 5 else before
        if high == 5 and not re.search(r"\d", text) and len(before.split()) < _FEWEST_WORDS:
            before = ""  # "pretty" of "pretty happy with it"
        before = "" if say.LEAD.fullmatch(f"{before.lower()} ".lstrip()) else before
    return after if after else before
