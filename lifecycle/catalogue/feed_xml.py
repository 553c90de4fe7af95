"""XML feeds (RSS, Atom, and shops' own), read item by item while the file streams through.

What real feeds get wrong is mended before the parser sees it: a bare `&`, HTML's named characters, control characters,
encodings the parser does not know.
"""

from __future__ import annotations

import html.entities
import itertools
import re
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
from collections.abc import Iterable, Iterator
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.expatreader import create_parser

from lifecycle.catalogue.feed_files import BrokenOff, Fields, Row
from lifecycle.errors import Invalid

ITEMS = frozenset({"item", "entry", "product", "offer", "shopitem"})
DEEPEST = 30  # elements within one item
TEXT_LIMIT = 1_000_000  # characters of one element
_LONGEST_ENTITY = 40
_SINGLE = frozenset({"title", "description", "id", "product_type", "google_product_category"})
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)(?:([A-Za-z][A-Za-z0-9]{1,30});)?")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def declared_encoding(head: bytes) -> str | None:
    """The single-byte-compatible encoding an XML declaration names; UTF-16 shows itself, whatever is declared."""
    found = _DECLARED.match(head[:200].decode("latin-1").lstrip("\xef\xbb\xbf"))
    return found.group(1) if found and not found.group(1).lower().startswith(("utf-16", "utf-32", "ucs")) else None


class Feed(Iterable[Row]):
    """The rows of an XML feed; `title` and `link` are the channel's own, known once the first item was read."""

    def __init__(self, pieces: Iterator[str | Invalid], name: str) -> None:
        self._pieces = pieces
        self._name = name
        self._items = _Items()

    @property
    def title(self) -> str:
        return self._items.channel.get("title", "")

    @property
    def link(self) -> str:
        return self._items.channel.get("link", "")

    def __iter__(self) -> Iterator[Row]:
        parser = create_parser(forbid_dtd=True)
        parser.setFeature(xml.sax.handler.feature_external_ges, False)
        self._items.locate(parser)
        parser.setContentHandler(self._items)
        try:
            for piece in _mended(self._pieces):
                if isinstance(piece, Invalid):
                    yield parser.getLineNumber() or 1, piece
                    return
                parser.feed(piece)
                yield from self._items.taken()
            parser.close()
        except xml.sax.SAXParseException as error:
            yield from self._items.taken()
            reason = f"The XML breaks off here ({error.getMessage()}); nothing after this line could be read."
            yield error.getLineNumber() or 1, BrokenOff(reason)
        except DefusedXmlException as error:
            reason = "declares a DTD or entities, which feeds do not need; export it without."
            raise Invalid(f"{self._name} {reason}") from error
        yield from self._items.taken()


def _mended(pieces: Iterator[str | Invalid]) -> Iterator[str | Invalid]:
    """The pieces without what the parser would stumble over; an entity is never cut between two of them."""
    rest: str | None = None
    for piece in pieces:
        if isinstance(piece, Invalid):
            yield piece
            return
        # The text is decoded by now, whatever encoding its declaration names.
        text = _DECLARATION.sub("", piece.lstrip("\ufeff")) if rest is None else rest + piece
        start = text.rfind("&", -_LONGEST_ENTITY)
        cut = len(text) if start < 0 or ";" in text[start:] else start
        rest = text[cut:]
        yield _NO_XML.sub("", _ENTITY.sub(_entity, text[:cut]))
    yield _NO_XML.sub("", _ENTITY.sub(_entity, rest or ""))


def _entity(found: re.Match[str]) -> str:
    named = html.entities.html5.get(f"{found.group(1)};") if found.group(1) else None
    return named if named is not None else f"&amp;{found.group(0)[1:]}"


class _Items(xml.sax.ContentHandler):
    """Collects the items: a repeated element becomes a list, a nested one a dict, `<param name=…>` a fact.

    What has no item around it belongs to the channel.
    """

    def __init__(self) -> None:
        super().__init__()
        self.channel: dict[str, str] = {}
        self._at: xml.sax.xmlreader.Locator | None = None
        self._done: list[Row] = []
        self._stack: list[tuple[Fields, list[str]]] = []
        self._outside: list[list[str]] = []
        self._line = 0

    def locate(self, locator: xml.sax.xmlreader.Locator) -> None:
        self._at = locator

    def startElement(self, name: str, attributes: Any) -> None:
        key = name.rpartition(":")[2].lower()
        if len(self._stack) > DEEPEST or len(self._outside) > DEEPEST:
            raise xml.sax.SAXParseException("elements lie too deep in one another", None, self._at or _NOWHERE)
        if self._stack:
            fields: Fields = {}
            if key == "link" and attributes.get("href") and attributes.get("rel", "alternate") == "alternate":
                fields["href"] = attributes["href"]
            elif attributes.get("name"):
                fields["@name"] = attributes["name"]
            self._stack.append((fields, []))
        elif key in ITEMS:
            self._line = self._at.getLineNumber() or 0 if self._at else 0
            self._stack.append(({name: attributes[name] for name in attributes.getNames()}, []))
        else:
            self._outside.append([])

    def characters(self, content: str) -> None:
        text = self._stack[-1][1] if self._stack else self._outside[-1] if self._outside else []
        if len(text) < TEXT_LIMIT // 100:  # the parser hands text over in pieces
            text.append(content[:TEXT_LIMIT])

    def endElement(self, name: str) -> None:
        key = name.rpartition(":")[2]
        if not self._stack:
            text = "".join(self._outside.pop()).strip()
            if key in ("title", "link") and text and len(text) < 500:
                self.channel.setdefault(key, text)
            return
        fields, pieces = self._stack.pop()
        if not self._stack:
            self._done.append((self._line, fields))
            return
        said = "".join(pieces).strip()
        parent = self._stack[-1][0]
        if "@name" in fields:
            parent.setdefault("facts", {}).setdefault(fields["@name"], said)
            return
        value: Any = fields.get("href") if key == "link" and "href" in fields else fields or said
        if not value:
            return
        if key in _SINGLE:  # a feed may have <title> and <g:title>, <id> and <g:id>: Google's counts
            if key not in parent or name.startswith("g:"):
                parent[key] = value
        else:
            parent[key] = value if key not in parent else [*_listed(parent[key]), value]

    def taken(self) -> list[Row]:
        taken, self._done = self._done, []
        return taken


_NOWHERE = xml.sax.xmlreader.Locator()


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else itertools.repeat(value, 1)
