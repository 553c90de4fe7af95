"""What happened, in its order: one conversation with everything around it, one customer from the first word on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import transcripts
from lifecycle.errors import NotFound
from lifecycle.model import (
    CaseNote,
    Conversation,
    ConversationNote,
    Customer,
    Delivery,
    FollowUp,
    Interaction,
    Message,
    OrderLine,
    Product,
    Recommendation,
    RecommendationItem,
    Referral,
    ShopOrder,
    Staff,
    StageChange,
    SupportCase,
    Survey,
    SurveyAnswer,
)

MESSAGES = 1_000  # a page shows the last ones
_MILESTONES = ("placed_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at", "refunded_at")


@dataclass(frozen=True)
class Item:
    """One thing that happened: a message, mail, note, score, stage, case, order, chat, follow_up or referral."""

    at: datetime
    kind: str
    title: str = ""
    text: str = ""
    tone: str = ""
    link: str = ""
    message: Message | None = None
    pressed: frozenset[str] = frozenset()  # ids of the choices of this bubble that the customer took
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """An order with its lines."""

    row: ShopOrder
    lines: list[OrderLine]


@dataclass(frozen=True)
class Score:
    """A survey and the answer it got, if any."""

    survey: Survey
    answer: SurveyAnswer | None


@dataclass(frozen=True)
class Person:
    """Everything known of a customer."""

    row: Customer
    email: str
    orders: list[Order]
    scores: list[Score]
    cases: list[SupportCase]
    conversations: list[Interaction]
    stages: list[StageChange]


@dataclass(frozen=True)
class Transcript:
    """One conversation, both sides."""

    conversation: Conversation
    interaction: Interaction
    items: list[Item]
    hidden_count: int
    person: Person | None
    titles: dict[str, str]  # of the products named
    became: dict[str, tuple[str, ...]]  # product recommended here: clicked, bought, kept or not_kept
    previous_id: str | None
    next_id: str | None


def conversation(session: Session, conversation_id: str) -> Transcript:
    """A conversation with its follow-up mails, staff notes, scores and stage changes; raises NotFound."""
    found = session.execute(
        sa.select(Conversation, Interaction)
        .join(Interaction, Interaction.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id)
    ).first()
    if found is None:
        raise NotFound("There is no such conversation; it may have been erased.")
    opened, record = found
    newest = session.scalars(
        sa.select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id.desc()).limit(MESSAGES)
    )
    messages = list(newest)[::-1]
    person = customer(session, record.customer_id) if record.customer_id is not None else None
    thread = list(
        session.scalars(
            sa.select(Conversation.id)
            .where(Conversation.thread_id == opened.thread_id)
            .order_by(Conversation.opened_at, Conversation.id)
        )
    )
    place = thread.index(conversation_id)
    return Transcript(
        conversation=opened,
        interaction=record,
        items=_in_order(_bubbles(messages), _around(session, conversation_id, record.customer_id)),
        hidden_count=max(0, record.message_count - len(messages)),
        person=person,
        titles=product_titles(session, record.products),
        became=_became(session, conversation_id) if record.recommended else {},
        previous_id=thread[place - 1] if place else None,
        next_id=thread[place + 1] if place + 1 < len(thread) else None,
    )


def _became(session: Session, conversation_id: str) -> dict[str, tuple[str, ...]]:
    query = (
        sa.select(RecommendationItem)
        .join(Recommendation, Recommendation.id == RecommendationItem.recommendation_id)
        .where(Recommendation.conversation_id == conversation_id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for item in session.scalars(query):
        judged = {True: "kept", False: "not_kept"}.get(item.kept)
        steps = ("clicked" if item.clicked_at else None, "bought" if item.bought_at else None, judged)
        known_steps = found.get(item.product_id, ())
        found[item.product_id] = tuple(dict.fromkeys([*known_steps, *filter(None, steps)]))
    return found


def known(session: Session, conversation_id: str) -> None:
    """Raises NotFound for a conversation there is none of."""
    if session.get(Conversation, conversation_id) is None:
        raise NotFound("There is no such conversation; it may have been erased.")


def message_ids(session: Session, conversation_id: str) -> list[int]:
    """The ids of all its messages, in the order they were said."""
    query = sa.select(Message.id).where(Message.conversation_id == conversation_id).order_by(Message.id)
    return list(session.scalars(query))


def customer(session: Session, customer_id: int) -> Person:
    """A customer with orders, scores, cases, conversations and stage changes, newest first; raises NotFound."""
    row = session.get(Customer, customer_id)
    if row is None:
        raise NotFound("There is no such customer; they may have been erased.")
    orders = list(
        session.scalars(
            sa.select(ShopOrder).where(ShopOrder.customer_id == customer_id).order_by(ShopOrder.placed_at.desc())
        )
    )
    lines: dict[int, list[OrderLine]] = {order.id: [] for order in orders}
    for line in session.scalars(
        sa.select(OrderLine).where(OrderLine.order_id.in_(list(lines))).order_by(OrderLine.position)
    ):
        lines[line.order_id].append(line)
    scores = session.execute(
        sa.select(Survey, SurveyAnswer)
        .outerjoin(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        .where(Survey.customer_id == customer_id)
        .order_by(Survey.asked_at.desc())
    )
    return Person(
        row=row,
        email=transcripts.emails_of(session, [customer_id]).get(customer_id, ""),
        orders=[Order(order, lines[order.id]) for order in orders],
        scores=[Score(survey, answer) for survey, answer in scores],
        cases=_all(session, SupportCase, customer_id, SupportCase.opened_at),
        conversations=_all(session, Interaction, customer_id, Interaction.last_message_at),
        stages=_all(session, StageChange, customer_id, StageChange.at),
    )


def journey(session: Session, person: Person) -> list[Item]:
    """Every touchpoint of one customer, oldest first: chats, orders, follow-ups, scores, cases, stage changes."""
    items: list[Item] = []
    for record in person.conversations:
        items.append(
            Item(
                record.started_at,
                "chat",
                record.purpose,
                "",
                record.outcome,
                f"conversations/{record.conversation_id}",
                data={"record": record},
            )
        )
    for order in person.orders:
        for name in _MILESTONES:
            at = getattr(order.row, name)
            if at is not None:
                items.append(Item(at, "order", name.removesuffix("_at"), order.row.order_ref, data={"order": order}))
    for score in person.scores:
        if score.answer is not None:
            link = f"conversations/{score.survey.conversation_id}" if score.survey.conversation_id else ""
            items.append(
                Item(
                    score.answer.answered_at,
                    "score",
                    score.survey.kind,
                    score.answer.remark,
                    link=link,
                    data={"score": score.answer.score},
                )
            )
    for case in person.cases:
        items.append(Item(case.opened_at, "case", case.subject, "opened", link=f"cases/{case.id}"))
        if case.closed_at is not None:
            items.append(Item(case.closed_at, "case", case.subject, "closed", link=f"cases/{case.id}"))
    sent = session.scalars(
        sa.select(FollowUp).where(FollowUp.customer_id == person.row.id, FollowUp.sent_at.is_not(None))
    )
    items += [Item(row.sent_at, "follow_up", row.step, row.state) for row in sent]
    for change in person.stages:
        items.append(
            Item(
                change.at,
                "stage",
                change.to_stage,
                change.cause,
                data={"from": change.from_stage, "cause_id": change.cause_id},
            )
        )
    code = session.scalar(sa.select(Referral).where(Referral.customer_id == person.row.id))
    if code is not None:
        items.append(Item(code.created_at, "referral", code.code))
    used = sa.select(Delivery.created_at).where(
        Delivery.customer_id == person.row.id, Delivery.template == "referral_thanks"
    )
    items += [Item(at, "referral", "a friend ordered") for at in session.scalars(used)]
    order_of = {"stage": 2, "order": 0}
    return sorted(items, key=lambda item: (item.at, order_of.get(item.kind, 1)))


def product_titles(session: Session, product_ids: Iterable[str]) -> dict[str, str]:
    """Titles by product id, for those the catalogue knows."""
    wanted = list(product_ids)
    if not wanted:
        return {}
    query = sa.select(Product.product_id, Product.title).where(Product.product_id.in_(wanted))
    return dict(session.execute(query).all())


def _bubbles(messages: list[Message]) -> list[Item]:
    """Messages as items; a bubble knows which of its buttons the customer took next."""
    taken: dict[int, set[str]] = {}
    for index, message in enumerate(messages):
        if message.role != "customer" or not (message.details or {}).get("pressed"):
            continue
        for earlier in reversed(messages[max(0, index - 20) : index]):
            offered = {button["choice"] for button in earlier.buttons or () if button["title"] == message.text}
            if offered:
                taken.setdefault(earlier.id, set()).update(offered)
                break
    return [
        Item(message.created_at, "message", message=message, pressed=frozenset(taken.get(message.id, ())))
        for message in messages
    ]


def _in_order(said: list[Item], around: list[Item]) -> list[Item]:
    """Messages stand in the order they were said, which two machines' clocks may contradict.

    Everything around them stands after the message that came last before it, by the clock.
    """
    after: dict[int, list[Item]] = {}
    for item in sorted(around, key=lambda item: item.at):
        earlier = [(each.at, place) for place, each in enumerate(said) if each.at <= item.at]
        after.setdefault(max(earlier)[1] if earlier else -1, []).append(item)
    ordered = list(after.get(-1, ()))
    for place, each in enumerate(said):
        ordered += [each, *after.get(place, ())]
    return ordered


def _around(session: Session, conversation_id: str, customer_id: int | None) -> list[Item]:
    """What happened around the words: mails, scores, cases and their notes, stage changes."""
    items: list[Item] = []
    mails = session.execute(
        sa.select(Delivery, FollowUp.step)
        .join(FollowUp, FollowUp.id == Delivery.follow_up_id)
        .where(FollowUp.conversation_id == conversation_id, Delivery.channel != "webchat")
    )
    for mail, step in mails:
        at = mail.sent_at or mail.created_at
        items.append(Item(at, "mail", step, mail.reason, mail.state, data={"channel": mail.channel}))
    answers = session.execute(
        sa.select(Survey, SurveyAnswer)
        .join(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        .where(Survey.conversation_id == conversation_id)
    )
    for survey, answer in answers:
        data = {"score": answer.score, "source": answer.source, "sentiment": answer.sentiment}
        items.append(Item(answer.answered_at, "score", survey.kind, answer.remark, data=data))
    for case in session.scalars(sa.select(SupportCase).where(SupportCase.conversation_id == conversation_id)):
        items.append(Item(case.opened_at, "case", case.subject, "opened", link=f"cases/{case.id}"))
        if case.closed_at is not None:
            items.append(Item(case.closed_at, "case", case.subject, "closed", link=f"cases/{case.id}"))
    notes = session.execute(
        sa.select(CaseNote, SupportCase.id, Staff.name)
        .join(SupportCase, SupportCase.id == CaseNote.case_id)
        .outerjoin(Staff, Staff.id == CaseNote.staff_id)
        .where(SupportCase.conversation_id == conversation_id)
        .where(sa.not_(sa.and_(CaseNote.visible.is_(True), CaseNote.author == "staff")))  # a bubble of the chat already
    )
    for note, case_id, name in notes:
        data = {"author": name or note.author, "visible": note.visible}
        items.append(Item(note.created_at, "note", note.author, note.text, link=f"cases/{case_id}", data=data))
    written = session.execute(
        sa.select(ConversationNote, Staff.name)
        .outerjoin(Staff, Staff.id == ConversationNote.staff_id)
        .where(ConversationNote.conversation_id == conversation_id)
    )
    for own, name in written:
        items.append(
            Item(own.created_at, "note", "staff", own.text, data={"author": name or "staff", "visible": False})
        )
    for change in session.scalars(
        sa.select(StageChange).where(
            StageChange.customer_id == customer_id,
            StageChange.cause == "conversation",
            StageChange.cause_id == conversation_id,
        )
    ):
        items.append(Item(change.at, "stage", change.to_stage, change.cause, data={"from": change.from_stage}))
    return items


def _all(session: Session, table: Any, customer_id: int, column: Any) -> list[Any]:
    return list(session.scalars(sa.select(table).where(table.customer_id == customer_id).order_by(column.desc())))
