"""A shopper's words find the product they mean, also misspelt, joined, split, and with what must not be there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lifecycle import catalogue, search
from lifecycle.language import negation, words
from lifecycle.search import Filters, ranking

PRODUCTS = [
    {"id": "g1", "title": "Quiet 40 Conical Burr Grinder, Cream", "brand": "Tamarack",
     "category": ["Kitchen", "Coffee"], "price": 129, "color": "Cream", "noise": "62 dB"},
    {"id": "g2", "title": "Quiet 40 Conical Burr Grinder, Black", "brand": "Tamarack",
     "category": ["Kitchen", "Coffee"], "price": 129, "color": "Black", "availability": "out_of_stock"},
    {"id": "g3", "title": "Bistro Burr Grinder", "brand": "Orlo", "category": ["Kitchen", "Coffee"], "price": 349},
    {"id": "k1", "title": "Knife Set with Block", "category": ["Kitchen", "Knives"], "price": 99},
    {"id": "k2", "title": "Knife Set, 5 Pieces", "category": ["Kitchen", "Knives"], "price": 79,
     "bullets": ["Comes without block"]},
    {"id": "e1", "title": "Wireless Earbuds", "category": ["Audio"], "description": "For runners."},
    {"id": "e2", "title": "Fire Stick Remote Cover", "category": ["Audio"], "price": 9},
    {"id": "w1", "title": "Linen Shirt for Women", "brand": "Hollin", "category": ["Clothing"], "price": 49},
    {"id": "w2", "title": "Linen Shirt for Men", "brand": "Hollin", "category": ["Clothing"], "price": 49},
    {"id": "v1", "title": "Magnesium Capsules 200 mg", "category": ["Health"], "price": 12},
    {"id": "v2", "title": "Magnesium Capsules 400mg", "category": ["Health"], "price": 14},
]  # fmt: skip


@pytest.fixture
def shop(session, tmp_path: Path, now):
    path = tmp_path / "feed.jsonl"
    path.write_text("\n".join(json.dumps(product) for product in PRODUCTS), encoding="utf-8")
    catalogue.import_feed(session, path, now=now)
    return session


def found(shop, text: str, **filters) -> list[str]:
    return [hit.product_id for hit in search.search(shop, text, filters=Filters(**filters) if filters else None)]


@pytest.mark.parametrize(
    "text, first",
    [
        ("a grinder in cream please", "g1"),
        ("ORLO grinders", "g3"),
        ("womens linen shirts", "w1"),
        ("men's shirt", "w2"),
        ("ear buds", "e1"),
        ("firestick cover", "e2"),
        ("wireles erabuds", "e1"),
        ("magnesium 200mg", "v1"),
        ("magnesium 400 mg", "v2"),
        ("knife set without block", "k2"),
        ("knife set, no block", "k2"),
        ("tamarack grinder in anything but cream", "g2"),
    ],
)
def test_the_meant_product_comes_first(shop, text, first):
    assert found(shop, text)[0] == first


@pytest.mark.parametrize(
    "said", ["Hi, I'm looking for {} please", "do you have {}", "I need a {}, thanks!", "show me some {}"]
)
def test_what_is_said_around_a_request_changes_nothing(shop, said):
    for text in ("linen shirt", "knife set without block"):
        assert search.search(shop, said.format(text)) == search.search(shop, text)


def test_what_must_not_be_comes_last(shop):
    assert found(shop, "burr grinder not black")[-1] == "g2"


def test_unknown_or_empty_words_find_nothing(shop):
    for text in ("", " ", "🙂🙂", "?!… --- ///", "zzzqqq xyzzyx", "the and of", "\0", "\ud800", "!", '"""'):
        assert found(shop, text) == [], text


def test_absurdly_long_requests_are_answered(shop):
    assert "g1" in found(shop, "burr grinder " * 1_000)
    assert found(shop, "x" * 10_000) == []
    assert search.search(shop, "grinder", limit=0) == search.search(shop, "grinder", limit=-3) == []
    assert len(search.search(shop, "grinder", limit=10**9)) == 3


def test_filters_hold_for_every_result(shop):
    assert "g3" not in found(shop, "burr grinder", price_max_cents=20_000)
    assert found(shop, "burr grinder", price_min_cents=20_000) == ["g3"]
    assert "g2" not in found(shop, "burr grinder", in_stock=True)
    assert found(shop, "grinder shirt knife", category="kitchen", brand="ORLO") == ["g3"]
    assert "g2" not in found(shop, "burr grinder", exclude=["black"])
    assert found(shop, "grinder", product_ids=["g3", "k1"]) == ["g3"]
    assert "g1" not in found(shop, "grinder", exclude_ids=["g1"])
    assert found(shop, "earbuds", price_max_cents=10**9) == [], "an unknown price is not within a limit"
    assert set(found(shop, "", category="knives")) == {"k1", "k2"}


