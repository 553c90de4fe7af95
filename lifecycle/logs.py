"""What operators read: times, levels, names, ids and counts; never what customers write.

`trace` names the message a line is about: the id the widget gave it, the same in the API, in the rows
(`v_messages.client_message_id`), in Rasa's events, and on the line of every process the message passes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from lifecycle.errors import places

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
    """Log to stderr as `text`, or as `json`: one object a line, with `message_id` and `conversation_id` as fields."""
    logging.setLogRecordFactory(discreet)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(log_format))
    logging.basicConfig(level=level, handlers=[handler])


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
