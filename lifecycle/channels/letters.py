"""What a mail says: from delivery rows to the bytes of a message a person likes to read.

Everything is read from the rows at the moment of sending, for a whole batch at once; a delivery itself holds ids only.
Dates and links count from the moment it was queued, so that every attempt says the same.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, parseaddr
from typing import Any

import sqlalchemy as sa
from babel.dates import format_datetime as format_local
from sqlalchemy.orm import Session

from lifecycle import advocacy, programme, store, tokens
from lifecycle.channels import DeliveryError, forms, mime
from lifecycle.channels.smtp import Envelope
from lifecycle.knowledge import guides
from lifecycle.leaving import Standing
from lifecycle.model import CaseNote, OrderLine, SupportCase, Survey
from lifecycle.settings import Settings
from lifecycle.text import canonical, one_line

LINK_LIFETIME = timedelta(days=30)
UNSUBSCRIBE_LIFETIME = timedelta(days=400)
STEPS_SHOWN = 5


@dataclass(frozen=True)
class Letter:
    """A delivery and what its template may use; `error` says why it cannot be written."""

    about: Standing
    facts: dict[str, Any]
    store_name: str = ""
    survey_id: int | None = None
    error: DeliveryError | None = None


def gather(session: Session, standings: Collection[Standing]) -> list[Letter]:
    """What each of these deliveries tells, in their order."""
    lines = _lines(session, {each.order_id for each in standings if each.order_id is not None})
    wanted = {each.params["survey_id"] for each in standings if each.params.get("survey_id")}
    surveys = set(session.execute(sa.select(Survey.id).where(Survey.id.in_(wanted))).scalars()) if wanted else set()
    bought = {each.id: [line.product_id for line in lines.get(each.order_id, ())] for each in standings}
    tips = {each.id: bought[each.id] for each in standings if each.template == "tips"}
    found = guides.for_products(session, list(tips.values())) if tips else []
    guide_of = dict(zip(tips, found, strict=True))
    letters, store_name = [], store.name(session)
    for each in standings:
        try:
            facts: dict[str, Any] = {"name": one_line(each.customer_name or "", 80).partition(" ")[0]}
            if each.follow_up_id is not None:
                facts |= _order_facts(each, lines.get(each.order_id, ()))
            if each.template == "tips":
                facts["guide"] = _guide_facts(guide_of[each.id])
            if each.template in (advocacy.THANKS, advocacy.WELCOME):
                facts |= _referral_facts(session, each)
            if each.case_id is not None:
                facts |= _case_facts(session, each)
            survey_id = each.params.get("survey_id")
            letters.append(Letter(each, facts, store_name, survey_id if survey_id in surveys else None))
        except DeliveryError as error:
            letters.append(Letter(each, {}, error=error))
    return letters


def write(letter: Letter, *, settings: Settings) -> Envelope:
    """The mail itself.  Raises a permanent DeliveryError when there is nobody to write to."""
    about = letter.about
    if letter.error is not None:
        raise letter.error
    if about.address is None:
        raise DeliveryError("there is no e-mail address", permanent=True)
    recipient = _deliverable(about.address)
    sender_name, sender, domain = _sender(settings.mail_from)
    links = _links(letter, settings)
    fixed = _fixed(about.purpose, letter.store_name or store.UNNAMED, settings.public_url, settings.review_url)
    words = forms.write(about.template, fixed, {**letter.facts, **links})
    headers = [
        ("From", mime.mailbox(sender_name or one_line(letter.store_name), sender)),
        ("To", mime.mailbox(one_line(about.customer_name or "", 80), recipient)),
        ("Subject", mime.words("Subject", one_line(words.subject))),
        ("Date", _date(about.created_at)),
        ("Message-ID", about.message_id),
        ("Auto-Submitted", "auto-generated"),
    ]
    if about.case_id is not None:
        headers.append(("References", f"<case-{about.case_id}@{domain}>"))
    if "unsubscribe_url" in links:
        headers.append(("List-ID", f"<follow-ups.{domain}>"))
        headers.append(("List-Unsubscribe", f"<{links['unsubscribe_url']}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    boundary = hashlib.sha256(about.message_id.encode()).hexdigest()[:24]
    content = mime.message(headers, words.text, words.html, boundary=boundary)
    return Envelope(sender, recipient, content, utf8=not recipient.isascii())


def compose(session: Session, standing: Standing, *, settings: Settings) -> Envelope:
    """The mail of one delivery."""
    return write(gather(session, [standing])[0], settings=settings)


# --- facts ------------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=16)
def _fixed(purpose: str, store_name: str, store_url: str, review_url: str) -> dict[str, Any]:
    """What every mail of a purpose says alike."""
    return {
        "store": store_name,
        "store_url": store_url,
        "review_url": review_url,
        "days": LINK_LIFETIME.days,
        "purpose": purpose,
    }


def _links(letter: Letter, settings: Settings) -> dict[str, str]:
    """The absolute links of a mail; they count from the moment it was queued."""
    about = letter.about

    def link(path: str, what: str, subject: object, lifetime: timedelta = LINK_LIFETIME, **claims: Any) -> str:
        token = tokens.sign(settings.secret_key, what, str(subject), now=about.created_at, lifetime=lifetime, **claims)
        return f"{settings.public_url}/{path}/{token}"

    links = {}
    if about.follow_up_id is not None or letter.survey_id is not None:
        survey_id = letter.survey_id
        links["page_url"] = link("s", "survey", survey_id) if survey_id else link("f", "follow_up", about.follow_up_id)
    if about.case_id is not None:
        links["case_url"] = link("c", "case", about.case_id)
    if about.case_id is None or about.purpose == "survey":
        links["unsubscribe_url"] = link(
            "u", "unsubscribe", about.customer_id, UNSUBSCRIBE_LIFETIME, purpose=about.purpose
        )
    return links


def _lines(session: Session, order_ids: set[int]) -> dict[int | None, list[Any]]:
    """What was bought and kept, per order; all of it when nothing was kept."""
    if not order_ids:
        return {}
    rows = session.execute(
        sa.select(
            OrderLine.order_id, OrderLine.product_id, OrderLine.title, OrderLine.quantity, OrderLine.refunded_quantity
        )
        .where(OrderLine.order_id.in_(order_ids))
        .order_by(OrderLine.order_id, OrderLine.position)
    ).all()
    of: dict[int | None, list[Any]] = {}
    for row in rows:
        of.setdefault(row.order_id, []).append(row)
    return {
        order_id: [row for row in all_of if row.refunded_quantity < row.quantity] or all_of
        for order_id, all_of in of.items()
    }


def _order_facts(about: Standing, lines: Sequence[Any]) -> dict[str, Any]:
    if about.order_id is None:
        raise DeliveryError("the follow-up is gone", permanent=True)
    titles = [one_line(line.title, 90) for line in lines if line.title]
    return {
        "order_ref": one_line(about.order_ref or "", 40),
        "product": _short(titles[0]) if titles else "",
        "titles": titles,
    }


def _guide_facts(guide: guides.Guide | None) -> dict[str, Any] | None:
    return {"title": one_line(guide.title), "steps": guide.steps[:STEPS_SHOWN]} if guide is not None else None


def _case_facts(session: Session, about: Standing) -> dict[str, Any]:
    case = session.get(SupportCase, about.case_id)
    if case is None:
        raise DeliveryError("the case is gone", permanent=True)
    note_id = about.params.get("note_id")
    note = session.get(CaseNote, note_id) if note_id else None
    if note is not None and (note.case_id != case.id or not note.visible):
        raise DeliveryError("the note is not meant for the customer", permanent=True)
    zone = programme.zone_of(about.customer_zone)
    return {
        "case_id": case.id,
        "case_kind": case.kind,
        "subject_line": one_line(case.subject, 120),
        "reply_by": format_local(case.due_at, "EEEE, d MMMM, HH:mm zzz", tzinfo=zone, locale="en"),
        "reply": canonical(note.text) if note is not None else "",
        "replied_on": format_local(note.created_at, "d MMMM yyyy", tzinfo=zone, locale="en") if note else "",
    }


def _referral_facts(session: Session, about: Standing) -> dict[str, Any]:
    """The programme's words; the owner of the code learns how many used it, never who."""
    said, thanks = programme.current(), about.template == advocacy.THANKS
    return {
        "order_ref": "",
        "words": one_line(said.referral_thanks if thanks else said.referral_welcome, 400),
        "count": advocacy.redeemed(session, about.customer_id) if thanks and about.customer_id is not None else 0,
    }


_date = functools.lru_cache(maxsize=64)(format_datetime)  # what falls due together was queued together


@functools.lru_cache(maxsize=4)
def _sender(mail_from: str) -> tuple[str, str, str]:
    """(name, address, its domain)"""
    name, address = parseaddr(mail_from)
    return one_line(name), address, address.rpartition("@")[2]


def _short(title: str) -> str:
    """A product's title as it is said in a sentence: without the variant after the comma."""
    head = title.partition(",")[0].strip()
    return head if len(head) >= 8 else title


def _deliverable(address: str) -> str:
    """The address with its domain as the mail system knows it (IDNA)."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}" if not domain.isascii() else address
    except UnicodeError as error:
        raise DeliveryError("the domain of the address cannot exist", permanent=True) from error
