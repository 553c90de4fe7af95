"""Needs read from what shoppers type: prices, wishes, refusals, and what changes when they change their mind."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from lifecycle import needs
from lifecycle.language import measures
from lifecycle.model import CatalogueVersion, Product, ProductFact
from lifecycle.needs import Needs, prices
from lifecycle.needs.vocabulary import Vocabulary

SHELF = [
    ("g1", "Aster Quiet Burr Grinder, Cream", "Aster", "Coffee grinders", "Cream", 12900, {"suits": "French press"}),
    ("g2", "Aster Quiet Burr Grinder, Matte Black", "Aster", "Coffee grinders", "Black", 12900, {"noise": "62 dB"}),
    ("g3", "Boreal Hand Grinder, Silver", "Boreal", "Coffee grinders", "Silver", 7900, {"suits": "pet hair, crumbs"}),
    ("k1", "Boreal Pour Kettle, White", "Boreal", "Kettles", "White", 5900, {"capacity": "1.5 L"}),
    ("k2", "Cedar Stainless Steel Kettle, Silver", "Cedar", "Kettles", "Silver", 4900, {"capacity": "1.7 L"}),
]  # fmt: skip


@pytest.fixture
def words(session: Session, now: datetime) -> Vocabulary:
    version = CatalogueVersion(imported_at=now, source="test")
    session.add(version)
    session.flush()
    for product_id, title, brand, category, colour, cents, facts in SHELF:
        product = Product(
            product_id=product_id, title=title, brand=brand, category=category, color=colour, price_cents=cents,
            digest=product_id, catalogue_version=version.id,
        )  # fmt: skip
        session.add(product)
        session.flush()
        for position, (name, value) in enumerate(facts.items()):
            session.add(ProductFact(product_pk=product.id, position=position, name=name, value=value))
    session.flush()
    return needs.store_words(session)


@pytest.mark.parametrize(
    "text, low, high",
    [
        ("under $150", None, 150),
        ("under 150", None, 150),
        ("over $50 but under $100", 50, 100),
        ("between 50 and 100", 50, 100),
        ("150-200", 150, 200),
        ("$150-200", 150, 200),
        ("50 to 80 bucks", 50, 80),
        ("1-2k", 1000, 2000),
        ("around 100", 80, 120),
        ("my budget is $21", None, 21),
        ("can't go above 40", None, 40),
        ("I don't want to spend more than 115 dollars", None, 115),
        ("price lower than 60.00 dollars", None, 60),
        ("nothing over 60 please", None, 60),
        ("no less than $30", 30, None),
        ("$200 or more", 200, None),
        ("1.5k max", None, 1500),
        ("under $1,200", None, 1200),
        ("less than fifty dollars", None, 50),
        ("two hundred dollars tops", None, 200),
        ("i only have 60", None, 60),
        ("something up to 80 usd", None, 80),
        ("30 max", None, 30),
        ("a backpack for a 15 inch laptop under 90", None, 90),
        ("49,99 €", None, 49.99),
        ("headphones with a long battery under 100", None, 100),
        ("a bag for women under 43", None, 43),
        ("a knife set under 80", None, 80),
        ("a hundred and fifty bucks", None, 150),
        ("2.5k is the most i can do", None, 2500),
        ("half a grand", None, 500),
        ("around 40 quid", 32, 48),
        ("40ish", 32, 48),
        ("in the 200 range", 160, 240),
        ("between one and two hundred dollars", 100, 200),
        ("a tent, 150-250", 150, 250),
        ("got 80 to spend on a jacket", None, 80),
        ("$40+", 40, None),
        ("north of 300 dollars", 300, None),
        ("max 1 lakh", None, 100_000),
    ],
)
def test_a_budget_is_read(text: str, low: float | None, high: float | None) -> None:
    budget = prices.read(text)
    assert (budget.low, budget.high) == (low and low * 100, high and high * 100)


@pytest.mark.parametrize(
    "text",
    [
        "boots in size 10", "a 20x20 pillow", "pack of 2", "for women over 50", "a kettle under 2 kg",
        "iphone 12 pro max 6.7 inch", "a 4k tv", "under 10 ounces", "free shipping over $50", "a $10 off coupon",
        "less than 60 dB",
        "for up to 6 people", "headphones for kids under 5", "ages 5-7", "over 30 hours of battery", "under 5 pounds",
        "models from 2006 - 2012", "at least 50 by 60 inches", "max weight 20", "60 bags of tea", "20 and 30 cm",
        "an iphone 12 max case", "wh-1000xm4", "air max 90", "2021 honda", "24/7", "1/2 inch", "2 for 1",
        "socks, 40-45", "at least 4 stars", "1000 piece puzzle", "top 10", "100% cotton", "spf 50", "3 bedroom flat",
    ],
)  # fmt: skip
def test_other_numbers_are_no_price(text: str) -> None:
    assert not prices.read(text).stated


@pytest.mark.parametrize(
    "text, store, currency, high",
    [
        ("under £50", "USD", "GBP", 5000),
        ("max 50 eur", "USD", "EUR", 5000),
        ("under 50", "EUR", "EUR", 5000),
        ("under $50", "CAD", "CAD", 5000),
        ("under 5000 yen", "USD", "JPY", 5000),
        ("my budget is 50 pounds", "USD", "GBP", 5000),
    ],
)
def test_a_budget_knows_its_currency(text: str, store: str, currency: str, high: int) -> None:
    budget = prices.read(text, store)
    assert (budget.currency, budget.high) == (currency, high)


def test_the_sentence_of_the_journey(words: Vocabulary) -> None:
    read = needs.read("I need a quiet grinder under $150 for espresso, not black", words)
    assert read.category == "Coffee grinders"
    assert (read.price_min, read.price_max, read.currency) == (None, 15000, "USD")
    assert read.prefer == ("quiet",)
    assert read.wanted == ("espresso",) and read.use == "espresso"
    assert read.unwanted == ("black",)
    assert read.labels() == ["quiet", "espresso"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("an Aster grinder in red", {"brand": "Aster", "colour": "red", "kind": "grinder"}),
        ("griner for espresso", {"kind": "grinder", "wanted": ("espresso",)}),
        ("a stainless steel kettle", {"wanted": ("stainless steel",), "category": "Kettles"}),
        ("grinder for french press", {"wanted": ("french press",)}),
        ("grinder, not black or white", {"unwanted": ("black", "white")}),
        ("anything but silver", {"unwanted": ("silver",)}),
        ("I don't want plastic", {"unwanted": ("plastic",), "wanted": ()}),
        ("nothing too heavy", {"prefer": ("light",), "unwanted": ()}),
        ("not too expensive please", {"prefer": ("cheap",), "unwanted": ()}),
        ("a light blue kettle", {"colour": "light blue", "prefer": ()}),
        ("a light kettle", {"prefer": ("light",)}),
        ("latex-free band", {"wanted": ("latex free",), "noun": "band", "kind": ""}),
        ("boots size 10 for my dad", {"size": "10", "audience": "dad"}),
        ("6 pack of mugs", {"quantity": 6}),
        ("kettle with at least 1.5 litre", {"limits": (needs.Limit("L", 1.5, None, "at least 1.5 litre"),)}),
        ("no preference", {"wanted": (), "unwanted": ()}),
    ],
)
def test_wishes_and_refusals(words: Vocabulary, text: str, expected: dict[str, object]) -> None:
    read = needs.read(text, words)
    assert {name: getattr(read, name) for name in expected} == expected


TALES: list[tuple[str, dict[str, object]]] = [
    (
        "I want a grinder that isn't a pod machine, doesn't have plastic parts touching water, takes up less than 20cm "
        "of counter, and costs no more than a hundred and fifty bucks",
        {"noun": "grinder", "wanted": (), "unwanted": ("pod", "plastic"), "price_max": 15000},
    ),
    (
        "which of yours is best for a small flat, its loud here already",
        {"wanted": (), "prefer": (), "use": "small flat"},
    ),
    (
        "im looking for a gift for my mum who loves gardening",
        {"noun": "", "wanted": (), "audience": "mum", "use": "gardening"},
    ),
    (
        "my old grinder died last week and my hands hurt, I need a kettle with a whistle",
        {"noun": "kettle", "wanted": ("whistle",)},
    ),
    ("not white, the kitchen is so white already", {"unwanted": ("white",), "colour": "", "contradictions": ()}),
    (
        "my last kettle broke. can you show me one that is easy to clean",
        {"kind": "kettl", "wanted": ("easy to clean",)},
    ),
    ("a kettle for my living room", {"use": "living room", "wanted": ()}),
    ("kettle made of glass, with a temperature display", {"wanted": ("glass", "temperature display")}),
    ("a kettle that can boil milk and fits under a shelf", {"wanted": ("boil milk", "shelf")}),
    ("kettle without lid, plastic or silicone", {"unwanted": ("lid", "plastic", "silicone")}),
    ("a dishwasher safe, non slip kettle", {"wanted": ("dishwasher safe", "non slip")}),
    ("two glass kettles for the office", {"quantity": 2, "wanted": ("glass",), "use": "office"}),
    ("a drone with a camera", {"noun": "drone", "kind": "", "category": "", "wanted": ("camera",)}),
    ("sneakers", {"noun": "sneakers"}),
    ("a grinder for dog hair", {"wanted": ("pet hair",), "audience": ""}),
    ("50 dollars tops for a kettle", {"noun": "kettle", "price_max": 5000}),
    ("a bed for a great dane", {"noun": "bed", "audience": "dane"}),
]


@pytest.mark.parametrize("text, expected", TALES)
def test_only_what_stands_in_a_frame_of_wishing_is_a_need(
    words: Vocabulary, text: str, expected: dict[str, object]
) -> None:
    read = needs.read(text, words)
    assert {name: getattr(read, name) for name in expected} == expected


@pytest.mark.parametrize(
    "text, named",
    [
        ("kettle under $50 but over $80", [("over $80", "under $50")]),
        ("a red kettle but not red", [("red", "not red")]),
        ("a kettle with a lid, without lid", [("lid", "not lid")]),
        ("a small kettle, a big one", [("small", "big")]),
        ("kettle under 1 kg and over 3 kg", [("under 1 kg", "over 3 kg")]),
        ("kettle under 50, not black", []),
    ],
)
def test_what_contradicts_itself_is_named(words: Vocabulary, text: str, named: list[tuple[str, str]]) -> None:
    assert list(needs.read(text, words).contradictions) == named


@pytest.mark.parametrize(
    "text, expected",
    [
        ("around 40 quid", {"price_min": 3200, "price_max": 4800, "currency": "GBP"}),
        ("actually 90", {"price_max": 9000}),
        ("make it 200", {"price_max": 20000}),
        ("for my mum", {"audience": "mum"}),
        ("with a lid please", {"wanted": ("gooseneck", "lid")}),
        ("noise cancelling would be nice", {"wanted": ("gooseneck", "noise cancelling")}),
        ("size M", {"size": "m"}),
        ("L rather", {"size": "l"}),
        ("for two people", {"use": "two people"}),
        ("not glass either", {"unwanted": ("glass",)}),
        ("what is your return policy?", {}),
    ],
)
def test_a_fragment_refines_and_keeps_the_kind(words: Vocabulary, text: str, expected: dict[str, object]) -> None:
    before = needs.read("a gooseneck kettle under 80 dollars", words)
    read = needs.read(text, words, before)
    assert (read.kind, read.category) == ("kettl", "Kettles")
    assert {name: getattr(read, name) for name in expected} == expected


def test_a_change_of_mind_takes_the_old_type_away(words: Vocabulary) -> None:
    first = needs.read("a coffee grinder for pet hair", words)
    assert first.others == ("coffe",)
    changed = needs.read("actually no, a manual one", words, first)
    assert (changed.kind, changed.others, changed.wanted, changed.text) == (
        "grinder",
        (),
        ("manual",),
        "grinder manual",
    )


def test_what_is_spelt_right_is_not_mended(words: Vocabulary) -> None:
    assert needs.read("do you have sneakers", words).noun == "sneakers"
    assert needs.read("a griner", words).kind == "grinder"


def test_later_statements_refine_or_replace(words: Vocabulary) -> None:
    first = needs.read("a quiet grinder under $150 for espresso", words)
    dearer = needs.read("actually under 200", words, first)
    assert dearer == needs.read("a quiet grinder under $200 for espresso", words)
    assert dearer.noun == "grinder"
    refused = needs.read("not black", words, dearer)
    assert refused.unwanted == ("black",) and refused.price_max == 20000
    assert needs.read("black is fine", words, refused).unwanted == ()
    assert needs.read("any colour", words, refused).unwanted == ()
    assert needs.read("it doesn't need to be quiet", words, refused).prefer == ()
    assert needs.read("$20 more", words, refused).price_max == 22000
    assert needs.read("no limit", words, refused).price_max is None
    assert needs.read("red", words, refused).colour == "red"
    assert needs.read("not red", words, needs.read("red", words, refused)).colour == ""


def test_another_product_starts_afresh(words: Vocabulary) -> None:
    grinder = needs.read("a quiet grinder under $150", words)
    kettle = needs.read("and a white kettle", words, grinder)
    assert (kettle.category, kettle.price_max, kettle.prefer) == ("Kettles", None, ())


def test_needs_survive_a_slot(words: Vocabulary) -> None:
    read = needs.read("a quiet grinder between $50 and $150, lighter than 3 kg, not black", words)
    assert Needs.from_json(read.to_json()) == read
    assert Needs.from_json(None).empty and Needs.from_json({"unknown": 1}).empty


def test_a_catalogue_without_categories_and_prices_still_reads() -> None:
    read = needs.read("a quiet kettle under $40, not white", Vocabulary())
    assert (read.price_max, read.prefer, read.noun, read.unwanted) == (4000, ("quiet",), "kettle", ("white",))
    assert read.thing == "kettle" and not read.wanted


def test_the_vocabulary_follows_the_catalogue(session: Session, words: Vocabulary, now: datetime) -> None:
    assert needs.store_words(session) is words
    version = CatalogueVersion(imported_at=now, source="next")
    session.add(version)
    session.flush()
    for number in range(2):
        toaster = {"product_id": f"t{number}", "title": f"Toaster {number}", "category": "Toasters", "digest": "t"}
        session.add(Product(**toaster, catalogue_version=version.id))
    session.flush()
    assert needs.read("a toaster", needs.store_words(session)).category == "Toasters"


@pytest.mark.parametrize(
    "value, unit, number",
    [
        ("62 dB", "dB", 62.0),
        ("900 g", "kg", 0.9),
        ("13 x 20 x 34 cm", "cm3", 8840.0),
        ("5 min 30 s for 1 L", "h", 5.5 / 60),
        ("8 h, 30 h with case", "h", 8.0),
        ("lifetime", "years", 100.0),
        ("stepless", "dB", None),
        ("1.5 L", "kg", None),
    ],
)
def test_measures_are_compared_in_one_unit(value: str, unit: str, number: float | None) -> None:
    assert measures.number_of(value, unit) == (None if number is None else pytest.approx(number))


@pytest.mark.parametrize(
    "text, phrase",
    [
        ("paper bags without handles under $15", "paper bags without handles"),
        ("do you have a gift not included batteries for less than 24 dollars?", "gift not included batteries"),
        ("hi! need ez carafe, max $18", "ez carafe"),
        ("can you recommend full size frames? I don't want to spend more than 115 dollars", "full size frames"),
        ("looking for mens one piece bikini, i can spend up to $20", "mens one piece bikini"),
        ("a lamp, no cord, white", "lamp white no cord"),  # a refusal reaches over what follows it
        ("a cheap kettle", "kettle"),
        ("my old kettle broke, so I need one that whistles", ""),
        ("a gift for my mum who loves gardening", ""),
    ],
)  # fmt: skip
def test_a_search_phrase_is_kept_as_it_was_typed(words: Vocabulary, text: str, phrase: str) -> None:
    assert needs.read(text, words).phrase == phrase


def test_the_phrase_lasts_while_the_words_stay_the_same(words: Vocabulary) -> None:
    first = needs.read("a kettle without plastic", words)
    dearer = needs.read("actually under $80", words, first)
    assert (dearer.phrase, dearer.price_max) == ("kettle without plastic", 8000)
    assert needs.read("not white", words, first).phrase == ""
    assert needs.read("forget the plastic", words, first).phrase == ""
