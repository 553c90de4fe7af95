"""Any time: small talk, a person, order questions, stop, my data, and what to do when we are lost."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from actions import showing
from actions.advice import advise_on_text
from actions.asking import address_in, asks
from actions.problems import ask_case
from actions.turn import ESCAPES, Button, Turn, TurnAction, answers, remind
from lifecycle import cases, clock, customers, knowledge, orders, privacy, store
from lifecycle.errors import Invalid
from lifecycle.orders import OrderStatus
from lifecycle.settings import settings
from lifecycle.text import one_line

_ABOUT_PRIVACY = re.compile(
    r"\b(?:sell|share|third|saved?|stored?|store|keep|privacy|safe|secure|gdpr|how long)\b", re.I
)
_WHEN = re.compile(
    r"\b(?:how\s+(?:long|soon|quick\w*)|when)\b.*\b(?:take|answer|hear|reply|respond|write|call|get\s+back)\b", re.I
)
_HOLDS_BACK = re.compile(r"^\W*(?:no+|nope|nah|wait|stop|don'?t|do\s+not|cancel|never\s*mind|hold\s+on|keep)\b", re.I)
MOST_WORDS_OF_A_WISH = 2
MOST_WORDS_OF_AN_ADDRESS = 3
_COMPLAINS = re.compile(
    r"\b(?:nobody|no\s*one|noone|ignor\w+|unacceptable|ridiculous|disgrace\w*|joke|fed\s+up|complain\w*|furious|angry|"
    r"(?:second|third|fourth|tenth)\s+time)\b",
    re.I,
)
_NUMBER = re.compile(r"\d{3,}")  # of an order


class SmallTalk(TurnAction):
    named = "action_smalltalk"

    def respond(self, turn: Turn) -> None:
        if turn.intent == "greet":
            greet(turn)
            return
        if turn.intent == "bot_challenge" and len(turn.text.split()) <= MOST_WORDS_OF_A_WISH and advise_on_text(turn):
            return  # "robot", when vacuums were talked about
        if turn.intent == "affirm" and turn.pending is not None and remind(turn, turn.pending):
            return
        turn.say(f"utter_{turn.intent}")


def greet(turn: Turn) -> None:
    """Hello: with who we are and where to begin, or short in the middle of a talk."""
    if turn.slots.get("needs") or turn.slots.get("shown") or turn.pending:
        turn.say("utter_greet_again")
        return
    name = store.name(turn.session)
    turn.say("utter_greet" if name else "utter_greet_unnamed", store=name, buttons=starters(turn))


class Human(TurnAction):
    """A person is one word away in every turn; the case carries what was said, wanted and shown."""

    named = "action_human"

    def respond(self, turn: Turn) -> None:
        hand_over(turn, reason=turn.text)


def hand_over(turn: Turn, *, reason: str) -> None:
    """Put this conversation before the team: one case per conversation, more words are added to it."""
    key = f"handover:{turn.conversation_id}"
    known = cases.by_source_key(turn.session, key)
    case = cases.open(
        turn.session,
        source_key=key,
        kind="handover",
        subject="Wants to talk to a person",
        customer_id=turn.customer_id,
        conversation_id=turn.conversation_id,
        order_id=turn.conversation.order_id,
        summary=_summary(turn, reason),
        now=turn.now,
    )
    turn.record(handed_over=True, outcome="handed_over", resolution="handed_over", why={"case": case.id})
    due = cases.due_text(turn.session, case, now=turn.now)
    if known is not None:
        cases.customer_reply(turn.session, case.id, turn.text, now=turn.now)
        turn.say("utter_human_again", due=due)
    elif turn.customer_id is None or customers.email_of(turn.session, turn.customer_id) is None:
        turn.say("utter_human_contact")
        turn.ask("contact", case_id=case.id)
    else:
        turn.say("utter_human_done", due=due)


@answers("contact")
def contact(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """An e-mail address for the answer: kept with the case only, it never says who somebody is."""
    case = cases.get(turn.session, int(pending["case_id"]))
    due = cases.due_text(turn.session, case, now=turn.now)
    if turn.intent in ("skip", "deny"):
        turn.say("utter_human_in_chat", due=due)
        turn.settled()
        return True
    if _WHEN.search(turn.text):
        turn.say("utter_case_due", due=due)
        return True
    address = address_in(turn.typed)
    if address is None:
        if (turn.accepted and turn.intent not in ESCAPES and not turn.intent.startswith("give_")) or asks(turn.text):
            return False
        if len(turn.typed.split()) > MOST_WORDS_OF_AN_ADDRESS:
            cases.customer_reply(turn.session, case.id, turn.text, now=turn.now)
            turn.say("utter_human_noted")
            return True
        turn.say("utter_human_no_email")
        return True
    try:
        case.summary = {**case.summary, "contact": customers.normal_email(address)}
    except Invalid:
        turn.say("utter_human_no_email")
        return True
    turn.say("utter_human_done", due=due)
    turn.settled()
    return True


class Order(TurnAction):
    """Where is it, cancel it, change it: told from the shop's own events; changes go to the team at once."""

    named = "action_order"

    def respond(self, turn: Turn) -> None:
        status = orders.status_of(turn.session, thread_id=turn.thread_id, customer_id=_verified(turn))
        if status is None and (_NUMBER.search(turn.text) or address_in(turn.text)):
            order_lookup(turn)
            return
        if status is None and _COMPLAINS.search(turn.text) and not asks(turn.text):
            ask_case(turn, "utter_problem_sorry", about=turn.text)
            turn.record(topic="problem", outcome="dissatisfied")
            return
        if status is None:
            found = knowledge.answer_store(turn.session, turn.text, topic=_TOPICS[turn.intent])
            turn.say("utter_order_none", buttons=[person(turn)])
            if found is not None:
                showing.say_text(turn, found)
            turn.record(outcome="answered" if found else "unanswered")
            return
        if turn.intent == "ask_order_status":
            say_status(turn, status)
            return
        case = cases.open(
            turn.session,
            source_key=f"{turn.intent}:{turn.conversation_id}:{status.order_id}",
            kind="question",
            subject=f"{'Cancel' if turn.intent == 'cancel_order' else 'Change'} order {status.order_ref}",
            customer_id=turn.customer_id,
            order_id=status.order_id,
            conversation_id=turn.conversation_id,
            summary=_summary(turn, turn.text),
            priority="high",
            now=turn.now,
        )
        turn.say("utter_order_change", due=cases.due_text(turn.session, case, now=turn.now))
        turn.record(handed_over=True, outcome="handed_over", resolution="handed_over", why={"case": case.id})


