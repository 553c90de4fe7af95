"""Cases and what staff do about them, and the replies they give often."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from lifecycle import cases, db, listings, notices, replies, staff, timeline
from lifecycle.desk import macros
from lifecycle.errors import Invalid
from lifecycle.model import CaseNote, ShopOrder, Staff, SupportCase
from lifecycle.staff import Member
from lifecycle.text import canonical
from lifecycle.web.console import files, view
from lifecycle.web.console.gate import ConsoleRoute, member_of, role

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
NOTE_LIMIT = 4_000
WRITES = ("reply", "note", "close")


@router.get("/cases")
@role("viewer")
def queue(request: Request, show: str = "open", mine: bool = False, before: str = "") -> Response:
    """Cases, the one due first first."""
    member, now = member_of(request), view.now_of(request)
    problems = [] if show in listings.CASE_VIEWS else [f"There are no cases called “{show[:40]}”."]
    show = show if show in listings.CASE_VIEWS else "open"
    with db.reading() as session:
        found = listings.cases(session, show, now=now, owner_id=member.id if mine else None, before=before)
        counts = listings.case_counts(session, now=now)
    return view.page(
        request,
        "cases.html",
        title="Cases",
        rows=found.rows,
        older=found.older,
        further=bool(before),
        counts=counts,
        show=show,
        mine=mine,
        views=listings.CASE_VIEWS,
        problems=problems,
        query={"show": show, **({"mine": "1"} if mine else {})},
    )


@router.get("/cases.{kind}")
@role("agent")
def export(request: Request, kind: str, show: str = "open", mine: bool = False) -> Response:
    """The queue as shown, as a file; not cut off."""
    if show not in listings.CASE_VIEWS:
        raise Invalid(f"There are no cases called “{show[:40]}”.")
    found = listings.case_conditions(show, now=view.now_of(request))
    if mine:
        found.append(SupportCase.owner_id == member_of(request).id)
    return files.attachment(
        request,
        "cases",
        kind,
        "v_cases",
        "case_id",
        lambda session: listings.keys(session, SupportCase.id, *found),
        show=show,
    )


@router.get("/cases/{case_id}")
@role("viewer")
def case(request: Request, case_id: int) -> Response:
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        shown = _shown(session, case_id, member)
        staff.audit(session, member.id, "read", "case", case_id, now=now)
    return view.page(request, "case.html", title="Case", **shown)


@router.post("/cases/{case_id}/{act}")
@role("agent")
def act(
    request: Request,
    case_id: int,
    act: str,
    text: str = Form("", max_length=4 * NOTE_LIMIT),
    cause: str = Form("", max_length=40),
    priority: str = Form("", max_length=10),
    seen: str = Form("", max_length=100),
    question: str = Form("", max_length=2_000),
) -> Response:
    """Reply, note, close, reopen, take, release a case, change its priority or let the next shopper have a reply to it;
    written down in the same transaction.

    Whoever writes on a case that somebody else changed since they opened it is told, and loses no word.
    """
    member, now = member_of(request), view.now_of(request)
    if len(canonical(text)) > NOTE_LIMIT:
        raise Invalid(f"This text has more than {NOTE_LIMIT} characters; please shorten it.")
    with db.transaction() as session:
        row = cases.get(session, case_id)
        if act in WRITES and seen and seen != cases.version(session, case_id):
            shown = _shown(session, case_id, member, typed={act: text}, cause=cause, told=True)
            return view.page(request, "case.html", 409, title="Case", **shown)
        if act == "publish":
            replies.publish(session, case_id, question, text, author=member.name, staff_id=member.id, now=now)
        else:
            _do(session, row, act, member, text=text, cause=cause, priority=priority, now=now)
        staff.audit(session, member.id, act, "case", case_id, now=now)
    return RedirectResponse(f"/console/cases/{case_id}", status_code=303)


def _do(session: Session, row: SupportCase, act: str, member: Member, *, text: str, cause: str, priority: str,
        now: Any) -> None:  # fmt: skip
    if act == "reply":
        made = cases.reply(session, row.id, text, staff_id=member.id, now=now)
        row.owner_id = row.owner_id or member.id
        notices.case_reply(session, row, made, now=now)
    elif act == "note":
        cases.note(session, row.id, text, staff_id=member.id, now=now)
    elif act == "close":
        if canonical(text):
            cases.note(session, row.id, text, staff_id=member.id, now=now)
        cases.close(session, row.id, cause=cause, staff_id=member.id, now=now)
    elif act == "reopen":
        cases.reopen(session, row.id, now=now)
    elif act in ("take", "release"):
        cases.assign(session, row.id, member.id if act == "take" else None, now=now)
    elif act == "priority":
        cases.prioritise(session, row.id, priority)
    else:
        raise Invalid("A case can be replied to, noted on, closed, reopened, taken, released or given a priority.")


def _shown(
    session: Session,
    case_id: int,
    member: Member,
    *,
    typed: dict[str, str] | None = None,
    cause: str = "",
    told: bool = False,
) -> dict[str, Any]:
    """What the page of a case shows; `typed` is what somebody had written when they were told of another."""
    row = cases.get(session, case_id)
    person = timeline.customer(session, row.customer_id) if row.customer_id is not None else None
    words = (
        session.query(CaseNote, Staff.name)
        .outerjoin(Staff, Staff.id == CaseNote.staff_id)
        .filter(CaseNote.case_id == case_id)
        .order_by(CaseNote.created_at, CaseNote.id)
        .all()
    )
    order = session.get(ShopOrder, row.order_id) if row.order_id is not None else None
    values = {
        "name": person.row.name.split(" ")[0] if person is not None else "",
        "order": order.order_ref if order is not None else "",
        "due": view.when(row.due_at, "long"),
    }
    may_act = member.may("agent")
    return {
        "row": row,
        "one": person,
        "words": words,
        "owner": session.get(Staff, row.owner_id) if row.owner_id is not None else None,
        "causes": cases.CAUSES,
        "priorities": cases.PRIORITIES,
        "macros": [(each.title, macros.filled(each.text, values)) for each in macros.every(session)] if may_act else [],
        "seen": cases.version(session, case_id),
        "typed": typed or {},
        "cause": cause,
        "told": told,
        "may_act": may_act,
    }


@router.get("/macros")
@role("agent")
def macro_list(request: Request) -> Response:
    with db.reading() as session:
        rows = macros.every(session)
    return view.page(request, "macros.html", title="Macros", rows=rows, fields=macros.FIELDS)


@router.post("/macros")
@role("agent")
def save_macro(
    request: Request, title: str = Form("", max_length=400), text: str = Form("", max_length=4 * macros.TEXT_LENGTH)
) -> Response:
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        made = macros.save(session, title, text, staff_id=member.id, now=now)
        staff.audit(session, member.id, "save", "macro", made.id, now=now)
    return RedirectResponse("/console/macros", status_code=303)


@router.post("/macros/{macro_id}/delete")
@role("agent")
def delete_macro(request: Request, macro_id: int) -> Response:
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        macros.delete(session, macro_id)
        staff.audit(session, member.id, "delete", "macro", macro_id, now=now)
    return RedirectResponse("/console/macros", status_code=303)
