"""However a shopper writes it: slips of the keyboard, joined and split words, models, accents, what must be missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lifecycle import catalogue, search

TITLES = {
    "fryer": "Air Fryer 5 l", "fryer-xl": "Crisp Air Fryer XL", "oven": "Mini Oven", "bag": "Leather Handbag",
    "hand": "Hand Cream for Dry Hands", "purse": "Bag Organizer", "sony": "Sony WH-1000XM4 Headphones",
    "sony-5": "Sony WH-1000XM5 Headphones", "tv-55": 'Vista TV 55" 4K', "tv-43": 'Vista TV 43" 4K',
    "cream": "Crème Brûlée Torch", "ears": "無線イヤホン 防水", "phone": "ワイヤレス充電器",
    "shoe": "Кроссовки беговые",
    "gum": "Mint Chewing Gum, Sugar Free", "gum-sweet": "Sugar Chewing Gum Mint", "mat": "Non-Slip Bath Mat Grey",
    "mat-plain": "Bath Mat Grey", "socks": "No Show Socks White", "socks-high": "Knee Socks White",
    "pan": "Nonstick Frying Pan", "pan-iron": "Iron Frying Pan", "tub": "Bathtub Free Standing Acrylic",
    "batteries": "Rechargeable Batteries AA", "bottle": "Drinking Bottle with Straw", "umbrella": "Storm Umbrella",
    "blender": "Stand Blender", "knife": "Carving Knife", "scale": "Kitchen Scale 16 oz",
}  # fmt: skip
SPARE = [f"Air Fryer Basket {size}" for size in ("S", "M", "L")]


@pytest.fixture
def shop(session, tmp_path: Path, now):
    rows = [{"id": product_id, "title": title} for product_id, title in TITLES.items()]
    rows += [{"id": f"spare-{number}", "title": title} for number, title in enumerate(SPARE)]
    path = tmp_path / "feed.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    catalogue.import_feed(session, path, now=now)
    return session


WRITTEN = [
    ("umbbrella", "umbrella"),  # one letter too many
    ("umbrela", "umbrella"),  # one too few
    ("umberlla", "umbrella"),  # two swapped
    ("umbrexla", "umbrella"),  # another one
    ("recargable bateries", "batteries"),  # two slips in a long word
    ("nmbrella", "umbrella"),  # in the first letter
    ("mubrella", "umbrella"),
    ("mbrella", "umbrella"),
    ("knfe", "knife"),
    ("knives", "knife"),  # plural
    ("blenders standing", "blender"),
    ("airfryer xl", "fryer-xl"),  # joined
    ("hand bag", "bag"),  # split
    ("handbags", "bag"),
    ("wh-1000xm5", "sony-5"),  # models
    ("wh1000xm4", "sony"),
    ("wh 1000 xm4", "sony"),
    ("55 inch tv", "tv-55"),  # measures
    ("55in tv", "tv-55"),
    ('tv 43"', "tv-43"),
    ("16oz scale", "scale"),
    ("scale 16 ounces", "scale"),
    ("creme brulee", "cream"),  # accents
    ("イヤホン", "ears"),  # scripts without spaces
    ("充電", "phone"),
    ("кросовки", "shoe"),
]
LACKING = [  # what comes first, and what must come after it
    ("sugar free gum", "gum", "gum-sweet"),
    ("sugarfree gum", "gum", "gum-sweet"),
    ("sugarless gum", "gum", "gum-sweet"),
    ("gum without sugar", "gum", "gum-sweet"),
    ("gum, no suger", "gum", "gum-sweet"),
    ("gum w/o sugar", "gum", "gum-sweet"),
    ("non slip bath mat", "mat", "mat-plain"),
    ("no show socks", "socks", "socks-high"),
    ("non stick frying pan", "pan", "pan-iron"),
    ("frying pan other than iron", "pan", "pan-iron"),
]


def found(shop, text: str) -> list[str]:
    return [hit.product_id for hit in search.search(shop, text)]


def test_the_product_is_found_however_it_is_written(shop):
    assert {text: found(shop, text)[:1] for text, _ in WRITTEN} == {text: [first] for text, first in WRITTEN}


def test_what_must_not_be_there_comes_later(shop):
    for text, first, later in LACKING:
        every = found(shop, text)
        assert every[0] == first and every.index(later) > 0, text


def test_free_standing_is_not_free_of_anything(shop):
    assert found(shop, "free standing bathtub")[0] == found(shop, "bathtub free standing")[0] == "tub"
