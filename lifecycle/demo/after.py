"""After the order in the demo month: the shop's events, follow-ups, answers, and staff at work on cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lifecycle import cases, conversations, customers, followups, notices, orders, outbox, surveys
from lifecycle.advice import asked_back
from lifecycle.conversations import Said
from lifecycle.demo import visits
from lifecycle.desk import macros
from lifecycle.errors import LifecycleError
from lifecycle.model import (
    ContactLog,
    FollowUp,
    Review,
    ShopOrder,
    Staff,
    SupportCase,
    Survey,
)
from lifecycle.orders import Buyer, Line, OrderEvent
from lifecycle.programme import current

if TYPE_CHECKING:
    from lifecycle.demo.month import Month, Person

_ANSWERS = {"arrival": 0.55, "check_in": 0.72, "nps": 0.74, "tips": 0.12, "review": 0.35}
_TEAM = (("noor@juneberry.example.com", "Noor"), ("ivo@juneberry.example.com", "Ivo"))


def order(
    month: Month, person: Person, customer_id: int, product: dict[str, Any], thread_id: str | None, at: datetime
) -> None:
    """The shop's events of one order: placed and paid, then most are shipped and delivered."""
    month.counts["orders"] += 1
    number = 10_400 + month.counts["orders"]
    quantity = 2 if product["price"] < 50 and month.chance(0.2) else 1
    lines = [Line(product["product_id"], product["title"], quantity, round(product["price"] * 100))]
    if month.chance(0.18):
        extra = month.pick(month.products["Coffee accessories"])
        lines.append(Line(extra["product_id"], extra["title"], 1, round(extra["price"] * 100)))
    total = sum(line.quantity * (line.price_cents or 0) for line in lines)
    buyer = Buyer(person.email, person.external_id, person.name, person.zone)
    gift = month.chance(0.05)

    def tell(kind: str, then: datetime, **values: Any) -> None:
        event = OrderEvent(
            source="generic", event_id=f"demo-{number}-{kind}", type=kind, order_ref=f"JO-{number}", at=then,
            buyer=buyer, currency="USD", total_cents=total, lines=tuple(lines), thread_id=thread_id,
            gift=gift or None, **values,
        )  # fmt: skip
        orders.apply(month.session, event, now=then)

    tell("placed", at)
    if month.chance(0.05):
        month.at(month.later(at, 1, 12), lambda then: tell("cancelled", then))
        return
    shipped = month.later(at, 14, 50)
    delivered = month.later(shipped, 40, 130) if month.chance(0.93) else month.later(shipped, 200, 300)
    month.at(shipped, lambda then: tell("shipped", then, tracking=f"1Z{number}"))
    month.at(delivered, lambda then: tell("delivered", then))
    if month.chance(0.06):
        month.at(month.later(delivered, 60, 300), lambda then: tell("refunded", then))


def send_due(month: Month, at: datetime) -> None:
    """What the worker does: claim what is due, open its conversation, put its question, and say that it was sent."""
    for row in followups.due(month.session, now=at):
        step = current().step(row.step)
        found = month.session.get(ShopOrder, row.order_id)
        if step is None or found is None or row.customer_id is None:
            continue
        month.random = Random(f"{found.order_ref} {row.step}")  # whatever else is due at the same hour
        _send(month, row, found, step.ask, step.survey, at)


def _send(month: Month, row: FollowUp, found: ShopOrder, ask: str, kind: str | None, at: datetime) -> None:
    texts = month.texts["follow_ups"][ask]
    talk = visits.begin(month, row.customer_id, at, purpose=ask, thread_id=found.thread_id, order_id=found.id)
    row.conversation_id = talk.conversation.id
    survey_id = None
    if kind:
        survey_id = surveys.open(
            month.session, kind, follow_up_id=row.id, conversation_id=talk.conversation.id, now=at
        ).id
    title = found.lines[0].title if found.lines else "order"
    state = month.random.choices(("sent", "failed", "doubtful"), weights=(96, 2.5, 1.5))[0]
    reason = {"failed": "550 no such mailbox", "doubtful": "the connection ended after the text was handed over"}.get(
        state, ""
    )
    delivery = outbox.queue(
        month.session, channel="email", template=ask, purpose=row.purpose, customer_id=row.customer_id,
        follow_up_id=row.id, params={"survey_id": survey_id} if survey_id else {}, now=at,
    )  # fmt: skip
    delivery.state, delivery.reason, delivery.attempts = state, reason, 1
    delivery.sent_at = at if state == "sent" else None
    followups.mark(month.session, row.id, state, reason, now=at)
    month.counts["follow_ups_" + state] += 1
    if state != "sent":
        return
    month.session.add(
        ContactLog(customer_id=row.customer_id, channel="email", purpose=row.purpose, source="lifecycle", at=at)
    )
    text = texts["text"].format(order=found.order_ref, product=title)
    talk.turn(
        None,
        "EXTERNAL",
        [Said(text, visits.buttons(texts["options"]), details={"action": "action_follow_up", "step": row.step})],
    )
    if month.chance(_ANSWERS[ask]):
        follow_up_id, asked = row.id, talk.conversation.id
        month.at(
            month.later(at, 0.2, 60),
            lambda then: _answer(month, follow_up_id, asked, ask, kind, survey_id, then),
        )


