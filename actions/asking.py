"""Parts of every question we ask after the purchase: whose it is, its buttons, an unclear answer, an interruption."""

from __future__ import annotations

import re
from typing import Any

from actions.turn import Button, Turn
from lifecycle import surveys
from lifecycle.feedback import sentiment
from lifecycle.model import Conversation, FollowUp, Need, ShopOrder, Survey

_ELSEWHERE = (
    "ask_order_status cancel_order change_order recommend compare place_order ask_usage ask_returns ask_delivery "
    "ask_product ask_price ask_availability ask_reviews ask_warranty ask_payment ask_store ask_discounts bot_challenge "
    "greet critique more_options recall_needs go_back"
)
_INTERRUPTIONS = frozenset(_ELSEWHERE.split())
_ASKS = re.compile(
    r"\?\s*$|^(?:(?:ok|and|but|so|hi|hey|hello|sorry|wait|by the way|first),? )*(?:how|what|where|when|which|who|why|"
    r"can|could|do|does|did|is|are|will|would you|should|show|find|tell|track|cancel|change|compare|recommend|"
    r"order status|my order\b.{0,12}$|i(?:'m| am) looking|i need|i want|i'd like to|need|looking for)\b"
)
_ALL_HERE = re.compile(
    r"\b(?:all|everything)(?:'s| is| was| came| got)? (?:here|there|good|fine|well|ok|okay|safe|arrived|great|perfect|"
    r"in one piece|as it should)\b|\bit'?s (?:all )?here\b|\b(?:got|received) (?:it|everything)\b"
)
_YES_BUT_FINE = re.compile(
    r"(?:y|ye+s+|yeah?|yep|yup|mostly)\b.*\bbut (?:it'?s |that'?s |all )?(?:fine|ok|okay|good|great)\W*$"
)
_MORE_THAN_SAID = re.compile(
    r"\b(?:\w+er|more \w+|less \w+|worse) than (?:you|i|it|we|expected|said|promised|advertised|described)\b"
)
_LATER = re.compile(
    r"\bnot (?:at )?home\b|\bat work\b|\b(?:i'?m|am) (?:away|travell?ing|on (?:holiday|vacation))\b|"
    r"\bhaven'?t (?:looked|opened|checked|unpacked|tried|used)\b|"
    r"\bnot (?:opened|checked|unpacked|tried|used) (?:it )?yet\b|"
    r"\b(?:tell|let) (?:you|u|ya) (?:know )?(?:later|tomorrow|when|tonight|once|soon)\b|\blet (?:you|u) know\b|"
    r"\b(?:i'?ll|i will|will|gonna|going to|need to|have to) (?:check|look|tell|see|try|open|unpack)\b|"
    r"\b(?:don'?t|dunno|do not) know yet\b|\bnot sure yet\b|"
    r"^\W*(?:idk|dunno|not sure|no idea|later|tomorrow|maybe later|i don'?t know)\W*$|"
    r"^\W*(?:(?:i (?:have )?)?no idea|not sure|(?:i )?(?:don'?t know|dunno|can'?t say|couldn'?t (?:say|tell you)))\b"
    r"(?!.*\bbut\b)|"
    r"\bask (?:me )?(?:again )?(?:later|tomorrow|next)\b|\btoo (?:early|soon)\b"
)
_ADDRESS = re.compile(r"[^\s,;:()<>]+@[^\s,;:()<>]+")
_SPOKEN_ADDRESS = re.compile(
    r"(?P<local>[\w.+-]+) at (?P<host>[\w-]+(?: dot [a-z]{2,})+)\b", re.I
)  # "joe at home dot com"
_WONDERS = re.compile(
    r"^\W*(?:(?:ok|and|but|so|hi|hey|hello|sorry|wait)\W+)*(?:who|why|when|where|how|what(?:'?s)?(?!\s+(?:about|if))|did|was|were|"
    r"do\s+(?:you|u)\s+know|can\s+you\s+(?:explain|tell)|explain)\b|"
    r"\b(?:what\s+(?:is|are|does|do)|understand|meaning\s+of|mean\s+by|difference\s+between)\b",
    re.I,
)
SKIPS = frozenset({"skip", "deny", "goodbye"})
SURVEYS = {"nps": "nps", "check_in": "csat", "ces": "ces"}  # pending question → kind of survey


def ask_again(turn: Turn, pending: dict[str, Any], response: str, buttons: list[Button]) -> bool:
    """An unclear answer: asked again once, kindly, with buttons; after that the question steps back."""
    if interrupted(turn):
        return False
    if turn.accepted and turn.intent in SKIPS and pending.get("kind") != "arrival":
        return skipped(turn)
    if int(pending.get("tries") or 0) >= 2:
        turn.settled()
        return False
    turn.ask(**{**pending, "tries": int(pending.get("tries") or 0) + 1})
    turn.say(response, buttons=buttons)
    return True


def drop_answered(turn: Turn) -> None:
    """A question of ours that was answered by mail meanwhile waits for nothing any more."""
    while turn.pending is not None and _answered_elsewhere(turn, turn.pending):
        turn.settled()


