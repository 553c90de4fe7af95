"""One product as a feed describes it, made ours: names cleaned, price exact, what has no column kept as facts."""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

from lifecycle import clock, money
from lifecycle.errors import Invalid
from lifecycle.text import canonical

TITLE_LIMIT = 300
TEXT_LIMIT = 20_000
ID_LIMIT = 128
FACT_LIMIT = 200  # facts of one product

_NAMES = {
    "product_id": ("product_id", "id", "sku"),
    "title": ("title", "name"),
    "brand": ("brand", "vendor"),
    "category": ("category", "product_type", "google_product_category", "type"),
    "description": ("description",),
    "bullets": ("bullets", "product_highlight"),
    "price": ("price",),
    "sale_price": ("sale_price",),
    "currency": ("currency",),
    "availability": ("availability",),
    "color": ("color", "colour"),
    "size": ("size",),
    "material": ("material",),
    "gtin": ("gtin", "barcode"),
    "image_url": ("image_url", "image", "image_link"),
    "url": ("url", "link"),
    "rating": ("rating",),
    "rating_count": ("rating_count", "review_count"),
}
_SHOPIFY = {
    "body (html)": "description", "variant price": "price", "variant barcode": "gtin", "product category": "category",
    "variant image": "image_url", "image src": "image_url", "product image url": "image_url",
}  # fmt: skip
_SHOPIFY_DROPPED = re.compile(
    r"variant|option\d|image|seo|google shopping|inventory|weight|published|status|gift card|cost per item|sku$"
    r"|compare-at|handle|url handle|charge tax|requires shipping|fulfillment|continue selling|barcode|tax code"
)
_DROPPED = {"additional_image_link", "sale_price_effective_date", "shipping", "tax", "installment", "facts",
            "product_detail", "item_group_id", "identifier_exists", "adult"}  # fmt: skip
_STOCK = {"in_stock": "in_stock", "out_of_stock": "out_of_stock", "preorder": "preorder",
          "pre_order": "preorder", "backorder": "backorder", "instock": "in_stock", "outofstock": "out_of_stock",
          "sold_out": "out_of_stock",
          "available": "in_stock", "discontinued": "out_of_stock",
          "true": "in_stock", "false": "out_of_stock"}  # fmt: skip
_UNCLEAN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
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

    def columns(self) -> dict[str, Any]:
        """Everything `product` stores, without facts and notes."""
        kept = dict(vars(self))
        del kept["facts"], kept["notes"]
        return kept

    def digest(self) -> str:
        """Equal for equal content, whatever file it came in."""
        content = [list(self.columns().values()), [list(vars(fact).values()) for fact in self.facts]]
        return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


def from_feed(fields: dict[str, Any], kind: str, *, currency: str, now: datetime) -> ProductRow:
    """The product of one feed row; raises Invalid with the one reason why it cannot be taken."""
    known, rest = _known(_of_shopify(fields) if kind == "shopify" else fields)
    notes: list[str] = []
    product_id = clean(known.get("product_id"))
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
    path = _path(known.get("category"))
    description, listed = _body(known.get("description"))
    price_cents, priced_in = _price(known, rest, currency, now)
    return ProductRow(
        product_id=product_id,
        title=title,
        brand=plain(known.get("brand"))[:200],
        category=path[-1] if path else "",
        category_path=path,
        description=description[:TEXT_LIMIT],
        bullets=_bullets(known.get("bullets")) or listed,
        price_cents=price_cents,
        currency=priced_in,
        availability=_availability(known.get("availability"), notes),
        color=plain(known.get("color"))[:200],
        size=plain(known.get("size"))[:200],
        material=plain(known.get("material"))[:200],
        gtin=re.sub(r"\D", "", clean(known.get("gtin")))[:20] or None,
        image_url=clean(known.get("image_url"))[:2000],
        url=clean(known.get("url"))[:2000],
        rating=_number(known.get("rating"), 0, 5, "rating", notes),
        rating_count=_count(known.get("rating_count"), notes),
        facts=_facts(rest),
        notes=notes,
    )


def measure(value: str) -> tuple[float | None, str | None]:
    """(number, unit) of a value that is one single measure ("62 dB", "1.2 kg", "about 30 min"), else (None, None)."""
    found = _MEASURE.fullmatch(value.strip())
    if not found:
        return None, None
    return float(found.group(1).replace(",", "")), (found.group(2) or "").rstrip(".") or None


