"""Fitting T(n) = fixed + grown * (n / N)^exponent, N being the largest size; fixed and grown are at least 0.

Errors are relative: the logarithms of the cells' geometric means are fitted by weighted least squares. For a given
exponent only the two costs are unknown, and Gauss-Newton steps find them; a search over the exponent is the rest.
This is the profile of the likelihood of Bates and Watts, Nonlinear Regression Analysis (1988), section 6.1: with the
variance s^2 estimated from replicates on v degrees of freedom, the exponents whose deviance exceeds the smallest by at
most s^2 * F(1, v) = s^2 * t(v)^2 are the confidence interval.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness.scale.statistics.noise import FloatArray

SMALLEST_EXPONENT, LARGEST_EXPONENT = 0.05, 4.0
COARSE = np.linspace(SMALLEST_EXPONENT, LARGEST_EXPONENT, 80)
FINE = np.linspace(0.0, 1.0, 33)
NEWTON_STEPS = 4
SMALLEST = np.finfo(np.float64).tiny
LARGEST_RESIDUAL = 1.0  # a step never trusts a point further than a factor of e, which keeps every cost positive


@dataclass(frozen=True)
class Costs:
    """The best costs for each of the exponents, each of shape (exponents,)."""

    deviance: FloatArray  # weighted sum of squared residuals of logarithms
    fixed: FloatArray
    grown: FloatArray


@dataclass(frozen=True)
class PowerLaw:
    """One fitted law; costs in the unit of the samples."""

    fixed: float
    grown: float  # cost above the fixed one at the largest size
    exponent: float
    largest_size: float
    deviance: float

    def cost(self, size: float) -> float:
        """T(size)."""
        return self.fixed + self.grown * math.pow(size / self.largest_size, self.exponent)

    def log_gradient(self, size: float) -> FloatArray:
        """How log T(size) changes with fixed / T(N), grown / T(N) and exponent; shape (3,)."""
        power = math.pow(size / self.largest_size, self.exponent)
        slope = self.grown * power * math.log(size / self.largest_size)
        whole = self.cost(self.largest_size)
        return np.array([whole, whole * power, slope]) / self.cost(size)


@dataclass(frozen=True)
class Cells:
    """What was measured, one entry a size, sizes rising."""

    sizes: FloatArray
    log_means: FloatArray
    runs: FloatArray  # how many; the weight of a cell

    def costs(self, exponents: FloatArray) -> Costs:
        """The best costs for given exponents; non-negative least squares with two unknowns has a closed form."""
        powers = (self.sizes / self.sizes[-1]) ** exponents[:, None]
        target = fitted = np.exp(self.log_means) + np.zeros_like(powers)
        for _ in range(NEWTON_STEPS):
            fixed, grown = _least_squares(powers, target, self.runs / fitted**2)
            fitted = fixed[:, None] + grown[:, None] * powers
            residuals = self.log_means - np.log(fitted)
            target = fitted * (1 + np.clip(residuals, -LARGEST_RESIDUAL, LARGEST_RESIDUAL))
        return Costs((residuals**2) @ self.runs, fixed, grown)

    @cached_property
    def coarse_costs(self) -> Costs:
        """The best costs over the whole range of exponents."""
        return self.costs(COARSE)

    def best_law(self) -> PowerLaw:
        """The law with the smallest deviance; its exponent is found to about 1e-5."""
        exponents, deviance = COARSE, self.coarse_costs.deviance
        for _ in range(2):
            exponents = _around(exponents, deviance)
            deviance = self.costs(exponents).deviance
        return self.law(_around(exponents, deviance))

    def law(self, exponents: FloatArray) -> PowerLaw:
        """The best law of those with these exponents."""
        costs = self.costs(exponents)
        best = int(costs.deviance.argmin())
        numbers = (costs.fixed[best], costs.grown[best], exponents[best], self.sizes[-1], costs.deviance[best])
        return PowerLaw(*map(float, numbers))

    def covariance(self, law: PowerLaw) -> FloatArray:
        """Covariance of fixed / T(N), grown / T(N) and exponent for unit noise, by linearisation; shape (3, 3)."""
        gradients = np.array([law.log_gradient(size) for size in self.sizes])
        return np.linalg.pinv(gradients.T @ (self.runs[:, None] * gradients), hermitian=True)

    def exponents_within(self, law: PowerLaw, excess_deviance: float) -> tuple[float, float]:
        """The lowest and the highest exponent whose deviance exceeds that of the best law by this much.

        An end that lies beyond the exponents that are searched is 0 or inf.
        """
        limit = law.deviance + excess_deviance
        inside = COARSE[self.coarse_costs.deviance <= limit]
        low, high = min([law.exponent, *inside]), max([law.exponent, *inside])
        lower, higher = COARSE[low > COARSE], COARSE[high < COARSE]
        lowest = self._crossing(low, lower[-1], limit) if lower.size else 0.0
        highest = self._crossing(high, higher[0], limit) if higher.size else math.inf
        return lowest, highest

    def _crossing(self, inside: float, outside: float, limit: float) -> float:
        """Where between two exponents the deviance reaches the limit, which it keeps inside and exceeds outside."""
        exponents = inside + (outside - inside) * FINE
        deviance = self.costs(exponents).deviance
        first = 1 + int(np.append(deviance[1:-1] > limit, True).argmax())
        before, beyond = deviance[first - 1], deviance[first]
        share = min(max((limit - before) / (beyond - before), 0.0), 1.0) if beyond > before else 1.0  # rounding
        return float(exponents[first - 1] + share * (exponents[first] - exponents[first - 1]))


def _around(exponents: FloatArray, deviance: FloatArray) -> FloatArray:
    """More exponents between the neighbours of the best one."""
    best = int(deviance.argmin())
    below, above = exponents[max(best - 1, 0)], exponents[min(best + 1, exponents.size - 1)]
    return np.asarray(below + (above - below) * FINE)


def _least_squares(powers: FloatArray, target: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Fixed and grown cost, at least 0, for each row of powers, targets and weights."""
    total = weights.sum(axis=1)
    mean_power, mean_target = (weights * powers).sum(axis=1) / total, (weights * target).sum(axis=1) / total
    centred = powers - mean_power[:, None]
    grown = (weights * centred * target).sum(axis=1) / np.maximum((weights * centred**2).sum(axis=1), SMALLEST)
    fixed = mean_target - grown * mean_power
    through_zero = (weights * powers * target).sum(axis=1) / (weights * powers**2).sum(axis=1)
    no_fixed, no_grown = fixed < 0, grown < 0  # never both: all targets are at least 0
    fixed = np.where(no_grown, mean_target, np.where(no_fixed, 0.0, fixed))
    return fixed, np.where(no_fixed, through_zero, np.where(no_grown, 0.0, grown))
