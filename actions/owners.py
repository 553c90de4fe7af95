"""What owners say: of one product or of several, on an aspect or as a whole, their complaints, which one is ahead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions import showing, steps
from actions.advice import WHICH_ONE
from actions.turn import Turn, TurnAction
from lifecycle import knowledge
from lifecycle.advice import shelf
from lifecycle.advice.shelf import Item
from lifecycle.knowledge.reviews import Quote
from lifecycle.text import one_line

MOST_HEARD = 3
_COMPLAINTS = re.compile(
    r"\b(?:complain\w*|downsides?|drawbacks?|negatives?|unhappy|dislike\w*|"
    r"hate\w*|(?:bad|worst)\s+(?:things?|reviews?|about)|cons)\b",
    re.I,
)


class Reviews(TurnAction):
    """What owners say about the asked aspect: counted, good and bad, in their own words."""

    named = "action_reviews"

    def respond(self, turn: Turn) -> None:
        from actions.education import find

        item = find(turn).one
        shown = list(shelf.items(turn.session, turn.slots.get("shown") or []).values())
        if len(shown) > 1 and WHICH_ONE.search(turn.text) and self._compared(turn, shown[:MOST_HEARD]):
            return
        if item is None:
            if not self._of_each(turn, shown[:MOST_HEARD]) and not self._of_each(
                turn, shown[:MOST_HEARD], overall=True
            ):
                showing.which_product(turn, shown, "ask_reviews")
            return
        turn.remember("product_id", item.product_id)
        if _COMPLAINTS.search(turn.text):
            self._complaints(turn, item)
            return
        said = knowledge.owners_say(turn.session, item.product_id, showing.question_of(turn))
        title = showing.name_of(item)
        heard = said.for_count + said.against_count + said.neither_count
        if not said.review_count:
            turn.say("utter_owners_none", title=title)
        elif not heard:
            turn.say(
                _counted("utter_owners_silent", said.review_count),
                title=title,
                aspect=said.aspect,
                count=said.review_count,
            )
        else:
            quotes = _quoted(turn, said.quotes[:3])
            turn.say(
                _counted("utter_owners_aspect" if said.aspect else "utter_owners", heard),
                title=title, aspect=said.aspect, count=heard, good=said.for_count, bad=said.against_count,
                quotes=quotes, buttons=steps.next_button(turn, item),
            )  # fmt: skip
        turn.record(outcome="answered" if heard else "unanswered", products=[item.product_id], why={"rule": "reviews"})

    def _complaints(self, turn: Turn, item: Item) -> None:
        """What owners find fault with, in their own words."""
        said = knowledge.complaints(turn.session, item.product_id)
        title = showing.name_of(item)
        if not said.review_count:
            turn.say("utter_owners_none", title=title)
        elif not said.quotes:
            turn.say(_counted("utter_owners_content", said.review_count), title=title, total=said.review_count)
        else:
            turn.say(
                _counted("utter_owners_complain", said.review_count),
                title=title, total=said.review_count, count=said.against_count, quotes=_quoted(turn, said.quotes[:3]),
            )  # fmt: skip
        told = "answered" if said.review_count else "unanswered"
        turn.record(outcome=told, products=[item.product_id], why={"rule": "complaints"})

    def _compared(self, turn: Turn, shown: list[Item]) -> bool:
        """ "Which one is quieter according to owners?"; False when no owner speaks of it, or of nothing is asked."""
        heard = [
            (item, knowledge.owners_say(turn.session, item.product_id, showing.question_of(turn))) for item in shown
        ]
        aspect = heard[0][1].aspect
        counts = {item.product_id: said.for_count + said.against_count + said.neither_count for item, said in heard}
        if not aspect or not any(counts.values()):
            return False
        lines = [
            turn.phrase("phrase_owners_on_it", title=showing.name_of(item), good=said.for_count,
                        bad=said.against_count, count=counts[item.product_id])
            if counts[item.product_id]
            else turn.phrase("phrase_owners_quiet", title=showing.name_of(item))
            for item, said in heard
        ]  # fmt: skip
        shares = sorted(
            ((said.for_count - said.against_count) / counts[item.product_id], showing.name_of(item))
            for item, said in heard
            if counts[item.product_id]
        )
        ahead = len(shares) > 1 and shares[-1][0] > shares[-2][0]
        turn.say("utter_owners_compared" if ahead else "utter_owners_even", aspect=aspect, lines="\n".join(lines),
                 title=shares[-1][1])  # fmt: skip
        turn.record(outcome="answered", products=[item.product_id for item in shown], why={"rule": "reviews"})
        return True

    def _of_each(self, turn: Turn, shown: list[Item], *, overall: bool = False) -> bool:
        """Several products and none is meant: how many speak, with one voice; False when nobody does."""
        lines = []
        for item in shown:
            asked = "" if overall else showing.question_of(turn)
            said = knowledge.owners_say(turn.session, item.product_id, asked)
            heard = said.for_count + said.against_count + said.neither_count
            if not heard or len(shown) == 1:
                continue
            quote = said.quotes[0]
            lines.append(
                turn.phrase(
                    "phrase_owners_each", title=showing.name_of(item), good=said.for_count, bad=said.against_count,
                    count=heard, quote=one_line(quote.text, 140), author=quote.author, rating=quote.rating,
                )
            )  # fmt: skip
        if not lines:
            return False
        turn.say("utter_owners_each", lines="\n".join(lines))
        turn.record(outcome="answered", products=[item.product_id for item in shown], why={"rule": "reviews"})
        return True


def _counted(response: str, count: int) -> str:
    """The response, or the one that speaks of a single owner."""
    return f"{response}_one" if count == 1 else response


def _quoted(turn: Turn, quotes: Sequence[Quote]) -> str:
    return "\n".join(
        turn.phrase("phrase_quote", text=one_line(quote.text, 160), author=quote.author, rating=quote.rating)
        for quote in quotes
    )
