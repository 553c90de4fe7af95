"""From a wish to three products: recommend, criticise, show more, and the one question that helps most."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import showing
from actions.turn import Button, Turn, TurnAction
from lifecycle import knowledge, needs, search
from lifecycle.advice import critique, examples, recommend, recommendations, references, shelf
from lifecycle.advice.recommend import Advice
from lifecycle.advice.verdicts import NOT_STATED
from lifecycle.language.goods import GOODS
from lifecycle.language.words import stems
from lifecycle.needs import Needs
from lifecycle.needs.vocabulary import Vocabulary, commonest

MOST_HISTORY = 10
SHOW_AT_ONCE = 3  # so few products need no question
_RANGE = re.compile(
    r"\bwhat\s+(?:else\s+)?(?:do|can|have|would)\s+(?:you|u)\s+(?:guys\s+)?(?:sell|have|got|offer|stock)\b(?!.*\b(?:for|in|under|"
    r"about|against)\b)|\bwhat\s+(?:kinds?|sorts?|types?)\s+of\s+(?:stuff|things?|products?|items?)\b",
    re.I,
)
# A thing asked for by its plural or with an article, and nothing else: "espresso cups", "what about swords?"
_THING = re.compile(
    r"^\W*(?:(?:ok|hi|hello|hey|so|and|but)\W+)*(?:do\s+you\s+(?:have|sell|carry|stock)\s+|(?:what|how)\s+about\s+|"
    r"(?:i\s+)?(?:need|want)\s+|i'?m\s+looking\s+for\s+|looking\s+for\s+|show\s+me\s+|got\s+(?:any\s+)?)?"
    r"(?:an?\s+|any\s+|some\s+)?(?:[a-z-]+\s+)?[a-z-]+(?<![su'])s\W*$",
    re.I,
)
_DO_YOU_HAVE = re.compile(
    r"^\W*(?:\w+\W+)?(?:do|have)\s+(?:you|u|ya)\s+(?:guys\s+)?(?:have|sell|stock|carry|got)\s+(?:an?|any|some)\b", re.I
)
_ADDS = re.compile(r"^\W*(?:(?:and|but|also|so|it'?s|its|ok)\s+)*(?:for|with|without|in|made\s+of|not|no)\b", re.I)
_HAVE = re.compile(r"^(?:(?:have|got|sell|stock|carry|offer|keep|also|any|some)\s+)+")
LONG = 18  # words from which a wish is a tale: what no page speaks of is no need
ENOUGH_TO_NOTE = 2
WHICH_ONE = re.compile(
    r"^\W*(?:and\s+|so\s+|ok\s+)?which\b.*\b(?:\w{2,}er|\w+est|more|most|less|least|better|best)\b", re.I
)


class Recommend(TurnAction):
    """Needs from the text, laid over those stated before; then products, or the one question that helps most."""

    named = "action_recommend"

    def respond(self, turn: Turn) -> None:
        before = stated(turn)
        if turn.pressed and "value" not in turn.entities:
            ask_openly(turn)
            return
        text = showing.asked_text(turn)
        if range_told(turn):
            return
        wants = _DO_YOU_HAVE.search(text) is not None
        if critique.is_question(text) and not wants and asks_about(turn, references.named(turn.session, text)):
            return
        if len(turn.slots.get("shown") or []) > 1 and WHICH_ONE.search(text):
            which_of_them(turn)
            return
        if not turn.pressed and in_the_stores_words(turn):
            return
        if not turn.pressed and _THING.search(text) and not_sold(turn):
            return
        wanted = needs.read(text, needs.store_words(turn.session), before)
        if wanted.empty and not set(stems(wanted.noun)[-1:]) & GOODS:
            ask_openly(turn)
            return
        if len(text.split()) > LONG:
            wanted = _spoken_of(turn, known_only(wanted, needs.store_words(turn.session)))
        if wanted.kind != before.kind:
            turn.remember("asked", [])
        change_needs(turn, wanted)
        advise(turn, wanted)


class More(TurnAction):
    """The next best ones, never those shown before for the same needs."""

    named = "action_more"

    def respond(self, turn: Turn) -> None:
        wanted = stated(turn)
        if wanted.empty and turn.slots.get("product_id"):
            similar_to(turn, turn.slots["product_id"])
            return
        if wanted.empty:
            ask_openly(turn)
            return
        seen = list(turn.slots.get("shown") or [])
        for entry in turn.slots.get("history") or []:
            if entry.get("needs") == wanted.to_json():
                seen += entry.get("shown") or []
        advice = recommend.recommend(turn.session, wanted, exclude=seen, rejected=rejected(turn), asked=asked(turn))
        if not advice.results:
            ways = advice.relaxations or ((advice.beyond,) if advice.beyond else ())
            if ways:
                showing.offer(turn, "utter_no_more", ways, wanted, count=len(set(seen)))
            else:
                turn.say("utter_no_more", buttons=[start_over_button(turn)], count=len(set(seen)))
            turn.record(outcome="recommended")
            return
        push(turn, wanted)
        showing.show(turn, wanted, advice, "utter_more_results", count=len(advice.results))


def range_told(turn: Turn) -> bool:
    """ "What do you sell?": the biggest shelves; False when that is not asked."""
    if not _RANGE.search(showing.asked_text(turn)):
        return False
    turn.say("utter_range", buttons=category_buttons(turn))
    turn.record(outcome="answered", why={"rule": "range"})
    return True


def in_the_stores_words(turn: Turn) -> bool:
    """ "Which frame size do I need?": a question the store's texts name word for word, not a wish for frames."""
    for part in showing.parts_of(turn.text) or [turn.text]:
        found = knowledge.word_for_word(turn.session, part)
        if found is None and knowledge.asks_meaning(part):
            told = (knowledge.answer_store(turn.session, part), knowledge.how_to(turn.session, part))
            found = next((each for each in told if each is not None and each.confidence >= showing.MEANT), None)
        if found is not None:
            showing.say_text(turn, found, "utter_how_to" if found.kind == "guide" else "utter_store_answer")
            turn.record(outcome="answered", why={"rule": "word for word", "source": found.source})
            return True
    return False


