"""Customers, and the journey of one of them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from lifecycle import db, listings, staff, timeline
from lifecycle.model import STAGES, Customer
from lifecycle.text import canonical
from lifecycle.web.console import charts, files, view
from lifecycle.web.console.gate import ConsoleRoute, member_of, role

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)


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
        further=bool(before),
    )


@router.get("/customers.{kind}")
@role("agent")
def export(request: Request, kind: str, stage: str = "", q: str = "") -> Response:
    """The list as filtered, as a file."""
    files.known("stage", stage, STAGES)
    found = listings.customer_conditions(stage=stage, q=canonical(q)[:200])
    return files.attachment(
        request,
        "customers",
        kind,
        "v_customers",
        "customer_id",
        lambda session: listings.keys(session, Customer.id, *found),
        filters={"stage": stage, "q": q},
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
    been = {change.to_stage: change for change in person.stages}
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
