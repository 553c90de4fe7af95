"""Mails: what they say, what their headers promise, where they go."""

from __future__ import annotations

import mailbox
import re
from datetime import timedelta
from email import message_from_string, policy
from email.utils import parseaddr
from html.parser import HTMLParser

import pytest
from mailroom import ScriptedSmtp, ada, closing, follow_up_of, order_of

from lifecycle import cases, customers, leaving, outbox, surveys, tokens
from lifecycle.channels import DeliveryError, email, letters
from lifecycle.errors import Refused
from lifecycle.model import Article, Product
from lifecycle.settings import settings


class HandOver:
    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1


@pytest.fixture
def server():
    with closing(ScriptedSmtp()) as smtp:
        yield smtp


# --- what mails say ---------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.links, self.tags = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"])


def mail_of(session, step, **options):
    return parts(sent_of(session, step, **options))


def sent_of(session, step, *, now, name="Ada Byron", titles=("Quiet Kettle, Cream",), address="ada@example.com"):
    customer = ada(session, now=now, name=name, email=address)
    order = order_of(session, customer, now=now, ref=f"JO-{customer.id}", titles=titles)
    follow_up = follow_up_of(session, order, now=now, step=step)
    kind = {"nps": "nps", "check_in": "csat"}.get(step)
    params = {"survey_id": surveys.open(session, kind, follow_up_id=follow_up.id, now=now).id} if kind else {}
    delivery = outbox.queue(
        session,
        channel="email",
        template=step,
        purpose=follow_up.purpose,
        customer_id=customer.id,
        follow_up_id=follow_up.id,
        params=params,
        now=now,
    )
    return composed(session, delivery)


def composed(session, delivery):
    return letters.compose(session, leaving.standings(session, [delivery.id])[delivery.id], settings=settings())


