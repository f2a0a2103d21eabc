"""Whether the results hold what was asked for; equality of what is not there proves nothing."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from harness.parity.results import Check, RelationResult
from harness.target import Relation, Target
from harness.warehouse import Column
from harness.workload import Workload


def check_relations(
    target: Target, modes: tuple[str, str], relations: tuple[Mapping[str, str], Mapping[str, str]]
) -> Iterator[Check]:
    """Each declared relation exists on both sides, and each other one is accounted for."""
    for name in target.relations:
        absent = [mode for mode, found in zip(modes, relations, strict=True) if name not in found]
        where = f"missing from {' and '.join(absent)}" if absent else "on both sides"
        yield Check(f"{name}: exists", not absent, where)
    for name in sorted(relations[0].keys() | relations[1].keys()):
        if name not in target.relations and not ignored_because(target, name):
            sides = [mode for mode, found in zip(modes, relations, strict=True) if name in found]
            detail = (
                f"exists in {' and '.join(sides)}, but the target does not know it; "
                "declare it under relations, or under ignore with a reason"
            )
            yield Check(f"{name}: accounted for", passed=False, detail=detail)


def ignored_because(target: Target, name: str) -> str | None:
    """Why a relation is not compared; None if nothing says so."""
    return next((entry.reason for entry in target.ignore if fnmatchcase(name, entry.pattern)), None)


def check_columns(name: str, relation: Relation, columns: Iterable[Column]) -> Iterator[Check]:
    """Each column that the target names exists on at least one side; otherwise the target is out of date."""
    present = {column.name for column in columns}
    named = dict.fromkeys((*relation.needed, *relation.order, *relation.volatile))
    missing = [column for column in named if column not in present]
    yield _complete(f"{name}: declared columns", missing, "exist on neither side; correct the target")


def check_coverage(target: Target, workload: Workload, result: RelationResult) -> Iterator[Check]:
    """The relation has rows, in each simulated year and in no other, of each required event type."""
    relation = target.relations[result.name]
    filled = result.rows_reference + result.rows_candidate > 0
    yield Check(f"{result.name}: not empty", filled, f"{result.rows_reference:,} and {result.rows_candidate:,} rows")
    if not filled:
        return
    if relation.year:
        present = {str(count.year) for count in result.counts}
        missing = [str(year) for year in workload.years if str(year) not in present]
        foreign = sorted(present - {str(year) for year in workload.years})
        yield _complete(f"{result.name}: years", missing, "have no rows on either side")
        both = [count.year for count in result.counts if count.reference and count.candidate]
        yield _complete(
            f"{result.name}: no other years",
            [year for year in foreign if year in map(str, both)],
            "were not asked for, but have rows on both sides",
        )
    if relation.event_types:
        present = {str(count.event_type) for count in result.event_types}
        missing = [name for name in relation.event_types.required if name not in present]
        yield _complete(f"{result.name}: {relation.event_types.column}", missing, "occur on neither side")


def _complete(name: str, faults: list[str], fault: str) -> Check:
    return Check(name, not faults, f"{', '.join(faults)} {fault}" if faults else "complete")
