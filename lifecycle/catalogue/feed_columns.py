"""What feeds call things: the many names of a product's columns, and what in them is not for shoppers."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lifecycle.text import canonical

NAMES = {
    "product_id": ("product_id", "id", "sku", "item_id", "product_code", "item_number", "article_number", "asin",
                   "code", "item_code", "item_no", "article_no", "part_number", "part_no", "stock_code",
                   "reference", "ref"),
    "group_id": ("group_id", "item_group_id", "parent_id", "parent_sku", "variant_of"),
    "title": ("title", "name", "product_name", "product_title", "item_name", "product", "item", "article"),
    "brand": ("brand", "vendor", "manufacturer", "brand_name", "make", "maker"),
    "category": ("category", "product_type", "categories", "product_category", "category_path",
                 "google_product_category", "type", "kind", "department"),
    "description": ("description", "product_description", "long_description", "body_html", "short_description",
                    "about"),
    "bullets": ("bullets", "product_highlight", "highlights", "features", "bullet_points"),
    "price": ("price", "regular_price", "current_price", "unit_price", "list_price", "selling_price",
              "retail_price", "rrp"),
    "sale_price": ("sale_price", "special_price", "offer_price"),
    "currency": ("currency", "price_currency", "currency_code", "currency_id"),
    "availability": ("availability", "stock_status", "in_stock", "available", "stock", "quantity", "inventory",
                     "qty", "stock_level", "in_hand", "on_hand"),
    "color": ("color", "colour"),
    "size": ("size",),
    "material": ("material",),
    "gtin": ("gtin", "ean", "upc", "barcode"),
    "image_url": ("image_url", "image", "image_link", "main_image", "images", "picture", "photo"),
    "url": ("url", "link", "product_url", "permalink"),
    "rating": ("rating", "average_rating", "rating_value"),
    "rating_count": ("rating_count", "review_count", "ratings_count", "reviews_count", "number_of_reviews"),
}  # fmt: skip
_PLACES = {name: (ours, rank) for ours, names in NAMES.items() for rank, name in enumerate(names)}
_SINGLE = frozenset(NAMES) - {"category", "bullets", "description"}  # of several values the first counts
_FACTS = ("facts", "attributes", "specifications", "specs", "properties", "details", "product_detail")
_DROPPED = re.compile(
    r"additional_image_link|sale_(?:price_effective_date|starts|ends)|.*shipping(?!_weight).*|tax(?:_.*)?|installment|"
    r"identifier_exists|adult|is_bundle|custom_label_\d|ads_.*|.*(?:purchase|wholesale|buying|cost)_price|"
    r"cost|cost_.*|.*_cost|margin|supplier.*|excluded_.*|included_destination|.*_handling_time|mobile_link|"
    r"canonical_link|link_template|pause|google_product_category|unit_pricing_.*|@.*|meta:.*|meta_.*|seo_.*|variants|"
    r"internal_.*|updated_at|created_at|modified_at"
)
_STOCK = {"in_stock": "in_stock", "instock": "in_stock", "available": "in_stock", "yes": "in_stock", "y": "in_stock",
          "true": "in_stock", "limited_availability": "in_stock", "limitedavailability": "in_stock",
          "limited_stock": "in_stock", "low_stock": "in_stock", "onlineonly": "in_stock", "instoreonly": "in_stock",
          "available_for_order": "backorder", "out_of_stock": "out_of_stock", "outofstock": "out_of_stock",
          "sold_out": "out_of_stock", "soldout": "out_of_stock", "unavailable": "out_of_stock",
          "not_available": "out_of_stock", "temporarily_unavailable": "out_of_stock", "discontinued": "out_of_stock",
          "no": "out_of_stock", "n": "out_of_stock", "false": "out_of_stock", "preorder": "preorder",
          "pre_order": "preorder", "presale": "preorder", "backorder": "backorder", "on_backorder": "backorder",
          "back_order": "backorder", "onbackorder": "backorder", "back_ordered": "backorder"}  # fmt: skip
_EMPTY = frozenset({"n/a", "na", "null", "none", "nil", "nan", "-", "--", "—", "undefined", "not specified", "unknown"})
_NO_FACT = _EMPTY - {"none", "unknown"}
_NO_CATEGORY = frozenset({"default category", "root catalog", "uncategorized", "uncategorised", "all products", "root"})
_UNCLEAN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PRICE_IN = re.compile(r"((?:sale_|regular_)?price)_(?:in_)?([a-z]{3}|eur_?o?|€|£|\$)")


@functools.lru_cache(maxsize=10_000)
def column(name: str) -> str:
    """A column's name as ours are written: `Image Link`, `imageLink` and `g:image_link` are `image_link`."""
    spaced = _CAMEL.sub("_", str(name).strip().removeprefix("g:"))
    return re.sub(r"[^\w€£$:@/]+", "_", spaced.lower()).strip("_")


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


