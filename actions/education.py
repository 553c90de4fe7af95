"""Questions before buying: the shop, a product, how to use it, what owners say, how to buy."""

from __future__ import annotations

import re

from actions import showing, steps, versions
from actions.advice import (
    More,
    Recommend,
    advise_on_text,
    ask_openly,
    in_the_stores_words,
    not_sold,
    range_told,
)
from actions.care import person
from actions.critiques import Critique
from actions.feedback import feedback_unasked, is_grievance
from actions.looking_back import Compare, GoBack, RecallNeeds, StartOver
from actions.lost import heard_as_question
from actions.owners import Reviews
from actions.turn import Button, Turn, TurnAction, answers
from lifecycle import cases, customers, knowledge, needs
from lifecycle.advice import references, shelf, variants
from lifecycle.advice.references import Found
from lifecycle.advice.shelf import Item
from lifecycle.knowledge.answers import Answer
from lifecycle.language.words import stems
from lifecycle.text import one_line

__all__ = [
    "Compare", "Critique", "GoBack", "More", "PlaceOrder", "ProductQuestion", "RecallNeeds", "Recommend", "Reviews",
    "StartOver", "StoreQuestion", "Usage", "advise_on_text",
]  # fmt: skip

TOPICS = {
    "ask_delivery": "delivery", "ask_returns": "returns_refunds", "ask_payment": "payment", "ask_warranty": "warranty",
    "ask_discounts": "discounts", "ask_store": "store_info",
}  # fmt: skip
_ABOUT = re.compile(
    r"^\W*(?:(?:please\s+)?(?:tell|show)\s+me\s+(?:more|about)|more\s+(?:info|information|details?)|details?\b|describe|"
    r"what\s+is\s+(?:it|this|that)\b\W*$|(?:product\s+)?(?:info|details|description)\b|(?:i\s+)?want\s+to\s+know\s+(?:more|about)|"
    r"show\s+me\s+(?:the|this|that)|(?:the\s+)?(?:first|second|third|fourth|last)(?:\s+one)?(?:\s+(?:please|then|pls))?\W*$|"
    r"(?:and\s+|what\s+about\s+|how\s+about\s+)?(?:the|that)\s+(?:[\w-]+\s+){1,2}one"
    r"(?:\s+(?:please|then|pls|(?:looks|seems|sounds|is)\s+(?:nice|good|great|cool|lovely|pretty|interesting)))?\W*$)",
    re.I,
)

_SELLS = re.compile(r"\b(?:sell|have|carry|stock|got|offer|any|need|want|looking|how\s+much\s+are|price\s+of)\b", re.I)
_ABOUT_AT_HAND = frozenset(
    {"ask_product", "ask_reviews", "ask_usage", "ask_availability", "ask_warranty", "place_order"}
)
_PRICE = re.compile(r"\b(?:how\s+much|price|cost|costs|expensive)\b", re.I)
CLEAR = 0.7  # how sure one of several questions must be answered
MOST_HEARD = 3
_DETAILS = frozenset(stems("size color material version model"))


class StoreQuestion(TurnAction):
    """A question about the shop, answered from its articles with the source; a person when they do not say."""

    named = "action_store_question"

    def respond(self, turn: Turn) -> None:
        if turn.intent == "ask_warranty":
            meant = find(turn)
            if meant.one is not None and answered(turn, meant.one):
                return
        topic = TOPICS.get(turn.intent)
        parts = showing.parts_of(turn.text)
        if len(parts) > 1 and self._each(turn, parts, topic):
            return
        found = knowledge.answer_store(turn.session, turn.text, topic=topic)
        if found is None and is_grievance(turn.text):
            feedback_unasked(turn)
            return
        if found is None and turn.spoke and turn.conversation.purpose != "visit" and "?" not in turn.text:
            return  # "…, I want my money back" went to the team with the rest of the answer
        if found is None:
            showing.note_gap(turn, topic=topic or "")
            headings = knowledge.nearest(turn.session, turn.text, topic=topic) if topic and turn.accepted else []
            likest = [Button(heading, turn.intent, value=heading) for heading in headings]
            turn.say("utter_store_nearest" if likest else "utter_store_unknown", buttons=[*likest, person(turn)])
            turn.record(outcome="unanswered", why={"rule": "no article"})
            return
        showing.say_text(turn, found)
        turn.record(outcome="answered", why={"rule": "article", "source": found.source, "sure": found.confidence})

    def _each(self, turn: Turn, parts: list[str], topic: str | None) -> bool:
        """Several questions in one message: each is answered, a wish among them too; False when none is."""
        said: set[str] = set()
        for part in parts:
            found = knowledge.answer_store(turn.session, part, topic=topic)
            found = found if found and found.confidence >= CLEAR else knowledge.answer_store(turn.session, part)
            if found is not None and found.confidence >= CLEAR and found.text not in said:
                said.add(found.text)
                showing.say_text(turn, found)
                turn.record(outcome="answered", why={"rule": "article", "source": found.source})
            elif found is None or found.confidence < CLEAR:
                turn.asked = part
                wish = _SELLS.search(part) and not _PRICE.search(part)
                heard = (wish and advise_on_text(turn)) or self._of_a_product(turn, part) or advise_on_text(turn)
                said.update([part] if heard else [])
                turn.asked = ""
        return bool(said)

    def _of_a_product(self, turn: Turn, part: str) -> bool:
        """A question about a product it names: its price, or what its page says."""
        item = references.named(turn.session, part)
        if item is not None and _PRICE.search(part):
            at_hand(turn, item)
            turn.say(
                "utter_price" if item.price else "utter_price_unknown", title=showing.name_of(item), price=item.price
            )
            return True
        return item is not None and answered(turn, item)


