"""One product as the search index holds it: terms to find it by, filters, and a page of weighted terms to rank it by.

The page holds every term of the product with its BM25F weight (Zaragoza et al., "Microsoft Cambridge at TREC-13", 2004:
term frequencies are weighted and length-normalised per field and saturated once), so that the products a query brings
are compared by arithmetic on a few arrays.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import tantivy

from lifecycle.language import negation, words

FIELDS = ("title", "brand", "category", "bullets", "description", "facts")
WEIGHTS = (10.0, 4.0, 4.0, 1.0, 0.5, 1.5)
LENGTH = (0.4, 0.0, 0.3, 0.6, 0.6, 0.5)  # b of BM25F, per field
K1 = 4.0
FIELD_TOKENS = 250  # of one field
TITLE = 1  # bit of a term's field mask; the following bits are the other fields, in order
_STATED = 0b100111  # title, brand, category and facts: what a page states in short
_SPELT = (0, 1, 2, 5)  # the fields whose words are taken to be spelt right: the same
UNPRICED = -1
STATE_ID = "\0state"  # the document that says of which catalogue the index is; no product can have this id

# term: CRC-32 of the stem; impact: BM25F weight of 65,535; place: 1 + its first place in the title, 0 when elsewhere
RECORD = np.dtype([("term", "<u4"), ("impact", "<u2"), ("fields", "u1"), ("place", "u1")])
_NOWHERE = 256  # the place of a term that is not in the title
_MARK = re.compile("[\"″”]|''")
_INCHES = re.compile(r"(\d)\s?(?:[\"″”]|'')")
HEAD = struct.Struct("<IHH")  # category path (CRC-32, 0 for none), number of records, length of the id


def schema() -> tantivy.Schema:
    """The fields of the index; every text is written as the words or stems it shall be found by."""
    made = tantivy.SchemaBuilder()
    made.add_text_field("id", tokenizer_name="raw", index_option="basic")
    made.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    made.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    for name in ("stated", "denied", "word"):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("category", "brand", "stock"):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    made.add_integer_field("price", fast=True)
    made.add_unsigned_field("rating", fast=True)
    made.add_bytes_field("page", stored=True)
    return made.build()


def term(stem: str) -> int:
    """A stem as pages name it."""
    return _TERMS[stem]


_TERMS = words.Kept(lambda stem: zlib.crc32(stem.encode()))


def denial(stem: str) -> str:
    """What a page holds besides the term when it says that the thing is not there."""
    return negation.lacking(stem)


def tokens(text: str) -> list[str]:
    """The words of a page or a request; inch marks are read as the word: 7.5" is 7.5 inch."""
    return words.tokens(_INCHES.sub(r"\1 inch ", text) if _MARK.search(text) else text)


Fields = dict[str, Any]  # of one document, by name; plain values, which go from one process to another


def document(fields: Fields) -> tantivy.Document:
    """The fields as the engine takes them."""
    made = tantivy.Document()
    for name, value in fields.items():
        if name == "page":
            made.add_bytes(name, value)
        elif name == "price":
            made.add_integer(name, value)
        elif name == "rating":
            made.add_unsigned(name, value)
        else:
            for text in [value] if isinstance(value, str) else value:
                made.add_text(name, text)
    return made


class Writer:
    """Reads products; `average` is the mean length of each field in the catalogue."""

    def __init__(self, average: Sequence[float]) -> None:
        self.average = list(average)
        lengths = np.arange(FIELD_TOKENS + 1) / np.maximum(average, 1.0)[:, None]
        b = np.array(LENGTH)[:, None]
        self._scales = (np.array(WEIGHTS)[:, None] / (1 - b + b * lengths)).astype(np.float32)  # [field, length]

    def fields(self, products: Sequence[tuple[Any, Sequence[Any]]]) -> Iterator[Fields]:
        """The fields of some products, each a row with its facts; their pages are computed all at once."""
        tally = _Tally()
        made = [tally.add(number, row, facts) for number, (row, facts) in enumerate(products)]
        for fields, page in zip(made, tally.pages(self._scales), strict=True):
            fields["page"] = page
            yield fields


