"""The links in our mails: a survey, a question about the order, a case, unsubscribing.

Every GET may be a mail scanner's, so GET never writes; the one button of a page POSTs.  A token opens one page of one
person; any other token, or a changed, expired or foreign one, gets the same page that says so.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from lifecycle import (
    advocacy,
    cases,
    conversations,
    customers,
    db,
    followups,
    interactions,
    programme,
    surveys,
    tokens,
)
from lifecycle import text as texts
from lifecycle.advice import asked_back
from lifecycle.channels import DeliveryError, webchat
from lifecycle.errors import Conflict, Invalid, Refused, Unavailable
from lifecycle.model import Conversation, FollowUp, Message, ShopOrder, SupportCase, Survey
from lifecycle.tokens import new_id
from lifecycle.web import guard, identity, pages, plain
from lifecycle.web.identity import Caller
from lifecycle.web.problems import Problem

router = APIRouter(include_in_schema=False)
TOKEN = Path(max_length=600)
NONCE = Form(regex=r"^[0-9a-f]{32}$")
REASONS = ("not_arrived", "damaged", "wrong_item", "missing_part", "not_working", "other")
URGENT = ("not_arrived", "wrong_item")


# --- a survey ---------------------------------------------------------------------------------------------------------


@router.get("/s/{token}")
def survey_page(request: Request, token: str = TOKEN, score: str = Query("", max_length=4)) -> Response:
    """The question with its scale; the score of the link is preselected, nothing is stored."""
    survey_id = _subject(request, "survey", token)
    chosen = int(score) if score.isascii() and score.isdigit() else None
    with db.reading() as session:
        return pages.page(request, "links/survey.html", _survey(session, survey_id, chosen=chosen))


@router.post("/s/{token}")
def survey_answer(
    request: Request,
    token: str = TOKEN,
    score: int | None = Form(None),
    remark: str = Form("", max_length=4_000),
    nonce: str = NONCE,
) -> Response:
    """Store the answer, and say what happens next; the same form sent twice is one answer."""
    survey_id = _subject(request, "survey", token)
    now = request.app.state.clock()
    words = texts.canonical(remark)[: texts.MESSAGE_LIMIT]
    problem = "Please choose a number first." if score is None else ""
    with db.transaction() as session:
        if score is not None:
            try:
                answered = surveys.answer(
                    session, survey_id, score, remark=words, source="mail", source_id=nonce, now=now
                )
            except (Invalid, Conflict) as error:
                problem = str(error)
        if problem:
            context = _survey(session, survey_id, chosen=score, remark=words, problem=problem)
            return pages.page(request, "links/survey.html", context, status=422)
        survey = session.get(Survey, survey_id)
        if answered.changed:
            said = f"{score}\n{words}" if words else str(score)
            _transcript(session, survey.conversation_id, said, nonce, {"source": "mail", "survey_id": survey_id}, now)
        case = session.get(SupportCase, answered.case_id) if answered.case_id else None
        context = {
            "token": token,
            "answered": answered,
            "due_text": cases.due_text(session, case, now=now) if case and case.state == "open" else "",
            "case_url": _case_url(request, case.id) if case else "",
            "need": asked_back.to_ask(session, survey) if survey.kind == "csat" else None,
        }
    return pages.page(request, "links/thanks.html", context)


@router.post("/s/{token}/promise")
def promise_answer(
    request: Request, token: str = TOKEN, need: int = Form(ge=1), kept: str = Form(regex="^(yes|no)$")
) -> Response:
    """Is it what the buyer wanted?  Stored beside the product; pressed twice, or changed, the last word counts."""
    survey_id = _subject(request, "survey", token)
    with db.transaction() as session:
        survey = session.get(Survey, survey_id)
        if survey is None:
            raise _gone()
        asked_back.answer(session, survey, need, kept == "yes", now=request.app.state.clock())
        context = {"token": token, "kept": kept == "yes", "need": asked_back.to_ask(session, survey)}
    return pages.page(request, "links/promise.html", context)


def _survey(
    session: Session, survey_id: int, *, chosen: int | None, remark: str = "", problem: str = ""
) -> dict[str, Any]:
    survey = session.get(Survey, survey_id)
    if survey is None:
        raise _gone()
    low, high = surveys.SCALES[survey.kind]
    stored = surveys.answer_of(session, survey_id)
    if chosen is None and stored is not None:
        chosen = stored.score
    order = session.get(ShopOrder, survey.order_id) if survey.order_id else None
    return {
        "kind": survey.kind,
        "scores": list(range(low, high + 1)),
        "chosen": chosen if chosen is not None and low <= chosen <= high else None,
        "answered_before": stored is not None,
        "product": _product(order),
        "order_ref": order.order_ref if order else "",
        "remark": remark,
        "problem": problem,
        "nonce": new_id(),
    }


# --- a question about the order ---------------------------------------------------------------------------------------


@router.get("/f/{token}")
def follow_up_page(request: Request, token: str = TOKEN, answer: str = Query("", max_length=8)) -> Response:
    """Did everything arrive safely, or: what would you tell others?  `answer` of the link opens the matching form,
    nothing is stored."""
    with db.reading() as session:
        context = _follow_up(session, _subject(request, "follow_up", token), answer=answer)
    return pages.page(request, "links/follow_up.html", {**context, "token": token})


@router.post("/f/{token}")
def follow_up_answer(
    request: Request,
    token: str = TOKEN,
    answer: str = Form(regex="^(yes|no|review)$"),
    reason: str = Form("", max_length=40),
    text: str = Form("", max_length=4_000),
    nonce: str = NONCE,
) -> Response:
    """All is well, or a problem: then a case is opened, and its page says by when somebody replies.  Or a review."""
    follow_up_id = _subject(request, "follow_up", token)
    now = request.app.state.clock()
    words = texts.canonical(text)[: texts.MESSAGE_LIMIT]
    with db.transaction() as session:
        follow_up = _follow_up_row(session, follow_up_id)
        details = {"source": "mail", "follow_up_id": follow_up_id}
        if (answer == "review") != (_asks(follow_up) == "review"):
            raise Invalid("Please use one of the buttons on this page.")
        if answer == "review":
            problem = "" if words.strip() else "Please write a few words first."
            if not problem:
                followups.answered(session, follow_up_id, now=now)
                advocacy.write_review(session, follow_up.order_id, words, source_id=nonce, now=now)
                _transcript(session, follow_up.conversation_id, words, nonce, details, now)
                if follow_up.conversation_id:
                    interactions.note(session, follow_up.conversation_id, outcome="answered", topic="review", now=now)
            context = {**_follow_up(session, follow_up_id, problem=problem), "token": token}
            return pages.page(request, "links/follow_up.html", context, status=422 if problem else 200)
        if answer == "yes":
            followups.answered(session, follow_up_id, now=now)
            _transcript(session, follow_up.conversation_id, "Yes", nonce, details, now)
            if follow_up.conversation_id:
                interactions.note(
                    session, follow_up.conversation_id, outcome="satisfied", resolution="confirmed", now=now
                )
            return pages.page(request, "links/follow_up.html", {**_follow_up(session, follow_up_id), "token": token})
        if reason not in REASONS:
            context = _follow_up(session, follow_up_id, answer="no", problem="Please say what is wrong.", text=words)
            return pages.page(request, "links/follow_up.html", {**context, "token": token}, status=422)
        order = session.get(ShopOrder, follow_up.order_id)
        label = str(pages.words("links/words.html")["reasons"][reason])
        case = cases.open(
            session,
            source_key=f"follow_up:{follow_up_id}",
            kind="problem",
            subject=f"{label} (order {order.order_ref})",
            customer_id=follow_up.customer_id,
            order_id=follow_up.order_id,
            conversation_id=follow_up.conversation_id,
            summary={"reason": reason, "remark": words, "products": [line.product_id for line in order.lines]},
            priority="high" if reason in URGENT else "normal",
            now=now,
        )
        if words and not _said_last(session, case.id, words, now):
            cases.customer_reply(session, case.id, words, now=now)
        said = f"{label}\n{words}" if words else label
        _transcript(session, follow_up.conversation_id, said, nonce, details, now)
        if follow_up.conversation_id:
            interactions.note(
                session,
                follow_up.conversation_id,
                outcome="dissatisfied",
                topic="problem",
                handed_over=True,
                resolution="handed_over",
                now=now,
            )
        followups.answered(session, follow_up_id, now=now)
        return RedirectResponse(_case_url(request, case.id), 303)


def _follow_up(
    session: Session, follow_up_id: int, *, answer: str = "", problem: str = "", text: str = ""
) -> dict[str, Any]:
    follow_up = _follow_up_row(session, follow_up_id)
    order = session.get(ShopOrder, follow_up.order_id)
    return {
        "step": _asks(follow_up),
        "done": follow_up.state == "answered" and not problem,
        "product": _product(order),
        "publishable": len({line.product_id for line in order.lines}) == 1,
        "order_ref": order.order_ref,
        "answer": answer if answer in ("yes", "no") else "",
        "reasons": REASONS,
        "problem": problem,
        "text": text,
        "nonce": new_id(),
    }


def _asks(follow_up: FollowUp) -> str:
    """What this follow-up asks; the name of its step is the store's own."""
    step = programme.current().step(follow_up.step)
    return step.ask if step is not None else follow_up.step