class ProductQuestion(TurnAction):
    """A question about one product: exact fields first, then everything stated of it; else it is said and noted."""

    named = "action_product_question"

    def respond(self, turn: Turn) -> None:
        if not turn.pressed and range_told(turn):
            return
        meant = find(turn)
        item = meant.one
        several = list(meant.items[:MOST_HEARD]) if turn.intent == "ask_product" else []
        if len(several) > 1 and self._of_each(turn, several):
            return
        if item is None:
            self._without_product(turn)
            return
        item = versions.meant(turn, item)
        at_hand(turn, item)
        if references.continues(turn.text) and turn.slots.get("question"):
            turn.asked = turn.slots["question"]  # "and the first?" asks of it what was asked of the other
            self.about(turn, item)
        elif turn.intent == "ask_price" and re.search(r"\bwhy\b", turn.text, re.I):
            self._describe(turn, item)
        elif turn.intent == "ask_price":
            response = "utter_price" if item.price else "utter_price_unknown"
            turn.say(response, title=showing.name_of(item), price=item.price)
            turn.record(outcome="answered" if item.price else "unanswered", products=[item.product_id])
            if re.search(r"\b(?:in stock|available|have it)\b", turn.text, re.I):
                turn.say(f"utter_stock_{item.availability}", title=showing.name_of(item))
        elif turn.intent == "ask_availability" and not (versions.told(turn, item) or _answered_detail(turn, item)):
            turn.say(f"utter_stock_{item.availability}", title=versions.name_of(turn, item))
            turn.record(outcome="answered", products=[item.product_id], why={"rule": "availability"})
            again = None if item.available else knowledge.answer_store(turn.session, turn.text, topic="availability")
            if again is not None and re.search(r"\b(?:when|back|again|restock)", turn.text, re.I):
                showing.say_text(turn, again)
        elif turn.intent == "ask_product":
            self.about(turn, item)

    def about(self, turn: Turn, item: Item) -> None:
        """Answer a question about this product, or say that the page does not."""
        at_hand(turn, item)
        text = showing.asked_text(turn)
        if _ABOUT.match(text):
            self._describe(turn, item)
            return
        turn.remember("question", text[:300])
        guide = knowledge.how_to(turn.session, text, product_id=item.product_id)
        if guide is not None and guide.confidence >= showing.WORD_FOR_WORD:
            tell_guide(turn, item, guide)  # a question of its own guides, as it is offered
            return
        parts = showing.parts_of(text)
        for part in parts if len(parts) > 1 else [text]:
            turn.asked = part
            self._answer(turn, item)

    def _describe(self, turn: Turn, item: Item) -> None:
        """The product in its page's own words."""
        about = one_line(item.description, 300) or one_line(" ".join(item.bullets), 300)
        turn.say("utter_about" if about else "utter_about_bare", title=showing.name_of(item), said=about,
                 cards=[showing.plain_card(item, [one_line(bullet, 90) for bullet in item.bullets[:3]])])  # fmt: skip
        turn.record(outcome="answered", products=[item.product_id], why={"rule": "about"})

    def _answer(self, turn: Turn, item: Item) -> None:
        if not (versions.told(turn, item) or _has_version(turn, item) or answered(turn, item)):
            found = knowledge.answer_product(turn.session, item.product_id, showing.question_of(turn))
            showing.not_stated(turn, item, found.text if found else "", getattr(found, "related", "") or "")

    def _without_product(self, turn: Turn) -> None:
        """No product is meant: a wish in disguise ("do you have kettles?"), an article, or the question which one."""
        if in_the_stores_words(turn):
            return
        shown = list(shelf.items(turn.session, turn.slots.get("shown") or []).values())
        wish = _SELLS.search(turn.text) or (_ABOUT.match(turn.text) and shown) or turn.intent == "ask_price"
        if wish and (advise_on_text(turn) or (turn.intent != "ask_price" and not_sold(turn))):
            return
        found = None if references.points(turn.text) else knowledge.answer_store(turn.session, turn.text)
        if found is not None:
            showing.say_text(turn, found)
            turn.record(outcome="answered", why={"rule": "article", "source": found.source})
        elif len(shown) > 1 and turn.intent == "ask_product" and self._of_each(turn, shown[:MOST_HEARD]):
            return
        elif shown:
            showing.which_product(turn, shown, turn.intent)
        else:
            showing.which_product(turn, (), turn.intent)

    def _of_each(self, turn: Turn, shown: list[Item]) -> bool:
        """A question that fits several products is answered for each; when no page does, the team can be asked."""
        lines, stated = [], 0
        for item in shown:
            kinds = versions.kinds(turn, item)
            if kinds:
                said = versions.listed(turn, kinds)
                lines.append(turn.phrase("phrase_each_says", title=showing.name_of(item), said=said))
                stated += 1
                continue
            found = knowledge.answer_product(turn.session, item.product_id, showing.question_of(turn))
            lines.append(self._line(turn, item, found))
            stated += found is not None and bool(found.stated or found.related)
        turn.remember("question", showing.asked_text(turn)[:300])
        if not stated:
            showing.note_gap(turn, topic="product_question")
            team = Button(turn.phrase("phrase_ask_team"), "answer", kind="ask_team", value=turn.text[:300])
            turn.say("utter_none_says", buttons=[team])
            turn.record(outcome="unanswered", products=[item.product_id for item in shown], why={"rule": "not stated"})
            return True
        turn.say("utter_each_says", lines="\n".join(lines))
        turn.record(outcome="answered", products=[item.product_id for item in shown], why={"rule": "each"})
        return True

    def _line(self, turn: Turn, item: Item, found: Answer | None) -> str:
        """One product's answer to a question put of several."""
        if found is None or not (found.stated or found.related):
            return turn.phrase("phrase_each_says", title=showing.name_of(item), said=turn.phrase("phrase_missing"))
        kind = "nearest" if not found.stated else found.polarity or "says"
        return turn.phrase(f"phrase_each_{kind}", title=showing.name_of(item), said=found.related or found.text)


