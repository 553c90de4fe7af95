"""Critiques of what was shown: "cheaper", "not this one", "more like the second", "which is quieter?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions import showing
from actions.advice import (
    WHICH_ONE,
    advise,
    advise_on_text,
    ask_openly,
    asked,
    asks_about,
    change_needs,
    in_the_stores_words,
    listed,
    push,
    rejected,
    start_over_button,
    stated,
    which_of_them,
)  # fmt: skip
from actions.turn import Turn, TurnAction
from lifecycle import needs, search
from lifecycle.advice import compare, critique, recommend, references, shelf
from lifecycle.advice.recommend import Advice, Pick
from lifecycle.advice.verdicts import MET, NOT_MET, NOT_STATED, price_label
from lifecycle.needs import Needs

_CHOOSES = re.compile(
    r"^\W*(?:(?:ok|then|so|i\s+(?:like|prefer|want|meant?)|tell\s+me\s+about|show\s+me|no)\W+)*the\s+"
    r"(?:(?:\w+(?:er|est)|(?:most|least|more|less)\s+\w+)\s+one|(?:first|second|third|last|1st|2nd|3rd)(?:\s+one)?)"
    r"(?:\s+(?:please|then|pls))?\W*$",
    re.I,
)


class Critique(TurnAction):
    """ "Cheaper", "quieter and lighter", "not black", "more like the second": relative to what was shown."""

    named = "action_critique"

    def respond(self, turn: Turn) -> None:
        talked_about = turn.slots.get("shown") or [turn.slots.get("product_id") or ""]
        shown = list(shelf.items(turn.session, talked_about).values())
        before = stated(turn)
        text = showing.asked_text(turn)
        if not shown and before.empty:
            if not (advise_on_text(turn) or advise_on_text(turn, scraps=True)):
                ask_openly(turn)
            return
        if shown and before.empty:
            before = needs.read(shown[0].category, needs.store_words(turn.session))
        if not turn.pressed and text.rstrip().endswith("?") and in_the_stores_words(turn):
            return
        if len(shown) > 1 and WHICH_ONE.search(text):
            which_of_them(turn)
            return
        meant = _meant(turn, text, shown)
        if meant and meant.one and _CHOOSES.match(text):
            asks_about(turn, meant.one)
            return
        if meant and critique.is_question(text) and asks_about(turn, meant.one):
            return
        reference = meant.one if meant and not meant.named else None
        vocabulary = needs.store_words(turn.session)
        found = critique.read(text, before, shown, reference, vocabulary)
        if found.like is not None:
            show_similar(turn, before, found.like, found.keys)
            return
        if found.rejected:
            reject(turn, before, found.rejected)
            return
        if "cheap" in found.keys and not search.states_prices(turn.session):
            turn.say("utter_no_prices")
            turn.record(outcome="unanswered", why={"rule": "no prices"})
            return
        if not found.understood:
            showing.which_product(turn, shown, "critique") if not shown else turn.say("utter_critique_unclear")
            turn.record(outcome="open")
            return
        advice = recommend.recommend(
            turn.session, found.needs, rejected=rejected(turn), asked=asked(turn), musts=found.musts, keeping=True
        )
        if found.keys and not advice.results:
            self._say_the_best(turn, found, advice, shown)
            return
        change_needs(turn, found.needs)
        lost = self._lost(turn, found, advice, before, shown)
        if found.keys and lost:
            better = compare.better(found.keys[0])
            showing.show(turn, found.needs, advice, "utter_critique_compromise", better=better, lost=listed(turn, lost))
            return
        advise(turn, found.needs, advice=replace(advice, what_if=None), question=False)

    def _lost(
        self, turn: Turn, found: critique.Critique, advice: Advice, before: Needs, shown: Sequence[shelf.Item]
    ) -> tuple[str, ...]:
        """What every product that answers the critique gives up of what was asked before."""
        own = {limit.label for limit in found.needs.limits if f"limit:{limit.unit}" in found.musts}
        others = tuple(label for label in advice.conflict if label not in own and label != price_label(found.needs))
        if advice.conflict:
            return others
        each = [_lost(turn, pick, before, shown) for pick in advice.results]
        return tuple(dict.fromkeys(label for labels in each for label in labels))[:2] if all(each) else ()

    def _say_the_best(self, turn: Turn, found: critique.Critique, advice: Advice, shown: Sequence[shelf.Item]) -> None:
        """Nothing is cheaper, quieter …: which of those shown is at that end, and what else would have to give.

        Giving up the very wish is no way out of it.
        """
        key = found.keys[0]
        ways = [
            way
            for way in advice.relaxations
            if way.value not in found.musts and not (way.change == "price_max" and "cheap" in found.keys)
        ]
        known = [(compare.number(item, key), item) for item in shown]
        measured = [(number[0], number[1], item) for number, item in known if number is not None]
        turn.record(outcome="recommended", why={"critique": list(found.keys), "conflict": list(advice.conflict)})
        end = min if compare.low(key) else max
        said: dict[str, Any] = {"better": compare.better(key)}
        if measured:
            _, value, item = end(measured, key=lambda entry: entry[0])
            said.update(title=showing.name_of(item), value=value)
        response = "utter_critique_best" if measured else "utter_critique_none_left"
        if ways:
            showing.offer(turn, f"{response}_ways", ways, found.needs, **said)
        else:
            turn.say(response, buttons=[start_over_button(turn)], **said)


_LIKE_IT = re.compile(r"\b(?:like|similar\s+to)\s+(?:it|this|that)\b", re.I)


def show_similar(turn: Turn, wanted: Needs, like: shelf.Item, better: Sequence[str] = ()) -> None:
    """ "More like the second": the same kind, the same facts, about the same price."""
    found = critique.similar(turn.session, like, wanted, better=better)
    picks = recommend.judge(turn.session, wanted, [item.product_id for item in found])
    if not picks:
        turn.say("utter_no_more", count=1, buttons=[start_over_button(turn)])
        turn.record(outcome="recommended")
        return
    push(turn, wanted)
    compared = [Pick(p.item, p.score, p.verdicts, compare.tradeoff(like, p.item, wanted)) for p in picks]
    advice = Advice(tuple(compared), fitting=len(compared))
    showing.show(turn, wanted, advice, "utter_similar", title=showing.name_of(like))


def reject(turn: Turn, wanted: Needs, product_ids: Sequence[str]) -> None:
    """ "Not this one": it is out of this talk, and the next best take its place."""
    turn.remember("rejected", list(dict.fromkeys([*rejected(turn), *product_ids])))
    turn.remember("product_id", None)
    if wanted.empty:
        left = [product_id for product_id in turn.slots.get("shown") or [] if product_id not in product_ids]
        turn.remember("shown", left)
        turn.say("utter_critique_unclear")
        turn.record(outcome="open")
        return
    advice = recommend.recommend(turn.session, wanted, rejected=rejected(turn), asked=asked(turn))
    if not advice.results or advice.conflict:
        turn.say("utter_no_more", count=len(rejected(turn)), buttons=[start_over_button(turn)])
        turn.record(outcome="recommended", why={"rejected": list(product_ids)})
        return
    showing.show(turn, wanted, advice, "utter_rejected", count=len(advice.results))


def _lost(turn: Turn, pick: Pick, before: Needs, shown: Sequence[shelf.Item]) -> tuple[str, ...]:
    """The needs stated before that something shown met and this product does not, or does not say."""
    keys = {f"wanted:{term}" for term in before.wanted} | {f"prefer:{key}" for key in before.prefer} | {"colour"}
    failed = [
        v
        for v in pick.verdicts
        if v.key in keys and (v.verdict == NOT_MET or (v.verdict == NOT_STATED and v.key.startswith("wanted:")))
    ]
    if not failed:
        return ()
    had = {
        v.key
        for known in recommend.judge(turn.session, before, [item.product_id for item in shown])
        for v in known.verdicts
        if v.verdict == MET
    }
    return tuple(verdict.need for verdict in failed if verdict.key in had)


def _meant(turn: Turn, text: str, shown: list[shelf.Item]) -> references.Found | None:
    """The product a critique names; "it" counts in a question and in a refusal."""
    of_it = critique.is_question(text) or critique.refuses(text) or _LIKE_IT.search(text)
    at_hand = turn.slots.get("product_id") if of_it else None
    return references.find(turn.session, text, [item.product_id for item in shown], at_hand) if shown else None
