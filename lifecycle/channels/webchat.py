"""The store's own chat: the assistant opens a follow-up's conversation by asking its question.

The message id is the delivery's, and Rasa's channel answers a known id with the stored replies: asking again after a
lost answer changes nothing, so a delivery by chat is never in doubt.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import requests
from sqlalchemy.orm import Session

from lifecycle import clock
from lifecycle.channels import DeliveryError
from lifecycle.model import Delivery, FollowUp
from lifecycle.settings import Settings


def compose(session: Session, delivery: Delivery) -> dict[str, str]:
    """What Rasa's channel needs to open the conversation; raises a permanent DeliveryError when there is none."""
    follow_up = session.get(FollowUp, delivery.follow_up_id) if delivery.follow_up_id is not None else None
    if follow_up is None or follow_up.conversation_id is None:
        raise DeliveryError("the follow-up has no conversation to open", permanent=True)
    return {
        "conversation_id": follow_up.conversation_id,
        "message_id": message_id(delivery.message_id),
        "follow_up_id": str(follow_up.id),
    }


def send(turn: dict[str, str], *, settings: Settings, now: datetime) -> None:
    """Let the assistant ask, or raise a temporary DeliveryError: Rasa starts, is busy, or cannot store the turn."""
    try:
        answer = requests.post(
            f"{settings.rasa_url}/webhooks/lifecycle/follow-ups",
            json={**turn, "now": clock.iso(now)},
            timeout=(3, settings.rasa_timeout_seconds),
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise DeliveryError(f"the assistant does not answer: {type(error).__name__}", unreachable=True) from error
    if answer.status_code != 200:
        raise DeliveryError(f"the assistant answered {answer.status_code}", unreachable=answer.status_code == 503)
    try:
        messages = answer.json()["messages"]
    except (ValueError, KeyError, TypeError) as error:
        raise DeliveryError("the assistant's answer cannot be read") from error
    if not messages:
        raise DeliveryError("the assistant said nothing")


def message_id(delivery_message_id: str) -> str:
    """The chat's message id of a delivery: the same for every attempt."""
    return hashlib.sha256(delivery_message_id.encode()).hexdigest()[:32]
