"""Conversations: the list with its filters, one transcript, exports, a staff member's reply."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from lifecycle import db, staff, takeover, timeline, transcripts
from lifecycle.advice import replays
from lifecycle.desk import marks
from lifecycle.errors import Invalid
from lifecycle.interactions import OUTCOMES
from lifecycle.model import STAGES, Customer
from lifecycle.settings import settings
from lifecycle.text import MESSAGE_LIMIT, canonical
from lifecycle.transcripts import Filters
from lifecycle.web.console import files, view
from lifecycle.web.console.gate import ConsoleRoute, member_of, role

NOTE_LIMIT = 4_000
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
    filters, unread = transcripts.read_filters(request.query_params)
    problems = [f"{problem} This filter was left out." for problem in unread]
    before, after = request.query_params.get("before"), request.query_params.get("after")
    with db.reading() as session:
        saved = marks.views_of(session, member_of(request).id)
        if filters.customer is not None:
            problems += _about_customer(session, filters.customer)
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
        count_limit=transcripts.count_limit(filters),
        filters=filters,
        query=filters.query(),
        chips=_chips(filters, titles),
        views=VIEWS,
        saved=saved,
        past_the_end=not page.rows and bool(before or after),
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
        put_on = marks.labels_of(session, conversation_id)
        labels = transcripts.labels(session)
        replayable = replays.of_conversation(session, conversation_id) if why else []
        staff.audit(session, member.id, "read", "conversation", conversation_id, now=now)
    return view.page(
        request,
        "transcript.html",
        title="Conversation",
        shown=shown,
        why=why,
        held=held,
        put_on=put_on,
        labels=[name for name in labels if name not in put_on],
        replayable=replayable,
        may_reply=member.may("agent"),
    )


@router.get("/recommendations/{recommendation_id}")
@role("viewer")
def replayed(request: Request, recommendation_id: int) -> Response:
    """What was recommended then, and what the same needs would be recommended today."""
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        found = replays.replay(session, recommendation_id)
        staff.audit(session, member.id, "replay", "recommendation", recommendation_id, now=now)
    return view.page(request, "replay.html", title="Recommendation", found=found)


@router.get("/conversations/{conversation_id}/messages.{kind}")
@role("agent")
def download(request: Request, conversation_id: str, kind: str) -> Response:
    """Every message of a conversation as a file."""
    with db.reading() as session:
        timeline.known(session, conversation_id)
    return files.attachment(
        request,
        "messages",
        kind,
        "v_messages",
        "message_id",
        lambda session: timeline.message_ids(session, conversation_id),
        conversation=conversation_id,
    )


@router.post("/conversations/{conversation_id}/labels")
@role("agent")
def label(
    request: Request,
    conversation_id: str,
    label: str = Form("", max_length=400),
    remove: str = Form("", max_length=400),
) -> Response:
    """Put a label on, or take one off."""
    member, now = member_of(request), view.now_of(request)
    with db.transaction() as session:
        if remove:
            marks.unlabel(session, conversation_id, remove)
        else:
            marks.label(session, conversation_id, label, staff_id=member.id, now=now)
        staff.audit(session, member.id, "unlabel" if remove else "label", "conversation", conversation_id, now=now)
    return RedirectResponse(f"/console/conversations/{conversation_id}#labels", status_code=303)


@router.post("/conversations/{conversation_id}/notes")
@role("agent")
def note(request: Request, conversation_id: str, text: str = Form("", max_length=4 * NOTE_LIMIT)) -> Response:
    """A word to the other staff."""
    member, now = member_of(request), view.now_of(request)
    if len(canonical(text)) > NOTE_LIMIT:
        raise Invalid(f"A note may have {NOTE_LIMIT} characters; please shorten it.")
    with db.transaction() as session:
        marks.note(session, conversation_id, text, staff_id=member.id, now=now)
        staff.audit(session, member.id, "note", "conversation", conversation_id, now=now)
    return RedirectResponse(f"/console/conversations/{conversation_id}#end", status_code=303)


@router.post("/views")
@role("viewer")
def save_view(
    request: Request,
    name: str = Form("", max_length=400),
    query: str = Form("", max_length=4_000),
    shared: bool = Form(False),
) -> Response:
    """Keep the inbox as it is narrowed now."""
    member, now = member_of(request), view.now_of(request)
    filters, problems = transcripts.read_filters(dict(parse_qsl(query)))
    if problems:
        raise Invalid(" ".join(problems))
    with db.transaction() as session:
        marks.save_view(session, name, filters.query(), staff_id=member.id, shared=shared, now=now)
    return RedirectResponse(f"/console/conversations?{urlencode(filters.query())}", status_code=303)


@router.post("/views/{view_id}/delete")
@role("viewer")
def delete_view(request: Request, view_id: int) -> Response:
    with db.transaction() as session:
        marks.delete_view(session, view_id, staff_id=member_of(request).id)
    return RedirectResponse("/console/conversations", status_code=303)


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


def _about_customer(session: Session, customer_id: int) -> list[str]:
    """What somebody should know who looks for the conversations of a customer that is not there (any more)."""
    row = session.get(Customer, customer_id)
    if row is None:
        return [f"There is no customer {customer_id}."]
    erased = row.erased_at is not None
    return [f"Customer {customer_id} was erased; what is listed holds no words of theirs."] if erased else []


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
