"""What must hold of two runs before their results are worth comparing."""

import filecmp
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from harness.errors import DatabaseError
from harness.parity.results import Check
from harness.runs import Run
from harness.target import Provenance, Target, Witness
from harness.warehouse import Warehouse
from harness.workload import fill

CLOCK_SLACK = timedelta(seconds=2)  # a run may round its own times to the second
Record = dict[str, Any]


def check_files(reference: Run, candidate: Run) -> Iterator[Check]:
    """The databases are two, and both are of these runs."""
    same = reference.database.samefile(candidate.database)
    copied = not same and filecmp.cmp(reference.database, candidate.database, shallow=False)
    fault = "are the same file" if same else "are byte for byte the same file, so one is a copy of the other"
    yield Check(
        "two results",
        not (same or copied),
        f"{reference.database} and {candidate.database} {fault if same or copied else 'are two files'}",
    )
    for run in (reference, candidate):
        age = (run.execution.started_ns - run.database.stat().st_mtime_ns) / 1e9
        told = f"is {age:,.0f} s older than the start of the run: stale" if age > 0 else "was written by the run"
        yield Check(f"{run.mode}: fresh", age <= 0, f"{run.database} {told}")


def check_witness(warehouse: Warehouse, target: Target, run: Run, other: Run) -> Iterator[Check]:
    """The result shows that the mode asked for ran, and that the other mode did not."""
    witness = target.modes[run.mode].witness
    expected, found = _witnessed(warehouse, target, witness, run, run.mode)
    shown = f"the result shows {_pairs(found)}" if isinstance(found, dict) else f"the question failed: {found}"
    passed = found == expected
    wrong = f"{shown}, expected {_pairs(expected)}: this mode did not run, or its switch was ignored"
    yield Check(f"{run.mode}: witness", passed, shown if passed else wrong)
    theirs = target.modes[other.mode].witness
    expected, found = _witnessed(warehouse, target, theirs, other, run.mode)
    if found == expected:
        detail = f"the witness of {other.mode} ({_pairs(expected)}) holds for the result of {run.mode} too"
        yield Check(f"{run.mode}: told apart from {other.mode}", passed=False, detail=detail)


def check_provenance(warehouse: Warehouse, target: Target, runs: tuple[Run, Run]) -> Iterator[Check]:
    """Both results are finished, of what was asked for, and made from the same things."""
    records: list[Record] = []
    for run in runs:
        try:
            records.append(read_provenance(warehouse, target, run))
        except DatabaseError as error:
            yield Check(f"{run.mode}: provenance", passed=False, detail=str(error))
    if len(records) < len(runs):
        return
    for run, record in zip(runs, records, strict=True):
        yield from _check_record(target.provenance, run, record)
    yield from _check_shared(target.provenance, runs, (records[0], records[1]))


def read_provenance(warehouse: Warehouse, target: Target, run: Run) -> Record:
    """The one row in which a result says how it was made."""
    rows = warehouse.named_rows(target.provenance.sql, database=run.mode, schema=target.result.relations_in)
    if len(rows) != 1:
        raise DatabaseError(f"{run.mode}: {target.provenance.sql!r} returned {len(rows)} rows, expected one")
    needed = _columns_needed(target.provenance)
    missing = [column for column in needed if column not in rows[0]]
    if missing:
        raise DatabaseError(
            f"{run.mode}: provenance.sql returns no column {missing[0]!r}; it returns {', '.join(rows[0])}"
        )
    return rows[0]


def _columns_needed(provenance: Provenance) -> list[str]:
    times = [name for name in (provenance.started_at, provenance.finished_at) if name]
    return [*provenance.finished, *provenance.requested, *provenance.equal, *provenance.distinct, *times]


def _check_record(provenance: Provenance, run: Run, record: Record) -> Iterator[Check]:
    for column, expected in provenance.finished.items():
        detail = f"{column} is {record[column]!r}, expected {expected!r}"
        yield Check(f"{run.mode}: finished", record[column] == expected, detail)
    for column, template in provenance.requested.items():
        expected = fill(template, dict(run.values))
        detail = f"{column} is {record[column]}, asked for {expected}"
        yield Check(f"{run.mode}: {column} as asked", str(record[column]) == expected, detail)
    begin = datetime.fromtimestamp(run.execution.started_ns / 1e9, UTC).replace(tzinfo=None)
    end = datetime.fromtimestamp(run.execution.finished_ns / 1e9, UTC).replace(tzinfo=None)
    for name in (provenance.started_at, provenance.finished_at):
        if name:
            moment = record[name]
            inside = isinstance(moment, datetime) and begin - CLOCK_SLACK <= moment <= end + CLOCK_SLACK
            detail = f"{name} is {moment}, the run lasted from {begin:%F %T} to {end:%F %T} (UTC)"
            yield Check(f"{run.mode}: {name} within the run", inside, detail)


def _check_shared(provenance: Provenance, runs: tuple[Run, Run], records: tuple[Record, Record]) -> Iterator[Check]:
    for wanted, columns in ((True, provenance.equal), (False, provenance.distinct)):
        for column in columns:
            ours, theirs = records[0][column], records[1][column]
            known = ours is not None and theirs is not None
            name = f"{'same' if wanted else 'own'} {column}"
            detail = f"{runs[0].mode}: {ours}, {runs[1].mode}: {theirs}"
            yield Check(name, known and (ours == theirs) == wanted, detail)


def _witnessed(
    warehouse: Warehouse, target: Target, witness: Witness, asked: Run, database: str
) -> tuple[Record, Record | str]:
    """What the witness should be, and what the database answers: a row, or why there is none."""
    expected = {name: fill(str(content), dict(asked.values)) for name, content in witness.expected.items()}
    try:
        rows = warehouse.named_rows(witness.sql, database=database, schema=target.result.relations_in)
    except DatabaseError as error:
        return expected, str(error)
    if len(rows) != 1:
        return expected, f"{len(rows)} rows, expected one"
    return expected, {name: str(rows[0].get(name)) for name in expected}


def _pairs(record: Record) -> str:
    return ", ".join(f"{name}={content}" for name, content in record.items())
