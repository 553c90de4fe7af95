"""The index follows the catalogue, also while others search, and mends itself when its files are gone or wrong."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from lifecycle import catalogue, db, search
from lifecycle.errors import Unavailable
from lifecycle.search import Filters, ranking
from lifecycle.search import files as search_files
from lifecycle.search import index as search_index
from lifecycle.search import reading as search_reading

PROJECT = Path(__file__).resolve().parent.parent
TEAPOTS = [
    {"id": f"t{number}", "title": f"Teapot {name}", "price": 10 + number, "category": ["Kitchen", "Tea"]}
    for number, name in enumerate(("Iron", "Glass", "Clay", "Steel", "Bamboo", "Porcelain", "Enamel", "Copper"))
]


@pytest.fixture
def put(tmp_path: Path, now):
    """Import rows: put(session, rows, partial=…)."""

    seconds = itertools.count()

    def imported(session, rows: list[dict], **options) -> None:
        path = tmp_path / "feed.jsonl"
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        catalogue.import_feed(session, path, now=now + timedelta(seconds=next(seconds)), **options)

    return imported


@pytest.fixture
def shop(database, put):
    """A committed shop of eight teapots, indexed."""
    with db.transaction() as session:
        put(session, TEAPOTS)
    with db.reading() as session:
        search.refresh(session)


def found(text: str, **filters) -> list[str]:
    with db.reading() as session:
        return [hit.product_id for hit in search.search(session, text, filters=Filters(**filters) if filters else None)]


def scored(text: str) -> list[tuple[str, float]]:
    with db.reading() as session:
        return [(hit.product_id, hit.score) for hit in search.search(session, text)]


def reopened() -> None:
    """As a process that has just started."""
    search_index._open.clear()
    search_files._verified.clear()


def indexes(home: Path) -> list[Path]:
    return [path for path in (home / "search").iterdir() if path.is_dir()]


def files(home: Path) -> list[Path]:
    return sorted(file for file in indexes(home)[0].iterdir() if file.suffix in search_files.CHECKED)


# --- following the catalogue ------------------------------------------------------------------------------------------


def test_added_changed_and_removed_products_are_followed(session, put):
    def said(text: str, **filters) -> list[str]:
        return [hit.product_id for hit in search.search(session, text, filters=Filters(**filters) if filters else None)]

    put(session, TEAPOTS)
    assert said("iron teapot")[0] == "t0" and said("kettle") == []
    put(
        session,
        [{"id": "k1", "title": "Kettle"}, {**TEAPOTS[0], "title": "Teapot Cast Iron", "price": 99}],
        partial=True,
    )
    assert said("kettle") == ["k1"] and said("cast")[0] == "t0"
    assert "t0" not in said("teapot", price_max_cents=2_000), "the price is the one of the last import"
    put(session, [{**TEAPOTS[1], "availability": "out_of_stock"}], partial=True)
    assert "t1" in said("teapot") and "t1" not in said("teapot", in_stock=True)
    put(session, [{"id": "k1", "title": "Kettle"}])
    assert said("kettle") == ["k1"] and said("teapot") == [], "what is no longer sold is not found"


def test_processes_that_read_a_large_catalogue_make_the_same_index(shop, home, monkeypatch):
    alone = {text: scored(text) for text in ("teapot", "iron teapot", "tea glass", "enamle")}
    monkeypatch.setattr(search_reading, "APART", 0)
    monkeypatch.setattr(search_reading.os, "sched_getaffinity", lambda _: {0, 1})
    began = []
    spawned = search_reading.ProcessPoolExecutor
    monkeypatch.setattr(
        search_reading, "ProcessPoolExecutor", lambda count, *given: began.append(count) or spawned(count, *given)
    )
    search_files.remove(indexes(home)[0])
    reopened()
    assert {text: scored(text) for text in alone} == alone and began == [2]


def test_a_small_change_touches_only_what_changed(shop, put, monkeypatch):
    read = []
    documents = search_index.search_document.Writer.fields
    monkeypatch.setattr(
        search_index.search_document.Writer,
        "fields",
        lambda self, products: read.append(len(products)) or documents(self, products),
    )
    with db.transaction() as session:
        put(session, [{**TEAPOTS[2], "title": "Teapot Terracotta"}], partial=True)
    assert found("terracotta") == ["t2"] and found("clay") == []
    assert read == [1]


def test_an_import_that_is_taken_back_is_not_found(shop, put):
    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        put(session, [{"id": "k1", "title": "Kettle"}], partial=True)
        assert [hit.product_id for hit in search.search(session, "kettle")] == ["k1"]
        raise ZeroDivisionError
    assert found("kettle") == []
    with db.transaction() as session:
        put(session, [{"id": "c1", "title": "Cup"}], partial=True)
    assert found("cup") == ["c1"] and found("kettle") == [] and len(found("teapot")) == 8


def test_one_index_is_left_on_disk(shop, put, home):
    for number in range(3):
        with db.transaction() as session:
            put(session, [{"id": f"k{number}", "title": f"Kettle {number}"}])
        assert found("kettle") == [f"k{number}"]
    assert len(indexes(home)) == 1


# --- many at once -----------------------------------------------------------------------------------------------------


def test_threads_that_search_at_once_build_one_index(database, put, monkeypatch):
    with db.transaction() as session:
        put(session, TEAPOTS)
    built = []
    monkeypatch.setattr(search_index, "_build", lambda *given, build=search_index._build: built.append(build(*given)))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(found, ["iron", "glass teapot"] * 20))
    assert [answer[0] for answer in answers] == ["t0", "t1"] * 20
    assert len(built) == 1


def test_processes_that_refresh_at_once_build_one_index(database, put, home):
    with db.transaction() as session:
        put(session, TEAPOTS)
    script = (
        "from lifecycle import db, search; from lifecycle.search import index; build = index._build\n"
        "def counted(*given): open({!r}, 'a').write('x'); build(*given)\n"
        "index._build = counted\n"
        "with db.reading() as session: print(search.search(session, 'iron teapot')[0].product_id)"
    ).format(str(home / "built"))
    running = [subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, stdout=-1) for _ in range(2)]
    assert [process.communicate(timeout=300)[0] for process in running] == [b"t0\n"] * 2
    assert (home / "built").read_text() == "x"


def test_a_large_change_is_made_in_the_background_while_the_old_index_answers(shop, put, home, monkeypatch):
    monkeypatch.setattr(search_index, "AWAITED", 3)
    free = threading.Event()
    base = search_files.generations(indexes(home)[0].with_suffix(""))[0].with_suffix("")
    with ThreadPoolExecutor(1) as pool:

        def hold() -> None:  # somebody else is at it, so that the answers below are those of before
            with search_files.alone(base):
                free.wait(300)

        held = pool.submit(hold)
        with db.transaction() as session:
            changed = [{**row, "title": f"{row['title']} Jug", "price": 500} for row in TEAPOTS[:6]]
            put(session, [*changed, TEAPOTS[6]])
        assert found("jug") == [], "the index is still the one of before"
        assert set(found("teapot")) == {f"t{n}" for n in range(7)}, "but what is no longer sold does not come up"
        assert found("teapot", price_max_cents=2_000) == ["t6"], "and prices are those of the catalogue"
        free.set()
        held.result()
    monkeypatch.setattr(search_index, "RETRY_SECONDS", 0)
    deadline = time.monotonic() + 300
    while len(found("jug")) < 6 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert set(found("jug")) == {f"t{n}" for n in range(6)}
    assert search_index._child is not None and search_index._child.wait(300) == 0


def test_a_large_catalogue_without_an_index_says_so_instead_of_waiting(database, put, monkeypatch):
    monkeypatch.setattr(search_index, "AWAITED_FIRST", 3)
    monkeypatch.setattr(search_index, "_start_child", lambda wanted: None)
    with db.transaction() as session:
        put(session, TEAPOTS)
    with pytest.raises(Unavailable):
        found("teapot")


# --- damage -----------------------------------------------------------------------------------------------------------


def test_a_deleted_index_is_made_again(shop, home):
    for path in indexes(home):
        search_files.remove(path)
    reopened()
    assert found("iron teapot")[0] == "t0"


@pytest.mark.parametrize("harm", ["cut in half", "emptied", "removed", "one byte changed", "end overwritten"])
def test_a_damaged_file_is_noticed_and_the_index_made_again(shop, home, harm):
    for number in range(len(files(home))):
        victim = files(home)[number]
        content = victim.read_bytes()
        middle = len(content) // 2
        victim.unlink()  # this process still has the good one mapped; one that starts finds the bad one
        if harm != "removed":
            victim.write_bytes(
                {
                    "cut in half": content[:middle],
                    "emptied": b"",
                    "one byte changed": content[:5] + bytes([content[5] ^ 0x55]) + content[6:],
                    "end overwritten": content[:-4] + b"\xff" * 4,
                }[harm]
            )
        reopened()
        assert found("iron teapot")[0] == "t0", victim.name


def test_damage_under_a_running_process_is_mended(shop, home, monkeypatch):
    assert found("iron teapot")[0] == "t0"
    rank = ranking.rank

    def stumbling(*given):
        monkeypatch.setattr(ranking, "rank", rank)
        raise ValueError("what the engine says of pages it cannot read")

    damaged = files(home)[0]
    damaged.unlink()
    damaged.write_bytes(b"\xa5" * 100)
    monkeypatch.setattr(ranking, "rank", stumbling)
    assert found("iron teapot")[0] == "t0"
    assert not damaged.exists(), "the index was made anew"


def test_a_mistake_of_ours_is_not_taken_for_damage(shop, home, monkeypatch):
    before = indexes(home)
    monkeypatch.setattr(ranking, "rank", lambda *given: int("no number"))
    with pytest.raises(ValueError, match="no number"):
        found("teapot")
    assert indexes(home) == before
