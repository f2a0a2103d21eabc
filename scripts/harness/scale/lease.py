"""One measurement at a time on a machine: two that overlap would measure each other."""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.errors import UsageError, WorkspaceError
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
        WorkspaceError: its file cannot be opened.
    """
    path = lease_file()
    handle = _opened(path)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"another measurement is running: {_holder(path)}; two at a time spoil both") from None
        yield Lease(path, handle)
        _write(handle, {})
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    """The file, for every user of the machine to write; one that may only be read can be locked as well.

    A file that exists is opened without O_CREAT: in a sticky folder the kernel refuses that for the files of others.
    """
    try:
        if not path.exists():
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            os.fchmod(handle, 0o666)  # whatever the umask
            return handle
        try:
            return os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except PermissionError:
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        told = "remove it, or name another folder with TMPDIR"
        raise WorkspaceError(f"cannot open the lease {path}: {error.strerror}; {told}") from None


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
    if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        return  # it is held all the same, but for whom cannot be told
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(content).encode(), 0)
