"""Rules of English for how a buyer's words sound: a lexicon, turns of phrase, negation, contrast.

A word counts with its direction; "not", "never", "without" within reach turn it; the words after "but" weigh more than
those before it; a fault of the order ("broken", "late") is a complaint unless it is denied ("no problems").  Where
praise stands in quotes or right beside a fault ("Great, broken again") it may be meant otherwise: unclear.
`sentiment` weighs what these rules find together with what was learnt from sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lifecycle.feedback.sentiment_deeds import DEEDS
from lifecycle.feedback.sentiment_patterns import PATTERNS
from lifecycle.feedback.sentiment_turns import TURNS, WISHED
from lifecycle.feedback.sentiment_words import COMPLAINT, FAULTS, PHRASES, PRAISE


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONTRASTS = r"but|however|although|though|except"
_CLAUSE = re.compile(rf"[.!?;:()\n]+|,\s+(?=(?:{_CONTRASTS}|yet)\b)|\s(?=(?:{_CONTRASTS}|yet(?! to\b)(?= \w))\b)")
_WORD = re.compile(r"10/10|a\+|[a-z0-9]+(?:['-][a-z0-9]+)*")
TURNING = re.compile(
    r"(?:not|no|never|none|nothing|nobody|neither|nor|without|hardly|barely|scarcely|cannot|cant|dont|"
    r"doesnt|didnt|isnt|"
    r"wasnt|wont|wouldnt|couldnt|shouldnt|arent|werent|hasnt|havent|lacks?|lacking|zero|free|stop|avoid)|[a-z]+n't"
)
_PLAINLY = 0.95  # the least weight of a part that is plain praise or plain complaint
_REACH = 4  # how many words a negation reaches
_STOPS_TURN = _words(
    """
    and or because so that which since as until when only just
    """
)
_STRONG = _words(
    """
    very really so extremely super absolutely totally incredibly completely highly too most such truly definitely
    quite pretty way much far
    """
)
_WEAK = _words(
    """
    slightly somewhat bit little fairly rather kinda almost nearly
    """
)
_CONTRAST = re.compile(r"(?:,\s+)?(?:but|however|although|though|except|yet|still)\b")
_PART = re.compile(r",|\band\b")
_NIGGLE = re.compile(
    r"\b(?:only|one|my one|sole|single|small|minor) (?:\w+ )?(?:complaints?|downsides?|drawbacks?|gripes?|"
    r"niggles?|quibbles?|criticisms?|"
    r"negatives?|snags?|flaws?|let-?downs?)\b|\b(?:shame|pity) (?:about|that|the|it|its|they)\b|"
    r"\blet down (?:only )?by\b"
)
_REGRET = re.compile(r"\b(?:shame|pity|sadly|unfortunately)\b")
_WEAK_PRAISE = _words(
    """
    quality well like right clear light fits fit works worked working pretty sounds value support
    fair fine decent functions better warm simple simply highly thanks properly star stars safe new clean able cool
    top super proper sensitive responsive instant premium modern unique strong tough soft improvement
    """
)
_WEAK_COMPLAINT = _words(
    """
    hard cold thin dark heavy late lost static short noise apart con drops con's basic expensive loud tear sorry sad
    quit skip returned tired refund odd cheap empty limited steep sticky pricey tricky problem problems issue issues
    trouble
    """
)


_WHO_LIKES = _words(
    """
    i we you they really also do did don't didn't doesn't does not all both kids children everyone everybody he she
    husband wife son daughter mum mom dad much quite
    """
)


@dataclass
class _Felt:
    """Weights of one clause: praise and complaint apart, and how many negations stood alone."""

    praise: float = 0.0
    complaint: float = 0.0
    denials: int = 0

    @property
    def sum(self) -> float:
        return self.praise - self.complaint


@dataclass(frozen=True)
class Weighed:
    """What the rules find in a text: their own verdict, and the sums it rests on."""

    verdict: str
    praise: float
    complaint: float
    denials: int
    last: float  # praise minus complaint of the last clause
    best: float  # the same of its kindest part
    worst: float  # … and of its harshest


def read(clause: str) -> str:
    """What the rules alone say of a clause of a review; quicker than `sentiment.read`, and silent where it guesses."""
    return weigh(plain(clause)).verdict


def weigh(line: str) -> Weighed:
    """The rules' reading of a plain line (`plain`)."""
    clauses = [clause for clause in _CLAUSE.split(line) if clause and clause.strip()]
    felt = [_felt_in(clause) for clause in clauses]
    sums = [0.0] if not felt else [part.sum for part in felt]
    parts = _parts(clauses) or [0.0]
    return Weighed(
        _verdict(line, clauses, felt),
        sum(part.praise for part in felt),
        sum(part.complaint for part in felt),
        sum(part.denials for part in felt),
        sums[-1],
        max(parts),
        min(parts),
    )


