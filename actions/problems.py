"""A problem, told in the chat: offered a case, heard, and put before the team with the moment of their answer."""

from __future__ import annotations

import re
from typing import Any

from actions.asking import SKIPS, address_in, asks, interrupted
from actions.turn import ANSWERS, Button, Turn, TurnAction, answers
from lifecycle import cases, customers, orders
from lifecycle.feedback import sentiment
from lifecycle.text import one_line

_ENOUGH_WORDS = 4  # a shorter complaint ("it's broken") is asked about before it is passed on


_BILLED = re.compile(
    r"\b(?:(?:over|double)[\s-]?charged"
    r"|(?:charged|billed|debited)\b.*\b(?:twice|two times|2 times|2x|again|too much|the wrong amount|more than)"
    r"|(?:never|not|didn'?t|haven'?t|hasn'?t)\b.*\b(?:got|get|gotten|seen?|received?|come|arrived)\b.*\b(?:refund\w*|money))\b",
    re.I,
)


class ProblemAction(TurnAction):
    """Something went wrong: say sorry, offer to pass it on, and ask what happened when it was not said."""

    named = "action_problem"

    def respond(self, turn: Turn) -> None:
        turn.record(topic="problem", outcome="dissatisfied")
        ask_case(turn, "utter_problem_sorry", about=turn.text)


def wrongly_billed(turn: Turn) -> bool:
    """ "You charged me twice", "I never got my refund": no text of the store settles that; a case is offered."""
    if turn.pressed or asks(turn.text) or not _BILLED.search(turn.text):
        return False
    turn.means("report_problem")
    ProblemAction().respond(turn)
    return True


CLAIMS = (wrongly_billed,)


def ask_case(turn: Turn, response: str, *, about: str, survey: int | None = None) -> None:
    """Offer to put `about` before the team; the customer decides."""
    state: dict[str, Any] = {"about": one_line(about, 500), **({"survey": survey} if survey is not None else {})}
    turn.ask("offer_case", **state)
    buttons = [
        Button(turn.phrase(f"phrase_offer_case_{value}"), "answer", kind="offer_case", value=value, **state)
        for value in ("yes", "no")
    ]
    turn.say(response, buttons=buttons)


@answers("offer_case")
def offer_case(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """Yes opens the case; no ends it; more words about the problem, or an address for the answer, mean yes."""
    said = value or {"affirm": "yes", "deny": "no", "skip": "no"}.get(turn.intent)
    if said is None and turn.intent in ("thanks", "goodbye"):
        turn.settled()  # nobody who takes leave waits for it
    about = str(pending.get("about") or "")
    if said is None and _tells_more(turn, reminded=bool(pending.get("reminded"))):
        only_address = address_in(turn.typed) is not None and len(turn.typed.split()) == 1
        said, about = "yes", about if only_address else f"{about}\n{turn.text}".strip()
    if said is None:
        return False
    turn.settled()
    if said == "no":
        turn.say("utter_offer_case_no")
        return True
    survey = int(pending["survey"]) if str(pending.get("survey", "")).isdigit() else None
    if len(about.split()) < _ENOUGH_WORDS and survey is None:
        turn.ask("problem", about=about)
        turn.say("utter_problem_ask")
        return True
    open_case(turn, about=about, survey=survey)
    return True


def _tells_more(turn: Turn, *, reminded: bool) -> bool:
    """Is this more about the problem, or where to reach the customer?  After a reminder only what names a fault is."""
    if turn.pressed or asks(turn.text):
        return False
    if address_in(turn.typed) or sentiment.problems(turn.text):
        return True
    return turn.accepted and turn.intent in ("report_problem", "give_feedback") and not reminded


@answers("problem")
def problem(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """What happened, in the customer's words."""
    if turn.accepted and turn.intent in SKIPS:
        turn.settled()
        turn.say("utter_offer_case_no")
        return True
    if interrupted(turn, free_text=True):
        return False
    turn.settled()
    open_case(turn, about=f"{pending.get('about') or ''}\n{turn.text}".strip())
    return True


def open_case(turn: Turn, *, about: str, survey: int | None = None) -> None:
    """Open the case (once per turn that began it) and say by when somebody answers, asking for an address if needed."""
    status = orders.status_of(turn.session, thread_id=turn.thread_id)
    case = cases.open(
        turn.session,
        source_key=f"survey:{survey}" if survey is not None else f"problem:{turn.conversation_id}:{turn.turn_id}",
        kind="problem",
        subject=one_line(about, 120) or turn.phrase("phrase_reason_other"),
        customer_id=turn.customer_id,
        order_id=turn.conversation.order_id or (status.order_id if status is not None else None),
        conversation_id=turn.conversation_id,
        survey_id=survey,
        summary={"reason": about, "shown": turn.slots.get("shown"), "needs": turn.slots.get("needs")},
        now=turn.now,
    )
    cases.customer_reply(turn.session, case.id, about, now=turn.now)
    turn.record(
        topic="problem", outcome="handed_over", handed_over=True, resolution="handed_over", why={"case": case.id}
    )
    if turn.customer_id is None or customers.email_of(turn.session, turn.customer_id) is None:
        turn.ask("contact", case_id=case.id)
        if address_in(turn.typed) and turn.pending is not None:
            ANSWERS["contact"](turn, turn.pending, None)
        else:
            turn.say("utter_problem_contact")
        return
    turn.say("utter_case_opened", due=cases.due_text(turn.session, case, now=turn.now))


@answers("case_detail")
def case_detail(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """More words for a case that is open already."""
    if interrupted(turn, free_text=True):
        return False
    turn.settled()
    if turn.accepted and turn.intent in SKIPS:
        turn.say("utter_survey_skipped")
        return True
    cases.customer_reply(turn.session, int(pending["case"]), turn.text, now=turn.now)
    turn.say("utter_case_noted")
    return True
