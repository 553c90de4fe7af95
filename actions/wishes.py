"""A wish in disguise: in few words, in a long tale, in other money, taken for something else by the classifier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions import manners
from actions.advice import category_buttons, change_needs, push, stated
from actions.asking import asks, wonders
from actions.turn import Button, Turn
from lifecycle import conversations, money, needs
from lifecycle.advice import recommend, recommendations, references, shelf
from lifecycle.feedback import sentiment
from lifecycle.language.languages import foreign_words
from lifecycle.language.manners import PRESENTS
from lifecycle.language.words import stem, stems, wordset
from lifecycle.needs import Needs

MOST_WORDS_OF_A_WISH = 8
SURE = 0.97  # a classifier this sure of small talk is not overruled
_BESIDE_SHOPPING = frozenset({"need", "relax", "which", "offer_case", "contact", "forget"})
_ALWAYS_SMALL_TALK = wordset("greet thanks goodbye affirm")
_READ_AS_QUESTIONS = wordset("ask_product ask_availability ask_usage ask_reviews ask_returns ask_warranty")
HALF_SURE = 0.5
_OF_THE_SHOP = wordset("ask_discounts ask_payment ask_delivery ask_returns ask_store")  # "do you have a discount code"
_UNSURE = wordset(
    "give_feedback affirm deny skip greet thanks chitchat out_of_scope nlu_fallback ask_order_status bot_challenge "
    "ask_payment ask_discounts ask_price ask_delivery ask_store report_problem unsubscribe change_order cancel_order "
    "goodbye"
)
_NEW_ONE = re.compile(
    r"\b(?:a|another)\s+(?:new|other|different|better)\s+one\b|\breplace(?:ment)?\b|\banother\s+one\b", re.I
)
_HAS_NOT = re.compile(r"\b(?:have\s+not|haven'?t|(?:don'?t|do\s+not|didn'?t)\s+have|have\s+no|no\s+have)\b", re.I)
_YOUR_MOST = re.compile(
    r"^\W*(?:\w+\W+){0,2}?(?:what(?:'?s|\s+is|\s+are)|which\s+(?:is|are)|show\s+me)\s+(?:your|the)\s+(?:\w{2,}est|most\s+\w+|"
    r"least\s+\w+|best[\s-]?\w*)\s+(?!one\b|of\b)\w",
    re.I,
)
_SOMEBODY = re.compile(
    r"\b(?:human|person|people|agents?|someone|somebody|anyone|anybody|staff|team|manager|support|service|help|call|phone|"
    r"contact|talk|speak|chat|representative|rep|operator)\b",
    re.I,
)
FEW = 4  # words of a text that names a thing and little else
_LOWER = re.compile(r"^\W*(?:(?:go|even|still|and|a\s+bit)\s+)*(?:lower|less|cheaper|down)\W*$", re.I)
_REVIEWING = re.compile(
    r"\b(?:feedback|review|complain\w*|complaint|opinion|rate|rating|stars?|suggestion|experience|compliment)\b", re.I
)
_OWNED = re.compile(r"\b(?:my|our|the|present|current|old|new|a|an)\s+(?:[a-z-]+\s+)?(?P<noun>[a-z]+)\b", re.I)
_TWO = re.compile(
    r"^(?P<first>.*\w)\s*(?:,|\band\b|\bplus\b|&)\s*(?:also\s+)?(?:an?|some|the)\s+(?P<second>[\w-]+(?:\s+[\w-]+)?)\W*$",
    re.I,
)
_RANGE = re.compile(
    r"\b(?:price\s+range|what\s+do\s+(?:they|these|those|such\s+things)\s+cost|how\s+much\s+(?:are|do)\s+(?:they|these|those)\b.*|"
    r"what(?:'?s|\s+is|\s+are)\s+(?:the\s+)?(?:normal|usual|typical|average|common|range|going\s+rate|prices?)\b(?!.*\b(?:of|for)\b))",
    re.I,
)
_DO_YOU_SELL = re.compile(
    r"\b(?:do|have)\s+you\s+(?:also\s+)?(?:have|sell|stock|carry|got)\s+(?:an?y?\s+|some\s+)?(?P<what>[\w\s-]+?)(?:\s+(?:too|as\s+well|also|then))?\W*$|"
    r"\bshow\s+me\s+(?:some\s+)?(?P<other>[\w-]+s)\W*$",
    re.I,
)
_DISLIKE = re.compile(
    r"\b(?:ugly|meh|mid|boring|hideous|horrible|awful|lame|cheesy|naff|not\s+(?:really\s+)?(?:my\s+(?:style|thing|taste|cup\s+of\s+tea)|for\s+(?:me|us))|"
    r"don'?t\s+(?:really\s+)?(?:like|love|fancy)\s+(?:it|them|these|those|any)|not\s+(?:a\s+)?(?:fan|keen|convinced|impressed))\b",
    re.I,
)
_GOES_WITH = re.compile(
    r"^\W*(?:and\s+|so\s+|ok\s+)?(?:which|what)\s+(?P<what>[\w-]+(?:\s+[\w-]+)?)\s+(?:(?:goes|go|works?|pairs?|fits?|suits?|"
    r"matches|is)\b(?:\s+(?:best|well|good|right))?\s*(?:with|for)?|(?:do|should|would|can)\s+(?:i|you)\s+(?:need|get|buy|take|"
    r"recommend|suggest)\b\s*(?:with|for|to\s+go\s+with)?)\s*(?:it|this|that|them|the\s+\w+(?:\s+one)?)?\W*$",
    re.I,
)
LATELY = 6  # messages in which the kind of thing is looked for that "a new one" is
MOST_PRICED = 60  # fitting products whose prices make a range


def other_money(turn: Turn) -> bool:
    """ "40 quid" in a shop that counts in dollars: the rest is kept, the sum is asked again in the shop's money."""
    vocabulary = needs.store_words(turn.session)
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


