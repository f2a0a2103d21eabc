"""From ratios to verdicts on speed-up, regression and memory."""

import math
from dataclasses import replace

from harness.scale.comparing.line import Gate, Line
from harness.scale.comparing.measuring import MeasureRatio
from harness.scale.costs import Measure
from harness.scale.statistics.limits import CONFIDENCE, POWER
from harness.scale.statistics.noise import t_quantile
from harness.scale.statistics.ratios import pairs_needed
from harness.scale.statistics.verdict import Interval, Verdict, at_least, at_most
from harness.scale.units import duration
from harness.words import counted, first_few

NEVER = "no number of runs decides it across two sessions with this noise floor: measure both in one session"
MORE = "more iterations; it is too close to the limit to say how many"
_NAMED = 3  # cells in a sentence

Names = tuple[str, str]


def regression_line(ratio: MeasureRatio, names: Names, limit: float) -> Line:
    """Whether the contender costs at most so many times as much.

    Memory never keeps a verdict open: its bracket does not shrink with more runs. It fails where even the most
    favourable reading of the brackets is above the limit.
    """
    interval = ratio.interval
    verdict = at_most(interval, limit)
    memory = ratio.measure is Measure.MEMORY
    line = Line(
        question=f"{ratio.measure}, {names[1]} ÷ {names[0]}",
        verdict=verdict,
        result=f"{interval.estimate:.2f} ×",
        limit=f"≤ {limit:.2f} ×",
        interval=interval,
        detail="; ".join((_basis(ratio), *_slower(ratio, verdict))),
        gate=Gate.REGRESSION,
        measure=ratio.measure,
        decides=not memory or verdict is Verdict.FAIL,
    )
    return line if memory or verdict is not Verdict.INCONCLUSIVE else replace(line, next_step=_decide(ratio, limit))


def speed_up_line(ratio: MeasureRatio, names: Names, limit: float) -> Line:
    """Whether the contender is at least so many times as fast."""
    interval = inverse(ratio.interval)
    verdict = at_least(interval, limit)
    slowest = max(ratio.cells, key=lambda cell: cell.interval.estimate)
    least = f"least in {slowest.cell.label}: {1 / slowest.interval.estimate:.2f} ×"
    below = _listed(ratio, [cell.cell.label for cell in ratio.cells if cell.too_slow])
    told = [_basis(ratio), least, *([f"significantly below {limit:g} × in {below}"] if below else [])]
    return Line(
        question=f"{ratio.measure}, {names[0]} ÷ {names[1]}",
        verdict=verdict,
        result=f"{interval.estimate:.2f} ×",
        limit=f"≥ {limit:.2f} ×",
        interval=interval,
        detail="; ".join(told),
        next_step=_decide(ratio, 1 / limit) if verdict is Verdict.INCONCLUSIVE else "",
        gate=Gate.SPEED_UP,
        measure=ratio.measure,
    )


def inverse(interval: Interval) -> Interval:
    """The interval of baseline ÷ contender from that of contender ÷ baseline."""
    low = 1 / interval.high
    high = 1 / interval.low if interval.low > 0 else math.inf
    return Interval(1 / interval.estimate, low, high, interval.confidence)


def _basis(ratio: MeasureRatio) -> str:
    """What the mean is made of."""
    cells = f"geometric mean over {counted(len(ratio.cells), 'cell')}"
    if ratio.measure is Measure.MEMORY:
        return f"{cells}; of the upper ends of the brackets, and the interval is what the brackets allow"
    if ratio.paired:
        return f"{cells}, {counted(sum(cell.runs[0] for cell in ratio.cells), 'pair')}"
    ours, theirs = (sum(cell.runs[side] for cell in ratio.cells) for side in (0, 1))
    return f"{cells}, {ours:,} and {theirs:,} runs, UNPAIRED: two sessions, noise floor {ratio.floor_sd:.1%}"


def _slower(ratio: MeasureRatio, verdict: Verdict) -> list[str]:
    told = ["slower, but tolerated"] if verdict is Verdict.PASS and ratio.interval.low > 1 else []
    cells = _listed(ratio, [cell.cell.label for cell in ratio.cells if cell.slower])
    what = "above the limit for certain" if ratio.measure is Measure.MEMORY else "significantly slower"
    return [*told, f"{what} in {cells}"] if cells else told


def _listed(ratio: MeasureRatio, labels: list[str]) -> str:
    if len(labels) == len(ratio.cells) > 1:
        return f"all {len(labels)} cells"
    return first_few(labels, _NAMED)


def _decide(ratio: MeasureRatio, limit: float) -> str:
    """How many more runs of each cell would exclude the limit, and how long they take."""
    overall = ratio.overall
    distance = abs(math.log(overall.interval.estimate / limit))
    sd = overall.block_sd
    if sd is None:
        return "run more iterations: nothing was repeated"
    needed = pairs_needed(sd, distance) if ratio.paired else _unpaired_runs(sd, distance, ratio.floor_sd)
    if needed is None and not ratio.paired:
        return NEVER
    more = (needed or 0) - ratio.least_runs
    if more <= 0:
        return MORE
    return f"about {counted(more, 'more iteration')} of both, {duration(more * ratio.block_seconds)}"


def _unpaired_runs(block_sd: float, distance: float, floor_sd: float) -> int | None:
    """By the normal distribution: the standard error must be so small that the interval excludes the limit."""
    quantiles = t_quantile(CONFIDENCE, math.inf) + t_quantile(2 * POWER - 1, math.inf)
    for_runs = (distance / quantiles) ** 2 - floor_sd**2
    return math.ceil(block_sd**2 / for_runs) if for_runs > 0 else None
