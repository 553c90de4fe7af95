"""What mail scanners do with our mails: every link asked for, every page opened and left open; nothing may change.

    python -m bench.scanners [--buyers 6] [--wait 30]

The worker writes real mails of every kind; a scanner asks HEAD and GET of every link in them, and of every link on the
pages behind them; a headless Chromium shows every mail, opens every link, runs what the pages bring, scrolls through
them and waits.  Then the whole database is compared with what it was.  At last a person uses three of the links, which
shows that the same links do store a score and an unsubscribe when a button is pressed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
import uvicorn

from bench.stack import figure

TODAY = datetime(2026, 11, 20, 17, 0, tzinfo=timezone.utc)
DELIVERED_DAYS_AGO = {"arrival": 1, "tips": 4, "check_in": 7, "review": 10, "nps": 38}
KINDS = ("arrival", "tips", "check_in", "nps", "review", "case_opened", "case_reply", "ces")
_HREF = re.compile(r'href="([^"#]+)')
_LINK = re.compile(r"https?://[^\s<>\"]+")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--buyers", type=int, default=6, help="buyers per kind of mail")
    options.add_argument("--wait", type=float, default=30.0, help="seconds the browser leaves a page open")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        os.environ.update(LIFECYCLE_HOME=home, PUBLIC_URL=url, STORE_TIMEZONE="UTC", ADDRESS_RATE_PER_MINUTE="0")
        for name in ("DATABASE_URL", "SMTP_URL"):
            os.environ.pop(name, None)
        from lifecycle import db
        from lifecycle.model import Base
        from lifecycle.settings import settings

        settings.cache_clear()
        Base.metadata.create_all(db.bind(f"sqlite:///{home}/bench.db"))
        mails = _mails(given.buyers)
        with _site(listener):
            good = _scan(mails, Path(home), url, given.wait)
        db.engine().dispose()
    return 0 if good else 1


def _scan(mails: list[EmailMessage], home: Path, url: str, wait: float) -> bool:
    links = sorted({link for mail in mails for link in _links(mail)})
    before = _rows()
    with httpx.Client(base_url=url, timeout=30, follow_redirects=True) as scanner:
        answers = [scanner.request(method, link) for link in links for method in ("HEAD", "GET", "GET")]
        further = {found for answer in answers for found in _HREF.findall(answer.text) if found.startswith("/")}
        answers += [scanner.request(method, unescape(path)) for path in sorted(further) for method in ("HEAD", "GET")]
        refused = sum(answer.status_code >= 400 for answer in answers)
        opened = _browse(mails, links, home, wait)
        scores, unsubscribes, other = _changed(before, _rows())
        person = _a_person_presses(scanner, mails)
    print(
        f"{len(mails)} mails with {len(links)} links; {len(answers)} requests, {refused} refused; {opened} pages left "
        f"open for {wait:g} s",
        file=sys.stderr,
    )
    return all(
        [
            figure("aftercare.scanner_kinds_of_mail", _kinds(), len(KINDS), most=False),
            figure("aftercare.scanner_links_opened", len(links), 11 * 2, most=False),
            figure("aftercare.scanner_scores_stored", scores, 0),
            figure("aftercare.scanner_unsubscribes", unsubscribes, 0),
            figure("aftercare.scanner_rows_changed", other, 0),
            figure("aftercare.person_scores_and_unsubscribes", person, 3, most=False),
        ]
    )


# --- the mails --------------------------------------------------------------------------------------------------------


def _mails(buyers: int) -> list[EmailMessage]:
    """What the worker wrote, read back from its maildir."""
    from lifecycle import cases, db, notices, surveys, worker
    from lifecycle.model import Article, FollowUp, SupportCase, Survey
    from lifecycle.settings import settings

    before = TODAY - timedelta(days=60)
    with db.transaction() as session:
        session.add(
            Article(
                slug="care",
                kind="guide",
                title="Care for your kettle",
                body="1. Fill it with water.\n2. Boil it twice.\n3. Pour it away.",
                product_ids=["p-0"],
                digest="0",
                updated_at=before,
            )
        )
    for step, days in DELIVERED_DAYS_AGO.items():
        for number in range(buyers):
            _buys(f"{step}-{number}", TODAY - timedelta(days=days))
    early = TODAY - timedelta(days=3)
    for now in (early - timedelta(days=2), early):  # tips, then the check-in for those who are to review
        worker.work_once(now=now, settings=settings())
    with db.transaction() as session:
        asked = session.execute(
            sa.select(Survey).join(FollowUp, FollowUp.id == Survey.follow_up_id).where(FollowUp.state == "sent")
        ).scalars()
        for number, survey in enumerate(asked.all()):
            surveys.answer(session, survey.id, 5 - number % 4, source="mail", source_id=f"{survey.id}", now=early)
    worker.work_once(now=early + timedelta(minutes=5), settings=settings())
    with db.transaction() as session:
        for case in session.execute(sa.select(SupportCase)).scalars().all():
            written = cases.reply(
                session, case.id, "A new lid is on its way.", staff_id=None, now=early + timedelta(hours=1)
            )
            notices.case_reply(session, case, written, now=early + timedelta(hours=1))
            cases.close(session, case.id, cause="damaged", now=TODAY - timedelta(hours=6))
    worker.work_once(now=TODAY, settings=settings())
    written_mails = sorted((settings().mail_outbox / "new").iterdir())
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in written_mails]  # type: ignore[misc]


def _buys(ref: str, delivered_at: datetime) -> None:
    from lifecycle import db, orders
    from lifecycle.order_events import Buyer, Line, OrderEvent

    for kind, at in (("placed", delivered_at - timedelta(days=3)), ("delivered", delivered_at)):
        event = OrderEvent(
            source="generic",
            event_id=f"{ref}-{kind}",
            type=kind,
            order_ref=ref,
            at=at,
            buyer=Buyer(email=f"{ref}@example.com", name="Ada Byron", timezone="UTC"),
            lines=(Line("p-0", "Quiet Kettle", 1, 12_900),),
            total_cents=12_900,
            currency="USD",
        )
        with db.transaction() as session:
            orders.apply(session, event, now=at)


def _links(mail: EmailMessage) -> Iterator[str]:
    """Every address in the mail: its headers, its text, its HTML."""
    yield from _LINK.findall(str(mail["List-Unsubscribe"] or ""))
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            text = part.get_content()
            found = _HREF.findall(text) if part.get_content_subtype() == "html" else _LINK.findall(text)
            yield from (unescape(link) for link in found)


# --- the scanner's browser --------------------------------------------------------------------------------------------


def _browse(mails: list[EmailMessage], links: list[str], home: Path, wait: float) -> int:
    """Open everything in tabs of one browser and leave all of them open; returns how many pages there were."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    one_of_each = {re.sub(r"/[A-Za-z0-9_.-]{40,}", "/…", link): link for link in links}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context()
        pages = []
        for number, mail in enumerate({str(mail["Subject"]): mail for mail in mails}.values()):
            body = mail.get_body(("html",))
            assert body is not None
            shown = home / f"mail{number}.html"
            shown.write_text(body.get_content(), encoding="utf-8")
            one_of_each[shown.name] = shown.as_uri()
        for link in one_of_each.values():
            page = context.new_page()
            page.goto(link, wait_until="load")
            page.mouse.wheel(0, 4_000)
            pages.append(page)
        time.sleep(wait)
        browser.close()
    return len(pages)


