"""The derived search index: a folder of tantivy's files for each database, shared by every process of a machine.

Nothing is stored here that the database does not hold: a missing or damaged index is built anew, an import is followed
product by product.  What takes seconds is done while the asker waits, what takes longer is done by a process of its own
while the index of before goes on answering; whoever refreshes holds a lock, so that it is done once.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa
import tantivy
from sqlalchemy.orm import Session

from lifecycle import db
from lifecycle.db.statements import Prepared
from lifecycle.errors import Unavailable
from lifecycle.language import negation, words
from lifecycle.model import CatalogueVersion, Product
from lifecycle.search import document as search_document
from lifecycle.search import files as search_files
from lifecycle.search import pages as search_pages
from lifecycle.search import reading as search_reading
from lifecycle.search.files import Damaged
from lifecycle.search.pages import Page, Pages
from lifecycle.settings import settings

# The code that decides what an index holds is part of its name: a changed stemmer never reads an old one.
FORMAT = hashlib.sha256(
    b"".join(Path(str(module.__file__)).read_bytes() for module in (words, negation, search_document))
    + version("tantivy").encode()
).hexdigest()[:8]
AWAITED = 5_000  # changed products that are indexed while the asker waits, which takes about a second
AWAITED_FIRST = 20_000  # the same when there is no index that could answer meanwhile
KEPT = 20_000  # pages a process keeps in memory, about a kilobyte each
HEAP_BYTES = 150_000_000  # what the engine gathers in memory before it writes
AHEAD_SECONDS = 600  # how long a reader may see an older catalogue than the index
RETRY_SECONDS = 30  # between two starts of the background process

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

_STATE = sa.select(*(getattr(CatalogueVersion, name) for name in ("id", "imported_at", "added", "changed", "removed")))
_HELD, _HOME_KEY = "catalogue key", "catalogue key of a home"
_PRESENT = Prepared(_STATE.order_by(CatalogueVersion.id.desc()).limit(1))


def key(session: Session) -> str:
    """Names the catalogue's present state in this very database, so that no other index can be taken for its own.

    Asked of the database each time, unless `hold` was called for the session.
    """
    held: str | None = session.info.get(_HELD)
    found = held or _key(session, _present(session))
    if held is not None:
        session.info[_HELD] = found
    return found


def catalogue_version(session: Session) -> int:
    """The version of the catalogue that `key` names: 0 before the first import."""
    return int(key(session).partition("-")[0])


def home_key(session: Session) -> str:
    """The same for what a process keeps in memory: two homes may hold databases of one name."""
    known: tuple[str, str] | None = session.info.get(_HOME_KEY)
    present = key(session)
    if known is None or known[0] != present:
        known = session.info[_HOME_KEY] = present, f"{settings().home} {present}"
    return known[1]


def _present(session: Session) -> Any:
    session.flush()
    return _PRESENT.first(session.connection())


def hold(session: Session) -> None:
    """For a session of one transaction that changes no product: its catalogue is one and the same to the end."""
    session.info[_HELD] = ""


def _key(session: Session, version: Any) -> str:
    said = f"{_database(session)} {tuple(version) if version else ()}"
    return f"{version.id if version else 0}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _database(session: Session) -> str:
    url = session.get_bind().engine.url
    return f"{url.host} {url.port} {url.database}"


class Index:
    """An open index.  Safe to share between threads; its pages are the system's, not the process's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stamp = search_files.stamp(path)
        with search_files.telling_damage(path):
            search_files.verify(path)  # before they are mapped: to read a file cut short kills a process
            opened = tantivy.Index.open(str(path))
            opened.config_reader("manual")
            opened.reload()
            self.schema, self.searcher = opened.schema, opened.searcher()
            search_files.verify(path)  # what was committed meanwhile
            self._state = self._read_state()
        self._pages: dict[tuple[int, int], Page] = {}
        self.asked: dict[str, Any] = {}  # requests read last
        self._corrections: dict[tuple[str, str], str] = {}
        self.key: str = self._state["key"]
        self.version = int(self.key.partition("-")[0])
        self.average: list[float] = self._state["average"]
        self.made_at: float = self._state["made_at"]
        self.size: int = self.searcher.num_docs - 1

    def _read_state(self) -> dict[str, Any]:
        found = self.best(tantivy.Query.term_query(self.schema, "id", search_document.STATE_ID, "basic"), 1)
        if not found:
            raise Damaged("The index does not say of which catalogue it is.")
        return dict(json.loads(bytes(self.searcher.doc(found[0][1])["page"][0])))

    def best(self, query: tantivy.Query, limit: int, *, by: str | None = None) -> list[tuple[float, Any]]:
        """(score, address) of the best products for a query, or of those with most of the fast field `by`."""
        return list(self.searcher.search(query, limit, count=False, order_by_field=by).hits)

    def prices(self, hits: Sequence[tuple[float, Any]]) -> list[int]:
        """The price of each of what `best` found, in cents; search_document.UNPRICED for none."""
        addresses = [address for _, address in hits]
        return cast(list[int], self.searcher.fast_field_values("price", addresses))

    def pages(self, hits: Sequence[tuple[float, Any]]) -> Pages:
        """The pages of what `best` found; those of the products found most are kept in memory."""
        places = [(address.segment_ord, address.doc) for _, address in hits]
        known = self._pages
        found = [known.get(place) for place in places]
        missing = [at for at, page in enumerate(found) if page is None]
        make_room(known, KEPT, len(missing))
        for at in sorted(missing, key=places.__getitem__):  # pages of one block on the disk are unpacked together
            made = search_pages.page(self.searcher.doc(hits[at][1])["page"][0])
            found[at] = known[places[at]] = made
        return Pages(cast(list[Page], found))

    def holding(self, stem: str) -> int:
        """How many products hold a stem anywhere, or say that they lack it (search_document.denial)."""
        field, name = ("denied", stem[1:]) if stem.startswith("!") else ("text", stem)
        return int(self.searcher.doc_freq(field, name))

    def titled(self, stems: Sequence[str]) -> int:
        """How many titles hold all of these stems."""
        query = tantivy.Query
        terms = [(tantivy.Occur.Must, query.term_query(self.schema, "title", stem, "freq")) for stem in stems]
        return int(self.searcher.search(query.boolean_query(terms), 1, count=True).count)  # type: ignore[attr-defined]

    @functools.cached_property
    def states_prices(self) -> bool:
        """Does any product on sale state a price?"""
        return bool(self.best(tantivy.Query.range_query(self.schema, "price", tantivy.FieldType.Integer, 0), 1))

    def knows(self, word: str) -> int:
        """How many products use this very word in title, brand, category or facts."""
        return int(self.searcher.doc_freq("word", word))

    def words_like(self, beginning: str) -> list[tuple[str, int]]:
        """The words that `knows` counts and that begin so, with their counts."""
        return list(self.searcher.terms_with_prefix("word", beginning))

    def corrected(self, word: str, way: str, correct: Callable[[], str]) -> str:
        """What `correct` says of a word in one way of looking, from memory when it was asked before: people make the
        same slips, and a look through a hundred thousand words takes milliseconds."""
        found = self._corrections.get((word, way))
        if found is None:
            if len(self._corrections) >= KEPT:
                self._corrections.clear()
            found = self._corrections[word, way] = correct()
        return found

    def intact(self) -> bool:
        """Whether the files on disk are what was written."""
        try:
            search_files.verify(self.path, again=True)
        except Damaged:
            return False
        return True


