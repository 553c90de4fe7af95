"""What a message refers to in this talk: an open case, a product shown, a question of ours, what was said before."""

from __future__ import annotations

import re

import sqlalchemy as sa

from actions import showing
from actions.advice import stated
from actions.asking import address_in, asks
from actions.turn import Turn
from actions.wishes import shopping
from lifecycle import cases, conversations, customers, knowledge
from lifecycle.advice import recommend, references, shelf
from lifecycle.errors import Invalid
from lifecycle.feedback import sentiment
from lifecycle.language.words import wordset
from lifecycle.model import Survey
from lifecycle.topics import topic_of

MOST_WORDS_WITH_AN_ADDRESS = 8
_CORRECTS = re.compile(
    r"^\W*(?:(?:no|nope|nah|sorry|oops|wait|actually|hm+|not\s+(?:that|this)(?:\s+one)?|oh)\b[\s,.!]*)*"
    r"(?:i\s+(?:meant?|was\s+(?:asking|talking)\s+about)|what\s+i\s+meant?\s+(?:was|is))\s+(?P<what>.+)$|"
    r"^\W*(?:no|nope|nah|sorry|oops|not\s+(?:that|this)(?:\s+one)?|not\s+(?:the\s+)?\w+)\b[\s,.!]+(?:but\s+)?"
    r"(?P<other>the\s+(?:other|first|second|third|last|\w+)(?:\s+one)?)\W*$",
    re.I,
)
ABOUT_SHOP = frozenset({"store_info", "delivery", "returns_refunds", "payment", "discounts", "warranty"})
MOST_WORDS_THAT_GO_ON = 9
_GOES_ON = (
    "ask_store", "ask_delivery", "ask_returns", "ask_payment", "ask_discounts", "ask_warranty", "ask_usage",
    "ask_price", "ask_product", "nlu_fallback", "out_of_scope",
)  # fmt: skip
_AND = re.compile(r"^\W*(?:(?:and|but|ok|so|what|how)\b\W*)+", re.I)
MOST_WORDS_OF_A_NO = 3
_TELLS = frozenset(
    {
        "recommend",
        "critique",
        "report_problem",
        "give_feedback",
        "nlu_fallback",
        "out_of_scope",
        "place_order",
        "ask_product",
    }
)
_HOW_LONG_THAT = re.compile(
    r"^\W*(?:(?:ok|and|so|but|right|fine)\W+)*(?:how\s+(?:long|soon)|when)\b.{0,30}\b(?:that|this|it|you|they|someone|somebody|i|team)\b"
    r".{0,20}\b(?:take|be|hear|answer|reply|last|happen|sorted|fixed|get\s+back|know)\b.{0,12}$",
    re.I,
)
_SUBJECT = re.compile(
    r"\b(?:ship\w*|deliver\w*|dispatch\w*|courier|parcels?|returns?|returned|returning|refund\w*|exchang\w+|"
    r"(?:send|bring|give)\b.*\bback|warrant\w+|g[ua]+rant\w+|covered|repairs?|discounts?|coupons?|vouchers?|codes?|"
    r"promo\w*|cards?|paypal|klarna|instal\w+|invoice|receipt|shop|store|open|opening|located|address|visit|orders?|"
    r"account|gifts?|stock|club|points)\b",
    re.I,
)
_SAYS_MORE = wordset("place_order compare ask_price ask_availability ask_reviews ask_usage ask_warranty more_options")
HALF_SURE = 0.5
_JUST_IT = re.compile(r"^\W*(?:it|this|that|them|(?:this|that)\s+one)\W*$", re.I)
_AGAIN = re.compile(
    r"^\W*(?:(?:ok|please|can|could|you|sorry|pls)\W+)*(?:(?:show|tell|give|send)\s+(?:me\s+)?(?:(?:them|those|these|it|that|the\s+[\w-]+(?:\s+[\w-]+){0,2}?)\s+)?"
    r"(?:again|once\s+more)|(?:what|which)\s+(?:were|was)\s+(?:they|those|these|that)\b.*|(?:repeat|say)\s+(?:that|it)(?:\s+again)?|again|"
    r"(?:come|what)\s+again|pardon(?:\s+me)?|what\s+did\s+you\s+(?:just\s+)?(?:say|show|recommend|suggest)\b.*)"
    r"(?:\s+(?:please|pls))?\W*$",
    re.I,
)
_SAID = re.compile(r"\b(?:say|said|repeat|pardon|tell)\b", re.I)
_SECOND_THOUGHT = re.compile(
    r"\w.*[.,!?;]\s*(?:no|wait|actually|sorry|i\s+mean|scratch\s+that|rather)\b[\s,]*(?P<what>\w.*)$", re.I
)
_NO_ADDRESS = re.compile(
    r"\b(?:no|not|don'?t|do\s+not|won'?t|haven'?t|without|never|rather\s+not|refuse)\b.{0,40}\b(?:e-?mails?|address|it|that)\b|"
    r"^\W*(?:no|nope|no\s+way|none|rather\s+not|i'?d\s+rather\s+not|not\s+telling)\W*$",
    re.I,
)
_LATER = re.compile(
    r"\b(?:(?:i'?ll|i\s+will|i\s+shall|will|let\s+me|need\s+to|have\s+to|gonna|going\s+to)\s+(?:think|sleep|revert|check\s+with|ask\s+my|talk\s+to\s+my|discuss|"
    r"get\s+back|come\s+back|be\s+back|decide\s+later|look\s+around)|revert\s+back|get\s+back\s+to\s+you|think\s+about\s+it|not\s+(?:right\s+)?now|"
    r"maybe\s+(?:later|another\s+time)|just\s+(?:looking|browsing))\b",
    re.I,
)
_WHY_ASKED = re.compile(
    r"\bwhy\s+(?:do|are|did|would)\s+(?:you|u)\s+(?:ask\w*|want\s+to\s+know|need\s+(?:to\s+know|that|it))\b|\bwhat\s+do\s+you\s+mean\b|"
    r"\bwhy\s+(?:is|does)\s+(?:that|it)\s+(?:important|matter)\b|^\W*(?:how|what)\s+do\s+you\s+mean\b|\bwhat\s+does\s+that\s+mean\b",
    re.I,
)
_WHY_ADDRESS = re.compile(
    r"\b(?:why|what\s+for|for\s+what|how\s+come|what\s+do\s+(?:you|u)\s+(?:do|need|want))\b(?!.*\bif\b)", re.I
)
_ASSENT = re.compile(
    r"^\W*(?:(?:oh|ok(?:ay)?|well|all)\W+)*(?:fine|alright|right|fair\s+enough|so\s+be\s+it)(?:\s+then)?\W*$", re.I
)
_COMPARES = re.compile(
    r"^\W*(?:(?:and|but|so|ok|hm+)\W+)*(?:is|are)\s+(?:it|this|that|(?:the|this|that)\s+[\w-]+(?:\s+(?:one|product))?)\s+"
    r"(?:(?:much|any|a\s+bit)\s+)?(?:(?:bigg|small|larg|loud|quiet|heavi|light|cheap|dear|long|short|tall|wid|thick|thinn|fast|"
    r"slow|strong|soft|warm|bright|new|old|high|deep)er|(?:more|less)\s+\w+)\W*$",
    re.I,
)
_TAKES = re.compile(
    r"\b(?:i'?ll|i\s+(?:will|shall|would)|i'?d\s+like\s+to|let\s+me|gonna|going\s+to|want\s+to)\s+(?:just\s+)?(?:take|have|buy|get|go\s+(?:for|with)|order|grab)\s+"
    r"(?:it|that|this|the|both|them|one|number|no)\b|^\W*(?:ok\W+)?(?:both|sold|deal)(?:\s+(?:please|pls|then|of\s+them))*\W*$",
    re.I,
)
_BOUGHT = re.compile(r"\b(?:bought|ordered|purchased?|my\s+orders?)\b", re.I)
_CAME_BROKEN = re.compile(
    r"\b(?:arrived|came|turned\s+up|was\s+delivered|has\s+arrived)\b(?!.*\b(?:if|would)\b).*"
    r"\b(?:broken|cracked|damaged|dented|torn|scratched|smashed|bent|ripped|shattered|leaking|dead|"
    r"rotten|mou?ldy|spoiled|melted|wilted|thawed|faulty|defective|incomplete|stained|soaked|opened|expired)\b",
    re.I,
)
_OF_AN_ORDER = wordset("report_problem ask_returns contact_human ask_warranty")
_WRITES_REVIEW = re.compile(
    r"\b(?:leave|write|give|post|submit|share|add)\b(?:\s+(?:you|a|an|some|my|the|product))*\s+"
    r"(?:review|feedback|rating|opinion|comment)\b",
    re.I,
)
_PERSON = re.compile(
    r"\b(?:talk|speak|chat|ask|connect|transfer|forward|pass|put|get|reach|contact|want|need|give|have)\b.{0,25}\b(?:a|an|the|your|some|real|actual|live)\s+"
    r"(?:real\s+|actual\s+|live\s+)?(?:person|human(?:\s+being)?|agent|manager|representative|rep|operator|staff|supervisor|team)\b(?!\s+(?:grinder|scale))|"
    r"\b(?:real|actual|live)\s+(?:person|human|agent)\b",
    re.I,
)
_NO_PERSON = re.compile(
    r"\b(?:are|r)\s+(?:you|u)\b|\byou\s+(?:are|a)\b|\bnot?\s+(?:a\s+)?(?:person|human)\b|\bdon'?t\s+(?:want|need)\b",
    re.I,
)


