"""Ratios of cells that were measured in two sessions, whose runs have no partners."""

import math
from collections.abc import Mapping

import numpy as np

from harness.scale.statistics.limits import CONFIDENCE, FAMILY_ALPHA
from harness.scale.statistics.noise import logarithms, ratio_interval, t_quantile
from harness.scale.statistics.ratios import Pairs, Ratio, unpaired_ratio
from harness.scale.statistics.verdict import Interval


def unpaired_geometric_mean(
    cells: Mapping[str, Pairs], *, confidence: float = CONFIDENCE, floor_sd: float = 0.0
) -> Ratio:
    """The mean ratio of fixed cells, each of the same weight, from runs without order.

    `floor_sd` is the log sd by which two sessions differ though nothing changed. It moves all cells of a session
    together, so that its variance is added to that of the mean as it is. The log sd of one run is pooled over the cells
    of both sides; the degrees of freedom of the sum are those of Welch and Satterthwaite (Biometrics Bulletin 2, 1946).
    In the result `log_sd` is that of the difference of two runs. Raises ValueError if there is no cell.
    """
    if not cells:
        raise ValueError("a geometric mean needs at least one cell")
    runs = [(logarithms(ours), logarithms(theirs)) for ours, theirs in cells.values()]
    mean = float(np.mean([theirs.mean() - ours.mean() for ours, theirs in runs]))
    sides = [side for cell in runs for side in cell]
    degrees = sum(side.size - 1 for side in sides)
    if not degrees:
        return Ratio(ratio_interval(mean, math.inf, confidence), None, 0)
    one_run = sum(float(np.square(side - side.mean()).sum()) for side in sides) / degrees
    of_runs = one_run * sum(1 / side.size for side in sides) / len(runs) ** 2
    variance = of_runs + floor_sd**2
    satterthwaite = degrees * (variance / of_runs) ** 2 if of_runs else math.inf
    margin = t_quantile(confidence, satterthwaite) * math.sqrt(variance)
    return Ratio(ratio_interval(mean, margin, confidence), math.sqrt(2 * one_run), satterthwaite)


def flag_unpaired(
    cells: Mapping[str, Pairs], *, floor_sd: float, threshold: float = 1.0, family_alpha: float = FAMILY_ALPHA
) -> set[str]:
    """The cells whose ratio is above the threshold; the chance to flag any that is not is `family_alpha`.

    Holm's method (Scandinavian Journal of Statistics 6, 1979) by intervals: what is flagged leaves the family, and the
    rest is asked again at the level of the smaller one.
    """
    left, flagged = dict(cells), set[str]()
    while left:
        intervals = simultaneous_intervals(left, floor_sd=floor_sd, family_alpha=family_alpha)
        found = {name for name, interval in intervals.items() if interval.low > threshold}
        if not found:
            break
        flagged |= found
        left = {name: runs for name, runs in left.items() if name not in found}
    return flagged


def simultaneous_intervals(
    cells: Mapping[str, Pairs], *, floor_sd: float, family_alpha: float = FAMILY_ALPHA
) -> dict[str, Interval]:
    """Intervals that all hold at once, by Bonferroni."""
    confidence = 1 - 2 * family_alpha / max(len(cells), 1)
    ratios = {name: unpaired_ratio(*runs, confidence=confidence, floor_sd=floor_sd) for name, runs in cells.items()}
    return {name: ratio.interval for name, ratio in ratios.items()}
