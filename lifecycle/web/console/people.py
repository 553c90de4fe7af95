"""Customers and the journey of one of them; cases and what staff do about them."""

from __future__ import annotations

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from lifecycle import cases, db, listings, notices, staff, timeline
from lifecycle.errors import Invalid
from lifecycle.model import STAGES, CaseNote, Staff, SupportCase
from lifecycle.text import canonical
from lifecycle.web.console import charts, view
from lifecycle.web.console.gate import ConsoleRoute, member_of, role

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
NOTE_LIMIT = 4_000


@router.get("/customers")
@role("viewer")
def customers(request: Request, stage: str = "", q: str = "", before: str = "") -> Response:
    sees = member_of(request).sees_personal_data
    problems = [] if stage in ("", *STAGES) else [f"“{stage[:40]}” is no stage; it is one of {', '.join(STAGES)}."]
    stage = "" if problems else stage
    with db.reading() as session:
        found = listings.customers(session, stage=stage, q=canonical(q)[:200], before=before, personal=sees)
        counts = listings.stage_counts(session)
    query = {name: value for name, value in (("stage", stage), ("q", q)) if value}
    return view.page(
        request,
        "customers.html",
        title="Customers",
        found=found,
        counts=counts,
        stages=STAGES,
        stage=stage,
        q=q,
        query=query,
        problems=problems,
    )


@router.get("/customers/{customer_id}")
@role("viewer")
def journey(request: Request, customer_id: int) -> Response:
    """One customer on one line; who looked is written down."""
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        person = timeline.customer(session, customer_id)
        items = timeline.journey(session, person)
        staff.audit(session, member.id, "read", "customer", customer_id, now=now)
    been = {change.to_stage: change for change in reversed(person.stages)}
    return view.page(
        request,
        "journey.html",
        title="Customer",
        one=person,
        items=items[::-1],
        strip=charts.strip(items, person.stages, now),
        stages=STAGES,
        been=been,
    )


@router.get("/cases")
@role("viewer")
def queue(request: Request, show: str = "open", mine: bool = False) -> Response:
    """Cases, the one due first first."""
    member, now = member_of(request), view.now_of(request)
    problems = [] if show in listings.CASE_VIEWS else [f"There are no cases called “{show[:40]}”."]
    show = show if show in listings.CASE_VIEWS else "open"
    with db.reading() as session:
        rows = listings.cases(session, show, owner_id=member.id if mine else None)
        counts = listings.case_counts(session, now=now)
    return view.page(
        request,
        "cases.html",
        title="Cases",
        rows=rows,
        counts=counts,
        show=show,
        mine=mine,
        views=listings.CASE_VIEWS,
        problems=problems,
    )


@router.get("/cases/{case_id}")
@role("viewer")
def case(request: Request, case_id: int) -> Response:
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        row = cases.get(session, case_id)
        person = timeline.customer(session, row.customer_id) if row.customer_id is not None else None
        words = (
            session.query(CaseNote, Staff.name)
            .outerjoin(Staff, Staff.id == CaseNote.staff_id)
            .filter(CaseNote.case_id == case_id)
            .order_by(CaseNote.created_at, CaseNote.id)
            .all()
        )
        owner = session.get(Staff, row.owner_id) if row.owner_id is not None else None
        staff.audit(session, member.id, "read", "case", case_id, now=now)
    return view.page(
        request,
        "case.html",
        title="Case",
        row=row,
        one=person,
        words=words,
        owner=owner,
        causes=cases.CAUSES,
        may_act=member.may("agent"),
    )


@router.post("/cases/{case_id}/{act}")
@role("agent")
def act(
    request: Request,
    case_id: int,
    act: str,
    text: str = Form("", max_length=4 * NOTE_LIMIT),
    cause: str = Form("", max_length=40),
) -> Response:
    """Reply, note, close, reopen, take or release a case; written down in the same transaction."""
    member, now = member_of(request), view.now_of(request)
    if len(canonical(text)) > NOTE_LIMIT:
        raise Invalid(f"This text has more than {NOTE_LIMIT} characters; please shorten it.")
    with db.transaction() as session:
        row: SupportCase = cases.get(session, case_id)
        if act == "reply":
            made = cases.reply(session, case_id, text, staff_id=member.id, now=now)
            row.owner_id = row.owner_id or member.id
            notices.case_reply(session, row, made, now=now)
        elif act == "note":
            cases.note(session, case_id, text, staff_id=member.id, now=now)
        elif act == "close":
            if canonical(text):
                cases.note(session, case_id, text, staff_id=member.id, now=now)
            cases.close(session, case_id, cause=cause, staff_id=member.id, now=now)
        elif act == "reopen":
            cases.reopen(session, case_id, now=now)
        elif act in ("take", "release"):
            cases.assign(session, case_id, member.id if act == "take" else None, now=now)
        else:
            raise Invalid("A case can be replied to, noted on, closed, reopened, taken or released.")
        staff.audit(session, member.id, act, "case", case_id, now=now)
    return RedirectResponse(f"/console/cases/{case_id}", status_code=303)
