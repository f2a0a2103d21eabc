"""The exponent of known laws, and the interval beside that of another method."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, stats

from harness.scale.statistics.growth import Growth, growth_exponent
from harness.scale.statistics.verdict import Verdict
from tests.scale.statistics.laws import SIX_SIZES, Samples, exact, power, sampled

FLOOR = 0.002


def fitted(samples: Samples, **settings: float) -> Growth:
    growth = growth_exponent(samples, **settings)
    assert isinstance(growth, Growth)
    return growth


@pytest.mark.parametrize(
    ("law", "exponent", "verdict"),
    [
        (power(0.5), 0.5, Verdict.PASS),
        (power(1.0), 1.0, Verdict.PASS),
        (power(1.0, fixed=0), 1.0, Verdict.PASS),
        (power(1.5), 1.5, Verdict.FAIL),
        (power(2.0), 2.0, Verdict.FAIL),
        (power(2.0, fixed=1.0), 2.0, Verdict.FAIL),
    ],
)
def test_the_exponent_of_a_law_without_noise_is_found(
    law: Callable[[float], float], exponent: float, verdict: Verdict
) -> None:
    growth = fitted(exact(law), noise_floor=FLOOR)
    assert growth.exponent.estimate == pytest.approx(exponent, abs=1e-4)
    assert growth.exponent.low < exponent < growth.exponent.high
    assert growth.fixed_cost.estimate == pytest.approx(law(0), abs=1e-4)
    assert growth.lack_of_fit_p == pytest.approx(1, abs=1e-6)
    assert growth.verdict is verdict


def test_n_log_n_behaves_like_a_power_below_the_limit() -> None:
    growth = fitted(exact(lambda size: 1e4 + size * math.log(size)), noise_floor=0.01)
    assert growth.exponent.estimate == pytest.approx(1.10, abs=0.015)
    assert growth.verdict is Verdict.PASS


# --- the same by general least squares ----------------------------------------------------------------------


def _residuals(samples: Samples) -> Callable[[NDArray[Any]], NDArray[Any]]:
    sizes = np.array([size for size in samples for _ in samples[size]]) / max(samples)
    logs = np.log([cost for size in samples for cost in samples[size]])
    return lambda p: np.asarray(logs - np.log(p[0] + p[1] * sizes ** p[2]))


def _squares(samples: Samples, exponent: float | None = None) -> tuple[float, NDArray[Any]]:
    """The smallest sum of squares over all runs, with a given or the best exponent, and where it is."""
    lows, highs = [0, 0, 0.1 if exponent is None else exponent - 1e-9], [np.inf, np.inf, 4 if exponent is None else 0]
    highs[2] = 4 if exponent is None else exponent + 1e-9
    start = [min(min(runs) for runs in samples.values()) / 2, max(samples[max(samples)]), exponent or 1.0]
    solved = optimize.least_squares(_residuals(samples), start, bounds=(lows, highs), x_scale=[0.1, 1, 0.1], xtol=1e-12)
    return 2 * float(solved.cost), solved.x


@pytest.mark.parametrize(
    ("exponent", "noise", "fixed", "seed"), [(1.0, 0.05, 0.25, 1), (1.2, 0.15, 1.0, 2), (2.0, 0.10, 0.25, 3)]
)
def test_fit_interval_and_lack_of_fit_are_those_of_general_least_squares(
    exponent: float, noise: float, fixed: float, seed: int
) -> None:
    samples = sampled(power(exponent, fixed), noise, seed=seed)
    growth = fitted(samples)
    least, best = _squares(samples)
    pure = sum(float(np.var(np.log(runs)) * len(runs)) for runs in samples.values())
    degrees = 18 - 6
    assert growth.exponent.estimate == pytest.approx(best[2], abs=2e-4)
    assert growth.fixed_cost.estimate == pytest.approx(best[0], abs=2e-3)
    assert growth.noise.log_sd == pytest.approx(math.sqrt(pure / degrees), rel=1e-9)
    allowed = pure / degrees * stats.f.ppf(0.9, 1, degrees)
    for end in (growth.exponent.low, growth.exponent.high):
        assert _squares(samples, end)[0] - least == pytest.approx(allowed, rel=5e-3)
    ratio = (least - pure) / 3 / (pure / degrees)
    assert growth.lack_of_fit_p == pytest.approx(stats.f.sf(ratio, 3, degrees), abs=1e-4)


def test_r_squared_is_that_of_the_straight_line_and_says_little() -> None:
    samples = sampled(power(2.0), 0.02)
    growth = fitted(samples)
    sizes = [size for size in samples for _ in samples[size]]
    line = stats.linregress(sizes, [cost for runs in samples.values() for cost in runs])
    assert growth.r_squared == pytest.approx(line.rvalue**2, rel=1e-9)
    assert growth.r_squared > 0.90
    assert growth.verdict is Verdict.FAIL


# --- properties ---------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-6, 1e12), st.sampled_from([2, 10, 1000]), st.integers(0, 1000))
def test_units_change_nothing_but_the_units(factor: float, more_employees: int, seed: int) -> None:
    samples = sampled(power(1.1), 0.08, seed=seed)
    growth = fitted(samples)
    other = fitted({size * more_employees: [cost * factor for cost in runs] for size, runs in samples.items()})
    for name in ("estimate", "low", "high"):
        assert getattr(other.exponent, name) == pytest.approx(getattr(growth.exponent, name), abs=1e-3)
    assert other.fixed_cost.estimate == pytest.approx(factor * growth.fixed_cost.estimate, rel=1e-2, abs=1e-3 * factor)
    marginal = growth.marginal_cost.estimate * factor / more_employees
    assert other.marginal_cost.estimate == pytest.approx(marginal, rel=1e-2)
    assert other.verdict is growth.verdict


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_sizes_and_runs_does_not_matter(random: Any) -> None:  # noqa: ANN401  hypothesis names no type
    samples = sampled(power(1.3), 0.10)
    shuffled = {size: random.sample(samples[size], 3) for size in random.sample(SIX_SIZES, 6)}
    assert fitted(shuffled).exponent.high == pytest.approx(fitted(samples).exponent.high, abs=1e-6)


def test_more_confidence_is_a_wider_interval() -> None:
    samples = sampled(power(1.0), 0.05)
    narrow, wide = fitted(samples, confidence=0.8).exponent, fitted(samples, confidence=0.99).exponent
    assert wide.low < narrow.low < narrow.high < wide.high
    assert (narrow.confidence, wide.confidence) == (0.8, 0.99)


def test_the_limit_is_an_argument() -> None:
    samples = sampled(power(1.3), 0.01)
    assert fitted(samples).verdict is Verdict.FAIL
    assert fitted(samples, exponent_limit=1.4).verdict is Verdict.PASS