def _follow_up_row(session: Session, follow_up_id: int) -> FollowUp:
    row = session.get(FollowUp, follow_up_id)
    if row is None:
        raise _gone()
    return row


# --- a case -----------------------------------------------------------------------------------------------------------


@router.get("/c/{token}")
def case_page(request: Request, token: str = TOKEN) -> Response:
    """How the customer's case stands, with what was written to them."""
    case_id = _subject(request, "case", token)
    with db.reading() as session:
        status = cases.status(session, case_id, now=request.app.state.clock())
    return pages.page(request, "links/case.html", {"token": token, "case": status})


@router.post("/c/{token}")
def case_reply(request: Request, token: str = TOKEN, text: str = Form("", max_length=4_000)) -> Response:
    """The customer's word on their case, once."""
    case_id = _subject(request, "case", token)
    now = request.app.state.clock()
    words = guard.message_text(text)
    with db.transaction() as session:
        if not _said_last(session, case_id, words, now):
            cases.customer_reply(session, case_id, words, now=now)
    return RedirectResponse(f"/c/{token}#end", 303)


# --- unsubscribing ----------------------------------------------------------------------------------------------------


@router.get("/u/{token}")
def unsubscribe_page(request: Request, token: str = TOKEN) -> Response:
    """A button per kind of mail; opening the page changes nothing."""
    customer_id, claims = _claims(request, "unsubscribe", token)
    with db.reading() as session:
        context = _choices(session, customer_id, claims)
    return pages.page(request, "links/unsubscribe.html", {**context, "token": token, "changed": ""})


