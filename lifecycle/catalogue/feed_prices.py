"""What a product costs by its feed: ranges, sales and their time, cents behind a comma or a point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from lifecycle import clock, money
from lifecycle.catalogue.feed_columns import clean
from lifecycle.errors import Invalid


@dataclass
class Prices:
    """How to read one feed's prices: the currency where none is named, the moment that decides on sales.

    While it reads it learns whether cents follow a comma or a point, which settles prices like "1.299".
    """

    currency: str
    now: datetime
    points: int = 0
    commas: int = 0

    def read(
        self, known: dict[str, Any], rest: dict[str, Any], notes: list[str], *, doubtful: bool
    ) -> tuple[int | None, str]:
        """(price in minor units or None, ISO 4217 code) of a row; what a sale or a range leaves out goes into `rest`.

        What is no price is noted and left out.  Raises Invalid for a negative one, and money.Ambiguous for one that
        cannot be settled yet; with `doubtful` that is left out, too.
        """
        code = clean(known.get("currency"))
        currency = (money.code_of(code) or code.upper()) if code else self.currency
        if len(currency) != 3 or not currency.isalpha():
            raise Invalid(f"The currency {currency[:20]!r} is not an ISO 4217 code like USD.")
        given = known.get("price", known.get("sale_price"))
        if given is None:
            return None, currency
        if not isinstance(given, str):
            number = given if isinstance(given, (int, float, Decimal)) and not isinstance(given, bool) else clean(given)
            return self._on_offer(known, rest, notes, *money.parse_price(number, currency))
        text = clean(given)
        self._see(text)
        try:
            span = money.parse_range(text, currency, decimal_mark=self.mark)
            price, currency = span[::2] if span else money.parse_price(text, currency, decimal_mark=self.mark)
        except Invalid as error:
            if text.lstrip("$€£ ").startswith("-") or (isinstance(error, money.Ambiguous) and not doubtful):
                raise
            notes.append(f"{str(error).split(';')[0]}; taken without a price.")
            return None, currency
        if span and span[0] < span[1]:
            rest["price_range"] = " to ".join(money.format_price(cents, currency) or "" for cents in span[:2])
        return self._on_offer(known, rest, notes, price, currency)

    @property
    def mark(self) -> str:
        """What stands before the cents in all prices seen; "" while none was seen, or both were."""
        return "," if self.commas and not self.points else "." if self.points and not self.commas else ""

    def _see(self, text: str) -> None:
        mark = money.decimal_mark(text)
        self.points += mark == "."
        self.commas += mark == ","

    def _on_offer(
        self, known: dict[str, Any], rest: dict[str, Any], notes: list[str], price: int, currency: str
    ) -> tuple[int, str]:
        """The price of now: the sale's while it lasts; what it was before becomes a fact."""
        before: Any = rest.pop("regular_price", None)  # a compare-at price
        now = price
        if "sale_price" in known and "price" in known and self._is_on(rest):
            try:
                sale, code = money.parse_price(clean(known["sale_price"]), currency, decimal_mark=self.mark)
                if sale < price and code == currency:
                    now, before = sale, None
            except Invalid as error:
                notes.append(f"{str(error).split(';')[0]}; the sale price was left out.")
        was = price
        if before is not None:
            try:
                was, code = money.parse_price(clean(before), currency, decimal_mark=self.mark)
                was = was if code == currency else price
            except Invalid:
                was = price
        if was > now:
            rest["regular_price"] = money.format_price(was, currency)
        return now, currency

    def _is_on(self, rest: dict[str, Any]) -> bool:
        window = clean(rest.get("sale_price_effective_date"))
        starts, _, ends = window.partition("/")
        starts, ends = starts or clean(rest.get("sale_starts")), ends or clean(rest.get("sale_ends"))
        try:
            return (not starts or _moment(starts) <= self.now) and (not ends or self.now < _moment(ends))
        except ValueError:
            return False


def names_currency(known: dict[str, Any]) -> bool:
    """Does the row itself say in which currency its price is?"""
    price = known.get("price", known.get("sale_price"))
    return "currency" in known or (isinstance(price, str) and money.code_of(price) is not None)


def _moment(text: str) -> datetime:
    """A moment of a feed; a day, or a time without a zone, is taken as UTC."""
    text = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text.strip().replace(" ", "T"))
    try:
        return clock.parse(text)
    except ValueError:
        return clock.parse(f"{text}Z" if "T" in text else f"{text}T00:00:00Z")
