"""Nettle & Fern: a plant nursery, its list a spreadsheet saved as CSV (semicolons, no brands, no pictures)."""

from __future__ import annotations

import csv
import io

NAME = "Nettle & Fern"

_HEADER = [
    "Code", "Name", "Kind", "Price", "Pot", "Flower colour", "Light", "Height", "Hardy to", "Pet safe", "Flowers",
    "Stock", "About",
]  # fmt: skip
_PLANTS = [
    ("NF-001", "Lavender 'Hidcote'", "Shrubs", "7,50", "2 l", "purple", "full sun",
     "60 cm", "-15 °C", "yes", "June to August", "34",
     "Scented, loved by bees; dislikes wet feet."),
    ("NF-002", "Hydrangea 'Limelight'", "Shrubs", "24,00", "5 l", "white", "part shade",
     "180 cm", "-20 °C", "no", "July to October", "9",
     "Large heads that fade to pink. Wants water in a dry summer."),
    ("NF-003", "Box ball", "Shrubs", "32,00", "7 l", "", "sun or shade",
     "40 cm", "-20 °C", "no", "", "0",
     "Evergreen and slow; clip it once a year."),
    ("NF-004", "Hart's tongue fern", "Ferns", "8,90", "2 l", "", "shade",
     "45 cm", "-20 °C", "yes", "", "21",
     "Evergreen, for the dark corner behind the shed."),
    ("NF-005", "Soft shield fern", "Ferns", "9,80", "2 l", "", "shade",
     "80 cm", "-15 °C", "yes", "", "12",
     "Soft arching fronds that stay green in most winters."),
    ("NF-006", "Lady fern", "Ferns", "7,90", "1 l", "", "part shade",
     "70 cm", "-20 °C", "yes", "", "3",
     "Light green and lacy; dies back in winter."),
    ("NF-007", "Geranium 'Rozanne'", "Perennials", "8,50", "2 l", "blue", "sun or part shade",
     "50 cm", "-15 °C", "yes", "June to November", "60",
     "Flowers longer than anything else we grow. Slugs leave it alone."),
    ("NF-008", "Hosta 'Halcyon'", "Perennials", "9,50", "2 l", "lilac", "shade",
     "45 cm", "-20 °C", "no", "July", "17",
     "Blue leaves. Slugs love it: protect it in spring."),
    ("NF-009", "Foxglove 'Sutton's Apricot'", "Perennials", "5,90", "1 l", "apricot", "part shade",
     "120 cm", "-15 °C", "no", "May to July", "28",
     "Two years, then it seeds itself. Poisonous if eaten."),
    ("NF-010", "Catmint 'Six Hills Giant'", "Perennials", "7,20", "2 l", "blue", "full sun",
     "90 cm", "-15 °C", "yes", "June to September", "40",
     "Drought proof once it has settled; cats roll in it."),
    ("NF-011", "Tomato 'Gardener's Delight'", "Vegetable plants", "3,20", "9 cm", "", "full sun",
     "180 cm", "5 °C", "no", "", "80",
     "Cherry tomatoes from July. Needs a cane and a sheltered wall."),
    ("NF-012", "Courgette 'Defender'", "Vegetable plants", "2,90", "9 cm", "yellow", "full sun",
     "60 cm", "5 °C", "yes", "June to September", "55",
     "One plant feeds a family; resists mosaic virus."),
    ("NF-013", "Wild rocket", "Vegetable plants", "1,90", "9 cm", "", "part shade",
     "25 cm", "-10 °C", "yes", "", "70",
     "Peppery leaves, cut and come again."),
    ("NF-014", "Apple 'Discovery' on M26", "Fruit trees", "39,00", "12 l", "pink", "full sun",
     "300 cm", "-20 °C", "yes", "April", "6",
     "Red early apples. Needs another apple near it for pollination."),
    ("NF-015", "Plum 'Victoria' on Pixy", "Fruit trees", "42,00", "12 l", "white", "full sun",
     "250 cm", "-20 °C", "yes", "April", "4",
     "Self-fertile: one tree is enough. Suits a big pot."),
    ("NF-016", "Fig 'Brown Turkey'", "Fruit trees", "29,50", "5 l", "", "full sun",
     "250 cm", "-10 °C", "no", "", "11",
     "Happiest with its roots held in a pot by a warm wall."),
    ("NF-017", "Sweet pea 'Matucana'", "Climbers", "4,50", "9 cm", "purple", "full sun",
     "200 cm", "-5 °C", "no", "June to September", "90",
     "The strongest scent of all sweet peas."),
    ("NF-018", "Clematis 'Nelly Moser'", "Climbers", "16,50", "3 l", "pink", "part shade",
     "300 cm", "-20 °C", "no", "May and September", "14",
     "Keeps its colour best out of the midday sun."),
    ("NF-019", "Ivy 'Glacier'", "Climbers", "6,40", "1 l", "", "shade",
     "300 cm", "-15 °C", "no", "", "33",
     "Evergreen with a cream edge; covers a north wall."),
]  # fmt: skip

ARTICLES = {
    "delivery": """---
title: Delivery
topics: [delivery]
questions: ["how much is delivery?", "when will my plants arrive?", "do you deliver to Scotland?"]
---
## What does delivery cost?
£6.80 an order, free from £60. Trees over two metres cost £18.

## When do plants leave the nursery?
On Mondays and Tuesdays, so that nothing spends a weekend in a box. They arrive within two days in mainland Britain.
""",
    "guarantee": """---
title: Our guarantee and returns
topics: [returns_refunds, warranty]
questions: ["what if the plant dies?", "can I return a plant?", "do you have a guarantee?"]
---
## What if a plant dies?
Hardy plants are guaranteed for two years: send us a picture and we send another. Vegetable plants are not.

## Can I return a plant?
Within 14 days, as long as it is in its pot.
""",
    "visit": """---
title: Visit the nursery
topics: [store_info]
questions: ["where are you?", "can I come and look?", "are you open on Sunday?"]
---
## Where are we?
On the Totnes road in Ashburton, open every day but Monday from 10 to 4.
""",
    "payment": """---
title: Payment
topics: [payment]
questions: ["how can I pay?", "do you take PayPal?", "do you take cards?"]
---
## How can I pay?
By card or PayPal; in the nursery also in cash.
""",
    "planting": """---
title: How to plant
kind: guide
categories: ["Shrubs", "Perennials", "Ferns"]
questions: ["how do I plant it?", "how deep do I plant it?"]
---
## How do I plant it?
1. Water the pot for an hour.
2. Dig a hole twice as wide as the pot and just as deep.
3. Firm the soil and water again.
""",
}


def feed() -> str:
    """The list as the nursery's spreadsheet saves it."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(_HEADER)
    table.writerows(_PLANTS)
    return out.getvalue()
