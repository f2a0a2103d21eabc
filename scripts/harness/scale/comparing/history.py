"""The history of a project, in a file that only grows.

A line for each session that was compared, and one more for each comparison of it that has other modes.
"""

import csv
import fcntl
import io
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean
from typing import Annotated, Any, BinaryIO

from pydantic import Field, ValidationError

from harness.errors import WorkspaceError
from harness.reports.texts import visible
from harness.scale.cells import Cell
from harness.scale.comparing.comparison import Comparison
from harness.scale.costs import Measure, cost_of
from harness.scale.result_file import Recorded, ResultFile, ResultFileError, check_version, first_problem
from harness.units import GIGABYTE
from harness.workspace import write_whole

# 1.0  the first: session, time, commit, tree, dirty, machine, workload, modes {mode: means over its cells}, cells
# 1.1  hardware
SCHEMA_VERSION = "1.1"
ALL_CELLS = "all"
Cost = Annotated[float, Field(gt=0)]  # of what cost nothing there is no geometric mean
COLUMNS = (
    "time",
    "commit",
    "session",
    "machine",
    "hardware",
    "mode",
    "cell",
    "wall_seconds",
    "cpu_seconds",
    "memory_bytes",
)


class Costs(Recorded):
    """Geometric means over the runs of a cell, or over the cells of a mode. Memory: the lower end of the bracket."""

    wall_seconds: Cost | None
    cpu_seconds: Cost | None
    memory_bytes: Cost | None

    def of(self, measure: Measure) -> float | None:
        """One of them."""
        named = {Measure.WALL: self.wall_seconds, Measure.CPU: self.cpu_seconds, Measure.MEMORY: self.memory_bytes}
        return named[measure]


class CellCosts(Costs):
    """What a cell cost."""

    mode: str
    employees: int
    years: int
    shards: int

    @property
    def label(self) -> str:
        """The cell without its mode, as one word."""
        return f"{self.employees}x{self.years}x{self.shards}"


class Entry(Recorded):
    """What one session measured."""

    session: str
    time: str
    commit: str | None
    tree: str | None
    dirty: bool | None
    machine: str
    hardware: str | None = None  # that of the machine without what an update of its system changes
    workload: str
    modes: dict[str, Costs]
    cells: list[CellCosts]

    @property
    def key(self) -> tuple[str, str]:
        """What tells sessions apart."""
        return self.session, self.machine

    def without(self, modes: Collection[str]) -> "Entry":
        """The entry with other modes only."""
        others = {mode: costs for mode, costs in self.modes.items() if mode not in modes}
        return self.model_copy(update={"modes": others, "cells": [cell for cell in self.cells if cell.mode in others]})

    def joined(self, other: "Entry") -> "Entry":
        """With the modes that another comparison of the session adds."""
        more = other.without(self.modes)
        return self.model_copy(update={"modes": self.modes | more.modes, "cells": [*self.cells, *more.cells]})

    def cells_of(self, mode: str) -> set[str]:
        """Which cells the means of a mode are taken over."""
        return {cell.label for cell in self.cells if cell.mode == mode}


@dataclass(frozen=True)
class History:
    """One entry for each session, up to the one of this comparison, which is the last."""

    path: Path
    entries: tuple[Entry, ...]
    appended: bool  # else the session was there already, with these modes

    def hardware(self, entry: Entry) -> str:
        """Of an entry of version 1.0 it is what another entry of the same machine tells, else the machine itself."""
        told = (other.hardware for other in (entry, *self.entries) if other.machine == entry.machine)
        return next(filter(None, told), entry.machine)


def entry_of(comparison: Comparison) -> Entry:
    """The contender's session over the cells that were compared; the baseline's mode too if it is of that session."""
    contender = comparison.sides.contender
    measured = [(contender, [common.cell for common in comparison.matching.compared])]
    if comparison.sides.same_session:
        measured.insert(0, (comparison.sides.baseline, sorted({c.against for c in comparison.matching.compared})))
    cells = {side.mode: [_costs(side, cell) for cell in of_side] for side, of_side in measured}
    context, subject = contender.context, contender.subject
    return Entry(
        session=contender.session.id,
        time=contender.session.ended_at,
        commit=context.commit,
        tree=context.tree,
        dirty=context.dirty,
        machine=context.machine_fingerprint,
        hardware=_hardware(context.machine),
        workload=f"{subject.target} from {subject.start_year}, seed {subject.seed}, {subject.threads} threads",
        modes={mode: _over(costs) for mode, costs in cells.items() if costs},
        cells=[costs for of_mode in cells.values() for costs in of_mode],
    )


