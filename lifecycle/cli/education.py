"""Before the purchase: feed the catalogue and the knowledge, ask what the assistant would ask itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from babel.numbers import is_currency

from lifecycle import db
from lifecycle.advice.replays import Entry, Stored
from lifecycle.catalogue import ImportReport
from lifecycle.catalogue.feeds import FORMATS
from lifecycle.cli.shared import each, file_argument, json_option, now_option, show, table, tell, text_command
from lifecycle.errors import Invalid
from lifecycle.text import one_line

_SHOWN_REJECTIONS = 20
_SHOWN_NOTES = 10
_SHOWN_REASONS = 5
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group()
def catalogue() -> None:
    """The products."""


@catalogue.command("import")
@file_argument
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Told by the content when not given.")
@click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
@click.option("--partial", is_flag=True, help="Products missing from FILE stay on sale.")
@click.option("--store-name", help="The store's name, as shoppers read it (STORE_NAME, when set, wins).")
@click.option("--site-url", help="Your shop's address; relative links of FILE are relative to it.")
@click.option("--currency", help="ISO 4217 code of prices that name none (else STORE_CURRENCY).")
@click.option("--encoding", help="Of FILE, when it is neither UTF-8, UTF-16 nor Windows-1252.")
@now_option
@json_option
def catalogue_import(
    file: Path,
    format_: str | None,
    dry_run: bool,
    partial: bool,
    store_name: str | None,
    site_url: str | None,
    currency: str | None,
    encoding: str | None,
    now: datetime,
    as_json: bool,
) -> None:
    """Make the range of products what FILE lists: what is missing from it is no longer sold.

    Google Merchant (TSV, CSV, RSS, Atom), Shopify's and WooCommerce's CSV, any CSV with a header, JSON Lines; gzipped
    or not.
    """
    from lifecycle import catalogue as domain
    from lifecycle import search as index

    db.upgrade()
    with db.transaction() as session:
        report = domain.import_feed(
            session,
            file,
            format=format_,
            encoding=encoding,
            currency=_code(currency),
            store_name=one_line(store_name or "") or None,
            site_url=_site(site_url),
            dry_run=dry_run,
            partial=partial,
            now=now,
            progress=_progress(as_json),
        )
    if not dry_run:
        with db.reading() as session:  # now, not in the first shopper's turn
            index.refresh(session)
    show({**report.to_json(), "next": _next(report)}, as_json, lambda: _told(report))


def _told(report: ImportReport) -> Iterator[str]:
    yield f"{report.read} rows read as {report.format}" + (", nothing written" if report.dry_run else "")
    for name in ("added", "changed", "removed", "unchanged", "rejected"):
        examples = "; ".join(title[:60] for title in report.examples.get(name, ()))
        yield f"  {name:<10} {getattr(report, name)}" + (f"   {examples}" if examples else "")
    for difference in report.differences:
        yield f"  changed: {difference}"
    for reason, count in list(report.reasons.items())[:_SHOWN_REASONS]:
        if count > _SHOWN_REASONS:
            yield f"  {count} rows: {reason}"
    for row in report.rejections[:_SHOWN_REJECTIONS]:
        yield f"  line {row.line}{f' ({row.product_id})' if row.product_id else ''}: {row.reason}"
    for row in report.notes[:_SHOWN_NOTES]:
        yield f"  line {row.line} ({row.product_id}), taken: {row.reason}"
    more = max(0, report.rejected - _SHOWN_REJECTIONS) + max(0, report.noted - _SHOWN_NOTES)
    if more > 0:
        yield f"  … and {more} more; --json lists a thousand of each"
    for notice in report.notices:
        yield f"Note: {notice}"
    yield _next(report)


def _next(report: ImportReport) -> str:
    """The next step, in one sentence."""
    if report.dry_run:
        return "Next: run it without --dry-run to make it so."
    if report.rejected:
        return "Next: correct the rows named above where they come from, and import again; the rest is on sale."
    if not (report.added or report.changed or report.removed):
        return "The catalogue was like this already."
    return 'Next: try it with `lifecycle recommend "..."`, and import the texts with `lifecycle knowledge import DIR`.'


def _code(currency: str | None) -> str | None:
    if currency is None:
        return None
    code = currency.strip().upper()
    if not is_currency(code):
        raise Invalid(f"The currency {currency[:20]!r} is not an ISO 4217 code like USD.")
    return code


def _site(url: str | None) -> str | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(f"--site-url is {url[:80]!r}; write it like https://your-shop.example.")
    return url


@click.group()
def knowledge() -> None:
    """Articles and guides."""


@knowledge.command("import")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=_FOLDER)
@click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
@click.option("--partial", is_flag=True, help="Texts missing from the folders stay.")
@now_option
@json_option
def knowledge_import(folders: tuple[Path, ...], dry_run: bool, partial: bool, now: datetime, as_json: bool) -> None:
    """Make the store's articles and guides what the Markdown files below DIR say: what is missing goes."""
    from lifecycle import knowledge as domain

    db.upgrade()
    with db.transaction() as session:
        report = domain.import_articles(session, *folders, dry_run=dry_run, partial=partial, now=now)
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
        domain.refresh(session)  # a command waits, however large the catalogue

        def answer(request: dict[str, Any]) -> dict[str, Any]:
            hits = domain.search(session, request["text"], limit=_limit(request))
            return {"results": [{"product_id": hit.product_id, "score": round(hit.score, 6)} for hit in hits]}

        each(text, jsonl, answer)


