"""Whether runs that must agree do: the whole parity judgement between results of one mode."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from harness.errors import RunError
from harness.parity.explanation import Sample
from harness.parity.judge import Judge
from harness.parity.oracles.jobs import Job, Runs
from harness.parity.oracles.oracle import ERROR, FAILED, PASSED, Outcome
from harness.parity.reports.rows_in_words import changes_in_words, key_in_words
from harness.parity.results import Finding, PairResult, RelationResult
from harness.side import Side
from harness.words import counted

ROW_GROUP = 122_880  # rows that DuckDB keeps together; with fewer it does not spread a scan over threads
NO_WORDS: Mapping[str, str] = MappingProxyType({})


def judge_equality(
    judge: Judge, runs: Runs, reference: Side, jobs: Iterable[Job], words: Mapping[str, str] = NO_WORDS
) -> Outcome:
    """Compare the results of jobs with one that must equal them. `words`: what a reader is told instead of names."""
    pairs = judge.judge(reference, [_result(runs, job) for job in jobs]).pairs
    different = [pair for pair in pairs if pair.finding is Finding.DIFFERENT]
    if different:
        return Outcome(FAILED, "; ".join(_difference(reference.name, pair, words) for pair in different))
    unjudged = [pair for pair in pairs if not pair.finding.equal]
    if unjudged:
        return Outcome(ERROR, "; ".join(_why_unjudged(pair) for pair in unjudged))
    names = " = ".join(words.get(name, name) for name in (reference.name, *(pair.candidate for pair in pairs)))
    return Outcome(PASSED, f"{names}: {_extent(pairs[0])}", _too_few_rows(pairs[0]))


def _result(runs: Runs, job: Job) -> Side | PairResult:
    try:
        return runs.side(job)
    except RunError as error:
        return PairResult(job.name, Finding.ERROR, str(error))


def _difference(reference: str, pair: PairResult, words: Mapping[str, str]) -> str:
    differing = [result for result in pair.relations if result.finding is Finding.DIFFERENT]
    ours, theirs = (words.get(name, name) for name in (reference, pair.candidate))
    return f"{ours} ≠ {theirs} in " + ", in ".join(_told(result) for result in differing)


def _told(result: RelationResult) -> str:
    parts = [str(entry) for entry in result.drift]
    difference = result.difference
    if difference:
        first = "" if difference.first_year is None else f", first in {difference.first_year}"
        parts.append(f"{difference.words[0]}{first}")
        parts += [f"for example {_example(sample)}" for sample in difference.samples[:1] if sample.key]
    return f"{result.name}: {', '.join(parts)}"


def _example(sample: Sample) -> str:
    changes = changes_in_words(sample)
    return f"{key_in_words(sample.key)}{f' ({changes})' if changes else ''}"


def _why_unjudged(pair: PairResult) -> str:
    failed = [f"{made.name}: {made.detail}" for made in pair.failed_checks]
    return pair.problem or f"{pair.candidate}: {'; '.join(failed)}"  # a problem names whose it is


def _extent(pair: PairResult) -> str:
    rows = sum(result.rows_reference for result in pair.relations)
    return f"{counted(rows, 'row')} in {counted(len(pair.relations), 'relation')}, {pair.finding}"


def _too_few_rows(pair: PairResult) -> str:
    most = max(result.rows_reference for result in pair.relations)
    if most >= ROW_GROUP:
        return ""
    return f"too few rows to show whether the order of parallel work matters ({most:,}, needs {ROW_GROUP:,})"