# --- what changed -----------------------------------------------------------------------------------------------------


def _rows() -> dict[str, list[Any]]:
    from lifecycle import db
    from lifecycle.model import Base

    with db.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(sa.select(table)).all()]
            for table in Base.metadata.sorted_tables
        }


def _changed(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> tuple[int, int, int]:
    """(scores, unsubscribes, rows of all tables) that are not as they were."""
    changed = {name: sum(row not in before[name] for row in rows) for name, rows in after.items()}
    changed = {name: count + max(0, len(before[name]) - len(after[name])) for name, count in changed.items()}
    scores = changed["survey_answer"] + changed["survey_answer_change"]
    return scores, changed["consent"] + changed["suppression"], sum(changed.values())


def _kinds() -> int:
    from lifecycle import db
    from lifecycle.model import Delivery

    with db.reading() as session:
        sent = session.execute(sa.select(Delivery.template).where(Delivery.state == "sent").distinct()).scalars().all()
    return len(set(sent) & set(KINDS))


def _a_person_presses(client: httpx.Client, mails: list[EmailMessage]) -> int:
    """One score by the page's button, one unsubscribe by the mail program, one by a button: how many are stored."""
    before = _rows()
    for mail in [mail for mail in mails if "recommend" in str(mail["Subject"])][:1]:
        link = next(link for link in _links(mail) if link.endswith("?score=9"))
        nonce = re.findall(r'name="nonce" value="([0-9a-f]{32})"', client.get(link).text)[0]
        client.post(link.partition("?")[0], data={"score": "9", "nonce": nonce})
    leaving = [mail for mail in mails if mail["List-Unsubscribe"]]
    own = {str(mail["To"]): str(mail["List-Unsubscribe"]).strip("<>") for mail in leaving}
    first, second, *_ = own.values()
    client.post(first, data={"List-Unsubscribe": "One-Click"})
    client.post(second, data={"purpose": "survey", "allow": "no"})
    after = _rows()
    scores = len(after["survey_answer"]) - len(before["survey_answer"])
    refused = [row for row in after["consent"] if row not in before["consent"] and False in row]
    return scores + len(refused)


@contextmanager
def _site(listener: socket.socket) -> Iterator[None]:
    from lifecycle.web import SERVER
    from lifecycle.web.app import create_app

    server = uvicorn.Server(uvicorn.Config(create_app(lambda: TODAY + timedelta(hours=1)), **SERVER))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    sys.exit(main())
