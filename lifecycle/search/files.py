"""The files of search indexes: which there are, whether they are what was written, who may write.

An index is a folder `<base>.<generation>`; one that is being made has `.building` at its end.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

CHECKED = (".fast", ".fieldnorm", ".idx", ".store", ".term", ".pos", ".del")
PART_BYTES = 1 << 20
_MAGIC = 1337

_verified: set[tuple[str, int, int]] = set()


class Damaged(Exception):
    """The files of an index do not hold what was written."""


def generation(path: Path) -> int:
    return int(path.suffix[1:])


def generations(base: Path) -> list[Path]:
    """The finished indexes of a base, oldest first."""
    found = base.parent.glob(f"{base.name}.*") if base.parent.exists() else ()
    return sorted((path for path in found if path.suffix[1:].isdigit()), key=generation)


def stamp(path: Path) -> tuple[str, int]:
    """Changes with every commit to an index."""
    try:
        return path.name, (path / "meta.json").stat().st_mtime_ns
    except OSError:
        return path.name, 0


@contextlib.contextmanager
def aside(path: Path, keep: str) -> Iterator[Path]:
    """An empty folder that takes the place of `path` at the end, so that a reader never sees half an index.

    The other generations then go, and every folder whose name does not begin with `keep`; what is open of them stays
    with its readers.
    """
    made = path.with_name(f"{path.name}.building")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    try:
        yield made
        os.replace(made, path)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    for folder in path.parent.iterdir():
        sibling = folder.stem == path.stem and folder.suffix != path.suffix
        if folder.is_dir() and (sibling or not folder.name.startswith(keep)):
            remove(folder)


def remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def alone(base: Path, *, wait: bool = True) -> Iterator[None]:
    """One process writes, the others wait for it (or get BlockingIOError); a killed owner's lock is free."""
    base.parent.mkdir(parents=True, exist_ok=True)
    with open(base.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


@contextlib.contextmanager
def telling_damage(path: Path) -> Iterator[None]:
    """Tell what the engine raises on files it cannot read from everything else."""
    try:
        yield
    except (ValueError, OSError, KeyError) as error:
        raise Damaged(f"{path.name}: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust code raises where Python's would be an IndexError
            raise
        raise Damaged(f"{path.name}: {error}") from error


def verify(path: Path, *, again: bool = False) -> None:
    """Compare each file of an index with the checksum it ends with; raises Damaged.  A process reads a file once.

    A file of tantivy's ends with a JSON footer that has the CRC-32 of all before it, the footer's length, and 1337.
    """
    for file in path.iterdir():
        if file.suffix not in CHECKED:
            continue
        try:
            status = file.stat()
            mark = (str(file), status.st_size, status.st_mtime_ns)
            if mark not in _verified or again:
                _check(file, status.st_size)
                _verified.add(mark)
        except FileNotFoundError:  # merged away meanwhile
            continue


def _check(file: Path, size: int) -> None:
    with open(file, "rb") as opened:
        try:
            opened.seek(size - 8)
            length, magic = np.frombuffer(opened.read(8), "<u4").tolist()
            left = size - 8 - length
            opened.seek(left)
            stated = json.loads(opened.read(length))["crc"]
        except (ValueError, OSError, KeyError, TypeError) as error:
            raise Damaged(f"{file.name} has no readable end.") from error
        opened.seek(0)
        found = 0
        while left > 0:
            part = opened.read(min(left, PART_BYTES))
            if not part:
                break
            left, found = left - len(part), zlib.crc32(part, found)
    if magic != _MAGIC or stated != found:
        raise Damaged(f"{file.name} is not what was written.")