def _answer(
    month: Month,
    follow_up_id: int,
    conversation_id: str,
    ask: str,
    kind: str | None,
    survey_id: int | None,
    at: datetime,
) -> None:
    """The customer answers, in the chat or on the page the mail links to."""
    row = month.session.get(FollowUp, follow_up_id)
    conversation = month.session.get(visits.Conversation, conversation_id)
    if row is None or conversation is None:
        return
    talk = visits.Talk(month, conversation, at)
    talk._turns = 1
    if kind and survey_id:
        _score(month, talk, kind, survey_id, at)
    elif ask == "arrival":
        _arrived(month, talk, row, at)
    else:
        followups.answered(month.session, row.id, now=at)
        if ask == "review":
            _review(month, row, at)
        text = "Write a review" if ask == "review" else month.pick(month.texts["follow_ups"]["tips"]["thanks"])
        talk.turn(
            text,
            "answer",
            [Said(month.texts["thanks"]["good"])],
            pressed=ask == "review",
            outcome="satisfied",
            topic=ask,
        )


def _score(month: Month, talk: visits.Talk, kind: str, survey_id: int, at: datetime) -> None:
    mood = _mood(month, talk.conversation.customer_id)
    low, high = surveys.SCALES[kind]
    score = round(low + (high - low) * min(1.0, max(0.0, month.random.gauss(mood, 0.13) + 0.13)))
    group = surveys.category(kind, score)
    tone = {"promoter": "good", "satisfied": "good", "passive": "middle", "neutral": "middle"}.get(group, "bad")
    bought = _product_of(month, talk.conversation.order_id)
    remark = month.pick_for(bought, month.texts["remarks"][f"{kind}_{tone}"]) if month.chance(0.7) else ""
    by_mail = month.chance(0.45)
    try:
        done = surveys.answer(
            month.session, survey_id, score, remark=remark, source="mail" if by_mail else "chat",
            source_id=f"demo-{survey_id}", now=at,
        )  # fmt: skip
    except LifecycleError:
        return
    month.counts["answers"] += 1
    said = f"{score}. {remark}" if remark else str(score)
    if by_mail:
        conversations.add_message(
            month.session, talk.conversation.id, role="customer", text=said, details={"source": "mail"}, now=at
        )
    else:
        talk.turn(
            said,
            "answer",
            [Said(month.texts["thanks"][tone], details={"action": "action_answer", "kind": kind})],
            topic=kind,
        )
    if kind == "csat":
        _promises(month, survey_id, score, at)
    if done.case_id is not None:
        work_on(
            month, done.case_id, month.pick(("late_delivery", "quality", "not_as_described", "price", "service")), at
        )


def _promises(month: Month, survey_id: int, score: int, at: datetime) -> None:
    """Of what they had wished for in the chat before buying, does the product keep it?"""
    survey = month.session.get(Survey, survey_id)
    for place in range(2):
        need = asked_back.to_ask(month.session, survey) if survey is not None else None
        if need is not None:  # the first wish is the dearest one
            asked_back.answer(month.session, survey, need.id, score >= 4 - place, now=at)


def _arrived(month: Month, talk: visits.Talk, row: FollowUp, at: datetime) -> None:
    texts = month.texts["follow_ups"]["arrival"]
    followups.answered(month.session, row.id, now=at)
    if month.chance(0.8):
        talk.turn(
            month.pick(texts["fine"]),
            "answer",
            [Said(texts["glad"])],
            outcome="satisfied",
            pressed=True,
            resolution="confirmed",
            topic="arrival",
        )
        return
    bought = _product_of(month, row.order_id)
    problem = month.pick_for(bought, month.texts["problems"], lambda problem: str(problem["say"]))
    said = [Said(texts["sorry"])]
    talk.turn(month.pick(texts["broken"]), "answer", said, pressed=True, outcome="dissatisfied", topic="arrival")
    talk.turn(problem["say"], "report_problem", [Said(month.texts["thanks"]["bad"])], handed_over=True, topic="problem")
    case = cases.open(
        month.session,
        source_key=f"demo:problem:{row.id}",
        kind="problem",
        subject=f"Problem on arrival: {problem['say']}",
        customer_id=row.customer_id,
        order_id=row.order_id,
        conversation_id=talk.conversation.id,
        summary={"said": problem["say"]},
        priority="high" if month.chance(0.3) else "normal",
        now=talk.at,
    )
    work_on(month, case.id, problem["cause"], talk.at, problem["reply"])


