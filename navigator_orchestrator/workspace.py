"""A run is all or nothing: it works in a folder beside the database and renames at the end.

One run per database at a time: a lock file beside it, held with POSIX `lockf`, which the kernel releases when the
process dies.
"""

import fcntl
import glob
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from navigator_orchestrator.errors import NavigatorError

_MAGIC = b"DUCK"  # bytes 8 to 11 of every DuckDB file
STORAGE = {"storage_compatibility_version": "v1.4.0"}  # an older release must be able to open the file


def new_run_id() -> str:
    """Twelve hexadecimal digits, different for every run."""
    return uuid.uuid4().hex[:12]


def refuse_if_busy(database: Path) -> None:
    """Refuse what `exclusive` would, as far as it can be told without writing anything.

    Raises:
        NavigatorError: see `exclusive`.
    """
    if _lock_file(database).exists():
        with exclusive(database):
            return
    _refuse_if_open(database)


@contextmanager
def exclusive(database: Path) -> Iterator[None]:
    """Hold the database's run lock.

    Raises:
        NavigatorError: another run holds it, the database is open elsewhere, or its folder cannot be written.
    """
    lock = _lock_file(database)
    try:
        file = lock.open("a")
    except OSError as error:
        raise NavigatorError(f"{lock}: cannot be written ({error.strerror}); choose a --database elsewhere") from error
    with file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NavigatorError(f"{database}: another run is writing it; wait for it or choose a --database") from None
        _refuse_if_open(database)
        yield


def _lock_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def _refuse_if_open(database: Path) -> None:
    """DuckDB holds a POSIX lock on the file it has open; probing it needs no DuckDB.

    Also refuses what is no DuckDB file: it was hardly meant to be replaced.
    """
    if not database.exists():
        return
    if not database.is_file():
        raise NavigatorError(f"{database}: is not a file; --database names the DuckDB file to write")
    with database.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NavigatorError(f"{database}: is open in another process; close it there first") from None
        header = file.read(12)
    if header and header[8:] != _MAGIC:
        raise NavigatorError(f"{database}: is not a DuckDB file; --database names the DuckDB file to write")


def leftovers(database: Path) -> list[Path]:
    """Folders of killed runs on this database (call with the lock held: then none of them is alive)."""
    return sorted(path for path in database.parent.glob(f"{glob.escape(database.name)}.run-*") if path.is_dir())


@dataclass
class Workspace:
    """Where one run works: `folder` is temporary, `finished` the database in it, `data` the files that it will read."""

    database: Path
    folder: Path
    data: Path
    published: bool = False

    @property
    def finished(self) -> Path:
        """The database being made."""
        return self.folder / "simulation.duckdb"

    def publish(self) -> None:
        """Put the finished database in place by one rename; files that only the database before it read are removed.

        Raises:
            NavigatorError: the database in place was opened meanwhile or cannot be replaced.
        """
        _refuse_if_open(self.database)
        absorb_write_ahead_log(self.database)
        with self.finished.open("rb") as file:
            os.fsync(file.fileno())
        self.published = True
        self.finished.replace(self.database)
        _sync_folder(self.database.parent)
        for old in self.data.parent.glob("*"):
            if old != self.data:
                shutil.rmtree(old, ignore_errors=True)
        with suppress(OSError):  # not empty: the files of this run
            self.data.parent.rmdir()


@contextmanager
def workspace(database: Path, run_id: str) -> Iterator[Workspace]:
    """A workspace beside the database; what was not published is removed at the end (short of a kill)."""
    folder = database.with_name(f"{database.name}.run-{run_id}")
    place = Workspace(database, folder, database.with_name(f"{database.name}.data") / run_id)
    try:
        folder.mkdir()
        yield place
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if not place.published:
            shutil.rmtree(place.data, ignore_errors=True)
            with suppress(OSError):  # not empty: the files of the run before
                place.data.parent.rmdir()


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def absorb_write_ahead_log(database: Path) -> None:
    """Fold the log that a killed writer left into its database: neither may it be lost, nor meet the next file.

    Raises:
        NavigatorError: the log does not belong to the database.
    """
    write_ahead = database.with_name(f"{database.name}.wal")
    if write_ahead.exists() and database.exists():
        try:
            duckdb.connect(str(database)).close()
        except duckdb.Error as error:
            reason = " ".join(str(error).split())
            raise NavigatorError(f"{write_ahead}: does not fit {database.name}; move it away ({reason})") from error
    write_ahead.unlink(missing_ok=True)
