"""Whole conversations after the purchase: half answers, anger, second thoughts, and questions in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lifecycle import db
from lifecycle.model import CaseNote, Consent, FollowUp, Need, SupportCase, SurveyAnswer

Ask = Callable[..., str]
GRINDER = ("jo-grinder-01", "Tamarack Quiet 40 Conical Burr Grinder, Cream")


def one(table: Any) -> Any:
    with db.reading() as session:
        return session.execute(sa.select(table)).scalar_one_or_none()


def arrival_state() -> str:
    with db.reading() as session:
        return str(session.execute(sa.select(FollowUp.state).where(FollowUp.step == "arrival")).scalar_one())


# --- did everything arrive? -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, reason",
    [
        ("box was dented but the grinder is fine", "damaged"),
        ("yes but one of the cups is missing", "missing_part"),
        ("it came in pieces", "damaged"),
        ("You sent me the black one, I ordered cream!!!", "wrong_item"),
    ],
)
def test_half_a_yes_is_a_problem_and_gets_a_case(chat: Any, ask: Ask, text: str, reason: str) -> None:
    ask("arrival")
    said = chat(text)
    assert "sorry" in said and "answer by" in said
    assert one(SupportCase).summary["reason"] == reason and one(CaseNote).text == text
    assert "answer from our team by" in chat("when will i hear from you")


def test_not_at_home_yet_opens_no_case(chat: Any, ask: Ask) -> None:
    ask("arrival")
    assert "No hurry" in chat("idk im not home yet")
    assert "Take your time" in chat("im at work, tell u tomorrow")
    assert one(SupportCase) is None and arrival_state() != "answered"
    assert "Good to hear" in chat("ok home now. its all here")
    assert arrival_state() == "answered"


def test_questions_first_then_the_answer(chat: Any, ask: Ask) -> None:
    ask("arrival", product=GRINDER)
    said = chat("how do i clean the burrs")
    assert "From: Clean grinder burrs" in said and said.count("did everything arrive safely") == 1
    said = chat("is it dishwasher safe?")
    assert "Tamarack Quiet 40" in said and "arrive safely" not in said
    assert "Good to hear" in chat("yep arrived")
    assert arrival_state() == "answered" and one(SupportCase) is None


# --- are you satisfied? -----------------------------------------------------------------------------------------------


def test_satisfied_in_her_own_words(chat: Any, ask: Ask) -> None:
    ask("check_in", needs=("quiet",), product=GRINDER)
    assert "a 4" in chat("pretty happy with it actually") and "quiet" in chat.bubbles[-1].text
    assert one(SurveyAnswer).remark == ""  # the words were the score
    assert "does what it should" in chat("yeah mostly, a bit loud in the mornings but fine")
    assert one(Need).kept is True
    assert "a bit loud in the mornings" in one(SurveyAnswer).remark


def test_a_meh_a_second_thought_and_a_broken_promise(chat: Any, ask: Ask) -> None:
    ask("check_in", needs=("quiet",), product=GRINDER)
    assert "a 3" in chat("meh")
    assert "a 2" not in chat("hm, rather a 3") and one(SurveyAnswer).score == 3
    said = chat("it is way louder than you said")
    assert "our team" in said and one(Need).kept is False
    assert "answer by" in chat("yes")
    assert "louder than you said" in one(SupportCase).summary["reason"]


def test_a_long_answer_is_read_by_its_last_word(chat: Any, ask: Ask) -> None:
    ask("check_in", product=GRINDER)
    chat(
        "So I've had it for two weeks now and at first I couldn't get it to grind fine enough, but then my brother "
        "showed me the dial and since then it's been great, love the coffee, though the lid is a bit fiddly, overall "
        "really satisfied"
    )
    answer = one(SurveyAnswer)
    assert answer.score == 5 and answer.remark.startswith("So I've had it") and answer.remark.endswith("fiddly")


# --- would you recommend us? ------------------------------------------------------------------------------------------


def test_seven_or_eight_is_asked_once_more(chat: Any, ask: Ask) -> None:
    ask("nps")
    assert "couldn't read one number" in chat("7 or 8")
    assert "main reason" in chat("8")
    assert "just as you said it" in chat("the delivery was fast")
    assert (one(SurveyAnswer).score, one(SurveyAnswer).remark) == (8, "the delivery was fast")


def test_words_before_the_number_are_not_lost(chat: Any, ask: Ask) -> None:
    ask("nps")
    assert "sorry to hear that" in chat("I wouldnt recommend you to my worst enemy")
    said = chat("0")
    assert "answer by" in said and "main reason" not in said  # it was told already
    assert one(SurveyAnswer).remark == "I wouldnt recommend you to my worst enemy"
    assert "added that to your answer" in chat("because it broke")
    assert one(SurveyAnswer).remark.endswith("because it broke")
    assert one(SupportCase).kind == "detractor"


def test_an_angry_three(chat: Any, ask: Ask) -> None:
    ask("nps")
    said = chat("3!!! you people ruined my christmas, the thing broke and nobody answers")
    assert "sorry" in said and "answer by" in said and "reason" not in said
    case, answer = one(SupportCase), one(SurveyAnswer)
    assert (case.kind, answer.score) == ("detractor", 3) and "ruined my christmas" in answer.remark
    assert "refund within 3 business days" in chat("and the refund? where is it")


def test_shopping_in_between_and_back_to_the_score(chat: Any, ask: Ask) -> None:
    ask("nps")
    said = chat("do you have a good kettle?")
    assert chat.cards and said.count("how likely are you") == 1
    said = chat("cheap one")
    assert chat.cards and "number" not in said
    assert "A 9" in chat("oh and your question: 9")
    assert one(SurveyAnswer).score == 9
    assert "just as you said it" in chat("quick delivery")


def test_skipped_then_given_then_changed(chat: Any, ask: Ask) -> None:
    ask("nps")
    assert "No problem" in chat("idk")
    assert one(SurveyAnswer) is None
    assert "your 6" in chat("6")
    assert "fine" in chat("skip")
    said = chat("actually make it an 8")
    assert "the 8" in said and "main reason" not in said  # asked and skipped before
    assert one(SurveyAnswer).score == 8
    chat("oh and i also want to say the manual is useless")
    assert "manual is useless" in one(SurveyAnswer).remark


def test_praise_and_a_remark_later(chat: Any, ask: Ask) -> None:
    ask("nps")
    assert "45 days" in chat("what's your return policy?")
    assert "A 10" in chat("10 because it's so quiet")
    assert "added that" in chat("also the box was pretty")
    assert one(SurveyAnswer).remark == "because it's so quiet\nalso the box was pretty"


def test_stop_asking_me(chat: Any, ask: Ask) -> None:
    ask("nps")
    assert "won't send you any more" in chat("stop asking me")
    with db.reading() as session:
        granted = {row.purpose: row.granted for row in session.scalars(sa.select(Consent))}
    assert granted["survey"] is False and one(SurveyAnswer) is None


# --- unasked ----------------------------------------------------------------------------------------------------------


def test_a_leak_told_in_two_messages_is_one_case(chat: Any) -> None:
    assert "Shall I pass it on" in chat("hi, i bought a kettle last week and it leaks")
    assert "e-mail address" in chat("it's the orlo one, water everywhere")
    said = chat("what should I do meanwhile")
    assert "doesn't look like an e-mail" not in said and said.count("reach you") == 1
    assert "answer by" in chat("ada@example.com")
    case = one(SupportCase)
    assert "leaks" in case.summary["reason"] and "water everywhere" in case.summary["reason"]
    assert case.summary["contact"] == "ada@example.com"


def test_a_rude_driver_is_a_complaint_and_no_delivery_question(chat: Any) -> None:
    assert "good to hear" in chat("just wanted to say your kettle is amazing")
    assert "sorry" in chat("and the delivery guy was rude") and "Yes, please" in chat.titles
    chat("yes please")
    assert "delivery guy was rude" in one(SupportCase).summary["reason"]


def test_after_a_case_is_open_what_is_told_goes_to_the_team_and_sells_nothing(chat, ask):
    ask("arrival")
    chat("arrived. lid's cracked tho")
    assert "answer from our team by" in chat("how long will that take")
    said = chat("no thanks i'll glue it")
    assert "our team" in said and not chat.cards
    with db.reading() as session:
        told = session.scalars(sa.select(CaseNote.text)).all()
    assert any("glue it" in each for each in told)


def test_somebody_who_has_not_seen_the_parcel_says_nothing_is_wrong(chat, ask):
    ask("arrival")
    assert "once you" in chat("no idea, my husband took it in")


def test_a_buyer_nobody_answers_is_offered_the_team_and_may_spell_the_address(chat):
    chat("I ordered a kettle 3 weeks ago and nobody answers my emails!!!")
    assert chat.titles == ["Yes, please", "No, thank you"]
    chat("yes")
    chat("joe at home dot example")
    with db.reading() as session:
        assert session.execute(sa.select(SupportCase)).scalar_one().summary["contact"] == "joe@home.example"
