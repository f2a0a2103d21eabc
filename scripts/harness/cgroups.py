"""Where the kernel shows the control groups (cgroups) that limit this process."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def memberships(membership: Path = MEMBERSHIP) -> Iterator[tuple[list[str], Path]]:
    """The controllers of each hierarchy, and this process's group below its root; version 2 names no controllers.

    From lines of `hierarchy:controllers:path`; see cgroups(7). Nothing where there are none.
    """
    with suppress(OSError):
        for line in membership.read_text(encoding="utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            yield [name for name in controllers.split(",") if name], Path(path.lstrip("/"))
