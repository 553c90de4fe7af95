"""The pages of products as a search ranks them: laid side by side, so that a term is found in all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lifecycle.search.document import HEAD, RECORD, term


class Page(NamedTuple):
    """One product to rank: its category path (CRC-32, 0 for none), how many terms, their records, its id."""

    leaf: int
    length: int
    records: bytes
    name: str


def page(written: bytes) -> Page:
    """The page that document.Writer wrote."""
    leaf, count, _ = HEAD.unpack_from(written)
    end = HEAD.size + RECORD.itemsize * count
    return Page(leaf, count, written[HEAD.size : end], written[end:].decode())


class Pages:
    """Some pages side by side, numbered from 0; what was asked of a term is kept."""

    def __init__(self, pages: Sequence[Page]) -> None:
        leaves, counts, records, names = zip(*pages, strict=True) if pages else ((), (), (), ())
        self.names: Sequence[str] = names
        self.leaves = np.array(leaves, np.int64)
        self._records = np.frombuffer(b"".join(records), RECORD)
        self._terms = self._records["term"].copy()  # in one piece they are compared several times faster
        self._ends = np.array(counts, np.int64).cumsum()
        self._having: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._places: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.names)

    def having(self, stem: str) -> tuple[np.ndarray, np.ndarray]:
        """(numbers of the pages that hold a stem, their records of it)."""
        found = self._having.get(stem)
        if found is None:
            at = np.flatnonzero(self._terms == term(stem))
            found = self._having[stem] = self._ends.searchsorted(at, side="right"), self._records[at]
        return found

    def places(self, stem: str) -> np.ndarray:
        """1 + the first place of a stem in the title of each page, 0 where it is not in the title."""
        found = self._places.get(stem)
        if found is None:
            rows, records = self.having(stem)
            found = self._places[stem] = np.zeros(len(self), np.int32)
            found[rows] = records["place"]
        return found