class Usage(TurnAction):
    """How to use, clean or mend it: steps from the guides of the product at hand first."""

    named = "action_usage"

    def respond(self, turn: Turn) -> None:
        item = find(turn).one
        text = showing.question_of(turn)
        found = knowledge.how_to(turn.session, text, product_id=item.product_id if item else None)
        if found is not None:
            tell_guide(turn, item, found)
        elif item is not None:
            if not answered(turn, item):
                showing.not_stated(turn, item, "")
        else:
            showing.note_gap(turn, topic="usage_help")
            turn.say("utter_store_unknown", buttons=[person(turn)])
            turn.record(outcome="unanswered", why={"rule": "no guide"})


def tell_guide(turn: Turn, item: Item | None, found: Answer) -> None:
    """A section of a guide, with the question that comes next; its steps can be walked through."""
    buttons = steps.next_button(turn, item, found.article_id)
    showing.say_text(turn, found, "utter_how_to", buttons=buttons)
    steps.told(turn, found)
    turn.record(outcome="answered", products=[item.product_id] if item else [], why={"source": found.source})
    if item is not None:
        turn.remember("product_id", item.product_id)


class PlaceOrder(TurnAction):
    """How to buy: the product's page, one press away; we never take a payment in the chat."""

    named = "action_place_order"

    def respond(self, turn: Turn) -> None:
        meant = find(turn)
        item = meant.one
        shown = list(shelf.items(turn.session, turn.slots.get("shown") or []).values())
        if item is None and turn.text.rstrip().endswith("?") and heard_as_question(turn):
            return
        if item is None and len(shown) > 1:
            showing.which_product(turn, shown, "place_order")
            return
        item = item or (shown[0] if shown else None)
        if item is None:
            if not advise_on_text(turn):
                ask_openly(turn)
            return
        turn.remember("product_id", item.product_id)
        kind = "out" if not item.available else "page" if item.url else "no_page"
        turn.say(f"utter_buy_{kind}", title=showing.name_of(item), price=item.price or "", url=item.url,
                 cards=[showing.plain_card(item)])  # fmt: skip
        turn.record(outcome="answered", products=[item.product_id], stage="purchase", why={"rule": "how to buy"})


