"""Was it easy to get this solved?  Asked by mail, once after a case stayed closed, with a link to stop it."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from mailroom import ada

from lifecycle import cases, conversations, customers, leaving, notices, surveys
from lifecycle.channels import letters, webchat
from lifecycle.model import CaseNote, Conversation, Delivery, Survey
from lifecycle.settings import settings


@pytest.fixture
def solved(session, now, home):
    """Ada's case, opened two days and closed five hours ago; its opening was told."""
    case = cases.open(
        session, source_key="x", kind="problem", subject="The lid leaks", customer_id=ada(session, now=now).id,
        now=now - timedelta(days=2),
    )  # fmt: skip
    notices.case_opened(session, case, now=now - timedelta(days=2))
    return cases.close(session, case.id, cause="damaged", now=now - timedelta(hours=5))


def asked(session):
    return session.execute(sa.select(Delivery).where(Delivery.template == "ces")).scalars().all()


def test_a_solved_case_is_asked_about_once(session, now, solved):
    assert [notices.queue_missing(session, now=now) for _ in range(2)] == [1, 0]
    [mail] = asked(session)
    envelope = letters.compose(session, leaving.standings(session, [mail.id])[mail.id], settings=settings())
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert "one-click" in message["List-Unsubscribe-Post"].lower() and "/u/" in message["List-Unsubscribe"]
    text = message.get_body(("plain",)).get_content()
    assert f"case number {solved.id} (The lid leaks)" in text and text.count("?score=") == 7 and "/c/" in text
    assert message.get_body(("html",)).get_content().count("?score=") == 7


@pytest.mark.parametrize("what", ["just closed", "taken up again", "surveys switched off", "long ago", "no address"])
def test_nobody_is_asked_who_should_not_be(session, now, solved, what):
    if what == "just closed":
        solved.closed_at = now - timedelta(hours=1)
    elif what == "taken up again":
        cases.customer_reply(session, solved.id, "It leaks again", now=now)
    elif what == "surveys switched off":
        customers.set_consent(session, solved.customer_id, "survey", False, source="mail", now=now)
    elif what == "long ago":
        solved.closed_at = now - timedelta(days=5)
    else:
        solved.customer_id = None
    session.flush()
    notices.queue_missing(session, now=now)
    assert asked(session) == []


def test_the_answer_is_counted_and_stands_in_the_case(session, now, solved):
    notices.queue_missing(session, now=now)
    survey = session.execute(sa.select(Survey).where(Survey.kind == "ces")).scalar_one()
    told = surveys.answer(session, survey.id, 2, remark="six mails", source="mail", source_id="a", now=now)
    assert (told.category, told.case_id) == ("hard", None)
    notes = session.execute(sa.select(CaseNote.text).where(CaseNote.case_id == solved.id)).scalars().all()
    assert notes == ["How easy it was to get this solved: 2 of 7. six mails"]
    assert surveys.report(session).ces == 2.0
    assert cases.get(session, solved.id).state == "closed"


def test_who_wrote_in_the_chat_is_asked_there(session, now, solved):
    """In a conversation of its own in that window, beside the mail; without an address, there alone."""
    visit = conversations.start(session, channel="web", now=now - timedelta(days=2))
    conversations.add_message(session, visit.id, role="customer", text="the lid leaks", now=now - timedelta(days=2))
    solved.conversation_id, solved.customer_id = visit.id, None
    session.flush()
    assert [notices.queue_missing(session, now=now) for _ in range(2)] == [1, 0]
    [owed] = asked(session)
    survey = session.execute(sa.select(Survey)).scalar_one()
    assert (owed.channel, owed.params) == ("webchat", {"survey_id": survey.id})
    turn = webchat.compose(session, None, survey.id)
    own = session.get(Conversation, turn["conversation_id"])
    assert (own.thread_id, own.purpose, turn["survey_id"]) == (visit.id, "ces", str(survey.id))
    assert own.id != visit.id and webchat.compose(session, None, survey.id) == turn
    assert leaving.standings(session, [owed.id])[owed.id].withheld == ""
