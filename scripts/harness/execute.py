"""Running one command to its end: measured, captured, limited, and without survivors."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.supervisor.client import supervise
from harness.supervisor.measurement import Measurement
from harness.units import GIGABYTE, MEGABYTE


@dataclass(frozen=True)
class Limits:
    """When a command is ended, and what is kept of it."""

    timeout: float  # seconds
    max_memory: int | None = None  # bytes
    max_log: int = 64 * MEGABYTE
    keep_series: bool = False  # of the memory over time, beside the log


@dataclass(frozen=True)
class Execution:
    """A command that ended, and what it took."""

    argv: tuple[str, ...]
    log: str
    limits: Limits
    measurement: Measurement
    started_ns: int
    finished_ns: int

    @property
    def exit_code(self) -> int | None:
        """Its exit code; negative: the signal that ended it."""
        return self.measurement.exit_code

    @property
    def wall_seconds(self) -> float:
        """How long it took."""
        return self.measurement.wall_seconds

    @property
    def ending(self) -> str | None:
        """Why it did not come to a good end, in words; None if it did."""
        if self.measurement.problem:
            return self.measurement.problem
        if self.measurement.killed_by:
            return self._killed(self.measurement.killed_by)
        code = self.measurement.exit_code or 0
        if code == 0:
            return None
        return f"killed by signal {-code}" if code < 0 else f"failed with exit code {code}"

    def _killed(self, reason: str) -> str:
        if reason == "timeout":
            return f"ended after the --timeout of {self.limits.timeout:g} s"
        if reason == "memory":
            return f"ended beyond the --max-memory of {(self.limits.max_memory or 0) / GIGABYTE:g} GB"
        if reason == "output":
            return f"ended after it had printed {self.limits.max_log / MEGABYTE:g} MB"
        return f"ended by {reason}"


def execute(
    argv: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    limits: Limits,
    on_tick: Callable[[], None],
    tree: Path | None = None,
) -> Execution:
    """Run a command with its output in a log file; all its processes are gone afterwards, however it ended."""
    with log.open("wb") as output:
        # The file system's own clock: what a run writes later cannot carry an earlier time than this.
        started_ns = os.fstat(output.fileno()).st_mtime_ns
    measurement = supervise(
        argv,
        cwd=cwd,
        environment=environment,
        log=log,
        record=log.with_suffix(".json"),
        series=log.with_suffix(".csv") if limits.keep_series else None,
        tree=tree,
        timeout=limits.timeout,
        max_memory=limits.max_memory,
        max_log=limits.max_log,
        on_tick=on_tick,
    )
    return Execution(
        argv=tuple(argv),
        log=str(log),
        limits=limits,
        measurement=measurement,
        started_ns=started_ns,
        finished_ns=time.time_ns(),
    )
