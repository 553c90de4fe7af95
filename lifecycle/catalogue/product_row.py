"""One product as a feed describes it, made ours: names cleaned, price exact, what has no column kept as facts."""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

from lifecycle.catalogue import feed_columns
from lifecycle.catalogue.feed_columns import clean
from lifecycle.catalogue.feed_prices import Prices, names_currency
from lifecycle.errors import Invalid

TITLE_LIMIT = 300
TEXT_LIMIT = 20_000
ID_LIMIT = 128
FACT_LIMIT = 200  # facts of one product

_WORD = re.compile(r"[\w.]+")
_TITLE_PARTS = re.compile(r"\s*,\s+|\s+[-–—|/]\s+|\s*[()\[\]]\s*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_MEASURE = re.compile(
    r"(?:about |approx\.? |approximately |up to |~|≈)?([-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d+(?:\.\d+)?)"
    r"[ -]?(fl\.? oz\.?|sq\.? ?(?:ft|m)\.?|[^\W\d_][^\W_]{0,11}(?:/[^\W_]{1,6})?|[%°\"'][CF]?)?\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    number: float | None = None
    unit: str | None = None


@dataclass(frozen=True)
class ProductRow:
    """The columns of `product` a feed can fill, its facts, and notes on what had to be changed to take it."""

    product_id: str
    title: str
    group_id: str = ""
    brand: str = ""
    category: str = ""
    category_path: list[str] = field(default_factory=list)
    description: str = ""
    bullets: list[str] = field(default_factory=list)
    price_cents: int | None = None
    currency: str = "USD"
    availability: str = "in_stock"
    color: str = ""
    size: str = ""
    material: str = ""
    gtin: str | None = None
    image_url: str = ""
    url: str = ""
    rating: float | None = None
    rating_count: int | None = None
    facts: list[Fact] = field(default_factory=list)
    notes: list[str] = field(default_factory=list, compare=False)
    names_currency: bool = field(default=False, compare=False)

    def columns(self) -> dict[str, Any]:
        """Everything `product` stores, without facts and notes."""
        kept = dict(vars(self))
        del kept["facts"], kept["notes"], kept["names_currency"]
        return kept

    def digest(self) -> str:
        """Equal for equal content, whatever file it came in."""
        content = [list(self.columns().values()), [list(vars(fact).values()) for fact in self.facts]]
        return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


def from_feed(fields: dict[str, Any], prices: Prices, *, doubtful: bool = True) -> ProductRow:
    """The product of one feed row; raises Invalid with the one reason why it cannot be taken.

    A price like "1.299" that the feed's other `prices` do not settle yet raises money.Ambiguous; with `doubtful` the
    product is taken without a price.
    """
    known, rest = feed_columns.known(fields)
    for name in [name for name, value in known.items() if isinstance(value, str) and feed_columns.is_empty(value)]:
        del known[name]
    notes: list[str] = []
    product_id = " ".join(clean(known.get("product_id")).split())
    if not product_id:
        raise Invalid("The row has no product id.")
    if len(product_id) > ID_LIMIT:
        raise Invalid(f"The product id is longer than {ID_LIMIT} characters.")
    title = " ".join(plain(known.get("title")).split())
    if not title:
        raise Invalid("The product has no title.")
    if len(title) > TITLE_LIMIT:
        notes.append(f"The title was cut from {len(title)} to {TITLE_LIMIT} characters.")
        title = title[: TITLE_LIMIT - 1].rsplit(" ", 1)[0] + "…"
    path = [part[:200] for part in map(plain, feed_columns.path(known.get("category"))) if part]
    description, listed = _body(known.get("description"))
    price_cents, priced_in = prices.read(known, rest, notes, doubtful=doubtful)
    brand, color, size = (plain(known.get(name))[:200] for name in ("brand", "color", "size"))
    return ProductRow(
        product_id=product_id,
        group_id=_group(clean(known.get("group_id")), title, brand, color, size),
        title=title,
        brand=brand,
        category=path[-1] if path else "",
        category_path=path,
        description=description[:TEXT_LIMIT],
        bullets=_bullets(known.get("bullets")) or listed,
        price_cents=price_cents,
        currency=priced_in,
        availability=_availability(known.get("availability"), notes),
        color=color,
        size=size,
        material=plain(known.get("material"))[:200],
        gtin=_gtin(clean(known.get("gtin"))),
        image_url=_address(clean(known.get("image_url")), "image", notes),
        url=_address(clean(known.get("url")), "link", notes),
        rating=_number(known.get("rating"), 0, 5, "rating", notes),
        rating_count=_count(known.get("rating_count"), notes),
        facts=_facts(rest),
        notes=notes,
        names_currency=names_currency(known),
    )


def measure(value: str) -> tuple[float | None, str | None]:
    """(number, unit) of a value that is one single measure ("62 dB", "1.2 kg", "about 30 min"), else (None, None)."""
    found = _MEASURE.fullmatch(value.strip())
    if not found:
        return None, None
    return float(found.group(1).replace(",", "")), (found.group(2) or "").rstrip(".") or None


def plain(value: Any) -> str:
    """Text without markup: tags removed, entities read."""
    text = clean(value)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return clean(html.unescape(text)) if "&" in text and _ENTITY.search(text) else text.strip()


class _Body(HTMLParser):
    """A product page's HTML as paragraphs, with its list items apart: shops write their bullet points as a list."""

    _BLOCKS = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.items: list[list[str]] = []
        self._inside = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "li":
            self.items.append([])
            self._inside += 1
        elif tag in ("td", "th"):
            self.text.append(" ")
        elif tag in self._BLOCKS and not self._inside:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif tag == "li":
            self._inside = max(0, self._inside - 1)
        elif tag in self._BLOCKS and not self._inside:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            (self.items[-1] if self._inside and self.items else self.text).append(data)


def _body(value: Any) -> tuple[str, list[str]]:
    text = clean(value)
    if "<" not in text or not _TAG.search(text):
        return plain(text), []
    parser = _Body()
    parser.feed(text)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.text).split("\n"))
    items = [" ".join("".join(item).split()) for item in parser.items]
    return clean("\n".join(filter(None, lines))), [clean(item) for item in items if item]


