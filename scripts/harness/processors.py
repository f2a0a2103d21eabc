"""How many processors this process may use: fewer than the machine has, in a container or a pinned job."""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from harness.cgroups import MEMBERSHIP, ROOT, memberships


def available_processors(root: Path = ROOT, membership: Path = MEMBERSHIP) -> int:
    """The least of what the machine has, what the process is pinned to, and the quota of its cgroups, rounded up."""
    pinned = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = min(_quotas(root, membership), default=math.inf)
    return pinned if math.isinf(quota) else max(1, min(pinned, math.ceil(quota)))


def _quotas(root: Path, membership: Path) -> Iterator[float]:
    """In processors, of each cgroup that the process is in and of those above it; version 2 first, then version 1."""
    for controllers, group in memberships(membership):
        version_2 = not controllers
        if version_2 or "cpu" in controllers:
            top = root if version_2 else root / "cpu"
            for folder in (top / group, *(top / parent for parent in group.parents)):
                with suppress(OSError, ValueError):
                    yield _quota_2(folder) if version_2 else _quota_1(folder)


def _quota_2(folder: Path) -> float:
    quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
    return math.inf if quota == "max" else float(quota) / float(period)


def _quota_1(folder: Path) -> float:
    quota = float((folder / "cpu.cfs_quota_us").read_text(encoding="ascii"))
    period = float((folder / "cpu.cfs_period_us").read_text(encoding="ascii"))
    return quota / period if quota > 0 else math.inf