def remember(path: Path, entry: Entry) -> History:
    """Append an entry, or what its session does not have yet.

    A last line without its end is what a crash left; it is cut off.

    Raises:
        ResultFileError: a line before that is damaged, or of a later version.
        WorkspaceError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path) as file:
            content = file.read()
            whole = _whole(content)
            lines = [_entry(path, number, line) for number, line in enumerate(whole.splitlines(), start=1)]
            known = _sessions(lines).get(entry.key)
            new = entry.without(known.modes) if known else entry
            if new.modes:
                _append(file, whole, new)
    except OSError as error:
        raise WorkspaceError(f"--history: cannot write {path}: {error.strerror}") from None
    sessions = _sessions([*lines, new])
    place = list(sessions).index(entry.key)
    return History(path, tuple(sessions.values())[: place + 1], appended=bool(new.modes))


def export(history: History, path: Path) -> None:
    """Write the entries as CSV: a row for each cell, and one for the means over the cells of each mode.

    Raises:
        WorkspaceError: it cannot be written.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for entry in history.entries:
        start = (entry.time, entry.commit or "", entry.session, entry.machine, entry.hardware or "")
        table.writerows((*start, mode, ALL_CELLS, *_numbers(costs)) for mode, costs in entry.modes.items())
        table.writerows((*start, cell.mode, cell.label, *_numbers(cell)) for cell in entry.cells)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.getvalue())
    except OSError as error:
        raise WorkspaceError(f"--csv: cannot write {path}: {error.strerror}") from None


def _numbers(costs: Costs) -> list[str]:
    return ["" if (cost := costs.of(measure)) is None else repr(cost) for measure in Measure]


def _hardware(machine: Mapping[str, Any]) -> str | None:
    """What makes two machines of one kind, if it is on record. Of the memory each kernel keeps a little for itself."""
    names = ("processor", "processors", "architecture")
    memory = machine.get("memory_bytes")
    if not isinstance(memory, int) or any(machine.get(name) is None for name in names):
        return None
    processor, processors, architecture = (machine[name] for name in names)
    return visible(f"{processors} × {processor}, {architecture}, {round(memory / GIGABYTE)} GB")


def _costs(side: ResultFile, cell: Cell) -> CellCosts:
    runs = side.runs(cell)
    means = {measure: _mean([cost_of(measure)(run) for run in runs]) for measure in Measure}
    return CellCosts(mode=cell.mode, employees=cell.employees, years=cell.years, shards=cell.shards, **_fields(means))


def _over(cells: Sequence[CellCosts]) -> Costs:
    return Costs(**_fields({measure: _mean([cell.of(measure) for cell in cells]) for measure in Measure}))


def _mean(costs: Sequence[float | None]) -> float | None:
    """The geometric mean; of what is not known of all there is none, because it would be a mean of others."""
    known = [cost for cost in costs if cost is not None and cost > 0]
    return geometric_mean(known) if known and len(known) == len(costs) else None


def _fields(means: Mapping[Measure, float | None]) -> dict[str, float | None]:
    return {
        "wall_seconds": means[Measure.WALL],
        "cpu_seconds": means[Measure.CPU],
        "memory_bytes": means[Measure.MEMORY],
    }


def _sessions(lines: Sequence[Entry]) -> dict[tuple[str, str], Entry]:
    """One entry for each session, where it first stood."""
    found: dict[tuple[str, str], Entry] = {}
    for line in lines:
        found[line.key] = found[line.key].joined(line) if line.key in found else line
    return found


def _append(file: BinaryIO, whole: bytes, entry: Entry) -> None:
    """Add a line behind those that are complete."""
    document = {"schema_version": SCHEMA_VERSION, **entry.model_dump()}
    end = b"" if whole.endswith(b"\n") or not whole else b"\n"
    file.seek(len(whole))
    file.truncate()
    file.write(end + json.dumps(document, allow_nan=False).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _whole(content: bytes) -> bytes:
    """The lines that are complete; a last one that lacks nothing but its end is."""
    end = content.rfind(b"\n") + 1
    try:
        json.loads(content[end:])
    except ValueError:
        return content[:end]
    return content


def _entry(path: Path, number: int, line: bytes) -> Entry:
    where = f"{path}, line {number}"
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        raise ResultFileError(f"{where} is damaged: no JSON; repair or remove that line") from None
    if not isinstance(content, dict):
        raise ResultFileError(f"{where} is damaged: no JSON object; repair or remove that line")
    check_version(content, int(SCHEMA_VERSION.partition(".")[0]), where)
    try:
        return Entry.model_validate(content)
    except ValidationError as error:
        raise ResultFileError(f"{where} is damaged: {visible(first_problem(error))}") from None


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """The file, which nobody else appends to meanwhile."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
