"""Contender ÷ baseline for each measure: over all cells, and for each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import geometric_mean as geometric
from statistics import median

from harness.scale.cells import Cell
from harness.scale.comparing.matching import CommonCell, Matching
from harness.scale.comparing.noise_floor import NoiseFloor
from harness.scale.comparing.sides import Sides
from harness.scale.comparing.unpaired import flag_unpaired, simultaneous_intervals, unpaired_geometric_mean
from harness.scale.costs import Measure, cost_of
from harness.scale.judging.samples import Samples
from harness.scale.outcome import Outcome
from harness.scale.statistics.ratios import Pairs, Ratio, flag_cells, geometric_mean
from harness.scale.statistics.verdict import Interval

BRACKET = 0.99  # a bracket holds the truth for certain; an interval needs a confidence below 1


@dataclass(frozen=True)
class CellRatio:
    """One cell; `interval` holds together with those of all other cells."""

    cell: Cell
    runs: tuple[int, int]
    costs: tuple[float, float]  # medians
    interval: Interval
    slower: bool  # significantly, with a correction for the number of cells
    too_slow: bool  # significantly slower than the speed-up allows


@dataclass(frozen=True)
class MeasureRatio:
    """One measure over all cells. `floor_sd`: the log sd between two sessions; 0 within one."""

    measure: Measure
    overall: Ratio
    cells: tuple[CellRatio, ...]
    paired: bool
    floor_sd: float

    @property
    def interval(self) -> Interval:
        """Where the ratio lies."""
        return self.overall.interval

    @property
    def least_runs(self) -> int:
        """Of the cell that has the fewest."""
        return min(min(cell.runs) for cell in self.cells)


def measure_ratios(sides: Sides, matching: Matching, floor: NoiseFloor, speed_up: float) -> dict[Measure, MeasureRatio]:
    """The ratios of every measure of which there is something to compare."""
    found: dict[Measure, MeasureRatio] = {}
    for measure in (Measure.WALL, Measure.CPU):
        pairs = dict(_runs(sides, matching.compared, measure))
        if pairs:
            found[measure] = _ratio(measure, pairs, sides, floor, speed_up)
    memory = _memory(sides, matching.compared)
    return found | ({Measure.MEMORY: memory} if memory else {})


def _runs(sides: Sides, compared: Sequence[CommonCell], measure: Measure) -> Iterator[tuple[Cell, Pairs]]:
    """The costs of both; within a session those of the blocks in which both ran."""
    cost = cost_of(measure)
    together = Samples((*sides.baseline.samples.outcomes, *sides.contender.samples.outcomes))
    for common in compared:
        if sides.same_session:
            pairs = together.pairs(common.against, common.cell, cost)
        else:
            ours = [cost(outcome) for outcome in sides.baseline.samples.of(common.against)]
            theirs = [cost(outcome) for outcome in sides.contender.samples.of(common.cell)]
            pairs = _positive(ours), _positive(theirs)
        if all(pairs):
            yield common.cell, pairs


def _positive(costs: Sequence[float | None]) -> list[float]:
    return [cost for cost in costs if cost is not None and cost > 0]


def _ratio(
    measure: Measure, pairs: Mapping[Cell, Pairs], sides: Sides, floor: NoiseFloor, speed_up: float
) -> MeasureRatio:
    named = {str(cell): runs for cell, runs in pairs.items()}
    if sides.same_session:
        floor_sd, overall = 0.0, geometric_mean(named)
        flags = flag_cells(named)
        intervals = {name: flag.ratio for name, flag in flags.items()}
        slower = {name for name, flag in flags.items() if flag.flagged}
        too_slow = {name for name, flag in flag_cells(named, threshold=1 / speed_up).items() if flag.flagged}
    else:
        floor_sd = floor.sds[measure]
        overall = unpaired_geometric_mean(named, floor_sd=floor_sd)
        intervals = simultaneous_intervals(named, floor_sd=floor_sd)
        slower = flag_unpaired(named, floor_sd=floor_sd)
        too_slow = flag_unpaired(named, floor_sd=floor_sd, threshold=1 / speed_up)
    cells = tuple(
        CellRatio(
            cell=cell,
            runs=(len(ours), len(theirs)),
            costs=(median(ours), median(theirs)),
            interval=intervals[str(cell)],
            slower=str(cell) in slower,
            too_slow=str(cell) in too_slow,
        )
        for cell, (ours, theirs) in pairs.items()
    )
    return MeasureRatio(measure, overall, cells, sides.same_session, floor_sd)


def _memory(sides: Sides, compared: Sequence[CommonCell]) -> MeasureRatio | None:
    """The ratio of the upper ends of the brackets, between what the brackets allow."""
    cells = []
    for common in compared:
        ours = _bracket(sides.baseline.samples.of(common.against))
        theirs = _bracket(sides.contender.samples.of(common.cell))
        if ours and theirs:
            interval = Interval(theirs.high / ours.high, theirs.low / ours.high, theirs.high / ours.low, BRACKET)
            runs = len(sides.baseline.samples.of(common.against)), len(sides.contender.samples.of(common.cell))
            costs = ours.high, theirs.high
            cells.append(CellRatio(common.cell, runs, costs, interval, slower=interval.low > 1, too_slow=False))
    if not cells:
        return None
    intervals = [cell.interval for cell in cells]
    mean = Interval(
        estimate=geometric(each.estimate for each in intervals),
        low=geometric(each.low for each in intervals),
        high=geometric(each.high for each in intervals),
        confidence=BRACKET,
    )
    return MeasureRatio(Measure.MEMORY, Ratio(mean, None, 0), tuple(cells), sides.same_session, 0.0)


def _bracket(outcomes: Sequence[Outcome]) -> Interval | None:
    """Where the highest peak of the runs lies."""
    peaks = [outcome.measurement.memory for outcome in outcomes if outcome.measurement]
    low, high = (max((getattr(peak, end) for peak in peaks), default=0) for end in ("lower", "upper"))
    return Interval(high, low, high, BRACKET) if 0 < low <= high else None
