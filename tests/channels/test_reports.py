"""Bounces and complaints, as Postfix, Exchange, Gmail and the mailbox providers' feedback loops write them."""

from __future__ import annotations

import json
import mailbox
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from mailroom import ada, follow_up_of, order_of, state_of

from lifecycle import bounces, customers, db, leaving, outbox
from lifecycle.bounces import Report
from lifecycle.channels import reports
from lifecycle.cli import cli
from lifecycle.errors import Invalid
from lifecycle.model import Consent, Delivery, FollowUp

POSTFIX = """\
Return-Path: <>
Date: Mon,  2 Nov 2026 10:05:00 +0000 (UTC)
From: MAILER-DAEMON@mx.shop.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: care@shop.example.com
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="4D2F71A0C3.1793613900/mx.shop.example.com"
Message-Id: <20261102100500.AB12@mx.shop.example.com>

This is a MIME-encapsulated message.

--4D2F71A0C3.1793613900/mx.shop.example.com
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.shop.example.com.

<ada@example.com>: host mx.example.com[203.0.113.9] said: {words} (in reply to RCPT TO command)

--4D2F71A0C3.1793613900/mx.shop.example.com
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example.com
X-Postfix-Queue-ID: 4D2F71A0C3
X-Postfix-Sender: rfc822; care@shop.example.com
Arrival-Date: Mon,  2 Nov 2026 10:04:58 +0000 (UTC)

Final-Recipient: rfc822; ada@example.com
Original-Recipient: rfc822;ada@example.com
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; {words}

--4D2F71A0C3.1793613900/mx.shop.example.com
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <care@shop.example.com>
From: Juniper & Oak <care@shop.example.com>
To: ada@example.com
Message-ID: {id}
Subject: How likely are you to recommend us?

--4D2F71A0C3.1793613900/mx.shop.example.com--
"""
EXCHANGE = """\
From: postmaster@example.com
To: care@shop.example.com
Date: Mon, 2 Nov 2026 10:05:01 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="81a2b3c4-part"
MIME-Version: 1.0
Subject: Undeliverable: How likely are you to recommend us?
X-MS-Exchange-Message-Is-Ndr:

--81a2b3c4-part
Content-Type: text/html; charset="us-ascii"

<html><body><p>Your message to ada@example.com couldn't be delivered.</p></body></html>

--81a2b3c4-part
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01MB0001.eurprd01.prod.exchangelabs.com
Received-From-MTA: dns;mx.shop.example.com
Arrival-Date: Mon, 2 Nov 2026 10:04:59 +0000

Final-Recipient: rfc822;ada@example.com
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--81a2b3c4-part
Content-Type: message/rfc822

Received: from mx.shop.example.com by AM0PR01MB0001
From: care@shop.example.com
To: ada@example.com
Message-ID: {id}
Subject: How likely are you to recommend us?
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain

Hello Ada

--inner--

--81a2b3c4-part--
"""
ARF = """\
From: <abusedesk@example.com>
Date: Mon, 2 Nov 2026 17:40:36 EST
Subject: FW: How likely are you to recommend us?
To: <care@shop.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
     boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP 192.0.2.1.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: {type}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <care@shop.example.com>
Arrival-Date: Mon, 2 Nov 2026 14:00:00 EST
Source-IP: 192.0.2.1

--part1_13d.2e68ed54_boundary
Content-Type: message/rfc822
Content-Disposition: inline

Received: from mailserver.example.net by example.com
From: <care@shop.example.com>
To: <redacted@example.com>
Subject: How likely are you to recommend us?
Message-ID: {id}

Hello
--part1_13d.2e68ed54_boundary--
"""
ABSENCE = """\
From: ada@example.com
To: care@shop.example.com
Subject: Out of office: 5.1.1
Auto-Submitted: auto-replied
In-Reply-To: {id}
Content-Type: text/plain

I am away until the 5th. 550 5.1.1
"""
NO_USER = "550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown"


