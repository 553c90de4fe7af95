"""How one message is taken: each of its parts by a typed button, the pending question, the talk so far, its intent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from actions import asked, context, manners, problems, reasons, steps, wishes
from actions.asking import asks, drop_answered
from actions.turn import ACTIONS, ANSWERS, ESCAPES, Turn, TurnAction, answers, remind_once
from lifecycle.advice import references
from lifecycle.conversations import Offer
from lifecycle.language import shorthand
from lifecycle.language.words import fold, tokens, wordset
from lifecycle.topics import topic_of

_ANSWERED_BY = {
    "action_store_question": "ask_delivery ask_returns ask_payment ask_warranty ask_discounts ask_store",
    "action_product_question": "ask_product ask_price ask_availability",
    "action_usage": "ask_usage",
    "action_reviews": "ask_reviews",
    "action_recommend": "recommend",
    "action_critique": "critique",
    "action_more": "more_options",
    "action_compare": "compare",
    "action_place_order": "place_order",
    "action_recall_needs": "recall_needs",
    "action_go_back": "go_back",
    "action_start_over": "start_over",
    "action_order": "ask_order_status cancel_order change_order",
    "action_problem": "report_problem",
    "action_feedback": "give_feedback",
    "action_unsubscribe": "unsubscribe",
    "action_my_data": "show_my_data forget_me",
    "action_human": "contact_human",
    "action_smalltalk": "greet goodbye thanks bot_challenge chitchat affirm deny skip",
    "action_fallback": "out_of_scope nlu_fallback",
    "action_answer": "answer",
    "action_follow_up": "EXTERNAL_follow_up",
}
ACTION_OF = {intent: action for action, intents in _ANSWERED_BY.items() for intent in intents.split()}  # data/rules.yml

# What is answered by itself when it stands beside something else in one message.
_BY_ITSELF = wordset(
    "ask_delivery ask_returns ask_payment ask_warranty ask_discounts ask_store ask_product ask_price ask_availability "
    "ask_usage ask_reviews compare ask_order_status cancel_order change_order contact_human unsubscribe show_my_data "
    "forget_me recall_needs"
)
_ORDERS = frozenset({"contact_human", "unsubscribe", "forget_me", "compare", "cancel_order", "change_order"})
_MANNERS = wordset("greet thanks affirm chitchat deny skip nlu_fallback out_of_scope goodbye")
_FREE_TEXT = frozenset({"reason", "review", "feedback", "problem", "case_detail", "promise", "contact"})
_YES_NO_BELOW = frozenset({"need", "relax"})  # pending questions a plain "yes" does not answer
CLAIMS = (
    *steps.CLAIMS,
    *problems.CLAIMS,
    *manners.CLAIMS,
    *reasons.CLAIMS,
    *context.CLAIMS,
    *asked.CLAIMS,
    *wishes.CLAIMS,
)
MOST_WORDS_OF_A_TITLE = 9
MOST_WORDS_OF_A_YES = 5
ALIKE = 88  # of 100: a title with one slip of the finger
_COUNT = re.compile(r"\s*\(\d+\)\s*$")
_AROUND = re.compile(
    r"^(?:(?:ok|okay|yes|yeah|yep|well|um|hm+|so|then|just|please|pls|i(?:'ll| will)? (?:choose|pick|take|want|say)|"
    r"i'?d like(?: to)?|let'?s|go (?:with|for)|can (?:you|i)|could you|option|button)\b[\s,]*)+|"
    r"[\s,]*\b(?:please|pls|plz|thanks|thank you|then|thx)$"
)
_BUYS = re.compile(r"\b(?:buy|order|purchase|basket|cart|checkout|pay)\b", re.I)
_LITTLE = wordset("a an the to our your my of for it is")


def take(turn: Turn, action: TurnAction) -> None:
    """Answer everything one message says, in its order; a question of ours it did not answer returns once."""
    drop_answered(turn)
    before = turn.pending
    whole = turn.intent
    claimed = False
    parts = _parts(turn)
    if len(parts) > 1:
        _name_it(turn)
    for part in parts:
        turn.hear(part.text if _in_own_words(turn) else shorthand.plain(part.text), part.intent)
        told = len(turn.topics)
        claimed |= _take_part(turn, part, action if turn.intent == whole else None)
        if len(turn.topics) == told:
            turn.record(topic=topic_of(turn.intent))
    below = before.get("below") if before else None
    waiting = turn.pending
    leaving = turn.intent == "goodbye" or turn.offers_something
    if waiting is not None and waiting in (before, below) and not (claimed or leaving):
        remind_once(turn, waiting)


@dataclass(frozen=True)
class Part:
    """A text to answer and its intent; `aside` when it is only manners, heard by a pending question or by nobody."""

    text: str
    intent: dict[str, Any] | None
    aside: bool = False


def _take_part(turn: Turn, part: Part, action: TurnAction | None) -> bool:
    """Answer one part; True when the pending question took it."""
    if not turn.pressed:
        _pressed_by_words(turn, turn.offers)
    if not turn.pressed and any(claims(turn) for claims in (*context.FIRST, *wishes.FIRST)):
        return False
    if _claimed(turn):
        return True
    if part.aside:
        turn.means("nlu_fallback")
    elif turn.pressed or not any(claims(turn) for claims in CLAIMS):
        _answer(turn, action)
    return False


def _name_it(turn: Turn) -> None:
    """A product named in one part of a message is "it" in the others."""
    item = references.named(turn.session, turn.whole)
    if item is not None and item.product_id not in (turn.slots.get("shown") or ()):
        turn.remember("product_id", item.product_id)


def _in_own_words(turn: Turn) -> bool:
    """What is kept for people to read stays as it was typed."""
    return turn.pending is not None and turn.pending["kind"] in _FREE_TEXT


def _answer(turn: Turn, action: TurnAction | None = None) -> None:
    """Let the action of the intent answer; `action` when it is the one already at work."""
    named = ACTION_OF.get(turn.intent, "action_fallback")
    if action is None or action.named != named:
        action = ACTIONS[named]()
        turn.record(why={"action": named})
    action.respond(turn)


# --- the parts of a message -------------------------------------------------------------------------------------------


def _parts(turn: Turn) -> list[Part]:
    """The texts to answer one after the other, each with its intent: what can be answered by itself, and the rest.

    A message that is one thought stays whole; manners beside a question ("hi, thanks, and ...") need no answer.
    """
    parts = _pointing_joined(turn.metadata.get("parts") or [])
    alone = [_alone(part, turn) for part in parts]
    if not any(alone):
        whole = Part(turn.whole, {"name": turn.intent, "confidence": turn.confidence})
        tale = len(parts) > 1 and turn.pending is None and not turn.pressed
        told = _rest(turn, parts) if tale else whole
        return [whole if told.aside or (told.intent or {}).get("name") not in ("recommend", "critique") else told]
    rest = [part for part, by_itself in zip(parts, alone, strict=True) if not by_itself]
    found: list[Part] = []
    for part, by_itself in zip(parts, alone, strict=True):
        if by_itself:
            found.append(Part(part["text"], part["intent"]))
        elif part is rest[0]:
            found.append(_rest(turn, rest))
    return found


def _pointing_joined(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """ "The 2nd one, is it loud?": what only points belongs to the question behind it."""
    joined: list[dict[str, Any]] = []
    for part in parts:
        if joined and references.only_points(joined[-1]["text"]):
            part = {**part, "text": f"{joined.pop()['text']}, {part['text']}"}
        joined.append(dict(part))
    return joined


def _rest(turn: Turn, rest: list[dict[str, Any]]) -> Part:
    """What is no question, as one text: a wish by its wishing sentences; manners only for a pending question."""
    texts, intent = [part["text"] for part in rest], _strongest(rest)
    if intent["name"] not in ("recommend", "critique"):
        text = ". ".join(texts)
        return Part(text, intent, aside=intent["name"] in _MANNERS and not asks(text))
    text = wishes.gist(turn, texts)
    if not turn.slots.get("shown"):
        intent = {**intent, "name": "recommend"}
    return Part(text, intent, aside=not wishes.says_a_need(turn, text))


def _alone(part: dict[str, Any], turn: Turn) -> bool:
    """Can this part be answered by itself?  It must be put as a question, or as an order that is heard in any turn."""
    intent = (part.get("intent") or {}).get("name")
    asked = asks(part["text"])
    if intent in ("nlu_fallback", "out_of_scope", "place_order") and asked:
        if not _BUYS.search(part["text"]):
            part["intent"] = {"name": "nlu_fallback", "confidence": 0.0}
        return not turn.accepted  # of a message nobody understands as a whole, its question may be understood
    if intent not in _BY_ITSELF:
        return False
    free = turn.pending is not None and turn.pending["kind"] in _FREE_TEXT
    return asked or (intent in _ORDERS and not (free and intent != "contact_human"))


def _strongest(rest: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The intent of what is left: the surest that is more than manners."""
    intents = [part["intent"] for part in rest if part.get("intent")]
    telling = [intent for intent in intents if intent["name"] not in _MANNERS]
    known = telling or intents or [{"name": "nlu_fallback", "confidence": 0.0}]
    return dict(max(known, key=lambda intent: intent["confidence"]))


