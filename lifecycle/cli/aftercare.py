"""After the purchase: orders, follow-ups, scores, cases, the record."""

from __future__ import annotations

import csv
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from lifecycle import clock, db
from lifecycle.cli.shared import each, file_argument, json_option, now_option, show, table, text_command


@text_command("read-score", "The 0-10 score TEXT gives, or null when it gives none.")
def read_score(text: tuple[str, ...], jsonl: bool) -> None:
    from lifecycle.feedback import scores

    each(text, jsonl, lambda request: {"score": scores.read_score(request["text"])})


@text_command("sentiment", "How TEXT sounds: positive, negative, mixed or unclear.")
def sentiment(text: tuple[str, ...], jsonl: bool) -> None:
    from lifecycle.feedback import sentiment as domain

    each(text, jsonl, lambda request: {"sentiment": domain.read(request["text"])})


@click.group()
def orders() -> None:
    """What was bought."""


@orders.command("import")
@file_argument
@now_option
@json_option
def orders_import(file: Path, now: datetime, as_json: bool) -> None:
    """Take the orders of FILE (CSV or JSON Lines)."""
    from lifecycle import orders as domain

    db.upgrade()
    with db.transaction() as session:
        report = domain.import_file(session, file, now=now)
    result = {
        "applied": report.applied,
        "unchanged": report.unchanged,
        "orders": report.orders,
        "rejected": [{"line": line, "reason": reason} for line, reason in report.rejected],
    }

    def lines() -> Any:
        yield f"{report.applied} events applied to {report.orders} orders, {report.unchanged} known before"
        for line, reason in report.rejected:
            yield f"line {line}: {reason}"

    show(result, as_json, lines)


@orders.command("pull")
@click.option("--source", type=click.Choice(["shopify", "woocommerce"]), help="Only this shop; otherwise all set up.")
@click.option("--since", help="Orders changed since this moment (ISO 8601); otherwise since the last pull.")
@now_option
@json_option
def orders_pull(source: str | None, since: str | None, now: datetime, as_json: bool) -> None:
    """Read the orders that changed from the shop's own API."""
    from lifecycle.channels import shop_api
    from lifecycle.errors import Invalid
    from lifecycle.settings import settings

    db.upgrade()
    sources = [source] if source else shop_api.configured(settings())
    if not sources:
        raise Invalid("No shop is set up; set SHOPIFY_API_URL or WOOCOMMERCE_API_URL (docs/configuration.md).")
    try:
        begin = clock.parse(since) if since else None
    except ValueError as error:
        raise Invalid("--since is no moment; write it like 2026-12-20T10:00:00Z.") from error
    done = [shop_api.pull(settings(), name, now=now, since=begin) for name in sources]

    def lines() -> Any:
        for pulled in done:
            yield f"{pulled.source}: {pulled.orders} orders read, {pulled.applied} new events"
            for order, reason in pulled.rejected:
                yield f"order {order}: {reason}"

    show([vars(pulled) for pulled in done], as_json, lines)


@click.group()
def followups() -> None:
    """What buyers will be asked, and why not."""


@followups.command()
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650))
@click.option("--funnel", is_flag=True, help="Counts by step instead of one line for each.")
@now_option
@json_option
def plan(days: int, funnel: bool, now: datetime, as_json: bool) -> None:
    """Rehearse the follow-ups of the coming days over the real database, writing nothing."""
    from lifecycle import followups as domain

    with db.reading() as session:
        steps = domain.rehearse(session, days=days, now=now)
    if funnel:
        rows = [{**vars(stage), "reasons": dict(stage.reasons)} for stage in domain.funnel(steps)]
    else:
        rows = [{**vars(step), "at": clock.iso(step.at)} for step in steps]
    headings = list(rows[0]) if rows else ["nothing falls due"]
    show(rows, as_json, lambda: table(headings, [[_cell(value) for value in row.values()] for row in rows]))


def _cell(value: Any) -> Any:
    return ", ".join(f"{name} {count}" for name, count in value.items()) if isinstance(value, dict) else value


@followups.command("why-not")
@click.argument("order")
@now_option
@json_option
def why_not(order: str, now: datetime, as_json: bool) -> None:
    """Say in one line why the buyer of ORDER was, or was not, asked."""
    from lifecycle import followups as domain

    with db.reading() as session:
        reason = domain.why_not(session, order, now=now)
    show({"order": order, "reason": reason}, as_json, lambda: [reason])


@click.group()
def surveys() -> None:
    """Scores."""


