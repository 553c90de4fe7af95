"""The Paper Lantern: a bookshop on WooCommerce (dollars; paperback and hardcover as variations; no pictures)."""

from __future__ import annotations

import csv
import io

NAME = "The Paper Lantern"

_HEADER = [
    "ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Is featured?", "Visibility in catalog",
    "Short description", "Description", "Date sale price starts", "Date sale price ends", "Tax status", "In stock?",
    "Stock", "Backorders allowed?", "Weight (kg)", "Sale price", "Regular price", "Categories", "Tags", "Images",
    "Parent", "Position", "Attribute 1 name", "Attribute 1 value(s)", "Attribute 2 name", "Attribute 2 value(s)",
    "Attribute 3 name", "Attribute 3 value(s)", "Meta: _internal_margin",
]  # fmt: skip

# id, title, author, categories, pages, age, description, [(format, price, sale)]
_BOOKS = [
    (11, "The Salt Road Murders", "Imelda Crowe", "Books > Crime novels", "352", "adult",
     "A retired ferry pilot finds a body in the saltworks. Set in Norway.",
     [("Paperback", "12.99", ""), ("Hardcover", "24.00", "")]),
    (12, "A Quiet Alibi", "Imelda Crowe", "Books > Crime novels", "298", "adult",
     "Everybody on the island was asleep, and everybody lies. Little violence.", [("Paperback", "11.50", "8.99")]),
    (13, "Knife Weather", "Tobin Achterberg", "Books > Crime novels", "410", "adult",
     "A violent winter in Rotterdam, with a detective who talks too much.", [("Paperback", "13.50", "")]),
    (14, "The Lighthouse Cat", "Pia Solander", "Books > Picture books", "32", "3 to 6",
     "A cat keeps the lamp burning through a storm. Big pictures, few words.", [("Hardcover", "16.99", "")]),
    (15, "Where Do Puddles Go?", "Pia Solander", "Books > Picture books", "40", "2 to 5",
     "Rain, sun and a very patient frog.", [("Hardcover", "15.99", ""), ("Board book", "9.99", "")]),
    (16, "Dragons of the Lower Marsh", "J. K. Merriweather", "Books > Children's novels", "256", "8 to 12",
     "Two sisters, one very small dragon. Funny, with short chapters.", [("Paperback", "8.99", "")]),
    (17, "The Bread Week", "Odile Marchetti", "Books > Cookbooks", "240", "adult",
     "Seven doughs for seven days, from a first loaf to sourdough. Vegetarian.", [("Hardcover", "32.00", "27.50")]),
    (18, "Beans, Mostly", "Rafael Osei", "Books > Cookbooks", "208", "adult",
     "Eighty vegan dinners from dried beans; most take half an hour.",
     [("Paperback", "22.00", ""), ("Hardcover", "35.00", "")]),
    (19, "One Pan, Two Hands", "Rafael Osei", "Books > Cookbooks", "180", "adult",
     "Weeknight dinners for beginners, with meat and fish.", [("Hardcover", "28.00", "")]),
    (20, "How Tides Work", "Dr. Nneka Abara", "Books > Popular science", "320", "adult",
     "The moon, the shelf and the harbour, without a formula.", [("Paperback", "17.00", "")]),
    (21, "The Patient Universe", "Dr. Nneka Abara", "Books > Popular science", "388", "adult",
     "Slow stars and what they tell us. With formulas in the appendix.", [("Hardcover", "29.00", "")]),
    (22, "Small Fires", "Wen Li Aoyama", "Books > Poetry", "96", "adult", "Sixty short poems about kitchens.",
     [("Paperback", "10.00", "")]),
]  # fmt: skip

ARTICLES = {
    "postage": """---
title: Postage
topics: [delivery]
questions: ["do you post books abroad?", "how much is postage?"]
---
## How much is postage?
Books go by Media Mail for $4 an order within the US, free from $50. We post to Canada and Mexico for $15.
""",
    "signed-copies": """---
title: Signed copies and gifts
topics: [store_info]
questions: ["do you have signed copies?", "can you gift wrap a book?"]
---
## Do you sell signed copies?
Authors who read in our shop sign for us; a signed copy costs nothing extra.
""",
    "returns": """---
title: Returns
topics: [returns_refunds]
questions: ["can I return a book I have read?"]
---
## Can I return a book?
Within 14 days, unread and without marks. A present can be exchanged until the end of January.
""",
}


def feed() -> str:
    """The products as WooCommerce exports them: variations name their parent and say little themselves."""
    out = io.StringIO()
    table = csv.DictWriter(out, _HEADER, restval="", lineterminator="\n")
    table.writeheader()
    for book_id, title, author, category, pages, age, said, formats in _BOOKS:
        several = len(formats) > 1
        kept = ", ".join(name for name, _, _ in formats)
        whole = {
            "ID": book_id, "Type": "variable" if several else "simple", "SKU": f"PL-{book_id}", "Name": title,
            "Published": 1, "Visibility in catalog": "visible", "Description": said, "In stock?": 1,
            "Categories": f"{category}, Books > Staff picks" if book_id % 2 else category, "Weight (kg)": "0.4",
            "Attribute 1 name": "Format", "Attribute 1 value(s)": kept, "Attribute 2 name": "Author",
            "Attribute 2 value(s)": author, "Attribute 3 name": "Age", "Attribute 3 value(s)": age,
            "Meta: _internal_margin": "0.41", "Tags": f"{pages} pages",
        }  # fmt: skip
        if not several:
            whole |= {"Regular price": formats[0][1], "Sale price": formats[0][2]}
        variations = [
            {
                "ID": book_id * 100 + number, "Type": "variation", "SKU": f"PL-{book_id}-{name[0]}", "Published": 1,
                "Name": f"{title} - {name}", "In stock?": 1, "Parent": f"PL-{book_id}", "Regular price": price,
                "Sale price": sale, "Attribute 1 name": "Format", "Attribute 1 value(s)": name,
            }
            for number, (name, price, sale) in enumerate(formats)
            if several
        ]  # fmt: skip
        for row in [*variations[:1], whole, *variations[1:]]:  # exports do not promise an order
            table.writerow(row)
    return out.getvalue()
