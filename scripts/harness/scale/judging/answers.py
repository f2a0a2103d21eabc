"""Whether all runs of a workload computed the same: who computes less is no faster."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.scale.judging.judged import Budget, Judged
from harness.scale.outcome import Outcome, Status
from harness.scale.statistics.verdict import Verdict
from harness.target import Target
from harness.words import counted, first_few

Digests = tuple[tuple[str, str], ...]
_NAMED = 5  # columns or cells that a verdict lists


def with_wrong_answers(outcomes: Sequence[Outcome], trusted: str) -> list[Outcome]:
    """The outcomes, with those marked that contradict the others of their workload.

    The answer of the `trusted` mode is right if it ran; else the answer that most runs gave. If neither decides, nobody
    knows which is right and all of them are marked.
    """
    by_workload: dict[tuple[int, int], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.status is Status.OK:
            by_workload[outcome.run.cell.employees, outcome.run.cell.years].append(outcome)
    right = {workload: _right(runs, trusted) for workload, runs in by_workload.items()}
    return [_checked(outcome, right) for outcome in outcomes]


def judge_answers(outcomes: Sequence[Outcome], target: Target) -> Judged:
    """The verdict over all runs that were looked at, with the columns that a fingerprint cannot compare."""
    looked_at = [outcome for outcome in outcomes if outcome.answer]
    wrong = [outcome for outcome in looked_at if outcome.status is Status.WRONG_ANSWER]
    question, limit = "every run of a workload leaves the same result", "all equal"
    if wrong:
        cells = ", ".join(sorted({str(outcome.run.cell) for outcome in wrong})[:_NAMED])
        return Judged(
            Budget.ANSWER, question, Verdict.FAIL, f"{len(wrong)} of {len(looked_at)} differ", limit, detail=cells
        )
    if not looked_at:
        return Judged(Budget.ANSWER, question, Verdict.NOT_JUDGED, "no result", limit, detail="no run ended well")
    workloads = {(outcome.run.cell.employees, outcome.run.cell.years) for outcome in looked_at}
    result = f"{counted(len(looked_at), 'run')}, {counted(len(workloads), 'workload')}"
    bent = [f"{name}.{column}" for name, relation in target.relations.items() for column in relation.tolerances]
    uncovered = f"; not compared, because of a tolerance: {first_few(bent, _NAMED)}" if bent else ""
    return Judged(Budget.ANSWER, question, Verdict.PASS, result + uncovered, limit)


def _right(runs: Sequence[Outcome], trusted: str) -> Digests | None:
    of_trusted = {_digests(outcome.answer) for outcome in runs if outcome.run.cell.mode == trusted}
    if len(of_trusted) == 1:
        return of_trusted.pop()
    most = Counter(_digests(outcome.answer) for outcome in runs).most_common(2)
    if of_trusted or (len(most) == 2 and most[0][1] == most[1][1]):
        return None
    return most[0][0]


def _checked(outcome: Outcome, right: Mapping[tuple[int, int], Digests | None]) -> Outcome:
    if outcome.status is not Status.OK:
        return outcome
    expected = right[outcome.run.cell.employees, outcome.run.cell.years]
    if expected == _digests(outcome.answer):
        return outcome
    return replace(outcome, status=Status.WRONG_ANSWER, detail=_difference(outcome.answer, expected))


def _difference(found: Mapping[str, str], expected: Digests | None) -> str:
    if expected is None:
        return "the runs of this workload contradict each other, and nothing says which is right"
    right = dict(expected)
    names = [name for name in sorted(found.keys() | right.keys()) if found.get(name) != right.get(name)]
    return "; ".join(f"{name}: {found.get(name, 'missing')} instead of {right.get(name, 'nothing')}" for name in names)


def _digests(answer: Mapping[str, str]) -> Digests:
    return tuple(sorted(answer.items()))
