"""Whether a mode is faster than the baseline, by pairs of runs of one block."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.scale.cells import Cell
from harness.scale.costs import Cost, Measure, cost_of
from harness.scale.judging.judged import Budget, Judged, unanswered
from harness.scale.judging.samples import Samples, modes_of
from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.ratios import Pairs, Ratio, geometric_mean, paired_ratio, pairs_needed
from harness.scale.statistics.verdict import Interval, Verdict, at_least
from harness.scale.units import duration

ENGINE = "engine time"


@dataclass(frozen=True)
class SpeedUp:
    """How many times as fast a cell is as the baseline with one shard."""

    cell: Cell
    what: str
    pairs: int
    ratio: Interval
    log_sd: float | None


@dataclass(frozen=True)
class Contest:
    """A mode against the baseline: each cell, and all of them together."""

    mode: str
    baseline: str
    what: str  # wall time, or engine time
    cells: tuple[SpeedUp, ...]
    overall: Ratio | None


def contests(samples: Samples, baseline: str | None, confidence: float = CONFIDENCE) -> Iterator[Contest]:
    """Every mode but the baseline, by whole runs and by engine alone."""
    modes = modes_of(samples.cells)
    if baseline not in modes or baseline is None:
        return
    for mode in modes:
        if mode != baseline:
            yield _contest(samples, mode, baseline, str(Measure.WALL), cost_of(Measure.WALL), confidence)
            engine = _contest(samples, mode, baseline, ENGINE, samples.engine_seconds, confidence)
            if engine.cells:
                yield engine


def judge_contest(contest: Contest, limit: float, minutes_for_a_block: float) -> Judged:
    """The verdict on the geometric mean over the cells."""
    question = f"{contest.what} of {contest.baseline} ÷ {contest.mode}"
    required = f"≥ {limit:g} ×"
    modes = (contest.mode, contest.baseline)
    if contest.overall is None:
        reason = "no workload has good runs of both"
        return unanswered(Budget.SPEED_UP, question, required, modes, reason, "run both modes")
    ratio = contest.overall.interval
    verdict = at_least(ratio, limit)
    cells = f"{len(contest.cells)} cells, {sum(cell.pairs for cell in contest.cells)} pairs"
    slowest = min(contest.cells, key=lambda cell: cell.ratio.estimate)
    detail = f"geometric mean over {cells}; least in {slowest.cell}: {slowest.ratio.estimate:.2f} ×"
    decide = _decide(contest, limit, minutes_for_a_block) if verdict is Verdict.INCONCLUSIVE else ""
    return Judged(
        budget=Budget.SPEED_UP,
        question=question,
        verdict=verdict,
        result=f"{ratio.estimate:.2f} ×",
        limit=required,
        modes=modes,
        interval=ratio,
        unit="×",
        detail=detail,
        decide=decide,
    )


def _contest(samples: Samples, mode: str, baseline: str, what: str, cost: Cost, confidence: float) -> Contest:
    pairs = dict(_pairs(samples, mode, baseline, cost))
    cells = tuple(
        SpeedUp(cell, what, len(ours), ratio.interval, ratio.log_sd)
        for cell, (ours, theirs) in pairs.items()
        for ratio in (paired_ratio(theirs, ours, confidence=confidence),)
    )
    named: Mapping[str, Pairs] = {str(cell): (theirs, ours) for cell, (ours, theirs) in pairs.items()}
    overall = geometric_mean(named, confidence=confidence) if named else None
    return Contest(mode, baseline, what, cells, overall)


def _pairs(
    samples: Samples, mode: str, baseline: str, cost: Cost
) -> Iterator[tuple[Cell, tuple[Sequence[float], Sequence[float]]]]:
    """Costs of baseline and mode for each cell of the mode; a baseline that does not shard stands for all shards."""
    known = set(samples.cells)
    for cell in samples.cells:
        alike = (cell.employees, cell.years)
        other = next((c for s in (cell.shards, 1) if (c := Cell(baseline, *alike, s)) in known), None)
        if cell.mode == mode and other:
            ours, theirs = samples.pairs(other, cell, cost)
            if ours:
                yield cell, (ours, theirs)


def _decide(contest: Contest, limit: float, minutes_for_a_block: float) -> str:
    """How many pairs more, and how long they take."""
    overall = contest.overall
    if overall is None or overall.log_sd is None:
        return "run more iterations"
    distance = abs(math.log(overall.interval.estimate / limit))
    cells = len(contest.cells)
    # The mean over cells has the noise of one pair divided by the square root of the cells.
    needed = pairs_needed(overall.log_sd / math.sqrt(cells), distance)
    done = min(cell.pairs for cell in contest.cells)
    if needed is None or needed <= done:
        return "more iterations; it is too close to the limit to say how many"
    more = needed - done
    return f"about {more} more iterations, {duration(more * minutes_for_a_block * 60)}"
