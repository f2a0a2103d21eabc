"""Cells that stand out among many. Reference values by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.scale.statistics.ratios import Pairs, flag_cells


def cell(*log_ratios: float) -> Pairs:
    """Pairs with these logarithms of contender / baseline."""
    return [10.0] * len(log_ratios), [10 * math.exp(value) for value in log_ratios]


def test_p_values_are_adjusted_step_by_step() -> None:
    """Three cells of two pairs, 0.02 apart: the pooled sd is 0.02 / sqrt(2) on 3 degrees, the se of each 0.01."""
    cells = {"none": cell(-0.01, 0.01), "much": cell(0.09, 0.11), "some": cell(0.03, 0.05)}
    flags = flag_cells(cells, family_alpha=0.05)
    ps = {name: stats.t.sf(mean / 0.01, 3) for name, mean in (("much", 0.10), ("some", 0.04), ("none", 0.0))}
    assert flags["much"].adjusted_p == pytest.approx(3 * ps["much"], rel=1e-6)
    assert flags["some"].adjusted_p == pytest.approx(2 * ps["some"], rel=1e-6)
    assert flags["none"].adjusted_p == pytest.approx(ps["none"], rel=1e-6)
    assert [name for name, flag in flags.items() if flag.flagged] == ["much", "some"]
    assert list(flags) == list(cells)


def test_an_adjusted_p_is_never_below_that_of_a_clearer_cell_nor_above_one() -> None:
    flags = flag_cells({str(index): cell(0.01 * index, 0.01 * index + 0.02) for index in range(-5, 5)})
    by_ratio = sorted(flags.values(), key=lambda flag: -flag.ratio.estimate)
    ps = [flag.adjusted_p for flag in by_ratio]
    assert ps == sorted(ps, key=lambda p: p or 0)
    assert ps[-1] == 1


def test_intervals_hold_for_all_cells_at_once() -> None:
    """Ten cells at 5 %: each interval leaves 0.5 % on a side."""
    flags = flag_cells({str(index): cell(0.0, 0.02) for index in range(10)}, family_alpha=0.05)
    ratio = flags["0"].ratio
    assert ratio.confidence == pytest.approx(0.99)
    assert math.log(ratio.high) == pytest.approx(0.01 + stats.t.ppf(0.995, 10) * 0.01, rel=1e-9)


def test_quiet_neighbours_do_not_make_a_noisy_cell_stand_out() -> None:
    quiet = {str(index): cell(-0.01, 0.0, 0.01) for index in range(8)}
    noisy = flag_cells(quiet | {"noisy": cell(-0.1, 0.1, 0.3)})["noisy"]
    assert not noisy.flagged
    own = 0.2 / math.sqrt(3)
    assert math.log(noisy.ratio.high) == pytest.approx(0.1 + stats.t.ppf(1 - 0.05 / 9, 18) * own, rel=1e-9)


def test_only_cells_above_the_threshold_are_flagged() -> None:
    cells = {"slow": cell(0.19, 0.21), "fast": cell(-0.19, -0.21), "same": cell(-0.01, 0.01)}
    assert {name for name, flag in flag_cells(cells).items() if flag.flagged} == {"slow"}
    assert not any(flag.flagged for flag in flag_cells(cells, threshold=1.25).values())


def test_single_pairs_flag_nothing() -> None:
    flags = flag_cells({"5k": cell(3.0), "50k": cell(0.0)})
    assert [(flag.flagged, flag.adjusted_p, flag.ratio.low) for flag in flags.values()] == [(False, None, 0)] * 2


def test_equal_values_flag_a_difference_and_nothing_else() -> None:
    flags = flag_cells({"same": ([5.0, 5.0], [5.0, 5.0]), "more": ([5.0, 5.0], [10.0, 10.0])})
    assert [flag.flagged for flag in flags.values()] == [False, True]


def test_no_cells_have_no_flags() -> None:
    assert flag_cells({}) == {}


def test_unchanged_cells_are_seldom_flagged() -> None:
    random = np.random.default_rng(11)
    alarms = 0
    for _ in range(300):
        cells = {str(index): cell(*random.normal(0, 0.1, 3)) for index in range(9)}
        alarms += any(flag.flagged for flag in flag_cells(cells).values())
    assert alarms <= 25  # 5 % of 300 is 15; more than 25 has a chance of 0.6 %
