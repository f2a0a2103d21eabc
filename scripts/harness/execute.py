"""Running one command to its end: captured, limited in time, and without survivors."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.errors import RunError

GRACE_SECONDS = 3.0
TICK_SECONDS = 0.5


@dataclass(frozen=True)
class Execution:
    """A command that ended, and what it took."""

    argv: tuple[str, ...]
    log: str
    exit_code: int
    timed_out: bool
    wall_seconds: float
    started_ns: int
    finished_ns: int


def execute(
    argv: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    timeout: float,
    on_tick: Callable[[], None],
) -> Execution:
    """Run a command with its output in a log file; its process group is gone afterwards, however it ended."""
    with log.open("wb") as output:
        # The file system's own clock: what a run writes later cannot carry an earlier time than this.
        started_ns = os.fstat(output.fileno()).st_mtime_ns
        begin = time.monotonic()
        try:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise RunError(f"cannot start {argv[0]!r} in {cwd}: {error.strerror}") from None
        try:
            timed_out = not _wait(process, begin + timeout, on_tick)
        finally:
            _end_group(process)
    return Execution(
        argv=tuple(argv),
        log=str(log),
        exit_code=process.returncode,
        timed_out=timed_out,
        wall_seconds=round(time.monotonic() - begin, 3),
        started_ns=started_ns,
        finished_ns=time.time_ns(),
    )


def _wait(process: subprocess.Popen[bytes], deadline: float, on_tick: Callable[[], None]) -> bool:
    """Whether the process ended by itself before the deadline."""
    while True:
        remaining = deadline - time.monotonic()
        try:
            process.wait(timeout=max(0.0, min(TICK_SECONDS, remaining)))
        except subprocess.TimeoutExpired:
            if remaining <= TICK_SECONDS:
                return False
            on_tick()
        else:
            return True


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask all processes of the group to end, then make them."""
    if process.poll() is None:
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE_SECONDS)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