def which_of_them(turn: Turn) -> None:
    """ "Which of those is the lightest?" is answered from what was shown."""
    from actions.looking_back import Compare

    Compare().respond(turn)


def similar_to(turn: Turn, product_id: str) -> None:
    """What is most like the one product that was talked about."""
    from actions.critiques import show_similar

    item = shelf.items(turn.session, [product_id]).get(product_id)
    if item is None:
        ask_openly(turn)
    else:
        show_similar(turn, stated(turn), item)


def asks_about(turn: Turn, item: shelf.Item | None) -> bool:
    """A question about one product that sounded like a wish is answered as the question it is."""
    from actions.education import ProductQuestion

    if item is None:
        return False
    ProductQuestion().about(turn, item)
    return True


def advise_on_text(turn: Turn, *, scraps: bool = False) -> bool:
    """Treat a message as a wish when it names something the store sells, or changes a need; False when it does not.

    With `scraps` words nobody knows are passed over instead of speaking against a wish.
    """
    text = showing.asked_text(turn)
    vocabulary = needs.store_words(turn.session)
    before = stated(turn)
    wanted = needs.read(text, vocabulary, before)
    alone = needs.read(text, vocabulary)
    words = stems(alone.text)
    known = sum(word in vocabulary.words for word in words)
    changed = _says_a_need(alone) or _takes_back(before, wanted) or bool(_ADDS.match(text) and known)
    refined = not before.empty and wanted != before and changed
    named = alone.kind or alone.category or alone.brand or (scraps and _sold(turn, alone.noun))
    if not (named or refined) or (known * 3 < len(words) * 2 and not scraps):
        return False
    if scraps:
        wanted = _spoken_of(turn, known_only(wanted, vocabulary))
        meant = set(stems(" ".join((wanted.noun, wanted.category, *wanted.labels()))))
        wanted = replace(
            wanted, text=" ".join(word for word in wanted.text.split() if meant & set(stems(word))), phrase=""
        )
    advice = recommend.recommend(turn.session, wanted, rejected=rejected(turn), asked=asked(turn))
    if not advice.results:
        return False
    change_needs(turn, wanted)
    advise(turn, wanted, advice=advice)
    return True