@router.post("/u/{token}")
def unsubscribe(
    request: Request,
    token: str = TOKEN,
    one_click: str = Form("", alias="List-Unsubscribe", max_length=20),
    purpose: str = Form("", max_length=20),
    allow: str = Form("", regex="^(yes|no|)$"),
) -> Response:
    """Stop (or allow again) a kind of mail, before the next one is sent.  A mail program's one click (RFC 8058)
    needs no cookie and stops the kind of mail it came with."""
    customer_id, claims = _claims(request, "unsubscribe", token)
    now = request.app.state.clock()
    if one_click:
        purpose, allow = str(claims.get("purpose", "all")), "no"
    if (purpose != "all" and purpose not in customers.PURPOSES) or not allow or (purpose == "all" and allow == "yes"):
        raise Invalid("Please use one of the buttons on this page.")
    source = "one_click" if one_click else "unsubscribe_page"
    with db.transaction() as session:
        for each in customers.PURPOSES if purpose == "all" else [purpose]:
            if customers.allows(session, customer_id, each) != (allow == "yes"):
                customers.set_consent(session, customer_id, each, allow == "yes", source=source, now=now)
        context = _choices(session, customer_id, claims)
    if one_click:
        return PlainTextResponse("You are unsubscribed.")
    return pages.page(request, "links/unsubscribe.html", {**context, "token": token, "changed": purpose})


