"""Catalogue feeds as stores export them, read row by row: Google Merchant (TSV, RSS, Atom), Shopify CSV, JSON Lines.

Each reader yields `(line, fields)`, or `(line, Invalid)` for a row that cannot be read: one bad row never costs the
others.  Gzip is transparent and the format is told by the content, not by the file's name.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import json
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from defusedxml import DefusedXmlException
from defusedxml.expatreader import create_parser

from lifecycle.errors import Invalid

FORMATS = ("google", "shopify", "jsonl")

Fields = dict[str, Any]
Row = tuple[int, "Fields | Invalid"]

_HEAD = 65_536
_FIELD_LIMIT = 1_000_000


def read(path: Path, format: str | None = None) -> tuple[str, Iterator[Row]]:
    """(format, rows) of a feed file; raises Invalid when the file cannot be opened or is of no known format."""
    if format is not None and format not in FORMATS:
        raise Invalid(f"The format {format!r} is not known; use one of {', '.join(FORMATS)}.")
    head = _head(path)
    encoding = _encoding(head)
    start = head.decode(encoding, errors="replace").lstrip("\ufeff \r\n\t")
    kind = format or _guess(start, path)
    if kind == "jsonl":
        rows = _json_lines(path, encoding)
    elif kind == "google" and start.startswith("<"):
        rows = _xml(path)
    else:
        rows = _table(path, encoding, _delimiter(start))
        rows = _shopify(rows) if kind == "shopify" else rows
    return kind, _whole(path, rows)


def _open(path: Path) -> IO[bytes]:
    with open(path, "rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped else open(path, "rb")  # type: ignore[return-value]


def _head(path: Path) -> bytes:
    try:
        with _open(path) as opened:
            head = opened.read(_HEAD)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror or error}.") from error
    except (EOFError, zlib.error) as error:
        raise Invalid(f"{path} is a damaged gzip file; export it again.") from error
    if not head.strip():
        raise Invalid(f"{path} is empty; export the catalogue again.")
    return head


def _whole(path: Path, rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Invalid(f"{path} is a damaged gzip file; export it again.") from error


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < _HEAD)
        return "utf-8-sig"
    except UnicodeDecodeError:
        return "cp1252"


def _guess(start: str, path: Path) -> str:
    if start.startswith("{"):
        return "jsonl"
    if start.startswith("["):
        raise Invalid(f"{path} is one JSON list; write one product per line (JSON Lines).")
    if start.startswith("<"):
        return "google"
    columns = {name.strip().strip('"').lower() for name in start.split("\n", 1)[0].split(_delimiter(start))}
    if {"handle", "url handle"} & columns:
        return "shopify"
    if "id" in columns and "title" in columns:
        return "google"
    raise Invalid(f"{path} is no feed we know; its first line must name id and title, or Handle, or be a JSON object.")


def _delimiter(start: str) -> str:
    header = start.split("\n", 1)[0]
    return max(("\t", ",", ";"), key=header.count)


# --- JSON Lines -------------------------------------------------------------------------------------------------------


def _json_lines(path: Path, encoding: str) -> Iterator[Row]:
    with _open(path) as opened:
        text = io.TextIOWrapper(opened, encoding=encoding, errors="replace", newline="\n")
        for line, content in enumerate(text, 1):
            if not content.strip():
                continue
            try:
                fields = json.loads(content, parse_float=Decimal)
            except (ValueError, RecursionError):
                yield line, Invalid("The line is not valid JSON.")
                continue
            yield line, fields if isinstance(fields, dict) else Invalid("The line is not a JSON object.")


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(_FIELD_LIMIT)
    with _open(path) as opened:
        text = io.TextIOWrapper(opened, encoding=encoding, errors="replace", newline="")
        reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)
        header = [name.strip() for name in next(reader, [])]
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, Invalid(f"The row cannot be read: {error}.")
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                yield line, Invalid(f"The row has {len(cells)} cells, the header names {len(header)}.")
                continue
            fields: Fields = {}
            for name, cell in zip(header, cells, strict=False):
                if name and cell.strip():
                    fields.setdefault(name, cell)
            yield line, fields


def _shopify(rows: Iterator[Row]) -> Iterator[Row]:
    """One row per variant, with what the export writes only on a product's first row filled in."""
    first: Fields = {}
    handle = ""
    for line, row in rows:
        if isinstance(row, Invalid):
            yield line, row
            continue
        fields = {name.lower(): value for name, value in row.items()}
        own = fields.get("handle") or fields.get("url handle") or ""
        if own and own != handle:
            handle, first = own, fields
        elif not own or "title" not in first:
            yield line, Invalid("The row belongs to no product; its Handle or the product's Title is missing.")
            continue
        sells = any(fields.get(name) for name in ("variant price", "price", "variant sku", "sku", "option1 value"))
        if fields is not first and not sells:
            continue  # a further picture of the same product
        status = first.get("status", "active").lower()
        published = (first.get("published") or first.get("published on online store") or "true").lower()
        if status in ("draft", "archived") or published == "false":
            continue  # not on sale: to shoppers it does not exist
        shared = {name: value for name, value in first.items() if not _of_variant(name)}
        yield line, {**shared, **_option_names(first), **fields, "handle": handle}


