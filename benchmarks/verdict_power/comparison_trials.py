"""Trials of the comparisons: coverage of the ratios, false alarms, false speed-ups, looks before the end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from benchmarks.verdict_power.machines import CPU, MACHINES, WALL, Machine
from benchmarks.verdict_power.rates import Band, Rate, counted, generator
from harness.scale.cell_runs import CellRuns
from harness.scale.cells import Cell
from harness.scale.means import paired_mean
from harness.scale.statistics.limits import REGRESSION_LIMIT, SPEED_UP_LIMIT
from harness.scale.statistics.ratios import Pairs, flag_cells, paired_ratio, unpaired_ratio
from harness.scale.statistics.sequential import steps
from harness.scale.statistics.sharding import measured_speed_up
from harness.scale.statistics.verdict import Interval, Verdict, at_least, at_most

CELLS = 9
PAIRS = (3, 5, 10)
ALARM = Band("unchanged code raises an alarm", most=0.05)
CONFIRMED = Band("unchanged code raises a confirmed alarm", most=0.005)
UNEQUAL_CELLS = Band("unchanged code flagged, one cell three times as noisy")
FALSE_SPEED_UP = Band("a true 1.8 passes as at least 2", most=0.01)
TRUE_SPEED_UP = Band("a true 2.5 passes as at least 2")
SEQUENTIAL_PASS = Band("looks: PASS at exactly the limit", most=0.05)
SEQUENTIAL_FAIL = Band("looks: FAIL at exactly the limit", most=0.05)
UNDECIDED = Band("looks: unchanged code stays undecided")
SESSION_SD = 0.10  # by which sessions differ in the trials with a floor


@dataclass(frozen=True)
class Estimator:
    """One kind of interval around a ratio, and data with a known one."""

    name: str
    interval: Callable[[np.random.Generator, Machine, int, float], Interval]


def comparison_rates(trials: int) -> Iterator[Rate]:
    """Everything about ratios."""
    yield from _coverage(trials)
    yield from _alarms(trials)
    yield from _speed_ups(trials)
    yield from _looks(trials)


def _paired(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Interval:
    return paired_ratio(*machine.pairs(random, number, ratio)).interval


def _welch(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Interval:
    return unpaired_ratio(*_independent(random, machine, number, ratio)).interval


def _welch_unequal(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Interval:
    """The contender is twice as noisy, and was run five times."""
    baseline = np.exp(random.normal(0, machine.pair_sd, number)).tolist()
    contender = (ratio * np.exp(random.normal(0, 2 * machine.pair_sd, 5))).tolist()
    return unpaired_ratio(baseline, contender).interval


def _welch_sessions(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Interval:
    baseline, contender = _independent(random, machine, number, ratio * np.exp(random.normal(0, SESSION_SD)))
    return unpaired_ratio(baseline, contender, floor_sd=SESSION_SD).interval


def _geomean(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Interval:
    pairs = _matrix(random, machine, number, ratio).values()
    return paired_mean([_runs(index, index, *costs) for index, costs in enumerate(pairs)]).interval


def _shared_geomean(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Interval:
    """Each cell of a baseline that does not shard is the partner of three cells."""
    cells = []
    for index in range(CELLS // 3):
        baseline, contender = machine.pairs(random, number, ratio)
        noise = [np.exp(random.normal(0, machine.pair_sd, number)) for _ in range(2)]
        others = [(ratio * np.array(baseline) * more).tolist() for more in noise]
        cells += [_runs(3 * index + at, index, baseline, costs) for at, costs in enumerate((contender, *others))]
    return paired_mean(cells).interval


def _runs(cell: int, against: int, baseline: Sequence[float], contender: Sequence[float]) -> CellRuns:
    partners = Cell("contender", 1_000, 1, cell + 1), Cell("baseline", 1_000, 1, against + 1)
    return CellRuns(*partners, dict(enumerate(baseline)), dict(enumerate(contender)))


def _paired_speed_up(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Interval:
    sharded, single = machine.pairs(random, number, ratio)
    return measured_speed_up(single, sharded, 8, paired=True).speed_up


def _unpaired_speed_up(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Interval:
    sharded, single = _independent(random, machine, number, ratio)
    return measured_speed_up(single, sharded, 8, paired=False).speed_up


ESTIMATORS = (
    Estimator("paired ratio", _paired),
    Estimator("Welch", _welch),
    Estimator("Welch, unequal noise", _welch_unequal),
    Estimator("Welch across sessions, with floor", _welch_sessions),
    Estimator("geometric mean of 9 cells", _geomean),
    Estimator("geometric mean, 3 cells share a baseline", _shared_geomean),
    Estimator("speed-up, paired", _paired_speed_up),
    Estimator("speed-up, unpaired", _unpaired_speed_up),
)


def _independent(random: np.random.Generator, machine: Machine, number: int, ratio: float) -> Pairs:
    baseline, contender = np.exp(random.normal(0, machine.pair_sd, (2, number)))
    return baseline.tolist(), (contender * ratio).tolist()


def _matrix(random: np.random.Generator, machine: Machine, number: int, ratio: float = 1.0) -> dict[str, Pairs]:
    return {f"cell {index}": machine.pairs(random, number, ratio) for index in range(CELLS)}


def _coverage(trials: int) -> Iterator[Rate]:
    for key, (estimator, machine, number) in enumerate(product(ESTIMATORS, MACHINES, PAIRS)):
        random = generator(2, key)
        truth = 4.2
        found = [estimator.interval(random, machine, number, truth) for _ in range(trials)]
        band = Band(f"coverage of 90 %: {estimator.name}", 0.86, 0.94)
        inside = [interval.low <= truth <= interval.high for interval in found]
        yield counted(band, f"{machine.name}, {number} runs of each", inside)


def _alarms(trials: int) -> Iterator[Rate]:
    """False alarms of three gates: one cell, the mean of nine, any of nine; confirmed by a second session."""
    gates: dict[str, Callable[[np.random.Generator, Machine, int], bool]] = {
        "regression of one cell": lambda random, machine, number: _regressed(_paired(random, machine, number, 1.0)),
        "regression of the mean": lambda random, machine, number: _regressed(_geomean(random, machine, number, 1.0)),
        "any cell flagged": lambda random, machine, number: _any_flagged(_matrix(random, machine, number)),
    }
    for key, ((gate, alarms), machine, number) in enumerate(product(gates.items(), MACHINES, PAIRS)):
        random = generator(3, key)
        first = [alarms(random, machine, number) for _ in range(4 * trials)]
        second = [alarm and alarms(random, machine, number) for alarm in first]
        situation = f"{gate}, {machine.name}, {number} pairs"
        yield counted(ALARM, situation, first)
        yield counted(CONFIRMED, situation, second)
    random = generator(4)
    noisy = Machine("noisy", 3 * CPU.within_sd, CPU.shared_sd, CPU.autocorrelation)
    for number in PAIRS:
        cells = (_matrix(random, CPU, number) | {"cell 0": noisy.pairs(random, number)} for _ in range(4 * trials))
        yield counted(UNEQUAL_CELLS, f"{CPU.name}, {number} pairs", [_any_flagged(matrix) for matrix in cells])


def _regressed(interval: Interval) -> bool:
    return at_most(interval, REGRESSION_LIMIT) is Verdict.FAIL


def _any_flagged(cells: dict[str, Pairs]) -> bool:
    return any(flag.flagged for flag in flag_cells(cells).values())


def _speed_ups(trials: int) -> Iterator[Rate]:
    for key, (machine, number) in enumerate(product(MACHINES, PAIRS)):
        for band, truth in ((FALSE_SPEED_UP, 1.8), (TRUE_SPEED_UP, 2.5)):
            random = generator(5, key, int(10 * truth))
            found = [_paired_speed_up(random, machine, number, truth) for _ in range(4 * trials)]
            passed = [at_least(interval, SPEED_UP_LIMIT) is Verdict.PASS for interval in found]
            yield counted(band, f"{machine.name}, {number} pairs", passed)


def _looks(trials: int) -> Iterator[Rate]:
    for key, (machine, max_pairs) in enumerate(product(MACHINES, (4, 5, 10, 30))):
        situation = f"{machine.name}, up to {max_pairs} pairs"
        random = generator(6, key)
        at_limit = [_decide(random, machine, max_pairs, REGRESSION_LIMIT) for _ in range(10 * trials)]
        yield counted(SEQUENTIAL_PASS, situation, [verdict is Verdict.PASS for verdict in at_limit])
        yield counted(SEQUENTIAL_FAIL, situation, [verdict is Verdict.FAIL for verdict in at_limit])
        unchanged = [_decide(random, machine, max_pairs, 1.0) for _ in range(trials)]
        yield counted(UNDECIDED, situation, [verdict is Verdict.INCONCLUSIVE for verdict in unchanged])
    random = generator(7)
    wall = [_decide(random, WALL, 10, REGRESSION_LIMIT * 1.1) for _ in range(trials)]
    yield counted(Band("looks: +21 % FAIL"), f"{WALL.name}, up to 10 pairs", [v is Verdict.FAIL for v in wall])


def _decide(random: np.random.Generator, machine: Machine, max_pairs: int, ratio: float) -> Verdict:
    """The procedure of --until-decided: the first look that decides ends it."""
    baseline, contender = machine.pairs(random, max_pairs, ratio)
    verdict = Verdict.INCONCLUSIVE
    for look in steps(max_pairs):
        seen = paired_ratio(baseline[: look.pairs], contender[: look.pairs], confidence=look.confidence)
        verdict = at_most(seen.interval, REGRESSION_LIMIT)
        if verdict is not Verdict.INCONCLUSIVE:
            break
    return verdict
