"""How long the rest of a session is said to take."""

import pytest

from harness.scale.cells import Cell
from harness.scale.estimate import FIRST_GUESS, seconds_left
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun
from tests.scale.synthetic import measurement


def took(seconds: float, employees: int, years: int, shards: int = 1) -> Outcome:
    run = PlannedRun(0, 1, Cell("legacy", employees, years, shards))
    return Outcome(run, 1, Status.OK, "", measurement(seconds, 1), {}, {}, (), "", "")


def left(outcomes: list[Outcome], *cells: tuple[int, int]) -> float:
    return seconds_left(outcomes, [Cell("legacy", employees, years, 1) for employees, years in cells])


def test_before_the_first_run_it_is_a_guess() -> None:
    assert left([], (1_000, 1), (50_000, 5)) == 2 * FIRST_GUESS


def test_a_single_run_says_nothing_of_larger_ones() -> None:
    assert left([took(5, 1_000, 1)], (1_000, 1), (50_000, 5)) == pytest.approx(10)


def test_what_was_measured_is_not_estimated() -> None:
    outcomes = [took(5, 1_000, 1), took(7, 1_000, 1), took(60, 50_000, 1)]
    assert left(outcomes, (1_000, 1), (50_000, 1)) == 66


def test_years_and_employees_cost_each() -> None:
    """2 s for a run, 3 s for a year of it, 1 ms for an employee and year."""
    outcomes = [took(2 + 3 * y + 0.001 * n * y, n, y) for n, y in ((1_000, 1), (1_000, 5), (5_000, 1), (5_000, 2))]
    assert left(outcomes, (50_000, 5)) == pytest.approx(2 + 3 * 5 + 0.001 * 50_000 * 5)


def test_sizes_of_one_horizon_do_not_make_years_free() -> None:
    outcomes = [took(2 + 0.001 * n, n, 1) for n in (1_000, 5_000, 20_000)]
    assert left(outcomes, (50_000, 5)) == pytest.approx(2 + 0.001 * 50_000 * 5)


def test_a_cost_that_falls_is_never_negative() -> None:
    assert left([took(50, 1_000, 1), took(1, 50_000, 1)], (500_000, 5)) >= 0
