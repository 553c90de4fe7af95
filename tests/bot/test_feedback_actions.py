"""After the purchase, through the trained assistant: asking, hearing, helping, and coming back a week later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from lifecycle import cases, clock, conversations, db, interactions, surveys
from lifecycle.model import (
    CaseNote,
    Conversation,
    FollowUp,
    Need,
    RecommendationItem,
    Review,
    SupportCase,
    SurveyAnswer,
)
from lifecycle.tokens import new_id

Ask = Callable[..., str]


def one(table: Any) -> Any:
    with db.reading() as session:
        return session.execute(sa.select(table)).scalar_one_or_none()


def state(step: str) -> str:
    with db.reading() as session:
        return str(session.execute(sa.select(FollowUp.state).where(FollowUp.step == step)).scalar_one())


def test_all_is_well(chat: Any, ask: Ask) -> None:
    assert "Did everything arrive safely?" in ask("arrival")
    assert "Good to hear" in chat.press("Yes, all is well")
    assert state("arrival") == "answered"
    assert one(SupportCase) is None


def test_something_is_wrong_gets_a_reason_and_a_case_in_the_same_turn(chat: Any, ask: Ask) -> None:
    ask("arrival")
    assert "What went wrong" in chat.press("No, something is wrong")
    assert "Something is damaged" in chat.titles
    said = chat.press("Something is damaged")
    case = one(SupportCase)
    assert "you'll have an answer by" in said
    assert (case.kind, case.summary["reason"]) == ("problem", "damaged")
    assert "added that for our team" in chat("The lid was cracked and one cup is in pieces")
    note = one(CaseNote)
    assert (note.author, note.text) == ("customer", "The lid was cracked and one cup is in pieces")


@pytest.mark.parametrize(
    "text, reason",
    [
        ("no, the lid is broken", "damaged"),
        ("one cup is missing", "missing_part"),
        ("it has not arrived yet", "not_arrived"),
        ("I got the wrong colour", "wrong_item"),
    ],
)
def test_a_problem_told_in_words_needs_no_picker(chat: Any, ask: Ask, text: str, reason: str) -> None:
    ask("arrival")
    assert "you'll have an answer by" in chat(text)
    case = one(SupportCase)
    assert (case.summary["reason"], case.summary["remark"]) == (reason, text)


@pytest.mark.parametrize("text", ["yes", "yes thanks, all good", "no problems at all", "everything arrived fine"])
def test_a_yes_in_words(chat: Any, ask: Ask, text: str) -> None:
    ask("arrival")
    assert "Good to hear" in chat(text)
    assert one(SupportCase) is None


def test_a_score_with_a_remark_that_names_a_problem_is_offered_help(chat: Any, ask: Ask) -> None:
    said = ask("nps")
    assert "from 0 (not at all likely) to 10" in said
    said = chat("9, but the lid is loose")
    answer = one(SurveyAnswer)
    assert (answer.score, answer.remark, answer.source) == (9, "but the lid is loose", "chat")
    assert "A 9: thank you!" in said and "your code" in said and "shall I ask our team to help?" in said
    assert one(SupportCase) is None
    assert "you'll have an answer by" in chat.press("Yes, please")
    assert one(SupportCase).summary["reason"] == "but the lid is loose"


def test_a_bare_score_is_asked_for_its_reason_once(chat: Any, ask: Ask) -> None:
    ask("nps")
    assert "main reason" in chat("8")
    assert "just as you said it" in chat("good coffee, nice price")
    assert one(SurveyAnswer).remark == "good coffee, nice price"
    assert "main reason" not in chat("thanks")


def test_a_detractor_hears_sorry_and_by_when(chat: Any, ask: Ask) -> None:
    ask("nps")
    said = chat.press("3")
    case = one(SupportCase)
    with db.reading() as session:
        due = cases.due_text(session, case, now=case.opened_at)
    assert "sorry" in said and due in said
    assert case.kind == "detractor"
    assert "our team sees that" in chat("It came two weeks late")
    assert one(SurveyAnswer).remark == "It came two weeks late"
    assert one(SupportCase).summary["remark"] == "It came two weeks late"


def test_an_unclear_answer_is_asked_again_kindly(chat: Any, ask: Ask) -> None:
    ask("nps")
    assert "couldn't read one number" in chat("7 or 8 maybe")
    assert len(chat.titles) == 11
    assert one(SurveyAnswer) is None
    chat("hm, eight I'd say")
    assert one(SurveyAnswer).score == 8


def test_a_change_of_mind_counts(chat: Any, ask: Ask) -> None:
    ask("nps")
    chat("10")
    chat("no wait, 7")
    assert one(SurveyAnswer).score == 7


def test_satisfaction_in_words_and_the_promise_asked_back(chat: Any, ask: Ask) -> None:
    assert "from 1 (not at all) to 5 (very)" in ask("check_in", needs=("quiet",))
    said = chat("very satisfied")
    assert one(SurveyAnswer).score == 5
    assert "what you wanted: quiet" in said
    assert "Thank you" in chat.press("No, it doesn't")
    need, item = one(Need), one(RecommendationItem)
    assert (need.kept, item.kept) == (False, False)
    assert "All right" in chat.press("No, thank you")


def test_a_kept_promise_is_remembered(chat: Any, ask: Ask) -> None:
    ask("check_in", needs=("quiet",))
    chat("4")
    assert "does what it should" in chat("yes it is")
    assert one(Need).kept is True


@pytest.mark.parametrize("needs, asked", [(("no latex", "quiet"), "quiet"), (("no latex",), "no latex")])
def test_what_it_should_not_have_is_asked_back_after_what_it_should_be(
    chat: Any, ask: Ask, needs: tuple[str, ...], asked: str
) -> None:
    ask("check_in", needs=needs)
    with db.transaction() as session:
        session.execute(sa.update(Need).where(Need.label == "no latex").values(key="unwanted:latex"))
    assert f"what you wanted: {asked}" in chat("4")


def test_interrupted_and_resumed_a_week_later(chat: Any, ask: Ask) -> None:
    ask("nps")
    said = chat("how long does delivery take?")
    assert "how likely are you to recommend us" in said
    assert "how likely" not in chat("do you ship to Canada?")
    later = clock.iso(datetime.now(timezone.utc) + timedelta(days=7))
    said = chat.send({"text": "9", "now": later}, None)
    assert "A 9: thank you!" in said
    assert one(SurveyAnswer).score == 9


def test_an_old_button_works_and_a_late_one_is_told(chat: Any, ask: Ask) -> None:
    ask("nps")
    chat.press("7")
    chat("skip")
    chat.press("10 - extremely likely")
    assert one(SurveyAnswer).score == 10
    button = {"now": clock.iso(datetime.now(timezone.utc) + timedelta(days=2))}
    with db.reading() as session:
        rows = conversations.history(session, chat.thread_id)
    offered = next(button for row in rows for button in row.buttons if button["title"] == "6")
    said = chat.send({"payload": offered["payload"], "title": "6", **button}, None)
    assert "stays as it is" in said
    assert one(SurveyAnswer).score == 10


def test_skipping_is_fine(chat: Any, ask: Ask) -> None:
    ask("nps")
    assert "No problem" in chat("skip")
    assert one(SurveyAnswer) is None


def test_the_record_of_the_follow_up_tells_how_it_went(chat: Any, ask: Ask) -> None:
    ask("nps")
    chat("10, love it")
    with db.reading() as session:
        follow_up = session.execute(sa.select(Conversation).where(Conversation.purpose == "nps")).scalar_one()
        record = interactions.of(session, follow_up.id)
    assert record is not None
    assert (record.nps_score, record.outcome, record.stage_after) == (10, "satisfied", "advocacy")


def test_tips_come_from_the_guide_or_offer_help(chat: Any, ask: Ask) -> None:
    assert "unclear? Just ask." in ask("tips")


def test_a_review_in_the_buyers_words_is_published(chat: Any, ask: Ask) -> None:
    with db.reading():
        pass
    assert "both are published" in ask("review")
    with db.transaction() as session:
        row = session.execute(sa.select(FollowUp).where(FollowUp.step == "check_in")).scalar_one()
        survey = surveys.open(session, "csat", follow_up_id=row.id, now=datetime.now(timezone.utc))
        surveys.answer(session, survey.id, 2, source="mail", source_id="n", now=datetime.now(timezone.utc))
    assert "next shopper" in chat("Quiet enough, but the lid feels cheap.")
    with db.reading() as session:
        review = session.execute(sa.select(Review).where(Review.source == "survey")).scalar_one()
    assert (review.rating, review.text) == (2, "Quiet enough, but the lid feels cheap.")


def test_a_follow_up_of_somebody_else_is_not_asked_here(chat: Any, ask: Ask) -> None:
    ask("arrival")
    body = {"conversation_id": new_id(), "message_id": new_id(), "follow_up_id": "1"}
    assert "no longer with us" in chat.asked_by_the_store(body)


def test_a_problem_nobody_asked_about_is_offered_a_case(chat: Any) -> None:
    assert "Shall I pass it on" in chat("my kettle leaks")
    assert "what happened" in chat.press("Yes, please")
    said = chat("The kettle I bought last week leaks at the base when it boils")
    assert "e-mail address" in said
    case = one(SupportCase)
    assert case.kind == "problem" and "leaks at the base" in case.summary["reason"]
    assert "answer by" in chat("ben@example.com")
    assert one(SupportCase).summary["contact"] == "ben@example.com"


def test_no_case_is_opened_for_who_does_not_want_one(chat: Any) -> None:
    chat("my kettle is broken")
    assert "All right" in chat("no thanks")
    assert one(SupportCase) is None


@pytest.mark.parametrize("text", ["ben@example.com", "the lid came off, mail me at ben@example.com"])
def test_an_address_while_the_case_is_offered_means_yes(chat: Any, text: str) -> None:
    chat("my new kettle arrived broken today")
    assert "by" in chat(text)
    assert one(SupportCase).summary["contact"] == "ben@example.com"


def test_more_words_about_the_fault_while_the_case_is_offered_mean_yes(chat: Any) -> None:
    chat("my order arrived broken")
    assert "e-mail" in chat("the carafe is cracked, order JO-00012345")
    assert "carafe is cracked" in one(SupportCase).summary["reason"]
    assert "by" in chat("ben@example.com")


@pytest.mark.parametrize("text", ["you charged me twice", "I never got my refund", "i was charged the wrong amount"])
def test_wrong_bills_are_offered_a_case_not_an_article(chat: Any, text: str) -> None:
    chat(text)
    assert "Yes, please" in chat.titles