def known(fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what has a column of its own, under its name; everything else that is filled)."""
    named: dict[str, Any] = {}
    for name, value in fields.items():
        if filled(value):
            _put(named, column(name), value)
    best: dict[str, tuple[int, str]] = {}
    for name, value in named.items():
        ours, rank = _PLACES.get(name, ("", 0))
        if not ours or (ours in best and best[ours][0] < rank):
            continue
        if not (name == "google_product_category" and str(value).isdigit()):
            best[ours] = (rank, name)
    found = {ours: _single(named[name]) if ours in _SINGLE else named[name] for ours, (_, name) in best.items()}
    used = {name for _, name in best.values()}
    return found, {name: value for name, value in named.items() if name not in used}


def facts(rest: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """(name, value) of everything stated that has no column: nested lists of facts first, then further columns."""
    for name in _FACTS:
        yield from _nested(rest.get(name))
    for name, value in rest.items():
        if name in _FACTS and isinstance(value, (dict, list)):
            continue
        if is_for_shoppers(name) and not (name == "condition" and str(value).strip().lower() == "new"):
            yield name, value


@functools.lru_cache(maxsize=10_000)
def is_for_shoppers(name: str) -> bool:
    """Is a column's name nothing between the store and its advertisers, carriers and books?"""
    return _DROPPED.fullmatch(name) is None


def filled(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != {}


def is_empty(text: str) -> bool:
    """Does a cell say that there is nothing to say ("n/a", "-")?"""
    return text.strip().lower() in _EMPTY


def says_nothing(text: str) -> bool:
    """The same for a fact, where "none" is a statement."""
    return text.strip().lower() in _NO_FACT


def availability(text: str) -> str | None:
    """Our word for a feed's: in_stock, out_of_stock, preorder or backorder; a number counts pieces; None if unknown."""
    word = re.sub(r"[\s-]+", "_", text.strip().lower().rpartition("/")[2])
    if re.fullmatch(r"-?\d+(?:[.,]0*)?", word):
        return "in_stock" if int(re.split(r"[.,]", word)[0]) > 0 else "out_of_stock"
    return _STOCK.get(word)


def path(value: Any) -> list[str]:
    """The category path, widest first; of several paths the first."""
    if isinstance(value, list) and value and re.search(r"\s>\s", str(value[0])):
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or ""
    parts = value if isinstance(value, list) else re.split(r"\s*(?:>|»|›|→)\s*|\s+/\s+|\|", str(value or ""))
    named = [str(part.get("name") or "") if isinstance(part, dict) else part for part in parts]
    return [part for part in named if str(part or "").strip().lower() not in _NO_CATEGORY]


def _put(named: dict[str, Any], name: str, value: Any) -> None:
    """Take a column, with what shops nest in it (schema.org's `offers`, a price with its currency) beside it."""
    if name in ("offers", "aggregate_rating") and filled(inner := _single(value)) and isinstance(inner, dict):
        for part, inside in inner.items():
            if filled(inside):
                _put(named, column(part), inside)
    elif name in ("price", "sale_price") and isinstance(value, dict):
        amount = value.get("amount", value.get("value"))
        if filled(amount):
            named.setdefault(name, amount)
        if filled(code := value.get("currency") or value.get("currencyCode")):
            named.setdefault("currency", code)
    elif found := _PRICE_IN.fullmatch(name):
        named.setdefault(found.group(1), value)
        named.setdefault(
            "currency", {"€": "EUR", "£": "GBP", "$": "", "euro": "EUR"}.get(found.group(2), found.group(2))
        )
    else:
        named.setdefault(name, value)


def _single(value: Any) -> Any:
    """The first of several values, the name of a nested thing (`brand: {"name": …}`)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        value = next((each for each in value if filled(each)), None)
    if isinstance(value, dict):
        value = next((value[name] for name in ("name", "value", "url", "src", "id") if filled(value.get(name))), value)
    return value


def _nested(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and not {"name", "attribute_name"} & value.keys():
        yield from value.items()
        return
    for detail in value if isinstance(value, list) else () if value is None else (value,):
        if isinstance(detail, dict):
            name = detail.get("attribute_name") or detail.get("name") or detail.get("key") or detail.get("label")
            yield str(name or ""), detail.get("attribute_value", detail.get("value", detail.get("text")))
        elif str(detail).count(":") >= 2:  # Google's section:name:value
            _, name, said = str(detail).split(":", 2)
            yield name, said