@text_command("recommend", "Needs read from TEXT, and products with a verdict for each need.")
def recommend(text: tuple[str, ...], jsonl: bool) -> None:
    from lifecycle import needs as reader
    from lifecycle import search as index
    from lifecycle.advice import recommend as domain
    from lifecycle.advice import recommendations

    with db.reading() as session:
        index.refresh(session)
        vocabulary = reader.store_words(session)

        def answer(request: dict[str, Any]) -> dict[str, Any]:
            needs = reader.read(request["text"], vocabulary)
            advice = domain.recommend(session, needs, limit=_limit(request, 3))
            return recommendations.to_contract(advice, needs, request.get("id"))

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


@click.group("recommendations")
def recommendations_group() -> None:
    """What was recommended, and what the same needs would give today."""


@recommendations_group.command("list")
@click.argument("conversation")
@json_option
def recommendations_list(conversation: str, as_json: bool) -> None:
    """Everything recommended in CONVERSATION, oldest first."""
    from lifecycle.advice import replays

    with db.reading() as session:
        found = replays.of_conversation(session, conversation)
    rows = [(each.id, each.created_at, ", ".join(each.needs), len(each.shown)) for each in found]
    show([asdict(each) for each in found], as_json, lambda: table(("id", "when", "needs", "shown"), rows))


@recommendations_group.command("show")
@click.argument("number", metavar="ID", type=int)
@json_option
def recommendations_show(number: int, as_json: bool) -> None:
    """What was recommended, for which needs, and how each product met them."""
    from lifecycle.advice import replays

    with db.reading() as session:
        found = replays.get(session, number)
    show(asdict(found), as_json, lambda: _stored(found))


@recommendations_group.command("replay")
@click.argument("number", metavar="ID", type=int)
@json_option
def recommendations_replay(number: int, as_json: bool) -> None:
    """What was recommended, what the same needs give today, and what changed."""
    from lifecycle import search as index
    from lifecycle.advice import replays

    with db.reading() as session:
        index.refresh(session)
        found = replays.replay(session, number)

    def lines() -> Iterator[str]:
        yield from _stored(found.stored)
        yield f"Today (catalogue {found.catalogue_version}):"
        yield from _entries(found.today)
        yield "What changed:" if found.changes else "Nothing changed."
        for change in found.changes:
            values = " -> ".join(value for value in (change.then, change.now) if value)
            yield f"  {change.kind.replace('_', ' ')}: {change.title}{f' ({values})' if values else ''}"

    show(asdict(found), as_json, lines)


def _stored(found: Stored) -> Iterator[str]:
    when = found.created_at.strftime("%Y-%m-%d %H:%M UTC")
    yield f"Recommendation {found.id}, {when}, catalogue {found.catalogue_version}"
    yield f"Conversation: {found.conversation_id}"
    yield f"Needs: {', '.join(found.needs) or 'none stated'}"
    yield from _entries(found.shown)


def _entries(entries: Sequence[Entry]) -> Iterator[str]:
    for place, entry in enumerate(entries, 1):
        yield f"  {place}. {entry.title}  {entry.price}".rstrip()
        for verdict in entry.verdicts:
            value = f" ({verdict['value']})" if verdict.get("value") else ""
            yield f"     {verdict['need']}: {verdict['verdict']}{value}"


def _limit(request: dict[str, Any], default: int = 10) -> int:
    limit = request.get("limit", default)
    if not isinstance(limit, int) or not 1 <= limit <= 1_000:
        raise Invalid(f"limit is {limit!r}; it must be a whole number from 1 to 1000.")
    return limit


def _progress(as_json: bool) -> Callable[[int], None] | None:
    if as_json:
        return None
    return lambda done: tell(f"  {done} products read ...")


COMMANDS = (catalogue, knowledge, reviews, search, recommend, recommendations_group, answer, understand)
