"""Messages that say nothing a shop can answer: no words, curses, attempts to command the program."""

from __future__ import annotations

import re
import unicodedata

from actions.care import greet, person
from actions.turn import Turn, remind
from lifecycle import conversations, needs, redaction
from lifecycle.language.manners import MANNERS
from lifecycle.language.words import stems, wordset

_TRICK = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instructions?|rules?|prompts?|guidelines|restrictions|"
    r"programming|training)\b|"
    r"\b(?:system|hidden|initial|secret)\s+(?:prompt|instructions?|message)\b|\byour\s+(?:prompt|instructions)\b|"
    r"\byou(?:'re|\s+are)\s+now\s+(?:an?\b|in\b|dan\b|\w+\s+mode)|\b(?:act|behave|respond|roleplay)\s+(?:as|like)\s+(?:an?\b|if\b|my\b)|"
    r"\bpretend\s+(?:to\s+be|you|that\s+you)|\b(?:developer|debug|admin|god|jailbreak|sudo)\s+mode\b|\bjailbreak\b|\bsudo\b|"
    r"\b(?:admin|root)\s+(?:password|access|login)|\bdrop\s+table\b|</?\s*(?:script|system|prompt|admin|instructions?)\b|\bselect\s+\*\s+from\b|\{\{.*\}\}|"
    r"^\W*(?:repeat\s+after\s+me|print|output|say\s+exactly|system\s*:|assistant\s*:)",
    re.I,
)
_CURSE = re.compile(
    r"\b(?:wtf|stfu|f+u+c*k\w*|bull?shit\w*|shit+y?|useless|stupid|idiots?|idiotic|morons?|dumb\w*|rubbish|pathetic|ridiculous|"
    r"crap(?:py)?|sucks?|hate\s+(?:you|this)|waste\s+of\s+(?:my\s+)?time|annoying|garbage|trash|bitch\w*|asshole\w*|cunt\w*|"
    r"bastards?|damn\s+(?:bot|thing|machine)|screw\s+(?:you|this)|piss\s+off|bugger\s+off|shut\s+up)\b",
    re.I,
)
_CURSED_AT = wordset(
    "you your youre bot robot chatbot ai assistant machine thing service app site website this is are it so such as "
    "what why how the hell can be am really all absolutely just piece of load off up my time go to people guys bloody"
)
_PIECE_OF = re.compile(r"\b(?:piece|load|bunch)s?\s+of\s+(?=shit|crap|garbage|trash|rubbish|junk)", re.I)
# Thrown at us, not said of something: with other words in it every other intent is answered.
_THROWN = wordset(
    "greet chitchat give_feedback bot_challenge out_of_scope nlu_fallback deny affirm skip thanks goodbye"
)
_YES, _THANKS = frozenset("👍👌✅✔🆗💯👏🤝"), frozenset("🙏❤♥💕😊😀😃😄😁🙂😍🥰🎉💖💛💚💙🤗😘")
_CROSS = frozenset("👎😡😠🤬💩🖕😤😒🙄😢😭😞☹🙁😩😫")
_PUZZLED = frozenset("🤔❓❔🤷😕")


def unreadable(turn: Turn) -> bool:
    """No letter and no digit: a thumb, a heart, a cross face, a question mark or nothing at all."""
    if any(char.isalnum() for char in turn.text):
        return False
    signs = {char for char in turn.text if not char.isspace() and unicodedata.category(char) not in ("Mn", "Cf", "Sk")}
    if signs & _CROSS:
        upset(turn)
    elif signs & (_THANKS | _YES) and _opens_the_talk(turn):
        turn.means("greet")  # a smile that opens a talk thanks for nothing
        greet(turn)
    elif signs & _YES and turn.pending is None:
        turn.say("utter_affirm")
    elif signs & _YES:
        turn.means("affirm")
        return False
    elif signs & _THANKS:
        turn.means("thanks")
        turn.say("utter_thanks")
    elif signs & _PUZZLED or set(turn.text) & set("?¿"):
        if not (turn.pending and remind(turn, turn.pending, buttons=[person(turn)])):
            turn.say("utter_puzzled", buttons=[person(turn)])
            turn.record(fallback=True, why={"rule": "only a question mark"})
    else:
        again = _again(turn)
        turn.say("utter_fallback_empty", buttons=[person(turn)] if again else ())
        turn.record(fallback=True, why={"rule": "nothing to read"})
    return True


def _opens_the_talk(turn: Turn) -> bool:
    return turn.pending is None and not conversations.lately_typed(turn.session, turn.thread_id, limit=1)


def tricks(turn: Turn) -> bool:
    """An order to the program instead of a word to the shop: words are never commands."""
    if not _TRICK.search(turn.text):
        return False
    again = _again(turn)
    turn.means("out_of_scope")
    turn.say("utter_tricks", buttons=[person(turn)] if again else ())
    turn.record(fallback=True, outcome="unanswered", why={"rule": "an order to the program"})
    return True


def masked(turn: Turn) -> bool:
    """A card's number or an IBAN was sent: it is hidden, and that is all such a message says unless more is asked."""
    hidden = [mask for mask in _HIDDEN if mask in turn.text]
    if not hidden:
        return False
    turn.say("utter_masked", what=hidden[0].strip("[]"), buttons=[person(turn)])
    turn.record(why={"rule": "a number that has no place in a chat"})
    rest = turn.text
    for mask in hidden:
        rest = rest.replace(mask, " ")
    return sum(word not in _OF_A_CARD for word in stems(rest)) < _MORE_IS_SAID


def curses(turn: Turn) -> bool:
    """Anger with nothing else in it; where there is a wish ("just a damn vacuum") or a question, that is heard."""
    if not is_cursing(turn.text):
        return False
    rest = [word for word in stems(without_curses(turn.text)) if word not in _CURSED_STEMS]
    vocabulary = needs.store_words(turn.session)
    said = needs.read(without_curses(turn.text), vocabulary)
    if said.lowest or said.prefer or said.kind or said.price_max or any(word in vocabulary.words for word in rest):
        return False
    if rest and (turn.intent not in _THROWN or len(rest) > len(turn.text.split()) / 2):
        return False
    turn.means("nlu_fallback")
    upset(turn)
    return True


def without_curses(text: str) -> str:
    return " ".join(_CURSE.sub(" ", _PIECE_OF.sub(" ", text)).split())


def is_cursing(text: str) -> bool:
    return _CURSE.search(text) is not None


def upset(turn: Turn) -> None:
    """Sorry, and a person."""
    _again(turn)
    turn.say("utter_upset", buttons=[person(turn)])
    turn.record(fallback=True, outcome="unanswered", why={"rule": "upset"})


def _again(turn: Turn) -> bool:
    """Is this not the first message of this talk that could not be answered?  It is counted with them."""
    before = int(turn.slots.get("fallbacks") or 0)
    turn.remember("fallbacks", before + 1)
    return before > 0


_CURSED_STEMS = frozenset(stems(" ".join((*_CURSED_AT, *MANNERS))))
# What is said around the number of a card, and how many other words are a message of their own.
_HIDDEN = (redaction.MASKS["card"], redaction.MASKS["iban"])
_OF_A_CARD = frozenset(
    stems(
        "my card number iban is visa mastercard amex credit debit account bank the it here and cvv cvc code exp expiry "
        "date valid until name on pay with use take charge please from for you can to this"
    )
)
_MORE_IS_SAID = 3
CLAIMS = (unreadable, tricks, masked, curses)
