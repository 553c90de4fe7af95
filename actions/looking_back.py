"""Looking at what was shown and said: compare, recall the needs, one step back, start over."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions import choices, showing  # noqa: F401 - the choices claim their answers
from actions.advice import advise, advise_on_text, category_buttons, start_over_button, stated
from actions.turn import Turn, TurnAction
from lifecycle.advice import compare, recommend, recommendations, references, shelf
from lifecycle.advice.recommend import Pick
from lifecycle.advice.verdicts import MET
from lifecycle.language.measures import MEASURES, PREFERENCE
from lifecycle.needs import Needs

_RECALLS = re.compile(
    r"\b(?:i|i'?ve|my|mine|said|told|tell|mentioned|remember|recap|summar\w+|so\s+far|noted|know)\b", re.I
)
_WHICH = re.compile(r"\b(?:which|what)\b.*\b(?:\w+est|\w{2,}er|most|least|more|less)\b", re.I)


_OWNERS = re.compile(r"\b(?:owners?|reviews?|reviewers?|buyers?|customers?)\b", re.I)
CLEARLY = 0.8  # how sure a text of the store must be to be told instead of a comparison


class Compare(TurnAction):
    """Two to four products side by side, only what differs, the shopper's needs first."""

    named = "action_compare"

    def respond(self, turn: Turn) -> None:
        shown = list(turn.slots.get("shown") or [])
        text = showing.asked_text(turn)
        if len(shown) > 1 and _OWNERS.search(text):
            from actions.owners import Reviews

            Reviews().respond(turn)
            return
        if references.continues(text) and turn.slots.get("question"):
            from actions.education import ProductQuestion

            ProductQuestion().respond(turn)
            return
        meant = references.find(turn.session, text, shown, turn.slots.get("product_id"))
        items = list(meant.items)
        named = references.each_named(turn.session, text)
        if len(named) > 1:
            items = named
        if len(items) == 1 and turn.slots.get("product_id") not in (None, items[0].product_id):
            items += shelf.items(turn.session, [turn.slots["product_id"]]).values()
        if len(items) < 2:
            items = list(shelf.items(turn.session, shown).values())
        if len(items) < 2:
            from actions.lost import heard_as_question

            if heard_as_question(turn, CLEARLY):  # "the difference between cold brew and iced coffee"
                return
            turn.say("utter_compare_what")
            turn.record(outcome="open")
            return
        items = items[:4]
        wanted = stated(turn)
        if _WHICH.search(text) and len(meant.items) == 1 and self._the_most(turn, text, meant.items[0]):
            return
        names = [showing.name_of(item) for item in items]
        if len(set(names)) < len(names):
            names = [item.title for item in items]
        rows = compare.rows(items, wanted)
        missing = turn.phrase("phrase_missing")
        lines = [
            turn.phrase(
                "phrase_compare_line", label=row.name, values=" | ".join(value or missing for value in row.values)
            )
            for row in rows
        ]
        picks = recommend.judge(turn.session, wanted, [item.product_id for item in items])
        response = "utter_compare" if rows else "utter_compare_same"
        summary = _in_short(turn, items, names, picks, wanted)
        if summary:
            turn.say("utter_compare_short", summary=summary)
        best = max(picks, key=lambda pick: pick.score)
        decided = wanted.stated > 0 and sum(pick.score == best.score for pick in picks) == 1
        closing = "\n" + turn.phrase("phrase_compare_best", title=names[picks.index(best)]) if decided else ""
        turn.say(
            response,
            names=" | ".join(names),
            lines="\n".join(lines),
            closing=closing,
            cards=[showing.card(turn, pick, showing.silent_on(picks)) for pick in picks],
        )
        turn.remember("shown", [item.product_id for item in items])
        turn.remember("question", None)
        turn.record(outcome="recommended", products=[item.product_id for item in items], why={"rule": "compare"})

    def _the_most(self, turn: Turn, text: str, item: shelf.Item) -> bool:
        """ "Which one is the lightest?": that one, with the number."""
        found = PREFERENCE.search(text.lower())
        key = found.lastgroup if found else None
        value = item.price if key == "cheap" else (item.measure(key) or (0, ""))[1] if key in MEASURES else ""
        if not value:
            return False
        turn.say("utter_the_most", title=showing.name_of(item), value=value)
        turn.remember("product_id", item.product_id)
        turn.record(outcome="answered", products=[item.product_id], why={"rule": "the most", "measure": key})
        return True


def _in_short(
    turn: Turn, items: Sequence[shelf.Item], names: Sequence[str], picks: Sequence[Pick], wanted: Needs
) -> str:
    """What differs most in what the shopper cares about, in a sentence or two; "" when nothing stated differs."""
    said: list[str] = []
    met = [{verdict.need for verdict in pick.verdicts if verdict.verdict == MET} for pick in picks]
    for term in wanted.wanted:
        those = [name for name, needs_met in zip(names, met, strict=True) if term in needs_met]
        if len(those) == 1:
            said.append(turn.phrase("phrase_compare_only", title=those[0], need=term))
    for ahead in compare.lead(items, wanted):
        others = turn.phrase("phrase_and").join(ahead.others)
        said.append(
            turn.phrase(
                "phrase_compare_ahead", title=names[ahead.place], better=ahead.better, value=ahead.value, others=others
            )
        )
    return " ".join(said[: compare.MOST_SAID])


class RecallNeeds(TurnAction):
    named = "action_recall_needs"

    def respond(self, turn: Turn) -> None:
        if not _RECALLS.search(turn.text) and advise_on_text(turn):
            return  # "show me filters"
        labels = [label for label, _ in recommendations.stated_needs(stated(turn)).values()]
        if not labels:
            turn.say("utter_no_needs_yet")
        else:
            turn.say("utter_recall_needs", needs=", ".join(labels), buttons=[start_over_button(turn)])
        turn.record(outcome="answered")


class GoBack(TurnAction):
    """Undo the last need, and show again what was shown for the ones before."""

    named = "action_go_back"

    def respond(self, turn: Turn) -> None:
        history = list(turn.slots.get("history") or [])
        turn.settled()
        if not history:
            turn.say("utter_nothing_to_undo")
            turn.record(outcome="answered")
            return
        entry = history.pop()
        turn.remember("history", history)
        turn.remember("needs", entry.get("needs"))
        turn.remember("shown", entry.get("shown") or [])
        wanted = Needs.from_json(entry.get("needs"))
        if wanted.empty:
            turn.say("utter_undone_all")
            turn.record(outcome="answered")
            return
        labels = [label for label, _ in recommendations.stated_needs(wanted).values()]
        turn.say("utter_undone", needs=", ".join(labels))
        advise(turn, wanted, question=False)


class StartOver(TurnAction):
    named = "action_start_over"

    def respond(self, turn: Turn) -> None:
        for slot in ("needs", "shown", "product_id", "history", "asked", "rejected", "question", "fallbacks"):
            turn.remember(slot, None)
        turn.settled()
        turn.say("utter_start_over", buttons=category_buttons(turn))
        turn.record(outcome="answered")
