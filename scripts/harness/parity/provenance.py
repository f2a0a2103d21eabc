"""What results say of their own making: which mode wrote them, from which inputs, and whether it came to its end."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from harness.errors import AmbiguousError, DatabaseError
from harness.parity.checks import Check, check
from harness.side import Side
from harness.target import Contract, Provenance, Question, Witness
from harness.warehouse import Warehouse
from harness.workload import PLACEHOLDER, fill

CLOCK_SLACK = timedelta(seconds=2)  # a run may round its own times to the second
Record = dict[str, Any]


@dataclass(frozen=True)
class Testimony:
    """The questions that a contract has for a result."""

    warehouse: Warehouse
    contract: Contract

    def ask(self, question: Question, side: Side) -> Record:
        """The one row that answers a question.

        Raises:
            DatabaseError: there is no answer, or more than one.
        """
        if question.file:
            return _read_json(question.file, side)
        rows = self.warehouse.named_rows(
            question.sql or "", database=side.name, schema=self.contract.result.relations_in
        )
        if len(rows) != 1:
            raise AmbiguousError(f"{side.name}: {question} returned {len(rows)} rows, expected one")
        return rows[0]

    def provenance(self, side: Side) -> Record:
        """How the result says that it was made; empty if the contract does not ask.

        Raises:
            DatabaseError: the answer lacks something.
        """
        provenance = self.contract.provenance
        if provenance is None:
            return {}
        record = self.ask(provenance, side)
        missing = [column for column in provenance.columns if column not in record]
        if missing:
            raise DatabaseError(f"{side.name}: {provenance} has no {missing[0]!r}; it has {', '.join(record)}")
        return record

    def years(self, side: Side) -> range | None:
        """The years that a result says it is of; None if it does not."""
        provenance = self.contract.provenance
        named = {template: column for column, template in (provenance.requested if provenance else {}).items()}
        if not {"{start_year}", "{end_year}"} <= named.keys():
            return None
        try:
            record = self.provenance(side)
            return range(int(record[named["{start_year}"]]), int(record[named["{end_year}"]]) + 1)
        except (DatabaseError, TypeError, ValueError):
            return None

    def check_witness(
        self, side: Side, other: Side | None = None, fault: str = "candidate not witnessed"
    ) -> Iterator[Check]:
        """The result shows that the mode asked for ran, and that the other side's mode did not."""
        if side.mode is None or side.mode not in self.contract.modes:
            yield self._recognize(side)
            return
        expected, found = self._witnessed(self.contract.modes[side.mode].witness, side, side.values)
        if isinstance(found, dict):
            shown, ignored = f"the result shows {_pairs(found)}", ": this mode did not run, or its switch was ignored"
        else:
            shown, ignored = f"the question failed: {found}", ""
        passed = found == expected
        wrong = f"{shown}, expected {_pairs(expected)}{ignored}"
        yield check("witness", side.name, passed, shown if passed else f"{fault}: {wrong}")
        if other and other.mode in self.contract.modes and other.mode != side.mode:
            expected, found = self._witnessed(self.contract.modes[other.mode].witness, side, other.values)
            if found == expected:
                detail = f"what should show {other.mode} ({_pairs(expected)}) holds for the result of {side.mode} too"
                yield check("witness", side.name, passed=False, detail=detail)

    def check_provenance(self, sides: tuple[Side, ...]) -> Iterator[Check]:
        """The results are finished, of what was asked for, and, if they are two, made from the same things."""
        provenance = self.contract.provenance
        if provenance is None:
            for side in sides:
                yield check("finished", side.name, None, "the target has no provenance to ask the result for")
            yield check("same-inputs", "", None, "the target has no provenance to ask the results for")
            return
        records: list[Record] = []
        for side in sides:
            try:
                records.append(self.provenance(side))
            except DatabaseError as error:
                # Of a run that the judge started an answer is due; of a file that lies around it may be missing.
                passed = False if side.execution or isinstance(error, AmbiguousError) else None
                yield check("finished", side.name, passed, f"it does not tell how it was made: {error}")
                yield check("same-inputs", side.name, passed, "it does not tell what it was made from")
            else:
                yield from _check_record(provenance, side, records[-1])
        if len(sides) == len(records) == 2:
            yield from _check_shared(provenance, (sides[0], sides[1]), (records[0], records[1]))

    def _recognize(self, side: Side) -> Check:
        """Without a mode that was asked for: which mode the result itself claims."""
        claimed = []
        for name, mode in self.contract.modes.items():
            witness = mode.witness.of_mode(name)
            known = {key: text for key, text in witness.expected.items() if not PLACEHOLDER.search(str(text))}
            expected, found = self._witnessed(witness.model_copy(update={"expected": known}), side, {})
            if known and found == expected:
                claimed.append(name)
        if claimed:
            return check("witness", side.name, passed=True, detail=f"the result shows {' or '.join(claimed)}")
        return check("witness", side.name, None, "nothing in it shows which mode wrote it")

    def _witnessed(self, witness: Witness, side: Side, values: Mapping[str, str]) -> tuple[Record, Record | str]:
        """What the witness should be, and what the result answers: a row, or why there is none."""
        expected = {name: fill(str(content), dict(values)) for name, content in witness.expected.items()}
        try:
            row = self.ask(witness, side)
        except DatabaseError as error:
            return expected, str(error)
        return expected, {name: str(row.get(name)) for name in expected}


