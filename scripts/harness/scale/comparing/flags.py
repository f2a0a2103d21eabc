"""Cells of two sessions that are slower, with a correction for how many there are."""

from collections.abc import Mapping

from harness.scale.statistics.limits import FAMILY_ALPHA
from harness.scale.statistics.ratios import Pairs, unpaired_ratio
from harness.scale.statistics.verdict import Interval


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
