"""How much others on the machine have disturbed a command."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.supervisor import proc
from harness.supervisor.measurement import Noise
from harness.supervisor.system import Available

RUN_QUEUE_SHARE = 0.001  # of a processor, for reading the account of every thread
PRESSURES = ("cpu", "memory", "io")


@dataclass(frozen=True)
class Counters:
    """What the machine has counted since it was started; None where it does not count."""

    at: float
    busy: float | None  # seconds of all processors, for anybody
    stolen: float | None  # seconds of all processors that the host gave to others
    pressure: Mapping[str, float]  # seconds in which some process had to wait
    swapped_out: int | None  # pages


def read_counters() -> Counters:
    """Read them now."""
    busy, stolen = _processor_seconds()
    pressure = {name: _pressure(name) for name in PRESSURES}
    return Counters(
        at=time.monotonic(),
        busy=busy,
        stolen=stolen,
        pressure={name: seconds for name, seconds in pressure.items() if seconds is not None},
        swapped_out=_swapped_out(),
    )


def _processor_seconds() -> tuple[float | None, float | None]:
    line = proc.read("/proc/stat").partition(b"\n")[0].split()[1:9]
    if len(line) < 8:
        return None, None
    user, nice, system, _, _, interrupts, soft_interrupts, stolen = (
        int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in line
    )
    return user + nice + system + interrupts + soft_interrupts, stolen


def _pressure(name: str) -> float | None:
    """The microseconds that the first line, the one of "some", ends with; in seconds."""
    total = proc.read(f"/proc/pressure/{name}").partition(b"\n")[0].rpartition(b"total=")[2]
    return int(total) / 1e6 if total else None


def _swapped_out() -> int | None:
    for line in proc.read("/proc/vmstat").splitlines():
        if line.startswith(b"pswpout "):
            return int(line.split()[1])
    return None


class RunQueue:
    """The time that the threads of a tree were ready to run and had no processor."""

    def __init__(self) -> None:
        self._threads: dict[int, tuple[int, int]] = {}
        self._ended_ran = self._ended_waited = 0

    def observe(self, threads: dict[int, tuple[int, int]]) -> None:
        """Take in the accounts of all threads. What one did after it was last seen is lost when it ends."""
        for thread, (ran, waited) in self._threads.items():
            if thread not in threads:
                self._ended_ran += ran
                self._ended_waited += waited
        self._threads = threads

    def complete(self, threads: dict[int, tuple[int, int]]) -> None:
        """Take in the final accounts of some threads, while the others keep those that they have."""
        self._threads = self._threads | threads

    def share(self, wall: float) -> float | None:
        """The share of its time that the tree stood in the queue.

        Of the wall time, if on average at most one thread was ready to run. Of the time that the threads were ready
        to run, running or not, if there were more: several can wait at once, and the sum of that can exceed the wall
        time. So it never exceeds 1, and 0.5 always means: took twice as long as on processors of its own.
        """
        ran = self._ended_ran + sum(account[0] for account in self._threads.values())
        waited = self._ended_waited + sum(account[1] for account in self._threads.values())
        whole = max(wall * 1e9, ran + waited)
        return round(waited / whole, 6) if ran + waited else None


class MachineMemory:
    """What was left of the machine's memory at the worst moment."""

    DANGER = 0.05

    def __init__(self, available: Callable[[], Available | None]) -> None:
        self._available = available
        self.least: int | None = None

    def is_short(self) -> bool:
        """Whether so little is left now that the kernel may soon kill anybody."""
        available = self._available()
        if available is None:
            return False
        self.least = available.free if self.least is None else min(self.least, available.free)
        return available.free < self.DANGER * available.total


def judge_noise(
    before: Counters, after: Counters, own_seconds: float, run_queue_share: float | None, least_available: int | None
) -> Noise:
    """Bring what was counted into relation to the time; own_seconds is the CPU time of the tree and its supervisor."""
    wall = max(after.at - before.at, 1e-9)
    processors = wall * (os.cpu_count() or 1)

    def share(begin: float | None, end: float | None, whole: float, known: float = 0.0) -> float | None:
        if begin is None or end is None:
            return None
        return round(min(1.0, max(0.0, end - begin - known) / whole), 6)

    pressure = {name: share(before.pressure.get(name), after.pressure.get(name), wall) for name in before.pressure}
    swaps = None
    if before.swapped_out is not None and after.swapped_out is not None:
        swaps = after.swapped_out - before.swapped_out
    return Noise(
        run_queue_share=run_queue_share,
        foreign_cpu_share=share(before.busy, after.busy, processors, own_seconds),
        steal_share=share(before.stolen, after.stolen, processors),
        psi_cpu=pressure.get("cpu"),
        psi_memory=pressure.get("memory"),
        psi_io=pressure.get("io"),
        swap_out_pages=swaps,
        least_available_bytes=least_available,
    )