def order_lookup(turn: Turn) -> None:
    """An order number or an address typed into a chat proves nothing: said so, with the way that works."""
    turn.say("utter_order_lookup", buttons=[person(turn)])
    turn.record(outcome="unanswered", topic="order_status", why={"rule": "no order by number"})


def say_status(turn: Turn, status: OrderStatus) -> None:
    """Where an order is, in the words of its furthest milestone."""
    at = getattr(status, f"{status.state}_at", None) or status.placed_at
    date = format_date(at.astimezone(ZoneInfo(settings().store_timezone)), "EEEE, d MMMM", locale="en") if at else ""
    tracked = status.state == "shipped" and status.tracking
    kind = "placed" if status.state == "paid" else f"{status.state}_tracked" if tracked else status.state
    turn.say(f"utter_order_{kind}", order=status.order_ref, date=date, tracking=status.tracking)
    if as_of := turn.metadata.get("order_as_of"):
        moment = clock.parse(as_of).astimezone(ZoneInfo(settings().store_timezone))
        turn.say("utter_order_as_of", moment=format_datetime(moment, "EEEE, d MMMM, HH:mm", locale="en"))
    turn.record(outcome="answered", stage="purchase", why={"rule": "order events", "order": status.order_ref})


_TOPICS = {"ask_order_status": "order_status", "cancel_order": "cancel_order", "change_order": "change_order"}


class Unsubscribe(TurnAction):
    """ "Stop" is heard at once: effective before the next send."""

    named = "action_unsubscribe"

    def respond(self, turn: Turn) -> None:
        if turn.customer_id is None:
            turn.say("utter_unsubscribe_unknown")
            return
        for purpose in ("survey", "review", "marketing"):
            customers.set_consent(turn.session, turn.customer_id, purpose, False, source="chat", now=turn.now)
        turn.settled()
        turn.say("utter_unsubscribed")
        turn.record(outcome="answered")


class MyData(TurnAction):
    named = "action_my_data"

    def respond(self, turn: Turn) -> None:
        if turn.intent == "forget_me":
            turn.ask("forget")
            turn.say("utter_forget_ask", buttons=_yes_no(turn, "forget"))
            return
        found = knowledge.answer_store(turn.session, turn.text) if _ABOUT_PRIVACY.search(turn.text) else None
        if found is not None:
            showing.say_text(turn, found)
            turn.record(outcome="answered", why={"rule": "article", "source": found.source})
            return
        held = privacy.held_about_thread(turn.session, turn.thread_id)
        customer_id = _verified(turn)
        email = customers.email_of(turn.session, customer_id) if customer_id else None
        turn.say(
            "utter_my_data",
            messages=held.messages,
            needs=held.needs,
            orders=held.orders,
            contact=turn.phrase("phrase_my_data_contact", email=email) if email else "",
        )
        turn.record(outcome="answered")


@answers("forget")
def forget(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    said = value or {"affirm": "yes", "forget_me": "yes", "deny": "no", "skip": "no"}.get(turn.intent)
    if value is None and _HOLDS_BACK.match(turn.text):
        said = "no"
    if said is None:
        return False
    turn.settled()
    if said == "no":
        turn.say("utter_forget_kept")
        return True
    held = privacy.held_about_thread(turn.session, turn.thread_id)
    receipt = privacy.request_erasure(turn.session, thread_id=turn.thread_id, now=turn.now)
    for slot in ("needs", "shown", "product_id", "history", "asked", "rejected", "question", "fallbacks"):
        turn.remember(slot, None)
    turn.say("utter_forgotten", messages=held.messages, receipt=receipt)
    return True


def starters(turn: Turn) -> list[Button]:
    """What people come for, one press away."""
    return [
        Button(turn.phrase("phrase_button_products"), "recommend"),
        Button(turn.phrase("phrase_button_delivery"), "ask_delivery"),
        Button(turn.phrase("phrase_button_order"), "ask_order_status"),
        person(turn),
    ]


def person(turn: Turn) -> Button:
    return Button(turn.phrase("phrase_button_human"), "contact_human")


def _yes_no(turn: Turn, kind: str) -> list[Button]:
    return [
        Button(turn.phrase("phrase_button_yes"), "answer", kind=kind, value="yes"),
        Button(turn.phrase("phrase_button_no"), "answer", kind=kind, value="no"),
    ]


def _verified(turn: Turn) -> int | None:
    """The customer, when the store vouched for them: an e-mail typed into a checkout proves nothing."""
    return turn.customer_id if turn.conversation.identity_verified else None


def _summary(turn: Turn, reason: str) -> dict[str, Any]:
    return {"reason": one_line(reason, 500), "needs": turn.slots.get("needs"), "shown": turn.slots.get("shown")}
