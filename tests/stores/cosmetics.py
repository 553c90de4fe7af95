"""Marram & Moss: a British cosmetics shop on Shopify (pounds, shades and sizes as variants)."""

from __future__ import annotations

import csv
import io

NAME = "Marram & Moss"

_HEADER = [
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published", "Option1 Name",
    "Option1 Value", "Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker",
    "Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Variant Compare At Price", "Variant Barcode",
    "Image Src", "Image Position", "Cost per item", "Status", "Skin type (product.metafields.custom.skin_type)",
    "SPF (product.metafields.custom.spf)", "Vegan (product.metafields.custom.vegan)",
    "Fragrance (product.metafields.custom.fragrance)",
]  # fmt: skip

# handle, title, html, category, option name, [(value, price, compare, stock)], skin type, SPF, vegan, fragrance
_PRODUCTS = [
    ("dune-day-cream", "Dune Day Cream",
     "<p>Light cream with squalane &amp; oat.</p><ul><li>Absorbs in a minute</li></ul>", "Moisturisers", "Size",
     [("50 ml", "24.00", "", 30), ("100 ml", "39.00", "45.00", 12)], "dry, sensitive", "", "yes", "none"),
    ("saltgrass-gel", "Saltgrass Gel Moisturiser", "<p>A gel for skin that shines by noon.</p>",
     "Moisturisers", "Size", [("50 ml", "19.50", "", 40)], "oily, combination", "", "yes", "none"),
    ("heather-night-balm", "Heather Night Balm", "<p>Rich, with shea butter and lavender oil.</p>",
     "Moisturisers", "Size", [("40 ml", "32.00", "", 9)], "dry, mature", "", "no", "lavender"),
    ("shingle-spf50", "Shingle Sun Fluid", "<p>Invisible on the skin, no white cast.</p>",
     "Sunscreens", "Size", [("50 ml", "22.00", "", 25), ("200 ml", "48.00", "", 0)], "all", "50", "yes", "none"),
    ("shingle-spf30", "Shingle Tinted Sunscreen", "<p>A hint of colour with mineral filters.</p>",
     "Sunscreens", "Shade", [("Light", "26.00", "", 14), ("Medium", "26.00", "", 14), ("Deep", "26.00", "", 8)],
     "all", "30", "yes", "none"),
    ("kelp-cleanser", "Kelp Foaming Cleanser", "<p>Cleans without pulling.</p>",
     "Cleansers", "Size", [("150 ml", "14.00", "", 50)], "oily, combination", "", "yes", "citrus"),
    ("oat-milk-cleanser", "Oat Milk Cleanser", "<p>Takes off make-up; no foam, no soap.</p>",
     "Cleansers", "Size", [("150 ml", "16.00", "", 21)], "dry, sensitive", "", "yes", "none"),
    ("rosehip-lipstick", "Rosehip Satin Lipstick", "<p>Stays four hours and does not dry the lips.</p>",
     "Lipsticks", "Colour", [("Red", "18.00", "", 20), ("Coral", "18.00", "", 20), ("Plum", "18.00", "", 20),
                             ("Pink", "18.00", "", 20), ("Brown", "18.00", "", 3)], "", "", "yes", "none"),
    ("sloe-matte-lipstick", "Sloe Matte Lipstick", "<p>Matte, stays eight hours.</p>",
     "Lipsticks", "Colour", [("Red", "21.00", "", 11), ("Plum", "21.00", "", 0)], "", "", "no", "vanilla"),
    ("samphire-mascara", "Samphire Mascara", "<p>Waterproof; comes off with oil.</p>",
     "Mascaras", "Colour", [("Black", "15.50", "", 44), ("Brown", "15.50", "", 17)], "", "", "yes", "none"),
    ("tideline-shampoo", "Tideline Shampoo", "<p>For hair that is washed every day.</p>",
     "Shampoos", "Size", [("250 ml", "11.00", "", 31), ("500 ml", "18.00", "", 12)], "", "", "yes", "citrus"),
    ("driftwood-shampoo-bar", "Driftwood Shampoo Bar", "<p>A bar for sixty washes, no bottle.</p>",
     "Shampoos", "Title", [("Default Title", "9.50", "", 70)], "", "", "yes", "cedar"),
    ("harbour-eau", "Harbour Eau de Parfum", "<p>Salt, vetiver, a little smoke.</p>",
     "Perfumes", "Size", [("30 ml", "46.00", "", 7), ("50 ml", "62.00", "", 5)], "", "", "no", "woody"),
    ("draft-toner", "Unreleased Toner", "<p>Not yet.</p>",
     "Toners", "Title", [("Default Title", "13.00", "", 5)], "", "", "yes", "none"),
]  # fmt: skip

ARTICLES = {
    "shipping": """---
title: Shipping
topics: [delivery]
questions: ["do you ship to Ireland?", "how much is shipping?"]
---
## What does shipping cost?
Royal Mail brings parcels within the UK for £3.50, free from £35. Ireland costs £9.
""",
    "returns": """---
title: Returns
topics: [returns_refunds]
questions: ["can I return an opened cream?"]
---
## Can I return something I opened?
If it did not suit your skin, yes: tell us within 30 days and keep the rest. We refund it once per product.
""",
    "animal-testing": """---
title: Animal testing and ingredients
topics: [store_info]
questions: ["do you test on animals?", "are you cruelty free?"]
---
## Do you test on animals?
Never, and neither do our suppliers. Every product is Leaping Bunny certified.
""",
    "how-to-use-sunscreen": """---
title: How to use sunscreen
categories: ["Sunscreens"]
questions: ["how much sunscreen do I need?", "how do I apply it?"]
---
## How much sunscreen do I need?
Two fingers' length for face and neck, fifteen minutes before you go out, again after two hours and after swimming.
""",
}


def feed() -> str:
    """The products as Shopify exports them: further variants and pictures on rows of their own."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(_HEADER)
    for handle, title, body, category, option, variants, skin, spf, vegan, fragrance in _PRODUCTS:
        status = "draft" if handle.startswith("draft") else "active"
        for number, (value, price, compare, stock) in enumerate(variants):
            first = number == 0
            sku = f"MM-{handle[:3]}-{handle[-4:]}-{number}".upper()
            table.writerow(
                [handle, title if first else "", body if first else "", NAME if first else "", "", category if first
                 else "", "", "true" if first else "", option if first else "", value, "", "", sku, "120", "shopify",
                 stock, "deny", price, compare, "", f"https://cdn.example.com/{handle}.jpg" if first else "",
                 "1" if first else "", "4.20", status if first else "", skin if first else "", spf if first else "",
                 vegan if first else "", fragrance if first else ""]
            )  # fmt: skip
        table.writerow([handle, *[""] * 19, f"https://cdn.example.com/{handle}-2.jpg", "2", *[""] * 6])
    return out.getvalue()
