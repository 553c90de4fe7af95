"""A feed is read row by row, whatever program exported it; a bad row never costs the others."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from lifecycle import money
from lifecycle.catalogue import feeds, product_row
from lifecycle.catalogue.feed_prices import Prices
from lifecycle.errors import Invalid

NOW = datetime(2026, 11, 2, 10, tzinfo=timezone.utc)

RSS = """<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Juneberry &amp; Otter</title>
<item><g:id>kettle-1</g:id><title>Gooseneck kettle</title><link>https://shop.example.com/kettle-1</link>
  <g:price>79.00 EUR</g:price><g:product_type>Kitchen &gt; Kettles</g:product_type>
  <g:product_highlight>Counts down</g:product_highlight><g:product_highlight>Holds heat</g:product_highlight>
  <g:product_detail><g:section_name>Size</g:section_name><g:attribute_name>capacity</g:attribute_name>
    <g:attribute_value>0.9 l</g:attribute_value></g:product_detail></item>
<item><g:id>kettle-2</g:id><title>Plain kettle</title><g:availability>out of stock</g:availability></item>
</channel></rss>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
<entry><g:id>1</g:id><title>Mug</title><link rel="alternate" href="https://shop.example.com/mug"/></entry></feed>
"""
SHOPIFY = """Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,\
Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,\
Variant Inventory Policy,Variant Price,Variant Barcode,Image Src,Status,\
Roast level (product.metafields.custom.roast)
tee,Linen tee,"<p>Soft &amp; light.</p><ul><li>Washes at 30 °C</li><li>Cut wide</li></ul>",Hollin,Apparel > Shirts,\
Shirt,"summer, linen",TRUE,Color,Sand,Size,M,TEE-S-M,180,shopify,4,deny,"1,049.00",4006381333931,https://x.example/t.jpg,active,
tee,,,,,,,,,Sand,,L,TEE-S-L,190,shopify,0,deny,49.00,,,,
tee,,,,,,,,,,,,,,,,,,,https://x.example/t2.jpg,,
beans,House beans,Chocolate notes,Orlo,,Coffee,,TRUE,Title,Default Title,,,,,,,,14.5,,,active,dark
ghost,Not yet,,Orlo,,Coffee,,FALSE,Title,Default Title,,,G-1,,,,,9,,,active,
"""


def rows_of(path: Path, format: str | None = None) -> tuple[str, list[product_row.ProductRow]]:
    feed, prices = feeds.read(path, format), Prices("USD", NOW)
    return feed.format, [product_row.from_feed(fields, prices) for _, fields in feed.rows]


def written(tmp_path: Path, text: str, name: str = "feed") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_google_tsv_with_details_sale_price_and_category_path(tmp_path):
    feed = (
        "id\ttitle\tdescription\tprice\tsale_price\tsale_price_effective_date\tavailability\tproduct_type\tcolor"
        "\tshipping_weight\tproduct_detail\n"
        "g1\tQuiet grinder\tHums.\t149.00 USD\t129.00 USD\t2026-11-01T00:00+00:00/2026-11-30T00:00+00:00\tin stock"
        "\tKitchen > Coffee > Grinders\tCream\t2.1 kg\tNoise:noise:62 dB\n"
        "g2\tLoud grinder\tRoars.\t149.00 USD\t99.00 USD\t2026-12-01T00:00+00:00/2026-12-30T00:00+00:00"
        "\tin_stock\t\t\t\t\n"
    )
    kind, (quiet, loud) = rows_of(written(tmp_path, feed))
    assert kind == "google"
    assert (quiet.price_cents, quiet.currency, quiet.category) == (12900, "USD", "Grinders")
    assert quiet.category_path == ["Kitchen", "Coffee", "Grinders"]
    facts = {fact.name: (fact.value, fact.number, fact.unit) for fact in quiet.facts}
    assert facts["noise"] == ("62 dB", 62.0, "dB")
    assert facts["shipping_weight"] == ("2.1 kg", 2.1, "kg")
    assert facts["regular_price"][0] == "$149.00"
    assert loud.price_cents == 14900, "a sale that has not begun is not the price"


def test_rss_and_atom(tmp_path):
    kind, (kettle, plain) = rows_of(written(tmp_path, RSS, "feed.xml"))
    assert kind == "google"
    assert (kettle.price_cents, kettle.currency, kettle.bullets) == (7900, "EUR", ["Counts down", "Holds heat"])
    assert kettle.facts == [product_row.Fact("capacity", "0.9 l", 0.9, "l")]
    assert (plain.availability, plain.price_cents) == ("out_of_stock", None)
    _, (mug,) = rows_of(written(tmp_path, ATOM, "atom.xml"))
    assert mug.url == "https://shop.example.com/mug"


def test_xml_reports_the_line_of_each_item_and_where_it_breaks_off(tmp_path):
    found = list(feeds.read(written(tmp_path, RSS.replace("</channel></rss>", "<item>"))).rows)
    assert [line for line, _ in found[:2]] == [3, 8]
    assert isinstance(found[2][1], Invalid) and "breaks off" in str(found[2][1])


def test_xml_with_entities_is_refused(tmp_path):
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa">]><rss><channel><item><id>&a;</id></item></channel></rss>'
    with pytest.raises(Invalid, match="entities"):
        list(feeds.read(written(tmp_path, bomb)).rows)


def test_shopify_makes_a_product_of_every_variant(tmp_path):
    kind, (medium, large, beans) = rows_of(written(tmp_path, SHOPIFY, "export.csv"))
    assert kind == "shopify"
    assert (medium.product_id, medium.title, medium.price_cents) == ("TEE-S-M", "Linen tee, Sand, M", 104900)
    assert (medium.color, medium.size, medium.brand, medium.category) == ("Sand", "M", "Hollin", "Shirts")
    assert (medium.description, medium.bullets) == ("Soft & light.", ["Washes at 30 °C", "Cut wide"])
    assert (medium.availability, large.availability) == ("in_stock", "out_of_stock")
    assert (large.description, large.gtin) == (medium.description, None), "a barcode belongs to one variant"
    assert (beans.product_id, beans.title, beans.category) == ("beans", "House beans", "Coffee")
    assert {fact.name: fact.value for fact in beans.facts} == {"roast level": "dark"}


def test_json_lines_gzip_unknown_fields_become_facts(tmp_path):
    line = {"product_id": "a", "name": "Oak &amp; <b>ash</b> tray", "price": 32.9, "category": ["Home", "Trays"],
            "bullets": "Oiled\nHeavy", "weight": "1.2 kg", "dimensions": "40 x 30 cm", "is_book": False}  # fmt: skip
    path = tmp_path / "feed.gz"
    path.write_bytes(gzip.compress(("\n" + json.dumps(line) + "\n").encode()))
    kind, (tray,) = rows_of(path)
    assert (kind, tray.title, tray.price_cents, tray.bullets) == ("jsonl", "Oak & ash tray", 3290, ["Oiled", "Heavy"])
    facts = {fact.name: (fact.value, fact.number, fact.unit) for fact in tray.facts}
    assert facts["weight"] == ("1.2 kg", 1.2, "kg")
    assert facts["dimensions"] == ("40 x 30 cm", None, None)
    assert facts["is_book"][0] == "no"


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "is empty"),
        (b"[1]", "one product per line"),
        (b"hello world\n", "no feed we know"),
        (b"\x1f\x8b\x08 and then no gzip at all", "damaged gzip"),
    ],
)
def test_a_file_that_is_no_feed_is_refused_in_one_sentence(tmp_path, content, reason):
    path = tmp_path / "feed"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=reason):
        list(feeds.read(path).rows)


def test_latin_1_and_utf_16_exports_are_read(tmp_path):
    text = "id\ttitle\n1\tCafé crème\n"
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        path = tmp_path / encoding
        path.write_bytes(text.encode(encoding))
        assert rows_of(path)[1][0].title == "Café crème"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("129.00 USD", (12900, "USD")),
        ("USD 129", (12900, "USD")),
        ("1,299.00", (129900, "EUR")),
        ("1,299", (129900, "EUR")),
        ("€12,50", (1250, "EUR")),
        ("1.299,00 €", (129900, "EUR")),
        ("1 299,00 €", (129900, "EUR")),
        ("£0.99", (99, "GBP")),
        ("$5", (500, "USD")),
        ("¥1,200", (1200, "JPY")),
        ("12.345 KWD", (12345, "KWD")),
        (0.1, (10, "EUR")),
        (32.9, (3290, "EUR")),
    ],
)
def test_prices_are_exact(text, expected):
    assert money.parse_price(text, "EUR") == expected


@pytest.mark.parametrize("text", ["-3.00 USD", "free", "", "1.299", "NaN", "10-20 USD", "9" * 40])
def test_what_is_no_price_or_ambiguous_is_refused(text):
    with pytest.raises(Invalid):
        money.parse_price(text, "USD")


@pytest.mark.parametrize(
    "cents, currency, text", [(12900, "USD", "$129.00"), (1200, "JPY", "¥1,200"), (None, "USD", None)]
)
def test_prices_are_shown_as_people_write_them(cents, currency, text):
    assert money.format_price(cents, currency) == text


@pytest.mark.parametrize(
    "value, expected",
    [
        ("62 dB", (62.0, "dB")),
        ("1.2 kg", (1.2, "kg")),
        ("1,200 W", (1200.0, "W")),
        ("about 30 min", (30.0, "min")),
        ("12 fl oz", (12.0, "fl oz")),
        ("95 %", (95.0, "%")),
        ("40", (40.0, None)),
        ("40 x 30 cm", (None, None)),
        ("40 mm conical steel", (None, None)),
        ("top-rack safe", (None, None)),
    ],
)
def test_a_single_measure_is_split_into_number_and_unit(value, expected):
    assert product_row.measure(value) == expected
