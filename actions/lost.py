"""What to do with a message the classifier does not know: read it once more with the store's words, then say so."""

from __future__ import annotations

import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

from babel.dates import format_date

from actions import manners, showing
from actions.advice import advise_on_text, not_sold, note_needs
from actions.asking import address_in, wonders
from actions.care import order_lookup, person, starters
from actions.context import ABOUT_SHOP
from actions.looking_back import Compare
from actions.turn import Button, Turn, TurnAction
from lifecycle import cases, knowledge, needs, replies
from lifecycle.advice import references, shelf
from lifecycle.language import words
from lifecycle.language.languages import foreign_words
from lifecycle.settings import settings
from lifecycle.text import one_line

SURE = 0.5
SURE_ENOUGH, CERTAIN = 0.8, 0.9  # confidence of an article for a message of no known intent, and for a foreign one
MOST_WORDS = 6  # a message of more words that concerns no shop is no wish in disguise
MOST_WORDS_OF_IT = 10  # … unless it asks something of "it"
_LADDER = 5  # different ways to say that we are lost; none comes twice in a row
_ORDER_NUMBER = re.compile(r"\border\s*(?:no\.?|number|nr\.?|#|id)?\s*:?\s*#?\d{3,}", re.I)
_ASKS_OF_IT = re.compile(r"\?\s*$|^\W*(?:and|what about|how about|also|does it|is it|can it)\b", re.I)
_WISHES = re.compile(r"\b(?:want|need|looking|budget|spend|must|should|my|for|prefer|would like|i'd like)\b|\?\s", re.I)
_LOOKS_FOR = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:looking|searching|hunting|shopping)\s+for\b|^\W*(?:i\s+)?(?:need|want)\b", re.I
)
_SOLD = re.compile(
    r"^\W*(?:(?:so|and|but|hi|hey|hello|also)\W+)*do\s+(?:you|u|ya)\s+(?:guys\s+)?(?:also\s+)?(?:sell|stock|carry)\b",
    re.I,
)
_WHAT_TO_BUY = re.compile(
    r"\b(?:what|which)\s+(?:\w+\s+){1,3}(?:do|should|shall|would|can|could)\s+(?:i|you|we)\s+"
    r"(?:need|use|get|buy|take|try|choose|pick|recommend|suggest)\b",
    re.I,
)
_YES_NO_QUESTION = re.compile(r"^\W*(?:is|are|does|did|was|were)\b", re.I)
_WHEN_ANSWERED = re.compile(
    r"\b(?:when|how (?:long|soon))\b.*\b(?:hear|reply|answer|respond|contact|get back|call|write)\b|"
    r"\bany (?:news|update)\b|"
    r"\b(?:did|has|have)\b.*\b(?:team|they|anyone|anybody|someone|somebody)\b.*\b(?:answer|reply|replied)",
    re.I,
)
_LANGUAGE_ASKED = re.compile(
    r"\b(?:speak|talk|write|understand|language)\b.*\b(?:spanish|french|german|italian|portuguese|dutch|polish|chinese|"
    r"japanese|arabic|russian|hindi|korean|turkish|swedish|languages?)\b",
    re.I,
)


class Fallback(TurnAction):
    """The store's own words may know what the classifier does not; then we ask again, and offer a person."""

    named = "action_fallback"

    def respond(self, turn: Turn) -> None:
        if foreign(turn.text):
            turn.say("utter_english_only", buttons=[person(turn)])
            turn.record(fallback=True, outcome="unanswered", why={"rule": "another language"})
        elif address_in(turn.typed) or _ORDER_NUMBER.search(turn.typed):
            order_lookup(turn)
        elif (_SOLD.match(turn.text) and heard_as_goods(turn)) or any(heard(turn) for heard in self._readings(turn)):
            pass
        elif not heard_as_question(turn, CERTAIN if turn.intent == "out_of_scope" else SURE_ENOUGH):
            lost(turn)

    def _readings(self, turn: Turn) -> tuple[Callable[[Turn], bool], ...]:
        """What may still be heard, the likeliest first: who says "looking for" wishes, whatever names stand in it."""
        if _LOOKS_FOR.match(turn.text):
            return (heard_as_wish, heard_as_names)
        return (when_answered, heard_of_the_shop, heard_as_names, heard_as_wish, heard_of_it)