def _sold(turn: Turn, noun: str) -> bool:
    """Is anything in the store called so, though no shelf is named after it?"""
    last = stems(noun)[-1:]
    shelved = any(list(name[-1:]) == last for name in needs.store_words(turn.session).categories)
    return bool(last) and (shelved or recommend.called(turn.session, noun, set(last)))


def note_needs(turn: Turn) -> bool:
    """A long tale without a product in it: what was said of price, colour and the like is kept, the kind is asked."""
    vocabulary = needs.store_words(turn.session)
    wanted = needs.read(turn.text, vocabulary, stated(turn))
    wanted = replace(wanted, wanted=stated(turn).wanted, text="", phrase="", use="")
    noted = [label for label, _ in recommendations.stated_needs(wanted).values()]
    shopping = turn.intent != "out_of_scope"  # then a price in this very text is enough, and nothing less is
    if shopping and not _says_a_price(needs.read(turn.text, vocabulary)):
        return False
    if len(noted) < (1 if shopping else ENOUGH_TO_NOTE) or wanted.kind or wanted.category:
        return False
    change_needs(turn, wanted)
    turn.say("utter_noted", needs=", ".join(noted), buttons=category_buttons(turn))
    turn.record(outcome="open", needs=noted, why={"rule": "noted", "needs": wanted.to_json()})
    return True


def _spoken_of(turn: Turn, wanted: Needs) -> Needs:
    """The needs without the words of a long tale that no fitting product's page speaks of."""
    picks = recommend.recommend(turn.session, wanted, rejected=rejected(turn)).results
    spoken = {verdict.key for pick in picks for verdict in pick.verdicts if verdict.verdict != NOT_STATED}
    kept = [term for term in wanted.wanted if f"wanted:{term}" in spoken]
    return replace(wanted, wanted=tuple(kept))


def known_only(wanted: Needs, vocabulary: Vocabulary) -> Needs:
    return replace(wanted, wanted=tuple(term for term in wanted.wanted if set(stems(term)) <= vocabulary.words))


def _says_a_price(wanted: Needs) -> bool:
    return wanted.price_max is not None or wanted.price_min is not None


def _says_a_need(alone: Needs) -> bool:
    said = (alone.colour, alone.prefer, alone.size, alone.audience, alone.limits)
    return any(said) or _says_a_price(alone)


def _takes_back(before: Needs, wanted: Needs) -> bool:
    """ "Forget the pink": is a need gone that was there?"""
    return bool({*before.labels(), *before.unwanted} - {*wanted.labels(), *wanted.unwanted})


def not_sold(turn: Turn) -> bool:
    """ "Do you sell cars?": said plainly when nothing in the store is called so; else False."""
    asked = needs.read(turn.text, needs.store_words(turn.session))
    noun = _HAVE.sub("", recommend.noun_of(turn.text)) or asked.text
    words = stems(noun)
    if not words or recommend.called(turn.session, noun, set(words[-1:])):
        return False
    turn.say("utter_not_sold", what=noun, buttons=category_buttons(turn))
    turn.record(outcome="unanswered", why={"rule": "not sold"})
    return True


