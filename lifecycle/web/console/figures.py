"""How we are doing: the dashboard, and the lists behind it (surveys, follow-ups, content gaps)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from lifecycle import db, insights, listings, loyalty, replies, staff, timeline
from lifecycle.errors import Invalid
from lifecycle.model import FollowUp, Survey
from lifecycle.settings import settings
from lifecycle.text import MESSAGE_LIMIT, canonical
from lifecycle.web.console import charts, files, view
from lifecycle.web.console.gate import ConsoleRoute, member_of, role

router = APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)
PERIODS = (7, 30, 90, 365)


@router.get("/dashboard")
@role("viewer")
def dashboard(request: Request, days: str = "30") -> Response:
    """The figures of the last days, each with its n, against the same number of days before."""
    now, zone = view.now_of(request), settings().store_timezone
    problems = [] if days in map(str, PERIODS) else [f"“{days[:20]}” is no period; 30 days are shown."]
    length = int(days) if not problems else 30
    until, since = now, now - timedelta(days=length)
    earlier = since - timedelta(days=length)
    weeks = {7: 4, 30: 6, 90: 13, 365: 26}[length]
    with db.reading() as session:
        given = insights.answers(session, since=since, until=until)
        before = insights.answers(session, since=earlier, until=since)
        talks, talked = insights.talks_beside(session, before=earlier, since=since, until=until)
        chain, chained = talks.chain, talked.chain
        in_time, timely, recovered, won_back = (
            of_cases(session, since=begin, until=end, **at)
            for of_cases, at in ((insights.answered_in_time, {"now": now}), (insights.detractor_recovery, {}))
            for begin, end in ((since, until), (earlier, since))
        )
        beside = {
            "nps": (given.nps, before.nps),
            "csat": (given.csat, before.csat),
            "ces": (given.ces, before.ces),
            "ordered": (chain.order_rate, chained.order_rate),
            "kept": (chain.kept_rate, chained.kept_rate),
            "lost": (talks.fallback, talked.fallback),
            "handed": (talks.handed_over, talked.handed_over),
            "in_time": (in_time, timely),
            "recovered": (recovered, won_back),
        }
        rates = insights.response_rates(session, since=since, until=until)
        repeat = loyalty.repeat_purchase(session, until=until)
        groups = insights.breakdowns(session, since=since, until=until)
        weekly = insights.nps_by_week(session, weeks=weeks, until=until, zone=zone)
        volume = insights.volume(session, since=since, until=until, zone=zone)
    return view.page(
        request,
        "dashboard.html",
        title="Dashboard",
        days=length,
        periods=PERIODS,
        problems=problems,
        weekly=weekly,
        trend=charts.trend(weekly),
        nps_bars=_columns(given.counts.get("nps", {}), range(11), nps_tone),
        csat_bars=_columns(given.counts.get("csat", {}), range(1, 6), csat_tone),
        talks=talks,
        resolution=_shares(talks.resolution),
        outcomes=_shares(talks.outcomes),
        chain=chain,
        chain_bars=_steps(chain),
        volume=_days(volume),
        figures={name: figure for name, (figure, _) in beside.items()},
        moves={name: (insights.change(*pair), pair[1]) for name, pair in beside.items()},
        rates=rates,
        repeat=repeat,
        groups=groups,
    )


@router.get("/lifecycle")
@role("viewer")
def lifecycle(request: Request, days: str = "90", words: str = "") -> Response:
    """All customers over the five stages: how many reached each, what is measured there, where they drop off."""
    now = view.now_of(request)
    problems = [] if days in map(str, PERIODS) else [f"“{days[:20]}” is no period; 90 days are shown."]
    length = int(days) if not problems else 90
    vocabulary = words or settings().stage_names
    if vocabulary not in view.STAGE_NAMES:
        problems.append(f"“{words[:20]}” is no vocabulary; it is one of {', '.join(view.STAGE_NAMES)}.")
        vocabulary = settings().stage_names
    period = {"since": now - timedelta(days=length), "until": now}
    with db.reading() as session:
        funnel = insights.stage_funnel(session)
        talks = insights.talks(session, **period)
        given = insights.answers(session, **period)
        chain = talks.chain
        metrics = {
            "discovery": ("understood in conversation", insights.without(talks.fallback), "fallback"),
            "education": ("clicked on a recommendation", chain.click_rate, "chain"),
            "purchase": ("bought what was recommended", chain.order_rate, "chain"),
            "post_purchase": ("satisfied (CSAT)", given.csat, "csat"),
            "advocacy": ("would recommend (NPS)", given.nps, "nps"),
        }
        now_at = listings.stage_counts(session)
        causes = insights.stage_causes(session, **period)
    return view.page(
        request,
        "lifecycle.html",
        title="Lifecycle",
        days=length,
        periods=PERIODS,
        problems=problems,
        funnel=funnel,
        bars=charts.bars([(step.stage, step.reached, str(step.reached)) for step in funnel]),
        metrics=metrics,
        now_at=now_at,
        causes=causes,
        words=vocabulary,
        vocabularies=view.STAGE_NAMES,
    )


@router.get("/definitions")
@role("viewer")
def definitions(request: Request) -> Response:
    """What each figure is, from which rows, by whose formula."""
    return view.page(request, "definitions.html", title="Definitions", small=insights.SMALL_N, hidden=insights.HIDDEN_N)


@router.get("/loyalty")
@role("viewer")
def loyal(request: Request) -> Response:
    """Who came back, what a customer is worth, which promises were kept."""
    now, zone = view.now_of(request), settings().store_timezone
    with db.reading() as session:
        cohorts = loyalty.retention(session, until=now, zone=zone)
        values = loyalty.lifetime_value(session, until=now)
        kept = loyalty.promises(session)
        wishes = loyalty.wishes(session)
        again = loyalty.repeat_purchase(session, until=now)
    return view.page(
        request, "loyalty.html", title="Loyalty", cohorts=cohorts, values=values, kept=kept, wishes=wishes, again=again
    )


@router.get("/surveys")
@role("viewer")
def surveys(request: Request, kind: str = "", answered: str = "", low: bool = False, before: str = "") -> Response:
    problems = []
    if kind not in ("", "nps", "csat", "ces"):
        problems.append(f"“{kind[:20]}” is no survey; it is one of nps, csat, ces.")
        kind = ""
    if answered not in ("", "yes", "no"):
        problems.append(f"“{answered[:20]}” is neither yes nor no.")
        answered = ""
    with db.reading() as session:
        found = listings.surveys(session, kind=kind, answered=answered, low=low, before=before)
        titles = timeline.product_titles(session, {row[0].product_id for row in found.rows if row[0].product_id})
    query = {
        name: value for name, value in (("kind", kind), ("answered", answered), ("low", "1" if low else "")) if value
    }
    return view.page(
        request, "surveys.html", title="Surveys", found=found, titles=titles, query=query, problems=problems,
        kind=kind, answered=answered, low=low, further=bool(before),
    )  # fmt: skip


@router.get("/follow-ups")
@role("viewer")
def follow_ups(request: Request, state: str = "", step: str = "", before: str = "") -> Response:
    """Every planned step with its state, and the reason why it is in it."""
    problems = []
    if state not in ("", *listings.FOLLOW_UP_STATES):
        problems.append(f"“{state[:20]}” is no state; it is one of {', '.join(listings.FOLLOW_UP_STATES)}.")
        state = ""
    with db.reading() as session:
        counts, steps = listings.follow_up_counts(session), listings.follow_up_steps(session)
        if step not in ("", *steps):
            problems.append(
                f"“{step[:20]}” is no step of the programme; it is one of {', '.join(steps) or 'none yet'}."
            )
            step = ""
        found = listings.follow_ups(session, state=state, step=step, before=before)
    query = {name: value for name, value in (("state", state), ("step", step)) if value}
    return view.page(
        request, "follow_ups.html", title="Follow-ups", found=found, counts=counts, steps=steps, query=query,
        problems=problems, state=state, step=step, states=listings.FOLLOW_UP_STATES, further=bool(before),
    )  # fmt: skip


@router.get("/surveys.{form}")
@role("agent")
def surveys_file(request: Request, form: str, kind: str = "", answered: str = "", low: bool = False) -> Response:
    """The list as filtered, as a file."""
    files.known("kind", kind, ("nps", "csat", "ces"))
    files.known("answered", answered, ("yes", "no"))
    found = listings.survey_conditions(kind=kind, answered=answered, low=low)
    return files.attachment(
        request,
        "surveys",
        form,
        "v_survey_answers",
        "survey_id",
        lambda session: listings.keys(session, Survey.id, *found),
        filters={"kind": kind, "answered": answered, "low": low},
    )


@router.get("/follow-ups.{form}")
@role("agent")
def follow_ups_file(request: Request, form: str, state: str = "", step: str = "") -> Response:
    """The list as filtered, as a file."""
    files.known("state", state, listings.FOLLOW_UP_STATES)
    found = listings.follow_up_conditions(state=state, step=step)
    return files.attachment(
        request,
        "follow-ups",
        form,
        "v_follow_ups",
        "follow_up_id",
        lambda session: listings.keys(session, FollowUp.id, *found),
        filters={"state": state, "step": step},
    )


@router.get("/gaps")
@role("viewer")
def gaps(request: Request, answered: bool = False) -> Response:
    with db.reading() as session:
        rows = listings.gaps(session, answered=answered)
    top = max((row.gap.asked_count for row in rows), default=1)
    return view.page(request, "gaps.html", title="Content gaps", rows=rows, answered=answered, top=top)


@router.get("/gaps.{form}")
@role("agent")
def gaps_file(request: Request, form: str, answered: bool = False) -> Response:
    """The list as filtered, in its order, as a file."""
    return files.attachment(
        request,
        "gaps",
        form,
        "v_content_gaps",
        "gap_id",
        lambda session: [row.gap.id for row in listings.gaps(session, answered=answered, limit=100_000)],
        filters={"answered": answered},
    )


@router.post("/gaps/{gap_id}/answer")
@role("agent")
def answer_gap(request: Request, gap_id: int, text: str = Form("", max_length=4 * MESSAGE_LIMIT)) -> Response:
    """Staff's answer becomes knowledge, and reaches everybody who asked, in one transaction."""
    member, now = member_of(request), view.now_of(request)
    if len(canonical(text)) > MESSAGE_LIMIT:
        raise Invalid(f"An answer may have {MESSAGE_LIMIT} characters; please shorten it.")
    with db.transaction() as session:
        replies.answer(session, gap_id, text, author=member.name, staff_id=member.id, now=now)
        staff.audit(session, member.id, "answer", "gap", gap_id, now=now)
    return RedirectResponse("/console/gaps?answered=1", status_code=303)


