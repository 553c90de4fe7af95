"""Mail templates as forms: rendered once with blanks, then only filled in.

Two mails of one template differ in a name, some links, a product.  The first mail of a kind renders the template with a
blank in the place of every value and keeps the encoded pieces between them; the others put their own values in between,
ten times faster than rendering.  A template that does more with a value than print it or ask whether it is there
(`reply[:90]`) has no form and is rendered each time.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import escape

from lifecycle.channels import DeliveryError, mime
from lifecycle.text import one_line

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
_MOST_FORMS = 500
_SOFT_BREAK = b"=\r\n"  # a value has lines of its own, so that its neighbours can be encoded before it is known


@dataclass(frozen=True)
class Written:
    """A mail's words: the subject as text, both bodies in quoted-printable with CRLF line ends."""

    subject: str
    text: bytes
    html: bytes


@dataclass(frozen=True)
class _Form:
    """Pieces of each part; a whole number stands for the value of that number; `used` by either body."""

    subject: tuple[str | int, ...]
    text: tuple[bytes | int, ...]
    html: tuple[bytes | int, ...]
    used: tuple[int, ...]


_forms: dict[Any, _Form | None] = {}


def write(template: str, fixed: dict[str, Any], facts: dict[str, Any]) -> Written:
    """The words of a mail from plain values: texts, numbers, lists and dictionaries of them.

    `fixed` is what many mails share (the store, the purpose): part of the form, and templates may compare it.

    Raises a permanent DeliveryError when there is no such template.
    """
    values: list[str] = []
    key = (template, *fixed.items(), *[(name, _outline(value, values)) for name, value in facts.items()])
    if key not in _forms:
        if len(_forms) >= _MOST_FORMS:
            _forms.clear()
        _forms[key] = _form(template, fixed, facts)
    form = _forms[key]
    if form is None:
        subject, text, html = _render(template, {**fixed, **facts})
        return Written(subject, mime.quoted(text), mime.quoted(html))
    plain = {number: _closed(values[number]) for number in form.used}
    marked = {
        number: same if (safe := escape(values[number])) == values[number] else _closed(safe)
        for number, same in plain.items()
    }
    return Written(
        "".join([values[piece] if type(piece) is int else piece for piece in form.subject]),  # type: ignore[misc]
        b"".join([plain[piece] if type(piece) is int else piece for piece in form.text]),  # type: ignore[misc]
        b"".join([marked[piece] if type(piece) is int else piece for piece in form.html]),  # type: ignore[misc]
    )


# --- making a form ----------------------------------------------------------------------------------------------------


class _Blank:
    """Stands for a value that is there; it can be printed and nothing else."""

    def __init__(self, number: int) -> None:
        self._mark = f"\ue000{number}\ue001"

    def __str__(self) -> str:
        return self._mark

    __html__ = __str__

    def __eq__(self, other: object) -> bool:
        raise TypeError("a blank has no value")

    __hash__ = None  # type: ignore[assignment]


_MARK = re.compile("\ue000([0-9]+)\ue001")


def _outline(value: Any, values: list[str]) -> Any:
    """What of a value a form depends on: whether it is there, how many there are; the rest goes to `values`."""
    if isinstance(value, list | tuple):
        return tuple([_outline(each, values) for each in value])
    if isinstance(value, dict):
        return tuple([(name, _outline(each, values)) for name, each in value.items()])
    if not value or value is True:
        return value
    values.append(str(value))
    return "…"


def _blanks(value: Any, count: list[int]) -> Any:
    """The same value with blanks, numbered in the order of `_outline`."""
    if isinstance(value, list | tuple):
        return [_blanks(each, count) for each in value]
    if isinstance(value, dict):
        return {name: _blanks(each, count) for name, each in value.items()}
    if not value or value is True:
        return value
    count.append(1)
    return _Blank(len(count) - 1)


def _form(template: str, fixed: dict[str, Any], facts: dict[str, Any]) -> _Form | None:
    if any("\ue000" in str(value) for value in fixed.values()):
        return None
    blanks = _blanks(facts, [])
    try:
        subject, text, html = _render(template, {**fixed, **blanks})
    except DeliveryError:
        raise
    except Exception:
        return None
    said, plain, marked = _pieces(subject, str), _pieces(text, _closed), _pieces(html, _closed)
    used = tuple({piece for piece in plain + marked if isinstance(piece, int)})
    whole = not re.search("[\ue000\ue001]", _MARK.sub("", subject + text + html))
    return _Form(said, plain, marked, used) if whole else None


def _pieces(rendered: str, finished: Callable[[str], Any]) -> tuple[Any, ...]:
    halves = _MARK.split(rendered)  # literal, number, literal, number, …
    pieces = [int(half) if place % 2 else finished(half) for place, half in enumerate(halves)]
    return tuple(piece for piece in pieces if piece not in ("", b""))


def _closed(text: str) -> bytes:
    """Encoded so that anything may follow: at the end of a line, or with a soft line break, within 76 characters."""
    encoded = mime.quoted(text)
    if not encoded or encoded.endswith(b"\n"):
        return encoded
    if len(encoded) - encoded.rfind(b"\n") - 1 >= 76:
        last = 3 if encoded[-3:-2] == b"=" else 1
        encoded = encoded[:-last] + _SOFT_BREAK + encoded[-last:]
    return encoded + _SOFT_BREAK


# --- rendering --------------------------------------------------------------------------------------------------------


def _render(template: str, facts: dict[str, Any]) -> tuple[str, str, str]:
    """(subject, plain text, HTML) of a mail template."""
    environment = _environment()
    try:
        plain = environment.get_template(f"{template}.txt")
        html = environment.get_template(f"{template}.html").render(facts)
    except jinja2.TemplateNotFound as error:
        raise DeliveryError(f"there is no mail template {one_line(template, 60)}", permanent=True) from error
    subject = "".join(plain.blocks["subject"](plain.new_context(facts)))
    return subject, _tidy(plain.render(facts)), html


@functools.lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",)),
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _tidy(text: str) -> str:
    """At most one empty line in a row, none at the ends."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
