"""Cards, IBANs, addresses and phones are masked however they are typed; what only looks like one stays as it is."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lifecycle import conversations, redaction
from lifecycle.errors import Invalid
from lifecycle.redaction import MASKS, mask
from lifecycle.settings import load

CARDS = (
    "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111  1111  1111  1111",
    "4111\u00a01111\u00a01111\u00a01111", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "\uff14111111111111111",
    "5555 5555 5555 4444", "2223003122003222", "378282246310005", "3782 822463 10005", "3056 930902 5904",
    "6011111111111117", "3530111333300000",
)  # fmt: skip
IBANS = (
    "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "de89 3704 0044 0532 0130 00",
    "GB82 WEST 1234 5698 7654 32",
    "FR14 2004 1010 0505 0001 3M02 606", "NO93 8601 1117 947", "MT84-MALT-0110-0001-2345-MTLC-AST0-01S",
)  # fmt: skip
EMAILS = ("ada@example.org", "ADA.Lovelace+shop@mail.example.co.uk", "ada @ example.org", "ada(at)example.org")
PHONES = ("+1 212 555 2368", "(212) 555-2368", "212-555-2368", "+44 20 7946 0018", "+49 30 901820")
# What shoppers type every day, with digits in it.
BENIGN = (
    "where is my order 4000123412341234", "order number: 4111111111111111", "order #1001", "JO-12345678 hasn't arrived",
    "tracking number 9400111899223100001234", "1Z999AA10123456784", "my parcel 003404341606094652",
    "under $150.00", "between 1,000 and 12,500.50", "$1,234,567.89", "it cost 1 299,00", "budget 200-250",
    "sizes 40 41 42 43 44 45 46 47", "I compared the KM-4550-2040-1000 and the KM-4550-2040-1001", "RTX 4090 24GB",
    "EAN 4006381333931", "gtin 4012345678901", "isbn 978-3-16-148410-0", "IMEI 356938035643809",
    "the 2023-10-14 12:30 delivery", "call me at 5", "rate 9/10, maybe 10/10", "WH-1000XM5 or XM4?",
    "50 60 70 80 watts",
    "model DE89 kettle", "GB82 west wing", "0.5 l, 1.7 l and 2 l", "4 1 2 3", "12 345 678 grams", "v1.2.3.4",
    "meet me @ the shop", "look at example.org", "is it 5000 4000 3000 2000 mah?", "0000 0000 0000 0000",
    "4111 1111 1111 1112", "DE89 3704 0044 0532 0130 01", "3 x 4 x 5 cm", "1234567890123456",
)  # fmt: skip


@pytest.mark.parametrize(
    "kind, written",
    [*(("card", each) for each in CARDS), *(("iban", each) for each in IBANS), *(("email", each) for each in EMAILS),
     *(("phone", each) for each in PHONES)],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "my number is {}, please charge it", "here: {}. Thanks", "({})", "{}?"])
def test_what_is_private_is_masked_however_it_is_typed(kind, written, around):
    masked = mask(around.format(written), country="US")
    assert masked == around.format(MASKS[kind])
    assert mask(masked, country="US") == masked


@pytest.mark.parametrize("text", BENIGN)
def test_order_numbers_prices_and_models_stay(text):
    assert mask(text, country="US") == text


def test_only_what_the_setting_names_is_masked():
    text = "I am ada@example.org, card 4111 1111 1111 1111"
    assert mask(text, ("card",)) == "I am ada@example.org, card [card number]"
    assert mask(text, ()) == text
    assert load({"LIFECYCLE_HOME": "/tmp", "REDACT": "none", **SECRETS}).redact == ()
    assert load({"LIFECYCLE_HOME": "/tmp", **SECRETS}).redact == ("card", "iban")
    with pytest.raises(Invalid, match="REDACT"):
        load({"LIFECYCLE_HOME": "/tmp", "REDACT": "passport", **SECRETS})


def test_several_in_one_text_are_all_masked():
    text = "4111111111111111 or 5555555555554444, IBAN DE89370400440532013000 and GB82WEST12345698765432"
    assert mask(text) == "[card number] or [card number], IBAN [IBAN] and [IBAN]"


@given(st.text(alphabet="0123456789 -.,$#abcDE@\u00a0\uff14\u0664", max_size=80))
def test_any_text_is_masked_once_and_for_all(text):
    once = mask(text, country="US")
    assert mask(once, country="US") == once


def test_a_phone_is_dialled_from_where_the_store_is():
    assert mask("ring me on 020 7946 0018", ("phone",), country="GB") == "ring me on [phone number]"
    assert redaction.country_of("Europe/London") == "GB" and redaction.country_of("UTC") is None


def test_what_a_customer_writes_outside_the_chat_is_masked_too(session, now):
    visit = conversations.start(session, channel="web", now=now)
    conversations.add_message(session, visit.id, role="customer", text="my card: 4111 1111 1111 1111", now=now)
    conversations.add_message(session, visit.id, role="staff", text="please never send a card number", now=now)
    said = session.execute(sa.text("SELECT text FROM v_messages ORDER BY message_id")).scalars().all()
    assert said == ["my card: [card number]", "please never send a card number"]


SECRETS = dict.fromkeys(("SECRET_KEY", "IDENTITY_SECRET", "ORDER_WEBHOOK_SECRET", "WEBHOOK_SECRET"), "x" * 24)
