"""Surveys: one score question to one customer, one answer, its whole history, and what an answer sets in motion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lifecycle import advocacy, announcements, cases, followups, interactions, nps, redaction
from lifecycle.errors import Conflict, Invalid, NotFound
from lifecycle.feedback import sentiment, themes
from lifecycle.model import FollowUp, ShopOrder, Survey, SurveyAnswer, SurveyAnswerChange
from lifecycle.text import canonical

SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
SOURCES = ("chat", "mail", "console")
OPEN_FOR = timedelta(days=30)
CHANGE_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Answered:
    """What an answer led to.

    `category` is promoter, passive or detractor (nps), satisfied, neutral or dissatisfied (csat), easy, neutral or
    hard (ces).  `changed` is False when this very answer was stored before; `late` is True when the score came after
    its 24 hours and only the remark was kept.
    """

    survey_id: int
    kind: str
    score: int
    category: str
    changed: bool
    late: bool
    case_id: int | None
    referral_code: str | None
    review_link: str


def open(
    session: Session,
    kind: str,
    *,
    follow_up_id: int | None = None,
    order_id: int | None = None,
    customer_id: int | None = None,
    case_id: int | None = None,
    conversation_id: str | None = None,
    product_id: str = "",
    now: datetime,
) -> Survey:
    """Put a survey to a customer; for the same follow-up it is the same survey, on every channel.

    The order and the customer of a follow-up are filled in from it.  Raises Invalid for an unknown kind.
    """
    if kind not in SCALES:
        raise Invalid(f"{kind!r} is no survey; it is one of {', '.join(SCALES)}.")
    if follow_up_id is not None:
        known = _of_follow_up(session, follow_up_id, kind)
        if known is not None:
            known.conversation_id = known.conversation_id or conversation_id
            session.flush()
            return known
        follow_up = session.get(FollowUp, follow_up_id)
        if follow_up is None:
            raise NotFound(f"There is no follow-up {follow_up_id}.")
        order_id, customer_id = follow_up.order_id, follow_up.customer_id
    order = session.get(ShopOrder, order_id) if order_id is not None else None
    if order is not None and not product_id and len({line.product_id for line in order.lines}) == 1:
        product_id = order.lines[0].product_id
    survey = Survey(
        kind=kind,
        customer_id=customer_id,
        order_id=order_id,
        follow_up_id=follow_up_id,
        case_id=case_id,
        conversation_id=conversation_id,
        product_id=product_id,
        asked_at=now,
        expires_at=now + OPEN_FOR,
    )
    try:
        with session.begin_nested():
            session.add(survey)
    except IntegrityError:
        known = _of_follow_up(session, follow_up_id, kind) if follow_up_id is not None else None
        if known is None:
            raise
        return known
    return survey


def answer(
    session: Session,
    survey_id: int,
    score: int,
    *,
    remark: str = "",
    source: str,
    source_id: str,
    now: datetime,
) -> Answered:
    """Store an answer: one row per survey, whether it came by chat, mail or console.

    The last score within 24 hours of the first wins, and every one stays in the history.  Later a score is refused
    (Conflict), unless it came with a remark, which is kept.  The same (source, source_id) twice is one answer.  A
    detractor's case, a promoter's stage and code, and the times of the steps that wait for an answer are stored in
    the same transaction.  Raises NotFound, Invalid (score outside the scale) or Conflict (expired, or too late).
    """
    survey = _locked(session, survey_id)
    low, high = SCALES[survey.kind]
    if not low <= score <= high:
        raise Invalid(f"{score} is not on the scale; please choose a number from {low} to {high}.")
    clean = redaction.clean(canonical(remark)[:4_000])
    row = _answer_row(session, survey_id)
    if _seen(session, survey_id, source, source_id):
        return _told(session, survey, row.score if row else score, changed=False)
    if row is None and now >= survey.expires_at:
        raise Conflict("This question has closed, so the score was not stored. Thank you all the same.")
    late = row is not None and now - row.answered_at > CHANGE_WITHIN
    if late and not clean:
        raise Conflict("Your answer was stored more than a day ago and stays as it is. You can still add a remark.")
    _remember(session, survey_id, None if late else score, clean, source=source, source_id=source_id, now=now)
    if row is None:
        row = SurveyAnswer(survey_id=survey_id, score=score, source=source, answered_at=now, updated_at=now)
        _say(row, clean)
        session.add(row)
    else:
        if not late:
            row.score, row.source = score, source
        _say(row, clean)
        row.updated_at = now
    session.flush()
    if not late:
        _follow(session, survey, row, now=now)
        _announce(session, survey, row, now=now)
    return _told(session, survey, row.score, changed=True, late=late)


def remark(
    session: Session, survey_id: int, text: str, *, source: str, source_id: str, now: datetime
) -> SurveyAnswer | None:
    """Add the customer's words to their answer, at any later time; None when there is no score yet (it is kept)."""
    _locked(session, survey_id)
    row = _answer_row(session, survey_id)
    clean = redaction.clean(canonical(text)[:4_000])
    if not clean or _seen(session, survey_id, source, source_id):
        return row
    _remember(session, survey_id, None, clean, source=source, source_id=source_id, now=now)
    if row is not None:
        _say(row, clean)
        row.updated_at = now
        case = cases.by_source_key(session, _case_key(survey_id))
        if case is not None:
            case.summary = {**case.summary, "remark": row.remark, "themes": row.themes}
        session.flush()
    return row