# --- typed buttons ----------------------------------------------------------------------------------------------------


def _pressed_by_words(turn: Turn, offers: list[Offer]) -> None:
    """Every button has a typed equivalent: its title, near enough; "yes" to the only one a question came with."""
    words = turn.text.split()
    if not words or len(words) > MOST_WORDS_OF_A_TITLE:
        return
    typed = _plain(turn.text)
    for offer in offers:
        if _still_offered(offer, turn.pending) and _alike(typed, _plain(offer.title)):
            turn.press(offer.intent, offer.entities)
            return
    pending = turn.pending
    if (
        turn.intent == "affirm"
        and len(words) <= MOST_WORDS_OF_A_YES
        and not reasons.asks_why(turn.text)
        and (pending is None or pending["kind"] in _YES_NO_BELOW)
    ):
        last = [offer for offer in offers if offer.ago == 0]
        only = [offer for offer in last if offer.alone]
        if len(only) == 1:
            turn.press(only[0].intent, only[0].entities)


def _still_offered(offer: Offer, pending: dict[str, Any] | None) -> bool:
    """A button of the last reply, a question still pending, or a way that is always open ("Ask the team")."""
    if offer.ago == 0 or offer.entities.get("kind") == "ask_team":
        return True
    if offer.intent == "answer":
        return pending is not None and pending["kind"] == offer.entities.get("kind")
    return not offer.entities  # "Talk to a person", "Start over"


