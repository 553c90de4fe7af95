"""Money: exact minor units in, a price as people read it out."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.numbers import format_currency, get_currency_name, get_currency_precision, is_currency

from lifecycle.errors import Invalid

LARGEST = 10**11  # above it a price is a typing error

_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY", "₽": "RUB", "zł": "PLN", "₫": "VND", "₪": "ILS"}
_DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"}
_CODE = re.compile(r"\b([A-Z]{3})\b")
_NUMBER = re.compile(r"-?\d[\d.,'\u00a0\u202f ]*")


def name_of(currency: str) -> str:
    """ "US dollars", as said in a sentence."""
    return str(get_currency_name(currency, count=2, locale="en"))


def minor_units(amount: Decimal, currency: str) -> int:
    """An amount in the currency's minor units (129.00 USD → 12900, 1200 JPY → 1200), halves rounded up."""
    scaled = amount.scaleb(get_currency_precision(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def parse_price(text: str | int | float | Decimal, currency: str) -> tuple[int, str]:
    """(price in minor units, ISO 4217 code) of a price as feeds write it; `currency` counts when it names none.

    Reads "129.00 USD", "$1,299.00", "€12,50", "1.299,00 €", plain numbers.  Raises Invalid for what is no price, is
    negative, or can be read in two ways ("1.299").
    """
    if not isinstance(text, str):
        return _checked(Decimal(str(text)), str(text), currency), currency
    named = _currency_of(text, currency)
    found = _NUMBER.findall(text)
    if len(found) != 1:
        raise Invalid(f"The price {text[:40]!r} is not a price; write it like 129.00 {named}.")
    return _checked(_decimal(found[0].strip(" ,'\u00a0\u202f"), text, named), text, named), named


def format_price(price_cents: int | None, currency: str, locale: str = "en_US") -> str | None:
    """`$129.00`; None when the price is not known."""
    if price_cents is None:
        return None
    amount = Decimal(price_cents).scaleb(-get_currency_precision(currency))
    return str(format_currency(amount, currency, locale=locale))


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


def _decimal(digits: str, text: str, currency: str) -> Decimal:
    digits = re.sub(r"['\u00a0\u202f ]", "", digits)
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        mark, tail = digits[last], digits[last + 1 :]
        other = "," if mark == "." else "."
        grouped = digits.count(mark) > 1 or (mark == "," and other not in digits and len(tail) == 3)
        if (
            mark == "."
            and not grouped
            and len(tail) == 3
            and other not in digits
            and get_currency_precision(currency) < 3
        ):
            raise Invalid(f"The price {text[:40]!r} can be read in two ways; write it like 1299.00 {currency}.")
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
