"""Does a statement affirm or deny what a yes/no question asks?  When it does neither, nothing is said: no wrong yes."""

from __future__ import annotations

import re

from lifecycle.knowledge import matching, settled, thesaurus
from lifecycle.knowledge.aspects import ASPECTS
from lifecycle.knowledge.inquiry import Inquiry
from lifecycle.knowledge.passages import Passage, passage, split
from lifecycle.language import limits, negation, words
from lifecycle.language.words import stem, wordset

AFFIRMED = 0.6  # share of the question a statement must hold to affirm it
DENIED = 0.5  # share it must hold to deny it
ANSWERED = 0.3  # share it must hold when it begins with yes or no itself
_SUPPOSES = re.compile(r"\W*(?:(?:and|but|so|or|ok)\s+)*(?:what\s+)?if\b", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:\w+) or (?!not\b|so\b)(?:\w+)", re.IGNORECASE)
_NO = re.compile(r"(?:no|nope|nah|none|not|false|without|never|unfortunately not)\b", re.IGNORECASE)
_BARE_NO = re.compile(r"(?:no|none|false|without|0|n/?a|not (?:included|available|supported))[\s.!]*", re.IGNORECASE)
_NONE_OF = re.compile(r"(?:no|zero|free (?:of|from)|without) (?!one|way|longer|problem)\w+", re.IGNORECASE)
_YES = re.compile(r"(?:yes|yep|yeah|yup|true|sure|absolutely|definitely|correct)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[;!]\s*|[.,]\s+|\s+(?:but|that|which|because|so)\s+")
_HEDGE = re.compile(
    r"\b(?:unless|except|only|although|though|if|depends|sort of|wish|almost|nearly|should|another|other|separate|"
    r"less|instead|struggl\w+|wouldn'?t|hardly|barely|unfortunately|until|before|after|too|supposed|used to|"
    r"as \w+ as)\b",
    re.IGNORECASE,
)
_PROOF = wordset("proof resistant resistance repellent")
_HARM = frozenset(
    map(
        stem,
        wordset(
            """
            leak rust fade scratch stain shrink wrinkle slip skid fog tarnish crack shatter spill water wind dust fire
            flame odor smell tear rip chip tangle crease splash smudge sweat corrosion crush puncture bite chew uv
            """
        ),
    )
)
_INCLUDES = re.compile(
    r"\b(?:includ\w*|comes?|came|with|supplied|provided|in (?:the )?box|contents|components|accessories|package|kit|"
    r"set|plus|pack|bundled?|has|have)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"\b(?:than|less|more|as|not|too|but|if)\b", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:(?:is|are|do|does|did|will|would|can|could|should|was|were|has|have)(?:n'?t| not)|cannot|won'?t|cant|wont|"
    r"dont|doesnt|isnt|arent|no longer|never|not|nope|nowhere|neither)\b",
    re.IGNORECASE,
)
# "no problem", "never leaked", "can't beat": a denial of these is none of what was asked
_HARMLESS = wordset(
    """
    problem problems issue issues trouble complaint complaints complain worry worries leak leaks leaked clog
    clogged clogs rust rusted crack cracks cracked break broken broke sting hurt burn matter doubt regret
    blisters pain beat believe only sure need needed just yet failed fails wait know happier better
    """
)

