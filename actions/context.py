"""What a message means in this talk: an address for the team, the one meant after all, a wish in few words."""

from __future__ import annotations

import re
from dataclasses import replace

import sqlalchemy as sa

from actions import showing
from actions.advice import category_buttons, change_needs, stated
from actions.asking import asks
from actions.turn import Turn
from lifecycle import cases, customers, money, needs, references, sentiment, shelf
from lifecycle.errors import Invalid
from lifecycle.model import SupportCase
from lifecycle.needs import Needs
from lifecycle.words import stems, wordset

MOST_WORDS_OF_A_WISH = 8
MOST_WORDS_WITH_AN_ADDRESS = 8
# Intents a short wish is taken for: "under 1.5k" for feedback, "not gloves" for a no.
_UNSURE = wordset(
    "give_feedback affirm deny skip greet thanks chitchat out_of_scope nlu_fallback ask_order_status bot_challenge "
    "ask_payment ask_discounts ask_price ask_delivery ask_store report_problem unsubscribe change_order cancel_order "
    "goodbye"
)
_ADDRESS = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+\.\w{2,}")
_CORRECTS = re.compile(
    r"^\W*(?:(?:no|nope|nah|sorry|oops|wait|actually|hm+|not\s+(?:that|this)(?:\s+one)?|oh)\b[\s,.!]*)*"
    r"(?:i\s+(?:meant?|was\s+(?:asking|talking)\s+about)|what\s+i\s+meant?\s+(?:was|is))\s+(?P<what>.+)$|"
    r"^\W*(?:no|nope|nah|sorry|oops|not\s+(?:that|this)(?:\s+one)?|not\s+(?:the\s+)?\w+)\b[\s,.!]+(?:but\s+)?"
    r"(?P<other>the\s+(?:other|first|second|third|last|\w+)(?:\s+one)?)\W*$",
    re.I,
)
_OF_IT = re.compile(
    r"^\W*(?:(?:and|but|so|ok|also|well)\W+)*(?:is|are|does|do|can|will|would|could|has|have)(?:n'?t)?\s+"
    r"(?:it|they|this|that|these|those)\b(?!\s+(?:matter|true|raining|possible))",
    re.I,
)
_JUST_IT = re.compile(r"^\W*(?:it|this|that|them|(?:this|that)\s+one)\W*$", re.I)
_REVIEWING = re.compile(
    r"\b(?:feedback|review|complain\w*|complaint|opinion|rate|rating|stars?|suggestion|experience|compliment)\b", re.I
)


def other_money(turn: Turn) -> bool:
    """ "40 quid" in a shop that counts in dollars: the rest is kept, the sum is asked again in the shop's money."""
    vocabulary = needs.vocabulary(turn.session)
    before = stated(turn)
    said = needs.read(turn.text, vocabulary, before)
    if said.currency == vocabulary.currency or (said.price_max is None and said.price_min is None):
        return False
    change_needs(
        turn, replace(said, price_min=before.price_min, price_max=before.price_max, currency=vocabulary.currency)
    )
    turn.means("recommend")
    turn.say("utter_other_money", shop=money.name_of(vocabulary.currency), said=money.name_of(said.currency))
    turn.ask("need", attribute="price", values=[], name=turn.phrase("phrase_need_price"), reminded=True)
    turn.record(outcome="open", why={"rule": "another currency", "currency": said.currency})
    return True


def asks_of_it(turn: Turn) -> bool:
    """ "Is it slippery when wet?" is asked of what was shown, whatever else the words resemble."""
    if not turn.accepted and turn.slots.get("shown") and _OF_IT.match(turn.text):
        turn.means("ask_product")
    return False


def just_it(turn: Turn) -> bool:
    """ "It", "that one": the product itself is asked about."""
    if not _JUST_IT.match(turn.text) or not (turn.slots.get("shown") or turn.slots.get("product_id")):
        return False
    turn.means("ask_product")
    turn.asked = turn.phrase("phrase_tell_me_about")
    return False


def address_given(turn: Turn) -> bool:
    """An e-mail address for the team's answer, typed while a question of this talk waits for one."""
    found = _ADDRESS.search(turn.text)
    if found is None or len(turn.text.split()) > MOST_WORDS_WITH_AN_ADDRESS:
        return False
    case = turn.session.scalars(
        sa.select(SupportCase)
        .where(SupportCase.conversation_id == turn.conversation_id, SupportCase.state != "closed")
        .order_by(SupportCase.id.desc())
    ).first()
    if case is None:
        return False
    try:
        case.summary = {**case.summary, "contact": customers.normal_email(found.group().strip(".!?"))}
    except Invalid:
        return False
    turn.means("contact_human")
    turn.say("utter_contact_noted", due=cases.due_text(turn.session, case, now=turn.now))
    turn.record(why={"case": case.id})
    return True


