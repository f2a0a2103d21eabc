"""What a fitted law says of costs: the fixed one, the marginal one, and those of sizes that were not run."""

import pytest

from harness.scale.statistics.growth import Growth, growth_exponent
from tests.scale.statistics.laws import Samples, exact, power, sampled


def fitted(samples: Samples, noise_floor: float = 0.0) -> Growth:
    growth = growth_exponent(samples, noise_floor=noise_floor)
    assert isinstance(growth, Growth)
    return growth


def test_costs_of_a_law_without_noise_are_exact() -> None:
    """2 s and 3 ms for each employee; and n^2 with a slope of 2 n / 5000^2 at the largest size."""
    linear = fitted(exact(lambda size: 2 + 0.003 * size), 0.001)
    assert linear.fixed_cost.estimate == pytest.approx(2, abs=1e-4)
    assert linear.marginal_cost.estimate == pytest.approx(0.003, rel=1e-4)
    assert linear.projection(100_000).estimate == pytest.approx(302, rel=1e-4)
    assert fitted(exact(power(2.0)), 0.001).marginal_cost.estimate == pytest.approx(2 * 50_000 / 5_000**2, rel=1e-3)


def test_intervals_contain_the_truth_and_shrink_with_the_noise() -> None:
    wide, narrow = (fitted(sampled(power(1.0), noise, runs=5, seed=4)) for noise in (0.08, 0.02))
    truths = {"fixed_cost": 0.25, "marginal_cost": 1 / 5_000}
    for name, truth in truths.items():
        outer, inner = getattr(wide, name), getattr(narrow, name)
        assert outer.low < truth < outer.high
        assert inner.low < truth < inner.high
        assert 2 < (outer.high - outer.low) / (inner.high - inner.low) < 8


def test_a_projection_widens_with_the_distance() -> None:
    growth = fitted(sampled(power(1.0), 0.05))
    widths = [growth.projection(size).high / growth.projection(size).low for size in (20_000, 50_000, 75_000, 100_000)]
    assert widths == sorted(widths)
    assert growth.projection(100_000).low < 20.25 < growth.projection(100_000).high


def test_at_a_size_that_was_run_the_projection_is_no_wider_than_its_own_runs() -> None:
    growth = fitted(sampled(power(1.0), 0.05))
    own_runs = 1.782 * growth.noise.log_sd / 3**0.5  # t with 12 degrees, three runs
    projection = growth.projection(10_000)
    assert projection.high / projection.estimate < 2.718281828**own_runs


@pytest.mark.parametrize("size", [0, -1, 100_001])
def test_no_projection_beyond_the_reach(size: int) -> None:
    growth = fitted(sampled(power(1.0), 0.05))
    with pytest.raises(ValueError, match="reach to 100,000"):
        growth.projection(size)


def test_the_reach_is_an_argument() -> None:
    growth = fitted(sampled(power(1.0), 0.05))
    assert growth.projection(150_000, reach=3).estimate > growth.projection(100_000).estimate


def test_a_cost_never_has_a_negative_fixed_part() -> None:
    growth = fitted(sampled(lambda size: size / 5_000, 0.10, seed=2))
    assert growth.fixed_cost.low == 0


def test_a_falling_cost_has_no_marginal_cost() -> None:
    growth = fitted(
        {size: [cost] for size, cost in zip((1, 2, 3, 4, 5), (10.0, 9.0, 8.0, 7.5, 7.0), strict=True)}, 0.01
    )
    assert (growth.marginal_cost.estimate, growth.marginal_cost.low) == (0, 0)
    assert growth.projection(10).estimate == pytest.approx(growth.projection(5).estimate)