# Properties with one stated value: what is not named there is not so.  The words name the property, not its values.
_CLOSED = {
    "color": "color colors colored colour shade tone",
    "origin": "origin country made manufactured manufacturer manufacture produced imported",
    "material": "material materials fabric made composition construction",
    "power source": "power source powered run",
    "closure": "closure type close",
    "gender": "gender department",
}
# What a value means for another question than the one its name asks: question, name of the fact, yes, no.
_IMPLIED = [
    tuple(re.compile(pattern, re.IGNORECASE) for pattern in row)
    for row in (
        (r"\b(?:europe|uk|england|germany|france|abroad|2[234]0 ?v\w*|220|230|240)\b", r"\bvoltage|\bvolts?\b|"
         r"\binput\b|\d ?v\b",
         r"100\s*(?:v\s*)?(?:-|–|to)\s*240|\b2[234]0\b|worldwide|dual", r"\b1[012]\d ?v"),
    )
]  # fmt: skip
_OPPOSITES = """
loud noisy / quiet silent noiseless whisper
heavy / light lightweight
hard firm stiff / soft plush
difficult complicated hard / easy simple effortless breeze
easy simple effortless / nightmare hassle pain frustrating struggle
slow / fast quick quickly
expensive / cheap inexpensive affordable
big large huge bulky / small tiny compact
corded wired / cordless wireless
plug electric / battery batteries manual
battery batteries / corded plug mains
automatic / manual
scented / unscented
glossy shiny / matte dull
scratchy itchy rough / soft smooth
warm / cold cool
hot / cool cold
wet / dry
color / monochrome
real genuine / faux fake imitation plated veneer
solid / veneer plated hollow
decaf decaffeinated / caffeinated
adjustable adjust / fixed
assembled / assembly
disposable / reusable
reusable / disposable
smell smelly stink odor / odorless odourless scentless
thick / thin
sturdy stable / wobbly flimsy
transparent sheer / opaque blackout
vegan vegetarian / leather suede bovine gelatin beef milk honey wool silk down
"""


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _OPPOSITES.strip().split("\n"):
        asked, denying = ([stem(word) for word in side.split()] for side in line.split("/"))
        for word in asked:
            found.setdefault(word, set()).update(denying)
        if asked[0] != stem("vegan"):
            for word in denying:
                found.setdefault(word, set()).update(asked)
    return {word: frozenset(others) - {word} for word, others in found.items()}


_OPPOSITE = _opposites()


def polarity(asked: Inquiry, text: str) -> str:
    """`yes` or `no` when a yes/no question is settled by this statement, else an empty text."""
    if not asked.yes_no or _SUPPOSES.match(asked.text) or not asked.terms or _CHOICE.search(asked.text):
        return ""
    stated = passage(text)
    heading, value = split(text)
    held = matching.held(asked, stated)
    share = sum(w * there for w, there in zip(asked.weights, held, strict=True)) / (sum(asked.weights) or 1.0)
    of_property = max((sure * matching.stated(name, stated) for name, sure in asked.aspects.items()), default=0.0)
    for question, names, yes, no in _IMPLIED:
        if question.search(asked.text) and names.search(heading or text):
            return "yes" if yes.search(value) else "no" if no.search(value) else ""
    usual = settled.settled(asked.text, text, included=share > 0 and asked.aspects.get("included") == 1.0)
    if usual is not None:
        return _of_switch(usual, value) if heading else usual
    refused = _denied(words.tokens(asked.text))
    if refused and _NONE_OF.match(value):  # "is it lactose free": "No dairy, gluten or soy"
        without = {stem(token) for token in words.tokens(value)}
        return "yes" if any(_same(term, other) for term in refused for other in without) else ""
    if heading:
        told = _headed(asked, stated, value)
        if told is not None:
            return told
    elif share >= ANSWERED or of_property >= AFFIRMED:
        if _NO.match(value.strip()):
            return "no"
        if _YES.match(value.strip()):
            return "yes"
    allowed = limits.allows(asked.text, heading, value)
    if allowed is not None and (share > 0 or not asked.terms):
        return "yes" if allowed else "no"
    if heading and value[:1].isdigit():
        return ""  # "Weight: 1.7 kg" does not say whether that is heavy
    return _by_words(asked, text)


def _of_switch(usual: str, value: str) -> str:
    """What the words settle, seen with the field's own yes or no: "Auto shut off: no" names it and denies it."""
    if not _BARE_NO.fullmatch(value.strip()):
        return usual
    return "no" if usual == "yes" else ""


