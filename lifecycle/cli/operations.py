"""Start, check and look after the assistant: up, serve, train, work, doctor, db, demo, staff."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lifecycle import db
from lifecycle.cli.shared import json_option, now_option, show, tell
from lifecycle.errors import Invalid
from lifecycle.settings import settings


@click.command()
def up() -> None:
    """Set up what is missing, start every process, print the addresses; Ctrl-C stops all of it."""
    from lifecycle import processes

    processes.keep_bytecode()
    from lifecycle import training
    from lifecycle.demo import start

    s = settings()
    processes.require_free(s.host, s.port)
    tell("Preparing the database ...")
    db.upgrade()
    password = start.prepare(s, tell=tell) if s.demo else None
    training.ensure(s, tell=tell)
    tell("Starting (about ten seconds) ...")

    lines = [
        "",
        f"Ready.  The demo shop with its chat   {s.public_url}/",
        f"        The staff console              {s.public_url}/console",
        *([f"        Log in as {start.STAFF_EMAIL} with the password {password}"] if password else []),
        f"        The API                        {s.public_url}/openapi.json",
        f"        Mail of the demo lands in      {'your SMTP server' if s.smtp_url else s.mail_outbox}",
        f"        Logs                           {s.logs}",
        "Press Ctrl-C to stop.",
    ]
    processes.run(s, os.environ, ready="\n".join(lines))


@click.command()
@click.argument("process", type=click.Choice(["web", "rasa", "actions"]))
def serve(process: str) -> None:
    """Run one process in the foreground, for a supervisor of your own (the worker is `lifecycle work`)."""
    from lifecycle import processes

    processes.die_with_parent()
    s = settings()
    if process == "web":
        from lifecycle.web import serve as web

        web(s)
    elif process == "rasa":
        from lifecycle.engine import server

        server.serve(s)
    else:
        processes.serve_actions(s)


@click.command()
def train() -> None:
    """Train the assistant when its files changed since the last time."""
    from lifecycle import training

    click.echo(training.ensure(settings(), tell=tell))


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@now_option
@json_option
def work(once: bool, now: datetime, as_json: bool) -> None:
    """Plan, send and close what is due; without --once, keep doing so."""
    from lifecycle import logs, processes, worker

    if not once:
        processes.die_with_parent()
        logs.configure(settings().log_format)
        worker.run(settings())
        return
    done = worker.work_once(now=now, settings=settings())
    counts: dict[str, Any] = done.counts()
    show(counts, as_json, lambda: (f"{name:<12} {count}" for name, count in counts.items()))


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say which parts are real, which are local stand-ins, and what is wrong."""
    from lifecycle import health

    findings = health.examine(settings())
    show(
        [finding.as_dict() for finding in findings],
        as_json,
        lambda: (f"{finding.mark} {finding.part:<12} {finding.text}" for finding in findings),
    )
    if any(finding.wrong for finding in findings):
        raise click.exceptions.Exit(1)


@click.group("db")
def database() -> None:
    """The shared database's schema."""


@database.command()
def upgrade() -> None:
    """Bring the schema to this version."""
    db.upgrade()
    click.echo(f"The schema is at {db.revisions()[0]}.")


@database.command()
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Take the schema back by one step, or to REVISION (`base`: nothing left)."""
    db.downgrade(revision)
    click.echo(f"The schema is at {db.revisions()[0] or 'base'}.")


@database.command()
def check() -> None:
    """Exit with 1 unless the schema is at this version."""
    current, newest = db.revisions()
    if current != newest:
        raise Invalid(
            f"The schema is at {current or 'nothing'}, this version needs {newest}; run `lifecycle db upgrade`."
        )
    click.echo(f"The schema is at {current}.")


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write everything into FILE while the assistant goes on: one moment, whole."""
    from lifecycle import backup as backups

    backups.back_up(file, settings())
    click.echo(
        f"{file} holds the database, {file.stat().st_size / 1e6:.1f} MB. It holds what customers wrote: keep it safe."
    )


@database.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--yes", is_flag=True, help="Do not ask.")
@now_option
def restore(file: Path, yes: bool, now: datetime) -> None:
    """Put back what FILE holds; who was erased after it was written is erased again.  Stop the assistant first."""
    from lifecycle import backup as backups

    if not yes:
        click.confirm("Everything in the database is replaced by what the file holds. Go on?", abort=True)
    again = backups.restore(file, settings(), now=now)
    click.echo(f"The database is as in {file}; {again} erasures made since then are made again.")


@database.command("copy")
@click.argument("url", envvar="COPY_TO_URL")
def copy_to(url: str) -> None:
    """Copy every row into the empty database at URL: from a laptop's SQLite to PostgreSQL, or back."""
    from lifecycle import backup as backups

    rows = backups.copy_to(url, tell=tell)
    click.echo(f"{rows} rows are copied. Start everything with DATABASE_URL set to that address.")


@database.command()
@click.argument("role")
@click.option("--password", envvar="READER_PASSWORD", help="Asked for when not given; also from READER_PASSWORD.")
def reader(role: str, password: str | None) -> None:
    """Let ROLE, a login of PostgreSQL, read the v_* views and nothing else: for CRM and BI."""
    from lifecycle import views

    password = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with db.transaction() as session:
        views.let_read(session.connection(), role, password)
    click.echo(f"{role} may read {', '.join(views.READABLE)}.")


@click.group()
def demo() -> None:
    """The demo store."""


@demo.command()
@now_option
def load(now: datetime) -> None:
    """Load the demo store: catalogue, articles, reviews, and a month of customers before --now."""
    from lifecycle.demo import start

    db.upgrade()
    start.load(now=now, tell=tell)


@click.group()
def staff() -> None:
    """People who may log in to the console."""


@staff.command()
@click.argument("email")
@click.option("--role", type=click.Choice(["viewer", "agent", "admin", "privacy"]), required=True)
@click.option("--name", default="")
@click.option("--password", envvar="STAFF_PASSWORD", help="Asked for when not given; also read from STAFF_PASSWORD.")
def add(email: str, role: str, name: str, password: str | None) -> None:
    """Give EMAIL a login to the console."""
    from lifecycle import clock
    from lifecycle import staff as people

    password = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    db.upgrade()
    with db.transaction() as session:
        people.add(session, email, role, password, name=name, now=clock.utcnow())
    click.echo(f"{email} may log in as {role}.")


COMMANDS = (up, serve, train, work, doctor, database, demo, staff)
