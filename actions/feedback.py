"""After the purchase: asking how it went, hearing the answer, and doing something about it in the same turn."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from actions.arrival import ask_arrival
from actions.asking import (
    SKIPS,
    SURVEYS,
    ask_again,
    asks,
    follow_up_of,
    interrupted,
    scale,
    skipped,
    survey_of,
    titles,
    yes_or_no,
)
from actions.problems import ask_case
from actions.turn import Button, Turn, TurnAction, answers
from lifecycle import advocacy, cases, followups, programme, store, surveys
from lifecycle.advice import asked_back
from lifecycle.errors import Conflict
from lifecycle.feedback import scores, sentiment
from lifecycle.knowledge import guides
from lifecycle.model import (
    FollowUp,
    Need,
    ShopOrder,
    SupportCase,
    Survey,
)
from lifecycle.settings import settings
from lifecycle.text import one_line

_VERY = r"^\W*(?:(?:it|that|this) (?:was|is) |it'?s |that'?s )?(?:very|really|super|extremely|so) (?:{})\W*$"
_ENDS_OF_EFFORT = (
    (7, re.compile(_VERY.format("easy|simple|quick and easy"), re.I)),
    (1, re.compile(_VERY.format("hard|difficult|complicated"), re.I)),
)
_WORDS_THAT_TELL = 2  # "7 or 8" tells nothing but numbers


class FollowUpAction(TurnAction):
    """The store begins: ask the question of a follow-up that has fallen due."""

    named = "action_follow_up"

    def respond(self, turn: Turn) -> None:
        if "survey_id" in turn.entities:
            _ask_effort(turn, survey_of(turn, turn.entities["survey_id"][0]))
            return
        row = follow_up_of(turn, turn.entities.get("follow_up_id", [""])[0])
        order = turn.session.get(ShopOrder, row.order_id) if row is not None else None
        step = programme.current().step(row.step) if row is not None else None
        if row is None or order is None or step is None:
            turn.say("utter_follow_up_gone")
            return
        bought = [line.product_id for line in order.lines]
        turn.remember("shown", bought)
        turn.remember("product_id", bought[0] if len(bought) == 1 else None)
        turn.record(products=bought, stage="post_purchase", why={"follow_up": row.id, "step": row.step})
        _ASK[step.ask](turn, row, order)


def _ask_tips(turn: Turn, row: FollowUp, order: ShopOrder) -> None:
    guide = guides.for_order(turn.session, order)
    if guide is None:
        turn.say("utter_tips_none", items=titles(turn, order))
    else:
        turn.say("utter_tips", items=titles(turn, order), title=guide.title, steps=guide.body)
    turn.record(outcome="answered")


def _ask_check_in(turn: Turn, row: FollowUp, order: ShopOrder) -> None:
    survey = surveys.open(turn.session, "csat", follow_up_id=row.id, conversation_id=turn.conversation_id, now=turn.now)
    turn.ask("check_in", survey=survey.id)
    turn.say("utter_check_in_ask", items=titles(turn, order), buttons=scale(turn, "check_in", survey.id))


def _ask_nps(turn: Turn, row: FollowUp, order: ShopOrder) -> None:
    survey = surveys.open(turn.session, "nps", follow_up_id=row.id, conversation_id=turn.conversation_id, now=turn.now)
    turn.ask("nps", survey=survey.id)
    name = store.name(turn.session) or store.UNNAMED
    turn.say("utter_nps_ask", store=name, buttons=scale(turn, "nps", survey.id))


def _ask_effort(turn: Turn, survey: Survey | None) -> None:
    """After a case stayed solved; it begins no follow-up, because no step of the programme asks it."""
    case = turn.session.get(SupportCase, survey.case_id) if survey is not None and survey.case_id else None
    if survey is None or case is None:
        turn.say("utter_follow_up_gone")
        return
    turn.ask("ces", survey=survey.id)
    turn.record(stage="post_purchase", why={"survey": survey.id, "case": case.id})
    turn.say("utter_ces_ask", subject=one_line(case.subject, 80), buttons=scale(turn, "ces", survey.id))


def _ask_review(turn: Turn, row: FollowUp, order: ShopOrder) -> None:
    link = settings().review_url
    if link:
        turn.say("utter_review_ask_link", items=titles(turn, order), link=link)
    else:
        turn.ask("review", follow_up=row.id)
        turn.say("utter_review_ask", items=titles(turn, order))


_ASK = {"arrival": ask_arrival, "tips": _ask_tips, "check_in": _ask_check_in, "nps": _ask_nps, "review": _ask_review}


# --- the two scores ---------------------------------------------------------------------------------------------------


@answers("check_in")
def check_in(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """Satisfaction 1 to 5, as a number or in the words of the scale; then one stated need is asked back."""
    score = int(value) if value else scores.read_satisfaction(turn.text)
    return _scored(
        turn, pending, "check_in", score, "" if value or score is None else scores.remark_of(turn.text, score, 1, 5)
    )


@answers("nps")
def nps(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """The recommendation question 0 to 10, read strictly; what else was said is kept as the remark."""
    score = int(value) if value else scores.read_score(turn.text)
    return _scored(turn, pending, "nps", score, "" if value or score is None else scores.remark_of(turn.text, score))


@answers("ces")
def ces(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """How easy it was to get a case solved, 1 to 7: as a number, or as an end of the scale in its own words."""
    ends = next((score for score, words in _ENDS_OF_EFFORT if words.match(turn.text)), None)
    score = int(value) if value else ends or scores.read_score(turn.text, 1, 7)
    plain = value or ends or score is None
    return _scored(turn, pending, "ces", score, "" if plain else scores.remark_of(turn.text, score or 0, 1, 7))


def _scored(
    turn: Turn, pending: dict[str, Any], kind: str, score: int | None, remark: str, *, why: bool = True
) -> bool:
    survey = survey_of(turn, pending.get("survey"))
    if survey is None:
        return False
    if score is None:
        return _which_number(turn, pending, kind, scale(turn, kind, survey.id))
    remark = remark or str(pending.get("words") or "")
    try:
        answered = surveys.answer(
            turn.session, survey.id, score, remark=remark, source="chat", source_id=turn.turn_id, now=turn.now
        )
    except Conflict:
        turn.settled()
        turn.say("utter_answer_too_late")
        return True
    turn.settled()
    turn.record(stage="post_purchase", why={"survey": survey.id, "score": score})
    said: dict[str, Any] = {"score": answered.score, "due": ""}
    if answered.case_id is not None:
        said["due"] = cases.due_text(turn.session, cases.get(turn.session, answered.case_id), now=turn.now)
    turn.say(f"utter_{kind}_{answered.category}", **said)
    if answered.category == "promoter" and answered.referral_code:
        turn.say("utter_referral", code=answered.referral_code)
    if answered.category not in ("detractor", "dissatisfied") and sentiment.problems(remark):
        ask_case(turn, "utter_remark_problem", about=remark, survey=survey.id)
    elif kind == "check_in" and _ask_promise(turn, survey):
        pass
    elif not remark and why:
        turn.ask("reason", survey=survey.id)
        turn.say("utter_reason_ask")
    return True


def _tells(words: str) -> bool:
    return len(re.findall(r"[^\W\d_]{4,}", words)) >= _WORDS_THAT_TELL


def _which_number(turn: Turn, pending: dict[str, Any], kind: str, buttons: list[Button]) -> bool:
    """Words without a number: they are kept for the answer, and the number is asked for as fits their mood."""
    words = turn.text.strip()
    telling = _tells(words) and not asks(words)
    kept = {"words": f"{pending.get('words') or ''}\n{words}".strip()[:2_000]} if telling else {}
    if not sentiment.problems(words) and sentiment.read(words) != "negative":
        response = f"utter_{kind}_words" if telling else f"utter_{kind}_again"
    else:
        response = f"utter_{kind}_sorry"
    return ask_again(turn, {**pending, **kept}, response, buttons)


@answers("reason")
def reason(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """Why this score: asked once, any words will do, none are needed."""
    survey = survey_of(turn, pending.get("survey"))
    if survey is None or interrupted(turn, free_text=True):
        return False
    if turn.accepted and turn.intent in SKIPS and len(turn.text.split()) <= 4:
        return skipped(turn)
    changed = _score_again(turn, survey)
    if changed:
        return True
    turn.settled()
    answer = surveys.remark(turn.session, survey.id, turn.text, source="chat", source_id=turn.turn_id, now=turn.now)
    case = cases.by_source_key(turn.session, f"survey:{survey.id}")
    if case is None and sentiment.problems(turn.text):
        ask_case(turn, "utter_remark_problem", about=turn.text, survey=survey.id)
    else:
        turn.say("utter_reason_thanks" if case is None else "utter_reason_to_case")
    turn.record(outcome="answered", topic="review", why={"themes": list(answer.themes) if answer is not None else []})
    return True


def _score_again(turn: Turn, survey: Survey) -> bool:
    """A bare number after the score is a change of mind, not a reason."""
    low, high = surveys.SCALES[survey.kind]
    score = scores.read_score(turn.text, low, high)
    if score is None or _tells(scores.remark_of(turn.text, score, low, high)):
        return False
    kind = _question(survey)
    return _scored(turn, {"kind": kind, "survey": survey.id}, kind, score, "")


def _question(survey: Survey) -> str:
    return next(question for question, kind in SURVEYS.items() if kind == survey.kind)


# --- was the promise kept? --------------------------------------------------------------------------------------------


def _ask_promise(turn: Turn, survey: Survey) -> bool:
    """Ask one need back that was stated before buying: "You wanted it quiet. Is it?"; False when there is none."""
    need = asked_back.to_ask(turn.session, survey)
    if need is None:
        return False
    turn.ask("promise", need=need.id, label=need.label, survey=survey.id)
    buttons = [
        Button(
            turn.phrase(f"phrase_promise_{value}"),
            "answer",
            kind="promise",
            value=value,
            need=need.id,
            survey=survey.id,
        )
        for value in ("yes", "no")
    ]
    turn.say("utter_promise_ask", need=need.label, buttons=buttons)
    return True


@answers("promise")
def promise(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """The buyer's own word on a need they had stated: it stands beside the product they bought."""
    survey, said = survey_of(turn, pending.get("survey")), value or yes_or_no(turn)
    if value is None and survey is not None and _score_again(turn, survey):
        return True
    need = turn.session.get(Need, int(pending["need"])) if str(pending.get("need", "")).isdigit() else None
    if survey is None or need is None or (value is None and interrupted(turn, free_text=said is None)):
        return False
    if turn.accepted and turn.intent == "skip":
        return skipped(turn)
    turn.settled()
    if value is None:
        surveys.remark(turn.session, survey.id, turn.text, source="chat", source_id=turn.turn_id, now=turn.now)
    if said is None:
        turn.say("utter_reason_thanks")
        return True
    asked_back.answer(turn.session, survey, need.id, said == "yes", now=turn.now)
    turn.record(outcome="answered", why={"need": need.key, "kept": need.kept})
    if need.kept:
        turn.say("utter_promise_kept")
    else:
        about = need.label if value else f"{need.label}: {turn.text}"
        ask_case(turn, "utter_promise_broken", about=about, survey=survey.id)
    return True


