"""Net Promoter Score: reading the reply strictly, counting exactly, saying how sure the count is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from lifecycle.feedback.scores import read_score

__all__ = ["category", "interval", "net_promoter_score", "read_score"]

_Z95 = 1.959963984540054


def category(score: int) -> str:
    """promoter (9-10), passive (7-8) or detractor (0-6); raises ValueError outside 0-10."""
    if not 0 <= score <= 10:
        raise ValueError(f"{score} is no score from 0 to 10")
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def net_promoter_score(scores: Iterable[int]) -> float | None:
    """Net Promoter Score in points, -100.0 to 100.0; None when nobody answered.

    Promoters answer 9-10, detractors 0-6 (Reichheld, HBR Dec 2003).  Not rounded: whoever shows the number rounds it.
    Raises ValueError for a score outside 0-10.
    """
    promoters, detractors, answers = _counts(scores)
    return 100.0 * (promoters - detractors) / answers if answers else None


def interval(scores: Iterable[int]) -> tuple[float, float] | None:
    """The 95 % adjusted-Wald interval of the Net Promoter Score, in points; None when nobody answered.

    Three answers are added, 3/4 promoters, 3/4 detractors and 3/2 passives, before the Wald interval is taken (Sauro,
    MeasuringU, "Confidence intervals for Net Promoter Scores").
    """
    promoters, detractors, answers = _counts(scores)
    if not answers:
        return None
    total = answers + 3
    up, down = (promoters + 0.75) / total, (detractors + 0.75) / total
    middle = up - down
    margin = _Z95 * math.sqrt((up + down - middle**2) / total)
    return 100.0 * max(-1.0, middle - margin), 100.0 * min(1.0, middle + margin)


def _counts(scores: Iterable[int]) -> tuple[int, int, int]:
    found: Counter[str] = Counter()
    for score, number in Counter(scores).items():
        found[category(score)] += number
    return found["promoter"], found["detractor"], sum(found.values())
