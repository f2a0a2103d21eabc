"""Reading scale_results_<mode>.json: strictly, but only what a comparison needs."""

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.errors import HarnessError
from harness.reports.texts import clipped, visible
from harness.scale.cells import Cell
from harness.scale.document import KIND
from harness.scale.outcome import Outcome, Status, outcome_of
from harness.scale.plan import PlannedRun

# The major versions of the schema that are read here; document.py keeps the history of what is written.
# 1  session, subject, context, results.cells (cell, status), results.samples (as in the journal)
# Within a major version fields may be added, which are ignored here, and none is renamed, retyped or taken away.
READS = 1

COSTS = ("wall_", "cpu_", "memory.")  # fields of a measurement that cannot be negative
PREFIX, SUFFIX = "scale_results_", ".json"
GOOD = str(Status.OK)
_WIDTH = 40  # of a number in running text


class ResultFileError(HarnessError):
    """A result file, or a folder of them, cannot be used."""


class Recorded(BaseModel):
    """A part of a file that a program wrote: fields that a later version added are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class SessionRecord(Recorded):
    """Which session measured."""

    id: str
    ended_at: str
    subject_digest: str
    redone: int = 0


class Subject(Recorded):
    """What was measured."""

    target: str
    target_sha256: str | None = None
    start_year: int
    seed: int
    threads: int


class Context(Recorded):
    """With which code and on which machine."""

    commit: str | None
    tree: str | None
    dirty: bool | None
    lock_sha256: str | None
    machine: dict[str, Any]
    machine_fingerprint: str
    python: str | None = None
    libraries: dict[str, str | None] = {}


class _Cell(Recorded):
    mode: str
    employees: int
    years: int
    shards: int

    def as_cell(self) -> Cell:
        return Cell(self.mode, self.employees, self.years, self.shards)


class _Summary(Recorded):
    cell: _Cell
    status: str


class _Results(Recorded):
    cells: list[_Summary]
    samples: list[dict[str, Any]]


class _Document(Recorded):
    mode: str
    session: SessionRecord
    subject: Subject
    context: Context
    results: _Results


@dataclass(frozen=True)
class ResultFile:
    """The result of a mode: of each planned run that counts its last attempt.

    `statuses` has every cell that was planned: OK, or what became of it. `good` has the runs that ended well.
    """

    path: Path
    mode: str
    session: SessionRecord
    subject: Subject
    context: Context
    statuses: Mapping[Cell, str]
    outcomes: tuple[Outcome, ...]
    good: Mapping[Cell, Sequence[Outcome]]

    def runs(self, cell: Cell) -> Sequence[Outcome]:
        """The good runs of a cell, in the order of their blocks."""
        return self.good.get(cell, ())


def read_results(folder: Path, mode: str | None = None) -> ResultFile:
    """The result of a mode in a folder; of the only one if none is named.

    Raises:
        ResultFileError: one line that says what is wrong, and where.
    """
    found = _result_files(folder)
    known = ", ".join(found)
    if not found:
        raise ResultFileError(f"{folder} holds no {PREFIX}<mode>{SUFFIX}; scale_testing_framework.py writes them")
    if mode is None and len(found) > 1:
        told = f"{folder} holds results of several modes ({known})"
        raise ResultFileError(f"{told}; say which with --baseline-mode or --optimized-mode")
    chosen = mode or next(iter(found))
    if chosen not in found:
        raise ResultFileError(f"{folder} holds no results of mode {chosen!r}; it has: {known}")
    return _read(found[chosen], chosen)


def modes_in(folder: Path) -> Sequence[str]:
    """The modes whose results are in a folder.

    Raises:
        ResultFileError: it cannot be listed.
    """
    return list(_result_files(folder))


def read_json(path: Path, what: str) -> dict[str, Any]:
    """The JSON object in a file; `what` says what it should be.

    Raises:
        ResultFileError: it cannot be read, or is none.
    """
    try:
        content = json.loads(
            path.read_text(encoding="utf-8"), parse_constant=_no_number, parse_float=_float, parse_int=_int
        )
    except OSError as error:
        raise ResultFileError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        reason = "it is empty" if path.stat().st_size == 0 else f"it is damaged or cut off ({visible(str(error))})"
        raise ResultFileError(f"{path} is no {what}: {reason}") from None
    if not isinstance(content, dict):
        raise ResultFileError(f"{path} is no {what}: it holds no JSON object")
    return content


def check_version(content: Mapping[str, Any], known: int, of: str) -> None:
    """Refuse what another major version of the program wrote.

    Raises:
        ResultFileError: names the version.
    """
    version = content.get("schema_version")
    major, _, minor = version.partition(".") if isinstance(version, str) else ("", "", "")
    if not (major.isdecimal() and minor.isdecimal()):
        raise ResultFileError(f"{of} has no schema_version such as {known}.0")
    if int(major) != known:
        age = "newer" if int(major) > known else "older"
        raise ResultFileError(f"schema_version {version} of {of} is {age} than this program, which reads {known}")


def first_problem(error: ValidationError) -> str:
    """The first thing that is wrong with a file, in one line."""
    problem = error.errors()[0]
    where = ".".join(map(str, problem["loc"]))
    return visible(f"{where}: {problem['msg']}")


def _result_files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise ResultFileError(f"there is no folder {folder}")
    try:
        paths = sorted(path for path in folder.iterdir() if path.name.startswith(PREFIX) and path.suffix == SUFFIX)
    except OSError as error:
        raise ResultFileError(f"cannot list {folder}: {error.strerror}") from None
    return {path.name.removeprefix(PREFIX).removesuffix(SUFFIX): path for path in paths}


def _read(path: Path, mode: str) -> ResultFile:
    content = read_json(path, "scale result")
    check_version(content, READS, str(path))
    if content.get("kind") != KIND:
        raise ResultFileError(f"{path} is no scale result: its kind is {content.get('kind')!r} and not {KIND!r}")
    try:
        document = _Document.model_validate(content)
        outcomes = _settled(document)
    except ValidationError as error:
        raise ResultFileError(f"{path} is damaged: {first_problem(error)}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ResultFileError(f"{path} is damaged: results.samples: {visible(repr(error))}") from None
    if {document.mode, *(cell.mode for cell in _cells(document, outcomes))} != {mode}:
        raise ResultFileError(f"{path} is damaged: it is named after the mode {mode!r} and holds another")
    return ResultFile(
        path=path,
        mode=mode,
        session=document.session,
        subject=document.subject,
        context=document.context,
        statuses=_statuses(document, outcomes),
        outcomes=tuple(outcomes),
        good=_good(outcomes),
    )


def _settled(document: _Document) -> list[Outcome]:
    """The last attempt of each run that counts."""
    outcomes = [_outcome(sample) for sample in document.results.samples]
    latest = {outcome.run.position: outcome for outcome in outcomes}
    return [latest[position] for position in sorted(latest) if latest[position].run.counts]


def _good(outcomes: Sequence[Outcome]) -> dict[Cell, list[Outcome]]:
    found: dict[Cell, list[Outcome]] = defaultdict(list)
    for outcome in sorted(outcomes, key=lambda outcome: outcome.run.block):
        if outcome.status is Status.OK:
            found[outcome.run.cell].append(outcome)
    return dict(found)


def _outcome(sample: Mapping[str, Any]) -> Outcome:
    told = sample["run"]
    cell = Cell(str(told["mode"]), *(int(told[name]) for name in ("employees", "years", "shards")))
    outcome = outcome_of(sample, PlannedRun(int(told["position"]), int(told["block"]), cell))
    measured = outcome.measurement
    if outcome.status is Status.OK and not (measured and measured.wall_seconds > 0):
        raise ValueError(f"a run of {cell} ended well and took no time")
    if measured:
        memory = {f"memory.{name}": size for name, size in vars(measured.memory).items()}
        for name, cost in (vars(measured) | memory).items():
            if name.startswith(COSTS) and isinstance(cost, int | float) and cost < 0:
                raise ValueError(f"a run of {cell}: {name} cannot be {cost}")
    return outcome


def _cells(document: _Document, outcomes: Sequence[Outcome]) -> set[Cell]:
    return {outcome.run.cell for outcome in outcomes} | {told.cell.as_cell() for told in document.results.cells}


def _statuses(document: _Document, outcomes: Sequence[Outcome]) -> dict[Cell, str]:
    """What the session said of its cells; a run that failed counts for its cell whatever else is said."""
    told = {summary.cell.as_cell(): summary.status for summary in document.results.cells}
    run = {outcome.run.cell: GOOD for outcome in outcomes}
    failed = {outcome.run.cell: outcome.label for outcome in outcomes if outcome.status is not Status.OK}
    return run | told | failed


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{clipped(text, _WIDTH)} is too large a number")
    return number


def _int(text: str) -> int:
    _float(text)  # whatever is counted here is also divided
    return int(text)
