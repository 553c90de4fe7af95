"""Every figure the dashboard draws is one that a process tells, and what is told is true."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from mailroom import ada, follow_up_of, order_of
from prometheus_client.parser import text_string_to_metric_families

from lifecycle import outbox, privacy
from lifecycle.engine import meters
from lifecycle.settings import PROJECT
from lifecycle.web import waiting
from lifecycle.web.metrics import COUNTERS, REQUESTS, Metrics

DASHBOARD = json.loads((PROJECT / "deploy" / "grafana.json").read_text(encoding="utf-8"))
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def told() -> dict[str, set[str]]:
    """Every series the processes can tell, with its labels."""
    parts = ("_bucket", "_sum", "_count")
    found = {name: set(labels) for name, (_said, labels) in COUNTERS.items()}
    found |= {f"{REQUESTS}{part}": {"route", "le"} for part in parts}
    found |= {f"lifecycle_turn_seconds{part}": {"stage", "le"} for part in parts}
    found["lifecycle_turns_total"] = {"result"}
    found["lifecycle_database_up"] = set()
    found |= {name: {"queue"} if "queue" in name else {"state"} for name in waiting.HELP}
    return found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_names_a_series_there_is(expression):
    names = re.findall(r"\blifecycle_[a-z_]+", expression)
    known = told()
    assert names and set(names) <= set(known)
    for by in re.findall(r"by \(([^)]*)\)", expression):
        assert {label.strip() for label in by.split(",")} <= set().union(*(known[name] for name in names))


def test_every_panel_has_a_place_of_its_own():
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places) == 12


def test_what_waits_is_counted_with_its_age(session, now):
    follow_up = follow_up_of(session, order_of(session, ada(session, now=now), now=now), now=now)
    outbox.queue(
        session, channel="email", template="nps", purpose="survey", customer_id=follow_up.customer_id,
        follow_up_id=follow_up.id, now=now,
    )  # fmt: skip
    privacy.request_erasure(session, thread_id="t", now=now)
    found = waiting.look(session, now=now + timedelta(seconds=90))
    values = {(each.name, *each.labels.values()): each.value for each in found}
    assert values["lifecycle_deliveries", "queued"] == 1 and values["lifecycle_deliveries", "doubtful"] == 0
    assert values["lifecycle_queue_age_seconds", "deliveries"] == 90
    assert values["lifecycle_queue_due", "erasures"] == 1
    assert {each.name for each in found} == set(waiting.HELP)
    families = {family.name for family in text_string_to_metric_families(Metrics().text(found))}
    assert set(waiting.HELP) <= families


def test_metrics_are_told_when_the_database_does_not_answer():
    text = Metrics().text(None)
    assert "lifecycle_database_up 0.0" in text and "lifecycle_queue" not in text


def test_the_stages_of_a_turn_are_measured():
    before = meters.text()
    with meters.stage("understand"):
        pass
    meters.turn("fallback")
    assert meters.text() != before
    assert {
        sample.name for family in text_string_to_metric_families(meters.text()) for sample in family.samples
    } <= set(told())