def _plain(title: str) -> str:
    kept = _AROUND.sub("", fold(_COUNT.sub("", title)).replace("’", "'").strip(" .!?,"))
    found = [word for word in tokens(kept or title) if word not in _LITTLE]
    return " ".join(found or tokens(title))


def _alike(typed: str, title: str) -> bool:
    if not typed or not title:
        return False
    if typed == title:
        return True
    digits = [[word for word in text.split() if word[0].isdigit()] for text in (typed, title)]
    return digits[0] == digits[1] and len(typed) > 4 and fuzz.ratio(typed, title) >= ALIKE


# --- the pending question ---------------------------------------------------------------------------------------------


def _claimed(turn: Turn) -> bool:
    """Does the pending question take the text?  One asked aside is dropped when it does not, for the one below it."""
    pending = turn.pending
    if turn.intent == "answer":
        kind = turn.entities.get("kind", [""])[0]
        state = {name: values[0] for name, values in turn.entities.items() if name not in ("kind", "value")}
        same = pending is not None and pending["kind"] == kind
        handler = ANSWERS.get(kind)
        value = turn.entities.get("value", [""])[0]
        return bool(handler and handler(turn, pending if same and pending else {"kind": kind, **state}, value))
    while pending is not None:
        kind = pending["kind"]
        escapes = turn.accepted and turn.intent in ESCAPES
        if not escapes and kind in ANSWERS and ANSWERS[kind](turn, pending, None):
            if not turn.pressed:
                turn.means("recommend" if kind in _YES_NO_BELOW else "answer")
            return True
        if "below" not in pending:
            return False
        pending = pending["below"]
        turn.remember("pending", pending)
    return False


@answers("which")
def which(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """Which of the shown products is meant: the question before is asked of that one."""
    if len(turn.text.split()) > MOST_WORDS_OF_A_TITLE:
        return False
    meant = references.find(turn.session, turn.text, list(pending["products"]), None)
    if meant.one is None:
        return False
    turn.settled()
    turn.press(str(pending["intent"]), {"product": meant.one.product_id, "value": str(pending["question"])})
    _answer(turn)
    return True