def no_such_place(turn: Turn) -> bool:
    """ "The second one" when there is none: said, instead of an answer about another product."""
    shown = list(shelf.items(turn.session, turn.slots.get("shown") or []).values())
    place = references.place_beyond(turn.text, len(shown))
    if place is None or (turn.pending is not None and turn.pending["kind"] not in ("need", "relax", "which")):
        return False
    kind = "none" if not shown else "one" if len(shown) == 1 else "some"
    names = turn.phrase("phrase_and").join(showing.name_of(item) for item in shown)
    turn.means("ask_product")
    turn.say(f"utter_no_such_place_{kind}", place=place, count=len(shown), names=names,
             buttons=category_buttons(turn) if not shown else ())  # fmt: skip
    turn.record(outcome="open", why={"rule": "no such place"})
    return True


def corrected(turn: Turn) -> bool:
    """ "No, I meant the first": the question before is asked of that one; without a question it is shown."""
    from actions.education import ProductQuestion

    found = _CORRECTS.match(turn.text.strip())
    shown = list(turn.slots.get("shown") or [])
    if found is None or not shown or asks(turn.text):
        return False
    meant = references.find(turn.session, found["what"] or found["other"], shown, turn.slots.get("product_id"))
    if meant.one is None:
        return False
    turn.means("ask_product")
    turn.asked = str(turn.slots.get("question") or "") or turn.phrase("phrase_tell_me_about")
    ProductQuestion().about(turn, meant.one)
    return True


def nothing_yet(turn: Turn) -> bool:
    """ "Anything cheaper", "not gloves" before anything was shown: what is refused is noted, the kind is asked."""
    if turn.slots.get("shown") or turn.slots.get("product_id") or not stated(turn).empty:
        return False
    if turn.intent not in _UNSURE | {"critique", "more_options", "recommend"} or asks(turn.text):
        return False
    if len(turn.text.split()) > MOST_WORDS_OF_A_WISH:
        return False
    alone = needs.read(turn.text, needs.vocabulary(turn.session))
    if alone.kind or alone.category or alone.brand or alone.use:
        return False
    if alone.unwanted and not alone.wanted:
        change_needs(turn, Needs(unwanted=alone.unwanted))
        turn.say("utter_noted_refusal", unwanted=", ".join(alone.unwanted), buttons=category_buttons(turn))
    elif turn.intent in ("critique", "more_options"):
        turn.say("utter_none_shown_yet", buttons=category_buttons(turn))
    else:
        return False
    turn.means("recommend")
    turn.record(outcome="open")
    return True


def wish_in_few_words(turn: Turn) -> bool:
    """A fragment that reads as a need while something is being looked for refines the needs, whatever it resembles."""
    if turn.intent in _UNSURE and shopping(turn) and states_needs(turn, turn.text):
        lowest = needs.read(turn.text, needs.vocabulary(turn.session)).lowest
        turn.means("critique" if turn.slots.get("shown") and not lowest else "recommend")
    return False


def no_review(turn: Turn) -> bool:
    """Feedback is given by somebody who bought, or who says so: a scrap of shopping talk never starts a review."""
    if turn.intent != "give_feedback" or _REVIEWING.search(turn.text) or turn.conversation.purpose != "visit":
        return False
    mood, shown = sentiment.read(turn.text), turn.slots.get("shown")
    if sentiment.problems(turn.text) or (mood != "unclear" and not shown) or turn.conversation.order_id is not None:
        return False
    if mood == "positive":
        turn.means("affirm")
        turn.say("utter_liked")
        return True
    turn.means("critique" if mood != "unclear" else "nlu_fallback")
    return False


def shopping(turn: Turn) -> bool:
    """Is something being looked for in this talk?"""
    pending = turn.pending
    if pending is not None and pending["kind"] not in ("need", "relax", "which"):
        return False
    return bool(turn.slots.get("shown") or pending) or not stated(turn).empty


def states_needs(turn: Turn, text: str) -> bool:
    """Does a short text say a price, colour, size, brand, refusal or kind, and nothing the store cannot place?"""
    if len(text.split()) > MOST_WORDS_OF_A_WISH or asks(text):
        return False
    vocabulary = needs.vocabulary(turn.session)
    alone = needs.read(text, vocabulary)
    firm = (alone.price_max, alone.price_min, alone.colour, alone.size, alone.limits, alone.brand, alone.prefer)
    if not (any(firm) or alone.unwanted or alone.kind or alone.category):
        return False
    return all(set(stems(term)) <= vocabulary.words for term in alone.wanted)


FIRST = (other_money,)
CLAIMS = (address_given, no_such_place, corrected, just_it, nothing_yet, no_review, wish_in_few_words, asks_of_it)
