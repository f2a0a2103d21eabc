"""Holding off others: a second operator, and every writer of a database.

DuckDB and the simulator lock with POSIX `lockf`. Closing any descriptor of a file drops this process's locks on it,
so a guarded database is only ever read through the guard's own descriptor.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rollback.tools.errors import LockedError, PreconditionError
from rollback.tools.files import beside


@contextmanager
def only_operator(lock: Path, verb: str) -> Iterator[int]:
    """Let no other command of the rollback run; yields the descriptor, which git inherits.

    A git command that outlives a killed rollback keeps the lock until it has ended, as it must.

    Raises:
        LockedError: another one runs.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 4096, 0).decode(errors="replace") or "another command"
            raise LockedError(f"{lock}: held by {holder}; wait for it") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"verb": verb, "pid": os.getpid()}).encode(), 0)
        yield descriptor
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


class DatabaseGuard:
    """Keeps writers away while it lives; `exclusive` keeps readers and runs of the simulator away, too."""

    def __init__(self, database: Path, *, exclusive: bool) -> None:
        self.database = database
        self._kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        self._access = os.O_RDWR if exclusive else os.O_RDONLY
        self._run_lock: int | None = None
        lock = beside(database, ".lock")  # the simulator holds it from the first to the last moment of a run
        if exclusive or lock.exists():
            self._run_lock = self._hold(lock, self._access | (os.O_CREAT if exclusive else 0), "being simulated")
        try:
            self.descriptor = self._hold(database, self._access, "open")
        except BaseException:
            self.release()
            raise

    def follow(self) -> None:
        """Guard the file that is in the database's place now, after a rename."""
        old, self.descriptor = self.descriptor, self._hold(self.database, self._access, "open")
        os.close(old)

    def release(self) -> None:
        """Let the others in again."""
        for descriptor in (getattr(self, "descriptor", None), self._run_lock):
            if descriptor is not None:
                with suppress(OSError):
                    os.close(descriptor)

    def _hold(self, path: Path, access: int, state: str) -> int:
        try:
            descriptor = os.open(path, access, 0o644)
        except OSError as error:
            raise PreconditionError(f"{path}: {error.strerror}; put that right first") from error
        try:
            fcntl.lockf(descriptor, self._kind | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise PreconditionError(f"{self.database}: is {state} in another process; end that first") from None
        return descriptor


@contextmanager
def guarded(database: Path, *, exclusive: bool) -> Iterator[DatabaseGuard]:
    """Keep writers away from the database meanwhile.

    Raises:
        PreconditionError: somebody has it open.
    """
    guard = DatabaseGuard(database, exclusive=exclusive)
    try:
        yield guard
    finally:
        guard.release()