@surveys.command()
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650))
@now_option
@json_option
def report(days: int, now: datetime, as_json: bool) -> None:
    """NPS with its interval, CSAT, CES and response rates of the last days."""
    from datetime import timedelta

    from lifecycle import surveys as domain

    with db.reading() as session:
        found = domain.report(session, since=now - timedelta(days=days), until=now)
    result = found.to_json()
    show(
        result, as_json, lambda: (f"{name:<24} {value if value is not None else '-'}" for name, value in result.items())
    )


@click.group("cases")
def case_group() -> None:
    """Problems somebody owns until they are solved."""


@case_group.command("list")
@click.option("--state", type=click.Choice(["open", "pending", "closed", "all"]), default="open", show_default=True)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def cases_list(state: str, limit: int, as_json: bool) -> None:
    """Cases by the time they are due."""
    query = "SELECT * FROM v_cases WHERE (:state = 'all' OR state = :state) ORDER BY due_at LIMIT :limit"
    with db.reading() as session:
        rows = [dict(row) for row in session.execute(sa.text(query), {"state": state, "limit": limit}).mappings()]
    columns = ("case_id", "kind", "state", "priority", "due_at", "subject", "owner")
    show(rows, as_json, lambda: table(columns, [[row[column] for column in columns] for row in rows]))


@click.group()
def interactions() -> None:
    """The lifecycle record."""


@interactions.command()
@click.option("--format", "format_", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
def export(format_: str) -> None:
    """Every interaction, as in the view v_interactions; text cells cannot be formulas."""
    from lifecycle.exports import cell

    with db.reading() as session:
        rows = session.execute(sa.text("SELECT * FROM v_interactions ORDER BY interaction_id")).mappings()
        writer: Any = None
        for row in rows:
            if format_ == "jsonl":
                click.echo(json.dumps(dict(row), ensure_ascii=False, default=str))
                continue
            if writer is None:
                writer = csv.writer(sys.stdout, lineterminator="\n")
                writer.writerow(row.keys())
            writer.writerow([cell(value) for value in row.values()])


@click.group()
def mail() -> None:
    """What came back of the mails that were sent."""


@mail.command("read-bounces")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@now_option
@json_option
def read_bounces(paths: tuple[Path, ...], now: datetime, as_json: bool) -> None:
    """Read bounces and complaints from PATHS: maildirs, mboxes, single messages; - or nothing is stdin.

    A dead address is suppressed, a complaint takes back every consent.  Reading a message again changes nothing, so the
    whole maildir of the return address may be read each time.
    """
    from collections import Counter

    from lifecycle import bounces
    from lifecycle.channels import reports

    done: Counter[str] = Counter()
    for path in paths or (Path("-"),):
        held = [("-", sys.stdin.buffer.read())] if str(path) == "-" else reports.messages(path)
        for _, content in held:
            found = reports.read(content)
            with db.transaction() as session:
                done.update([bounces.take(session, report, now=now) for report in found] or ["no report"])
    show(dict(done), as_json, lambda: (f"{result:<12} {count}" for result, count in sorted(done.items())))


@click.group()
def webhooks() -> None:
    """Events to other systems."""


@webhooks.command()
@now_option
def replay(now: datetime) -> None:
    """Queue every outgoing event that failed once more."""
    from lifecycle import announcements

    with db.transaction() as session:
        done = announcements.replay(session, now=now)
    click.echo(f"{done} events queued again.")


@webhooks.command("list")
@click.option("--state", type=click.Choice(["queued", "sent", "failed", "all"]), default="all", show_default=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def webhooks_list(state: str, limit: int, as_json: bool) -> None:
    """The newest outgoing events and what became of them."""
    from lifecycle import announcements

    with db.reading() as session:
        found = announcements.log(session, state=None if state == "all" else state, limit=limit)
        rows = [
            {
                "event_id": row.event_id,
                "type": row.event_type,
                "url": row.url,
                "state": row.state,
                "attempts": row.attempts,
                "status": row.response_status,
                "at": clock.iso(row.created_at),
            }
            for row in found
        ]
    show(rows, as_json, lambda: table(list(rows[0]) if rows else ["no events"], [list(row.values()) for row in rows]))


@webhooks.command()
@click.argument("event_ids", nargs=-1, required=True)
@now_option
def resend(event_ids: tuple[str, ...], now: datetime) -> None:
    """Queue the events of EVENT_IDS once more under their ids, whatever became of them."""
    from lifecycle import announcements

    with db.transaction() as session:
        done = sum(announcements.replay(session, event_id=event_id, now=now) for event_id in event_ids)
    click.echo(f"{done} events queued again.")


COMMANDS = (read_score, sentiment, orders, followups, surveys, case_group, interactions, mail, webhooks)
