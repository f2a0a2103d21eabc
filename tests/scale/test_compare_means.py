"""Means of ratios with their intervals. Expected values are computed by hand, quantiles by scipy.stats."""

import math
import random
from collections.abc import Mapping

import pytest
from scipy import stats

from harness.scale.cell_runs import CellRuns
from harness.scale.cells import Cell
from harness.scale.comparing.flags import flag_unpaired
from harness.scale.comparing.gates import NEVER, regression_line
from harness.scale.comparing.measuring import CellRatio, MeasureRatio
from harness.scale.costs import Measure
from harness.scale.means import MeanRatio, paired_mean, unpaired_mean

OLD = Cell("baseline", 1_000, 1, 1)


def runs(shards: int, ours: Mapping[int, float], theirs: Mapping[int, float], against: Cell = OLD) -> CellRuns:
    """A cell from the logarithms of its runs by block."""
    return CellRuns(
        cell=Cell("optimized", 1_000, 1, shards),
        against=against,
        ours={block: math.exp(value) for block, value in ours.items()},
        theirs={block: math.exp(value) for block, value in theirs.items()},
    )


def logarithms(mean: MeanRatio) -> tuple[float, float, float]:
    """The interval, where it is symmetric."""
    interval = mean.interval
    return math.log(interval.low), math.log(interval.estimate), math.log(interval.high)


def test_pairs_that_share_a_run_of_the_baseline_are_added_up_first() -> None:
    """Log ratios 0.3 and 0.1, and 0.5 and 0.1. Sums by block 0.8 and 0.2: variance 0.18, of the mean 0.18 / 2 / 4."""
    base = {1: 0.1, 2: -0.1}
    cells = [runs(1, base, {1: 0.4, 2: 0.0}), runs(4, base, {1: 0.6, 2: 0.0})]
    mean = paired_mean(cells)
    margin = stats.t.ppf(0.95, 1) * math.sqrt(0.18 / 8)
    assert logarithms(mean) == pytest.approx((0.25 - margin, 0.25, 0.25 + margin))
    assert mean.block_sd == pytest.approx(math.sqrt(0.18 / 4))


def test_pairs_that_share_nothing_pool_their_variance() -> None:
    """Squares 0.02 and 0.08 over 2 degrees of freedom: variance 0.05, of the mean 0.05 / 2 / 2."""
    base, other = {1: 0.1, 2: -0.1}, Cell("baseline", 1_000, 1, 4)
    cells = [runs(1, base, {1: 0.4, 2: 0.0}), runs(4, base, {1: 0.6, 2: 0.0}, other)]
    mean = paired_mean(cells)
    margin = stats.t.ppf(0.95, 2) * math.sqrt(0.05 / 4)
    assert logarithms(mean) == pytest.approx((0.25 - margin, 0.25, 0.25 + margin))


def test_only_blocks_that_have_both_make_pairs() -> None:
    """Of blocks 1 to 4 two are common: log ratios 0.1 and 0.3."""
    mean = paired_mean([runs(1, {1: 0.0, 2: 0.0, 3: 5.0}, {1: 0.1, 2: 0.3, 4: -5.0})])
    margin = stats.t.ppf(0.95, 1) * math.sqrt(0.02 / 2)
    assert logarithms(mean) == pytest.approx((0.2 - margin, 0.2, 0.2 + margin))


def test_the_noise_floor_widens_what_two_sessions_tell() -> None:
    """Squares 0.02 and 0.08 over 2 degrees: 0.05 for one run, 0.05 for the difference of means of two; and 0.01."""
    cell = runs(1, {1: 0.0, 2: 0.2}, {1: 0.1, 2: 0.5})
    without, with_floor = unpaired_mean([cell], floor_sd=0.0), unpaired_mean([cell], floor_sd=0.1)
    margin = stats.t.ppf(0.95, 2) * math.sqrt(0.05)
    assert logarithms(without) == pytest.approx((0.2 - margin, 0.2, 0.2 + margin))
    wider = stats.t.ppf(0.95, 0.06**2 / (0.05**2 / 2)) * math.sqrt(0.06)
    assert logarithms(with_floor) == pytest.approx((0.2 - wider, 0.2, 0.2 + wider))


def test_a_baseline_that_stands_for_two_cells_counts_twice_in_the_mean_and_once_in_the_noise() -> None:
    """Squares 0.02, 0.02 and 0.02 over 3 degrees: 0.02 for one run. Mean (a + b) / 2 - c: 0.02 / 2 (1/4 + 1/4 + 1)."""
    base = {1: 0.0, 2: 0.2}
    cells = [runs(1, base, {1: 0.1, 2: 0.3}), runs(4, base, {1: 0.2, 2: 0.4})]
    margin = stats.t.ppf(0.95, 3) * math.sqrt(0.01 * 1.5)
    assert logarithms(unpaired_mean(cells, floor_sd=0.0)) == pytest.approx((0.15 - margin, 0.15, 0.15 + margin))


