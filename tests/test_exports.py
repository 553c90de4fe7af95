"""Staff and CRM take a list away as a file: the rows of the view, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from test_transcripts import ZONE, talk

from lifecycle import exports, transcripts
from lifecycle.model import Interaction
from lifecycle.transcripts import Filters

_CALLS = (
    "=1+1", "+1", "-1+2", "@SUM(A1)", "=HYPERLINK(\"http://evil.example.com\")", "=cmd|' /C calc'!A0",
    "=IMPORTXML(\"http://evil.example.com\",\"//a\")", "=WEBSERVICE(\"http://evil.example.com\")", "+cmd|'/C calc'!A0",
    "-cmd|'/C calc'!A0", "@cmd|'/C calc'!A0", "=DDE(\"cmd\";\"/C calc\";\"x\")",
)  # fmt: skip
_BEFORE = ("", " ", "\t", "\r", "\n")
FORMULAS = [
    *(before + call for call in _CALLS for before in _BEFORE),
    *(f"{sign}1+1" for sign in "＝＋－＠"),
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
]


def file_of(session: Session, filters: Filters, kind: str) -> str:
    rows = exports.records(
        session, "v_interactions", "interaction_id", transcripts.keys(session, filters, zone=ZONE, batch=4), batch=3
    )
    return "".join(exports.write(rows, kind, exports.columns(session, "v_interactions")))


def test_an_export_is_the_view_as_filtered(session: Session, now: datetime) -> None:
    for number in range(7):
        outcome = "answered" if number % 2 else "bought"
        talk(session, now - timedelta(minutes=number), nps=number, outcome=outcome, products=["g1"], topic="delivery")
    session.flush()
    view = session.execute(
        sa.text(
            "SELECT * FROM v_interactions WHERE outcome = 'answered' ORDER BY last_message_at DESC, interaction_id DESC"
        )
    )
    names = list(view.keys())
    wanted = [row.conversation_id for row in view]
    filters = Filters(outcome="answered")
    rows = list(csv.DictReader(io.StringIO(file_of(session, filters, "csv"))))
    assert list(rows[0]) == names
    assert [row["conversation_id"] for row in rows] == wanted
    assert rows[0]["products"] == '["g1"]' and rows[0]["nps_score"] == "1" and rows[0]["handed_over"] == "false"
    assert rows[0]["started_at"] == "2026-11-02T09:59:00Z"
    lines = [json.loads(line) for line in file_of(session, filters, "jsonl").splitlines()]
    assert [line["conversation_id"] for line in lines] == wanted
    assert lines[0]["products"] == ["g1"] and lines[0]["nps_score"] == 1 and lines[0]["handed_over"] is False


def test_an_export_reads_in_batches_and_loses_nothing(session: Session, now: datetime) -> None:
    ids = [talk(session, now - timedelta(minutes=number // 4)) for number in range(11)]
    got = [row["conversation_id"] for row in csv.DictReader(io.StringIO(file_of(session, Filters(), "csv")))]
    assert len(got) == 11 and set(got) == set(ids)


def test_an_empty_list_is_a_file_with_its_heading(session: Session) -> None:
    assert file_of(session, Filters(), "csv").startswith("interaction_id,conversation_id,")
    assert file_of(session, Filters(), "jsonl") == ""


@pytest.mark.parametrize("text", FORMULAS)
def test_a_spreadsheet_runs_nothing_of_an_export(text: str) -> None:
    written = "".join(exports.write([{"label": text, "nps": -40}], "csv", ["label", "nps"]))
    (row,) = csv.DictReader(io.StringIO(written, newline=""))
    assert row["label"] == "'" + text
    assert row["nps"] == "-40"


def test_plain_text_stays_as_it_is(session: Session, now: datetime) -> None:
    talk(session, now)
    session.execute(sa.update(Interaction).values(label="5 = five", nps_score=-3))
    session.expire_all()
    (row,) = csv.DictReader(io.StringIO(file_of(session, Filters(), "csv")))
    assert (row["label"], row["nps_score"]) == ("5 = five", "-3")
