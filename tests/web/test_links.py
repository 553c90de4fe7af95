"""Links in mail: GET never writes, one button answers once, and a token opens its own page only."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fake_rasa import FakeRasa
from running_site import Site

from lifecycle import cases, conversations, customers, db, followups, orders, surveys, tokens
from lifecycle.model import (
    Consent,
    FollowUp,
    Message,
    Need,
    Review,
    SupportCase,
    Survey,
    SurveyAnswer,
    SurveyAnswerChange,
)
from lifecycle.order_events import Buyer, Line, OrderEvent
from lifecycle.settings import settings

NONCE = "a" * 32
PURPOSES = {"s": "survey", "f": "follow_up", "c": "case", "u": "unsubscribe"}


class Ada:
    """A customer with a delivered order, its follow-ups, an NPS survey and the chat it was asked in."""

    def __init__(self, site: Site) -> None:
        self.site = site
        now = site.clock()
        with db.transaction() as session:
            thread = conversations.start(session, channel="web", now=now - timedelta(days=30))
            self.thread_id = thread.id
            for kind in ("placed", "shipped", "delivered"):
                event = OrderEvent(
                    source="generic",
                    event_id=kind,
                    type=kind,
                    order_ref="A-1001",
                    at=now - timedelta(days=25),
                    buyer=Buyer(email="ada@example.com", name="Ada Byron", timezone="Europe/London"),
                    lines=(Line("jo-grinder-01", "Quiet 40 grinder", 1, 12_900),),
                    total_cents=12_900,
                    currency="USD",
                    thread_id=thread.id,
                )
                order = orders.apply(session, event, now=now - timedelta(days=25)).order
            self.customer_id, self.order_id = order.customer_id, order.id
            step = session.scalars(sa.select(FollowUp).where(FollowUp.step == "arrival")).one()
            asked = conversations.start(
                session,
                channel="web",
                purpose="nps",
                thread_id=thread.id,
                customer_id=order.customer_id,
                order_id=order.id,
                now=now,
            )
            conversations.add_message(session, asked.id, role="assistant", text="From 0 to 10?", now=now)
            step.conversation_id = asked.id
            self.follow_up_id = step.id
            survey = surveys.open(session, "nps", order_id=order.id, customer_id=order.customer_id, now=now)
            survey.conversation_id = asked.id
            self.survey_id = survey.id

    def link(self, kind: str, subject: Any, **claims: Any) -> str:
        now = self.site.clock()
        token = tokens.sign(
            settings().secret_key, PURPOSES[kind], str(subject), now=now, lifetime=timedelta(days=30), **claims
        )
        return f"/{kind}/{token}"

    @property
    def survey(self) -> str:
        return self.link("s", self.survey_id)


@pytest.fixture
def ada(site: Site) -> Ada:
    return Ada(site)


def all_rows() -> list[Any]:
    tables = (Survey, SurveyAnswer, SurveyAnswerChange, SupportCase, Consent, Message, FollowUp)
    with db.reading() as session:
        return [session.execute(sa.select(table.__table__)).all() for table in tables]


def choose(ada: Ada, score: int | None, remark: str = "", nonce: str = NONCE) -> httpx.Response:
    form = {"remark": remark, "nonce": nonce, **({} if score is None else {"score": str(score)})}
    return ada.site.post(ada.survey, data=form)


def test_opening_links_changes_nothing_however_often_and_by_whom(ada: Ada) -> None:
    with db.transaction() as session:
        case = cases.open(
            session,
            source_key="t",
            kind="problem",
            subject="Loose lid",
            customer_id=ada.customer_id,
            now=ada.site.clock(),
        )
    links = [
        f"{ada.survey}?score=9",
        f"{ada.link('f', ada.follow_up_id)}?answer=yes",
        f"{ada.link('f', ada.follow_up_id)}?answer=no",
        ada.link("c", case.id),
        ada.link("u", ada.customer_id, purpose="survey"),
    ]
    before = all_rows()
    for link in links:
        for method in ("GET", "HEAD", "GET"):
            answered = ada.site.request(method, link)
            assert answered.status_code == 200
            assert answered.headers["referrer-policy"] == "no-referrer"
            assert answered.headers["cache-control"] == "no-store"
            assert not answered.cookies
            if method == "HEAD":
                assert answered.content == b""
    assert all_rows() == before


def test_the_score_of_the_link_is_preselected_on_native_radios(ada: Ada) -> None:
    page = ada.site.get(f"{ada.survey}?score=9").text
    radios = re.findall(r'<input type="radio" name="score" value="(\d+)"( checked)?', page)
    assert [value for value, _ in radios] == [str(number) for number in range(11)]
    assert [value for value, checked in radios if checked] == ["9"]
    assert "Not at all likely" in page and "Extremely likely" in page and "Quiet 40 grinder" in page
    for wrong in ("11", "-1", "nine", "9.5", "٩", ""):
        assert " checked" not in ada.site.get(ada.survey, params={"score": wrong}).text


def test_a_promoter_is_thanked_and_has_a_code(ada: Ada) -> None:
    thanks = choose(ada, 9, "but the lid is loose")
    assert thanks.status_code == 200 and "your code" in thanks.text
    with db.reading() as session:
        answer = session.scalars(sa.select(SurveyAnswer)).one()
        assert (answer.score, answer.remark, answer.source) == (9, "but the lid is loose", "mail")
        said = session.scalars(sa.select(Message).where(Message.role == "customer")).one()
        assert said.text == "9\nbut the lid is loose" and said.thread_id == ada.thread_id
    assert "answered already" in ada.site.get(ada.survey).text


def test_a_detractor_reads_by_when_somebody_replies(ada: Ada) -> None:
    thanks = choose(ada, 3, "it broke")
    assert "We are sorry" in thanks.text and "reply by" in thanks.text and "your code" not in thanks.text
    with db.reading() as session:
        case = session.scalars(sa.select(SupportCase)).one()
        due = cases.due_text(session, case, now=ada.site.clock())
    assert due in thanks.text
    page = ada.site.get(re.search(r'href="(/c/[^"]+)"', thanks.text)[1])  # type: ignore[index]
    assert page.status_code == 200 and due in page.text


def test_the_same_form_twice_is_one_answer_and_a_second_thought_within_a_day_counts(ada: Ada) -> None:
    choose(ada, 8)
    choose(ada, 8)
    with db.reading() as session:
        assert len(session.scalars(sa.select(SurveyAnswerChange)).all()) == 1
        assert len(session.scalars(sa.select(Message).where(Message.role == "customer")).all()) == 1
    assert choose(ada, 6, nonce="b" * 32).status_code == 200
    with db.reading() as session:
        assert session.scalars(sa.select(SurveyAnswer)).one().score == 6
    ada.site.clock.move(hours=25)
    late = choose(ada, 10, nonce="c" * 32)
    assert late.status_code == 422 and "more than a day ago" in late.text


@pytest.mark.parametrize("score", [None, 11, -1])
def test_a_form_without_a_score_of_the_scale_says_so_and_keeps_the_remark(ada: Ada, score: int | None) -> None:
    answered = choose(ada, score, "keep <b>me</b>")
    assert answered.status_code == 422 and 'role="alert"' in answered.text
    assert "keep &lt;b&gt;me&lt;/b&gt;" in answered.text
    with db.reading() as session:
        assert not session.scalars(sa.select(SurveyAnswer)).all()


def test_only_the_right_token_opens_a_page(ada: Ada) -> None:
    subjects = {"s": ada.survey_id, "f": ada.follow_up_id, "c": 1, "u": ada.customer_id}
    before = all_rows()
    for kind in PURPOSES:
        good = ada.link(kind, subjects[kind]).rpartition("/")[2]
        foreign = [ada.link(other, subjects[other]).rpartition("/")[2] for other in PURPOSES if other != kind]
        flipped = [good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :] for at in range(0, len(good) - 1, 7)]
        answers = set()
        for token in [*foreign, *flipped, "x", "x" * 500, good + "A"]:
            for method in ("GET", "POST"):
                data = {"score": "9", "nonce": NONCE, "answer": "yes", "text": "hi", "purpose": "all", "allow": "no"}
                answered = ada.site.request(method, f"/{kind}/{token}", data=data if method == "POST" else None)
                answers.add((answered.status_code, answered.json()["detail"]))
        assert len(answers) == 1 and answers.pop()[0] == 404
    ada.site.clock.move(days=30)
    old = tokens.sign(
        settings().secret_key,
        "survey",
        str(ada.survey_id),
        now=ada.site.clock() - timedelta(days=30),
        lifetime=timedelta(days=30),
    )
    assert ada.site.get(f"/s/{old}").status_code == 404
    assert all_rows() == before


def test_all_is_well_with_one_button(ada: Ada) -> None:
    link = ada.link("f", ada.follow_up_id)
    assert "Did everything arrive safely?" in ada.site.get(link).text
    done = ada.site.post(link, data={"answer": "yes", "nonce": NONCE})
    assert done.status_code == 200 and "that is noted" in done.text
    with db.reading() as session:
        assert session.get(FollowUp, ada.follow_up_id).state == "answered"
        assert not session.scalars(sa.select(SupportCase)).all()


def test_a_problem_becomes_one_case_with_the_customers_words(ada: Ada) -> None:
    link = ada.link("f", ada.follow_up_id)
    form = {"answer": "no", "reason": "damaged", "text": "the lid is cracked", "nonce": NONCE}
    assert ada.site.post(link, data={**form, "reason": ""}).status_code == 422
    for _ in range(2):
        sent = ada.site.post(link, data=form)
        assert sent.status_code == 303
    page = ada.site.get(sent.headers["location"])
    assert "the lid is cracked" in page.text and "reply by" in page.text
    with db.reading() as session:
        case = session.scalars(sa.select(SupportCase)).one()
        assert case.kind == "problem" and case.order_id == ada.order_id and "A-1001" in case.subject
        assert len(cases.status(session, case.id, now=ada.site.clock()).replies) == 1
        assert followups.why_not(session, "A-1001", now=ada.site.clock())


def test_a_case_page_shows_replies_but_no_note_and_takes_an_answer(ada: Ada) -> None:
    now = ada.site.clock()
    with db.transaction() as session:
        case = cases.open(
            session, source_key="t", kind="problem", subject="Loose lid", customer_id=ada.customer_id, now=now
        )
        cases.note(session, case.id, "she sounds cross", now=now)
        cases.reply(session, case.id, "A new lid is on its way.", staff_id=None, now=now)
    link = ada.link("c", case.id)
    page = ada.site.get(link).text
    assert "A new lid is on its way." in page and "cross" not in page
    for _ in range(2):
        assert ada.site.post(link, data={"text": "<script>alert(1)</script>"}).status_code == 303
    page = ada.site.get(link).text
    assert page.count("&lt;script&gt;") == 1 and "<script>alert" not in page
    assert ada.site.post(link, data={"text": "  "}).status_code == 422
    with db.reading() as session:
        assert session.get(SupportCase, case.id).state == "open"


def test_unsubscribing_takes_a_button_and_counts_at_once(ada: Ada) -> None:
    link = ada.link("u", ada.customer_id, purpose="survey")

    def allowed(purpose: str) -> bool:
        with db.reading() as session:
            return customers.allows(session, ada.customer_id, purpose)

    page = ada.site.get(link).text
    assert page.count("<form") == 5 and allowed("survey")
    assert "Stored" in ada.site.post(link, data={"purpose": "survey", "allow": "no"}).text
    assert not allowed("survey") and allowed("service")
    ada.site.post(link, data={"purpose": "survey", "allow": "yes"})
    assert allowed("survey")
    ada.site.post(link, data={"purpose": "all", "allow": "no"})
    assert not any(allowed(purpose) for purpose in customers.PURPOSES)
    for wrong in ({"purpose": "x", "allow": "no"}, {"purpose": "all", "allow": "yes"}, {}, {"allow": "no"}):
        assert ada.site.post(link, data=wrong).status_code in (400, 422)


def test_one_click_of_a_mail_program_unsubscribes_without_cookies(ada: Ada) -> None:
    link = ada.link("u", ada.customer_id, purpose="survey")
    for kind in ({"data": {"List-Unsubscribe": "One-Click"}}, {"files": {"List-Unsubscribe": (None, "One-Click")}}):
        with httpx.Client(base_url=ada.site.base_url, timeout=120) as mail_program:
            assert mail_program.post(link, **kind).status_code == 200  # type: ignore[arg-type]
    with db.reading() as session:
        assert not customers.allows(session, ada.customer_id, "survey")
        assert customers.allows(session, ada.customer_id, "service")
        assert len(session.scalars(sa.select(Consent)).all()) == 1


def test_the_chat_opens_on_the_thread_of_the_link(ada: Ada, rasa: FakeRasa) -> None:
    opened = ada.site.post(f"{ada.survey}/chat")
    assert opened.status_code == 200
    thread_id, token = re.search(r'data-conversation="([^"]+)" data-token="([^"]+)"', opened.text).groups()  # type: ignore[union-attr]
    assert thread_id == ada.thread_id
    headers = {"Authorization": f"Bearer {token}"}
    status = ada.site.get(f"/api/v1/conversations/{thread_id}", headers=headers).json()
    assert status["purpose"] == "nps" and status["waiting"] is True
    assert "From 0 to 10?" in ada.site.get("/chat").text, "without JavaScript the cookie opens the same thread"
    assert ada.site.get(f"{ada.survey}/chat").status_code == 405


def test_a_chat_opened_from_a_mail_is_asked_once_and_says_so_when_it_cannot_be(ada: Ada, rasa: FakeRasa) -> None:
    """Who had no chat open was asked by mail alone; Rasa asks when the link is used."""
    with db.transaction() as session:
        follow_up = session.get(FollowUp, ada.follow_up_id)
        assert follow_up is not None
        asked = conversations.start(session, channel="web", purpose="arrival", now=ada.site.clock())
        follow_up.conversation_id = asked.id
    link = ada.link("f", ada.follow_up_id)
    rasa.mood = "error"
    assert ada.site.post(f"{link}/chat").status_code == 503
    rasa.mood = "normal"
    assert ada.site.post(f"{link}/chat").status_code == 200
    assert ada.site.post(f"{link}/chat").status_code == 200
    told = [turn for turn in rasa.received if turn.get("follow_up_id") == str(ada.follow_up_id)]
    assert {turn["conversation_id"] for turn in told} == {asked.id}
    with db.reading() as session:
        assert len(conversations.history(session, asked.thread_id)) >= 1
    assert len({turn["message_id"] for turn in told}) == 1


def test_no_token_reaches_a_log(ada: Ada, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(0):
        for link in (ada.survey, ada.survey + "x", ada.link("u", ada.customer_id)):
            ada.site.get(link)
            ada.site.post(link, data={"score": "9", "nonce": NONCE})
    written = caplog.text.replace(str(ada.site.base_url), "") + "".join(capfd.readouterr())
    ours = "\n".join(line for line in written.splitlines() if "HTTP Request:" not in line and "httpcore" not in line)
    assert ada.survey.rpartition("/")[2] not in ours
    assert "/s/" not in ours and "/u/" not in ours


def test_a_need_stated_before_buying_is_asked_back_on_the_page(ada: Ada) -> None:
    now = ada.site.clock()
    with db.transaction() as session:
        survey = surveys.open(session, "csat", order_id=ada.order_id, customer_id=ada.customer_id, now=now)
        session.add(Need(conversation_id=ada.thread_id, key="wanted:quiet", label="quiet", stated_at=now))
        stranger = conversations.start(session, channel="web", now=now)
        session.add(Need(conversation_id=stranger.id, key="wanted:red", label="red", stated_at=now))
        survey_id = survey.id
    link = ada.link("s", survey_id)
    thanks = ada.site.post(link, data={"score": "4", "nonce": NONCE}).text
    assert "what you wanted: <strong>quiet</strong>" in thanks
    with db.reading() as session:
        own, foreign = session.scalars(sa.select(Need.id).order_by(Need.id)).all()
    said = ada.site.post(f"{link}/promise", data={"need": str(own), "kept": "no"})
    assert said.status_code == 200 and "We remember that" in said.text and "what you wanted" not in said.text
    assert ada.site.post(f"{link}/promise", data={"need": str(foreign), "kept": "no"}).status_code == 404
    with db.reading() as session:
        assert session.scalars(sa.select(Need.kept).order_by(Need.id)).all() == [False, None]


def test_a_review_is_written_on_the_page_of_its_link(ada: Ada) -> None:
    with db.transaction() as session:
        surveys.answer(session, ada.survey_id, 8, source="mail", source_id="n", now=ada.site.clock())
        row_id = session.scalars(sa.select(FollowUp.id).where(FollowUp.step == "review")).one()
    link = ada.link("f", row_id)
    page = ada.site.get(link).text
    nonce = re.findall(r'name="nonce" value="([0-9a-f]{32})"', page)[0]
    assert "published with your first name" in page
    assert ada.site.post(link, data={"answer": "yes", "nonce": nonce}).status_code == 400
    assert ada.site.post(link, data={"answer": "review", "text": " ", "nonce": nonce}).status_code == 422
    for _ in range(2):
        said = ada.site.post(link, data={"answer": "review", "text": "Quiet, <b>but</b> heavy.", "nonce": nonce})
        assert "both help the next customer" in said.text
    with db.reading() as session:
        review = session.scalars(sa.select(Review)).one()
        assert (review.text, review.rating, review.author) == ("Quiet, <b>but</b> heavy.", 4, "Ada")
        assert session.get(FollowUp, row_id).state == "answered"
