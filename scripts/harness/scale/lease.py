"""One measurement at a time on a machine: two that overlap would measure each other."""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.supervisor.killing import end_leftovers


def lease_file() -> Path:
    """Where the lease lies: the same for all who share the folder for temporary files."""
    return Path(tempfile.gettempdir()) / "scale_testing_framework.lease"


class Lease:
    """The right to measure, while it is held."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path, self._handle = path, handle

    def begin(self, session: Path, tree: Path) -> int:
        """Say for whom it is held; returns how many processes of a session that was killed were ended now.

        `tree` is where the supervisor keeps the processes of the current run.
        """
        ended = end_leftovers(Path(str(_read(self._path).get("tree", tree))))
        _write(self._handle, {"pid": os.getpid(), "session": str(session), "tree": str(tree)})
        return ended


@contextmanager
def exclusive_lease() -> Iterator[Lease]:
    """Hold the machine.

    Raises:
        UsageError: another session holds it.
    """
    path = lease_file()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"another measurement is running: {_holder(path)}; two at a time spoil both") from None
        yield Lease(path, handle)
        _write(handle, {})
    finally:
        os.close(handle)


def _holder(path: Path) -> str:
    told = _read(path)
    return f"process {told['pid']} in {told['session']}" if {"pid", "session"} <= told.keys() else str(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(handle: int, content: dict[str, Any]) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(content).encode(), 0)