def answer_of(session: Session, survey_id: int) -> SurveyAnswer | None:
    """The answer of a survey, None while there is none: unanswered is not zero."""
    return _answer_row(session, survey_id)


def category(kind: str, score: int) -> str:
    """The group a score falls into, see Answered."""
    if kind == "nps":
        return nps.category(score)
    if kind == "csat":
        return "satisfied" if score >= 4 else "neutral" if score == 3 else "dissatisfied"
    return "easy" if score >= 5 else "neutral" if score == 4 else "hard"


# --- statistics -------------------------------------------------------------------------------------------------------


def csat(scores: Iterable[int]) -> float | None:
    """Customer satisfaction in percent, 0.0 to 100.0; None when nobody answered.

    The share of 4 and 5 among the answers; an unanswered survey is none of them.  Raises ValueError outside 1-5.
    """
    counted = _checked("csat", scores)
    return 100.0 * sum(score >= 4 for score in counted) / len(counted) if counted else None


def ces(scores: Iterable[int]) -> float | None:
    """Customer effort score, the mean of 1 (hard) to 7 (easy); None when nobody answered.

    Raises ValueError for a score outside 1-7 (CEB's second version of the question).
    """
    counted = _checked("ces", scores)
    return sum(counted) / len(counted) if counted else None