def _verdict(line: str, clauses: list[str], felt: list[_Felt]) -> str:
    if _sarcastic(line):
        return "unclear"
    praise = complaint = 0.0
    denials, contrast, sides = 0, False, [0.0]
    for clause, part in zip(clauses, felt, strict=True):
        weight = 1.0
        if _CONTRAST.match(clause.strip()) and (praise or complaint):
            contrast, weight = True, 1.4
            praise, complaint = praise * 0.6, complaint * 0.6
        praise, complaint = praise + weight * part.praise, complaint + weight * part.complaint
        denials += part.denials
        sides.append(weight * part.sum)
    niggle = _NIGGLE.search(line) is not None and praise >= _PLAINLY
    if (contrast and max(sides) >= 1.0 and min(sides) <= -1.0) or niggle or _torn(clauses):
        return "mixed"
    total = praise - complaint
    if not praise and not complaint:
        told = denials and not line.endswith("?") and len(_WORD.findall(line)) > 1  # a bare "no" answers something
        return "negative" if told else "unclear"
    if denials and 0 < total <= 0.8:
        total -= 0.9
    if abs(total) < 0.25:
        return "mixed" if min(praise, complaint) >= 1.0 else "negative" if denials or complaint else "unclear"
    return "positive" if total > 0 else "negative"


def _parts(clauses: list[str]) -> list[float]:
    """Praise minus complaint of each part of the clauses, told apart by commas and "and"."""
    return [_felt_in(part).sum for clause in clauses for part in _PART.split(clause)]


def _torn(clauses: list[str]) -> bool:
    """Is one part of what is said plain praise and another plain complaint?  "Easy to set up, hard to clean." """
    sums = _parts(clauses)
    return max(sums, default=0.0) >= _PLAINLY and min(sums, default=0.0) <= -_PLAINLY


def problems(text: str) -> tuple[str, ...]:
    """Words that name a fault of what was bought or of its way here, in the text's order; denied ones are left out."""
    found = []
    for clause in _CLAUSE.split(plain(text)):
        words = _WORD.findall(clause or "")
        for index, word in enumerate(words):
            unable = word in ("work", "fit", "start", "turn", "charge", "close", "arrive", "open", "arrived", "working")
            if word in _FAULTS and not _turned(words, index):
                found.append(word)
            elif unable and _turned(words, index):
                found.append(f"not {word}")
    return tuple(found)


def _felt_in(clause: str) -> _Felt:
    """The weights of one clause: turns of phrase first, then what is left, word by word."""
    praise = complaint = 0.0
    for pattern, weight in _PATTERNS:
        while match := pattern.search(clause):
            before = _WORD.findall(clause[: match.start()].rpartition(",")[2])
            own = any(TURNING.fullmatch(word) for word in _WORD.findall(match.group()))
            turned = not own and _turn_before([*before, "it"], len(before)) is not None
            felt_here = -0.8 * weight if turned else weight
            praise, complaint = praise + max(felt_here, 0.0), complaint - min(felt_here, 0.0)
            clause = f"{clause[: match.start()]} , {clause[match.end() :]}"
    felt = _Felt(praise, complaint)
    for part in clause.split(","):  # "nothing broken, nothing leaking": a negation ends at the comma
        found = _felt(_WORD.findall(part))
        felt.praise, felt.complaint = felt.praise + found.praise, felt.complaint + found.complaint
        felt.denials += found.denials
    return felt


def _felt(words: list[str]) -> _Felt:
    felt = _Felt()
    index = 0
    used: set[int] = set()  # negations that turned something
    while index < len(words):
        weight, length = _weight(words, index)
        if weight and (length == 1 or not any(TURNING.fullmatch(word) for word in words[index : index + length])):
            turn = _turn_before(words, index)
            if turn is not None:
                used.add(turn)
                weight = -weight * 0.8
            weight *= _degree(words, index)
        if weight > 0:
            felt.praise += weight
        else:
            felt.complaint -= weight
        if length > 1:
            used.update(range(index, index + length))
        index += length
    felt.denials = sum(1 for at, word in enumerate(words) if at not in used and _is_denial(words, at, word))
    return felt


def _weight(words: list[str], index: int) -> tuple[float, int]:
    """(weight of the phrase or word at `index`, number of words it takes)."""
    for length in (5, 4, 3, 2):
        phrase = " ".join(words[index : index + length])
        if phrase in PHRASES and index + length <= len(words):
            return PHRASES[phrase], length
    word = words[index]
    if word == "like" and not (index and words[index - 1] in _WHO_LIKES):
        return 0.0, 1  # "felt like straw" compares
    if word in PHRASES:
        return PHRASES[word], 1
    if word in _WEAK_PRAISE:
        return 0.6, 1
    if word in _WEAK_COMPLAINT:
        return -0.7, 1
    if TURNING.fullmatch(word):
        return 0.0, 1
    if word in _BAD or any(word.startswith(stem) for stem in _BAD_STEMS.get(word[:3], ())):
        return -1.0, 1
    if word in _GOOD or any(word.startswith(stem) for stem in _GOOD_STEMS.get(word[:3], ())):
        return 1.0, 1
    return 0.0, 1


