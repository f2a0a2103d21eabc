"""Whether a mode is faster than the baseline, by pairs of runs of one block."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from harness.scale.cell_runs import CellRuns
from harness.scale.cells import Cell, counterpart
from harness.scale.costs import Cost, Measure, cost_of
from harness.scale.judging.judged import Budget, Judged, unanswered
from harness.scale.judging.samples import Samples, modes_of
from harness.scale.means import MeanRatio, paired_mean
from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.ratios import paired_ratio, pairs_needed
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
    overall: MeanRatio | None


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
    pairs = list(_pairs(samples, mode, baseline, cost))
    cells = tuple(
        SpeedUp(runs.cell, what, len(runs.pairs[0]), ratio.interval, ratio.log_sd)
        for runs in pairs
        for ratio in (paired_ratio(*runs.pairs, confidence=confidence),)
    )
    return Contest(mode, baseline, what, cells, paired_mean(pairs, confidence=confidence) if pairs else None)


def _pairs(samples: Samples, mode: str, baseline: str, cost: Cost) -> Iterator[CellRuns]:
    """Mode beside baseline for each cell of the mode.

    The mode stands where a ratio has its denominator, so that the ratio is how many times as fast it is.
    """
    known = set(samples.cells)
    for cell in samples.cells:
        if cell.mode == mode and (other := counterpart(cell, baseline, known)):
            runs = samples.runs(cell, other, cost)
            inverted = CellRuns(cell, other, runs.theirs, runs.ours)
            if inverted.pairs[0]:
                yield inverted


def _decide(contest: Contest, limit: float, minutes_for_a_block: float) -> str:
    """How many pairs more, and how long they take."""
    overall = contest.overall
    if overall is None or overall.block_sd is None:
        return "run more iterations"
    needed = pairs_needed(overall.block_sd, abs(math.log(overall.interval.estimate / limit)))
    done = min(cell.pairs for cell in contest.cells)
    if needed is None or needed <= done:
        return "more iterations; it is too close to the limit to say how many"
    more = needed - done
    return f"about {more} more iterations, {duration(more * minutes_for_a_block * 60)}"
