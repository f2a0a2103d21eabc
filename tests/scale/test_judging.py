"""What the runs of a session amount to, by sessions whose truth is known."""

import random
from dataclasses import replace

import pytest

from harness.relation import Tolerance
from harness.scale.cells import Cell, matrix_of
from harness.scale.judging.judged import Budget, Judged
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun
from harness.scale.statistics.verdict import Verdict
from tests.scale.synthetic import NAVIGATOR, Synthetic

SIZES = [5_000, 20_000, 50_000, 100_000]


def memory_line(gigabytes: float, ended_at: int) -> Judged:
    """The verdict on the memory of a session in which the runs of one size were ended for their memory."""
    cell = Cell("optimized", ended_at, 1, 1)
    session = Synthetic(
        memory=lambda of: gigabytes * 1e9 if of == cell else 1e9, faults={cell: Status.MEMORY}, noise=0.0
    )
    report = session.report(matrix_of(["optimized"], SIZES, [1], [1], exact_sizes=True), iterations=2)
    (ended,) = (line for line in report.analysis.judged if line.question == "every run ended well")
    assert ended.verdict is (Verdict.FAIL if gigabytes > 40 else Verdict.NOT_JUDGED)
    assert report.analysis.verdict is ended.verdict  # a cell that has no good run, whatever the memory says
    (line,) = (line for line in report.analysis.judged if line.budget is Budget.MEMORY)
    return line


@pytest.mark.parametrize(
    ("gigabytes", "ended_at", "verdict", "result"),
    [
        (41, 50_000, Verdict.FAIL, "ended at optimized 50,000"),
        (41, 20_000, Verdict.FAIL, "ended at optimized 20,000"),
        (3, 50_000, Verdict.INCONCLUSIVE, "ended at optimized 50,000"),  # --max-memory 3, or a small machine
        (41, 100_000, Verdict.PASS, "1.00 GB"),  # the budget is for 50,000
    ],
)
def test_a_run_that_was_ended_fails_the_budget_only_above_it(
    gigabytes: float, ended_at: int, verdict: Verdict, result: str
) -> None:
    line = memory_line(gigabytes, ended_at)
    assert (line.verdict, line.result.startswith(result)) == (verdict, True), line.result
    assert bool(line.decide) == (verdict is Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("sizes", "errors"),
    [
        ([1_000, 2_500, 5_000, 10_000, 20_000], 0.02),  # an exponent: what the look has to spend
        ([5_000, 20_000, 50_000], 0.006),  # an excess has 3 % where an exponent has 10 %
    ],
)
def test_a_look_spends_its_part_of_the_error_rate_on_growth_and_speed_up(sizes: list[int], errors: float) -> None:
    matrix = matrix_of(["baseline", "optimized"], sizes, [1], [1], exact_sizes=True)
    analysis = Synthetic().report(matrix, confidence=0.98).analysis
    intervals = [line.interval for line in analysis.judged if line.budget is Budget.GROWTH]
    assert [round(1 - found.confidence, 6) for found in intervals if found] == [errors] * 6  # 3 measures, 2 modes
    contests = [line.interval for line in analysis.judged if line.budget is Budget.SPEED_UP]
    assert [round(1 - found.confidence, 6) for found in contests if found] == [0.02] * 2


def test_a_cost_that_hardly_grows_passes_with_what_decided_it() -> None:
    """100 MB and, at 8,000 employees, 1 MB more that grow as the square: no power is ruled out, and none matters."""
    sizes = [500, 1_000, 2_000, 4_000, 8_000]
    session = Synthetic(memory=lambda cell: 1e8 + 1e6 * (cell.employees / 8_000) ** 2)
    report = session.report(matrix_of(["optimized"], sizes, [1], [1], exact_sizes=True))
    (line,) = (line for line in report.analysis.judged if line.question.startswith("peak memory of optimized, 1 year"))
    assert line.verdict is Verdict.PASS
    assert line.interval
    assert line.interval.high == float("inf")
    assert line.result.endswith(", hardly grows")
    assert line.detail.startswith("it hardly grows, so that any exponent from ")
    assert "; the largest size costs 1.0" in line.detail
    assert "up to 1.10 × passes" in line.detail


@pytest.mark.parametrize("bent", [False, True])
def test_columns_that_a_fingerprint_cannot_compare_are_named(*, bent: bool) -> None:
    name, relation = next(iter(NAVIGATOR.relations.items()))
    tolerances = {"amount": Tolerance(ulps=4, reason="sums of floats")} if bent else {}
    relations = NAVIGATOR.relations | {name: relation.model_copy(update={"tolerances": tolerances})}
    session = Synthetic(target=NAVIGATOR.model_copy(update={"relations": relations}))
    report = session.report(matrix_of(["optimized"], [1_000, 2_000, 4_000], [1], [1], exact_sizes=True), iterations=1)
    (line,) = (line for line in report.analysis.judged if line.budget is Budget.ANSWER)
    told = f"; not compared, because of a tolerance: {name}.amount" if bent else ""
    assert line.result == f"3 runs, 3 workloads{told}"


class WideBrackets(Synthetic):
    """Runs of which the memory is known within a factor of two."""

    def outcome(self, run: PlannedRun, draw: random.Random) -> Outcome:
        outcome = super().outcome(run, draw)
        assert outcome.measurement
        memory = outcome.measurement.memory
        wide = replace(memory, upper=2 * memory.lower)
        return replace(outcome, measurement=replace(outcome.measurement, memory=wide))


@pytest.mark.parametrize(("megabytes", "verdict"), [(0.375, Verdict.PASS), (0.7, Verdict.INCONCLUSIVE)])
def test_a_projection_reaches_to_the_upper_end_of_the_brackets(megabytes: float, verdict: Verdict) -> None:
    """At 50,000 employees 0.5 GB and 0.375 or 0.7 MB for each: 19.25 to 38.5 GB, or 35.5 to 71 GB."""
    spent = 0.5e9
    session = WideBrackets(memory=lambda cell: spent + megabytes * 1e6 * cell.employees)
    sizes = [2_000, 5_000, 10_000, 20_000, 30_000]
    report = session.report(matrix_of(["optimized"], sizes, [1], [1], exact_sizes=True))
    (line,) = (line for line in report.analysis.judged if line.budget is Budget.MEMORY)
    least = (spent + megabytes * 5e10) / 1e9
    assert line.verdict is verdict
    assert line.interval
    assert line.interval.low / 1e9 == pytest.approx(least, rel=0.02)
    assert line.interval.high / 1e9 == pytest.approx(2 * least, rel=0.02)
    assert line.detail.startswith("projected from 2,000–30,000 employees")
