"""The store's own texts: Markdown articles and guides, taken section by section, each able to stand as an answer."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from markdown_it import MarkdownIt
from sqlalchemy.orm import Session

from lifecycle.errors import Invalid
from lifecycle.knowledge import front_matter
from lifecycle.knowledge.front_matter import Broken
from lifecycle.language import words
from lifecycle.model import Article, Product

ANSWER_LIMIT = 500
STEPS_LIMIT = 900

_HOW_MUCH = re.compile(r"\bhow\s+much\s+(?:is|are|do(?:es)?)\b", re.I)
_ASKING = frozenset(words.stems("how what which where when who why"))
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
    """What an import of articles did, or would do; a refused file leaves what was known of it as it was."""

    files: int
    sections: int
    added: int
    changed: int
    removed: int
    unchanged: int
    rejections: tuple[Refusal, ...] = ()
    notices: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()  # titles of which sections were removed
    dry_run: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "rejections": [vars(refusal) for refusal in self.rejections]}

    def lines(self, limit: int = 20) -> list[str]:
        """The report as a person reads it."""
        told = [
            f"{self.files} files, {self.sections} sections: {self.added} added, {self.changed} changed, "
            f"{self.removed} removed, {self.unchanged} unchanged, {len(self.rejections)} files refused"
            + (", nothing written" if self.dry_run else "")
        ]
        told += [f"  removed: {title}" for title in self.gone[:limit]]
        told += [f"  {refusal.file}:{refusal.line}: {refusal.reason}" for refusal in self.rejections[:limit]]
        told += [f"Note: {notice}" for notice in self.notices[:limit]]
        if self.rejections:
            told.append("Next: correct the files named above and import again; the others are in use.")
        return told


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
    remarks: list[str] = field(default_factory=list)


def import_articles(
    session: Session,
    *folders: str | Path,
    partial: bool = False,
    dry_run: bool = False,
    now: datetime,
) -> ArticleReport:
    """Make the store's articles and guides what the Markdown files below the folders say.

    A file starts with front matter (title, topics, questions, keywords, categories, products, kind), or with its title
    as `# Heading`; with categories or products it is a guide, else an article.  What the files no longer hold goes,
    unless `partial`; staff's own answers stay.  A file that cannot be read is refused with its line, and what was known
    of it stays.  `dry_run` writes nothing.  Raises Invalid when a folder holds no such file.
    """
    documents: dict[str, Document] = {}
    refusals: list[Refusal] = []
    kept: set[str] = set()
    notices: list[str] = []
    for folder in map(Path, folders):
        paths = sorted(path for path in folder.rglob("*") if _is_text(path.relative_to(folder)) and path.is_file())
        if not paths:
            raise Invalid(f"{folder} holds no Markdown file (*.md).")
        for path in paths:
            shown = str(path.relative_to(folder))
            try:
                document = read(path)
                if document.slug in documents:
                    raise Broken(1, "Another file has the same name; a file's name is what its texts are known by.")
                documents[document.slug] = document
                notices += [f"{shown}: {remark}" for remark in document.remarks]
            except Broken as error:
                refusals.append(Refusal(shown, error.line, str(error)))
                kept.add(path.stem[:120])
    notices += _unsold(session, documents.values())
    counts, gone = _store(session, documents, kept, partial, dry_run, now)
    sections = sum(len(document.sections) for document in documents.values())
    return ArticleReport(
        files=len(documents),
        sections=sections,
        rejections=tuple(refusals),
        notices=tuple(notices),
        gone=tuple(gone),
        dry_run=dry_run,
        **counts,
    )


def read(path: Path) -> Document:
    """One file as a document; raises with the line that is wrong."""
    matter, body, start = front_matter.read(path)
    title = matter.value("title", str).strip()
    if not title:
        raise Broken(2, "The front matter names no title.")
    lists = {name: matter.strings(name) for name in ("topics", "questions", "keywords", "categories", "products")}
    kind = matter.value("kind", str) or ("guide" if lists["categories"] or lists["products"] else "article")
    if kind not in ("article", "guide"):
        raise Broken(matter.line("kind"), "The kind must be article or guide.")
    sections = _sections(body, start)
    _assign(sections, title, lists["questions"], lists["keywords"])
    return Document(
        slug=path.stem[:120],
        kind=kind,
        title=title[:300],
        sections=sections,
        topics=lists["topics"],
        categories=lists["categories"],
        product_ids=lists["products"],
        remarks=matter.remarks(),
    )


@functools.lru_cache(maxsize=4_096)
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


def _is_text(path: Path) -> bool:
    """Is it a text for shoppers: Markdown, neither hidden, nor a draft (`_…`), nor the folder's README?"""
    hidden = any(part.startswith((".", "_")) for part in path.parts)
    return path.suffix.lower() in (".md", ".markdown") and not hidden and path.stem.lower() != "readme"


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
            raise Broken(section.line, f"The section {section.heading!r} is empty.")
    if not made:
        raise Broken(start, "The file holds no text below its front matter.")
    return made


