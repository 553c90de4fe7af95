"""Everything a due follow-up needs before it is told to anybody: conversation, record, survey and deliveries, as rows.

Written for many at once, in the transaction that claimed them: a kill leaves all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import circumstances, followups, outbox, surveys
from lifecycle.model import Conversation, Customer, FollowUp, Interaction, Message, OrderLine, ShopOrder, Survey
from lifecycle.programme import Programme, Step, current
from lifecycle.tokens import new_id


@dataclass(frozen=True)
class _Begun:
    row: FollowUp
    order: ShopOrder
    step: Step
    thread_id: str | None
    channels: tuple[str, ...]
    conversation_id: str


def begin(session: Session, rows: Sequence[FollowUp], *, now: datetime, programme: Programme | None = None) -> int:
    """Open these due follow-ups of known customers; returns the number of deliveries owed for them.

    Who has no chat open here is asked by mail alone; a link in it opens the chat, and Rasa asks then.
    """
    programme = programme or current()
    begun = _reachable(session, rows, programme, now=now)
    if not begun:
        return 0
    stages = dict(session.execute(sa.select(Customer.id, Customer.stage).where(Customer.id.in_(_people(rows)))).all())
    session.execute(sa.insert(Conversation), [_conversation(each, now) for each in begun])
    session.execute(sa.insert(Interaction), [_interaction(each, stages, now) for each in begun])
    for each in begun:
        each.row.conversation_id = each.conversation_id
    session.flush()
    asked = _surveys(session, begun, now=now)
    owed = [
        {
            "channel": channel,
            "template": each.step.ask,
            "purpose": each.row.purpose,
            "customer_id": each.row.customer_id,
            "follow_up_id": each.row.id,
            "params": {"survey_id": asked[each.row.id]} if each.row.id in asked else {},
        }
        for each in begun
        for channel in each.channels
    ]
    return outbox.queue_all(session, owed, now=now)


def _reachable(session: Session, rows: Sequence[FollowUp], programme: Programme, *, now: datetime) -> list[_Begun]:
    """Those of the follow-ups a channel leads to; the others are suppressed."""
    orders = circumstances.orders(session, sorted({row.order_id for row in rows}))
    threads = {order.thread_id for order in orders.values() if order.thread_id}
    there: set[str] = set()
    said: set[str] = set()
    if threads:
        there.update(session.execute(sa.select(Conversation.id).where(Conversation.id.in_(threads))).scalars())
        heard = sa.select(Message.thread_id).where(Message.thread_id.in_(threads)).distinct()
        said.update(session.execute(heard).scalars())
    addresses = circumstances.addresses(session, _people(rows))
    begun = []
    for row in rows:
        order, step = orders[row.order_id], programme.step(row.step)
        assert step is not None and row.customer_id is not None
        thread_id = order.thread_id if "webchat" in step.channels and order.thread_id in there else None
        channels = [
            *(["webchat"] if thread_id in said else []),
            *(["email"] if "email" in step.channels and row.customer_id in addresses else []),
        ]
        if channels:
            begun.append(_Begun(row, order, step, thread_id, tuple(channels), new_id()))
        else:
            followups.mark(session, row.id, "suppressed", "no address to write to", now=now)
    return begun


def _people(rows: Sequence[FollowUp]) -> list[int]:
    return sorted({row.customer_id for row in rows if row.customer_id is not None})


def _conversation(each: _Begun, now: datetime) -> dict[str, Any]:
    return {
        "id": each.conversation_id,
        "thread_id": each.thread_id or each.conversation_id,
        "customer_id": each.row.customer_id,
        "identity_verified": False,
        "channel": "web",
        "purpose": each.step.ask,
        "order_id": each.order.id,
        "opened_at": now,
        "last_message_at": now,
    }


def _interaction(each: _Begun, stages: dict[int, str], now: datetime) -> dict[str, Any]:
    stage = stages.get(each.row.customer_id, "discovery")
    return {
        "conversation_id": each.conversation_id,
        "customer_id": each.row.customer_id,
        "channel": "web",
        "purpose": each.step.ask,
        "stage_before": stage,
        "stage_after": stage,
        "started_at": now,
        "last_message_at": now,
    }


def _surveys(session: Session, begun: Sequence[_Begun], *, now: datetime) -> dict[int, int]:
    """Follow-up id → id of the survey it puts; one that is there already is kept, and gets its conversation."""
    asking = {each.row.id: each for each in begun if each.step.survey}
    if not asking:
        return {}
    of_these = sa.select(Survey).where(Survey.follow_up_id.in_(asking))
    known = {}
    for survey in session.execute(of_these).scalars():
        if survey.kind == asking[survey.follow_up_id].step.survey:
            survey.conversation_id = survey.conversation_id or asking[survey.follow_up_id].conversation_id
            known[survey.follow_up_id] = survey.id
    bought: dict[int, set[str]] = {}
    orders = {each.order.id for each in asking.values()}
    lines = sa.select(OrderLine.order_id, OrderLine.product_id).where(OrderLine.order_id.in_(orders))
    for order_id, product_id in session.execute(lines).all():
        bought.setdefault(order_id, set()).add(product_id)
    made = [
        {
            "kind": each.step.survey,
            "customer_id": each.row.customer_id,
            "order_id": each.order.id,
            "follow_up_id": follow_up_id,
            "conversation_id": each.conversation_id,
            "product_id": next(iter(products)) if len(products := bought.get(each.order.id, set())) == 1 else "",
            "asked_at": now,
            "expires_at": now + surveys.OPEN_FOR,
        }
        for follow_up_id, each in asking.items()
        if follow_up_id not in known
    ]
    session.flush()
    if made:
        session.execute(sa.insert(Survey), made)
        found = sa.select(Survey.follow_up_id, Survey.id, Survey.kind).where(Survey.follow_up_id.in_(asking))
        for follow_up_id, survey_id, kind in session.execute(found).all():
            if kind == asking[follow_up_id].step.survey:
                known[follow_up_id] = survey_id
    return known
