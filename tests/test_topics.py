"""The examples and the topics agree with each other and with what callers were promised."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from lifecycle.settings import PROJECT
from lifecycle.topics import STORE_TOPICS, TOPIC_OF_INTENT, TOPICS, topic_of

NLU = sorted((PROJECT / "data" / "nlu").glob("*.yml"))
PROMISED = [
    "order_status",
    "delivery",
    "returns_refunds",
    "cancel_order",
    "change_order",
    "payment",
    "warranty",
    "discounts",
    "price",
    "availability",
    "product_question",
    "recommend",
    "compare",
    "place_order",
    "usage_help",
    "problem",
    "review",
    "contact_human",
    "store_info",
    "unsubscribe",
    "my_data",
    "smalltalk",
    "none",
]


def examples(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for block in blocks(path):
        found[block["intent"]] += re.findall(r"^- (.*)$", block["examples"], re.M)
    return found


def blocks(path: Path) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return read


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    return {intent: lines for path in NLU for intent, lines in examples(path).items()}


def test_the_topics_are_the_promised_ones() -> None:
    assert set(TOPICS) == set(PROMISED)


def test_every_intent_with_examples_has_a_topic_and_the_reverse(texts: dict[str, list[str]]) -> None:
    assert set(texts) == set(TOPIC_OF_INTENT)


def test_the_domain_knows_every_intent() -> None:
    declared = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    assert set(TOPIC_OF_INTENT) <= {next(iter(each)) if isinstance(each, dict) else each for each in declared}


def test_foreign_and_unknown_intents_have_no_topic() -> None:
    assert topic_of("out_of_scope") == topic_of("nlu_fallback") == topic_of(None) == "none"
    assert "none" not in STORE_TOPICS and "smalltalk" not in STORE_TOPICS


def test_no_example_teaches_two_intents(texts: dict[str, list[str]]) -> None:
    taught = defaultdict(list)
    for intent, lines in texts.items():
        for line in lines:
            taught[line.lower()].append(intent)
    assert {line: intents for line, intents in taught.items() if len(intents) > 1} == {}


def test_every_intent_has_enough_to_learn_from(texts: dict[str, list[str]]) -> None:
    assert {intent: len(lines) for intent, lines in texts.items() if len(lines) < 40} == {}
    assert len(texts["out_of_scope"]) >= 5_000


def test_foreign_talk_is_written_theme_by_theme_so_that_whole_themes_can_be_held_out() -> None:
    themes = [each["metadata"]["theme"] for path in NLU for each in blocks(path) if each["intent"] == "out_of_scope"]
    assert len(themes) == len(set(themes)) >= 50


def test_examples_are_plain_talk(texts: dict[str, list[str]]) -> None:
    marked = [
        line for lines in texts.values() for line in lines if re.search(r"\]\(|\]\{", line) or line.startswith("/")
    ]
    assert marked == []


def test_the_held_out_foreign_questions_are_not_taught(texts: dict[str, list[str]]) -> None:
    held_out = [line.lower() for line in (PROJECT / "bench" / "foreign_questions.txt").read_text("utf-8").splitlines()]
    assert len(held_out) == len(set(held_out)) >= 450
    assert set(held_out) & {line.lower() for lines in texts.values() for line in lines} == set()


def test_the_held_out_phrasings_are_not_taught(texts: dict[str, list[str]]) -> None:
    held_out = [json.loads(line) for line in (PROJECT / "bench" / "phrasings.jsonl").read_text("utf-8").splitlines()]
    assert len({row["text"].lower() for row in held_out}) == len(held_out) >= 200
    assert {row["topic"] for row in held_out} <= set(TOPICS)
    assert {row["text"].lower() for row in held_out} & {
        line.lower() for lines in texts.values() for line in lines
    } == set()