def _assign(sections: list[Section], title: str, questions: list[str], keywords: list[str]) -> None:
    """Give each of the file's questions to the section that answers it, and each unused keyword to all of them.

    A word counts the more, the fewer sections say it.  A question that only names the subject ("What is your return
    policy?") belongs to the first section.
    """
    stems = [(set(words.content(section.heading)) - _ASKING, set(words.content(section.body))) for section in sections]
    subject = set(words.content(title))
    for question in questions:
        asked = set(words.content(_HOW_MUCH.sub("cost", question))) - _ASKING
        if asked - _GENERAL <= subject:
            sections[0].questions.append(question)
            continue
        telling = {term: 1 / (sum(term in heading | body for heading, body in stems) or 1) for term in asked}
        fit = [
            2 * sum(telling[term] for term in asked & heading) / (len(heading) or 1) ** 0.3
            + sum(telling[term] for term in asked & body)
            for heading, body in stems
        ]
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


def _unsold(session: Session, documents: Iterable[Document]) -> list[str]:
    """Guides for categories no product on sale is in: they would never be told."""
    named = {name: document.slug for document in documents for name in document.categories}
    if not named:
        return []
    query = sa.select(Product.category, Product.category_path).where(Product.active).distinct()
    sold = {words.fold(level) for category, path in session.execute(query) for level in (category, *(path or ()))}
    missing = [(name, slug) for name, slug in named.items() if words.fold(name) not in sold]
    return [f"{slug}: no product on sale is in the category {name!r}." for name, slug in missing]


def _store(
    session: Session, documents: dict[str, Document], kept: set[str], partial: bool, dry_run: bool, now: datetime
) -> tuple[dict[str, int], list[str]]:
    ours = sa.select(Article).where(Article.kind != "answer")
    known = {(row.slug, row.position): row for row in session.scalars(ours)}
    counts = dict.fromkeys(("added", "changed", "removed", "unchanged"), 0)
    listed: set[tuple[str, int]] = set()
    for document in documents.values():
        for position, section in enumerate(document.sections):
            listed.add((document.slug, position))
            values = _values(document, section)
            row = known.get((document.slug, position))
            if row is not None and row.digest == values["digest"]:
                counts["unchanged"] += 1
                continue
            counts["added" if row is None else "changed"] += 1
            if dry_run:
                continue
            if row is None:
                session.add(Article(slug=document.slug, position=position, updated_at=now, **values))
            else:
                for name, value in {**values, "updated_at": now}.items():
                    setattr(row, name, value)
    gone = [
        row
        for place, row in known.items()
        if place not in listed and row.slug not in kept and (not partial or row.slug in documents)
    ]
    counts["removed"] = len(gone)
    titles = sorted({row.title for row in gone})
    if not dry_run:
        for row in gone:
            session.delete(row)
        session.flush()
    return counts, titles


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