def address_given(turn: Turn) -> bool:
    """An e-mail address for the team's answer, typed while a question of this talk waits for one."""
    address = address_in(turn.typed)
    if address is None or len(turn.typed.split()) > MOST_WORDS_WITH_AN_ADDRESS:
        return False
    case = next(iter(cases.open_of(turn.session, conversation_ids=(turn.conversation_id,))), None)
    if case is None:
        return False
    try:
        case.summary = {**case.summary, "contact": customers.normal_email(address)}
    except Invalid:
        return False
    turn.means("contact_human")
    turn.say("utter_contact_noted", due=cases.due_text(turn.session, case, now=turn.now))
    turn.record(why={"case": case.id})
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


def again(turn: Turn) -> bool:
    """ "Show me them again", "what was that?": the products once more, or the last words."""
    if not _AGAIN.search(turn.text) or (turn.pending is not None and not shopping(turn)):
        return False
    shown = list(turn.slots.get("shown") or [])
    if shown and not _SAID.search(turn.text):
        picks = recommend.judge(turn.session, stated(turn), shown)
        silent = showing.silent_on(picks)
        turn.means("recommend")
        turn.say("utter_shown_again", cards=[showing.card(turn, pick, silent) for pick in picks])
        return True
    last = conversations.last_words(turn.session, turn.thread_id)
    if not last:
        return False
    turn.means("recall_needs")
    turn.say("utter_said_again", said=last)
    return True