def _choices(session: Session, customer_id: int, claims: dict[str, Any]) -> dict[str, Any]:
    allowed = {purpose: customers.allows(session, customer_id, purpose) for purpose in customers.PURPOSES}
    return {"allowed": allowed, "came_with": str(claims.get("purpose", ""))}


# --- go on in the chat ------------------------------------------------------------------------------------------------


@router.post("/{kind}/{token}/chat")
def to_chat(request: Request, kind: str = Path(regex="^[sfc]$"), token: str = TOKEN) -> Response:
    """Open the chat on the conversation this link belongs to; its token is given to the page, never put in a URL."""
    purpose = {"s": "survey", "f": "follow_up", "c": "case"}[kind]
    subject = _subject(request, purpose, token)
    now = request.app.state.clock()
    with db.transaction() as session:
        row = session.get({"s": Survey, "f": FollowUp, "c": SupportCase}[kind], subject)
        if row is None:
            raise _gone()
        conversation = session.get(Conversation, row.conversation_id) if row.conversation_id else None
        if conversation is None:
            conversation = conversations.start(
                session, channel="web", customer_id=row.customer_id, order_id=row.order_id, verified=True, now=now
            )
            row.conversation_id = conversation.id
            session.flush()
        turn = _unasked(session, row) if kind != "c" else None
        thread_id = conversation.thread_id
    if turn is not None:
        try:
            webchat.send(turn, settings=request.app.state.settings, now=now)
        except DeliveryError as error:
            raise Unavailable(
                "The chat does not answer right now; please use the page before, or try again."
            ) from error
    context = {
        "conversation_id": thread_id,
        "chat_token": identity.session_token(request.app.state.settings, thread_id, by_link=True, now=now),
    }
    response = pages.page(request, "links/chat.html", context)
    plain.remember(request, response, Caller(thread_id, by_link=True))
    return response


def _unasked(session: Session, row: Survey | FollowUp) -> dict[str, str] | None:
    """What Rasa needs to ask the question of this link in its chat, when nobody asked it there before."""
    follow_up_id, survey_id = (row.id, None) if isinstance(row, FollowUp) else (row.follow_up_id, row.id)
    said = sa.select(Message.id).where(Message.conversation_id == row.conversation_id).limit(1)
    answered = survey_id is not None and surveys.answer_of(session, survey_id) is not None
    if answered or session.execute(said).first() is not None:
        return None
    return webchat.compose(session, follow_up_id, survey_id)


# --- shared -----------------------------------------------------------------------------------------------------------


def _claims(request: Request, purpose: str, token: str) -> tuple[int, dict[str, Any]]:
    state = request.app.state
    state.limits.hit("reads", guard.address(request))
    try:
        subject, claims = tokens.verify(state.settings.secret_key, purpose, token, now=state.clock())
        return int(subject), claims
    except (Refused, ValueError) as error:
        raise _gone() from error


def _subject(request: Request, purpose: str, token: str) -> int:
    return _claims(request, purpose, token)[0]


def _gone() -> Problem:
    return Problem(404, "This link is not valid or has expired. Open the chat on our website and we will help you.")


def _case_url(request: Request, case_id: int) -> str:
    state = request.app.state
    token = tokens.sign(state.settings.secret_key, "case", str(case_id), now=state.clock(), lifetime=surveys.OPEN_FOR)
    return f"/c/{token}"


def _said_last(session: Session, case_id: int, words: str, now: Any) -> bool:
    """Whether these words are the customer's last ones already: a button pressed twice."""
    replies = cases.status(session, case_id, now=now).replies
    return bool(replies) and replies[-1][0] == "customer" and replies[-1][1] == words


def _transcript(
    session: Session, conversation_id: str | None, said: str, nonce: str, details: dict[str, Any], now: Any
) -> None:
    """Keep what was answered by mail in the conversation that asked, once per form."""
    conversation = session.get(Conversation, conversation_id) if conversation_id else None
    if conversation is not None and conversations.replies(session, conversation.thread_id, nonce) is None:
        conversations.add_message(
            session, conversation.id, role="customer", text=said, details=details, client_message_id=nonce, now=now
        )


def _product(order: ShopOrder | None) -> str:
    titles = [line.title for line in order.lines if line.title] if order else []
    return texts.one_line(titles[0], 80) if titles else ""
