"""The file that names the processes of a running command, for whoever must clean up after a killed supervisor."""

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from harness.supervisor import proc


class Process(NamedTuple):
    """A process, so that no later one with the same pid is taken for it."""

    pid: int
    start: int  # clock ticks since boot


class Left(NamedTuple):
    """Who ran what."""

    supervisor: Process
    processes: list[Process]


class TreeFile:
    """Keeps the file up to date."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._starts: dict[int, int] = {}

    def update(self, pids: Collection[int]) -> None:
        """Write the processes down if they are not the same as before."""
        if self._path is None or pids == self._starts.keys():
            return
        starts = {pid: self._starts.get(pid) or proc.start_time(pid) for pid in pids}
        self._starts = {pid: start for pid, start in starts.items() if start is not None}
        here = os.getpid()
        content = {
            "boot": _boot(),
            "supervisor": [here, proc.start_time(here)],
            "processes": list(self._starts.items()),
        }
        temporary = self._path.with_name(f".{self._path.name}.{here}")
        with suppress(OSError):  # the disk may be full, or the command have removed the directory: it goes on
            temporary.write_text(json.dumps(content), encoding="ascii")
            temporary.replace(self._path)

    def close(self, survivors: Collection[int]) -> None:
        """Leave the file only if there is somebody left to name."""
        self.update(survivors)
        if self._path is not None and not survivors:
            self._path.unlink(missing_ok=True)


def read_tree_file(path: Path) -> Left | None:
    """What the file says; None if it is not there, not whole, or from before the machine was started."""
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        if content["boot"] != _boot():
            return None
        return Left(Process(*content["supervisor"]), [Process(*each) for each in content["processes"]])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _boot() -> str:
    """What the kernel calls the time since the machine was started."""
    return proc.read("/proc/sys/kernel/random/boot_id").decode("ascii").strip()
