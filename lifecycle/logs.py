"""What operators read: times, levels, names, ids and counts; never what customers write.

`trace` names the message a line is about: the id the widget gave it, the same in the API, in the rows
(`v_messages.client_message_id`), in Rasa's events, and on the line of every process the message passes.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from lifecycle.errors import places

FILE = "LIFECYCLE_LOG_FILE"
FILE_BYTES, FILE_OLD = 20_000_000, 3
_STDOUT, _STDERR = 1, 2
_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_traced: ContextVar[dict[str, str] | None] = ContextVar("traced", default=None)


@contextmanager
def trace(*, message_id: str, conversation_id: str | None) -> Iterator[None]:
    """Lines logged inside name this message; tasks begun inside do so too."""
    named = {"message_id": message_id, "conversation_id": conversation_id}
    token = _traced.set({name: value for name, value in named.items() if value})
    try:
        yield
    finally:
        _traced.reset(token)


def configure(log_format: str, level: int = logging.INFO) -> None:
    """Log to stderr as `text`, or as `json`: one object a line, with `message_id` and `conversation_id` as fields.

    `lifecycle up` names a file instead: a line through a pipe would wake its watcher in every turn, of every process.
    """
    logging.setLogRecordFactory(discreet)
    # What no format shows is not looked up for every line.
    logging.logMultiprocessing = logging.logProcesses = logging.logThreads = False
    file = os.environ.get(FILE)
    handler: logging.Handler = OwnFile(Path(file)) if file else logging.StreamHandler()
    handler.setFormatter(formatter(log_format))
    logging.basicConfig(level=level, handlers=[handler])


class OwnFile(logging.FileHandler):
    """The log of one process, with what it prints; begins anew at FILE_BYTES, and FILE_OLD old ones are kept."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self.path = path
        opened = os.open(path, os.O_WRONLY | os.O_APPEND)
        for descriptor in (_STDOUT, _STDERR):
            os.dup2(opened, descriptor)
        os.close(opened)

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        if os.fstat(_STDERR).st_size >= FILE_BYTES:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """Copied and emptied, not renamed: the watcher has the file open too, for what a process says as it starts."""
        named = [self.path, *(self.path.with_name(f"{self.path.name}.{number + 1}") for number in range(FILE_OLD))]
        for older, newer in zip(named[:1:-1], named[-2:0:-1], strict=True):
            if newer.exists():
                newer.replace(older)
        shutil.copyfile(self.path, named[1])
        os.ftruncate(_STDERR, 0)


def formatter(log_format: str) -> logging.Formatter:
    return _json() if log_format == "json" else logging.Formatter(_TEXT)


def discreet(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record that tells an error by its type and places: its message may quote a customer, in Rasa's logs too."""
    record = logging.LogRecord(*args, **kwargs)
    if record.exc_info and record.exc_info[1] is not None:
        record.msg, record.args = f"{record.getMessage()} ({places(record.exc_info[1])})", ()
        record.exc_info = None
    return record


def _json() -> logging.Formatter:
    import structlog

    def traced(_logger: Any, _method: str, event: Any) -> Any:
        event.update(_traced.get() or {})
        return event

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            traced,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
    )
