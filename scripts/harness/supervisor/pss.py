"""When to read the PSS of a tree."""

import time
from collections.abc import Callable, Mapping

from harness.supervisor.memory import Bounds, Sample
from harness.supervisor.pace import Pace
from harness.supervisor.system import System, Usage

# Shares of a processor: while the memory is where it matters, and otherwise.
URGENT_SHARE = 0.025
IDLE_SHARE = 0.004
IDLE_SECONDS = 1.0
NEW_HIGH = 1.02
WORTH = 1.02  # a reading that cannot raise the lower bound by more than this is not made


class PssSampler:
    """Reads the PSS of a tree when it is worth its price: 5 to 15 ms per GB."""

    def __init__(self, system: System, max_memory: int | None, is_over: Callable[[], bool]) -> None:
        self._system = system
        self._max_memory = max_memory
        self._is_over = is_over
        self._pace = Pace()
        self._resident = 0  # the highest at which it was read

    def sample(self, usages: Mapping[int, Usage], bounds: Bounds) -> Sample | None:
        """The PSS of the processes, or None if now is not the time for it."""
        resident = sum(usage.resident for usage in usages.values())
        if len(usages) < 2 or bounds.upper <= WORTH * bounds.known or not self._has_time(resident, bounds):
            return None
        with self._pace.spending():
            sample = self._read(usages)
        if sample:
            self._resident = max(self._resident, resident)
        return sample

    def _has_time(self, resident: int, bounds: Bounds) -> bool:
        limit = self._max_memory
        near = limit is not None and bounds.known <= limit < bounds.upper
        if near or resident > NEW_HIGH * self._resident:
            return self._pace.allows(time.monotonic(), URGENT_SHARE)
        return self._pace.allows(time.monotonic(), IDLE_SHARE, IDLE_SECONDS)

    def _read(self, usages: Mapping[int, Usage]) -> Sample | None:
        found = {}
        for pid in usages:
            if self._is_over():  # so that the end is noticed in time
                return None
            if each := self._system.proportional(pid):
                found[pid] = each
        return found or None