def _headed(asked: Inquiry, stated: Passage, value: str) -> str | None:
    """What "Timer: no" and "Color: Cream" say of a timer and of black; None when the value settles nothing."""
    meant = bool(set(asked.terms) & stated.name) or any(
        sure * matching.stated(name, stated) >= 0.9 for name, sure in asked.aspects.items()
    )
    if meant and _NO.match(value):
        return "no"
    if meant and _YES.match(value) and len(value.split()) <= 3:
        return "yes"
    for name, naming in _CLOSED.items():
        own = frozenset(map(stem, naming.split()))
        meant_values = set(asked.terms) - own - stated.name
        if name in asked.aspects:
            meant_values = meant_values & ASPECTS[name].words or meant_values
        if (
            own & stated.name
            and (not value[:1].isdigit() or "%" in value)
            and meant_values
            and (name in asked.aspects or meant_values & ASPECTS[name].words)
        ):
            there = meant_values & stated.cues
            if not there and any(_same(term, other) for term in meant_values for other in stated.cues):
                return None
            return "yes" if there == meant_values else "" if there else "no"
    return None


def _by_words(asked: Inquiry, text: str) -> str:
    """What the clause that speaks of the question says of it; a clause that hedges says nothing."""
    stated = max(map(passage, _CLAUSES.split(text)), key=lambda clause: sum(matching.held(asked, clause)))
    held = matching.held(asked, stated)
    share = sum(w * there for w, there in zip(asked.weights, held, strict=True)) / (sum(asked.weights) or 1.0)
    denied, refused = _denied(list(stated.tokens)), _denied(words.tokens(asked.text))
    meant = set(asked.terms) - refused
    if refused:  # "is it sugar free", "does it work without salt"
        if any(_same(term, other) for term in refused for other in denied):
            return "yes"
        return "no" if refused & set(stated.stems) - denied and share >= AFFIRMED else ""
    if any(term == other or matching.alike(term, other) for term in meant for other in denied):
        return "no"
    if any(stem(f"{prefix}{token}") in stated.stems for token in words.tokens(asked.text)
           if stem(token) in meant for prefix in ("un", "non")):  # fmt: skip
        return "no"
    spoken = frozenset(words.stems(asked.text))
    contrary = frozenset().union(*(_OPPOSITE.get(term, frozenset()) for term in {*asked.terms, *spoken})) - {
        *asked.terms,
        *spoken,
    }
    if contrary & set(stated.stems):
        return "" if contrary & denied or _COMPARES.search(stated.text) else "no"
    if share >= DENIED and _refuses(stated):
        return "no"
    if asked.aspects.get("included") == 1.0 and not _INCLUDES.search(text):
        return ""  # "my GoPro sat on it" does not say that one comes with it
    if _HEDGE.search(stated.text) or stated.question or stated.unsure or denied:
        return ""
    return "yes" if share >= AFFIRMED and min(held) >= matching.SYNONYM else ""


def _denied(tokens: list[str]) -> frozenset[str]:
    """Stems of what is denied: also the rust of "rust proof" and the scent of "scentless"."""
    proof = {place for place, word in enumerate(tokens[:-1]) if stem(word) in _HARM and tokens[place + 1] in _PROOF}
    return frozenset(stem(tokens[place]) for place in {*negation.denied(tokens), *proof})


def _same(term: str, other: str) -> bool:
    known = thesaurus.groups()
    alike = term == other or matching.alike(term, other) > 0
    return alike or not known.get(term, frozenset()).isdisjoint(known.get(other, ()))


def _refuses(stated: Passage) -> bool:
    """Does the statement say of itself that something is not so?  "No problem" and "never leaked" do not."""
    found = _DENIES.search(stated.text)
    return found is not None and _HARMLESS.isdisjoint(words.tokens(stated.text[found.end() :])[:3])