def _answered_elsewhere(turn: Turn, pending: dict[str, Any]) -> bool:
    kind = pending["kind"]
    if kind in ("arrival", "arrival_reason", "review"):
        row = follow_up_of(turn, pending.get("follow_up"))
        return row is not None and row.state == "answered"
    if kind == "promise":
        need = turn.session.get(Need, int(pending["need"])) if str(pending.get("need", "")).isdigit() else None
        return need is not None and need.kept is not None
    survey = survey_of(turn, pending.get("survey")) if kind in (*SURVEYS, "reason") else None
    answer = surveys.answer_of(turn.session, survey.id) if survey is not None else None
    return answer is not None and (kind != "reason" or bool(answer.remark))


def skipped(turn: Turn) -> bool:
    turn.settled()
    turn.say("utter_survey_skipped")
    return True


def interrupted(turn: Turn, *, free_text: bool = False) -> bool:
    """Whether the customer asks for something else: a question or a wish the classifier is sure of.

    Where any words are an answer (`free_text`), only what is put as a question or an order interrupts: "it came two
    weeks late" is a reason, whatever else it resembles.
    """
    if not turn.accepted or turn.intent not in _INTERRUPTIONS or turn.pressed:
        return False
    return not free_text or asks(turn.text)


def address_in(text: str) -> str | None:
    """The first thing written like an e-mail address, as it was typed; None when there is none ("see you @ 5")."""
    found = _ADDRESS.search(text)
    if found:
        return found[0].strip(".")
    spoken = _SPOKEN_ADDRESS.search(text)
    return f"{spoken['local']}@{re.sub(' dot ', '.', spoken['host'], flags=re.I)}" if spoken else None


def asks(text: str) -> bool:
    """Is this put as a question or an order?"""
    return _ASKS.search(text.lower().strip()) is not None


def wonders(text: str) -> bool:
    """Is something to be explained ("what does dB mean", "how come"), not found or changed?"""
    return _WONDERS.search(text) is not None


def not_yet(text: str) -> bool:
    """Can the customer not say yet: not at home, not unpacked, not sure?"""
    return _LATER.search(text.lower().replace("’", "'")) is not None


def yes_or_no(turn: Turn) -> str | None:
    """`yes` or `no` of a short answer; the classifier is asked last, because "no problems" is a yes."""
    line = turn.text.lower().replace("’", "'").strip()
    if _YES_BUT_FINE.match(line):
        return "yes"
    if sentiment.problems(line) or _MORE_THAN_SAID.search(line):
        return "no"
    if _ALL_HERE.search(line):
        return "yes"
    if re.match(
        r"(?:no|not any|without|zero) (?:\w+ ){0,2}(?:problem|issue|complaint|damage)|nothing (?:\w+ )?(?:wrong|"
        r"broken|missing|damaged)",
        line,
    ):
        return "yes"
    if re.match(r"(?:no+|nope|nah|not (?:really|at all|yet|quite)|unfortunately|sadly|never)\b", line):
        return "no"
    if re.match(
        r"(?:y|ye+s+|yeah?|yep|yup|sure|(?:it (?:is|did|does)|they did)(?=\W*$|[,.!])|"
        r"everything|all (?:good|fine|well|ok|there)|perfect|"
        r"absolutely|definitely|very|indeed|of course|arrived)\b",
        line,
    ):
        return "yes"
    if turn.accepted and turn.intent in ("affirm", "deny"):
        return "yes" if turn.intent == "affirm" else "no"
    mood = sentiment.read(line)
    return {"positive": "yes", "negative": "no"}.get(mood)


def yes_no(turn: Turn, kind: str, row: FollowUp) -> list[Button]:
    return [
        Button(turn.phrase(f"phrase_{kind}_{value}"), "answer", kind=kind, value=value, follow_up=row.id)
        for value in ("yes", "no")
    ]


def scale(turn: Turn, kind: str, survey_id: int) -> list[Button]:
    """Buttons for the score question `kind` (a key of SURVEYS)."""
    low, high = surveys.SCALES[SURVEYS[kind]]
    named = {"nps": "phrase_score_{}", "check_in": "phrase_csat_{}", "ces": "phrase_ces_{}"}[kind]
    return [
        Button(
            turn.phrase(named.format(score)) if turn.knows(named.format(score)) else str(score),
            "answer",
            kind=kind,
            value=score,
            survey=survey_id,
        )
        for score in range(low, high + 1)
    ]


def titles(turn: Turn, order: ShopOrder) -> str:
    names = [line.title or line.product_id for line in order.lines if line.refunded_quantity < line.quantity]
    if not names:
        return turn.phrase("phrase_your_order")
    return names[0] if len(names) == 1 else turn.phrase("phrase_items", first=names[0], more=len(names) - 1)


def follow_up_of(turn: Turn, follow_up_id: object) -> FollowUp | None:
    """The follow-up of this conversation; a number of somebody else's is as unknown as none."""
    row = turn.session.get(FollowUp, int(str(follow_up_id))) if str(follow_up_id or "").isdigit() else None
    if row is None or row.conversation_id is None:
        return None
    return row if _same_thread(turn, row.conversation_id) else None


def survey_of(turn: Turn, survey_id: object) -> Survey | None:
    row = turn.session.get(Survey, int(str(survey_id))) if str(survey_id or "").isdigit() else None
    if row is None or row.conversation_id is None:
        return None
    return row if _same_thread(turn, row.conversation_id) else None


def _same_thread(turn: Turn, conversation_id: str) -> bool:
    other = turn.session.get(Conversation, conversation_id)
    return other is not None and other.thread_id == turn.thread_id
