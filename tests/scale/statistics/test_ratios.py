"""Ratios of two programs in one cell, beside scipy's t tests."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.scale.statistics.ratios import Ratio, paired_ratio, pairs_needed, unpaired_ratio
from harness.scale.statistics.verdict import Verdict, at_most

BASELINE, CONTENDER = [10.0, 10.4, 9.8, 11.0], [5.0, 4.9, 5.1, 5.6]
Estimator = Callable[..., Ratio]
BOTH: list[Estimator] = [paired_ratio, unpaired_ratio]
SECONDS = st.floats(0.01, 1e4)


@pytest.mark.parametrize("confidence", [0.90, 0.97])
def test_paired_runs_have_the_interval_of_the_paired_t_test(confidence: float) -> None:
    logs = np.log(CONTENDER), np.log(BASELINE)
    reference = stats.ttest_rel(*logs).confidence_interval(confidence)
    ratio = paired_ratio(BASELINE, CONTENDER, confidence=confidence)
    assert ratio.interval.estimate == pytest.approx(stats.gmean(CONTENDER) / stats.gmean(BASELINE))
    assert ratio.interval.low == pytest.approx(math.exp(reference.low), rel=1e-9)
    assert ratio.interval.high == pytest.approx(math.exp(reference.high), rel=1e-9)
    assert ratio.log_sd == pytest.approx(np.std(logs[0] - logs[1], ddof=1))
    assert ratio.degrees_of_freedom == pytest.approx(3)


def test_unpaired_runs_have_the_interval_of_welch() -> None:
    contender = [*CONTENDER, 4.2, 6.9]
    test = stats.ttest_ind(np.log(contender), np.log(BASELINE), equal_var=False)
    reference = test.confidence_interval(0.90)
    ratio = unpaired_ratio(BASELINE, contender)
    assert ratio.interval.low == pytest.approx(math.exp(reference.low), rel=1e-9)
    assert ratio.interval.high == pytest.approx(math.exp(reference.high), rel=1e-9)
    assert ratio.degrees_of_freedom == pytest.approx(test.df)


def test_pairing_removes_the_noise_that_pairs_share() -> None:
    """The machine was twice as slow during the second half."""
    baseline, contender = [1.0, 1.01, 2.0, 2.02], [1.1, 1.1, 2.21, 2.2]
    assert at_most(paired_ratio(baseline, contender).interval, 1.15) is Verdict.PASS
    assert at_most(unpaired_ratio(baseline, contender).interval, 1.15) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("estimator", BOTH)
def test_the_difference_of_sessions_does_not_shrink_with_more_runs(estimator: Estimator) -> None:
    """Without noise of runs the floor alone is left, with the normal quantile 1.645."""
    interval = estimator([10.0] * 50, [20.0] * 50, floor_sd=0.1).interval
    assert interval.estimate == pytest.approx(2)
    assert interval.high / interval.estimate == pytest.approx(math.exp(1.645 * 0.1), rel=1e-4)
    assert interval.estimate / interval.low == pytest.approx(math.exp(1.645 * 0.1), rel=1e-4)


def test_floor_and_noise_add_as_variances() -> None:
    """Welch and Satterthwaite: (v + f)^2 / (v^2 / 3) degrees, where v is the variance of the mean of 4 pairs."""
    sd, floor = float(np.std(np.log(CONTENDER) - np.log(BASELINE), ddof=1)), 0.03
    variance = sd**2 / 4
    degrees = (variance + floor**2) ** 2 / (variance**2 / 3)
    margin = stats.t.ppf(0.95, degrees) * math.sqrt(variance + floor**2)
    interval = paired_ratio(BASELINE, CONTENDER, floor_sd=floor).interval
    assert math.log(interval.high / interval.estimate) == pytest.approx(margin, rel=1e-9)


@pytest.mark.parametrize("estimator", BOTH)
def test_a_single_run_has_an_estimate_and_no_interval(estimator: Estimator) -> None:
    ratio = estimator([10.0], [8.0])
    assert ratio.interval.estimate == pytest.approx(0.8)
    assert (ratio.interval.low, ratio.interval.high) == (0, math.inf)
    assert (ratio.log_sd, ratio.degrees_of_freedom) == (None, 0)
    assert at_most(ratio.interval, 1.10) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("estimator", BOTH)
def test_equal_values_have_a_ratio_without_width(estimator: Estimator) -> None:
    interval = estimator([7.0] * 3, [7.0] * 3).interval
    assert (interval.low, interval.estimate, interval.high) == (1, 1, 1)


@pytest.mark.parametrize("estimator", BOTH)
@pytest.mark.parametrize("wrong", [0.0, -2.0, math.nan])
def test_a_value_that_is_not_positive_is_refused(estimator: Estimator, wrong: float) -> None:
    with pytest.raises(ValueError, match="positive and finite"):
        estimator([1.0, 2.0], [1.0, wrong])
    with pytest.raises(ValueError, match="positive and finite"):
        estimator([wrong], [1.0])


def test_pairs_of_unequal_number_are_refused() -> None:
    with pytest.raises(ValueError, match="3 baseline, 2 contender"):
        paired_ratio([1.0, 2.0, 3.0], [1.0, 2.0])


@pytest.mark.parametrize("estimator", BOTH)
def test_no_runs_are_refused(estimator: Estimator) -> None:
    with pytest.raises(ValueError, match="at least one run"):
        estimator([], [])


@pytest.mark.parametrize("estimator", BOTH)
@given(pairs=st.lists(st.tuples(SECONDS, SECONDS), min_size=2, max_size=8), factor=st.floats(1e-3, 1e3))
def test_swapped_sides_invert_the_ratio_and_units_do_not_matter(
    estimator: Estimator, pairs: list[tuple[float, float]], factor: float
) -> None:
    baseline, contender = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    straight, swapped = estimator(baseline, contender).interval, estimator(contender, baseline).interval
    assert straight.estimate * swapped.estimate == pytest.approx(1)
    assert math.log(straight.low) == pytest.approx(-math.log(swapped.high), abs=1e-6)
    scaled = estimator([factor * b for b in baseline], [factor * c for c in contender]).interval
    assert math.log(scaled.high) == pytest.approx(math.log(straight.high), abs=1e-6)


# --- how many pairs would decide ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log_sd", "ratio", "power", "pairs"),
    [
        (0.125, 1.10, 0.8, 13),  # the table of the measured machine: wall time, paired
        (0.125, 1.10, 0.9, 17),
        (0.125, 1.05, 0.8, 42),
        (0.125, 1.20, 0.8, 5),
        (0.034, 1.10, 0.8, 3),  # CPU time, paired
        (0.034, 1.05, 0.8, 5),
        (0.070, 1.10, 0.8, 5),
        (0.070, 1.10, 0.9, 7),
    ],
)
def test_pairs_needed_are_those_of_the_known_table(log_sd: float, ratio: float, power: float, pairs: int) -> None:
    assert pairs_needed(log_sd, math.log(ratio), power=power) == pairs


def test_the_pairs_needed_have_the_power_that_is_promised() -> None:
    """By simulation: enough with that many pairs, not with one fewer."""
    pairs = pairs_needed(0.125, math.log(1.10))
    assert pairs is not None
    random = np.random.default_rng(3)
    powers = []
    for number in (pairs - 1, pairs):
        runs = random.normal(-math.log(1.10), 0.125, (40_000, number))
        high = runs.mean(axis=1) + stats.t.ppf(0.95, number - 1) * runs.std(axis=1, ddof=1) / math.sqrt(number)
        powers.append(float((high <= 0).mean()))
    assert powers[0] < 0.8 < powers[1]


@pytest.mark.parametrize(
    ("log_sd", "distance", "pairs"), [(0.5, 0.0, None), (5.0, 0.01, None), (0.0, 0.1, 2), (1e-9, 0.1, 2)]
)
def test_extremes_of_noise_and_distance(log_sd: float, distance: float, pairs: int | None) -> None:
    assert pairs_needed(log_sd, distance) == pairs


def test_the_most_pairs_are_an_argument() -> None:
    assert pairs_needed(0.125, math.log(1.10), most=12) is None
    assert pairs_needed(0.125, math.log(1.10), most=13) == 13


@pytest.mark.parametrize("numbers", [(-0.1, 0.1), (0.1, -0.1)])
def test_negative_distances_are_refused(numbers: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        pairs_needed(*numbers)
