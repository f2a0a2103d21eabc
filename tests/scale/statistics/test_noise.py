"""The noise that cells share. Reference values are computed by hand."""

import math

import numpy as np
import pytest

from harness.scale.statistics.noise import Noise, logarithms, pooled_noise, ratio_interval, t_quantile
from harness.scale.statistics.verdict import NotJudged


def test_squares_within_cells_are_pooled() -> None:
    """Logarithms 0, 2 lie 1 from their mean, 1, 1, 4 lie 1, 1 and 2 from theirs: squares 2 and 6, degrees 1 and 2."""
    cells = [np.array([0.0, 2.0]), np.array([1.0, 1.0, 4.0]), np.array([7.0])]
    noise = pooled_noise(cells)
    assert isinstance(noise, Noise)
    assert noise.log_sd == pytest.approx(math.sqrt(8 / 3), rel=1e-12)
    assert noise.degrees_of_freedom == 3


@pytest.mark.parametrize(
    ("runs", "floor", "expected"),
    [
        ([[5.0], [7.0]], 0.002, Noise(0.002, math.inf)),  # nothing repeated
        ([[5.0, 5.0], [7.0, 7.0]], 0.002, Noise(0.002, math.inf)),  # no spread
        ([[1.0, math.exp(0.001)]], 0.002, Noise(0.002, math.inf)),  # less spread than the floor
    ],
)
def test_the_floor_is_taken_where_the_runs_say_less(runs: list[list[float]], floor: float, expected: Noise) -> None:
    assert pooled_noise(map(logarithms, runs), floor=floor) == expected


def test_the_floor_hides_no_larger_noise() -> None:
    noise = pooled_noise([np.array([0.0, 0.2])], floor=0.002)
    assert isinstance(noise, Noise)
    assert noise.log_sd == pytest.approx(math.sqrt(0.02))
    assert noise.degrees_of_freedom == 1


@pytest.mark.parametrize(
    ("runs", "reason"),
    [([[5.0], [7.0]], "nothing was run twice"), ([[0.3, 0.1 + 0.2], [7.0, 7.0]], "all repeated runs are equal")],
)
def test_without_a_floor_the_reason_is_said(runs: list[list[float]], reason: str) -> None:
    noise = pooled_noise(map(logarithms, runs))
    assert isinstance(noise, NotJudged)
    assert reason in noise.reason


@pytest.mark.parametrize("wrong", [0.0, -1.5, math.nan, math.inf])
def test_what_has_no_logarithm_is_refused_by_name(wrong: float) -> None:
    with pytest.raises(ValueError, match=f"positive and finite, not {wrong:g}"):
        logarithms([1.0, wrong])


def test_an_empty_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        logarithms([])


@pytest.mark.parametrize("floor", [-0.1, math.nan, math.inf])
def test_a_floor_is_a_standard_deviation(floor: float) -> None:
    with pytest.raises(ValueError, match="noise floor"):
        pooled_noise([np.array([0.0, 1.0])], floor=floor)


@pytest.mark.parametrize(
    ("confidence", "degrees", "quantile"),
    [(0.90, 2, 2.920), (0.90, 12, 1.782), (0.95, 4, 2.776), (0.90, math.inf, 1.645)],
)
def test_quantiles_are_those_of_the_printed_tables(confidence: float, degrees: float, quantile: float) -> None:
    assert t_quantile(confidence, degrees) == pytest.approx(quantile, abs=5e-4)


def test_an_unknown_margin_leaves_everything_open() -> None:
    interval = ratio_interval(math.log(2), math.inf, 0.9)
    assert interval.estimate == pytest.approx(2)
    assert (interval.low, interval.high) == (0.0, math.inf)


def test_a_margin_beyond_the_largest_float_is_no_overflow() -> None:
    assert ratio_interval(0.0, 1e6, 0.9).high == math.inf
