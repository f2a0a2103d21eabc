"""Whether the newest of many results, one a day or a commit, is worse than those before it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.scale.statistics.limits import (
    HISTORY_EXCESS,
    HISTORY_ROBUST_SDS,
    HISTORY_WINDOW,
    LASTING_RUNS,
)
from harness.scale.statistics.noise import logarithms
from harness.scale.statistics.verdict import NotJudged, Verdict

NORMAL_CONSISTENCY = 1.4826  # the median absolute deviation times this estimates the sd of normal data


@dataclass(frozen=True)
class HistoryRule:
    """When a value is out of the ordinary: it must be above the median of the window by both, on logarithms.

    The robust sd is 1.4826 times the median absolute deviation, times n / (n - 0.8) for few values (Croux and
    Rousseeuw, Computational Statistics, 1992), times sqrt(1 + pi / 2n) because the median of n values is uncertain too.
    Without the two factors a busy machine raises 3.3 % false alarms and 0.6 % confirmed ones, with them 2.1 and 0.4 %.
    With 5 values in place of 10 it would raise 5 to 7 %.
    """

    excess: float = HISTORY_EXCESS
    robust_sds: float = HISTORY_ROBUST_SDS
    window: int = HISTORY_WINDOW

    def threshold(self, earlier: Sequence[float]) -> float | None:
        """What a value must exceed to be out of the ordinary; None if the window is not full."""
        if len(earlier) < self.window:
            return None
        recent = logarithms(earlier[-self.window :])
        median = float(np.median(recent))
        deviation = float(np.median(np.abs(recent - median)))
        few = recent.size / (recent.size - 0.8) * math.sqrt(1 + math.pi / (2 * recent.size))
        return math.exp(median + max(math.log1p(self.excess), self.robust_sds * NORMAL_CONSISTENCY * few * deviation))


DEFAULT_RULE = HistoryRule()


@dataclass(frozen=True)
class HistoryJudgement:
    """What is said of the newest value."""

    verdict: Verdict  # INCONCLUSIVE: suspicious, and a confirmation is wanted
    threshold: float  # in the unit of the values


def judge_newest(
    values: Sequence[float], confirmation: float | None = None, *, rule: HistoryRule = DEFAULT_RULE
) -> HistoryJudgement | NotJudged:
    """Judge the last of the values (oldest first) by those before it.

    A value above the threshold is only suspicious. It fails when the `confirmation`, the result of an independent
    second run of the same commit, is above the threshold too; else it passes. The rule looks for slower and larger.
    """
    threshold = rule.threshold(values[:-1])
    if threshold is None:
        return NotJudged(f"{max(len(values) - 1, 0)} earlier results are known, and a history needs {rule.window}")
    if logarithms(values[-1:])[0] <= math.log(threshold):
        verdict = Verdict.PASS
    elif confirmation is None:
        verdict = Verdict.INCONCLUSIVE
    else:
        verdict = Verdict.FAIL if logarithms([confirmation])[0] > math.log(threshold) else Verdict.PASS
    return HistoryJudgement(verdict, threshold)


def is_lasting(values: Sequence[float], *, runs: int = LASTING_RUNS, rule: HistoryRule = DEFAULT_RULE) -> bool | None:
    """Whether each of the last `runs` values is above the threshold that the values before all of them set.

    One slow day is no lasting degradation, and a new level is one although each of its values resembles the one
    before. None if there is no history.
    """
    threshold = rule.threshold(values[: max(len(values) - runs, 0)])
    return None if threshold is None else bool(logarithms(values[-runs:]).min() > math.log(threshold))
