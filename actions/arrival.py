"""Did everything arrive safely?  A no gets its reason, and a case in the same turn."""

from __future__ import annotations

import re
from typing import Any

from actions.asking import SKIPS, ask_again, follow_up_of, interrupted, not_yet, skipped, titles, yes_no, yes_or_no
from actions.care import say_status
from actions.turn import Button, Turn, answers
from lifecycle import cases, followups, orders
from lifecycle.feedback import sentiment
from lifecycle.model import FollowUp, ShopOrder

REASONS = ("not_arrived", "damaged", "wrong_item", "missing_part", "not_working", "other")
_IN_PIECES = r"\bin (?!one\b)(?:\w+ )?pieces\b"
_NOT_WHAT_WAS_ORDERED = re.compile(
    r"\b(?:sent|got|received|came|arrived|shipped|delivered)\b.{0,60}\bi(?:'d| had)? "
    r"(?:ordered|wanted|asked for|bought)\b|"
    r"\bi(?:'d| had)? (?:ordered|asked for)\b.{0,60}\b(?:sent|got|received|came|arrived)\b"
)
_REASON_WORDS = (
    (
        "not_arrived",
        r"\b(?:not (?:yet|arrived|here|come|received)|hasn'?t|haven'?t|never (?:came|arrived)|still waiting|late|"
        r"lost)\b",
    ),
    ("wrong_item", r"\b(?:wrong|different|not what i ordered|instead of|not the one)\b"),
    (
        "missing_part",
        r"\b(?:missing|incomplete|without the|no (?:lid|cable|manual|screws?)|one (?:is )?short|not all)\b",
    ),
    (
        "damaged",
        r"\b(?:damaged|broken|broke|cracked|crack|dented|dent|scratch(?:ed|es)?|chipped|shattered|smashed|torn|leak\w*|"
        r"bent|loose)\b|" + _IN_PIECES,
    ),
    ("not_working", r"\b(?:not work\w*|doesn'?t work|won'?t|dead|stopped|faulty|defective|does not)\b"),
)


def ask_arrival(turn: Turn, row: FollowUp, order: ShopOrder) -> None:
    turn.ask("arrival", follow_up=row.id)
    turn.say(
        "utter_arrival_ask", order=order.order_ref, items=titles(turn, order), buttons=yes_no(turn, "arrival", row)
    )


@answers("arrival")
def arrival(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """Yes: thanks.  No: the reason, asked with buttons or read from the text, and a case in the same turn."""
    row = follow_up_of(turn, pending.get("follow_up"))
    if row is None:
        return False
    said = value or yes_or_no(turn)
    reason = None if value else reason_in(turn.text)
    if reason is not None and (said != "yes" or sentiment.problems(turn.text) or reason == "wrong_item"):
        _arrival_case(turn, row, reason, turn.text)
    elif value is None and interrupted(turn, free_text=True):
        return False
    elif value is None and not_yet(turn.text):
        turn.ask(**{**pending, "reminded": True})
        turn.say("utter_arrival_later")
    elif said == "yes":
        followups.answered(turn.session, row.id, now=turn.now)
        turn.settled()
        turn.say("utter_arrival_good")
        turn.record(outcome="satisfied", resolution="confirmed")
    elif said == "no":
        turn.ask("arrival_reason", follow_up=row.id)
        buttons = [
            Button(turn.phrase(f"phrase_reason_{name}"), "answer", kind="arrival_reason", value=name, follow_up=row.id)
            for name in REASONS
        ]
        turn.say("utter_arrival_reason", buttons=buttons)
        turn.record(outcome="dissatisfied")
    else:
        return ask_again(turn, pending, "utter_arrival_again", yes_no(turn, "arrival", row))
    return True


@answers("arrival_reason")
def arrival_reason(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    row = follow_up_of(turn, pending.get("follow_up"))
    if row is None or (value is None and interrupted(turn, free_text=True)):
        return False
    if value is None and not sentiment.problems(turn.text) and (not_yet(turn.text) or yes_or_no(turn) == "yes"):
        return arrival(turn, {"kind": "arrival", "follow_up": row.id}, None)
    if value is None and turn.accepted and turn.intent in SKIPS:
        return skipped(turn)
    _arrival_case(turn, row, value or reason_in(turn.text) or "other", "" if value else turn.text)
    return True


def _arrival_case(turn: Turn, row: FollowUp, reason: str, words: str) -> None:
    """Open the case of this arrival, say by when somebody answers, and ask what happened unless it was said."""
    reason = reason if reason in REASONS else "other"
    order = turn.session.get(ShopOrder, row.order_id)
    followups.answered(turn.session, row.id, now=turn.now)
    case = cases.open(
        turn.session,
        source_key=f"follow_up:{row.id}",
        kind="problem",
        subject=f"{turn.phrase(f'phrase_reason_{reason}')} (order {order.order_ref if order else '?'})",
        customer_id=row.customer_id,
        order_id=row.order_id,
        conversation_id=turn.conversation_id,
        summary={
            "reason": reason,
            "remark": words,
            "products": [line.product_id for line in order.lines] if order else [],
        },
        priority="high" if reason in ("not_arrived", "wrong_item") else "normal",
        now=turn.now,
    )
    if words:
        cases.customer_reply(turn.session, case.id, words, now=turn.now)
    turn.settled()
    if reason == "not_arrived" and order is not None:
        status = orders.status_of(turn.session, customer_id=row.customer_id, order_ref=order.order_ref)
        if status is not None:
            say_status(turn, status)
    due = cases.due_text(turn.session, case, now=turn.now)
    if words:
        turn.say("utter_case_opened", due=due)
    else:
        turn.ask("case_detail", case=case.id)
        turn.say("utter_case_opened_more", due=due)
    turn.record(
        outcome="dissatisfied", topic="problem", handed_over=True, resolution="handed_over", why={"case": case.id}
    )


def reason_in(text: str) -> str | None:
    """Which of the arrival reasons a text names, None when none."""
    line = text.lower().replace("’", "'")
    if _NOT_WHAT_WAS_ORDERED.search(line):
        return "wrong_item"
    if not sentiment.problems(line) and not re.search(rf"{_REASON_WORDS[0][1]}|{_IN_PIECES}", line):
        return None
    return next((name for name, words in _REASON_WORDS if re.search(words, line)), None)
