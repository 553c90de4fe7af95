"""The geometry of the charts: numbers in, SVG coordinates out; the templates draw them, a table stands behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifecycle.insights import Slice
from lifecycle.timeline import Item

WIDTH = 1000
_LANES = ("chat", "follow_up", "order", "score", "case", "referral")


@dataclass(frozen=True)
class Bar:
    """One bar: `share` of the longest one in percent."""

    label: str
    text: str
    share: float
    tone: str = ""
    link: str = ""


@dataclass(frozen=True)
class Trend:
    """A line over a band, in a box of 1000 × 200; `zero` is the height of the zero line."""

    line: str
    band: str
    zero: float
    low: float
    high: float


def bars(rows: Sequence[tuple[str, float, str]], *, tones: dict[str, str] | None = None) -> list[Bar]:
    """Bars of (label, value, text), the longest one full."""
    top = max((value for _, value, _ in rows), default=0) or 1
    return [
        Bar(label, text, max(0.0, 100.0 * value / top), (tones or {}).get(label, "")) for label, value, text in rows
    ]


def trend(slices: Sequence[Slice]) -> Trend | None:
    """The figures that exist, with the band of their intervals; None when fewer than two do."""
    known = [(index, row.figure) for index, row in enumerate(slices) if row.figure.value is not None]
    if len(known) < 2:
        return None
    values = [edge for _, figure in known for edge in (figure.low, figure.high, figure.value) if edge is not None]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    span = (high - low) or 1.0

    def x(index: int) -> str:
        return f"{WIDTH * index / (len(slices) - 1):.1f}"

    def y(value: float) -> float:
        return round(195 - 190 * (value - low) / span, 1)

    line = " ".join(f"{x(index)},{y(figure.value or 0.0)}" for index, figure in known)
    over = [f"{x(index)},{y(figure.high)}" for index, figure in known if figure.high is not None]
    under = [f"{x(index)},{y(figure.low)}" for index, figure in reversed(known) if figure.low is not None]
    return Trend(line, " ".join(over + under), y(0.0), low, high)


def strip(items: Sequence[Item], stages: Sequence[Any], now: datetime) -> dict[str, Any]:
    """One customer's time from left to right: bands of stages, a dot per touchpoint in its lane; x in percent."""
    moments = [item.at for item in items] or [now]
    first, last = min(moments), max([*moments, now])
    span = (last - first).total_seconds() or 1.0

    def x(moment: datetime) -> float:
        return round(1 + 98 * (moment - first).total_seconds() / span, 2)

    ordered = sorted(stages, key=lambda change: (change.at, change.id))
    ends = [*(change.at for change in ordered[1:]), last]
    bands = [
        {"stage": change.to_stage, "x": x(change.at), "width": round(x(end) - x(change.at), 2)}
        for change, end in zip(ordered, ends, strict=False)
    ]
    dots = [
        {"x": x(item.at), "y": 38 + 14 * _LANES.index(item.kind), "kind": item.kind}
        for item in items
        if item.kind in _LANES
    ]
    present = [kind for kind in _LANES if any(item.kind == kind for item in items)]
    return {"bands": bands, "dots": dots, "kinds": present, "first": first, "last": last}
