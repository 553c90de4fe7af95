"""Staff find a conversation by what is true of it or by what was said, page by page, and take it away as a file."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lifecycle import cases, conversations, customers, interactions, transcripts
from lifecycle.errors import Invalid
from lifecycle.model import Product
from lifecycle.transcripts import Filters

ZONE = "America/New_York"


def talk(session: Session, at: datetime, text: str = "hello", **facts: object) -> str:
    values = {name: facts.pop(name) for name in ("customer_id", "purpose", "channel") if name in facts}
    opened = conversations.start(session, **{"channel": "web", **values}, now=at)
    conversations.add_message(session, opened.id, role="customer", text=text, now=at)
    if facts:
        interactions.note(session, opened.id, now=at, **facts)
    return str(opened.id)


def found(session: Session, filters: Filters, **values: object) -> list[str]:
    page = transcripts.find(session, filters, zone=ZONE, **values)
    assert page.total == len(page.rows) or values
    return [row.interaction.conversation_id for row in page.rows]


def test_each_filter_keeps_what_it_says(session: Session, now: datetime) -> None:
    ada = customers.find_or_create(session, email="ada@example.com", name="Ada", now=now)
    session.add(Product(product_id="g1", title="Quiet 40 Grinder", digest="d", catalogue_version=1))
    mine = talk(
        session, now, customer_id=ada.id, purpose="nps", channel="email", products=["g1"], topic="nps", nps=3,
        outcome="dissatisfied", stage="post_purchase",
    )  # fmt: skip
    talk(session, now - timedelta(days=3), nps=None, csat=5, outcome="satisfied", products=["g11"])
    for filters in [
        Filters(stage="post_purchase"), Filters(purpose="nps"), Filters(outcome="dissatisfied"),
        Filters(channel="email"),
        Filters(product="g1"), Filters(product="quiet 40"), Filters(topic="nps"), Filters(score="nps"),
        Filters(score="nps", score_min=3, score_max=3), Filters(customer=ada.id), Filters(since=date(2026, 11, 2)),
        Filters(stage="post_purchase", outcome="dissatisfied", q="hello"),
    ]:  # fmt: skip
        assert found(session, filters) == [mine], filters
    for filters in [
        Filters(score="nps", score_min=4), Filters(product="g2"), Filters(until=date(2026, 10, 1)),
        Filters(stage="advocacy"),
    ]:  # fmt: skip
        assert found(session, filters) == [], filters


def test_a_day_is_the_stores_day(session: Session, now: datetime) -> None:
    night = talk(session, datetime(2026, 11, 2, 3, 30, tzinfo=now.tzinfo))  # November 1, 22:30 in New York
    assert found(session, Filters(since=date(2026, 11, 1), until=date(2026, 11, 1))) == [night]
    assert found(session, Filters(since=date(2026, 11, 2))) == []


def test_a_conversation_needs_a_human_until_somebody_solved_it(session: Session, now: datetime) -> None:
    asked = talk(session, now, handed_over=True)
    assert found(session, Filters(needs_human=True)) == [asked]
    case = cases.open(
        session, source_key="k", kind="handover", subject="s", customer_id=None, conversation_id=asked, now=now
    )
    assert found(session, Filters(needs_human=True)) == [asked]
    cases.close(session, case.id, cause="other", now=now)
    assert found(session, Filters(needs_human=True)) == []
    other = talk(session, now, handed_over=True)
    conversations.add_message(session, other, role="staff", text="here I am", now=now)
    assert found(session, Filters(needs_human=True)) == []


def test_words_are_found_in_what_was_said_and_in_who_said_it(session: Session, now: datetime) -> None:
    ada = customers.find_or_create(session, email="ada@example.com", name="Ada Lovelace", now=now)
    mine = talk(session, now, "The LID is 100% loose_now", customer_id=ada.id)
    talk(session, now, "nothing of it")
    for words in ("lid", "loose lid", "100%", "loose_now", "lovelace", "ada@example.com", "lid lovelace"):
        assert found(session, Filters(q=words)) == [mine], words
    for words in ("lid zebra", "10%loose", "looseXnow", "'; DROP TABLE message; --", "%", "_"):
        assert mine not in found(session, Filters(q=words)) or words in ("%", "_"), words
    assert transcripts.find(session, Filters(q="lovelace"), zone=ZONE, personal=False).rows == []


def test_pages_by_key_show_every_conversation_once_in_both_directions(session: Session, now: datetime) -> None:
    for number in range(23):
        talk(session, now - timedelta(hours=number // 3))  # three at the same moment
    pages = [transcripts.find(session, Filters(), zone=ZONE, limit=5)]
    while pages[-1].older:
        pages.append(transcripts.find(session, Filters(), zone=ZONE, limit=5, before=pages[-1].older))
    seen = [row.interaction.id for page in pages for row in page.rows]
    assert len(seen) == len(set(seen)) == 23
    assert [len(page.rows) for page in pages] == [5, 5, 5, 5, 3]
    assert pages[0].newer is None
    back = transcripts.find(session, Filters(), zone=ZONE, limit=5, after=pages[2].newer)
    assert [row.interaction.id for row in back.rows] == [row.interaction.id for row in pages[1].rows]
    first = transcripts.find(session, Filters(), zone=ZONE, limit=5, after=back.newer)
    assert [row.interaction.id for row in first.rows] == seen[:5] and first.newer is None
    for key in ("x", "2026-11-02~1", "2026-11-02T10:00:00Z~", "2026-11-02T10:00:00Z~1; DROP"):
        with pytest.raises(Invalid):
            transcripts.find(session, Filters(), zone=ZONE, before=key)


def test_a_page_costs_the_same_number_of_statements_whatever_it_holds(session: Session, now: datetime) -> None:
    def statements() -> int:
        counted = []
        listener = lambda *_: counted.append(1)  # noqa: E731
        bound = session.get_bind().engine
        sa.event.listen(bound, "after_cursor_execute", listener)
        session.expire_all()
        transcripts.find(session, Filters(), zone=ZONE)
        sa.event.remove(bound, "after_cursor_execute", listener)
        return len(counted)

    ada = customers.find_or_create(session, email="ada@example.com", now=now)
    talk(session, now, customer_id=ada.id)
    one = statements()
    for _ in range(15):
        talk(session, now, customer_id=customers.find_or_create(session, email=f"b{_}@example.com", now=now).id)
    assert statements() == one == 4


def test_filters_survive_their_address(session: Session) -> None:
    filters = Filters(
        q="a&b=ü", stage="advocacy", score="nps", score_min=0, score_max=6, fallback=True, since=date(2026, 11, 2)
    )
    again, problems = transcripts.read_filters(filters.query())
    assert (again, problems) == (filters, [])
    assert Filters().query() == {}


@pytest.mark.parametrize(
    "query, problem",
    [
        ({"stage": "buying"}, "no stage"),
        ({"outcome": "great"}, "no outcome"),
        ({"score": "stars"}, "no score"),
        ({"score": "nps", "score_min": "nine"}, "no number"),
        ({"score_min": "9"}, "kind of score"),
        ({"score": "nps", "score_min": "9", "score_max": "2"}, "at least 9 and at most 2"),
        ({"since": "02.11.2026"}, "no day"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "after the last"),
        ({"customer": "ada"}, "no number"),
        ({"customer": "9" * 30}, "no number"),
    ],
)
def test_an_unreadable_filter_is_named_and_left_out(query: dict[str, str], problem: str) -> None:
    filters, problems = transcripts.read_filters(query)
    assert len(problems) == 1 and problem in problems[0]
    assert filters.stage == filters.outcome == ""
