"""Axes of the pictures: ticks that people would choose, and room for what must be seen."""

import pytest

from harness.scale.reports.pictures.axes import linear_axis, log_axis, short, size_axis


@pytest.mark.parametrize(
    ("number", "name"), [(500, "500"), (1_000, "1k"), (2_500, "2.5k"), (50_000, "50k"), (1_250_000, "1.25M")]
)
def test_sizes_are_short(number: int, name: str) -> None:
    assert short(number) == name


def test_ticks_of_sizes_do_not_touch() -> None:
    ticks = size_axis("employees", [1_000, 1_010, 1_020, 50_000, 50_100]).ticks
    assert [name for _, name in ticks] == ["1.02k", "50.1k"]


@pytest.mark.parametrize(("low", "high"), [(0.001, 5_000), (0.9, 1.1), (3, 9), (48, 52), (1, 1)])
def test_a_logarithmic_axis_has_round_ticks_around_its_values(low: float, high: float) -> None:
    axis = log_axis("", [low, high])
    assert 3 <= len(axis.ticks) <= 9
    assert axis.low < low <= high < axis.high
    assert all(axis.low <= tick <= axis.high and float(name.replace(",", "")) == tick for tick, name in axis.ticks)


def test_headroom_stays_free() -> None:
    assert log_axis("", [1, 100], headroom=0.25).share(100) < 0.75
    assert linear_axis("", [1, 100], headroom=0.25).share(100) < 0.75


def test_a_linear_axis_begins_at_zero_unless_values_are_negative() -> None:
    assert linear_axis("", [2.4, 2.6]).low == 0
    assert linear_axis("", [-0.2, 2.6]).low < -0.2
