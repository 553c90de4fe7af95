"""The catalogue: imported whole from a feed, versioned, read by id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import feeds, money, product_row
from lifecycle.errors import Invalid
from lifecycle.model import CatalogueVersion, Product, ProductFact
from lifecycle.product_row import ProductRow
from lifecycle.settings import settings

BATCH = 1_000
EXAMPLES = 5
REPORTED = 1_000  # rejections and notes kept in full; the counts are always exact

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Rejection:
    """A row of the feed that was left out, and why."""

    line: int
    product_id: str
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do when `dry_run`; `version` is the catalogue's version afterwards."""

    format: str
    dry_run: bool
    version: int
    read: int
    added: int
    changed: int
    removed: int
    unchanged: int
    rejected: int
    rejections: tuple[Rejection, ...] = ()
    notes: tuple[Rejection, ...] = ()
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        shown = {name: value for name, value in vars(self).items() if name not in ("rejections", "notes")}
        return {
            **shown,
            "examples": {name: list(titles) for name, titles in self.examples.items()},
            "rejections": [vars(row) for row in self.rejections],
            "notes": [vars(row) for row in self.notes],
        }


def import_feed(
    session: Session,
    path: str | Path,
    *,
    format: str | None = None,
    dry_run: bool = False,
    partial: bool = False,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Make the catalogue what the feed says; products a full feed no longer lists become inactive.

    Rows that cannot be taken are reported with their line and skipped.  A feed that changes nothing makes no new
    version.  `dry_run` writes nothing; `partial` leaves unlisted products alone.  Raises Invalid, with the catalogue
    as it was, when the file is unreadable or holds not one good product.
    """
    kind, rows = feeds.read(Path(path), format)
    importing = _Import(session, source=Path(path).name, dry_run=dry_run, now=now)
    batch: list[ProductRow] = []
    currency = settings().store_currency
    for line, fields in rows:
        importing.read += 1
        row = importing.take(line, fields, kind, currency)
        if row is not None:
            batch.append(row)
        if len(batch) >= BATCH:
            importing.write(batch)
            batch = []
        if progress is not None and importing.read % BATCH == 0:
            progress(importing.read)
    importing.write(batch)
    if not importing.seen:
        first = importing.rejections[0].reason if importing.rejections else "It lists no product."
        raise Invalid(f"{path} holds no product that can be imported; the catalogue stays as it was. {first}")
    if not partial:
        importing.remove_unlisted()
    if progress is not None:
        progress(importing.read)
    return importing.report(kind)


def version(session: Session) -> int:
    """The version of the catalogue: 0 before the first import, one more with each import that changed something."""
    return session.scalar(sa.select(sa.func.max(CatalogueVersion.id))) or 0


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
    """The state of one import: what was read, what it changed, what it refused."""

    def __init__(self, session: Session, *, source: str, dry_run: bool, now: datetime) -> None:
        self.session, self.source, self.dry_run, self.now = session, source, dry_run, now
        self.read = self.added = self.changed = self.removed = self.unchanged = self.rejected = 0
        self.rejections: list[Rejection] = []
        self.notes: list[Rejection] = []
        self.examples: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
        self.seen: dict[str, int] = {}  # product id → line
        self._version: CatalogueVersion | None = None

    def take(self, line: int, fields: dict[str, Any] | Invalid, kind: str, currency: str) -> ProductRow | None:
        try:
            if isinstance(fields, Invalid):
                raise fields
            row = product_row.from_feed(fields, kind, currency=currency, now=self.now)
            if row.product_id in self.seen:
                raise Invalid(f"The id is already used in line {self.seen[row.product_id]}; the first one counts.")
        except Invalid as error:
            self.rejected += 1
            if len(self.rejections) < REPORTED:
                self.rejections.append(Rejection(line, _id_of(fields), str(error)))
            return None
        self.seen[row.product_id] = line
        if len(self.notes) < REPORTED:
            self.notes += [Rejection(line, row.product_id, note) for note in row.notes]
        return row

    def write(self, batch: list[ProductRow]) -> None:
        if not batch:
            return
        columns = sa.select(Product.product_id, Product.id, Product.digest, Product.active)
        query = columns.where(Product.product_id.in_([row.product_id for row in batch]))
        known = {found.product_id: found for found in self.session.execute(query)}
        added, changed = [], []
        for row in batch:
            old, digest = known.get(row.product_id), row.digest()
            if old is None:
                added.append((row, digest))
            elif old.digest != digest or not old.active:
                changed.append((row, digest, old.id))
            else:
                self.unchanged += 1
        self.added += len(added)
        self.changed += len(changed)
        self._example("added", (row.title for row, _ in added))
        self._example("changed", (row.title for row, _, _ in changed))
        if self.dry_run or not (added or changed):
            return
        self._insert(added)
        self._update(changed)

    def remove_unlisted(self) -> None:
        """Products on sale that the feed no longer lists go inactive; their rows stay for orders and answers."""
        query = sa.select(Product.id, Product.product_id, Product.title).where(Product.active)
        gone = [(row.id, row.title) for row in self.session.execute(query) if row.product_id not in self.seen]
        self.removed = len(gone)
        self._example("removed", (title for _, title in gone))
        if self.dry_run:
            return
        for start in range(0, len(gone), BATCH):
            ids = [pk for pk, _ in gone[start : start + BATCH]]
            change = {"active": False, "catalogue_version": self._version_id()}
            statement = sa.update(Product).where(Product.id.in_(ids)).values(**change)
            self.session.execute(statement.execution_options(synchronize_session=False))

    def report(self, kind: str) -> ImportReport:
        if self._version is not None:
            for name in ("added", "changed", "removed", "rejected"):
                setattr(self._version, name, getattr(self, name))
            self.session.flush()
            self.session.expire_all()
        return ImportReport(
            format=kind,
            dry_run=self.dry_run,
            version=version(self.session),
            read=self.read,
            added=self.added,
            changed=self.changed,
            removed=self.removed,
            unchanged=self.unchanged,
            rejected=self.rejected,
            rejections=tuple(self.rejections),
            notes=tuple(self.notes),
            examples={name: tuple(titles) for name, titles in self.examples.items()},
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

    def _example(self, name: str, titles: Iterable[str]) -> None:
        room = EXAMPLES - len(self.examples[name])
        if room > 0:
            self.examples[name] += list(titles)[:room]


def _id_of(fields: dict[str, Any] | Invalid) -> str:
    if isinstance(fields, Invalid):
        return ""
    return product_row.clean(fields.get("product_id") or fields.get("id") or fields.get("handle"))[:128]
