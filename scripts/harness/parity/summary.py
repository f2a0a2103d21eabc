"""The result for someone who reads a terminal or a CI log."""

import sys
from collections.abc import Iterator

from harness.parity.headline import describe_difference, why_unjudged
from typing import Any
from harness.parity.explanation import Sample
from harness.parity.results import Finding, PairResult, RelationResult

COLUMNS = ("candidate", "relation", "rows", "verdict", "proof", "time")


def print_summary(report: Any) -> None:
    """Print what was compared, and for what is not equal, why."""
    reference, judgement = report.reference, report.judgement
    rows = [row for pair in judgement.pairs for row in table_rows(pair)]
    if sys.stdout.isatty():
        _print_table(rows)
    else:
        _print_columns(rows)
    for pair in judgement.pairs:
        for line in _explain(reference, pair):
            print(line)


def table_rows(pair: PairResult) -> list[tuple[str, ...]]:
    """One row for each relation that was compared."""
    return [
        (
            pair.candidate,
            result.name,
            f"{result.rows_reference:,}"
            if result.rows_reference == result.rows_candidate
            else f"{result.rows_reference:,} → {result.rows_candidate:,}",
            str(result.finding),
            result.proof or "–",
            f"{result.seconds:.2f} s",
        )
        for result in pair.relations
    ]


def describe_sample(sample: Sample, reference: str, candidate: str) -> str:
    """One differing key, with both values of each column that differs."""
    key = ", ".join(f"{name}={content}" for name, content in sample.key.items())
    if sample.kind == "changed":
        ours, theirs = sample.reference[0], sample.candidate[0]
        changes = (f"{name}: {_shown(ours[name])} → {_shown(theirs[name])}" for name in sample.columns)
        return f"changed  {key}: {'; '.join(changes)}"
    if sample.kind == "duplicate_key":
        copies = f"{sample.copies_reference}× in {reference}, {sample.copies_candidate}× in {candidate}"
        return f"key not unique  {key}: {copies}"
    (record,) = sample.reference or sample.candidate
    rest = (f"{name}={_shown(item)}" for name, item in record.items() if name not in sample.key)
    return f"{sample.kind}  {key}: {', '.join(rest)}"


def _explain(reference: str, pair: PairResult) -> Iterator[str]:
    if pair.problem:
        yield f"\n{pair.candidate}: not judged\n  {pair.problem}"
    for result in pair.relations:
        if result.finding is Finding.DIFFERENT:
            yield from _explain_relation(reference, pair.candidate, result)
    if pair.failed_checks:
        yield ""
    for reason in why_unjudged(pair)[bool(pair.problem) :]:
        yield f"not judged: {reason}"


def _explain_relation(reference: str, candidate: str, result: RelationResult) -> Iterator[str]:
    yield f"\n{result.name}: {reference} ≠ {candidate}: {describe_difference(result)}"
    if result.difference:
        for sentence in result.difference.words[1:]:
            yield f"  {sentence}"
        for sample in result.difference.samples:
            yield f"    {describe_sample(sample, reference, candidate)}"


def _shown(content: object) -> str:
    return "NULL" if content is None else str(content)


def _print_columns(rows: list[tuple[str, ...]]) -> None:
    if not rows:
        return
    widths = [max(len(cell) for cell in column) for column in zip(COLUMNS, *rows, strict=True)]
    for row in (COLUMNS, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_table(rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in COLUMNS:
        table.add_column(name, no_wrap=name == "relation")
    for row in rows:
        colour = "green" if row[3] == Finding.EQUAL_EXACT else "red"
        table.add_row(*row[:3], f"[{colour}]{row[3]}[/{colour}]", *row[4:])
    Console().print(table)
