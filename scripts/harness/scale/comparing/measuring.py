"""Contender ÷ baseline for each measure: over all cells, and for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import geometric_mean, median

from harness.scale.cell_runs import CellRuns
from harness.scale.cells import Cell
from harness.scale.comparing.flags import flag_unpaired, simultaneous_intervals
from harness.scale.comparing.matching import CommonCell, Matching
from harness.scale.comparing.noise_floor import NoiseFloor
from harness.scale.comparing.runs import runs_of
from harness.scale.comparing.sides import Sides
from harness.scale.costs import Measure
from harness.scale.means import MeanRatio, paired_mean, unpaired_mean
from harness.scale.outcome import Outcome
from harness.scale.settings import Budgets
from harness.scale.statistics.limits import BRACKET
from harness.scale.statistics.ratios import flag_cells
from harness.scale.statistics.verdict import Interval


@dataclass(frozen=True)
class CellRatio:
    """One cell; `interval` holds together with those of all other cells."""

    cell: Cell
    runs: tuple[int, int]
    costs: tuple[float, float]  # medians
    interval: Interval
    slower: bool  # significantly, with a correction for the number of cells; memory: above the limit for certain
    too_slow: bool  # significantly slower than the speed-up allows


@dataclass(frozen=True)
class MeasureRatio:
    """One measure over all cells. `floor_sd`: the log sd between two sessions; 0 within one."""

    measure: Measure
    overall: MeanRatio
    cells: tuple[CellRatio, ...]
    paired: bool
    floor_sd: float
    block_seconds: float = 0.0  # that one more run of each cell of both takes

    @property
    def interval(self) -> Interval:
        """Where the ratio lies."""
        return self.overall.interval

    @property
    def least_runs(self) -> int:
        """Of the cell that has the fewest."""
        return min(min(cell.runs) for cell in self.cells)


def measure_ratios(
    sides: Sides, matching: Matching, floor: NoiseFloor, budgets: Budgets
) -> dict[Measure, MeasureRatio]:
    """The ratios of every measure of which there is something to compare."""
    judge = _paired if sides.same_session else _unpaired
    times = {measure: runs_of(sides, matching.compared, measure) for measure in (Measure.WALL, Measure.CPU)}
    found = {measure: judge(measure, runs, floor, budgets.speed_up) for measure, runs in times.items() if runs}
    seconds = _seconds(times[Measure.WALL])
    timed = {measure: replace(ratio, block_seconds=seconds) for measure, ratio in found.items()}
    memory = _memory(sides, matching.compared, budgets.regression)
    return timed | ({Measure.MEMORY: memory} if memory else {})


def _seconds(runs: Sequence[CellRuns]) -> float:
    """Of one run of each cell; a cell of the baseline may be compared with several."""
    ours = {cell.against: median(cell.apart[0]) for cell in runs}
    return sum(ours.values()) + sum(median(cell.apart[1]) for cell in runs)


def _paired(measure: Measure, runs: Sequence[CellRuns], _: NoiseFloor, speed_up: float) -> MeasureRatio:
    pairs = {str(cell.cell): cell.pairs for cell in runs}
    slower, too_slow = flag_cells(pairs), flag_cells(pairs, threshold=1 / speed_up)
    cells = tuple(
        CellRatio(
            cell=cell.cell,
            runs=(len(cell.pairs[0]), len(cell.pairs[1])),
            costs=(median(cell.pairs[0]), median(cell.pairs[1])),
            interval=slower[str(cell.cell)].ratio,
            slower=slower[str(cell.cell)].flagged,
            too_slow=too_slow[str(cell.cell)].flagged,
        )
        for cell in runs
    )
    return MeasureRatio(measure, paired_mean(runs), cells, paired=True, floor_sd=0.0)


def _unpaired(measure: Measure, runs: Sequence[CellRuns], floor: NoiseFloor, speed_up: float) -> MeasureRatio:
    apart, floor_sd = {str(cell.cell): cell.apart for cell in runs}, floor.sds[measure]
    slower = flag_unpaired(apart, floor_sd=floor_sd)
    too_slow = flag_unpaired(apart, floor_sd=floor_sd, threshold=1 / speed_up)
    intervals = simultaneous_intervals(apart, floor_sd=floor_sd)
    cells = tuple(
        CellRatio(
            cell=cell.cell,
            runs=(len(cell.ours), len(cell.theirs)),
            costs=(median(cell.apart[0]), median(cell.apart[1])),
            interval=intervals[str(cell.cell)],
            slower=str(cell.cell) in slower,
            too_slow=str(cell.cell) in too_slow,
        )
        for cell in runs
    )
    return MeasureRatio(measure, unpaired_mean(runs, floor_sd=floor_sd), cells, paired=False, floor_sd=floor_sd)


def _memory(sides: Sides, compared: Sequence[CommonCell], limit: float) -> MeasureRatio | None:
    """The ratio of the upper ends of the brackets, between what the brackets allow."""
    cells = []
    for common in compared:
        ours = _bracket(sides.baseline.runs(common.against))
        theirs = _bracket(sides.contender.runs(common.cell))
        if ours and theirs:
            interval = Interval(theirs.high / ours.high, theirs.low / ours.high, theirs.high / ours.low, BRACKET)
            runs = len(sides.baseline.runs(common.against)), len(sides.contender.runs(common.cell))
            costs = ours.high, theirs.high
            cells.append(CellRatio(common.cell, runs, costs, interval, slower=interval.low > limit, too_slow=False))
    if not cells:
        return None
    intervals = [cell.interval for cell in cells]
    mean = Interval(
        estimate=geometric_mean(each.estimate for each in intervals),
        low=geometric_mean(each.low for each in intervals),
        high=geometric_mean(each.high for each in intervals),
        confidence=BRACKET,
    )
    return MeasureRatio(Measure.MEMORY, MeanRatio(mean, None, 0), tuple(cells), sides.same_session, 0.0)


def _bracket(outcomes: Sequence[Outcome]) -> Interval | None:
    """Where the highest peak of the runs lies."""
    peaks = [outcome.measurement.memory for outcome in outcomes if outcome.measurement]
    low, high = (max((getattr(peak, end) for peak in peaks), default=0) for end in ("lower", "upper"))
    return Interval(high, low, high, BRACKET) if 0 < low <= high else None
