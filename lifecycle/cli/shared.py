"""Options and output every command shares."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from lifecycle import clock
from lifecycle.errors import Invalid
from lifecycle.settings import settings

_AHEAD = re.compile(r"\+(?:(?P<days>\d{1,5})d|(?P<hours>\d{1,5})h)")


class Moment(click.ParamType):
    """A moment: `2026-12-20T10:00:00Z`, `+5h` from now, or `+3d`: noon at the store, three days from now."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        ahead = _AHEAD.fullmatch(value)
        try:
            return _ahead(ahead) if ahead else clock.parse(value)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no moment; write it like 2026-12-20T10:00:00Z, or +3d or +5h.", param, ctx)


def _ahead(found: re.Match[str]) -> datetime:
    if found["hours"]:
        return clock.utcnow() + timedelta(hours=int(found["hours"]))
    day = clock.utcnow().astimezone(ZoneInfo(settings().store_timezone)) + timedelta(days=int(found["days"]))
    return day.replace(hour=12, minute=0, second=0, microsecond=0).astimezone(timezone.utc)


now_option = click.option(
    "--now",
    type=Moment(),
    default=clock.utcnow,
    help="Act as of this moment: 2026-12-20T10:00:00Z; +5h; or +3d, noon at the store in three days.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
file_argument = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))


def tell(text: str) -> None:
    """Progress, for people: on stderr."""
    click.echo(text, err=True)


def show(result: Any, as_json: bool, lines: Callable[[], Iterable[str]]) -> None:
    """Print a result: as JSON, or as the lines a person reads."""
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))
        return
    for line in lines():
        click.echo(line)


def table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Aligned columns."""
    cells = [[str(cell) if cell is not None else "" for cell in row] for row in [headings, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def each(text: tuple[str, ...], jsonl: bool, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer the TEXT of the command line, or with --jsonl every line of stdin in its order, with its `id`.

    A line that is no JSON object with a text ends with Invalid and its number; lines before it are answered.
    """
    if not jsonl:
        if not text:
            raise click.UsageError("Give a TEXT, or --jsonl with JSON Lines on stdin.")
        click.echo(json.dumps(answer({"text": " ".join(text)}), ensure_ascii=False, indent=2, default=str))
        return
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            request = json.loads(line)
            if not isinstance(request, dict) or not isinstance(request.get("text"), str):
                raise ValueError
        except ValueError as error:
            raise Invalid(f"Line {number} is no JSON object with an id and a text.") from error
        click.echo(json.dumps({"id": request.get("id"), **answer(request)}, ensure_ascii=False, default=str))


def text_command(name: str, doc: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command that takes TEXT or --jsonl."""

    def wrap(function: Callable[..., None]) -> click.Command:
        function.__doc__ = doc
        command = click.command(name)(function)
        command.params += [
            click.Argument(["text"], nargs=-1),
            click.Option(["--jsonl"], is_flag=True, help="JSON Lines in on stdin, JSON Lines out."),
        ]
        return command

    return wrap
