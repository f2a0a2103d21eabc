"""Whether the results hold what was asked for; equality of what is not there proves nothing."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from harness.parity.checks import Check, check
from harness.parity.results import RelationResult
from harness.relation import Relation
from harness.target import Contract
from harness.warehouse import Column, Warehouse


def check_relations(
    contract: Contract, sides: tuple[str, ...], relations: tuple[Mapping[str, str], ...]
) -> Iterator[Check]:
    """Each declared relation exists on every side, and each other one is accounted for."""
    for name, relation in contract.relations.items():
        absent = [side for side, found in zip(sides, relations, strict=True) if name not in found]
        excused = relation.may_be_absent if len(absent) == len(sides) else None
        where = f"missing from {' and '.join(absent)}" if absent else f"in {' and '.join(sides)}"
        detail = f"{where}, as declared: {excused}" if excused else where
        yield check("relations", name, not absent or bool(excused), detail)
    for name in sorted(set().union(*relations)):
        if name not in contract.relations and not ignored_because(contract, name):
            holders = [side for side, found in zip(sides, relations, strict=True) if name in found]
            detail = (
                f"exists in {' and '.join(holders)}, but the target does not know it; "
                "declare it under relations, or under ignore with a reason"
            )
            yield check("relations", name, passed=False, detail=detail)


def ignored_because(contract: Contract, name: str) -> str | None:
    """Why a relation is not compared; None if nothing says so."""
    return next((entry.reason for entry in contract.ignore if fnmatchcase(name, entry.pattern)), None)


def check_all_columns(
    warehouse: Warehouse, contract: Contract, relations: tuple[Mapping[str, str], ...]
) -> Iterator[Check]:
    """Each column that the contract names exists in its relation on at least one side."""
    for name, relation in contract.relations.items():
        sources = [side[name] for side in relations if name in side]
        columns = [column for source in sources for column in warehouse.columns(source)]
        if sources:
            yield from check_columns(name, relation, columns)


def check_columns(name: str, relation: Relation, columns: Iterable[Column]) -> Iterator[Check]:
    """Each column that the target names exists on at least one side; otherwise the target is out of date."""
    present = {column.name: column.type for column in columns}
    named = dict.fromkeys((*relation.needed, *relation.order, *relation.volatile, *relation.tolerances))
    missing = [column for column in named if column not in present]
    yield _complete("columns", name, missing, "exist on neither side; correct the target or the exclusions")
    nothing = present.keys() <= {*relation.volatile, *relation.needed} and relation.volatile
    if nothing:
        detail = "every column but those that tell rows apart is excluded: nothing would be compared"
        yield check("columns", name, passed=False, detail=detail)
    textual = [column for column in relation.tolerances if not _is_number(present.get(column, "DOUBLE"))]
    if textual:
        yield _complete("columns", name, textual, "have a tolerance, but are no numbers: it could never apply")


def check_coverage(contract: Contract, result: RelationResult, years: range | None) -> Iterator[Check]:
    """The relation has rows, in each simulated year and in no other, of each required event type."""
    relation = contract.relations[result.name]
    filled = result.rows_reference + result.rows_candidate > 0
    yield check("not-empty", result.name, filled, f"{result.rows_reference:,} and {result.rows_candidate:,} rows")
    if not filled:
        return
    if relation.year:
        yield from _check_years(result, years)
    if relation.event_types:
        present = {str(count.event_type) for count in result.event_types}
        missing = [name for name in relation.event_types.required if name not in present]
        yield _complete("event-types", result.name, missing, "occur on neither side")


def _check_years(result: RelationResult, years: range | None) -> Iterator[Check]:
    present = {str(count.year) for count in result.counts}
    expected = {str(year) for year in (years if years is not None else _without_gaps(present))}
    yield _complete("years", result.name, sorted(expected - present), "have no rows on either side")
    both = {str(count.year) for count in result.counts if count.reference and count.candidate}
    yield _complete(
        "years", result.name, sorted((present - expected) & both), "were not asked for, but have rows on both sides"
    )


def _without_gaps(present: set[str]) -> range:
    """When nobody says which years there should be: from the first to the last."""
    numbers = [int(year) for year in present if year.lstrip("-").isdigit()]
    return range(min(numbers), max(numbers) + 1) if numbers else range(0)


def _is_number(type_: str) -> bool:
    return type_.startswith(("DECIMAL", "FLOAT", "DOUBLE")) or type_.endswith("INT") or type_ == "INTEGER"


def _complete(precondition: str, about: str, faults: list[str], fault: str) -> Check:
    return check(precondition, about, not faults, f"{', '.join(faults)} {fault}" if faults else "complete")
