"""Scores people write: read strictly, or asked again."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lifecycle.feedback.scores import read_satisfaction, read_score, remark_of
from lifecycle.language.number_words import NAMES

READ = [
    ("nine out of ten", 9),
    ("9, but the lid is loose", 9),
    ("nien", 9),
    ("eigth", 8),
    ("7, no wait, 8", 8),
    ("10!!", 10),
    ("9 because it works great", 9),
    ("I would give it a solid 7 overall", 7),
    ("7 no wait 8", 8),
    ("not a 10 but a solid 8", 8),
    ("8 not 7", 8),
    ("It was late, so 6", 6),
    ("Great product! 9", 9),
    ("My wife says 9, I say 7", 7),
    ("I give the grinder an 8", 8),
    ("8 or 9, let's say 9", 9),
    ("on a scale of 0 to 10, 8", 8),
    ("10/10 would recommend", 10),
    ("10 would recommend", 10),
    ("9️⃣", 9),
    ("🔟", 10),
    ("10 10 10!", 10),
    ("number 9", 9),
    ("out of 10, I'd say 8", 8),
    ("perfect 10", 10),
    ("ten/ten", 10),
    ("I gave it 9 last time, now 7", 7),
    ("I'd give it a one", 1),
    ("8 (the delivery was late)", 8),
    ("eight, love it", 8),
    ("10 love it", 10),
    ("9 - great grinder", 9),
    ("9-great", 9),
    ("9... maybe", 9),
    ("7. Took 5 days to arrive.", 7),
    ("make that a 9", 9),
    ("10 - no wait 9", 9),
    ("9 and it arrived in 2 days", 9),
    ("10, 10, 10", 10),
    ("8. actually 9", 9),
    ("8. Actually a great grinder", 8),
    ("I meant 8", 8),
    ("oops 7", 7),
    ("sorry, 6", 6),
    ("8 stars out of 10", 8),
    ("I'd go with 9", 9),
    ("put me down for a 9", 9),
    ("My answer is 6", 6),
    ("score: 7", 7),
    ("7/10 because shipping was slow", 7),
    ("7 (seven)", 7),
    ("seven (7)", 7),
    ("ten out of ten!!", 10),
    ("0/10", 0),
    ("a big fat zero", 0),
    ("you get a 10 from me", 10),
    ("2/10 would not recommend", 2),
    ("0. never again", 0),
    ("it's a 9 for me", 9),
    ("9 for sure", 9),
    ("probably an 8", 8),
    ("if I had to choose, 8", 8),
    ("2nd time buying, 9", 9),
    ("third one I've bought. 10", 10),
    ("I ordered 2. Love them. 10", 10),
    ("We are a family of 4, I'd say 9", 9),
    ("threee", 3),
    ("sevn", 7),
    ("niiine", 9),
    ("fvie", 5),
    ("nobody gets a 10 from me but you get a 9", 9),
    ("I never give 10s, 9", 9),
    ("I never give a 10. 9.", 9),
    ("used to be a 9, now it's a 6", 6),
    ("Six.", 6),
    ("10 out of 10!!!", 10),
    ("10outof10", 10),
    ("9outta10", 9),
    ("8/ 10", 8),
    ("8 / 10", 8),
    ("Hi, 8 please", 8),
    ("ok 8", 8),
    ("8 I guess", 8),
    ("eight I think", 8),
    ("8 thanks", 8),
    ("would say 8", 8),
    ("I'll say an 8 because of the slow delivery, 2 weeks!", 8),
    ("9 - the 2 filters could be better", 9),
    ("It broke after 2 weeks so 3", 3),
    ("It broke after 2 weeks, 3", 3),
    ("Ordered twice in 2 weeks, 9", 9),
    ("defiantly 10", 10),
    ("about a 7", 7),
    ("I'd probably land on a 7", 7),
    ("it's a nine from where I'm sitting", 9),
    ("bought it on 3 May, used it 20 times, 8", 8),
    ("I'm inclined to award you six", 6),
    ("nine is what you get", 9),
    ("6 and that's me being nice", 6),
    ("I was going to say 7 but after the phone call it's a 5", 5),
    ("was an 8 last year, this time 6", 6),
    ("19 oops 9", 9),
    ("my daughter is 8 and she loves it so it's a 10 from us", 10),
    ("9. Delivered 12/3 as promised", 9),
    ("Since 2 of 3 came on time I will give you an 8", 8),
    ("Pretty good, 8", 8),
    ("strong 8", 8),
    ("1 to 10? 8", 8),
    ("1-10: 9", 9),
    ("8 on a scale of 1-10", 8),
    ("mark me down as a 9", 9),
    ("I woud giv it a 9", 9),
    ("8 out fo 10", 8),
    ("7 decent value", 7),
    ("9 quick and easy", 9),
    ("8 considering I waited 5 days", 8),
    ("I typed 9 but meant 4", 4),
    ("please change my score from 6 to 8", 8),
    ("5 was a typo, 9", 9),
    ("10.0", 10),
    ("between 6 and 8, so 7", 7),
    ("4 out of 5, so 8 out of 10", 8),
    ("10 for the lamp, 8 for delivery, overall 9", 9),
    ("after 3 emails and 2 calls I say 6", 6),
    ("used it 5 times already: 10", 10),
    ("fast and friendly 9", 9),
    ("not impressed: 3", 3),
    ("to answer your question: 9", 9),
    ("last year 9, this year 6", 6),
    ("forget the 8: 6", 6),
    ("rather 6 than 8", 6),
    ("I'd like to change my answer to 6", 6),
    ("10 lol no, 2", 2),
    ("nine (9)", 9),
    ("10++", 10),
    ("7 - I paid 12.99 for postage", 7),
    ("a 7. My order (number 5512) was late", 7),
    ("9 & thanks", 9),
    ("8out10", 8),
]
ASK_AGAIN = [
    "5/5, so 5",
    "if you refund me, so 10",
    "fix it and I say 9",
    "my wife gave 6, I would say the 2 of us, 8",
    "size: 8",
    "good size 9",
    "9++",
    "2000 people say 10?",
    "2 nice kids",
    "3 happy customers here",
    "between a 6 and a 7",
    "a high 7 or low 8",
    "no 10 from me",
    "high five!",
    "yeah right, 10",
    "fix the app and I'll give you a 9",
    "8.something",
    "8 at worst, 9 at best",
    "7 or 8",
    "between 6 and 7",
    "4 out of 5",
    "80%",
    "5 stars",
    "arrived in 3 days",
    "bought 2 for my 8 year old",
    "order 10024",
    "I have 2 kids",
    "you're number one",
    "10 minutes late",
    "one of the best",
    "24/7",
    "100% happy",
    "no one",
    "at first",
    "not 10",
    "8.5",
    "-3",
    "11",
    "would be a 10 if it was quieter",
    "It would have been a 10 but the lid leaks",
    "10/10 would not buy again",
    "number one",
    "#1",
    "zero complaints",
    "7-8",
    "almost a 9",
    "9 for quality, 4 for delivery",
    "bought a kettle, 2 cups, and 4",
    "8?",
    "about 8",
    "nine times out of ten it works",
    "top ten",
    "8ish",
    "8+",
    "8 out of 10 people like it",
    "2 broken cups",
    "one thing though",
    "three days late",
    "3 parts were missing",
    "It took 5 attempts",
    "6 months in and still going strong",
    "2 of them broke",
    "one star",
    "four stars out of five",
    "maybe a 7?",
    "8, maybe 9",
    "more than 8",
    "at least an 8",
    "less than 5",
    "no more than a 6",
    "10 if it came in blue",
    "If it had arrived on time, 10",
    "delivery was 2/10, everything else great",
    "9.5/10",
    "nine point five",
    "8 and a half",
    "1,000 thanks",
    "10 times better than my old one",
    "two thumbs up",
    "A+",
    "5/5",
    "3.5 out of 5",
    "it was $10",
    "$8",
    "10am",
    "at 9:30",
    "8:30",
    "my 5 year old loves it",
    "fine",
    "great",
    "give",
    "light",
    "I'd recommend it to 10 friends",
    "already told 3 friends",
    "8 cups a day",
    "zero noise",
    "nine to five",
    "cloud nine",
    "back to square one",
    "all in one",
    "one word: wow",
    "ten minutes",
    "from 9 down to 5",
    "7 → 8",
    "VIII",
    "",
    "0 chance",
    "I can't give it a 10",
    "got only 8 of 10",
    "7 of the 10 arrived",
    "2 out of 10 eggs broken",
    "a 5 on a scale of 1 to 5",
    "nine and three quarters",
    "ten out of ten for losing my parcel",
    "10/10 for effort, shame about the product",
    "a zero would be flattering you",
    "your rating is 4",
    "7 is my favourite number",
    "my wife would give it a 9",
    "I wouldn't give a 9",
    "I need a 10",
    "should I say 8 or what",
    "give me my money back and I'll give you a 9",
    "I'd love to give 10",
    "7ish maybe 8",
    "my son is 9",
    "wouldn't give more than 4",
    "10 wouldn't be enough",
    "I'd give you 11",
    "11/10",
    "10 star service",
    "12345",
]
# What a score may be wrapped in, and what it may not; the properties below try every combination.
LEADS = [
    "",
    "I'd say ",
    "I would give it a ",
    "definitely a ",
    "a solid ",
    "my answer is ",
    "honestly, ",
    "ok ",
    "so ",
    "let's go with ",
    "put me down for a ",
    "I give your shop a ",
    "Score: ",
    "hmm, maybe a ",
]
TAILS = [
    "",
    "!",
    ".",
    "!!!",
    " for me",
    " overall",
    " please",
    " I think",
    " from me",
    ", thanks",
    " because it works",
    ", but the lid is loose",
    " - love it",
    " as it arrived late",
    " (great coffee)",
    " and I love it",
]
TALK = [
    "arrived in {n} days",
    "bought {n} of them",
    "we have {n} kids",
    "it took {n} weeks to come",
    "{n} minutes late",
    "order {n}00{n}",
    "I paid ${n}",
    "{n} parts were missing",
    "the {n} cups are lovely",
    "my {n} year old loves it",
    "{n} times better than my old one",
    "it is {n} inches too long",
    "at {n} pm",
    "{n}% off",
    "{n}th order here",
    "less than {n}",
    "more than {n}",
    "at least {n}",
    "not {n}",
    "nearly {n}",
    "almost a {n}",
    "size {n}",
    "size: {n}",
    "a pack of {n}",
    "{n} stars",
    "{n} out of 7",
    "{n}/12",
    "{n} of us",
    "up to {n}",
    "about {n} people asked me",
    "I wish I could say {n}",
    "my husband says {n}",
    "it would be a {n} if it was quieter",
    "{n} or so",
]


@pytest.mark.parametrize("reply, score", READ)
def test_a_score_is_read(reply: str, score: int) -> None:
    assert read_score(reply) == score


@pytest.mark.parametrize("reply", ASK_AGAIN)
def test_what_is_no_certain_score_is_asked_again(reply: str) -> None:
    assert read_score(reply) is None


@given(st.sampled_from(LEADS), st.integers(0, 10), st.sampled_from(TAILS))
def test_every_way_to_give_a_score_with_every_way_to_close_it(lead: str, score: int, tail: str) -> None:
    assert read_score(f"{lead}{score}{tail}") == score
    assert read_score(f"{lead}{score}/10{tail}") == score
    assume(score != 1)  # "a one" is fine, "one and I love it" is not worth a guess
    assert read_score(f"{lead}{NAMES[score]}{tail}") == score


@given(st.sampled_from(TALK), st.integers(2, 9))
def test_a_number_of_something_else_is_no_score(talk: str, number: int) -> None:
    assert read_score(talk.format(n=number)) is None
    assert read_score(f"{talk.format(n=number)}!") is None


@given(st.sampled_from(LEADS), st.integers(0, 10), st.sampled_from(TALK[:12]), st.integers(2, 9))
def test_talk_after_a_score_does_not_change_it(lead: str, score: int, talk: str, number: int) -> None:
    assert read_score(f"{lead}{score}. {talk.format(n=number)}") in (score, None)
    assert read_score(f"{lead}{score}, {talk.format(n=number)}") in (score, None)


@given(st.integers(0, 10), st.integers(0, 10), st.sampled_from([" or ", " to ", "-", "/", ", maybe ", " and "]))
def test_two_scores_are_never_decided_by_us(first: int, second: int, between: str) -> None:
    assume(first != second and not (between == "/" and second == 10))
    assert read_score(f"{first}{between}{second}") is None


@given(
    st.integers(0, 10),
    st.integers(0, 10),
    st.sampled_from([", no wait, ", ", sorry, ", " no, I mean ", "... make that "]),
)
def test_a_correction_counts(first: int, second: int, between: str) -> None:
    assert read_score(f"{first}{between}{second}") == second


@given(st.integers(11, 10**6))
def test_a_number_off_the_scale_is_no_score(number: int) -> None:
    for reply in (f"{number}", f"I'd say {number}", f"-{number}", f"{number}/10"):
        assert read_score(reply) is None


@given(st.decimals(0, 10, places=1))
def test_a_decimal_is_no_score(number: Decimal) -> None:
    assume(number % 1)
    assert read_score(str(number)) is None
    assert read_score(f"I'd say {number}".replace(".", ",")) is None


@given(st.text(alphabet=string.ascii_letters + string.digits + " .,!?'-/#%()\n😀½é", max_size=80))
def test_any_text_is_read_or_not_but_never_breaks(text: str) -> None:
    score = read_score(text)
    assert score is None or 0 <= score <= 10
    assert read_score(text) == score


@given(st.integers(0, 10))
def test_case_space_and_emoji_do_not_matter(score: int) -> None:
    for reply in (f"  {score}  ", f"{score} 👍", f"**{score}**", f'"{score}"', f"I'D SAY {score}!", f"\n{score}\n"):
        assert read_score(reply) == score


def test_a_long_reply_is_read_in_no_time() -> None:
    for reply in ("ok " * 330 + "8", "8, " * 300, "if i had to " * 80, "definitely " * 90, "9" * 1_000):
        assert read_score(reply) in (None, 8)


@pytest.mark.parametrize(
    "reply, score, remark",
    [
        ("9, but the lid is loose", 9, "but the lid is loose"),
        ("I'd say 8 because it's loud", 8, "because it's loud"),
        ("9 out of 10, love it", 9, "love it"),
        ("Great product! 9", 9, "Great product!"),
        ("It was late, so 6", 6, "It was late"),
        ("10", 10, ""),
        ("8 for me", 8, ""),
        ("a strong 9!", 9, ""),
        ("7, no wait, 8. It hums", 8, "It hums"),
        ("nine - best kettle ever", 9, "best kettle ever"),
    ],
)
def test_what_was_said_besides_the_score_is_kept(reply: str, score: int, remark: str) -> None:
    assert read_score(reply) == score
    assert remark_of(reply, score) == remark


@pytest.mark.parametrize(
    "reply, score",
    [("4", 4), ("4/5", 4), ("five stars", 5), ("5 stars!", 5), ("very satisfied", 5), ("Satisfied, but it's loud", 4),
     ("it's ok", 3), ("I'm disappointed", 2), ("terrible", 1), ("not bad", 3), ("9", None), ("4 or 5", None),
     ("8/10", None), ("satisfied with 2 of 3", None), ("it came on Tuesday", None), ("", None)],
)  # fmt: skip
def test_satisfaction_is_read_from_a_number_or_the_words_of_the_scale(reply: str, score: int | None) -> None:
    assert read_satisfaction(reply) == score


@pytest.mark.parametrize(
    "text",
    ["my order number is 8", "the order no is 9", "room 9", "page 7", "anything but 10", "nothing above 4", "all but 3",
     "order number: 7", "my phone number is 5", "compatible with version 5.0", "room 4/0"],
)  # fmt: skip
def test_what_is_counted_or_excluded_is_no_score(text):
    assert read_score(text) is None


@pytest.mark.parametrize(
    "text, score", [("neun", 9), ("ocho", 8), ("un 10? no, 9", None), ("10? no, 9", 9), ("otto", None)]
)
def test_numbers_of_other_languages_and_questions_taken_back(text, score):
    assert read_score(text) == score


@given(
    st.sampled_from(["order", "invoice", "tracking", "customer", "case", "ticket", "phone"]),
    st.sampled_from(["number", "no", "id"]),
    st.sampled_from(["my {} {} is {}", "{} {} {}", "it is {} {} {}", "the {} {}: {}"]),
    st.integers(0, 10),
)
def test_no_number_of_a_paper_is_ever_a_score(paper, word, said, number):
    assert read_score(said.format(paper, word, number)) is None
