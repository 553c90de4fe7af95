"""A question nothing answers is kept with its askers until somebody of the store answers it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lifecycle import knowledge
from lifecycle.errors import Invalid, NotFound
from lifecycle.knowledge import gaps
from lifecycle.model import Article, ContentGap


def test_the_same_question_is_one_gap_with_all_its_askers(session, now):
    first = knowledge.note_gap(session, "Do you sell vinyl records?", conversation_id="ada", now=now)
    again = knowledge.note_gap(
        session, "do you sell a vinyl record", conversation_id="ben", now=now + timedelta(hours=1)
    )
    knowledge.note_gap(session, "Do you sell vinyl records?", conversation_id="ben", now=now + timedelta(hours=2))
    assert first.id == again.id and (again.asked_count, again.conversation_ids) == (2, ["ada", "ben"])
    other = knowledge.note_gap(session, "Do you sell vinyl records?", product_id="g1", now=now)
    assert other.id != first.id
    assert [gap.id for gap in knowledge.open_gaps(session)] == [first.id, other.id]


def test_an_answered_gap_is_owed_to_its_askers_once(session, now):
    gap = knowledge.note_gap(session, "Do you sell vinyl records?", conversation_id="ada", now=now)
    done = knowledge.answer_gap(session, gap.id, "No, only what makes coffee.", now=now)
    assert (done.conversation_ids, done.answer) == (("ada",), "No, only what makes coffee.")
    assert knowledge.open_gaps(session) == []
    answer = knowledge.answer_store(session, "do you sell vinyl records")
    assert (answer.kind, answer.source) == ("answer", f"our team on {now:%-d %B %Y}")
    knowledge.answer_gap(session, gap.id, "Not yet.", now=now + timedelta(days=1))
    assert session.query(Article).count() == 1 and session.query(ContentGap).count() == 1
    with pytest.raises(Invalid):
        knowledge.answer_gap(session, gap.id, " \n", now=now)
    with pytest.raises(NotFound):
        knowledge.answer_gap(session, 4242, "x", now=now)


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("Is there a lid with it?", "is there a lid?", True),
        ("when do you open", "where do you open", False),
        ("do you ship to Canada", "do you ship from Canada", False),
        ("can I wash it at 30 degrees", "can I wash it at 60 degrees", False),
        ("does it come with a cable", "does it come without a cable", False),
    ],
)
def test_different_questions_are_never_one_gap(one, other, same):
    assert (gaps.question_key(one) == gaps.question_key(other)) is same


def test_a_question_without_words_is_no_gap(session, now):
    assert knowledge.note_gap(session, "🙂?!", now=now) is None
    assert knowledge.open_gaps(session) == []
