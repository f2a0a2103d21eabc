"""How long the rest of a session will take, from what has been measured."""

from collections.abc import Iterable, Sequence
from statistics import mean

import numpy as np

from harness.scale.cells import Cell
from harness.scale.outcome import Outcome

FIRST_GUESS = 10.0  # seconds, before anything was measured


def seconds_left(outcomes: Sequence[Outcome], left: Iterable[Cell]) -> float:
    """The sum over the runs that are left; a cell that has not run yet is estimated from the growth of the others."""
    cells = list(left)
    guesses = {mode: _Guess(outcomes, mode) for mode in {cell.mode for cell in cells}}
    return sum(guesses[cell.mode].seconds(cell) for cell in cells)


class _Guess:
    """Cost = a + b × employees × years, neither negative, fitted to what was measured by relative errors."""

    def __init__(self, outcomes: Sequence[Outcome], mode: str) -> None:
        done = [o for o in outcomes if o.measurement and o.run.cell.mode == mode]
        self._times = {
            cell: mean(o.measurement.wall_seconds for o in done if o.measurement and o.run.cell == cell)
            for cell in {o.run.cell for o in done}
        }
        self._fixed, self._slope = self._fit()

    def seconds(self, cell: Cell) -> float:
        """The expected time of a run."""
        return self._times.get(cell, self._fixed + self._slope * _work(cell))

    def _fit(self) -> tuple[float, float]:
        if not self._times:
            return FIRST_GUESS, 0.0
        work = np.array([_work(cell) for cell in self._times])
        times = np.array(list(self._times.values()))
        design = np.column_stack([1 / times, work / times])
        (fixed, slope), *_ = np.linalg.lstsq(design, np.ones_like(times), rcond=None)
        if slope <= 0:  # too few sizes to tell
            return float(times.mean()), 0.0
        return (float(fixed), float(slope)) if fixed >= 0 else (0.0, float((times / work).mean()))


def _work(cell: Cell) -> float:
    return float(cell.employees * cell.years)
