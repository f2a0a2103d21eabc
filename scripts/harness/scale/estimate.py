"""How long the rest of a session will take, from what has been measured."""

from collections.abc import Iterable, Sequence
from statistics import mean

import numpy as np
from scipy.optimize import nnls

from harness.scale.cells import Cell
from harness.scale.outcome import Outcome
from harness.scale.statistics.noise import FloatArray

FIRST_GUESS = 10.0  # seconds, before anything was measured


def seconds_left(outcomes: Sequence[Outcome], left: Iterable[Cell]) -> float:
    """The sum over the runs that are left; a cell that has not run yet is estimated from the growth of the others."""
    cells = list(left)
    guesses = {mode: _Guess(outcomes, mode) for mode in {cell.mode for cell in cells}}
    return sum(guesses[cell.mode].seconds(cell) for cell in cells)


class _Guess:
    """Cost = a + b × years + c × employees × years, none negative, fitted to what was measured by relative errors."""

    def __init__(self, outcomes: Sequence[Outcome], mode: str) -> None:
        done = [o for o in outcomes if o.measurement and o.run.cell.mode == mode]
        self._times = {
            cell: mean(o.measurement.wall_seconds for o in done if o.measurement and o.run.cell == cell)
            for cell in {o.run.cell for o in done}
        }
        self._law = self._fit()

    def seconds(self, cell: Cell) -> float:
        """The expected time of a run."""
        return self._times.get(cell, float(_terms(cell) @ self._law))

    def _fit(self) -> FloatArray:
        """The coefficients; a term that all measured cells share cannot be told from the fixed cost and stays out."""
        if not self._times:
            return np.array([FIRST_GUESS, 0.0, 0.0])
        times = np.array(list(self._times.values()))
        known = np.array([True, *(self._differ(name) for name in ("years", "employees"))])
        design = np.array([_terms(cell) for cell in self._times]) * known / times[:, None]
        return nnls(design, np.ones_like(times))[0]

    def _differ(self, name: str) -> bool:
        return len({getattr(cell, name) for cell in self._times}) > 1


def _terms(cell: Cell) -> FloatArray:
    return np.array([1.0, cell.years, cell.employees * cell.years])
