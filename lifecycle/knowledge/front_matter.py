"""The front matter of a Markdown file: YAML between two lines of `---`, and what is wrong with it on which line."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any

import yaml

from lifecycle.text import canonical, one_line
from lifecycle.topics import TOPICS

FILE_BYTES = 2_000_000
_KNOWN = ("title", "topics", "questions", "keywords", "categories", "products", "kind")


class Broken(Exception):
    """A file that cannot be taken, and on which line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class Matter:
    """The front matter of a file; every complaint about it knows its line."""

    def __init__(self, values: dict[str, Any], lines: list[str]) -> None:
        self._values = values
        self._lines = lines

    def line(self, name: str) -> int:
        """Where a name stands, counted from the file's first line."""
        return next((n for n, line in enumerate(self._lines, 2) if re.match(rf"['\"]?{name}['\"]?\s*:", line)), 2)

    def value(self, name: str, kind: type) -> Any:
        value = self._values.get(name)
        if isinstance(value, (dict, list)):
            raise Broken(self.line(name), f"{name} must be one text.")
        return kind("" if value is None else value)

    def strings(self, name: str) -> list[str]:
        value = self._values.get(name) or []
        value = value if isinstance(value, (list, dict)) else [value]
        if not isinstance(value, list) or any(isinstance(entry, (dict, list)) for entry in value):
            raise Broken(self.line(name), f"{name} must be a list of texts.")
        return [str(entry).strip() for entry in value if str(entry).strip()]

    def remarks(self) -> list[str]:
        """Names and topics nobody knows, when they look like slips of known ones."""
        told = []
        for name in map(str, self._values):
            meant = difflib.get_close_matches(name.lower(), _KNOWN, n=1, cutoff=0.75)
            if name not in _KNOWN and meant:
                told.append(
                    f"line {self.line(re.escape(name))}: {name!r} means nothing here; did you mean {meant[0]!r}?"
                )
        for topic in self.strings("topics"):
            if topic not in TOPICS:
                meant = difflib.get_close_matches(topic.lower(), TOPICS, n=1, cutoff=0.4)
                hint = f"did you mean {meant[0]!r}?" if meant else f"topics are {', '.join(TOPICS)}."
                told.append(f"line {self.line('topics')}: the topic {topic!r} is not known; {hint}")
        return told


def read(path: Path) -> tuple[Matter, list[str], int]:
    """(front matter, lines of the text below it, number of the first of them); raises Broken."""
    lines = _text(path).split("\n")
    if lines[0].strip() != "---":
        if lines[0].startswith("# "):
            return Matter({"title": lines[0][2:]}, []), lines, 1
        raise Broken(1, "The file must begin with front matter between two lines of ---, or with its title (# Title).")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise Broken(1, "The front matter is not closed; end it with a line of ---.")
    try:
        values = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not valid YAML"
        raise Broken((mark.line if mark else 0) + 2, f"The front matter cannot be read: {problem}.") from error
    except (ValueError, RecursionError) as error:  # a date of a thirteenth month, lists in lists in lists
        raise Broken(2, f"The front matter cannot be read: {one_line(str(error), 100)}.") from error
    if not isinstance(values, dict):
        raise Broken(2, "The front matter must be lines of the form name: value.")
    return Matter(values, lines[1:end]), lines[end + 1 :], end + 2


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > FILE_BYTES:
            raise Broken(1, f"The file is larger than {FILE_BYTES // 1_000_000} MB, which is no article.")
        raw = path.read_bytes()
        return canonical(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Broken(line, "The file is not UTF-8 text here; save it as UTF-8.") from error
    except OSError as error:
        raise Broken(1, f"The file cannot be read: {error.strerror}.") from error
