"""The costs of the runs of each cell that is compared."""

from collections.abc import Iterator, Sequence

from harness.scale.cell_runs import CellRuns, costs_by_block
from harness.scale.comparing.matching import CommonCell
from harness.scale.comparing.sides import Sides
from harness.scale.costs import Measure, cost_of


def runs_of(sides: Sides, compared: Sequence[CommonCell], measure: Measure) -> list[CellRuns]:
    """The cells with something to compare: in one session a block that has both, else a run of each."""
    return list(_runs_of(sides, compared, measure))


def _runs_of(sides: Sides, compared: Sequence[CommonCell], measure: Measure) -> Iterator[CellRuns]:
    for common in compared:
        ours = costs_by_block(sides.baseline.runs(common.against), cost_of(measure))
        theirs = costs_by_block(sides.contender.runs(common.cell), cost_of(measure))
        runs = CellRuns(common.cell, common.against, ours, theirs)
        if all(runs.pairs if sides.same_session else runs.apart):
            yield runs
