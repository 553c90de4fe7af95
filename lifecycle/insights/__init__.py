"""How we are doing: one function per figure, each with its value, its n and the source of its formula.

A period is `since` (included) to `until` (excluded), UTC.  Shares are in percent.  Every figure is counted by the
database; a figure nobody has data for is None with n = 0, never 0.
"""

from lifecycle.insights.cases import answered_in_time, detractor_recovery
from lifecycle.insights.conversations import Chain, Talks, talks, talks_beside, volume
from lifecycle.insights.figure import HIDDEN_N, SMALL_N, Z95, Figure, change, share, without
from lifecycle.insights.scores import Answers, Group, Slice, answers, breakdowns, nps_by_week, response_rates
from lifecycle.insights.stages import Step, stage_causes, stage_funnel

__all__ = [
    "HIDDEN_N", "SMALL_N", "Z95", "Answers", "Chain", "Figure", "Group", "Slice", "Step", "Talks", "answered_in_time",
    "answers", "breakdowns", "change", "detractor_recovery", "nps_by_week", "response_rates", "share", "stage_causes",
    "stage_funnel", "talks", "talks_beside", "volume", "without",
]  # fmt: skip