def mixed_language(turn: Turn) -> bool:
    """ "Quiero un kettle under 50": the English of it is read, and that it is English we speak is said."""
    strange = foreign_words(turn.text)
    if not strange:
        return False
    rest = " ".join(word for word in turn.text.split() if word.strip(".,!?¿¡").lower() not in strange)
    alone = needs.read(rest, needs.store_words(turn.session))
    if not (alone.kind or alone.category or (shopping(turn) and says_a_need(turn, rest))):
        if len(strange) * 2 < len(turn.text.split()):
            return False
        turn.means("nlu_fallback")  # nothing of it is ours to read, whatever it resembles
        turn.say("utter_english_only", buttons=[Button(turn.phrase("phrase_button_human"), "contact_human")])
        turn.record(fallback=True, outcome="unanswered", why={"rule": "another language"})
        return True
    turn.say("utter_english_mostly")
    turn.means("recommend")
    turn.text = rest
    return False


def two_kinds(turn: Turn) -> bool:
    """ "A kettle and a toaster": one after the other; the second is a button away."""
    found = _TWO.match(turn.text) if turn.intent in ("recommend", *_UNSURE) else None
    if found is None:
        return False
    vocabulary = needs.store_words(turn.session)
    first, second = needs.read(found["first"], vocabulary), needs.read(found["second"], vocabulary)
    if not first.kind or not second.kind or first.kind == second.kind or second.wanted:
        return False
    turn.means("recommend")
    turn.text = found["first"]
    turn.say("utter_two_kinds", first=first.noun, second=second.noun or found["second"])
    return False


def nothing_yet(turn: Turn) -> bool:
    """ "Anything cheaper", "not gloves" before anything was shown: what is refused is noted, the kind is asked."""
    if turn.slots.get("shown") or turn.slots.get("product_id") or not stated(turn).empty:
        return False
    if turn.intent not in _UNSURE | {"critique", "more_options", "recommend"} or asks(turn.text):
        return False
    if turn.intent in _ALWAYS_SMALL_TALK or len(turn.text.split()) > MOST_WORDS_OF_A_WISH:
        return False
    alone = needs.read(turn.text, needs.store_words(turn.session))
    if alone.kind or alone.category or alone.brand or alone.use or alone.wanted or alone.audience or alone.lowest:
        return False
    noted = replace(alone, noun="", prefer=() if turn.intent == "critique" else alone.prefer)
    labels = [label for label, _ in recommendations.stated_needs(noted).values()]
    if labels and PRESENTS & set(turn.text.lower().split()):
        return False
    if labels:
        change_needs(turn, replace(noted, text=""))
        response = "utter_noted_refusal" if len(labels) == len(noted.unwanted) else "utter_noted"
        turn.say(response, unwanted=", ".join(alone.unwanted), needs=", ".join(labels), buttons=category_buttons(turn))
    elif turn.intent in ("critique", "more_options"):
        turn.say("utter_none_shown_yet", buttons=category_buttons(turn))
    else:
        return False
    turn.means("recommend")
    turn.record(outcome="open")
    return True


def names_the_most(turn: Turn) -> bool:
    """ "What's your cheapest climber?" is a wish when the store has a thing that is called so."""
    if turn.intent in ("recommend", "compare") or not _YOUR_MOST.search(turn.text):
        return False
    if needs.read(turn.text, needs.store_words(turn.session)).kind:
        turn.means("recommend")
    return False


def refusal(turn: Turn) -> bool:
    """ "No wool" is more than a no to the question asked."""
    if (
        turn.intent == "deny"
        and len(turn.text.split()) > 1
        and shopping(turn)
        and states_needs(turn, turn.text, scraps=True)
    ):
        turn.means("critique")
    return False


