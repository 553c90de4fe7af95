"""A figure with the number of cases behind it and its uncertainty, and whether it moved by more than noise.

Shares are in percent.  A figure nobody has data for is None with n = 0, never 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SMALL_N = 30  # under it a figure is shown with a warning
HIDDEN_N = 5  # under it a breakdown shows no figure: it would speak of single people
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Figure:
    """A value with the number of cases behind it and, where one is meant, its 95 % interval."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def small(self) -> bool:
        return self.n < SMALL_N


def share(hits: int, n: int) -> Figure:
    """hits of n in percent, with the 95 % interval of Agresti and Coull (The American Statistician, 1998)."""
    if not n:
        return Figure(None, 0)
    total = n + Z95**2
    middle = (hits + Z95**2 / 2) / total
    margin = Z95 * math.sqrt(middle * (1 - middle) / total)
    return Figure(100.0 * hits / n, n, 100.0 * max(0.0, middle - margin), 100.0 * min(1.0, middle + margin))


def without(figure: Figure) -> Figure:
    """The share of all others."""
    return share(figure.n - round(figure.n * (figure.value or 0.0) / 100), figure.n)


def change(current: Figure, before: Figure) -> str:
    """How a figure moved: `up`, `down`, `within noise`, or `` when one of the two is missing.

    Noise when the 95 % interval of the difference holds 0; it is made of the two intervals by Newcombe's method
    (Statistics in Medicine, 1998), which stays honest when one of them is wide and lopsided.
    """
    if current.value is None or before.value is None or current.low is None or before.low is None:
        return ""
    if current.high is None or before.high is None:
        return ""
    moved = current.value - before.value
    low = moved - math.hypot(current.value - current.low, before.high - before.value)
    high = moved + math.hypot(current.high - current.value, before.value - before.low)
    return "within noise" if low <= 0 <= high else "up" if moved > 0 else "down"
