"""The excess of the largest of three or four sizes over a straight line. Reference values by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.scale.statistics.growth import Excess, excess_limit, extrapolation_excess
from harness.scale.statistics.verdict import Verdict
from tests.scale.statistics.laws import FOUR_SIZES, THREE_SIZES, Samples, exact, power, sampled


def excess_of(samples: Samples, **settings: float) -> Excess:
    excess = extrapolation_excess(samples, **settings)
    assert isinstance(excess, Excess)
    return excess


@pytest.mark.parametrize(
    ("exponent", "ratio", "verdict"),
    [
        (1.0, 10 / 10, Verdict.PASS),
        (2.0, 100 / 46, Verdict.FAIL),  # 1 and 16 at 5k and 20k make 46 at 50k
        (1.5, 10**1.5 / 22, Verdict.FAIL),  # 1 and 8 make 22
        (1.2, 10**1.2 / (3 * 4**1.2 - 2), Verdict.FAIL),
    ],
)
def test_the_line_through_two_sizes_is_drawn_by_hand(exponent: float, ratio: float, verdict: Verdict) -> None:
    excess = excess_of(exact(power(exponent, fixed=0), THREE_SIZES), noise_floor=0.002)
    assert excess.ratio.estimate == pytest.approx(ratio, rel=1e-9)
    assert excess.verdict is verdict


def test_the_interval_follows_from_the_noise_of_three_cells() -> None:
    """The prediction is 3 T(20k) - 2 T(5k); the relative errors of the three cells add up by their weights."""
    samples = {5_000: [10.0, 12.0], 20_000: [35.0, 38.0, 33.0], 50_000: [90.0, 80.0]}
    logs = {size: np.log(runs) for size, runs in samples.items()}
    low, middle, high = (math.exp(logs[size].mean()) for size in samples)
    prediction = 3 * middle - 2 * low
    squares = sum(((values - values.mean()) ** 2).sum() for values in logs.values())
    relative = 1 / 2 + (3 * middle / prediction) ** 2 / 3 + (2 * low / prediction) ** 2 / 2
    margin = stats.t.ppf(0.985, 4) * math.sqrt(squares / 4 * relative)
    ratio = excess_of(samples).ratio
    assert ratio.confidence == 0.97
    assert ratio.estimate == pytest.approx(high / prediction, rel=1e-12)
    assert ratio.low == pytest.approx(high / prediction * math.exp(-margin), rel=1e-9)
    assert ratio.high == pytest.approx(high / prediction * math.exp(margin), rel=1e-9)


def test_a_line_through_three_sizes_is_the_weighted_one() -> None:
    costs = dict(zip(FOUR_SIZES, (1.3, 2.1, 4.6, 11.0), strict=True))
    smaller = list(costs)[:3]
    slope, intercept = np.polyfit(
        smaller, [costs[size] for size in smaller], 1, w=[1 / costs[size] for size in smaller]
    )
    excess = excess_of({size: [cost] for size, cost in costs.items()}, noise_floor=0.01)
    assert excess.ratio.estimate == pytest.approx(11.0 / (intercept + slope * 50_000), rel=1e-9)


def test_the_limit_is_the_excess_of_the_limit_exponent_with_half_the_cost_fixed() -> None:
    hand = (1 + 10**1.15) / (3 * (1 + 4**1.15) - 2 * 2)
    assert excess_limit(THREE_SIZES, 1.15, 0.5) == pytest.approx(hand, rel=1e-12)
    assert excess_of(exact(power(1.0), THREE_SIZES), noise_floor=0.01).limit == pytest.approx(hand, rel=1e-12)


def test_close_sizes_do_not_let_a_steep_law_pass() -> None:
    """A fixed limit of 1.15 would: n^1.3 exceeds the line through 1k and 2k by only 6 % at 3k."""
    samples = exact(power(1.3, fixed=0), (1_000, 2_000, 3_000))
    excess = excess_of(samples, noise_floor=0.002)
    assert 1.05 < excess.ratio.estimate < 1.08
    assert excess.verdict is Verdict.FAIL


def test_noise_makes_the_answer_inconclusive() -> None:
    assert excess_of(sampled(power(1.0), 0.15, sizes=THREE_SIZES)).verdict is Verdict.INCONCLUSIVE
    assert excess_of(sampled(power(1.0), 0.01, sizes=THREE_SIZES)).verdict is Verdict.PASS


def test_every_limit_is_an_argument() -> None:
    samples = exact(power(1.2, fixed=0), THREE_SIZES)
    assert excess_of(samples, noise_floor=0.002, exponent_limit=1.3).verdict is Verdict.PASS
    assert excess_of(samples, noise_floor=0.002, fixed_share=0.99).limit < excess_of(samples, noise_floor=0.002).limit
    assert excess_of(samples, noise_floor=0.002, confidence=0.5).ratio.confidence == 0.5