def lower(turn: Turn) -> bool:
    """ "Lower!", "even less": cheaper."""
    if _LOWER.match(turn.text) and shopping(turn):
        turn.means("critique")
        turn.asked = turn.phrase("phrase_cheaper")
    return False


def another_thing(turn: Turn) -> bool:
    """ "Do you have blankets too?" begins a new search when the store has something that is called so."""
    found = _DO_YOU_SELL.search(turn.text)
    before = stated(turn)
    if found is None or before.empty or not shopping(turn) or turn.intent in _OF_THE_SHOP:
        return False
    alone = needs.read(turn.text, needs.store_words(turn.session))
    noun = recommend.noun_of(found["what"] or found["other"])
    words = stems(noun)[-1:]
    if alone.kind or not words or set(words) & set(stems(f"{before.noun} {before.category}")):
        return False
    if recommend.called(turn.session, noun, set(words)):
        push(turn, before)
        turn.remember("needs", None)
        turn.means("recommend")
    return False


def dislike(turn: Turn) -> bool:
    """ "Meh, these are ugly": put aside like "not these", when something was shown."""
    shown = turn.slots.get("shown") or []
    if not shown or not _DISLIKE.search(turn.text) or asks(turn.text) or not shopping(turn):
        return False
    turn.means("critique")
    turn.asked = turn.phrase(
        "phrase_not_this" if turn.slots.get("product_id") or len(shown) == 1 else "phrase_not_these"
    )
    return False


def goes_with(turn: Turn) -> bool:
    """ "Which grinder goes with it?" beside an espresso machine: a wish for a grinder, for espresso."""
    found = _GOES_WITH.match(turn.text)
    product_id = turn.slots.get("product_id")
    item = shelf.items(turn.session, [product_id]).get(product_id) if found and product_id else None
    if found is None or item is None:
        return False
    vocabulary = needs.store_words(turn.session)
    alone = needs.read(found["what"], vocabulary)
    if not alone.kind or alone.category in (item.category, *item.path[-1:]):
        return False
    own = needs.read(item.category, vocabulary)
    for_what = [word for word in item.category.lower().split() if stem(word) not in (own.kind, stem(own.noun))]
    turn.means("recommend")
    turn.text = f"{found['what']} for {' '.join(for_what)}" if for_what else found["what"]
    return False


