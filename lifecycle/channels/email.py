"""E-mail: from a delivery row to a message a person likes to read, handed to an SMTP server or a local maildir.

Everything a mail says is read from the rows at the moment of sending; the delivery itself holds ids only.
"""

from __future__ import annotations

import functools
import mailbox
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

import jinja2
import sqlalchemy as sa
from babel.dates import format_datetime as format_local
from sqlalchemy.orm import Session

from lifecycle import customers, programme, store, tokens
from lifecycle.channels import DeliveryError
from lifecycle.channels.smtp import Connection, Envelope, Server
from lifecycle.model import Article, CaseNote, Customer, Delivery, FollowUp, Product, ShopOrder, SupportCase, Survey
from lifecycle.settings import Settings
from lifecycle.text import canonical, one_line

LINK_LIFETIME = timedelta(days=30)
UNSUBSCRIBE_LIFETIME = timedelta(days=400)
TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
STEPS_SHOWN = 5

# A folded header encodes what it cannot break, and no mailbox provider decodes an encoded List-Unsubscribe.
_ON_THE_WIRE: dict[str, Any] = {"max_line_length": 990}


@dataclass(frozen=True)
class Mail:
    """One message ready to go: `recipient` is the bare address."""

    recipient: str
    message: EmailMessage


class Mailer:
    """Hands mails in: over one kept SMTP connection, or into the maildir of a store without a mail server."""

    def __init__(self, settings: Settings) -> None:
        self._outbox = settings.mail_outbox
        self._connection: Connection | None = None
        if settings.smtp_url:
            domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
            self._connection = Connection(Server.parse(settings.smtp_url), greeting=domain or "localhost")

    def send(self, mail: Mail, hand_over: Callable[[], None]) -> None:
        """Send one mail or raise DeliveryError; `hand_over` is called at the last moment a retry is safe."""
        if self._connection is not None:
            self._connection.send(_envelope(mail), hand_over)
            return
        self._outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in ("tmp", "new", "cur"):
            (self._outbox / folder).mkdir(exist_ok=True, mode=0o700)
        hand_over()
        try:
            mailbox.Maildir(self._outbox, create=False).add(
                mail.message.as_bytes(policy=policy.default.clone(**_ON_THE_WIRE))
            )
        except OSError as error:
            raise DeliveryError(f"the local outbox cannot be written: {error.strerror}", in_doubt=True) from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def compose(session: Session, delivery: Delivery, *, settings: Settings) -> Mail:
    """The mail of a delivery.  Dates and links count from the moment it was queued, so that every attempt says the
    same.  Raises a permanent DeliveryError when there is nobody to write to."""
    customer = session.get(Customer, delivery.customer_id) if delivery.customer_id is not None else None
    address = customers.email_of(session, customer.id) if customer is not None else None
    if customer is None or address is None:
        raise DeliveryError("there is no e-mail address", permanent=True)
    facts = _facts(session, delivery, customer, settings)
    subject, text, html = render(delivery.template, facts)
    message = EmailMessage()
    sender_name, sender = parseaddr(settings.mail_from)
    sender_name = sender_name or store.name(session)
    try:
        message["From"] = Address(one_line(sender_name), addr_spec=sender)
        local, _, domain = _deliverable(address).rpartition("@")
        message["To"] = Address(one_line(customer.name, 80), username=local, domain=domain)
    except (ValueError, IndexError) as error:
        raise DeliveryError("the e-mail address cannot be written in a header", permanent=True) from error
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(delivery.created_at)
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"
    domain = sender.rpartition("@")[2]
    if delivery.case_id is not None:
        message["References"] = f"<case-{delivery.case_id}@{domain}>"
    else:
        message["List-ID"] = f"<follow-ups.{domain}>"
        message["List-Unsubscribe"] = f"<{facts['unsubscribe_url']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return Mail(address, message)


def render(template: str, facts: dict[str, Any]) -> tuple[str, str, str]:
    """(subject, plain text, HTML) of a mail template."""
    environment = _environment()
    try:
        plain = environment.get_template(f"{template}.txt")
        html = environment.get_template(f"{template}.html").render(facts)
    except jinja2.TemplateNotFound as error:
        raise DeliveryError(f"there is no mail template {one_line(template, 60)}", permanent=True) from error
    subject = "".join(plain.blocks["subject"](plain.new_context(facts)))
    return subject, _tidy(plain.render(facts)), html


