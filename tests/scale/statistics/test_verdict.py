"""What follows from an interval and a limit, and from several verdicts."""

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scale.statistics.verdict import Interval, NotJudged, Verdict, at_least, at_most, combined

LIMIT = 1.10


@pytest.mark.parametrize(
    ("low", "high", "most", "least"),
    [
        (0.9, 1.0, Verdict.PASS, Verdict.FAIL),
        (1.0, 1.10, Verdict.PASS, Verdict.INCONCLUSIVE),
        (1.0, 1.2, Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE),
        (1.10, 1.2, Verdict.INCONCLUSIVE, Verdict.PASS),
        (1.11, 1.2, Verdict.FAIL, Verdict.PASS),
        (1.10, 1.10, Verdict.PASS, Verdict.PASS),
        (0.0, math.inf, Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE),
    ],
)
def test_a_verdict_needs_the_whole_interval_on_one_side_of_the_limit(
    low: float, high: float, most: Verdict, least: Verdict
) -> None:
    interval = Interval(max(low, min(1.1, high)), low, high, 0.9)
    assert (at_most(interval, LIMIT), at_least(interval, LIMIT)) == (most, least)


def test_the_worst_verdict_decides_whatever_the_order() -> None:
    worst_first = [Verdict.FAIL, Verdict.NOT_JUDGED, Verdict.INCONCLUSIVE, Verdict.PASS]
    for start, worst in enumerate(worst_first):
        assert {combined(order) for order in permutations(worst_first[start:])} == {worst}


def test_nothing_judged_is_no_pass() -> None:
    assert combined([]) is Verdict.NOT_JUDGED
    assert NotJudged("why").verdict is Verdict.NOT_JUDGED


@pytest.mark.parametrize("numbers", [(1.0, 1.1, 1.2), (1.3, 1.1, 1.2), (math.nan, 1.0, 2.0), (1.0, math.nan, 2.0)])
def test_what_is_no_interval_is_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="low <= estimate <= high"):
        Interval(*numbers, confidence=0.9)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 90.0, math.nan])
def test_a_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Interval(1.0, 0.9, 1.1, confidence)


@given(st.tuples(*[st.floats(0.01, 100)] * 3).map(sorted), st.floats(0.01, 100))
def test_the_two_questions_mirror_each_other(numbers: list[float], limit: float) -> None:
    """At most L for x is at least -L for -x."""
    low, estimate, high = numbers
    straight, mirrored = Interval(estimate, low, high, 0.9), Interval(-estimate, -high, -low, 0.9)
    assert at_most(straight, limit) is at_least(mirrored, -limit)


def test_verdicts_read_as_their_names() -> None:
    assert [str(verdict) for verdict in Verdict] == ["PASS", "FAIL", "INCONCLUSIVE", "NOT_JUDGED"]
