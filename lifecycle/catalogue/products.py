"""The catalogue: imported whole from a feed, versioned, read by id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import money, store
from lifecycle.catalogue import feed_reading
from lifecycle.catalogue.feed_reading import BATCH, Reading, Rejection
from lifecycle.catalogue.product_row import ProductRow
from lifecycle.errors import Invalid
from lifecycle.model import CatalogueVersion, Product, ProductFact
from lifecycle.settings import settings

EXAMPLES = 5
_NEWEST = sa.select(sa.func.max(CatalogueVersion.id))

Progress = Callable[[int], None]


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do when `dry_run`; `version` is the catalogue's version afterwards.

    `reasons` counts why rows were left out, `differences` says of the first changed products what changed, `notices`
    are about the feed as a whole.
    """

    format: str
    encoding: str
    store: str
    dry_run: bool
    version: int
    read: int
    added: int
    changed: int
    removed: int
    unchanged: int
    rejected: int
    rejections: tuple[Rejection, ...] = ()
    noted: int = 0
    notes: tuple[Rejection, ...] = ()
    notices: tuple[str, ...] = ()
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    differences: tuple[str, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "examples": {name: list(titles) for name, titles in self.examples.items()},
            "rejections": [vars(row) for row in self.rejections],
            "notes": [vars(row) for row in self.notes],
        }


