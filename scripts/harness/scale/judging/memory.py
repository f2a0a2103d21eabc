"""Whether the peak memory of all processes together stays within its budget."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.scale.cells import Cell
from harness.scale.costs import MEMORY_NOISE, Measure, memory_upper
from harness.scale.judging.growing import GrowthCurve
from harness.scale.judging.judged import Budget, Judged
from harness.scale.judging.samples import Samples, modes_of
from harness.scale.outcome import Outcome, Status
from harness.scale.settings import MemoryBudget
from harness.scale.statistics.growth import Growth, growth_exponent
from harness.scale.statistics.limits import BRACKET
from harness.scale.statistics.verdict import Interval, Verdict, at_most
from harness.scale.units import size


def judge_memory(samples: Samples, curves: Sequence[GrowthCurve], budget: MemoryBudget) -> Iterator[Judged]:
    """The verdict for each mode, from the bracket of the largest run, or as far as a projection reaches."""
    for mode in modes_of(samples.cells):
        question = f"peak memory of {mode} at {budget.employees:,} employees"
        limit = f"{budget.gigabytes:g} GB"
        blank = Judged(Budget.MEMORY, question, Verdict.NOT_JUDGED, "", limit, (mode,), unit="bytes")
        cells = [cell for cell in samples.cells if cell.mode == mode]
        ended = [o for o in samples.outcomes if o.run.cell in cells and o.status is Status.MEMORY]
        killed = [o for o in ended if o.run.cell.employees <= budget.employees]
        if killed:
            yield _ended(blank, killed, budget)
        elif any(cell.employees >= budget.employees and samples.of(cell) for cell in cells):
            at = min(cell.employees for cell in cells if cell.employees >= budget.employees and samples.of(cell))
            yield _measured(blank, [run for cell in cells if cell.employees == at for run in samples.of(cell)], budget)
        else:
            yield _projected(blank, cells, samples, curves, budget)


def _ended(blank: Judged, killed: Sequence[Outcome], budget: MemoryBudget) -> Judged:
    """What a run that was ended had by then.

    One that was ended below the budget, because it was allowed less or the machine has less, leaves the question open.
    """
    largest = max(killed, key=least_peak)
    within = least_peak(largest) <= budget.bytes
    return replace(
        blank,
        verdict=Verdict.INCONCLUSIVE if within else Verdict.FAIL,
        result=f"ended at {largest.run.cell}",
        detail=largest.detail,
        decide=f"a run that may take {blank.limit}" if within else "",
    )


def least_peak(run: Outcome) -> int:
    """What a run had for certain, in bytes."""
    return run.measurement.memory.lower if run.measurement else 0


def _measured(blank: Judged, runs: Sequence[Outcome], budget: MemoryBudget) -> Judged:
    """The largest run decides; its peak lies within its bracket."""
    peaks = [(run.measurement.memory, run.run.cell) for run in runs if run.measurement]
    lower = max(memory.lower for memory, _ in peaks)
    upper = max(memory.upper for memory, _ in peaks)
    cell = max(peaks, key=lambda peak: peak[0].upper)[1]
    interval = Interval(lower, lower, upper, BRACKET)
    rss = max(memory.peak_rss_sum for memory, _ in peaks)
    verdict = at_most(interval, budget.bytes)
    return replace(
        blank,
        verdict=verdict,
        result=size(lower) if lower == upper else f"{size(lower)}–{size(upper)}",
        interval=interval,
        detail=f"measured in {len(runs)} runs, most in {cell}; sum of RSS, shared pages counted often: {size(rss)}",
        decide="a shorter sampling interval" if verdict is Verdict.INCONCLUSIVE else "",
    )


def _projected(
    blank: Judged, cells: Sequence[Cell], samples: Samples, curves: Sequence[GrowthCurve], budget: MemoryBudget
) -> Judged:
    """From the growth of the memory, for the longest horizon; never beyond the reach of a projection."""
    decide = f"run {budget.employees:,} employees"
    largest = max((most for curve in curves if curve.mode == cells[0].mode for most in curve.samples), default=0)
    fitted = [c for c in curves if c.mode == cells[0].mode and c.measure is Measure.MEMORY]
    growing = [curve for curve in fitted if isinstance(curve.growth, Growth)]
    curve = min(growing, key=lambda curve: (-curve.years, curve.shards), default=None)
    if curve and (interval := _projection(curve, samples, budget.employees)):
        detail = f"projected from {curve.sizes} employees, {curve.years} years, {curve.shards} shards"
        verdict = at_most(interval, budget.bytes)
        result = f"{size(interval.low)}–{size(interval.high)}"
        return replace(blank, verdict=verdict, result=result, interval=interval, detail=detail, decide=decide)
    detail = (
        f"the largest size with a good run is {largest:,}, too far from {budget.employees:,} to project"
        if largest
        else "no run ended well"
    )
    return replace(blank, verdict=Verdict.INCONCLUSIVE, result="not measured", detail=detail, decide=decide)


def _projection(curve: GrowthCurve, samples: Samples, employees: int) -> Interval | None:
    """From the low end of what the lower ends of the brackets grow to, to the high end of what the upper ones do."""
    lower = curve.growth
    if not isinstance(lower, Growth):
        return None
    upper = growth_exponent(
        samples.by_size(curve.mode, curve.years, curve.shards, memory_upper),
        confidence=lower.exponent.confidence,
        noise_floor=MEMORY_NOISE,
    )
    if not isinstance(upper, Growth):
        return None
    try:
        least, most = lower.projection(employees), upper.projection(employees)
    except ValueError:
        return None
    return Interval(least.estimate, least.low, max(least.high, most.high), least.confidence)
