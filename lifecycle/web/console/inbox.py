"""Conversations: the list with its filters, one transcript, exports, a staff member's reply."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from lifecycle import db, staff, takeover, timeline, transcripts
from lifecycle.errors import Invalid
from lifecycle.interactions import OUTCOMES
from lifecycle.model import STAGES
from lifecycle.settings import settings
from lifecycle.text import MESSAGE_LIMIT, canonical
from lifecycle.transcripts import Filters
from lifecycle.web.console import files, view
from lifecycle.web.console.gate import ConsoleRoute, member_of, role

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("All", {}),
    ("Visits", {"purpose": "visit"}),
    ("Needs a human", {"needs_human": "1"}),
    ("Unhappy", {"outcome": "dissatisfied"}),
    ("Not understood", {"fallback": "1"}),
    ("Recommended, not bought", {"outcome": "recommended"}),
)


@router.get("")
@role("viewer")
def home() -> Response:
    return RedirectResponse("/console/conversations", status_code=303)


@router.get("/conversations")
@role("viewer")
def listing(request: Request) -> Response:
    """Every conversation, newest first, as filtered by the address."""
    sees, zone = member_of(request).sees_personal_data, settings().store_timezone
    filters, problems = transcripts.read_filters(request.query_params)
    before, after = request.query_params.get("before"), request.query_params.get("after")
    with db.reading() as session:
        page = transcripts.find(session, filters, zone=zone, before=before, after=after, personal=sees)
        choices = {
            "stage": list(STAGES),
            "outcome": list(OUTCOMES),
            "purpose": transcripts.purposes(session),
            "channel": transcripts.channels(session),
            "label": transcripts.labels(session),
        }
        titles = timeline.product_titles(session, [filters.product] if filters.product else [])
    return view.page(
        request,
        "conversations.html",
        title="Conversations",
        rows=page.rows,
        older=page.older,
        newer=page.newer,
        total=page.total,
        count_limit=transcripts.COUNT_LIMIT,
        filters=filters,
        query=filters.query(),
        chips=_chips(filters, titles),
        views=VIEWS,
        problems=problems,
        choices=choices,
        score_kinds=transcripts.SCORE_KINDS,
    )


@router.get("/conversations.{kind}")
@role("agent")
def export(request: Request, kind: str) -> Response:
    """The list as filtered, as a file."""
    filters, problems = transcripts.read_filters(request.query_params)
    if problems:
        raise Invalid(" ".join(problems))
    return files.attachment(
        request,
        "conversations",
        kind,
        "v_interactions",
        "interaction_id",
        lambda session: transcripts.keys(session, filters, zone=settings().store_timezone),
        filters=filters.query(),
    )


@router.get("/conversations/{conversation_id}")
@role("viewer")
def one(request: Request, conversation_id: str, why: bool = False) -> Response:
    """One conversation, both sides; who read it is written down in the same transaction."""
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        shown = timeline.conversation(session, conversation_id)
        held = takeover.holds(shown.conversation, now=now)
        staff.audit(session, member.id, "read", "conversation", conversation_id, now=now)
    return view.page(
        request, "transcript.html", title="Conversation", shown=shown, why=why, held=held, may_reply=member.may("agent")
    )


@router.post("/conversations/{conversation_id}/reply")
@role("agent")
def reply(
    request: Request,
    conversation_id: str,
    text: str = Form("", max_length=4 * MESSAGE_LIMIT),
    hold: bool = Form(False),
) -> Response:
    """A staff member's own words, shown in the customer's chat; with `hold` the assistant is silent from then on."""
    member, now, said = member_of(request), view.now_of(request), canonical(text)
    if not said:
        raise Invalid("The reply is empty; write something first.")
    if len(said) > MESSAGE_LIMIT:
        raise Invalid(f"A reply may have {MESSAGE_LIMIT} characters; this one has {len(said)}.")
    with db.transaction() as session:
        takeover.reply(session, conversation_id, said, staff_id=member.id, author=member.name, hold=hold, now=now)
        staff.audit(session, member.id, "reply", "conversation", conversation_id, now=now)
    return RedirectResponse(f"/console/conversations/{conversation_id}#end", status_code=303)


@router.post("/conversations/{conversation_id}/hand-back")
@role("agent")
def hand_back(request: Request, conversation_id: str) -> Response:
    """The assistant answers again."""
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        takeover.hand_back(session, conversation_id)
        staff.audit(session, member.id, "hand_back", "conversation", conversation_id, now=now)
    return RedirectResponse(f"/console/conversations/{conversation_id}#end", status_code=303)


def _chips(filters: Filters, titles: dict[str, str]) -> list[dict[str, Any]]:
    """The filters that are on, each with the address of the list without it."""
    chips = []
    for name, value in filters.query().items():
        if name in ("score_min", "score_max"):
            continue
        drop = {name: None}
        text = f"{view.label(name)}: {view.label(value)}"
        if name == "score":
            low, high = filters.score_min, filters.score_max
            span = "" if low is high is None else f" from {low}" if high is None else f" up to {high}"
            span = f" {low}–{high}" if low is not None and high is not None else span
            text, drop = f"{view.label(value)}{span}", {name: None, "score_min": None, "score_max": None}
        elif name == "q":
            text = f"“{value}”"
        elif name == "fallback":
            text = "With a fallback"
        elif name == "needs_human":
            text = "Needs a human"
        elif name in ("since", "until"):
            text = f"{'From' if name == 'since' else 'To'} {value}"
        elif name == "label":
            text = f"Label: {value}"
        elif name == "product":
            text = f"Product: {titles.get(value, value)}"
        elif name == "customer":
            text = f"Customer {value}"
        chips.append({"text": text, "query": filters.query(**drop)})
    return chips