def make_room(kept: dict[Any, Any], most: int, more: int) -> None:
    """Let go of what was taken into memory first, an eighth at a time, so that `more` fit among at most `most`."""
    if len(kept) + more > most:
        for name in list(itertools.islice(kept, max(most // 8, len(kept) + more - most))):
            kept.pop(name, None)


_open: dict[Path, Index] = {}
_gate = threading.RLock()
_child: subprocess.Popen[bytes] | None = None
_child_started = -float("inf")
_late = ""  # the state of the catalogue that another process is bringing the index to


def ask(session: Session, question: Callable[[Index, bool], Answer]) -> Answer:
    """What `question` answers on the best index there is and whether that is the present catalogue's.

    A damaged index is put away, made anew and asked again.  Raises Unavailable while a large catalogue has none.
    """
    for last in (False, True):
        index, fresh = _current(session)
        try:
            with search_files.telling_damage(index.path):
                return question(index, fresh)
        except Damaged as damage:
            if last or index.intact():
                raise (damage.__cause__ or damage) from None
            _put_away(index.path)
    raise AssertionError


def refresh(session: Session, *, wait: bool = True) -> int:
    """Bring the index up to date now, however long it takes; returns the number of products.

    Another process that is at it is waited for, or raises BlockingIOError.
    """
    with _gate:
        base = _base(session)
        wanted = key(session)
        work = _work(session, _newest(base), wanted)
        if work is not None:
            with search_files.alone(base, wait=wait):
                work = _work(session, _newest(base), wanted)
                if work is not None:
                    _do(session, base, work)
        index = _newest(base)
        assert index is not None
        return index.size


def _current(session: Session) -> tuple[Index, bool]:
    """The newest index, and whether it is the present catalogue's; brought up to date first when that is quick.

    Whoever comes while another thread does that, or another process, is answered from the index of before.
    """
    base, wanted = _base(session), key(session)
    index = _open.get(base)
    if index is not None and index.key == wanted:
        return index, True
    if not _gate.acquire(blocking=index is None):
        return index, False  # type: ignore[return-value]
    try:
        index = _newest(base)
        behind = index is None or index.key != wanted
        work = _work(session, index, wanted) if behind and wanted != _late else None
        if work is not None and work.products <= (AWAITED_FIRST if index is None else AWAITED):
            with contextlib.suppress(BlockingIOError):
                refresh(session, wait=index is None)
            index = _newest(base)
        elif work is not None or (behind and wanted == _late):
            _start_child(wanted)
    finally:
        _gate.release()
    if index is None:
        raise Unavailable("The search index is being made, which takes minutes for a large catalogue; then it answers.")
    return index, index.key == wanted


# --- what is to be done -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """What brings an index up to date: all products anew, or those changed since a catalogue version."""

    key: str
    products: int  # at most
    since: int | None = None


def _work(session: Session, index: Index | None, wanted: str) -> Work | None:
    """None when nothing is to be done, or when this session still sees the catalogue of before."""
    if index is not None and index.key == wanted:
        return None
    present = int(wanted.partition("-")[0])
    if index is not None and index.version > present and time.time() - index.made_at < AHEAD_SECONDS:
        return None
    if index is not None and index.version < present:
        known = session.execute(_STATE.where(CatalogueVersion.id == index.version)).first()
        if known is not None and _key(session, known) == index.key:
            changed = sa.select(Product.id).where(Product.catalogue_version > index.version)
            some = changed.limit(index.size // 2 + 10).subquery()
            count = session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
            if count < index.size // 2 + 10:
                return Work(wanted, count, index.version)
    return Work(wanted, session.scalar(sa.select(sa.func.max(Product.id))) or 0)


def _do(session: Session, base: Path, work: Work) -> None:
    started = time.monotonic()
    newest = _newest(base)
    if work.since is None or newest is None:
        _build(session, base, work)
    else:
        _update(session, newest, work)
    log.info("search index: %d products in %.1f s", work.products, time.monotonic() - started)


def _build(session: Session, base: Path, work: Work) -> None:
    """Make a whole index; that of before answers until it is done."""
    last = max(map(search_files.generation, search_files.generations(base)), default=0)
    with search_files.aside(base.with_name(f"{base.name}.{last + 1}"), keep=FORMAT) as folder:
        writer = tantivy.Index(search_document.schema(), path=str(folder), reuse=False).writer(HEAP_BYTES, 1)
        average = search_reading.average_lengths(session)
        for read in search_reading.whole(session, average):
            for fields in read:
                writer.add_document(search_document.document(fields))
        _commit(writer, average, work)


def _update(session: Session, index: Index, work: Work) -> None:
    """Replace the products changed since the index was made; readers see all of the changes at once or none."""
    writer = tantivy.Index.open(str(index.path)).writer(HEAP_BYTES // 2, 1)
    maker = search_document.Writer(index.average)
    for chunk in search_reading.chunks(session, Product.catalogue_version > work.since):
        for row, _ in chunk:
            writer.delete_documents_by_term("id", row.product_id)
        for fields in maker.fields([(row, facts) for row, facts in chunk if row.active]):
            writer.add_document(search_document.document(fields))
    _commit(writer, index.average, work)


def _commit(writer: tantivy.IndexWriter, average: list[float], work: Work) -> None:
    writer.delete_documents_by_term("id", search_document.STATE_ID)
    writer.add_document(search_document.state(key=work.key, average=average, made_at=time.time()))
    writer.commit()
    writer.wait_merging_threads()


# --- where it is ------------------------------------------------------------------------------------------------------


def _base(session: Session) -> Path:
    return settings().search_index / _folder(_database(session))


@functools.lru_cache(maxsize=64)
def _folder(database: str) -> str:
    return f"{FORMAT}-{hashlib.sha256(database.encode()).hexdigest()[:8]}"


def _newest(base: Path) -> Index | None:
    """The index on disk, opened when it is not yet; a damaged one is put away."""
    for path in reversed(search_files.generations(base)):
        opened = _open.get(base)
        if opened is not None and opened.stamp == search_files.stamp(path):
            return opened
        try:
            opened = Index(path)
        except Damaged as error:
            log.warning("the search index is damaged and will be made anew: %s", error)
            _put_away(path)
            continue
        _open.clear()
        _open[base] = opened
        return opened
    _open.pop(base, None)
    return None


def _put_away(path: Path) -> None:
    with _gate:
        _open.clear()
        search_files.remove(path)


# --- in the background ------------------------------------------------------------------------------------------------


def _start_child(wanted: str) -> None:
    """Refresh in another process, at low priority; the next search looks for what it made."""
    global _child, _child_started, _late
    if (_child is not None and _child.poll() is None) or time.monotonic() - _child_started < RETRY_SECONDS:
        return
    _late, _child_started = wanted, time.monotonic()
    _child = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.DEVNULL)


def main() -> int:
    """Refresh the index at low priority, unless somebody is at it already."""
    os.nice(10)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with db.reading() as session, contextlib.suppress(BlockingIOError):
        refresh(session, wait=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
