"""The runs that count, grouped as the questions need them."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.scale.cell_runs import CellRuns, costs_by_block
from harness.scale.cells import Cell
from harness.scale.costs import Cost
from harness.scale.outcome import Outcome, Status
from harness.scale.parts import STAGE


@dataclass(frozen=True)
class Samples:
    """The settled runs of a session: warm-ups left out, one outcome for each planned run."""

    outcomes: tuple[Outcome, ...]
    engine_stages: tuple[str, ...] = ()  # the stages that are the engine itself

    @property
    def good(self) -> list[Outcome]:
        """Those that ended well."""
        return [outcome for outcome in self.outcomes if outcome.status is Status.OK]

    @property
    def cells(self) -> list[Cell]:
        """All cells in order, with those that failed."""
        return sorted({outcome.run.cell for outcome in self.outcomes})

    def of(self, cell: Cell) -> list[Outcome]:
        """The good runs of a cell, by block."""
        found = [outcome for outcome in self.good if outcome.run.cell == cell]
        return sorted(found, key=lambda outcome: outcome.run.block)

    def by_size(self, mode: str, years: int, shards: int, cost: Cost) -> dict[int, list[float]]:
        """The cost of each run by employees; runs whose cost is unknown are left out."""
        found: dict[int, list[float]] = {}
        for cell in self.cells:
            if (cell.mode, cell.years, cell.shards) == (mode, years, shards):
                costs = [cost(outcome) for outcome in self.of(cell)]
                found[cell.employees] = [value for value in costs if value is not None and value > 0]
        return {size: values for size, values in found.items() if values}

    def runs(self, cell: Cell, against: Cell, cost: Cost) -> CellRuns:
        """The costs of a cell and of the one that it is compared with, by block."""
        return CellRuns(cell, against, costs_by_block(self.of(against), cost), costs_by_block(self.of(cell), cost))

    def engine_seconds(self, outcome: Outcome) -> float | None:
        """The time of the engine by its own account; None if it does not tell."""
        stages = outcome.parts.get(STAGE, {})
        told = [stages[name] for name in self.engine_stages if name in stages]
        return sum(told) if told else None


def modes_of(cells: Iterable[Cell]) -> list[str]:
    """The modes, in the order in which they first appear."""
    return list(dict.fromkeys(cell.mode for cell in cells))
