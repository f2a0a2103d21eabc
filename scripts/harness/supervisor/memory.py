"""The peak memory of a process tree, between two bounds.

The memory of a tree is what would become free if it ended: the sum of its PSS. That is costly to read, so between
two readings it is bounded with what each tick shows: RSS, and VmHWM, which also knows of a peak between two ticks.
"""

from collections.abc import Collection, Mapping

from harness.supervisor.measurement import Memory
from harness.supervisor.system import Proportional, System, Usage

FLOOR_MARGIN = 1.25


class Bracket:
    """Collects what each tick has seen."""

    def __init__(self) -> None:
        self._before: Mapping[int, Usage] = {}
        self._shared = 0  # upper bound of the shared pages now, each counted once
        self._upper = 0
        self._largest = 0
        self._peak_rss = 0
        self._at_seconds = 0.0
        self._peak_pss: int | None = None
        self._samples = 0
        self._several = False

    def observe(self, seconds: float, usages: Mapping[int, Usage], sample: Proportional | None) -> None:
        """Take in one tick, and the PSS of the tree if it was read."""
        resident = sum(usage.resident for usage in usages.values())
        if resident > self._peak_rss:
            self._peak_rss, self._at_seconds = resident, seconds
        if sample:
            self._samples += 1
            self._peak_pss = max(self._peak_pss or 0, sample.total)
        elif len(usages) == 1:
            self._peak_pss = max(self._peak_pss or 0, resident)  # a single process shares pages with strangers only
        self._several = self._several or len(usages) > 1
        self._largest = max(self._largest, *(usage.peak for usage in usages.values()), 0)
        vanished = [usage for pid, usage in self._before.items() if pid not in usages]
        self._bound_shared(usages, vanished, sample)
        private = sum(_private_peak(usage, self._before.get(pid)) for pid, usage in usages.items())
        private += sum(usage.resident - usage.shared for usage in vanished)  # it may have lived beside the new ones
        self._upper = max(self._upper, private + self._shared)
        self._before = usages

    def _bound_shared(
        self, usages: Mapping[int, Usage], vanished: Collection[Usage], sample: Proportional | None
    ) -> None:
        """Bound the shared pages: there can be no more than when they were last counted, plus those mapped since."""
        each = [usage.shared for usage in usages.values()]
        if sample:
            bound = sample.shared
        else:
            before = {pid: usage.shared for pid, usage in self._before.items()}
            bound = self._shared + sum(max(0, usage.shared - before.get(pid, 0)) for pid, usage in usages.items())
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
        lower = max(peak_pss or 0, largest)
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
    if before is None or usage.peak != before.peak:  # it has risen; or a new program, which counts from nothing
        return usage.peak - usage.shared
    return max(usage.resident - usage.shared, before.resident - before.shared)
