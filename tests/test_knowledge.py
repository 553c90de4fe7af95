"""What texts, facts and owners say is found and named; what they do not say is admitted, asked and learned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lifecycle import catalogue, demo, knowledge
from lifecycle.errors import Invalid
from lifecycle.knowledge import articles, suggestions
from lifecycle.model import Article, Review

SHIPPING = """---
title: Shipping abroad
topics: [delivery]
questions:
  - Do you ship to Canada?
  - Can you send an order to Australia?
keywords: [overseas]
---

## Do you ship to Canada?

Yes, we ship to **every** Canadian province for [$14.95](https://x.example). It takes a week.

A second paragraph.

## How much is delivery to Australia?

Delivery to Australia costs $29.95.
"""
DESCALE = """---
title: Care for a kettle
categories: [Kettles]
---
## How do I descale a kettle?

1. Fill it with water and vinegar.
2. Boil it and wait.

## My kettle smells

Boil lemon in it.
"""
GRINDER = {
    "id": "g1", "title": "Tamarack Quiet 40 Burr Grinder, Cream", "brand": "Tamarack",
    "category": ["Kitchen", "Grinders"], "price": 129, "color": "Cream", "material": "Steel and ABS",
    "bullets": ["Espresso range in clicks 1 to 9", "Comes without a scale"],
    "description": "The motor sits on rubber mounts. It fits bottles of up to 16 in.",
    "facts": {"noise_db": "62 dB", "weight_kg": "2.1 kg", "made_in": "Taiwan", "timer": "no", "hopper_g": "220 g",
              "cleaning": "burr lifts out; brush weekly", "sleeve": "up to 16 in"},
}  # fmt: skip
KETTLE = {"id": "k1", "title": "Gooseneck kettle", "category": ["Kitchen", "Kettles"], "price": 79}


def folder(tmp_path: Path, **files: str) -> Path:
    made = tmp_path / "texts"
    made.mkdir(exist_ok=True)
    for name, text in files.items():
        (made / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def shop(session, tmp_path, now):
    feed = tmp_path / "feed.jsonl"
    feed.write_text("\n".join(map(json.dumps, (GRINDER, KETTLE))), encoding="utf-8")
    catalogue.import_feed(session, feed, now=now)
    knowledge.import_articles(session, folder(tmp_path, shipping=SHIPPING, descale=DESCALE), now=now)
    return session


# --- articles ---------------------------------------------------------------------------------------------------------


def test_every_section_becomes_an_article_that_stands_alone(shop):
    rows = shop.query(Article).order_by(Article.slug, Article.position).all()
    assert [(row.slug, row.kind, row.heading) for row in rows] == [
        ("descale", "guide", "How do I descale a kettle?"),
        ("descale", "guide", "My kettle smells"),
        ("shipping", "article", "Do you ship to Canada?"),
        ("shipping", "article", "How much is delivery to Australia?"),
    ]
    assert "Can you send an order to Australia?" in rows[3].questions, (
        "a question belongs to the section that answers it"
    )


def test_a_second_import_replaces_and_keeps_staffs_answers(shop, tmp_path, now):
    again = knowledge.import_articles(shop, folder(tmp_path), now=now)
    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, 4)
    gap = knowledge.note_gap(shop, "Do you sell gift boxes?", now=now)
    knowledge.answer_gap(shop, gap.id, "Yes, in December.", now=now)
    shorter = SHIPPING.split("## How much")[0].replace("a week", "two weeks")
    report = knowledge.import_articles(shop, folder(tmp_path, shipping=shorter), now=now + timedelta(days=1))
    assert (report.changed, report.removed) == (1, 1)
    assert "two weeks" in knowledge.answer_store(shop, "do you ship to canada").text
    assert knowledge.answer_store(shop, "do you sell gift boxes").text == "Yes, in December."


@pytest.mark.parametrize(
    "text, line, reason",
    [
        ("no front matter", 1, "begin with front matter"),
        ("---\ntitle: x\n", 1, "not closed"),
        ("---\ntitle: x\ntopics: [a, b\nquestions: []\n---\n## A\nb", 4, "cannot be read"),
        ("---\ntopics: [a]\n---\n## A\nb", 2, "no title"),
        ("---\ntitle: x\ntopics: {a: [b]}\n---\n## A\nb", 3, "list of texts"),
        ("---\ntitle: x\n---\n## A\n\n## B\nb", 4, "'A' is empty"),
        ("---\ntitle: x\n---\n", 4, "no text"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_what_was_known_stays(shop, tmp_path, now, text, line, reason):
    other = SHIPPING.replace("abroad", "at home").replace("Canada", "Ohio")
    report = knowledge.import_articles(shop, folder(tmp_path, shipping=text, home=other), now=now)
    (refusal,) = report.rejections
    assert (refusal.file, refusal.line) == ("shipping.md", line)
    assert reason in refusal.reason
    assert knowledge.answer_store(shop, "do you ship to canada?") is not None


def test_an_empty_folder_is_refused(session, tmp_path, now):
    with pytest.raises(Invalid, match="no Markdown"):
        knowledge.import_articles(session, tmp_path, now=now)


def test_markdown_becomes_short_plain_text():
    assert articles.plain("A **bold** [link](https://x.example)\nand `code`.") == "A bold link and code."
    assert articles.plain("1. One\n2. Two\n\n- dot") == "1. One\n2. Two\n• dot"
    long = "This is a sentence of some length. " * 40
    told = articles.plain(long)
    assert len(told) <= articles.ANSWER_LIMIT and told.endswith("length.")


# --- questions about the store ----------------------------------------------------------------------------------------


def test_the_section_that_says_so_answers_with_its_source(shop):
    answer = knowledge.answer_store(shop, "do you ship to Canada?")
    assert answer.text == "Yes, we ship to every Canadian province for $14.95. It takes a week.\nA second paragraph."
    assert (answer.source, answer.stated) == ("Shipping abroad", True)
    assert answer.confidence > 0.8


@pytest.fixture
def demo_store(session, now):
    knowledge.import_articles(session, demo.articles_dir(), demo.guides_dir(), now=now)
    return session


SAID_IN = {
    "shipping cost to australia": "international-shipping",
    "do u deliver to canada": "international-shipping",
    "is there free delivery": "shipping-costs-and-times",
    "how do i send something back": "returns-and-refunds",
    "who pays for the return label": "returns-and-refunds",
    "do you take paypal": "payment-methods",
    "can i pay in installments": "instalments",
    "how long is the guarantee": "warranty",
    "my package arrived broken": "damaged-or-wrong-items",
    "any coupons?": "discounts-and-codes",
    "i found it cheaper elsewhere": "price-match",
    "when do you open on saturday": "showroom-and-hours",
    "do you have spare parts": "repairs-and-spare-parts",
    "what do you do with my data": "privacy-and-data",
}
SAID_NOWHERE = [
    "do you sell cars?", "what's the capital of France", "who won the world cup", "tell me a joke", "what is 2 plus 2",
    "can my dog eat chocolate", "book me a flight to paris", "how do i renew my passport", "asdfgh jkl", "🙂", "",
    "the of and", "what do you think about politics", "how do I lose weight", "do you rent apartments",
]  # fmt: skip


def test_shoppers_own_words_find_the_article(demo_store):
    found = {text: knowledge.answer_store(demo_store, text) for text in SAID_IN}
    slugs = {text: answer and demo_store.get(Article, answer.article_id).slug for text, answer in found.items()}
    assert slugs == SAID_IN


def test_what_the_store_does_not_say_stays_unanswered(demo_store):
    found = {text: knowledge.answer_store(demo_store, text) for text in SAID_NOWHERE}
    assert {text: answer.source for text, answer in found.items() if answer} == {}


def test_a_known_topic_carries_a_short_question(demo_store):
    assert knowledge.answer_store(demo_store, "what is the capital of Peru?", topic="delivery") is None
    answer = knowledge.answer_store(demo_store, "delivery?", topic="delivery")
    assert answer.source == "Delivery in the United States"


def test_guides_answer_for_the_product_at_hand(shop):
    answer = knowledge.how_to(shop, "how do I descale it?", product_id="k1")
    assert answer.text == "1. Fill it with water and vinegar.\n2. Boil it and wait."
    assert knowledge.how_to(shop, "how do I descale my kettle").source == "Care for a kettle"
    assert knowledge.how_to(shop, "how do I tune a piano", product_id="k1") is None
    assert knowledge.answer_store(shop, "how do I descale a kettle?") is None, "guides do not answer for the store"


# --- questions about a product ----------------------------------------------------------------------------------------

FACTS = [
    {"source": "attribute", "text": "item_weight: 4.6 pounds"},
    {"source": "bullet", "text": "Dishwasher-safe parts make cleaning up easy"},
    {"source": "review", "text": "I use it every morning and my wife loves the color."},
    {"source": "description", "text": "The cord is 3 feet long and stores in the base."},
    {"source": "attribute", "text": "material: BPA-free plastic"},
]


@pytest.mark.parametrize(
    "text, picked",
    [
        ("how heavy is it", 0),
        ("can it go in the dishwasher?", 1),
        ("how long is the power cord?", 3),
        ("what is it made of", 4),
        ("Is this BPA free?", 4),
    ],
)
def test_the_fact_that_answers_is_picked_first(text, picked):
    answer = knowledge.answer_facts(text, FACTS)
    assert answer.picked[0] == picked and answer.answerable >= 0.5
    assert answer.text == FACTS[picked]["text"] and answer.sources == [FACTS[picked]["source"]]


@pytest.mark.parametrize("text", ["does it come with a travel case?", "what voltage does it need", "🙂", ""])
def test_an_unanswerable_question_is_told_apart(text):
    answer = knowledge.answer_facts(text, FACTS)
    assert answer.answerable < 0.5 and (answer.text, answer.sources) == ("", [])


def test_facts_may_be_missing_or_odd():
    assert knowledge.answer_facts("how heavy?", []).picked == []
    assert knowledge.answer_facts("how heavy?", [{"source": "a"}, {"text": ""}]).picked == []


@pytest.mark.parametrize(
    "text, polarity, evidence",
    [
        ("how loud is it?", "", "Noise: 62 dB"),
        ("how heavy is the Quiet 40?", "", "Weight: 2.1 kg"),
        ("does it have a timer?", "no", "Timer: no"),
        ("is it black?", "no", "Color: Cream"),
        ("is it made in China?", "no", "Made in: Taiwan"),
        ("is it made in taiwan", "yes", "Made in: Taiwan"),
        ("how much is it", "", "Price: $129.00"),
        ("is it in stock?", "yes", "Availability: in stock"),
        ("does it include a scale?", "no", "Comes without a scale"),
        ("is the sleeve ok for 15 inch", "yes", "Sleeve: up to 16 in"),
        ("is the sleeve ok for 17 inch", "no", "Sleeve: up to 16 in"),
    ],
)
def test_a_product_question_is_answered_with_its_evidence(shop, text, polarity, evidence):
    answer = knowledge.answer_product(shop, "g1", text)
    assert (answer.stated, answer.polarity, answer.text) == (True, polarity, evidence)
    assert answer.source in ("product details", "product page")


@pytest.mark.parametrize(
    "text, named", [("how long does the battery last?", "battery life"), ("does it have bluetooth", "bluetooth")]
)
def test_a_missing_value_is_said_to_be_missing(shop, text, named):
    answer = knowledge.answer_product(shop, "g1", text)
    assert (answer.stated, answer.text, answer.polarity) == (False, named, "")


def test_a_number_asked_for_is_compared_with_the_stated_one(shop):
    said = {"15 inch": "yes", "40 cm": "yes", "18 inch": "no", "60 cm": "no"}
    for size, polarity in said.items():
        assert knowledge.answer_product(shop, "g1", f"does a {size} bottle fit in the sleeve?").polarity == polarity


def test_what_is_said_nearby_is_offered(shop):
    answer = knowledge.answer_product(shop, "g1", "is it dishwasher safe?")
    assert not answer.stated and answer.related == "Cleaning: burr lifts out; brush weekly"


def test_a_word_of_the_title_may_be_what_is_asked(shop):
    assert "burr" in knowledge.answer_product(shop, "g1", "how do I get the burr out to clean it").text


def test_a_question_asks_the_same_in_every_process():
    said = "Is it quiet, light, waterproof and easy to clean, how big and how heavy is it, and does it come with a lid?"
    asks = f"from lifecycle.knowledge import inquiry; print(list(inquiry.read({said!r}).aspects.items()))"
    command = [sys.executable, "-c", asks]
    seeds = ({**os.environ, "PYTHONHASHSEED": str(seed)} for seed in range(3))
    told = {subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout for env in seeds}
    assert len(told) == 1 and "noise" in told.pop()


def test_an_unknown_product_has_no_answer(shop):
    assert knowledge.answer_product(shop, "nothing", "how heavy is it") is None


def test_staffs_answer_on_a_product_answers_the_next_shopper(shop, now):
    gap = knowledge.note_gap(shop, "Is the hopper dishwasher safe?", product_id="g1", conversation_id="ada", now=now)
    assert not knowledge.answer_product(shop, "g1", "is it dishwasher safe?").stated
    done = knowledge.answer_gap(shop, gap.id, "No, please wash the hopper by hand.", now=now)
    assert done.conversation_ids == ("ada",)
    answer = knowledge.answer_product(shop, "g1", "is the hopper dishwasher safe?")
    assert (answer.stated, answer.text, answer.source) == (
        True,
        "No, please wash the hopper by hand.",
        f"our team on {now:%-d %B %Y}",
    )


# --- owners -----------------------------------------------------------------------------------------------------------


def review(number: int, rating: int, text: str, title: str = "") -> dict:
    return {"review_id": f"r{number}", "product_id": "g1", "rating": rating, "title": title, "text": text,
            "author": f"Owner {number}", "created_at": f"2026-0{number}-01T10:00:00Z"}  # fmt: skip


REVIEWS = [
    review(1, 5, "Wonderfully quiet, my baby sleeps on. The lid is fine."),
    review(2, 2, "It is far too loud for a flat. Cleaning is easy."),
    review(3, 4, "Not loud at all. Grinds evenly."),
    review(4, 3, "The noise is what it is."),
    review(5, 4, "A joy to look at, but the lid leaks."),
]


@pytest.fixture
def owners(shop, tmp_path, now):
    path = tmp_path / "reviews.jsonl"
    path.write_text("\n".join(map(json.dumps, REVIEWS)), encoding="utf-8")
    assert knowledge.import_reviews(shop, path, now=now).added == 5
    return shop


def test_owners_are_counted_and_quoted_on_the_aspect_newest_first(owners):
    said = knowledge.owners_say(owners, "g1", "what do owners say about the noise?")
    assert (said.aspect, said.for_count, said.against_count, said.neither_count, said.review_count) == (
        "noise",
        2,
        1,
        1,
        5,
    )
    assert [quote.created_at.month for quote in said.quotes] == [4, 3, 2, 1]
    assert said.quotes[2].text == "It is far too loud for a flat." and said.quotes[2].verdict == "against"


def test_any_word_of_the_reviews_can_be_the_aspect(owners):
    said = knowledge.owners_say(owners, "g1", "any complaints about the lid?")
    assert (said.aspect, said.for_count, said.against_count) == ("lid", 1, 1)
    nothing = knowledge.owners_say(owners, "g1", "what do people say about the colour?")
    assert (nothing.for_count, nothing.against_count, nothing.quotes) == (0, 0, ())


def test_without_an_aspect_owners_speak_by_their_rating(owners):
    said = knowledge.owners_say(owners, "g1", "what do owners think?")
    assert (said.aspect, said.for_count, said.against_count, said.neither_count) == ("", 3, 1, 1)


def test_bad_reviews_are_reported_and_known_ones_updated(owners, tmp_path, now: datetime):
    rows = [{**REVIEWS[0], "rating": 4}, REVIEWS[1], {**REVIEWS[2], "product_id": ""}, {**review(6, 9, "x")},
            {**review(7, 5, "x"), "created_at": "yesterday"}, review(8, 5, ""), REVIEWS[1]]  # fmt: skip
    path = tmp_path / "more.jsonl"
    path.write_text("\n".join([*map(json.dumps, rows), "{broken"]), encoding="utf-8")
    report = knowledge.import_reviews(owners, path, now=now)
    assert (report.added, report.changed, report.unchanged, report.rejected) == (0, 1, 1, 6)
    assert [line for line, _ in report.rejections] == [3, 4, 5, 6, 7, 8]
    assert owners.query(Review).count() == 5


def test_reviews_without_ids_are_known_again(shop, tmp_path, now):
    path = tmp_path / "reviews.jsonl"
    unnamed = [{name: value for name, value in row.items() if name != "review_id"} for row in REVIEWS]
    for rows, found in ((unnamed, (len(REVIEWS), 0, 0)), ([{**unnamed[0], "rating": 1}], (0, 1, 0))):
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        report = knowledge.import_reviews(shop, path, now=now)
        assert (report.added, report.changed, report.rejected) == found
    assert shop.query(Review).count() == len(REVIEWS)


# --- what to ask next -------------------------------------------------------------------------------------------------


def test_the_next_question_can_be_answered_and_never_comes_twice(demo_store, now):
    catalogue.import_feed(demo_store, demo.catalogue_path(), now=now)
    knowledge.import_reviews(demo_store, demo.reviews_path(), now=now)
    product_id = "jo-espresso-02"
    told: list[str] = []
    while (found := suggestions.next_question(demo_store, product_id=product_id, told=told)) is not None:
        assert found.key not in told
        told.append(found.key)
        if found.aspect:
            said = knowledge.owners_say(demo_store, product_id, f"what do owners say about the {found.aspect}")
            assert said.for_count + said.against_count + said.neither_count >= suggestions.LEAST_OWNERS
        else:
            assert knowledge.how_to(demo_store, found.question, product_id=product_id).confidence > 0.9
    assert len(told) > 5


def test_complaints_are_what_owners_find_fault_with(owners):
    said = knowledge.complaints(owners, "g1")
    assert said.quotes and all(quote.rating < 5 for quote in said.quotes)
    assert [quote.created_at for quote in said.quotes] == sorted((q.created_at for q in said.quotes), reverse=True)


def test_how_to_use_it_begins_with_the_products_first_steps(demo_store, now):
    catalogue.import_feed(demo_store, demo.catalogue_path(), now=now)
    answer = knowledge.how_to(demo_store, "how do I use it?", product_id="jo-espresso-02")
    assert "Peel off the stickers" in answer.text
    found = knowledge.how_to(demo_store, "how do I clean it", product_id="jo-espresso-02")
    assert found is None or "headphones" not in found.source, "a guide for other goods answers only when they are named"


WARRANTY = """---
title: Guarantee
topics: [warranty]
---
## How long it lasts

Two years on every lamp.

## What is not covered

Bulbs, and glass that fell.
"""
VISITS = """---
title: Our shop
topics: [store_info]
---
## Visiting us

We are at 4 Bridge Yard. Open Tuesday to Saturday, 10 to 5.
"""
RETURNING = """---
title: Sending things back
topics: [returns_refunds]
---
## Changed your mind

Send it back within 45 days. You pay the postage, about $6.
"""


def plain_store(session, tmp_path, now):
    knowledge.import_articles(
        session, folder(tmp_path, shipping=SHIPPING, warranty=WARRANTY, visits=VISITS, returning=RETURNING), now=now
    )


def test_a_section_under_a_denying_heading_says_so(session, tmp_path, now):
    plain_store(session, tmp_path, now)
    answer = knowledge.answer_store(session, "are bulbs covered?", topic="warranty")
    assert answer.text == "What is not covered: Bulbs, and glass that fell."


@pytest.mark.parametrize("question", ["where are you?", "are you open on sunday?"])
def test_the_shop_is_found_however_it_is_asked_for(session, tmp_path, now, question):
    plain_store(session, tmp_path, now)
    assert "Bridge Yard" in knowledge.answer_store(session, question, topic="store_info").text


@pytest.mark.parametrize(
    "question, topic, said",
    [("and how long do i have", "returns_refunds", "45 days"), ("who pays the postage", "returns_refunds", "You pay"),
     ("how much is it", "delivery", "$14.95"), ("how long is it", "warranty", "Two years")],
)  # fmt: skip
def test_a_question_that_goes_on_is_asked_of_the_subject_before(session, tmp_path, now, question, topic, said):
    plain_store(session, tmp_path, now)
    assert said in knowledge.answer_on(session, question, topic=topic).text


def test_a_question_of_something_else_does_not_go_on(session, tmp_path, now):
    plain_store(session, tmp_path, now)
    assert knowledge.answer_on(session, "who won the cup", topic="returns_refunds") is None
    assert knowledge.tells("It costs $5.", "and how much is it") and not knowledge.tells("A week.", "how much is it")
