"""The store's own chat: the assistant opens a follow-up's conversation by asking its question.

The message id is the follow-up's, and Rasa's channel answers a known id with the stored replies: asking again after a
lost answer changes nothing, so a delivery by chat is never in doubt.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

import requests
from sqlalchemy.orm import Session

from lifecycle import clock, logs, outbox, tokens
from lifecycle.channels import DeliveryError
from lifecycle.model import FollowUp, Survey
from lifecycle.settings import Settings

log = logging.getLogger("lifecycle.worker")


def compose(session: Session, follow_up_id: int | None, survey_id: int | None = None) -> dict[str, str]:
    """What Rasa's channel needs to open the conversation; raises a permanent DeliveryError when there is none.

    Of a follow-up, or of a survey no follow-up put (the effort after a case).  The same for every attempt and for
    everybody who asks: the worker, and the link in a mail.
    """
    if follow_up_id is None and survey_id is not None:
        survey = session.get(Survey, survey_id)
        if survey is None or survey.conversation_id is None:
            raise DeliveryError("the survey has no conversation to open", permanent=True)
        return {
            "conversation_id": survey.conversation_id,
            "message_id": _message_id(f"survey:{survey.id}:webchat"),
            "survey_id": str(survey.id),
        }
    follow_up = session.get(FollowUp, follow_up_id) if follow_up_id is not None else None
    if follow_up is None or follow_up.conversation_id is None:
        raise DeliveryError("the follow-up has no conversation to open", permanent=True)
    return {
        "conversation_id": follow_up.conversation_id,
        "message_id": _message_id(f"follow_up:{follow_up.id}:webchat"),
        "follow_up_id": str(follow_up.id),
    }


def _message_id(key: str) -> str:
    return hashlib.sha256(outbox.message_id(key).encode()).hexdigest()[:32]


def send(turn: dict[str, str], *, settings: Settings, now: datetime) -> None:
    """Let the assistant ask, or raise a temporary DeliveryError: Rasa starts, is busy, or cannot store the turn."""
    try:
        answer = requests.post(
            f"{settings.rasa_url}/webhooks/lifecycle/follow-ups",
            json={**turn, "now": clock.iso(now)},
            headers=tokens.shown_by(settings.secret_key),
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
    with logs.trace(message_id=turn["message_id"], conversation_id=turn["conversation_id"]):
        log.info("follow-up asked")
