"""The costs of a cell by block, beside those of the cell that it is compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.scale.cells import Cell
from harness.scale.costs import Cost
from harness.scale.outcome import Outcome
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


def costs_by_block(outcomes: Iterable[Outcome], cost: Cost) -> dict[int, float]:
    """The cost of each run by its block; runs whose cost is unknown are left out."""
    costs = ((outcome.run.block, cost(outcome)) for outcome in outcomes)
    return {block: value for block, value in costs if value is not None and value > 0}
