"""The customer's choice after we asked: a question about a need answered, a way out of a conflict taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions import showing
from actions.advice import advise, change_needs, known_only, rejected, stated
from actions.asking import asks, wonders
from actions.turn import ESCAPES, Turn, answers
from lifecycle import needs
from lifecycle.advice import questions, recommend, references, relaxations
from lifecycle.language.languages import foreign_words
from lifecycle.language.words import fold, stems, tokens
from lifecycle.needs import Needs

_ANY = re.compile(
    r"^\W*(?:(?:i\s+(?:have\s+)?)?(?:no|any|whatever|whichever|skip|pass|dunno|either|anything|everything|all|both|nothing)"
    r"\b(?!\s+(?:under|over|below|but)).{0,25}|(?:i\s+)?(?:don'?t|do\s+not|doesn'?t)\s+(?:care|mind|know|matter|have\s+a).*|"
    r"(?:it\s+)?doesn'?t\s+matter.*|not\s+sure.*|no\s+(?:idea|preference|matter).*|idk|up\s+to\s+you|"
    r"you\s+(?:choose|decide)|just\s+show.*|show\s+me(?:\s+(?:all|them|everything|some|any(?:thing)?|what.*|"
    r"the\s+(?:products|results|options)))?|next)\W*$",
    re.I,
)
# "60" to "how much would you like to spend?"
_AMOUNT = re.compile(
    r"^\W*(?:(?:i(?:'d)?\s+)?(?:say|like|maybe|perhaps|um+|well|ok|i\s+have|spend)\W+)*(?:(?P<about>about|around|roughly)\W+)?"
    r"(?P<sum>[$£€]?\d+(?:[.,]\d+)*k?)(?:\s*(?:max(?:imum)?|tops|at\s+most|or\s+(?:so|less)|ish))?\W*$",
    re.I,
)
_STEPS_BACK = frozenset({"go_back", "recall_needs", "compare", "more_options", "place_order", "critique"})
_QUESTIONS = frozenset(
    {"ask_delivery", "ask_returns", "ask_payment", "ask_warranty", "ask_discounts", "ask_store", "ask_reviews",
     "ask_usage", "ask_order_status", "cancel_order", "change_order", "report_problem", "bot_challenge", "greet",
     "goodbye", "thanks"}
)  # fmt: skip
_PLACES = {"first": 0, "1st": 0, "1": 0, "one": 0, "second": 1, "2nd": 1, "2": 1, "two": 1, "third": 2, "3rd": 2,
           "3": 2, "three": 2, "last": -1}  # fmt: skip
_PLACE = re.compile(
    rf"^\W*(?:(?:ok|okay|yes|then|let'?s|go|with|take|try|the|option|number|choice|way)\W+)*(?P<place>{'|'.join(_PLACES)})"
    r"(?:\s+(?:one|option|choice|way))?(?:\s+(?:please|then|pls))?\W*$",
    re.I,
)
_RAISE = re.compile(
    r"\b(?:raise|increase|up|stretch|higher|more\s+money|spend\s+more|pay\s+more|go\s+(?:up|higher))\b|"
    r"\b(?:budget|price|money)\s+(?:is\s+|can\s+be\s+)?(?:flexible|no\s+problem|not\s+(?:so\s+)?important)",
    re.I,
)
_GIVES_UP = re.compile(
    r"\b(?:without|drop|forget|skip|ignore|never\s?mind|leave\s+out|doesn'?t\s+(?:matter|have\s+to)|not\s+(?:so\s+)?important|"
    r"don'?t\s+(?:care|mind|need)|any|allow|ok(?:ay)?|fine)\b",
    re.I,
)
_LEAVES = re.compile(r"\b(?:forget|never\s?mind|no\s+more|enough\s+of)\b", re.I)
_EITHER = re.compile(
    r"^\W*(?:either|any(?:\s+of\s+(?:them|those|these))?|whatever|whichever|you\s+(?:choose|decide))\W*$", re.I
)
_KINDS = {"colour": "colour color", "brand": "brand make", "price": "price budget", "limit": "size limit number"}
MOST_WORDS_OF_A_CHOICE = 9


@answers("need")
def need(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """The answer to a question about a need: a button, a value in words, or no preference; a new wish also counts."""
    before = stated(turn)
    attribute = str(pending.get("attribute") or "")
    if value is None and turn.slots.get("shown") and asks(turn.text) and references.names_place(turn.text):
        return False  # "is the 2nd worth more?" asks about what was shown
    if value is None and len(foreign_words(turn.text)) * 2 >= len(turn.text.split()):
        return False
    if value is None:
        value = _value_in(turn, pending, attribute)
    if value == "any":
        turn.settled()
        advise(turn, before)
        return True
    if value is not None and attribute:
        wanted = questions.apply(before, attribute, value)
        if not turn.pressed and len(turn.text.split()) > len(value.split()) + 1:
            wanted = _and_more(turn, wanted)
    else:
        if turn.accepted and turn.intent in ESCAPES | _STEPS_BACK | _QUESTIONS:
            return False
        amount = _AMOUNT.match(turn.text) if attribute == "price" else None
        said = f"{amount['about'] or 'up to'} {amount['sum']}" if amount else turn.text
        wanted = needs.read(said, needs.store_words(turn.session), before)
        asking = amount is None and ((turn.accepted and turn.intent.startswith("ask_")) or wonders(turn.text))
        if asking or wanted == before or not _sensible(wanted, before, turn):
            return False
    turn.settled()
    change_needs(turn, wanted)
    advise(turn, wanted)
    return True


@answers("relax")
def relax(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """A way out was chosen, pressed or said ("raise it", "the first option", "ok without the colour")."""
    change = turn.entities.get("change", ["drop"])[0]
    if value is None:
        if turn.accepted and turn.intent == "deny":
            turn.settled()
            turn.say("utter_relax_kept")
            return True
        chosen = _way_in(turn.text, pending.get("ways") or ())
        leaves = _LEAVES.search(turn.text) and stated(turn).kind in stems(turn.text)  # "forget cookbooks"
        other = needs.read(turn.text, needs.store_words(turn.session)).kind
        if chosen is None or leaves or (other and other != stated(turn).kind):
            return False
        change, value = chosen["change"], chosen["value"]
    before = Needs.from_json(pending.get("needs")) if pending.get("needs") else stated(turn)
    turn.settled()
    wanted = relaxations.relax(before, change, value)
    seen = list(turn.slots.get("shown") or []) if change == "other" else []
    change_needs(turn, wanted)
    others = recommend.recommend(turn.session, wanted, exclude=seen, rejected=rejected(turn)) if seen else None
    if others is not None and others.results:
        showing.show(turn, wanted, others, "utter_more_results", count=len(others.results))
    else:
        advise(turn, wanted, question=False)
    return True


def _way_in(text: str, ways: Sequence[dict[str, str]]) -> dict[str, str] | None:
    """The offered way a text means: its place, "raise it", or the need it gives up or keeps."""
    line = fold(text).replace("’", "'")
    if not ways or len(line.split()) > MOST_WORDS_OF_A_CHOICE:
        return None
    place = _PLACE.match(line)
    if place:
        at = _PLACES[place["place"].lower()]
        return ways[at] if -1 <= at < len(ways) else None
    if _EITHER.match(line):
        return ways[0]
    priced = next((way for way in ways if way["change"] in ("price_max", "price_min")), None)
    if priced and _RAISE.search(line):
        return priced
    said = set(stems(line))
    named = [way for way in ways if _names(way, said)]
    choosing = {way["change"] for way in ways} <= {"keep"}
    if choosing and len(named) > 1:
        exact = [
            way
            for way in named
            if set(stems(way["label"])) <= said and ("not" in tokens(way["label"])) == ("not" in said)
        ]
        return exact[0] if exact else None
    if not (choosing or _GIVES_UP.search(line)):
        return None
    if len(named) == 1:
        return named[0]
    return ways[0] if len(ways) == 1 and not named and len(said) < 4 else None


def _names(way: dict[str, str], said: set[str]) -> bool:
    """Does the text name the need of this way: by its words, or by what it is ("the colour")?"""
    kind = way["value"].partition(":")[0] if way["change"] == "drop" else way["change"].partition("_")[0]
    words = set(stems(way["label"])) | set(stems(way["need"]))
    return bool(said & (words - {"not", "no"})) or bool(said & set(stems(_KINDS.get(kind, ""))))


def _and_more(turn: Turn, wanted: Needs) -> Needs:
    """What else an answer says: "espresso mostly, my husband also does French press"; unknown words are left out."""
    vocabulary = needs.store_words(turn.session)
    more = needs.read(turn.text, vocabulary, wanted)
    if more.kind != wanted.kind:
        return wanted
    return replace(known_only(more, vocabulary), text=wanted.text)


def _value_in(turn: Turn, pending: dict[str, Any], attribute: str) -> str | None:
    """The offered value a text names, "any" for no preference, else None."""
    text = turn.text.replace("’", "'")
    asking = turn.accepted and (turn.intent.startswith("ask_") or turn.intent in ESCAPES | _STEPS_BACK)
    if turn.accepted and turn.intent in ("skip", "deny"):
        return None if _names_another(turn) else "any"
    said = set(stems(text))
    if attribute != "price" and not said & {"not", "no"}:
        for value in pending.get("values") or ():
            named = set(stems(value))
            if named <= said and (not asking or len(said - named) <= 1):
                return str(value)
    return "any" if _ANY.match(text) and not asking and not _names_another(turn) else None


def _names_another(turn: Turn) -> bool:
    """ "No, actually a robot" is no lack of a preference: it names a kind of product."""
    return bool(needs.read(turn.text, needs.store_words(turn.session)).kind)


def _sensible(wanted: Needs, before: Needs, turn: Turn) -> bool:
    """Did the text say more than words nobody knows?"""
    if (wanted.price_min, wanted.price_max, wanted.prefer) != (before.price_min, before.price_max, before.prefer):
        return True
    vocabulary = needs.store_words(turn.session)
    new = [term for term in (*wanted.wanted, *wanted.unwanted) if term not in (*before.wanted, *before.unwanted)]
    return not new or any(set(stems(term)) <= vocabulary.words for term in new)
