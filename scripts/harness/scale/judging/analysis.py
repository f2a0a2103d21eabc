"""All that is concluded from the runs of a session."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.scale.cells import Cell
from harness.scale.judging.answers import judge_answers, with_wrong_answers
from harness.scale.judging.growing import GrowthCurve, deciding, growth_curves, judge_curve
from harness.scale.judging.judged import Budget, Judged
from harness.scale.judging.memory import judge_memory, least_peak
from harness.scale.judging.samples import Samples
from harness.scale.judging.shards import ShardGain, shard_gains
from harness.scale.judging.slow_parts import PartGrowth, part_growths
from harness.scale.judging.speeding import Contest, contests, judge_contest
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import Plan
from harness.scale.settings import Budgets, MemoryBudget
from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.verdict import Verdict, combined
from harness.target import Target
from harness.words import counted, first_few

OVER_BUDGET = (Status.TIMEOUT, Status.MEMORY, Status.OUTPUT, Status.WRONG_ANSWER)


@dataclass(frozen=True)
class Analysis:
    """The verdicts, and the figures that they rest on."""

    verdict: Verdict
    judged: tuple[Judged, ...]
    samples: Samples
    curves: tuple[GrowthCurve, ...]
    contests: tuple[Contest, ...]
    gains: tuple[ShardGain, ...]
    parts: tuple[PartGrowth, ...]
    missing: tuple[Cell, ...]  # cells without a single good run
    processors: int | None  # that the runs could use, as far as it is known

    def cells_of(self, mode: str) -> list[Cell]:
        """The cells of a mode in order, with those that failed or never ran."""
        return sorted(cell for cell in {*self.samples.cells, *self.missing} if cell.mode == mode)

    def oversubscribed(self, cell: Cell) -> bool:
        """Whether a cell has more shards than there are processors for."""
        return self.processors is not None and cell.shards > self.processors


def analyse(
    plan: Plan, settled: Sequence[Outcome], target: Target, budgets: Budgets, confidence: float = CONFIDENCE
) -> Analysis:
    """Judge the runs that count.

    A run that failed is a failure of the session whatever the others say: a law that leaves out what broke would be a
    law of the survivors.
    """
    trusted = target.scale.baseline if target.scale and target.scale.baseline else target.reference
    outcomes = with_wrong_answers([outcome for outcome in settled if outcome.run.counts], trusted)
    engine = tuple(target.scale.times.engine) if target.scale and target.scale.times else ()
    samples = Samples(tuple(outcomes), engine)
    curves = tuple(growth_curves(samples, budgets.growth.exponent, confidence))
    contested = tuple(contests(samples, target.scale.baseline if target.scale else None, confidence))
    minutes = sum(outcome.measurement.wall_seconds for outcome in outcomes if outcome.measurement) / 60
    per_block = minutes / max(plan.blocks, 1)
    missing = tuple(cell for cell in plan.cells if not samples.of(cell))
    judged = [
        judge_answers(outcomes, target),
        *_unmeasured(plan.cells, samples, budgets.memory),
        *(judge_curve(curve, budgets.growth.exponent) for curve in deciding(curves)),
        *judge_memory(samples, curves, budgets.memory),
        *(judge_contest(contest, budgets.speed_up, per_block) for contest in contested),
    ]
    return Analysis(
        verdict=combined(line.verdict for line in judged),
        judged=tuple(judged),
        samples=samples,
        curves=curves,
        contests=contested,
        gains=tuple(shard_gains(samples)),
        parts=tuple(part_growths(samples, budgets.growth.exponent)),
        missing=missing,
        processors=plan.processors,
    )


def _unmeasured(cells: Sequence[Cell], samples: Samples, budget: MemoryBudget) -> list[Judged]:
    """Cells with a run that failed, or without any: of what broke nothing can be said; too slow or too large fails.

    One good run does not speak for the others: laws would be fitted to the survivors. Runs with a wrong answer have a
    verdict of their own, unless a cell has nothing else.
    """
    failed = [outcome for outcome in samples.outcomes if outcome.status not in (Status.OK, Status.WRONG_ANSWER)]
    broken = {outcome.run.cell for outcome in failed} | {cell for cell in cells if not samples.of(cell)}
    if not broken:
        return []
    over = any(_over_budget(outcome, budget) for outcome in samples.outcomes if outcome.run.cell in broken)
    return [
        Judged(
            budget=Budget.ANSWER,
            question="every run ended well",
            verdict=Verdict.FAIL if over else Verdict.NOT_JUDGED,
            result=f"not in {len(broken)} of {counted(len(cells), 'cell')}",
            limit="all",
            detail=first_few([_told(cell, samples) for cell in sorted(broken)], 5),
        )
    ]


def _over_budget(outcome: Outcome, budget: MemoryBudget) -> bool:
    """A run that was ended for its memory broke its budget only if it had that much; it may have been allowed less."""
    if outcome.status is Status.MEMORY:
        return least_peak(outcome) > budget.bytes
    return outcome.status in OVER_BUDGET


def _told(cell: Cell, samples: Samples) -> str:
    """How many runs of a cell failed, and how the last of them did."""
    taken = [outcome for outcome in samples.outcomes if outcome.run.cell == cell]
    failed = [outcome for outcome in taken if outcome.status is not Status.OK]
    if not failed:
        return f"{cell}: not run"
    return f"{cell}: {len(failed)} of {counted(len(taken), 'run')} failed ({failed[-1].label})"
