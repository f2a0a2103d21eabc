"""The one line that says how it ended."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from harness.parity.checks import Check
from harness.parity.judge import Judgement
from harness.parity.oracle_result import OracleResult
from harness.parity.results import Finding, PairResult, RelationResult
from harness.reports.texts import visible
from harness.target import Contract
from harness.words import counted, first_line

_LEVELS = {Finding.EQUAL_EXACT: "exact", Finding.EQUAL_FINGERPRINT: "fingerprint"}


def headline(contract: Contract, reference: str, judgement: Judgement, only: Sequence[str] = ()) -> str:
    """State the finding with the numbers that belong to it, and with everything that qualifies it."""
    finding = judgement.finding
    if finding in _LEVELS:
        modes = " = ".join((reference, *(pair.candidate for pair in judgement.pairs)))
        extent = ", ".join([modes, *_extent(contract, judgement)])
        return visible(f"PARITY EQUAL ({_LEVELS[finding]}): {extent}{_qualified(judgement, only)}")
    if finding is Finding.DIFFERENT:
        pair = next(pair for pair in judgement.pairs if pair.finding is finding)
        return visible(f"PARITY DIFFERENT: {reference} ≠ {pair.candidate} in {_first_difference(pair)}")
    if finding is Finding.NONDETERMINISTIC_REFERENCE and judgement.repeated:
        differs = f"{reference} differs from a second run of itself in {_first_difference(judgement.repeated)}"
        return visible(f"PARITY NOT JUDGED: {differs}")
    reasons = [reason for pair in judgement.pairs if pair.finding is finding for reason in why_unjudged(pair)]
    return visible(f"PARITY NOT JUDGED: {reasons[0] if reasons else 'no candidate was compared'}")


def oracles_headline(target: str, oracles: Sequence[OracleResult]) -> str:
    """The line for a judgement by oracles."""
    finding = oracles_finding(oracles)
    told = {status: [oracle for oracle in oracles if oracle.status == status] for status in ("failed", "error")}
    if finding in (Finding.ORACLE_BROKEN, Finding.ERROR):
        first, *others = told["failed"] or told["error"]
        more = f" ({counted(len(others), 'other oracle')} too)" if others else ""
        start = "ORACLE BROKEN" if told["failed"] else "ORACLES NOT JUDGED"
        return visible(f"{start}: {target}: {first.name}{more}: {first_line(first.detail)}")
    passed = sum(oracle.status == "passed" for oracle in oracles)
    idle = [oracle.name for oracle in oracles if oracle.status == "not exercised"]
    start = "ORACLES HOLD" if finding is Finding.ORACLES_HOLD else "ORACLES NOT JUDGED"
    rest = f"; not exercised: {', '.join(idle)}" if idle else ""
    return visible(f"{start}: {target}, {passed} of {counted(len(oracles), 'oracle')}{rest}")


def oracles_finding(oracles: Sequence[OracleResult]) -> Finding:
    """One that is broken decides, then one that could not be judged; nothing exercised is no evidence."""
    found = {oracle.status for oracle in oracles}
    for status, finding in (
        ("failed", Finding.ORACLE_BROKEN), ("error", Finding.ERROR), ("passed", Finding.ORACLES_HOLD)
    ):  # fmt: skip
        if status in found:
            return finding
    return Finding.NO_EVIDENCE


def why_unjudged(pair: PairResult) -> list[str]:
    """Why a pair does not count as equal, apart from differences."""
    failed = [f"{_of(pair.candidate, made.name)}: {made.detail}" for made in pair.failed_checks]
    return [*([pair.problem.strip().splitlines()[0]] if (pair.problem or "").strip() else []), *failed]


def _of(candidate: str, name: str) -> str:
    return name if name.startswith(f"{candidate}:") else f"{candidate}: {name}"


def describe_difference(result: RelationResult) -> str:
    """The difference of one relation in one line."""
    parts = [str(entry) for entry in result.drift]
    if result.difference:
        year, words = result.difference.first_year, result.difference.words
        parts.append(f"{'' if year is None else f'first in {year}: '}{words[0] if words else 'rows differ'}")
    return visible("; ".join(parts) or "the rows cannot be told apart")


def _first_difference(pair: PairResult) -> str:
    different = {result.name: result for result in pair.relations if result.finding is Finding.DIFFERENT}
    began = pair.explanation.differing if pair.explanation else ()
    first = different[next((name for name in began if name in different), next(iter(different)))]
    others = f" ({counted(len(different) - 1, 'other relation')} too)" if len(different) > 1 else ""
    origin = pair.explanation.first_relation if pair.explanation else first.name
    beginning = "" if origin in different else f"; it begins in {origin}"
    return f"{first.name}{others}: {describe_difference(first)}{beginning}"


def _extent(contract: Contract, judgement: Judgement) -> list[str]:
    """What was compared; each number comes from a query on the results."""
    relations = judgement.pairs[0].relations
    years = {count.year for result in relations for count in result.counts if count.year is not None}
    size = [] if judgement.employees is None else [counted(judgement.employees, "employee")]
    extent = [" × ".join([*size, counted(len(years), "year")])] if years else size
    nouns = {name: relation.counted_as for name, relation in contract.relations.items() if relation.counted_as}
    named = [f"{result.rows_reference:,} {nouns[result.name]}" for result in relations if result.name in nouns]
    rows = sum(result.rows_reference for result in relations)
    return [*extent, *(named or [counted(len(relations), "relation"), counted(rows, "row")])]


def _qualified(judgement: Judgement, only: Sequence[str]) -> str:
    """What an equality does not cover."""
    waived = _preconditions(pair.waived_checks for pair in judgement.pairs)
    unverified = _preconditions(pair.unverified_checks for pair in judgement.pairs)
    parts = [f", waived: {', '.join(waived)}" if waived else ""]
    bent = Counter[str]()
    for column, rows in _tolerated(judgement):
        bent[column] += rows
    values = ", ".join(f"{counted(rows, 'value')} of {column}" for column, rows in bent.items())
    parts.append(f", under tolerance: {values}" if values else "")
    results = chain.from_iterable(pair.relations for pair in judgement.pairs)
    unsealed = dict.fromkeys(f"{result.name}.{column}" for result in results for column in result.unsealed)
    parts.append(f"; not compared: {', '.join(unsealed)}" if unsealed else "")
    parts.append(f"; not verified: {', '.join(unverified)}" if unverified else "")
    parts.append(f"{';' if unsealed or unverified else ','} only {', '.join(only)}" if only else "")
    return "".join(parts)


def _preconditions(checks: Iterator[tuple[Check, ...]]) -> list[str]:
    return list(dict.fromkeys(made.precondition for made in chain.from_iterable(checks)))


def _tolerated(judgement: Judgement) -> Iterator[tuple[str, int]]:
    for pair in judgement.pairs:
        for result in pair.relations:
            yield from ((entry.column, entry.rows) for entry in result.tolerated if entry.rows)