class _Tally:
    """The terms of a batch of products in flat arrays: one entry for each word of each text."""

    def __init__(self) -> None:
        self._terms, self._lengths = array("I"), array("H")
        self._denied: list[tuple[int, int, int]] = []  # product, field, term
        self._heads: list[tuple[int, bytes]] = []  # category path, id

    def add(self, number: int, row: Any, facts: Sequence[Any]) -> Fields:
        """Everything but the page; what that is made of is kept."""
        read = texts(row, facts)
        stems = list(map(words.stemmed, read))
        denied: set[str] = set()
        for field, (text, found) in enumerate(zip(read, stems, strict=True)):
            self._terms.extend(map(_TERMS.__getitem__, found))
            self._lengths.append(len(found))
            for at in negation.denied(text):
                if text[at] not in words.STOPWORDS:
                    denied.add(found[at])
                    self._denied.append((number, field, term(denial(found[at]))))
        path = category_path(row)
        self._heads.append((zlib.crc32("\n".join(path).encode()) if path else 0, row.product_id.encode()))
        return {
            "id": row.product_id,
            "title": " ".join(stems[0]),
            "text": " ".join(map(" ".join, stems)),
            "stated": " ".join(set().union(*(stems[at] for at in _SPELT)) - denied),
            "word": " ".join(set().union(*(read[at] for at in _SPELT))),
            "denied": " ".join(denied),
            "category": [*{words.fold(level) for level in path}],
            "brand": words.fold(row.brand),
            "stock": row.availability,
            "price": UNPRICED if row.price_cents is None else row.price_cents,
            "rating": round(row.rating * 1000) if row.rating is not None and row.rating_count else 0,
        }

    def pages(self, scales: np.ndarray) -> Iterator[bytes]:
        if not self._heads:
            return
        fields = np.tile(np.arange(len(FIELDS)), len(self._heads))
        lengths = np.array(self._lengths)
        owners = np.repeat(np.arange(len(self._heads)), len(FIELDS))
        first = np.cumsum(lengths) - lengths
        place = np.arange(len(self._terms)) - np.repeat(first, lengths) + 1
        denied = np.array(self._denied, np.int64).reshape(-1, 3)
        field = np.concatenate([np.repeat(fields, lengths), denied[:, 1]])
        scale = scales[fields, lengths]
        weight = np.concatenate([np.repeat(scale, lengths), scale[denied[:, 0] * len(FIELDS) + denied[:, 1]]])
        place = np.concatenate([place, np.full(len(denied), _NOWHERE)])
        place[field != 0] = _NOWHERE
        terms = np.concatenate([np.array(self._terms, np.uint32), denied[:, 2]]).astype(np.uint64)
        owner = np.concatenate([np.repeat(owners, lengths), denied[:, 0]]).astype(np.uint64)
        keys = owner << np.uint64(32) | terms
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order], prepend=np.uint64(2**64 - 1)))
        records = np.empty(len(starts), RECORD)
        if len(starts):
            weights = np.add.reduceat(weight[order], starts)
            records["term"] = terms[order][starts]
            records["impact"] = 65_535 * weights / (K1 + weights)
            records["fields"] = np.bitwise_or.reduceat(1 << field[order], starts)
            records["place"] = np.minimum.reduceat(place[order], starts) % _NOWHERE
        ends = np.cumsum(np.bincount(owner[order][starts].astype(np.int64), minlength=len(self._heads)))
        begin = 0
        for (leaf, name), end in zip(self._heads, ends.tolist(), strict=True):
            yield HEAD.pack(leaf, end - begin, len(name)) + records[begin:end].tobytes() + name
            begin = end


def texts(row: Any, facts: Iterable[Any]) -> list[list[str]]:
    """The tokens of a product, a list for each of FIELDS."""
    stated = [row.color, row.size, row.material, *(f"{fact.name.replace('_', ' ')} {fact.value}" for fact in facts)]
    path = category_path(row)
    said = (row.title, row.brand, " ".join(path), "\n".join(row.bullets or ()), row.description, "\n".join(stated))
    return [tokens(text)[:FIELD_TOKENS] if text else [] for text in said]


def category_path(row: Any) -> tuple[str, ...]:
    return tuple(row.category_path or ([row.category] if row.category else []))


def state(**said: Any) -> tantivy.Document:
    """The document that says what the index was made of."""
    made = tantivy.Document()
    made.add_text("id", STATE_ID)
    made.add_bytes("page", json.dumps(said).encode())
    return made
