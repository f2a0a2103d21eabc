"""The looks of a comparison that runs until it is decided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scale.statistics.sequential import steps


def test_the_looks_share_the_error_rate_in_proportion_to_their_pairs() -> None:
    """3, 5 and 10 of 18 parts of 5 %, on each side of the interval."""
    looks = steps(10)
    assert [look.pairs for look in looks] == [3, 5, 10]
    expected = [1 - 0.1 * pairs / 18 for pairs in (3, 5, 10)]
    assert [look.confidence for look in looks] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("max_pairs", "pairs"),
    [(1, [1]), (2, [2]), (3, [3]), (4, [3, 4]), (5, [3, 5]), (7, [3, 5, 7]), (30, [3, 5, 10, 30])],
)
def test_the_last_look_is_at_the_most_pairs(max_pairs: int, pairs: list[int]) -> None:
    assert [look.pairs for look in steps(max_pairs)] == pairs


def test_one_look_has_all_of_the_error_rate() -> None:
    (look,) = steps(3)
    assert look.confidence == pytest.approx(0.90)


@given(st.integers(1, 500), st.floats(0.5, 0.999), st.sets(st.integers(2, 100), max_size=6))
def test_the_error_rates_add_up(max_pairs: int, confidence: float, planned: set[int]) -> None:
    looks = steps(max_pairs, confidence=confidence, planned=sorted(planned))
    assert sum((1 - look.confidence) / 2 for look in looks) == pytest.approx((1 - confidence) / 2)
    assert looks[-1].pairs == max_pairs
    assert [look.pairs for look in looks] == sorted({look.pairs for look in looks})


@pytest.mark.parametrize("max_pairs", [0, -3])
def test_at_least_one_pair_is_run(max_pairs: int) -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        steps(max_pairs)
