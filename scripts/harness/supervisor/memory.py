"""The peak memory of a process tree, between two bounds.

The memory of a tree is what would become free if it ended: the sum of its PSS. That is costly to read, so between
two readings it is bounded with what each tick shows of each process: RSS, how much of it are pages of files and
shared memory, and VmHWM, which also knows of a peak between two ticks.

What is shared by fork can only become less, apart from new forks: a page that is written to is copied, and new
pages belong to one process. So what a process had in common with others when its PSS was read is the most that has
to be taken off what it has later.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from harness.supervisor.measurement import Memory
from harness.supervisor.system import Proportional, System, Usage

FLOOR_MARGIN = 1.25


class Bounds(NamedTuple):
    """What is known about the memory without reading the PSS, in bytes."""

    known: int  # the peak is not lower
    upper: int  # the memory now is not higher


Sample = Mapping[int, Proportional]  # by pid
ReadPss = Callable[[Mapping[int, Usage], Bounds], Sample | None]  # if it is worth it


class Bracket:
    """Collects what each tick has seen."""

    def __init__(self) -> None:
        self.now = 0  # what the tree has for certain
        self._before: Mapping[int, Usage] = {}
        self._forked: dict[int, int] = {}  # for each process whose PSS was read
        self._shared = 0  # upper bound of the shared pages now, each counted once
        self._lower = self._upper = self._largest = self._peak_rss = self._samples = 0
        self._at_seconds = 0.0
        self._peak_pss: int | None = None
        self._several = False

    def observe(self, seconds: float, usages: Mapping[int, Usage], read: ReadPss) -> int | None:
        """Take in one tick; the PSS of the tree, if it was read."""
        self._note_highest(seconds, usages)
        vanished = [usage for pid, usage in self._before.items() if pid not in usages]
        private = sum(_private_peak(usage, self._before.get(pid)) for pid, usage in usages.items())
        private += sum(usage.resident - usage.shared for usage in vanished)  # it may have lived beside the new ones
        self._bound_shared(self._shared + self._newly_shared(usages), usages, vanished)
        self._forked = {pid: forked for pid, forked in self._forked.items() if pid in usages}
        self._raise_lower(usages, 0)
        sample = read(usages, Bounds(self._lower, private + self._shared))
        pss = self._take_in(sample, usages, vanished) if sample else None
        self._upper = max(self._upper, private + self._shared)
        self._before = usages
        return pss

    def _note_highest(self, seconds: float, usages: Mapping[int, Usage]) -> None:
        resident = sum(usage.resident for usage in usages.values())
        if resident > self._peak_rss:
            self._peak_rss, self._at_seconds = resident, seconds
        if len(usages) == 1:  # it shares pages with strangers only
            self._peak_pss = max(self._peak_pss or 0, resident)
        self._several = self._several or len(usages) > 1
        self._largest = max(self._largest, *(usage.peak for usage in usages.values()), 0)

    def _take_in(self, sample: Sample, usages: Mapping[int, Usage], vanished: Collection[Usage]) -> int:
        """Take in a reading of the PSS; the sum of it."""
        # What may not be read must neither raise the lower bound nor reduce the upper one.
        unread = sum(usage.shared for pid, usage in usages.items() if pid not in sample)
        self._bound_shared(sum(each.shared for each in sample.values()) + unread, usages, vanished)
        self._forked = {pid: each.forked for pid, each in sample.items()}
        self._samples += 1
        pss = sum(each.total for each in sample.values())
        self._peak_pss = max(self._peak_pss or 0, pss)
        self._raise_lower(usages, pss)
        return pss

    def _raise_lower(self, usages: Mapping[int, Usage], pss: int) -> None:
        """Count what the processes certainly have for themselves, and the shared pages of one of them."""
        private = sum(
            max(0, usages[pid].resident - usages[pid].shared - forked) for pid, forked in self._forked.items()
        )
        shared = max((usage.shared for usage in usages.values()), default=0)
        alone = max((usage.resident for usage in usages.values()), default=0)
        self.now = max(private + shared, alone, pss)
        self._lower = max(self._lower, self.now)

    def _newly_shared(self, usages: Mapping[int, Usage]) -> int:
        """The most pages that may have come to the shared ones since the last tick."""
        before = {pid: usage.shared for pid, usage in self._before.items()}
        return sum(max(0, usage.shared - before.get(pid, 0)) for pid, usage in usages.items())

    def _bound_shared(self, bound: int, usages: Mapping[int, Usage], vanished: Collection[Usage]) -> None:
        """Bound the shared pages: they are no more than all together, and no less than those of each process."""
        each = [usage.shared for usage in usages.values()]
        every = sum(each) + sum(usage.shared for usage in vanished)
        self._shared = max(min(bound, every), *each, 0)

    def close(self, system: System) -> Memory:
        """Both bounds, once all processes have ended.

        What a process had that no tick saw is known if it had more than any other, and more than the supervisor,
        whose own peak every child inherits. How much of the rest ran beside it is not known, so the upper bound
        rises by what it had more than the largest that was seen.
        """
        reaped = system.largest_reaped()
        largest = max(self._largest, reaped if reaped > FLOOR_MARGIN * system.own_peak() else 0)
        peak_pss = self._peak_pss if self._samples or not self._several else None
        lower = max(self._lower, largest)
        return Memory(
            lower=lower,
            upper=max(lower, self._upper + largest - self._largest),
            peak_pss=peak_pss,
            peak_rss_sum=self._peak_rss,
            largest_process=largest,
            at_seconds=round(self._at_seconds, 3),
            pss_samples=self._samples,
            method=system.method,
        )


def _private_peak(usage: Usage, before: Usage | None) -> int:
    """The most that a process may have had for itself since the last tick."""
    if before is None:
        return usage.peak - usage.shared
    # The highest RSS has risen since; or fallen, then it is that of a new program in the same process.
    recent = usage.resident if usage.peak == before.peak else usage.peak
    return max(recent - usage.shared, before.resident - before.shared)
