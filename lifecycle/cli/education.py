"""Before the purchase: feed the catalogue and the knowledge, ask what the assistant would ask itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lifecycle import db
from lifecycle.catalogue import ImportReport
from lifecycle.cli.shared import each, file_argument, json_option, now_option, show, tell, text_command
from lifecycle.errors import Invalid

_SHOWN_REJECTIONS = 20


@click.group()
def catalogue() -> None:
    """The products."""


@catalogue.command("import")
@file_argument
@click.option("--format", "format_", type=click.Choice(["google", "shopify", "jsonl"]), help="Guessed when not given.")
@click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
@click.option("--partial", is_flag=True, help="Products missing from FILE stay on sale.")
@now_option
@json_option
def catalogue_import(
    file: Path, format_: str | None, dry_run: bool, partial: bool, now: datetime, as_json: bool
) -> None:
    """Take the products of FILE: Google Merchant TSV or XML, Shopify CSV, JSON Lines; gzip as it is."""
    from lifecycle import catalogue as domain
    from lifecycle import search as index

    db.upgrade()
    with db.transaction() as session:
        report = domain.import_feed(
            session, file, format=format_, dry_run=dry_run, partial=partial, now=now, progress=_progress(as_json)
        )
    if not dry_run:
        with db.reading() as session:  # now, not in the first shopper's turn
            index.refresh(session)
    show(report.to_json(), as_json, lambda: _told(report))


def _told(report: ImportReport) -> Iterator[str]:
    yield f"{report.read} rows read as {report.format}" + (", nothing written" if report.dry_run else "")
    for name in ("added", "changed", "removed", "unchanged", "rejected"):
        examples = "; ".join(report.examples.get(name, ()))
        yield f"  {name:<10} {getattr(report, name)}" + (f"   {examples}" if examples else "")
    for row in (*report.rejections[:_SHOWN_REJECTIONS], *report.notes[:_SHOWN_REJECTIONS]):
        yield f"  line {row.line}: {row.reason}"
    more = len(report.rejections) + len(report.notes) - 2 * _SHOWN_REJECTIONS
    if more > 0:
        yield f"  … and about {more} more; --json lists all of them"


@click.group()
def knowledge() -> None:
    """Articles and guides."""


@knowledge.command("import")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@now_option
@json_option
def knowledge_import(directory: Path, now: datetime, as_json: bool) -> None:
    """Take every Markdown article and guide of DIRECTORY."""
    from lifecycle import knowledge as domain

    db.upgrade()
    with db.transaction() as session:
        report = domain.import_articles(session, directory, now=now)
    show(report.as_dict(), as_json, lambda: report.lines(limit=_SHOWN_REJECTIONS))


@click.group()
def reviews() -> None:
    """What owners wrote."""


@reviews.command("import")
@file_argument
@now_option
@json_option
def reviews_import(file: Path, now: datetime, as_json: bool) -> None:
    """Take the reviews of FILE (JSON Lines)."""
    from lifecycle import knowledge as domain

    db.upgrade()
    with db.transaction() as session:
        report = domain.import_reviews(session, file, now=now)
    show(report.as_dict(), as_json, lambda: report.lines(limit=_SHOWN_REJECTIONS))


@text_command("search", "Products for TEXT, best first.")
def search(text: tuple[str, ...], jsonl: bool) -> None:
    from lifecycle import search as domain

    with db.reading() as session:

        def answer(request: dict[str, Any]) -> dict[str, Any]:
            hits = domain.search(session, request["text"], limit=_limit(request))
            return {"results": [{"product_id": hit.product_id, "score": round(hit.score, 6)} for hit in hits]}

        each(text, jsonl, answer)


@text_command("recommend", "Needs read from TEXT, and products with a verdict for each need.")
def recommend(text: tuple[str, ...], jsonl: bool) -> None:
    from lifecycle import needs as reader
    from lifecycle import recommend as domain

    with db.reading() as session:
        vocabulary = reader.vocabulary(session)

        def answer(request: dict[str, Any]) -> dict[str, Any]:
            needs = reader.read(request["text"], vocabulary)
            advice = domain.recommend(session, needs, limit=_limit(request, 3))
            return domain.to_contract(advice, needs, request.get("id"))

        each(text, jsonl, answer)


@text_command("answer", "The answer to TEXT: from the facts of a given product, or from the store's articles.")
def answer(text: tuple[str, ...], jsonl: bool) -> None:
    from lifecycle import knowledge as domain

    with db.reading() as session:

        def reply(request: dict[str, Any]) -> dict[str, Any]:
            product = request.get("product")
            if product is not None:
                title = str(product.get("title") or "")
                found = domain.answer_facts(request["text"], product.get("facts") or [], title=title)
                return {
                    "answerable": found.answerable,
                    "picked": list(found.picked),
                    "text": found.text,
                    "sources": list(found.sources),
                }
            article = domain.answer_store(session, request["text"])
            if article is None:
                return {"answerable": 0.0, "picked": [], "text": "", "sources": []}
            return {"answerable": article.confidence, "picked": [], "text": article.text, "sources": [article.source]}

        each(text, jsonl, reply)


@text_command("understand", "Intent and topic of TEXT, and whether the assistant would act on it.")
def understand(text: tuple[str, ...], jsonl: bool) -> None:
    from lifecycle import training
    from lifecycle.engine.understand import Understanding
    from lifecycle.settings import settings

    reader = Understanding(training.ensure(settings(), tell=tell))

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        heard = reader.read(request["text"])
        return {
            "intent": heard.intent,
            "topic": heard.topic,
            "confidence": round(heard.confidence, 4),
            "accepted": heard.accepted,
        }

    each(text, jsonl, answer)


def _limit(request: dict[str, Any], default: int = 10) -> int:
    limit = request.get("limit", default)
    if not isinstance(limit, int) or not 1 <= limit <= 1_000:
        raise Invalid(f"limit is {limit!r}; it must be a whole number from 1 to 1000.")
    return limit


def _progress(as_json: bool) -> Callable[[int], None] | None:
    if as_json:
        return None
    return lambda done: tell(f"  {done} products read ...")


COMMANDS = (catalogue, knowledge, reviews, search, recommend, answer, understand)
