"""How much repeated runs of the same thing differ, and the intervals that follow from it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from harness.scale.statistics.verdict import Interval, NotJudged

FloatArray = NDArray[np.float64]
ROUNDING = 1e-12  # equal runs may differ by this much in their logarithms, through rounding
LARGEST_LOGARITHM = 709.0  # beyond it a float overflows


@dataclass(frozen=True)
class Noise:
    """Standard deviation of the logarithm of one run, and the degrees of freedom behind it (inf: known beforehand)."""

    log_sd: float
    degrees_of_freedom: float

    def margin(self, standard_error: float, confidence: float) -> float:
        """Half the width of the interval around an estimate with this standard error."""
        return t_quantile(confidence, self.degrees_of_freedom) * standard_error


def logarithms(values: Sequence[float]) -> FloatArray:
    """Natural logarithms, shape (runs,). Raises ValueError for an empty cell and for what has no logarithm."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or numbers.size == 0:
        raise ValueError("a cell needs at least one run")
    wrong = numbers[~(np.isfinite(numbers) & (numbers > 0))]
    if wrong.size:
        raise ValueError(f"times and sizes must be positive and finite, not {wrong[0]:g}")
    return np.log(numbers)


def pooled_noise(cells: Iterable[FloatArray], *, floor: float = 0.0) -> Noise | NotJudged:
    """The noise that all cells share, from logarithms of runs; each cell has a mean of its own.

    Pooled variance: squares within the cells over (runs - cells) degrees of freedom. Where it is smaller than the
    floor, or nothing was repeated, the floor is taken, as known. Without a floor, neither single runs nor runs that
    are all equal say anything of the noise.
    """
    if not (math.isfinite(floor) and floor >= 0):
        raise ValueError(f"a noise floor is a standard deviation, not {floor}")
    variance, degrees = pooled_variance(list(cells))
    log_sd = math.sqrt(variance)
    if log_sd > max(floor, ROUNDING):
        return Noise(log_sd, degrees)
    if floor > 0:
        return Noise(floor, math.inf)
    if degrees:
        return NotJudged("all repeated runs are equal, and no noise floor is given")
    return NotJudged("nothing was run twice, and no noise floor is given")


def pooled_variance(cells: Sequence[FloatArray]) -> tuple[float, int]:
    """The variance that all cells share, each with a mean of its own, and its degrees of freedom; 0 where none has two.

    Cells hold logarithms of runs or of ratios.
    """
    degrees = sum(cell.size - 1 for cell in cells)
    squares = sum(float(np.square(cell - cell.mean()).sum()) for cell in cells)
    return (squares / degrees if degrees else 0.0), degrees


def mean_interval(
    mean: float, estimated: Sequence[tuple[float, int]], floor_sd: float, confidence: float
) -> tuple[Interval, float]:
    """The interval of a mean log ratio, and its degrees of freedom.

    Its variance is the sum of estimated ones, each with its degrees, and of a known one. The degrees of the sum are
    those of Welch and Satterthwaite (Biometrics Bulletin 2, 1946); a known variance has infinitely many.
    """
    variance = sum(part for part, _ in estimated) + floor_sd**2
    uncertain = sum(part**2 / degrees for part, degrees in estimated)
    degrees = variance**2 / uncertain if uncertain else math.inf
    return ratio_interval(mean, t_quantile(confidence, degrees) * math.sqrt(variance), confidence), degrees


def t_quantile(confidence: float, degrees_of_freedom: float) -> float:
    """Student's t (the normal for inf degrees) that a two-sided interval of this confidence reaches to."""
    return float(special.stdtrit(degrees_of_freedom, 0.5 + confidence / 2))


def ratio_interval(log_ratio: float, margin: float, confidence: float) -> Interval:
    """The interval of a ratio from its logarithm; an unknown margin (inf) leaves 0 to inf."""
    low, high = _exponential(log_ratio - margin), _exponential(log_ratio + margin)
    return Interval(_exponential(log_ratio), low, high, confidence)


def _exponential(logarithm: float) -> float:
    return math.exp(logarithm) if logarithm < LARGEST_LOGARITHM else math.inf