def _review(month: Month, row: FollowUp, at: datetime) -> None:
    found = month.session.get(ShopOrder, row.order_id)
    if found is None or not found.lines:
        return
    mood = _mood(month, row.customer_id)
    tone = "good" if mood > 0.6 else "middle" if mood > 0.35 else "bad"
    month.session.add(
        Review(
            review_id=f"demo-{row.id}",
            product_id=found.lines[0].product_id,
            customer_id=row.customer_id,
            rating={"good": 5, "middle": 3, "bad": 2}[tone],
            text=month.pick_for(found.lines[0].product_id, month.texts["reviews"][tone]),
            source="survey",
            created_at=at,
        )
    )
    customers.enter_stage(month.session, row.customer_id, "advocacy", cause="review", cause_id=str(row.id), now=at)


def work_on(month: Month, case_id: int, cause: str, at: datetime, reply: str | None = None) -> None:
    """Staff reply at work, most in time; the customer says something; the case is closed, and now and then reopened."""
    if month.now - at < timedelta(days=9) and month.chance(0.65):
        return  # nobody has got to it yet
    hours = (1, 20) if month.chance(0.82) else (40, 90)
    month.at(month.desk(month.later(at, *hours)), lambda then: _reply(month, case_id, cause, reply, then))


def _reply(month: Month, case_id: int, cause: str, reply: str | None, at: datetime) -> None:
    case = month.session.get(SupportCase, case_id)
    if case is None or case.state == "closed":
        return
    member = month.pick(_team(month, at))
    cases.assign(month.session, case_id, member, now=at)
    if case.kind != "handover" and month.chance(0.35):
        cases.note(month.session, case_id, month.pick(month.texts["staff_notes"]), staff_id=member, now=at)
    text = month.texts["again_reply"] if case.reopened_count else reply or month.texts["detractor_reply"]
    cases.reply(month.session, case_id, text, staff_id=member, now=at + timedelta(minutes=4))
    if month.chance(0.45):
        back = month.pick(month.texts["customer_back"])
        month.at(month.later(at, 1, 30), lambda then: cases.customer_reply(month.session, case_id, back, now=then))
    month.at(month.desk(month.later(at, 31, 190)), lambda then: _close(month, case_id, cause, member, then))


def _close(month: Month, case_id: int, cause: str, member: int, at: datetime) -> None:
    case = cases.close(month.session, case_id, cause=cause, staff_id=member, now=at)
    won_back = month.shop_again.get(case.customer_id or 0)
    if case.kind == "detractor" and won_back is not None and month.chance(0.6):
        month.at(month.later(at, 30, 300), won_back)
    month.at(at + notices.EFFORT_AFTER, lambda then: _effort(month, case_id, then))
    if month.chance(0.12):
        again = month.later(at, 4, 40)
        month.at(again, lambda then: cases.customer_reply(month.session, case_id, "it happened again", now=then))
        month.at(month.desk(month.later(again, 2, 60)), lambda then: _reply(month, case_id, cause, None, then))


def _effort(month: Month, case_id: int, at: datetime) -> None:
    """A solved case's customer is asked how easy it was, and some answer on the page the mail links to."""
    case = month.session.get(SupportCase, case_id)
    if case is None or case.state != "closed" or case.customer_id is None:
        return
    if not customers.allows(month.session, case.customer_id, "survey"):
        return
    asked = sa.select(Survey.id).where(Survey.case_id == case_id, Survey.kind == "ces")
    if month.session.scalar(asked) is not None:
        return
    survey = surveys.open(
        month.session, "ces", customer_id=case.customer_id, order_id=case.order_id, case_id=case_id, now=at
    )
    score = month.random.choices(range(1, 8), weights=(1, 1, 2, 3, 7, 9, 6))[0]
    if month.chance(0.65):
        month.at(
            month.later(at, 0.5, 60),
            lambda then: surveys.answer(
                month.session, survey.id, score, source="mail", source_id=f"demo-{survey.id}", now=then
            ),
        )


def _product_of(month: Month, order_id: int | None) -> str:
    found = month.session.get(ShopOrder, order_id) if order_id is not None else None
    return str(found.lines[0].product_id) if found is not None and found.lines else ""


def _mood(month: Month, customer_id: int | None) -> float:
    """How pleased this customer is, the same at every asking."""
    return month.moods.get(customer_id or 0, 0.6)


def _team(month: Month, now: datetime) -> list[int]:
    """The store's staff; two people are invented when nobody has an account yet.  Their password is nobody's."""
    if not month.team:
        known = list(month.session.scalars(sa.select(Staff.id).where(Staff.active.is_(True), Staff.role != "viewer")))
        for email, name in _TEAM if not known else ():
            row = Staff(email=email, name=name, role="agent", password_hash="!", active=False, created_at=now)
            month.session.add(row)
            month.session.flush()
            known.append(row.id)
        for title, text in month.texts["macros"].items() if known else ():
            macros.save(month.session, title, text, staff_id=known[0], now=now)
        month.team = known
    return month.team
