"""The store's own texts: Markdown articles and guides, taken section by section, each able to stand as an answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from markdown_it import MarkdownIt
from sqlalchemy.orm import Session

from lifecycle import words
from lifecycle.errors import Invalid
from lifecycle.model import Article
from lifecycle.text import canonical

ANSWER_LIMIT = 500
STEPS_LIMIT = 900

_FENCE = re.compile(r"^(?:```|~~~)")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[A-Z0-9\"'(])")
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken: where it is wrong, and how."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class ArticleReport:
    """What an import of articles did; a refused file leaves what was known of it as it was."""

    files: int
    sections: int
    added: int
    changed: int
    removed: int
    unchanged: int
    rejections: tuple[Refusal, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "rejections": [vars(refusal) for refusal in self.rejections]}

    def lines(self, limit: int = 20) -> list[str]:
        """The report as a person reads it."""
        told = [
            f"{self.files} files, {self.sections} sections: {self.added} added, {self.changed} changed, "
            f"{self.removed} removed, {self.unchanged} unchanged, {len(self.rejections)} files refused"
        ]
        return told + [f"  {refusal.file}:{refusal.line}: {refusal.reason}" for refusal in self.rejections[:limit]]


@dataclass
class Section:
    """One `##` section; `questions` are the phrasings of its file that it answers best."""

    heading: str
    body: str
    line: int
    questions: list[str] = field(default_factory=list)


@dataclass
class Document:
    slug: str
    kind: str
    title: str
    sections: list[Section]
    topics: list[str]
    categories: list[str]
    product_ids: list[str]


def import_articles(session: Session, directory: str | Path, *, now: datetime) -> ArticleReport:
    """Make the store's articles and guides what the Markdown files below `directory` say.

    A file starts with front matter (title, topics, questions, keywords, categories, products, kind); with categories or
    products it is a guide, else an article.  Sections the files no longer hold go, staff's own answers stay.
    A file that cannot be read is refused with its line, and what was known of it stays.  Raises Invalid without a file.
    """
    folder = Path(directory)
    paths = sorted(path for path in folder.rglob("*.md") if not path.name.startswith(("_", ".")))
    if not paths:
        raise Invalid(f"{folder} holds no Markdown file (*.md).")
    documents: list[Document] = []
    refusals: list[Refusal] = []
    kept: set[str] = set()
    for path in paths:
        try:
            document = read(path)
            if document.slug in {other.slug for other in documents}:
                raise _Broken(1, "Another file of this folder has the same name.")
            documents.append(document)
        except _Broken as error:
            refusals.append(Refusal(str(path.relative_to(folder)), error.line, str(error)))
            kept.add(path.stem)
    return _store(session, documents, kept, tuple(refusals), now)


def read(path: Path) -> Document:
    """One file as a document; raises with the line that is wrong."""
    try:
        text = canonical(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, OSError) as error:
        raise _Broken(1, "The file is not readable UTF-8 text.") from error
    matter, body, start = _front_matter(text)
    title = str(matter.get("title") or "").strip()
    if not title:
        raise _Broken(2, "The front matter names no title.")
    lists = {name: _strings(matter, name) for name in ("topics", "questions", "keywords", "categories", "products")}
    kind = matter.get("kind") or ("guide" if lists["categories"] or lists["products"] else "article")
    if kind not in ("article", "guide"):
        raise _Broken(2, "The kind must be article or guide.")
    sections = _sections(body, start)
    _assign(sections, title, lists["questions"], lists["keywords"])
    return Document(
        path.stem[:120], kind, title[:300], sections, lists["topics"], lists["categories"], lists["products"]
    )


def plain(markdown: str, limit: int = ANSWER_LIMIT) -> str:
    """Markdown as plain text of at most `limit` characters, cut between sentences or list items, never inside one."""
    lines = list(_lines(markdown))
    told = ""
    for number, line in enumerate(lines):
        candidate = f"{told}\n{line}" if told else line
        if len(candidate) <= limit:
            told = candidate
            continue
        for sentence in _SENTENCE.split(line):
            longer = f"{told}{' ' if told and not told.endswith(chr(10)) else ''}{sentence}"
            if len(longer) > limit:
                break
            told = longer if told or number == 0 else f"{told}\n{sentence}"
        break
    return told or (lines[0][: limit - 1].rstrip() + "…" if lines else "")


_GENERAL = frozenset(map(words.stem, words.wordset("how policy policies terms rules conditions information about")))


class _Broken(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def _front_matter(text: str) -> tuple[dict[str, Any], list[str], int]:
    lines = text.split("\n")
    if lines[0].strip() != "---":
        raise _Broken(1, "The file must begin with front matter between two lines of ---.")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise _Broken(1, "The front matter is not closed; end it with a line of ---.")
    try:
        matter = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not valid YAML"
        raise _Broken((mark.line if mark else 0) + 2, f"The front matter cannot be read: {problem}.") from error
    if not isinstance(matter, dict):
        raise _Broken(2, "The front matter must be lines of the form name: value.")
    return matter, lines[end + 1 :], end + 2


def _strings(matter: dict[str, Any], name: str) -> list[str]:
    value = matter.get(name) or []
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or any(isinstance(entry, (dict, list)) for entry in value):
        raise _Broken(2, f"{name} must be a list of texts.")
    return [str(entry).strip() for entry in value if str(entry).strip()]


def _sections(lines: list[str], start: int) -> list[Section]:
    sections = [Section("", "", start)]
    fenced = False
    for number, line in enumerate(lines, start):
        fenced ^= bool(_FENCE.match(line))
        if line.startswith("## ") and not fenced:
            sections.append(Section(line[3:].strip(" #")[:300], "", number))
        elif not (line.startswith("# ") and not fenced):
            sections[-1].body += line + "\n"
    made = [section for section in sections if section.heading or section.body.strip()]
    for section in made:
        section.body = section.body.strip()
        if not section.body:
            raise _Broken(section.line, f"The section {section.heading!r} is empty.")
    if not made:
        raise _Broken(start, "The file holds no text below its front matter.")
    return made


def _assign(sections: list[Section], title: str, questions: list[str], keywords: list[str]) -> None:
    """Give each of the file's questions to the section that answers it, and each unused keyword to all of them.

    A question that only names the subject ("What is your return policy?") belongs to the first section.
    """
    stems = [(set(words.content(section.heading)), set(words.content(section.body))) for section in sections]
    subject = set(words.content(title))
    for question in questions:
        asked = set(words.content(question))
        if asked - _GENERAL <= subject:
            sections[0].questions.append(question)
            continue
        fit = [2 * len(asked & heading) / (len(heading) or 1) ** 0.3 + len(asked & body) for heading, body in stems]
        sections[fit.index(max(fit))].questions.append(question)
    said = set().union(*(heading | body for heading, body in stems))
    for section in sections:
        section.questions += [keyword for keyword in keywords if not set(words.content(keyword)) & said]


def _lines(markdown: str) -> Iterable[str]:
    """Paragraphs, numbered steps and list items, one line each."""
    counters: list[int | None] = []
    mark = ""
    for token in _markdown.parse(markdown):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            counters.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            counters.pop()
        elif token.type == "list_item_open":
            number = counters[-1]
            mark = "• " if number is None else f"{number}. "
            counters[-1] = None if number is None else number + 1
        elif token.type in ("fence", "code_block"):
            yield token.content.strip()
        elif token.type == "inline":
            text = "".join(
                " " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ()
            )
            yield mark + " ".join(text.split())
            mark = ""


def _store(
    session: Session, documents: list[Document], kept: set[str], refusals: tuple[Refusal, ...], now: datetime
) -> ArticleReport:
    kinds = {document.kind for document in documents}
    known = {
        (row.slug, row.position): row for row in session.scalars(sa.select(Article).where(Article.kind.in_(kinds)))
    }
    counts = dict.fromkeys(("added", "changed", "removed", "unchanged"), 0)
    listed: set[tuple[str, int]] = set()
    for document in documents:
        for position, section in enumerate(document.sections):
            listed.add((document.slug, position))
            values = _values(document, section)
            row = known.get((document.slug, position))
            if row is None:
                session.add(Article(slug=document.slug, position=position, updated_at=now, **values))
                counts["added"] += 1
            elif row.digest != values["digest"]:
                for name, value in {**values, "updated_at": now}.items():
                    setattr(row, name, value)
                counts["changed"] += 1
            else:
                counts["unchanged"] += 1
    for place, row in known.items():
        if place not in listed and row.slug not in kept:
            session.delete(row)
            counts["removed"] += 1
    session.flush()
    return ArticleReport(files=len(documents), sections=len(listed), rejections=refusals, **counts)


def _values(document: Document, section: Section) -> dict[str, Any]:
    values: dict[str, Any] = {
        "kind": document.kind,
        "title": document.title,
        "heading": section.heading,
        "body": section.body,
        "topics": document.topics,
        "questions": section.questions,
        "categories": document.categories,
        "product_ids": document.product_ids,
    }
    return {**values, "digest": hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()}
