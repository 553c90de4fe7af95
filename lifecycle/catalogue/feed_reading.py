"""A feed read to its end before the database hears of it: good products set aside on disk, the rest in a report."""

from __future__ import annotations

import pickle
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

from lifecycle import money
from lifecycle.catalogue import feed_columns, feeds, product_row
from lifecycle.catalogue.feed_files import BrokenOff
from lifecycle.catalogue.feed_prices import Prices
from lifecycle.catalogue.product_row import ProductRow
from lifecycle.errors import Invalid

BATCH = 1_000
REPORTED = 1_000  # rejections and notes kept in full; the counts are always exact
_HELD_BYTES = 32_000_000  # of products set aside in memory; more go to a temporary file
_POSTPONED = 100_000  # rows whose price waits for what the rest of the feed looks like

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Rejection:
    """A row of the feed that was left out, or taken with a change, and why."""

    line: int
    product_id: str
    reason: str


@dataclass
class Reading:
    """What a feed holds.  `batches` yields the good products with the digest of their content; a context manager."""

    format: str = ""
    encoding: str = ""
    read: int = 0
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    noted: int = 0
    notes: list[Rejection] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    store_name: str = ""
    site_url: str = ""
    seen: dict[str, int] = field(default_factory=dict)  # product id → line
    reasons: dict[str, int] = field(default_factory=dict)  # why rows were left out, and how many
    _kept: Any = field(default_factory=lambda: tempfile.SpooledTemporaryFile(_HELD_BYTES))  # noqa: SIM115 see __exit__
    _sizes: list[int] = field(default_factory=list)
    _has: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("price", "currency", "category", "image"), 0))
    _relative: int = 0

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._kept.close()

    def batches(self) -> Iterator[list[tuple[ProductRow, str]]]:
        """The products of the feed, a thousand at a time."""
        self._kept.seek(0)
        for _ in self._sizes:
            yield pickle.load(self._kept)

    def keep(self, batch: list[tuple[ProductRow, str]]) -> None:
        pickle.dump(batch, self._kept, protocol=pickle.HIGHEST_PROTOCOL)
        self._sizes.append(len(batch))

    def refuse(self, line: int, fields: Any, error: Invalid) -> None:
        self.rejected += 1
        kind = re.sub(r"'[^']*'|\d+", "…", str(error))
        self.reasons[kind] = self.reasons.get(kind, 0) + 1
        if len(self.rejections) < REPORTED:
            self.rejections.append(Rejection(line, _id_of(fields), str(error)))


def read(
    path: Path,
    *,
    format: str | None,
    encoding: str | None,
    currency: str,
    site_url: str,
    partial: bool,
    now: datetime,
    progress: Progress | None = None,
) -> Reading:
    """Every row of a feed, taken or refused with its reason; the caller closes the reading.

    A feed that breaks off in the middle is refused whole with Invalid, because what it does not list would seem to be
    gone; with `partial`, nothing is concluded from what is missing, and what could be read is taken.
    """
    feed = feeds.read(path, format, encoding=encoding)
    made = Reading(feed.format, feed.encoding, notices=feed.notices)
    prices = Prices(currency, now)
    postponed: list[tuple[int, dict[str, Any]]] = []
    batch: list[tuple[ProductRow, str]] = []

    def take(line: int, fields: dict[str, Any] | Invalid, last: bool) -> None:
        try:
            if isinstance(fields, Invalid):
                raise fields
            row = product_row.from_feed(fields, prices, doubtful=last)
            if row.product_id in made.seen:
                raise Invalid(f"The id is already used in line {made.seen[row.product_id]}; the first one counts.")
        except money.Ambiguous:
            postponed.append((line, dict(fields)))  # type: ignore[arg-type]
            return
        except Invalid as error:
            made.refuse(line, fields, error)
            return
        made.seen[row.product_id] = line
        batch.append(_completed(made, row, line, site_url or feed.site_url))
        if len(batch) >= BATCH:
            made.keep(batch)
            batch.clear()

    try:
        for line, fields in feed.rows:
            if isinstance(fields, BrokenOff):
                if not partial:
                    raise Invalid(
                        f"{path} breaks off in line {line}: {fields} Nothing was changed; export it again, or take "
                        "what can be read with --partial."
                    )
                made.notices.append(f"The file breaks off in line {line}; what stands before it was taken.")
            made.read += 1
            take(line, fields, last=len(postponed) >= _POSTPONED)
            if progress is not None and made.read % BATCH == 0:
                progress(made.read)
        for line, waiting in postponed:
            take(line, waiting, last=True)
        if batch:
            made.keep(batch)
    except BaseException:
        made._kept.close()
        raise
    made.store_name, made.site_url = feed.name, feed.site_url
    if progress is not None and made.read >= BATCH:
        progress(made.read)
    _notice(made, currency, site_url or feed.site_url)
    return made


def _completed(made: Reading, row: ProductRow, line: int, base: str) -> tuple[ProductRow, str]:
    """The row with whole links, its digest, and what it has counted."""
    made.noted += len(row.notes)
    if len(made.notes) < REPORTED:
        made.notes += [Rejection(line, row.product_id, note) for note in row.notes]
    has = {"price": row.price_cents is not None, "category": bool(row.category), "image": bool(row.image_url)}
    for name, filled in has.items():
        made._has[name] += filled
    made._has["currency"] += row.names_currency
    relative = [name for name in ("url", "image_url") if getattr(row, name).startswith("/")]
    if relative and base:
        row = replace(row, **{name: urljoin(base, getattr(row, name)) for name in relative})
    elif relative:
        made._relative += 1
    return row, row.digest()


def _notice(made: Reading, currency: str, base: str) -> None:
    """What an engineer should know about the feed as a whole."""
    if not made.seen:
        return
    if not made._has["price"]:
        made.notices.append("No product states a price: the assistant will say so when somebody names a budget.")
    elif not made._has["currency"]:
        made.notices.append(f"No price names its currency; all were taken as {currency} (--currency names another).")
    if not made._has["category"]:
        made.notices.append("No product states a category: what kind of thing it is, is read from its title.")
    if not made._has["image"]:
        made.notices.append("No product has a picture.")
    if made._relative and not base:
        made.notices.append("Links are relative to your shop's pages; --site-url makes them whole, for mails too.")


def _id_of(fields: Any) -> str:
    if not isinstance(fields, dict):
        return ""
    known, _ = feed_columns.known(fields)
    return feed_columns.clean(known.get("product_id"))[:128]