def _bullets(value: Any) -> list[str]:
    lines = value if isinstance(value, list) else clean(value).split("\n")
    return [text[:2000] for text in (plain(line).lstrip("-•* ") for line in lines) if text][:50]


def _group(given: str, title: str, brand: str, color: str, size: str) -> str:
    """What the versions of one product share: the feed's own group, else the title without its colour and size."""
    if given:
        return given[:ID_LIMIT]
    apart = [_spaced(value) for value in (color, size) if value]
    parts = _TITLE_PARTS.split(title) if apart else []
    kept = [part for part in parts if not any(value in _spaced(part) for value in apart)]
    if not kept or len(kept) == len(parts):
        return ""
    return f"~{brand} {' '.join(' '.join(kept).split())}".lower()[:ID_LIMIT]


def _spaced(text: str) -> str:
    """The words of a text, each between spaces, so that one can be found in another whole."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _address(text: str, what: str, notes: list[str]) -> str:
    """A link of the web or relative to the shop's pages; anything else (`javascript:`, `C:\\`) is left out."""
    text = text.replace(" ", "%20")[:2000] if " " in text.strip() else text.strip()[:2000]
    if not text:
        return ""
    if text.startswith("//"):
        return f"https:{text}"
    if re.match(r"(?:www\.)[\w-]+\.\w", text):
        return f"https://{text}"
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", text)
    if (scheme and scheme.group(1).lower() not in ("http", "https")) or "\\" in text:
        notes.append(f"The {what} {text[:40]!r} is no address of the web; left out.")
        return ""
    return text if scheme or text.startswith("/") else f"/{text}"


def _gtin(text: str) -> str | None:
    return None if "e+" in text.lower() else re.sub(r"\D", "", text)[:20] or None  # 4.00638E+12: a spreadsheet's


def _availability(value: Any, notes: list[str]) -> str:
    text = clean(value)
    found = feed_columns.availability(text) if text else "in_stock"
    if found is None:
        notes.append(f"The availability {text[:40]!r} is not known; taken as in stock.")
    return found or "in_stock"


def _number(value: Any, low: float, high: float, name: str, notes: list[str]) -> float | None:
    if not feed_columns.filled(value):
        return None
    number = _decimal(re.sub(r"\s*(?:/|out of)\s*5$", "", clean(value)))
    if not number.is_finite() or not low <= number <= high:
        notes.append(f"The {name} {clean(value)[:20]!r} is not between {low} and {high}; left out.")
        return None
    return float(number)


def _count(value: Any, notes: list[str]) -> int | None:
    number = _number(re.sub(r"(?<=\d)[,.](?=\d{3})", "", clean(value)), 0, 2**31 - 1, "rating count", notes)
    return None if number is None else int(number)


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(clean(value).replace(",", "."))
    except InvalidOperation:
        return Decimal("NaN")


def _facts(rest: dict[str, Any]) -> list[Fact]:
    made: dict[str, Fact] = {}
    for name, value in feed_columns.facts(rest):
        name, text = clean(str(name))[:120], plain(value)[:2000]
        if name and text and len(made) < FACT_LIMIT and not feed_columns.says_nothing(text):
            made.setdefault(name, Fact(name, text, *measure(text)))
    return list(made.values())
