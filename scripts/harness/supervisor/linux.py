"""Linux, which shows everything in /proc."""

import os
import resource
import signal
from collections.abc import Collection, Mapping
from typing import Literal

from harness.supervisor import kernel, proc
from harness.supervisor.measurement import Io
from harness.supervisor.pace import Pace
from harness.supervisor.system import Available, Proportional, Usage

WALK_SHARE = 0.01  # of a processor, for finding out which processes there are
ALIKE = 0.01


class Linux:
    """The processes below this one, as /proc shows them."""

    method: Literal["proc"] = "proc"

    def __init__(self) -> None:
        self._here = os.getpid()
        self._parents: dict[int, int] = {}  # of the processes that the last look has found
        self._single: set[int] = set()  # those of one thread
        self._walking = Pace()
        self._machine_memory = os.open("/proc/meminfo", os.O_RDONLY)

    def adopt_orphans(self) -> None:
        """Become the parent of descendants whose parent ends, and end with the process that started this one."""
        kernel.adopt_orphans()
        kernel.end_with_parent(signal.SIGTERM)

    def end_with(self, parent: int) -> None:
        """In a new child: let the kernel kill it when its parent ends; end at once if the parent already has."""
        kernel.end_with_parent(signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    def descendants(self) -> list[int]:
        """Every process below this one."""
        return list(proc.descendants([self._here]))

    def is_running(self, pid: int) -> bool:
        """Whether a process can still do anything."""
        return proc.is_running(pid)

    def processes(self, now: float) -> dict[int, Usage]:
        """The living ones with their memory.

        Each thread has children of its own, and a tree may have thousands of threads. When to look through all of
        them would take too long, children of a thread that is not its process's first are found a little later.
        """
        if self._walking.allows(now, WALK_SHARE):
            with self._walking.spending():
                parents = proc.descendants([self._here], self._single.__contains__)
        else:
            parents = self._parents | proc.descendants([self._here, *self._parents], lambda _pid: True)
        usages = {pid: usage for pid in parents if (usage := proc.usage(pid))}
        borrowed = {pid for pid, usage in usages.items() if self._is_borrowed(pid, usage, parents[pid], usages)}
        self._parents = {pid: parents[pid] for pid in usages}
        self._single = {pid for pid, usage in usages.items() if usage.threads == 1}
        return {pid: usage for pid, usage in usages.items() if pid not in borrowed}

    def _is_borrowed(self, pid: int, usage: Usage, parent: int, usages: Mapping[int, Usage]) -> bool:
        """Whether the memory is that of the parent, and must not be counted again.

        A child has it from vfork until it becomes another program, which is how most programs are started. Where
        the kernel does not tell, a new child that looks like its parent is taken for one of these, for one look.
        """
        lender = usages.get(parent)
        if lender is None or not _are_alike(usage.resident, lender.resident) or not _are_alike(usage.peak, lender.peak):
            return False
        same = kernel.share_memory(pid, parent)
        return pid not in self._parents if same is None else same

    def proportional(self, pid: int) -> Proportional | None:
        """The share of one process in the memory of all; None where that is unknown."""
        return proc.proportional(pid)

    def run_queue(self, pids: Collection[int]) -> dict[int, tuple[int, int]]:
        """For each thread, the nanoseconds that it ran and that it waited for a processor."""
        found = {}
        for pid in pids:
            for thread in proc.threads(pid):
                numbers = proc.read(f"/proc/{pid}/task/{thread}/schedstat").split()
                if len(numbers) > 1:
                    found[int(thread)] = int(numbers[0]), int(numbers[1])
        return found

    def available(self) -> Available | None:
        """What is left of the machine's memory."""
        content = b"\n" + os.pread(self._machine_memory, proc.BLOCK, 0)
        free, total = proc.amount(content, b"MemAvailable"), proc.amount(content, b"MemTotal")
        return Available(free, total) if free and total else None

    def own_peak(self) -> int:
        """The most memory that this process has had."""
        usage = proc.usage(self._here)
        return usage.peak if usage else 0

    def largest_reaped(self) -> int:
        """The most memory of any process that has ended below this one, or of this one when it started them."""
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024

    def transferred(self) -> Io:
        """What all processes that have ended below this one have read and written.

        The kernel adds the account of a process to the one of its parent, but not to that of the parent's thread.
        """
        together = b"\n" + proc.read("/proc/self/io")
        own = b"\n" + proc.read(f"/proc/self/task/{self._here}/io")

        def difference(name: bytes) -> int | None:
            total, part = proc.field(together, name), proc.field(own, name)
            return None if total is None or part is None else total - part

        return Io(
            read_bytes=difference(b"read_bytes"),
            write_bytes=difference(b"write_bytes"),
            read_characters=difference(b"rchar"),
            write_characters=difference(b"wchar"),
        )


def _are_alike(size: int, other: int) -> bool:
    return abs(size - other) <= ALIKE * other
