"""Catalogue feeds as stores export them: Google Merchant (TSV, CSV, RSS, Atom), Shopify, WooCommerce, CSV, JSON Lines.

Each reader yields `(line, fields)`, or `(line, Invalid)` for a row that cannot be read: one bad row never costs the
others.  Gzip is transparent, and the format is told by the content, not by the file's name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from lifecycle.catalogue import feed_files, feed_xml, shop_exports, tables
from lifecycle.catalogue.feed_columns import NAMES, column
from lifecycle.catalogue.feed_files import BrokenOff, Row
from lifecycle.errors import Invalid

FORMATS = ("google", "shopify", "woocommerce", "csv", "jsonl")


@dataclass
class Feed:
    """An opened feed.  `rows` is read once; `name` and `site_url` are what the feed says of its store by then."""

    format: str
    encoding: str
    rows: Iterator[Row]
    notices: list[str] = field(default_factory=list)
    _xml: feed_xml.Feed | None = None

    @property
    def name(self) -> str:
        return self._xml.title if self._xml else ""

    @property
    def site_url(self) -> str:
        return self._xml.link if self._xml else ""


def read(path: Path, format: str | None = None, *, encoding: str | None = None) -> Feed:
    """The feed of a file; raises Invalid when the file cannot be opened or is of no known format."""
    if format is not None and format not in FORMATS:
        raise Invalid(f"The format {format!r} is not known; use one of {', '.join(FORMATS)}.")
    head = feed_files.head_of(path)
    declared = feed_xml.declared_encoding(head)
    named = encoding or declared
    used = feed_files.check_encoding(named) if named else feed_files.encoding_of(head)
    start = head.decode(used, errors="replace").lstrip("\ufeff")
    notices = []
    if used == "cp1252" and not encoding and not declared:
        notices.append("The file is not UTF-8; it was read as Windows-1252 (--encoding names another one).")
    kind, rows, parsed = _reader(path, start, used, format, notices)
    return Feed(kind, used, _whole(rows), notices, parsed)


def _reader(
    path: Path, start: str, encoding: str, format: str | None, notices: list[str]
) -> tuple[str, Iterator[Row], feed_xml.Feed | None]:
    first = start.lstrip()
    if first.lower().startswith(("<!doctype html", "<html")):
        raise Invalid(f"{path} is a web page, not a feed; is the address it was fetched from behind a login?")
    if format == "jsonl" or (format is None and first.startswith("{")):
        return "jsonl", _json_lines(path, encoding), None
    if format is None and first.startswith("["):
        raise Invalid(f"{path} is one JSON list; write one product per line (JSON Lines).")
    if first.startswith("<"):
        parsed = feed_xml.Feed(feed_files.pieces(path, encoding), str(path))
        return "google", iter(parsed), parsed
    header, delimiter, columns = _header(path, start)
    if header > 1 + (start[:4].lower() == "sep="):
        notices.append(f"The columns are named in line {header}; what stands above it was passed over.")

    def rows() -> Iterator[Row]:
        return tables.rows(feed_files.lines(path, encoding), delimiter, header)

    kind = format or _kind(columns)
    exports: dict[str, Callable[[], Iterator[Row]]] = {
        "shopify": lambda: shop_exports.shopify(rows),
        "woocommerce": lambda: shop_exports.woocommerce(rows),
    }
    return kind, exports.get(kind, rows)(), None


def _header(path: Path, start: str) -> tuple[int, str, set[str]]:
    """(line, delimiter, lower-case columns) of the line that names a product's id and title."""
    shown: list[str] = []
    forced = ""
    above = re.split(r"\r\n|\r|\n", start, maxsplit=tables.HEADER_WITHIN)[: tables.HEADER_WITHIN]
    for number, line in enumerate(above, 1):
        if number == 1 and line.lower().startswith("sep=") and len(line) == 5:
            forced = line[4]
            continue
        delimiter = forced or tables.delimiter_of(line)
        names = tables.columns_of(line, delimiter)
        columns = {name.lower() for name in names}
        ours = {column(name) for name in names}
        identified = ours & set(NAMES["product_id"]) or {"handle", "url handle"} & columns
        if identified and ours & set(NAMES["title"]):
            return number, delimiter, columns
        shown = shown or [name for name in names if name]
    found = ", ".join(shown)[:200] or "nothing"
    raise Invalid(
        f"{path} is no feed we know: its first line must name columns for a product's id (id, sku) and title (title, "
        f"name), or it must be XML or JSON Lines. It names: {found}."
    )


def _kind(columns: set[str]) -> str:
    if {"handle", "url handle"} & columns and "title" in columns:
        return "shopify"
    if "name" in columns and "type" in columns and columns & {"regular price", "in stock?", "published"}:
        return "woocommerce"
    return "google" if {"id", "title"} <= {name.removeprefix("g:") for name in columns} else "csv"


def _json_lines(path: Path, encoding: str) -> Iterator[Row]:
    for number, line in feed_files.lines(path, encoding):
        if isinstance(line, Invalid):
            yield number, line
            continue
        if not line.strip():
            continue
        try:
            fields = json.loads(line, parse_float=Decimal)
        except json.JSONDecodeError as error:
            ends = not line.endswith(("\n", "\r")) and line.lstrip().startswith("{")
            if ends and (error.pos >= len(line.rstrip()) or error.msg.startswith("Unterminated string")):
                yield number, BrokenOff("The file breaks off inside this line.")
            else:
                yield number, Invalid("The line is not valid JSON.")
            continue
        except (ValueError, RecursionError):
            yield number, Invalid("The line is not valid JSON.")
            continue
        yield number, fields if isinstance(fields, dict) else Invalid("The line is not a JSON object.")


def _whole(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows up to where the file breaks off."""
    for line, row in rows:
        yield line, row
        if isinstance(row, BrokenOff):
            return
