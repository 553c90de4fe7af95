"""The demo store stays one believable shop: what it says in one place, it says everywhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import frontmatter
import pytest
from defusedxml import ElementTree

from lifecycle.demo import STORE, articles_dir, catalogue_path, guides_dir, reviews_path
from lifecycle.demo.pictures import DRAWINGS, KINDS, colour_value, kind_of, picture

# Those of the topics in the `understand` contract that an article can be about.
TOPICS = {
    *("order_status", "delivery", "returns_refunds", "cancel_order", "change_order", "payment", "warranty"),
    *("discounts", "price", "availability", "product_question", "place_order", "usage_help", "problem", "review"),
    *("contact_human", "store_info", "unsubscribe", "my_data"),
}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


PRODUCTS = rows(catalogue_path())
REVIEWS = rows(reviews_path())
BY_ID = {product["product_id"]: product for product in PRODUCTS}
LEAVES = Counter(product["category"][-1] for product in PRODUCTS)
ARTICLES = sorted(articles_dir().glob("*.md"))
GUIDES = sorted(guides_dir().glob("*.md"))


def sections(path: Path) -> dict[str, str]:
    """Heading -> text under it, and a failure when anything stands outside a section."""
    before, *parts = re.split(r"^## ", frontmatter.load(str(path)).content, flags=re.MULTILINE)
    assert before.strip() == "", f"{path.name}: text outside a section"
    return {heading.strip(): text.strip() for heading, _, text in (part.partition("\n") for part in parts)}


def test_the_catalogue_is_a_shop_in_size_and_breadth():
    assert len(PRODUCTS) >= 140
    assert len(LEAVES) >= 10
    assert min(LEAVES.values()) >= 5
    assert len(BY_ID) == len(PRODUCTS)
    assert len({product["title"] for product in PRODUCTS}) == len(PRODUCTS)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["product_id"])
def test_every_product_can_be_sold(product):
    assert product["price"] > 0 and product["currency"] == STORE.currency
    assert Decimal(str(product["price"])).as_tuple().exponent >= -2
    assert product["availability"] in {"in_stock", "out_of_stock", "preorder"}
    assert product["title"] and product["brand"] and product["color"] and product["description"].endswith(".")
    assert product["bullets"] and all(isinstance(bullet, str) and bullet for bullet in product["bullets"])
    assert len(product["facts"]) >= 2 and all(isinstance(value, str) and value for value in product["facts"].values())
    assert product["image"] == f"/pictures/{product['product_id']}.svg"
    assert product["url"] == f"/products/{product['product_id']}"


def test_gtins_are_valid_and_can_belong_to_nobody():
    codes = [product["gtin"] for product in PRODUCTS if "gtin" in product]
    assert len(set(codes)) == len(codes) > 100
    for code in codes:
        digits = [int(digit) for digit in code]
        assert len(digits) == 13 and code.startswith("2")  # GS1 keeps 20-29 for use inside one company
        assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def test_a_quiet_espresso_grinder_under_150_not_black_has_honest_matches_and_near_misses():
    grinders = [product for product in PRODUCTS if product["category"][-1] == "Coffee grinders"]
    prices = [product["price"] for product in grinders]
    assert len(grinders) >= 12 and min(prices) == 45 and max(prices) == 420

    def misses(product: dict[str, Any]) -> set[str]:
        facts = product["facts"]
        noise = facts.get("noise_db")
        return {
            name
            for name, holds in {
                "quiet": noise is not None and float(noise.split()[0]) <= 65,
                "price": product["price"] < 150,
                "espresso": "espresso" in facts["suits"],
                "colour": product["color"] != "Black",
                "stock": product["availability"] == "in_stock",
            }.items()
            if not holds
        }

    missed = [misses(product) for product in grinders]
    assert missed.count(set()) >= 4
    for need in ("quiet", "price", "espresso", "colour", "stock"):
        assert {need} in missed, f"no grinder misses only {need}"
    matches = [product["facts"] for product, miss in zip(grinders, missed, strict=True) if not miss]
    assert len({facts["type"] for facts in matches}) == 2  # manual or electric splits them
    assert len({facts["burr"].split()[2] for facts in matches}) == 2  # so does conical or flat


def test_some_values_are_missing_as_in_a_real_catalogue():
    assert any("noise_db" not in product["facts"] for product in PRODUCTS if "grinder" in product["product_id"])
    assert any("gtin" not in product for product in PRODUCTS)
    assert {"out_of_stock", "preorder"} <= {product["availability"] for product in PRODUCTS}


def test_reviews_are_many_varied_and_about_products_we_sell():
    assert len(REVIEWS) >= 500
    assert len({review["review_id"] for review in REVIEWS}) == len(REVIEWS)
    assert len({review["text"] for review in REVIEWS}) == len(REVIEWS)
    assert {review["rating"] for review in REVIEWS} == {1, 2, 3, 4, 5}
    assert len({review["product_id"] for review in REVIEWS}) > 0.9 * len(PRODUCTS)
    assert {review["product_id"] for review in REVIEWS} <= set(BY_ID)
    for review in REVIEWS:
        assert review["title"] and review["text"] and re.fullmatch(r"\w+ [A-Z]\.", review["author"])
        written_at = datetime.strptime(review["created_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        assert datetime(2025, 11, 1, tzinfo=timezone.utc) <= written_at < datetime(2026, 11, 1, tzinfo=timezone.utc)


def test_openings_of_reviews_are_not_a_template():
    openings = Counter(" ".join(review["text"].split()[:3]).lower() for review in REVIEWS)
    assert openings.most_common(1)[0][1] <= 4


def test_ratings_are_the_average_of_the_reviews():
    for product in PRODUCTS:
        ratings = [review["rating"] for review in REVIEWS if review["product_id"] == product["product_id"]]
        assert product["rating_count"] == len(ratings)
        if not ratings:
            assert product["rating"] is None
            continue
        average = (Decimal(sum(ratings)) / len(ratings)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert Decimal(str(product["rating"])) == average, product["product_id"]


def test_nobody_has_reviewed_what_has_not_been_sold_yet():
    preorders = {product["product_id"] for product in PRODUCTS if product["availability"] == "preorder"}
    assert not preorders & {review["product_id"] for review in REVIEWS}


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_every_article_says_what_it_answers(path):
    front = frontmatter.load(str(path)).metadata
    assert front["title"] and front["topics"] and set(front["topics"]) <= TOPICS
    assert 5 <= len(front["questions"]) <= 10 and all(isinstance(question, str) for question in front["questions"])
    for heading, text in sections(path).items():
        assert heading.endswith("?") or ". " in heading, f"{heading}: a section answers a question"
        assert text.endswith(".") and "\n" not in text
        sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z\"])", text)
        assert 1 <= len(sentences) <= 4, f"{path.name}, {heading}: {len(sentences)} sentences"


def test_every_section_has_a_heading_of_its_own():
    headings = [heading for path in ARTICLES for heading in sections(path)]
    assert len(ARTICLES) >= 20
    assert [heading for heading, count in Counter(headings).items() if count > 1] == []


def test_canada_is_answered_with_price_and_days():
    answer = sections(articles_dir() / "international-shipping.md")["Do you ship to Canada?"]
    assert answer.startswith("Yes") and "$14.95" in answer and "5 to 8 business days" in answer


@pytest.mark.parametrize(
    "pattern, fact",
    [
        (r"(?:inside the United States costs|Delivery costs) (\$\d+\.\d\d)", "$5.95"),
        (r"(\d+) days(?: from delivery to return|, and the first exchange)", "45"),
        (r"(\d+ Pier Street, Duluth, MN \d+)", STORE.address.removesuffix(", USA")),
        (r"(\S+@\S+\.example\.com)", STORE.email),
        (r"(\+1 218-555-\d{4})", STORE.phone),
        (r"(?:by|before) (\d+ [ap]m) Central(?: time)? on a business day", "2 pm"),
    ],
)
def test_articles_agree_with_each_other(pattern, fact):
    said = [match for path in ARTICLES for match in re.findall(pattern, path.read_text(encoding="utf-8"))]
    assert said and set(said) == {fact}


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_every_guide_is_for_something_we_sell(path):
    front = frontmatter.load(str(path)).metadata
    assert front["title"] and front["categories"] and set(front["categories"]) <= set(LEAVES)
    assert len(front["questions"]) >= 3 and all(isinstance(question, str) for question in front["questions"])
    named = front.get("products", [])
    assert set(named) <= set(BY_ID)
    assert all(BY_ID[product_id]["category"][-1] in front["categories"] for product_id in named)
    assert all(text for text in sections(path).values())


def test_every_category_has_a_guide_with_steps():
    assert len(GUIDES) >= 20
    guided = {
        category
        for path in GUIDES
        if re.search(r"^1\. ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for category in frontmatter.load(str(path)).metadata["categories"]
    }
    assert guided == set(LEAVES)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["product_id"])
def test_every_picture_is_well_formed_named_and_in_the_products_colour(product):
    svg = picture(product)
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == "0 0 600 600"
    assert root[0].tag.endswith("title") and root[0].text == product["title"]
    assert kind_of(product) != "parcel"
    assert picture(dict(product)) == svg


def test_colours_of_the_catalogue_are_all_known():
    unknown = colour_value("no such colour")
    assert [product["color"] for product in PRODUCTS if colour_value(product["color"]) == unknown] == []
    assert colour_value("Dusty light blue") == colour_value("blue")


def test_the_same_grinder_in_another_colour_looks_different():
    cream, black = BY_ID["jo-grinder-01"], BY_ID["jo-grinder-02"]
    assert kind_of(cream) == kind_of(black)
    assert picture(cream) != picture(black).replace(black["title"], cream["title"])


def test_every_kind_named_for_a_category_can_be_drawn():
    assert {kind for words in KINDS.values() for _, kind in words} | {"parcel"} == set(DRAWINGS)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"/><svg onload="alert(1)">',
        "]]></title><script>",
        "&lt;already&amp;escaped",
        "nul \x00 bell \x07 escape \x1b",
        "lone surrogate \ud800",
        "emoji 🦦 and right-to-left \u202e",
        "",
    ],
)
def test_hostile_text_is_only_text_in_a_picture(hostile):
    product = {"title": hostile, "color": hostile, "category": [hostile], "facts": {"type": hostile}}
    svg = picture(product)
    root = ElementTree.fromstring(svg.encode("utf-8"))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "rect", "ellipse", "path", "circle", "g"}
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


@pytest.mark.parametrize(
    "product", [{}, {"title": None, "color": 3, "category": None, "facts": []}, {"category": "Lamps"}]
)
def test_a_row_with_holes_still_has_a_picture(product):
    root = ElementTree.fromstring(picture(product))
    assert root[0].text == "Product"