def bounced(message_id, status="5.1.1", words=NO_USER, action="failed"):
    return POSTFIX.format(id=message_id, status=status, words=words, action=action).encode()


def mailed(session, now, ref="JO-1"):
    """A mail to Ada that was sent, and its follow-up."""
    follow_up = follow_up_of(session, order_of(session, ada(session, now=now), now=now, ref=ref), now=now)
    delivery = outbox.queue(
        session, channel="email", template="nps", purpose="survey", customer_id=follow_up.customer_id,
        follow_up_id=follow_up.id, now=now,
    )  # fmt: skip
    delivery.state, delivery.sent_at, follow_up.state = "sent", now, "sent"
    session.flush()
    return delivery


@pytest.mark.parametrize(
    "text, found",
    [
        (POSTFIX, [Report("bounced", "<1@shop>", "5.1.1")]),
        (EXCHANGE, [Report("bounced", "<1@shop>", "5.1.10")]),
        (ARF, [Report("complained", "<1@shop>")]),
        (ABSENCE, []),
        ("", []),
        ("Content-Type: multipart/report; report-type=delivery-status\n\nbroken", []),
    ],
    ids=["postfix", "exchange", "arf", "absence", "empty", "broken"],
)
def test_what_mail_servers_send_back(text, found):
    filled = text.format(id="<1@shop>", status="5.1.1", words=NO_USER, action="failed", type="abuse") if text else ""
    assert reports.read(filled.encode()) == found


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_what_is_no_failure_is_no_bounce(action):
    assert reports.read(bounced("<1@shop>", "4.4.1", "timed out", action)) == []


def test_a_server_that_tells_the_code_in_words_only_is_understood():
    assert reports.read(bounced("<1@shop>", "5.0.0"))[0].status == "5.1.1"
    assert reports.read(bounced("<1@shop>", "5.0.0", "550 no such user"))[0].status == "5.0.0"


EXIM = """\
Return-path: <>
From: Mail Delivery System <Mailer-Daemon@mx.example.com>
To: care@shop.example.com
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: ada@example.com
Auto-Submitted: auto-replied
Message-Id: <E1abc-0001@mx.example.com>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@example.com
    {words}

------ This is a copy of the message, including all the headers. ------

Return-path: <care@shop.example.com>
From: Juneberry <care@shop.example.com>
To: ada@example.com
Subject: Did everything arrive? 5.1.1
Message-ID: <1@shop>

Hello Ada
"""
QMAIL = """\
From: MAILER-DAEMON@mx.example.com
To: care@shop.example.com
Subject: failure notice

Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.com>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <care@shop.example.com>
To: ada@example.com
Message-ID: <1@shop>

Hello Ada
"""


@pytest.mark.parametrize(
    "text, status",
    [
        (EXIM.format(words="host mx2.example.com said: 550 5.1.1 no such user"), "5.1.1"),
        (EXIM.format(words="Unrouteable address"), ""),
        (QMAIL, "5.1.1"),
    ],
    ids=["exim with a code", "exim without", "qmail"],
)
def test_servers_that_write_letters_are_understood(text, status):
    assert reports.read(text.encode()) == [Report("bounced", "<1@shop>", status)]
    assert reports.read(text.replace("\n", "\r\n").encode()) == [Report("bounced", "<1@shop>", status)]


@pytest.mark.parametrize(
    "body",
    [
        "Thanks! It arrived, but the lid is broken.\n\n> Message-ID: <1@shop>\n> Hello Ada\n",
        "I am away until Monday. 550 5.1.1\n\nMessage-ID: <1@shop>\n",
        "Your mail is delayed and will be tried again.\n\nMessage-ID: <1@shop>\n",
    ],
)
def test_what_people_write_is_no_bounce(body):
    assert reports.read(f"From: ada@example.com\nSubject: Re: your order\n\n{body}".encode()) == []


def test_a_praise_of_our_mail_is_no_complaint():
    assert reports.read(ARF.format(id="<1@shop>", type="not-spam").encode()) == []


