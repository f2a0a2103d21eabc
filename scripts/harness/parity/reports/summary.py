"""The result for someone who reads a terminal or a CI log."""

import sys
from collections.abc import Iterable, Iterator

from harness.parity.explanation import Difference, Explanation
from harness.parity.reports.headline import describe_difference, why_unjudged
from harness.parity.reports.report import Report
from harness.parity.reports.rows_in_words import history_table, sample_lines, stretch
from harness.parity.reports.wording import (
    changes_table,
    check_in_words,
    contingency_table,
    difference_in_sentences,
    distributions_table,
    entity_in_words,
    exclusions,
    fine_print,
    groups_table,
    oracles_table,
    origin_in_words,
    relations_table,
    steps_table,
    tolerances,
)
from harness.parity.results import Finding, PairResult, RelationResult
from harness.reports.tables import Table, aligned
from harness.reports.texts import visible, visible_lines
from harness.words import counted

_ROWS = 12  # of a table inside an explanation; the files have all of it
_MOMENTS = (15, 5)  # of a history, before and after its first difference
_GOOD = (Finding.EQUAL_EXACT, Finding.EQUAL_FINGERPRINT, "passed")


def print_summary(report: Report) -> None:
    """Print what was compared, and for what is not equal, why; no more than a table where all is well."""
    show_table = _print_table if sys.stdout.isatty() else _print_columns
    show_table(relations_table(report.judgement.pairs), 3)
    show_table(oracles_table(report.oracles), 1)
    lines = [line for pair in report.judgement.pairs for line in _pair_lines(report.reference, pair)]
    lines += _repeated_lines(report)
    if sys.stdout.isatty():
        _print_styled(lines)
    else:
        for line in lines:
            print(line)


def _pair_lines(reference: str, pair: PairResult) -> Iterator[str]:
    if pair.problem:
        yield f"\n{visible(pair.candidate)}: not judged\n  {visible_lines(pair.problem)}"
    if pair.explanation:
        yield from _origin_lines(reference, pair, pair.explanation)
    for result in pair.relations:
        if result.finding is Finding.DIFFERENT:
            yield from _relation_lines(reference, pair.candidate, result)
    if pair.explanation and pair.explanation.history:
        yield from _history_lines(pair.explanation)
    yield from _check_lines(pair)
    if pair.finding.equal:
        left_out = [*exclusions(pair), *tolerances(pair)]
        yield from _headed(f"{visible(pair.candidate)}: equal, apart from what was declared", left_out)
    elif pair.relations:
        yield from _headed(f"{visible(pair.candidate)}: how it was compared", fine_print(pair))


def _origin_lines(reference: str, pair: PairResult, explanation: Explanation) -> Iterator[str]:
    yield f"\n{visible(reference)} ≠ {visible(pair.candidate)}: {origin_in_words(explanation)}"
    yield from (f"  {visible(sentence)}" for sentence in explanation.words)
    yield from _columns(steps_table(explanation), header=False)


def _relation_lines(reference: str, candidate: str, result: RelationResult) -> Iterator[str]:
    yield f"\n{visible(result.name)}: {visible(reference)} ≠ {visible(candidate)}: {describe_difference(result)}"
    difference = result.difference
    if difference is None:
        return
    yield from (f"  {sentence}" for sentence in difference_in_sentences(difference))
    for table in _tables(difference, reference, candidate):
        yield from _columns(table)
    if difference.samples:
        yield ""
    for sample in difference.samples:
        yield from (f"    {line}" for line in sample_lines(sample, reference, candidate))


def _tables(difference: Difference, reference: str, candidate: str) -> Iterator[Table]:
    if difference.contingency:
        yield contingency_table(difference.contingency)
    elif len(difference.by_group) > 1:
        yield groups_table(difference, reference, candidate)
    if difference.changes:
        yield changes_table(difference.changes)
    if difference.distributions:
        yield distributions_table(difference.distributions, reference, candidate)


def _history_lines(explanation: Explanation) -> Iterator[str]:
    shown = stretch(explanation, *_MOMENTS)
    yield f"\nhistory of {entity_in_words(explanation.entity) or 'the first divergent rows'}, both sides"
    if shown.before:
        yield f"    … {counted(shown.before, 'earlier row')}"
    yield from _columns(history_table(shown.moments, explanation.entity), blank=False)
    if shown.after:
        yield f"    … {counted(shown.after, 'later row')}"


def _check_lines(pair: PairResult) -> Iterator[str]:
    reasons = why_unjudged(pair)[bool((pair.problem or "").strip()) :]
    if reasons:
        yield ""
    start = "not fulfilled either" if pair.finding is Finding.DIFFERENT else "not judged"
    yield from (f"{start}: {visible(reason)}" for reason in reasons)
    waived = (f"waived by --allow: {check_in_words(made)}" for made in pair.waived_checks)
    yield from _headed(f"{visible(pair.candidate)}: excused", waived)
    unverified = (f"not verified: {check_in_words(made)}" for made in pair.unverified_checks)
    told = f"{counted(len(pair.unverified_checks), 'precondition')} unverified"
    yield from _headed(f"{visible(pair.candidate)}: {told}", unverified)


def _repeated_lines(report: Report) -> Iterator[str]:
    repeated = report.judgement.repeated
    if repeated is None:
        return
    name = visible(report.reference)
    if repeated.finding is Finding.DIFFERENT:
        yield f"\n{name} differs from a second run of itself, so what it shows of the candidates means nothing"
    elif repeated.finding.equal:
        yield f"\n{name} equals a second run of itself"
    else:
        yield f"\na second run of {name} could not be compared with the first"
    yield from _pair_lines(report.reference, repeated) if not repeated.finding.equal else ()


def _headed(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with its lines, or nothing."""
    found = list(lines)
    if found:
        yield f"\n{heading}"
        yield from (f"  {line}" for line in found)


def _columns(table: Table, *, header: bool = True, blank: bool = True) -> Iterator[str]:
    """A table inside an explanation, without lines and without what says nothing."""
    if blank:
        yield ""
    shown = table.first(_ROWS if header and blank else len(table.rows)).without_empty_columns()
    rows = [shown.header, *shown.rows] if header else list(shown.rows)
    yield from (f"    {line}" for line in aligned(rows))
    if len(shown.rows) < len(table.rows):
        yield f"    … {len(table.rows) - len(shown.rows):,} more in the report"


def _print_columns(table: Table, _verdict: int) -> None:
    if table.rows:
        print("\n".join(aligned([table.header, *table.rows])))


def _print_table(table: Table, verdict: int) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    if not table.rows:
        return
    drawn = RichTable()
    for name in table.header:
        drawn.add_column(name, no_wrap=name in ("relation", "oracle"))
    for row in table.rows:
        colour = "green" if row[verdict] in _GOOD else "yellow" if row[verdict] == "not exercised" else "red"
        cells = (Text(cell, style=colour if place == verdict else "") for place, cell in enumerate(row))
        drawn.add_row(*cells)
    Console().print(drawn)


def _print_styled(lines: Iterable[str]) -> None:
    """Headings bold, and the first difference of a history as well."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        stands_out = line.startswith("\n") or line.lstrip().startswith("→")
        console.print(Text(line, style="bold" if stands_out else ""), soft_wrap=True)
