"""The costs of the runs of each cell that is compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.scale.cells import Cell
from harness.scale.comparing.matching import CommonCell
from harness.scale.comparing.sides import Sides
from harness.scale.costs import Measure, cost_of
from harness.scale.result_file import ResultFile
from harness.scale.statistics.ratios import Pairs


@dataclass(frozen=True)
class CellRuns:
    """One measure of one cell, by block, of the contender and of the baseline's cell that it is compared with."""

    cell: Cell
    against: Cell
    ours: Mapping[int, float]
    theirs: Mapping[int, float]

    @property
    def pairs(self) -> Pairs:
        """The runs of the blocks in which both ran."""
        blocks = sorted(self.ours.keys() & self.theirs.keys())
        return [self.ours[block] for block in blocks], [self.theirs[block] for block in blocks]

    @property
    def apart(self) -> Pairs:
        """All runs of both; they are no pairs."""
        return list(self.ours.values()), list(self.theirs.values())


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