def parts(mail):
    """(message as a mail program reads it, plain text, HTML)"""
    message = message_from_string(mail.content.decode(), policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return message, plain.get_content().replace("\r\n", "\n"), html.get_content()


def subject_of(link, purpose, now):
    token = re.search(r"/[sfcu]/([^/?#]+)", link)[1]
    return tokens.verify(settings().secret_key, purpose, token, now=now)


STEPS = ["arrival", "tips", "check_in", "nps", "review"]


@pytest.mark.parametrize("step", STEPS)
def test_every_ask_can_be_switched_off_with_one_click(session, now, step):
    message, plain, html = mail_of(session, step, now=now)
    header = message["List-Unsubscribe"]
    assert header.startswith("<http") and header.endswith(">")
    link = header[1:-1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-ID"] == f"<follow-ups.{parseaddr(settings().mail_from)[1].partition('@')[2]}>"
    _customer, claims = subject_of(link, "unsubscribe", now + timedelta(days=60))
    assert claims["purpose"] in ("service", "survey", "review")
    assert link in plain and link in Page(html).links


@pytest.mark.parametrize("step", STEPS)
def test_the_plain_part_offers_every_link_of_the_html_part(session, now, step):
    _, plain, html = mail_of(session, step, now=now)
    links = set(Page(html).links)
    assert links and all(link in plain for link in links)
    assert "Ada" in plain and "JO-" in plain


@pytest.mark.parametrize("step", STEPS)
def test_the_html_part_is_whole_says_its_language_and_loads_nothing(session, now, step):
    _, _, html = mail_of(session, step, now=now)
    tags = Page(html).tags
    assert ("html", {"lang": "en"}) in tags
    assert not {tag for tag, _ in tags} & {"img", "script", "link", "style", "iframe", "form"}
    assert all(attrs.get("role") == "presentation" for tag, attrs in tags if tag == "table")
    assert sum(tag == "h1" for tag, _ in tags) == 1


def test_the_recommendation_question_offers_eleven_numbers_in_order(session, now):
    _, plain, html = mail_of(session, "nps", now=now)
    scores = [link.rpartition("?score=")[2] for link in Page(html).links if "?score=" in link]
    assert scores == [str(score) for score in range(11)]
    survey_id, _ = subject_of(Page(html).links[0], "survey", now + timedelta(days=29))
    assert survey_id.isdigit()
    assert "not at all likely" in plain and "extremely likely" in html


def test_a_survey_link_ends_after_thirty_days(session, now):
    _, _, html = mail_of(session, "nps", now=now)
    with pytest.raises(Refused):
        subject_of(Page(html).links[0], "survey", now + timedelta(days=30))
    with pytest.raises(Refused):
        subject_of(Page(html).links[0], "case", now)


def test_the_check_in_offers_five(session, now):
    _, _, html = mail_of(session, "check_in", now=now)
    assert sorted(link[-1] for link in Page(html).links if "?score=" in link) == list("12345")


def test_the_arrival_question_offers_yes_and_no(session, now):
    message, plain, html = mail_of(session, "arrival", now=now, titles=("Quiet Kettle, Cream", "Paper filters"))
    assert message["Subject"] == "Did everything arrive safely?"
    answers = [link for link in Page(html).links if "?answer=" in link]
    assert [link.rpartition("=")[2] for link in answers] == ["yes", "no"]
    assert subject_of(answers[0], "follow_up", now)[0].isdigit()
    assert "Quiet Kettle, Cream" in plain and "Paper filters" in plain


def test_tips_come_from_the_guide_of_the_product(session, now):
    session.add(
        Product(product_id="p-0", title="Quiet Kettle", category_path=["Kitchen"], digest="x", catalogue_version=1)
    )
    for slug, products, body in [
        ("oven", ["p-9"], "1. Not this one."),
        ("kettle", ["p-0"], "Before the first cup:\n\n1. Boil it **twice**.\n2. Pour both away.\n\nThen enjoy."),
    ]:
        session.add(
            Article(
                slug=slug,
                kind="guide",
                title="Guide",
                heading="First use",
                body=body,
                product_ids=products,
                categories=[],
                digest="x",
                updated_at=now,
            )
        )
    session.flush()
    message, plain, html = mail_of(session, "tips", now=now)
    assert message["Subject"] == "Getting the best out of your Quiet Kettle"
    assert "1. Boil it twice." in plain and "2. Pour both away." in plain and "Not this one" not in plain
    assert "Boil it twice." in html


def test_the_review_invitation_is_the_same_for_everybody(session, now, monkeypatch):
    monkeypatch.setenv("REVIEW_URL", "https://reviews.example/juniper")
    settings.cache_clear()
    _, plain, html = mail_of(session, "review", now=now)
    assert "https://reviews.example/juniper" in plain and "https://reviews.example/juniper" in Page(html).links
    assert "what is not" in plain


HOSTILE = 'Eve\r\nBcc: tess@example.com\r\n\r\n<script>alert(1)</script>{{ 7*7 }}"'


def test_a_hostile_name_is_only_text(session, now):
    message, plain, html = mail_of(session, "check_in", now=now, name=HOSTILE, titles=(HOSTILE,))
    assert message["Bcc"] is None and message["To"].addresses[0].addr_spec == "ada@example.com"
    assert "\n" not in message["Subject"]
    assert "script" not in {tag for tag, _ in Page(html).tags}
    assert "{{ 7*7 }}" in html and "49" not in re.sub(r"https?://\S+", "", plain)  # a token may hold any digits


def test_a_store_with_any_name_and_an_address_beyond_ascii(session, now, monkeypatch):
    monkeypatch.setenv("STORE_NAME", "Müller, Söhne & Co.")
    monkeypatch.setenv("MAIL_FROM", '"Müller, Söhne & Co." <care@mueller.example>')
    settings.cache_clear()
    for address, recipient in (
        ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
        ("zoë@bücher.example", "zoë@xn--bcher-kva.example"),
    ):
        name = 'Zoë "Zo" O\'Hara, née Müller'
        envelope = sent_of(session, "nps", now=now, name=name, address=address)
        message, plain, _ = parts(envelope)
        assert (envelope.recipient, envelope.utf8) == (recipient, not recipient.isascii())
        assert message["From"].addresses[0].display_name == "Müller, Söhne & Co."
        assert [(to.display_name, to.addr_spec) for to in message["To"].addresses] == [(name, recipient)]
        assert "Müller, Söhne & Co." in message["Subject"] and "Müller" in plain
        assert envelope.content.partition(b"\r\n\r\n")[0].isascii() or envelope.utf8


def test_nobody_without_an_address_gets_a_mail(session, now):
    customer = customers.find_or_create(session, external_id="77", name="Ben", now=now)
    follow_up = follow_up_of(session, order_of(session, customer, now=now), now=now, step="arrival")
    delivery = outbox.queue(
        session,
        channel="email",
        template="arrival",
        purpose="service",
        customer_id=customer.id,
        follow_up_id=follow_up.id,
        now=now,
    )
    with pytest.raises(DeliveryError) as caught:
        composed(session, delivery)
    assert caught.value.permanent


def notice(session, template, *, now, **params):
    customer = ada(session, now=now)
    case = cases.open(
        session, source_key="k", kind="problem", subject="The lid <b>broke</b>", customer_id=customer.id, now=now
    )
    note = cases.reply(session, case.id, "A new lid left today.\n\nSam", staff_id=None, now=now)
    delivery = outbox.queue(
        session,
        channel="email",
        template=template,
        purpose="service",
        customer_id=customer.id,
        case_id=case.id,
        params={"note_id": note.id} if template == "case_reply" else {},
        key=template,
        now=now,
    )
    return case, parts(composed(session, delivery))


def test_a_case_notice_promises_a_moment_on_a_page_of_its_own(session, now):
    case, (message, plain, html) = notice(session, "case_opened", now=now)
    assert message["List-Unsubscribe"] is None and message["Subject"] == "We are on it: The lid <b>broke</b>"
    link = next(link for link in Page(html).links if "/c/" in link)
    assert link in plain and subject_of(link, "case", now)[0] == str(case.id)
    assert re.search(r"by \w+day, \d+ \w+, \d\d:\d\d", plain)
    assert "b" not in {tag for tag, _ in Page(html).tags}


def test_a_reply_reaches_the_customer_word_by_word(session, now):
    _, (message, plain, html) = notice(session, "case_reply", now=now)
    assert "A new lid left today.\n\nSam" in plain and "A new lid left today." in html
    _, (opened, _, _) = notice(session, "case_opened", now=now)
    assert message["References"] == opened["References"]


def test_an_internal_note_is_never_mailed(session, now):
    case, _ = notice(session, "case_opened", now=now)
    note = cases.note(session, case.id, "Third time this month.", now=now)
    delivery = outbox.queue(
        session,
        channel="email",
        template="case_reply",
        purpose="service",
        customer_id=case.customer_id,
        case_id=case.id,
        params={"note_id": note.id},
        now=now,
    )
    with pytest.raises(DeliveryError):
        composed(session, delivery)


# --- where they go ----------------------------------------------------------------------------------------------------


def test_without_a_mail_server_they_land_in_a_maildir(session, now, home):
    follow_up = follow_up_of(session, order_of(session, ada(session, now=now), now=now), now=now, step="arrival")
    delivery = outbox.queue(
        session,
        channel="email",
        template="arrival",
        purpose="service",
        customer_id=follow_up.customer_id,
        follow_up_id=follow_up.id,
        now=now,
    )
    mail = composed(session, delivery)
    hand_over = HandOver()
    with closing(email.Mailer(settings())) as mailer:
        mailer.send(mail, hand_over)
    kept = list(mailbox.Maildir(settings().mail_outbox, create=False))
    assert [message["Message-ID"] for message in kept] == [delivery.message_id]
    assert hand_over.times == 1 and settings().mail_outbox.stat().st_mode & 0o077 == 0


def test_with_one_they_arrive_there_whole(session, now, monkeypatch, server):
    monkeypatch.setenv("SMTP_URL", server.url)
    settings.cache_clear()
    follow_up = follow_up_of(session, order_of(session, ada(session, now=now), now=now), now=now, step="arrival")
    delivery = outbox.queue(
        session,
        channel="email",
        template="arrival",
        purpose="service",
        customer_id=follow_up.customer_id,
        follow_up_id=follow_up.id,
        now=now,
    )
    with closing(email.Mailer(settings())) as mailer:
        mailer.send(composed(session, delivery), HandOver())
    [received] = server.messages()
    assert received["Message-ID"] == delivery.message_id and received["List-Unsubscribe"].startswith("<http")
    assert all(len(line) < 998 and line.isascii() for line in server.mails[0][2].split(b"\r\n"))