def _facts(session: Session, delivery: Delivery, customer: Customer, settings: Settings) -> dict[str, Any]:
    """What a template may use; every value is plain text, every link absolute."""
    asked_at = delivery.created_at

    def link(path: str, what: str, subject: object, lifetime: timedelta = LINK_LIFETIME, **claims: Any) -> str:
        token = tokens.sign(settings.secret_key, what, str(subject), now=asked_at, lifetime=lifetime, **claims)
        return f"{settings.public_url}/{path}/{token}"

    facts: dict[str, Any] = {
        "store": store.name(session) or store.UNNAMED,
        "store_url": settings.public_url,
        "name": _first_name(customer.name),
        "unsubscribe_url": link("u", "unsubscribe", customer.id, UNSUBSCRIBE_LIFETIME, purpose=delivery.purpose),
        "purpose": delivery.purpose,
        "review_url": settings.review_url,
        "days": LINK_LIFETIME.days,
    }
    if delivery.follow_up_id is not None:
        follow_up = session.get(FollowUp, delivery.follow_up_id)
        if follow_up is None:
            raise DeliveryError("the follow-up is gone", permanent=True)
        facts |= _order_facts(session, follow_up)
        survey_id = delivery.params.get("survey_id")
        survey = session.get(Survey, survey_id) if survey_id else None
        facts["page_url"] = link("s", "survey", survey.id) if survey else link("f", "follow_up", follow_up.id)
        if delivery.template == "tips":
            facts["guide"] = guide(session, facts["product_ids"])
    if delivery.case_id is not None:
        facts |= _case_facts(session, delivery, customer, settings)
        facts["case_url"] = link("c", "case", delivery.case_id)
    return facts


def _order_facts(session: Session, follow_up: FollowUp) -> dict[str, Any]:
    order = session.get(ShopOrder, follow_up.order_id)
    assert order is not None
    kept = [line for line in order.lines if line.refunded_quantity < line.quantity] or list(order.lines)
    titles = [one_line(line.title, 90) for line in kept if line.title]
    return {
        "order_ref": one_line(order.order_ref, 40),
        "product": _short(titles[0]) if titles else "",
        "titles": titles,
        "product_ids": [line.product_id for line in kept],
    }


def _case_facts(session: Session, delivery: Delivery, customer: Customer, settings: Settings) -> dict[str, Any]:
    case = session.get(SupportCase, delivery.case_id)
    if case is None:
        raise DeliveryError("the case is gone", permanent=True)
    note_id = delivery.params.get("note_id")
    note = session.get(CaseNote, note_id) if note_id else None
    if note is not None and (note.case_id != case.id or not note.visible):
        raise DeliveryError("the note is not meant for the customer", permanent=True)
    zone = programme.zone_of(customer.timezone)
    return {
        "case_id": case.id,
        "case_kind": case.kind,
        "subject_line": one_line(case.subject, 120),
        "reply_by": format_local(case.due_at, "EEEE, d MMMM, HH:mm zzz", tzinfo=zone, locale="en"),
        "reply": canonical(note.text) if note is not None else "",
    }


def guide(session: Session, product_ids: list[str]) -> dict[str, Any] | None:
    """{title, steps} of the guide for the first of these products that has one: its own, else its category's."""
    products = {
        row.product_id: row
        for row in session.execute(sa.select(Product).where(Product.product_id.in_(product_ids))).scalars()
    }
    sections = list(
        session.execute(
            sa.select(Article).where(Article.kind == "guide").order_by(Article.slug, Article.position)
        ).scalars()
    )
    for product_id in product_ids:
        product = products.get(product_id)
        path = {name.lower() for name in (product.category_path or [])} if product is not None else set()
        own = [row for row in sections if product_id in (row.product_ids or [])]
        theirs = [row for row in sections if path & {name.lower() for name in row.categories or []}]
        for section in own + theirs:
            steps = _list_items(section.body)
            if steps:
                return {"title": one_line(section.heading or section.title), "steps": steps[:STEPS_SHOWN]}
    return None


def _list_items(markdown: str) -> list[str]:
    """The items of the first list in a Markdown text, as plain sentences."""
    found: list[str] = []
    inside = False
    for token in _markdown().parse(markdown):
        if token.type in ("ordered_list_open", "bullet_list_open") and not found:
            inside = True
        elif token.type in ("ordered_list_close", "bullet_list_close") and token.level == 0:
            break
        elif inside and token.type == "inline" and token.children:
            words = (" " if child.type.endswith("break") else child.content for child in token.children)
            found.append(one_line("".join(words), 300))
    return found


@functools.lru_cache(maxsize=1)
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})


@functools.lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _first_name(name: str) -> str:
    """How a friend would begin a letter; nothing when the shop knows no name."""
    return one_line(name, 80).partition(" ")[0]


def _short(title: str) -> str:
    """A product's title as it is said in a sentence: without the variant after the comma."""
    head = title.partition(",")[0].strip()
    return head if len(head) >= 8 else title


def _tidy(text: str) -> str:
    """At most one empty line in a row, none at the ends."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _envelope(mail: Mail) -> Envelope:
    recipient = _deliverable(mail.recipient)
    utf8 = not recipient.isascii()
    wire = (policy.SMTPUTF8 if utf8 else policy.SMTP).clone(**_ON_THE_WIRE)
    sender = parseaddr(str(mail.message["From"]))[1]
    return Envelope(sender, recipient, mail.message.as_bytes(policy=wire), utf8)


def _deliverable(address: str) -> str:
    """The address with its domain as the mail system knows it (IDNA)."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}" if not domain.isascii() else address
    except UnicodeError as error:
        raise DeliveryError("the domain of the address cannot exist", permanent=True) from error
