"""Whether runs that must agree do: the whole parity judgement between results of one mode."""

from collections.abc import Iterable

from harness.errors import RunError
from harness.parity.judge import Judge
from harness.parity.oracles.jobs import Job, Runs
from harness.parity.oracles.oracle import ERROR, FAILED, PASSED, Outcome
from harness.parity.results import Finding, PairResult, RelationResult
from harness.side import Side
from harness.words import counted

ROW_GROUP = 122_880  # rows that DuckDB keeps together; with fewer it does not spread a scan over threads


def judge_equality(judge: Judge, runs: Runs, reference: Side, jobs: Iterable[Job]) -> Outcome:
    """Compare the results of jobs with one that must equal them."""
    pairs = judge.judge(reference, [_result(runs, job) for job in jobs]).pairs
    different = [pair for pair in pairs if pair.finding is Finding.DIFFERENT]
    if different:
        return Outcome(FAILED, "; ".join(_difference(reference.name, pair) for pair in different))
    unjudged = [pair for pair in pairs if not pair.finding.equal]
    if unjudged:
        return Outcome(ERROR, "; ".join(_why_unjudged(pair) for pair in unjudged))
    names = " = ".join((reference.name, *(pair.candidate for pair in pairs)))
    return Outcome(PASSED, f"{names}: {_extent(pairs[0])}", _too_few_rows(pairs[0]))


def _result(runs: Runs, job: Job) -> Side | PairResult:
    try:
        return runs.side(job)
    except RunError as error:
        return PairResult(job.name, Finding.ERROR, str(error))


def _difference(reference: str, pair: PairResult) -> str:
    differing = [result for result in pair.relations if result.finding is Finding.DIFFERENT]
    return f"{reference} ≠ {pair.candidate} in " + ", in ".join(_told(result) for result in differing)


def _told(result: RelationResult) -> str:
    parts = [str(entry) for entry in result.drift]
    difference = result.difference
    if difference:
        first = "" if difference.first_year is None else f", first in {difference.first_year}"
        parts.append(f"{difference.words[0]}{first}")
        keys = [", ".join(f"{name}={part}" for name, part in sample.key.items()) for sample in difference.samples]
        parts += [f"for example {keys[0]}"] if keys and keys[0] else []
    return f"{result.name}: {', '.join(parts)}"


def _why_unjudged(pair: PairResult) -> str:
    failed = [f"{made.name}: {made.detail}" for made in pair.failed_checks]
    return f"{pair.candidate}: {pair.problem or '; '.join(failed)}"


def _extent(pair: PairResult) -> str:
    rows = sum(result.rows_reference for result in pair.relations)
    return f"{counted(rows, 'row')} in {counted(len(pair.relations), 'relation')}, {pair.finding}"


def _too_few_rows(pair: PairResult) -> str:
    most = max(result.rows_reference for result in pair.relations)
    return f"no probe above one row group: {most:,} rows are fewer than {ROW_GROUP:,}" if most < ROW_GROUP else ""
