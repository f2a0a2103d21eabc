"""The costs of the runs of each cell that is compared."""

from collections.abc import Iterator, Sequence

from harness.scale.cell_runs import CellRuns
from harness.scale.cells import Cell
from harness.scale.comparing.matching import CommonCell
from harness.scale.comparing.sides import Sides
from harness.scale.costs import Measure, cost_of
from harness.scale.result_file import ResultFile


def runs_of(sides: Sides, compared: Sequence[CommonCell], measure: Measure) -> list[CellRuns]:
    """The cells with something to compare: in one session a block that has both, else a run of each."""
    return list(_runs_of(sides, compared, measure))


def _runs_of(sides: Sides, compared: Sequence[CommonCell], measure: Measure) -> Iterator[CellRuns]:
    for common in compared:
        ours = _by_block(sides.baseline, common.against, measure)
        theirs = _by_block(sides.contender, common.cell, measure)
        runs = CellRuns(common.cell, common.against, ours, theirs)
        if all(runs.pairs if sides.same_session else runs.apart):
            yield runs


def _by_block(side: ResultFile, cell: Cell, measure: Measure) -> dict[int, float]:
    cost = cost_of(measure)
    costs = ((outcome.run.block, cost(outcome)) for outcome in side.runs(cell))
    return {block: value for block, value in costs if value is not None and value > 0}