def _of_variant(name: str) -> bool:
    return name.startswith(("variant ", "option", "image ", "inventory ", "weight ")) or name in (
        "sku", "barcode", "price", "compare-at price", "cost per item", "product image url",
    )  # fmt: skip


def _option_names(first: Fields) -> Fields:
    return {name: value for name, value in first.items() if name.startswith("option") and name.endswith(" name")}


# --- XML --------------------------------------------------------------------------------------------------------------


def _xml(path: Path) -> Iterator[Row]:
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    items = _Items(parser)
    parser.setContentHandler(items)
    with _open(path) as opened:
        try:
            for chunk in iter(lambda: opened.read(_HEAD), b""):
                parser.feed(chunk)
                yield from items.taken()
            parser.close()
        except xml.sax.SAXParseException as error:
            yield from items.taken()
            reason = f"The XML breaks off here ({error.getMessage()}); nothing after this line could be read."
            yield error.getLineNumber() or 1, Invalid(reason)
        except DefusedXmlException as error:
            raise Invalid(f"{path} declares a DTD or entities, which feeds do not need; export it without.") from error
    yield from items.taken()


class _Items(xml.sax.ContentHandler):
    """Collects `<item>` and `<entry>` elements; a repeated element becomes a list, a nested one a dict."""

    def __init__(self, locator: xml.sax.xmlreader.Locator) -> None:
        super().__init__()
        self._at = locator
        self._done: list[Row] = []
        self._stack: list[tuple[Fields, list[str]]] = []
        self._line = 0

    def startElement(self, name: str, attributes: Any) -> None:
        if self._stack:
            fields: Fields = {}
            if name == "link" and attributes.get("href"):
                fields["href"] = attributes["href"]
            self._stack.append((fields, []))
        elif name in ("item", "entry"):
            self._line = self._at.getLineNumber() or 0
            self._stack.append(({}, []))

    def characters(self, content: str) -> None:
        if self._stack:
            self._stack[-1][1].append(content)

    def endElement(self, name: str) -> None:
        if not self._stack:
            return
        fields, text = self._stack.pop()
        if not self._stack:
            self._done.append((self._line, fields))
            return
        value: Any = fields.get("href") if name == "link" and "href" in fields else fields or "".join(text).strip()
        if value:
            key, parent = name.rpartition(":")[2], self._stack[-1][0]
            parent[key] = value if key not in parent else [*_listed(parent[key]), value]

    def taken(self) -> list[Row]:
        taken, self._done = self._done, []
        return taken


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else itertools.repeat(value, 1)
