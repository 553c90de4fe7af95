"""Money: exact minor units in, a price as people read it out."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.numbers import format_currency, get_currency_name, get_currency_precision, is_currency

from lifecycle.errors import Invalid

LARGEST = 10**11  # above it a price is a typing error

_SYMBOLS = {"US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD",
            "S$": "SGD", "MX$": "MXN", "R$": "BRL", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY",
            "₽": "RUB", "zł": "PLN", "₫": "VND", "₪": "ILS", "₴": "UAH", "₱": "PHP", "฿": "THB", "₦": "NGN",
            "Kč": "CZK", "Ft": "HUF"}  # fmt: skip
_DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"}
_CODE = re.compile(r"(?<![A-Z])([A-Z]{3})(?![A-Z])")
_NUMBER = re.compile(r"-?(?:(?<!\d)\.)?\d[\d.,'’\u00a0\u202f ]*")
_FLAT = re.compile(r"[.,]\s*[-–—]+(?!\d)")  # "19,-" is 19
_RANGE = re.compile(r"(?<=[\d€£$])[^\d-]*?\s*(?:[-–—]|\b(?:to|bis)\b)\s*(?=\D{0,4}\d)")


class Ambiguous(Invalid):
    """A price that is one number in one country and another in the next: "1.299"."""


def name_of(currency: str) -> str:
    """ "US dollars", as said in a sentence."""
    return str(get_currency_name(currency, count=2, locale="en"))


def minor_units(amount: Decimal, currency: str) -> int:
    """An amount in the currency's minor units (129.00 USD → 12900, 1200 JPY → 1200), halves rounded up."""
    scaled = amount.scaleb(get_currency_precision(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def parse_price(text: str | int | float | Decimal, currency: str, *, decimal_mark: str = "") -> tuple[int, str]:
    """(price in minor units, ISO 4217 code) of a price as feeds write it; `currency` counts when it names none.

    Reads "129.00 USD", "$1,299.00", "€12,50", "1.299,00 €", "19,-", plain numbers.  Raises Invalid for what is no price
    or is negative, and Ambiguous for "1.299", which only `decimal_mark`, what the other prices use, can settle.
    """
    if not isinstance(text, str):
        return _checked(Decimal(str(text)), str(text), currency), currency
    named = _currency_of(text, currency)
    whole = _FLAT.search(text)
    decimal_mark = whole.group(0)[0] if whole else decimal_mark
    found = _NUMBER.findall(_FLAT.sub(" ", text))
    if len(found) != 1:
        raise Invalid(f"The price {text[:40]!r} is not a price; write it like 129.00 {named}.")
    digits = found[0].rstrip(" ,.'’\u00a0\u202f")
    return _checked(_decimal(digits, text, named, decimal_mark), text, named), named


def parse_range(text: str, currency: str, *, decimal_mark: str = "") -> tuple[int, int, str] | None:
    """(lowest, highest, code) of "19.99 - 29.99 EUR"; None when the text is no range."""
    parts = _RANGE.split(text, maxsplit=1)
    if len(parts) != 2:
        return None
    named = _currency_of(text, currency)
    try:
        low, high = (parse_price(part, named, decimal_mark=decimal_mark)[0] for part in parts)
    except Ambiguous:
        raise
    except Invalid:
        return None
    return (low, high, named) if low <= high else None


def decimal_mark(text: str) -> str:
    """The mark before the cents, when the text shows it without doubt: "," in "19,99" and "1.299,00", else ""."""
    found = re.search(r"([.,])\d{1,2}(?!\d|[.,]\d)", text)
    return found.group(1) if found else ""


def format_price(price_cents: int | None, currency: str, locale: str = "en_US") -> str | None:
    """`$129.00`; None when the price is not known."""
    if price_cents is None:
        return None
    amount = Decimal(price_cents).scaleb(-get_currency_precision(currency))
    return str(format_currency(amount, currency, locale=locale))


def code_of(text: str) -> str | None:
    """The ISO 4217 code a symbol, a code or "Euro" stands for; None when it stands for none."""
    named = _currency_of(text, "")
    return named or {"EURO": "EUR", "EUROS": "EUR", "POUND": "GBP", "POUNDS": "GBP", "DOLLAR": "USD"}.get(text.upper())


def _currency_of(text: str, default: str) -> str:
    code = _CODE.search(text.upper())
    if code and is_currency(code.group(1)):
        return code.group(1)
    for symbol, named in _SYMBOLS.items():
        if symbol in text:
            return named
    if "$" in text:
        return default if default in _DOLLARS else "USD"
    if "¥" in text or "￥" in text:
        return default if default in ("JPY", "CNY") else "JPY"
    return default


def _decimal(digits: str, text: str, currency: str, decimal_mark: str) -> Decimal:
    digits = re.sub(r"['’\u00a0\u202f ]", "", digits)
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        mark, tail = digits[last], digits[last + 1 :]
        other = "," if mark == "." else "."
        alone = other not in digits and digits.count(mark) == 1
        grouped = digits.count(mark) > 1 or (alone and len(tail) == 3 and (mark == "," or decimal_mark == ","))
        doubtful = alone and len(tail) == 3 and (decimal_mark == mark or (mark == "." and not grouped))
        if doubtful and get_currency_precision(currency) < 3:
            raise Ambiguous(f"The price {text[:40]!r} can be read in two ways; write it like 1299.00 {currency}.")
        digits = digits.replace(".", "").replace(",", "") if grouped else digits[:last].replace(other, "") + "." + tail
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise Invalid(f"The price {text[:40]!r} is not a price; write it like 129.00 {currency}.") from error


def _checked(amount: Decimal, text: str, currency: str) -> int:
    if not amount.is_finite():
        raise Invalid(f"The price {text[:40]!r} is not a number.")
    if amount < 0:
        raise Invalid(f"The price {text[:40]!r} is negative.")
    if amount > LARGEST:
        raise Invalid(f"The price {text[:40]!r} is too large to be a price.")
    return minor_units(amount, currency)