@pytest.mark.parametrize("longer", [2, 4])  # of a short list what is affordable is often not in it
def test_two_searches_at_once_find_what_each_finds_alone(shop, monkeypatch, longer):
    monkeypatch.setattr(ranking, "CANDIDATES", 2)
    monkeypatch.setattr(ranking, "LONGER", longer)
    answered = 0
    for text in (
        "burr grinder",
        "magnesium capsules",
        "linen shirt or knife set",
        "grinder shirt capsules",
        "zzzz",
        "",
    ):
        for low, high in ((None, 1_300), (None, 10_000), (5_000, None), (8_000, 20_000)):
            limit = Filters(price_min_cents=low, price_max_cents=high)
            both = search.search_affordable(shop, text, limit=2, price_min_cents=low, price_max_cents=high)
            anywhere = search.search(shop, text, limit=2)
            within = search.search(shop, text, limit=2, filters=limit) if len(anywhere) == 2 else []
            assert both == (anywhere, within), (text, low, high)
            answered += bool(within)
    assert answered > 6


def test_an_empty_catalogue_answers_nothing(session):
    assert search.search(session, "grinder") == []
    assert search.search(session, "", filters=Filters(in_stock=True)) == []


@pytest.mark.parametrize(
    "text, wanted, unwanted",
    [
        ("knife sets without block", ["knife", "sets"], [["block"]]),
        ("lamp without cord or plug", ["lamp"], [["cord"], ["plug"]]),
        ("gift not included batteries", ["gift"], [["batteries"]]),
        ("grinder, not black, for espresso", ["grinder", "for", "espresso"], [["black"]]),
        ("no show socks", ["socks"], [["show"]]),
        ("non slip bath mat", ["!slip", "bath", "mat"], [["slip"]]),
        ("bath mat non slip", ["bath", "mat", "!slip"], [["slip"]]),
        ("sugar-free gum", ["!sugar", "gum"], [["sugar"]]),
        ("gum free of sugar or gluten", ["gum"], [["sugar"], ["gluten"]]),
        ("bathtub free standing", ["bathtub", "free", "standing"], []),
        ("buy one get one free", ["buy", "one", "get", "one", "free"], []),
        ("lamp w/o cord", ["lamp"], [["cord"]]),
        ("anything but red", [], [["red"]]),
        ("lamp in any colour other than white", ["lamp", "in", "any", "colour"], [["white"]]),
        ("tea instead of coffee", ["tea"], [["coffee"]]),
        ("quiet grinder", ["quiet", "grinder"], []),
    ],
)
def test_what_is_not_wanted_is_read(text, wanted, unwanted):
    assert negation.split(words.tokens(text)) == (wanted, unwanted)


@pytest.mark.parametrize(
    "text, denied",
    [
        ("comes without handles", {"handles"}),
        ("mattress not included", {"mattress"}),
        ("mattress sold separately", {"mattress"}),
        ("BPA free bottle", {"bpa"}),
        ("bottle with a straw", set()),
        ("Non Slip Bath Mat", {"slip"}),
        ("snacks free from nuts", {"nuts"}),
        ("table, free standing", set()),
    ],
)
def test_what_a_page_says_is_not_there(text, denied):
    tokens = words.tokens(text)
    assert {tokens[place] for place in negation.denied(tokens)} == denied


@pytest.mark.parametrize(
    "word, stem",
    [("running", "run"), ("knives", "knife"), ("women", "woman"), ("relational", "relat"), ("happy", "happi"),
     ("sky", "sky"), ("hopping", "hop"), ("hoping", "hope"), ("generalizations", "gener"), ("7.5", "7.5")],
)  # fmt: skip
def test_stems(word, stem):
    assert words.stem(word) == words.stem(stem)


def test_tokens_keep_numbers_and_read_units_apart():
    assert words.tokens("Men's 200mg, 1,000 pcs 7.5\" Café") == ["men", "200", "mg", "1000", "pcs", "7.5", "cafe"]
    assert words.tokens("Smørrebrød, Straße w/o 55in") == ["smorrebrod", "strasse", "without", "55", "inch"]
    assert words.tokens("無線イヤホン") == ["無線", "線イ", "イヤ", "ヤホ", "ホン"]