def price_range(turn: Turn) -> bool:
    """ "What's normal?", "what do they cost?": from what to what the fitting ones cost."""
    wanted = stated(turn)
    priced = turn.pending is not None and turn.pending.get("attribute") == "price"
    if wanted.empty or not _RANGE.search(turn.text) or not (priced or turn.intent in ("ask_price", *_UNSURE)):
        return False
    found = recommend.recommend(turn.session, replace(wanted, price_min=None, price_max=None), limit=MOST_PRICED)
    costs = sorted(pick.item.price_cents for pick in found.results if pick.item.price_cents is not None)
    if len(costs) < 2:
        return False
    shown = [str(shelf.shown_price(costs[place], wanted.currency)) for place in (0, len(costs) // 2, -1)]
    turn.means("ask_price")
    turn.say("utter_price_range", low=shown[0], middle=shown[1], high=shown[2], count=len(costs))
    turn.record(outcome="answered", why={"rule": "price range"})
    return True


def new_one(turn: Turn) -> bool:
    """ "I need a new one": the kind of thing is what was spoken of a moment ago."""
    if not _NEW_ONE.search(turn.text):
        return False
    vocabulary = needs.store_words(turn.session)
    if needs.read(turn.text, vocabulary).kind or not stated(turn).empty:
        return False
    for said in conversations.lately_typed(turn.session, turn.thread_id, limit=LATELY):
        before = needs.read(said, vocabulary)
        if before.kind:
            turn.means("recommend")
            turn.asked = f"{before.noun or before.category}, {turn.text}"
            return False
    return False


def no_review(turn: Turn) -> bool:
    """Feedback is given by somebody who bought, or who says so: a scrap of shopping talk never starts a review."""
    if turn.intent != "give_feedback" or _REVIEWING.search(turn.text) or turn.conversation.purpose != "visit":
        return False
    if asks(turn.text):
        turn.means("ask_product" if turn.slots.get("shown") else "nlu_fallback")
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


def wish_in_few_words(turn: Turn) -> bool:
    """A fragment that reads as a need while something is being looked for refines the needs, whatever it resembles;
    what names a kind of product is a wish in any talk."""
    asked = turn.pending is not None and turn.pending["kind"] == "need"  # "queen size", when the price was asked
    waits = asked and not (references.describes(turn.text) or references.points_at_place(turn.text))
    if turn.intent == "contact_human" and len(turn.text.split()) <= FEW and not _SOMEBODY.search(turn.text):
        alone = needs.read(turn.text, needs.store_words(turn.session))
        if alone.kind:
            turn.means("recommend")
        return False  # "lipstik pls": only the "please" was understood
    doubtful = turn.intent in _READ_AS_QUESTIONS and (turn.confidence < HALF_SURE or waits)
    if not doubtful and (turn.intent not in _UNSURE or turn.confidence > SURE):
        return False
    if doubtful and (asks(turn.text) or not shopping(turn)):
        return False
    scraps = turn.intent not in _ALWAYS_SMALL_TALK and shopping(turn)
    if not states_needs(turn, turn.text, scraps=scraps) and not (shopping(turn) and _changes(turn)):
        if doubtful:
            turn.means("nlu_fallback")
        return False
    turn.asked = manners.without_curses(turn.text)
    alone = needs.read(turn.asked, needs.store_words(turn.session))
    if shopping(turn):
        turn.means("critique" if turn.slots.get("shown") and not (alone.lowest or alone.kind) else "recommend")
    elif alone.kind or alone.category or alone.brand:
        turn.means("recommend")
    return False


def shopping(turn: Turn) -> bool:
    """Is something being looked for in this talk?  Not while a question about an order is open."""
    pending = turn.pending
    if pending is not None and pending["kind"] not in _BESIDE_SHOPPING:
        return False
    of_needs = pending is not None and pending["kind"] in ("need", "relax", "which")
    return bool(turn.slots.get("shown") or of_needs) or not stated(turn).empty


def says_a_need(turn: Turn, text: str) -> bool:
    """Does a text say a price, colour, size, brand, preference, refusal or kind of this store?"""
    vocabulary = needs.store_words(turn.session)
    alone = needs.read(text, vocabulary)
    firm = (alone.price_max, alone.price_min, alone.colour, alone.size, alone.limits, alone.brand, alone.prefer)
    if any(firm) or alone.kind or alone.category:
        return True
    said = alone.wanted if _HAS_NOT.search(text) else (*alone.wanted, *alone.unwanted)
    return any(set(stems(term)) <= vocabulary.words for term in said)


def _changes(turn: Turn) -> bool:
    """Does a short text take a need back ("any price will do")?  Words alone are no need here."""
    if len(turn.text.split()) > MOST_WORDS_OF_A_WISH or asks(turn.text) or wonders(turn.text):
        return False
    before = stated(turn)
    after = needs.read(turn.text, needs.store_words(turn.session), before)
    return replace(after, text=before.text, wanted=before.wanted, unwanted=before.unwanted) != before


def states_needs(turn: Turn, text: str, *, scraps: bool = False) -> bool:
    """Does a short text say a need, and nothing the store cannot place?  With `scraps` a word of its pages is one."""
    text = manners.without_curses(text)
    if len(text.split()) > MOST_WORDS_OF_A_WISH or asks(text) or wonders(text) or _HAS_NOT.search(text):
        return False
    vocabulary = needs.store_words(turn.session)
    alone = needs.read(text, vocabulary)
    firm = (alone.price_max, alone.price_min, alone.colour, alone.size, alone.limits, alone.brand, alone.prefer)
    if not (any(firm) or alone.unwanted or alone.kind or alone.category or (scraps and alone.wanted)):
        return scraps and _said_by_some(turn, text)
    return all(set(stems(term)) <= vocabulary.words for term in alone.wanted)


def _said_by_some(turn: Turn, text: str) -> bool:
    """Is a text that is no need by itself ("firm") one of the kind looked for: does a page of that kind say it?"""
    before = stated(turn)
    if not before.kind:
        return False
    kind = Needs(category=before.category, kind=before.kind, noun=before.noun)
    wanted = needs.read(text, needs.store_words(turn.session), kind).wanted
    if not wanted:
        return False
    found = recommend.recommend(turn.session, kind, limit=MOST_PRICED).results
    return all(any(pick.item.says(term) for pick in found) for term in wanted)


def gist(turn: Turn, texts: Sequence[str]) -> str:
    """The sentences of a long tale that wish something, with the kind of thing from the others when they name none."""
    wishing = [text for text in texts if says_a_need(turn, text)]
    if not wishing:
        return ". ".join(texts)
    vocabulary = needs.store_words(turn.session)
    said = ". ".join(wishing)
    if needs.read(said, vocabulary).kind:
        return said
    for text in texts:
        for found in _OWNED.finditer(text):
            kind = vocabulary.kinds.get(stem(found["noun"].lower()))
            if kind is not None:
                return f"{found['noun']}. {said}"
    return said


FIRST = (other_money, refusal)
CLAIMS = (
    names_the_most,
    mixed_language,
    two_kinds,
    goes_with,
    price_range,
    new_one,
    nothing_yet,
    no_review,
    lower,
    another_thing,
    dislike,
    wish_in_few_words,
)
