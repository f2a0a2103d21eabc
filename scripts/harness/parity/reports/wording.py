"""What every rendering says of a comparison, in the same words: tables as rows of text, and sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.parity.checks import Check
from harness.parity.explanation import (
    Change,
    ContingencyCell,
    Difference,
    Distribution,
    Explanation,
    RelationStep,
)
from harness.parity.oracle_result import OracleResult
from harness.parity.reports.values import percent, shown
from harness.parity.results import PairResult, RelationResult
from harness.reports.tables import NOTHING, Row, Table
from harness.reports.texts import clipped, visible
from harness.words import counted, first_line

KINDS = {"missing": "missing", "extra": "extra", "duplicate_key": "key not unique"}
TRUNCATED = "Only the first divergent year was taken apart; there is more."


def relations_table(pairs: Iterable[PairResult]) -> Table:
    """What was compared: one row for each relation of each pair."""
    header = ("candidate", "relation", "rows", "verdict", "proof", "time")
    return Table(header, tuple(relation_row(pair.candidate, result) for pair in pairs for result in pair.relations))


def relation_row(candidate: str, result: RelationResult) -> Row:
    """The comparison of one relation in one row."""
    ours, theirs = result.rows_reference, result.rows_candidate
    rows = f"{ours:,}" if ours == theirs else f"{ours:,} → {theirs:,}"
    proof = result.proof or NOTHING
    return visible(candidate), visible(result.name), rows, str(result.finding), proof, f"{result.seconds:.2f} s"


def oracles_table(oracles: Iterable[OracleResult]) -> Table:
    """What became of each oracle."""
    rows = (
        (visible(oracle.name), oracle.status, visible(first_line(oracle.told)) or NOTHING, f"{oracle.seconds:.1f} s")
        for oracle in oracles
    )
    return Table(("oracle", "verdict", "result", "time"), tuple(rows))


def contingency_table(cells: Sequence[ContingencyCell]) -> Table:
    """Where the differing rows lie, most rows first."""
    header = ("year", "event type", "column", "kind", "rows", "largest absolute", "largest relative", "lift")
    rows = (
        (
            _cell(cell.year),
            _cell(cell.event_type),
            _cell(cell.column),
            kind_in_words(cell.kind),
            f"{cell.rows:,}",
            _cell(cell.largest_abs),
            NOTHING if cell.largest_rel is None else percent(cell.largest_rel),
            NOTHING if cell.lift is None else f"×{cell.lift:,.1f}",
        )
        for cell in sorted(cells, key=lambda cell: -cell.rows)
    )
    return Table(header, tuple(rows), "Where the differing rows lie")


def changes_table(changes: Sequence[Change]) -> Table:
    """What happened to each column."""
    header = ("column", "rows", "pattern", "largest absolute", "largest relative", "to NULL", "from NULL", "ulps only")
    rows = (
        (
            visible(change.column),
            f"{change.rows:,}",
            _cell(change.pattern),
            _cell(change.largest_abs),
            NOTHING if change.largest_rel is None else percent(change.largest_rel),
            *(f"{number:,}" if number else NOTHING for number in (change.to_null, change.from_null, change.ulp_only)),
        )
        for change in changes
    )
    return Table(header, tuple(rows), "What happened to the columns")


def groups_table(difference: Difference, reference: str, candidate: str) -> Table:
    """The differing rows of each side by year and event type, or all rows of groups that are known by fingerprints."""
    whole = difference.whole_groups
    sides = (f"rows {'in' if whole else 'only in'} {visible(side)}" for side in (reference, candidate))
    rows = (
        (_cell(group.year), _cell(group.event_type), f"{group.reference:,}", f"{group.candidate:,}")
        for group in difference.by_group
    )
    title = "Groups of rows with another fingerprint" if whole else "Rows that only one side has"
    return Table(("year", "event type", *sides), tuple(rows), title)


def distributions_table(distributions: Sequence[Distribution], reference: str, candidate: str) -> Table:
    """Each column of the rows that only one side has, for relations without a key."""
    numbers = ("rows", "nulls", "distinct", "smallest", "largest", "mean")
    rows = (
        (
            visible(entry.column),
            visible(side),
            *(clipped(shown(content[name]), 60) if name in content else NOTHING for name in numbers),
            ", ".join(f"{clipped(shown(item), 40)} {number:,}×" for item, number in content.get("top", [])) or NOTHING,
        )
        for entry in distributions
        for side, content in ((reference, entry.reference), (candidate, entry.candidate))
    )
    return Table(
        ("column", "only in", *numbers, "most frequent"), tuple(rows), "Columns of the rows that only one side has"
    )


def steps_table(explanation: Explanation) -> Table:
    """The relations in the order in which they are made; an arrow marks where the difference begins."""
    rows = (
        (
            "→" if step.name == explanation.first_relation else "",
            visible(step.name),
            visible(step.status),
            _kind_of_step(step),
            visible(step.detail),
        )
        for step in explanation.steps
    )
    return Table(("", "relation", "status", "", ""), tuple(rows), "The relations in the order in which they are made")


def _kind_of_step(step: RelationStep) -> str:
    if step.declared or step.status not in ("same", "different"):
        return ""
    return "ignored" if step.ignored else "intermediate"


def kind_in_words(kind: str) -> str:
    """What can be said of a key whose rows differ."""
    return KINDS.get(kind, visible(kind))


def difference_in_sentences(difference: Difference) -> Iterator[str]:
    """All that is said of a difference beside its first sentence, which stands in the headline."""
    yield from (visible(sentence) for sentence in difference.words[1:])
    if difference.truncated:
        yield TRUNCATED


def origin_in_words(explanation: Explanation) -> str:
    """Where the difference begins."""
    year = "" if explanation.first_year is None else f", in {shown(explanation.first_year)}"
    return visible(f"The difference begins in {explanation.first_relation}{year} (order: {explanation.order}).")


def entity_in_words(entity: Mapping[str, object] | None) -> str:
    """The first divergent employee."""
    return ", ".join(f"{visible(name)}={shown(content)}" for name, content in (entity or {}).items())


def check_in_words(check: Check) -> str:
    """A precondition and what became of it."""
    return visible(f"{check.name}: {check.detail}")


def fine_print(pair: PairResult) -> Iterator[str]:
    """What was not compared, or not exactly, and what was verified besides the rows."""
    yield from exclusions(pair)
    yield from tolerances(pair)
    for reason in dict.fromkeys(pair.ignored.values()):
        names = ", ".join(name for name, why in pair.ignored.items() if why == reason)
        yield visible(f"not compared, because {reason}: {names}")
    planted = [control for result in pair.relations for control in result.controls]
    if planted:
        caught = sum(control.caught for control in planted)
        yield f"{counted(len(planted), 'negative control')} planted, {caught:,} noticed"


def exclusions(pair: PairResult) -> Iterator[str]:
    """The columns that were not compared."""
    for result in pair.relations:
        for column, reason in result.volatile.items():
            yield visible(f"{result.name}: column {column} is not compared, because {reason}")


def tolerances(pair: PairResult) -> Iterator[str]:
    """What each tolerance let pass."""
    for result in pair.relations:
        for entry in result.tolerated:
            passed = f"let {counted(entry.rows, 'value')} pass, by at most {entry.largest_abs:g}"
            yield visible(
                f"{result.name}: column {entry.column} may differ by {entry.tolerance}, because {entry.reason}; "
                f"it {passed if entry.rows else 'let nothing pass'}"
            )


def _cell(content: object) -> str:
    return NOTHING if content is None else shown(content)
