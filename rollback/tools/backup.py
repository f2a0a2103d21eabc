"""The database: copied while no writer can be there, replaced by a rename, and brought back.

A backup is one file: what the writer had left in its write-ahead log is folded into the copy, never into the original.
A log that stays beside another file would be replayed into it, so it goes before the rename.
"""

import os
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from rollback.tools import data_folder
from rollback.tools.contents import look_into
from rollback.tools.errors import PreconditionError, StepError, VerificationError
from rollback.tools.files import (
    Tick,
    beside,
    copy,
    copy_open,
    digest,
    digest_open,
    read_json,
    sync,
    write_ahead_log,
    write_json,
)
from rollback.tools.locks import DatabaseGuard, guarded

NAME = "backup.duckdb"


@dataclass(frozen=True)
class Original:
    """A database file as it was when it was copied."""

    identity: list[int]  # device, inode, bytes and time of the last change: the quick answer to "is it the same?"
    sha256: str
    log_sha256: str | None  # of the write-ahead log that lay beside it


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, and what it was taken from."""

    original: Original
    sha256: str
    bytes: int
    has_census: bool
    mode: int  # of the database file: who may read and write it

    @staticmethod
    def load(folder: Path) -> "Manifest":
        """Read that of a run."""
        fields: dict[str, Any] = read_json(folder / "manifest.json")
        return Manifest(**{**fields, "original": Original(**fields["original"])})


def take(database: Path, folder: Path, python: str, tick: Tick, census_rows: int | None = None) -> Manifest:
    """Copy the database into the folder, with a manifest, the fingerprints and the census. The original is only read.

    Raises:
        PreconditionError: somebody writes.
        VerificationError: the copy is not the original, or cannot be opened.
    """
    target = folder / NAME
    write_ahead_log(target).unlink(missing_ok=True)
    with guarded(database, exclusive=False) as guard:
        original = _original(guard, tick)
        copy_open(guard.descriptor, target, tick)
        log = write_ahead_log(database)
        if log.exists():
            copy(log, write_ahead_log(target), tick)
        data_folder.keep(database, folder, tick)
        if digest(target, tick) != original.sha256:
            raise VerificationError(f"{target}: was not written as it was read; check the disk")
    census = folder / "census.parquet"
    options = ["--census", str(census), *(["--census-rows", str(census_rows)] if census_rows else [])]
    absorb = ["--absorb"] if original.log_sha256 is not None else []
    contents = look_into(target, python, tick, *absorb, *options)
    sync(target)
    contents.save(folder / "contents.json")
    mode = database.stat().st_mode & 0o7777
    manifest = Manifest(original, digest(target, tick), target.stat().st_size, census.exists(), mode)
    write_json(folder / "manifest.json", asdict(manifest))
    return manifest


def check(folder: Path, tick: Tick) -> Manifest:
    """The manifest of a backup whose bytes are those that were written.

    Raises:
        VerificationError: they are not.
    """
    manifest = Manifest.load(folder)
    backup = folder / NAME
    found = digest(backup, tick) if backup.is_file() else "missing"
    if found != manifest.sha256:
        raise VerificationError(f"{backup}: sha256 is {found}, was {manifest.sha256}: this backup is corrupt")
    return manifest


def describe_copy(database: Path, folder: Path, tick: Tick) -> Original:
    """Let the manifest speak of a copy that a drill works on; returns what it said of the original."""
    manifest = Manifest.load(folder)
    with guarded(database, exclusive=False) as guard:
        write_json(folder / "manifest.json", asdict(replace(manifest, original=_original(guard, tick))))
    return manifest.original


def is_original(guard: DatabaseGuard, original: Original, tick: Tick) -> bool:
    """Whether the database is still what the backup was taken from."""
    if _log_digest(guard.database, tick) != original.log_sha256:
        return False
    return _identity(guard.descriptor) == original.identity or digest_open(guard.descriptor, tick) == original.sha256


def refuse_if_changed(guard: DatabaseGuard, original: Original, tick: Tick) -> None:
    """Refuse to replace a database that somebody has written since the backup.

    Raises:
        PreconditionError: it is not the one that the backup was taken from.
    """
    if not is_original(guard, original, tick):
        raise PreconditionError(f"{guard.database}: was written after its backup was taken")


def staged(database: Path, run_id: str) -> Path:
    """Where a new database waits for its rename: on the same file system."""
    return beside(database, f".rollback-{run_id}")


def promote(guard: DatabaseGuard, waiting: Path, original: Original, sha256: str, tick: Tick) -> None:
    """Put the waiting database in the place of the original; does nothing when it is there already.

    Raises:
        PreconditionError: somebody has written the original meanwhile.
    """
    if waiting.exists():
        refuse_if_changed(guard, original, tick)
        _replace(guard, waiting)
    elif digest_open(guard.descriptor, tick) != sha256:
        raise VerificationError(f"{guard.database}: is neither the database from before nor the rehearsed one")


def bring_back(guard: DatabaseGuard, folder: Path, run_id: str, promoted: str | None, tick: Tick) -> bool:
    """Put the backup in the place of whatever is there. That is kept, unless it is still what the run has put there.

    False: there was nothing to do, for it is the original.

    Raises:
        VerificationError: the backup is corrupt; the database in place is left alone.
    """
    manifest = check(folder, tick)
    waiting = staged(guard.database, run_id)
    data_folder.give_back(guard.database, folder, tick)
    if is_original(guard, manifest.original, tick):
        waiting.unlink(missing_ok=True)
        return False
    found = None if write_ahead_log(guard.database).exists() else digest_open(guard.descriptor, tick)
    if found == manifest.sha256:
        waiting.unlink(missing_ok=True)  # an interrupted restore has done it
        return True
    copy(folder / NAME, waiting, tick)
    if digest(waiting, tick) != manifest.sha256:
        raise StepError(f"{waiting}: was not written as it was read; check the disk")
    if found is None or found != promoted:
        _keep_what_is_there(guard, folder, tick)
    waiting.chmod(manifest.mode)
    _replace(guard, waiting)
    return True


def _keep_what_is_there(guard: DatabaseGuard, folder: Path, tick: Tick) -> None:
    """What was written while rolled back is nobody's to throw away: left.duckdb, left-2.duckdb, …, unless it is kept.

    The database's own log stays until the database is replaced: copied before it, a copy of the database is complete.
    """
    here = _original(guard, tick)
    for number in count(1):
        left = folder / (f"left-{number}.duckdb" if number > 1 else "left.duckdb")
        if not left.exists():
            break
        if (digest(left, tick), _log_digest(left, tick)) == (here.sha256, here.log_sha256):
            return
    write_ahead_log(left).unlink(missing_ok=True)
    if here.log_sha256 is not None:
        copy(write_ahead_log(guard.database), write_ahead_log(left), tick)
    copy_open(guard.descriptor, left, tick)


def _replace(guard: DatabaseGuard, waiting: Path) -> None:
    write_ahead_log(guard.database).unlink(missing_ok=True)
    sync(guard.database.parent)
    waiting.replace(guard.database)
    sync(guard.database.parent)
    guard.follow()


def _original(guard: DatabaseGuard, tick: Tick) -> Original:
    identity = _identity(guard.descriptor)
    return Original(identity, digest_open(guard.descriptor, tick), _log_digest(guard.database, tick))


def _identity(descriptor: int) -> list[int]:
    status = os.fstat(descriptor)
    return [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns]


def _log_digest(database: Path, tick: Tick) -> str | None:
    log = write_ahead_log(database)
    return digest(log, tick) if log.exists() else None


def refuse_if_open(database: Path) -> None:
    """Find out whether a writer is there.

    Raises:
        PreconditionError: one is, or there is no database.
    """
    if not database.is_file():
        raise PreconditionError(f"{database}: there is no database; name it with --database")
    with guarded(database, exclusive=False):
        pass