def test_a_dead_address_is_written_to_no_more(session, now):
    first, second = mailed(session, now), mailed(session, now, ref="JO-2")
    second.state = "sending"
    [report] = reports.read(bounced(first.message_id))
    assert bounces.take(session, report, now=now) == "suppressed"
    assert (state_of(session, first.id).state, first.reason) == ("failed", "bounced: 5.1.1")
    assert session.get(FollowUp, first.follow_up_id).state == "failed"
    assert leaving.standings(session, [second.id])[second.id].withheld == "the address is suppressed"
    assert bounces.take(session, report, now=now) == "known"


def test_a_full_mailbox_counts_and_the_third_within_a_month_closes_the_address(session, now):
    answers = []
    for number in range(3):
        delivery = mailed(session, now + timedelta(days=number), ref=f"JO-{number}")
        [report] = reports.read(bounced(delivery.message_id, "5.2.2", "552 5.2.2 mailbox full"))
        answers += [bounces.take(session, report, now=now + timedelta(days=number)) for _ in range(2)]
    assert answers == ["counted", "known", "counted", "known", "suppressed", "known"]
    assert customers.suppressed(session, "ada@example.com")


def test_soft_bounces_of_long_ago_are_forgotten(session, now):
    for number, day in enumerate((0, 20, 45)):
        delivery = mailed(session, now + timedelta(days=day), ref=f"JO-{number}")
        report = Report("bounced", delivery.message_id, "4.2.2")
        assert bounces.take(session, report, now=now + timedelta(days=day)) == "counted"


def test_a_complaint_takes_back_every_consent_and_leaves_the_delivery_sent(session, now):
    delivery = mailed(session, now)
    [report] = reports.read(ARF.format(id=delivery.message_id, type="abuse").encode())
    assert bounces.take(session, report, now=now) == "withdrawn"
    assert not any(customers.allows(session, delivery.customer_id, purpose) for purpose in customers.PURPOSES)
    assert {row.source for row in session.query(Consent)} == {"complaint"}
    assert state_of(session, delivery.id).state == "sent" and customers.suppressed(session, "ada@example.com")
    assert bounces.take(session, report, now=now) == "known"


def test_a_forged_report_suppresses_nobody(session, now):
    mailed(session, now)
    for message_id in ("<0000@shop.example.com>", "<ada@example.com>"):
        assert bounces.take(session, Report("bounced", message_id, "5.1.1"), now=now) == "not ours"
    assert not customers.suppressed(session, "ada@example.com")


def test_an_answer_that_came_before_the_bounce_stays(session, now):
    delivery = mailed(session, now)
    session.get(FollowUp, delivery.follow_up_id).state = "answered"
    bounces.take(session, Report("bounced", delivery.message_id, "5.1.1"), now=now)
    assert session.get(FollowUp, delivery.follow_up_id).state == "answered"


def test_the_return_address_is_read_from_a_maildir_again_and_again(database, now, tmp_path):
    with db.transaction() as session:
        message_id = mailed(session, now).message_id
    folder = tmp_path / "returned"
    kept = mailbox.Maildir(folder)
    kept.add(bounced(message_id))
    kept.add(ABSENCE.format(id=message_id).encode())
    read = [
        CliRunner().invoke(cli, ["mail", "read-bounces", str(folder), "--now", "2026-11-02T12:00:00Z", "--json"])
        for _ in range(2)
    ]
    assert [json.loads(each.output) for each in read] == [
        {"suppressed": 1, "no report": 1},
        {"known": 1, "no report": 1},
    ]
    piped = CliRunner().invoke(cli, ["mail", "read-bounces", "-"], input=bounced(message_id))
    assert piped.output.split() == ["known", "1"]
    with db.reading() as session:
        assert session.execute(sa.select(Delivery.state)).scalar_one() == "failed"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"type":"mail.bounced"}', b'{"type":"mail.read","data":{"message_id":"<a@b>"}}']
)
def test_a_report_that_is_none_is_refused(body):
    with pytest.raises(Invalid):
        reports.read_json(body)