@answers("ask_team")
def ask_team(turn: Turn, pending: dict[str, object], value: str | None) -> bool:
    """The unanswered question goes to the team; the answer reaches this chat and everybody who asks next."""
    if value is None:
        return False
    product = turn.entities.get("product", [turn.slots.get("product_id")])[0]  # not what the talk has moved to since
    gap = knowledge.note_gap(
        turn.session, value, product_id=str(product or ""), conversation_id=turn.conversation.id, now=turn.now
    )
    case = cases.open(
        turn.session,
        source_key=f"question:{turn.conversation_id}:{_key(value)}"[:100],
        kind="question",
        subject=one_line(value, 180) or "A product question",
        customer_id=turn.customer_id,
        conversation_id=turn.conversation.id,
        summary={"question": value, "product_id": product, "needs": turn.slots.get("needs"),
                 "gap_id": gap.id if gap is not None else None},
        now=turn.now,
    )  # fmt: skip
    known = turn.customer_id is not None and customers.email_of(turn.session, turn.customer_id) is not None
    turn.say(
        "utter_asked_team" if known else "utter_asked_team_address",
        due=cases.due_text(turn.session, case, now=turn.now),
    )
    turn.settled()
    turn.record(handed_over=True, outcome="handed_over", resolution="handed_over", why={"case": case.id})
    return True


def _key(question: str) -> str:
    return "-".join(stems(question))[:50]


def _has_version(turn: Turn, item: Item) -> bool:
    """ "Got it in plum?": whether the version the question names is there."""
    text = showing.asked_text(turn)
    if not _SELLS.search(text) or variants.version_named(turn.session, item, text) is None:
        return False
    turn.say(f"utter_stock_{item.availability}", title=versions.name_of(turn, item))
    turn.record(outcome="answered", products=[item.product_id], why={"rule": "availability"})
    return True


def at_hand(turn: Turn, item: Item) -> None:
    """The talk is about this product now; "more like it" works even when no list was shown."""
    turn.remember("product_id", item.product_id)
    if not turn.slots.get("shown"):
        turn.remember("shown", [item.product_id])


def find(turn: Turn) -> Found:
    """The product this turn is about: a pressed button's, one referred to, or one named."""
    pressed = turn.entities.get("product", [""])[0] if turn.pressed else ""
    if pressed:
        return Found(tuple(shelf.items(turn.session, [pressed]).values()))
    known = turn.slots.get("product_id")
    found = references.find(turn.session, turn.text, list(turn.slots.get("shown") or []), known)
    if found.one is None and known and turn.intent in _ABOUT_AT_HAND:
        item = shelf.items(turn.session, [known]).get(known)
        other = needs.read(turn.text, needs.store_words(turn.session)).kind
        if item is not None and (not other or other in item.head) and not references.describes(turn.text):
            return Found((item,))
    return found


def answered(turn: Turn, item: Item) -> bool:
    """Answer from what is stated of the product, with its source; False when nothing does."""
    found = knowledge.answer_product(turn.session, item.product_id, showing.question_of(turn))
    if found is None or not found.stated:
        return False
    response, said = worded(turn, found)
    buttons = steps.next_button(turn, item)
    turn.say(response, title=showing.name_of(item), said=said, source=found.source, buttons=buttons)
    turn.remember("product_id", item.product_id)
    turn.record(outcome="answered", products=[item.product_id], why={"source": found.source, "sure": found.confidence})
    return True


def worded(turn: Turn, found: Answer) -> tuple[str, str]:
    """(response, what it says): as a person would put it, with the store's own words in it."""
    value, named = found.value.strip().rstrip("."), found.kind == "facts" and bool(found.name)
    if found.kind == "answer":
        return "utter_product_team", found.text
    if found.polarity:
        bare = named and value.lower() in ("yes", "no", "true", "false")
        how = "_bare" if bare else "" if named else "_quoted"
        return f"utter_product_{found.polarity}{how}", value if named and not bare else found.text
    if found.kind == "review":
        return "utter_product_owner", found.text
    if not named:
        return "utter_product_answer", found.text
    own = f"utter_fact_{found.name.lower().replace(' ', '_')}"
    return (own, value) if turn.knows(own) else ("utter_product_fact", f"{found.name}: {value}")


def _answered_detail(turn: Turn, item: Item) -> bool:
    """ "Is it available in queen size?" asks for more than stock."""
    words = set(stems(showing.asked_text(turn)))
    return bool(words & _DETAILS) and answered(turn, item)
