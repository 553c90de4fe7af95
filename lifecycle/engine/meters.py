"""How long the stages of a turn take, and what became of turns: GET /webhooks/lifecycle/metrics of each Rasa server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest

STAGES = ("wait", "read", "understand", "answer", "store", "whole")
_BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
disable_created_metrics()
_registry = CollectorRegistry()
_seconds = Histogram(
    "lifecycle_turn_seconds",
    "A turn by stage: wait (for its place), read, understand, answer (decide and store), store, whole.",
    ("stage",),
    buckets=_BUCKETS_SECONDS,
    registry=_registry,
)
_turns = Counter(
    "lifecycle_turns_total", "Turns that were stored, by what became of them.", ("result",), registry=_registry
)
_of_stage = {name: _seconds.labels(stage=name) for name in STAGES}


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Measure a stage of a turn, one of STAGES."""
    began = time.perf_counter()
    try:
        yield
    finally:
        _of_stage[name].observe(time.perf_counter() - began)


def turn(result: str) -> None:
    """Count a turn: understood, fallback, replayed (a known message id), or refused (nothing was stored)."""
    _turns.labels(result=result).inc()


def text() -> str:
    return generate_latest(_registry).decode()