def advise(turn: Turn, wanted: Needs, *, advice: Advice | None = None, question: bool = True) -> None:
    """Answer needs: a question when nothing but the kind of product is known, else products; or why there are none."""
    if (wanted.price_max is not None or wanted.price_min is not None) and not search.states_prices(turn.session):
        turn.say("utter_no_prices")
        wanted, advice = replace(wanted, price_min=None, price_max=None), None
        turn.remember("needs", wanted.to_json())
        if wanted.empty:
            ask_openly(turn)
            return
    advice = advice or recommend.recommend(turn.session, wanted, rejected=rejected(turn), asked=asked(turn))
    if turn.pending is not None and turn.pending["kind"] in ("need", "relax"):
        turn.settled()  # a question about needs that have changed is no question any more
    if not advice.results:
        _none(turn, wanted, advice)
        return
    ask_now = advice.question if question and turn.pending is None else None
    if ask_now is not None and wanted.stated == 0 and advice.fitting > SHOW_AT_ONCE and not asked(turn):
        showing.ask(turn, ask_now)
        turn.record(
            outcome="open",
            needs=[label for label, _ in recommendations.stated_needs(wanted).values()],
            why={"needs": wanted.to_json(), "question": ask_now.attribute, "fitting": advice.fitting},
        )
        return
    if advice.conflict:
        _nearly(turn, wanted, advice)
        return
    count = len(advice.results)
    response = "utter_only_for" if advice.missing else "utter_result_one" if count == 1 else "utter_results"
    showing.show(turn, wanted, advice, response, count=count, what=advice.missing)
    if advice.beyond is not None:
        what = f"{advice.beyond.value} {advice.beyond.label}"
        response = "utter_only_fits" if wanted.stated > 1 else "utter_only"
        showing.offer(turn, response, [advice.beyond], wanted, what=what)
        return
    if advice.what_if is not None:
        more = (shelf.shown_price(advice.what_if.more_cents, advice.what_if.currency) or "").removesuffix(".00")
        turn.say("utter_what_if", title=showing.name_of(advice.what_if.item), more=more)
    if ask_now is not None:
        showing.ask(turn, ask_now)


def ask_openly(turn: Turn) -> None:
    """Nothing is known yet: what is it for, or one of the categories."""
    wish = examples.wish(turn.session)
    turn.say("utter_ask_openly" if wish else "utter_ask_openly_plain", wish=wish, buttons=category_buttons(turn))
    turn.record(outcome="open")


def category_buttons(turn: Turn) -> list[Button]:
    """The store's biggest categories, one press away; the commonest things its titles name when it has none."""
    vocabulary = needs.store_words(turn.session)
    names = vocabulary.biggest or commonest(vocabulary)
    return [Button(name, "recommend", value=name) for name in names]


def stated(turn: Turn) -> Needs:
    return Needs.from_json(turn.slots.get("needs"))


def change_needs(turn: Turn, wanted: Needs) -> None:
    """Make these the needs; the ones before can be brought back."""
    if wanted.to_json() != (turn.slots.get("needs") or {}):
        push(turn, stated(turn))
    turn.remember("needs", wanted.to_json())


def push(turn: Turn, before: Needs) -> None:
    entry = {"needs": before.to_json(), "shown": turn.slots.get("shown") or []}
    turn.remember("history", [*(turn.slots.get("history") or []), entry][-MOST_HISTORY:])


def rejected(turn: Turn) -> list[str]:
    return list(turn.slots.get("rejected") or [])


def asked(turn: Turn) -> list[str]:
    return list(turn.slots.get("asked") or [])


def _none(turn: Turn, wanted: Needs, advice: Advice) -> None:
    """Nothing fits: which needs stand in the way and what would help, or that the store does not sell it."""
    if advice.relaxations:
        response = "utter_contradiction" if advice.relaxations[0].change == "keep" else "utter_no_match"
        showing.offer(turn, response, advice.relaxations, wanted, conflict=listed(turn, advice.conflict))
    else:
        what = advice.missing or " ".join(advice.conflict) or wanted.text
        response = "utter_no_interest" if advice.missing and wanted.by_interest else "utter_not_sold"
        turn.say(response, what=what, buttons=category_buttons(turn))
        _take_back(turn)
    showing.keep(turn, wanted, advice)


def _take_back(turn: Turn) -> None:
    """Needs that nothing in the store can meet are not held against what is asked next."""
    history = list(turn.slots.get("history") or [])
    entry = history.pop() if history else {}
    turn.remember("history", history)
    turn.remember("needs", entry.get("needs"))


def _nearly(turn: Turn, wanted: Needs, advice: Advice) -> None:
    showing.show(turn, wanted, advice, "utter_nearly", conflict=listed(turn, advice.conflict))
    if advice.relaxations:
        showing.offer(turn, "utter_relax", advice.relaxations, wanted)


def listed(turn: Turn, labels: tuple[str, ...]) -> str:
    return turn.phrase("phrase_and").join(labels)


def start_over_button(turn: Turn) -> Button:
    return Button(turn.phrase("phrase_start_over"), "start_over")