@answers("review")
def review(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    """A review in the buyer's own words, good or bad alike: the next shopper reads it."""
    row = follow_up_of(turn, pending.get("follow_up"))
    if row is None or interrupted(turn, free_text=True):
        return False
    if turn.accepted and turn.intent in SKIPS and len(turn.text.split()) <= 4:
        return skipped(turn)
    turn.settled()
    followups.answered(turn.session, row.id, now=turn.now)
    advocacy.write_review(turn.session, row.order_id, turn.text, source_id=turn.turn_id, now=turn.now)
    turn.record(outcome="answered", topic="review")
    turn.say("utter_review_thanks")
    return True


# --- unasked ------------------------------------------------------------------------------------------------------


class FeedbackAction(TurnAction):
    """Praise or criticism nobody asked for."""

    named = "action_feedback"

    def respond(self, turn: Turn) -> None:
        if not late_score(turn) and not later_remark(turn):
            feedback_unasked(turn)


def feedback_unasked(turn: Turn) -> None:
    """Thank for praise, offer help for criticism, ask for more when it is neither."""
    mood = sentiment.read(turn.text)
    turn.record(topic="review")
    if sentiment.problems(turn.text) or mood in ("negative", "mixed"):
        ask_case(turn, "utter_feedback_sorry", about=turn.text)
        turn.record(outcome="dissatisfied")
    elif mood == "positive":
        turn.say("utter_feedback_thanks")
        turn.record(outcome="satisfied")
    else:
        turn.ask("feedback")
        turn.say("utter_feedback_ask")


def is_grievance(text: str) -> bool:
    """A complaint that asks nothing: "the delivery guy was rude"."""
    return not asks(text) and (bool(sentiment.problems(text)) or sentiment.read(text) == "negative")


def late_score(turn: Turn) -> bool:
    """A score after all, when a survey of this conversation was skipped or has just been answered: "make it a 6"."""
    survey = _last_survey(turn)
    if survey is None or turn.pressed:
        return False
    low, high = surveys.SCALES[survey.kind]
    score = scores.read_score(turn.text, low, high)
    if score is None:
        return False
    kind = _question(survey)
    remark = scores.remark_of(turn.text, score, low, high)
    again = surveys.answer_of(turn.session, survey.id) is not None
    return _scored(turn, {"kind": kind, "survey": survey.id}, kind, score, remark, why=not again)


def later_remark(turn: Turn) -> bool:
    """More words for a survey that was answered in this conversation: kept with the answer."""
    survey = _last_survey(turn)
    if survey is None or surveys.answer_of(turn.session, survey.id) is None:
        return False
    surveys.remark(turn.session, survey.id, turn.text, source="chat", source_id=turn.turn_id, now=turn.now)
    turn.record(topic="review", outcome="answered")
    if sentiment.problems(turn.text) and cases.by_source_key(turn.session, f"survey:{survey.id}") is None:
        ask_case(turn, "utter_remark_problem", about=turn.text, survey=survey.id)
    else:
        turn.say("utter_remark_added")
    return True


def _last_survey(turn: Turn) -> Survey | None:
    """The survey last put in this conversation."""
    return turn.session.scalars(
        sa.select(Survey).where(Survey.conversation_id == turn.conversation_id).order_by(Survey.id.desc())
    ).first()


@answers("feedback")
def feedback(turn: Turn, pending: dict[str, Any], value: str | None) -> bool:
    if interrupted(turn, free_text=True):
        return False
    turn.settled()
    if turn.accepted and turn.intent in SKIPS:
        turn.say("utter_survey_skipped")
    elif sentiment.problems(turn.text) or sentiment.read(turn.text) in ("negative", "mixed"):
        ask_case(turn, "utter_feedback_sorry", about=turn.text)
        turn.record(topic="review", outcome="dissatisfied")
    else:
        turn.say("utter_feedback_thanks")
        turn.record(outcome="answered", topic="review")
    return True
