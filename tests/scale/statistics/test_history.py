"""Out of the ordinary or not. Thresholds are computed by hand."""

import math

import pytest

from harness.scale.statistics.history import HistoryJudgement, HistoryRule, is_lasting, judge_newest
from harness.scale.statistics.verdict import NotJudged, Verdict

STEADY = [100.0] * 10
# Logarithms 0.0, 0.1 ... 0.9: median 0.45, absolute deviations 0.05 to 0.45 twice each, their median 0.25.
SPREAD = [math.exp(index / 10) for index in (3, 0, 9, 4, 1, 7, 2, 8, 5, 6)]
SPREAD_THRESHOLD = math.exp(0.45 + 3 * 1.4826 * 0.25 * (10 / 9.2) * math.sqrt(1 + math.pi / 20))


def judged(values: list[float], confirmation: float | None = None, rule: HistoryRule | None = None) -> HistoryJudgement:
    judgement = judge_newest(values, confirmation, rule=rule or HistoryRule())
    assert isinstance(judgement, HistoryJudgement)
    return judgement


@pytest.mark.parametrize(
    ("earlier", "threshold"),
    [(STEADY, 110.0), (SPREAD, SPREAD_THRESHOLD), ([1.0, 900.0, *SPREAD], SPREAD_THRESHOLD)],
)
def test_the_threshold_is_above_the_last_ten_by_a_tenth_and_by_three_robust_sds(
    earlier: list[float], threshold: float
) -> None:
    assert judged([*earlier, 1.0]).threshold == pytest.approx(threshold)
    assert judged([*earlier, threshold * 0.999]).verdict is Verdict.PASS
    assert judged([*earlier, threshold * 1.001]).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("second", "verdict"), [(109.0, Verdict.PASS), (111.0, Verdict.FAIL)])
def test_only_an_independent_second_run_makes_it_a_failure(second: float, verdict: Verdict) -> None:
    assert judged([*STEADY, 125.0]).verdict is Verdict.INCONCLUSIVE
    assert judged([*STEADY, 125.0], second).verdict is verdict


def test_a_confirmation_cannot_make_a_normal_value_fail() -> None:
    assert judged([*STEADY, 105.0], 200.0).verdict is Verdict.PASS


def test_faster_is_fine() -> None:
    assert judged([*STEADY, 10.0]).verdict is Verdict.PASS


@pytest.mark.parametrize("values", [[], [5.0], STEADY])
def test_a_short_history_is_not_judged(values: list[float]) -> None:
    answer = judge_newest(values)
    assert isinstance(answer, NotJudged)
    assert f"{max(len(values) - 1, 0)} earlier results are known, and a history needs 10" in answer.reason
    assert answer.verdict is Verdict.NOT_JUDGED


def test_one_slow_result_does_not_last_and_three_do() -> None:
    assert is_lasting([*STEADY, 100.0, 100.0, 125.0]) is False
    assert is_lasting([*STEADY, 125.0, 100.0, 125.0]) is False
    assert is_lasting([*STEADY, 125.0, 121.0, 130.0]) is True
    assert is_lasting([*STEADY, 125.0, 121.0], runs=2) is True
    assert is_lasting([*STEADY, 125.0, 121.0]) is None


def test_a_level_that_has_become_normal_is_no_news() -> None:
    assert is_lasting([*STEADY, *[125.0] * 13]) is False


def test_the_limits_are_arguments() -> None:
    rule = HistoryRule(excess=0.5, robust_sds=1.0, window=4)
    assert judged([1.0, 1.0, 1.0, 1.0, 1.49], rule=rule).verdict is Verdict.PASS
    assert judged([1.0, 1.0, 1.0, 1.0, 1.51], rule=rule).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("place", [0, 5, 10])
def test_a_value_that_is_not_positive_is_refused(place: int) -> None:
    values = [*STEADY, 100.0]
    values[place] = 0.0
    with pytest.raises(ValueError, match="positive and finite"):
        judge_newest(values)
