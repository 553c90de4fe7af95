"""Delimited tables as shops and spreadsheets write them: one bad row never takes the rows after it along."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Collection, Iterator

from lifecycle.catalogue.feed_files import LINE_LIMIT, BrokenOff, Fields, Row
from lifecycle.errors import Invalid

DELIMITERS = ("\t", ",", ";", "|")
HEADER_WITHIN = 10  # lines a spreadsheet may put above its header
_RECORD_LINES = 2_000  # lines of the longest record; an unclosed quote is not followed further
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_FORMULA = re.compile(r'^="(.*)"$', re.DOTALL)  # how spreadsheets are told to keep 00123 as it is
_SPREADSHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})

Lines = Iterator[tuple[int, "str | Invalid"]]


def delimiter_of(line: str) -> str:
    """The separator of a header line, counted outside of quotes; `sep=;` is Excel's way to say it."""
    if line.lower().startswith("sep=") and len(line.rstrip("\r\n")) == 5:
        return line[4]
    bare = _QUOTED.sub("", line)
    return max(DELIMITERS, key=bare.count)


def columns_of(line: str, delimiter: str) -> list[str]:
    return [name.strip("\ufeff \t\r\n") for name in next(csv.reader([line], delimiter=delimiter), [])]


def rows(lines: Lines, delimiter: str, header_line: int = 1) -> Iterator[Row]:
    """(line, fields by column name) of every row below the header, or Invalid for one that cannot be read.

    A quote that is never closed spoils its own row only: the lines it would swallow are read again by themselves, and
    those that have every column are rows.
    """
    csv.field_size_limit(LINE_LIMIT)
    header = next((_header(line, delimiter) for number, line in lines if number >= header_line), [])
    source = _Source(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    swallowed = 0  # lines up to this one were part of a broken row
    while True:
        source.taken.clear()
        try:
            cells = next(reader)
            whole = len(source.taken) == 1 or len(cells) == len(header)
        except StopIteration:
            return
        except csv.Error:
            whole = False
        if not source.taken:
            yield source.refused
            if isinstance(source.refused[1], BrokenOff):
                return
            continue
        number, first = source.taken[0]
        if not whole:
            last = source.taken[-1][0]
            found = _alone(first, delimiter, len(header), ended=source.ended)
            source.put_back()
            if isinstance(found, Invalid):
                if number > swallowed:
                    yield number, found
                swallowed = max(swallowed, last)
                continue
            cells = found
        if (number <= swallowed and len(cells) != len(header)) or not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            yield number, Invalid(f"The row has {len(cells)} cells, the header names {len(header)}.")
            continue
        yield number, fields_of(header, cells)


def _header(line: str | Invalid, delimiter: str) -> list[str]:
    if isinstance(line, Invalid):
        raise line
    return columns_of(line, delimiter)


def fields_of(header: Collection[str], cells: list[str]) -> Fields:
    """The filled cells by their column's name, without what spreadsheets add; of a repeated name the first counts."""
    fields: Fields = {}
    for name, cell in zip(header, cells, strict=False):
        formula = _FORMULA.match(cell)
        cell = formula.group(1).replace('""', '"') if formula else cell
        if name and cell.strip() and cell.strip() not in _SPREADSHEET_ERRORS:
            fields.setdefault(name, cell)
    return fields


def _alone(line: str, delimiter: str, width: int, *, ended: bool) -> list[str] | Invalid:
    """The cells of a line whose quotes do not add up, when it has as many as the header; else why it is refused."""
    if ended and not line.endswith(("\n", "\r")) and line.count('"') % 2:
        return BrokenOff("The file breaks off inside this row.")
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        cells = next(csv.reader([line], delimiter=delimiter, quoting=quoting), [])
        if len(cells) == width and (quoting == csv.QUOTE_NONE or line.count('"') % 2 == 0):
            return [cell.rstrip("\r\n") for cell in cells]
    return Invalid("The row cannot be read: a quotation mark in it is not closed, or has text behind it.")


class _Source:
    """The text of each line for the CSV reader; what a broken row has taken beyond its first line can be put back."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._waiting: deque[tuple[int, str | Invalid]] = deque()
        self.taken: list[tuple[int, str]] = []  # the lines of the present row
        self.refused: tuple[int, Invalid] = (0, Invalid(""))  # what the file said instead of a line
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _RECORD_LINES:
            raise csv.Error("The row has too many lines.")
        if self._waiting:
            number, line = self._waiting.popleft()
        else:
            try:
                number, line = next(self._lines)
            except StopIteration:
                self.ended = True
                raise
        if isinstance(line, Invalid):
            if self.taken:
                self._waiting.appendleft((number, line))
            else:
                self.refused = (number, line)
            raise csv.Error("There is no text here.")
        self.taken.append((number, line.replace("\0", "")))
        return self.taken[-1][1]

    def put_back(self) -> None:
        self._waiting.extendleft(reversed(self.taken[1:]))
