"""Which of the mails in hand really began to leave: a worker's own log, read by others when the worker died.

A batch is handed over in one commit, so that a commit need not be waited for before every mail; this log says how far
the batch came.  It is written to the page cache before DATA and after the reply, which outlives any kill of the
process, so a kill leaves at most the one mail in doubt that was on its way.  After a power cut, or on another machine,
the log counts for nothing and every mail of the batch that has no outcome is in doubt: never sent twice.

Appending decides who was first.  Whoever takes over (`seize`) appends a line; a worker that froze and wakes finds its
own next line further back than it left off, and sends nothing any more.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from lifecycle.errors import LifecycleError
from lifecycle.outbox import Departed

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Seized(LifecycleError):
    """Another worker took over what this one held: nothing of it may leave any more."""


class Departures:
    """The log of one worker: opened before its first hand-over is committed, removed when all is settled."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._path = _path(folder, worker)
        self._file: int | None = None
        self._length = 0

    def open(self) -> None:
        """To be called before a hand-over is committed; a log that is missing later tells nobody anything."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND, 0o600)
            self._append(f"boot {_boot_id()}\n")

    def begins(self, delivery_id: int) -> None:
        """To be called before DATA; raises Seized when the mail is not ours to send any more."""
        self._append(f"begun {delivery_id}\n")

    def ended(self, delivery_id: int, outcome: str) -> None:
        """`sent`: the server has it.  `kept`: it refused, we still have it.  In doubt: this is not called."""
        with suppress(Seized):
            self._append(f"{outcome} {delivery_id}\n")

    def close(self) -> None:
        """All is settled in the database: the log has nothing more to tell."""
        if self._file is not None:
            os.close(self._file)
            self._file, self._length = None, 0
            self._path.unlink(missing_ok=True)

    def _append(self, line: str) -> None:
        assert self._file is not None
        self._length += os.write(self._file, line.encode())
        if os.lseek(self._file, 0, os.SEEK_CUR) != self._length:
            raise Seized("another worker took over")


def seize(folder: Path, worker: str) -> Departed | None:
    """Take over what `worker` held: how far it came, or None when nothing certain is known of it.

    Safe to repeat.  None: its log is on another machine, or was written before this one was last started.
    """
    try:
        file = os.open(_path(folder, worker), os.O_RDWR | os.O_APPEND)
    except OSError:
        return None
    with os.fdopen(file, "r+b", buffering=0) as log:
        log.write(b"seized\n")
        log.seek(0)
        lines = log.readall().decode("ascii", "replace").split("\n")
    boot = _boot_id()
    if not boot or lines[0] != f"boot {boot}":
        return None
    told: dict[str, set[int]] = {"begun": set(), "sent": set(), "kept": set()}
    for line in lines[1:]:
        word, _, number = line.partition(" ")
        if word == "seized":
            break
        if word in told and number.isdigit():
            told[word].add(int(number))
    return Departed(in_doubt=frozenset(told["begun"] - told["sent"] - told["kept"]), sent=frozenset(told["sent"]))


def tidy(folder: Path, holding: set[str], *, before: float) -> None:
    """Remove the logs of workers that hold nothing any more and wrote nothing since `before` (seconds, Unix time)."""
    keep = {_path(folder, worker) for worker in holding}
    for path in folder.glob("*.log"):
        with suppress(FileNotFoundError):
            if path not in keep and path.stat().st_mtime < before:
                path.unlink()


def _path(folder: Path, worker: str) -> Path:
    return folder / (re.sub(r"[^A-Za-z0-9.-]", "_", worker) + ".log")


def _boot_id() -> str:
    """Names this run of this machine; empty where the system has no such name."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""