def _read_json(name: str, side: Side) -> Record:
    path = side.folder / fill(name, dict(side.values))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatabaseError(f"{side.name}: {path} cannot be read as JSON: {error}") from None
    if not isinstance(content, dict):
        raise DatabaseError(f"{side.name}: {path} is not a JSON object")
    return content


def _check_record(provenance: Provenance, side: Side, record: Record) -> Iterator[Check]:
    for column, expected in provenance.finished.items():
        detail = f"{column} is {record[column]!r}, expected {expected!r}"
        yield check("finished", side.name, record[column] == expected, detail)
    if side.execution is None:
        told = ", ".join(f"{column} {record[column]}" for column in provenance.requested)
        yield check("as-asked", side.name, None, f"nobody asked for anything; the result says {told or 'nothing'}")
        return
    for column, template in provenance.requested.items():
        wanted = fill(template, dict(side.values))
        detail = f"{column} is {record[column]}, asked for {wanted}"
        yield check("as-asked", side.name, str(record[column]) == wanted, detail)
    yield from _check_times(provenance, side, record)


def _check_times(provenance: Provenance, side: Side, record: Record) -> Iterator[Check]:
    if side.execution is None:
        return
    begin, end = (
        datetime.fromtimestamp(ns / 1e9, UTC).replace(tzinfo=None)
        for ns in (side.execution.started_ns, side.execution.finished_ns)
    )
    for name in (provenance.started_at, provenance.finished_at):
        if name:
            moment = _moment(record[name])
            inside = moment is not None and begin - CLOCK_SLACK <= moment <= end + CLOCK_SLACK
            detail = f"{name} is {record[name]}, the run lasted from {begin:%F %T} to {end:%F %T} (UTC)"
            yield check("fresh", side.name, inside, detail)


def _moment(content: object) -> datetime | None:
    """A time in UTC, as DuckDB returns it or as ISO text."""
    if isinstance(content, str):
        try:
            content = datetime.fromisoformat(content)
        except ValueError:
            return None
    if not isinstance(content, datetime):
        return None
    return content.astimezone(UTC).replace(tzinfo=None) if content.tzinfo else content


def _check_shared(provenance: Provenance, sides: tuple[Side, Side], records: tuple[Record, Record]) -> Iterator[Check]:
    asked = [] if any(side.execution for side in sides) else list(provenance.requested)
    for wanted, columns in ((True, [*provenance.equal, *asked]), (False, provenance.distinct)):
        for column in columns:
            ours, theirs = records[0][column], records[1][column]
            known = ours is not None and theirs is not None
            detail = f"{column} is {ours} in {sides[0].name}, {theirs} in {sides[1].name}"
            yield check("same-inputs" if wanted else "own-run", "", known and (ours == theirs) == wanted, detail)


def _pairs(record: Record) -> str:
    return ", ".join(f"{name}={content}" for name, content in record.items())
