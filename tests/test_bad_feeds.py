"""Whatever a feed looks like, it is imported with a report or refused in one sentence, never half."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from lifecycle import catalogue
from lifecycle.catalogue import feed_files, tables
from lifecycle.errors import Invalid
from lifecycle.model import Product

MUG = {"id": "old", "title": "Stone mug", "price": 14}


def put(tmp_path: Path, content: str | bytes, name: str = "feed") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def products(session) -> dict[str, str]:
    rows = session.execute(sa.select(Product.product_id, Product.title).where(Product.active))
    return {row.product_id: row.title for row in rows}


@pytest.fixture
def stocked(session, tmp_path, now):
    catalogue.import_feed(session, put(tmp_path, json.dumps(MUG), "old"), now=now)
    return session


JSON_ROWS = "\n".join(json.dumps({"id": f"n{n}", "title": f"Thing {n}", "price": n}) for n in range(500))
XML_ROWS = "<rss><channel>" + "".join(f"<item><id>{n}</id><title>T{n}</title></item>\n" for n in range(500))


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(JSON_ROWS.encode())[:-200],
        JSON_ROWS[:-12],
        XML_ROWS,
        'id,title\n1,Pan\n2,"Pot',
        JSON_ROWS.encode("utf-16")[:-1],
    ],
    ids=["gzip", "json", "xml", "table", "utf-16"],
)
def test_a_feed_that_breaks_off_changes_nothing(stocked, tmp_path, now, content):
    with pytest.raises(Invalid, match=r"breaks off in line \d+.*Nothing was changed|damaged gzip"):
        catalogue.import_feed(stocked, put(tmp_path, content), now=now)
    assert products(stocked) == {"old": "Stone mug"}


def test_what_can_be_read_of_a_broken_feed_is_taken_when_nothing_is_concluded_from_the_rest(stocked, tmp_path, now):
    report = catalogue.import_feed(stocked, put(tmp_path, JSON_ROWS[:-12]), partial=True, now=now)
    assert (report.added, report.rejected, report.removed) == (499, 1, 0)
    assert "old" in products(stocked)


def test_one_bad_row_among_ten_thousand_costs_only_itself(session, tmp_path, now):
    rows = [f"{n},Thing {n},{n}.50" for n in range(10_000)]
    rows[5_000] = '5000,"Thing 5000,5000.50'  # a quotation mark that is never closed
    report = catalogue.import_feed(session, put(tmp_path, "id,title,price\n" + "\n".join(rows) + "\n"), now=now)
    assert report.added + report.rejected == 10_000 and report.rejected <= 1
    assert "9999" in products(session)


def test_an_unclosed_quote_does_not_swallow_the_rows_after_it(session, tmp_path, now):
    table = 'id,title,price\na,"12 inch pan,5.00\nb,Pot,6.00\nc,"Lid, large",7.00\nd,"Two\nlines",8.00\n'
    report = catalogue.import_feed(session, put(tmp_path, table), now=now)
    assert {"b", "c", "d"} <= products(session).keys()
    assert products(session)["c"] == "Lid, large" and products(session)["d"] == "Two lines"
    assert all(row.line == 2 for row in report.rejections)


def test_a_line_of_a_hundred_megabytes_is_passed_over(session, tmp_path, now, monkeypatch):
    monkeypatch.setattr(feed_files, "LINE_LIMIT", 2_000)
    monkeypatch.setattr(tables, "LINE_LIMIT", 2_000)
    long = json.dumps({"id": "long", "title": "x" * 9_000})
    good = json.dumps({"id": "good", "title": "Good"})
    report = catalogue.import_feed(session, put(tmp_path, f"{good}\n{long}\n{good.replace('good', 'next')}\n"), now=now)
    assert products(session).keys() == {"good", "next"}
    assert [(row.line, "longer than" in row.reason) for row in report.rejections] == [(2, True)]


def test_names_of_two_thousand_characters_markup_and_control_characters_are_made_fit(session, tmp_path, now):
    rows = [
        {"id": "long", "title": "word " * 400},
        {"id": "html", "title": "<b>Fine</b> &amp; <script>alert(1)</script>dandy"},
        {"id": "ctrl\u0000\u0007", "title": "Ta\u0000b\u200ble"},
        {"id": "two\nlines", "title": "Lamp"},
        {"id": "js", "title": "Link", "url": "javascript:alert(1)", "image": "C:\\photo.jpg"},
    ]
    report = catalogue.import_feed(session, put(tmp_path, "\n".join(map(json.dumps, rows))), now=now)
    found = products(session)
    assert report.rejected == 0 and len(found["long"]) <= 300
    assert found["ctrl"] == "Table" and "two lines" in found and "<" not in found["html"]
    link = catalogue.get(session, "js")
    assert (link.url, link.image_url) == ("", "")
    assert {note.product_id for note in report.notes} == {"long", "js"}


def test_the_report_counts_reasons_and_names_the_lines(session, tmp_path, now):
    rows = [{"id": "a", "title": "A"}, {"id": "a", "title": "Again"}, {"title": "No id"}, {"title": "None either"}]
    report = catalogue.import_feed(session, put(tmp_path, "\n".join(map(json.dumps, rows))), now=now)
    assert [row.line for row in report.rejections] == [2, 3, 4]
    assert report.reasons["The row has no product id."] == 2
    assert products(session) == {"a": "A"}


def test_a_catalogue_without_prices_and_categories_says_so(session, tmp_path, now):
    report = catalogue.import_feed(session, put(tmp_path, json.dumps({"id": "a", "title": "Ash spade"})), now=now)
    told = " ".join(report.notices)
    assert "No product states a price" in told and "No product states a category" in told and "picture" in told


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"PK\x03\x04 workbook", "save it as CSV"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"Artikel;Bezeichnung\n1;Topf\n", "It names: Artikel, Bezeichnung"),
        (b"\xff\xfe", "empty"),
        (b"\0\0\0\0", "empty"),
    ],
)
def test_what_is_no_feed_is_refused_with_what_to_do(stocked, tmp_path, now, content, reason):
    with pytest.raises(Invalid, match=reason):
        catalogue.import_feed(stocked, put(tmp_path, content), now=now)
    assert products(stocked) == {"old": "Stone mug"}


def test_an_encoding_nobody_knows_is_refused(session, tmp_path, now):
    with pytest.raises(Invalid, match="encoding"):
        catalogue.import_feed(session, put(tmp_path, "id,title\n1,Pan\n"), encoding="klingon", now=now)


def test_bytes_of_another_encoding_in_utf_8_are_read_as_meant(session, tmp_path, now):
    mixed = "id,title\n1,Crème brûlée dish\n".encode() + "2,Café tray\n".encode("cp1252")
    catalogue.import_feed(session, put(tmp_path, mixed), now=now)
    assert products(session) == {"1": "Crème brûlée dish", "2": "Café tray"}


def test_xml_with_a_bare_ampersand_and_html_characters_is_read(session, tmp_path, now):
    feed = "<rss><channel><item><id>1</id><title>Salt & pepper mill&nbsp;caf&eacute;</title></item></channel></rss>"
    catalogue.import_feed(session, put(tmp_path, feed), now=now)
    assert products(session) == {"1": "Salt & pepper mill café"}


def test_what_is_between_the_store_and_its_suppliers_is_never_quoted(session, tmp_path, now):
    row = {"id": "a", "title": "A", "cost": "3.10", "custom_label_0": "margin-high", "supplier": "X", "weight": "2 kg"}
    catalogue.import_feed(session, put(tmp_path, json.dumps(row)), now=now)
    assert [fact.name for fact in catalogue.get(session, "a").facts] == ["weight"]


@pytest.mark.parametrize(
    "table, cents",
    [
        ("id;title;price\na;A;1.299\nb;B;19,99\n", 129900),  # the other prices show that a comma comes before the cents
        ("id,title,price\na,A,1.299\nb,B,19.99\n", None),
        ("id,title,price\na,A,ask us\n", None),
        ('id,title,price\na,A,"19.99 - 29.99"\n', 1999),
        ('sep=;\nid;title;price\na;A;="5"\n', 500),
    ],
)
def test_prices_are_read_as_the_feed_writes_them_or_left_out(session, tmp_path, now, table, cents):
    catalogue.import_feed(session, put(tmp_path, table), now=now)
    assert catalogue.get(session, "a").price_cents == cents