def when_answered(turn: Turn) -> bool:
    """ "When will I hear from you?": by when the team answers what is open here; False when nothing is."""
    if not _WHEN_ANSWERED.search(turn.text):
        return False
    waiting = cases.open_of(turn.session, conversation_ids=(turn.conversation_id,))
    if not waiting:
        return _answered_meanwhile(turn)
    case = min(waiting, key=lambda each: each.due_at)
    turn.say("utter_case_due", due=cases.due_text(turn.session, case, now=turn.now))
    turn.record(outcome="answered", why={"case": case.id})
    return True


def _answered_meanwhile(turn: Turn) -> bool:
    """What the team answered to the last question of this chat; False when it was asked none."""
    found = replies.last_of(turn.session, turn.thread_id)
    if found is None:
        return False
    question, answer, at = found
    day = format_date(at.astimezone(ZoneInfo(settings().store_timezone)), "d MMMM yyyy", locale="en")
    turn.say("utter_team_answered", question=question, said=answer.partition("\n")[2] or answer, day=day)
    turn.record(outcome="answered", why={"rule": "the team's answer"})
    return True


class AnswerButton(TurnAction):
    """A pressed button of a question: the question's own reader takes it (actions/turn.py)."""

    named = "action_answer"

    def respond(self, turn: Turn) -> None:
        lost(turn)


def foreign(text: str) -> bool:
    """Is this another language than the one we speak, or the question whether we speak it?"""
    letters = [char for char in text if char.isalpha()]
    strange = sum(ord(char) > 0x24F for char in letters)
    return strange * 2 > len(letters) or bool(_LANGUAGE_ASKED.search(text) or foreign_words(text))


def heard_as_names(turn: Turn) -> bool:
    """Products named in full are meant, whatever else is said: two are compared, one is shown."""
    from actions.education import ProductQuestion

    named = references.each_named(turn.session, turn.text)
    if len(named) > 1:
        Compare().respond(turn)
    elif named:
        ProductQuestion().about(turn, named[0])
    return bool(named) and told(turn, "compare" if len(named) > 1 else "product_question")


def heard_as_wish(turn: Turn) -> bool:
    """A wish in few words ("a kettle I guess", "forget the pink"); a question about the world is none."""
    what_to_buy = bool(_WHAT_TO_BUY.search(turn.text))
    elsewhere = turn.intent == "out_of_scope"
    if (wonders(turn.text) and not what_to_buy) or (elsewhere and _YES_NO_QUESTION.match(turn.text)):
        return False
    if what_to_buy or _LOOKS_FOR.match(turn.text):
        may_note = not elsewhere or (len(turn.text.split()) > MOST_WORDS and _WISHES.search(turn.text))
        heard = advise_loosely(turn) or bool(may_note and note_needs(turn))
        return heard and told(turn, "recommend")
    if not elsewhere:
        return (advise_on_text(turn) or note_needs(turn)) and told(turn, "recommend")
    if len(turn.text.split()) <= MOST_WORDS:
        return advise_on_text(turn) and told(turn, "recommend")
    if not _WISHES.search(turn.text):
        return False
    alone = needs.read(turn.text, needs.store_words(turn.session))
    said = alone.stated > len(alone.wanted)
    heard = (said and bool(alone.kind) and advise_on_text(turn, scraps=True)) or note_needs(turn)
    return heard and told(turn, "recommend")


def advise_loosely(turn: Turn) -> bool:
    """A wish, if need be of what is left when words nobody knows are passed over."""
    return advise_on_text(turn) or advise_on_text(turn, scraps=True)


