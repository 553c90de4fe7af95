"""Statistics of scores: exact to the brute-force count."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle import nps, surveys


@pytest.mark.parametrize("scores, points", [([10, 9, 9, 8, 0], 40.0), ([6, 7, 9], 0.0), ([0], -100.0), ([], None)])
def test_net_promoter_score(scores: list[int], points: float | None) -> None:
    assert nps.net_promoter_score(scores) == points


@given(st.lists(st.integers(0, 10), max_size=300))
def test_net_promoter_score_equals_the_count(scores: list[int]) -> None:
    points = nps.net_promoter_score(scores)
    if not scores:
        assert points is None and nps.interval(scores) is None
        return
    share = sum(1 for s in scores if s > 8) / len(scores) - sum(1 for s in scores if s < 7) / len(scores)
    bounds = nps.interval(scores)
    assert points is not None and bounds is not None
    assert points == pytest.approx(100 * share)
    assert -100 <= bounds[0] < bounds[1] <= 100
    wider = nps.interval(scores[: max(1, len(scores) // 4)] * 1)
    assert wider is not None and math.isfinite(wider[0])


def test_the_interval_is_the_published_adjusted_wald() -> None:
    # 30 promoters, 10 passives, 10 detractors: (30.75 - 10.75) / 53 ± 1.96 √((41.5/53 - (20/53)²) / 53)
    low, high = nps.interval([10] * 30 + [8] * 10 + [3] * 10) or (0.0, 0.0)
    assert (round(low, 2), round(high, 2)) == (16.19, 59.28)


@given(st.lists(st.integers(1, 5), max_size=200), st.lists(st.integers(1, 7), max_size=200))
def test_csat_and_ces_equal_the_count(satisfaction: list[int], effort: list[int]) -> None:
    happy = [score for score in satisfaction if score in (4, 5)]
    assert surveys.csat(satisfaction) == (100 * len(happy) / len(satisfaction) if satisfaction else None)
    assert surveys.ces(effort) == (sum(effort) / len(effort) if effort else None)


@pytest.mark.parametrize("score", [-1, 11])
def test_a_score_off_the_scale_is_an_error(score: int) -> None:
    with pytest.raises(ValueError):
        nps.net_promoter_score([score])
    with pytest.raises(ValueError):
        surveys.csat([score])
    with pytest.raises(ValueError):
        surveys.ces([score])
