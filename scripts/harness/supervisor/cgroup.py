"""A hard limit of the memory, where this process may make a cgroup (version 2) for the command.

Between two ticks a command can take more memory than the machine has; the kernel cannot be outrun. It is an
addition only: what the kernel counts includes the cache of files, so the limit is set above the one that is judged,
and neither its peak nor the cgroup's own accounts are reported.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from harness.cgroups import MEMBERSHIP, ROOT, memberships

SLACK = 1.25


class Group:
    """A cgroup of the command."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def enter(self) -> None:
        """Move this process into it if that is allowed; its children will be born there."""
        with suppress(OSError):
            self._write("cgroup.procs", str(os.getpid()))

    def limit(self, max_memory: int) -> None:
        """Let the kernel kill all of it at once when it has taken so much and more."""
        self._write("memory.max", str(int(max_memory * SLACK)))
        self._write("memory.oom.group", "1")

    def was_limited(self) -> bool:
        """Whether the kernel has done so."""
        with suppress(OSError):
            counts = dict(line.split() for line in (self._path / "memory.events").read_text("ascii").splitlines())
            return int(counts.get("oom_kill", "0")) > 0
        return False

    def remove(self) -> None:
        """Remove it; that works once its processes have ended."""
        with suppress(OSError):
            self._path.rmdir()

    def _write(self, name: str, value: str) -> None:
        (self._path / name).write_text(value, encoding="ascii")


def make_group(max_memory: int, root: Path = ROOT, membership: Path = MEMBERSHIP) -> Group | None:
    """Make a group with this limit; None where that is not possible."""
    for parent in _candidates(root, membership):
        path = parent / f"supervisor-{os.getpid()}"
        group = Group(path)
        try:
            if "memory" not in (parent / "cgroup.subtree_control").read_text("ascii").split():
                continue
            path.mkdir()
        except OSError:
            continue
        try:
            group.limit(max_memory)
        except OSError:
            group.remove()
        else:
            return group
    return None


def _candidates(root: Path, membership: Path) -> Iterator[Path]:
    """Below the group that this process is in, and beside it."""
    for controllers, group in memberships(membership):
        if not controllers:  # version 2
            own = root / group
            yield own
            if own != root:
                yield own.parent