def weight_of(word: str) -> float:
    """The weight of a single word in the lexicon: praise above 0, complaint below."""
    return _weight([word], 0)[0]


def _turn_before(words: list[str], index: int) -> int | None:
    """Where the negation stands that reaches this word; None when there is none, or two that cancel each other."""
    found = None
    for at in range(index - 1, max(-1, index - 1 - _REACH), -1):
        if words[at] in _STOPS_TURN and at != index - 1:
            break
        if TURNING.fullmatch(words[at]) and words[at] not in ("free", "stop", "avoid"):
            found = at if found is None else None
    if index + 1 < len(words) and words[index + 1] == "free":
        return index + 1
    return found


def _turned(words: list[str], index: int) -> bool:
    return _turn_before(words, index) is not None


def _is_denial(words: list[str], at: int, word: str) -> bool:
    return bool(TURNING.fullmatch(word)) and word not in ("free", "stop", "avoid", "nothing", "zero")


def _degree(words: list[str], index: int) -> float:
    near = words[max(0, index - 2) : index]
    return 1.4 if any(word in _STRONG for word in near) else 0.6 if any(word in _WEAK for word in near) else 1.0


def _sarcastic(line: str) -> bool:
    """Praise in quotes, or a cheer right before a fault: nobody can tell from the words alone."""
    quoted = re.search(r"\"(\w+)\"", line)
    if quoted and quoted.group(1) in _GOOD:
        return True
    cheer = re.match(
        r"(?:(?:oh|wow|yay|well),? )?(?:just |really )?(?:great|perfect|wonderful|brilliant|fantastic|nice|lovely)"
        r"(?: job)?[,.!… ]+(?=(?:\w+[ ,']+){0,5}\w+[.!]*$)",
        line,
    )
    return bool(cheer and problems(line[cheer.end() :]) and not _CONTRAST.search(line) and not _REGRET.search(line))


_SMILES = re.compile(
    r"[\U0001F600-\U0001F60E\U0001F617-\U0001F61B\U0001F929\U0001F970\U0001F973\u263a\u2764\U0001F44D"
    r"\U0001F44C\U0001F44F\U0001F389\U0001F495-\U0001F49C\U0001F64C\U0001F525\U0001F4AF\u2b50]|:-?\)|:-?d\b|<3"
)
_FROWNS = re.compile(
    r"[\U0001F612-\U0001F616\U0001F61E-\U0001F62D\U0001F44E\U0001F4A9\U0001F641\u2639\U0001F92C\U0001F92E"
    r"\U0001F922\U0001F494]|:-?\("
)
# "No, the lid is broken", "no it leaks": this no answers a question, it denies nothing that follows.
_ANSWERS = re.compile(
    r"^(\s*(?:no|nope|nah|yes|yeah|well))(?:\s*[,:–—-]+\s*|\s+(?=(?:the|it|its|it's|my|one|they|i|i'm|a|an|"
    r"there|we|this|"
    r"that|two|some|because|but|not|unfortunately|sadly)\b))"
)


def plain(text: str) -> str:
    """Lower case, plain quotes, smiles and frowns as words, an answering no set apart."""
    line = re.sub(r"[’‘`´]", "'", text.lower()).replace("“", '"').replace("”", '"')
    line = re.sub(r"([a-z])\1{2,}", r"\1\1", line)
    line = _SMILES.sub(" wonderful ", line)
    line = _FROWNS.sub(" horrible ", line)
    line = _ANSWERS.sub(r"\1. ", line)
    line = re.sub(r"\b(?:anything|everything) but\b", "far from", line)
    return re.sub(r"\s+", " ", line).strip()


def _lists(words: str) -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """(whole words, stems by their first three letters)."""
    stems: dict[str, list[str]] = {}
    whole = set()
    for word in words.split():
        if word.endswith("*"):
            stems.setdefault(word[:3], []).append(word[:-1])
        whole.add(word.rstrip("*"))
    return frozenset(whole), {start: tuple(found) for start, found in stems.items()}


_FAULTS = frozenset(FAULTS.split())
_PATTERNS = tuple((re.compile(rf"\b(?:{words})"), weight) for words, weight in (*WISHED, *DEEDS, *TURNS, *PATTERNS))
_GOOD, _GOOD_STEMS = _lists(PRAISE)
_BAD, _BAD_STEMS = _lists(COMPLAINT)
