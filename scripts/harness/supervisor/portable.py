"""Systems without /proc, seen through psutil: no PSS, no peaks between two looks, no I/O, and orphans may be missed."""

import resource
import site
import sys
from collections.abc import Collection
from contextlib import suppress
from typing import Literal

from harness.supervisor.measurement import Io
from harness.supervisor.system import Available, Proportional, Usage

site.main()  # the supervisor is started without third-party packages, and this one is needed here

import psutil  # noqa: E402  only now can it be found


class Portable:
    """The processes below this one, as psutil shows them."""

    method: Literal["psutil"] = "psutil"

    def __init__(self) -> None:
        self._here = psutil.Process()
        self._known: set[psutil.Process] = set()

    def adopt_orphans(self) -> None:
        """Nothing: only Linux can do that. Orphans are still known if they were seen before."""

    def end_with(self, parent: int) -> None:
        """Nothing: only Linux can do that."""

    def descendants(self) -> list[int]:
        """Every process below this one, and those that were."""
        self._known |= set(self._here.children(recursive=True))
        self._known = {process for process in self._known if _runs(process)}
        return [process.pid for process in self._known]

    def is_running(self, pid: int) -> bool:
        """Whether a process can still do anything."""
        return any(process.pid == pid and _runs(process) for process in self._known)

    def processes(self, _now: float) -> dict[int, Usage]:
        """The living ones with their memory."""
        self.descendants()
        usages = {}
        for process in self._known:
            with suppress(psutil.Error):
                resident = process.memory_info().rss
                usages[process.pid] = Usage(resident, resident, 0, 1)
        return usages

    def proportional(self, _pid: int) -> Proportional | None:
        """Unknown."""
        return None

    def run_queue(self, _pids: Collection[int]) -> dict[int, tuple[int, int]]:
        """Unknown."""
        return {}

    def available(self) -> Available | None:
        """What is left of the machine's memory."""
        memory = psutil.virtual_memory()
        return Available(memory.available, memory.total)

    def own_peak(self) -> int:
        """The most memory that this process has had."""
        return _bytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    def largest_reaped(self) -> int:
        """The most memory of any process that has ended below this one, or of this one when it started them."""
        return _bytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)

    def transferred(self) -> Io:
        """Unknown."""
        return Io(None, None, None, None)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _bytes(maxrss: int) -> int:
    return maxrss if sys.platform == "darwin" else maxrss * 1024