def heard_as_goods(turn: Turn) -> bool:
    """ "Do you sell goldfish?": products called so, or what the store's texts say of them, or that there are none."""
    if len(turn.text.split()) > MOST_WORDS:
        return False
    return (
        (advise_loosely(turn) and told(turn, "recommend"))
        or (heard_as_question(turn, SURE) and told(turn, "store_info"))
        or (not_sold(turn) and told(turn, "availability"))
    )


def told(turn: Turn, topic: str) -> bool:
    """What a message was about that the classifier did not know; always True."""
    turn.record(topic=topic)
    return True


def heard_of_the_shop(turn: Turn) -> bool:
    """ "Is it open on Sunday?" right after a question about the shop: "it" is what the shop was asked about."""
    before = (turn.slots.get("record") or {}).get("topic") or []
    about_shop = bool(before) and set(before) <= ABOUT_SHOP
    return (
        about_shop and references.points(turn.text) and heard_as_question(turn, SURE_ENOUGH) and told(turn, before[0])
    )


def heard_of_it(turn: Turn) -> bool:
    """A scrap of a question ("and mop?") about the product talked about, when its page answers it."""
    from actions.education import answered

    shown = turn.slots.get("shown") or []
    at_hand = turn.slots.get("product_id") or (shown[0] if len(shown) == 1 else None)
    most = MOST_WORDS_OF_IT if references.points(turn.text) else MOST_WORDS
    if at_hand is None or len(turn.text.split()) > most or not _ASKS_OF_IT.search(turn.text):
        return False
    item = shelf.items(turn.session, [at_hand]).get(at_hand)
    if item is None:
        return False
    if answered(turn, item):
        return told(turn, "product_question")
    asked = words.content(references.without(turn.text))
    known = sum(term in needs.store_words(turn.session).words for term in asked)
    if not asked or known * 2 < len(asked):
        return False
    showing.not_stated(turn, item, "")
    return told(turn, "product_question")


def heard_as_question(turn: Turn, sure: float = 0.0) -> bool:
    """Answer from the store's articles or guides when one of them does, at least as surely as `sure`."""
    found = knowledge.answer_store(turn.session, turn.text)
    guide = None if found and found.confidence >= sure else knowledge.how_to(turn.session, turn.text)
    if guide is not None and guide.confidence >= max(sure, SURE_ENOUGH):
        showing.say_text(turn, guide, "utter_how_to")
        turn.record(outcome="answered", why={"rule": "guide", "source": guide.source})
        return True
    if found is None or found.confidence < sure:
        return False
    showing.say_text(turn, found)
    turn.record(outcome="answered", why={"rule": "article", "source": found.source})
    return True


def lost(turn: Turn) -> None:
    """Say so, never in the same words twice in a row; from the second time on offer a person."""
    if manners.is_cursing(turn.text):
        manners.upset(turn)
        return
    if turn.text != turn.whole and turn.told_already(turn.text):
        return
    if turn.text != turn.whole and turn.spoke:
        showing.note_gap(turn, topic="")
        team = Button(turn.phrase("phrase_ask_team"), "answer", kind="ask_team", value=turn.text[:300])
        turn.say("utter_part_unknown", part=turn.text.rstrip("?!. "), buttons=[team])
        turn.record(outcome="unanswered", why={"rule": "part unknown"})
        return
    before = int(turn.slots.get("fallbacks") or 0)
    step = before if before < _LADDER else _LADDER - 2 + (before - _LADDER) % 2
    turn.say(f"utter_fallback_{step + 1}", buttons=starters(turn) if step == 0 else [person(turn)])
    turn.remember("fallbacks", before + 1)
    turn.record(fallback=True, outcome="unanswered", why={"rule": f"fallback {step + 1}"})
    if before == 1:
        knowledge.note_gap(
            turn.session, one_line(turn.text, 500), conversation_id=turn.conversation_id, topic="", now=turn.now
        )