@dataclass(frozen=True)
class Report:
    """Scores of a period: `None` where nobody answered.  `nps_low`/`nps_high`: 95 % interval in points."""

    asked: int
    answered: int
    response_rate: float | None
    nps: float | None
    nps_low: float | None
    nps_high: float | None
    nps_answers: int
    promoters: int
    passives: int
    detractors: int
    csat: float | None
    csat_answers: int
    ces: float | None
    ces_answers: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def report(
    session: Session, *, since: datetime | None = None, until: datetime | None = None, product_id: str | None = None
) -> Report:
    """The scores of surveys asked from `since` up to but not including `until` (UTC), of one product or of all."""
    query = sa.select(Survey.kind, SurveyAnswer.score).outerjoin(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
    if since is not None:
        query = query.where(Survey.asked_at >= since)
    if until is not None:
        query = query.where(Survey.asked_at < until)
    if product_id is not None:
        query = query.where(Survey.product_id == product_id)
    asked = 0
    scores: dict[str, list[int]] = {kind: [] for kind in SCALES}
    for kind, score in session.execute(query).all():
        asked += 1
        if score is not None:
            scores[kind].append(score)
    answered = sum(len(given) for given in scores.values())
    groups = [nps.category(score) for score in scores["nps"]]
    bounds = nps.interval(scores["nps"])
    return Report(
        asked=asked,
        answered=answered,
        response_rate=answered / asked if asked else None,
        nps=nps.net_promoter_score(scores["nps"]),
        nps_low=bounds[0] if bounds else None,
        nps_high=bounds[1] if bounds else None,
        nps_answers=len(groups),
        promoters=groups.count("promoter"),
        passives=groups.count("passive"),
        detractors=groups.count("detractor"),
        csat=csat(scores["csat"]),
        csat_answers=len(scores["csat"]),
        ces=ces(scores["ces"]),
        ces_answers=len(scores["ces"]),
    )


def _checked(kind: str, scores: Iterable[int]) -> Sequence[int]:
    low, high = SCALES[kind]
    counted = list(scores)
    for score in counted:
        if not low <= score <= high:
            raise ValueError(f"{score} is no {kind} score from {low} to {high}")
    return counted


# --- what an answer sets in motion ------------------------------------------------------------------------------------


def _follow(session: Session, survey: Survey, row: SurveyAnswer, *, now: datetime) -> None:
    """The effects of a score, all in the caller's transaction, each of them once."""
    group = category(survey.kind, row.score)
    unhappy = group in ("detractor", "dissatisfied")
    if group == "promoter" and survey.customer_id is not None:
        advocacy.promoted(session, survey.customer_id, cause_id=str(survey.id), now=now)
    if survey.conversation_id is not None:
        interactions.note(
            session,
            survey.conversation_id,
            stage="advocacy" if group == "promoter" else None,
            outcome="dissatisfied" if unhappy else "answered" if group in ("passive", "neutral") else "satisfied",
            now=now,
            **{survey.kind: row.score},
        )
    if survey.follow_up_id is not None:
        followups.answered(session, survey.follow_up_id, now=now)
    if survey.case_id is not None:
        text = f"How easy it was to get this solved: {row.score} of {SCALES[survey.kind][1]}. {row.remark}".strip()
        cases.note(session, survey.case_id, text, author="assistant", now=now)
    if unhappy or cases.by_source_key(session, _case_key(survey.id)) is not None:
        case = _case_of(session, survey, row, now=now)
        if case.summary.get("score") != row.score:
            cases.note(session, case.id, f"The score was changed to {row.score}.", author="assistant", now=now)
            case.summary = {**case.summary, "score": row.score}
            session.flush()


def _announce(session: Session, survey: Survey, row: SurveyAnswer, *, now: datetime) -> None:
    """Tell the store's other systems the score as it stands; the buyer's words stay here."""
    case = cases.by_source_key(session, _case_key(survey.id))
    data = {
        "survey_id": survey.id,
        "kind": survey.kind,
        "score": row.score,
        "category": category(survey.kind, row.score),
        "order_id": survey.order_id,
        "customer_id": survey.customer_id,
        "product_id": survey.product_id or None,
        "themes": list(row.themes or ()),
        "case_id": case.id if case is not None else None,
    }
    announcements.announce(session, "survey.answered", data, now=now)


def _case_of(session: Session, survey: Survey, row: SurveyAnswer, *, now: datetime) -> Any:
    scale = SCALES[survey.kind][1]
    return cases.open(
        session,
        source_key=_case_key(survey.id),
        kind="detractor",
        subject=f"A score of {row.score} out of {scale}",
        customer_id=survey.customer_id,
        order_id=survey.order_id,
        conversation_id=survey.conversation_id,
        survey_id=survey.id,
        summary={"score": row.score, "remark": row.remark, "themes": row.themes, "product_id": survey.product_id},
        priority="high" if row.score <= (2 if survey.kind == "nps" else 1) else "normal",
        now=now,
    )


def _case_key(survey_id: int) -> str:
    return f"survey:{survey_id}"


def _told(session: Session, survey: Survey, score: int, *, changed: bool, late: bool = False) -> Answered:
    group = category(survey.kind, score)
    case = cases.by_source_key(session, _case_key(survey.id))
    code = None
    if group == "promoter" and survey.customer_id is not None:
        code = advocacy.code_of(session, survey.customer_id)
    return Answered(
        survey_id=survey.id,
        kind=survey.kind,
        score=score,
        category=group,
        changed=changed,
        late=late,
        case_id=case.id if case is not None else None,
        referral_code=code,
        review_link=advocacy.review_link(),
    )


# --- rows -------------------------------------------------------------------------------------------------------------


def _locked(session: Session, survey_id: int) -> Survey:
    """The survey, held until the end of the transaction, so that two answers at once follow one another."""
    survey = session.execute(sa.select(Survey).where(Survey.id == survey_id).with_for_update()).scalar_one_or_none()
    if survey is None:
        raise NotFound("There is no such survey.")
    return survey


def _answer_row(session: Session, survey_id: int) -> SurveyAnswer | None:
    return session.execute(
        sa.select(SurveyAnswer).where(SurveyAnswer.survey_id == survey_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()


def _of_follow_up(session: Session, follow_up_id: int, kind: str) -> Survey | None:
    return session.execute(
        sa.select(Survey).where(Survey.follow_up_id == follow_up_id, Survey.kind == kind)
    ).scalar_one_or_none()


def _seen(session: Session, survey_id: int, source: str, source_id: str) -> bool:
    query = sa.select(SurveyAnswerChange.id).where(
        SurveyAnswerChange.survey_id == survey_id,
        SurveyAnswerChange.source == source,
        SurveyAnswerChange.source_id == source_id,
    )
    return session.execute(query).first() is not None


def _remember(
    session: Session, survey_id: int, score: int | None, text: str, *, source: str, source_id: str, now: datetime
) -> None:
    if source not in SOURCES:
        raise Invalid(f"{source!r} is no source of answers; it is one of {', '.join(SOURCES)}.")
    session.add(
        SurveyAnswerChange(survey_id=survey_id, score=score, remark=text, source=source, source_id=source_id, at=now)
    )
    session.flush()


def _say(row: SurveyAnswer, text: str) -> None:
    """Add words to an answer and read them anew; the same words are not added twice."""
    said = row.remark or ""
    if text and text not in said.split("\n"):
        said = f"{said}\n{text}" if said else text
    row.remark = said[:8_000]
    row.sentiment = sentiment.read(row.remark) if row.remark else "unclear"
    row.themes = [theme for theme, _words in themes.read(row.remark)]
