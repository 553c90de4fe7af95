""" "Why that one?", "what's the catch?": what speaks for a product that was shown, and what against it."""

from __future__ import annotations

import re

from actions import showing
from actions.advice import stated
from actions.turn import Turn
from lifecycle import knowledge, needs
from lifecycle.advice import compare, recommend, recommendations, references, shelf
from lifecycle.advice.recommend import Pick
from lifecycle.advice.verdicts import MET, NEARLY, NOT_MET
from lifecycle.text import one_line

_SHOWN_ONE = (
    r"(?:it|this|that|these|those|them|(?:this|that)\s+one|"
    r"the\s+(?:[\w-]+\s+){0,2}?(?:one|first|second|third|last|other|product))"
)
_WHY = re.compile(
    r"^\W*(?:(?:but|and|ok|okay|so|hm+|oh|yes|yeah)\W+)*(?:"
    rf"(?:why(?:\s+not)?|how\s+come)\W*(?:{_SHOWN_ONE}\W*)?$|"
    rf"why\s+(?:did|do|would|should|are|is)\s+(?:you|u|i)\s+.*\b(?:recommend\w*|suggest\w*|pick\w*|choos\w*|chose|show\w*|buy|take|get)\b|"
    rf"(?:why|how)\s+(?:is|are)\s+{_SHOWN_ONE}\s+(?:\w+\s+)?(?:better|best|first|good|recommended|right|the\s+best\w*)\b|"
    rf"what\s+makes\s+{_SHOWN_ONE}\b|what(?:'?s|\s+is|\s+are)\s+(?:the|your)\s+reasons?\b|what\s+speaks\s+for\b|"
    rf"(?:pros|advantages|reasons)\b.{{0,20}}$)",
    re.I,
)
_CATCH = re.compile(
    r"\bwhat'?s?\s+(?:is\s+|are\s+)?(?:the\s+|its\s+|their\s+)?(?:catch|downsides?|drawbacks?|disadvantages?|cons|weakness(?:es)?|"
    r"trade-?offs?)\b|\b(?:any|a|the)\s+(?:catch|downsides?|drawbacks?|disadvantages?|weakness(?:es)?|cons)\b|"
    r"\bwhat(?:'?s|\s+is)\s+(?:wrong|bad|not\s+(?:so\s+)?good)\s+(?:with|about)\s+(?:it|this|that|the)\b|"
    r"\banything\s+(?:bad|wrong|negative)\b|\bpros\s+and\s+cons\b|^\W*(?:cons|downsides?|drawbacks?)\W*$|"
    r"\bwhat\s+(?:speaks|is)\s+against\b",
    re.I,
)
_WHICH = re.compile(
    r"\b(?:which|what)\b.*\b(?:would|do)\s+(?:you|u)\s+(?:get|pick|choose|recommend|buy|take|suggest|go\s+for|advise|prefer)\b|"
    r"\b(?:which|what)\b.*\bshould\s+i\s+(?:get|pick|choose|buy|take|go\s+for)\b|\bwhich(?:\s+(?:one|of\s+(?:them|these|those)))?\s+"
    r"(?:is|are|would\s+be)\s+(?:the\s+)?(?:better|best|right)\b|\byour\s+(?:favou?rite|choice|pick)\b|"
    r"\b(?:just\s+)?(?:pick|choose|decide)\s+(?:one\s+)?for\s+me\b|\bwhich\s+(?:one\s+)?(?:is\s+)?for\s+me\b|\byou\s+(?:choose|decide|pick)\b",
    re.I,
)
_WORTH = re.compile(
    r"\bworth\s+(?:it|the|more|that|so|paying|spending|\$?\d+)\b|\bworth\W*$|\bwhy\s+(?:is|does)\b.*\b(?:so\s+expensive|dearer|more\s+expensive|cost\s+(?:so\s+much\s+)?more)\b|"
    r"\bwhat\s+do\s+i\s+get\s+for\s+the\s+(?:extra|more|difference)\b",
    re.I,
)
MOST_SAID = 3
QUOTED = 140  # characters of an owner's complaint


def asks_why(text: str) -> bool:
    return _WHY.search(text) is not None


def why(turn: Turn) -> bool:
    """What was told, and how the product meets it; beside the others shown when nothing was told."""
    if not turn.slots.get("shown") or not asks_why(turn.text):
        return False
    pick, others, whose = _meant(turn)
    if pick is None:
        return False
    wanted = stated(turn)
    labels = [label for label, _ in recommendations.stated_needs(wanted).values()]
    good = _good(turn, pick)
    beside = compare.tradeoff(others[0].item, pick.item, wanted) if others else None
    if not good and beside is not None and beside.better:
        good = [turn.phrase("phrase_beside", better=phrase, title=showing.name_of(others[0].item))
                for phrase in beside.better[:1]]  # fmt: skip
    if not good:
        good = [one_line(bullet, 90) for bullet in pick.item.bullets[:1]]
    response = "utter_why" if good and labels else "utter_why_untold" if good else "utter_why_nothing"
    turn.means("recall_needs")
    turn.say(response, needs=", ".join(labels), title=showing.name_of(pick.item), reasons="; ".join(good))
    _remember(turn, pick, whose)
    return True


