"""What Shopify and WooCommerce export as CSV, read as products under our own names.

Both write one row per variant and leave most of the product on one row of it: the rows are put together here, and the
variants of a product share a `group_id`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation

from lifecycle.catalogue.feed_files import Fields, Row
from lifecycle.errors import Invalid

Rows = Callable[[], Iterator[Row]]

# --- Shopify ----------------------------------------------------------------------------------------------------------

_SHOPIFY = {
    "body (html)": "description", "description": "description", "vendor": "brand", "title": "title",
    "product category": "category", "type": "category", "custom product type": "category",
    "variant price": "price", "price": "price", "variant barcode": "gtin", "barcode": "gtin",
    "variant compare at price": "regular_price", "compare-at price": "regular_price",
    "variant image": "image_url", "variant image url": "image_url", "image src": "image_url",
    "product image url": "image_url",
}  # fmt: skip
_SHOPIFY_DROPPED = re.compile(
    r"variant|option\d|image|seo|google shopping|inventory|weight|published|status|gift card|cost per item|sku$"
    r"|compare-at|handle|url handle|charge tax|requires shipping|fulfillment|continue selling|tax code|included /|"
    r"price /|compare at price /|unit price|template|collection"
)
_METAFIELD = re.compile(r"\s*\((?:product|variant)\.metafields\..*\)$")


def shopify(rows: Rows) -> Iterator[Row]:
    """One product per variant, with what the export writes only on a product's first row filled in.

    Drafts and what is not published are left out: to shoppers they do not exist.
    """
    first: Fields = {}
    handle = ""
    skus: set[str] = set()
    for line, row in rows():
        if isinstance(row, Invalid):
            yield line, row
            continue
        fields = {name.lower(): value for name, value in row.items()}
        own = fields.get("handle") or fields.get("url handle") or ""
        if own and own != handle:
            handle, first = own, fields
        elif not own or "title" not in first:
            yield line, Invalid("The row belongs to no product; its Handle or the product's Title is missing.")
            continue
        sells = any(fields.get(name) for name in ("variant price", "price", "variant sku", "sku", "option1 value"))
        if fields is not first and not sells:
            continue  # a further picture of the same product
        status = first.get("status", "active").lower()
        published = (first.get("published") or first.get("published on online store") or "true").lower()
        if status in ("draft", "archived") or published == "false":
            continue
        shared = {name: value for name, value in first.items() if not _of_variant(name)}
        named = {name: value for name, value in first.items() if name.startswith("option") and name.endswith(" name")}
        yield line, _shopify_product({**shared, **named, **fields}, handle, first, skus)


def _of_variant(name: str) -> bool:
    return name.startswith(("variant ", "option", "image ", "inventory ", "weight ")) or name in (
        "sku", "barcode", "price", "compare-at price", "cost per item", "product image url",
    )  # fmt: skip


def _shopify_product(fields: Fields, handle: str, first: Fields, skus: set[str]) -> Fields:
    made: Fields = {"facts": {}}
    for name, ours in _SHOPIFY.items():
        if fields.get(name):
            made.setdefault(ours, fields[name])
    for name, value in fields.items():
        if name not in _SHOPIFY and not _SHOPIFY_DROPPED.match(name):
            made["facts"][_METAFIELD.sub("", name)] = value
    options = [
        (fields.get(f"option{n} name", ""), fields[f"option{n} value"])
        for n in (1, 2, 3)
        if fields.get(f"option{n} value") not in (None, "", "Default Title")
    ]
    _variant(made, options)
    slug = re.sub(r"[^\w]+", "-", " ".join(value for _, value in options).lower()).strip("-")
    sku = (fields.get("variant sku") or fields.get("sku") or "").lstrip("'").strip()
    made["product_id"] = sku if sku and sku not in skus else f"{handle}-{slug}" if slug else handle
    skus.add(sku)
    made["group_id"] = handle if options else ""
    made["url"] = f"/products/{handle}"
    made["image_url"] = made.get("image_url") or first.get("image src") or first.get("product image url") or ""
    grams = fields.get("variant grams") or fields.get("weight value (grams)")
    if grams and _number(grams) > 0:
        made["facts"]["weight"] = f"{grams.removesuffix('.0')} g"
    quantity = fields.get("variant inventory qty") or fields.get("inventory quantity")
    tracked = fields.get("variant inventory tracker") or fields.get("inventory tracker")
    sells_on = fields.get("variant inventory policy") or fields.get("continue selling when out of stock") or "deny"
    if tracked and quantity is not None and sells_on.lower() in ("deny", "false"):
        made["availability"] = "in_stock" if _number(quantity) > 0 else "out_of_stock"
    return made


# --- WooCommerce ------------------------------------------------------------------------------------------------------

_WOO = {
    "name": "title", "brands": "brand", "description": "description", "short description": "summary",
    "gtin, upc, ean, or isbn": "gtin", "regular price": "price", "sale price": "sale_price",
    "date sale price starts": "sale_starts", "date sale price ends": "sale_ends",
}  # fmt: skip
_WOO_MEASURE = re.compile(r"^(weight|length|width|height) \((\w+)\)$")
_WOO_STOCK = {"1": "in_stock", "0": "out_of_stock", "backorder": "backorder"}
_WOO_CATEGORIES = re.compile(r"(?<!\\),\s*")
_WOO_KINDS = frozenset({"simple", "variable", "variation", "external", "grouped"})


def woocommerce(rows: Rows) -> Iterator[Row]:
    """One product per simple product or variation; a variation has what only its parent's row states.

    The file is read twice, because a variation may stand before its parent.  What is not published, is hidden or only
    groups others is left out.
    """
    parents: dict[str, Fields] = {}
    varied: set[str] = set()
    for _, row in rows():
        if not isinstance(row, Invalid):
            fields = _lowered(row)
            if "variable" in _kinds(fields):
                parents.update(dict.fromkeys(_woo_keys(fields), fields))
            elif fields.get("parent"):
                varied.add(fields["parent"])
    for line, row in rows():
        if isinstance(row, Invalid):
            yield line, row
            continue
        fields = _lowered(row)
        kinds = _kinds(fields)
        parent = parents.get(fields.get("parent", ""), {}) if "variation" in kinds else {}
        whole = parent or fields
        hidden = whole.get("visibility in catalog", "visible") == "hidden"
        published = all(each.get("published", "1") in ("1", "true") for each in (fields, whole))
        parted = "variable" in kinds and varied & set(_woo_keys(fields))
        if hidden or not published or parted or "grouped" in kinds:
            continue
        if kinds and not kinds & _WOO_KINDS:
            yield line, Invalid(f"The product type {fields['type'][:40]!r} is not known to this assistant.")
        elif "variation" in kinds and not parent:
            yield line, Invalid(f"The row's parent {fields.get('parent', '')[:40]!r} is not in the file.")
        else:
            yield line, _woo_product(fields, parent)


def _lowered(row: Fields) -> Fields:
    return {name.lower(): str(value).strip() for name, value in row.items()}


def _kinds(fields: Fields) -> set[str]:
    return {kind.strip() for kind in fields.get("type", "simple").lower().split(",")} - {"downloadable", "virtual"}


def _woo_keys(fields: Fields) -> list[str]:
    return [key for key in (fields.get("sku"), f"id:{fields['id']}" if fields.get("id") else "") if key]


def _woo_product(fields: Fields, parent: Fields) -> Fields:
    made: Fields = {"facts": {}}
    both = {**parent, **fields}
    for name, ours in _WOO.items():
        if both.get(name):
            made[ours] = both[name].replace("\\n", "\n")
    made["title"] = parent.get("name") or fields.get("name", "")
    if not made.get("price") and both.get("price"):
        made["price"] = both["price"]
    summary = made.pop("summary", "")
    made["description"] = "\n".join(text for text in (summary, made.get("description", "")) if text)
    made["product_id"] = fields.get("sku") or fields.get("id", "")
    made["availability"] = _WOO_STOCK.get(both.get("in stock?", "1"), both.get("in stock?", ""))
    made["image_url"] = (fields.get("images") or parent.get("images", "")).split(", ")[0]
    made["url"] = fields.get("external url") or _woo_url(parent.get("id") or fields.get("id"))
    paths = [path.replace("\\,", ",") for path in _WOO_CATEGORIES.split(both.get("categories", ""))]
    paths = [path for path in paths if path and path.lower() != "uncategorized"]
    made["category"] = max(paths, key=lambda path: path.count(">"), default="")
    for name, value in both.items():
        measure = _WOO_MEASURE.match(name)
        if measure and value not in ("", "0"):
            made["facts"][measure.group(1)] = f"{value} {measure.group(2)}"
    attributes = list(_woo_attributes(both))
    chosen = [(name, value) for name, value in _woo_attributes(fields) if parent]
    if not made.get("brand"):
        made["brand"] = next((value for name, value in attributes if name.lower() in ("brand", "manufacturer")), "")
    _variant(made, attributes, title=False)
    _variant(made, chosen)
    made["group_id"] = f"woo:{parent.get('sku') or parent.get('id')}" if parent else ""
    return made


def _woo_attributes(fields: Fields) -> Iterator[tuple[str, str]]:
    for name, label in fields.items():
        if name.startswith("attribute ") and name.endswith(" name"):
            value = fields.get(f"{name.removesuffix(' name')} value(s)", "")
            if label and value:
                yield label, value.replace("\\,", ",")


def _woo_url(post_id: str | None) -> str:
    return f"/?post_type=product&p={post_id}" if post_id and post_id.isdigit() else ""


# --- both -------------------------------------------------------------------------------------------------------------

_COLUMNS = {
    "color": "color", "colour": "color", "colors": "color", "colours": "color",
    "size": "size", "sizes": "size", "material": "material", "fabric": "material",
}  # fmt: skip


def _variant(made: Fields, options: Iterable[tuple[str, str]], *, title: bool = True) -> None:
    """What tells a variant from its sisters: colour, size and material have columns, the rest are facts."""
    values = []
    for name, value in options:
        column = _COLUMNS.get(name.lower().strip())
        if column:
            made[column] = value
        elif name.lower() not in ("brand", "manufacturer"):
            made["facts"][name.strip() or "option"] = value
        values.append(value)
    if title and values:
        made["title"] = ", ".join([str(made.get("title", "")), *values])


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)