def later(turn: Turn) -> bool:
    """ "I'll think about it", "will revert back": no hurry, everything stays."""
    if (
        not _LATER.search(turn.text)
        or turn.text.rstrip().endswith("?")
        or (turn.pending is not None and not shopping(turn))
    ):
        return False
    turn.means("goodbye")
    turn.say("utter_later")
    turn.record(outcome="answered")
    return True


def why_asked(turn: Turn) -> bool:
    """ "Why do you ask?", "what do you mean?": why our question helps, and that it can be left."""
    pending = turn.pending
    if pending is not None and pending["kind"] == "contact" and _WHY_ADDRESS.search(turn.text):
        turn.means("bot_challenge")
        turn.say("utter_why_address")
        turn.ask(**{**pending, "reminded": True})
        turn.record(outcome="answered")
        return True
    if not _WHY_ASKED.search(turn.text) or not (shopping(turn) or pending is None):
        return False
    turn.means("bot_challenge")
    if pending is not None and pending["kind"] == "need":
        turn.say("utter_why_asked", name=pending.get("name") or "")
        turn.ask(**{**pending, "reminded": True})
    elif re.search(r"\bask|\bknow\b", turn.text):
        turn.say("utter_why_asked_once")
    else:
        return False
    turn.record(outcome="answered")
    return True


def takes_it(turn: Turn) -> bool:
    """ "I shall take the first one", "both please": how to buy what was shown."""
    shown = turn.slots.get("shown") or []
    if shown and _TAKES.search(turn.text) and not asks(turn.text) and shopping(turn):
        turn.means("place_order")
    return False


def of_the_past(turn: Turn) -> bool:
    """What a buyer says of a purchase: where it is kept, a review to be written, praise that is no problem."""
    if turn.intent == "recall_needs" and _BOUGHT.search(turn.text):
        turn.means("ask_order_status")
    elif turn.intent not in _OF_AN_ORDER and _CAME_BROKEN.search(turn.text) and not asks(turn.text):
        turn.means("report_problem")
    elif _WRITES_REVIEW.search(turn.text):
        turn.means("give_feedback")
    elif turn.intent == "report_problem" and sentiment.read(turn.text) == "positive" and not asks(turn.text):
        turn.means("report_problem" if sentiment.problems(turn.text) else "give_feedback")
    return False


def wants_person(turn: Turn) -> bool:
    """A person is asked for, whatever question is pending and whatever it resembles."""
    if turn.intent != "contact_human" and _PERSON.search(turn.text) and not _NO_PERSON.search(turn.text):
        turn.means("contact_human")
    return False


def second_thought(turn: Turn) -> bool:
    """ "The first one. No, the other one": what was said last is meant."""
    found = _SECOND_THOUGHT.search(turn.text)
    if found and turn.slots.get("shown") and references.points_at_place(found["what"]):
        turn.text = found["what"]
    return False


