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


@contextmanager
def exclusive_lease(session: Path, tree: Path) -> Iterator[int]:
    """Hold the machine; yields how many processes of a session that was killed were still alive and are ended now.

    `tree` is where the supervisor keeps the processes of the current run.

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
        ended = end_leftovers(Path(str(_read(path).get("tree", tree))))
        _write(handle, {"pid": os.getpid(), "session": str(session), "tree": str(tree)})
        yield ended
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
