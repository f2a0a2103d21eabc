"""Whether a single result may be judged: it is what was asked for, whole, and not empty."""

from collections.abc import Iterable

from harness.errors import RunError
from harness.expressions import quoted
from harness.parity.checks import Check, Status
from harness.parity.coverage import check_coverage
from harness.parity.judge import Judge, check_before
from harness.parity.preconditions import check_place
from harness.parity.results import Count, Finding, RelationResult
from harness.relation import Relation
from harness.side import Side
from harness.target import Contract
from harness.workload import fill


def open_result(judge: Judge, side: Side, *, covering: bool = True) -> dict[str, str]:
    """The relations of a result with their SQL names. `covering`: every year and event type must have rows.

    Raises:
        RunError: a precondition does not hold.
        DatabaseError: it cannot be read.
    """
    _require(judge, check_place(judge.contract, side))
    judge.attach(side)
    found = judge.warehouse.relations(side.name, judge.contract.result.relations_in)
    _require(judge, check_before(judge.warehouse, judge.contract, (side,), (found,)))
    if covering:
        for name, relation in judge.contract.relations.items():
            if name in found:
                counted = _count(judge, name, relation, found[name])
                _require(judge, check_coverage(judge.contract, counted, judge.years))
    return found


def event_types(contract: Contract) -> list[str]:
    """The event types that results must have."""
    declared = [relation.event_types for relation in contract.relations.values() if relation.event_types]
    return [name for types in declared for name in types.required]


def filled(sql: str, side: Side) -> str:
    """SQL about a result, with the values of its run as they stand within quotes."""
    return fill(sql, {name: text.replace("'", "''") for name, text in side.values.items()})


def _require(judge: Judge, checks: Iterable[Check]) -> None:
    failed = [made for made in judge.counted(checks) if made.status is Status.FAILED]
    if failed:
        raise RunError(f"{failed[0].name}: {failed[0].detail}")


def _count(judge: Judge, name: str, relation: Relation, source: str) -> RelationResult:
    """The rows by year and event type, in the form of a comparison of the result with itself."""
    year = quoted(relation.year) if relation.year else "NULL"
    event_type = quoted(relation.event_types.column) if relation.event_types else "NULL"
    rows = judge.warehouse.rows(f"SELECT {year}, {event_type}, count(*) FROM {source} GROUP BY ALL ORDER BY ALL")
    counts = tuple(Count(when, kind, number, number) for when, kind, number in rows)
    total = sum(count.reference for count in counts)
    return RelationResult(name, Finding.EQUAL_EXACT, total, total, None, 0.0, counts=counts, event_types=counts)
