"""Costs that follow no power law, or hardly grow; and data with which nothing can be judged."""

import math

import pytest

from harness.scale.statistics.growth import Excess, Growth, growth_exponent, judge_growth
from harness.scale.statistics.verdict import NotJudged, Verdict
from tests.scale.statistics.laws import FOUR_SIZES, SIX_SIZES, Samples, exact, power, sampled

MEGABYTE = 2**20


def judged(samples: Samples, noise_floor: float = 0.0) -> Growth:
    growth = growth_exponent(samples, noise_floor=noise_floor)
    assert isinstance(growth, Growth)
    return growth


def with_spill(size: float) -> float:
    """Linear, and 1.6 times as much above 20,000."""
    return (0.25 + size / 5_000) * (1.6 if size > 20_000 else 1)


# --- shapes -------------------------------------------------------------------------------------------------


def test_a_step_is_called_a_misfit_and_fails() -> None:
    growth = judged(sampled(with_spill, 0.05))
    assert growth.lack_of_fit_p < 0.01
    assert not growth.fits
    assert growth.verdict is Verdict.FAIL


def test_a_misfit_widens_the_interval_to_what_the_misfit_says() -> None:
    """Three degrees of freedom are left for six sizes and three parameters: t is 2.353."""
    growth = judged(exact(with_spill), noise_floor=0.002)
    assert growth.noise.degrees_of_freedom == 3
    assert growth.noise.log_sd == pytest.approx(math.sqrt(growth.law.deviance / 3))
    assert growth.exponent.high - growth.exponent.low > 0.2


def test_an_uneven_but_linear_memory_passes() -> None:
    """A misfit of some per cent is far above the noise of memory, and far from a wrong exponent."""
    wobble = dict(zip(SIX_SIZES, (1.01, 0.98, 1.02, 0.99, 1.01, 0.99), strict=True))
    memory = {size: [(200 + size / 10) * MEGABYTE * wobble[size]] for size in SIX_SIZES}
    growth = judged(memory, noise_floor=0.002)
    assert not growth.fits
    assert growth.verdict is Verdict.PASS


@pytest.mark.parametrize("change", [0.0, 1e-7, -1e-6])
def test_memory_that_hardly_changes_passes(change: float) -> None:
    memory = {size: [300 * MEGABYTE * (1 + change * size)] for size in SIX_SIZES}
    growth = judged(memory, noise_floor=0.002)
    assert growth.exponent.high == math.inf
    assert growth.verdict is Verdict.PASS


def test_a_cost_that_rises_only_at_the_end_is_not_passed_as_flat() -> None:
    memory = {size: [300.0 * MEGABYTE] for size in SIX_SIZES} | {50_000: [350.0 * MEGABYTE]}
    assert judged(memory, noise_floor=0.002).verdict is not Verdict.PASS


def test_a_small_rise_that_only_steep_exponents_explain_is_not_passed() -> None:
    """4 % more at the end is immaterial there, and nobody knows what it becomes."""
    memory = {size: [300.0 * MEGABYTE * (1 + 0.04 * (size / 50_000) ** 6)] for size in SIX_SIZES}
    growth = judged(memory, noise_floor=0.002)
    assert growth.exponent.high == math.inf
    assert growth.exponent.low > 1.15
    assert growth.verdict is Verdict.INCONCLUSIVE


def test_an_explosion_fails() -> None:
    assert judged(exact(power(6.0)), noise_floor=0.002).verdict is Verdict.FAIL


def test_a_flat_cost_with_noise_that_hides_everything_is_not_judged_flat() -> None:
    assert judged(sampled(lambda _: 1.0, 0.3, seed=5)).verdict is Verdict.INCONCLUSIVE


# --- what cannot be judged ----------------------------------------------------------------------------------


def test_one_run_of_each_size_suffices_with_a_noise_floor() -> None:
    growth = judged(exact(power(1.0)), noise_floor=0.002)
    assert growth.noise.degrees_of_freedom == math.inf
    assert growth.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (exact(power(1.0)), "nothing was run twice"),
        ({size: [5.0, 5.0] for size in SIX_SIZES}, "all repeated runs are equal"),
        (exact(power(1.0), FOUR_SIZES), "nothing was run twice"),
        (sampled(power(1.0), 0.1, sizes=SIX_SIZES[:2]), "sizes that were run: 2"),
        (sampled(power(1.0), 0.1, sizes=SIX_SIZES[:1]), "sizes that were run: 1"),
        ({size: [] for size in SIX_SIZES}, "sizes that were run: 0"),
        ({}, "sizes that were run: 0"),
        ({5_000: [100.0, 101.0], 20_000: [10.0, 11.0], 50_000: [9.0, 10.0]}, "falls so fast"),
    ],
)
def test_missing_data_is_an_answer_with_a_reason(samples: Samples, reason: str) -> None:
    answer = judge_growth(samples)
    assert isinstance(answer, NotJudged)
    assert reason in answer.reason
    assert answer.verdict is Verdict.NOT_JUDGED


def test_the_number_of_sizes_chooses_the_rule() -> None:
    kinds = [type(judge_growth(sampled(power(1.0), 0.05, sizes=SIX_SIZES[:count]))) for count in range(2, 7)]
    assert kinds == [NotJudged, Excess, Excess, Growth, Growth]


def test_sizes_without_runs_do_not_count() -> None:
    assert isinstance(judge_growth(sampled(power(1.0), 0.05) | {1_000: [], 2_500: []}), Excess)


def test_the_exponent_of_four_sizes_is_not_judged() -> None:
    answer = growth_exponent(sampled(power(1.0), 0.05, sizes=FOUR_SIZES))
    assert isinstance(answer, NotJudged)
    assert "an exponent needs 5" in answer.reason


@pytest.mark.parametrize("wrong", [0.0, -3.0, math.nan])
def test_a_cost_that_is_not_positive_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="positive and finite"):
        judge_growth(sampled(power(1.0), 0.05) | {5_000: [1.0, wrong]})


@pytest.mark.parametrize("size", [0, -5_000])
def test_a_size_that_is_not_positive_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="employees must be positive"):
        judge_growth({size: [1.0, 1.1]} | sampled(power(1.0), 0.05))
