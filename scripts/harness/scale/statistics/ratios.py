"""How many times as much a contender costs as the baseline: for one cell (a size and a number of shards), for all.

Everything happens on the logarithm, where ratios are differences and intervals are Student's t. A ratio of one pair is
an estimate without an interval (0 to inf), and no verdict follows from it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy import special

from harness.scale.statistics.limits import CONFIDENCE, FAMILY_ALPHA, MOST_PAIRS, POWER
from harness.scale.statistics.noise import (
    FloatArray,
    logarithms,
    mean_interval,
    pooled_variance,
    ratio_interval,
    t_quantile,
)
from harness.scale.statistics.verdict import Interval

Pairs = tuple[Sequence[float], Sequence[float]]  # runs of the baseline, and of the contender beside each


@dataclass(frozen=True)
class Ratio:
    """Contender / baseline."""

    interval: Interval
    log_sd: float | None  # of the log ratio of one pair; None where it is unknown or there are no pairs
    degrees_of_freedom: float  # 0: there is no interval


@dataclass(frozen=True)
class CellFlag:
    """Whether one cell of many is slower."""

    ratio: Interval  # at the confidence that holds for all cells at once
    adjusted_p: float | None  # Holm's; None where the noise is unknown
    flagged: bool


def paired_ratio(
    baseline: Sequence[float], contender: Sequence[float], *, confidence: float = CONFIDENCE, floor_sd: float = 0.0
) -> Ratio:
    """The ratio from runs in pairs that share their noise; t interval of the mean log ratio, shape (pairs,) each.

    `floor_sd` is the log sd by which two sessions differ though nothing changed (0 within one session). More pairs do
    not reduce it, so its variance is added to that of the mean. Raises ValueError for unequal lengths and for values
    that are not positive.
    """
    differences = _log_ratios(baseline, contender)
    if differences.size < 2:
        return _without_interval(float(differences.mean()), confidence)
    log_sd = float(differences.std(ddof=1))
    estimated = [(log_sd**2 / differences.size, differences.size - 1)]
    return _ratio(float(differences.mean()), estimated, floor_sd, confidence, log_sd)


def unpaired_ratio(
    baseline: Sequence[float], contender: Sequence[float], *, confidence: float = CONFIDENCE, floor_sd: float = 0.0
) -> Ratio:
    """The ratio from runs without order, as from two result files; Welch's t interval on logarithms.

    `floor_sd` as for paired runs. Raises ValueError for values that are not positive.
    """
    old, new = logarithms(baseline), logarithms(contender)
    difference = float(new.mean() - old.mean())
    if min(old.size, new.size) < 2:
        return _without_interval(difference, confidence)
    estimated = [(float(runs.var(ddof=1)) / runs.size, runs.size - 1) for runs in (old, new)]
    return _ratio(difference, estimated, floor_sd, confidence, None)


def flag_cells(
    cells: Mapping[str, Pairs], *, threshold: float = 1.0, family_alpha: float = FAMILY_ALPHA
) -> dict[str, CellFlag]:
    """Flag the cells whose ratio is above the threshold; the chance to flag any that is not is `family_alpha`.

    One-sided t tests, adjusted by Holm's step-down method (Scandinavian Journal of Statistics 6, 1979). The intervals
    are Bonferroni's, so that all hold at once. The sd is pooled over the cells, which gives nine cells of three pairs
    18 degrees of freedom in place of 2; a cell that is noisier than that keeps its own sd. Nine unchanged cells are
    flagged in 3 to 4 % of comparisons, or 2 to 5 % if one is three times as noisy (12 % with the pooled sd alone).
    """
    ratios = {name: _log_ratios(*pairs) for name, pairs in cells.items()}
    variance, degrees = pooled_variance(list(ratios.values()))
    confidence = 1 - 2 * family_alpha / max(len(ratios), 1)
    if degrees == 0:
        unknown = {name: _without_interval(float(cell.mean()), confidence) for name, cell in ratios.items()}
        return {name: CellFlag(ratio.interval, None, flagged=False) for name, ratio in unknown.items()}
    errors = {name: max(math.sqrt(variance), _own_sd(cell)) / math.sqrt(cell.size) for name, cell in ratios.items()}
    above = {name: float(cell.mean()) - math.log(threshold) for name, cell in ratios.items()}
    adjusted = _holm({name: _p_of_greater(above[name], errors[name], degrees) for name in ratios})
    quantile = t_quantile(confidence, degrees)
    return {
        name: CellFlag(
            ratio_interval(float(cell.mean()), quantile * errors[name], confidence),
            adjusted[name],
            flagged=adjusted[name] <= family_alpha,
        )
        for name, cell in ratios.items()
    }


def pairs_needed(
    log_sd: float,
    distance_to_limit: float,
    *,
    power: float = POWER,
    confidence: float = CONFIDENCE,
    most: int = MOST_PAIRS,
) -> int | None:
    """The fewest pairs after which the interval excludes the limit with this probability; None if `most` do not do.

    `log_sd` is that of one pair, `distance_to_limit` = |log(true ratio / limit)|. The power of the t test follows from
    the noncentral t distribution (Johnson and Welch, Biometrika 31, 1940).
    """
    if log_sd < 0 or distance_to_limit < 0:
        raise ValueError("a standard deviation and a distance cannot be negative")
    if distance_to_limit == 0:
        return None
    if log_sd == 0:
        return 2

    def suffices(pairs: int) -> bool:
        quantile = t_quantile(confidence, pairs - 1)
        return bool(1 - special.nctdtr(pairs - 1, distance_to_limit / log_sd * math.sqrt(pairs), quantile) >= power)

    too_few, enough = 1, most
    if not suffices(most):
        return None
    while enough - too_few > 1:  # power only rises with the pairs
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if suffices(middle) else (middle, enough)
    return enough


def _log_ratios(baseline: Sequence[float], contender: Sequence[float]) -> FloatArray:
    if len(baseline) != len(contender):
        raise ValueError(f"pairs need as many runs of both: {len(baseline)} baseline, {len(contender)} contender")
    return logarithms(contender) - logarithms(baseline)


def _own_sd(cell: FloatArray) -> float:
    return float(cell.std(ddof=1)) if cell.size > 1 else 0.0


def _ratio(
    mean: float, estimated: Sequence[tuple[float, int]], floor_sd: float, confidence: float, log_sd: float | None
) -> Ratio:
    interval, degrees = mean_interval(mean, estimated, floor_sd, confidence)
    return Ratio(interval, log_sd, degrees)


def _without_interval(mean: float, confidence: float) -> Ratio:
    return Ratio(ratio_interval(mean, math.inf, confidence), None, 0)


def _p_of_greater(difference: float, standard_error: float, degrees: int) -> float:
    """The one-sided p-value of a difference above 0."""
    if standard_error == 0:
        return 0.0 if difference > 0 else 1.0
    return float(special.stdtr(degrees, -difference / standard_error))


def _holm(p_values: Mapping[str, float]) -> dict[str, float]:
    adjusted, worst = {}, 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p))
        adjusted[name] = worst
    return adjusted