def import_feed(
    session: Session,
    path: str | Path,
    *,
    format: str | None = None,
    encoding: str | None = None,
    currency: str | None = None,
    store_name: str | None = None,
    site_url: str | None = None,
    demo: bool = False,
    dry_run: bool = False,
    partial: bool = False,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Make the catalogue what the feed says; products a full feed no longer lists become inactive.

    The file is read to its end before the first statement, so that shoppers do not wait for a long one.  Rows that
    cannot be taken are reported with their line and skipped.  A feed that changes nothing makes no new version.
    `dry_run` writes nothing; `partial` leaves unlisted products alone.  `currency` counts where the feed names none,
    `site_url` is what relative links are relative to, `store_name` is what shoppers read.  Raises Invalid, with the
    catalogue as it was, when the file is unreadable, breaks off, or holds not one good product.
    """
    with feed_reading.read(
        Path(path),
        format=format,
        encoding=encoding,
        currency=currency or settings().store_currency,
        site_url=site_url or "",
        partial=partial,
        now=now,
        progress=progress,
    ) as reading:
        if not reading.seen:
            first = reading.rejections[0].reason if reading.rejections else "It lists no product."
            raise Invalid(f"{path} holds no product that can be imported; the catalogue stays as it was. {first}")
        importing = _Import(session, reading, source=Path(path).name, dry_run=dry_run, now=now)
        importing.alone()
        for batch in reading.batches():
            importing.write(batch)
    if not partial:
        importing.remove_unlisted()
    another = not partial and importing.removed > 0 and not (importing.changed or importing.unchanged)
    if another and not (store_name or demo) and not store.name_in(reading.store_name):
        reading.notices.append("Nothing sold before is in this feed, so it is another store's: --store-name names it.")
    if not dry_run and (store_name or site_url or demo or not partial):
        known = store.profile(session)
        in_feed = store.name_in(reading.store_name) if another or known.demo or not known.name else ""
        address = site_url or reading.site_url or None
        store.told(session, name=store_name or in_feed or None, site_url=address, demo=demo, another=another, now=now)
    return importing.report()


def version(session: Session) -> int:
    """The version of the catalogue: 0 before the first import, one more with each import that changed something."""
    session.flush()
    return session.connection().execute(_NEWEST).scalar() or 0


def get(session: Session, product_id: str) -> Product | None:
    """The product, also when it is no longer sold (`active` is False): old orders and questions still name it."""
    return session.scalars(sa.select(Product).where(Product.product_id == product_id)).first()


def many(session: Session, product_ids: Sequence[str]) -> list[Product]:
    """The products of these ids, in the order given, with their facts; unknown ids are left out."""
    query = sa.select(Product).where(Product.product_id.in_(list(product_ids)))
    found = {
        product.product_id: product for product in session.scalars(query.options(sa.orm.selectinload(Product.facts)))
    }
    return [found[product_id] for product_id in product_ids if product_id in found]


def price(product: Product) -> str | None:
    """`$129.00`; None when the catalogue does not say."""
    return money.format_price(product.price_cents, product.currency)


def card(product: Product, reasons: Iterable[str] = ()) -> dict[str, Any]:
    """The product as the message API shows it; `price` is None when the catalogue does not say."""
    return {
        "product_id": product.product_id,
        "title": product.title,
        "price": price(product),
        "image": product.image_url,
        "url": product.url,
        "reasons": list(reasons),
    }


class _Import:
    """The state of one import: what it changes, and what it tells of it."""

    def __init__(self, session: Session, reading: Reading, *, source: str, dry_run: bool, now: datetime) -> None:
        self.session, self.reading, self.source, self.dry_run, self.now = session, reading, source, dry_run, now
        self.added = self.changed = self.removed = self.unchanged = 0
        self.examples: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
        self.differences: list[str] = []
        self._version: CatalogueVersion | None = None

    def alone(self) -> None:
        """One import at a time: SQLite's writers queue anyway, PostgreSQL's are told to."""
        if not self.dry_run and self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(sa.text("LOCK TABLE catalogue_version IN SHARE ROW EXCLUSIVE MODE"))

    def write(self, batch: list[tuple[ProductRow, str]]) -> None:
        columns = sa.select(Product.product_id, Product.id, Product.digest, Product.active)
        query = columns.where(Product.product_id.in_([row.product_id for row, _ in batch]))
        known = {found.product_id: found for found in self.session.execute(query)}
        added, changed = [], []
        for row, digest in batch:
            old = known.get(row.product_id)
            if old is None:
                added.append((row, digest))
            elif old.digest != digest or not old.active:
                changed.append((row, digest, old.id))
            else:
                self.unchanged += 1
        self.added += len(added)
        self.changed += len(changed)
        self._example("added", (row.title for row, _ in added))
        self._differ([(row, pk) for row, _, pk in changed[: EXAMPLES - len(self.differences)]])
        self._example("changed", (row.title for row, _, _ in changed))
        if self.dry_run or not (added or changed):
            return
        self._insert(added)
        self._update(changed)

    def remove_unlisted(self) -> None:
        """Products on sale that the feed no longer lists go inactive; their rows stay for orders and answers."""
        query = sa.select(Product.id, Product.product_id, Product.title).where(Product.active)
        gone = [(row.id, row.title) for row in self.session.execute(query) if row.product_id not in self.reading.seen]
        self.removed = len(gone)
        self._example("removed", (title for _, title in gone))
        if self.dry_run:
            return
        for start in range(0, len(gone), BATCH):
            ids = [pk for pk, _ in gone[start : start + BATCH]]
            change = {"active": False, "catalogue_version": self._version_id()}
            statement = sa.update(Product).where(Product.id.in_(ids)).values(**change)
            self.session.execute(statement.execution_options(synchronize_session=False))

    def report(self) -> ImportReport:
        reading = self.reading
        if self._version is not None:
            for name in ("added", "changed", "removed"):
                setattr(self._version, name, getattr(self, name))
            self._version.rejected = reading.rejected
            self.session.flush()
            self.session.expire_all()
        return ImportReport(
            format=reading.format,
            encoding=reading.encoding,
            store=store.name(self.session),
            dry_run=self.dry_run,
            version=version(self.session),
            read=reading.read,
            added=self.added,
            changed=self.changed,
            removed=self.removed,
            unchanged=self.unchanged,
            rejected=reading.rejected,
            rejections=tuple(reading.rejections),
            noted=reading.noted,
            notes=tuple(reading.notes),
            notices=tuple(reading.notices),
            examples={name: tuple(titles) for name, titles in self.examples.items()},
            differences=tuple(self.differences),
            reasons=dict(sorted(reading.reasons.items(), key=lambda pair: -pair[1])),
        )

    def _insert(self, added: list[tuple[ProductRow, str]]) -> None:
        if not added:
            return
        common = {"catalogue_version": self._version_id(), "active": True}
        rows = [{**row.columns(), "digest": digest, **common} for row, digest in added]
        self.session.execute(sa.insert(Product.__table__), rows)
        ids = [row.product_id for row, _ in added]
        query = sa.select(Product.product_id, Product.id).where(Product.product_id.in_(ids))
        keys = {found.product_id: found.id for found in self.session.execute(query)}
        self._insert_facts((keys[row.product_id], row) for row, _ in added)

    def _update(self, changed: list[tuple[ProductRow, str, int]]) -> None:
        if not changed:
            return
        table = Product.__table__
        names = [*changed[0][0].columns(), "digest"]
        statement = sa.update(table).where(table.c.id == sa.bindparam("pk"))
        statement = statement.values({name: sa.bindparam(f"new_{name}") for name in names})
        statement = statement.values(catalogue_version=self._version_id(), active=True)
        values = [({**row.columns(), "digest": digest}, pk) for row, digest, pk in changed]
        self.session.execute(
            statement, [{"pk": pk, **{f"new_{name}": value for name, value in row.items()}} for row, pk in values]
        )
        keys = [pk for _, _, pk in changed]
        self.session.execute(sa.delete(ProductFact.__table__).where(ProductFact.__table__.c.product_pk.in_(keys)))
        self._insert_facts((pk, row) for row, _, pk in changed)

    def _insert_facts(self, rows: Iterable[tuple[int, ProductRow]]) -> None:
        facts = [
            {"product_pk": pk, "position": position, **vars(fact)}
            for pk, row in rows
            for position, fact in enumerate(row.facts)
        ]
        if facts:
            self.session.execute(sa.insert(ProductFact.__table__), facts)

    def _version_id(self) -> int:
        if self._version is None:
            self._version = CatalogueVersion(imported_at=self.now, source=self.source[:200])
            self.session.add(self._version)
            self.session.flush()
        return int(self._version.id)

    def _differ(self, changed: list[tuple[ProductRow, int]]) -> None:
        if not changed:
            return
        query = sa.select(Product).where(Product.id.in_([pk for _, pk in changed]))
        known = {old.id: old for old in self.session.scalars(query.options(sa.orm.selectinload(Product.facts)))}
        self.differences += [f"{row.title[:60]}: {_difference(known[pk], row)}" for row, pk in changed]

    def _example(self, name: str, titles: Iterable[str]) -> None:
        room = EXAMPLES - len(self.examples[name])
        if room > 0:
            self.examples[name] += list(titles)[:room]


def _difference(old: Product, new: ProductRow) -> str:
    """What changed: `price $129.00 → $99.00, noise_db`."""
    if not old.active:
        return "back in the range"
    told = []
    for name, value in new.columns().items():
        if getattr(old, name) == value:
            continue
        shown = [str(each)[:40] for each in (getattr(old, name), value)]
        if name == "price_cents":
            shown = [price(old) or "none", money.format_price(value, new.currency) or "none"]
        brief = name in ("price_cents", "availability", "title", "category", "currency")
        told.append(f"{name.removesuffix('_cents')} {' → '.join(shown)}" if brief else name)
    before = {fact.name: fact.value for fact in old.facts}
    after = {fact.name: fact.value for fact in new.facts}
    told += [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(told[:8]) or "the order of its facts"
