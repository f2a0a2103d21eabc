"""When to read the PSS, and of what."""

from collections.abc import Callable, Mapping

from harness.supervisor.pace import Pace
from harness.supervisor.system import Proportional, System, Usage

# Shares of a processor: while the memory is where it matters, and otherwise.
URGENT_SHARE = 0.025
IDLE_SHARE = 0.002
IDLE_SECONDS = 1.0
NEW_HIGH = 1.02


class PssSampler:
    """Reads the PSS of a tree when it is worth its price: about 5 ms per GB."""

    def __init__(self, system: System, max_memory: int | None, is_over: Callable[[], bool]) -> None:
        self._system = system
        self._max_memory = max_memory
        self._is_over = is_over
        self._pace = Pace()
        self._resident = 0  # the highest that was read

    def sample(self, now: float, usages: Mapping[int, Usage]) -> Proportional | None:
        """The PSS of the tree, or None if now is not the time for it."""
        resident = sum(usage.resident for usage in usages.values())
        if len(usages) < 2 or not self._is_due(now, resident):
            return None
        with self._pace.spending():
            sample = self._read(usages)
        if sample:
            self._resident = max(self._resident, resident)
        return sample

    def _is_due(self, now: float, resident: int) -> bool:
        over = self._max_memory is not None and resident > self._max_memory
        if over or resident > NEW_HIGH * self._resident:
            return self._pace.allows(now, URGENT_SHARE)
        return self._pace.allows(now, IDLE_SHARE, IDLE_SECONDS)

    def _read(self, usages: Mapping[int, Usage]) -> Proportional | None:
        total = shared = 0
        known = False
        for pid, usage in usages.items():
            if self._is_over():  # so that the end is noticed in time
                return None
            sample = self._system.proportional(pid)
            known = known or sample is not None
            # What may not be read must neither raise the lower bound nor reduce the upper one.
            total += sample.total if sample else 0
            shared += sample.shared if sample else usage.shared
        return Proportional(total, shared) if known else None
