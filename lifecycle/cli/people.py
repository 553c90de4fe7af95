"""People and their data: show, export, erase, keep no longer than needed."""

from __future__ import annotations

import json
from datetime import datetime

import click

from lifecycle import clock, db, privacy
from lifecycle import customers as domain
from lifecycle.cli.shared import json_option, now_option, show, table
from lifecycle.errors import NotFound
from lifecycle.privacy import retention as terms
from lifecycle.settings import settings


@click.group()
def customers() -> None:
    """One person's data."""


def _id_of(email: str) -> int:
    with db.reading() as session:
        customer = domain.by_email(session, email)
        if customer is None:
            raise NotFound("Nobody with that e-mail address is known.")
        return int(customer.id)


@customers.command("show")
@click.argument("email")
@json_option
def show_customer(email: str, as_json: bool) -> None:
    """How much is held about EMAIL."""
    customer_id = _id_of(email)
    with db.reading() as session:
        held = privacy.export_customer(session, customer_id)
    counts = {name: len(rows) for name, rows in held.items() if isinstance(rows, list)}
    result = {"customer_id": customer_id, "stage": held["customer"]["stage"], **counts}
    show(result, as_json, lambda: (f"{name:<16} {value}" for name, value in result.items()))


@customers.command("export")
@click.argument("email")
def export_customer(email: str) -> None:
    """Everything held about EMAIL, as JSON."""
    customer_id = _id_of(email)
    with db.reading() as session:
        click.echo(json.dumps(privacy.export_customer(session, customer_id), ensure_ascii=False, indent=2))


@customers.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@now_option
@json_option
def erase_customer(email: str, yes: bool, now: datetime, as_json: bool) -> None:
    """Forget EMAIL everywhere; bare scores and order amounts stay, without a name."""
    customer_id = _id_of(email)
    if not yes:
        click.confirm("Every word of and about this person will be deleted. Go on?", abort=True)
    with db.transaction() as session:
        counts = privacy.erase_now(session, customer_id, now=now)
    privacy.keep_list(settings().erasure_list)
    show(counts, as_json, lambda: (f"{name:<22} {count} deleted" for name, count in counts.items()))


@click.group()
def retention() -> None:
    """Keep nothing longer than needed."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@now_option
@json_option
def run(dry_run: bool, now: datetime, as_json: bool) -> None:
    """Forget what is older than its purpose needs; counts and scores stay.  The worker does it once a day."""
    with db.reading() as session:
        found = terms.due(session, settings(), now=now)
    gone = {} if dry_run else terms.sweep(settings(), now=now)
    rows = [
        {
            "purpose": each.purpose,
            "kept_days": each.days or None,
            "before": clock.iso(each.before) if each.before else None,
            "rows": each.rows if dry_run else gone[each.purpose],
        }
        for each in found
    ]
    last = "would go" if dry_run else "gone"
    cells = [[row["purpose"], row["kept_days"] or "for good", row["before"] or "", row["rows"]] for row in rows]
    show(rows, as_json, lambda: table(["purpose", "kept days", "older than", last], cells))


COMMANDS = (customers, retention)