def the_one(turn: Turn) -> bool:
    """ "2nd", "the last one please", "it": the product itself is asked about."""
    shown = list(turn.slots.get("shown") or [])
    if not (shown or turn.slots.get("product_id")) or (turn.pending is not None and not shopping(turn)):
        return False
    if not (_JUST_IT.match(turn.text) or references.only_points(turn.text)):
        return False
    if turn.intent in _SAYS_MORE and turn.confidence > HALF_SURE:
        return False
    digits = turn.text.strip(" .!#")
    of_a_price = turn.pending is not None and turn.pending.get("attribute") == "price"
    if digits.isdigit() and (of_a_price or int(digits) > len(shown) or turn.conversation.purpose != "visit"):
        return False
    meant = references.find(turn.session, turn.text, shown, turn.slots.get("product_id"))
    turn.means("ask_product")
    turn.asked = turn.phrase("phrase_tell_me_about")
    if meant.one is None and shown:
        showing.which_product(turn, list(shelf.items(turn.session, shown).values()), "ask_product")
        return True
    return False


def assents(turn: Turn) -> bool:
    """ "Fine", "fair enough", when nothing was asked: heard, and no wish."""
    if turn.pending is None and _ASSENT.match(turn.text):
        turn.means("affirm")
    return False


def compares_it(turn: Turn) -> bool:
    """ "Is the first one bigger?": than the others shown, which no page can say."""
    found = _COMPARES.match(turn.text)
    if found and len(turn.slots.get("shown") or []) > 1:
        turn.means("compare")
    return False


def no_address(turn: Turn) -> bool:
    """ "I don't have e-mail", "I won't give it": the answer comes into the chat."""
    pending = turn.pending
    if pending is not None and pending["kind"] == "contact" and _NO_ADDRESS.search(turn.text):
        turn.means("skip")
    return False


def goes_on(turn: Turn) -> bool:
    """ "And how long do I have?" right after a question about returns: asked of that subject, which it does not name.

    In one message ("do you ship to Ireland and how much is it") the shop is meant; in a message of its own "it" may be
    the product that was shown.
    """
    if turn.pressed or turn.intent not in _GOES_ON or (turn.pending is not None and not shopping(turn)):
        return False
    here = [topic for topic in turn.topics if topic in ABOUT_SHOP]
    before = (here or list((turn.slots.get("record") or {}).get("topic") or []))[-1:]
    long = len(turn.text.split()) > MOST_WORDS_THAT_GO_ON
    if not before or before[0] not in ABOUT_SHOP or long or _SUBJECT.search(turn.text):
        return False
    product = turn.slots.get("shown") or turn.slots.get("product_id")
    if not (asks(turn.text) or _AND.match(turn.text)) or (product and not here and references.points(turn.text)):
        return False
    if here and knowledge.tells(turn.just_said, turn.text):
        return True
    source = str(((turn.slots.get("record") or {}).get("why") or {}).get("source") or "")
    found = knowledge.answer_on(turn.session, turn.text, topic=before[0], source=source)
    own = knowledge.answer_store(turn.session, turn.text, topic=topic_of(turn.intent)) if turn.accepted else None
    if found is None or (own is not None and own.confidence > found.confidence):
        return False
    turn.means(next(intent for intent in _GOES_ON if topic_of(intent) == before[0]))
    showing.say_text(turn, found)
    turn.record(outcome="answered", topic=before[0], why={"rule": "goes on", "source": found.source})
    return True


def of_the_case(turn: Turn) -> bool:
    """After the purchase, with a case open in this talk: "how long will that take" asks when the team answers, and a
    statement ("the heater cooked my fish") is more for the team, never a wish to buy something."""
    if turn.pressed or turn.pending is not None or turn.conversation.purpose == "visit":
        return False
    case = next(iter(cases.open_of(turn.session, conversation_ids=(turn.conversation_id,))), None)
    if case is None:
        return False
    if _HOW_LONG_THAT.match(turn.text):
        turn.means("contact_human")
        turn.say("utter_case_due", due=cases.due_text(turn.session, case, now=turn.now))
        turn.record(outcome="answered", why={"case": case.id})
        return True
    tells = turn.intent in _TELLS or (turn.intent == "deny" and len(turn.text.split()) > MOST_WORDS_OF_A_NO)
    if not tells or asks(turn.text) or turn.topics:
        return False
    if turn.session.scalars(sa.select(Survey.id).where(Survey.conversation_id == turn.conversation_id)).first():
        turn.means("give_feedback")  # a remark on the answer, or another score
        return False
    turn.means("report_problem")
    cases.customer_reply(turn.session, case.id, turn.text, now=turn.now)
    turn.say("utter_case_noted")
    turn.record(why={"case": case.id})
    return True


FIRST = (no_address, wants_person, why_asked, assents, of_the_case)
CLAIMS = (
    address_given,
    later,
    takes_it,
    of_the_past,
    corrected,
    second_thought,
    compares_it,
    the_one,
    again,
    goes_on,
)
