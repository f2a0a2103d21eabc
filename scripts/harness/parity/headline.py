"""The one line that says how it ended."""

from harness.parity.judge import Judgement
from harness.parity.results import Finding, PairResult, RelationResult
from typing import Any
from harness.words import counted


def headline(target: Any, reference: str, judgement: Judgement) -> str:
    """State the finding with the numbers that belong to it."""
    if judgement.finding is Finding.EQUAL_EXACT:
        modes = " = ".join((reference, *(pair.candidate for pair in judgement.pairs)))
        return f"PARITY EQUAL (exact): {modes}, {', '.join(_extent(target, judgement))}"
    if judgement.finding is Finding.DIFFERENT:
        pair = next(pair for pair in judgement.pairs if pair.finding is Finding.DIFFERENT)
        return f"PARITY DIFFERENT: {reference} ≠ {pair.candidate} in {_first_difference(pair)}"
    reasons = [reason for pair in judgement.pairs if pair.finding is judgement.finding for reason in why_unjudged(pair)]
    return f"PARITY NOT JUDGED: {reasons[0] if reasons else 'no candidate was compared'}"


def why_unjudged(pair: PairResult) -> list[str]:
    """Why a pair does not count as equal, apart from differences."""
    failed = [f"{pair.candidate}: {check.name}: {check.detail}" for check in pair.failed_checks]
    return [*([pair.problem.splitlines()[0]] if pair.problem else []), *failed]


def describe_difference(result: RelationResult) -> str:
    """The difference of one relation in one line."""
    parts = [str(entry) for entry in result.drift]
    if result.difference:
        year = result.difference.first_year
        parts.append(f"{'' if year is None else f'first in {year}: '}{result.difference.words[0]}")
    return "; ".join(parts)


def _first_difference(pair: PairResult) -> str:
    different = [result for result in pair.relations if result.finding is Finding.DIFFERENT]
    others = f" ({counted(len(different) - 1, 'other relation')} too)" if len(different) > 1 else ""
    return f"{different[0].name}{others}: {describe_difference(different[0])}"


def _extent(target: Any, judgement: Judgement) -> list[str]:
    """What was compared; each number comes from a query on the results."""
    relations = judgement.pairs[0].relations
    years = {count.year for result in relations for count in result.counts if count.year is not None}
    size = [] if judgement.employees is None else [counted(judgement.employees, "employee")]
    extent = [" × ".join([*size, counted(len(years), "year")])] if years else size
    for result in relations:
        noun = target.relations.get(result.name) and target.relations[result.name].counted_as
        if noun:
            extent.append(f"{result.rows_reference:,} {noun}")
    return extent