@pytest.mark.parametrize("blocks", [{1: 0.0}, {1: 0.5}])
def test_a_single_run_has_no_interval(blocks: dict[int, float]) -> None:
    cell = runs(1, {1: 0.0}, blocks)
    for mean in (paired_mean([cell]), unpaired_mean([cell], floor_sd=0.1)):
        assert (mean.interval.low, mean.interval.high, mean.block_sd) == (0, math.inf, None)
        assert math.log(mean.interval.estimate) == pytest.approx(blocks[1])


@pytest.mark.parametrize("shards", [(1,), (1, 4, 8)])
def test_nine_of_ten_intervals_hold_the_truth(shards: tuple[int, ...]) -> None:
    """Of one session the ratio it had, of two what lies behind their shifts. 90 % ± 4 standard errors of 600 trials."""
    draw = random.Random(5)
    held = {"paired": 0, "unpaired": 0}
    for _ in range(600):
        cells, shift = [], draw.gauss(0, 0.2)
        for size in (1_000, 5_000, 20_000):
            against = Cell("baseline", size, 1, 1)
            base = {block: math.exp(draw.gauss(0, 0.1)) for block in (1, 2, 3)}
            for number in shards:
                theirs = {block: math.exp(shift + draw.gauss(0, 0.1)) for block in (1, 2, 3)}
                cells.append(CellRuns(Cell("optimized", size, 1, number), against, base, theirs))
        paired, unpaired = paired_mean(cells).interval, unpaired_mean(cells, floor_sd=0.2).interval
        held["paired"] += paired.low <= math.exp(shift) <= paired.high
        held["unpaired"] += unpaired.low <= 1 <= unpaired.high
    assert all(0.85 <= number / 600 <= 0.95 for number in held.values()), held


def test_holm_flags_more_than_bonferroni() -> None:
    """Runs without noise and a floor of 0.1, so that log ratios of 0.1 times the normal quantile are significant.

    Of two cells 0.3 is above 0.196 and 0.18 is not; but without the first there is one, and 0.18 is above 0.1645.
    """
    far, near, equal = (([1.0, 1.0], [math.exp(value)] * 2) for value in (0.3, 0.18, 0.0))
    assert flag_unpaired({"far": far, "near": near}, floor_sd=0.1) == {"far", "near"}
    assert flag_unpaired({"equal": equal, "near": near}, floor_sd=0.1) == set()


def test_a_threshold_and_a_floor_move_the_flags() -> None:
    cells = {str(n): ([1.0, 1.01, 0.99], [1.0 * f, 1.01 * f, 0.99 * f]) for n, f in enumerate((2.0, 1.0, 1.0, 1.0))}
    assert flag_unpaired(cells, floor_sd=0.0) == {"0"}
    assert flag_unpaired(cells, floor_sd=0.5) == set()
    assert flag_unpaired(cells, floor_sd=0.0, threshold=0.5) == {"0", "1", "2", "3"}


def measured(cell: CellRuns, floor_sd: float) -> MeasureRatio:
    """The wall time of one cell in two sessions, as a comparison has it."""
    mean = unpaired_mean([cell], floor_sd=floor_sd)
    counts = len(cell.ours), len(cell.theirs)
    ratio = CellRatio(cell.cell, counts, (1.0, 1.0), mean.interval, slower=False, too_slow=False)
    return MeasureRatio(Measure.WALL, mean, (ratio,), paired=False, floor_sd=floor_sd, block_seconds=60.0)


def test_the_runs_that_are_asked_for_would_do() -> None:
    """Two sessions 1 % apart, runs with 8 % of noise, nothing changed: after as many as it asks for 80 % pass."""
    sd = 0.08
    spread = [-sd, 0.0, sd]
    cell = runs(1, dict(enumerate(spread)), dict(enumerate(spread)))
    line = regression_line(measured(cell, 0.01), ("old", "new"), 1.10)
    asked = int(line.next_step.split()[1])
    assert line.next_step == f"about {asked} more iterations of both, {asked} min"
    draw, passed = random.Random(3), 0
    for _ in range(400):
        ours = {block: draw.gauss(0, sd) for block in range(3 + asked)}
        theirs = {block: draw.gauss(0, sd) for block in range(3 + asked)}
        shift = draw.gauss(0, 0.01)
        interval = unpaired_mean([runs(1, ours, {b: v + shift for b, v in theirs.items()})], floor_sd=0.01).interval
        passed += interval.high <= 1.10
    assert 0.7 <= passed / 400 <= 0.9


def test_two_sessions_that_differ_by_more_than_the_limit_are_never_decided_by_runs() -> None:
    cell = runs(1, {1: 0.0, 2: 0.01}, {1: 0.0, 2: 0.01})
    assert regression_line(measured(cell, 0.1), ("old", "new"), 1.10).next_step == NEVER