def my_pick(turn: Turn) -> bool:
    """ "Which would you take?": the one that meets most of what was told, with what it is better at and worse at."""
    shown = list(turn.slots.get("shown") or [])
    of_the_shop = turn.intent in ("ask_payment", "ask_delivery", "ask_returns", "ask_store", "ask_discounts")
    if not shown or of_the_shop or not _WHICH.search(turn.text):
        return False
    other_kind = needs.read(turn.text, needs.store_words(turn.session)).kind
    items = shelf.items(turn.session, shown).values() if other_kind else ()
    if other_kind and not any(other_kind in item.head for item in items):
        return False  # "what kettle would you take?" beside grinders is a wish
    wanted = stated(turn)
    picks = sorted(recommend.judge(turn.session, wanted, shown), key=lambda pick: -pick.score)
    best, others = picks[0], picks[1:]
    good = _good(turn, best)
    beside = compare.tradeoff(others[0].item, best.item, wanted) if others else None
    gains = [gain for gain in (beside.better if beside is not None else ()) if _number(gain) not in " ".join(good)]
    losses = ", ".join(beside.worse) if beside is not None else ""
    reasons = "; ".join(dict.fromkeys([*good, *gains])) or one_line(" ".join(best.item.bullets[:1]), 90)
    turn.means("recall_needs" if len(shown) == 1 else "compare")
    response = "utter_my_pick_only" if not others else "utter_my_pick" if losses else "utter_my_pick_clear"
    turn.say(response, title=showing.name_of(best.item), reasons=reasons, losses=losses,
             other=showing.name_of(others[0].item) if others else "")  # fmt: skip
    turn.remember("product_id", best.product_id)
    turn.record(outcome="recommended", products=[best.product_id], why={"rule": "my pick"})
    return True


def worth(turn: Turn) -> bool:
    """ "Is the second worth the extra money?": what the difference buys, beside the cheapest other one shown."""
    if len(turn.slots.get("shown") or []) < 2 or not _WORTH.search(turn.text):
        return False
    pick, others, _ = _meant(turn)
    priced = [other for other in others if other.item.price_cents is not None]
    if pick is None or not priced:
        return False
    other = min(priced, key=lambda each: each.item.price_cents or 0)
    beside = compare.tradeoff(other.item, pick.item, stated(turn))
    known = {v.key for v in other.verdicts if v.verdict in (MET, NEARLY)}
    more = [_lower(showing.reason(turn, v)) for v in pick.verdicts if v.verdict == MET and v.key not in known]
    gains = "; ".join(dict.fromkeys([*more, *(beside.better if beside else ())]))
    losses = ", ".join(beside.worse) if beside else ""
    response = "utter_worth" if gains and losses else "utter_worth_more" if gains else "utter_worth_nothing"
    turn.means("compare")
    turn.say(response, title=showing.name_of(pick.item), other=showing.name_of(other.item), gains=gains,
             losses=losses)  # fmt: skip
    turn.remember("product_id", pick.product_id)
    turn.record(outcome="answered", products=[pick.product_id], why={"rule": "worth it"})
    return True


def catch(turn: Turn) -> bool:
    """What the page does not meet, where another one shown is better, what owners complain of; nothing is made up."""
    if not (turn.slots.get("shown") or turn.slots.get("product_id")) or not _CATCH.search(turn.text):
        return False
    pick, others, whose = _meant(turn)
    if pick is None:
        return False
    against = [_lower(showing.reason(turn, v).removeprefix("But ")) for v in pick.verdicts if v.verdict == NOT_MET]
    for other in others:
        beside = compare.tradeoff(other.item, pick.item, stated(turn))
        if beside is not None and beside.worse:
            title = showing.name_of(other.item)
            against.append(turn.phrase("phrase_beside", better=", ".join(beside.worse), title=title))
    said = knowledge.owners_say(turn.session, pick.product_id, "")
    complaint = next((quote for quote in said.quotes if quote.verdict == "against"), None)
    if complaint is not None:
        against.append(
            turn.phrase("phrase_complaint", quote=one_line(complaint.text, QUOTED), author=complaint.author,
                        bad=said.against_count, count=said.review_count)
        )  # fmt: skip
    turn.means("ask_product")
    response = "utter_catch" if against else "utter_catch_none"
    turn.say(response, title=showing.name_of(pick.item), against="\n".join(f"- {each}" for each in against[:MOST_SAID]))
    turn.record(outcome="answered", products=[pick.product_id], why={"rule": "catch"})
    _remember(turn, pick, whose)
    return True


def _meant(turn: Turn) -> tuple[Pick | None, list[Pick], bool]:
    """The product asked about, the others shown, and whether the text or the talk named it; else it is the first."""
    shown = list(turn.slots.get("shown") or [])
    at_hand = turn.slots.get("product_id")
    found = references.find(turn.session, turn.text, shown, at_hand)
    chosen = found.one.product_id if found.one else at_hand or (shown[0] if shown else None)
    if chosen is None or not shelf.items(turn.session, [chosen]):
        return None, [], False
    picks = recommend.judge(turn.session, stated(turn), list(dict.fromkeys([chosen, *shown])))
    return picks[0], list(picks[1:]), found.one is not None or at_hand is not None


def _good(turn: Turn, pick: Pick) -> list[str]:
    """What the product meets, each value once: "small" and "smaller than 20 cm" are proved by the same size."""
    met = {v.value or v.need: v for v in pick.verdicts if v.verdict in (MET, NEARLY)}
    return [_lower(showing.reason(turn, v)) for v in met.values()][:MOST_SAID]


def _number(gain: str) -> str:
    """ "62 dB" of "quieter (62 dB)", else the whole."""
    return gain.partition("(")[2].rstrip(")") or gain


def _remember(turn: Turn, pick: Pick, named: bool) -> None:
    if named:
        turn.remember("product_id", pick.product_id)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


CLAIMS = (why, my_pick, worth, catch)
