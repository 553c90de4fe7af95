"""What has no place in a chat is masked before it is read and before it is stored: card, IBAN, e-mail, phone.

The setting REDACT says which.  Checkers others keep decide: Luhn and the issuers' ranges for cards, the countries' own
structures for IBANs (python-stdnum), the numbering plans for phones (phonenumbers).  What only looks like one (an order
number, a parcel's, a price, a model's name, a GTIN) stays as it is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection

from lifecycle.settings import REDACTED, settings

MASKS = {"card": "[card number]", "iban": "[IBAN]", "email": "[e-mail address]", "phone": "[phone number]"}

_GAP = r"[ \u00a0\u2009\u202f.\-\u2010\u2011\u2012\u2013/]"
_DIGITS = re.compile(rf"(?<![\w.,-])\d(?:{_GAP}{{0,2}}\d){{12,18}}(?![\w]|[.,-]\d)")
_RUN = re.compile(r"\d+")
# How a card's digits are set: whole, in groups as printed on it, or one by one.
_GROUPS = re.compile(r"(?:\d{4}){4,}|(\d{4}) (\d{4}) (\d{4}) (\d{1,4})(?: (\d{1,3}))?|\d{4} \d{6} \d{4,5}|\d(?: \d)+")
# Issuers' ranges by first digits, and the lengths their cards have (ISO/IEC 7812).
_ISSUERS = (
    (re.compile(r"4"), (16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"30[0-5]|3[689]"), (14,)),
    (re.compile(r"6011|64[4-9]|65"), (16, 17, 18, 19)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16, 17, 18, 19)),
    (re.compile(r"62|81"), (16, 17, 18, 19)),
    (re.compile(r"5018|5020|5038|5893|6304|6759|676[1-3]"), (16, 17, 18, 19)),
)
_NAMED = re.compile(  # a number that says itself what it is
    r"\b(?:orders?|tracking|parcel|shipment|invoice|reference|ref|serial|imei|sku|ean|gtin|"
    r"isbn|upc|model|article|item|ticket|case|customer)(?:[ _-]?(?:number|no|nr|id|code|num))?\.?"
    r"(?: (?:is|was|#))?[ :#.=]{0,3}$",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}(?!\w)")
_SHORTEST_IBAN = 15
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+ ?(?:@|\(at\)|\[at\]) ?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_CALLS = re.compile(
    r"\b(?:call|phone|tel|telephone|mobile|cell|whatsapp|text|sms|ring|reach|fax|landline|number)\b", re.IGNORECASE
)


def clean(text: str) -> str:
    """A customer's text as it may be kept, by the setting REDACT."""
    return mask(text, settings().redact, country=country_of(settings().store_timezone))


def mask(text: str, kinds: Collection[str] = REDACTED, *, country: str | None = None) -> str:
    """The text with every valid number or address of these kinds replaced by what it is.

    `country` (ISO 3166) is where phone numbers without a country code are dialled.  Idempotent.
    """
    if not any(char.isdigit() or char == "@" for char in text) and "at" not in text:
        return text
    for kind, masked in _MASKED.items():
        if kind in kinds:
            text = masked(text, country)
    return text


@functools.lru_cache(maxsize=64)
def country_of(zone: str) -> str | None:
    """The country a time zone lies in, None for zones of no country (`UTC`)."""
    from babel.core import get_global

    found = get_global("zone_territories").get(zone)
    return found if found and found != "001" else None


def _cards(text: str, _country: str | None) -> str:
    def replaced(found: re.Match[str]) -> str:
        written = re.sub(_GAP + "+", " ", found.group())
        digits = "".join(str(int(char)) for char in written if char.isdigit())
        if not _GROUPS.fullmatch(written) and " " in written:
            return found.group()
        if " " not in written and _NAMED.search(text[: found.start()]):
            return found.group()
        return MASKS["card"] if _is_card(digits) else found.group()

    return _DIGITS.sub(replaced, text)


def _is_card(digits: str) -> bool:
    from stdnum import luhn

    return any(starts.match(digits) and len(digits) in lengths for starts, lengths in _ISSUERS) and (
        len(set(digits)) > 1 and bool(luhn.is_valid(digits))
    )


def _ibans(text: str, _country: str | None) -> str:
    from stdnum import iban  # reads the countries' tables, which most turns do not need

    def replaced(found: re.Match[str]) -> str:
        written = found.group()
        for end in range(len(written), _SHORTEST_IBAN - 1, -1):
            ends_a_word = end == len(written) or not written[end].isalnum() or not written[end - 1].isalnum()
            if ends_a_word and iban.is_valid(re.sub(r"[ \u00a0-]", "", written[:end])):
                return MASKS["iban"] + (" " if written[end - 1] == " " else "") + written[end:]
        return written

    return _IBAN.sub(replaced, text)


def _emails(text: str, _country: str | None) -> str:
    return _EMAIL.sub(MASKS["email"], text)


def _phones(text: str, country: str | None) -> str:
    import phonenumbers  # its tables are large, and most shops do not ask for it

    matcher = phonenumbers.PhoneNumberMatcher(text, country, phonenumbers.Leniency.VALID)
    for found in reversed(list(matcher)):
        before, written = text[: found.start], found.raw_string
        bare = written.isdigit()
        if _NAMED.search(before) or (bare and not _CALLS.search(text)):
            continue
        before += "(" if written.startswith("(") and ")" not in written else ""
        text = before + MASKS["phone"] + text[found.end :]
    return text


_MASKED: dict[str, Callable[[str, str | None], str]] = {
    "email": _emails, "iban": _ibans, "card": _cards, "phone": _phones,
}  # fmt: skip
