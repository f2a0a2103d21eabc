"""What the supervisor asks of the operating system; Linux answers it all, others a part."""

from collections.abc import Collection
from typing import Literal, NamedTuple, Protocol

from harness.supervisor.measurement import Io


class Usage(NamedTuple):
    """The memory of one process, in bytes."""

    resident: int
    peak: int  # the most that was ever resident
    shared: int  # of the resident: pages of files and shared memory, which other processes may have mapped too
    threads: int


class Proportional(NamedTuple):
    """The memory of one process in bytes, each page divided by the number of processes that have it mapped (PSS)."""

    total: int
    shared: int  # of the total: pages of files and shared memory
    forked: int  # of its other pages, undivided: at most so many are the same as in a process that it was forked from


class Available(NamedTuple):
    """The memory of the machine, in bytes."""

    free: int  # what a new program could get without swapping
    total: int


class System(Protocol):
    """The processes below this one, and the machine that they run on."""

    @property
    def method(self) -> Literal["proc", "psutil"]:
        """How the memory is read."""

    def adopt_orphans(self) -> None:
        """Become the parent of descendants whose parent ends, and end with the process that started this one."""

    def end_with(self, parent: int) -> None:
        """In a new child: let it be killed when its parent ends."""

    def descendants(self) -> list[int]:
        """Every process below this one."""

    def is_running(self, pid: int) -> bool:
        """Whether a process can still do anything."""

    def processes(self, now: float) -> dict[int, Usage]:
        """The living ones with their memory; at a bounded cost, so a new one may be missing for a moment."""

    def proportional(self, pid: int) -> Proportional | None:
        """The share of one process in the memory of all; None where that is unknown."""

    def run_queue(self, pids: Collection[int]) -> dict[int, tuple[int, int]]:
        """For each thread, the nanoseconds that it ran and that it waited for a processor."""

    def available(self) -> Available | None:
        """What is left of the machine's memory."""

    def own_peak(self) -> int:
        """The most memory that this process has had."""

    def largest_reaped(self) -> int:
        """The most memory of any process that has ended below this one, or of this one when it started them."""

    def transferred(self) -> Io:
        """What all processes that have ended below this one have read and written."""
