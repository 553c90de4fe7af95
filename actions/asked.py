"""A question asked of what was shown, whatever it resembles: of one, of each of them, of a place, of the price."""

from __future__ import annotations

import re

from actions import showing
from actions.advice import WHICH_ONE, category_buttons
from actions.asking import asks, wonders
from actions.turn import Turn
from lifecycle import knowledge
from lifecycle.advice import critique, references, shelf
from lifecycle.language.manners import ASIDES, MANNERS
from lifecycle.language.words import content, stems, wordset
from lifecycle.needs.vocabulary import COLOURS

_OF_IT = re.compile(
    r"^\W*(?:(?:and|but|so|ok|also|well)\W+)*(?:(?:is|are|does|do|can|will|would|could|has|have)(?:n'?t)?\s+"
    r"(?:it|they|this|that|these|those)\b(?!\s+(?:matter|true|raining|possible))|how\s+[a-z]+\s*\?*\s*$)",
    re.I,
)
_LIKE_QUESTIONS = wordset(
    "report_problem give_feedback ask_order_status unsubscribe bot_challenge chitchat change_order"
)
_PRONOUN = re.compile(r"\b(?:it'?s?|they(?:'?re)?|them|these|this|that|those)\b", re.I)
_ALL_OF_THEM = re.compile(r"\b(?:they|them|these|those|all|both|any)\b", re.I)
_COLOUR_ASKED = re.compile(
    r"\b(?:got|have|has|get|comes?|available|make|sell|do)\b.{0,20}\bin\s+(?:a\s+)?(?:\w+\s+)?(?P<colour>\w+)\s*\??$",
    re.I,
)
_COMES_WITH = re.compile(r"\b(?:ships?|comes?|delivered|supplied|sold)\s+with(?:out)?\b", re.I)
_IF = re.compile(
    r"\b(?:if|in\s+case|when)\b.*\b(?:break\w*|broken?|fail\w*|die[sd]?|stops?|damaged?|faulty|defective|wrong)\b", re.I
)
_IS_THE_OTHER = re.compile(
    r"^\W*(?:(?:hm+|oh|ok|and|but|so|well)\W+)*(?:is|are|does)\s+(?:the|that|this)\s+[\w-]+(?:\s+one)?\s+(?:\w+er|more|less)\b",
    re.I,
)
_PRICE_SAID = re.compile(r"\b(?:price|prices|cost|costs)\b", re.I)
MOST_WORDS_OF_A_QUESTION = 10
CERTAIN = 0.9  # confidence of an article from which on a question is the shop's
_HOW_TO_BUY = re.compile(r"\b(?:how|where)\s+(?:do|can|could|would|should)\s+(?:i|we|you)\b", re.I)
UNSURE = 0.7


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


def of_what_was_shown(turn: Turn) -> bool:
    """ "Is it slippery when wet?", "pump: vibratory or rotary?", "which has the bigger tank": what it means here."""
    shown = turn.slots.get("shown") or []
    if not shown:
        return False
    meant = _meant(turn, shown)
    if meant:
        turn.means(meant)
    if turn.intent == "ask_product" and len(shown) > 1 and _ALL_OF_THEM.search(turn.text):
        turn.remember("product_id", None)  # "do they all have glass jugs?" is no question about one
    return False


def _meant(turn: Turn, shown: list[str]) -> str:
    text = turn.text
    colour = _COLOUR_ASKED.search(text)
    if colour and colour["colour"].lower() in COLOURS and turn.intent not in ("recommend", "critique"):
        return "ask_product"
    if turn.intent == "place_order":
        ordering = asks(text) and not _HOW_TO_BUY.search(text)
        return "ask_store" if ordering and _the_shop_knows(turn) else ""
    if turn.intent in ("more_options", "critique"):
        of_it = _OF_IT.match(text) and critique.is_question(text)
        return "ask_product" if of_it or _IS_THE_OTHER.match(text) else ""
    if turn.intent in ("ask_warranty", "ask_usage"):
        return "compare" if len(shown) > 1 and WHICH_ONE.search(text) else ""
    if turn.intent == "ask_delivery":
        return "ask_product" if _COMES_WITH.search(text) else ""
    if turn.accepted and not (turn.intent in _LIKE_QUESTIONS and turn.confidence < UNSURE and asks(text)):
        return ""
    if len(shown) > 1 and WHICH_ONE.search(text):
        return "compare"
    if _PRICE_SAID.search(text) and len(text.split()) <= MOST_WORDS_OF_A_QUESTION:
        return "ask_price"
    if _the_shop_knows(turn):
        return ""
    asked = text.rstrip().endswith("?") and _PRONOUN.search(text)
    return "ask_product" if asked or _OF_IT.match(text) or (asks(text) and _on_their_pages(turn, shown)) else ""


def _the_shop_knows(turn: Turn) -> bool:
    """ "Is it open on Sunday?" is asked of the shop, whatever was shown."""
    found = knowledge.answer_store(turn.session, turn.text)
    return found is not None and found.confidence >= CERTAIN


def _on_their_pages(turn: Turn, shown: list[str]) -> bool:
    """Does the text use a word that only the pages of what was shown explain, not every sentence?"""
    asked = {word for word in content(references.without(turn.text)) if len(word) > 2 and not word.isdigit()}
    ours = frozenset(stems(" ".join((*MANNERS, *ASIDES))))
    for item in shelf.items(turn.session, shown).values():
        page = " ".join((*(f"{name} {value}" for name, value in item.facts), *item.bullets, item.description))
        if (asked - ours) & set(stems(page.replace("_", " "))):
            return True
    return False


def what_if_it_breaks(turn: Turn) -> bool:
    """ "If it breaks, what do I do?" reports no problem: it asks what the shop would do."""
    if turn.intent == "report_problem" and _IF.search(turn.text) and (asks(turn.text) or wonders(turn.text)):
        turn.means("ask_warranty")
    return False


CLAIMS = (no_such_place, what_if_it_breaks, of_what_was_shown)