def clean(value: Any) -> str:
    """Canonical text of any scalar; the quick path is for the many texts that are canonical already."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(clean, value)))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {clean(inner)}" for name, inner in value.items())
    text = value if isinstance(value, str) else str(value)
    if _UNCLEAN.search(text) or not unicodedata.is_normalized("NFC", text):
        return canonical(text)
    return text.strip()


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


def _of_shopify(fields: dict[str, Any]) -> dict[str, Any]:
    """A Shopify variant under our names: its options become colour, size, material or a fact, and part of the title."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _SHOPIFY:
            made.setdefault(_SHOPIFY[name], value)
        elif name == "tags" or not _SHOPIFY_DROPPED.match(name):
            made.setdefault(re.sub(r" \((?:product|variant)\.metafields.*\)$", "", name), value)
    options = [
        (fields.get(f"option{n} name", ""), fields[f"option{n} value"])
        for n in (1, 2, 3)
        if fields.get(f"option{n} value")
    ]
    options = [(name, value) for name, value in options if value != "Default Title"]
    for name, value in options:
        made[name.lower().strip() or "option"] = value
    made["title"] = ", ".join([str(fields.get("title", "")), *(value for _, value in options)])
    slug = re.sub(r"[^\w]+", "-", " ".join(value for _, value in options).lower()).strip("-")
    handle = fields.get("handle", "")
    made["product_id"] = fields.get("variant sku") or fields.get("sku") or (f"{handle}-{slug}" if slug else handle)
    made["url"] = made.get("url") or (f"/products/{handle}" if handle else "")
    grams = fields.get("variant grams") or fields.get("weight value (grams)")
    if grams and grams not in ("0", "0.0"):
        made["weight"] = f"{grams} g"
    quantity = fields.get("variant inventory qty") or fields.get("inventory quantity")
    tracked = fields.get("variant inventory tracker") or fields.get("inventory tracker")
    policy = (
        fields.get("variant inventory policy") or fields.get("continue selling when out of stock") or "deny"
    ).lower()
    if tracked and quantity is not None and policy == "deny":
        made["availability"] = "in_stock" if _decimal(quantity) > 0 else "out_of_stock"
    return made


def _known(fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    lowered = {str(name).strip().lower().replace(" ", "_").removeprefix("g:"): value for name, value in fields.items()}
    known: dict[str, Any] = {}
    used: set[str] = set()
    for ours, theirs in _NAMES.items():
        for name in theirs:
            if _filled(lowered.get(name)):
                known[ours] = lowered[name]
                used.add(name)
                break
    return known, {name: value for name, value in lowered.items() if name not in used and _filled(value)}


def _filled(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != {}


def _path(value: Any) -> list[str]:
    """The category path, widest first; of several feeds' paths the first."""
    if isinstance(value, list) and value and " > " in str(value[0]):
        value = value[0]
    parts = value if isinstance(value, list) else re.split(r"\s*>\s*|\s+/\s+|\|", clean(value))
    return [part[:200] for part in (plain(part) for part in parts) if part]


def _bullets(value: Any) -> list[str]:
    lines = value if isinstance(value, list) else clean(value).split("\n")
    return [text[:2000] for text in (plain(line).lstrip("-•* ") for line in lines) if text][:50]


def _price(known: dict[str, Any], rest: dict[str, Any], currency: str, now: datetime) -> tuple[int | None, str]:
    currency = clean(known.get("currency")).upper() or currency
    if len(currency) != 3 or not currency.isalpha():
        raise Invalid(f"The currency {currency[:20]!r} is not an ISO 4217 code like USD.")
    if not _filled(known.get("price")):
        return None, currency
    price = known["price"] if isinstance(known["price"], (int, float, Decimal)) else clean(known["price"])
    regular, currency = money.parse_price(price, currency)
    if not _filled(known.get("sale_price")) or not _on_sale(clean(rest.get("sale_price_effective_date")), now):
        return regular, currency
    sale, sale_currency = money.parse_price(clean(known["sale_price"]), currency)
    if sale >= regular or sale_currency != currency:
        return regular, currency
    rest["regular_price"] = money.format_price(regular, currency)
    return sale, currency


def _on_sale(window: str, now: datetime) -> bool:
    if "/" not in window:
        return True
    try:
        start, end = (clock.parse(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", part)) for part in window.split("/", 1))
    except ValueError:
        return False
    return start <= now < end


def _availability(value: Any, notes: list[str]) -> str:
    text = clean(value).lower().rpartition("/")[2].replace(" ", "_")
    if text and text not in _STOCK:
        notes.append(f"The availability {text[:40]!r} is not known; taken as in stock.")
    return _STOCK.get(text, "in_stock")


def _number(value: Any, low: float, high: float, name: str, notes: list[str]) -> float | None:
    if not _filled(value):
        return None
    number = _decimal(value)
    if not number.is_finite() or not low <= number <= high:
        notes.append(f"The {name} {clean(value)[:20]!r} is not between {low} and {high}; left out.")
        return None
    return float(number)


def _count(value: Any, notes: list[str]) -> int | None:
    number = _number(value, 0, 2**31 - 1, "rating count", notes)
    return None if number is None else int(number)


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(clean(value))
    except InvalidOperation:
        return Decimal("NaN")


def _facts(rest: dict[str, Any]) -> list[Fact]:
    pairs: list[tuple[str, Any]] = []
    given = rest.get("facts")
    pairs += given.items() if isinstance(given, dict) else []
    for detail in _each(rest.get("product_detail")):
        if isinstance(detail, dict):
            pairs.append((clean(detail.get("attribute_name")), detail.get("attribute_value")))
        elif clean(detail).count(":") >= 2:  # section:name:value
            pairs.append(tuple(clean(detail).split(":", 2)[1:]))  # type: ignore[arg-type]
    pairs += [(name, value) for name, value in rest.items() if name not in _DROPPED]
    made: dict[str, Fact] = {}
    for name, value in pairs:
        name, text = clean(str(name))[:120], plain(value)[:2000]
        if name and text and len(made) < FACT_LIMIT:
            made.setdefault(name, Fact(name, text, *measure(text)))
    return list(made.values())


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else () if value is None else (value,)
