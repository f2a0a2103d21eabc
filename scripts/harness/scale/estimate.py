"""How long the rest of a session will take, from what has been measured."""

from collections.abc import Iterable, Sequence
from statistics import mean

import numpy as np

from harness.scale.cells import Cell
from harness.scale.outcome import Outcome

FIRST_GUESS = 10.0  # seconds, before anything was measured
TERMS_FITTED = 3


def seconds_left(outcomes: Sequence[Outcome], left: Iterable[Cell]) -> float:
    """The sum over the runs that are left; a cell that has not run yet is estimated from the growth of the others."""
    cells = list(left)
    guesses = {mode: _Guess(outcomes, mode) for mode in {cell.mode for cell in cells}}
    return sum(guesses[cell.mode].seconds(cell) for cell in cells)


class _Guess:
    """Cost = a + b × employees + c × employees × years, a negative one taken as 0, fitted to what was measured."""

    def __init__(self, outcomes: Sequence[Outcome], mode: str) -> None:
        done = [o for o in outcomes if o.measurement and o.run.cell.mode == mode]
        self._times = {
            cell: mean(o.measurement.wall_seconds for o in done if o.measurement and o.run.cell == cell)
            for cell in {o.run.cell for o in done}
        }
        self._fitted = self._fit()

    def seconds(self, cell: Cell) -> float:
        """The expected time of a run."""
        if cell in self._times:
            return self._times[cell]
        if self._fitted is not None:
            return float(np.dot(self._fitted, _terms(cell)))
        return mean(self._times.values()) if self._times else FIRST_GUESS

    def _fit(self) -> np.ndarray | None:
        if len(self._times) < TERMS_FITTED:
            return None
        design = np.array([_terms(cell) for cell in self._times])
        times = np.array(list(self._times.values()))
        fitted, *_ = np.linalg.lstsq(design / times[:, None], np.ones_like(times), rcond=None)  # relative errors count
        return np.asarray(np.clip(fitted, 0.0, None))


def _terms(cell: Cell) -> list[float]:
    return [1.0, float(cell.employees), float(cell.employees * cell.years)]
