"""The catalogue becomes what the feed says; what cannot be taken is reported, and nothing changes without a version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from lifecycle import catalogue
from lifecycle.errors import Invalid
from lifecycle.model import CatalogueVersion, Product

GRINDER = {"product_id": "g1", "title": "Quiet grinder", "price": 129.0, "noise_db": "62 dB", "image": "/g1.svg"}
MUG = {"product_id": "m1", "title": "Stone mug", "price": 14, "availability": "in_stock"}


def feed(tmp_path: Path, *rows: dict | str, name: str = "feed.jsonl") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_an_import_makes_products_facts_and_a_version(session, tmp_path, now):
    assert catalogue.version(session) == 0
    report = catalogue.import_feed(session, feed(tmp_path, GRINDER, MUG), now=now)
    assert (report.added, report.rejected) == (2, 0)
    assert report.version == catalogue.version(session) > 0
    grinder = catalogue.get(session, "g1")
    assert grinder is not None and (grinder.price_cents, grinder.active) == (12900, True)
    assert [(fact.name, fact.number, fact.unit) for fact in grinder.facts] == [("noise_db", 62.0, "dB")]
    assert [product.product_id for product in catalogue.many(session, ["m1", "gone", "g1"])] == ["m1", "g1"]


def test_the_same_feed_again_changes_nothing(session, tmp_path, now):
    path = feed(tmp_path, GRINDER, MUG)
    first = catalogue.import_feed(session, path, now=now)
    again = catalogue.import_feed(session, feed(tmp_path, MUG, GRINDER, name="other.jsonl"), now=now)
    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, 2)
    assert again.version == first.version
    assert session.scalar(sa.select(sa.func.count(CatalogueVersion.id))) == 1


def test_changed_removed_and_returning_products(session, tmp_path, now):
    catalogue.import_feed(session, feed(tmp_path, GRINDER, MUG), now=now)
    cheaper = {**GRINDER, "price": 99.0, "noise_db": "60 dB"}
    report = catalogue.import_feed(session, feed(tmp_path, cheaper), now=now)
    assert (report.changed, report.removed, report.examples["removed"]) == (1, 1, ("Stone mug",))
    grinder, mug = catalogue.get(session, "g1"), catalogue.get(session, "m1")
    assert grinder is not None and mug is not None
    assert (grinder.price_cents, [fact.value for fact in grinder.facts]) == (9900, ["60 dB"])
    assert not mug.active, "an order may still name it"
    catalogue.import_feed(session, feed(tmp_path, cheaper, MUG), now=now)
    assert catalogue.get(session, "m1").active


def test_a_partial_feed_removes_nothing(session, tmp_path, now):
    catalogue.import_feed(session, feed(tmp_path, GRINDER, MUG), now=now)
    report = catalogue.import_feed(session, feed(tmp_path, {**MUG, "price": 15}), partial=True, now=now)
    assert (report.changed, report.removed) == (1, 0)
    assert catalogue.get(session, "g1").active


def test_a_dry_run_tells_the_difference_and_writes_nothing(session, tmp_path, now):
    before = catalogue.import_feed(session, feed(tmp_path, GRINDER, MUG), now=now).version
    lamp = {"id": "l1", "name": "Desk lamp"}
    report = catalogue.import_feed(session, feed(tmp_path, {**GRINDER, "price": 1}, lamp), dry_run=True, now=now)
    assert (report.added, report.changed, report.removed, report.unchanged) == (1, 1, 1, 0)
    assert report.to_json()["examples"] == {
        "added": ["Desk lamp"],
        "changed": ["Quiet grinder"],
        "removed": ["Stone mug"],
    }
    assert catalogue.version(session) == before
    assert catalogue.get(session, "l1") is None and catalogue.get(session, "g1").price_cents == 12900


def test_bad_rows_are_reported_with_their_line_and_the_rest_imported(session, tmp_path, now):
    path = feed(
        tmp_path,
        GRINDER,
        "{not json",
        {"title": "No id"},
        {"id": "x1"},
        {"id": "x2", "title": "<b></b>"},
        {"id": "x3", "title": "Owed", "price": -4},
        {**MUG, "product_id": "g1"},
        '"a string"',
        {"id": "long", "title": "word " * 400},
        {"id": "bare", "title": "No price, no <i>category</i>"},
        {"id": "n" * 200, "title": "Long id"},
    )
    report = catalogue.import_feed(session, path, now=now)
    assert report.added == 3
    reasons = {row.line: row.reason for row in report.rejections}
    assert sorted(reasons) == [2, 3, 4, 5, 6, 7, 8, 11]
    assert "not valid JSON" in reasons[2] and "no product id" in reasons[3] and "no title" in reasons[4]
    assert "negative" in reasons[6] and "line 1" in reasons[7]
    assert all(reason.endswith(".") for reason in reasons.values())
    assert [(note.line, note.product_id) for note in report.notes] == [(9, "long")]
    assert len(catalogue.get(session, "long").title) <= 300
    bare = catalogue.get(session, "bare")
    assert (bare.title, bare.price_cents, bare.category) == ("No price, no category", None, "")


def test_a_feed_without_one_good_product_leaves_the_catalogue_alone(session, tmp_path, now):
    catalogue.import_feed(session, feed(tmp_path, GRINDER), now=now)
    with pytest.raises(Invalid, match="stays as it was"):
        catalogue.import_feed(session, feed(tmp_path, {"title": "No id"}), now=now)
    assert catalogue.get(session, "g1").active


def test_a_card_shows_the_price_or_says_it_is_unknown(session, tmp_path, now):
    catalogue.import_feed(session, feed(tmp_path, GRINDER, {"id": "u", "title": "Unpriced"}), now=now)
    assert catalogue.card(catalogue.get(session, "g1"), ["62 dB: quiet"]) == {
        "product_id": "g1",
        "title": "Quiet grinder",
        "price": "$129.00",
        "image": "/g1.svg",
        "url": "",
        "reasons": ["62 dB: quiet"],
    }
    assert catalogue.card(catalogue.get(session, "u"))["price"] is None


def test_more_rows_than_a_batch_with_progress(session, tmp_path, now):
    rows = [{"id": f"p{n}", "title": f"Product {n}", "price": n} for n in range(catalogue.BATCH * 2 + 5)]
    told: list[int] = []
    report = catalogue.import_feed(session, feed(tmp_path, *rows), now=now, progress=told.append)
    assert report.added == len(rows) == told[-1]
    assert session.scalar(sa.select(sa.func.count(Product.id))) == len(rows)
    shorter = catalogue.import_feed(session, feed(tmp_path, *rows[:3]), now=now)
    assert shorter.removed == len(rows) - 3
