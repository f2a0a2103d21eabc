"""What must hold of two results before they are worth comparing: that they are two, whole, and what was asked for."""

import fcntl
import filecmp
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.parity.checks import Check, check
from harness.side import Side
from harness.target import Contract
from harness.workload import fill

_FLOCK = "hhqqi4x"  # type, whence, start, length, pid of struct flock


def check_places(contract: Contract, reference: Side, candidate: Side) -> Iterator[Check]:
    """The results are two, of these runs, and at rest. Reads no database: one that is being written must not be."""
    fault = _one_result(reference, candidate)
    places = f"{reference.place} and {candidate.place}"
    yield check("two-results", "", not fault, f"{places} {fault or 'are two results'}")
    for side in (reference, candidate):
        yield from check_place(contract, side)


def check_place(contract: Contract, side: Side) -> Iterator[Check]:
    """One result is of this run, and at rest."""
    yield _check_age(contract, side)
    fault = _left_behind(side) or _written_now(side.place)
    yield check("closed", side.name, not fault, f"{side.place} {fault or 'is not open for writing'}")


def check_finishing_file(contract: Contract, sides: Iterable[Side]) -> Iterator[Check]:
    """The file that a run writes last is there."""
    for side in sides:
        last = _last_file(contract, side)
        if last:
            told = "is there" if last.is_file() else "is missing: the run did not reach its end"
            yield check("finished", side.name, last.is_file(), f"{last} {told}")


def _last_file(contract: Contract, side: Side) -> Path | None:
    name = contract.result_of(side.mode).finished_by
    return side.folder / fill(name, {"mode": side.mode or "", **side.values}) if name else None


def _evidence(contract: Contract, side: Side) -> list[Path]:
    """Every file that the verdict will rest on: the rows, and what tells how they were made."""
    mode = contract.modes.get(side.mode or "")
    questions = [mode.witness if mode else None, contract.provenance]
    named = [side.folder / fill(asked.file, dict(side.values)) for asked in questions if asked and asked.file]
    told = [*named, *filter(None, [_last_file(contract, side)])]
    return [*side.files, *(path for path in told if path.is_file())]


def _one_result(reference: Side, candidate: Side) -> str:
    """Why the two are really one; empty if they are not."""
    if reference.place.resolve() == candidate.place.resolve():
        return "are the same file"
    ours, theirs = reference.files, candidate.files
    shared = {_inode(path) for path in ours} & {_inode(path) for path in theirs}
    if shared:
        return "are the same file under two names"
    seen_running = reference.execution is not None and candidate.execution is not None
    if seen_running and (reference.place.is_dir() or reference.mode == candidate.mode):
        return ""  # a deterministic writer makes equal files; that both runs happened was seen
    alike = len(ours) == len(theirs) and all(
        filecmp.cmp(mine, other, shallow=False) for mine, other in zip(ours, theirs, strict=True)
    )
    return "are byte for byte the same, so one is a copy of the other" if alike else ""


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _check_age(contract: Contract, side: Side) -> Check:
    if side.execution is None:
        return check("fresh", side.name, None, "nobody saw the run that wrote it")
    oldest = min(_evidence(contract, side), key=lambda path: path.stat().st_mtime_ns)
    age = (side.execution.started_ns - oldest.stat().st_mtime_ns) / 1e9
    told = f"is {age:,.0f} s older than the start of the run: stale" if age > 0 else "was written by the run"
    return check("fresh", side.name, age <= 0, f"{oldest} {told}")


def _left_behind(side: Side) -> str:
    """Why nobody knows whether a result is whole: who might have gone on writing it was ended with the run."""
    left = side.execution.measurement.stragglers if side.execution else 0
    return f"may be unfinished: {left} of the processes of the run had to be ended after it" if left else ""


def _written_now(place: Path) -> str:
    """Why a DuckDB file must not be opened now; empty if it may be."""
    if place.is_dir():
        return ""  # an unfinished Parquet file has no footer and cannot be read at all
    log = place.with_name(f"{place.name}.wal")
    if log.exists():
        return f"has a write-ahead log, {log.name}: a writer has it open, or crashed"
    holder = _lock_holder(place)
    return f"is open for writing in process {holder}" if holder else ""


def _lock_holder(path: Path) -> int | None:
    """The process that holds a lock which excludes readers; asking does not touch the lock."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        asked = struct.pack(_FLOCK, fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, process = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
    finally:
        os.close(descriptor)
    return None if kind == fcntl.F_UNLCK else process
