"""What to make better: themes of remarks, words that were not understood."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from lifecycle import db, staff
from lifecycle.desk import phrases, themes
from lifecycle.web.console import view
from lifecycle.web.console.gate import ConsoleRoute, member_of, role

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
PERIODS = (30, 90, 365)


@router.get("/themes")
@role("viewer")
def theme_list(request: Request, days: str = "90", complaints: bool = False) -> Response:
    """What buyers write about, how that moves, in their words."""
    now = view.now_of(request)
    problems = [] if days in map(str, PERIODS) else [f"“{days[:20]}” is no period; 90 days are shown."]
    length = 90 if problems else int(days)
    with db.reading() as session:
        number, rows = themes.of_period(session, since=now - timedelta(days=length), until=now, complaints=complaints)
    return view.page(
        request,
        "themes.html",
        title="Themes",
        number=number,
        rows=rows,
        days=length,
        periods=PERIODS,
        complaints=complaints,
        problems=problems,
    )


@router.get("/phrases")
@role("viewer")
def phrase_list(request: Request, days: str = "30") -> Response:
    """Words that were not understood, to be told what they mean."""
    now = view.now_of(request)
    problems = [] if days in map(str, PERIODS) else [f"“{days[:20]}” is no period; 30 days are shown."]
    length = 30 if problems else int(days)
    with db.reading() as session:
        rows = phrases.unclear(session, since=now - timedelta(days=length))
        reviewed = phrases.reviewed_count(session)
    return view.page(
        request,
        "phrases.html",
        title="Unclear words",
        rows=rows,
        reviewed=reviewed,
        days=length,
        periods=PERIODS,
        intents=phrases.INTENTS,
        foreign=phrases.FOREIGN,
        problems=problems,
    )


@router.post("/phrases/{message_id}")
@role("agent")
def review(request: Request, message_id: int, intent: str = Form("", max_length=60)) -> Response:
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        phrases.review(session, message_id, intent, staff_id=member.id, now=now)
        staff.audit(session, member.id, "review", "message", message_id, now=now, intent=intent)
    return RedirectResponse("/console/phrases", status_code=303)


@router.get("/phrases.yml")
@role("agent")
def patch(request: Request) -> Response:
    """The reviewed words as Rasa training data."""
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        text = phrases.patch(session)
        staff.audit(session, member.id, "export", "phrases", "yml", now=now)
    headers = {"Content-Disposition": 'attachment; filename="reviewed.yml"'}
    return Response(text, media_type="application/yaml", headers=headers)