def nps_tone(score: int) -> str:
    return "bad" if score <= 6 else "plain" if score <= 8 else ""


def csat_tone(score: int) -> str:
    return "bad" if score <= 2 else "plain" if score == 3 else ""


def _columns(counts: dict[int, int], scores: range, tone: Callable[[int], str]) -> list[charts.Bar]:
    drawn = charts.bars([(str(score), counts.get(score, 0), str(counts.get(score, 0))) for score in scores])
    return [charts.Bar(bar.label, bar.text, bar.share, tone(int(bar.label))) for bar in drawn]


def _shares(counts: dict[str, int]) -> list[charts.Bar]:
    total = sum(counts.values()) or 1
    tones = {"good": "", "bad": "bad", "warn": "warn", "info": "info", "quiet": "quiet", "plain": "plain"}
    return [
        charts.Bar(name, f"{number} · {100 * number / total:.0f} %", 100 * number / total, tones[view.tone(name)], name)
        for name, number in counts.items()
    ]


def _steps(chain: insights.Chain) -> list[charts.Bar]:
    steps = [
        ("Recommended", chain.recommended, 0),
        ("Clicked", chain.clicked, chain.recommended),
        ("Bought", chain.bought, chain.recommended),
        ("Told how it is", chain.told, chain.bought),
        ("Promise kept", chain.kept, chain.told),
    ]
    return charts.bars(
        [(name, number, f"{number} · {100 * number / of:.0f} %" if of else str(number)) for name, number, of in steps]
    )


def _days(volume: list[tuple[date, int]]) -> list[charts.Bar]:
    return charts.bars([(f"{day:%b} {day.day}", number, str(number)) for day, number in volume])
